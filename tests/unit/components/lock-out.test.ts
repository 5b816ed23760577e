// Simulates key and bucket policies for any settings: administrators keep access, other environments get no access.
// The principals have all permissions, so that only these policies can deny. Does not prove how KMS and S3 decide.
import assert from "node:assert/strict";
import { runSimulation } from "@cloud-copilot/iam-simulate";
import { keyPolicy, type KeyService, type KeyUse } from "@cloister/components/keys/policy";
import { limits } from "@cloister/components/aws/limits";
import { type AwsContext } from "@cloister/components/aws/context";
import { rolePath as pathOf, rolesAt } from "@cloister/components/aws/role-path";
import { logBucketPolicy, type Perimeter, perimeterPolicy } from "@cloister/components/storage/policy";
import * as fc from "fast-check";

const workRolePath = (context: AwsContext, name: string) => rolesAt(context, pathOf(context, name));

const accountId = "111122223333";
const deployer = `arn:aws:iam::${accountId}:role/platform/Deployer`;
const administrator = `arn:aws:iam::${accountId}:role/Administrator`;
const root = `arn:aws:iam::${accountId}:root`;
const runs = { numRuns: 15 };

interface Call {
  principal: string;
  action: string;
  resource: string;
  policy: string;
  context?: Record<string, string>;
}

/** Whether a principal with all permissions can send a request over TLS. */
async function isAllowed({ principal, action, resource, policy, context = {} }: Call): Promise<boolean> {
  const result = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId },
        contextVariables: {
          "aws:SecureTransport": "true",
          "aws:PrincipalIsAWSService": "false",
          "aws:ViaAWSService": "false",
          "aws:PrincipalArn": principal,
          "aws:PrincipalAccount": accountId,
          ...context,
        },
      },
      identityPolicies: [
        { name: "everything", policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] } },
      ],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: JSON.parse(policy) as unknown,
    },
    {},
  );
  if (result.resultType === "error") throw new Error(JSON.stringify(result.errors));
  return result.overallResult === "Allowed";
}

const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
const word = (min: number, max: number) => fc.string({ unit: fc.constantFrom(...letters), minLength: min, maxLength: max });
/** Generates a team and a stage that the settings allow. */
const environment = fc
  .tuple(fc.constantFrom(..."abc"), word(1, 14), fc.constantFrom("dev", "test"))
  .map(([a, b, stage]) => `${a}${b}-${stage}`);
const region = fc.constantFrom("eu-central-1", "us-east-1", "ap-southeast-2");
const arn = fc
  .tuple(fc.array(word(1, 20), { maxLength: 2 }), word(1, 64))
  .map(([path, name]) => `arn:aws:iam::${accountId}:role/${[...path, name].join("/")}`);
const arns = fc.array(arn, { maxLength: 20 });
const services = fc.subarray<KeyService>(["s3", "sagemaker", "elasticfilesystem", "ec2"], { minLength: 1 });

const keyUses: fc.Arbitrary<KeyUse & { name: string }> = fc
  .record({
    region,
    name: environment,
    hasDataRoles: fc.boolean(),
    roleArns: arns,
    through: services,
    deployRoleArns: arns,
    logs: fc.boolean(),
    hasPublishers: fc.boolean(),
  })
  .map(({ hasDataRoles, roleArns, through, hasPublishers, ...rest }) => {
    const context = { accountId, region: rest.region, partition: "aws" };
    return {
      ...context,
      ...rest,
      deployRoleArns: [...rest.deployRoleArns, deployer],
      ...(hasDataRoles && { dataRoles: { rolePath: workRolePath(context, rest.name), roleArns, through } }),
      ...(hasPublishers && { publishers: ["cloudwatch.amazonaws.com"] }),
    };
  });

const perimeters: fc.Arbitrary<Perimeter & { region: string }> = fc
  .record({
    region,
    owner: environment,
    bucket: word(3, 63),
    key: word(36, 36),
    roleArns: arns,
    deployRoleArns: arns,
    breakGlassRoleArns: arns,
    serviceRoleArns: arns,
    vpcEndpointIds: fc.array(
      word(17, 17).map((id) => `vpce-${id}`),
      { minLength: 1, maxLength: 4 },
    ),
    vpcIds: fc.array(
      word(17, 17).map((id) => `vpc-${id}`),
      { maxLength: 2 },
    ),
  })
  .map(({ bucket, key, roleArns, deployRoleArns, ...rest }) => ({
    ...rest,
    bucketArn: `arn:aws:s3:::${bucket}`,
    keyArn: `arn:aws:kms:${rest.region}:${accountId}:key/${key}`,
    dataRoles: { rolePath: workRolePath({ accountId, region: rest.region, partition: "aws" }, rest.owner), roleArns },
    deployRoleArns: [...deployRoleArns, deployer],
  }));

const keyOf = ({ region: where }: { region: string }) => `arn:aws:kms:${where}:${accountId}:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d0a1b`;
const keyAdministration = [
  "GetKeyPolicy",
  "PutKeyPolicy",
  "DescribeKey",
  "EnableKey",
  "EnableKeyRotation",
  "RevokeGrant",
  "ScheduleKeyDeletion",
  "CancelKeyDeletion",
];
const bucketAdministration = ["GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy", "GetEncryptionConfiguration", "DeleteBucket"];
const administrators = [deployer, administrator, root];

