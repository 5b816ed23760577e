// Tests AWS facts and syntax that all areas use: CIDR ranges, principals, wildcards and lookups.
import assert from "node:assert/strict";
import { freeRanges, isRange, rangeProblem } from "@cloister/components/aws/cidr";
import { arnsIn, viaServices } from "@cloister/components/aws/context";
import { optional } from "@cloister/components/aws/lookup";
import { document } from "@cloister/components/aws/policy-document";
import { dataRolePatterns, launchRolePatterns, documentWithin, exactPrincipals } from "@cloister/components/aws/principals";
import { matchesWildcard } from "@cloister/components/aws/wildcard";

describe("CIDR range of a VPC", () => {
  for (const [range, problem] of Object.entries({
    "10.0.0.0/16": undefined,
    "10.255.255.0/24": undefined,
    "100.64.0.0/16": undefined,
    "100.127.0.0/16": undefined,
    "172.31.0.0/16": undefined,
    "172.16.0.0/16": undefined,
    "172.18.0.0/16": undefined,
    "172.17.0.0/16": /overlaps 172\.17\.0\.0\/16, which Docker uses on the instances of apps and jobs/,
    "172.17.64.0/20": /overlaps 172\.17\.0\.0\/16/,
    "192.168.0.0/16": undefined,
    "10.0.0.0/15": /prefix length is 15, not 16 to 24/,
    "10.0.0.0/25": /prefix length is 25, not 16 to 24/,
    "10.0.1.0/16": /host bits; the range is 10\.0\.0\.0\/16/,
    "11.0.0.0/16": /not a private range \(10\.0\.0\.0\/8, 100\.64\.0\.0\/10, 172\.16\.0\.0\/12, 192\.168\.0\.0\/16\)/,
    "100.128.0.0/16": /not a private range/,
    "172.32.0.0/16": /not a private range/,
    "192.169.0.0/16": /not a private range/,
    "fd00::/16": /not an IPv4 range/,
    "10.0.0.0": /not a CIDR range/,
    "pl-0a1b2c3d": /not a CIDR range/,
  }))
    it(`${problem ? "rejects" : "accepts"} ${range}`, () => {
      if (problem) assert.match(rangeProblem(range) ?? "", problem);
      else assert.equal(rangeProblem(range), undefined);
    });

  it("differs from an address and from a prefix list", () =>
    assert.deepEqual(["10.0.0.0/8", "::/0", "10.0.0.1", "::1", "pl-1/2", ""].map(isRange), [true, true, false, false, false, false]));

  it("has free parts up to the limit, and none that are larger than the range", () => {
    assert.deepEqual(freeRanges("10.0.0.0/22", [], 24), ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"]);
    assert.deepEqual(freeRanges("10.0.0.0/22", ["10.0.1.128/25"], 24, 9), ["10.0.0.0/24", "10.0.2.0/24", "10.0.3.0/24"]);
    assert.deepEqual(freeRanges("10.0.0.0/22", [], 21), []);
    assert.deepEqual(freeRanges("10.0.0.0/22", [], 22), ["10.0.0.0/22"]);
  });
});

describe("principals in policies", () => {
  const role = "arn:aws:iam::111122223333:role/bank/Data+Role=1,2.3@x_y-z";
  const user = "arn:aws-us-gov:iam::111122223333:user/ana";
  const path = "arn:aws-cn:iam::111122223333:role/cloister/work/*";

  it("are exact ARNs of roles and users, of any partition", () => assert.deepEqual(exactPrincipals([role, user]), [role, user]));

  it("can be absent", () => assert.deepEqual(exactPrincipals(), []));

  for (const arn of [
    "arn::iam::111122223333:role/a",
    "arn:aws:iam::11112222333:role/a",
    "arn:aws:iam::1111222233334:role/a",
    "arn:aws:iam::111122223333:role/",
    "arn:aws:iam::111122223333:role/a*",
    "arn:aws:iam::111122223333:group/a",
    "arn:aws:iam::111122223333:root",
    `x${role}`,
    `${role}?`,
    "*",
  ])
    it(`are not ${arn}`, () => assert.throws(() => exactPrincipals([role, arn]), RangeError));

  it("can be all roles of a path, and single roles", () => {
    assert.deepEqual(dataRolePatterns({ rolePath: path, roleArns: [role] }), [path, role]);
    assert.deepEqual(dataRolePatterns({ rolePath: path }), [path]);
    assert.deepEqual(dataRolePatterns({ roleArns: [role] }), [role]);
  });

  for (const pattern of [
    "arn::iam::111122223333:role/work/*",
    "arn:aws:iam::11112222333:role/work/*",
    "arn:aws:iam::111122223333:role/*",
    "arn:aws:iam::111122223333:role/work/fraud-dev*",
    "arn:aws:iam::111122223333:role/work*/a/*",
    "arn:aws:iam::111122223333:role//*",
    "arn:aws:iam::111122223333:role/work/*/x",
    "arn:aws:iam::111122223333:user/work/*",
    "x-arn:aws:iam::111122223333:role/work/*",
    "*",
    "",
  ])
    it(`are not the pattern '${pattern}'`, () => assert.throws(() => dataRolePatterns({ rolePath: pattern }), RangeError));
});

describe("launch roles in policies", () => {
  const role = "arn:aws:iam::111122223333:role/bank/Scientist";
  const pattern = "arn:aws:iam::111122223333:role/cloister/euc1/fraud-dev-data-scientist*";
  it("can be the user roles of one environment, and single roles", () => {
    assert.deepEqual(launchRolePatterns({ rolePattern: pattern, roleArns: [role] }), [pattern, role]);
    assert.deepEqual(launchRolePatterns({ roleArns: [role] }), [role]);
  });
  for (const other of [
    pattern.replace("-dev-data-scientist", "-dev"),
    pattern.replace("fraud", "*"),
    pattern.replace("cloister/euc1/", ""),
    `${pattern}*`,
    pattern.slice(0, -1),
  ])
    it(`are not the pattern '${other}'`, () => assert.throws(() => launchRolePatterns({ rolePattern: other }), RangeError));
});

describe("policy document", () => {
  it("has the version that supports variables", () => assert.equal(document([]), '{"Version":"2012-10-17","Statement":[]}'));

  it("can have as many characters as the limit, and no more", () => {
    assert.equal(documentWithin(9, "policy", { a: 123 }), '{"a":123}');
    assert.throws(() => documentWithin(8, "policy", { a: 123 }), RangeError);
  });
});

describe("IAM wildcard", () => {
  for (const [pattern, text, want] of [
    ["a?c", "a\nc", true],
    ["a*c", "a\nc", true],
    ["a.c", "abc", false],
    ["a?c", "ac", false],
    ["abc", "xabc", false],
    ["abc", "abcx", false],
    ["ABC", "abc", false],
    ["a$^+{}()|[]\\", "a$^+{}()|[]\\", true],
    ["a*?", "a*?", true],
    ["??*", "a", false],
    ["", "", true],
  ] as const)
    it(`${JSON.stringify(pattern)} ${want ? "matches" : "does not match"} ${JSON.stringify(text)}`, () =>
      assert.equal(matchesWildcard(pattern, text), want));
});

describe("lookup of a resource", () => {
  for (const message of [
    "NoSuchEntity: role",
    "InvalidVpcID.NotFound: vpc",
    "no matching EC2 VPC found",
    "reading: couldn't find resource",
    "bucket does not exist",
    "Empty Result",
    "no results",
  ])
    it(`is empty after the error '${message}'`, async () => assert.equal(await optional(Promise.reject(new Error(message))), undefined));

  it("fails after other errors, and returns what exists", async () => {
    await assert.rejects(optional(Promise.reject(new Error("AccessDenied"))), /AccessDenied/);
    assert.equal(await optional(Promise.resolve(7)), 7);
  });
});

describe("AWS context", () => {
  it("builds ARNs, and service names for keys, which have two domains in China", () => {
    const context = { accountId: "111122223333", region: "cn-north-1", partition: "aws-cn" };
    assert.deepEqual(arnsIn(context, "ssm", "a", "b/*"), [
      "arn:aws-cn:ssm:cn-north-1:111122223333:a",
      "arn:aws-cn:ssm:cn-north-1:111122223333:b/*",
    ]);
    assert.deepEqual(viaServices(context, ["s3"]), ["s3.cn-north-1.amazonaws.com", "s3.cn-north-1.amazonaws.com.cn"]);
    assert.deepEqual(viaServices({ ...context, region: "eu-west-1", partition: "aws" }, ["s3", "sqs"]), [
      "s3.eu-west-1.amazonaws.com",
      "sqs.eu-west-1.amazonaws.com",
    ]);
  });
});
