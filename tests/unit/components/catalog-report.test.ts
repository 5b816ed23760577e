// Tests what the engine reports after a build, the parameters that it lists, and the artifacts of versions.
// Does not prove how S3 orders conditional writes, or what Step Functions redrives.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { type EngineRequest } from "@cloister/components/catalog/engine/names";
import { type Artifact, artifactLocation, packArtifact, readArchive, versionName } from "@cloister/components/catalog/runtime/artifact";
import { type Notification } from "@cloister/components/catalog/runtime/notify";
import { type Objects, type UnchangedObjects } from "@cloister/components/functions/runtime/objects";
import { parse } from "@cloister/components/catalog/runtime/parser";
import { type ArtifactReaders } from "@cloister/components/catalog/runtime/read-artifact";
import { prepare, report, reportEnded } from "@cloister/components/catalog/runtime/report";
import { acceptedReason, endedRequest, hasEnded, readRequest } from "@cloister/components/catalog/runtime/request";
import * as fc from "fast-check";

/** Objects of one bucket, by key. */
class Bucket implements Objects, UnchangedObjects {
  readonly stored = new Map<string, Buffer>();
  constructor(objects: Record<string, string | Buffer> = {}) {
    for (const [key, body] of Object.entries(objects)) this.stored.set(key, Buffer.from(body));
  }
  read = ({ key }: { key: string }) => Promise.resolve(this.stored.get(key));
  write = ({ key }: { key: string }, body: string) => Promise.resolve(void this.stored.set(key, Buffer.from(body)));
  create = ({ key }: { key: string }, body: string) => {
    if (this.stored.has(key)) return Promise.resolve(false);
    this.stored.set(key, Buffer.from(body));
    return Promise.resolve(true);
  };
  readObject = ({ key }: { key: string }) => {
    const body = this.stored.get(key);
    return Promise.resolve(body && { body, etag: body.toString() });
  };
  replaceUnchanged = (location: { key: string; bucket: string }, { etag }: { etag: string }, body: string) =>
    this.stored.get(location.key)?.toString() === etag ? this.write(location, body).then(() => true) : Promise.resolve(false);
  deleteUnchanged = ({ key }: { key: string }, { etag }: { etag: string }) =>
    Promise.resolve(this.stored.get(key)?.toString() === etag && this.stored.delete(key));
  delete = ({ key }: { key: string }) => Promise.resolve(void this.stored.delete(key));
  json = (key: string) => JSON.parse(this.stored.get(key)?.toString() ?? "null") as Record<string, unknown> | null;
}

const request: EngineRequest = {
  operation: "PROVISION",
  token: "token",
  recordId: "rec-1",
  provisionedProductId: "pp-1",
  provisionedProductName: "fraud",
  productId: "prod-1",
  artifactId: "pa-1",
  launchRoleArn: "arn:aws:iam::111122223333:role/launch",
  accountId: "111122223333",
  parameters: { team: "fraud" },
  tags: {},
  attempt: 0,
};
const recordKey = "environments/111122223333/pp-1.json";

function reported(objects: Bucket, change: Partial<EngineRequest> = {}, rest: object = { build: { id: "build:1", status: "SUCCEEDED" } }) {
  const notifications: Notification[] = [];
  const notify = (notification: Notification) => Promise.resolve(void notifications.push(notification));
  const clients = { objects, notify, stateBucket: "state", now: () => new Date("2026-01-02T03:04:05Z") };
  return report({ request: { ...request, ...change }, ...rest }, clients).then((output) => ({ output, notifications }));
}

