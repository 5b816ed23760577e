// Evaluates resources of aws-native, Cloud Control and CloudFormation with the whole catalogue.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { catalogue } from "@cloister/policy-pack/catalogue";
import { translate, translatedTypes } from "@cloister/policy-pack/translation";
import { unknownCheckingProxy } from "@pulumi/policy";
import { evaluateResource, evaluateStack, type TestResource, UNKNOWN } from "../../helpers/evaluate";
import { keyArn } from "../keys";
import { type CloudFormationResource, forms, template } from "./forms";
import { recording, translated } from "./recording";

/** `policy: message` for each violation, in both views. */
async function violationsOf(...resources: TestResource[]): Promise<string[]> {
  const found: string[] = [];
  for (const rule of catalogue) {
    for (const { type, props = {} } of resources)
      found.push(...(await evaluateResource(rule, type, props)).violations.map((message) => `${rule.name}: ${message}`));
    found.push(...(await evaluateStack(rule, resources)).violations.map(({ message }) => `${rule.name}: ${message}`));
  }
  return found;
}
const policiesOf = (violations: string[]) => [...new Set(violations.map((violation) => violation.split(":")[0]!))].sort();

const denyHttp = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::fraud-data", "arn:aws:s3:::fraud-data/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const flags = (value: boolean) => ({
  BlockPublicAcls: value,
  BlockPublicPolicy: value,
  IgnorePublicAcls: value,
  RestrictPublicBuckets: value,
});
const encryption = (byDefault: object) => ({ ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: byDefault }] });
const vpcConfig = { Subnets: ["subnet-1"], SecurityGroupIds: ["sg-1"] };
const variants = (instanceType: string) => [{ VariantName: "v", ModelName: "m", InstanceType: instanceType, InitialInstanceCount: 1 }];
const open = [{ IpProtocol: "-1", CidrIp: "0.0.0.0/0" }];
const inside = [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, CidrIp: "10.0.0.0/16" }];

