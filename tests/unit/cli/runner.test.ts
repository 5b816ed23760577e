// Tests what the runner decides for one request. Stand-ins replace the engine and AWS; tests/engine runs both.
import assert from "node:assert/strict";
import {
  configFor,
  coreStackOf,
  type EnvironmentStack,
  isLaunchBoundary,
  launchRoleCredentials,
  reasonFor,
  Rejected,
  runRequest,
  type RunnerTools,
  settingsText,
  type StackFile,
  StudioError,
} from "@cloister/cli/testing";
import { type EngineRequest } from "@cloister/components/catalog/engine/names";
import { type Artifact } from "@cloister/components/catalog/runtime/artifact";
import { parametersOf } from "@cloister/components/catalog/runtime/parameters";
import { endedRequest, type Result, stackOf } from "@cloister/components/catalog/runtime/request";
import { environmentSettings } from "@cloister/environment/settings";
import { parse } from "yaml";

const fixed = { "cloister-environment:network": { zones: 2 }, "cloister-environment:purge": true };
const artifact: Artifact = {
  format: 1,
  program: "0.1.0",
  name: "first",
  settings: fixed,
  policies: {},
  core: { stack: "organization/cloister-core/bank-hub", outputs: { accountId: "111122223333", region: "eu-central-1" } },
  parameters: parametersOf(environmentSettings, fixed),
};

const request: EngineRequest = {
  operation: "PROVISION",
  token: "token",
  recordId: "rec-1",
  provisionedProductId: "pp-1",
  provisionedProductName: "fraud",
  productId: "prod-1",
  artifactId: "pa-1",
  artifactPath: "s3://artifacts/versions/1.tar.gz",
  launchRoleArn: "arn:aws:iam::111122223333:role/hub-environment-launch",
  accountId: "111122223333",
  parameters: { team: "fraud", owner: "fraud@bank.example" },
  // A provisioned product has the tags of its portfolio.
  tags: { "cost-center": "1", "aws:servicecatalog:x": "2", "cloister:owner": "ml-platform@bank.example" },
  attempt: 0,
};
const settingsKey = "settings/111122223333/pp-1.json";
const nameKey = "names/111122223333/fraud-dev.json";
const stateKey = ".pulumi/stacks/cloister-environment/111122223333-pp-1.json";
const claimKey = "builds/111122223333/pp-1.json";

/** A state bucket and an engine. `calls` are the calls of the engine, in order. */
class FakeEngine {
  readonly objects = new Map<string, string>();
  readonly calls: string[] = [];
  readonly logs: string[] = [];
  opened: StackFile | undefined;
  openError: Error | undefined;
  /** Whether an environment with the name exists that was not launched from AWS Service Catalog. */
  isForeign = false;
  boundaryArn: string | undefined = "arn:aws:iam::111122223333:policy/hub-environment-launch-boundary-0a1b2c3";
  resume: () => Promise<string[]> = () => Promise.resolve([]);
  deploy: () => Promise<Record<string, unknown>> = () => Promise.resolve({ domainId: "d-1", notebooks: {}, people: { a: { arn: "x" } } });

  /** Whether the state has resources with data. */
  hasData = true;
  destroy: () => Promise<void> = () => Promise.resolve();
  /** What happens after the stack was removed. */
  removed: () => Promise<void> = () => Promise.resolve();

  /** What happens before an object is deleted. */
  beforeDelete: (key: string) => Promise<void> = () => Promise.resolve();

  /** What another operation does after a read of an object that this operation deletes. */
  afterRead: () => Promise<void> = () => Promise.resolve();

  private stack(given: EngineRequest, file: StackFile): EnvironmentStack {
    this.opened = file;
    // As `pulumi stack init`, which writes a state without a deployment.
    const key = `.pulumi/stacks/cloister-environment/${stackOf(given)}.json`;
    if (!this.objects.has(key)) this.objects.set(key, JSON.stringify({ version: 3, checkpoint: { latest: null } }));
    const called = <T>(name: string, value: T) => Promise.resolve((this.calls.push(name), value));
    return {
      cancel: () => called("cancel", undefined),
      resume: () => this.resume(),
      file: () => ({ ...file, encryptedkey: "key" }),
      deploy: () => (this.calls.push("deploy"), this.deploy()),
      preview: () => called("preview", "3 create"),
      hasData: () => Promise.resolve(this.hasData),
      destroy: async (beforeRemoval) => {
        this.calls.push("destroy");
        await this.destroy();
        await beforeRemoval();
        this.objects.delete(key);
        await this.removed();
      },
    };
  }

  /** What the report wrote. `undefined` if the object of the request has expired. */
  stored: string | undefined = "{}";
  private builds = 0;

  run(change: Partial<EngineRequest> = {}, version: Artifact = artifact, isInterrupted = false): Promise<Result> {
    const given = { ...request, ...change };
    const requestKey = `requests/${given.recordId}.json`;
    const objects: RunnerTools["objects"] = {
      read: ({ key }) => {
        const body = key === requestKey ? this.stored : this.objects.get(key);
        return Promise.resolve(body === undefined ? undefined : Buffer.from(body));
      },
      write: ({ key }, body) => Promise.resolve(void this.objects.set(key, body)),
      create: ({ key }, body) => Promise.resolve(!this.objects.has(key) && !!this.objects.set(key, body)),
      delete: async ({ key }) => {
        await this.beforeDelete(key);
        this.objects.delete(key);
      },
      readObject: async ({ key }) => {
        const body = this.objects.get(key);
        await this.afterRead();
        return body === undefined ? undefined : { body: Buffer.from(body), etag: body };
      },
      deleteUnchanged: ({ key }, { etag }) => Promise.resolve(this.objects.get(key) === etag && this.objects.delete(key)),
      list: ({ key: prefix }) => Promise.resolve([...this.objects.keys()].filter((key) => key.startsWith(prefix))),
    };
    const tools: RunnerTools = {
      objects,
      stateBucket: "state",
      program: "0.1.0",
      buildId: `runner:${++this.builds}`,
      readArtifact: () => Promise.resolve(version),
      open: (_, file) => (this.openError ? Promise.reject(this.openError) : Promise.resolve(this.stack(given, file))),
      boundaryOf: ({ accountId }) => Promise.resolve(this.boundaryArn?.replace("111122223333", accountId)),
      isForeign: () => Promise.resolve(this.isForeign),
      now: () => new Date("2026-11-27T08:00:00Z"),
      log: (text) => void this.logs.push(text),
    };
    return runRequest(given, tools, () => isInterrupted);
  }