describe("report of a build", () => {
  it("reports outputs and records the environment", async () => {
    const bucket = new Bucket({
      "results/rec-1-0.json": JSON.stringify({ status: "SUCCEEDED", outputs: { domainId: "d-1" }, version: "0.1.0-1" }),
    });
    const { output, notifications } = await reported(bucket);
    assert.equal(output.next, "DONE");
    assert.deepEqual(
      notifications.map(({ recordId, result }) => [recordId, result.status, result.outputs]),
      [["rec-1", "SUCCEEDED", { domainId: "d-1" }]],
    );
    assert.deepEqual(bucket.json(recordKey), {
      name: "fraud",
      productId: "prod-1",
      artifactId: "pa-1",
      version: "0.1.0-1",
      operation: "PROVISION",
      status: "SUCCEEDED",
      outputs: { domainId: "d-1" },
      changedAt: "2026-01-02T03:04:05.000Z",
      parameters: { team: "fraud" },
      tags: {},
    });
  });

  it("keeps the tags of a launch after an update without tags", async () => {
    const bucket = new Bucket({ "results/rec-1-0.json": '{"status":"SUCCEEDED"}' });
    await reported(bucket, { tags: { unit: "risk" } });
    const result = Buffer.from('{"status":"SUCCEEDED"}');
    bucket.stored.set("results/rec-2-0.json", result).set("results/rec-3-0.json", result);
    await reported(bucket, { operation: "UPDATE", recordId: "rec-2", tags: {} });
    assert.deepEqual(bucket.json(recordKey)!.tags, { unit: "risk" });
    await reported(bucket, { operation: "UPDATE", recordId: "rec-3", tags: { unit: "audit" } });
    assert.deepEqual(bucket.json(recordKey)!.tags, { unit: "audit" });
  });

  it("writes the request without the token for the runner, and marks its end after the report", async () => {
    const token = "t".repeat(20_000);
    const given = { ...request, token, artifactPath: "s3://artifacts/versions/1.tar.gz", attempt: 0 };
    const bucket = new Bucket();
    const { digest } = await prepare({ prepare: given, endedBuild: "" }, { objects: bucket, stateBucket: "state" });
    const stored = bucket.stored.get("requests/rec-1.json")!.toString();
    assert.ok(!stored.includes("ttt"));
    assert.deepEqual({ ...readRequest(stored, { digest, attempt: "2" }), token }, { ...given, attempt: 2 });
    const replaced = stored.replace("rec-1", "rec-2");
    assert.throws(() => readRequest(replaced, { digest, attempt: "2" }), /differs from the request of this build/);
    await reported(bucket, { token }, { build: { id: "build:1", status: "FAILED" } });
    assert.ok(bucket.stored.has("requests/rec-1.json"), "the next build reads the request");
    assert.ok(!hasEnded(stored));
    await reported(bucket, { token, attempt: 2 });
    assert.deepEqual(bucket.json("requests/rec-1.json"), { endedAt: "2026-01-02T03:04:05.000Z" });
    assert.throws(() => readRequest(endedRequest(new Date(0)), { digest, attempt: "2" }), /has ended/);
  });

  describe("of a request that has ended", () => {
    const marker = endedRequest(new Date("2026-01-01T00:00:00Z"));
    const later = JSON.stringify({ operation: "UPDATE", status: "SUCCEEDED" });
    const ended = () => new Bucket({ "requests/rec-1.json": marker, "results/rec-1-0.json": '{"status":"SUCCEEDED"}', [recordKey]: later });

    for (const operation of ["PROVISION", "UPDATE", "TERMINATE", "PREVIEW", "RELEASE"] as const)
      it(`prepares no build again, also in a redriven execution: ${operation}`, async () => {
        const bucket = ended();
        const before = new Map(bucket.stored);
        await assert.rejects(prepare({ prepare: { ...request, operation }, endedBuild: "" }, { objects: bucket, stateBucket: "state" }), {
          name: "RequestEnded",
          message: "The request rec-1 has ended.",
        });
        assert.deepEqual(bucket.stored, before);
      });

    for (const rest of [{ build: { id: "build:1", status: "SUCCEEDED" } }, { error: { Error: "RequestEnded", Cause: "" } }])
      it(`neither reports nor records a result again: ${Object.keys(rest).join()}`, async () => {
        const bucket = ended();
        const before = new Map(bucket.stored);
        const { output, notifications } = await reported(bucket, { operation: "TERMINATE" }, rest);
        assert.deepEqual([output.next, notifications, bucket.stored], ["DONE", [], before]);
      });

    it("does not replace a marker that is written after the request was read", async () => {
      const bucket = new Bucket();
      const { create } = bucket;
      bucket.create = (location, body) => (bucket.stored.set("requests/rec-1.json", Buffer.from(marker)), create(location, body));
      await assert.rejects(prepare({ prepare: request, endedBuild: "" }, { objects: bucket, stateBucket: "state" }), {
        name: "RequestEnded",
      });
      assert.equal(bucket.stored.get("requests/rec-1.json")!.toString(), marker);
    });

    it("does not replace a marker that is written after the request of an earlier version was read", async () => {
      const bucket = new Bucket({ "requests/rec-1.json": "{}" });
      const { readObject } = bucket;
      bucket.readObject = async (location) => {
        const read = await readObject(location);
        bucket.stored.set("requests/rec-1.json", Buffer.from(marker));
        return read;
      };
      await assert.rejects(prepare({ prepare: request, endedBuild: "" }, { objects: bucket, stateBucket: "state" }), {
        message: "Another call changed the request rec-1 at the same time.",
      });
      assert.equal(bucket.stored.get("requests/rec-1.json")!.toString(), marker);
    });

    it("reports the end of the execution once", async () => {
      const bucket = ended();
      const detail = { status: "ABORTED", name: "pp-1-rec-1", input: JSON.stringify(request) };
      const notify = () => assert.fail("reported again");
      await reportEnded({ detail }, { objects: bucket, notify, stateBucket: "state", now: () => new Date() });
      assert.equal(bucket.stored.get(recordKey)!.toString(), later);
    });

    it("is found only by its marker", () => {
      const parameters = { endedAt: "x", team: "fraud" };
      assert.deepEqual([marker, "", "{", "null", JSON.stringify({ ...request, parameters })].map(hasEnded), [
        true,
        false,
        false,
        false,
        false,
      ]);
    });
  });

  describe("that fails is repeated", () => {
    const resultKey = "results/rec-1-0.json";
    /** A report whose call with this number fails: a write to the state bucket, or the notification. */
    async function failed(bucket: Bucket, call: number) {
      let calls = 0;
      const notifications: Notification[] = [];
      const fails = <T>(work: () => Promise<T>) => (++calls === call ? Promise.reject(new Error("throttled")) : work());
      const objects = Object.assign(new Bucket(), bucket, {
        stored: bucket.stored,
        write: (...given: Parameters<Bucket["write"]>) => fails(() => bucket.write(...given)),
      });
      const notify = (notification: Notification) => fails(() => Promise.resolve(void notifications.push(notification)));
      const clients = { objects, notify, stateBucket: "state", now: () => new Date("2026-01-02T03:04:05Z") };
      await assert.rejects(report({ request, build: { id: "build:1", status: "SUCCEEDED" } }, clients), /throttled/);
      return notifications;
    }
    const names = ["the record", "the mark of the record", "the notification", "the marker of the end"];

    for (const [index, name] of names.entries())
      it(`reports the result after a failure of ${name}, and no result later`, async () => {
        const bucket = new Bucket({ [resultKey]: '{"status":"SUCCEEDED"}' });
        await failed(bucket, index + 1);
        const { output, notifications } = await reported(bucket);
        assert.deepEqual(
          [output, notifications.map(({ result }) => result.status)],
          [{ next: "DONE", status: "SUCCEEDED" }, ["SUCCEEDED"]],
        );
        assert.equal(bucket.json(recordKey)!.status, "SUCCEEDED");
        assert.deepEqual((await reported(bucket)).notifications, []);
      });

    it("keeps the record of the next operation, which starts after the notification", async () => {
      const bucket = new Bucket({ [resultKey]: '{"status":"SUCCEEDED"}' });
      assert.equal((await failed(bucket, 4)).length, 1);
      bucket.stored.set("results/rec-2-0.json", Buffer.from('{"status":"FAILED","reason":"no quota"}'));
      await reported(bucket, { operation: "UPDATE", recordId: "rec-2" });
      const next = bucket.json(recordKey);
      await reported(bucket);
      assert.deepEqual(bucket.json(recordKey), next);
      assert.equal(next!.operation, "UPDATE");
    });

    it("reports the recorded result, also if a redriven execution does not find it", async () => {
      const bucket = new Bucket({ [resultKey]: '{"status":"SUCCEEDED"}' });
      await failed(bucket, 3);
      bucket.stored.delete(resultKey);
      await assert.rejects(prepare({ prepare: request, endedBuild: "" }, { objects: bucket, stateBucket: "state" }), {
        name: "RequestEnded",
      });
      const { notifications } = await reported(bucket, {}, { error: { Error: "RequestEnded", Cause: "" } });
      assert.deepEqual(
        notifications.map(({ result }) => result.status),
        ["SUCCEEDED"],
      );
    });
  });

  it("replaces the request that an earlier version of the program wrote", async () => {
    const bucket = new Bucket({ "requests/rec-1.json": "{}" });
    const { digest } = await prepare({ prepare: request, endedBuild: "" }, { objects: bucket, stateBucket: "state" });
    assert.equal(readRequest(bucket.stored.get("requests/rec-1.json")!.toString(), { digest, attempt: "0" }).recordId, "rec-1");
  });

  describe("before a build", () => {
    const claimKey = "builds/111122223333/pp-1.json";
    const claimed = () => new Bucket({ [claimKey]: JSON.stringify({ buildId: "runner:1", recordId: "rec-0" }) });
    const prepared = async (bucket: Bucket, endedBuild = "", change: Partial<EngineRequest> = {}) =>
      (await prepare({ prepare: { ...request, ...change }, endedBuild }, { objects: bucket, stateBucket: "state" })).build;

    it("names no earlier build if none has a claim", async () => assert.equal(await prepared(new Bucket()), ""));
    for (const endedBuild of ["", "runner:0"])
      it(`keeps the claim of an earlier build after the end of '${endedBuild}'`, async () => {
        const bucket = claimed();
        assert.equal(await prepared(bucket, endedBuild), "runner:1");
        assert.ok(bucket.stored.has(claimKey));
      });
    it("removes the claim of an earlier build that ended", async () => {
      const bucket = claimed();
      assert.equal(await prepared(bucket, "runner:1"), "");
      assert.ok(!bucket.stored.has(claimKey));
    });
    it("keeps the claim of the next build, which another execution started at the same time", async () => {
      const bucket = claimed();
      const next = JSON.stringify({ buildId: "runner:2", recordId: "rec-2" });
      const { readObject } = bucket;
      bucket.readObject = async (location) => {
        const read = await readObject(location);
        if (location.key === claimKey) bucket.stored.set(claimKey, Buffer.from(next));
        return read;
      };
      await assert.rejects(prepared(bucket, "runner:1"), { message: "Another call changed the claim to pp-1 at the same time." });
      assert.equal(bucket.stored.get(claimKey)!.toString(), next);
      assert.equal(await prepared(bucket, "runner:1"), "runner:2");
    });
    it("lets the fleet preview while a build runs", async () => assert.equal(await prepared(claimed(), "", { operation: "PREVIEW" }), ""));
  });

  it("marks the end of a preview", async () => {
    const bucket = new Bucket({ "requests/rec-1.json": "{}", "results/rec-1-0.json": '{"status":"SUCCEEDED"}' });
    await reported(bucket, { operation: "PREVIEW" });
    assert.ok(hasEnded(bucket.stored.get("requests/rec-1.json")!.toString()));
  });

  it("removes the record of a terminated environment", async () => {
    const bucket = new Bucket({ "results/rec-1-0.json": '{"status":"SUCCEEDED"}', [recordKey]: "{}" });
    await reported(bucket, { operation: "TERMINATE" });
    assert.equal(bucket.json(recordKey), null);
  });

  it("keeps parameters and outputs of an environment whose termination failed", async () => {
    const last = JSON.stringify({ parameters: { team: "fraud" }, outputs: { domainId: "d-1" }, version: "1" });
    const bucket = new Bucket({ "results/rec-1-0.json": '{"status":"FAILED","reason":"apps run"}', [recordKey]: last });
    await reported(bucket, { operation: "TERMINATE", parameters: {} });
    const { status, reason, parameters, outputs, version } = bucket.json(recordKey)!;
    assert.deepEqual([status, reason, parameters, outputs, version], ["FAILED", "apps run", { team: "fraud" }, { domainId: "d-1" }, "1"]);
  });

  describe("after an update that failed", () => {
    const inputs = { productId: "prod-0", artifactId: "pa-0", parameters: { team: "fraud" }, tags: { unit: "risk" } };
    const rejected: Partial<EngineRequest> = {
      operation: "UPDATE",
      parameters: { team: "fraud", stage: "unknown" },
      tags: { unit: "audit" },
    };
    const recorded = async (last: object | undefined) => {
      const bucket = new Bucket({
        "results/rec-1-0.json": '{"status":"FAILED","reason":"unknown stage"}',
        ...(last && { [recordKey]: JSON.stringify(last) }),
      });
      await reported(bucket, rejected);
      const { status, reason, productId, artifactId, version, parameters, tags } = bucket.json(recordKey)!;
      assert.deepEqual([status, reason], ["FAILED", "unknown stage"]);
      return { productId, artifactId, version, parameters, tags };
    };

    it("keeps the version, parameters and tags of the record, which the next preview uses", async () =>
      assert.deepEqual(await recorded({ ...inputs, version: "1" }), { ...inputs, version: "1" }));
    it("records the requested values if no record exists", async () =>
      assert.deepEqual(await recorded(undefined), {
        productId: "prod-1",
        artifactId: "pa-1",
        version: undefined,
        parameters: rejected.parameters,
        tags: rejected.tags,
      }));
    it("records the requested values if the record has none", async () =>
      assert.equal((await recorded({ status: "SUCCEEDED" })).artifactId, "pa-1"));
  });

  for (const body of [undefined, "{", '{"status":"UNKNOWN"}'])
    it(`requests another build after the result ${String(body)}`, async () => {
      const bucket = new Bucket(body === undefined ? {} : { "results/rec-1-0.json": body });
      const { output, notifications } = await reported(bucket, {}, { build: { id: "build:1", status: "FAILED" } });
      assert.deepEqual([output, notifications, bucket.json(recordKey)], [{ next: "RETRY" }, [], null]);
    });

  it("reports a failure after the last build without a result", async () => {
    const { output, notifications } = await reported(
      new Bucket(),
      { attempt: 2 },
      { build: { id: "build:3", status: "TIMED_OUT", phases: [[{ PhaseType: "BUILD", PhaseStatus: "TIMED_OUT", Contexts: [] }]] } },
    );
    assert.equal(output.next, "DONE");
    assert.match(notifications[0]!.result.reason!, /without a result in 3 builds \(last build: build:3, TIMED_OUT, BUILD: TIMED_OUT\)/);
  });

  it("does not repeat a build that an operator stopped", async () => {
    const { output, notifications } = await reported(new Bucket(), {}, { build: { id: "build:1", status: "STOPPED" } });
    assert.equal(output.next, "DONE");
    assert.match(notifications[0]!.result.reason!, /stopped the build build:1/);
  });

  const pull = { StatusCode: "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE", Message: "Unable to pull the image: manifest unknown" };
  for (const [PhaseStatus, next] of [
    ["CLIENT_ERROR", "DONE"],
    ["FAILED", "DONE"],
    ["FAULT", "RETRY"],
    ["TIMED_OUT", "RETRY"],
  ] as const)
    it(`after a build that ended with ${PhaseStatus} before the runner started: ${next}`, async () => {
      const phases = [
        { PhaseType: "QUEUED", PhaseStatus: "SUCCEEDED" },
        { PhaseType: "PROVISIONING", PhaseStatus, Contexts: [pull] },
        { PhaseType: "COMPLETED" },
      ];
      const { output, notifications } = await reported(new Bucket(), {}, { build: { id: "build:1", status: "FAILED", phases: [phases] } });
      assert.equal(output.next, next);
      const reason =
        /The runner did not start \(PROVISIONING: BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE Unable to pull .* Ask the platform team/;
      if (next === "DONE") assert.match(notifications[0]!.result.reason!, reason);
    });

  const failedCommand = { PhaseType: "BUILD", PhaseStatus: "FAILED", Contexts: [{ StatusCode: "COMMAND_EXECUTION_ERROR" }] };
  it("repeats a build whose runner ended without a result", async () => {
    const build = { id: "build:1", status: "FAILED", phases: [[failedCommand]] };
    assert.equal((await reported(new Bucket(), {}, { build })).output.next, "RETRY");
  });

  it("reports why the last build failed, for example without an image", async () => {
    const Message = "Unable to pull customer's container image.";
    const phases = [
      { PhaseType: "QUEUED" },
      { PhaseType: "PROVISIONING", Contexts: [{ Message }] },
      { PhaseType: "COMPLETED", Contexts: [{}] },
    ];
    const { notifications } = await reported(
      new Bucket(),
      { attempt: 2 },
      { build: { id: "build:3", status: "FAILED", phases: [phases] } },
    );
    assert.match(
      notifications[0]!.result.reason!,
      /\(last build: build:3, FAILED, PROVISIONING: Unable to pull customer's container image\.\)/,
    );
  });

  it("does not use the result of an earlier build", async () => {
    const bucket = new Bucket({ "results/rec-1-0.json": '{"status":"SUCCEEDED"}' });
    assert.equal((await reported(bucket, { attempt: 1 })).output.next, "RETRY");
  });

  it("reports a failure if no build started", async () => {
    const { notifications } = await reported(
      new Bucket(),
      {},
      {
        error: { Error: "CodeBuild.InvalidInputException", Cause: "the image is invalid (Service: CodeBuild, Status Code: 400)" },
      },
    );
    assert.match(notifications[0]!.result.reason!, /\(CodeBuild\.InvalidInputException: the image is invalid\)\. Ask/);
  });

  it("reports a result even if the build could not be observed", async () => {
    const bucket = new Bucket({ "results/rec-1-0.json": '{"status":"SUCCEEDED"}' });
    const { notifications } = await reported(bucket, {}, { error: { Error: "States.Timeout", Cause: "" } });
    assert.equal(notifications[0]!.result.status, "SUCCEEDED");
  });

  describe("after an execution that ended without a report", () => {
    async function ended(bucket: Bucket, change: Partial<EngineRequest> = {}) {
      const notifications: Notification[] = [];
      const notify = (notification: Notification) => Promise.resolve(void notifications.push(notification));
      const detail = { status: "ABORTED", name: "pp-1-rec-1", input: JSON.stringify({ ...request, ...change }) };
      await reportEnded({ detail }, { objects: bucket, notify, stateBucket: "state", now: () => new Date() });
      return notifications.map(({ recordId, result: { status, reason = "" } }) => [recordId, status, /\(ABORTED\)/.test(reason)]);
    }

    it("reports a failure, and records it", async () => {
      const bucket = new Bucket({ "requests/rec-1.json": "{}" });
      assert.deepEqual(await ended(bucket), [["rec-1", "FAILED", true]]);
      assert.equal(bucket.json(recordKey)!.status, "FAILED");
      assert.ok(hasEnded(bucket.stored.get("requests/rec-1.json")!.toString()));
    });
    it("reports the result of the last build", async () => {
      const bucket = new Bucket({ "results/rec-1-1.json": '{"status":"SUCCEEDED"}' });
      assert.deepEqual(await ended(bucket), [["rec-1", "SUCCEEDED", false]]);
    });
    it("reports no preview", async () => assert.deepEqual(await ended(new Bucket(), { operation: "PREVIEW" }), []));
    it("rejects an event without input, so that the alarm on errors of the function goes off", () =>
      assert.rejects(
        reportEnded(
          { detail: { status: "FAILED", name: "pp-1-rec-1", input: null } },
          { objects: new Bucket(), notify: () => Promise.resolve(), stateBucket: "state", now: () => new Date() },
        ),
        /pp-1-rec-1 has no input/,
      ));
  });

  it("returns the result of a preview, and neither reports nor records it", async () => {
    const bucket = new Bucket({ "results/rec-1-0.json": '{"status":"SUCCEEDED","changes":"3 create"}' });
    const { output, notifications } = await reported(bucket, { operation: "PREVIEW" });
    assert.deepEqual([output.changes, notifications, bucket.json(recordKey)], ["3 create", [], null]);
  });

  it("accepts any reason", () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 5000 }), (text) => {
        const reason = acceptedReason(text);
        assert.match(reason, /^[\t\n\r -\uD7FF\uE000-\uFFFD]+$/);
        assert.ok(reason.length <= 2048);
      }),
    ));
});

