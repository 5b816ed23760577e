// Tests what `cloister fleet` lists, previews, updates and skips, with a fake of AWS Service Catalog and the engine.
// tests/sandbox/fleet.test.ts makes the calls. Does not prove how AWS behaves.
import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { UsageError } from "@cloister/cli";
import {
  chooseCore,
  type Environment,
  environmentIn,
  fleetCommand,
  type FleetClient,
  FleetError,
  fleetRows,
  fleetText,
  hubOf,
  lookupHub,
  lookupRecipients,
  newestOf,
  type Preview,
  previewIn,
  type Product,
  updateFleet,
  type UpdateOptions,
  updateToken,
  type Version,
  wavesOf,
} from "@cloister/cli/testing";
import { Interrupted, silent } from "@cloister/common";

const version = (id: string, day: number, parts: Partial<Version> = {}): Version => ({
  id,
  name: `0.1.0-${id}`,
  createdAt: new Date(Date.UTC(2026, 0, day)),
  isActive: true,
  isDeprecated: true,
  ...parts,
});
const old = version("old", 1);
const current = version("new", 3, { isDeprecated: false });
const versions = [current, old, version("gone", 2, { isActive: false })];
const hub = { account: "111122223333" };

const environment = (name: string, parts: Partial<Environment> = {}): Environment => ({
  account: hub.account,
  id: `pp-${name}`,
  name,
  productId: "prod-1",
  artifactId: old.id,
  operation: "PROVISION",
  status: "SUCCEEDED",
  changedAt: "2026-11-01T08:00:00Z",
  outputs: { environment: `${name}-dev` },
  parameters: { team: name },
  tags: {},
  ...parts,
});

describe("versions of the environment product", () => {
  const cases: { it: string; versions: Version[]; want?: string }[] = [
    {
      it: "is the latest version that users can launch",
      versions: [old, current, version("older", 2, { isDeprecated: false })],
      want: "new",
    },
    { it: "is not an inactive version", versions: [version("a", 1, { isDeprecated: false, isActive: false })] },
    { it: "is not a deprecated version", versions: [old] },
  ];
  for (const { it: title, versions: all, want } of cases) it(`the newest ${title}`, () => assert.equal(newestOf(all)?.id, want));
});

describe("hub of the environment product", () => {
  const outputs = {
    accountId: "111122223333",
    region: "eu-central-1",
    catalogProductId: "prod-1",
    catalogArtifactBucket: "artifacts",
    catalogStateBucket: "state",
    catalogStateMachineArn: "arn:aws:states:eu-central-1:111122223333:stateMachine:engine",
  };
  const plan = (stack: string, project = "cloister-core") => ({
    id: `${project}/${stack}`,
    project,
    folder: "core",
    stack,
    settingsFile: "/dev/null",
    reads: [],
  });
  const sources = (found: Record<string, unknown>, account = "111122223333") => ({
    resources: () => Promise.resolve([{ urn: "stack", type: "pulumi:pulumi:Stack", outputs: found }]),
    account: () => Promise.resolve(account),
  });

  it("is read from the outputs of the core stack", async () => {
    const { hub: found } = await lookupHub(sources(outputs), plan("hub"));
    assert.deepEqual(found, {
      id: "cloister-core/hub",
      account: "111122223333",
      region: "eu-central-1",
      productId: "prod-1",
      artifactBucket: "artifacts",
      stateBucket: "state",
      stateMachineArn: outputs.catalogStateMachineArn,
    });
  });
  it("has the image of the runner, from the state of the core stack", async () => {
    const project = { urn: "runner", type: "aws:codebuild/project:Project", inputs: { environment: { image: "runner@sha256:1" } } };
    const resources = async () => [...(await sources(outputs).resources()), project];
    assert.equal((await lookupHub({ ...sources(outputs), resources }, plan("hub"))).image, "runner@sha256:1");
  });
  it("has the accounts and the organizational units that receive the portfolio, from the state of the core stack", async () => {
    const shareOf = (principalId: string, type: string) => ({
      urn: principalId,
      type: "aws:servicecatalog/portfolioShare:PortfolioShare",
      inputs: { principalId, type },
    });
    const sharingOf = async (...shares: ReturnType<typeof shareOf>[]) => {
      const resources = async () => [...(await sources(outputs).resources()), ...shares];
      return (await lookupHub({ ...sources(outputs), resources }, plan("hub"))).sharing;
    };
    const account = shareOf("444455556666", "ACCOUNT");
    assert.deepEqual(await sharingOf(), { accounts: [], hasUnits: false });
    assert.deepEqual(await sharingOf(account), { accounts: ["444455556666"], hasUnits: false });
    assert.deepEqual(await sharingOf(account, shareOf("arn:aws:organizations::1:ou/o-1/ou-1", "ORGANIZATIONAL_UNIT")), {
      accounts: ["444455556666"],
      hasUnits: true,
    });
  });
  it("is missing without the setting catalog", () =>
    assert.throws(
      () => hubOf(plan("hub"), { ...outputs, catalogProductId: "", catalogStateBucket: undefined }, "demo"),
      /cloister-core\/hub has no environment product \(outputs without a value: catalogProductId, catalogStateBucket\).* npx cloister up hub --world demo/,
    ));
  it("must be in the account of the credentials", () =>
    assert.rejects(lookupHub(sources(outputs, "444455556666"), plan("hub")), /the AWS credentials are for account 444455556666/));

  const stacks = [plan("hub"), plan("other"), plan("fraud-dev", "cloister-environment")];
  for (const name of ["hub", "cloister-core/hub", "organization/cloister-core/hub"])
    it(`is the core stack ${name}`, () => assert.equal(chooseCore(stacks, name).stack, "hub"));
  it("is not an environment", () =>
    assert.throws(
      () => chooseCore(stacks, "fraud-dev"),
      /No settings file for the core stack 'fraud-dev'. Core stacks with settings: hub, other\./,
    ));
  it("must have the setting catalog, if no core stack is named", () =>
    assert.throws(
      () => chooseCore(stacks, undefined),
      /No core stack has the setting 'cloister-core:catalog' \(core stacks: hub, other\)/,
    ));
});

