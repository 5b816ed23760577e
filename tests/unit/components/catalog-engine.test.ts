// Creates the engine of Service Catalog under mocks. Does not prove that AWS accepts the inputs: tests/engine does.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type EngineArgs } from "@cloister/components/catalog/engine/engine";
import { expirationDays } from "@cloister/components/catalog/engine/names";
import { bundle } from "@cloister/components/functions/function";
import { type Statement } from "@cloister/components/aws/policy-document";
import { createdEngine, emptyFunctions, engineSettings, hub, image, launchRoleArn } from "../../helpers/catalog-engine";
import { HUB, type Registered, REGION, type World } from "../../helpers/mocks";
import { ofType, resourceOf } from "../../programs/world";
import { evaluateProgram } from "../../programs/violations";

const statementsOf = (policy: unknown) => (JSON.parse(String(policy)) as { Statement: Statement[] }).Statement;
const queueArn = (name: string) => `arn:aws:sqs:${REGION}:${HUB}:${name}`;
const queues = {
  provision: "ServiceCatalogExternalProvisionOperationQueue",
  update: "ServiceCatalogExternalUpdateOperationQueue",
  terminate: "ServiceCatalogExternalTerminateOperationQueue",
};

interface Lifecycle {
  filter: { prefix: string };
  expiration?: { days: number };
}

