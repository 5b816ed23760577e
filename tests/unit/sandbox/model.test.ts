import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import { assertTexts, type AwsError, loadModel, redact, regexOf, validate, validationMessage } from "@cloister/sandbox/testing";
import { model } from "./models";

const json = model("json");

describe("sandbox service model", () => {
  const cases: { it: string; input: Record<string, unknown>; message?: string }[] = [
    {
      it: "accepts valid input",
      input: { Name: "ab-c", Size: 1, Open: true, Kind: "A", Tags: [{ Key: "k" }], Labels: { a: "b" }, Secret: "abc" },
    },
    { it: "accepts unknown members, as AWS does", input: { Name: "abc", Other: 1 } },
    {
      it: "rejects missing required members",
      input: {},
      message: "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
    },
    {
      it: "limits the length of texts",
      input: { Name: "a" },
      message:
        "1 validation error detected: Value 'a' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 2",
    },
    {
      it: "limits values",
      input: { Name: "abc", Size: 11 },
      message:
        "1 validation error detected: Value '11' at 'size' failed to satisfy constraint: Member must have value less than or equal to 10",
    },
    {
      it: "checks enums",
      input: { Name: "abc", Kind: "C" },
      message: "1 validation error detected: Value 'C' at 'kind' failed to satisfy constraint: Member must satisfy enum value set: [A, B]",
    },
    {
      it: "checks patterns, which must match the whole text",
      input: { Name: "ab1" },
      message:
        "1 validation error detected: Value 'ab1' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{Alpha}-]+",
    },
    {
      it: "checks list elements and counts them from one",
      input: { Name: "abc", Tags: [{ Key: "k" }, { Value: "v" }] },
      message: "1 validation error detected: Value null at 'tags.2.member.key' failed to satisfy constraint: Member must not be null",
    },
    {
      it: "limits the length of lists",
      input: { Name: "abc", Tags: [{ Key: "a" }, { Key: "b" }, { Key: "c" }] },
      message: `1 validation error detected: Value '[{"Key":"a"},{"Key":"b"},{"Key":"c"}]' at 'tags' failed to satisfy constraint: Member must have length less than or equal to 2`,
    },
    {
      it: "reports all violations at once",
      input: { Size: 0 },
      message:
        "2 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; Value '0' at 'size' failed to satisfy constraint: Member must have value greater than or equal to 1",
    },
    {
      it: "does not repeat secrets in violations",
      input: { Name: "abc", Secret: "hush" },
      message:
        "1 validation error detected: Value at 'secret' failed to satisfy constraint: Member must have length less than or equal to 3",
    },
  ];
  for (const c of cases)
    it(c.it, () => {
      const violations = validate(json, "Make", c.input);
      assert.equal(violations.length === 0 ? undefined : validationMessage(violations), c.message);
    });

  it("reports members with the wrong type, and does not check their content", () => {
    assert.deepEqual(
      validate(json, "Make", { Name: 7, Tags: "k", Size: "1", Labels: [] }).map(({ kind, path: where }) => [kind, where.join(".")]),
      [
        ["type", "Name"],
        ["type", "Size"],
        ["type", "Tags"],
        ["type", "Labels"],
      ],
    );
  });

  const patterns: [pattern: string, accepts: string, rejects: string | undefined][] = [
    ["^arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+$", "arn:aws:iam::111122223333:role/x", "arn:aws:iam::1:role/x"],
    ["[\\u0009\\u000A\\u000D\\u0020-\\u00FF]*", "tab\tü", "€"],
    ["^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$", "Größe 1", "#"],
    ["[\\p{Alnum}\\p{Punct}]+", "a-1!", "ü"],
    ["(?i)old syntax", "anything", undefined],
  ];
  for (const [pattern, accepts, rejects] of patterns)
    it(`translates the pattern ${pattern}`, () => {
      assert.notEqual(regexOf(pattern)?.test(accepts), false);
      if (rejects !== undefined) assert.equal(regexOf(pattern)?.test(rejects), false);
    });

  it("is loaded from its folder in the newest version, plain or gzipped", () => {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-"));
    try {
      for (const version of ["2019-01-01", "2020-01-01"]) fs.mkdirSync(path.join(dir, "test", version), { recursive: true });
      fs.writeFileSync(path.join(dir, "test", "2019-01-01", "service-2.json"), "{}");
      fs.writeFileSync(path.join(dir, "test", "2020-01-01", "service-2.json.gz"), gzipSync(JSON.stringify(json)));
      assert.equal(loadModel(dir, "test").metadata.targetPrefix, "Test");
      assert.throws(() => loadModel(dir, "none"), /ENOENT/);
      assert.throws(() => loadModel(dir, "../test"), /is not a service name/);
    } finally {
      fs.rmSync(dir, { recursive: true });
    }
  });

  it("defines which members the journal omits", () => {
    const input = {
      Name: "abc",
      Secret: "hush",
      Password: "hush",
      Labels: { SecretString: "hush", fine: "kept" },
      Tags: [{ Key: "SecretString", Value: "kept" }],
    };
    assert.deepEqual(redact(json, "Make", input), {
      Name: "abc",
      Secret: "[secret]",
      Password: "[secret]",
      Labels: { SecretString: "[secret]", fine: "kept" },
      Tags: [{ Key: "SecretString", Value: "kept" }],
    });
  });
});

