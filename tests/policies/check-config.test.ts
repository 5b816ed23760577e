import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { catalogue, policies } from "@cloister/policy-pack/catalogue";
import { configProblems } from "@cloister/policy-pack/check-config";

const pack = path.resolve(__dirname, "..", "..", "policy-pack");
const example = path.join(pack, "config.example.json");
const natRules = policies.filter(({ configSchema }) => configSchema?.properties.natVpcs).map(({ name }) => name);
const remediating = ["network-no-public-subnet", "s3-public-access-block-flags", "kms-key-rotation"];
const cannotRemediate = (policy: string) =>
  `'${policy}' cannot have the enforcement level "remediate". Only these policies change inputs: ${remediating.map((name) => `"${name}"`).join(", ")}.`;
const exemption = { resource: "urn:pulumi:*", reason: "moving out", owner: "platform@bank.example", until: "2027-03-31" };
const exempt = (changes: object) => ({ "s3-bucket-kms": { exemptions: [{ ...exemption, ...changes }] } });

const cases: [string, unknown, string[]][] = [
  ["accepts an empty configuration", {}, []],
  [
    "accepts each enforcement level",
    {
      "s3-bucket-kms": "advisory",
      "kms-key-rotation": "remediate",
      "s3-tls-only": "disabled",
      "log-group-kms": { enforcementLevel: "mandatory" },
    },
    [],
  ],
  ["accepts an enforcement level for all policies", { all: "advisory" }, []],
  [
    "accepts the level remediate for policies that change inputs",
    Object.fromEntries(remediating.map((name, i) => [name, i === 0 ? { enforcementLevel: "remediate" } : "remediate"])),
    [],
  ],
  ["rejects the level remediate for all policies", { all: "remediate" }, [cannotRemediate("all")]],
  ["rejects the level remediate for all policies in an object", { all: { enforcementLevel: "remediate" } }, [cannotRemediate("all")]],
  ...catalogue
    .filter(({ name }) => !remediating.includes(name))
    .map(({ name, resource }): [string, unknown, string[]] => [
      `rejects the level remediate for ${name}, which ${resource ? "cannot change inputs" : "only has the stack view"}`,
      { [name]: resource ? "remediate" : { enforcementLevel: "remediate" } },
      [cannotRemediate(name)],
    ]),
  ["accepts settings", { "kms-key-rotation": { maxRotationDays: 180 } }, []],
  ["accepts an exemption", exempt({}), []],
  [
    "rejects an unknown policy and suggests the nearest name",
    { "s3-bucket-kmss": "advisory" },
    ['Unknown policy "s3-bucket-kmss". Did you mean "s3-bucket-kms"?'],
  ],
  [
    "rejects an unknown enforcement level",
    { "s3-bucket-kms": "warn", "s3-tls-only": { enforcementLevel: "off" }, all: "none" },
    [
      `'all' must be one of the enforcement levels "mandatory", "advisory", "remediate", "disabled" (got "none").`,
      `'s3-bucket-kms' must have one of the enforcement levels "mandatory", "advisory", "remediate", "disabled" (got "warn").`,
      `'s3-tls-only' must have one of the enforcement levels "mandatory", "advisory", "remediate", "disabled" (got "off").`,
    ],
  ],
  [
    "rejects a policy value that is neither a level nor an object",
    { "s3-bucket-kms": true },
    ["'s3-bucket-kms' must be an enforcement level or an object (got true)."],
  ],
  [
    "rejects an unknown setting and suggests the nearest name",
    { "s3-bucket-kms": { logBucket: [] } },
    [`'s3-bucket-kms' has an unknown setting "logBucket". Did you mean "logBuckets"?`],
  ],
  [
    "rejects a misspelled enforcementLevel",
    { "s3-bucket-kms": { enforcementlevel: "advisory" } },
    [`'s3-bucket-kms' has an unknown setting "enforcementlevel". Did you mean "enforcementLevel"?`],
  ],
  [
    "rejects a string instead of a list",
    { "s3-bucket-kms": { logBuckets: "logs" } },
    [`'s3-bucket-kms.logBuckets' must be a list (got "logs").`],
  ],
  [
    "names the invalid list item",
    { "s3-bucket-kms": { logBuckets: ["logs", 7] } },
    ["'s3-bucket-kms.logBuckets[1]' must be a non-empty string (got 7)."],
  ],
  [
    "rejects a string instead of an integer",
    { "kms-key-rotation": { maxRotationDays: "180" } },
    [`'kms-key-rotation.maxRotationDays' must be an integer (got "180").`],
  ],
  [
    "rejects a number below the minimum",
    { "kms-key-rotation": { maxRotationDays: 30 } },
    ["'kms-key-rotation.maxRotationDays' must be from 90 to 2560 (got 30)."],
  ],
  ["accepts the minimum", { "kms-key-rotation": { maxRotationDays: 90 } }, []],
  ["accepts the maximum", { "kms-key-rotation": { maxRotationDays: 2560 } }, []],
  [
    "rejects a number above the maximum",
    { "kms-key-rotation": { maxRotationDays: 2561 } },
    ["'kms-key-rotation.maxRotationDays' must be from 90 to 2560 (got 2561)."],
  ],
  ["rejects an exemption without an owner", exempt({ owner: undefined }), [`'s3-bucket-kms.exemptions[0]' requires "owner".`]],
  [
    "rejects an exemption with a blank reason",
    exempt({ reason: " " }),
    [`'s3-bucket-kms.exemptions[0].reason' must be a non-empty string (got " ").`],
  ],
  [
    "rejects an exemption with an unknown property",
    exempt({ untill: "2027-03-31" }),
    [`'s3-bucket-kms.exemptions[0]' has an unknown property "untill". Did you mean "until"?`],
  ],
  [
    "rejects an exemption with a date that does not exist",
    exempt({ until: "2027-02-30" }),
    [`'s3-bucket-kms.exemptions[0].until' must be a date such as "2027-03-31" (got "2027-02-30").`],
  ],
  [
    "rejects an exemption that is not an object",
    { "s3-bucket-kms": { exemptions: ["urn:pulumi:*"] } },
    [`'s3-bucket-kms.exemptions[0]' must be an object (got "urn:pulumi:*").`],
  ],
  [
    "accepts the same natVpcs in all policies that have this setting",
    Object.fromEntries(natRules.map((name) => [name, { natVpcs: ["egress"] }])),
    [],
  ],
  [
    "names the policies that do not have the same natVpcs",
    Object.fromEntries(natRules.map((name, i) => [name, i < 3 ? { natVpcs: ["egress"] } : "disabled"]).slice(0, 4)),
    natRules
      .slice(4)
      .map((name) => `'${name}.natVpcs' must be the same list in all policies that have it (got [], and [egress] in ${natRules[0]}).`),
  ],
  [
    "reports all problems at once",
    { nonsense: 1, "s3-tls-only": { a: 1 } },
    ['Unknown policy "nonsense". Did you mean "s3-tls-only"?', `'s3-tls-only' has an unknown setting "a". Did you mean "exemptions"?`],
  ],
  [
    "rejects a configuration that is not an object",
    [],
    ["The configuration must be an object that maps each policy to an enforcement level or an object of settings."],
  ],
];