  /** What the report does after a build ended without a result. */
  endBuild(): void {
    assert.ok(this.objects.delete(claimKey), "the build had no claim");
  }
}

describe("runner", () => {
  it("deploys, and keeps result, name and settings file", async () => {
    const engine = new FakeEngine();
    const { status, outputs, version } = await engine.run();
    assert.deepEqual([status, outputs], ["SUCCEEDED", { domainId: "d-1", people: '{"a":{"arn":"x"}}' }]);
    assert.match(version!, /^0\.1\.0-[0-9a-f]{8}$/);
    assert.deepEqual([...engine.objects.keys()].sort(), [stateKey, nameKey, "results/rec-1-0.json", settingsKey]);
    assert.equal((JSON.parse(engine.objects.get(settingsKey)!) as StackFile).encryptedkey, "key");
  });

  const wrongBoundaries = [undefined, "arn:aws:iam::111122223333:policy/bank-boundary"];
  const expected = "arn:aws:iam::111122223333:policy/hub-environment-launch-boundary-\\*";
  for (const operation of ["PROVISION", "UPDATE", "PREVIEW", "TERMINATE"] as const)
    for (const boundaryArn of wrongBoundaries)
      it(`rejects a launch role without the boundary of the core stack, and changes nothing: ${operation}, ${boundaryArn}`, async () => {
        const engine = new FakeEngine();
        const deployed = operation === "UPDATE" || operation === "TERMINATE";
        if (deployed) await engine.run();
        engine.calls.length = 0;
        engine.boundaryArn = boundaryArn;
        const { status, reason } = await engine.run({ operation, recordId: "rec-2" });
        assert.equal(status, "FAILED");
        assert.match(
          reason!,
          new RegExp(
            `^The launch role of the product must have the permissions boundary ${expected} of the core stack \\(got ${boundaryArn ?? "none"}\\)\\. No resources`,
          ),
        );
        assert.deepEqual([engine.calls, engine.objects.has(nameKey)], [[], deployed]);
      });

  it("accepts only the boundary in the account of the role, with the suffix of Pulumi", () => {
    const start = "arn:aws:iam::111122223333:policy/hub-environment-launch-boundary-";
    assert.ok(isLaunchBoundary(request.launchRoleArn, `${start}0a1b2c3`));
    for (const arn of [
      start,
      `${start}0a1b2c3d`,
      `${start}x-0a1b2`,
      `${start}0A1B2C3`,
      start.replace("111122223333", "999900001111") + "0a1b2c3",
    ])
      assert.ok(!isLaunchBoundary(request.launchRoleArn, arn), arn);
  });

  it("names resources of an earlier build that cannot be found, if the deployment or the termination fails", async () => {
    const engine = new FakeEngine();
    engine.resume = () => (engine.calls.push("resume"), Promise.resolve(["Product notebook"]));
    assert.equal((await engine.run({ attempt: 1 })).status, "SUCCEEDED");
    assert.deepEqual(engine.calls, ["cancel", "resume", "deploy"]);
    engine.deploy = () => Promise.reject(new Error("Zone already exists"));
    const { reason } = await engine.run({ operation: "UPDATE" });
    assert.match(reason!, /^Zone already exists\nAn earlier build ended while it created these resources: Product notebook\./);
    const ended = await engine.run({ operation: "TERMINATE" });
    assert.deepEqual(engine.calls.slice(-2), ["resume", "destroy"]);
    assert.match(ended.reason!, /^The environment was destroyed\..* may exist: Product notebook\..* Then terminate the product again\.$/);
    assert.ok(engine.objects.has(nameKey), "the name stays reserved");
    engine.resume = () => Promise.resolve([]);
    assert.equal((await engine.run({ operation: "TERMINATE" })).status, "SUCCEEDED");
    assert.ok(!engine.objects.has(nameKey));
  });

  it("deploys with the launch role, the account and the provisioned product", () => {
    const config = configFor(request, artifact);
    assert.deepEqual(config["aws:assumeRoles"], [
      { roleArn: request.launchRoleArn, sessionName: "cloister-pp-1", tags: { "cloister:environment": "fraud-dev" } },
    ]);
    assert.deepEqual(config["cloister-environment:provisionedProduct"], { id: "pp-1", productId: "prod-1" });
    assert.deepEqual([config["aws:region"], config["aws:allowedAccountIds"]], ["eu-central-1", ["111122223333"]]);
    assert.equal(config["cloister-environment:coreStack"], `organization/cloister-core/${coreStackOf(artifact.core)}`);
    assert.equal(config["cloister-environment:confirmPurge"], "fraud-dev");
  });

  it("adds the tags of the provisioned product to the setting, which the policies of roles allow", () => {
    const parameters = { ...request.parameters, tags: "{ cost-center: '0', unit: risk }" };
    const config = configFor({ ...request, parameters }, artifact);
    assert.deepEqual(config["cloister-environment:tags"], { "cost-center": "1", unit: "risk" });
    assert.equal(
      Object.keys(config).some((key) => /tags/i.test(key) && key.startsWith("aws:")),
      false,
    );
  });

  it("writes settings that Pulumi reads as the same texts", () => {
    const tags = { day: "2026-11-27", count: "1_000", bits: "0b11", answer: "yes", "1.0": "null", long: "word ".repeat(50).trim() };
    const config = configFor({ ...request, tags }, artifact);
    const read = parse(settingsText({ config }), { version: "1.1", customTags: ["timestamp"] }) as { config: unknown };
    assert.deepEqual(read.config, config);
  });

  it("continues after a crash: the name belongs to the product, and the lock is released", async () => {
    const engine = new FakeEngine();
    engine.deploy = () => Promise.reject(new Error("killed"));
    await assert.rejects(engine.run({}, artifact, true), /killed/);
    assert.equal(engine.objects.has("results/rec-1-0.json"), false);
    engine.endBuild();
    engine.deploy = () => Promise.resolve({});
    assert.equal((await engine.run({ attempt: 1 })).status, "SUCCEEDED");
    assert.deepEqual(engine.calls, ["deploy", "cancel", "deploy"]);
    assert.equal(engine.opened?.encryptedkey, "key");
  });

  const rejected: { name: string; change?: Partial<EngineRequest>; version?: Artifact; reason: RegExp }[] = [
    {
      name: "a parameter outside its values",
      change: { parameters: { ...request.parameters, stage: "prod" } },
      reason: /- 'stage' must be one of/,
    },
    { name: "all problems at once", change: { parameters: { team: "9", zones: "3" } }, reason: /'zones'[^]*'team'[^]*'owner' is missing/ },
    {
      name: "a tag that Cloister sets, in any case",
      change: { tags: { "Cloister:Environment": "other-dev" } },
      reason: /- 'tags' must have keys that are .*not starting with aws: or cloister:.*got "Cloister:Environment"/,
    },
    {
      name: "a tag with a character that a service rejects",
      change: { tags: { unit: "<b>" } },
      reason: /- 'tags\.unit' must be a string.*got "<b>"/,
    },
    {
      name: "a tag that differs from a tag of the parameter only in case",
      change: { parameters: { ...request.parameters, tags: "{ Cost-Center: '1' }" } },
      reason: /- 'tags\.cost-center' must not repeat the key 'Cost-Center', ignoring case/,
    },
    {
      name: "too many tags in the parameter and the provisioned product together",
      change: {
        parameters: {
          ...request.parameters,
          tags: JSON.stringify(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, ""]))),
        },
      },
      reason: /- 'tags' must have at most 40 tags, but has 41/,
    },
    {
      name: "tags that Pulumi would read as an encrypted value",
      change: { tags: { secure: "x" } },
      reason: /- 'tags' must not have the key 'secure'/,
    },
    {
      name: "tags that are no object",
      change: { parameters: { ...request.parameters, tags: "unit" } },
      reason: /- 'tags' must be an object/,
    },
    {
      name: "another version of the program",
      version: { ...artifact, program: "9.0.0" },
      reason: /requires Cloister 9\.0\.0, but the engine runs Cloister 0\.1\.0/,
    },
    {
      name: "a wrong setting of the version",
      version: { ...artifact, settings: { "cloister-environment:guardrails": 1 } },
      reason: /Ask the platform team/,
    },
  ];
  const recipient = "999900001111";
  const launchRoleArn = `arn:aws:iam::${recipient}:role/hub-environment-launch`;
  rejected.push({
    name: "an account without a core stack",
    change: { accountId: recipient, launchRoleArn },
    reason:
      /^Version 0\.1\.0-[0-9a-f]{8} cannot be launched in account 999900001111\. No resources were created\..*'cloister-core:catalogLaunch'/,
  });
  for (const { name, change = {}, version = artifact, reason } of rejected)
    it(`reports ${name}, and deploys nothing`, async () => {
      const engine = new FakeEngine();
      const result = await engine.run(change, version);
      assert.equal(result.status, "FAILED");
      assert.match(result.reason!, reason);
      assert.deepEqual([engine.calls, [...engine.objects.keys()]], [[], ["results/rec-1-0.json"]]);
    });

  it("deploys in a recipient account with its core stack, where the name of an environment is free", async () => {
    const spoke = { stack: "organization/cloister-core/bank-spoke", outputs: { accountId: recipient, region: "eu-west-1" } };
    const shared: Artifact = { ...artifact, recipients: [spoke] };
    const engine = new FakeEngine();
    await engine.run({}, shared);
    assert.equal((await engine.run({ accountId: recipient, launchRoleArn, recordId: "rec-2" }, shared)).status, "SUCCEEDED");
    const { config } = engine.opened!;
    assert.deepEqual(
      [config["cloister-environment:coreStack"], config["aws:region"], config["aws:allowedAccountIds"]],
      [`organization/cloister-core/${coreStackOf(spoke)}`, "eu-west-1", [recipient]],
    );
    assert.ok(engine.objects.has(nameKey.replace(request.accountId, recipient)));
  });

  it("rejects the name of another product", async () => {
    const engine = new FakeEngine();
    await engine.run();
    const { status, reason } = await engine.run({ provisionedProductId: "pp-2", recordId: "rec-2" });
    assert.deepEqual([status, engine.calls], ["FAILED", ["deploy"]]);
    assert.match(reason!, /'fraud-dev' exists already, and belongs to another provisioned product/);
  });

  it("rejects another name for an environment, which would replace it", async () => {
    const engine = new FakeEngine();
    await engine.run();
    const { reason } = await engine.run({ operation: "UPDATE", recordId: "rec-2", parameters: { ...request.parameters, team: "risk" } });
    assert.match(reason!, /cannot change.*was 'fraud-dev', got 'risk-dev'/);
    assert.deepEqual(engine.calls, ["deploy"]);
  });

  it("keeps the tags of the launch in an update without tags", async () => {
    const engine = new FakeEngine();
    engine.objects.set("environments/111122223333/pp-1.json", JSON.stringify({ tags: { unit: "risk" } }));
    await engine.run({ operation: "UPDATE", tags: {} });
    assert.deepEqual(engine.opened?.config["cloister-environment:tags"], { unit: "risk" });
  });

  it("previews the same settings that an update with the recorded tags deploys", async () => {
    const engine = new FakeEngine();
    await engine.run();
    const { tags } = request;
    await engine.run({ operation: "PREVIEW", recordId: "preview-1", tags });
    const previewed = engine.opened?.config;
    await engine.run({ operation: "UPDATE", recordId: "rec-2", tags });
    assert.deepEqual(previewed, engine.opened?.config);
  });

  it("previews without a reservation", async () => {
    const engine = new FakeEngine();
    assert.equal((await engine.run({ operation: "PREVIEW" })).changes, "3 create");
    assert.deepEqual([...engine.objects.keys()].sort(), [stateKey, "results/rec-1-0.json"]);
  });

  it("rejects the name of an environment that was not launched from AWS Service Catalog", async () => {
    const engine = new FakeEngine();
    engine.isForeign = true;
    const { status, reason } = await engine.run();
    assert.equal(status, "FAILED");
    assert.match(reason!, /'fraud-dev' exists already, and was not launched from AWS Service Catalog/);
    assert.deepEqual([engine.calls, [...engine.objects.keys()]], [[], ["results/rec-1-0.json"]]);
  });

  it("rejects a team that the version does not allow", async () => {
    const engine = new FakeEngine();
    const { reason } = await engine.run({}, { ...artifact, teams: ["risk", "audit"] });
    assert.match(reason!, /- 'team' must be one of risk, audit \(got "fraud"\)\./);
    assert.equal((await engine.run({}, { ...artifact, teams: ["risk", "fraud"] })).status, "SUCCEEDED");
  });

  describe("with a version that keeps data", () => {
    const keeping = { ...artifact, settings: { "cloister-environment:network": { zones: 2 } } };
    const terminated = async () => {
      const engine = new FakeEngine();
      await engine.run({}, keeping);
      assert.equal((await engine.run({ operation: "TERMINATE", recordId: "rec-2", parameters: {} })).status, "SUCCEEDED");
      return engine;
    };
    const release = (environment: string) =>
      ({ operation: "RELEASE", recordId: "release-1", provisionedProductId: "", parameters: { environment } }) as const;
    const again = { provisionedProductId: "pp-2", recordId: "rec-3" };

    it("reserves the name after a termination, because the next environment could read the data", async () => {
      const engine = await terminated();
      const { status, reason } = await engine.run(again, keeping);
      assert.equal(status, "FAILED");
      assert.match(
        reason!,
        /'fraud-dev' was terminated, and its data remains.*npx cloister fleet release fraud-dev --account 111122223333$/,
      );
      assert.deepEqual(engine.calls, ["deploy", "destroy"]);
    });

    it("releases the name for the platform team", async () => {
      const engine = await terminated();
      assert.deepEqual(await engine.run(release("fraud-dev")), { status: "SUCCEEDED" });
      assert.equal((await engine.run(again, keeping)).status, "SUCCEEDED");
    });

    it("does not release the name of an environment that exists, or that is not reserved", async () => {
      const engine = new FakeEngine();
      await engine.run({}, keeping);
      assert.match((await engine.run(release("fraud-dev"))).reason!, /belongs to pp-1\. Terminate/);
      assert.match((await engine.run(release("risk-dev"))).reason!, /'risk-dev' is not reserved in account 111122223333/);
      assert.equal(engine.objects.has(nameKey), true);
    });

    it("releases a name once of two releases at the same time, also if a lead launches the environment between them", async () => {
      const engine = await terminated();
      const release2 = { ...release("fraud-dev"), recordId: "release-2" };
      engine.afterRead = async () => {
        engine.afterRead = () => Promise.resolve();
        assert.deepEqual(await engine.run(release2), { status: "SUCCEEDED" });
        assert.equal((await engine.run(again, keeping)).status, "SUCCEEDED");
      };
      const { status, reason } = await engine.run(release("fraud-dev"));
      assert.equal(status, "FAILED");
      assert.match(
        reason!,
        /^Another operation released or reserved the name 'fraud-dev' .* at the same time\. Run the same command again\.$/,
      );
      assert.match(engine.objects.get(nameKey)!, /"pp-2"/, "the name belongs to the new environment");
      assert.match((await engine.run({ ...release("fraud-dev"), recordId: "release-3" })).reason!, /belongs to pp-2\. Terminate/);
    });

    it("releases a name in a second build, after a build that ended when it had released the name", async () => {
      const engine = await terminated();
      await engine.run(release("fraud-dev"));
      assert.deepEqual(await engine.run({ ...release("fraud-dev"), attempt: 1 }), { status: "SUCCEEDED" });
    });

    /** A first deployment that fails. With `killed`, its runner ends without a result. */
    const failed = async (hasData: boolean, killed = false) => {
      const engine = new FakeEngine();
      engine.hasData = hasData;
      engine.deploy = () => Promise.reject(new Error("Quota exceeded"));
      if (!killed) await engine.run({}, keeping);
      else {
        await assert.rejects(engine.run({}, keeping, true));
        engine.endBuild();
      }
      return engine;
    };
    const terminate = { operation: "TERMINATE", recordId: "rec-2", parameters: {} } as const;

    for (const killed of [false, true]) {
      const how = killed ? "whose runner was killed" : "that failed";
      it(`releases the name after a first deployment ${how} before it created data`, async () => {
        const engine = await failed(false, killed);
        await engine.run(terminate);
        assert.equal(engine.objects.has(nameKey), false);
      });

      it(`reserves the name after a first deployment ${how} and created data`, async () => {
        const engine = await failed(true, killed);
        await engine.run(terminate);
        assert.match((await engine.run(again, keeping)).reason!, /was terminated, and its data remains/);
      });
    }

    it("reserves the name after a termination in two attempts, of which the first removes the data from the state", async () => {
      const engine = await failed(true);
      engine.destroy = () => ((engine.hasData = false), Promise.reject(new Error("killed")));
      await assert.rejects(engine.run(terminate, keeping, true), /killed/);
      engine.endBuild();
      engine.destroy = () => Promise.resolve();
      assert.equal((await engine.run({ ...terminate, attempt: 1 })).status, "SUCCEEDED");
      assert.match((await engine.run(again, keeping)).reason!, /was terminated, and its data remains/);
    });

    it("reserves the name after a first deployment that left resources that cannot be found", async () => {
      const engine = await failed(false, true);
      engine.resume = () => Promise.resolve(["Bucket data"]);
      assert.match((await engine.run(terminate)).reason!, /may exist: Bucket data/);
      engine.resume = () => Promise.resolve([]);
      assert.equal((await engine.run({ ...terminate, recordId: "rec-3" })).status, "SUCCEEDED");
      assert.match((await engine.run(again, keeping)).reason!, /was terminated, and its data remains/);
    });

    it("does not need a deployment to reserve the name of a complete environment", async () => {
      const engine = new FakeEngine();
      await engine.run({}, keeping);
      engine.hasData = false;
      await engine.run(terminate);
      assert.match((await engine.run(again, keeping)).reason!, /was terminated, and its data remains/);
    });

    it("reserves the name after an update with purge that failed", async () => {
      const engine = new FakeEngine();
      await engine.run({}, keeping);
      engine.deploy = () => Promise.reject(new Error("Quota exceeded"));
      await engine.run({ operation: "UPDATE", recordId: "rec-4" });
      await engine.run(terminate);
      assert.match((await engine.run(again, keeping)).reason!, /was terminated, and its data remains/);
    });

    it("does not take a name that belongs to another product when the deployment ends", async () => {
      const engine = new FakeEngine();
      const other = JSON.stringify({ accountId: request.accountId, provisionedProductId: "pp-other" });
      engine.deploy = () => {
        engine.objects.set(nameKey, other);
        return Promise.resolve({});
      };
      await engine.run({}, keeping);
      assert.equal(engine.objects.get(nameKey), other);
    });

    it("reserves the name after an update that failed to keep data", async () => {
      const engine = new FakeEngine();
      await engine.run();
      engine.deploy = () => Promise.reject(new Error("Quota exceeded"));
      await engine.run({ operation: "UPDATE", recordId: "rec-2" }, keeping);
      await engine.run({ operation: "TERMINATE", recordId: "rec-3", parameters: {} });
      assert.equal((JSON.parse(engine.objects.get(nameKey)!) as { terminatedAt?: string }).terminatedAt, "2026-11-27T08:00:00.000Z");
    });
  });

  it("destroys, and releases the name with purge", async () => {
    const engine = new FakeEngine();
    await engine.run();
    assert.equal((await engine.run({ operation: "TERMINATE", recordId: "rec-2", parameters: {} })).status, "SUCCEEDED");
    assert.deepEqual(engine.calls, ["deploy", "destroy"]);
    assert.deepEqual([...engine.objects.keys()].sort(), ["results/rec-1-0.json", "results/rec-2-0.json"]);
  });

  for (const [what, failing, kept] of [
    ["its settings file", settingsKey, [true, true]],
    ["its name", nameKey, [false, true]],
  ] as const)
    it(`keeps the name of a destroyed environment while ${what} cannot be deleted, and releases it in the next build`, async () => {
      const terminate = { operation: "TERMINATE", recordId: "rec-2", parameters: {} } as const;
      const engine = new FakeEngine();
      await engine.run();
      engine.beforeDelete = (key) => (key === failing ? Promise.reject(new Error("the build ended")) : Promise.resolve());
      await assert.rejects(engine.run(terminate, artifact, true), /the build ended/);
      engine.endBuild();
      assert.deepEqual([engine.objects.has(settingsKey), engine.objects.has(nameKey)], kept);
      engine.beforeDelete = () => Promise.resolve();
      assert.match(
        (await engine.run({ recordId: "rec-3", provisionedProductId: "pp-2" })).reason!,
        /belongs to another provisioned product/,
      );
      assert.equal((await engine.run({ ...terminate, attempt: 1 })).status, "SUCCEEDED");
      assert.deepEqual([engine.objects.has(settingsKey), engine.objects.has(nameKey)], [false, false]);
    });

  it("ends the termination of a product that was never deployed, and releases only the names of this product", async () => {
    const engine = new FakeEngine();
    const reservation = (provisionedProductId: string, rest: object = {}) =>
      JSON.stringify({ accountId: request.accountId, provisionedProductId, ...rest });
    const names = {
      "names/111122223333/risk-dev.json": reservation("pp-2"),
      "names/111122223333/audit-dev.json": reservation("pp-1", { keepsData: true, terminatedAt: "2026-11-26T08:00:00Z" }),
      "names/444455556666/fraud-dev.json": reservation("pp-1"),
    };
    // The runner was killed in all attempts, after it reserved the name and before it wrote the settings file.
    for (const [key, body] of Object.entries({ ...names, [nameKey]: reservation("pp-1") })) engine.objects.set(key, body);
    assert.equal((await engine.run({ operation: "TERMINATE" })).status, "SUCCEEDED");
    assert.deepEqual(engine.calls, []);
    engine.objects.delete("results/rec-1-0.json");
    assert.deepEqual(Object.fromEntries(engine.objects), names);
  });

  it("reports a failed termination without names that users chose, and writes these to the log", async () => {
    const engine = new FakeEngine();
    await engine.run();
    engine.destroy = () => Promise.reject(new StudioError("training job c2VjcmV0: AccessDenied", [{ noun: "training job", count: 1 }]));
    const { status, reason } = await engine.run({ operation: "TERMINATE", recordId: "rec-2", parameters: {} });
    assert.equal(status, "FAILED");
    assert.match(reason!, /Remaining: 1 training job\. Terminate the product again\./);
    assert.ok(!reason!.includes("c2VjcmV0"));
    assert.match(engine.logs.join("\n"), /training job c2VjcmV0: AccessDenied/);
  });

  describe("without the settings file", () => {
    const bucket = { urn: "b", type: "aws:s3/bucket:Bucket", custom: true };
    const creating = { type: "creating", resource: bucket };
    const onlyPulumi = [
      { urn: "s", type: "pulumi:pulumi:Stack", custom: false },
      { urn: "e", type: "cloister:environment:Environment", custom: false },
      { urn: "p", type: "pulumi:providers:aws", custom: true },
    ];
    const terminate = async (latest: unknown) => {
      const engine = new FakeEngine();
      await engine.run();
      engine.objects.delete(settingsKey);
      engine.objects.set(stateKey, typeof latest === "string" ? latest : JSON.stringify({ version: 3, checkpoint: { latest } }));
      const { status, reason } = await engine.run({ operation: "TERMINATE", recordId: "rec-2", parameters: {} });
      return { status, reason, calls: engine.calls, isReserved: engine.objects.has(nameKey) };
    };

    for (const [what, latest] of [
      ["a resource", { resources: [...onlyPulumi, bucket] }],
      ["a creation that began", { resources: onlyPulumi, pending_operations: [creating] }],
    ] as const)
      it(`a termination fails if the state has ${what}, and keeps the name`, async () => {
        const { status, reason, calls, isReserved } = await terminate(latest);
        assert.deepEqual([status, calls, isReserved], ["FAILED", ["deploy"], true]);
        assert.match(
          reason!,
          /^The settings file of the environment is missing, and its state has 1 resource\. No resources were created, changed or deleted\./,
        );
        assert.match(reason!, /restore the earlier version of the object s3:\/\/state\/settings\/111122223333\/pp-1\.json\./);
      });

    for (const [what, latest] of [
      ["no resource in AWS", { resources: onlyPulumi }],
      ["no deployment", null],
    ] as const)
      it(`a termination ends if the state has ${what}`, async () => {
        const { status, calls, isReserved } = await terminate(latest);
        assert.deepEqual([status, calls, isReserved], ["SUCCEEDED", ["deploy"], false]);
      });

    it("an update fails, because it could change the name of the environment", async () => {
      const engine = new FakeEngine();
      await engine.run();
      engine.objects.delete(settingsKey);
      engine.objects.set(stateKey, JSON.stringify({ version: 3, checkpoint: { latest: { resources: [bucket] } } }));
      const parameters = { ...request.parameters, team: "risk" };
      const { status, reason } = await engine.run({ operation: "UPDATE", recordId: "rec-2", parameters });
      assert.deepEqual([status, engine.calls, engine.objects.has("names/111122223333/risk-dev.json")], ["FAILED", ["deploy"], false]);
      assert.match(reason!, /^The settings file of the environment is missing, and its state has 1 resource\./);
    });

    for (const text of ["{", "{}"])
      it(`a termination fails if the state cannot be read: ${text}`, async () => {
        const { status, reason, isReserved } = await terminate(text);
        assert.deepEqual([status, isReserved], ["FAILED", true]);
        assert.match(
          reason!,
          /^The state of the environment cannot be read: s3:\/\/state\/\.pulumi\/stacks\/.*\. No resources were created, changed or deleted\./,
        );
      });
  });

  describe("with the settings file", () => {
    const terminate = (recordId = "rec-2") => ({ operation: "TERMINATE", recordId, parameters: {} }) as const;

    for (const change of [
      terminate(),
      { operation: "UPDATE", recordId: "rec-2" },
      { operation: "PREVIEW", recordId: "preview-1" },
    ] as const)
      it(`an operation fails if the state is missing, and creates no stack: ${change.operation}`, async () => {
        const engine = new FakeEngine();
        await engine.run();
        engine.objects.delete(stateKey);
        engine.opened = undefined;
        const before = [...engine.objects.keys()];
        const { status, reason } = await engine.run(change);
        assert.deepEqual([status, engine.calls, engine.opened], ["FAILED", ["deploy"], undefined]);
        assert.equal(
          reason,
          `The state of the environment is missing. No resources were created, changed or deleted. The platform team must restore the earlier version of the object s3://state/${stateKey}. Then repeat the operation.`,
        );
        assert.deepEqual([...engine.objects.keys()].sort(), [...before, `results/${change.recordId}-0.json`].sort());
      });

    it("an update deploys again after a termination that failed when it had removed the stack", async () => {
      const engine = new FakeEngine();
      await engine.run();
      engine.removed = () => Promise.reject(new Error("Access denied"));
      assert.equal((await engine.run(terminate())).status, "FAILED");
      assert.ok(!engine.objects.has(stateKey));
      assert.equal((await engine.run({ operation: "UPDATE", recordId: "rec-3" })).status, "SUCCEEDED");
    });

    it("a termination continues after a build that ended when it had removed the stack", async () => {
      const engine = new FakeEngine();
      await engine.run();
      engine.removed = () => Promise.reject(new Error("killed"));
      await assert.rejects(engine.run(terminate(), artifact, true), /killed/);
      engine.endBuild();
      assert.deepEqual(
        [settingsKey, stateKey].map((key) => engine.objects.has(key)),
        [true, false],
      );
      engine.removed = () => Promise.resolve();
      assert.equal((await engine.run({ ...terminate(), attempt: 1 })).status, "SUCCEEDED");
      assert.ok(!("destroyed" in engine.opened!), "Pulumi does not read the mark");
      assert.deepEqual([...engine.objects.keys()].sort(), ["results/rec-1-0.json", "results/rec-2-1.json"]);
    });

    it("a termination requires the state again after an update that followed a failed termination", async () => {
      const engine = new FakeEngine();
      await engine.run();
      engine.removed = () => Promise.reject(new Error("Access denied"));
      assert.equal((await engine.run(terminate())).status, "FAILED");
      await engine.run({ operation: "UPDATE", recordId: "rec-3" });
      engine.objects.delete(stateKey);
      assert.match((await engine.run(terminate("rec-4"))).reason!, /^The state of the environment is missing\./);
    });

    it("a termination requires the state after a destroy that failed", async () => {
      const engine = new FakeEngine();
      await engine.run();
      engine.destroy = () => Promise.reject(new Error("Access denied"));
      assert.equal((await engine.run(terminate())).status, "FAILED");
      engine.objects.delete(stateKey);
      assert.match((await engine.run(terminate("rec-3"))).reason!, /^The state of the environment is missing\./);
    });

    it("a termination ends after a launch whose build ended before it deployed", async () => {
      const engine = new FakeEngine();
      engine.deploy = () => Promise.reject(new Error("killed"));
      await assert.rejects(engine.run({}, artifact, true), /killed/);
      engine.endBuild();
      assert.equal((await engine.run(terminate())).status, "SUCCEEDED");
      assert.ok(!engine.objects.has(nameKey));
    });
  });

  it("ends without a result while another build holds the lock, and releases the lock in the next attempt", async () => {
    const engine = new FakeEngine();
    engine.deploy = () => Promise.reject(new Error("the stack is currently locked by 1 lock(s)"));
    await assert.rejects(engine.run(), /currently locked/);
    assert.equal(
      [...engine.objects.keys()].some((key) => key.startsWith("results/")),
      false,
    );
    engine.endBuild();
    await assert.rejects(engine.run({ attempt: 1 }), /currently locked/);
    engine.endBuild();
    assert.ok(engine.calls.includes("cancel"));
    const { status, reason } = await engine.run({ attempt: 2 });
    assert.equal(status, "FAILED");
    assert.match(reason!, /lock/);
  });

  describe("while another build of the product runs", () => {
    /** An operation whose build continues after its execution. */
    async function running(): Promise<FakeEngine> {
      const engine = new FakeEngine();
      engine.deploy = () => Promise.reject(new Error("killed"));
      await assert.rejects(engine.run({}, artifact, true), /killed/);
      engine.calls.length = 0;
      return engine;
    }
    const operations: Partial<EngineRequest>[] = [
      { attempt: 1 },
      { operation: "TERMINATE", recordId: "rec-2", attempt: 0 },
      { operation: "TERMINATE", recordId: "rec-2", attempt: 1 },
      { operation: "UPDATE", recordId: "rec-2", attempt: 2 },
    ];
    for (const change of operations)
      it(`neither removes its lock nor deploys: ${change.operation ?? "PROVISION"}, attempt ${change.attempt}`, async () => {
        const engine = await running();
        const before = new Map(engine.objects);
        await assert.rejects(engine.run(change), /The build runner:1 changes pp-1/);
        assert.deepEqual([engine.calls, engine.objects], [[], before]);
        engine.endBuild();
        engine.deploy = () => Promise.resolve({});
        assert.equal((await engine.run(change)).status, "SUCCEEDED");
      });

    it("previews", async () => {
      const engine = await running();
      assert.equal((await engine.run({ operation: "PREVIEW", recordId: "preview-1" })).status, "SUCCEEDED");
    });

    it("changes other products", async () => {
      const engine = await running();
      engine.deploy = () => Promise.resolve({});
      const parameters = { ...request.parameters, team: "risk" };
      assert.equal((await engine.run({ provisionedProductId: "pp-2", recordId: "rec-2", parameters })).status, "SUCCEEDED");
    });
  });

  for (const [what, stored] of [
    ["has ended", endedRequest(new Date("2026-11-27T08:00:00Z"))],
    ["has expired", undefined],
  ] as const)
    it(`does nothing for a request that ${what}, because another operation can follow`, async () => {
      const engine = new FakeEngine();
      engine.stored = stored;
      await assert.rejects(engine.run(), { name: "RequestEnded", message: "The request rec-1 has ended." });
      assert.deepEqual([engine.calls, engine.objects.size], [[], 0]);
    });

  it("releases the name if the stack cannot be opened", async () => {
    const engine = new FakeEngine();
    engine.openError = new Error("AccessDenied");
    assert.equal((await engine.run()).status, "FAILED");
    assert.equal(engine.objects.has(nameKey), false);
    engine.openError = undefined;
    await engine.run({ recordId: "rec-2" });
    engine.openError = new Error("AccessDenied");
    await engine.run({ operation: "UPDATE", recordId: "rec-3" });
    assert.equal(engine.objects.has(nameKey), true);
  });

  it("reports a failed deployment", async () => {
    const engine = new FakeEngine();
    engine.deploy = () => Promise.reject(new Error("Quota exceeded"));
    assert.deepEqual(await engine.run(), { status: "FAILED", reason: "Quota exceeded" });
  });
});

