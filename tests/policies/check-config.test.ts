import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { policies } from "@cloister/policy-pack/catalogue";
import { configProblems } from "@cloister/policy-pack/check-config";

const pack = path.resolve(__dirname, "..", "..", "policy-pack");
const example = path.join(pack, "config.example.json");
const natRules = policies.filter(({ configSchema }) => configSchema?.properties.natVpcs).map(({ name }) => name);
const exemption = { resource: "urn:pulumi:*", reason: "moving out", owner: "platform@bank.example", until: "2027-03-31" };
const exempt = (changes: object) => ({ "s3-bucket-kms": { exemptions: [{ ...exemption, ...changes }] } });

const cases: [string, unknown, string[]][] = [
  ["accepts nothing", {}, []],
  [
    "accepts each level",
    {
      "s3-bucket-kms": "advisory",
      "kms-key-rotation": "remediate",
      "s3-tls-only": "disabled",
      "log-group-kms": { enforcementLevel: "mandatory" },
    },
    [],
  ],
  ["accepts a level for all", { all: "advisory" }, []],
  ["accepts settings", { "kms-key-rotation": { maxRotationDays: 180 } }, []],
  ["accepts an exemption", exempt({}), []],
  [
    "tells of a name that is no policy, and the nearest",
    { "s3-bucket-kmss": "advisory" },
    ['There is no policy "s3-bucket-kmss". Did you mean "s3-bucket-kms"?'],
  ],
  [
    "tells of a level that is none",
    { "s3-bucket-kms": "warn", "s3-tls-only": { enforcementLevel: "off" }, all: "none" },
    [
      'all is "none"; known levels: "mandatory", "advisory", "remediate", "disabled".',
      's3-bucket-kms has the level "warn"; known: "mandatory", "advisory", "remediate", "disabled".',
      's3-tls-only has the level "off"; known: "mandatory", "advisory", "remediate", "disabled".',
    ],
  ],
  ["tells of a policy's value that is neither", { "s3-bucket-kms": true }, ["s3-bucket-kms should be a level or an object, and is true."]],
  [
    "tells of a setting that nobody reads, and the nearest",
    { "s3-bucket-kms": { logBucket: [] } },
    ['s3-bucket-kms has no setting "logBucket". Did you mean "logBuckets"?'],
  ],
  [
    "tells of a misspelt level",
    { "s3-bucket-kms": { enforcementlevel: "advisory" } },
    ['s3-bucket-kms has no setting "enforcementlevel". Did you mean "enforcementLevel"?'],
  ],
  [
    "tells of a text where a list belongs",
    { "s3-bucket-kms": { logBuckets: "logs" } },
    ['s3-bucket-kms.logBuckets should be a list, and is "logs".'],
  ],
  [
    "tells which item is wrong",
    { "s3-bucket-kms": { logBuckets: ["logs", 7] } },
    ["s3-bucket-kms.logBuckets[1] should be a text, and is 7."],
  ],
  [
    "tells of a text where a number belongs",
    { "kms-key-rotation": { maxRotationDays: "180" } },
    ['kms-key-rotation.maxRotationDays should be a whole number, and is "180".'],
  ],
  [
    "tells of a number that is too small",
    { "kms-key-rotation": { maxRotationDays: 30 } },
    ["kms-key-rotation.maxRotationDays is 30; it goes from 90 to 2560."],
  ],
  [
    "tells of a number that is too large",
    { "kms-key-rotation": { maxRotationDays: 2561 } },
    ["kms-key-rotation.maxRotationDays is 2561; it goes from 90 to 2560."],
  ],
  ["tells of an exemption without an owner", exempt({ owner: undefined }), ['s3-bucket-kms.exemptions[0] lacks "owner".']],
  [
    "tells of an exemption without words for a reason",
    exempt({ reason: " " }),
    ['s3-bucket-kms.exemptions[0].reason should be a text, and is " ".'],
  ],
  [
    "tells of an exemption that says more",
    exempt({ untill: "2027-03-31" }),
    ['s3-bucket-kms.exemptions[0] has no "untill". Did you mean "until"?'],
  ],
  [
    "tells of a day that is none",
    exempt({ until: "2027-02-30" }),
    ['s3-bucket-kms.exemptions[0].until is "2027-02-30", which is no day. Write it as "2027-03-31".'],
  ],
  [
    "tells of an exemption that is no object",
    { "s3-bucket-kms": { exemptions: ["urn:pulumi:*"] } },
    ['s3-bucket-kms.exemptions[0] should be an object, and is "urn:pulumi:*".'],
  ],
  ["accepts the NAT option in all rules that have it", Object.fromEntries(natRules.map((name) => [name, { natVpcs: ["egress"] }])), []],
  [
    "tells which rules lack the NAT option",
    Object.fromEntries(natRules.map((name, i) => [name, i < 3 ? { natVpcs: ["egress"] } : "disabled"]).slice(0, 4)),
    natRules
      .slice(4)
      .map((name) => `${name}.natVpcs is [], and that of ${natRules[0]} is [egress]. Give all rules that have it the same list.`),
  ],
  [
    "tells all at once",
    { nonsense: 1, "s3-tls-only": { a: 1 } },
    ['There is no policy "nonsense". Did you mean "s3-tls-only"?', 's3-tls-only has no setting "a". Did you mean "exemptions"?'],
  ],
  ["tells of a config that is no object", [], ["A config is an object: the name of a policy, and its level or an object of its settings."]],
];

describe("the check of the pack's config", () => {
  for (const [it_, config, want] of cases) it(it_, () => assert.deepEqual(configProblems(config), want));

  describe("as a command", () => {
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

    it("accepts the example, which has NAT and an exemption", () => {
      const { status, stdout, stderr } = check(example);
      assert.deepEqual(
        { status, stdout, stderr },
        { status: 0, stdout: `${example}: valid: every policy and setting exists.\n`, stderr: "" },
      );
      assert.match(fs.readFileSync(example, "utf8"), /"natVpcs": \["egress"\][^]*"reason"[^]*"owner"[^]*"until"/);
    });

    it("ends with 1 and one line for each problem", () => {
      const file = written('{ "nonsense": 1, "s3-bucket-kms": { "logBuckets": 2 } }');
      const { status, stdout, stderr } = check(file);
      assert.deepEqual({ status, stdout }, { status: 1, stdout: "" });
      assert.equal(stderr.trim().split("\n").length, 2);
      assert.ok(stderr.includes(`${file}: s3-bucket-kms.logBuckets should be a list, and is 2.\n`));
    });

    for (const [it_, args, says] of [
      ["a file that is no JSON", () => [written("{")], /config\.json: .*JSON/],
      ["a file that is not there", () => [path.join(dir, "none.json")], /none\.json: ENOENT/],
      ["no file", () => [], /^Usage: node policy-pack\/check-config\.mjs FILE$/m],
      ["two files", () => [example, example], /^Usage/],
    ] as [string, () => string[], RegExp][])
      it(`ends with 1 for ${it_}`, () => {
        const { status, stderr } = check(...args());
        assert.equal(status, 1);
        assert.match(stderr, says);
        assert.doesNotMatch(stderr, /\n +at /);
      });
  });
});
