// Decides with the IAM simulator what the deploy role of `cloister bootstrap` can do in a target account.
// tests/engine/organization.test.ts compares the role with the journal of every deployment. Does not prove which calls AWS services make for a caller.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { type Call } from "@cloister/sandbox";
import { policyDocumentOf } from "@cloister/components/aws/policy-document";
import { targetBoundary } from "@cloister/components/identity/deploy-role/boundary";
import { deployOptionsOf } from "@cloister/components/identity/deploy-role/options";
import { deployPermissions } from "@cloister/components/identity/deploy-role/permissions";
import { bootstrapTemplate } from "@cloister/components/identity/deploy-role/template";
import { mirrorHostOf } from "@cloister/components/network/endpoints";
import { decideFor, missingPermissions, policySetOf } from "../../permissions/deploy-role/decide";

const account = "444455556666";
const region = "eu-central-1";
const stage = { name: "fraud-dev-staging", environment: "fraud-dev", stage: "staging", region };
const tags = { "cloister:environment": "fraud-dev", "cloister:stage": "staging" };
const deployment = { account, region, tags, roleArn: `arn:aws:iam::${account}:role/cloister/euc1/fraud-dev-staging-deploy` };
const policies = policySetOf(stage, account);
const mirror = { serviceName: "com.amazonaws.vpce.eu-central-1.vpce-svc-0a1b2c3d4e5f60718" };

/** Calls of a deployment with NAT and a mirror, changes and a destroy, without policy documents. */
const journal = gunzipSync(fs.readFileSync(path.join(__dirname, "../../permissions/deploy-role/journal.jsonl.gz")))
  .toString()
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Call);

