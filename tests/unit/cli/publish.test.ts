// Tests what `cloister catalog publish` reads, plans and changes, with a fake of AWS. tests/sandbox/fleet.test.ts makes the calls.
// Does not prove that the runner can deploy a version.
import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { root, UsageError } from "@cloister/cli";
import {
  artifactOf,
  artifactUrl,
  type CatalogClient,
  FleetError,
  newestOf,
  publish,
  type PublishOptions,
  readProductFile,
  type Version,
} from "@cloister/cli/testing";
import { Interrupted, silent } from "@cloister/common";
import { packArtifact, readArchive, versionName } from "@cloister/components/catalog/runtime/artifact";
import { coreOutputs } from "@cloister/core/outputs";

const hub = {
  id: "cloister-core/hub",
  account: "111122223333",
  region: "eu-central-1",
  productId: "prod-1",
  artifactBucket: "artifacts",
  stateBucket: "state",
  stateMachineArn: "arn:aws:states:eu-central-1:111122223333:stateMachine:engine",
};
const outputs: Record<string, unknown> = Object.fromEntries(Object.keys(coreOutputs).map((name) => [name, `value of ${name}`]));
const sources = { program: "0.1.0", core: { stack: "hub" }, outputs, policies: { "cost-tags": "advisory" } };
const settings = {
  "cloister-environment:coreStack": "hub",
  "cloister-environment:network": { cidr: "10.64.0.0/20" },
  "cloister-environment:studio": { idleMinutes: 90 },
  "cloister-environment:stage": "test",
  "aws:region": "eu-central-1",
};
const product = (more: Record<string, unknown> = {}) => ({
  core: "hub",
  settings: Object.fromEntries(Object.entries({ ...settings, ...more }).filter(([name]) => !name.endsWith(":coreStack"))),
});
const artifact = (more: Record<string, unknown> = {}) => artifactOf("products/Pulumi.standard.yaml", product(more), hub, sources);