/** By CloudFormation type: properties that are accepted, and properties that these policies reject. */
const cases: [type: string, good: Record<string, unknown> | undefined, bad: Record<string, unknown>, policies: string[]][] = [
  [
    "AWS::SageMaker::Domain",
    {
      AppNetworkAccessType: "VpcOnly",
      VpcId: "vpc-1",
      SubnetIds: ["subnet-1"],
      KmsKeyId: keyArn,
      DefaultUserSettings: { SecurityGroups: ["sg-1"] },
    },
    { AppNetworkAccessType: "PublicInternetOnly", VpcId: "vpc-1", SubnetIds: ["subnet-1"] },
    ["network-dns-firewall", "network-reachability", "sagemaker-domain-kms", "sagemaker-domain-vpc-only"],
  ],
  [
    "AWS::SageMaker::NotebookInstance",
    { DirectInternetAccess: "Disabled", SubnetId: "subnet-1", SecurityGroupIds: ["sg-1"], KmsKeyId: keyArn },
    { DirectInternetAccess: "Enabled", SubnetId: "subnet-1", SecurityGroupIds: ["sg-1"] },
    ["network-reachability", "sagemaker-notebook-kms", "sagemaker-notebook-no-direct-internet"],
  ],
  [
    "AWS::SageMaker::NotebookInstance",
    undefined,
    {},
    ["network-reachability", "sagemaker-notebook-in-vpc", "sagemaker-notebook-kms", "sagemaker-notebook-no-direct-internet"],
  ],
  [
    "AWS::SageMaker::UserProfile",
    { DomainId: "d-1" },
    { DomainId: "d-1", UserSettings: { SecurityGroups: [] } },
    ["sagemaker-domain-security-groups"],
  ],
  ["AWS::SageMaker::Model", { VpcConfig: vpcConfig }, { VpcConfig: { Subnets: ["subnet-1"] } }, ["sagemaker-model-in-vpc"]],
  [
    "AWS::SageMaker::EndpointConfig",
    { KmsKeyId: keyArn, ProductionVariants: variants("ml.m5.large") },
    { ProductionVariants: variants("ml.m5.large") },
    ["sagemaker-endpoint-config-kms"],
  ],
  [
    "AWS::SageMaker::EndpointConfig",
    { ProductionVariants: variants("ml.g5.xlarge") },
    { ProductionVariants: variants("ml.t2.medium") },
    ["sagemaker-endpoint-config-kms"],
  ],
  ...[
    "DataQualityJobDefinition",
    "ModelBiasJobDefinition",
    "ModelExplainabilityJobDefinition",
    "ModelQualityJobDefinition",
    "ProcessingJob",
  ].map((name): (typeof cases)[number] => [
    `AWS::SageMaker::${name}`,
    { NetworkConfig: { VpcConfig: vpcConfig } },
    { NetworkConfig: { EnableNetworkIsolation: false } },
    ["sagemaker-job-in-vpc"],
  ]),
  [
    "AWS::SageMaker::MonitoringSchedule",
    { MonitoringScheduleConfig: { MonitoringJobDefinition: { NetworkConfig: { VpcConfig: vpcConfig } } } },
    { MonitoringScheduleConfig: { MonitoringJobDefinition: { RoleArn: "arn" } } },
    ["sagemaker-job-in-vpc"],
  ],
  ["AWS::EC2::InternetGateway", undefined, {}, ["network-no-internet-gateway"]],
  ["AWS::EC2::VPCGatewayAttachment", undefined, { VpcId: "vpc-1", InternetGatewayId: "igw-1" }, ["network-no-internet-gateway"]],
  ["AWS::EC2::EgressOnlyInternetGateway", undefined, { VpcId: "vpc-1" }, ["network-no-internet-gateway"]],
  ["AWS::EC2::CarrierGateway", undefined, { VpcId: "vpc-1" }, ["network-no-internet-gateway"]],
  ["AWS::EC2::NatGateway", { ConnectivityType: "private", SubnetId: "subnet-1" }, { SubnetId: "subnet-1" }, ["network-no-nat-gateway"]],
  ["AWS::EC2::EIP", undefined, { Domain: "vpc" }, ["network-no-elastic-ip"]],
  ["AWS::EC2::EIPAssociation", undefined, { InstanceId: "i-1", AllocationId: "eipalloc-1" }, ["network-no-elastic-ip"]],
  [
    "AWS::EC2::Route",
    { RouteTableId: "rtb-1", DestinationCidrBlock: "10.0.0.0/8", GatewayId: "local" },
    { RouteTableId: "rtb-1", DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-1" },
    ["network-no-internet-route", "network-reachability"],
  ],
  [
    "AWS::EC2::SecurityGroup",
    { SecurityGroupEgress: inside, SecurityGroupIngress: inside },
    { SecurityGroupEgress: inside, SecurityGroupIngress: open },
    ["network-sg-no-open-ingress"],
  ],
  ["AWS::EC2::SecurityGroup", { SecurityGroupEgress: inside }, { SecurityGroupIngress: inside }, ["network-sg-no-open-egress"]],
  ["AWS::EC2::SecurityGroupIngress", { GroupId: "sg-1", ...inside[0] }, { GroupId: "sg-1", ...open[0] }, ["network-sg-no-open-ingress"]],
  [
    "AWS::EC2::SecurityGroupEgress",
    { GroupId: "sg-1", ...inside[0] },
    { GroupId: "sg-1", IpProtocol: "-1", CidrIpv6: "::/0" },
    ["network-sg-no-open-egress"],
  ],
  [
    "AWS::EC2::Instance",
    { SubnetId: "subnet-1" },
    { NetworkInterfaces: [{ DeviceIndex: "0", AssociatePublicIpAddress: true, SubnetId: "subnet-1" }] },
    ["network-no-public-ip-instance"],
  ],
  [
    "AWS::EC2::LaunchTemplate",
    { LaunchTemplateData: { NetworkInterfaces: [{ AssociatePublicIpAddress: false }] } },
    { LaunchTemplateData: { NetworkInterfaces: [{ AssociatePublicIpAddress: true }] } },
    ["network-no-public-ip-instance"],
  ],
  [
    "AWS::AutoScaling::LaunchConfiguration",
    { AssociatePublicIpAddress: false },
    { AssociatePublicIpAddress: true },
    ["network-no-public-ip-instance"],
  ],
  ["AWS::ElasticLoadBalancingV2::LoadBalancer", { Scheme: "internal" }, { Scheme: "internet-facing" }, ["network-no-public-load-balancer"]],
  ["AWS::ElasticLoadBalancing::LoadBalancer", { Scheme: "internal" }, {}, ["network-no-public-load-balancer"]],
  ...["Service", "TaskSet"].map((name): (typeof cases)[number] => [
    `AWS::ECS::${name}`,
    { NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: "DISABLED" } } },
    { NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: "ENABLED" } } },
    ["ecs-service-no-public-ip"],
  ]),
  [
    "AWS::Events::Rule",
    { Targets: [{ Id: "a", EcsParameters: { NetworkConfiguration: { AwsVpcConfiguration: { AssignPublicIp: "DISABLED" } } } }] },
    {
      Targets: [{ Id: "a" }, { Id: "b", EcsParameters: { NetworkConfiguration: { AwsVpcConfiguration: { AssignPublicIp: "ENABLED" } } } }],
    },
    ["ecs-service-no-public-ip"],
  ],
  [
    "AWS::S3::Bucket",
    undefined,
    { BucketName: "fraud-data", BucketEncryption: encryption({ SSEAlgorithm: "AES256" }), PublicAccessBlockConfiguration: flags(true) },
    ["s3-bucket-kms", "s3-tls-only"],
  ],
  [
    "AWS::S3::Bucket",
    undefined,
    { BucketEncryption: encryption({ SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn }), PublicAccessBlockConfiguration: flags(false) },
    ["s3-public-access-block-flags", "s3-tls-only"],
  ],
  [
    "AWS::S3::Bucket",
    undefined,
    { BucketEncryption: encryption({ SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn }) },
    ["s3-public-access-block-present", "s3-tls-only"],
  ],
  ["AWS::S3::Bucket", undefined, {}, ["s3-bucket-kms", "s3-public-access-block-present", "s3-tls-only"]],
  [
    "AWS::S3::BucketPolicy",
    { Bucket: "fraud-data", PolicyDocument: { Statement: [denyHttp] } },
    { Bucket: "fraud-data", PolicyDocument: { Statement: [{ ...denyHttp, Effect: "Allow" }] } },
    ["s3-tls-only"],
  ],
  ["AWS::KMS::Key", { EnableKeyRotation: true }, { KeySpec: "SYMMETRIC_DEFAULT" }, ["kms-key-rotation"]],
  [
    "AWS::CodeArtifact::Repository",
    { RepositoryName: "approved", PermissionsPolicyDocument: { Statement: [{ Effect: "Deny", Principal: "*", Action: "*" }] } },
    { RepositoryName: "approved", ExternalConnections: ["public:pypi"] },
    ["codeartifact-repository-closed"],
  ],
  [
    "AWS::CodeArtifact::Repository",
    undefined,
    { PermissionsPolicyDocument: { Statement: [{ Effect: "Allow", Principal: "*", Action: "*" }] } },
    ["codeartifact-repository-closed"],
  ],
  [
    "AWS::CodeArtifact::Domain",
    { DomainName: "bank" },
    { PermissionsPolicyDocument: { Statement: [{ Effect: "Allow", Principal: "*", Action: "*" }] } },
    ["codeartifact-repository-closed"],
  ],
  ["AWS::Logs::LogGroup", { KmsKeyId: keyArn }, { RetentionInDays: 30 }, ["log-group-kms"]],
  ["AWS::RDS::DBInstance", { PubliclyAccessible: false }, { PubliclyAccessible: true }, ["network-no-opaque-public-service"]],
  ["AWS::EKS::Cluster", { ResourcesVpcConfig: { EndpointPublicAccess: false } }, {}, ["network-no-opaque-public-service"]],
  ["AWS::DMS::ReplicationInstance", { PubliclyAccessible: false }, {}, ["network-no-opaque-public-service"]],
  ["AWS::Lambda::Url", undefined, { AuthType: "NONE" }, ["network-no-opaque-public-service"]],
  ["AWS::OpenSearchService::Domain", { VPCOptions: { SubnetIds: ["subnet-1"] } }, {}, ["network-no-opaque-public-service"]],
  ["AWS::SSM::Parameter", undefined, { Type: "String" }, ["no-opaque-resources"]],
];