describe("core stacks of accounts that receive the portfolio", () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-recipients-"));
  after(() => fs.rmSync(dir, { recursive: true }));
  const launch = (engineAccountId: string, engineCore: string, accounts = '["999900001111"]') =>
    `  aws:allowedAccountIds: ${accounts}\n  cloister-core:catalogLaunch:\n    engineAccountId: ${engineAccountId}\n    engineCore: ${engineCore}\n`;
  const stackOf = (stack: string, config: string, project = "cloister-core") => {
    const settingsFile = path.join(dir, `Pulumi.${stack}.yaml`);
    fs.writeFileSync(settingsFile, `config:\n  x: 1\n${config}`);
    return { id: `${project}/${stack}`, project, folder: "core", stack, settingsFile, reads: [] };
  };
  const core = stackOf("hub", "");
  const stacks = [
    core,
    stackOf("spoke", launch("111122223333", "hub")),
    stackOf("quoted", launch('"111122223333"', "hub")),
    stackOf("planned", launch("111122223333", "hub")),
    stackOf("of-another-core", launch("111122223333", "other")),
    stackOf("of-another-account", launch("444455556666", "hub")),
    stackOf("environment", launch("111122223333", "hub"), "cloister-environment"),
  ];

  it("name the account and the core stack of the engine, and are deployed", async () => {
    const outputs = { accountId: "999900001111", region: "eu-central-1" };
    const resources = ({ stack }: { stack: string }) =>
      Promise.resolve(stack === "planned" ? [] : [{ urn: "stack", type: "pulumi:pulumi:Stack", outputs }]);
    const { recipients, missing } = await lookupRecipients({ resources }, stacks, core, hub);
    assert.deepEqual(
      recipients.map(({ stack, outputs: found }) => [stack, found]),
      [
        ["spoke", outputs],
        ["quoted", outputs],
      ],
    );
    assert.deepEqual(missing, ["cloister-core/planned"]);
  });

  const lookup = (accounts: string, accountId: unknown = "999900001111") => {
    const spoke = stackOf("settings", launch("111122223333", "hub", accounts));
    const resources = () => Promise.resolve([{ urn: "stack", type: "pulumi:pulumi:Stack", outputs: { accountId } }]);
    return lookupRecipients({ resources, world: "w" }, [core, spoke], core, hub);
  };
  for (const accounts of ['["999900001111"]', "[999900001111]", "'[\"999900001111\"]'"])
    it(`are in the account of their settings: ${accounts}`, async () =>
      assert.deepEqual(
        (await lookup(accounts)).recipients.map(({ id }) => id),
        ["cloister-core/settings"],
      ));
  for (const [accounts, got] of [
    ["", "null"],
    ["[]", "[]"],
    ["999900001111", "999900001111"],
    ['["999900001111", "444455556666"]', '["999900001111","444455556666"]'],
    ['["99990000111"]', '["99990000111"]'],
    ["[01]", "[1]"],
    ['"[9"', '"[9"'],
    ["{ secure: x }", '{"secure":"x"}'],
  ] as const)
    it(`are rejected with settings that do not name one account: ${accounts}`, () =>
      assert.rejects(lookup(accounts), (error: Error) => {
        const start = `'aws:allowedAccountIds' of cloister-core/settings must be a list with one account ID, the account of the stack (got ${got}). Nothing was published. Set it in `;
        assert.ok(error.message.startsWith(start), error.message);
        assert.match(error.message, /for example to \["111122223333"\], then deploy the stack: .*npx cloister up settings/);
        return true;
      }));
  it("are rejected without the setting", () => {
    const spoke = stackOf("unset", launch("111122223333", "hub").replace(/^.*\n/, ""));
    const resources = () => Promise.resolve([{ urn: "stack", type: "pulumi:pulumi:Stack", outputs: { accountId: "999900001111" } }]);
    return assert.rejects(lookupRecipients({ resources }, [core, spoke], core, hub), /cloister-core\/unset must be a list .* \(got none\)/);
  });
  for (const accountId of ["444455556666", null])
    it(`are rejected with another account in the state: ${accountId}`, () =>
      assert.rejects(
        lookup('["999900001111"]', accountId),
        /^FleetError: The output 'accountId' of cloister-core\/settings must be the account in its setting 'aws:allowedAccountIds', 999900001111 \(got (444455556666|null)\)\. Nothing was published\. Deploy .* account 999900001111, then publish: .*npx cloister up settings/,
      ));
});