describe("deploy role of a target account", () => {
  it("can make every call of a deployment, a change and a destroy", async () => {
    assert.ok(journal.length > 150, `${journal.length} calls`);
    assert.deepEqual(await missingPermissions(journal, policySetOf(stage, account, { nat: true, mirror }), deployment), []);
  });

  it("can delete NAT gateways also without `egress: nat`, because the settings of that deployment have none", async () => {
    const deletions = journal.filter(
      ({ service, operation }) => service === "ec2" && /^(Delete|Detach|Disassociate|Release)/.test(operation),
    );
    for (const operation of ["DeleteNatGateway", "DetachInternetGateway", "DeleteInternetGateway", "ReleaseAddress", "DeleteRoute"])
      assert.ok(
        deletions.some((call) => call.operation === operation),
        operation,
      );
    assert.deepEqual(await missingPermissions(deletions, policies, deployment), []);
  });

  const foreign = { "aws:ResourceTag/cloister:environment": "risk-dev", "aws:ResourceTag/cloister:stage": "staging" };
  const own = { "aws:ResourceTag/cloister:environment": "fraud-dev", "aws:ResourceTag/cloister:stage": "staging" };
  const otherStage = { ...own, "aws:ResourceTag/cloister:stage": "prod" };
  const tagged = { "aws:RequestTag/cloister:environment": "fraud-dev", "aws:RequestTag/cloister:stage": "staging" };
  const iam = (resource: string) => `arn:aws:iam::${account}:${resource}`;
  const at = (service: string, resource: string, where = region) => `arn:aws:${service}:${where}:${account}:${resource}`;
  const key = at("kms", "key/0a1b2c3d-0000-4000-8000-000000000000");
  const work = iam(`role/cloister/${region}/fraud-dev-staging-${account}/work/fraud-dev-staging-${account}-model-0a1b2c3`);
  const itself = iam("role/cloister/euc1/fraud-dev-staging-deploy");
  const boundary = iam("policy/cloister/euc1/fraud-dev-staging-boundary");
  const bounded = { "iam:PermissionsBoundary": boundary };
  const bucket = `arn:aws:s3:::fraud-dev-staging-${account}-models-bucket-0a1b2c3`;
  const inAccount = { "aws:ResourceAccount": account };

  type Row = [what: string, action: string, resource: string, context?: Record<string, string | string[]>];
  const denied: Row[] = [
    ["create a user", "iam:CreateUser", iam("user/x")],
    ["create an access key", "iam:CreateAccessKey", iam("user/x")],
    ["create a policy", "iam:CreatePolicy", iam(`policy/fraud-dev-staging-${account}-boundary-0a1b2c3`)],
    ["create a role without a boundary", "iam:CreateRole", work],
    ["create a role with another boundary", "iam:CreateRole", work, { "iam:PermissionsBoundary": iam("policy/other") }],
    ["create a role of another path", "iam:CreateRole", iam("role/x"), bounded],
    [
      "create a role of a stage with a longer name",
      "iam:CreateRole",
      work.replaceAll("fraud-dev-staging-", "fraud-dev-staging2-"),
      bounded,
    ],
    ["give a role without the boundary a policy", "iam:PutRolePolicy", work],
    ["attach a managed policy", "iam:AttachRolePolicy", work, bounded],
    ["remove a boundary", "iam:DeleteRolePermissionsBoundary", work, bounded],
    ["set another boundary", "iam:PutRolePermissionsBoundary", work, { "iam:PermissionsBoundary": iam("policy/other") }],
    ["change its own trust policy", "iam:UpdateAssumeRolePolicy", itself],
    ["give itself a policy", "iam:PutRolePolicy", itself, bounded],
    ["attach a policy to itself", "iam:AttachRolePolicy", itself],
    ["delete itself", "iam:DeleteRole", itself],
    ["tag itself", "iam:TagRole", itself],
    ["change the boundary", "iam:CreatePolicyVersion", boundary],
    ["delete the boundary", "iam:DeletePolicy", boundary],
    ["pass a foreign role", "iam:PassRole", iam("role/Admin"), { "iam:PassedToService": "vpc-flow-logs.amazonaws.com" }],
    ["pass a role of the stage to a service that runs code", "iam:PassRole", work, { "iam:PassedToService": "sagemaker.amazonaws.com" }],
    [
      "pass the role of flow logs to a service that runs code",
      "iam:PassRole",
      iam(`role/fraud-dev-staging-${account}-flow-logs-role-0a1b2c3`),
      { "iam:PassedToService": "lambda.amazonaws.com" },
    ],
    ["assume a role", "sts:AssumeRole", work],
    ["update its stack", "cloudformation:UpdateStack", at("cloudformation", "stack/cloister-bootstrap/x")],
    ["read an object", "s3:GetObject", `${bucket}/model.tar.gz`, inAccount],
    ["write an object", "s3:PutObject", `${bucket}/model.tar.gz`, inAccount],
    ["change a foreign bucket", "s3:PutBucketPolicy", "arn:aws:s3:::lake", inAccount],
    ["change a bucket of that name in another account", "s3:PutBucketPolicy", bucket, { "aws:ResourceAccount": "999988887777" }],
    ["delete objects of another bucket", "s3:DeleteObject", "arn:aws:s3:::lake/x", inAccount],
    ["decrypt", "kms:Decrypt", key, own],
    ["encrypt", "kms:GenerateDataKey", key, own],
    ["create a grant", "kms:CreateGrant", key, own],
    ["change the policy of a foreign key", "kms:PutKeyPolicy", key, foreign],
    ["delete a key without tags", "kms:ScheduleKeyDeletion", key],
    ["tag a key that has an alias", "kms:TagResource", key, { ...tagged, "kms:ResourceAliases": ["alias/lake"] }],
    ["tag a key of another environment", "kms:TagResource", key, { ...tagged, ...foreign }],
    ["create a key without tags", "kms:CreateKey", "*"],
    ["read log events", "logs:GetLogEvents", at("logs", `log-group:fraud-dev-staging-${account}-flow-logs-0a1b2c3:log-stream:x`)],
    ["delete a foreign log group", "logs:DeleteLogGroup", at("logs", "log-group:/aws/lambda/x")],
    ["create a VPC without tags", "ec2:CreateVpc", at("ec2", "vpc/*")],
    ["create a VPC in another region", "ec2:CreateVpc", at("ec2", "vpc/*", "eu-west-1"), tagged],
    ["delete a VPC of another environment", "ec2:DeleteVpc", at("ec2", "vpc/vpc-0a1b2c3d"), foreign],
    ["delete a VPC of another stage", "ec2:DeleteVpc", at("ec2", "vpc/vpc-0a1b2c3d"), otherStage],
    ["delete a VPC without tags", "ec2:DeleteVpc", at("ec2", "vpc/vpc-0a1b2c3d")],
    ["create a subnet in a foreign VPC", "ec2:CreateSubnet", at("ec2", "vpc/vpc-0a1b2c3d"), foreign],
    ["tag a foreign VPC", "ec2:CreateTags", at("ec2", "vpc/vpc-0a1b2c3d"), tagged],
    ["tag a security group of another environment", "ec2:CreateTags", at("ec2", "security-group/sg-0a1b2c3d"), { ...tagged, ...foreign }],
    [
      "tag a security group for another environment",
      "ec2:CreateTags",
      at("ec2", "security-group/sg-0a1b2c3d"),
      { "aws:RequestTag/cloister:environment": "risk-dev" },
    ],
    [
      "tag its own security group for another environment",
      "ec2:CreateTags",
      at("ec2", "security-group/sg-0a1b2c3d"),
      { ...own, "aws:RequestTag/cloister:environment": "risk-dev" },
    ],
    ["tag its own key for another stage", "kms:TagResource", key, { ...own, "aws:RequestTag/cloister:stage": "prod" }],
    [
      "tag its own DNS firewall for another environment",
      "route53resolver:TagResource",
      at("route53resolver", "firewall-rule-group/rslvr-frg-1"),
      { ...own, "aws:RequestTag/cloister:environment": "risk-dev" },
    ],
    [
      "create an endpoint to a service of another account",
      "ec2:CreateVpcEndpoint",
      at("ec2", "vpc-endpoint/*"),
      { ...tagged, "ec2:VpceServiceName": mirror.serviceName, "ec2:VpceServiceOwner": "999988887777" },
    ],
    ["open a foreign security group", "ec2:AuthorizeSecurityGroupIngress", at("ec2", "security-group/sg-0a1b2c3d")],
    ["create an internet gateway", "ec2:CreateInternetGateway", at("ec2", "internet-gateway/*"), tagged],
    ["create a NAT gateway", "ec2:CreateNatGateway", at("ec2", "natgateway/*"), tagged],
    ["create a route", "ec2:CreateRoute", at("ec2", "route-table/rtb-0a1b2c3d"), own],
    ["delete a NAT gateway of another environment", "ec2:DeleteNatGateway", at("ec2", "natgateway/nat-0a1b2c3d"), foreign],
    ["release an Elastic IP address without tags", "ec2:ReleaseAddress", at("ec2", "elastic-ip/eipalloc-0a1b2c3d")],
    ["delete a route of a foreign route table", "ec2:DeleteRoute", at("ec2", "route-table/rtb-0a1b2c3d")],
    ["detach an internet gateway from a foreign VPC", "ec2:DetachInternetGateway", at("ec2", "vpc/vpc-0a1b2c3d")],
    ["change an endpoint without tags", "ec2:ModifyVpcEndpoint", at("ec2", "vpc-endpoint/vpce-0a1b2c3d")],
    ["read hosted zones", "route53:ListHostedZones", "*"],
    ["peer a VPC", "ec2:CreateVpcPeeringConnection", at("ec2", "vpc/vpc-0a1b2c3d"), own],
    ["start an instance", "ec2:RunInstances", at("ec2", "instance/*"), tagged],
    ["read the user data of instances", "ec2:DescribeInstanceAttribute", at("ec2", "instance/i-0a1b2c3d")],
    [
      "delete a DNS firewall of another environment",
      "route53resolver:DeleteFirewallRuleGroup",
      at("route53resolver", "firewall-rule-group/rslvr-frg-1"),
      foreign,
    ],
    ["delete a hosted zone", "route53:DeleteHostedZone", "arn:aws:route53:::hostedzone/Z1"],
    ["start a job", "sagemaker:CreateTrainingJob", at("sagemaker", "training-job/x")],
  ];
  const allowed: Row[] = [
    ["read itself", "iam:GetRole", itself],
    ["read the boundary", "iam:GetPolicyVersion", boundary],
    ["create a role with the boundary", "iam:CreateRole", work, bounded],
    ["change the trust policy of a role of the stage", "iam:UpdateAssumeRolePolicy", work],
    ["set the boundary on a role of an earlier version", "iam:PutRolePermissionsBoundary", work, bounded],
    ["delete the boundary of an earlier version", "iam:DeletePolicy", iam(`policy/fraud-dev-staging-${account}-boundary-0a1b2c3`)],
    [
      "return a subnet to the default network ACL of an existing VPC",
      "ec2:ReplaceNetworkAclAssociation",
      at("ec2", "network-acl/acl-0a1b2c3d"),
    ],
    ["create an endpoint whose service has no owner in the request", "ec2:CreateVpcEndpoint", at("ec2", "vpc-endpoint/*"), tagged],
    ["tag its own key with other tags", "kms:TagResource", key, { ...own, "aws:RequestTag/cost-center": "1" }],
    ["change the policy of its key", "kms:PutKeyPolicy", key, own],
    ["list the versions of objects to empty a bucket", "s3:ListBucketVersions", bucket, inAccount],
    ["empty the bucket", "s3:DeleteObjectVersion", `${bucket}/model.tar.gz`, inAccount],
  ];
  const decideRow = (caller: string, [, action, resource, context = {}]: Row, set = policies) =>
    decideFor(set, caller, { action, resource, context }, account);
  for (const row of denied)
    it(`cannot ${row[0]}`, async () => assert.equal((await decideRow("deploy", row)).result, "denied", JSON.stringify(row)));
  for (const row of allowed)
    it(`can ${row[0]}`, async () => assert.equal((await decideRow("deploy", row)).result, "allowed", JSON.stringify(row)));

  it("can use existing networks and roles that the settings name, and no others", async () => {
    const vpc = at("ec2", "vpc/vpc-0a1b2c3d");
    const endpoint = at("ec2", "vpc-endpoint/vpce-0a1b2c3d");
    const role = iam("role/bank/FlowLogs");
    const set = policySetOf(stage, account, { vpcArns: [vpc, endpoint], flowLogRoleArns: [role] });
    const to = { "iam:PassedToService": "vpc-flow-logs.amazonaws.com" };
    const results = await Promise.all(
      (
        [
          ["", "ec2:CreateSubnet", vpc],
          ["", "iam:PassRole", role, to],
          ["", "ec2:ModifyVpcEndpoint", endpoint],
          ["", "ec2:DetachInternetGateway", vpc],
          ["", "ec2:AttachInternetGateway", vpc],
          ["", "ec2:DeleteVpcEndpoints", endpoint],
          ["", "ec2:ModifyVpcEndpoint", at("ec2", "vpc-endpoint/vpce-0f0f0f0f")],
          ["", "ec2:CreateSubnet", at("ec2", "vpc/vpc-0f0f0f0f")],
          ["", "ec2:DeleteVpc", vpc],
          ["", "iam:PassRole", iam("role/bank/Admin"), to],
          ["", "iam:PutRolePolicy", role, bounded],
        ] as Row[]
      ).map((row) => decideRow("deploy", row, set)),
    );
    assert.deepEqual(
      results.map(({ result }) => result),
      [...Array<string>(4).fill("allowed"), ...Array<string>(7).fill("denied")],
    );
    const withNat = policySetOf(stage, account, { nat: true, vpcArns: [vpc] });
    assert.equal((await decideRow("deploy", ["", "ec2:AttachInternetGateway", vpc], withNat)).result, "allowed");
  });

  it("reads hosted zones only with central endpoints", async () => {
    const set = policySetOf(stage, account, { centralEndpoints: true });
    const zone = "arn:aws:route53:::hostedzone/Z1";
    const region = { "aws:RequestedRegion": "us-east-1" };
    assert.equal((await decideRow("deploy", ["", "route53:ListHostedZones", "*", region], set)).result, "allowed");
    assert.equal((await decideRow("deploy", ["", "route53:ListResourceRecordSets", zone, region], set)).result, "allowed");
    assert.equal((await decideRow("deploy", ["", "route53:ChangeResourceRecordSets", zone, region], set)).result, "denied");
  });

  describe("in existing subnets", () => {
    const vpc = "vpc/vpc-0a1b2c3d";
    const subnet = "subnet/subnet-0a1b2c3d";
    const table = "route-table/rtb-0a1b2c3d";
    const optionsOf = (mode: string, s3EndpointId?: string) =>
      deployOptionsOf(
        { accounts: [{ id: account, mode, vpcId: "vpc-0a1b2c3d", subnetIds: ["subnet-0a1b2c3d"], s3EndpointId }] },
        { partition: "aws", region },
      );
    const resultsOf = async (requests: [string, string][], options = optionsOf("existing-subnets")) => {
      const set = policySetOf(stage, account, options);
      const results = requests.map(([action, resource]) => decideRow("deploy", ["", `ec2:${action}`, at("ec2", resource)], set));
      return [...new Set((await Promise.all(results)).map(({ result }) => result))];
    };

    it("can create security groups, endpoints and flow logs", async () =>
      assert.deepEqual(
        await resultsOf([
          ["CreateSecurityGroup", vpc],
          ["CreateVpcEndpoint", vpc],
          ["CreateVpcEndpoint", subnet],
          ["ModifyVpcEndpoint", subnet],
          ["CreateFlowLogs", subnet],
          ["CreateVpcEndpoint", table],
          ["ModifyVpcEndpoint", table],
        ]),
        ["allowed"],
      ));

    it("cannot change their routes, their network ACL or the gateways of their VPC", async () =>
      assert.deepEqual(
        await resultsOf([
          ["AssociateRouteTable", subnet],
          ["ReplaceNetworkAclAssociation", subnet],
          ["CreateSubnet", vpc],
          ["CreateRouteTable", vpc],
          ["CreateNetworkAcl", vpc],
          ["AttachInternetGateway", vpc],
          ["DetachInternetGateway", vpc],
        ]),
        ["denied"],
      ));

    it("cannot change route tables with an existing S3 endpoint, or from a VPC in which it creates subnets", async () => {
      const requests: [string, string][] = [
        ["CreateVpcEndpoint", table],
        ["ModifyVpcEndpoint", table],
      ];
      assert.deepEqual(await resultsOf(requests, optionsOf("existing-subnets", "vpce-0a1b2c3d")), ["denied"]);
      assert.deepEqual(await resultsOf(requests, optionsOf("existing-vpc")), ["denied"]);
    });

    it("cannot change an existing S3 endpoint, unless it creates subnets", () => {
      const endpoint = at("ec2", "vpc-endpoint/vpce-0a1b2c3d");
      const arnsOf = ({ vpcArns = [], subnetArns = [] }: ReturnType<typeof optionsOf>) => [...vpcArns, ...subnetArns];
      assert.ok(arnsOf(optionsOf("existing-vpc", "vpce-0a1b2c3d")).includes(endpoint));
      assert.ok(!arnsOf(optionsOf("existing-subnets", "vpce-0a1b2c3d")).includes(endpoint));
    });
  });

  it("with a mirror, creates hosted zones only for the VPCs of the stage, and none that are public", async () => {
    const zoneOf = async (vpcIds: string[] | undefined, vpcs?: string[]) => {
      const set = policySetOf(stage, account, { mirror: { ...mirror, ...(vpcIds && { vpcIds }) } });
      return (await decideRow("deploy", ["", "route53:CreateHostedZone", "*", vpcs && { "route53:VPCs": vpcs }], set)).result;
    };
    const inRegion = "VPCId=vpc-0a1b2c3d,VPCRegion=eu-central-1";
    assert.equal(await zoneOf(["vpc-0a1b2c3d"], [inRegion]), "allowed");
    assert.equal(await zoneOf(undefined, [inRegion]), "allowed");
    assert.equal(await zoneOf(["vpc-0f0f0f0f"], [inRegion]), "denied");
    assert.equal(await zoneOf(undefined, ["VPCId=vpc-0a1b2c3d,VPCRegion=eu-west-1"]), "denied");
    assert.equal(await zoneOf(undefined), "denied");
    const vpcIdsOf = (...accounts: NonNullable<Parameters<typeof deployOptionsOf>[0]["accounts"]>) =>
      deployOptionsOf({ accounts, network: { features: ["mirror"], mirrorServiceName: mirror.serviceName } }, { partition: "aws", region })
        .mirror?.vpcIds;
    const existing = { id: account, mode: "existing-vpc", vpcId: "vpc-0a1b2c3d" };
    assert.deepEqual(vpcIdsOf(existing), ["vpc-0a1b2c3d"]);
    assert.equal(vpcIdsOf(existing, { id: "555566667777", mode: "new" }), undefined);
  });

  it("with a mirror, can create its endpoint and its name, and no others", async () => {
    const set = policySetOf(stage, account, { mirror });
    const names = "route53:ChangeResourceRecordSetsNormalizedRecordNames";
    const actions = "route53:ChangeResourceRecordSetsActions";
    const zone = "arn:aws:route53:::hostedzone/Z1";
    const to = (service: string) => ({ ...tagged, "ec2:VpceServiceName": service, "ec2:VpceServiceOwner": "999988887777" });
    const host = mirrorHostOf(`${stage.name}-${account}`, { mirrorServiceName: mirror.serviceName })!;
    const rows: [Row, string][] = [
      [["", "ec2:CreateVpcEndpoint", at("ec2", "vpc-endpoint/*"), to(mirror.serviceName)], "allowed"],
      [["", "ec2:CreateVpcEndpoint", at("ec2", "vpc-endpoint/*"), to(`${mirror.serviceName}9`)], "denied"],
      [["", "route53:ChangeResourceRecordSets", zone, { [actions]: ["UPSERT"], [names]: [host] }], "allowed"],
      [["", "route53:ChangeResourceRecordSets", zone, { [actions]: ["UPSERT"], [names]: [host, "lake.bank.example"] }], "denied"],
      [["", "route53:ChangeResourceRecordSets", zone, { [actions]: ["DELETE"], [names]: ["earlier.bank.example"] }], "allowed"],
      [["", "route53:ChangeResourceRecordSets", zone, { [actions]: ["DELETE", "CREATE"], [names]: ["lake.bank.example"] }], "denied"],
    ];
    for (const [row, want] of rows) assert.equal((await decideRow("deploy", row, set)).result, want, JSON.stringify(row));
  });

  describe("a role that it creates", () => {
    const beyond: Row[] = [
      ["read a bucket of another team", "s3:GetObject", "arn:aws:s3:::lake/x", inAccount],
      ["write an object", "s3:PutObject", `${bucket}/x`, inAccount],
      ["decrypt directly", "kms:Decrypt", key],
      ["create a role", "iam:CreateRole", work, bounded],
      ["pass a role", "iam:PassRole", work],
      ["assume a role", "sts:AssumeRole", itself],
      ["create another log group of SageMaker", "logs:CreateLogGroup", at("logs", "log-group:/aws/sagemaker/x:*")],
      ["read logs", "logs:GetLogEvents", at("logs", "log-group:/aws/sagemaker/Endpoints/x:log-stream:x")],
      ["change a network", "ec2:CreateVpcEndpoint", at("ec2", "vpc/vpc-0a1b2c3d")],
      ["start a job", "sagemaker:CreateTrainingJob", at("sagemaker", "training-job/x")],
      ["call a model", "sagemaker:InvokeEndpoint", at("sagemaker", "endpoint/x")],
    ];
    for (const row of beyond) it(`cannot ${row[0]}`, async () => assert.equal((await decideRow("bounded", row)).result, "denied"));
    it("can create the log group of an endpoint and write metrics", async () => {
      const rows: Row[] = [
        ["", "logs:CreateLogGroup", at("logs", "log-group:/aws/sagemaker/Endpoints/x:*")],
        ["", "cloudwatch:PutMetricData", "*", { "aws:RequestedRegion": region, "cloudwatch:namespace": "/aws/sagemaker/Endpoints" }],
      ];
      for (const row of rows) assert.equal((await decideRow("bounded", row)).result, "allowed", JSON.stringify(row));
    });
    it("can read artifacts of the stage", async () =>
      assert.equal((await decideRow("bounded", ["", "s3:GetObject", `${bucket}/model.tar.gz`, inAccount])).result, "allowed"));
  });
});

