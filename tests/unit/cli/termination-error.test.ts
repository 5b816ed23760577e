// Tests that the reason of a failed termination contains no name that users of the environment chose.
// Not proven: that AWS puts no other text into an error code.
import assert from "node:assert/strict";
import { StackFailed } from "@cloister/cli";
import {
  AfterEarlierBuild,
  drain,
  recordEvents,
  Rejected,
  stackFailed,
  StateUnreadable,
  StudioError,
  SweepError,
  terminationError,
} from "@cloister/cli/testing";
import { silent, UserError } from "@cloister/common";

const textOf = (error: unknown) => (terminationError(error) as Error).message;
const secret = "c3VwZXIgc2VjcmV0";
const repeat = "Terminate the product again. The log of the build contains the details, for the platform team.";

describe("error of a termination", () => {
  it("has counts of what a drain or a sweep left", () => {
    const drained = new StudioError(`training job ${secret}: AccessDenied`, [
      { noun: "training job", count: 2 },
      { noun: "endpoint", count: 0 },
      { noun: "space", count: 1 },
      { noun: "training job", count: 1 },
    ]);
    assert.equal(
      textOf(drained),
      `AWS did not stop or delete all resources that users or AWS created. Remaining: 3 training jobs, 1 space. ${repeat}`,
    );
    assert.match(textOf(new SweepError(`log stream ${secret}`, [{ noun: "log stream", count: 2 }])), /Remaining: 2 log streams\. /);
  });

  for (const [what, error] of [
    ["a lookup of a drain", new StudioError(`AccessDenied for ${secret}`)],
    ["a lookup of a sweep", new SweepError(`AccessDenied for ${secret}`)],
  ] as const)
    it(`has no answer of AWS to ${what}`, () =>
      assert.equal(textOf(error), `The lookup of resources that users or AWS created failed. ${repeat}`));

  const urn = (type: string, name: string) => `urn:pulumi:1-pp-1::cloister-environment::cloister:network:ClosedVpc$${type}::${name}`;

  it("has the resources of the stack and the error codes of AWS", () => {
    const step = silent.step("");
    const { log, onEvent } = recordEvents(step);
    const report = (message: string, of: string) =>
      onEvent({ sequence: 0, timestamp: 0, diagnosticEvent: { severity: "error", color: "never", message, urn: of } as never });
    const answer = (code: string) =>
      `deleting EC2 Subnet (subnet-1): operation error EC2: DeleteSubnet, https response error StatusCode: 400, RequestID: 1-a, ${code}`;
    report(answer(`api error DependencyViolation: ${secret}: has dependencies`), urn("aws:ec2/subnet:Subnet", "fraud-dev-a"));
    report(answer(`api error DependencyViolation: ${secret}`), urn("aws:ec2/subnet:Subnet", "fraud-dev-a"));
    report(`${answer(`HostID: x=, ResourceInUse: Domain has ${secret}\n${secret}`)}`, urn("aws:sagemaker/domain:Domain", "fraud-dev"));
    report(`timeout while waiting for ${secret}`, urn("aws:s3/bucket:Bucket", "fraud-dev-data"));
    report("destroy failed", "urn:pulumi:1-pp-1::cloister-environment::pulumi:pulumi:Stack::cloister-environment-1-pp-1");
    const failed = stackFailed({ id: "cloister-environment/1-pp-1" } as never, new Error(secret), log, undefined);
    assert.ok(failed.message.includes(secret), "users of the CLI read the answers of AWS");
    assert.equal(
      textOf(failed),
      `AWS did not delete these resources:\n  - Subnet fraud-dev-a (DependencyViolation)\n  - Domain fraud-dev (ResourceInUse)\n  - Bucket fraud-dev-data\n${repeat}`,
    );
  });

  it("has fixed texts for failures of the engine without a resource", () => {
    assert.equal(textOf(new StackFailed("s", secret, [])), `The termination failed. ${repeat}`);
    assert.equal(
      textOf(new StackFailed("s", "the stack is currently locked by 1 lock(s)", [])),
      `Another run holds the lock of the stack. ${repeat}`,
    );
  });

  for (const [what, error] of [
    ["of the stack", new StackFailed("s", `${secret}\nit received the signal SIGKILL. ${secret}`, [])],
    ["of another command", new Error(`Command was killed with SIGKILL (Forced termination): pulumi cancel\n${secret}`)],
  ] as const)
    it(`states the signal that ended a process ${what}`, () => {
      const text = textOf(error);
      assert.match(text, /^The Pulumi engine ended early, because it received the signal SIGKILL\. .* Terminate the product again\./);
      assert.ok(!text.includes(secret));
    });

  it("keeps the resources of an earlier build", () => {
    const both = new AfterEarlierBuild(new StudioError(secret, [{ noun: "app", count: 1 }]), "Product notebook may exist.");
    assert.match(textOf(both), /Remaining: 1 app\. .*\nProduct notebook may exist\.$/);
  });

  for (const error of [
    new Rejected("The state of the environment is missing."),
    new StateUnreadable({ bucket: "state", key: "stack.json" }, { cause: new Error(secret) }),
  ])
    it(`keeps the text of the runner: ${error.name}`, () => assert.equal(textOf(error), error.message));

  for (const [what, error, code] of [
    ["any error", new Error(secret), ""],
    ["an error for users of the CLI", new UserError(secret), ""],
    ["the output of the Pulumi CLI", Object.assign(new Error(`code: -1\n stdout: ${secret}`), { name: "CommandError" }), ""],
    ["no error object", secret, ""],
    ["an answer of AWS", Object.assign(new Error(secret), { name: "AccessDenied", $metadata: {} }), " (AccessDenied)"],
  ] as const)
    it(`has a fixed text, and the code of AWS, for ${what}`, () => {
      assert.equal(textOf(error), `The termination failed${code}. ${repeat}`);
      const advised = error instanceof Error ? textOf(new AfterEarlierBuild(error, "Product notebook may exist.")) : "";
      assert.ok(!advised.includes(secret));
    });

  it("counts all kinds of resources that a drain does not delete", async () => {
    const denied = () => Promise.reject(Object.assign(new Error(secret), { name: "AccessDeniedException" }));
    const app = { type: "JupyterLab", name: "default", space: secret, status: "InService" };
    const spaces = [secret, "free"].map((name) => ({ name, status: "InService" }));
    const tags = { "cloister:environment": "fraud-dev" };
    const job = { kind: "training job", name: secret, arn: secret, status: "InProgress", tags };
    const studio = {
      exists: () => Promise.resolve(true),
      apps: () => Promise.resolve([app]),
      spaces: () => Promise.resolve(spaces),
      profiles: () => Promise.resolve([secret]),
      workloads: (_: unknown, kind?: string) => Promise.resolve(kind === job.kind ? [job] : []),
      endWorkload: () => denied,
      deleteApp: denied,
      deleteSpace: denied,
      deleteProfile: denied,
    };
    const arn = "arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1";
    const domain = { urn: "d", type: "aws:sagemaker/domain:Domain", outputs: { arn, tags } };
    const sources = {
      resources: () => Promise.resolve([domain]),
      studio: () => Promise.resolve(studio),
      account: () => Promise.resolve("111122223333"),
    };
    const plan = {
      id: "cloister-environment/s",
      project: "cloister-environment",
      folder: "environment",
      stack: "s",
      settingsFile: "",
      reads: [],
    };
    await assert.rejects(drain(sources, [plan], { names: ["s"], all: true, yes: true, progress: silent, pollMs: 1 }), (error: Error) => {
      assert.ok(error.message.includes(secret));
      assert.match(textOf(error), /Remaining: 1 training job, 1 app, 2 spaces, 1 profile\. /);
      assert.ok(!textOf(error).includes(secret));
      return true;
    });
  });
});
