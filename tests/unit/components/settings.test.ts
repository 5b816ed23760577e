import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { coreUserRoles, environmentUserRoles, peopleSettings } from "@cloister/components/identity/settings";
import { monitoringSettings } from "@cloister/components/monitoring/settings";
import { readSettings, settingsProblems, settingsTable } from "@cloister/components/stack/config";
import { fullStackName } from "@cloister/components/stack/common-settings";
import { studioSettings } from "@cloister/components/studio/settings";
import { coreSettings } from "@cloister/core/settings";
import { environmentSettings, standaloneEnvironmentSettings } from "@cloister/environment/settings";
import { targetSettings } from "@cloister/target-accounts/settings";
import { z } from "zod";
import { useMocks } from "../../helpers/mocks";

const schemas = {
  "cloister-core": coreSettings,
  "cloister-environment": environmentSettings.extend(standaloneEnvironmentSettings),
  "cloister-target-accounts": targetSettings,
};
type Namespace = keyof typeof schemas;

/** The least that each project has to be told. */
const least: Record<Namespace, Record<string, unknown>> = {
  "cloister-core": { owner: "platform" },
  "cloister-environment": { coreStack: "hub", team: "fraud", owner: "fraud" },
  "cloister-target-accounts": { environmentStack: "fraud-dev", stage: "prod", owner: "fraud", accounts: [{ id: "444455556666" }] },
};

/** As the engine hands them over: texts as they are, everything else as JSON. */
const raw = (settings: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(settings)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );

const read = (namespace: Namespace, settings: Record<string, unknown>, secret?: (key: string) => boolean) =>
  settingsProblems(namespace, schemas[namespace], raw({ ...least[namespace], ...settings }), secret);

const cidrAllowed = "allowed is a private range with prefix length 16 to 24";