const artifact: Artifact = {
  format: 1,
  program: "0.1.0",
  name: "0.1.0",
  settings: { "cloister-environment:studio": { idleMinutes: 60, instanceTypes: ["ml.t3.medium"] } },
  policies: {},
  core: { stack: "organization/cloister-core/hub", outputs: { region: "eu-central-1" } },
  parameters: [
    { key: "team", path: ["team"], type: "String", description: "Team.", schema: { type: "string" } },
    { key: "stage", path: ["stage"], type: "String", default: "dev", description: "Stage.", schema: { enum: ["dev", "test"] } },
  ],
};
const pathOf = { artifact: { path: `s3://artifacts/${packArtifact(artifact).key}`, type: "AWS_S3" } };

describe("artifact of a version", () => {
  it("is read as it was written", () =>
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (settings) => {
        // No schema of settings has a key __proto__, and a copy of an object drops it.
        fc.pre(!JSON.stringify(settings).includes('"__proto__":'));
        // JSON has no negative zero.
        const given = JSON.parse(JSON.stringify({ ...artifact, settings })) as Artifact;
        assert.deepEqual(JSON.parse(JSON.stringify(readArchive(packArtifact(given).body).artifact)), given);
      }),
    ));

  it("has the same bytes and key for settings in another order", () => {
    const reversed = Object.fromEntries(Object.entries(artifact).reverse()) as Artifact;
    assert.deepEqual(packArtifact(reversed), packArtifact(artifact));
    assert.match(versionName(artifact), /^0\.1\.0-[0-9a-f]{8}$/);
  });

  it("has another key for other settings", () =>
    assert.notEqual(packArtifact({ ...artifact, settings: {} }).key, packArtifact(artifact).key));

  const broken: Record<string, Buffer> = {
    "no archive": Buffer.from("text"),
    "half an archive": packArtifact(artifact).body.subarray(0, 80),
    "an archive of text": gzipSync("text"),
    "an empty archive": gzipSync(Buffer.alloc(1024)),
    "another format": packArtifact({ ...artifact, format: 2 } as unknown as Artifact).body,
  };
  for (const [name, body] of Object.entries(broken))
    it(`is rejected: ${name}`, () => assert.throws(() => readArchive(body).artifact, { name: "ArtifactError" }));

  it("must be an object in S3", () => {
    assert.deepEqual(artifactLocation("s3://bucket/versions/1.tar.gz"), { bucket: "bucket", key: "versions/1.tar.gz" });
    assert.throws(() => artifactLocation("https://example.com/1.tar.gz"), /must be an object in S3/);
  });
});