describe("record of an environment", () => {
  const key = "environments/111122223333/pp-1.json";
  const record = {
    name: "fraud-dev",
    productId: "prod-1",
    artifactId: "new",
    operation: "UPDATE",
    status: "FAILED",
    reason: "x",
    changedAt: "2026",
    parameters: { team: "fraud" },
    tags: { unit: "risk" },
  };
  it("is read with account and ID from its key", () =>
    assert.deepEqual(environmentIn(key, JSON.stringify(record)), { ...record, account: "111122223333", id: "pp-1" }));
  const unreadable: [string, string, string][] = [
    ["that is not JSON", key, "{"],
    ["that is null", key, "null"],
    ["without a status", key, JSON.stringify({ ...record, status: undefined })],
    ["without parameters", key, JSON.stringify({ ...record, parameters: null })],
    ["under another key", "environments/x.json", JSON.stringify(record)],
  ];
  for (const [title, name, text] of unreadable) it(`${title} is unreadable`, () => assert.equal(environmentIn(name, text), undefined));
});

describe("result of a preview", () => {
  const cases: { it: string; text: string | undefined; want: Preview }[] = [
    { it: "changes", text: '{"status":"SUCCEEDED","changes":"1 create"}', want: { state: "done", changes: "1 create" } },
    { it: "no changes", text: '{"status":"SUCCEEDED"}', want: { state: "done", changes: "" } },
    { it: "a reason", text: '{"status":"FAILED","reason":"no"}', want: { state: "failed", reason: "no" } },
    { it: "no reason", text: '{"status":"FAILED"}', want: { state: "failed", reason: "the runner reported no reason" } },
    {
      it: "no result",
      text: undefined,
      want: { state: "failed", reason: "the runner ended without a result; the log of its build in AWS CodeBuild shows why" },
    },
  ];
  for (const { it: title, text, want } of cases) it(`is ${title}`, () => assert.deepEqual(previewIn(text), want));
});

