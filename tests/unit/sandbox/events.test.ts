// Matches events with patterns, and reads build specifications and schedules. tests/sandbox delivers events with a gateway.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  allowsService,
  EventBus,
  startedWith,
  unsupportedTarget,
  Accounts,
  type Build,
  Builds,
  intervalOf,
  matchesPattern,
  readBuildspec,
} from "@cloister/sandbox/testing";

describe("event patterns of the sandbox", () => {
  const event = {
    source: "aws.states",
    detail: { name: "run-1.json", status: "FAILED", count: 7, address: "10.1.2.3", tags: ["a", "b"], nothing: null },
  };
  const fits: [pattern: object, matches: boolean][] = [
    [{ source: ["aws.states", "other"] }, true],
    [{ source: ["other"] }, false],
    [{ detail: { status: ["FAILED"], count: [7] } }, true],
    [{ detail: { status: ["FAILED"], count: ["7"] } }, false],
    [{ detail: { nothing: [null] } }, true],
    [{ detail: { tags: ["b"] } }, true],
    [{ detail: { name: [{ prefix: "run-" }] } }, true],
    [{ detail: { name: [{ suffix: ".yaml" }] } }, false],
    [{ detail: { name: [{ wildcard: "run-*.json" }] } }, true],
    [{ detail: { name: [{ wildcard: "run-*xjson" }] } }, false],
    [{ detail: { status: [{ "equals-ignore-case": "failed" }] } }, true],
    [{ detail: { status: [{ "anything-but": ["RUNNING", "SUCCEEDED"] }] } }, true],
    [{ detail: { status: [{ "anything-but": { prefix: "FAIL" } }] } }, false],
    [{ detail: { absent: [{ "anything-but": "RUNNING" }] } }, false],
    [{ detail: { count: [{ numeric: [">", 5, "<=", 7] }] } }, true],
    [{ detail: { count: [{ numeric: ["<", 7] }] } }, false],
    [{ detail: { status: [{ numeric: ["<", 7] }] } }, false],
    [{ detail: { address: [{ cidr: "10.1.0.0/16" }] } }, true],
    [{ detail: { address: [{ cidr: "10.2.0.0/16" }] } }, false],
    [{ detail: { absent: [{ exists: false }], name: [{ exists: true }] } }, true],
    [{ detail: { name: [{ exists: false }] } }, false],
    [{ $or: [{ source: ["other"] }, { detail: { count: [7] } }] }, true],
    [{ detail: { name: [{ unknown: "run" }] } }, false],
    [{ detail: { name: { deeper: ["x"] } } }, false],
  ];
  for (const [pattern, matches] of fits)
    it(`${JSON.stringify(pattern)} ${matches ? "matches" : "does not match"}`, () => assert.equal(matchesPattern(pattern, event), matches));
});

it("schedules with a rate have an interval in the sandbox, and others have none", () => {
  assert.equal(intervalOf("rate(1 minute)"), 60_000);
  assert.equal(intervalOf("rate(2 hours)"), 7_200_000);
  assert.equal(intervalOf("cron(0 12 * * ? *)"), undefined);
});

describe("build specifications of the sandbox", () => {
  it("have phases, variables and a shell", () => {
    const text =
      "version: 0.2\nenv: {shell: bash, variables: {SIZE: 3}}\nphases: {build: {commands: [a, b], finally: [c]}, install: {commands: d}}";
    assert.deepEqual(readBuildspec(text), {
      shell: "/bin/bash",
      variables: { SIZE: "3" },
      phases: { build: { commands: ["a", "b"], finally: ["c"] }, install: { commands: ["d"], finally: [] } },
    });
  });
  for (const [text, message] of [
    ["", /empty/],
    ["version: 0.1\nphases: {}", /version 0\.2 only \(got 0\.1\)/],
    ["version: 0.2\nartifacts: {files: [a]}", /'artifacts' in a buildspec/],
    ["version: 0.2\nenv: {secrets-manager: {A: b}}", /'secrets-manager' in env/],
    ["version: 0.2\nphases: {test: {commands: [a]}}", /'test' in phases/],
    ["version: 0.2\nphases: {build: {on-failure: ABORT}}", /'on-failure' in a phase/],
  ] as const)
    it(`are rejected: ${text.split("\n").at(-1)}`, () => assert.throws(() => readBuildspec(text), message));
});