describe("parameter parser", () => {
  const bucket = new Bucket({ [packArtifact(artifact).key]: packArtifact(artifact).body });
  const denied = () => Promise.reject(Object.assign(new Error("denied"), { name: "AccessDenied" }));
  const never = () => assert.fail("assumed the launch role");

  const copy = { artifact: { path: "s3://sc-copies/1", type: "AWS_S3" }, launchRoleArn: "arn:aws:iam::111122223333:role/launch" };
  const readers = (engine: Pick<Objects, "read">, asLaunchRole: ArtifactReaders["asLaunchRole"] = never): ArtifactReaders => ({
    artifactBucket: "artifacts",
    engine,
    asLaunchRole,
  });
  /** The engine reads only its bucket, and the launch role reads only the copy with this content. */
  const withCopy = (body: Buffer) =>
    readers({ read: (location) => (location.bucket === "artifacts" ? bucket.read(location) : denied()) }, () => ({
      read: ({ bucket: from }) => Promise.resolve(from === "sc-copies" ? body : undefined),
    }));

  it("lists the parameters", async () =>
    assert.deepEqual(await parse(pathOf, readers(bucket)), {
      parameters: [
        { key: "team", type: "String", description: "Team.", isNoEcho: false },
        { key: "stage", type: "String", defaultValue: "dev", description: "Stage.", isNoEcho: false },
      ],
    }));

  it("reads the copy of a published artifact with the launch role", async () =>
    assert.equal((await parse(copy, withCopy(packArtifact(artifact).body))).parameters.length, 2));

  it("reports a copy whose content was not published", () =>
    assert.rejects(parse(copy, withCopy(packArtifact({ ...artifact, settings: {} }).body)), {
      name: "ParserInvalidParameterException",
      message: /was not published to this engine/,
    }));

  it("reports an object whose content differs from its key", () =>
    assert.rejects(parse(pathOf, readers(new Bucket({ [packArtifact(artifact).key]: packArtifact({ ...artifact, settings: {} }).body }))), {
      name: "ParserInvalidParameterException",
      message: /was not published/,
    }));

  it("reports that it cannot read the artifact", () =>
    assert.rejects(parse(pathOf, readers({ read: denied })), { name: "ParserAccessDeniedException" }));
  it("reports that the launch role cannot be assumed", () =>
    assert.rejects(
      parse(
        copy,
        readers({ read: denied }, () => ({ read: denied })),
      ),
      {
        name: "ParserAccessDeniedException",
        message: /must trust the engine/,
      },
    ));
  it("reports a missing artifact", () =>
    assert.rejects(parse(pathOf, readers(new Bucket())), {
      name: "ParserInvalidParameterException",
      message: /does not exist/,
    }));
  it("reports an unreadable artifact", () =>
    assert.rejects(parse(pathOf, readers(new Bucket({ [packArtifact(artifact).key]: "text" }))), {
      name: "ParserInvalidParameterException",
    }));
  it("reports a request without an artifact", () =>
    assert.rejects(parse({}, readers(bucket)), { name: "ParserInvalidParameterException" }));
});
