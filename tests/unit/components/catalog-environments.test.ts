// Tests which settings of the portfolio of environments the preflight rejects. Does not prove that lookups find what AWS has.
import assert from "node:assert/strict";
import { imageOf } from "@cloister/components/catalog/environments/image";
import {
  type EnvironmentCatalogFindings,
  type EnvironmentCatalogRequest,
  planEnvironmentCatalog,
} from "@cloister/components/catalog/environments/plan";
import { environmentCatalogSettings } from "@cloister/components/catalog/environments/settings";

const accountId = "111122223333";
const region = "eu-central-1";
const vpcId = "vpc-0123456789abcdef0";
const subnetId = "subnet-00000000000000001";
const groupId = "sg-0123456789abcdef0";
const lead = `arn:aws:iam::${accountId}:role/Leads`;
const deployer = `arn:aws:iam::${accountId}:role/deploy/Core`;
const publisher = `arn:aws:iam::${accountId}:role/Platform`;
const sso = "arn:aws:iam:::role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Leads_*";
const digest = `sha256:${"0a".repeat(32)}`;
const image = `${accountId}.dkr.ecr.${region}.amazonaws.com/cloister/runner@${digest}`;

const request = (change: object = {}, engine: object = {}, more: Partial<EnvironmentCatalogRequest> = {}): EnvironmentCatalogRequest => ({
  context: { accountId, region, partition: "aws" },
  name: "hub",
  deployRoleArn: deployer,
  isPreview: false,
  settings: environmentCatalogSettings().parse({
    leads: [lead],
    engine: { subnetIds: [subnetId], securityGroupIds: [groupId], image, ...engine },
    ...change,
  })!,
  tags: {},
  path: "p:catalog",
  lookupSubnet: () => Promise.resolve(undefined),
  ...more,
});
const findings = (change: Partial<EnvironmentCatalogFindings> = {}): EnvironmentCatalogFindings => ({
  subnets: [{ id: subnetId, vpcId, routes: [{ destination: "10.0.0.0/8", target: "tgw-0123456789abcdef0" }] }],
  groupVpcIds: { [groupId]: vpcId },
  hasImage: true,
  missingLeads: [],
  leadTrust: {},
  ...change,
});
const problemsOf = (request: EnvironmentCatalogRequest, found = findings()) =>
  planEnvironmentCatalog(request, found).problems.map(({ setting, text }) => `'${setting}' ${text}`);

/** A trust policy for the users of the account, with a condition. */
const trustOf = (Condition: object) =>
  JSON.stringify({ Statement: [{ Sid: "Users", Effect: "Allow", Principal: { AWS: accountId }, Action: "sts:AssumeRole", Condition }] });

