// Follows references between translated resources.
import assert from "node:assert/strict";
import { catalogue } from "@cloister/policy-pack/catalogue";
import { evaluateStack, type TestResource, UNKNOWN } from "../../helpers/evaluate";
import { keyArn } from "../keys";
import { template } from "./forms";

const stackViolations = async (...resources: TestResource[]) => {
  const found: string[] = [];
  for (const rule of catalogue)
    found.push(...(await evaluateStack(rule, resources)).violations.map(({ on, message }) => `${rule.name} on ${on}: ${message}`));
  return found;
};
const named = (violations: string[], policy: string) => violations.filter((violation) => violation.startsWith(`${policy} on`));

const bucket = {
  Type: "AWS::S3::Bucket",
  Properties: {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn } }],
    },
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
  },
};
const network = {
  Vpc: { Type: "AWS::EC2::VPC", Properties: { CidrBlock: "10.0.0.0/16", EnableDnsSupport: false } },
  Subnet: { Type: "AWS::EC2::Subnet", Properties: { VpcId: { Ref: "Vpc" }, CidrBlock: "10.0.0.0/24" } },
  Table: { Type: "AWS::EC2::RouteTable", Properties: { VpcId: { Ref: "Vpc" } } },
  Association: {
    Type: "AWS::EC2::SubnetRouteTableAssociation",
    Properties: { SubnetId: { Ref: "Subnet" }, RouteTableId: { Ref: "Table" } },
  },
};
const wayOut = {
  Gateway: { Type: "AWS::EC2::InternetGateway" },
  Attachment: { Type: "AWS::EC2::VPCGatewayAttachment", Properties: { VpcId: { Ref: "Vpc" }, InternetGatewayId: { Ref: "Gateway" } } },
  Out: {
    Type: "AWS::EC2::Route",
    Properties: {
      RouteTableId: { Ref: "Table" },
      DestinationCidrBlock: "0.0.0.0/0",
      GatewayId: { "Fn::GetAtt": ["Gateway", "InternetGatewayId"] },
    },
  },
};

/** aws-native resources with the properties that come from other resources. */
const native = (type: string, name: string, props: object, sources: Record<string, string[]> = {}): TestResource => ({
  type: `aws-native:${type}`,
  name,
  props,
  propertyDependencies: sources,
  package: "aws-native",
});
const nativeNetwork = [
  native("ec2:Vpc", "vpc", { cidrBlock: "10.0.0.0/16", enableDnsSupport: false, vpcId: UNKNOWN }),
  native("ec2:Subnet", "subnet", { vpcId: UNKNOWN, subnetId: UNKNOWN }, { vpcId: ["vpc"] }),
  native("ec2:RouteTable", "table", { vpcId: UNKNOWN, routeTableId: UNKNOWN }, { vpcId: ["vpc"] }),
  native(
    "ec2:SubnetRouteTableAssociation",
    "association",
    { subnetId: UNKNOWN, routeTableId: UNKNOWN },
    { subnetId: ["subnet"], routeTableId: ["table"] },
  ),
];
const nativeWayOut = [
  native("ec2:InternetGateway", "gateway", { internetGatewayId: UNKNOWN }),
  native(
    "ec2:Route",
    "out",
    { routeTableId: UNKNOWN, destinationCidrBlock: "0.0.0.0/0", gatewayId: UNKNOWN },
    { routeTableId: ["table"], gatewayId: ["gateway"] },
  ),
];