describe("settings of the environment product", () => {
  const read = (text: string) => {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), "product-"));
    try {
      fs.writeFileSync(path.join(dir, "standard.yaml"), text);
      return readProductFile(path.join(dir, "standard.yaml"));
    } finally {
      fs.rmSync(dir, { recursive: true });
    }
  };
  it("are read from a file, which names the core stack", () =>
    assert.deepEqual(read("config:\n  cloister-environment:coreStack: hub\n  cloister-environment:stage: test\n"), {
      core: "hub",
      settings: { "cloister-environment:stage": "test" },
    }));
  it("form another version with another image of the runner", () => {
    const withImage = (image: string) => versionName(artifactOf("standard.yaml", product(), hub, { ...sources, image }));
    assert.notEqual(withImage("r@sha256:1"), withImage("r@sha256:2"));
    assert.equal(withImage("r@sha256:1"), withImage("r@sha256:1"));
  });
  it("can list teams", () => assert.deepEqual(read("teams: [fraud]\nconfig: {}\n").teams, ["fraud"]));
  it("can name no core stack", () => assert.deepEqual(read("config: {}\n"), { core: undefined, settings: {} }));
  it("must be in a readable file", () =>
    assert.throws(
      () => readProductFile("/nowhere/x.yaml"),
      (error: Error) => error instanceof UsageError && /got '\/nowhere\/x.yaml', which cannot be read/.test(error.message),
    ));
  it("of the example form a version", () => {
    const file = path.join(root, "environment", "products", "standard.yaml");
    const example = readProductFile(file);
    assert.equal(example.core, "bank-hub");
    assert.equal(artifactOf(file, example, hub, sources).name, "standard");
  });
  it("must be YAML", () => assert.throws(() => read("config: {"), /must be valid YAML/));

  const wrong: { it: string; more: Record<string, unknown>; message: RegExp }[] = [
    {
      it: "of another project",
      more: { "cloister-core:owner": "x" },
      message: /'cloister-core:owner' must be a setting of cloister-environment, which the version fixes/,
    },
    {
      it: "for another region",
      more: { "aws:region": "eu-west-1" },
      message: /'aws:region' must be the region of cloister-core\/hub, eu-central-1 \(got eu-west-1\)/,
    },
    {
      it: "that are secret",
      more: { "cloister-environment:tags": { a: { secure: "x" } } },
      message: /'cloister-environment:tags' must not be a secret/,
    },
    {
      it: "that each lead selects",
      more: { "cloister-environment:team": "fraud" },
      message: /'cloister-environment:team' must not be in the file, because each lead selects it/,
    },
    {
      it: "that the engine sets",
      more: { "cloister-environment:provisionedProduct": { id: "pp-1", productId: "prod-1" } },
      message: /'cloister-environment:provisionedProduct' must not be in the file, because the engine sets it/,
    },
    {
      it: "that are unknown",
      more: { "cloister-environment:studoi": {} },
      message: /'cloister-environment:studoi' is not a setting. Did you mean 'studio'\?/,
    },
    {
      it: "out of range",
      more: { "cloister-environment:network": { zones: 9 } },
      message: /'cloister-environment:network.zones' must be an integer from \d to \d \(got 9\)/,
    },
  ];
  const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000";
  const existing = { bucketName: "ledgers", keyArn, policy: "leave" };
  const unsupported: [path: string, more: Record<string, unknown>, supported: string][] = [
    ["network.mode", { "cloister-environment:network": { mode: "existing-vpc", vpcId: "vpc-0123456789abcdef0" } }, "new"],
    ["network.egress", { "cloister-environment:network": { egress: "nat" } }, "none"],
    ["network.features", { "cloister-environment:network": { features: ["studio", "mirror"] } }, "a list without mirror"],
    ["endpointsFrom", { "cloister-environment:endpointsFrom": "core" }, "own"],
    ["existingRoles", { "cloister-environment:existingRoles": { lifecycle: "arn:aws:iam::111122223333:role/Keeper" } }, "{}"],
    ["data.existing", { "cloister-environment:data": { existing } }, "no value"],
    ["models.existing", { "cloister-environment:models": { existing } }, "no value"],
    ["studio.projectsPortfolioId", { "cloister-environment:studio": { projectsPortfolioId: "port-0a1b2c3d4e5f6" } }, "no value"],
  ];
  for (const [path, more, supported] of unsupported)
    wrong.push({
      it: `for which the launch role has no permissions (${path})`,
      more,
      message: new RegExp(`- 'cloister-environment:${path}' must be ${supported}, because the launch role .* Fix: remove the setting`),
    });
  for (const { it: title, more, message } of wrong)
    it(`are not settings ${title}`, () =>
      assert.throws(
        () => artifact(more),
        (error: Error) =>
          error instanceof UsageError &&
          /Nothing was published. Fix these settings:\n {2}- /.test(error.message) &&
          message.test(error.message),
      ));
  it("can limit the teams that leads choose", () => {
    const { teams, parameters } = artifactOf("standard.yaml", { ...product(), teams: ["fraud", "risk"] }, hub, sources);
    assert.deepEqual(teams, ["fraud", "risk"]);
    assert.match(parameters.find(({ key }) => key === "team")!.description, /Must be one of fraud, risk\./);
    assert.equal(artifact().teams, undefined);
  });
  it("are rejected with teams that are no list of teams", () =>
    assert.throws(
      () => artifactOf("standard.yaml", { ...product(), teams: ["Fraud-Team"] }, hub, sources),
      /- 'teams' must be a list of teams, .*got \["Fraud-Team"\]/,
    ));
  it("are rejected with all problems at once", () =>
    assert.throws(
      () => artifact({ "cloister-environment:team": "fraud", "cloister-environment:studoi": {}, "cloister-core:owner": "x" }),
      (error: Error) => error.message.split("\n  - ").length === 4,
    ));
});

