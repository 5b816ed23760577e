// Lists the CloudFormation resource types that guardrails evaluate, with the resource type of @pulumi/aws and its inputs.
// Source: AWS CloudFormation Template Reference.
import { elements, firstUnknown, type Get, read, readPath, type Shape, type Target } from "./shape";

/** Inputs whose CloudFormation property has the same name. */
const same = (...inputs: string[]): Shape => Object.fromEntries(inputs.map((input) => [input, input]));

/** A value at a path below a property. */
const at = (property: string, ...path: string[]) => ({ from: [property], value: (get: Get) => readPath(get(property), ...path) });

/** `aws:ec2/vpc:Vpc` for `ec2`, `Vpc`. */
const token = (module: string, name: string) => `aws:${module}/${name[0]!.toLowerCase()}${name.slice(1)}:${name}`;
const targets = (module: string, name: string, shape: Shape = {}): Target[] => [{ type: token(module, name), shape }];

/** A flag that is true when a property has a value, and unknown when the value is unknown. */
const equals = (property: string, value: string) => ({
  from: [property],
  value: (get: Get) => firstUnknown(get(property)) ?? get(property) === value,
});

/** A flag that is true when it is not set. */
const trueUnlessSet = (property: string) => ({ from: [property], value: (get: Get) => get(property) ?? true });

const groupRule = (direction: "Source" | "Destination") => (rule: unknown) => ({
  cidrBlocks: elements(read(rule, "CidrIp")),
  ipv6CidrBlocks: elements(read(rule, "CidrIpv6")),
  prefixListIds: elements(read(rule, `${direction}PrefixListId`)),
  securityGroups: elements(read(rule, `${direction}SecurityGroupId`)),
  protocol: read(rule, "IpProtocol"),
});
const groupRules = (property: string, direction: "Source" | "Destination", missing: unknown[] | undefined) => ({
  from: [property],
  value: (get: Get) => {
    const rules = get(property);
    return rules === undefined ? missing : (firstUnknown(rules) ?? elements(rules).map(groupRule(direction)));
  },
});
/** EC2 creates a security group with this rule, and CloudFormation removes it only for a group with other egress rules. */
const allEgress = [{ cidrBlocks: ["0.0.0.0/0"], protocol: "-1" }];

const vpcConfig: Shape = { subnets: "Subnets", securityGroupIds: "SecurityGroupIds" };
const jobNetwork: Shape = { networkConfig: ["NetworkConfig", { vpcConfig: ["VpcConfig", vpcConfig] }] };
const appSettings = same("securityGroups");
const job = targets("sagemaker", "DataQualityJobDefinition", jobNetwork);

const variant: Shape = {
  instanceType: "InstanceType",
  serverlessConfig: "ServerlessConfig",
  coreDumpConfig: ["CoreDumpConfig", same("destinationS3Uri", "kmsKeyId")],
};

const taskNetwork = (...path: [string, ...string[]]) => ({
  networkConfiguration: {
    from: [path[0]],
    value: (get: Get) => ({ assignPublicIp: readPath(get(path[0]), ...path.slice(1), "AwsvpcConfiguration", "AssignPublicIp") }),
  },
});

/** The flag of the network interfaces: an unknown value, else whether any interface requests a public address. */
const publicInterface = (interfaces: unknown) => {
  const flags = elements(interfaces).map((element) => readPath(element, "AssociatePublicIpAddress"));
  return firstUnknown(interfaces, ...flags) ?? (flags.some((flag) => String(flag) === "true") ? true : undefined);
};
const instanceNetwork = (ofInstance: string, ofInterface: string) => ({
  from: [ofInstance, "NetworkInterfaces"],
  value: (get: Get) => get(ofInstance) ?? readPath(elements(get("NetworkInterfaces"))[0], ofInterface),
});

const attribute = (name: string) => (get: Get) =>
  readPath(
    elements(get("LoadBalancerAttributes")).find((element) => read(element, "Key") === name),
    "Value",
  );

const publicly = (module: string, name: string) => targets(module, name, same("publiclyAccessible"));
const blockFlags = same("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets");

