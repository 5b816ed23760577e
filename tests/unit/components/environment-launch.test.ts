// Decides with the IAM simulator what the launch role of environments can do. The journal has the calls of deployments, changes, a
// drain, a destroy and a sweep of environments. Does not prove which calls AWS services make for a caller.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { limits } from "@cloister/components/aws/limits";
import { policyDocumentOf } from "@cloister/components/aws/policy-document";
import {
  EnvironmentLaunchRole,
  environmentLaunchRoleArn,
  environmentLaunchRoleName,
} from "@cloister/components/catalog/environments/launch-role";
import {
  environmentLaunchBoundary,
  environmentLaunchPolicies,
  environmentLaunchTrust,
} from "@cloister/components/identity/permissions/environment-launch";
import { type Call } from "@cloister/sandbox";
import { settle, useMocks, waitForRegistrations, type World } from "../../helpers/mocks";
import { evaluateProgram } from "../../programs/violations";
import { resourceOf } from "../../programs/world";
import { decideFor, missingPermissions } from "../../permissions/deploy-role/decide";
import { allowListRequests, controlRequests } from "../../permissions/rows/controls";
import { decide, type NamedPolicy, type Policy, type PolicySet } from "../../permissions/simulator";

const account = "111122223333";
const region = "eu-central-1";
const context = { partition: "aws", accountId: account, region };
const hub = "bank-hub";
const hubBoundaryArn = `arn:aws:iam::${account}:policy/bank-hub-boundary-5c0651f`;
const facts = { ...context, roleName: environmentLaunchRoleName(hub), hubBoundaryArn };
const itself = environmentLaunchRoleArn(context, hub);
const environment = "fraud-dev";
const deployment = { account, region, tags: { "cloister:environment": environment }, roleArn: itself };

const named = (name: string, permissions: ReturnType<typeof environmentLaunchBoundary>): NamedPolicy => ({
  name,
  policy: { Version: "2012-10-17", Statement: permissions.map(({ statement }) => statement) } as Policy,
});

/** The policies, with the value that IAM inserts for the tag of a session. Without a value, no statement with the tag matches. */
const policiesFor = (session: string | undefined): PolicySet => {
  const variable = "${aws:PrincipalTag/cloister:environment}";
  const insert = (policy: NamedPolicy): NamedPolicy =>
    session === undefined ? policy : (JSON.parse(JSON.stringify(policy).replaceAll(variable, session)) as NamedPolicy);
  const identity = Object.entries(environmentLaunchPolicies(facts)).map(([name, permissions]) => insert(named(name, permissions)));
  const deploy = { arn: itself, identity, boundary: insert(named("boundary", environmentLaunchBoundary(facts))) };
  return { accountId: account, accountIds: [account], region, principals: { deploy }, resources: {}, endpoints: {} };
};

const journal = gunzipSync(fs.readFileSync(path.join(__dirname, "../../permissions/environment-launch/journal.jsonl.gz")))
  .toString()
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Call);