describe("artifact of a version", () => {
  it("has the fixed settings, the core stack, the policies and the parameters with their defaults", () => {
    const { parameters, ...rest } = artifact();
    assert.deepEqual(rest, {
      format: 1,
      program: "0.1.0",
      name: "standard",
      settings: {
        "cloister-environment:network": { cidr: "10.64.0.0/20" },
        "cloister-environment:studio": { idleMinutes: 90 },
        "cloister-environment:stage": "test",
      },
      policies: { "cost-tags": "advisory" },
      core: { stack: "organization/cloister-core/hub", outputs },
    });
    assert.ok(parameters.some(({ key, default: standard }) => key === "stage" && standard === "test"));
    assert.ok(parameters.some(({ key, default: standard }) => key === "team" && standard === undefined));
  });
  it("can be read", () => assert.deepEqual(readArchive(packArtifact(artifact()).body).artifact, JSON.parse(JSON.stringify(artifact()))));
  it("depends on its content, and not on the order of settings", () => {
    const shuffled = Object.fromEntries(Object.entries(product().settings).reverse());
    assert.equal(versionName(artifactOf("a/standard.yaml", { core: "hub", settings: shuffled }, hub, sources)), versionName(artifact()));
    for (const more of [{ "cloister-environment:stage": "dev" }, { "cloister-environment:monitoring": {} }])
      assert.notEqual(versionName(artifact(more)), versionName(artifact()));
  });
  it("contains only outputs of the contract", () =>
    assert.deepEqual(artifactOf("standard.yaml", product(), hub, { ...sources, outputs: { ...outputs, other: 1 } }).core.outputs, outputs));
  it("requires all outputs of the contract", () =>
    assert.throws(
      () => artifactOf("standard.yaml", product(), hub, { ...sources, outputs: { ...outputs, keyArn: undefined } }),
      (error: Error) =>
        error instanceof FleetError && /missing outputs: keyArn\). Deploy it first: npx cloister up hub/.test(error.message),
    ));
  it("contains no secret output", () =>
    assert.throws(
      () =>
        artifactOf("standard.yaml", product(), hub, {
          ...sources,
          outputs: { ...outputs, keyArn: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "x" } },
        }),
      /Outputs of cloister-core\/hub must not be secret: keyArn\./,
    ));
  const accountId = "444455556666";
  const sharing = { accounts: [accountId], hasUnits: false };
  const spoke = { id: "cloister-core/spoke", stack: "spoke", outputs: { ...outputs, accountId, region: hub.region, other: 1 } };
  it("has the core stacks of other accounts", () =>
    assert.deepEqual(artifactOf("standard.yaml", product(), hub, { ...sources, sharing, recipients: [spoke] }).recipients, [
      { stack: "organization/cloister-core/spoke", outputs: { ...outputs, accountId, region: hub.region } },
    ]));
  it("has no core stack of another region, or without all outputs", () => {
    const of = (change: object) =>
      artifactOf("standard.yaml", product(), hub, {
        ...sources,
        sharing,
        recipients: [{ ...spoke, outputs: { ...spoke.outputs, ...change } }],
      });
    assert.throws(
      () => of({ region: "eu-west-1" }),
      /^FleetError: cloister-core\/spoke must be in the region of cloister-core\/hub, eu-central-1 \(got eu-west-1\)/,
    );
    assert.throws(() => of({ keyArn: undefined }), /^FleetError: cloister-core\/spoke was deployed with an older .*npx cloister up spoke/);
  });
  it("has one core stack for each account", () => {
    const of = (...recipients: (typeof spoke)[]) => artifactOf("standard.yaml", product(), hub, { ...sources, sharing, recipients });
    const other = { ...spoke, id: "cloister-core/other" };
    assert.throws(
      () => of(spoke, other),
      /^FleetError: cloister-core\/other must be in another account than cloister-core\/spoke \(got 444455556666/,
    );
    const inHub = { ...spoke, outputs: { ...spoke.outputs, accountId: String(outputs.accountId) } };
    assert.throws(() => of(inHub), /spoke must be in another account than cloister-core\/hub/);
  });
  describe("for an account that receives the portfolio", () => {
    const keyArn = `arn:aws:kms:eu-central-1:${accountId}:key/0a1b2c3d`;
    const link = (account: string) => `https://signin.aws.amazon.com/switchrole?account=${account}&roleName=bank-administrator`;
    const administrators = (account: string) => ({
      administrator: { arn: `arn:aws:iam::${account}:role/bank-administrator`, name: "bank-administrator", switchRoleUrl: link(account) },
    });
    const of = (change: object, shared: object = sharing) =>
      artifactOf("standard.yaml", product(), hub, {
        ...sources,
        sharing: { ...sharing, ...shared },
        recipients: [{ ...spoke, outputs: { ...spoke.outputs, ...change } }],
      });

    it("has outputs that name the account, an account of AWS, or none", () =>
      assert.doesNotThrow(() =>
        of({
          keyArn,
          permissionsBoundaryArn: "arn:aws:iam::aws:policy/PowerUserAccess",
          logBucketName: "logs-999900001111",
          administrators: administrators(accountId),
        }),
      ));
    const other = "999900001111";
    const wrong: [name: string, output: unknown, got: string][] = [
      ["keyArn", keyArn.replace(accountId, other), keyArn.replace(accountId, other)],
      ["alertTopicArn", `arn:aws:sns:eu-central-1:${other}:alerts`, `arn:aws:sns:eu-central-1:${other}:alerts`],
      ["permissionsBoundaryArn", `arn:aws-us-gov:iam::${other}:policy/x`, `arn:aws-us-gov:iam::${other}:policy/x`],
      ["centralZoneIds", { a: { arn: `arn:aws:iam::${other}:role/x` } }, `arn:aws:iam::${other}:role/x`],
      ["centralEndpoints", [keyArn, `arn:aws:iam::${other}:role/x`], `arn:aws:iam::${other}:role/x`],
      ["administrators", { x: { switchRoleUrl: link(other) } }, link(other)],
    ];
    for (const [name, output, got] of wrong)
      it(`is rejected with another account in the output ${name}`, () =>
        assert.throws(
          () => of({ [name]: output }),
          (error: Error) => {
            assert.ok(error instanceof FleetError);
            assert.equal(
              error.message,
              `Outputs of cloister-core/spoke must name only its account, ${accountId}. Nothing was published:\n  - '${name}' names account ${other} (got ${got})\nDeploy the stack again with credentials of account ${accountId}, then publish: npx cloister up spoke`,
            );
            return true;
          },
        ));
    it("is rejected with all outputs that name another account", () =>
      assert.throws(
        () => of({ keyArn: wrong[0]![1], administrators: administrators(other) }),
        (error: Error) => error.message.split("\n  - ").length === 4,
      ));

    it("is rejected if the portfolio is not shared with the account", () => {
      for (const [accounts, allowed] of [
        [[], "none"],
        [["222233334444", "333344445555"], "222233334444, 333344445555"],
      ] as const)
        assert.throws(() => of({}, { accounts }), {
          name: "FleetError",
          message: `cloister-core/spoke must be in an account that receives the portfolio of cloister-core/hub: ${allowed} (got ${accountId}). Nothing was published. Add the account to 'cloister-core:catalog.sharing.accounts' and deploy cloister-core/hub, or remove 'cloister-core:catalogLaunch' from cloister-core/spoke.`,
        });
    });
    it("can be in an organizational unit", () => assert.doesNotThrow(() => of({}, { accounts: [], hasUnits: true })));
    it("is rejected with another account in an output, also in an organizational unit", () =>
      assert.throws(() => of({ keyArn: wrong[0]![1] }, { accounts: [], hasUnits: true }), /'keyArn' names account 999900001111/));
  });
  it("has a URL in its region", () => {
    assert.equal(artifactUrl(hub, "versions/x.tar.gz"), "https://artifacts.s3.eu-central-1.amazonaws.com/versions/x.tar.gz");
    assert.equal(
      artifactUrl({ ...hub, region: "cn-north-1", stateMachineArn: "arn:aws-cn:states" }, "x"),
      "https://artifacts.s3.cn-north-1.amazonaws.com.cn/x",
    );
  });
});

