// Tests Lambda functions in the sandbox, whose code really runs. Not proven: limits of memory and concurrency, and other runtimes.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { silent } from "@cloister/common";
import { Control, startWorld, stopWorld, type World } from "@cloister/sandbox";
import { strToU8, zipSync } from "fflate";
import { boto3 } from "./boto3";
import { javascript } from "./javascript";
import { at, type Outcome } from "./run";
import { worldName, worldTools } from "./world";

describe("Lambda of the sandbox", function () {
  this.timeout(120_000);
  let world: World;
  let python: ReturnType<typeof boto3>;

  const open = async (name: string) => {
    const tools = await worldTools();
    world = await startWorld(tools, { name, progress: silent });
    python = boto3(world, tools.python);
  };
  const lambda = (operation: string, input: object) => python({ service: "lambda", operation, input, account: world.hubAccount });
  /** Creates a function, or changes its code. */
  async function deploy(FunctionName: string, file: string, body: string, more: object = {}): Promise<Outcome> {
    const client = javascript(world);
    const Body = Buffer.from(zipSync({ [file]: strToU8(body), "lib/": new Uint8Array() }));
    const object = { Bucket: "code", Key: FunctionName };
    await client({ service: "s3", operation: "PutObject", input: { ...object, Body }, account: world.hubAccount });
    const Role = `arn:aws:iam::${world.hubAccount}:role/OrganizationAccountAccessRole`;
    const Code = { S3Bucket: object.Bucket, S3Key: object.Key };
    return lambda("CreateFunction", { FunctionName, Runtime: "nodejs20.x", Handler: "index.handler", Role, Code, ...more });
  }
  const result = async (FunctionName: string, event: unknown = {}, more: object = {}) => {
    const { output, message } = await lambda("Invoke", { FunctionName, Payload: JSON.stringify(event), ...more });
    assert.equal(message, undefined);
    return {
      error: at(output, "FunctionError"),
      log: at(output, "LogResult"),
      payload: JSON.parse(String(at(output, "Payload"))) as unknown,
    };
  };

  before(async () => {
    await open(worldName("functions"));
    const input = { Bucket: "code", CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } };
    await javascript(world)({ service: "s3", operation: "CreateBucket", input, account: world.hubAccount });
  });
  after(async () => {
    python.close();
    await stopWorld(world.name);
  });

  it("runs the code with event, context, variables and log", async () => {
    const body = `exports.handler = async (event, context) => {
      console.log("seen");
      return { event, name: context.functionName, left: context.getRemainingTimeInMillis() > 1000, color: process.env.COLOR };
    };`;
    const { message } = await deploy("plain", "index.js", body, { Environment: { Variables: { COLOR: "blue" } } });
    assert.equal(message, undefined);
    const { payload, log, error } = await result("plain", { a: 1 }, { LogType: "Tail" });
    assert.deepEqual(payload, { event: { a: 1 }, name: "plain", left: true, color: "blue" });
    assert.equal(Buffer.from(String(log), "base64").toString(), "seen\n");
    assert.equal(error, undefined);
  });

  it("calls AWS with the session of the function's role", async () => {
    const body = `const { STSClient, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");
      exports.handler = async () => (await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn;`;
    await deploy("caller", "index.js", body, { Timeout: 30 });
    const arn = `arn:aws:sts::${world.hubAccount}:assumed-role/OrganizationAccountAccessRole/caller`;
    assert.deepEqual((await result("caller")).payload, arn);
    assert.ok(
      (await new Control(world).journal({ service: "sts", operation: "GetCallerIdentity" })).some(({ principal }) => principal === arn),
    );
  });

  it("runs modules and handlers with a callback", async () => {
    await deploy("module", "index.mjs", "export const handler = async () => 'module';");
    assert.equal((await result("module")).payload, "module");
    await deploy("callback", "index.js", "exports.handler = (event, context, done) => setTimeout(() => done(null, 'later'), 10);");
    assert.equal((await result("callback")).payload, "later");
  });

  it("reports errors, time-outs, exits and missing handlers of functions", async () => {
    const outcomes: [name: string, body: string, type: string, message: RegExp][] = [
      ["throws", "exports.handler = async () => { throw new TypeError('broken'); };", "TypeError", /^broken$/],
      [
        "slow",
        "exports.handler = () => new Promise(() => setInterval(() => {}, 1000));",
        "Sandbox.Timedout",
        /timed out after 1\.00 seconds/,
      ],
      ["exits", "exports.handler = async () => process.exit(3);", "Runtime.ExitError", /without providing a reason/],
      ["none", "exports.other = 1;", "Runtime.HandlerNotFound", /index\.handler is undefined/],
    ];
    for (const [name, body, type, message] of outcomes) {
      await deploy(name, "index.js", body, { Timeout: name === "slow" ? 1 : 10 });
      const { error, payload } = await result(name);
      assert.equal(error, "Unhandled");
      assert.equal(at(payload, "errorType"), type);
      assert.match(String(at(payload, "errorMessage")), message);
    }
  });

  it("answers events at once, checks without an invocation, and rejects other input", async () => {
    assert.equal((await lambda("Invoke", { FunctionName: "plain", InvocationType: "DryRun" })).message, undefined);
    assert.equal(at((await lambda("Invoke", { FunctionName: "slow", InvocationType: "Event" })).output, "StatusCode"), 202);
    assert.equal((await lambda("Invoke", { FunctionName: "plain", Payload: "{" })).error, "InvalidRequestContentException");
    assert.equal((await lambda("Invoke", { FunctionName: "nobody" })).error, "ResourceNotFoundException");
    await deploy("snake", "index.py", "", { Runtime: "python3.12" });
    assert.match((await lambda("Invoke", { FunctionName: "snake" })).message!, /runs only functions for Node\.js/);
  });

  it("runs only code of the function", async () => {
    const variables = ["PATH", "NODE_OPTIONS", "NODE_PATH", "LD_PRELOAD"];
    const body = `exports.handler = async () => ${JSON.stringify(variables)}.filter((name) => process.env[name] === "other");`;
    const Variables = Object.fromEntries(variables.map((name) => [name, "other"]));
    await deploy("loader", "index.js", body, { Environment: { Variables } });
    assert.deepEqual((await result("loader")).payload, []);
    for (const [name, Handler] of [
      ["outside", "../index.handler"],
      ["absolute", "/index.handler"],
    ] as const) {
      await deploy(name, "index.js", body, { Handler });
      assert.equal(at((await result(name)).payload, "errorType"), "Runtime.MalformedHandlerName");
    }
  });

  it("stores no code of a function that is rejected", async () => {
    const stored = () => fs.readdirSync(path.join(world.dir, "state", "functions")).length;
    const before = stored();
    const { error } = await deploy("plain", "index.js", "exports.handler = async () => 'a second function with the same name';");
    assert.equal(error, "ResourceConflictException");
    assert.equal(stored(), before);
  });

  it("rejects code that is no ZIP file", async () => {
    const client = javascript(world);
    await client({
      service: "s3",
      operation: "PutObject",
      input: { Bucket: "code", Key: "text", Body: "text" },
      account: world.hubAccount,
    });
    const { error } = await lambda("UpdateFunctionCode", { FunctionName: "plain", S3Bucket: "code", S3Key: "text" });
    assert.equal(error, "InvalidParameterValueException");
  });

  describe("with a queue", () => {
    const sqs = (operation: string, input: object) => python({ service: "sqs", operation, input, account: world.hubAccount });
    const url = async (QueueName: string, Attributes: object = {}) =>
      String(at((await sqs("CreateQueue", { QueueName, Attributes })).output, "QueueUrl"));
    const arn = (name: string) => `arn:aws:sqs:eu-central-1:${world.hubAccount}:${name}`;
    const map = (FunctionName: string, queue: string, more: object = {}) =>
      lambda("CreateEventSourceMapping", { FunctionName, EventSourceArn: arn(queue), ...more });
    const receive = async (QueueUrl: string, WaitTimeSeconds = 10) => {
      const { output } = await sqs("ReceiveMessage", { QueueUrl, WaitTimeSeconds, MaxNumberOfMessages: 10 });
      return ((at(output, "Messages") ?? []) as { Body: string }[]).map(({ Body }) => Body);
    };

    it("rejects a mapping whose queue shows messages again before the function ends", async () => {
      await url("short", { VisibilityTimeout: "2" });
      assert.match((await map("plain", "short")).message!, /visibility timeout: 2 seconds is less than Function timeout: 3 seconds/);
      assert.match((await map("plain", "nowhere")).message!, /NonExistentQueue/);
    });

    it("delivers messages to the function, and deletes those that it processed", async () => {
      const [inbox, outbox] = [await url("inbox"), await url("outbox")];
      const forward = `const http = require("node:http");
        const post = (url, body) => new Promise((resolve, reject) => {
          const scope = "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID + "/20260101/eu-central-1/sqs/aws4_request, SignedHeaders=host, Signature=x";
          const headers = { authorization: scope, "x-amz-security-token": process.env.AWS_SESSION_TOKEN, "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.SendMessage" };
          http.request(process.env.AWS_ENDPOINT_URL, { method: "POST", headers }, (answer) => answer.resume().on("end", () => resolve(answer.statusCode))).on("error", reject).end(JSON.stringify({ QueueUrl: url, MessageBody: body }));
        });
        exports.handler = async ({ Records }) => { for (const { body, eventSource } of Records) await post(process.env.OUTBOX, eventSource + " " + body); };`;
      await deploy("forward", "index.js", forward, { Timeout: 20, Environment: { Variables: { OUTBOX: outbox } } });
      assert.equal((await map("forward", "inbox")).message, undefined);
      await sqs("SendMessage", { QueueUrl: inbox, MessageBody: "one" });
      assert.deepEqual(await receive(outbox), ["aws:sqs one"]);
      assert.deepEqual(await receive(inbox, 0), []);
    });

    it("stores the log group of a function", async () => {
      await deploy("logged", "index.js", "", { LoggingConfig: { LogFormat: "JSON", LogGroup: "logs-of-functions" } });
      const log = async (FunctionName: string) => at((await lambda("GetFunctionConfiguration", { FunctionName })).output, "LoggingConfig");
      assert.deepEqual(await log("logged"), { LogFormat: "JSON", LogGroup: "logs-of-functions" });
      await lambda("UpdateFunctionConfiguration", { FunctionName: "logged", LoggingConfig: { LogGroup: "others" } });
      assert.deepEqual(await log("logged"), { LogFormat: "Text", LogGroup: "others" });
    });

    it("stores which queues can use a dead-letter queue, and the key of a queue", async () => {
      const RedriveAllowPolicy = JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [arn("inbox")] });
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn("inbox"), maxReceiveCount: 3 });
      await url("inbox");
      const QueueUrl = await url("restricted", { RedriveAllowPolicy, RedrivePolicy, KmsMasterKeyId: "alias/aws/sqs" });
      const found = await sqs("GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] });
      assert.equal(at(found.output, "Attributes.RedriveAllowPolicy"), RedriveAllowPolicy);
      assert.equal(at(found.output, "Attributes.RedrivePolicy"), RedrivePolicy);
      assert.equal(at(found.output, "Attributes.SqsManagedSseEnabled"), "false");
    });

    it("keeps the policy of a queue when another attribute changes", async () => {
      const allow = { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage", Resource: "*" };
      const policy = { Version: "2012-10-17", Statement: [allow] };
      const QueueUrl = await url("with-policy", { Policy: JSON.stringify(policy) });
      await sqs("SetQueueAttributes", { QueueUrl, Attributes: { VisibilityTimeout: "60" } });
      const found = await sqs("GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] });
      assert.deepEqual(JSON.parse(String(at(found.output, "Attributes.Policy"))), policy);
      assert.equal(at(found.output, "Attributes.VisibilityTimeout"), "60");
    });

    it("repeats a failed delivery, and moves the message to the dead-letter queue", async () => {
      const dead = await url("dead");
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn("dead"), maxReceiveCount: 2 });
      const failing = await url("failing", { VisibilityTimeout: "1", RedrivePolicy });
      await deploy("failing", "index.js", "exports.handler = async () => { throw new Error('poison'); };", { Timeout: 1 });
      assert.equal((await map("failing", "failing")).message, undefined);
      await sqs("SendMessage", { QueueUrl: failing, MessageBody: "poison" });
      assert.deepEqual(await receive(dead), ["poison"]);
    });
  });

  describe("with a state machine", () => {
    const states = (operation: string, input: object) => python({ service: "stepfunctions", operation, input, account: world.hubAccount });
    const roleArn = () => `arn:aws:iam::${world.hubAccount}:role/machine`;
    const machine = async (name: string, definition: object) =>
      String(
        at(
          (await states("CreateStateMachine", { name, roleArn: roleArn(), definition: JSON.stringify(definition) })).output,
          "stateMachineArn",
        ),
      );
    const start = async (stateMachineArn: string, input: unknown, name: string) =>
      String(at((await states("StartExecution", { stateMachineArn, name, input: JSON.stringify(input) })).output, "executionArn"));
    async function ended(executionArn: string): Promise<Record<string, unknown>> {
      for (;;) {
        const { output } = await states("DescribeExecution", { executionArn });
        if (at(output, "status") !== "RUNNING") return output as Record<string, unknown>;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    const invoke = (FunctionName: string) => ({
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: { FunctionName, "Payload.$": "$" },
    });

    before(async () => {
      const trust = {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" }],
      };
      const input = { RoleName: "machine", AssumeRolePolicyDocument: JSON.stringify(trust) };
      await python({ service: "iam", operation: "CreateRole", input, account: world.hubAccount });
      await deploy("fails", "index.js", "exports.handler = async () => { throw new TypeError('broken'); };");
      await deploy("plus", "index.js", "exports.handler = async ({ n }) => ({ n: n + 1 });");
    });

    it("rejects a role that Step Functions cannot assume", async () => {
      const role = `arn:aws:iam::${world.hubAccount}:role/OrganizationAccountAccessRole`;
      const definition = JSON.stringify({ StartAt: "A", States: { A: { Type: "Succeed" } } });
      assert.equal((await states("CreateStateMachine", { name: "no", roleArn: role, definition })).error, "AccessDeniedException");
    });

    it("validates a definition", async () => {
      const validate = async (definition: object) =>
        (await states("ValidateStateMachineDefinition", { definition: JSON.stringify(definition) })).output;
      assert.equal(at(await validate({ StartAt: "A", States: { A: { Type: "Succeed" } } }), "result"), "OK");
      const failed = await validate({ StartAt: "A", States: { A: { Type: "Task" } } });
      assert.equal(at(failed, "result"), "FAIL");
      assert.equal(at(failed, "diagnostics.0.severity"), "ERROR");
      const versioned = await machine("versioned", { StartAt: "A", States: { A: { Type: "Succeed" } } });
      const versions = (stateMachineArn: string) => states("ListStateMachineVersions", { stateMachineArn });
      assert.deepEqual(at((await versions(versioned)).output, "stateMachineVersions"), []);
      assert.equal((await versions(`${versioned}-none`)).error, "StateMachineDoesNotExist");
    });

    it("runs states, functions and AWS calls with the session of the role", async () => {
      const arn = await machine("sum", {
        StartAt: "Plus",
        States: {
          Plus: { ...invoke("plus"), ResultPath: "$.plus", Next: "Who" },
          Who: { Type: "Task", Resource: "arn:aws:states:::aws-sdk:sts:getCallerIdentity", ResultPath: "$.who", End: true },
        },
      });
      const execution = await start(arn, { n: 1 }, "first");
      const { status, output } = await ended(execution);
      assert.equal(status, "SUCCEEDED");
      const result = JSON.parse(String(output)) as unknown;
      assert.equal(at(result, "plus.Payload.n"), 2);
      assert.equal(at(result, "who.Arn"), `arn:aws:sts::${world.hubAccount}:assumed-role/machine/first`);
      const history = await states("GetExecutionHistory", { executionArn: execution });
      assert.equal(at(history.output, "events.0.type"), "ExecutionStarted");
      const listed = await states("ListExecutions", { stateMachineArn: arn, statusFilter: "SUCCEEDED" });
      assert.equal(at(listed.output, "executions.0.name"), "first");
    });

    it("catches the error of a function, and fails with the last one", async () => {
      const arn = await machine("caught", {
        StartAt: "Broken",
        States: {
          Broken: { ...invoke("fails"), Catch: [{ ErrorEquals: ["TypeError"], ResultPath: "$.error", Next: "End" }], End: true },
          End: { Type: "Fail", Error: "Stopped", Cause: "after the error" },
        },
      });
      const { status, error, cause } = await ended(await start(arn, {}, "first"));
      assert.deepEqual([status, error, cause], ["FAILED", "Stopped", "after the error"]);
    });

    it("waits for the outcome of a task, and stops on request", async () => {
      const url = String(
        at(
          (await python({ service: "sqs", operation: "CreateQueue", input: { QueueName: "tasks" }, account: world.hubAccount })).output,
          "QueueUrl",
        ),
      );
      const arn = await machine("waits", {
        StartAt: "Approve",
        States: {
          Approve: {
            Type: "Task",
            Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            Parameters: { QueueUrl: url, MessageBody: { "token.$": "$$.Task.Token" } },
            End: true,
          },
        },
      });
      const first = await start(arn, {}, "first");
      const received = await python({
        service: "sqs",
        operation: "ReceiveMessage",
        input: { QueueUrl: url, WaitTimeSeconds: 20 },
        account: world.hubAccount,
      });
      const { token } = JSON.parse(String(at(received.output, "Messages.0.Body"))) as { token: string };
      assert.equal((await states("SendTaskHeartbeat", { taskToken: "nobody" })).error, "TaskDoesNotExist");
      assert.equal((await states("SendTaskSuccess", { taskToken: token, output: '{"done":true}' })).message, undefined);
      assert.equal((await ended(first)).output, '{"done": true}');
      const second = await start(arn, {}, "second");
      await python({
        service: "sqs",
        operation: "ReceiveMessage",
        input: { QueueUrl: url, WaitTimeSeconds: 20 },
        account: world.hubAccount,
      });
      await states("StopExecution", { executionArn: second });
      assert.equal((await ended(second)).status, "ABORTED");
    });
  });

  it("runs functions after the world was suspended", async () => {
    const { name } = world;
    python.close();
    await new Control(world).shutdown();
    await open(name);
    assert.equal(at((await result("plain", { b: 2 })).payload, "event.b"), 2);
  });
});