const own = { "aws:ResourceTag/cloister:environment": environment, "aws:ResourceTag/cloister:owner": "fraud@bank.example" };
const foreign = { ...own, "aws:ResourceTag/cloister:environment": "risk-dev" };
const ofHub = { "aws:ResourceTag/cloister:owner": "platform@bank.example" };
const tagged = { "aws:RequestTag/cloister:environment": environment };
const taggedForeign = { "aws:RequestTag/cloister:environment": "risk-dev" };
const iam = (resource: string) => `arn:aws:iam::${account}:${resource}`;
const at = (service: string, resource: string, where = region) => `arn:aws:${service}:${where}:${account}:${resource}`;
const work = iam(`role/cloister/${region}/fraud-dev/work/fraud-dev-execution-0a1b2c3`);
const launch = iam(`role/cloister/${region}/fraud-dev/launch/fraud-dev-launch-notebook-0a1b2c3`);
const user = iam("role/cloister/euc1/fraud-dev-data-scientist-0a1b2c3");
const flowLogs = iam("role/fraud-dev-flow-logs-role-0a1b2c3");
const bounded = { "iam:PermissionsBoundary": iam("policy/fraud-dev-boundary-0a1b2c3") };
const boundedForeign = { "iam:PermissionsBoundary": iam("policy/risk-dev-boundary-0a1b2c3") };
const boundedLaunch = { "iam:PermissionsBoundary": iam("policy/fraud-dev-launch-notebook-boundary-0a1b2c3") };
const boundedHub = { "iam:PermissionsBoundary": hubBoundaryArn };
const attached = { ...bounded, "iam:PolicyARN": iam("policy/fraud-dev-work-0a1b2c3") };
const passedTo = (service: string) => ({ "iam:PassedToService": `${service}.amazonaws.com` });
const key = at("kms", "key/0a1b2c3d-0000-4000-8000-000000000000");
const bucket = "arn:aws:s3:::fraud-dev-data-bucket-0a1b2c3";
const group = at("ec2", "security-group/sg-0a1b2c3d");
const through = (service: string) => ({ "kms:ViaService": `${service}.${region}.amazonaws.com` });

type Row = [what: string, action: string, resource: string, context?: Record<string, string | string[]>];

/** Searches for resources of an earlier build (tools/cli/runner/resume). */
const searches = [
  ...["Addresses", "DhcpOptions", "FlowLogs", "InternetGateways", "NatGateways", "NetworkAcls", "RouteTables"].map(
    (name) => `ec2:Describe${name}`,
  ),
  ...["SecurityGroupRules", "SecurityGroups", "Subnets", "VpcEndpoints", "Vpcs"].map((name) => `ec2:Describe${name}`),
  ...["FirewallDomainLists", "FirewallRuleGroupAssociations", "FirewallRuleGroups"].map((name) => `route53resolver:List${name}`),
  ...["ResolverQueryLogConfigAssociations", "ResolverQueryLogConfigs"].map((name) => `route53resolver:List${name}`),
  ...["kms:ListKeys", "sagemaker:ListDomains", "sagemaker:ListTags"],
];