/** Service Catalog and S3 with these versions. `failAt`: number of the changing call that fails. */
function fakeCatalog(names: string[] = [], failAt = 0) {
  const versions: Version[] = names.map((name, i) => ({
    id: `pa-${i}`,
    name,
    createdAt: new Date(i),
    isActive: true,
    isDeprecated: i < names.length - 1,
  }));
  const objects = new Set<string>();
  const calls: string[] = [];
  const tokens = new Map<string, string>();
  const record = (call: string) => {
    calls.push(call);
    if (calls.length === failAt) throw Object.assign(new Error("not authorized"), { name: "AccessDeniedException" });
  };
  const client: CatalogClient = {
    versions: () => Promise.resolve(versions.map((version) => ({ ...version }))),
    hasArtifact: (key) => Promise.resolve(objects.has(key)),
    upload: async (key, body) => {
      record(`upload ${key} ${readArchive(Buffer.from(body)).artifact.name}`);
      objects.add(key);
    },
    createVersion: async ({ name, url, token }) => {
      record(`create ${name} ${url}`);
      const id = tokens.get(token) ?? `pa-${versions.length}`;
      if (!tokens.has(token)) versions.push({ id, name, createdAt: new Date(versions.length), isActive: true, isDeprecated: false });
      tokens.set(token, id);
      return id;
    },
    setDeprecated: async (id, isDeprecated) => {
      const version = versions.find((version) => version.id === id)!;
      record(`${isDeprecated ? "deprecate" : "offer"} ${version.name}`);
      Object.assign(version, { isDeprecated, isActive: isDeprecated ? version.isActive : true });
    },
    environments: () => Promise.reject(new Error("not called")),
  };
  const run = (options: Partial<PublishOptions> = {}, content = artifact()) =>
    publish(client, hub, content, {
      command: (more) => ["publish", ...more].join(" "),
      list: "fleet --core hub",
      progress: silent,
      yes: true,
      ...options,
    });
  return { client, calls, versions, run };
}

