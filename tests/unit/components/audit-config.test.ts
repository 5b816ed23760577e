// Tests the plan of AWS Config, its lookup, and the signed calls of lookups. Does not prove that AWS evaluates the rules.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as http from "node:http";
import { type AddressInfo } from "node:net";
import { lookupAudit } from "@cloister/components/audit/lookup";
import { type ConfigFindings } from "@cloister/components/audit/config/lookup";
import { planConfig } from "@cloister/components/audit/config/plan";
import { managedRules } from "@cloister/components/audit/config/rules";
import { planAudit } from "@cloister/components/audit/plan";
import { auditSettings } from "@cloister/components/audit/settings";
import { signedCall } from "@cloister/components/aws/signed-call";
import { configBucketPolicy } from "@cloister/components/storage/policy";
import { keyPolicy } from "@cloister/components/keys/policy";
import { catalogue } from "@cloister/policy-pack/catalogue";
import { useMocks } from "../../helpers/mocks";

const context = { accountId: "111122223333", region: "eu-central-1", partition: "aws" };
const path = "cloister-core:audit.config";
const settingsOf = (config: object) => auditSettings().parse({ config })!;
const none: ConfigFindings = { hasServiceRole: true };
const organization = { name: "organization", isRecording: true, recordsAllTypes: true, types: [] };
const planOf = (config: object, findings: ConfigFindings, region = context.region) =>
  planConfig({ context: { ...context, region }, name: "hub", settings: settingsOf(config).config!, path }, findings);
const problemsOf = (config: object, findings: ConfigFindings) =>
  planOf(config, findings).problems.map(({ setting, text }) => `${setting} ${text}`);

describe("the plan of AWS Config", () => {
  it("creates a recorder and all rules in an account without a recorder", () => {
    const { plan, problems, warnings } = planOf({}, none);
    assert.deepEqual([problems, warnings], [[], []]);
    assert.deepEqual(plan.recorder, {
      name: "hub-recorder",
      frequency: "CONTINUOUS",
      globalTypes: true,
      roleArn: "arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
      readerArns: [],
    });
    assert.equal(plan.rules.length, managedRules.length);
  });

  it("keeps the recorder and the channel that the stack created", () =>
    assert.deepEqual(problemsOf({}, { ...none, recorder: { ...organization, name: "hub-recorder" }, channel: "hub-channel" }), []));

  const rejected: [title: string, config: object, findings: ConfigFindings, pattern: RegExp][] = [
    [
      "a second recorder",
      {},
      { ...none, recorder: organization, channel: "organization" },
      /^cloister-core:audit\.config must not create a second recorder.*\(got organization\)\. Fix: pulumi config set --path cloister-core:audit\.config\.existingRecorder true$/,
    ],
    [
      "a delivery channel without a recorder",
      {},
      { ...none, channel: "left" },
      /must not create a second delivery channel.*Fix: aws configservice delete-delivery-channel --delivery-channel-name left$/,
    ],
    [
      "a missing service-linked role",
      {},
      { hasServiceRole: false },
      /requires the role AWSServiceRoleForConfig.*Fix: aws iam create-service-linked-role --aws-service-name config\.amazonaws\.com$/,
    ],
    [
      "a reader of another account",
      { readerArns: ["arn:aws:iam::999900001111:role/Auditors"] },
      none,
      /readerArns\[0\] must be a role or user/,
    ],
    ["an existing recorder that does not exist", { existingRecorder: true }, none, /existingRecorder requires a recorder .*\(got none\)/],
    [
      "an existing recorder that is stopped",
      { existingRecorder: true },
      { ...none, recorder: { ...organization, isRecording: false } },
      /requires a recorder that records .*Fix: aws configservice start-configuration-recorder --configuration-recorder-name organization$/,
    ],
    [
      "the recorder of the stack as an existing recorder",
      { existingRecorder: true },
      { ...none, recorder: { ...organization, name: "hub-recorder" } },
      /must not be true for hub-recorder, which this stack created/,
    ],
    [
      "an existing recorder without rules",
      { existingRecorder: true, rules: false },
      { ...none, recorder: organization },
      /must not be true without 'cloister-core:audit\.config\.rules'/,
    ],
  ];
  for (const [title, config, findings, pattern] of rejected)
    it(`rejects ${title}, with the next step`, () => {
      const problems = problemsOf(config, findings);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0]!, pattern);
    });

  it("creates only rules for an existing recorder, and warns if it records too few types", () => {
    const { plan, problems, warnings } = planOf({ existingRecorder: true }, { hasServiceRole: false, recorder: organization });
    assert.deepEqual([plan.recorder, problems, warnings], [undefined, [], []]);
    const few = { ...organization, recordsAllTypes: false, types: ["AWS::SageMaker::Domain", "AWS::EC2::VPC"] };
    assert.match(
      planOf({ existingRecorder: true }, { ...none, recorder: few }).warnings![0]!.text,
      /may not record AWS::SageMaker::Model, AWS::SageMaker::NotebookInstance,/,
    );
  });

  it("creates no rule that AWS Config does not offer in the region, with a warning", () => {
    const { plan, warnings } = planOf({}, none, "eu-central-2");
    assert.ok(!plan.rules.some(({ identifier }) => identifier === "SAGEMAKER_DOMAIN_IN_VPC"));
    assert.ok(plan.rules.some(({ identifier }) => identifier === "CMK_BACKING_KEY_ROTATION_ENABLED"));
    assert.match(warnings![0]!.text, /creates no rule SAGEMAKER_DOMAIN_IN_VPC, .*does not offer in eu-central-2\.$/);
    assert.deepEqual(planOf({ rules: false }, none, "eu-central-2").warnings, []);
  });

  it("has unique rules with descriptions that AWS accepts, and guardrails of the policy pack", () => {
    for (const values of [managedRules.map(({ name }) => name), managedRules.map(({ identifier }) => identifier)])
      assert.equal(new Set(values).size, values.length);
    assert.deepEqual(
      managedRules.filter(({ about, identifier }) => about.length > 256 || !/^[A-Z0-9_]+$/.test(identifier)),
      [],
    );
    const known = catalogue.map(({ name }) => name);
    assert.deepEqual(
      managedRules.filter(({ guardrail }) => guardrail !== undefined && !known.includes(guardrail)),
      [],
    );
  });
});