describe("template of cloister bootstrap", () => {
  const longest = { name: "abcdefghijklmno-test-staging", environment: "abcdefghijklmno-test", stage: "staging", region: "ap-northeast-1" };
  const request = { stage: longest, hubRoleArns: [`arn:aws:iam::111122223333:role/ci/Deployer`], externalId: longest.name, options: {} };
  const template = bootstrapTemplate(request);

  it("trusts exactly the named roles of the hub, with the external ID", () =>
    assert.deepEqual(template.Resources.DeployRole.Properties.AssumeRolePolicyDocument.Statement, [
      {
        Sid: "HubDeploys",
        Effect: "Allow",
        Principal: { AWS: ["arn:aws:iam::111122223333:root"] },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "sts:ExternalId": longest.name },
          ArnEquals: { "aws:PrincipalArn": ["arn:aws:iam::111122223333:role/ci/Deployer"] },
        },
      },
    ]));

  it("has names and policies within the limits of IAM, with every option", () => {
    const subnetArns = Array.from(
      { length: 17 },
      (_, i) => `arn:aws-us-gov:ec2:ap-northeast-1:${account}:subnet/subnet-${String(i).padStart(17, "0")}`,
    );
    const options = { nat: true, centralEndpoints: true, mirror, subnetArns, vpcArns: subnetArns.slice(0, 2), existingRouteTables: true };
    const context = { partition: "aws-us-gov", accountId: account, region: longest.region };
    for (const permissions of [...deployPermissions(longest, context, options), targetBoundary(longest, context)])
      assert.ok(policyDocumentOf(permissions).length <= 6144);
    assert.ok(template.Resources.DeployRole.Properties.RoleName.length <= 64);
    assert.ok(JSON.stringify(bootstrapTemplate({ ...request, options })).length <= 51_200, "the limit of TemplateBody");
  });

  it("contains no value that IAM would read as a pattern or a variable", () => {
    const cases: [Partial<typeof request> | { options: object }, RegExp][] = [
      [{ externalId: "${sts:ExternalId}" }, /\$\{sts:ExternalId\}/],
      [{ hubRoleArns: ["arn:aws:iam::111122223333:role/*"] }, /role\/\*/],
      [{ options: { vpcArns: ["arn:aws:ec2:eu-central-1:444455556666:vpc/*"] } }, /vpc\/\*/],
      [{ options: { subnetArns: ["arn:aws:ec2:eu-central-1:444455556666:subnet/*"] } }, /subnet\/\*/],
      [{ options: { mirror: { ...mirror, vpcIds: ["vpc-0a1b2c3d", "vpc-*"] } } }, /got vpc-\*\)/],
      [{ options: { flowLogRoleArns: ["arn:aws:iam::444455556666:role/Flow?"] } }, /Flow\?/],
      [{ stage: { ...longest, region: "*" } }, /\*/],
    ];
    for (const [changed, got] of cases)
      assert.throws(
        () => bootstrapTemplate({ ...request, ...changed }),
        (error: Error) => error instanceof RangeError && got.test(error.message),
      );
  });

  it("contains no policy variable, which Fn::Sub would reject", () =>
    assert.doesNotMatch(JSON.stringify(bootstrapTemplate({ ...request, options: { nat: true, mirror } })), /\$\{(?!AWS::)/));

  it("is the same for every account, so that it works as a StackSet", () => assert.doesNotMatch(JSON.stringify(template), /444455556666/));

  it("has another version when the permissions change, and not when the trust changes", () => {
    const versionOf = (changed: Partial<typeof request>) =>
      bootstrapTemplate({ ...request, ...changed }).Resources.DeployRole.Properties.Tags[0]!.Value;
    assert.equal(versionOf({ externalId: "x" }), versionOf({}));
    assert.notEqual(versionOf({ options: { nat: true } }), versionOf({}));
    assert.notEqual(versionOf({ stage: { ...longest, stage: "prod" } }), versionOf({}));
  });
});