describe("the engine of Service Catalog", () => {
  let world: World;
  let outputs: Record<string, unknown>;
  before(async () => ({ world, outputs } = await createdEngine()));
  const resource = (type: string, name: string): Registered => resourceOf(world, type, `${hub}-engine-${name}`);

  it("passes every guardrail", async () => {
    const { violations, ran } = await evaluateProgram(world);
    assert.deepEqual(violations, []);
    for (const rule of ["s3-bucket-kms", "s3-tls-only", "s3-public-access-block-present", "kms-key-rotation", "log-group-kms"])
      assert.ok(ran.includes(rule), rule);
  });

  it("has a queue with the name for each operation, each with its own dead-letter queue", () => {
    for (const [role, name] of Object.entries(queues)) {
      const { inputs } = resource("aws:sqs/queue:Queue", `queue-${role}`);
      assert.equal(inputs.name, name);
      const redrive = JSON.parse(String(inputs.redrivePolicy)) as { deadLetterTargetArn: string; maxReceiveCount: number };
      const dead = resource("aws:sqs/queue:Queue", `queue-${role}-dead`);
      assert.deepEqual(redrive, { deadLetterTargetArn: dead.outputs.arn, maxReceiveCount: 5 });
      assert.deepEqual(JSON.parse(String(dead.inputs.redriveAllowPolicy)), {
        redrivePermission: "byQueue",
        sourceQueueArns: [queueArn(name)],
      });
      assert.equal(inputs.kmsMasterKeyId, resource("aws:kms/key:Key", "queues-key").outputs.arn);
      assert.equal(dead.inputs.kmsMasterKeyId, inputs.kmsMasterKeyId);
      assert.equal(dead.inputs.messageRetentionSeconds, 1_209_600);
    }
  });

  it("reports a message in a dead-letter queue to the alert topic", () => {
    for (const role of Object.keys(queues)) {
      const { inputs } = resource("aws:cloudwatch/metricAlarm:MetricAlarm", `queue-${role}-dead`);
      assert.deepEqual(inputs.dimensions, { QueueName: resource("aws:sqs/queue:Queue", `queue-${role}-dead`).outputs.name });
      assert.deepEqual([inputs.threshold, inputs.alarmActions], [0, [`arn:aws:sns:${REGION}:${HUB}:alerts`]]);
    }
  });

  it("lets only Service Catalog and the dispatcher send messages, only the dispatcher receive them, and only over TLS", () => {
    const dispatcher = resource("aws:iam/role:Role", "dispatcher").outputs.arn;
    const notService = { BoolIfExists: { "aws:PrincipalIsAWSService": "false" } };
    const notDispatcher = { ...notService, ArnNotEqualsIfExists: { "aws:PrincipalArn": [dispatcher] } };
    for (const [role, name] of Object.entries(queues)) {
      const [allow, ...denials] = statementsOf(resource("aws:sqs/queuePolicy:QueuePolicy", `queue-${role}`).inputs.policy);
      assert.deepEqual(
        [allow!.Effect, allow!.Principal, allow!.Action, allow!.Resource],
        ["Allow", { Service: "servicecatalog.amazonaws.com" }, ["sqs:GetQueueUrl", "sqs:SendMessage"], queueArn(name)],
      );
      const dead = statementsOf(resource("aws:sqs/queuePolicy:QueuePolicy", `queue-${role}-dead`).inputs.policy);
      const shown = (statements: typeof denials) =>
        statements.map(({ Effect, Principal, Action, Condition }) => [Effect, Principal, [Action].flat().length, Condition]);
      const tls = ["Deny", "*", 1, { Bool: { "aws:SecureTransport": "false" } }];
      assert.deepEqual(shown(denials), [["Deny", "*", 1, notDispatcher], ["Deny", "*", 4, notDispatcher], tls]);
      assert.deepEqual(shown(dead), [["Deny", "*", 1, notService], ["Deny", "*", 5, notService], tls]);
      assert.equal(dead[0]!.Resource, resource("aws:sqs/queue:Queue", `queue-${role}-dead`).outputs.arn);
    }
  });

  it("lets operators read dead letters and return them to their queue", async () => {
    const operator = `arn:aws:iam::${HUB}:role/Operators`;
    const { world: given } = await createdEngine({ settings: engineSettings({ operatorArns: [operator] }) });
    const exempt = (name: string, action: string) =>
      statementsOf(resourceOf(given, "aws:sqs/queuePolicy:QueuePolicy", `${hub}-engine-${name}`).inputs.policy)
        .filter(({ Effect, Action }) => Effect === "Deny" && [Action].flat().includes(action))
        .map(({ Condition }) => [Condition?.ArnNotEqualsIfExists?.["aws:PrincipalArn"] ?? []].flat().includes(operator));
    for (const action of ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:StartMessageMoveTask"])
      assert.deepEqual(exempt("queue-provision-dead", action), [true], action);
    assert.deepEqual(exempt("queue-provision-dead", "sqs:SendMessage"), [false]);
    assert.deepEqual([exempt("queue-provision", "sqs:SendMessage"), exempt("queue-provision", "sqs:ReceiveMessage")], [[true], [false]]);
  });

  it("leaves half of the concurrency to other accounts if the portfolio is shared", async () => {
    const unit = { arn: launchRoleArn.replace(HUB, "*"), organizationPaths: ["o-a/*/ou-b/*"] };
    const cases: [Partial<EngineArgs>, string][] = [
      [{}, "5"],
      [{ launchRoleArns: [launchRoleArn, launchRoleArn.replace(HUB, "999900001111")] }, "3"],
      [{ unitLaunchRoles: unit }, "3"],
    ];
    for (const [change, most] of cases) {
      const { inputs } = resourceOf((await createdEngine(change)).world, "aws:lambda/function:Function", `${hub}-engine-dispatcher`);
      assert.equal((inputs.environment as { variables: Record<string, string> }).variables.CLOISTER_ACCOUNT_CONCURRENCY, most);
    }
  });

  it("has three functions, and Service Catalog can invoke only the parser", () => {
    const names = ofType(world, "aws:lambda/function:Function").map(({ name, inputs }) => [name, inputs.name, inputs.handler]);
    assert.deepEqual(names.sort(), [
      [`${hub}-engine-dispatcher`, undefined, "index.handler"],
      [`${hub}-engine-parser`, "ServiceCatalogExternalParameterParser", "index.handler"],
      [`${hub}-engine-report`, undefined, "index.handler"],
    ]);
    const permissions = ofType(world, "aws:lambda/permission:Permission");
    assert.deepEqual(
      permissions.map(({ name, inputs, sources }) => [name, inputs.principal, sources.function!.map((from) => from.name)]).sort(),
      [
        [`${hub}-engine-dispatcher-ended`, "events.amazonaws.com", [`${hub}-engine-dispatcher`]],
        [`${hub}-engine-dispatcher-schedule`, "events.amazonaws.com", [`${hub}-engine-dispatcher`]],
        [`${hub}-engine-parser`, "servicecatalog.amazonaws.com", [`${hub}-engine-parser`]],
        [`${hub}-engine-report-unreported`, "events.amazonaws.com", [`${hub}-engine-report`]],
      ],
    );
    for (const { name, inputs } of permissions.filter(({ inputs }) => inputs.principal === "events.amazonaws.com"))
      assert.equal(inputs.sourceArn, resourceOf(world, "aws:cloudwatch/eventRule:EventRule", name).outputs.arn);
  });

  it("runs one dispatcher at a time: each minute, and after the end of an execution of its state machine", () => {
    const { inputs } = resource("aws:lambda/function:Function", "dispatcher");
    assert.equal(inputs.reservedConcurrentExecutions, 1);
    assert.deepEqual((inputs.environment as { variables: object }).variables, {
      CLOISTER_STATE_MACHINE_ARN: resource("aws:sfn/stateMachine:StateMachine", "flow").outputs.arn,
      CLOISTER_CONCURRENCY: "5",
      CLOISTER_ACCOUNT_CONCURRENCY: "5",
      ...Object.fromEntries(
        Object.entries(queues).map(([role]) => [
          `CLOISTER_${role.toUpperCase()}_QUEUE_URL`,
          resource("aws:sqs/queue:Queue", `queue-${role}`).outputs.url,
        ]),
      ),
    });
    assert.equal(resource("aws:cloudwatch/eventRule:EventRule", "dispatcher-schedule").inputs.scheduleExpression, "rate(1 minute)");
    assert.deepEqual(JSON.parse(String(resource("aws:cloudwatch/eventRule:EventRule", "dispatcher-ended").inputs.eventPattern)), {
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
      detail: { stateMachineArn: [outputs.stateMachineArn], status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] },
    });
  });

  it("reports requests whose execution ended without a report", () => {
    const { inputs } = resource("aws:cloudwatch/eventTarget:EventTarget", "report-unreported");
    assert.equal(inputs.arn, resource("aws:lambda/function:Function", "report").outputs.arn);
    const { detail } = JSON.parse(String(resource("aws:cloudwatch/eventRule:EventRule", "report-unreported").inputs.eventPattern)) as {
      detail: object;
    };
    assert.deepEqual(detail, { stateMachineArn: [outputs.stateMachineArn], status: ["FAILED", "TIMED_OUT", "ABORTED"] });
  });

  it("has alarms for requests that leads see no result of", () => {
    const alarms = ofType(world, "aws:cloudwatch/metricAlarm:MetricAlarm").map(({ name, inputs }) => {
      assert.deepEqual([inputs.alarmActions, inputs.treatMissingData], [[`arn:aws:sns:${REGION}:${HUB}:alerts`], "notBreaching"]);
      return [name.slice(`${hub}-engine-`.length), inputs.namespace, inputs.metricName, inputs.threshold];
    });
    assert.deepEqual(alarms.sort(), [
      ["dispatcher-errors", "AWS/Lambda", "Errors", 0],
      ["dispatcher-wait", "Cloister/Engine", "LongWaits", 0],
      ["flow-aborted", "AWS/States", "ExecutionsAborted", 0],
      ["flow-expired", "AWS/States", "ExecutionsTimedOut", 0],
      ["flow-failed", "AWS/States", "ExecutionsFailed", 0],
      ["parser-errors", "AWS/Lambda", "Errors", 0],
      ...Object.keys(queues)
        .flatMap((role) => [
          [`queue-${role}-age`, "AWS/SQS", "ApproximateAgeOfOldestMessage", 3600],
          [`queue-${role}-dead`, "AWS/SQS", "ApproximateNumberOfMessagesVisible", 0],
        ])
        .sort(),
      ["report-errors", "AWS/Lambda", "Errors", 0],
    ]);
  });

  it("previews in a project with the same image, network and role, and few builds", async () => {
    const project = (role: string) => ({ ...resource("aws:codebuild/project:Project", role).inputs, description: "" });
    assert.deepEqual(project("previews"), { ...project("runner"), concurrentBuildLimit: 2 });
    const { world: small } = await createdEngine({ settings: engineSettings({ concurrency: 1 }) });
    assert.equal(resourceOf(small, "aws:codebuild/project:Project", `${hub}-engine-previews`).inputs.concurrentBuildLimit, 1);
  });

  it("builds from an image with a digest, in the private subnets, without privileges or source", () => {
    const { inputs } = resource("aws:codebuild/project:Project", "runner");
    const { environmentVariables, ...environment } = inputs.environment as { environmentVariables: { name: string; value: string }[] };
    assert.deepEqual(environment, {
      type: "LINUX_CONTAINER",
      computeType: "BUILD_GENERAL1_SMALL",
      image,
      imagePullCredentialsType: "SERVICE_ROLE",
      privilegedMode: false,
    });
    assert.deepEqual(Object.fromEntries(environmentVariables.map(({ name, value }) => [name, value])), {
      CLOISTER_STATE_BUCKET: outputs.stateBucketName,
      CLOISTER_STATE_KEY_ARN: outputs.stateKeyArn,
      CLOISTER_ARTIFACT_BUCKET: outputs.artifactBucketName,
    });
    assert.deepEqual(inputs.vpcConfig, {
      vpcId: "vpc-0123456789abcdef0",
      subnets: ["subnet-0123456789abcdef0"],
      securityGroupIds: ["sg-0123456789abcdef0"],
    });
    const source = inputs.source as { type: string; buildspec: string };
    assert.deepEqual(
      [source.type, JSON.parse(source.buildspec)],
      ["NO_SOURCE", { version: "0.2", phases: { build: { commands: ["cloister-runner"] } } }],
    );
    assert.deepEqual([inputs.concurrentBuildLimit, inputs.buildTimeout], [5, 60]);
  });

  it("uses a proxy, a larger type and other limits from the settings", async () => {
    const { world: other } = await createdEngine({
      settings: engineSettings({
        proxyUrl: "http://proxy.bank.example:3128",
        concurrency: 12,
        computeType: "BUILD_GENERAL1_MEDIUM",
        timeoutMinutes: 120,
      }),
    });
    const { inputs } = resourceOf(other, "aws:codebuild/project:Project", `${hub}-engine-runner`);
    const environment = inputs.environment as { computeType: string; environmentVariables: { name: string; value: string }[] };
    assert.equal(environment.computeType, "BUILD_GENERAL1_MEDIUM");
    const value = (variable: string) => environment.environmentVariables.find(({ name }) => name === variable)?.value;
    assert.equal(value("HTTPS_PROXY"), "http://proxy.bank.example:3128");
    assert.match(value("NO_PROXY")!, /169\.254\.170\.2/);
    assert.deepEqual([inputs.concurrentBuildLimit, inputs.buildTimeout], [12, 120]);
    const { variables } = resourceOf(other, "aws:lambda/function:Function", `${hub}-engine-dispatcher`).inputs.environment as {
      variables: Record<string, string>;
    };
    assert.equal(variables.CLOISTER_CONCURRENCY, "12");
  });

  it("keeps state and versions in versioned buckets under its own key, which a destroy retains", async () => {
    for (const role of ["state", "artifacts"]) {
      const bucket = resource("aws:s3/bucket:Bucket", `${role}-bucket`);
      assert.ok(bucket.retainOnDelete, role);
      assert.deepEqual(resource("aws:s3/bucketVersioning:BucketVersioning", `${role}-versions`).inputs.versioningConfiguration, {
        status: "Enabled",
      });
    }
    assert.ok(resource("aws:kms/key:Key", "state-key").retainOnDelete);
    const { world: purged } = await createdEngine({ purge: true });
    for (const { name, retainOnDelete } of purged.resources.filter(({ custom }) => custom)) assert.ok(!retainOnDelete, name);
  });

  it("deletes results after a month, requests when no execution can be redriven any more, and no other objects", () => {
    const rules = (role: string) =>
      (resource("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", `${role}-lifecycle`).inputs.rules as Lifecycle[])
        .filter(({ expiration }) => expiration)
        .map(({ filter, expiration }) => [filter.prefix, expiration!.days]);
    assert.deepEqual(rules("state"), [
      ["requests/", 400],
      ["results/", 30],
    ]);
    const [longestExecution, redrivable] = [365, 14];
    assert.ok(expirationDays.requests > longestExecution + redrivable);
    assert.deepEqual(rules("artifacts"), []);
  });

  it("lets only the runner use the state key without S3", () => {
    const [, throughS3, runner, ...more] = statementsOf(resource("aws:kms/key:Key", "state-key").inputs.policy);
    assert.deepEqual(more, []);
    assert.deepEqual(throughS3!.Condition, { StringEquals: { "kms:ViaService": [`s3.${REGION}.amazonaws.com`] } });
    assert.deepEqual(runner!.Condition, { ArnEquals: { "aws:PrincipalArn": resource("aws:iam/role:Role", "runner").outputs.arn } });
  });

  it("logs the execution history without inputs, which contain tokens", () =>
    assert.deepEqual(resource("aws:sfn/stateMachine:StateMachine", "flow").inputs.loggingConfiguration, {
      level: "ALL",
      includeExecutionData: false,
      logDestination: `${String(resource("aws:cloudwatch/logGroup:LogGroup", "flow-logs").outputs.arn)}:*`,
    }));
});