describe("list of the fleet", () => {
  const fleet = [
    environment("fraud"),
    environment("risk", { artifactId: current.id, status: "FAILED", operation: "UPDATE", reason: "denied" }),
  ];
  const command = (to: string) => `update ${to}`;

  it("shows version, last operation and whether the version is the newest", () => {
    const text = fleetText(fleet, versions, command);
    assert.match(text, /fraud +│ fraud-dev +│ 0.1.0-old │ provision succeeded +│ 2026-11-01T08:00:00Z │ no/);
    assert.match(text, /risk +│ risk-dev +│ 0.1.0-new │ update failed: denied │ 2026-11-01T08:00:00Z │ yes/);
    assert.match(text, /2 environments: 1 failed, 1 not of the newest version. Newest version: 0.1.0-new.\n.*\n {2}update 0.1.0-new$/);
  });
  it("shows the ID of a deleted version", () =>
    assert.match(fleetText([environment("a", { artifactId: "pa-9" })], versions, command), /│ pa-9 /));
  it("suggests nothing if all environments are of the newest version", () =>
    assert.match(
      fleetText([environment("a", { artifactId: "new" })], versions, command),
      /0 not of the newest version. Newest version: 0.1.0-new.$/,
    ));
  it("is empty", () => assert.equal(fleetText([], [old], command), "No environment was launched. No version is published."));
  it("has the same values as JSON", () =>
    assert.deepEqual(
      fleetRows(fleet, versions).map(({ name, environment: env, version: of, isNewest, status }) => ({ name, env, of, isNewest, status })),
      [
        { name: "fraud", env: "fraud-dev", of: "0.1.0-old", isNewest: false, status: "SUCCEEDED" },
        { name: "risk", env: "risk-dev", of: "0.1.0-new", isNewest: true, status: "FAILED" },
      ],
    ));
});

describe("waves", () => {
  const cases: { items: number[]; canary: number; size: number; want: number[][] }[] = [
    { items: [], canary: 1, size: 2, want: [] },
    { items: [1, 2], canary: 3, size: 1, want: [[1, 2]] },
    { items: [1, 2, 3, 4, 5, 6], canary: 1, size: 2, want: [[1], [2, 3], [4, 5], [6]] },
  ];
  for (const { items, canary, size, want } of cases)
    it(`of ${items.length} items: ${canary}, then ${size} each`, () => assert.deepEqual(wavesOf(items, canary, size), want));
});

/** A fleet in which an update takes one poll. */
function fakeFleet(
  names: string[],
  {
    products = {},
    previews = {},
    fails = [],
  }: {
    products?: Record<string, Partial<Product> | undefined>;
    previews?: Record<string, Preview>;
    fails?: string[];
  } = {},
) {
  const calls: string[] = [];
  const state = new Map<string, Product | undefined>(
    names.map((name) => [
      `pp-${name}`,
      name in products && products[name] === undefined
        ? undefined
        : { status: "AVAILABLE", artifactId: old.id, launchRoleArn: "arn:role", recordId: `rec-${name}`, ...products[name] },
    ]),
  );
  const tokens = new Set<string>();
  const client: FleetClient = {
    product({ id, name }) {
      const found = state.get(id);
      // The operation ends after this answer.
      if (found?.status === "UNDER_CHANGE")
        state.set(id, {
          ...found,
          ...(fails.includes(name)
            ? { status: "TAINTED", artifactId: old.id, reason: `${name} broke (AccessDenied)` }
            : { status: "AVAILABLE" }),
        });
      return Promise.resolve(found);
    },
    update({ id, name }, { id: artifactId }, token) {
      calls.push(`update ${name}`);
      if (!tokens.has(token)) state.set(id, { ...state.get(id)!, status: "UNDER_CHANGE", artifactId, recordId: `rec-${name}-2` });
      tokens.add(token);
      return Promise.resolve();
    },
    startPreview({ name }, { id }, { launchRoleArn }) {
      calls.push(`preview ${name} ${id} ${launchRoleArn}`);
      return Promise.resolve(name);
    },
    startRelease: () => Promise.reject(new Error("no test releases a name here")),
    preview: (name) => Promise.resolve(previews[name] ?? { state: "done", changes: "1 create, 9 same" }),
  };
  const environments = names.map((name) => environment(name));
  const run = (options: Partial<UpdateOptions> = {}, among = environments) =>
    updateFleet(
      client,
      { hub, environments: among, versions },
      {
        ...{ names: [], to: current.name, canary: 1, wave: 2, progress: silent, pollMs: 1 },
        ...options,
      },
    );
  return { run, calls, state, client, updates: () => calls.filter((call) => call.startsWith("update")) };
}