describe("policy pack configuration", () => {
  for (const [title, config, want] of cases) it(title, () => assert.deepEqual(configProblems(config), want));

  describe("check-config.mjs", () => {
    let dir: string;
    const check = (...args: string[]) => spawnSync(process.execPath, [path.join(pack, "check-config.mjs"), ...args], { encoding: "utf8" });
    before(() => {
      execFileSync(process.execPath, [path.join(pack, "build.mjs")]);
      dir = fs.mkdtempSync(path.join(os.tmpdir(), "check-config-"));
    });
    after(() => fs.rmSync(dir, { recursive: true }));
    const written = (text: string) => {
      const file = path.join(dir, "config.json");
      fs.writeFileSync(file, text);
      return file;
    };

    it("accepts config.example.json, which has NAT and an exemption", () => {
      const { status, stdout, stderr } = check(example);
      assert.deepEqual(
        { status, stdout, stderr },
        { status: 0, stdout: `${example}: valid: every policy and setting exists.\n`, stderr: "" },
      );
      assert.match(fs.readFileSync(example, "utf8"), /"natVpcs": \["egress"\][^]*"reason"[^]*"owner"[^]*"until"/);
    });

    it("exits with 1 and prints one line per problem", () => {
      const file = written('{ "nonsense": 1, "s3-bucket-kms": { "logBuckets": 2 } }');
      const { status, stdout, stderr } = check(file);
      assert.deepEqual({ status, stdout }, { status: 1, stdout: "" });
      assert.equal(stderr.trim().split("\n").length, 2);
      assert.ok(stderr.includes(`${file}: 's3-bucket-kms.logBuckets' must be a list (got 2).\n`));
    });

    for (const [title, args, expected] of [
      ["a file that is not JSON", () => [written("{")], /config\.json: .*JSON/],
      ["a missing file", () => [path.join(dir, "none.json")], /none\.json' does not exist\.$/m],
      ["no file", () => [], /^Usage: node policy-pack\/check-config\.mjs FILE$/m],
      ["two files", () => [example, example], /^Usage/],
    ] as [string, () => string[], RegExp][])
      it(`exits with 1 for ${title}`, () => {
        const { status, stderr } = check(...args());
        assert.equal(status, 1);
        assert.match(stderr, expected);
        assert.doesNotMatch(stderr, /\n +at /);
      });
  });
});