describe("resources of other providers and of CloudFormation", () => {
  for (const [form, write] of Object.entries(forms))
    describe(`in ${form}`, () => {
      cases.forEach(([type, good, bad, policies], i) => {
        const resource = (properties: Record<string, unknown>): CloudFormationResource => ({ type, properties });
        it(`rejects ${type} by ${policies.join(", ")} (${i})`, async () => {
          const violations = await violationsOf(write(resource(bad)));
          assert.deepEqual(policiesOf(violations), policies, violations.join("\n"));
        });
        if (good)
          it(`accepts ${type} (${i})`, async () => {
            const violations = await violationsOf(write(resource(good)));
            // A VPC of another stack is rejected unless the stack associates a rule group.
            assert.deepEqual(
              policiesOf(violations).filter((policy) => policy !== "network-dns-firewall"),
              [],
              violations.join("\n"),
            );
          });
      });
    });

  it("names the resource of the template in messages", async () => {
    const [message] = await violationsOf(template({ Way: { Type: "AWS::EC2::InternetGateway" } }));
    assert.match(
      message!,
      /^network-no-internet-gateway: AWS::EC2::InternetGateway 'Way': This internet gateway connects .* \(Property names of aws:ec2\/internetGateway:InternetGateway\.\)$/,
    );
  });

  it("evaluates the other resources of a template when one has a value that is unknown at preview", async () => {
    const domain = (AppNetworkAccessType: unknown) => ({ Type: "AWS::SageMaker::Domain", Properties: { AppNetworkAccessType } });
    const { type, props } = template(
      { First: domain({ Ref: "Access" }), Second: domain("PublicInternetOnly") },
      { Parameters: { Access: { Type: "String" } } },
      { parameters: { Access: UNKNOWN } },
    );
    const rule = catalogue.find(({ name }) => name === "sagemaker-domain-vpc-only")!;
    const { outcome, violations } = await evaluateResource(rule, type, props!);
    assert.equal(outcome, "unknown");
    assert.deepEqual(
      violations.map((message) => message.slice(0, 34)),
      ["AWS::SageMaker::Domain 'Second': a"],
    );
  });

  it("has a translation for every type that a guardrail evaluates and that CloudFormation has", () => {
    // CloudFormation has no resource for these types, or has another type for the same resource.
    const others = [
      "aws:alb/loadBalancer:LoadBalancer",
      "aws:cloudfront/multitenantDistribution:MultitenantDistribution",
      "aws:docdb/clusterInstance:ClusterInstance",
      "aws:ec2/defaultRouteTable:DefaultRouteTable",
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
      "aws:ec2/defaultSubnet:DefaultSubnet",
      "aws:ec2/securityGroupRule:SecurityGroupRule",
      "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
      "aws:ecs/expressGatewayService:ExpressGatewayService",
      "aws:emr/blockPublicAccessConfiguration:BlockPublicAccessConfiguration",
      "aws:globalaccelerator/customRoutingAccelerator:CustomRoutingAccelerator",
      "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
      "aws:s3/bucketV2:BucketV2",
      "aws:sagemaker/hyperParameterTuningJob:HyperParameterTuningJob",
      "aws:sagemaker/labelingJob:LabelingJob",
      "aws:sagemaker/trainingJob:TrainingJob",
      "aws:workspaces/directory:Directory",
    ];
    const translated = Object.values(translatedTypes).flat();
    const evaluated = [...new Set(catalogue.flatMap(({ resource = {} }) => Object.keys(resource)))];
    assert.deepEqual(evaluated.filter((type) => !translated.includes(type)).sort(), others);
  });

  it("has recorded translations for exactly the translated types", () =>
    assert.deepEqual(Object.keys(recording()), Object.keys(translatedTypes)));

  for (const [type, samples] of Object.entries(recording()))
    it(`translates ${type} as recorded`, () => {
      for (const { properties, translated: expected } of samples) assert.deepEqual(translated(type, properties), expected);
    });

  describe("the Pulumi properties that an input comes from", () => {
    const model = { type: "AWS::SageMaker::Model", properties: { VpcConfig: { Subnets: [UNKNOWN], SecurityGroupIds: ["sg-1"] } } };
    const targets = { type: "AWS::Events::Rule", properties: { Targets: [{ Id: "a", EcsParameters: { TaskCount: 1 } }] } };
    const open = { type: "AWS::ECS::Service", properties: { NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: UNKNOWN } } } };
    for (const [form, resource, input, expected] of [
      ["aws-native", model, "vpcConfig", ["vpcConfig"]],
      ["aws-native", targets, "ecsTarget", ["targets"]],
      ["aws-native", open, "networkConfiguration", ["networkConfiguration"]],
      ["aws-native extension", model, "vpcConfig", ["properties"]],
      ["Cloud Control", model, "vpcConfig", ["desiredState"]],
    ] as const)
      it(`are ${expected.join(", ")} for ${input} in ${form}`, () => {
        const { props, ...written } = forms[form]!(resource);
        const { resources } = translate({ ...written, props: unknownCheckingProxy(props as object) as Record<string, unknown> })!;
        const found = resources.flatMap(({ dependencies }) => dependencies[input]?.properties ?? []);
        assert.deepEqual([...new Set(found)], expected);
      });
  });

  it("translates only to types that exist in the provider", () => {
    const sdk = path.dirname(require.resolve("@pulumi/aws/package.json"));
    for (const type of Object.values(translatedTypes).flat()) {
      const [, module, file] = /^aws:(\w+)\/(\w+):/.exec(type) ?? [];
      assert.ok(fs.readFileSync(path.join(sdk, module!, `${file}.js`), "utf8").includes(`__pulumiType = '${type}'`), type);
    }
  });
});