describe("builds of the sandbox", function () {
  this.timeout(20_000);
  const arn = "arn:aws:codebuild:eu-central-1:111122223333:build/p:1";
  let dir: string;
  const open = (minute?: number) => {
    const options = { dir: path.join(dir, "builds"), file: path.join(dir, "builds.json"), images: path.join(dir, "images") };
    return new Builds({ ...options, ...(minute !== undefined && { minute }) }, new Accounts(path.join(dir, "keys.json"), ["111122223333"]));
  };
  const buildOf = (command: string): Build => ({
    id: "p:1",
    arn,
    buildNumber: 1,
    startTime: Date.now() / 1000,
    currentPhase: "SUBMITTED",
    buildStatus: "IN_PROGRESS",
    buildComplete: false,
    projectName: "p",
    phases: [],
    source: { buildspec: JSON.stringify({ version: 0.2, phases: { build: { commands: [command] } } }) },
    environment: { image: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/p:1", environmentVariables: [] },
    serviceRole: "arn:aws:iam::111122223333:role/p",
    timeoutInMinutes: 5,
    initiator: "test",
  });
  const ended = (builds: Builds, build: Build) =>
    new Promise<Build>((resolve) => {
      builds.changed = (changed) => changed.buildComplete && resolve(structuredClone(changed));
      builds.start(build, () => Promise.resolve(undefined));
    });

  beforeEach(() => (dir = fs.mkdtempSync(path.join(os.tmpdir(), "builds-"))));
  afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

  it("end after their time-out", async () => {
    const { buildStatus, phases } = await ended(open(40), buildOf("sleep 60"));
    assert.equal(buildStatus, "TIMED_OUT");
    assert.deepEqual(
      phases.slice(-2).map(({ phaseType, phaseStatus }) => [phaseType, phaseStatus]),
      [
        ["BUILD", "TIMED_OUT"],
        ["COMPLETED", undefined],
      ],
    );
  });

  it("fail when a command ends the shell", async () => {
    const { buildStatus, phases } = await ended(open(), buildOf("exit 4"));
    assert.equal(buildStatus, "FAILED");
    assert.match(phases.find(({ phaseType }) => phaseType === "BUILD")!.contexts![0]!.message, /exit status 4/);
  });

  it("end with the gateway, which reports them as faults when it starts again", () => {
    const build = buildOf("sleep 60");
    fs.writeFileSync(path.join(dir, "builds.json"), JSON.stringify({ [build.id]: build }));
    assert.equal(open().find({ account: "111122223333", region: "eu-central-1" }, arn)!.buildStatus, "FAULT");
  });
});

describe("resource policies for EventBridge", () => {
  const call = {
    service: "events.amazonaws.com",
    action: "sqs:SendMessage",
    resource: "arn:aws:sqs:eu-central-1:111122223333:inbox",
    sourceArn: "arn:aws:events:eu-central-1:111122223333:rule/ended",
  };
  const allow = { Effect: "Allow", Principal: { Service: call.service }, Action: call.action, Resource: call.resource };
  const source = (operator: string, value: string) => ({ ...allow, Condition: { [operator]: { "aws:SourceArn": value } } });
  const cases: [title: string, statements: object[], allowed: boolean][] = [
    ["without a statement", [], false],
    ["with the service, the action and the resource", [allow], true],
    ["with another service", [{ ...allow, Principal: { Service: "sns.amazonaws.com" } }], false],
    ["with another action", [{ ...allow, Action: "sqs:ReceiveMessage" }], false],
    ["with another resource", [{ ...allow, Resource: "arn:aws:sqs:eu-central-1:111122223333:other" }], false],
    ["with a pattern of the resource", [{ ...allow, Resource: "arn:aws:sqs:*:*:in*" }], true],
    ["with the rule", [source("ArnEquals", call.sourceArn)], true],
    ["with another rule", [source("ArnLike", "arn:aws:events:*:*:rule/other")], false],
    ["with another account", [{ ...allow, Condition: { StringEquals: { "AWS:SourceAccount": "999988887777" } } }], false],
    ["with the account", [{ ...allow, Condition: { StringEquals: { "AWS:SourceAccount": "111122223333" } } }], true],
    ["with a Deny statement", [allow, { ...source("ArnEquals", call.sourceArn), Effect: "Deny" }], false],
  ];
  for (const [title, Statement, allowed] of cases)
    it(`${title} ${allowed ? "allow" : "do not allow"} the call`, () =>
      assert.equal(allowsService(JSON.stringify({ Version: "2012-10-17", Statement }), call), allowed));
});

describe("targets of rules in the sandbox", () => {
  const arn = (service: string) => `arn:aws:${service}:eu-central-1:111122223333:x`;
  it("can be functions, log groups, topics, queues and state machines without a transformer", () => {
    for (const service of ["lambda", "logs", "sns", "sqs", "states"]) assert.equal(unsupportedTarget({ Arn: arn(service) }), undefined);
    assert.equal(unsupportedTarget({ Arn: arn("kinesis") }), "targets of the service 'kinesis'");
    assert.equal(unsupportedTarget({ Arn: arn("sqs"), InputTransformer: {} }), "input transformers");
  });
});

describe("tokens of StartBuild", () => {
  const builds = [{ idempotencyToken: "a", startTime: 1000 }];
  it("return the same build for five minutes", () => {
    assert.equal(startedWith(builds, "a", 1299), builds[0]);
    assert.equal(startedWith(builds, "a", 1300), undefined);
  });
  it("return no build of another token or without a token", () => {
    assert.equal(startedWith(builds, "b", 1001), undefined);
    assert.equal(startedWith([{ startTime: 1000 }], undefined, 1001), undefined);
  });
});

describe("the event bus of the sandbox", () => {
  const context = { account: "111122223333", region: "eu-central-1" };
  const arn = (service: string, name: string) => `arn:aws:${service}:eu-central-1:111122223333:${name}`;
  const rule = { Name: "ended", Arn: arn("events", "rule/ended"), State: "ENABLED", EventPattern: '{"source":["aws.states"]}' };
  const policyFor = (action: string, Resource: string, SourceArn: string) =>
    JSON.stringify({
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: action,
          Resource,
          Condition: { ArnLike: { "AWS:SourceArn": SourceArn } },
        },
      ],
    });

  it("delivers only to functions, queues and topics whose policies allow the rule", async () => {
    const sent: string[] = [];
    const policies: Record<string, string> = {
      [arn("lambda", "function:open")]: policyFor("lambda:InvokeFunction", arn("lambda", "function:open"), rule.Arn),
      [arn("lambda", "function:closed")]: policyFor("lambda:InvokeFunction", arn("lambda", "function:closed"), arn("events", "rule/other")),
      "open-queue": policyFor("sqs:SendMessage", arn("sqs", "open-queue"), rule.Arn),
      "closed-queue": policyFor("sqs:SendMessage", arn("sqs", "open-queue"), rule.Arn),
      [arn("sns", "open-topic")]: policyFor("sns:Publish", arn("sns", "open-topic"), rule.Arn),
    };
    const Targets = [
      ["lambda", "function:open"],
      ["lambda", "function:closed"],
      ["sqs", "open-queue"],
      ["sqs", "closed-queue"],
      ["sns", "open-topic"],
      ["sns", "closed-topic"],
    ].map(([service, name], i) => ({ Id: String(i), Arn: arn(service!, name!) }));
    const functions = { invokeLater: ({ FunctionName }: { FunctionName: string }) => void sent.push(FunctionName) };
    const bus = new EventBus(functions as unknown as ConstructorParameters<typeof EventBus>[0]);
    const answers: Record<string, (input: Record<string, string>) => object> = {
      ListRules: () => ({ Rules: [rule] }),
      ListTargetsByRule: () => ({ Targets }),
      GetPolicy: ({ FunctionName }) => ({ Policy: policies[FunctionName!] }),
      GetFunctionConfiguration: ({ FunctionName }) => ({ FunctionName }),
      GetFunctionConcurrency: () => ({}),
      GetQueueUrl: ({ QueueName }) => ({ QueueUrl: QueueName }),
      GetQueueAttributes: ({ QueueUrl }) => ({ Attributes: { Policy: policies[QueueUrl!] } }),
      GetTopicAttributes: ({ TopicArn }) => ({ Attributes: { Policy: policies[TopicArn!] } }),
    };
    bus.callMoto = (_context, _service, operation, input) =>
      Promise.resolve(answers[operation]!(input as Record<string, string>) as Record<string, unknown>);
    bus.callService = (_context, _service, _operation, input) => {
      const { QueueUrl, TopicArn } = input as Record<string, string>;
      sent.push(QueueUrl ?? TopicArn!);
      return Promise.resolve({});
    };
    bus.publish({ ...context, source: "aws.states", "detail-type": "x", resources: [], detail: {} });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(sent, [arn("lambda", "function:open"), "open-queue", arn("sns", "open-topic")]);
  });
});