describe("the page about audits", () => {
  it("lists each rule of AWS Config with what it requires", () => {
    const page = fs.readFileSync("docs/audit.md", "utf8").split("\n");
    const rows = page.flatMap((line) => /^\| `([\w-]+)` +\| (.+?) +\|$/.exec(line)?.slice(1, 3).join(": ") ?? []);
    assert.deepEqual(
      managedRules.map(({ name, about }) => `${name}: ${about}`).filter((row) => !rows.includes(row)),
      [],
    );
  });
});

describe("the lookup of AWS Config", () => {
  const request = { context, name: "hub", settings: settingsOf({}), tags: {}, purge: false, path: "cloister-core:audit" };
  const use = (answers: NonNullable<Parameters<typeof useMocks>[0]["answers"]>, config: Record<string, unknown> = {}) =>
    useMocks({ project: "it", stack: "it", config, answers });

  it("finds the recorder of the customer, and not those of AWS services", async () => {
    const world = await use({
      "config:DescribeConfigurationRecorders": () => ({
        ConfigurationRecorders: [
          { name: "AWSConfigurationRecorderForInspector", servicePrincipal: "inspector2.amazonaws.com", recordingGroup: {} },
          { name: "default", recordingGroup: { allSupported: false, resourceTypes: ["AWS::EC2::VPC"] } },
        ],
      }),
      "config:DescribeConfigurationRecorderStatus": () => ({ ConfigurationRecordersStatus: [{ name: "default", recording: true }] }),
      "config:DescribeDeliveryChannels": () => ({ DeliveryChannels: [{ name: "default" }] }),
      getRole: () => ({ arn: "arn:aws:iam::111122223333:role/x" }),
    });
    assert.deepEqual(await lookupAudit(request), {
      config: {
        recorder: { name: "default", isRecording: true, recordsAllTypes: false, types: ["AWS::EC2::VPC"] },
        channel: "default",
        hasServiceRole: true,
      },
    });
    assert.deepEqual(
      world.calls.map(({ token }) => token).filter((token) => token.startsWith("config:")),
      ["config:DescribeConfigurationRecorders", "config:DescribeConfigurationRecorderStatus", "config:DescribeDeliveryChannels"],
    );
  });

  it("finds nothing in an account without AWS Config", async () => {
    await use({ getRole: () => undefined });
    assert.deepEqual(await lookupAudit(request), { config: { hasServiceRole: false } });
  });

  it("reports credentials that only the provider reads, and makes no call", async () => {
    const world = await use({}, { "aws:assumeRoles": [{ roleArn: "arn:aws:iam::111122223333:role/Deploy" }] });
    const findings = await lookupAudit(request);
    assert.match(planAudit(request, findings).problems[0]!.text, /^requires credentials that the AWS SDK reads/);
    assert.deepEqual(world.calls, []);
  });

  it("reports an error of AWS", async () => {
    await use({ "config:DescribeDeliveryChannels": () => undefined, getRole: () => ({ arn: "arn:aws:iam::111122223333:role/x" }) });
    await assert.rejects(lookupAudit(request), /not authorized to perform: config:DescribeDeliveryChannels/);
  });
});