export const table: Record<string, Target[]> = {
  // Networks
  "AWS::EC2::VPC": targets("ec2", "Vpc", {
    ...same("cidrBlock", "enableDnsSupport"),
    id: "VpcId",
    defaultSecurityGroupId: "DefaultSecurityGroup",
  }),
  "AWS::EC2::VPCCidrBlock": targets("ec2", "VpcIpv4CidrBlockAssociation", same("vpcId", "cidrBlock")),
  "AWS::EC2::Subnet": targets("ec2", "Subnet", {
    ...same("vpcId", "mapPublicIpOnLaunch", "assignIpv6AddressOnCreation", "ipv6CidrBlock", "ipv6Native"),
    id: "SubnetId",
  }),
  "AWS::EC2::InternetGateway": targets("ec2", "InternetGateway", { id: "InternetGatewayId" }),
  "AWS::EC2::VPCGatewayAttachment": [
    { type: token("ec2", "InternetGatewayAttachment"), when: "InternetGatewayId", shape: same("internetGatewayId", "vpcId") },
    { type: token("ec2", "VpnGatewayAttachment"), when: "VpnGatewayId", shape: same("vpnGatewayId", "vpcId") },
  ],
  "AWS::EC2::EgressOnlyInternetGateway": targets("ec2", "EgressOnlyInternetGateway", { ...same("vpcId"), id: "Id" }),
  "AWS::EC2::CarrierGateway": targets("ec2", "CarrierGateway", { ...same("vpcId"), id: "CarrierGatewayId" }),
  "AWS::EC2::NatGateway": targets("ec2", "NatGateway", {
    ...same("connectivityType", "subnetId", "vpcId", "allocationId", "secondaryAllocationIds", "availabilityZoneAddresses"),
    id: "NatGatewayId",
  }),
  "AWS::EC2::EIP": targets("ec2", "Eip", { instance: "InstanceId", id: "AllocationId" }),
  "AWS::EC2::EIPAssociation": targets("ec2", "EipAssociation", same("allocationId", "instanceId", "networkInterfaceId")),
  "AWS::EC2::RouteTable": targets("ec2", "RouteTable", { ...same("vpcId"), id: "RouteTableId" }),
  "AWS::EC2::Route": targets("ec2", "Route", {
    ...same("routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId", "gatewayId", "natGatewayId"),
    ...same("carrierGatewayId", "localGatewayId", "networkInterfaceId", "instanceId", "transitGatewayId", "vpcPeeringConnectionId"),
    ...same("vpcEndpointId", "coreNetworkArn"),
    egressOnlyGatewayId: "EgressOnlyInternetGatewayId",
  }),
  "AWS::EC2::SubnetRouteTableAssociation": targets("ec2", "RouteTableAssociation", same("subnetId", "routeTableId")),
  "AWS::EC2::SecurityGroup": targets("ec2", "SecurityGroup", {
    ...same("vpcId"),
    id: "GroupId",
    ingress: groupRules("SecurityGroupIngress", "Source", undefined),
    egress: groupRules("SecurityGroupEgress", "Destination", allEgress),
  }),
  "AWS::EC2::SecurityGroupIngress": targets("vpc", "SecurityGroupIngressRule", {
    securityGroupId: "GroupId",
    cidrIpv4: "CidrIp",
    cidrIpv6: "CidrIpv6",
    prefixListId: "SourcePrefixListId",
    referencedSecurityGroupId: "SourceSecurityGroupId",
  }),
  "AWS::EC2::SecurityGroupEgress": targets("vpc", "SecurityGroupEgressRule", {
    securityGroupId: "GroupId",
    cidrIpv4: "CidrIp",
    cidrIpv6: "CidrIpv6",
    prefixListId: "DestinationPrefixListId",
    referencedSecurityGroupId: "DestinationSecurityGroupId",
  }),
  "AWS::EC2::PrefixList": targets("ec2", "ManagedPrefixList", { entries: ["Entries", same("cidr")], id: "PrefixListId" }),
  "AWS::EC2::VPCEndpoint": targets("ec2", "VpcEndpoint", {
    ...same("vpcId", "vpcEndpointType", "serviceName", "subnetIds", "securityGroupIds", "routeTableIds", "privateDnsEnabled"),
    id: "Id",
  }),
  "AWS::EC2::VPCEndpointService": targets("ec2", "VpcEndpointService"),
  "AWS::EC2::VPCPeeringConnection": targets("ec2", "VpcPeeringConnection", { ...same("vpcId", "peerVpcId"), id: "Id" }),
  "AWS::EC2::VPNGateway": targets("ec2", "VpnGateway", { id: "VPNGatewayId" }),
  "AWS::EC2::TransitGateway": targets("ec2transitgateway", "TransitGateway", { id: "Id" }),
  "AWS::EC2::NetworkInterface": targets("ec2", "NetworkInterface", { ...same("subnetId"), securityGroups: "GroupSet", id: "Id" }),
  "AWS::EC2::Instance": targets("ec2", "Instance", {
    associatePublicIpAddress: { from: ["NetworkInterfaces"], value: (get) => publicInterface(get("NetworkInterfaces")) },
    subnetId: instanceNetwork("SubnetId", "SubnetId"),
    vpcSecurityGroupIds: instanceNetwork("SecurityGroupIds", "GroupSet"),
    launchTemplate: "LaunchTemplate",
    id: "InstanceId",
  }),
  "AWS::EC2::LaunchTemplate": targets("ec2", "LaunchTemplate", {
    networkInterfaces: {
      from: ["LaunchTemplateData"],
      value: (get) => {
        const interfaces = readPath(get("LaunchTemplateData"), "NetworkInterfaces");
        return (
          firstUnknown(interfaces) ??
          elements(interfaces).map((element) => ({
            associatePublicIpAddress: readPath(element, "AssociatePublicIpAddress"),
            associateCarrierIpAddress: readPath(element, "AssociateCarrierIpAddress"),
          }))
        );
      },
    },
  }),
  "AWS::EC2::SpotFleet": targets("ec2", "SpotFleetRequest", {
    launchSpecifications: {
      from: ["SpotFleetRequestConfigData"],
      value: (get) => {
        const specifications = readPath(get("SpotFleetRequestConfigData"), "LaunchSpecifications");
        return (
          firstUnknown(specifications) ??
          elements(specifications).map((element) => ({ associatePublicIpAddress: publicInterface(readPath(element, "NetworkInterfaces")) }))
        );
      },
    },
  }),
  "AWS::AutoScaling::LaunchConfiguration": targets("ec2", "LaunchConfiguration", same("associatePublicIpAddress")),
  "AWS::EC2::InstanceConnectEndpoint": targets("ec2transitgateway", "InstanceConnectEndpoint", same("subnetId", "securityGroupIds")),
  "AWS::ElasticLoadBalancingV2::LoadBalancer": targets("lb", "LoadBalancer", {
    internal: equals("Scheme", "internal"),
    loadBalancerType: "Type",
    accessLogs: { from: ["LoadBalancerAttributes"], value: (get) => ({ bucket: attribute("access_logs.s3.bucket")(get) }) },
    connectionLogs: { from: ["LoadBalancerAttributes"], value: (get) => ({ bucket: attribute("connection_logs.s3.bucket")(get) }) },
  }),
  "AWS::ElasticLoadBalancing::LoadBalancer": targets("elb", "LoadBalancer", {
    internal: equals("Scheme", "internal"),
    accessLogs: ["AccessLoggingPolicy", { bucket: "S3BucketName" }],
  }),
  "AWS::GlobalAccelerator::Accelerator": targets("globalaccelerator", "Accelerator"),
  "AWS::GlobalAccelerator::EndpointGroup": targets("globalaccelerator", "EndpointGroup", {
    endpointConfigurations: ["EndpointConfigurations", same("endpointId")],
  }),
  // DNS
  "AWS::Route53::HostedZone": targets("route53", "Zone", { ...same("name"), vpcs: ["VPCs", { vpcId: "VPCId" }], id: "Id" }),
  "AWS::Route53Resolver::FirewallDomainList": targets("route53", "ResolverFirewallDomainList", { ...same("domains"), id: "Id" }),
  "AWS::Route53Resolver::FirewallRuleGroup": [
    ...targets("route53", "ResolverFirewallRuleGroup", { id: "Id" }),
    {
      type: token("route53", "ResolverFirewallRule"),
      each: "FirewallRules",
      ownerInput: "firewallRuleGroupId",
      shape: { ...same("action", "priority", "firewallDomainListId", "dnsThreatProtection"), qType: "Qtype" },
    },
  ],
  "AWS::Route53Resolver::FirewallRuleGroupAssociation": targets(
    "route53",
    "ResolverFirewallRuleGroupAssociation",
    same("vpcId", "firewallRuleGroupId", "priority"),
  ),
  "AWS::Route53Resolver::ResolverRule": targets("route53", "ResolverRule", { ...same("ruleType"), id: "ResolverRuleId" }),
  "AWS::Route53Resolver::ResolverRuleAssociation": targets("route53", "ResolverRuleAssociation", {
    ...same("resolverRuleId"),
    vpcId: "VPCId",
  }),
  // SageMaker
  "AWS::SageMaker::Domain": targets("sagemaker", "Domain", {
    ...same("appNetworkAccessType", "vpcId", "subnetIds", "kmsKeyId"),
    defaultUserSettings: ["DefaultUserSettings", appSettings],
    defaultSpaceSettings: ["DefaultSpaceSettings", { ...appSettings, executionRole: "ExecutionRole" }],
    domainSettings: ["DomainSettings", same("securityGroupIds")],
    id: "DomainId",
  }),
  "AWS::SageMaker::UserProfile": targets("sagemaker", "UserProfile", {
    ...same("domainId"),
    userSettings: ["UserSettings", appSettings],
  }),
  "AWS::SageMaker::NotebookInstance": targets("sagemaker", "NotebookInstance", {
    ...same("directInternetAccess", "subnetId", "kmsKeyId"),
    securityGroups: "SecurityGroupIds",
  }),
  "AWS::SageMaker::Model": targets("sagemaker", "Model", { ...same("enableNetworkIsolation"), vpcConfig: ["VpcConfig", vpcConfig] }),
  "AWS::SageMaker::EndpointConfig": targets("sagemaker", "EndpointConfiguration", {
    kmsKeyArn: "KmsKeyId",
    productionVariants: ["ProductionVariants", variant],
    shadowProductionVariants: ["ShadowProductionVariants", variant],
  }),
  "AWS::SageMaker::DataQualityJobDefinition": job,
  "AWS::SageMaker::ModelBiasJobDefinition": job,
  "AWS::SageMaker::ModelExplainabilityJobDefinition": job,
  "AWS::SageMaker::ModelQualityJobDefinition": job,
  "AWS::SageMaker::ProcessingJob": job,
  "AWS::SageMaker::MonitoringSchedule": targets("sagemaker", "MonitoringSchedule", {
    monitoringScheduleConfig: ["MonitoringScheduleConfig", { monitoringJobDefinition: ["MonitoringJobDefinition", jobNetwork] }],
  }),
  // Data
  "AWS::S3::Bucket": [
    ...targets("s3", "Bucket", {
      bucket: "BucketName",
      serverSideEncryptionConfiguration: {
        from: ["BucketEncryption"],
        value: (get) => {
          const rules = readPath(get("BucketEncryption"), "ServerSideEncryptionConfiguration");
          const byDefault = (rule: unknown) => readPath(rule, "ServerSideEncryptionByDefault");
          return rules === undefined
            ? undefined
            : (firstUnknown(rules) ?? {
                rule: elements(rules).map((rule) => ({
                  applyServerSideEncryptionByDefault: {
                    sseAlgorithm: readPath(byDefault(rule), "SSEAlgorithm"),
                    kmsMasterKeyId: readPath(byDefault(rule), "KMSMasterKeyID"),
                  },
                })),
              });
        },
      },
      logging: ["LoggingConfiguration", { targetBucket: "DestinationBucketName" }],
    }),
    {
      type: token("s3", "BucketPublicAccessBlock"),
      when: "PublicAccessBlockConfiguration",
      ownerInput: "bucket",
      shape: Object.fromEntries(Object.keys(blockFlags).map((flag) => [flag, at("PublicAccessBlockConfiguration", flag)])),
    },
  ],
  "AWS::S3::BucketPolicy": targets("s3", "BucketPolicy", { ...same("bucket"), policy: "PolicyDocument" }),
  "AWS::S3::AccessPoint": targets("s3", "AccessPoint", {
    publicAccessBlockConfiguration: ["PublicAccessBlockConfiguration", blockFlags],
  }),
  "AWS::S3::MultiRegionAccessPoint": targets("s3control", "MultiRegionAccessPoint", {
    details: {
      from: ["PublicAccessBlockConfiguration"],
      value: (get) => ({
        publicAccessBlock: Object.fromEntries(
          Object.keys(blockFlags).map((flag) => [flag, readPath(get("PublicAccessBlockConfiguration"), flag)]),
        ),
      }),
    },
  }),
  "AWS::KMS::Key": targets("kms", "Key", {
    ...same("enableKeyRotation", "rotationPeriodInDays", "keyUsage"),
    customerMasterKeySpec: "KeySpec",
    id: "KeyId",
  }),
  "AWS::CodeArtifact::Repository": [
    ...targets("codeartifact", "Repository", same("externalConnections", "upstreams")),
    ...targets("codeartifact", "RepositoryPermissionsPolicy", { policyDocument: "PermissionsPolicyDocument" }),
  ],
  "AWS::CodeArtifact::Domain": targets("codeartifact", "DomainPermissions", { policyDocument: "PermissionsPolicyDocument" }),
  "AWS::Logs::LogGroup": targets("cloudwatch", "LogGroup", same("kmsKeyId")),
  // Tasks
  "AWS::ECS::Service": targets("ecs", "Service", taskNetwork("NetworkConfiguration")),
  "AWS::ECS::TaskSet": targets("ecs", "TaskSet", taskNetwork("NetworkConfiguration")),
  "AWS::Events::Rule": [
    {
      type: token("cloudwatch", "EventTarget"),
      each: "Targets",
      shape: {
        ecsTarget: {
          from: ["EcsParameters"],
          value: (get) => ({
            networkConfiguration: {
              assignPublicIp: readPath(get("EcsParameters"), "NetworkConfiguration", "AwsVpcConfiguration", "AssignPublicIp"),
            },
          }),
        },
      },
    },
  ],
  "AWS::Scheduler::Schedule": targets("scheduler", "Schedule", {
    target: {
      from: ["Target"],
      value: (get) => ({
        ecsParameters: {
          networkConfiguration: {
            assignPublicIp: readPath(get("Target"), "EcsParameters", "NetworkConfiguration", "AwsvpcConfiguration", "AssignPublicIp"),
          },
        },
      }),
    },
  }),
  "AWS::Pipes::Pipe": targets("pipes", "Pipe", {
    targetParameters: {
      from: ["TargetParameters"],
      value: (get) => ({
        ecsTaskParameters: {
          networkConfiguration: {
            awsVpcConfiguration: {
              assignPublicIp: readPath(
                get("TargetParameters"),
                "EcsTaskParameters",
                "NetworkConfiguration",
                "AwsvpcConfiguration",
                "AssignPublicIp",
              ),
            },
          },
        },
      }),
    },
  }),
  "AWS::Batch::JobDefinition": targets("batch", "JobDefinition", {
    containerProperties: {
      from: ["ContainerProperties"],
      value: (get) => ({
        networkConfiguration: { assignPublicIp: readPath(get("ContainerProperties"), "NetworkConfiguration", "AssignPublicIp") },
      }),
    },
    ecsProperties: {
      from: ["EcsProperties"],
      value: (get) => ({
        taskProperties: elements(readPath(get("EcsProperties"), "TaskProperties")).map((task) => ({
          networkConfiguration: { assignPublicIp: readPath(task, "NetworkConfiguration", "AssignPublicIp") },
        })),
      }),
    },
  }),
  // Services with public endpoints
  "AWS::Amplify::App": targets("amplify", "App"),
  "AWS::AmazonMQ::Broker": publicly("mq", "Broker"),
  "AWS::ApiGateway::RestApi": targets("apigateway", "RestApi", { endpointConfiguration: ["EndpointConfiguration", same("types")] }),
  "AWS::ApiGatewayV2::Api": targets("apigatewayv2", "Api"),
  "AWS::AppRunner::Service": targets("apprunner", "Service", {
    networkConfiguration: ["NetworkConfiguration", { ingressConfiguration: ["IngressConfiguration", same("isPubliclyAccessible")] }],
  }),
  "AWS::AppStream::Fleet": targets("appstream", "Fleet", same("enableDefaultInternetAccess")),
  "AWS::AppSync::GraphQLApi": targets("appsync", "GraphQLApi", same("visibility")),
  "AWS::Cloud9::EnvironmentEC2": targets("cloud9", "EnvironmentEC2", same("connectionType")),
  "AWS::CloudFront::Distribution": targets("cloudfront", "Distribution"),
  // The API's default is a public address.
  "AWS::DMS::ReplicationInstance": targets("dms", "ReplicationInstance", { publiclyAccessible: trueUnlessSet("PubliclyAccessible") }),
  "AWS::EC2::VerifiedAccessEndpoint": targets("verifiedaccess", "Endpoint"),
  "AWS::EKS::Cluster": targets("eks", "Cluster", { vpcConfig: ["ResourcesVpcConfig", same("endpointPublicAccess")] }),
  "AWS::ElasticBeanstalk::Environment": targets("elasticbeanstalk", "Environment", {
    settings: ["OptionSettings", { namespace: "Namespace", name: "OptionName", value: "Value" }],
  }),
  "AWS::Elasticsearch::Domain": targets("elasticsearch", "Domain", { vpcOptions: ["VPCOptions", same("subnetIds")] }),
  "AWS::GameLift::Fleet": targets("gamelift", "Fleet"),
  "AWS::Lambda::Url": targets("lambda", "FunctionUrl"),
  "AWS::Lightsail::Container": targets("lightsail", "ContainerService"),
  "AWS::Lightsail::Database": publicly("lightsail", "Database"),
  "AWS::Lightsail::Instance": targets("lightsail", "Instance"),
  "AWS::M2::Environment": publicly("m2", "Environment"),
  "AWS::MSK::Cluster": targets("msk", "Cluster", {
    brokerNodeGroupInfo: [
      "BrokerNodeGroupInfo",
      { connectivityInfo: ["ConnectivityInfo", { publicAccess: ["PublicAccess", same("type")] }] },
    ],
  }),
  "AWS::Neptune::DBInstance": publicly("neptune", "ClusterInstance"),
  "AWS::OpenSearchServerless::SecurityPolicy": targets("opensearch", "ServerlessSecurityPolicy", same("type", "policy")),
  "AWS::OpenSearchService::Domain": targets("opensearch", "Domain", { vpcOptions: ["VPCOptions", same("subnetIds")] }),
  "AWS::RDS::DBCluster": publicly("rds", "ClusterInstance"),
  "AWS::RDS::DBInstance": publicly("rds", "Instance"),
  "AWS::RDS::DBShardGroup": publicly("rds", "ShardGroup"),
  "AWS::Redshift::Cluster": [
    ...publicly("redshift", "Cluster"),
    { type: token("redshift", "Logging"), when: "LoggingProperties", shape: { bucketName: at("LoggingProperties", "BucketName") } },
  ],
  "AWS::RedshiftServerless::Workgroup": publicly("redshiftserverless", "Workgroup"),
  "AWS::Timestream::InfluxDBCluster": publicly("timestreaminfluxdb", "DbCluster"),
  "AWS::Timestream::InfluxDBInstance": publicly("timestreaminfluxdb", "DbInstance"),
  "AWS::Transfer::Server": targets("transfer", "Server", {
    ...same("endpointType"),
    endpointDetails: ["EndpointDetails", same("addressAllocationIds")],
  }),
};