describe("the code of the engine's functions", () => {
  const withCode = (code: string): string => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-code-"));
    fs.writeFileSync(path.join(folder, "parser.ts"), code);
    return folder;
  };

  it("is the same text for the same code, in any folder", () => {
    const code = 'import { z } from "zod"; export const handler = (event: unknown) => z.string().parse(event);';
    // Packages resolve from the folder of the code.
    const folders = ["one", "two"].map((name) => path.join(emptyFunctions(), name));
    for (const folder of folders) {
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, "parser.ts"), code.replace("zod", path.resolve("node_modules/zod")));
    }
    const [first, second] = folders.map((folder) => bundle("parser", folder));
    assert.equal(first, second);
    assert.ok(first!.length > 10_000);
  });

  it("exports the handler, and contains what it imports", () => {
    const folder = withCode('import { name } from "./name"; export const handler = (): string => name;');
    fs.writeFileSync(path.join(folder, "name.ts"), 'export const name: string = "cloister";');
    const file = path.join(folder, "bundled.cjs");
    fs.writeFileSync(file, bundle("parser", folder));
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the bundle is CommonJS, as Lambda loads it
    assert.equal((require(file) as { handler: () => string }).handler(), "cloister");
  });

  it("has a handler in each function, with everything that it imports", () => {
    for (const entry of ["parser", "dispatcher", "report"]) {
      const file = path.join(emptyFunctions(), `${entry}.cjs`);
      fs.writeFileSync(file, bundle(entry, path.resolve("components/catalog/runtime")));
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- the bundle is CommonJS, as Lambda loads it
      assert.equal(typeof (require(file) as { handler: unknown }).handler, "function", entry);
    }
  }).timeout(20_000);

  it("reports the file and the import that cannot be found", () =>
    assert.throws(() => bundle("parser", withCode('import "./missing";')), /parser\.ts:1:7: ERROR: Could not resolve "\.\/missing"/));
});