describe("publication of a version", () => {
  const name = versionName(artifact());
  const { key } = packArtifact(artifact());

  it("only shows the changes by default", async () => {
    const { run, calls } = fakeCatalog(["first"]);
    assert.equal(
      await run({ yes: false }),
      `Version ${name} replaces first:\n  upload    ${key}\n  create    ${name}\n  deprecate first\nNo changes were made. To publish the version:\n  publish --yes`,
    );
    assert.deepEqual(calls, []);
  });
  it("uploads the artifact, creates the version, and then deprecates older versions", async () => {
    const { run, calls, versions } = fakeCatalog(["first"]);
    assert.match(await run(), new RegExp(`^${name} is the newest version of the product:.*\\n {2}fleet --core hub$`, "s"));
    assert.deepEqual(calls, [`upload ${key} standard`, `create ${name} ${artifactUrl(hub, key)}`, "deprecate first"]);
    assert.equal(newestOf(versions)?.name, name);
  });
  it("changes nothing for the same content", async () => {
    const { run, calls } = fakeCatalog();
    await run();
    calls.length = 0;
    assert.equal(await run(), `${name} is the newest version of the product. Nothing to publish.`);
    assert.deepEqual(calls, []);
  });
  it("makes an earlier content the newest version again", async () => {
    const { run, calls, versions } = fakeCatalog();
    const other = artifact({ "cloister-environment:stage": "dev" });
    await run();
    await run({}, other);
    assert.equal(newestOf(versions)?.name, versionName(other));
    calls.length = 0;
    await run();
    assert.deepEqual(calls, [`offer ${name}`, `deprecate ${versionName(other)}`]);
    assert.equal(newestOf(versions)?.name, name);
    assert.equal(versions.length, 2);
  });
  it("offers an inactive version again", async () => {
    const { run, calls, versions } = fakeCatalog();
    await run();
    versions[0]!.isActive = false;
    calls.length = 0;
    await run();
    assert.deepEqual(calls, [`offer ${name}`]);
  });
  for (const failAt of [1, 2, 3])
    it(`continues after call ${failAt} of 3 failed`, async () => {
      const { run, versions, calls } = fakeCatalog(["first"], failAt);
      await assert.rejects(run(), (error: Error) => {
        assert.ok(error instanceof FleetError);
        assert.match(
          error.message,
          /^The version was not published completely: AccessDeniedException: not authorized\n.*permissions.*\n.*\n {2}publish --yes$/,
        );
        return true;
      });
      await run();
      assert.equal(calls.length, 4);
      assert.deepEqual(
        versions.map((version) => [version.name, version.isDeprecated]),
        [
          ["first", true],
          [name, false],
        ],
      );
    });
  it("stops after an interrupt, and leaves a version that leads can launch", async () => {
    const { run, client, versions } = fakeCatalog(["first", "second"]);
    const controller = new AbortController();
    const createVersion = client.createVersion.bind(client);
    client.createVersion = async (version) => {
      controller.abort(new Interrupted());
      return createVersion(version);
    };
    await assert.rejects(run({ interrupt: { signal: controller.signal } }), Interrupted);
    assert.equal(newestOf(versions)?.name, name);
    assert.deepEqual(
      versions.map(({ isDeprecated }) => isDeprecated),
      [true, false, false],
    );
  });
});