describe("references between resources of other providers and of CloudFormation", () => {
  it("show a path to the internet in a template", async () => {
    const violations = await stackViolations(template({ ...network, ...wayOut }));
    const [path] = named(violations, "network-reachability");
    assert.match(
      path!,
      /^network-reachability on res: AWS::EC2::Subnet 'Subnet': This subnet has a network path that leaves the perimeter: .* route table res\.Table -> 0\.0\.0\.0\/0 -> internet gateway res\.Gateway/,
    );
    assert.equal(named(violations, "network-no-internet-route").length, 1, violations.join("\n"));
    assert.equal(named(violations, "network-no-public-subnet").length, 1, violations.join("\n"));
  });
  it("show a closed network in a template", async () =>
    assert.deepEqual(named(await stackViolations(template(network)), "network-reachability"), []));

  it("show a path to the internet in aws-native", async () => {
    const violations = await stackViolations(...nativeNetwork, ...nativeWayOut);
    assert.match(
      named(violations, "network-reachability")[0]!,
      /on subnet: AWS::EC2::Subnet: This subnet .* route table table -> 0\.0\.0\.0\/0 -> internet gateway gateway/,
    );
    assert.equal(named(violations, "network-no-internet-route").length, 1, violations.join("\n"));
  });
  it("show a closed network in aws-native", async () =>
    assert.deepEqual(named(await stackViolations(...nativeNetwork), "network-reachability"), []));

  it("show a path through an aws-native gateway in a network of @pulumi/aws", async () => {
    const classic: TestResource[] = [
      { type: "aws:ec2/vpc:Vpc", name: "vpc", props: { enableDnsSupport: false, id: UNKNOWN } },
      { type: "aws:ec2/subnet:Subnet", name: "subnet", props: { vpcId: UNKNOWN, id: UNKNOWN }, propertyDependencies: { vpcId: ["vpc"] } },
      {
        type: "aws:ec2/routeTable:RouteTable",
        name: "table",
        props: { vpcId: UNKNOWN, id: UNKNOWN },
        propertyDependencies: { vpcId: ["vpc"] },
      },
      {
        type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
        name: "association",
        props: { subnetId: UNKNOWN, routeTableId: UNKNOWN },
        propertyDependencies: { subnetId: ["subnet"], routeTableId: ["table"] },
      },
    ];
    const violations = await stackViolations(...classic, ...nativeWayOut);
    assert.match(named(violations, "network-reachability")[0]!, /on subnet: This subnet .* -> internet gateway gateway/);
  });

  it("find the bucket policy and the blocks of buckets in a template", async () => {
    const policy = (Bucket: unknown) => ({ Type: "AWS::S3::BucketPolicy", Properties: { Bucket, PolicyDocument: { Statement: [] } } });
    assert.deepEqual(await stackViolations(template({ Data: bucket, Policy: policy({ Ref: "Data" }) })), []);
    const [missing] = named(
      await stackViolations(template({ Data: bucket, Other: bucket, Policy: policy({ Ref: "Data" }) })),
      "s3-tls-only",
    );
    assert.match(missing!, /^s3-tls-only on res: AWS::S3::Bucket 'Other': This bucket has no policy/);
  });

  it("find the bucket policy of an aws-native bucket by reference", async () => {
    const data = native("s3:Bucket", "data", {
      bucketEncryption: {
        serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: UNKNOWN } }],
      },
      publicAccessBlockConfiguration: {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
    });
    const policies = [
      native("s3:BucketPolicy", "policy", { bucket: UNKNOWN, policyDocument: UNKNOWN }, { bucket: ["data"] }),
      { type: "aws:s3/bucketPolicy:BucketPolicy", name: "policy", props: { bucket: UNKNOWN }, propertyDependencies: { bucket: ["data"] } },
    ];
    for (const policy of policies) assert.deepEqual(await stackViolations(data, policy), []);
    assert.equal(named(await stackViolations(data), "s3-tls-only").length, 1);
  });

  it("find DNS Firewall rules in a rule group of a template", async () => {
    const group = (Action: string) =>
      template({
        Vpc: { Type: "AWS::EC2::VPC", Properties: { CidrBlock: "10.0.0.0/16" } },
        All: { Type: "AWS::Route53Resolver::FirewallDomainList", Properties: { Domains: ["*"] } },
        Group: {
          Type: "AWS::Route53Resolver::FirewallRuleGroup",
          Properties: { FirewallRules: [{ Action, Priority: 1, FirewallDomainListId: { Ref: "All" } }] },
        },
        Link: {
          Type: "AWS::Route53Resolver::FirewallRuleGroupAssociation",
          Properties: { VpcId: { Ref: "Vpc" }, FirewallRuleGroupId: { Ref: "Group" }, Priority: 101 },
        },
      });
    assert.deepEqual(named(await stackViolations(group("BLOCK")), "network-dns-firewall"), []);
    assert.equal(named(await stackViolations(group("ALLOW")), "network-dns-firewall").length, 1);
  });

  it("exempts a stack by its URN", async () => {
    const rule = catalogue.find(({ name }) => name === "network-reachability")!;
    const settings = {
      exemptions: [{ resource: "*::aws:cloudformation/stack:Stack::res", reason: "legacy", owner: "a@b.example", until: "2999-12-31" }],
    };
    assert.deepEqual((await evaluateStack(rule, [template({ ...network, ...wayOut })], settings)).violations, []);
  });
});
