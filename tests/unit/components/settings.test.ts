import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { peopleSettings } from "@cloister/components/identity/settings";
import { coreUserRoles, environmentUserRoles } from "@cloister/components/identity/roles";
import { monitoringSettings } from "@cloister/components/monitoring/settings";
import { namespaceProblems, parseSettings, readSettings } from "@cloister/components/stack/config";
import { problemText } from "@cloister/components/stack/preflight";
import { settingsTable } from "@cloister/components/stack/settings-table";
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

/** The required settings of each project. */
const required: Record<Namespace, Record<string, unknown>> = {
  "cloister-core": { owner: "platform" },
  "cloister-environment": { coreStack: "hub", team: "fraud", owner: "fraud" },
  "cloister-target-accounts": { environmentStack: "fraud-dev", stage: "prod", owner: "fraud", accounts: [{ id: "444455556666" }] },
};

/** Settings as a program gets them from the engine: strings unchanged, all other values as JSON. */
const raw = (settings: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(settings)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );

const read = (namespace: Namespace, settings: Record<string, unknown>, secret?: (key: string) => boolean) =>
  parseSettings(namespace, schemas[namespace], raw({ ...required[namespace], ...settings }), secret);
const problemTexts = (...args: Parameters<typeof read>) => read(...args).problems.map(problemText);

const cidrAllowed = "must be a private IPv4 range with prefix length 16 to 24";