const wrong: { it: string; in: Namespace; settings: Record<string, unknown>; says: string | RegExp }[] = [
  {
    it: "an unknown key, with the nearest and all known",
    in: "cloister-core",
    settings: { alertMails: [] },
    says: "'cloister-core:alertMails' is not a setting. Did you mean 'alertEmails'? Known here: owner, alertEmails, people, keyDeletionDays, keyRotationDays, tags, purge, confirmPurge. Remove it with: pulumi config rm --path alertMails",
  },
  {
    it: "an unknown key in an object",
    in: "cloister-environment",
    settings: { network: { cdir: "10.0.0.0/16" } },
    says: /^'cloister-environment:network\.cdir' is not a setting\. Did you mean 'cidr'\? Known here: mode, cidr, .* Remove it with: pulumi config rm --path network\.cdir$/,
  },
  {
    it: "an unknown key in an object of a list",
    in: "cloister-target-accounts",
    settings: { accounts: [{ id: "444455556666" }, { id: "555566667777", range: "10.0.0.0/16" }] },
    says: /^'cloister-target-accounts:accounts\[1\]\.range' is not a setting\. Did you mean '(id|cidr|mode)'\? Known here: id, mode, cidr, .* --path accounts\[1\]\.range$/,
  },
  {
    it: "an unknown feature, with all there are",
    in: "cloister-environment",
    settings: { network: { features: ["studio", "notebook"] } },
    says: /network\.features\[1\]' is "notebook"; allowed is one of studio, jobs, hosting, notebooks, /,
  },
  {
    it: "a feature named twice",
    in: "cloister-target-accounts",
    settings: { network: { features: ["hosting", "hosting"] } },
    says: /network\.features' is \["hosting","hosting"\]; a feature is named twice/,
  },
  {
    it: "an unknown mode",
    in: "cloister-target-accounts",
    settings: { accounts: [{ id: "444455556666", mode: "exsting" }] },
    says: /accounts\[0\]\.mode' is "exsting"; allowed is one of new, existing-vpc, existing-subnets/,
  },
  {
    it: "an id of another kind",
    in: "cloister-environment",
    settings: { network: { vpcId: "subnet-0123456789abcdef0" } },
    says: /network\.vpcId' is "subnet-0123456789abcdef0"; allowed is an id such as vpc-/,
  },
  {
    it: "an interval that flow logs don't have",
    in: "cloister-environment",
    settings: { network: { flowLogInterval: 300 } },
    says: /network\.flowLogInterval' is 300; allowed is 60 or 600/,
  },
  {
    it: "a domain that is everything",
    in: "cloister-environment",
    settings: { network: { allowedDomains: ["*"] } },
    says: /network\.allowedDomains\[0\]' is "\*"; allowed is a domain/,
  },
  {
    it: "a missing setting, with what it may be",
    in: "cloister-environment",
    settings: { team: undefined },
    says: "'cloister-environment:team' is missing; allowed is 2 to 15 lower-case letters and digits, a letter first. Set it with: pulumi config set --path team <value>",
  },
  {
    it: "a text where a number belongs",
    in: "cloister-core",
    settings: { keyDeletionDays: "soon" },
    says: `'cloister-core:keyDeletionDays' is "soon"; allowed is a whole number from 7 to 30. Set it with: pulumi config set --path keyDeletionDays <value>`,
  },
  {
    it: "a number below the range",
    in: "cloister-core",
    settings: { keyDeletionDays: 6 },
    says: /is 6; allowed is a whole number from 7 to 30/,
  },
  {
    it: "a number above the range",
    in: "cloister-environment",
    settings: { network: { zones: 5 } },
    says: /network\.zones' is 5; allowed is a whole number from 1 to 4/,
  },
  {
    it: "a fraction",
    in: "cloister-environment",
    settings: { network: { zones: 1.5 } },
    says: /network\.zones' is 1\.5; allowed is a whole number from 1 to 4/,
  },
  {
    it: "a text where true or false belongs",
    in: "cloister-core",
    settings: { purge: "yes" },
    says: /'cloister-core:purge' is "yes"; allowed is true or false\./,
  },
  {
    it: "a text where a list belongs",
    in: "cloister-core",
    settings: { alertEmails: "a@b.example" },
    says: /alertEmails' is "a@b\.example"; allowed is a list, each a mail address/,
  },
  {
    it: "an address that is none",
    in: "cloister-core",
    settings: { alertEmails: ["me"] },
    says: /alertEmails\[0\]' is "me"; allowed is a mail address/,
  },
  {
    it: "a number where an object belongs",
    in: "cloister-environment",
    settings: { network: 3 },
    says: /network' is 3; allowed is an object with mode, cidr, /,
  },
  {
    it: "nothing where an object belongs",
    in: "cloister-environment",
    settings: { network: null },
    says: /network' is null; allowed is an object with mode, cidr/,
  },
  {
    it: "a stage that is none",
    in: "cloister-environment",
    settings: { stage: "prod" },
    says: /stage' is "prod"; allowed is one of dev, test/,
  },
  {
    it: "a period that logs don't know",
    in: "cloister-environment",
    settings: { network: { flowLogRetentionDays: 100 } },
    says: /flowLogRetentionDays' is 100; allowed is one of 1, 3, 5, 7, 14/,
  },
  {
    it: "a public range",
    in: "cloister-environment",
    settings: { network: { cidr: "8.8.0.0/16" } },
    says: new RegExp(`network\\.cidr' is "8\\.8\\.0\\.0/16"; it is not a private range .*; ${cidrAllowed}`),
  },
  {
    it: "a range with bits beyond its prefix",
    in: "cloister-environment",
    settings: { network: { cidr: "10.64.3.0/20" } },
    says: /it has bits beyond its prefix; the range is 10\.64\.0\.0\/20/,
  },
  {
    it: "a range that is too small",
    in: "cloister-environment",
    settings: { network: { cidr: "10.64.0.0/28" } },
    says: /its prefix length is 28, allowed is 16 to 24/,
  },
  {
    it: "a team in capitals",
    in: "cloister-environment",
    settings: { team: "Fraud" },
    says: /team' is "Fraud"; allowed is 2 to 15 lower-case letters/,
  },
  {
    it: "a team too long for names of buckets and roles",
    in: "cloister-environment",
    settings: { team: "abcdefghijklmnop" },
    says: /allowed is 2 to 15 lower-case letters/,
  },
  {
    it: "a stack of another project",
    in: "cloister-environment",
    settings: { coreStack: "acme/other/hub" },
    says: /coreStack' is "acme\/other\/hub"; allowed is a stack of cloister-core, as `name` or `organization\/cloister-core\/name`/,
  },
  {
    it: "a role ARN that is none",
    in: "cloister-environment",
    settings: { deployRoleArns: ["Deployer"] },
    says: /deployRoleArns\[0\]' is "Deployer"; allowed is an ARN of a role or user/,
  },
  {
    it: "a profile named twice",
    in: "cloister-environment",
    settings: { studio: { profiles: ["ana", "ana"] } },
    says: /studio\.profiles' is \["ana","ana"\]; a profile is named twice/,
  },
  {
    it: "no profiles",
    in: "cloister-environment",
    settings: { studio: { profiles: [] } },
    says: /studio\.profiles' is \[\]; allowed is a list of at least 1/,
  },
  {
    it: "a stage without accounts",
    in: "cloister-target-accounts",
    settings: { accounts: [] },
    says: /accounts' is \[\]; allowed is a list of at least 1, each an object with id, mode, cidr/,
  },
  {
    it: "accounts that are not given",
    in: "cloister-target-accounts",
    settings: { accounts: undefined },
    says: /accounts' is missing; allowed is a list of at least 1/,
  },
  {
    it: "an account named twice",
    in: "cloister-target-accounts",
    settings: { accounts: [{ id: "444455556666" }, { id: "444455556666" }] },
    says: /accounts' is .*; an account is named twice/,
  },
  {
    it: "an account as a number",
    in: "cloister-target-accounts",
    settings: { accounts: [{ id: 444455556666 }] },
    says: /accounts\[0\]\.id' is 444455556666; allowed is a text of twelve digits\. Write it in quotes\./,
  },
  {
    it: "an account of eleven digits",
    in: "cloister-target-accounts",
    settings: { accounts: [{ id: "44445555666" }] },
    says: /accounts\[0\]\.id' is "44445555666"; allowed is a text of twelve digits\. Set it/,
  },
  {
    it: "a tag that is no text",
    in: "cloister-core",
    settings: { tags: { "cost-center": 4711 } },
    says: /tags\.cost-center' is 4711;.* Write it in quotes\./,
  },
];