/** Calls of changes that the journal lacks. */
const allowed: Row[] = [
  // Who deploys an environment chooses what it allows.
  ...allowListRequests({ accountId: account, region }, environment),
  ...searches.map((action): Row => ["search resources of an earlier build", action, "*", { "aws:RequestedRegion": region }]),
  ...["DescribeKey", "GetKeyPolicy", "ListGrants", "ListResourceTags"].map(
    (action): Row => ["recognize a key of an earlier build", `kms:${action}`, key, own],
  ),
  ...["CreateAccessPoint", "DeleteAccessPoint", "DeleteAccessPointPolicy", "GetAccessPointPolicy", "GetAccessPointPolicyStatus"]
    .concat("ListTagsForResource", "PutAccessPointPolicy", "TagResource", "UntagResource")
    .map((action): Row => [`call ${action} for approved packages`, `s3:${action}`, at("s3", "accesspoint/fraud-dev-packages")]),
  ["describe the access point for approved packages", "s3:GetAccessPoint", "*", { "aws:RequestedRegion": region }],
  ["update the domain", "sagemaker:UpdateDomain", at("sagemaker", "domain/d-0a1b2c3d4e5f"), own],
  ["update a profile", "sagemaker:UpdateUserProfile", at("sagemaker", "user-profile/d-0a1b2c3d4e5f/ana"), own],
  ["update a space", "sagemaker:UpdateSpace", at("sagemaker", "space/d-0a1b2c3d4e5f/notes"), own],
  ["update a notebook instance", "sagemaker:UpdateNotebookInstance", at("sagemaker", "notebook-instance/fraud-dev-ledger"), own],
  ["create an image", "sagemaker:CreateImage", at("sagemaker", "image/fraud-dev-lab"), tagged],
  ["create a version of an image", "sagemaker:CreateImageVersion", at("sagemaker", "image/fraud-dev-lab"), own],
  ["update the tags of a domain", "sagemaker:AddTags", at("sagemaker", "domain/d-0a1b2c3d4e5f"), { ...own, ...tagged }],
  ["stop a pipeline", "sagemaker:StopPipelineExecution", at("sagemaker", "pipeline/score/execution/abcdefghijkl"), own],
  ["change an endpoint of the VPC", "ec2:ModifyVpcEndpoint", at("ec2", "vpc-endpoint/vpce-0a1b2c3d"), own],
  ["update the boundary", "iam:CreatePolicyVersion", iam("policy/fraud-dev-boundary-0a1b2c3"), own],
  ["delete a version of the boundary", "iam:DeletePolicyVersion", iam("policy/fraud-dev-boundary-0a1b2c3"), own],
  ["create a user role", "iam:CreateRole", user, bounded],
  ["create a launch role of a product", "iam:CreateRole", launch, boundedLaunch],
  ["pass the launch role of a product", "iam:PassRole", launch, passedTo("servicecatalog")],
  ["update a key policy", "kms:PutKeyPolicy", key, own],
  ["update a bucket policy", "s3:PutBucketPolicy", bucket, { "aws:ResourceAccount": account }],
  ["encrypt home directories", "kms:GenerateDataKeyWithoutPlaintext", key, { ...own, ...through("elasticfilesystem") }],
  [
    "create an interface by SageMaker",
    "ec2:CreateNetworkInterface",
    at("ec2", "subnet/subnet-0a1b2c3d"),
    { ...own, "aws:ViaAWSService": "true" },
  ],
  ["delete an interface that SageMaker left", "ec2:DeleteNetworkInterface", at("ec2", "network-interface/eni-0a1b2c3d")],
  ["update a budget", "budgets:ModifyBudget", `arn:aws:budgets::${account}:budget/cloister-fraud-dev-${region}`],
  [
    "delete a log stream of Studio",
    "logs:DeleteLogStream",
    at("logs", "log-group:/aws/sagemaker/studio:log-stream:d-0a1b2c3d4e5f/ana/JupyterLab/default"),
  ],
];