const wrong: { it: string; in: Namespace; settings: Record<string, unknown>; expected: string | RegExp }[] = [
  {
    it: "an unknown key, and names the nearest and all known keys",
    in: "cloister-core",
    settings: { alertMails: [] },
    expected:
      "'cloister-core:alertMails' is not a setting. Did you mean 'alertEmails'? Known settings: owner, alertEmails, people, keyDeletionDays, keyRotationDays, tags, purge, confirmPurge. Fix: pulumi config rm --path cloister-core:alertMails",
  },
  {
    it: "an unknown key in an object",
    in: "cloister-environment",
    settings: { network: { cdir: "10.0.0.0/16" } },
    expected:
      /^'cloister-environment:network\.cdir' is not a setting\. Did you mean 'cidr'\? Known settings: mode, cidr, .* Fix: pulumi config rm --path cloister-environment:network\.cdir$/,
  },
  {
    it: "an unknown key in an object of a list",
    in: "cloister-target-accounts",
    settings: { accounts: [{ id: "444455556666" }, { id: "555566667777", range: "10.0.0.0/16" }] },
    expected:
      /^'cloister-target-accounts:accounts\[1\]\.range' is not a setting\. Did you mean '(id|cidr|mode)'\? Known settings: id, mode, cidr, .* --path 'cloister-target-accounts:accounts\[1\]\.range'$/,
  },
  {
    it: "an unknown feature, and names all known features",
    in: "cloister-environment",
    settings: { network: { features: ["studio", "notebook"] } },
    expected:
      /network\.features\[1\]' must be one of studio, jobs, hosting, notebooks, .*\(got "notebook"\)\. Did you mean 'notebooks'\? Fix: .* 'cloister-environment:network\.features\[1\]' notebooks$/,
  },
  {
    it: "an unknown feature that resembles no feature, without a suggestion",
    in: "cloister-environment",
    settings: { network: { features: ["x"] } },
    expected: /network\.features\[0\]' must be one of [^?]* \(got "x"\)\. Fix: [^?]* <value>$/,
  },
  {
    it: "a value in another case, and suggests the value",
    in: "cloister-environment",
    settings: { network: { flowLogTraffic: "accept" } },
    expected:
      /network\.flowLogTraffic' must be one of .* \(got "accept"\)\. Did you mean 'ACCEPT'\? Fix: .*network\.flowLogTraffic ACCEPT$/,
  },
  ...(["sessions", "projects"] as const).map((feature) => ({
    it: `the removed feature ${feature}, with the reason`,
    in: "cloister-environment" as const,
    settings: { network: { features: ["studio", feature] } },
    expected: new RegExp(
      `network\\.features\\[1\\]' must not contain '${feature}', which was removed because \\w.* Fix: remove '${feature}' from the list`,
    ),
  })),
  {
    it: "a removed setting, with the reason",
    in: "cloister-environment",
    settings: { network: { dhcp: { domainName: "bank.example", ntpServers: ["10.0.0.1"] } } },
    expected:
      /^'cloister-environment:network\.dhcp\.ntpServers' was removed because the time source is \w.*\. Fix: pulumi config rm --path cloister-environment:network\.dhcp\.ntpServers$/,
  },
  {
    it: "a feature named twice",
    in: "cloister-target-accounts",
    settings: { network: { features: ["hosting", "hosting"] } },
    expected: /network\.features' must not list a feature twice \(got \["hosting","hosting"\]\)/,
  },
  {
    it: "an unknown mode",
    in: "cloister-target-accounts",
    settings: { accounts: [{ id: "444455556666", mode: "exsting" }] },
    expected: /accounts\[0\]\.mode' must be one of new, existing-vpc, existing-subnets \(got "exsting"\)/,
  },
  {
    it: "an ID of another resource type",
    in: "cloister-environment",
    settings: { network: { vpcId: "subnet-0123456789abcdef0" } },
    expected: /network\.vpcId' must be an ID such as vpc-.*\(got "subnet-0123456789abcdef0"\)/,
  },
  {
    it: "an interval that flow logs do not support",
    in: "cloister-environment",
    settings: { network: { flowLogInterval: 300 } },
    expected: /network\.flowLogInterval' must be 60 or 600 \(got 300\)/,
  },
  {
    it: "a wildcard for all domains",
    in: "cloister-environment",
    settings: { network: { allowedDomains: ["*"] } },
    expected: /network\.allowedDomains\[0\]' must be a domain.*\(got "\*"\)/,
  },
  {
    it: "a missing required setting, and names the allowed values",
    in: "cloister-environment",
    settings: { team: undefined },
    expected:
      "'cloister-environment:team' is missing. It must be 2 to 15 lower-case letters and digits, starting with a letter. Fix: pulumi config set --path cloister-environment:team <value>",
  },
  {
    it: "a string instead of a number, and suggests the default",
    in: "cloister-core",
    settings: { keyDeletionDays: "soon" },
    expected: `'cloister-core:keyDeletionDays' must be an integer from 7 to 30 (got "soon"). Fix: pulumi config set --path cloister-core:keyDeletionDays 30`,
  },
  {
    it: "a number below the minimum",
    in: "cloister-core",
    settings: { keyDeletionDays: 6 },
    expected: /must be an integer from 7 to 30 \(got 6\)/,
  },
  {
    it: "a number above the maximum",
    in: "cloister-environment",
    settings: { network: { zones: 5 } },
    expected: /network\.zones' must be an integer from 1 to 4 \(got 5\)/,
  },
  {
    it: "a fraction",
    in: "cloister-environment",
    settings: { network: { zones: 1.5 } },
    expected: /network\.zones' must be an integer from 1 to 4 \(got 1\.5\)/,
  },
  {
    it: "a string instead of a boolean",
    in: "cloister-core",
    settings: { purge: "yes" },
    expected: /'cloister-core:purge' must be true or false \(got "yes"\)\./,
  },
  {
    it: "a string instead of a list",
    in: "cloister-core",
    settings: { alertEmails: "a@b.example" },
    expected: /alertEmails' must be a list, each an email address \(got "a@b\.example"\)/,
  },
  {
    it: "an invalid email address",
    in: "cloister-core",
    settings: { alertEmails: ["me"] },
    expected: /alertEmails\[0\]' must be an email address \(got "me"\)/,
  },
  {
    it: "a number instead of an object",
    in: "cloister-environment",
    settings: { network: 3 },
    expected: /network' must be an object with the keys mode, cidr, .*\(got 3\)/,
  },
  {
    it: "null instead of an object",
    in: "cloister-environment",
    settings: { network: null },
    expected: /network' must be an object with the keys mode, cidr.*\(got null\)/,
  },
  {
    it: "an unknown stage",
    in: "cloister-environment",
    settings: { stage: "prod" },
    expected: /stage' must be one of dev, test \(got "prod"\)/,
  },
  {
    it: "a retention period that CloudWatch Logs does not support",
    in: "cloister-environment",
    settings: { network: { flowLogRetentionDays: 100 } },
    expected: /flowLogRetentionDays' must be one of 1, 3, 5, 7, 14.*\(got 100\)/,
  },
  {
    it: "a public CIDR range",
    in: "cloister-environment",
    settings: { network: { cidr: "8.8.0.0/16" } },
    expected: new RegExp(`network\\.cidr' ${cidrAllowed}; .* \\(got "8\\.8\\.0\\.0/16"\\)`),
  },
  {
    it: "a CIDR range with host bits",
    in: "cloister-environment",
    settings: { network: { cidr: "10.64.3.0/20" } },
    expected: /it has host bits; the range is 10\.64\.0\.0\/20/,
  },
  {
    it: "a CIDR range that is too small",
    in: "cloister-environment",
    settings: { network: { cidr: "10.64.0.0/28" } },
    expected: /its prefix length is 28, not 16 to 24/,
  },
  {
    it: "a team with an upper-case letter",
    in: "cloister-environment",
    settings: { team: "Fraud" },
    expected: /team' must be 2 to 15 lower-case letters.*\(got "Fraud"\)/,
  },
  {
    it: "a team that is too long for bucket and role names",
    in: "cloister-environment",
    settings: { team: "abcdefghijklmnop" },
    expected: /must be 2 to 15 lower-case letters/,
  },
  {
    it: "a stack of another project",
    in: "cloister-environment",
    settings: { coreStack: "acme/other/hub" },
    expected:
      /coreStack' must be the name of a cloister-core stack: `name` or `organization\/cloister-core\/name` \(got "acme\/other\/hub"\)/,
  },
  {
    it: "an invalid role ARN",
    in: "cloister-environment",
    settings: { deployRoleArns: ["Deployer"] },
    expected: /deployRoleArns\[0\]' must be the ARN of a role or user.*\(got "Deployer"\)/,
  },
  {
    it: "a profile named twice",
    in: "cloister-environment",
    settings: { studio: { profiles: ["ana", "ana"] } },
    expected: /studio\.profiles' must not list a profile twice \(got \["ana","ana"\]\)/,
  },
  {
    it: "an empty list of profiles",
    in: "cloister-environment",
    settings: { studio: { profiles: [] } },
    expected: /studio\.profiles' must be a list with at least 1 item.*\(got \[\]\)/,
  },
  {
    it: "a stage without accounts",
    in: "cloister-target-accounts",
    settings: { accounts: [] },
    expected: /accounts' must be a list with at least 1 item, each an object with the keys id, mode, cidr.*\(got \[\]\)/,
  },
  {
    it: "missing accounts",
    in: "cloister-target-accounts",
    settings: { accounts: undefined },
    expected: /accounts' is missing\. It must be a list with at least 1 item/,
  },
  {
    it: "an account named twice",
    in: "cloister-target-accounts",
    settings: { accounts: [{ id: "444455556666" }, { id: "444455556666" }] },
    expected: /accounts' must not name an account twice \(got .*\)/,
  },
  {
    it: "an account ID without quotes",
    in: "cloister-target-accounts",
    settings: { accounts: [{ id: 444455556666 }] },
    expected: /accounts\[0\]\.id' must be a string of twelve digits \(got 444455556666\)\. Fix: put the value in quotes/,
  },
  {
    it: "an account of eleven digits",
    in: "cloister-target-accounts",
    settings: { accounts: [{ id: "44445555666" }] },
    expected:
      /accounts\[0\]\.id' must be a string of twelve digits \(got "44445555666"\)\. Fix: pulumi config set --path 'cloister-target-accounts:accounts\[0\]\.id' <value> --type string$/,
  },
  {
    it: "an account of eleven digits in a list",
    in: "cloister-environment",
    settings: { network: { imageAccounts: ["44445555666"] } },
    expected: /Fix: pulumi config set --path 'cloister-environment:network\.imageAccounts\[0\]' <value> --type string$/,
  },
  {
    it: "an ID that Pulumi stores as a string anyway",
    in: "cloister-environment",
    settings: { network: { vpcId: "vpc" } },
    expected: /Fix: pulumi config set --path cloister-environment:network\.vpcId <value>$/,
  },
  {
    it: "a tag without a value, whose name a shell would change",
    in: "cloister-core",
    settings: { tags: { "cost center": true } },
    expected: /Fix: pulumi config set --path 'cloister-core:tags\.cost center' <value> --type string$/,
  },
  {
    it: "a tag value without quotes",
    in: "cloister-core",
    settings: { tags: { "cost-center": 4711 } },
    expected:
      /tags\.cost-center' must be a string of at most 256 characters: .* \(got 4711\)\. Fix: put the value in quotes in the configuration file of the stack$/,
  },
];