describe("reason for a lead", () => {
  const context = { accountId: "111122223333", parameters: artifact.parameters };
  const cases = [
    {
      name: "names parameters, and no commands",
      from: "Fix these settings:\n  - 'cloister-environment:team' must be short (got x). Fix: pulumi config set cloister-environment:team a",
      to: "Fix these settings:\n  - 'team' must be short (got x).",
    },
    {
      name: "has no command on the next line",
      from: "Cannot deploy.\nFix:\n  pulumi --cwd environment config set cloister-environment:team a\nThen wait.",
      to: "Cannot deploy.\nThen wait.",
    },
    { name: "names parts of parameters", from: "'cloister-environment:tags.unit' is long", to: "'tags.unit' is long" },
    { name: "keeps ARNs of the account", from: "denied arn:aws:iam::111122223333:role/x", to: "denied arn:aws:iam::111122223333:role/x" },
    {
      name: "hides ARNs of other accounts",
      from: "denied arn:aws:kms:eu-central-1:999999999999:key/x.",
      to: "denied [ARN in another account]",
    },
    {
      name: "has the answer of AWS without the provider",
      from: "cloister-environment/fraud-dev failed.\nsdk-v2/provider2.go:571: sdk.helper_schema: creating SageMaker AI Domain (d): operation error SageMaker: CreateDomain, https response error StatusCode: 400, RequestID: 0a1b2c3d-0000, ResourceLimitExceeded: The account-level limit is 1 Domains. Request an increase.: provider=aws@7.48.0",
      to: "creating SageMaker AI Domain (d): ResourceLimitExceeded: The account-level limit is 1 Domains. Request an increase.",
    },
    {
      name: "has the answer of AWS after repeated attempts",
      from: "reading EC2 VPC: operation error EC2: DescribeVpcs, exceeded maximum number of attempts, 25, https response error StatusCode: 503, RequestID: x-1, api error RequestLimitExceeded: Request limit exceeded.",
      to: "reading EC2 VPC: RequestLimitExceeded: Request limit exceeded.",
    },
    {
      name: "has the answer of S3",
      from: "creating S3 Bucket (b): operation error S3: CreateBucket, https response error StatusCode: 409, RequestID: R1, HostID: aB+/c=, BucketAlreadyExists: the name is taken",
      to: "creating S3 Bucket (b): BucketAlreadyExists: the name is taken",
    },
    {
      name: "has the answer of an AWS SDK for Java",
      from: "Role is not valid. (Service: SageMaker, Status Code: 400, Request ID: 0a-1b)",
      to: "Role is not valid.",
    },
    {
      name: "has a list of one error as a sentence",
      from: "1 error occurred:\n\t* creating IAM Role (r): EntityAlreadyExists: exists\n\n",
      to: "creating IAM Role (r): EntityAlreadyExists: exists",
    },
    { name: "keeps a list of errors", from: "2 errors occurred:\n\t* one\n\t* two", to: "2 errors occurred:\n\t* one\n\t* two" },
    {
      name: "names resources by type and name",
      from: "s3-bucket-kms: urn:pulumi:fraud-dev::cloister-environment::cloister:environment:Environment$aws:s3/bucket:Bucket::fraud-dev-data\n    Use a key.",
      to: "s3-bucket-kms: Bucket fraud-dev-data\n    Use a key.",
    },
    {
      name: "names components by type and name",
      from: "urn:pulumi:fraud-dev::cloister-environment::cloister:network:ClosedVpc::fraud-dev failed",
      to: "ClosedVpc fraud-dev failed",
    },
    {
      name: "keeps a denied call",
      from: "operation error IAM: CreateRole, https response error StatusCode: 403, RequestID: x, api error AccessDenied: User: arn:aws:sts::111122223333:assumed-role/hub-environment-launch/x is not authorized to perform: iam:CreateRole",
      to: "AccessDenied: User: arn:aws:sts::111122223333:assumed-role/hub-environment-launch/x is not authorized to perform: iam:CreateRole",
    },
    {
      name: "explains a process that a signal ended, without its output",
      from: "code: -2\n stdout: \n stderr: Command was killed with SIGKILL (Forced termination): pulumi stack select\nsecret",
      to: "The Pulumi engine ended early, because it received the signal SIGKILL. A common cause is too little memory. Completed changes are in the state, and the same operation continues when it is repeated.",
    },
    { name: "hides stack traces", from: "failed\n    at run (/app/x.ts:1:2)\n    at main (/app/y.ts:1:2)", to: "failed" },
  ];
  for (const { name, from, to } of cases) it(name, () => assert.equal(reasonFor(new Error(from), context), to));

  it("has at most the characters that AWS accepts", () => assert.equal(reasonFor(new Rejected("x".repeat(3000)), context).length, 2048));
});

it("A session of the launch role names its environment", async () => {
  const Expiration = new Date();
  const inputs: object[] = [];
  const send = ({ input }: { input: object }) => (
    inputs.push(input),
    Promise.resolve({ Credentials: { AccessKeyId: "a", SecretAccessKey: "b", SessionToken: "c", Expiration } })
  );
  const role = { roleArn: request.launchRoleArn, sessionName: "cloister-pp-1", environment: "fraud-dev" };
  const credentials = await launchRoleCredentials(role, { send } as never)();
  assert.deepEqual(credentials, { accessKeyId: "a", secretAccessKey: "b", sessionToken: "c", expiration: Expiration });
  const Tags = [{ Key: "cloister:environment", Value: "fraud-dev" }];
  assert.deepEqual(inputs, [{ RoleArn: request.launchRoleArn, RoleSessionName: "cloister-pp-1", Tags }]);
});