const denied: Row[] = [
  ...controlRequests({ accountId: account, region, hub, historyArn: "arn:aws:s3:::bank-hub-controls-history-bucket-0a1b2c3" }),
  ...allowListRequests({ accountId: account, region }, "risk-dev"),
  ["create a role without a boundary", "iam:CreateRole", work],
  ["create a role with the boundary of another environment", "iam:CreateRole", work, boundedForeign],
  ["create a role with the boundary of the hub", "iam:CreateRole", work, boundedHub],
  ["create a role with the boundary of a launch role", "iam:CreateRole", work, boundedLaunch],
  ["create a launch role with the boundary of a work role", "iam:CreateRole", launch, bounded],
  ["create a role of flow logs without the boundary of the hub", "iam:CreateRole", flowLogs, bounded],
  ["create a role of another path", "iam:CreateRole", iam("role/fraud-dev-admin"), bounded],
  ["create a role of another environment", "iam:CreateRole", work.replaceAll("fraud-dev", "risk-dev"), bounded],
  ["create a role of an environment with a longer name", "iam:CreateRole", work.replaceAll("fraud-dev", "fraud-dev2"), bounded],
  ["create a role that deploys target accounts", "iam:CreateRole", iam("role/cloister/euc1/fraud-dev-staging-deploy"), bounded],
  ["give a role without the boundary a policy", "iam:PutRolePolicy", work],
  ["remove a boundary", "iam:DeleteRolePermissionsBoundary", work, bounded],
  ["set the boundary of another environment", "iam:PutRolePermissionsBoundary", work, boundedForeign],
  ["attach a policy of AWS", "iam:AttachRolePolicy", work, { ...bounded, "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess" }],
  [
    "attach a policy of another environment",
    "iam:AttachRolePolicy",
    work,
    { ...bounded, "iam:PolicyARN": iam("policy/risk-dev-work-0a1b2c3") },
  ],
  ["attach a policy to a role without the boundary", "iam:AttachRolePolicy", work, { "iam:PolicyARN": attached["iam:PolicyARN"] }],
  ["change a boundary of another environment", "iam:CreatePolicyVersion", iam("policy/risk-dev-boundary-0a1b2c3"), foreign],
  ["change the boundary of the hub", "iam:CreatePolicyVersion", hubBoundaryArn, ofHub],
  ["create a policy of another name", "iam:CreatePolicy", iam("policy/fraud-dev-admin-0a1b2c3")],
  ["change its own trust policy", "iam:UpdateAssumeRolePolicy", itself],
  ["give itself a policy", "iam:PutRolePolicy", itself, bounded],
  ["attach a policy to itself", "iam:AttachRolePolicy", itself, attached],
  ["change its own boundary", "iam:CreatePolicyVersion", iam(`policy/${facts.roleName}-boundary-0a1b2c3`)],
  ["change its own policies", "iam:CreatePolicyVersion", iam(`policy/${facts.roleName}-roles-0a1b2c3`)],
  ["delete itself", "iam:DeleteRole", itself],
  ["create a user", "iam:CreateUser", iam("user/x")],
  ["create an access key", "iam:CreateAccessKey", iam("user/x")],
  ["assume a role", "sts:AssumeRole", work],
  ["pass a role of the environment to a service that runs code", "iam:PassRole", work, passedTo("lambda")],
  ["pass a role to EC2", "iam:PassRole", work, passedTo("ec2")],
  ["pass a role of another environment", "iam:PassRole", work.replaceAll("fraud-dev", "risk-dev"), passedTo("sagemaker")],
  ["pass a user role", "iam:PassRole", user, passedTo("sagemaker")],
  ["pass a launch role of a product to SageMaker", "iam:PassRole", launch, passedTo("sagemaker")],
  ["pass itself", "iam:PassRole", itself, passedTo("servicecatalog")],
  ["pass a role of the hub", "iam:PassRole", iam(`role/cloister/${region}/bank-hub/engine/bank-hub-engine-runner`), passedTo("codebuild")],
  ["pass the role of flow logs to Lambda", "iam:PassRole", flowLogs, passedTo("lambda")],
  ["read tags of a key of the hub", "kms:ListResourceTags", key, ofHub],
  ["decrypt with the key of the hub", "kms:Decrypt", key, { ...ofHub, ...through("s3") }],
  ["change the policy of the key of the hub", "kms:PutKeyPolicy", key, ofHub],
  ["delete the key of the hub", "kms:ScheduleKeyDeletion", key, ofHub],
  ["tag the key of the hub", "kms:TagResource", key, { ...ofHub, ...tagged, "kms:ResourceAliases": ["alias/cloister/bank-hub"] }],
  ["change the key of another environment", "kms:PutKeyPolicy", key, foreign],
  ["decrypt with the key of another environment", "kms:Decrypt", key, { ...foreign, ...through("s3") }],
  ["decrypt with the environment's key without S3", "kms:Decrypt", key, own],
  ["create a grant for itself", "kms:CreateGrant", key, { ...own, ...through("sagemaker"), "kms:GrantIsForAWSResource": "false" }],
  ...["s3:GetObject", "s3:PutObject", "s3:DeleteObject"].map(
    (action): Row => [`read or change state: ${action}`, action, "arn:aws:s3:::bank-hub-engine-state-bucket-0a1b2c3/x"],
  ),
  ["change the policy of the state bucket", "s3:PutBucketPolicy", "arn:aws:s3:::bank-hub-engine-state-bucket-0a1b2c3"],
  [
    "read versions of the product",
    "s3:GetObject",
    "arn:aws:s3:::bank-hub-engine-artifacts-bucket-0a1b2c3/versions/x.tar.gz",
    { "s3:ExistingObjectTag/servicecatalog:provisioning": "true" },
  ],
  ["change the log bucket of the hub", "s3:PutBucketPolicy", "arn:aws:s3:::bank-hub-logs-bucket-0a1b2c3"],
  ["read data of the environment", "s3:GetObject", `${bucket}/x`],
  ["write data of the environment", "s3:PutObject", `${bucket}/x`],
  ["delete data of another environment", "s3:DeleteObject", "arn:aws:s3:::risk-dev-data-bucket-0a1b2c3/x"],
  ["change a bucket of that name in another account", "s3:PutBucketPolicy", bucket, { "aws:ResourceAccount": "999988887777" }],
  ["send to a queue of the engine", "sqs:SendMessage", at("sqs", "ServiceCatalogExternalProvisionOperationQueue")],
  ["start a build", "codebuild:StartBuild", at("codebuild", "project/bank-hub-engine-runner")],
  ["start an execution of the engine", "states:StartExecution", at("states", "stateMachine:bank-hub-engine-flow")],
  ["report a result", "servicecatalog:NotifyProvisionProductEngineWorkflowResult", "*"],
  [
    "change the portfolio of the hub",
    "servicecatalog:AssociatePrincipalWithPortfolio",
    at("catalog", "portfolio/port-0a1b2c3d4e5f6"),
    ofHub,
  ],
  [
    "create a version of the product of the hub",
    "servicecatalog:CreateProvisioningArtifact",
    at("catalog", "product/prod-0a1b2c3d4e5f6"),
    ofHub,
  ],
  ["change the portfolio of another environment", "servicecatalog:DeletePortfolio", at("catalog", "portfolio/port-0a1b2c3d4e5f6"), foreign],
  ["tag a security group of the hub", "ec2:CreateTags", group, { ...ofHub, ...tagged }],
  ["open a security group of the hub", "ec2:AuthorizeSecurityGroupIngress", group, ofHub],
  ["open a security group without an environment", "ec2:AuthorizeSecurityGroupIngress", group],
  ["tag a security group of another environment", "ec2:CreateTags", group, { ...foreign, ...tagged }],
  ["tag its own security group for another environment", "ec2:CreateTags", group, { ...own, ...taggedForeign }],
  ["delete the VPC of another environment", "ec2:DeleteVpc", at("ec2", "vpc/vpc-0a1b2c3d"), foreign],
  ["delete the VPC of the hub", "ec2:DeleteVpc", at("ec2", "vpc/vpc-0a1b2c3d"), ofHub],
  ["create an interface", "ec2:CreateNetworkInterface", at("ec2", "subnet/subnet-0a1b2c3d"), own],
  [
    "create an interface by SageMaker in another environment",
    "ec2:CreateNetworkInterface",
    at("ec2", "subnet/subnet-0a1b2c3d"),
    { ...foreign, "aws:ViaAWSService": "true" },
  ],
  [
    "share an interface with another service",
    "ec2:CreateNetworkInterfacePermission",
    at("ec2", "network-interface/eni-0a1b2c3d"),
    { "aws:ViaAWSService": "true", "ec2:AuthorizedService": "codebuild.amazonaws.com" },
  ],
  ["delete the access point of another environment", "s3:DeleteAccessPoint", at("s3", "accesspoint/risk-dev-packages")],
  ["create another access point", "s3:CreateAccessPoint", at("s3", "accesspoint/fraud-dev-data")],
  ["create a VPC without tags", "ec2:CreateVpc", at("ec2", "vpc/*")],
  ["create a VPC of another environment", "ec2:CreateVpc", at("ec2", "vpc/*"), taggedForeign],
  ["create a VPC in another region", "ec2:CreateVpc", at("ec2", "vpc/*", "eu-west-1"), tagged],
  ["create an internet gateway", "ec2:CreateInternetGateway", at("ec2", "internet-gateway/*"), tagged],
  ["create a route", "ec2:CreateRoute", at("ec2", "route-table/rtb-0a1b2c3d"), own],
  ["start an instance", "ec2:RunInstances", at("ec2", "instance/*"), tagged],
  ["delete the domain of another environment", "sagemaker:DeleteDomain", at("sagemaker", "domain/d-0a1b2c3d4e5f"), foreign],
  ["tag a domain without an environment", "sagemaker:AddTags", at("sagemaker", "domain/d-0a1b2c3d4e5f"), tagged],
  ["tag the domain of another environment", "sagemaker:AddTags", at("sagemaker", "domain/d-0a1b2c3d4e5f"), { ...foreign, ...tagged }],
  ["stop a job of another environment", "sagemaker:StopTrainingJob", at("sagemaker", "training-job/x"), foreign],
  ["start a job", "sagemaker:CreateTrainingJob", at("sagemaker", "training-job/fraud-dev-x"), tagged],
  ["open Studio as a user", "sagemaker:CreatePresignedDomainUrl", at("sagemaker", "user-profile/d-0a1b2c3d4e5f/ana"), own],
  ["open a notebook instance", "sagemaker:CreatePresignedNotebookInstanceUrl", at("sagemaker", "notebook-instance/fraud-dev-ledger"), own],
  ["invoke an endpoint", "sagemaker:InvokeEndpoint", at("sagemaker", "endpoint/fraud-dev"), own],
  [
    "delete home directories of another environment",
    "elasticfilesystem:DeleteFileSystem",
    at("elasticfilesystem", "file-system/fs-0a1b2c3d"),
    foreign,
  ],
  ["delete a file system without an environment", "elasticfilesystem:DeleteFileSystem", at("elasticfilesystem", "file-system/fs-0a1b2c3d")],
  [
    "tag a file system that SageMaker did not create",
    "elasticfilesystem:TagResource",
    at("elasticfilesystem", "file-system/fs-0a1b2c3d"),
    tagged,
  ],
  ["change a parameter of another environment", "ssm:PutParameter", at("ssm", "parameter/cloister/risk-dev/vpc-id")],
  ["change the allow-list of another environment", "ssm:PutParameter", at("ssm", "parameter/cloister/controls/risk-dev")],
  ["write a parameter below its allow-list", "ssm:PutParameter", at("ssm", "parameter/cloister/controls/fraud-dev/x")],
  ["change an alarm of another environment", "cloudwatch:DeleteAlarms", at("cloudwatch", "alarm:risk-dev-denied-changes-0a1b2c3")],
  ["change a rule of the hub", "events:DeleteRule", at("events", "rule/bank-hub-engine-dispatcher")],
  ["change the budget of another environment", "budgets:ModifyBudget", `arn:aws:budgets::${account}:budget/cloister-risk-dev-${region}`],
  ["read log events", "logs:GetLogEvents", at("logs", "log-group:/aws/events/cloister/fraud-dev/denied-calls:log-stream:x")],
  ["delete a log group of the hub", "logs:DeleteLogGroup", at("logs", "log-group:bank-hub-flow-logs-0a1b2c3")],
  ["delete a log stream of another log group", "logs:DeleteLogStream", at("logs", "log-group:/aws/codebuild/bank-hub:log-stream:x")],
];

