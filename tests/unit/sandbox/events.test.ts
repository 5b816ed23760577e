// Matches events with patterns, and reads build specifications and schedules. tests/sandbox delivers events with a gateway.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Accounts, type Build, Builds, intervalOf, matchesPattern, readBuildspec } from "@cloister/sandbox/testing";

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