describe("plan of the portfolio of environments", () => {
  it("has the VPC of the subnets, and associates roles by ARN and permission sets by pattern", () => {
    const { plan, problems, warnings } = planEnvironmentCatalog(request({ leads: [lead, sso] }), findings());
    assert.deepEqual([problems, warnings], [[], []]);
    assert.equal(plan.vpcId, vpcId);
    assert.deepEqual(plan.leads, [
      { arn: lead, type: "IAM" },
      { arn: sso, type: "IAM_PATTERN" },
    ]);
  });

  it("accepts a role whose sessions have the names of users, and a role of a permission set", () => {
    const reserved = `arn:aws:iam::${accountId}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Leads_0123456789abcdef`;
    const leadTrust = {
      [lead]: trustOf({ StringEquals: { "sts:RoleSessionName": "${aws:username}" } }),
      [reserved]: trustOf({}),
    };
    assert.deepEqual(problemsOf(request({ leads: [lead, reserved] }), findings({ leadTrust })), []);
  });

  it("accepts the engine of the same stack", () =>
    assert.deepEqual(problemsOf(request(), findings({ engineRoleArn: `arn:aws:iam::${accountId}:role/x/hub-engine-parser-0a1b2c3` })), []));

  it("uses quotas of Lambda and CodeBuild that a new account does not have", () => {
    const uses = (engine: object) =>
      planEnvironmentCatalog(request({}, engine), findings()).quotaUses!.map(({ limit, setting, used }) => [limit, setting, used]);
    const functions = ["functionConcurrency", "p:catalog", 11];
    assert.deepEqual(uses({}), [functions, ["smallBuilds", "p:catalog.engine.concurrency", 5]]);
    const medium = { computeType: "BUILD_GENERAL1_MEDIUM", concurrency: 7 };
    assert.deepEqual(uses(medium), [functions, ["mediumBuilds", "p:catalog.engine.concurrency", 7]]);
    assert.equal(uses({ computeType: "BUILD_GENERAL1_LARGE" })[1]![0], "largeBuilds");
  });

  it("accepts publishers with the deploying role, and warns without this role in a preview, which writes no version", () => {
    assert.deepEqual(problemsOf(request({ publishers: [publisher, deployer] })), []);
    const { problems, warnings = [] } = planEnvironmentCatalog(request({ publishers: [publisher] }, {}, { isPreview: true }), findings());
    assert.deepEqual(problems, []);
    assert.match(warnings[0]!.text, /^must contain the deploying role /);
  });

  it("warns about a pattern that other principals could match", () => {
    const { warnings = [] } = planEnvironmentCatalog(request({ leads: ["arn:aws:iam:::role/Lead*"] }), findings());
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!.text, /any principal that can create a matching role or user can launch environments/);
  });

  const other = "subnet-00000000000000002";
  const cases: [what: string, one: EnvironmentCatalogRequest, found: EnvironmentCatalogFindings, text: RegExp][] = [
    [
      "a principal of another account",
      request({ leads: ["arn:aws:iam::999900001111:role/Leads"] }),
      findings(),
      /^'p:catalog\.leads\[0\]' must be a principal of account 111122223333 .* Fix: pulumi config set --path 'p:catalog\.leads\[0\]' arn:aws:iam:::role\/Leads$/,
    ],
    [
      "a publisher of another account",
      request({ publishers: [deployer, "arn:aws:iam::999900001111:role/Platform"] }),
      findings(),
      /^'p:catalog\.publishers\[1\]' must be a principal of account 111122223333 \(got arn:aws:iam::999900001111:role\/Platform\)\. Fix: pulumi config rm --path 'p:catalog\.publishers\[1\]'$/,
    ],
    [
      "publishers without the deploying role",
      request({ publishers: [publisher] }),
      findings(),
      /^'p:catalog\.publishers' must contain the deploying role arn:aws:iam::111122223333:role\/deploy\/Core, .* \(got arn:aws:iam::111122223333:role\/Platform\)\. Fix: pulumi config set --path 'p:catalog\.publishers\[1\]' arn:aws:iam::111122223333:role\/deploy\/Core, or /,
    ],
    [
      "a principal of another partition",
      request({ leads: ["arn:aws-cn:iam:::role/Leads"] }),
      findings(),
      /must be in the partition 'aws' \(got arn:aws-cn/,
    ],
    [
      "more patterns than AWS associates",
      request({ leads: Array.from({ length: 11 }, (_, i) => `${sso}${i}`) }),
      findings(),
      /must have at most 10 IAM patterns \(got 11\)/,
    ],
    ["a missing subnet", request(), findings({ subnets: [] }), /'p:catalog\.engine\.subnetIds\[0\]' must be an existing subnet/],
    [
      "subnets of two VPCs",
      request({}, { subnetIds: [subnetId, other] }),
      findings({ subnets: [...findings().subnets, { id: other, vpcId: "vpc-0123456789abcdef1", routes: [] }] }),
      /'p:catalog\.engine\.subnetIds\[1\]' must be in the same VPC/,
    ],
    [
      "a public subnet",
      request(),
      findings({ subnets: [{ id: subnetId, vpcId, routes: [{ destination: "0.0.0.0/0", target: "igw-0123456789abcdef0" }] }] }),
      /must be a private subnet \(got subnet-00000000000000001 with a route for 0\.0\.0\.0\/0 to igw-0123456789abcdef0\)/,
    ],
    ["a missing security group", request(), findings({ groupVpcIds: {} }), /must be an existing security group/],
    [
      "a security group of another VPC",
      request(),
      findings({ groupVpcIds: { [groupId]: "vpc-0123456789abcdef1" } }),
      /must be in the VPC of the subnets, vpc-0123456789abcdef0/,
    ],
    [
      "a lead that does not exist",
      request(),
      findings({ missingLeads: [lead] }),
      /^'p:catalog\.leads\[0\]' must be an existing role or user \(got arn:aws:iam::111122223333:\S+\)\. Fix: create it, or pulumi config set --path 'p:catalog\.leads\[0\]' <ARN>$/,
    ],
    [
      "a role whose trust policy lets a lead select the session name",
      request(),
      findings({ leadTrust: { [lead]: trustOf({}) } }),
      /^'p:catalog\.leads\[0\]' must be a role whose trust policy fixes the session name of each user, .* \(got arn:aws:iam::111122223333:role\/Leads with statement 'Users'\)\. Fix: add the condition \{"StringEquals":\{"sts:RoleSessionName":"\$\{aws:username\}"\}\} to each statement that allows sts:AssumeRole, or use a permission set of IAM Identity Center$/,
    ],
    ["a missing image", request(), findings({ hasImage: false }), /must be an existing image \(got sha256:0a0a/],
    [
      "an image of another region",
      request({}, { image: image.replace(region, "eu-west-1") }),
      findings(),
      /must be an image in the region eu-central-1 \(got eu-west-1\)/,
    ],
    [
      "another engine in the account",
      request(),
      findings({ engineRoleArn: `arn:aws:iam::${accountId}:role/other-engine-parser-0a1b2c3` }),
      /^'p:catalog' must not be set while another engine exists in account 111122223333/,
    ],
    [
      "a budget outside the partition aws",
      request({ leads: [lead.replace("aws", "aws-cn")], budgetUsd: 5 }, {}, { context: { accountId, region, partition: "aws-cn" } }),
      findings(),
      /^'p:catalog\.budgetUsd' is supported only in the partition 'aws'/,
    ],
    [
      "tag keys that differ only in case",
      request({ tagOptions: { team: ["a"], Team: ["b"] } }),
      findings(),
      /must not repeat a key, ignoring case \(got Team\)/,
    ],
    [
      "tag options whose resources have the same name",
      request({ tagOptions: { unit: ["risk-eu", "fraud"], "unit-risk": ["eu"] } }),
      findings(),
      /^'p:catalog\.tagOptions' must not have two entries whose resources have the same name, \S+-catalog-tag-unit-risk-eu \(got 'unit: risk-eu' and 'unit-risk: eu'\)\. Fix: change or remove one of them$/,
    ],
    [
      "an organizational unit in two ARNs",
      request({
        sharing: {
          organizationalUnits: ["777700001111", "888800001111"].map(
            (account) => `arn:aws:organizations::${account}:ou/o-exampleorgid/ou-ab12-11111111`,
          ),
        },
      }),
      findings(),
      /^'p:catalog\.sharing\.organizationalUnits' must not have two entries whose resources have the same name, \S+-catalog-share-ou-ab12-11111111 \(got 'arn:aws:organizations::777700001111:\S+' and 'arn:aws:organizations::888800001111:/,
    ],
    [
      "a stack name that is too long for the rules of EventBridge",
      request({}, {}, { name: "a".repeat(30) }),
      findings(),
      /must not be set in a stack whose name has more than 29 characters/,
    ],
    [
      "a tag value that is too long for CodeBuild",
      request({}, {}, { tags: { note: "a".repeat(256), other: "a".repeat(255) } }),
      findings(),
      /must not be set with a tag value of less than 1 or more than 255 characters \(got 256 characters in the tag 'note'\)/,
    ],
    [
      "an empty tag value, which AWS Service Catalog rejects",
      request({}, {}, { tags: { note: "" } }),
      findings(),
      /\(got 0 characters in the tag 'note'\)/,
    ],
    [
      "more tags than AWS Service Catalog accepts",
      request({}, {}, { tags: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`t${i}`, "x"])) }),
      findings(),
      /must not be set with more than 19 tags \(got 20\)/,
    ],
  ];
  for (const [what, value, found, text] of cases)
    it(`rejects ${what}`, () => {
      const problems = problemsOf(value, found);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0]!, text);
    });

  it("reports all problems at once", () =>
    assert.equal(
      problemsOf(request({ leads: ["arn:aws:iam::999900001111:role/Leads"] }), findings({ subnets: [], hasImage: false })).length,
      3,
    ));

  it("reads the parts of an image", () => assert.deepEqual(imageOf(image), { accountId, region, repository: "cloister/runner", digest }));
});
