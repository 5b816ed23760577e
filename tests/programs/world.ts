// Asserts properties of a program's resources, for the tests of all programs.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Contract, contractProblems } from "@cloister/components/stack/contract";
import { parse } from "yaml";
import { type Registered, type World } from "../helpers/mocks";

/** Reads the configuration of an example stack, such as `core/Pulumi.bank-hub.yaml`. */
export function exampleConfig(file: string): Record<string, unknown> {
  const text = fs.readFileSync(path.resolve(__dirname, "../..", file), "utf8");
  return (parse(text) as { config: Record<string, unknown> }).config;
}

/** Resource types of the programs, by whether AWS can tag them. Source: AWS provider 7.48, input `tags`. */
const taggable = new Set([
  "aws:budgets/budget:Budget",
  "aws:accessanalyzer/analyzer:Analyzer",
  "aws:cfg/rule:Rule",
  "aws:guardduty/detector:Detector",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:resourcegroups/group:Group",
  "aws:sagemaker/notebookInstance:NotebookInstance",
  "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration",
  "aws:sagemaker/space:Space",
  "aws:cloudtrail/trail:Trail",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ec2/eip:Eip",
  "aws:ec2/flowLog:FlowLog",
  "aws:ec2/internetGateway:InternetGateway",
  "aws:ec2/natGateway:NatGateway",
  "aws:ec2/networkAcl:NetworkAcl",
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/subnet:Subnet",
  "aws:ec2/vpc:Vpc",
  "aws:ec2/vpcDhcpOptions:VpcDhcpOptions",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
  "aws:iam/policy:Policy",
  "aws:iam/role:Role",
  "aws:kms/key:Key",
  "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList",
  "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup",
  "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation",
  "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig",
  "aws:route53/zone:Zone",
  "aws:s3/bucket:Bucket",
  "aws:sagemaker/domain:Domain",
  "aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig",
  "aws:sagemaker/userProfile:UserProfile",
  "aws:sns/topic:Topic",
  "aws:ssm/parameter:Parameter",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
]);
const untaggable = new Set([
  "aws:cfg/deliveryChannel:DeliveryChannel",
  "aws:cfg/recorder:Recorder",
  "aws:cfg/recorderStatus:RecorderStatus",
  "aws:guardduty/detectorFeature:DetectorFeature",
  "aws:macie2/account:Account",
  "aws:securityhub/account:Account",
  "aws:cloudwatch/dashboard:Dashboard",
  "aws:cloudwatch/eventTarget:EventTarget",
  "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
  "aws:cloudwatch/queryDefinition:QueryDefinition",
  "aws:ec2/route:Route",
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
  "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
  "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:kms/alias:Alias",
  "aws:route53/record:Record",
  "aws:route53/resolverFirewallConfig:ResolverFirewallConfig",
  "aws:route53/resolverFirewallRule:ResolverFirewallRule",
  "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation",
  "aws:route53/zoneAssociation:ZoneAssociation",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketLogging:BucketLogging",
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:sagemaker/servicecatalogPortfolioStatus:ServicecatalogPortfolioStatus",
  "aws:servicecatalog/principalPortfolioAssociation:PrincipalPortfolioAssociation",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sns/topicSubscription:TopicSubscription",
  "pulumi:providers:aws",
  "pulumi:index:Stash",
]);

export const ofType = (world: World, type: string) => world.resources.filter((resource) => resource.type === type);

/** Returns the resource with this type and name. Fails unless exactly one exists. */
export function resourceOf(world: World, type: string, name: string): Registered {
  const found = ofType(world, type).filter((resource) => resource.name === name);
  assert.equal(found.length, 1, `${found.length} of ${type} ${name}; found ${ofType(world, type).map((resource) => resource.name)}`);
  return found[0]!;
}

/** The policy document that a property contains as JSON. */
export const policyDocumentOf = (resource: Registered, property = "policy") =>
  JSON.parse(String(resource.inputs[property])) as { Statement: Record<string, unknown>[] };