describe("a signed call", () => {
  /** Answers with each status once, and then with 200. Status 0 closes the connection. */
  async function answering(statuses: [number, object][], run: () => Promise<void>): Promise<http.IncomingHttpHeaders[]> {
    const seen: http.IncomingHttpHeaders[] = [];
    const server = http.createServer((request, response) => {
      seen.push(request.headers);
      const [status, body] = statuses[seen.length - 1] ?? [200, { done: true }];
      if (status === 0) return void request.socket.destroy();
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    process.env.AWS_ENDPOINT_URL_TRIED = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      await run();
    } finally {
      delete process.env.AWS_ENDPOINT_URL_TRIED;
      server.closeAllConnections();
      server.close();
    }
    return seen;
  }
  const call = () =>
    signedCall(context, { scope: "tried", host: "tried", id: "TRIED" }, { method: "GET", path: "/x", query: { type: "ACCOUNT" } });

  it("is signed for the service and the region, and repeated if AWS throttles it or the connection is lost", async () => {
    await useMocks({ project: "it", stack: "it", config: {} });
    const seen = await answering(
      [
        [429, { message: "slow down" }],
        [400, { __type: "com.amazon#ThrottlingException" }],
        [0, {}],
      ],
      async () => assert.deepEqual(await call(), { done: true }),
    );
    assert.equal(seen.length, 4);
    assert.match(seen[0]!.authorization!, /^AWS4-HMAC-SHA256 Credential=A\/\d{8}\/eu-central-1\/tried\/aws4_request/);
  });

  it("fails with the code of AWS, and is not repeated", async () => {
    await useMocks({ project: "it", stack: "it", config: {} });
    const seen = await answering([[403, { __type: "com.amazon#AccessDeniedException", message: "no" }]], () =>
      assert.rejects(call(), { name: "AccessDeniedException", message: "tried GET /x: no (AccessDeniedException)" }),
    );
    assert.equal(seen.length, 1);
  });
});

describe("the policies of AWS Config", () => {
  const statements = (json: string) => (JSON.parse(json) as { Statement: Record<string, unknown>[] }).Statement;

  it("let only AWS Config write to the bucket, below the folder of the account", () =>
    assert.deepEqual(
      statements(configBucketPolicy("hub-config", context)).map(({ Sid, Effect, Condition }) => [Sid, Effect, Condition]),
      [
        ["TlsOnly", "Deny", { Bool: { "aws:SecureTransport": "false" } }],
        ["ConfigReadsBucket", "Allow", { StringEquals: { "aws:SourceAccount": context.accountId } }],
        [
          "ConfigWrites",
          "Allow",
          { StringEquals: { "aws:SourceAccount": context.accountId, "s3:x-amz-acl": "bucket-owner-full-control" } },
        ],
        ["OnlyServicesWrite", "Deny", { BoolIfExists: { "aws:PrincipalIsAWSService": "false" } }],
      ],
    ));

  it("let AWS Config encrypt for the account, and only readers decrypt", () =>
    assert.deepEqual(
      statements(keyPolicy({ ...context, config: { readerArns: ["arn:aws:iam::111122223333:role/Auditors"] } }))
        .slice(1)
        .map(({ Sid, Action }) => [Sid, Action]),
      [
        ["ConfigEncrypts", ["kms:Decrypt", "kms:GenerateDataKey"]],
        ["AuditorsRead", ["kms:Decrypt"]],
      ],
    ));
});