/** Changes that a session of another environment can make, because AWS offers no condition for them. docs/threats.md lists them. */
const changesWithoutEnvironment = [
  "ec2:DeleteNetworkAclEntry",
  "logs:CreateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:DeleteResourcePolicy",
  "logs:PutResourcePolicy",
  "logs:UpdateLogDelivery",
  "route53resolver:UpdateFirewallConfig",
  "sagemaker:EnableSagemakerServicecatalogPortfolio",
  "servicecatalog:AssociateProductWithPortfolio",
  "servicecatalog:UpdateConstraint",
];

describe("launch role of environments", () => {
  const policies = policiesFor(environment);
  const decideRow = ([, action, resource, context = {}]: Row, session: string | undefined = environment) =>
    decideFor(
      session === environment ? policies : policiesFor(session),
      "deploy",
      { action, resource, context: { "aws:PrincipalTag/cloister:environment": session, ...context } },
      account,
    );

  it("can make every call of a deployment, a change, a drain, a destroy and a sweep", async () => {
    assert.ok(journal.length > 600, `${journal.length} calls`);
    assert.deepEqual(await missingPermissions(journal, policies, { ...deployment, session: environment }), []);
  });

  for (const row of allowed)
    it(`can ${row[0]}`, async () => {
      assert.equal((await decideRow(row)).result, "allowed");
    });
  for (const row of denied)
    it(`cannot ${row[0]}`, async () => {
      assert.equal((await decideRow(row)).result, "denied");
    });

  const isRead = (request: string) => /: [\w0-9-]+:(Describe|Get|List|View|BatchGet)/.test(request);
  const changesOf = async (session?: string) => {
    const all = await missingPermissions(journal, { ...policiesFor(session), principals: { deploy: nothing } }, deployment);
    const missing = new Set(await missingPermissions(journal, policiesFor(session), { ...deployment, ...(session && { session }) }));
    return [
      ...new Set(all.filter((request) => !isRead(request) && !missing.has(request)).map((request) => /: (\S+)/.exec(request)![1]!)),
    ].sort();
  };
  const deny = { Sid: "Nothing", Effect: "Deny", Action: "*", Resource: "*" };
  const nothing = { arn: itself, identity: [{ name: "nothing", policy: { Version: "2012-10-17", Statement: [deny] } }] };

  it("changes nothing of another environment, except where AWS offers no condition", async () => {
    assert.deepEqual(await changesOf("risk-dev"), changesWithoutEnvironment);
  });

  it("changes only resource groups in a session without an environment, which only AWS Service Catalog has", async () => {
    assert.deepEqual(await changesOf(), ["resource-groups:CreateGroup", "resource-groups:DeleteGroup", "resource-groups:Tag"]);
  });

  it("has policies within the limits of IAM in every partition", () => {
    const long = { partition: "aws-us-gov", accountId: account, region: "us-gov-west-1" };
    const role = (name: string) => `arn:aws-us-gov:iam::${account}:role/${name.repeat(128)}`;
    const longest = { ...long, roleName: "r".repeat(64), hubBoundaryArn: `arn:aws-us-gov:iam::${account}:policy/${"h".repeat(128)}` };
    const documents = { ...environmentLaunchPolicies(longest), boundary: environmentLaunchBoundary(longest) };
    for (const [name, permissions] of Object.entries(documents))
      assert.ok(policyDocumentOf(permissions).length <= limits.managedPolicy.value, `${name} has ${policyDocumentOf(permissions).length}`);
    assert.ok(Object.keys(environmentLaunchPolicies(longest)).length <= 10);
    assert.ok(environmentLaunchTrust(long, { core: "h".repeat(24), runnerRoleArn: role("r"), readerRoleArns: [role("p")] }).length <= 2048);
  });

  describe("trust policy", () => {
    const runner = iam(`role/cloister/${region}/bank-hub/engine/bank-hub-engine-runner-0a1b2c3`);
    const parser = iam(`role/cloister/${region}/bank-hub/engine/bank-hub-engine-parser-0a1b2c3`);
    const trust = JSON.parse(environmentLaunchTrust(context, { core: hub, runnerRoleArn: runner, readerRoleArns: [parser] })) as Policy;
    const anything = { Sid: "Anything", Effect: "Allow", Action: "sts:*", Resource: "*" };
    const anyone = (arn: string) => ({
      arn,
      identity: [{ name: "any", policy: { Version: "2012-10-17", Statement: [anything] } as Policy }],
    });
    const set: PolicySet = {
      accountId: account,
      accountIds: [account],
      region,
      principals: {
        runner: anyone(runner),
        lead: anyone(iam("role/Lead")),
        parser: anyone(parser),
        servicecatalog: { arn: "servicecatalog.amazonaws.com", identity: [] },
      },
      resources: { [itself]: { name: "trust", policy: trust } },
      endpoints: {},
    };
    const session = (name: string, more: Record<string, string> = {}) => ({
      "aws:RequestTag/cloister:environment": name,
      ...Object.fromEntries(Object.entries(more).map(([tag, value]) => [`aws:RequestTag/${tag}`, value])),
      "aws:TagKeys": ["cloister:environment", ...Object.keys(more)],
    });
    const call =
      (action: string) =>
      async (caller: string, context_: Record<string, string | string[]> = {}) =>
        (await decide(set, { caller, action, resource: itself, owner: account, context: context_ })).result;
    const assume = call("sts:AssumeRole");
    const tag = call("sts:TagSession");

    it("allows the runner only sessions with the name of one environment", async () => {
      assert.equal(await assume("runner", session("fraud-dev")), "allowed");
      for (const context_ of [
        session(""),
        session("fraud"),
        session("fraud-prod"),
        session("fraud-dev-2"),
        session(hub),
        session("fraud-dev", { admin: "yes" }),
      ])
        assert.equal(await assume("runner", context_), "denied", JSON.stringify(context_));
    });

    it("allows the engine to read versions in sessions without an environment, which the parser cannot name", async () => {
      for (const caller of ["parser", "runner"]) assert.equal(await assume(caller), "allowed", caller);
      assert.equal(await assume("parser", session("fraud-dev")), "denied");
      assert.equal(await tag("parser", session("fraud-dev")), "denied");
      assert.equal(await tag("runner", session("fraud-dev")), "allowed");
    });

    it("allows AWS Service Catalog for this account, and no other principal", async () => {
      assert.equal(await assume("servicecatalog", { "aws:SourceAccount": account }), "allowed");
      assert.equal(await assume("servicecatalog", { "aws:SourceAccount": "999988887777" }), "denied");
      for (const context_ of [{}, session("fraud-dev")]) assert.equal(await assume("lead", context_), "denied");
    });
  });

  describe("component", () => {
    const runnerRoleArn = iam(`role/cloister/${region}/bank-hub/engine/bank-hub-engine-runner-0a1b2c3`);
    const readerRoleArns = [iam(`role/cloister/${region}/bank-hub/engine/bank-hub-engine-parser-0a1b2c3`)];
    let world: World;
    before(async () => {
      world = await useMocks({ project: "cloister-core", stack: hub, config: {} });
      const role = new EnvironmentLaunchRole(hub, { context, core: hub, runnerRoleArn, readerRoleArns, hubBoundaryArn });
      await settle(role.arn);
      await waitForRegistrations();
    });

    it("passes every guardrail", async () => {
      assert.deepEqual((await evaluateProgram(world)).violations, []);
    });

    it("has the name without a path that the launch constraint names, its boundary and all policies", () => {
      const { inputs } = resourceOf(world, "aws:iam/role:Role", facts.roleName);
      assert.deepEqual([inputs.name, inputs.path], [facts.roleName, undefined]);
      assert.equal(inputs.permissionsBoundary, resourceOf(world, "aws:iam/policy:Policy", `${facts.roleName}-boundary`).outputs.arn);
      assert.equal(inputs.assumeRolePolicy, environmentLaunchTrust(context, { core: hub, runnerRoleArn, readerRoleArns }));
      for (const [use, permissions] of Object.entries(environmentLaunchPolicies(facts))) {
        const policy = resourceOf(world, "aws:iam/policy:Policy", `${facts.roleName}-${use}`);
        assert.equal(policy.inputs.policy, policyDocumentOf(permissions));
        const attachment = resourceOf(world, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", `${facts.roleName}-${use}`);
        assert.equal(attachment.inputs.policyArn, policy.outputs.arn);
      }
    });
  });
});