describe("settings", () => {
  for (const one of wrong)
    it(`refuse ${one.it}`, () => {
      const { problems } = read(one.in, one.settings);
      assert.equal(problems.length, 1, problems.join("\n"));
      if (typeof one.says === "string") assert.equal(problems[0], one.says);
      else assert.match(problems[0]!, one.says);
    });

  it("take the least, and fill in the defaults", () => {
    assert.deepEqual(read("cloister-core", {}), {
      problems: [],
      value: {
        owner: "platform",
        alertEmails: [],
        people: peopleSettings(coreUserRoles).parse({}),
        keyDeletionDays: 30,
        keyRotationDays: 365,
        tags: {},
        purge: false,
      },
    });
    assert.deepEqual(read("cloister-environment", { network: { zones: 1 } }).value, {
      coreStack: "hub",
      endpointsFrom: "own",
      existingRoles: {},
      team: "fraud",
      stage: "dev",
      owner: "fraud",
      network: {
        mode: "new",
        zones: 1,
        egress: "none",
        features: ["studio", "jobs"],
        endpoints: { add: [], omit: [] },
        accountIds: [],
        allowedDomains: [],
        flowLogRetentionDays: 365,
        flowLogTraffic: "ALL",
        flowLogInterval: 60,
        flowLogDestination: "cloudwatch",
      },
      studio: studioSettings().parse({ profiles: ["data-scientist"] }),
      monitoring: z.strictObject(monitoringSettings()).parse({}),
      guardrails: { profile: "strict", networkIsolation: false },
      people: peopleSettings(environmentUserRoles).parse({}),
      keyDeletionDays: 30,
      keyRotationDays: 365,
      data: {},
      models: {},
      deployRoleArns: [],
      breakGlassRoleArns: [],
      serviceRoleArns: [],
      tags: {},
      purge: false,
    });
    assert.deepEqual(read("cloister-target-accounts", {}).problems, []);
  });

  it("keep false, zero and the empty text, which are values", () => {
    const schema = z.strictObject({ on: z.boolean().prefault(true), most: z.int().prefault(5), note: z.string().prefault("none") });
    assert.deepEqual(settingsProblems("it", schema, { on: "false", most: "0", note: "" }).value, { on: false, most: 0, note: "" });
  });

  it("leave a text alone that looks like a number or a list", () => {
    const { value } = read("cloister-core", { owner: "4711" });
    assert.equal((value as { owner: string }).owner, "4711");
  });

  it("tell all problems at once", () => {
    const { problems } = read("cloister-environment", { team: "F", stage: "prod", network: { zones: 9, cdir: "x" }, purg: true });
    assert.deepEqual(problems.map((line) => /^'cloister-environment:([^']+)'/.exec(line)?.[1]).sort(), [
      "network.cdir",
      "network.zones",
      "purg",
      "stage",
      "team",
    ]);
  });

  it("never show a secret's value, at any depth", () => {
    const { problems } = read(
      "cloister-environment",
      { network: { cidr: "hunter2", zones: 77 }, team: "Fraud" },
      (key) => key === "network",
    );
    assert.equal(problems.length, 3);
    assert.doesNotMatch(problems.join("\n"), /hunter2|77/);
    assert.match(problems.join("\n"), /network\.zones' is \[secret\]; allowed is a whole number from 1 to 4/);
    assert.match(problems.join("\n"), /team' is "Fraud"/, "what is no secret is shown");
  });

  describe("from a stack's configuration", () => {
    it("are those of the namespace only", async () => {
      await useMocks({
        project: "cloister-core",
        stack: "hub",
        config: { "cloister-core:owner": "me", "cloister-coreX:other": 1, other: 1 },
      });
      assert.equal(readSettings({ "cloister-core": coreSettings })["cloister-core"].owner, "me");
    });

    it("name the stack, and keep secrets of the configuration to themselves", async () => {
      await useMocks({
        project: "cloister-core",
        stack: "hub",
        config: { "cloister-core:owner": "me", "cloister-core:tags": { a: 5 }, "cloister-core:keyDeletionDays": "hunter2" },
        secretKeys: ["cloister-core:keyDeletionDays"],
      });
      assert.throws(
        () => readSettings({ "cloister-core": coreSettings }),
        (error: Error) => {
          assert.match(
            error.message,
            /^Cannot deploy stack 'hub' \(cloister-core\)\. No resources were created\. Fix these settings:\n {2}- /,
          );
          assert.match(error.message, /keyDeletionDays' is \[secret\]/);
          assert.match(error.message, /tags\.a' is 5/);
          assert.doesNotMatch(error.message, /hunter2/);
          return true;
        },
      );
    });

    it("complete a stack's short name with this organization", async () => {
      await useMocks({ project: "cloister-environment", stack: "it", config: {} });
      assert.equal(fullStackName("cloister-core", "hub"), "organization/cloister-core/hub");
      assert.equal(fullStackName("cloister-core", "acme/cloister-core/hub"), "acme/cloister-core/hub");
    });
  });

  describe("as a table", () => {
    const schema = z.strictObject({
      name: z.string().meta({ allowed: "a | b" }).describe("Its name.\nOn two lines."),
      net: z
        .strictObject({ zones: z.int().min(1).max(4).prefault(2).describe("Zones.") })
        .prefault({})
        .describe("The net."),
      accounts: z.array(z.strictObject({ id: z.string().describe("Number.") })).describe("The accounts."),
      on: z.boolean().prefault(false).describe("Whether."),
    });

    it("have a row for each setting, nested ones by their path", () =>
      assert.equal(
        settingsTable(schema),
        [
          "| setting | allowed | default | what it does |",
          "| --- | --- | --- | --- |",
          "| `name` | a \\| b | **required** | Its name. On two lines. |",
          "| `net` | object |  | The net. |",
          "| `net.zones` | a whole number from 1 to 4 | `2` | Zones. |",
          "| `accounts` | array |  | The accounts. |",
          "| `accounts[].id` | text | **required** | Number. |",
          "| `on` | true or false | `false` | Whether. |",
        ].join("\n"),
      ));

    for (const [namespace, own] of Object.entries(schemas))
      it(`describe every setting of ${namespace}`, () => {
        const rows = settingsTable(own).split("\n").slice(2);
        assert.ok(rows.length >= 5, `${rows.length} rows`);
        for (const row of rows) assert.match(row, /\| [^|]*\w[^|]* \|$/, `no description: ${row}`);
      });
  });

  it("are left to the program: a config block in Pulumi.yaml would tell less, and first", () => {
    for (const project of ["core", "environment", "target-accounts", "."])
      assert.doesNotMatch(fs.readFileSync(path.resolve(__dirname, "../../..", project, "Pulumi.yaml"), "utf8"), /^config:/m, project);
  });
});