const characters = "letters \\(A to Z, À to ÿ\\), digits, spaces and _ \\. : / = \\+ @ -";
const keyRule = `must have keys that are a string of 1 to 127 characters: ${characters}, not 'Name', not starting with aws: or cloister:`;
const tagRows: typeof wrong = [
  ...["R&D <ml@bank.example>", "Łódź", "a\nb", "aws:team"].map((owner) => ({
    it: `the owner ${JSON.stringify(owner)}`,
    in: "cloister-environment" as const,
    settings: { owner },
    expected: new RegExp(
      `:owner' must be a string of 1 to 128 characters: ${characters}, not only spaces, not starting with aws: \\(got ".*"\\)\\. Fix: pulumi config set`,
    ),
  })),
  {
    it: "an owner of 300 characters, and states both lengths",
    in: "cloister-target-accounts",
    settings: { owner: "x".repeat(300) },
    expected: /must be a string of 1 to 128 characters: .* \(got "x+…, 300 characters\)/,
  },
  { it: "an owner of spaces", in: "cloister-core", settings: { owner: " " }, expected: /not only spaces, .* \(got " "\)/ },
  ...["a,b;c(d)", "aws:team", "AWS:team", "cloister:owner", "Name", "name", "", "k".repeat(128)].map((key) => ({
    it: `the tag key ${JSON.stringify(key)}`,
    in: "cloister-core" as const,
    settings: { tags: { [key]: "x" } },
    expected: new RegExp(`:tags' ${keyRule} \\(got ".*\\)\\. Fix: pulumi config rm --path `),
  })),
  {
    it: "a tag value with other characters, in a key whose path Pulumi would split",
    in: "cloister-core",
    settings: { tags: { "cost.center": "a;b" } },
    expected:
      /:tags\["cost\.center"\]' must be a string of at most 256 characters: .* Fix: pulumi config set --path 'cloister-core:tags\["cost\.center"\]' <value>/,
  },
  {
    it: "tag keys that differ only in case, which IAM rejects",
    in: "cloister-core",
    settings: { tags: { Team: "a", team: "b" } },
    expected: /:tags\.team' must not repeat the key 'Team', ignoring case \(got "b"\)/,
  },
  {
    it: "more tags than a resource can have with the tags of Cloister and Studio",
    in: "cloister-core",
    settings: { tags: Object.fromEntries(Array.from({ length: 41 }, (_, i) => [`k${i}`, "v"])) },
    expected: /:tags' must have at most 40 tags, but has 41 /,
  },
];

describe("settings", () => {
  for (const row of [...wrong, ...tagRows])
    it(`rejects ${row.it}`, () => {
      const problems = problemTexts(row.in, row.settings);
      assert.equal(problems.length, 1, problems.join("\n"));
      if (typeof row.expected === "string") assert.equal(problems[0], row.expected);
      else assert.match(problems[0]!, row.expected);
    });

  it("accept the required settings and add the defaults", () => {
    assert.deepEqual(read("cloister-core", {}), {
      problems: [],
      value: {
        owner: "platform",
        alertEmails: [],
        people: peopleSettings(coreUserRoles, "").parse({}),
        keyDeletionDays: 30,
        keyRotationDays: 365,
        tags: {},
        purge: false,
      },
    });
    assert.deepEqual(read("cloister-environment", { network: { zones: 1 } }).value, {
      coreStack: "hub",
      catalog: {},
      endpointsFrom: "own",
      packages: "none",
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
        imageAccounts: [],
        writableRepositories: [],
        flowLogInterval: 60,
        flowLogDestination: "cloudwatch",
      },
      studio: studioSettings().parse({ profiles: ["data-scientist"] }),
      monitoring: z.strictObject(monitoringSettings()).parse({}),
      guardrails: { profile: "strict", networkIsolation: false },
      people: peopleSettings(environmentUserRoles, "").parse({}),
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

  it("keep false, zero and the empty string as values", () => {
    const schema = z.strictObject({ on: z.boolean().prefault(true), most: z.int().prefault(5), note: z.string().prefault("none") });
    assert.deepEqual(parseSettings("it", schema, { on: "false", most: "0", note: "" }).value, { on: false, most: 0, note: "" });
  });

  it("accept every tag that all services accept", () => {
    const tags = { ["k".repeat(127)]: "v".repeat(256), "Kostenstelle é": "ÿ_.:/=+@- 9", empty: "", named: "arn:aws:s3:::x" };
    const { value } = read("cloister-core", { tags, owner: "ML-Team Zürich" });
    assert.deepEqual((value as { tags: object }).tags, tags);
  });

  it("keep a string that looks like a number", () => {
    const { value } = read("cloister-core", { owner: "4711" });
    assert.equal((value as { owner: string }).owner, "4711");
  });

  it("report all problems at once", () => {
    const { problems } = read("cloister-environment", { team: "F", stage: "prod", network: { zones: 9, cdir: "x" }, purg: true });
    assert.deepEqual(
      problems.map(({ setting }) => setting).sort(),
      ["network.cdir", "network.zones", "purg", "stage", "team"].map((setting) => `cloister-environment:${setting}`),
    );
  });

  it("never show a secret's value, at any depth", () => {
    const problems = problemTexts(
      "cloister-environment",
      { network: { cidr: "hunter2", zones: 77 }, team: "Fraud" },
      (key) => key === "network",
    );
    assert.equal(problems.length, 3);
    assert.doesNotMatch(problems.join("\n"), /hunter2|77/);
    assert.match(
      problems.join("\n"),
      /network\.zones' must be an integer from 1 to 4 \(got \[secret\]\)\. Fix: pulumi config set --secret --path cloister-environment:network\.zones /,
    );
    assert.match(problems.join("\n"), /team' .*\(got "Fraud"\)/, "values that are not secret are shown");
  });

  describe("settings in a stack configuration", () => {
    it("are read only from the namespace of the project", async () => {
      await useMocks({
        project: "cloister-core",
        stack: "hub",
        config: { "cloister-core:owner": "me", "aws:profile": "hub", "aws-native:region": "eu-central-1", "pulumi:tags": { owner: "you" } },
      });
      assert.equal(readSettings({ "cloister-core": coreSettings })["cloister-core"].owner, "me");
    });

    it("are rejected in other namespaces, together with other problems", async () => {
      await useMocks({
        project: "cloister-core",
        stack: "hub",
        config: { "cloister-core:ownr": "me", "cloister-cor:tags": { a: "hunter2" }, "aws:profile": "hub" },
      });
      assert.throws(
        () => readSettings({ "cloister-core": coreSettings }),
        ({ message }: Error) => {
          assert.match(message, /'cloister-core:ownr' is not a setting\./);
          assert.match(
            message,
            /'cloister-cor:tags' is not a setting of this project\. Did you mean 'cloister-core:tags'\? Known namespaces: cloister-core, aws, aws-native, pulumi\. Fix: pulumi --cwd core config rm --stack hub --path cloister-cor:tags$/m,
          );
          assert.doesNotMatch(message, /hunter2/);
          return true;
        },
      );
    });

    const suggestions: { it: string; key: string; of: Namespace[]; expected: string | undefined }[] = [
      { it: "a misspelt namespace", key: "cloister-enviroment:tags", of: ["cloister-environment"], expected: "cloister-environment:tags" },
      {
        it: "a misspelt namespace and setting",
        key: "cloister-enviroment:tag",
        of: ["cloister-environment"],
        expected: "cloister-environment:tag",
      },
      {
        it: "the namespace that has the setting, without a namespace in the command",
        key: "cloister:team",
        of: ["cloister-core", "cloister-environment"],
        expected: "cloister-environment:team",
      },
      {
        it: "the nearest namespace that has the setting",
        key: "cloister-cor:owner",
        of: ["cloister-core", "cloister-environment"],
        expected: "cloister-core:owner",
      },
      { it: "a provider", key: "awz:region", of: ["cloister-core"], expected: "aws:region" },
      { it: "no setting of another project", key: "cloister-core:alertEmails", of: ["cloister-environment"], expected: undefined },
      { it: "no setting of another program", key: "bank:costCenter", of: ["cloister-environment"], expected: undefined },
    ];
    for (const { it: title, key, of, expected } of suggestions)
      it(`suggest ${title}: '${key}'`, () => {
        const [problem] = namespaceProblems([key], Object.fromEntries(of.map((item) => [item, schemas[item]])));
        assert.equal(problem?.setting, key);
        assert.equal(/Did you mean '(.*?)'/.exec(problem.text)?.[1], expected);
      });

    it("are reported with the stack name and without secret values", async () => {
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
          assert.match(error.message, /keyDeletionDays' .*\(got \[secret\]\)/);
          assert.match(error.message, /tags\.a' .*\(got 5\)/);
          assert.doesNotMatch(error.message, /hunter2/);
          return true;
        },
      );
    });

    it("complete the short name of a stack with the organization", async () => {
      await useMocks({ project: "cloister-environment", stack: "it", config: {} });
      assert.equal(fullStackName("cloister-core", "hub"), "organization/cloister-core/hub");
      assert.equal(fullStackName("cloister-core", "acme/cloister-core/hub"), "acme/cloister-core/hub");
    });
  });

  describe("settings in the reference table", () => {
    const schema = z.strictObject({
      name: z.string().meta({ allowed: "a | b" }).describe("Its name.\nOn two lines."),
      net: z
        .strictObject({ zones: z.int().min(1).max(4).prefault(2).describe("Zones.") })
        .prefault({})
        .describe("The net."),
      accounts: z.array(z.strictObject({ id: z.string().describe("Number.") })).describe("The accounts."),
      on: z.boolean().prefault(false).describe("Whether."),
      host: z.string().optional().meta({ computedDefault: "`<name>.internal`" }).describe("Host."),
      note: z.string().optional().describe("Note."),
    });

    it("have one row each, and nested settings are named by path", () =>
      assert.equal(
        settingsTable(schema),
        [
          "| setting | allowed | default | what it does |",
          "| --- | --- | --- | --- |",
          "| `name` | a \\| b | **required** | Its name. On two lines. |",
          "| `net` | object |  | The net. |",
          "| `net.zones` | an integer from 1 to 4 | `2` | Zones. |",
          "| `accounts` | array |  | The accounts. |",
          "| `accounts[].id` | a string | **required** | Number. |",
          "| `on` | true or false | `false` | Whether. |",
          "| `host` | a string | `<name>.internal` | Host. |",
          "| `note` | a string | none | Note. |",
        ].join("\n"),
      ));

    for (const [namespace, projectSchema] of Object.entries(schemas))
      it(`have a description in ${namespace}`, () => {
        const rows = settingsTable(projectSchema).split("\n").slice(2);
        assert.ok(rows.length >= 5, `${rows.length} rows`);
        for (const row of rows) assert.match(row, /\| [^|]*\w[^|]* \|$/, `no description: ${row}`);
      });
  });

  it("are validated only by the program, because a config block in Pulumi.yaml fails first with less detail", () => {
    for (const project of ["core", "environment", "target-accounts", "."])
      assert.doesNotMatch(fs.readFileSync(path.resolve(__dirname, "../../..", project, "Pulumi.yaml"), "utf8"), /^config:/m, project);
  });
});