/** Types and names of all resources in alphabetical order, indented below the parent resource. */
export function resourceTree(world: World): string {
  const lines = (parent: Registered | undefined, indent: string): string[] =>
    world.resources
      .filter((resource) => resource.parent === parent)
      .map((resource) => ({ line: `${indent}${resource.type} ${resource.name}`, resource }))
      .sort((a, b) => (a.line < b.line ? -1 : 1))
      .flatMap(({ line, resource }) => [line, ...lines(resource, `${indent}  `)]);
  return lines(undefined, "").join("\n");
}

/** Longest names that AWS accepts, including the 8 characters that Pulumi adds. */
const longest: Record<string, number> = {
  "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList": 64,
  "aws:route53/resolverFirewallRule:ResolverFirewallRule": 64,
  "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup": 64,
  "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation": 64,
  "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": 64,
  "aws:iam/role:Role": 64,
  "aws:iam/policy:Policy": 128,
  "aws:s3/bucket:Bucket": 63,
};

/** Asserts that all physical names that Pulumi generates are short enough for AWS. */
export function assertNamesFit(world: World): void {
  for (const [type, most] of Object.entries(longest))
    for (const { name } of ofType(world, type))
      assert.ok(name.length + 8 <= most, `${type} ${name} is ${name.length + 8} long, of ${most}`);
}

/** Asserts unique names per type: two resources with the same type and name would have the same URN. */
export function assertNamesAreUnique(world: World): void {
  const names = world.resources.map(({ type, name }) => `${type} ${name}`);
  assert.deepEqual(
    names.filter((name, i) => names.indexOf(name) !== i),
    [],
  );
}

/** Asserts that all taggable resources below a root have these tags. Fails for a type that is in neither list above. */
export function assertTagged(world: World, root: string, tags: Record<string, string>): void {
  const rootOf = (resource: Registered): Registered => (resource.parent ? rootOf(resource.parent) : resource);
  const below = world.resources.filter((resource) => resource.custom && rootOf(resource).name === root);
  assert.ok(below.length > 0, `no resources below ${root}`);
  for (const { type, name, inputs } of below) {
    const given = (inputs.tags ?? {}) as Record<string, string>;
    if (!taggable.has(type)) assert.ok(untaggable.has(type), `${type} is in neither list of this file`);
    else for (const [key, value] of Object.entries(tags)) assert.equal(given[key], value, `tag ${key} of ${type} ${name}`);
  }
}

/** Asserts that the outputs are those in the contract, and that each output has the kind in the contract. */
export function assertMatchesContract(contract: Contract, outputs: Record<string, unknown>): void {
  assert.deepEqual(Object.keys(outputs).sort(), Object.keys(contract).sort());
  assert.deepEqual(contractProblems(contract, outputs), []);
}

/** Asserts that every role has the given permissions boundary. */
export function assertPermissionsBoundaries(world: World, boundaryOf: (role: Registered) => string): void {
  const roles = ofType(world, "aws:iam/role:Role");
  assert.ok(roles.length > 0);
  for (const role of roles) assert.equal(role.inputs.permissionsBoundary, boundaryOf(role), role.name);
}

/**
 * Asserts that security group rules refer to a security group or a prefix list, never to addresses. All protocols are
 * allowed only within a security group.
 */
export function assertRulesReferToGroups(world: World): void {
  const rules = world.resources.filter(({ type }) => type.startsWith("aws:vpc/securityGroup"));
  assert.ok(rules.length > 0);
  for (const { name, inputs } of rules) {
    assert.deepEqual([inputs.cidrIpv4, inputs.cidrIpv6], [undefined, undefined], name);
    assert.ok(inputs.referencedSecurityGroupId ?? inputs.prefixListId, name);
    const isWithin = inputs.referencedSecurityGroupId === inputs.securityGroupId;
    assert.ok(inputs.ipProtocol === "tcp" || (inputs.ipProtocol === "-1" && isWithin), name);
  }
  for (const { name, inputs } of ofType(world, "aws:ec2/securityGroup:SecurityGroup"))
    assert.deepEqual([inputs.ingress, inputs.egress], [undefined, undefined], `${name} has inline rules`);
  // Network ACL rules can only refer to addresses.
  const others = world.resources.filter(({ type }) => type !== "aws:ec2/networkAcl:NetworkAcl");
  assert.doesNotMatch(JSON.stringify(others.map(({ inputs }) => inputs)), /0\.0\.0\.0\/0|::\/0/);
}
