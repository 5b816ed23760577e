// Nobody is locked out, nobody of another environment is let in, and AWS takes the documents: for any mix of settings, decided by a simulator of IAM that is not ours.
// Does not prove that KMS and S3 decide so, nor that roles have the rights of their own that are assumed here: every right there is, so that only these policies decide.
import assert from "node:assert/strict";
import { runSimulation } from "@cloud-copilot/iam-simulate";
import { keyPolicy, keyPolicyLimit, type KeyService, type KeyUse } from "@cloister/components/keys/policy";
import { type AwsContext } from "@cloister/components/aws/context";
import { rolePath as pathOf, rolesAt } from "@cloister/components/identity/role-path";
import { bucketPolicyLimit, logBucketPolicy, type Perimeter, perimeterPolicy } from "@cloister/components/storage/policy";
import * as fc from "fast-check";

const workRolePath = (context: AwsContext, name: string) => rolesAt(context, pathOf(context, name, "work"));

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

/** Whether a principal that has every right may do something, over TLS. */
async function may({ principal, action, resource, policy, context = {} }: Call): Promise<boolean> {
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
/** As settings allow it: a team and a stage. */
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
    isWorkedWith: fc.boolean(),
    roleArns: arns,
    through: services,
    deployRoleArns: arns,
    logs: fc.boolean(),
    publishes: fc.boolean(),
  })
  .map(({ isWorkedWith, roleArns, through, publishes, ...rest }) => {
    const context = { accountId, region: rest.region, partition: "aws" };
    return {
      ...context,
      ...rest,
      deployRoleArns: [...rest.deployRoleArns, deployer],
      ...(isWorkedWith && { dataRoles: { rolePath: workRolePath(context, rest.name), roleArns, through } }),
      ...(publishes && { publishers: ["cloudwatch.amazonaws.com"] }),
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
const looksAfterKeys = [
  "GetKeyPolicy",
  "PutKeyPolicy",
  "DescribeKey",
  "EnableKey",
  "EnableKeyRotation",
  "RevokeGrant",
  "ScheduleKeyDeletion",
  "CancelKeyDeletion",
];
const looksAfterBuckets = ["GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy", "GetEncryptionConfiguration", "DeleteBucket"];
const repairers = [deployer, administrator, root];

describe("no lock-out", () => {
  it("of a key: whoever deploys, administrators and the root can read, change and delete it, and its policy is not too long", () =>
    fc.assert(
      fc.asyncProperty(keyUses, async (use) => {
        const policy = keyPolicy(use);
        assert.ok(policy.length <= keyPolicyLimit);
        for (const principal of repairers)
          for (const action of looksAfterKeys)
            assert.ok(await may({ principal, action: `kms:${action}`, resource: keyOf(use), policy }), `${principal} ${action}`);
      }),
      runs,
    ));

  it("of a key, and no way in: administrators neither use it nor let anybody use it, through whatever service", () =>
    fc.assert(
      fc.asyncProperty(keyUses, fc.constantFrom("s3", "sagemaker", "elasticfilesystem", "ec2"), async (use, service) => {
        const policy = keyPolicy(use);
        const context = { "kms:ViaService": `${service}.${use.region}.amazonaws.com`, "kms:GrantIsForAWSResource": "true" };
        for (const principal of [administrator, root])
          for (const action of ["Decrypt", "Encrypt", "GenerateDataKey", "CreateGrant"])
            assert.ok(
              !(await may({ principal, action: `kms:${action}`, resource: keyOf(use), policy, context })),
              `${principal} ${action}`,
            );
      }),
      runs,
    ));

  it("of a bucket: whoever deploys, administrators and the root can read, change and delete its policy and it, from anywhere, and its policy is not too long", () =>
    fc.assert(
      fc.asyncProperty(perimeters, async (perimeter) => {
        const policy = perimeterPolicy(perimeter);
        assert.ok(policy.length <= bucketPolicyLimit);
        for (const principal of repairers)
          for (const action of looksAfterBuckets)
            assert.ok(await may({ principal, action: `s3:${action}`, resource: perimeter.bucketArn, policy }), `${principal} ${action}`);
      }),
      runs,
    ));

  it("of a bucket's contents: roles that deploy and those for emergencies list, read and empty it from anywhere", () =>
    fc.assert(
      fc.asyncProperty(perimeters, async (perimeter) => {
        const policy = perimeterPolicy(perimeter);
        for (const principal of [...perimeter.deployRoleArns, ...(perimeter.breakGlassRoleArns ?? [])]) {
          assert.ok(await may({ principal, action: "s3:ListBucketVersions", resource: perimeter.bucketArn, policy }), principal);
          for (const action of ["GetObject", "DeleteObjectVersion"])
            assert.ok(
              await may({ principal, action: `s3:${action}`, resource: `${perimeter.bucketArn}/x`, policy }),
              `${principal} ${action}`,
            );
        }
      }),
      { numRuns: 10 },
    ));

  it("of the log bucket", async () => {
    const policy = logBucketPolicy("hub-logs", accountId, "aws");
    for (const principal of repairers)
      for (const action of looksAfterBuckets)
        assert.ok(await may({ principal, action: `s3:${action}`, resource: "arn:aws:s3:::hub-logs", policy }), `${principal} ${action}`);
  });
});

describe("no collision", () => {
  /** Two environments, half of them with names that begin alike. */
  const pairs = fc
    .tuple(environment, environment, fc.constantFrom("-2", "2", "-dev", "x"), fc.boolean())
    .map(([one, other, more, isAlike]) => [one, isAlike ? one + more : other] as const)
    .filter(([one, other]) => one !== other);
  const context = { accountId, region: "eu-central-1", partition: "aws" };
  const roleOf = (name: string) => workRolePath(context, name).replace("*", "execution-0a1b2c3");
  const keyArn = keyOf(context);
  const inside = { "aws:SourceVpce": "vpce-0" };
  const through = { "kms:ViaService": "s3.eu-central-1.amazonaws.com" };

  it("a role of one environment reaches its own bucket and key, and those of no other, even through its network", () =>
    fc.assert(
      fc.asyncProperty(pairs, async ([childOptions, others]) => {
        const bucketArn = "arn:aws:s3:::the-bucket";
        const bucket = perimeterPolicy({
          owner: childOptions,
          bucketArn,
          keyArn,
          dataRoles: { rolePath: workRolePath(context, childOptions) },
          vpcEndpointIds: ["vpce-0"],
          deployRoleArns: [deployer],
        });
        const key = keyPolicy({ ...context, dataRoles: { rolePath: workRolePath(context, childOptions), through: ["s3"] } });
        for (const [name, want] of [
          [childOptions, true],
          [others, false],
        ] as const) {
          const principal = roleOf(name);
          assert.equal(
            await may({ principal, action: "s3:GetObject", resource: `${bucketArn}/x`, policy: bucket, context: inside }),
            want,
            name,
          );
          assert.equal(await may({ principal, action: "kms:Decrypt", resource: keyArn, policy: key, context: through }), want, name);
        }
      }),
      runs,
    ));
});
