// Tests which policies of an environment reach their limits first: the preflight checks only these.
import assert from "node:assert/strict";
import { limits } from "@cloister/components/aws/limits";
import { boundaryExcess } from "@cloister/components/identity/boundary";
import { keyPolicy, type KeyUse } from "@cloister/components/keys/policy";
import { perimeterPolicy } from "@cloister/components/storage/policy";
import { context, strict } from "../../helpers/iam";

const arns = (count: number, letter: string) =>
  Array.from({ length: count }, (_, i) => `arn:aws:iam::111122223333:role/${letter.repeat(20)}-${i}`);
const rolePath = "arn:aws:iam::111122223333:role/cloister/eu-central-1/fraud-dev/work/*";
const none = {
  dataRoleArns: [] as string[],
  deployRoleArns: arns(1, "e"),
  breakGlassRoleArns: [] as string[],
  serviceRoleArns: [] as string[],
};

describe("policies with the roles of the settings", () => {
  for (const list of ["deployRoleArns", "breakGlassRoleArns", "serviceRoleArns"] as const)
    it(`reach the limit of bucket policies before that of key policies, with many ${list}`, () => {
      const rolesOf = (count: number) => ({ ...none, [list]: arns(count, "x") });
      const bucketPolicy = (count: number) => {
        const { dataRoleArns, ...others } = rolesOf(count);
        return perimeterPolicy({
          ...others,
          dataRoles: { rolePath, roleArns: dataRoleArns },
          owner: "fraud-dev",
          bucketArn: "arn:aws:s3:::bucket",
          keyArn: "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000",
          vpcEndpointIds: ["vpce-0a1b2c3d4e5f60001"],
          keepsRegistered: true,
        });
      };
      let count = 1;
      while (bucketPolicy(count).length < limits.bucketPolicy.value - 500) count++;
      const { dataRoleArns, deployRoleArns, breakGlassRoleArns, serviceRoleArns } = rolesOf(count);
      const uses: Partial<KeyUse>[] = [
        {
          dataRoles: {
            rolePath,
            roleArns: [...dataRoleArns, ...breakGlassRoleArns, ...serviceRoleArns],
            through: ["s3", "sagemaker", "ec2"],
          },
          launchRoles: { rolePattern: "arn:aws:iam::111122223333:role/cloister/euc1/fraud-dev-data-scientist*" },
        },
        { dataRoles: { rolePath, roleArns: dataRoleArns, through: ["sagemaker", "elasticfilesystem", "ec2"] }, deployRoleArns },
      ];
      for (const use of uses) assert.ok(keyPolicy({ ...context, ...use }).length < limits.keyPolicy.value - 1000, String(count));
    });

  it("reach the limit of permissions boundaries before all others, with many existing data roles", () => {
    const roleArns = arns(100, "x");
    const counts = { subnets: 1, groups: 1, resultKeys: 1, instanceTypes: [], features: [], roleArns };
    assert.ok(boundaryExcess(context, "fraud-dev", strict, counts) > 0);
    const use: Partial<KeyUse> = { dataRoles: { rolePath, roleArns, through: ["s3", "sagemaker", "ec2"] } };
    assert.ok(keyPolicy({ ...context, ...use }).length < limits.keyPolicy.value - 1000);
  });
});