describe("administrators", () => {
  it("can read, change and delete every key, and every key policy fits the size limit", () =>
    fc.assert(
      fc.asyncProperty(keyUses, async (use) => {
        const policy = keyPolicy(use);
        assert.ok(policy.length <= limits.keyPolicy.value);
        for (const principal of administrators)
          for (const action of keyAdministration)
            assert.ok(await isAllowed({ principal, action: `kms:${action}`, resource: keyOf(use), policy }), `${principal} ${action}`);
      }),
      runs,
    ));

  it("cannot use a key or create a grant for the key, through any service", () =>
    fc.assert(
      fc.asyncProperty(keyUses, fc.constantFrom("s3", "sagemaker", "elasticfilesystem", "ec2"), async (use, service) => {
        const policy = keyPolicy(use);
        const context = { "kms:ViaService": `${service}.${use.region}.amazonaws.com`, "kms:GrantIsForAWSResource": "true" };
        for (const principal of [administrator, root])
          for (const action of ["Decrypt", "Encrypt", "GenerateDataKey", "CreateGrant"])
            assert.ok(
              !(await isAllowed({ principal, action: `kms:${action}`, resource: keyOf(use), policy, context })),
              `${principal} ${action}`,
            );
      }),
      runs,
    ));

  it("can read, change and delete every bucket and bucket policy from anywhere, and the policies fit the size limit", () =>
    fc.assert(
      fc.asyncProperty(perimeters, async (perimeter) => {
        const policy = perimeterPolicy(perimeter);
        assert.ok(policy.length <= limits.bucketPolicy.value);
        for (const principal of administrators)
          for (const action of bucketAdministration)
            assert.ok(
              await isAllowed({ principal, action: `s3:${action}`, resource: perimeter.bucketArn, policy }),
              `${principal} ${action}`,
            );
      }),
      runs,
    ));

  it("can list, read and empty a bucket from anywhere with a deploying or break-glass role", () =>
    fc.assert(
      fc.asyncProperty(perimeters, async (perimeter) => {
        const policy = perimeterPolicy(perimeter);
        for (const principal of [...perimeter.deployRoleArns, ...(perimeter.breakGlassRoleArns ?? [])]) {
          assert.ok(await isAllowed({ principal, action: "s3:ListBucketVersions", resource: perimeter.bucketArn, policy }), principal);
          for (const action of ["GetObject", "DeleteObjectVersion"])
            assert.ok(
              await isAllowed({ principal, action: `s3:${action}`, resource: `${perimeter.bucketArn}/x`, policy }),
              `${principal} ${action}`,
            );
        }
      }),
      { numRuns: 10 },
    ));

  it("can administer the log bucket", async () => {
    const policy = logBucketPolicy("hub-logs", accountId, "aws");
    for (const principal of administrators)
      for (const action of bucketAdministration)
        assert.ok(
          await isAllowed({ principal, action: `s3:${action}`, resource: "arn:aws:s3:::hub-logs", policy }),
          `${principal} ${action}`,
        );
  });
});

describe("environments with similar names", () => {
  /** Pairs of environments. In half of the pairs, one name is a prefix of the other name. */
  const pairs = fc
    .tuple(environment, environment, fc.constantFrom("-2", "2", "-dev", "x"), fc.boolean())
    .map(([name, other, more, isAlike]) => [name, isAlike ? name + more : other] as const)
    .filter(([name, other]) => name !== other);
  const context = { accountId, region: "eu-central-1", partition: "aws" };
  const roleOf = (name: string) => workRolePath(context, name).replace("*", "execution-0a1b2c3");
  const keyArn = keyOf(context);
  const throughEndpoint = { "aws:SourceVpce": "vpce-0" };
  const throughS3 = { "kms:ViaService": "s3.eu-central-1.amazonaws.com" };

  it("give a role access only to the bucket and key of its own environment, even through the same network", () =>
    fc.assert(
      fc.asyncProperty(pairs, async ([own, other]) => {
        const bucketArn = "arn:aws:s3:::the-bucket";
        const bucket = perimeterPolicy({
          owner: own,
          bucketArn,
          keyArn,
          dataRoles: { rolePath: workRolePath(context, own) },
          vpcEndpointIds: ["vpce-0"],
          deployRoleArns: [deployer],
        });
        const key = keyPolicy({ ...context, dataRoles: { rolePath: workRolePath(context, own), through: ["s3"] } });
        for (const [name, want] of [
          [own, true],
          [other, false],
        ] as const) {
          const principal = roleOf(name);
          assert.equal(
            await isAllowed({ principal, action: "s3:GetObject", resource: `${bucketArn}/x`, policy: bucket, context: throughEndpoint }),
            want,
            name,
          );
          assert.equal(
            await isAllowed({ principal, action: "kms:Decrypt", resource: keyArn, policy: key, context: throughS3 }),
            want,
            name,
          );
        }
      }),
      runs,
    ));
});