describe("sandbox texts and tags beyond the service model", () => {
  const tags = (...keys: string[]) => keys.map((Key) => ({ Key, Value: "v" }));
  const many = tags(...Array.from({ length: 51 }, (_, i) => `k${i}`));
  const rule = (Description: string) => ({ IpPermissions: [{ UserIdGroupPairs: [{ GroupId: "sg-1", Description }] }] });
  const table: [service: string, operation: string, input: Record<string, unknown>, error?: RegExp][] = [
    ["ec2", "CreateSecurityGroup", { GroupName: "a", Description: "Apps of ana: to (S3), & nowhere else!" }],
    [
      "ec2",
      "CreateSecurityGroup",
      { GroupName: "a", Description: "core's" },
      /^InvalidParameterValue: Invalid security group description\./,
    ],
    ["ec2", "CreateSecurityGroup", { GroupName: "a", Description: "x".repeat(256) }, /less than 256 characters/],
    ["ec2", "CreateSecurityGroup", { GroupName: "a", Description: "Zürich" }, /GroupDescription is invalid\. Character sets beyond ASCII/],
    ["ec2", "CreateSecurityGroup", { GroupName: "a'b", Description: "d" }, /InvalidParameterValue/],
    ["ec2", "AuthorizeSecurityGroupEgress", rule("S3 through the gateway endpoint")],
    ["ec2", "AuthorizeSecurityGroupIngress", rule("core's"), /^InvalidParameterValue: Invalid rule description\./],
    [
      "ec2",
      "ModifySecurityGroupRules",
      { SecurityGroupRules: [{ SecurityGroupRule: { Description: "<all>" } }] },
      /Invalid rule description/,
    ],
    ["ec2", "CreateTags", { Tags: tags("Name", "a,b;c(d)") }],
    ["ec2", "CreateTags", { Tags: tags("aws:a") }, /^InvalidParameterValue: .*reserved for internal use/],
    ["ec2", "CreateVpc", { TagSpecifications: [{ Tags: tags("AWS:a") }] }, /reserved for internal use/],
    ["ec2", "CreateVpc", { TagSpecifications: [{ Tags: many }] }, /^TagLimitExceeded/],
    ["ec2", "CreateVpc", { TagSpecifications: [{ Tags: tags("k".repeat(128)) }] }, /maximum length of 127/],
    ["iam", "CreateRole", { Tags: tags("Team", "stage") }],
    ["iam", "CreateRole", { Tags: tags("Team", "team") }, /^InvalidInput: Duplicate tag keys found/],
    ["iam", "TagPolicy", { Tags: tags("aws:x") }, /^InvalidInput/],
    ["kms", "CreateKey", { Tags: [{ TagKey: "owner", TagValue: "ml@bank.example" }] }],
    ["kms", "CreateKey", { Tags: [{ TagKey: "owner", TagValue: "R&D" }] }, /^TagException: Invalid tag/],
    ["kms", "TagResource", { Tags: [{ TagKey: "aws:owner", TagValue: "x" }] }, /^TagException/],
    ["logs", "CreateLogGroup", { tags: { "aws:x": "y" } }, /^InvalidParameterException/],
    ["budgets", "CreateBudget", { ResourceTags: tags("aws:x") }, /^InvalidParameterException/],
    ["route53", "ChangeTagsForResource", { AddTags: tags("aws:x") }, /^InvalidInput/],
    ["sns", "CreateTopic", { Tags: many }, /^TagLimitExceeded/],
    ["sns", "ListTopics", { Tags: many }],
  ];
  for (const [service, operation, input, error] of table)
    it(`${error ? "rejects" : "accepts"} ${service}:${operation} with ${JSON.stringify(input).slice(0, 100)}`, () => {
      const check = () => assertTexts(service, operation, input);
      if (!error) check();
      else assert.throws(check, (thrown: AwsError) => error.test(`${thrown.code}: ${thrown.message}`));
    });
});