describe("update of the fleet", () => {
  it("only previews by default, and shows waves, changes and the next command", async () => {
    const { run, calls } = fakeFleet(["a", "b", "c", "d"]);
    const text = await run();
    assert.deepEqual(
      calls,
      ["a", "b", "c", "d"].map((name) => `preview ${name} new arn:role`),
    );
    assert.match(text, /│ 1 +│ 111122223333 │ a +│ 0.1.0-old │ 1 create, 9 same/);
    assert.match(text, /│ 3 +│ 111122223333 │ d /);
    assert.match(text, /No changes were made.*\n {2}npx cloister fleet update --to 0.1.0-new --canary 1 --wave 2 --yes$/);
  });
  it("updates the canary, then waves, after all previews", async () => {
    const { run, calls, state } = fakeFleet(["a", "b", "c", "d"]);
    assert.equal(await run({ yes: true }), "4 environments updated to 0.1.0-new.");
    assert.deepEqual(calls.slice(4), ["update a", "update b", "update c", "update d"]);
    assert.ok([...state.values()].every((product) => product?.artifactId === "new" && product.status === "AVAILABLE"));
  });
  it("updates nothing if a preview fails", async () => {
    const { run, updates } = fakeFleet(["a", "b"], { previews: { b: { state: "failed", reason: "AccessDenied: policy x" } } });
    await assert.rejects(run({ yes: true }), (error: Error) => {
      assert.ok(error instanceof FleetError);
      assert.equal(
        error.message,
        "These previews failed. No environment was updated.\n  b (111122223333): AccessDenied: policy x\n" +
          "To continue without these environments:\n" +
          "  npx cloister fleet update --to 0.1.0-new --canary 1 --wave 2 --skip-failed --yes",
      );
      return true;
    });
    assert.deepEqual(updates(), []);
  });
  it("stops after the wave in which an update fails, and reports the rest", async () => {
    const { run, updates } = fakeFleet(["a", "b", "c", "d"], { fails: ["b"] });
    await assert.rejects(run({ yes: true }), (error: Error) => {
      assert.match(
        error.message,
        /stopped in wave 2 of 3. These environments failed:\n {2}b \(111122223333\): b broke \(AccessDenied\)\n2 of 4 environments updated; 1 not started\./,
      );
      assert.match(
        error.message,
        /run the same command again. It continues with the rest:\n {2}npx cloister fleet update --to 0.1.0-new .*--yes$/,
      );
      return true;
    });
    assert.deepEqual(updates(), ["update a", "update b", "update c"]);
  });
  it("stops after a failed canary", async () => {
    const { run, updates } = fakeFleet(["a", "b"], { fails: ["a"] });
    await assert.rejects(run({ yes: true }), /0 of 2 environments updated; 1 not started/);
    assert.deepEqual(updates(), ["update a"]);
  });
  it("continues after a failure, and starts the failed update again", async () => {
    const fails = ["b"];
    const { run, updates } = fakeFleet(["a", "b", "c"], { fails });
    await assert.rejects(run({ yes: true }));
    fails.pop();
    assert.equal(await run({ yes: true }), "1 environment updated to 0.1.0-new.");
    assert.deepEqual(updates(), ["update a", "update b", "update c", "update b"]);
    assert.match(await run({ yes: true }), /3 environments already of version 0.1.0-new.\nNothing to update./);
  });
  it("waits for an update that an interrupted command started, and does not start it again", async () => {
    const { run, updates } = fakeFleet(["a", "b"], { products: { a: { status: "UNDER_CHANGE", artifactId: "new" } } });
    assert.equal(await run({ yes: true }), "1 environment updated to 0.1.0-new.");
    assert.deepEqual(updates(), ["update b"]);
  });
  it("starts nothing after an interrupt, and keeps running updates", async () => {
    const { run, updates, client } = fakeFleet(["a", "b", "c"]);
    const controller = new AbortController();
    const update = client.update.bind(client);
    client.update = async (...args) => {
      await update(...args);
      controller.abort(new Interrupted());
    };
    await assert.rejects(run({ yes: true, interrupt: { signal: controller.signal } }), Interrupted);
    assert.deepEqual(updates(), ["update a"]);
    client.update = update;
    await run({ yes: true });
    assert.deepEqual(updates(), ["update a", "update b", "update c"]);
  });
  it("skips environments that were never deployed or are terminated", async () => {
    const { run, updates } = fakeFleet(["a", "b", "c"], { products: { a: { status: "ERROR" }, b: undefined } });
    const notes: string[] = [];
    await run({ yes: true, progress: { ...silent, note: (text) => notes.push(text) } });
    assert.match(notes.join("\n"), /a \(111122223333\) was never deployed, so it is not updated. Terminate it, and launch it again./);
    assert.deepEqual(updates(), ["update c"]);
  });
  it("updates only named environments, by name or ID", async () => {
    const { run, updates } = fakeFleet(["a", "b", "c"]);
    await run({ yes: true, names: ["c", "pp-a"] });
    assert.deepEqual(updates(), ["update a", "update c"]);
  });
  it("prefers an ID to a name, which leads choose", async () => {
    const { run, updates } = fakeFleet(["a", "pp-a"]);
    await run({ yes: true, names: ["pp-a"] });
    assert.deepEqual(updates(), ["update a"]);
  });
  it("prefers the name of an environment to the name of a provisioned product", async () => {
    const { run, updates } = fakeFleet(["a", "b", "b-dev"]);
    await run({ yes: true, names: ["b-dev"] });
    assert.deepEqual(updates(), ["update b"]);
  });
  it("finds environments by their names", async () => {
    const { run, updates } = fakeFleet(["a", "b"]);
    await run({ yes: true, names: ["b-dev"] });
    assert.deepEqual(updates(), ["update b"]);
  });
  it("previews at most two environments at the same time, because launches wait for previews", async () => {
    const { run, client } = fakeFleet(["a", "b", "c", "d", "e"]);
    let most = 0;
    const running = new Set<string>();
    client.startPreview = ({ name }) => {
      running.add(name);
      most = Math.max(most, running.size);
      return Promise.resolve(name);
    };
    client.preview = (name) => (running.delete(name), Promise.resolve({ state: "done", changes: "1 create" }));
    await run({ wave: 5 });
    assert.equal(most, 2);
  });
  it("reports each environment that AWS does not show", async () => {
    const { run, client, calls } = fakeFleet(["a", "b"]);
    client.product = ({ name }) => Promise.reject(Object.assign(new Error(`no ${name}`), { name: "AccessDeniedException" }));
    await assert.rejects(
      run({ yes: true }),
      /No environment was updated.\n {2}a \(111122223333\): AccessDeniedException: no a\n {2}b .*\nThe role must be a principal/,
    );
    assert.deepEqual(calls, []);
  });
  describe("with --skip-failed", () => {
    /** Of four environments, AWS does not show a, and the preview of b fails. */
    const partial = async (options: Partial<UpdateOptions> = {}, names = ["a", "b", "c", "d"]) => {
      const { run, client, updates } = fakeFleet(names, { previews: { b: { state: "failed", reason: "denied" } } });
      const product = client.product.bind(client);
      client.product = (found) => (found.name === "a" ? Promise.reject(new Error("no a")) : product(found));
      const notes: string[] = [];
      const error: unknown = await run({
        skipFailed: true,
        progress: { ...silent, note: (text) => notes.push(text) },
        ...options,
      }).catch((caught: unknown) => caught);
      assert.ok(error instanceof FleetError);
      return { message: error.message, notes: notes.join("\n"), updates: updates() };
    };
    const skipped =
      "2 environments skipped, because the lookup or the preview failed:\n  a (111122223333): no a\n  b (111122223333): denied";

    it("updates the others, and ends with an error that lists the skipped environments", async () => {
      const { message, notes, updates } = await partial({ yes: true });
      assert.equal(message, skipped);
      assert.match(notes, /2 environments updated to 0\.1\.0-new\.$/);
      assert.deepEqual(updates, ["update c", "update d"]);
    });
    it("previews the others in waves without the skipped environments, and repeats the option", async () => {
      const { message, notes, updates } = await partial();
      assert.equal(message, skipped);
      assert.match(notes, /│ 1 +│ 111122223333 │ c .*\n.*│ 2 +│ 111122223333 │ d /s);
      assert.match(notes, /No changes were made.*\n {2}npx cloister fleet update --to 0.1.0-new --canary 1 --wave 2 --skip-failed --yes$/);
      assert.deepEqual(updates, []);
    });
    for (const names of [["a"], ["a", "b"]])
      it(`updates nothing if all environments are skipped: ${names.join()}`, async () => {
        const { notes, updates } = await partial({ yes: true }, names);
        assert.deepEqual([notes, updates], ["Nothing to update.", []]);
      });
    it("stops after the wave in which an update fails", async () => {
      const { run, updates } = fakeFleet(["a", "b"], { fails: ["a"] });
      await assert.rejects(run({ yes: true, skipFailed: true }), /stopped in wave 1 of 2/);
      assert.deepEqual(updates(), ["update a"]);
    });
  });
  it("reports an environment without a launch role", async () => {
    const { run } = fakeFleet(["a"], { products: { a: { launchRoleArn: undefined } } });
    await assert.rejects(run(), /a \(111122223333\): AWS Service Catalog shows no launch role/);
  });
  it("reports an update that does not end in time", async () => {
    const { run, client } = fakeFleet(["a"]);
    client.preview = () => Promise.resolve({ state: "running" });
    await assert.rejects(run({ limitHours: 0 }), /a \(111122223333\): The operation is still running after 0 hours\./);
  });

  const wrong: { it: string; options: Partial<UpdateOptions>; among?: Environment[]; message: RegExp }[] = [
    {
      it: "an unknown version",
      options: { to: "0.2.0" },
      message: /^--to must be an active version of the product that is not deprecated: 0\.1\.0-new \(got 0\.2\.0\)\.$/,
    },
    { it: "an inactive version", options: { to: "gone" }, message: /not deprecated: 0\.1\.0-new \(got gone, which is inactive\)\.$/ },
    {
      it: "a deprecated version",
      options: { to: "0.1.0-old" },
      message: /not deprecated: 0\.1\.0-new \(got 0\.1\.0-old, which is deprecated\)\.$/,
    },
    {
      it: "a name of several environments",
      options: { names: ["b"] },
      among: [environment("a", { name: "b" }), environment("b")],
      message: /^Several environments are named b\. Use an ID: pp-a \(b, 111122223333\), pp-b \(b, 111122223333\)\.$/,
    },
    { it: "an unknown environment", options: { names: ["z"] }, message: /^No environment is named z. Environments: a.$/ },
    {
      it: "a misspelt environment",
      options: { names: ["risk-dve"] },
      among: [environment("risk-dev")],
      message: /^No environment is named risk-dve\. Did you mean 'risk-dev'\? Environments: risk-dev\.$/,
    },
    {
      it: "another account without a role",
      options: {},
      among: [environment("x", { account: "444455556666" })],
      message: /Environments in other accounts \(444455556666\) require a role .* --through <role>$/,
    },
  ];
  for (const { it: title, options, among, message } of wrong)
    it(`rejects ${title}`, () =>
      assert.rejects(fakeFleet(["a"]).run(options, among), (error: Error) => error instanceof UsageError && message.test(error.message)));

  it("repeats all options in the next command", () =>
    assert.equal(
      fleetCommand({ names: ["a"], to: "v", canary: 2, wave: 3, core: "hub", through: "Admin", world: "w", progress: silent }, ["--yes"]),
      "npx cloister fleet update a --to v --canary 2 --wave 3 --core hub --through Admin --yes --world w",
    ));
  it("uses another token after another operation", () => {
    const member = { environment: environment("a"), product: { status: "AVAILABLE", artifactId: "old", recordId: "rec-1" } };
    const token = updateToken(member, current);
    assert.equal(updateToken(member, current), token);
    assert.match(token, /^[0-9a-f]{40}$/);
    assert.notEqual(updateToken({ ...member, product: { ...member.product, recordId: "rec-2" } }, current), token);
    assert.notEqual(updateToken(member, old), token);
  });
});
