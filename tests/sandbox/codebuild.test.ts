// Tests builds, events and dead-letter queues in the sandbox. Not proven: container images, IAM permissions and networks of builds.
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

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Repeats a call until its result is accepted. */
async function until<T>(call: () => Promise<T>, accepts: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await call();
    if (accepts(value)) return value;
    await wait(100);
  }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
};

describe("CodeBuild of the sandbox", function () {
  this.timeout(120_000);
  let world: World;
  let python: ReturnType<typeof boto3>;
  let image: string;

  const open = async (name: string) => {
    const tools = await worldTools();
    world = await startWorld(tools, { name, progress: silent });
    python = boto3(world, tools.python);
  };
  const call = (service: string, operation: string, input: object): Promise<Outcome> =>
    python({ service, operation, input, account: world.hubAccount });
  const succeed = async (service: string, operation: string, input: object): Promise<unknown> => {
    const { output, message } = await call(service, operation, input);
    assert.equal(message, undefined, `${service}:${operation}`);
    return output;
  };
  const codebuild = (operation: string, input: object) => call("codebuild", operation, input);
  const role = (name: string) => `arn:aws:iam::${world.hubAccount}:role/${name}`;
  const projectOf = (name: string, commands: string[], more: object = {}) => ({
    name,
    source: { type: "NO_SOURCE", buildspec: JSON.stringify({ version: 0.2, phases: { build: { commands } } }) },
    artifacts: { type: "NO_ARTIFACTS" },
    environment: { type: "LINUX_CONTAINER", image, computeType: "BUILD_GENERAL1_SMALL", imagePullCredentialsType: "SERVICE_ROLE" },
    serviceRole: role("builder"),
    ...more,
  });
  const start = async (projectName: string, more: object = {}): Promise<string> =>
    String(at(await succeed("codebuild", "StartBuild", { projectName, ...more }), "build.id"));
  const build = async (id: string): Promise<unknown> => at(await succeed("codebuild", "BatchGetBuilds", { ids: [id] }), "builds.0");
  const ended = (id: string) =>
    until(
      () => build(id),
      (found) => at(found, "buildComplete") === true,
    );
  const logOf = async (found: unknown): Promise<string> => {
    const { groupName: logGroupName, streamName: logStreamName } = at(found, "logs") as Record<string, string>;
    const events = at(await succeed("logs", "GetLogEvents", { logGroupName, logStreamName, startFromHead: true }), "events");
    return (events as { message: string }[]).map(({ message }) => message).join("\n");
  };
  const createRole = (RoleName: string, service: string) => {
    const trust = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    return succeed("iam", "CreateRole", { RoleName, AssumeRolePolicyDocument });
  };
  const queue = async (QueueName: string, Attributes: object = {}) =>
    String(at(await succeed("sqs", "CreateQueue", { QueueName, Attributes }), "QueueUrl"));
  const queueArn = (name: string) => `arn:aws:sqs:eu-central-1:${world.hubAccount}:${name}`;
  /** A queue whose policy lets EventBridge send for a rule. */
  const queueFor = (name: string, ...rules: string[]) => {
    const SourceArn = rules.map((rule) => `arn:aws:events:eu-central-1:${world.hubAccount}:rule/${rule}`);
    const statement = {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn(name),
    };
    const Statement = [{ ...statement, Condition: { ArnEquals: { "aws:SourceArn": SourceArn } } }];
    return queue(name, { Policy: JSON.stringify({ Version: "2012-10-17", Statement }) });
  };
  const receive = async (QueueUrl: string, WaitTimeSeconds = 20): Promise<{ Body: string; ReceiptHandle: string }[]> =>
    (at(await succeed("sqs", "ReceiveMessage", { QueueUrl, WaitTimeSeconds, MaxNumberOfMessages: 10 }), "Messages") ?? []) as {
      Body: string;
      ReceiptHandle: string;
    }[];
  const rule = async (Name: string, pattern: object, ...Targets: object[]) => {
    await succeed("events", "PutRule", { Name, EventPattern: JSON.stringify(pattern) });
    await succeed("events", "PutTargets", { Rule: Name, Targets });
  };

  async function createFunction(FunctionName: string, body: string, Variables: object = {}): Promise<void> {
    const Body = Buffer.from(zipSync({ "index.js": strToU8(body) }));
    const object = { Bucket: "code", Key: FunctionName };
    await javascript(world)({ service: "s3", operation: "PutObject", input: { ...object, Body }, account: world.hubAccount });
    const Code = { S3Bucket: object.Bucket, S3Key: object.Key };
    const common = { Runtime: "nodejs20.x", Handler: "index.handler", Role: role("OrganizationAccountAccessRole"), Timeout: 20 };
    await succeed("lambda", "CreateFunction", { FunctionName, ...common, Code, Environment: { Variables } });
  }

  before(async () => {
    await open(worldName("codebuild"));
    await createRole("builder", "codebuild.amazonaws.com");
    await createRole("machine", "states.amazonaws.com");
    await succeed("s3", "CreateBucket", { Bucket: "code", CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } });
    await succeed("ecr", "CreateRepository", { repositoryName: "runner" });
    const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", layers: [] });
    const pushed = await succeed("ecr", "PutImage", { repositoryName: "runner", imageManifest, imageTag: "one" });
    const digest = String(at(pushed, "image.imageId.imageDigest"));
    image = `${world.hubAccount}.dkr.ecr.eu-central-1.amazonaws.com/runner@${digest}`;
    const bin = path.join(world.dir, "images", "runner", "bin");
    fs.mkdirSync(bin, { recursive: true });
    const who = `#!${process.execPath}
      const { STSClient, GetCallerIdentityCommand } = require(${JSON.stringify(require.resolve("@aws-sdk/client-sts"))});
      new STSClient({}).send(new GetCallerIdentityCommand({})).then(({ Arn }) => console.log("caller " + Arn));`;
    fs.writeFileSync(path.join(bin, "who"), who, { mode: 0o755 });
  });
  after(async () => {
    python.close();
    await stopWorld(world.name);
  });

  describe("projects", () => {
    it("creates, changes, lists and deletes a project", async () => {
      const input = projectOf("life", ["true"], { tags: [{ key: "team", value: "fraud" }], concurrentBuildLimit: 2 });
      const { output } = await codebuild("CreateProject", input);
      const arn = `arn:aws:codebuild:eu-central-1:${world.hubAccount}:project/life`;
      assert.deepEqual(
        ["arn", "timeoutInMinutes", "queuedTimeoutInMinutes", "concurrentBuildLimit"].map((name) => at(output, `project.${name}`)),
        [arn, 60, 480, 2],
      );
      assert.equal((await codebuild("CreateProject", input)).error, "ResourceAlreadyExistsException");
      await succeed("codebuild", "UpdateProject", { name: "life", concurrentBuildLimit: -1, timeoutInMinutes: 30 });
      const found = await succeed("codebuild", "BatchGetProjects", { names: [arn, "none"] });
      assert.equal(at(found, "projects.0.timeoutInMinutes"), 30);
      assert.equal(at(found, "projects.0.concurrentBuildLimit"), undefined);
      assert.deepEqual(at(found, "projectsNotFound"), ["none"]);
      assert.ok((at(await succeed("codebuild", "ListProjects", {}), "projects") as string[]).includes("life"));
      assert.equal((await codebuild("UpdateProject", { name: "none" })).error, "ResourceNotFoundException");
      await succeed("codebuild", "DeleteProject", { name: "life" });
      await succeed("codebuild", "DeleteProject", { name: "life" });
    });

    it("rejects projects that CodeBuild rejects, and what the sandbox does not run", async () => {
      const rejected: [more: object, message: RegExp][] = [
        [{ serviceRole: role("OrganizationAccountAccessRole") }, /not authorized to perform: sts:AssumeRole/],
        [{ serviceRole: role("nobody") }, /not authorized to perform: sts:AssumeRole/],
        [{ source: { type: "NO_SOURCE" } }, /buildspec is required/],
        [{ source: { type: "GITHUB", location: "https://github.com/a/b" } }, /does not support the source type 'GITHUB'/],
        [{ vpcConfig: { vpcId: "vpc-1" } }, /subnets and security groups are required/],
        [{ vpcConfig: { vpcId: "vpc-1", subnets: ["subnet-1"], securityGroupIds: ["sg-1"] } }, /Invalid vpc config/],
        [{ timeoutInMinutes: 4 }, /timeoutInMinutes/],
      ];
      for (const [more, message] of rejected) {
        const outcome = await codebuild("CreateProject", projectOf("rejected", ["true"], more));
        assert.equal(outcome.error, "InvalidInputException");
        assert.match(outcome.message!, message);
      }
    });
  });

  describe("builds", () => {
    it("runs commands with variables, the commands of the image and the session of the role", async () => {
      const commands = ["cd ..", "export LATER=later", 'echo "$COLOR $SIZE $LATER $(basename "$PWD")"', "who"];
      const environment = { ...projectOf("x", []).environment, environmentVariables: [{ name: "COLOR", value: "blue" }] };
      await succeed("codebuild", "CreateProject", projectOf("plain", commands, { environment }));
      const id = await start("plain", { environmentVariablesOverride: [{ name: "SIZE", value: "big" }] });
      const found = await ended(id);
      const uuid = id.split(":")[1]!;
      assert.equal(at(found, "buildStatus"), "SUCCEEDED");
      const log = await logOf(found);
      assert.match(log, new RegExp(`^blue big later ${uuid}$`, "m"));
      assert.match(log, new RegExp(`^caller arn:aws:sts::${world.hubAccount}:assumed-role/builder/AWSCodeBuild-${uuid}$`, "m"));
      assert.deepEqual(
        (at(found, "phases") as { phaseType: string }[]).map(({ phaseType }) => phaseType),
        [
          "SUBMITTED",
          "QUEUED",
          "PROVISIONING",
          "DOWNLOAD_SOURCE",
          "INSTALL",
          "PRE_BUILD",
          "BUILD",
          "POST_BUILD",
          "UPLOAD_ARTIFACTS",
        ].concat(["FINALIZING", "COMPLETED"]),
      );
      assert.deepEqual(at(await succeed("codebuild", "ListBuildsForProject", { projectName: "plain" }), "ids"), [id]);
      assert.deepEqual(fs.readdirSync(path.join(world.dir, "builds")), []);
    });

    it("reports the command that failed, and runs the phase after it", async () => {
      const phases = {
        build: { commands: ["true", "exit_with() { return 7; }; exit_with", "echo never"] },
        post_build: { commands: ["echo after $CODEBUILD_BUILD_SUCCEEDING"] },
      };
      const source = { type: "NO_SOURCE", buildspec: JSON.stringify({ version: 0.2, phases }) };
      await succeed("codebuild", "CreateProject", projectOf("fails", [], { source }));
      const found = await ended(await start("fails"));
      assert.equal(at(found, "buildStatus"), "FAILED");
      const phase = (at(found, "phases") as { phaseType: string }[]).find(({ phaseType }) => phaseType === "BUILD");
      assert.equal(at(phase, "phaseStatus"), "FAILED");
      const context = {
        statusCode: "COMMAND_EXECUTION_ERROR",
        message: "Error while executing command: exit_with() { return 7; }; exit_with. Reason: exit status 7",
      };
      assert.deepEqual(at(phase, "contexts"), [context]);
      const log = await logOf(found);
      assert.match(log, /^after 0$/m);
      assert.doesNotMatch(log, /never/);
    });

    it("fails without an image, and with a buildspec that is not valid", async () => {
      await succeed("codebuild", "CreateProject", projectOf("broken", ["echo never"]));
      const missing = await ended(await start("broken", { imageOverride: image.replace(/.$/, (last) => (last === "0" ? "1" : "0")) }));
      assert.equal(at(missing, "buildStatus"), "FAILED");
      assert.equal(at(missing, "phases.2.phaseType"), "PROVISIONING");
      assert.equal(at(missing, "phases.2.contexts.0.statusCode"), "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE");
      const invalid = await ended(await start("broken", { buildspecOverride: "version: 0.2\nphases: {test: {commands: [a]}}" }));
      assert.equal(at(invalid, "phases.3.contexts.0.statusCode"), "YAML_FILE_ERROR");
      assert.equal((await codebuild("StartBuild", { projectName: "nothing" })).error, "ResourceNotFoundException");
      assert.match((await codebuild("StartBuild", { projectName: "broken", privilegedModeOverride: true })).message!, /does not support/);
    });

    it("stops a build with all its processes, and limits the builds that run at once", async () => {
      const file = path.join(world.dir, "pids");
      const commands = [`setsid sleep 600 & echo $! > ${file}; sh -c 'echo $$ >> ${file}; trap "" TERM; sleep 600; true'`];
      await succeed("codebuild", "CreateProject", projectOf("long", commands, { concurrentBuildLimit: 1 }));
      const id = await start("long", { idempotencyToken: "same" });
      assert.equal(await start("long", { idempotencyToken: "same" }), id);
      const pids = await until(
        () => Promise.resolve(fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().split("\n").map(Number) : []),
        (found) => found.length === 2,
      );
      assert.equal((await codebuild("StartBuild", { projectName: "long" })).error, "AccountLimitExceededException");
      assert.equal(at(await succeed("codebuild", "StopBuild", { id }), "build.buildStatus"), "STOPPED");
      await until(
        () => Promise.resolve(pids.some(isRunning)),
        (running) => !running,
      );
      assert.equal((await codebuild("StopBuild", { id: "long:none" })).error, "ResourceNotFoundException");
    });
  });

  describe("in a state machine", () => {
    const machine = async (name: string, States: object) => {
      const definition = JSON.stringify({ StartAt: "Start", States });
      return String(
        at(await succeed("stepfunctions", "CreateStateMachine", { name, roleArn: role("machine"), definition }), "stateMachineArn"),
      );
    };
    async function result(stateMachineArn: string): Promise<unknown> {
      const { executionArn } = (await succeed("stepfunctions", "StartExecution", { stateMachineArn })) as { executionArn: string };
      return until(
        () => succeed("stepfunctions", "DescribeExecution", { executionArn }),
        (found) => at(found, "status") !== "RUNNING",
      );
    }

    it("starts a build and waits for its end", async () => {
      await succeed("codebuild", "CreateProject", projectOf("step", ['echo "request $REQUEST"']));
      const arn = await machine("builds", {
        Start: {
          Type: "Task",
          Resource: "arn:aws:states:::aws-sdk:codebuild:startBuild",
          Parameters: { ProjectName: "step", EnvironmentVariablesOverride: [{ Name: "REQUEST", Value: "r-1", Type: "PLAINTEXT" }] },
          ResultSelector: { "id.$": "$.Build.Id" },
          Next: "Wait",
        },
        Wait: { Type: "Wait", Seconds: 1, Next: "Look" },
        Look: {
          Type: "Task",
          Resource: "arn:aws:states:::aws-sdk:codebuild:batchGetBuilds",
          Parameters: { "Ids.$": "States.Array($.id)" },
          ResultSelector: { "status.$": "$.Builds[0].BuildStatus", "id.$": "$.Builds[0].Id", "phases.$": "$.Builds[*].Phases" },
          Next: "Ended",
        },
        Ended: { Type: "Choice", Choices: [{ Variable: "$.status", StringEquals: "IN_PROGRESS", Next: "Wait" }], Default: "Done" },
        Done: { Type: "Succeed" },
      });
      const output = JSON.parse(String(at(await result(arn), "output"))) as {
        status: string;
        id: string;
        phases: { PhaseType: string; StartTime: unknown }[][];
      };
      assert.equal(output.status, "SUCCEEDED");
      const [first] = output.phases[0]!;
      assert.deepEqual([first!.PhaseType, typeof first!.StartTime], ["SUBMITTED", "number"]);
      assert.match(await logOf(await build(output.id)), /^request r-1$/m);
    });

    it("catches errors by their names", async () => {
      const caught = async (name: string, Resource: string, Parameters: object) => {
        const Catch = [{ ErrorEquals: ["States.ALL"], Next: "Done" }];
        const arn = await machine(name, { Start: { Type: "Task", Resource, Parameters, Catch, End: true }, Done: { Type: "Succeed" } });
        return (JSON.parse(String(at(await result(arn), "output"))) as { Error: string }).Error;
      };
      assert.equal(
        await caught("no-project", "arn:aws:states:::aws-sdk:codebuild:startBuild", { ProjectName: "nothing" }),
        "CodeBuild.ResourceNotFoundException",
      );
      const notify = "arn:aws:states:::aws-sdk:servicecatalog:notifyProvisionProductEngineWorkflowResult";
      const input = { WorkflowToken: "none", RecordId: "rec-none", Status: "FAILED", FailureReason: "none", IdempotencyToken: "one" };
      assert.equal(await caught("no-record", notify, input), "ServiceCatalog.ResourceNotFoundException");
    });
  });

  describe("events", () => {
    it("delivers events of executions and builds to functions and queues whose rules match", async () => {
      const seen = await queueFor("seen", "executions", "builds");
      const closed = await queueFor("closed", "other");
      const functionSeen = await queue("function-seen");
      const post = `const http = require("node:http");
        exports.handler = (event) => new Promise((resolve, reject) => {
          const authorization = "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID + "/20260101/eu-central-1/sqs/aws4_request, SignedHeaders=host, Signature=x";
          const headers = { authorization, "x-amz-security-token": process.env.AWS_SESSION_TOKEN, "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.SendMessage" };
          http.request(process.env.AWS_ENDPOINT_URL, { method: "POST", headers }, (answer) => answer.resume().on("end", resolve)).on("error", reject)
            .end(JSON.stringify({ QueueUrl: process.env.QUEUE, MessageBody: JSON.stringify({ status: event.detail.status, at: Date.now() }) }));
        });`;
      for (const name of ["allowed", "forbidden", "elsewhere"]) await createFunction(name, post, { QUEUE: functionSeen });
      const permission = { StatementId: "events", Action: "lambda:InvokeFunction", Principal: "events.amazonaws.com" };
      const ruleArn = (name: string) => `arn:aws:events:eu-central-1:${world.hubAccount}:rule/${name}`;
      await succeed("lambda", "AddPermission", { FunctionName: "allowed", ...permission, SourceArn: ruleArn("executions") });
      await succeed("lambda", "AddPermission", { FunctionName: "elsewhere", ...permission, SourceArn: ruleArn("other") });
      const functionArn = (name: string) => `arn:aws:lambda:eu-central-1:${world.hubAccount}:function:${name}`;
      const definition = JSON.stringify({ StartAt: "Done", States: { Done: { Type: "Succeed" } } });
      const created = await succeed("stepfunctions", "CreateStateMachine", { name: "quick", roleArn: role("machine"), definition });
      const stateMachineArn = String(at(created, "stateMachineArn"));
      const detail = { stateMachineArn: [stateMachineArn], status: [{ "anything-but": "RUNNING" }] };
      const targets = ["allowed", "forbidden", "elsewhere"].map((name) => ({ Id: name, Arn: functionArn(name) }));
      await rule("executions", { source: ["aws.states"], detail }, ...targets, {
        Id: "queue",
        Arn: queueArn("seen"),
        InputPath: "$.detail",
      });
      await succeed("events", "PutTargets", { Rule: "executions", Targets: [{ Id: "closed", Arn: queueArn("closed") }] });
      await succeed("stepfunctions", "StartExecution", { stateMachineArn, name: "first" });
      const [message] = await receive(seen);
      const event = JSON.parse(message!.Body) as Record<string, unknown>;
      assert.deepEqual([event.status, event.name, event.stateMachineArn], ["SUCCEEDED", "first", stateMachineArn]);
      await succeed("sqs", "DeleteMessage", { QueueUrl: seen, ReceiptHandle: message!.ReceiptHandle });
      assert.equal(at(JSON.parse((await receive(functionSeen))[0]!.Body), "status"), "SUCCEEDED");
      assert.deepEqual(await receive(functionSeen, 0), []);
      assert.deepEqual(await receive(closed, 0), []);

      const ended = { "build-status": ["SUCCEEDED"], "project-name": ["watched"] };
      await rule("builds", { source: ["aws.codebuild"], detail: ended }, { Id: "queue", Arn: queueArn("seen") });
      await succeed("codebuild", "CreateProject", projectOf("watched", ["true"]));
      const id = await start("watched");
      const received = JSON.parse((await receive(seen))[0]!.Body) as unknown;
      assert.equal(at(received, "detail-type"), "CodeBuild Build State Change");
      assert.ok(String(at(received, "detail.build-id")).endsWith(`:build/${id}`));
      for (const Rule of ["executions", "builds"]) await succeed("events", "DisableRule", { Name: Rule });
    });

    it("invokes a function with reserved concurrency once at a time", async () => {
      const FunctionName = "single";
      await createFunction(FunctionName, "exports.handler = () => new Promise((done) => setTimeout(done, 2000));");
      await succeed("lambda", "PutFunctionConcurrency", { FunctionName, ReservedConcurrentExecutions: 1 });
      await succeed("lambda", "Invoke", { FunctionName, InvocationType: "Event" });
      assert.equal((await call("lambda", "Invoke", { FunctionName })).error, "TooManyRequestsException");
      await until(
        () => call("lambda", "Invoke", { FunctionName }),
        ({ error }) => error === undefined,
      );
    });

    it("invokes a function by a schedule", async () => {
      const scheduled = await queueFor("scheduled", "minutes");
      await succeed("events", "PutRule", { Name: "minutes", ScheduleExpression: "rate(1 minute)" });
      await succeed("events", "PutTargets", {
        Rule: "minutes",
        Targets: [{ Id: "queue", Arn: queueArn("scheduled"), Input: '{"from":"schedule"}' }],
      });
      const [message] = await until(
        () => receive(scheduled),
        (found) => found.length > 0,
      );
      assert.equal(message!.Body, '{"from":"schedule"}');
      await succeed("events", "RemoveTargets", { Rule: "minutes", Ids: ["queue"] });
      await succeed("events", "DeleteRule", { Name: "minutes" });
    });
  });

  it("moves a message that is received too often to the dead-letter queue", async () => {
    const dead = await queue("dead");
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 2 });
    const polled = await queue("polled", { VisibilityTimeout: "0", RedrivePolicy });
    await succeed("sqs", "SendMessage", { QueueUrl: polled, MessageBody: "poison" });
    for (const expected of [["poison"], ["poison"], []])
      assert.deepEqual(
        (await receive(polled, 0)).map(({ Body }) => Body),
        expected,
      );
    assert.deepEqual(
      (await receive(dead, 1)).map(({ Body }) => Body),
      ["poison"],
    );
  });

  it("keeps projects and builds of a world that was suspended, and ends builds that ran", async () => {
    await succeed("codebuild", "CreateProject", projectOf("kept", ["sleep 600"]));
    const id = await start("kept");
    const { name } = world;
    python.close();
    await new Control(world).shutdown();
    await open(name);
    assert.equal(at(await build(id), "buildStatus"), "FAULT");
    assert.equal(at(await succeed("codebuild", "BatchGetProjects", { names: ["kept"] }), "projects.0.name"), "kept");
  });
});
