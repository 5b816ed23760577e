// Lists the CloudFormation resource types that guardrails evaluate, with the resource type of @pulumi/aws and its inputs.
// Source: AWS CloudFormation Template Reference.
import { elements, firstUnknown, type Get, read, readPath, type Shape, type Target } from "./shape";

/** Inputs whose CloudFormation property has the same name. */
const same = (...inputs: string[]): Shape => Object.fromEntries(inputs.map((input) => [input, input]));

/** A value at a path below a property. */
const at = (property: string, ...path: string[]) => ({ from: [property], value: (get: Get) => readPath(get(property), ...path) });

/** `aws:ec2/vpc:Vpc` for `ec2`, `Vpc`. */
const token = (module: string, name: string) => `aws:${module}/${name[0]!.toLowerCase()}${name.slice(1)}:${name}`;
const one = (module: string, name: string, shape: Shape = {}): Target[] => [{ type: token(module, name), shape }];

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
const job = one("sagemaker", "DataQualityJobDefinition", jobNetwork);

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
  const flags = elements(interfaces).map((one) => readPath(one, "AssociatePublicIpAddress"));
  return firstUnknown(interfaces, ...flags) ?? (flags.some((flag) => String(flag) === "true") ? true : undefined);
};
const instanceNetwork = (own: string, ofInterface: string) => ({
  from: [own, "NetworkInterfaces"],
  value: (get: Get) => get(own) ?? readPath(elements(get("NetworkInterfaces"))[0], ofInterface),
});

const attribute = (name: string) => (get: Get) =>
  readPath(
    elements(get("LoadBalancerAttributes")).find((one) => read(one, "Key") === name),
    "Value",
  );

const publicly = (module: string, name: string) => one(module, name, same("publiclyAccessible"));
const blockFlags = same("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets");

export const table: Record<string, Target[]> = {
  // Networks
  "AWS::EC2::VPC": one("ec2", "Vpc", {
    ...same("cidrBlock", "enableDnsSupport"),
    id: "VpcId",
    defaultSecurityGroupId: "DefaultSecurityGroup",
  }),
  "AWS::EC2::VPCCidrBlock": one("ec2", "VpcIpv4CidrBlockAssociation", same("vpcId", "cidrBlock")),
  "AWS::EC2::Subnet": one("ec2", "Subnet", {
    ...same("vpcId", "mapPublicIpOnLaunch", "assignIpv6AddressOnCreation", "ipv6CidrBlock", "ipv6Native"),
    id: "SubnetId",
  }),
  "AWS::EC2::InternetGateway": one("ec2", "InternetGateway", { id: "InternetGatewayId" }),
  "AWS::EC2::VPCGatewayAttachment": [
    { type: token("ec2", "InternetGatewayAttachment"), when: "InternetGatewayId", shape: same("internetGatewayId", "vpcId") },
    { type: token("ec2", "VpnGatewayAttachment"), when: "VpnGatewayId", shape: same("vpnGatewayId", "vpcId") },
  ],
  "AWS::EC2::EgressOnlyInternetGateway": one("ec2", "EgressOnlyInternetGateway", { ...same("vpcId"), id: "Id" }),
  "AWS::EC2::CarrierGateway": one("ec2", "CarrierGateway", { ...same("vpcId"), id: "CarrierGatewayId" }),
  "AWS::EC2::NatGateway": one("ec2", "NatGateway", {
    ...same("connectivityType", "subnetId", "vpcId", "allocationId", "secondaryAllocationIds", "availabilityZoneAddresses"),
    id: "NatGatewayId",
  }),
  "AWS::EC2::EIP": one("ec2", "Eip", { instance: "InstanceId", id: "AllocationId" }),
  "AWS::EC2::EIPAssociation": one("ec2", "EipAssociation", same("allocationId", "instanceId", "networkInterfaceId")),
  "AWS::EC2::RouteTable": one("ec2", "RouteTable", { ...same("vpcId"), id: "RouteTableId" }),
  "AWS::EC2::Route": one("ec2", "Route", {
    ...same("routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId", "gatewayId", "natGatewayId"),
    ...same("carrierGatewayId", "localGatewayId", "networkInterfaceId", "instanceId", "transitGatewayId", "vpcPeeringConnectionId"),
    ...same("vpcEndpointId", "coreNetworkArn"),
    egressOnlyGatewayId: "EgressOnlyInternetGatewayId",
  }),
  "AWS::EC2::SubnetRouteTableAssociation": one("ec2", "RouteTableAssociation", same("subnetId", "routeTableId")),
  "AWS::EC2::SecurityGroup": one("ec2", "SecurityGroup", {
    ...same("vpcId"),
    id: "GroupId",
    ingress: groupRules("SecurityGroupIngress", "Source", undefined),
    egress: groupRules("SecurityGroupEgress", "Destination", allEgress),
  }),
  "AWS::EC2::SecurityGroupIngress": one("vpc", "SecurityGroupIngressRule", {
    securityGroupId: "GroupId",
    cidrIpv4: "CidrIp",
    cidrIpv6: "CidrIpv6",
    prefixListId: "SourcePrefixListId",
    referencedSecurityGroupId: "SourceSecurityGroupId",
  }),
  "AWS::EC2::SecurityGroupEgress": one("vpc", "SecurityGroupEgressRule", {
    securityGroupId: "GroupId",
    cidrIpv4: "CidrIp",
    cidrIpv6: "CidrIpv6",
    prefixListId: "DestinationPrefixListId",
    referencedSecurityGroupId: "DestinationSecurityGroupId",
  }),
  "AWS::EC2::PrefixList": one("ec2", "ManagedPrefixList", { entries: ["Entries", same("cidr")], id: "PrefixListId" }),
  "AWS::EC2::VPCEndpoint": one("ec2", "VpcEndpoint", {
    ...same("vpcId", "vpcEndpointType", "serviceName", "subnetIds", "securityGroupIds", "routeTableIds", "privateDnsEnabled"),
    id: "Id",
  }),
  "AWS::EC2::VPCEndpointService": one("ec2", "VpcEndpointService"),
  "AWS::EC2::VPCPeeringConnection": one("ec2", "VpcPeeringConnection", { ...same("vpcId", "peerVpcId"), id: "Id" }),
  "AWS::EC2::VPNGateway": one("ec2", "VpnGateway", { id: "VPNGatewayId" }),
  "AWS::EC2::TransitGateway": one("ec2transitgateway", "TransitGateway", { id: "Id" }),
  "AWS::EC2::NetworkInterface": one("ec2", "NetworkInterface", { ...same("subnetId"), securityGroups: "GroupSet", id: "Id" }),
  "AWS::EC2::Instance": one("ec2", "Instance", {
    associatePublicIpAddress: { from: ["NetworkInterfaces"], value: (get) => publicInterface(get("NetworkInterfaces")) },
    subnetId: instanceNetwork("SubnetId", "SubnetId"),
    vpcSecurityGroupIds: instanceNetwork("SecurityGroupIds", "GroupSet"),
    launchTemplate: "LaunchTemplate",
    id: "InstanceId",
  }),
  "AWS::EC2::LaunchTemplate": one("ec2", "LaunchTemplate", {
    networkInterfaces: {
      from: ["LaunchTemplateData"],
      value: (get) => {
        const interfaces = readPath(get("LaunchTemplateData"), "NetworkInterfaces");
        return (
          firstUnknown(interfaces) ??
          elements(interfaces).map((one) => ({
            associatePublicIpAddress: readPath(one, "AssociatePublicIpAddress"),
            associateCarrierIpAddress: readPath(one, "AssociateCarrierIpAddress"),
          }))
        );
      },
    },
  }),
  "AWS::EC2::SpotFleet": one("ec2", "SpotFleetRequest", {
    launchSpecifications: {
      from: ["SpotFleetRequestConfigData"],
      value: (get) => {
        const specifications = readPath(get("SpotFleetRequestConfigData"), "LaunchSpecifications");
        return (
          firstUnknown(specifications) ??
          elements(specifications).map((one) => ({ associatePublicIpAddress: publicInterface(readPath(one, "NetworkInterfaces")) }))
        );
      },
    },
  }),
  "AWS::AutoScaling::LaunchConfiguration": one("ec2", "LaunchConfiguration", same("associatePublicIpAddress")),
  "AWS::EC2::InstanceConnectEndpoint": one("ec2transitgateway", "InstanceConnectEndpoint", same("subnetId", "securityGroupIds")),
  "AWS::ElasticLoadBalancingV2::LoadBalancer": one("lb", "LoadBalancer", {
    internal: equals("Scheme", "internal"),
    loadBalancerType: "Type",
    accessLogs: { from: ["LoadBalancerAttributes"], value: (get) => ({ bucket: attribute("access_logs.s3.bucket")(get) }) },
    connectionLogs: { from: ["LoadBalancerAttributes"], value: (get) => ({ bucket: attribute("connection_logs.s3.bucket")(get) }) },
  }),
  "AWS::ElasticLoadBalancing::LoadBalancer": one("elb", "LoadBalancer", {
    internal: equals("Scheme", "internal"),
    accessLogs: ["AccessLoggingPolicy", { bucket: "S3BucketName" }],
  }),
  "AWS::GlobalAccelerator::Accelerator": one("globalaccelerator", "Accelerator"),
  "AWS::GlobalAccelerator::EndpointGroup": one("globalaccelerator", "EndpointGroup", {
    endpointConfigurations: ["EndpointConfigurations", same("endpointId")],
  }),
  // DNS
  "AWS::Route53::HostedZone": one("route53", "Zone", { ...same("name"), vpcs: ["VPCs", { vpcId: "VPCId" }], id: "Id" }),
  "AWS::Route53Resolver::FirewallDomainList": one("route53", "ResolverFirewallDomainList", { ...same("domains"), id: "Id" }),
  "AWS::Route53Resolver::FirewallRuleGroup": [
    ...one("route53", "ResolverFirewallRuleGroup", { id: "Id" }),
    {
      type: token("route53", "ResolverFirewallRule"),
      each: "FirewallRules",
      ownerInput: "firewallRuleGroupId",
      shape: { ...same("action", "priority", "firewallDomainListId", "dnsThreatProtection"), qType: "Qtype" },
    },
  ],
  "AWS::Route53Resolver::FirewallRuleGroupAssociation": one(
    "route53",
    "ResolverFirewallRuleGroupAssociation",
    same("vpcId", "firewallRuleGroupId", "priority"),
  ),
  "AWS::Route53Resolver::ResolverRule": one("route53", "ResolverRule", { ...same("ruleType"), id: "ResolverRuleId" }),
  "AWS::Route53Resolver::ResolverRuleAssociation": one("route53", "ResolverRuleAssociation", {
    ...same("resolverRuleId"),
    vpcId: "VPCId",
  }),
  // SageMaker
  "AWS::SageMaker::Domain": one("sagemaker", "Domain", {
    ...same("appNetworkAccessType", "vpcId", "subnetIds", "kmsKeyId"),
    defaultUserSettings: ["DefaultUserSettings", appSettings],
    defaultSpaceSettings: ["DefaultSpaceSettings", { ...appSettings, executionRole: "ExecutionRole" }],
    domainSettings: ["DomainSettings", same("securityGroupIds")],
    id: "DomainId",
  }),
  "AWS::SageMaker::UserProfile": one("sagemaker", "UserProfile", {
    ...same("domainId"),
    userSettings: ["UserSettings", appSettings],
  }),
  "AWS::SageMaker::NotebookInstance": one("sagemaker", "NotebookInstance", {
    ...same("directInternetAccess", "subnetId", "kmsKeyId"),
    securityGroups: "SecurityGroupIds",
  }),
  "AWS::SageMaker::Model": one("sagemaker", "Model", { ...same("enableNetworkIsolation"), vpcConfig: ["VpcConfig", vpcConfig] }),
  "AWS::SageMaker::EndpointConfig": one("sagemaker", "EndpointConfiguration", {
    kmsKeyArn: "KmsKeyId",
    productionVariants: ["ProductionVariants", variant],
    shadowProductionVariants: ["ShadowProductionVariants", variant],
  }),
  "AWS::SageMaker::DataQualityJobDefinition": job,
  "AWS::SageMaker::ModelBiasJobDefinition": job,
  "AWS::SageMaker::ModelExplainabilityJobDefinition": job,
  "AWS::SageMaker::ModelQualityJobDefinition": job,
  "AWS::SageMaker::ProcessingJob": job,
  "AWS::SageMaker::MonitoringSchedule": one("sagemaker", "MonitoringSchedule", {
    monitoringScheduleConfig: ["MonitoringScheduleConfig", { monitoringJobDefinition: ["MonitoringJobDefinition", jobNetwork] }],
  }),
  // Data
  "AWS::S3::Bucket": [
    ...one("s3", "Bucket", {
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
  "AWS::S3::BucketPolicy": one("s3", "BucketPolicy", { ...same("bucket"), policy: "PolicyDocument" }),
  "AWS::S3::AccessPoint": one("s3", "AccessPoint", {
    publicAccessBlockConfiguration: ["PublicAccessBlockConfiguration", blockFlags],
  }),
  "AWS::S3::MultiRegionAccessPoint": one("s3control", "MultiRegionAccessPoint", {
    details: {
      from: ["PublicAccessBlockConfiguration"],
      value: (get) => ({
        publicAccessBlock: Object.fromEntries(
          Object.keys(blockFlags).map((flag) => [flag, readPath(get("PublicAccessBlockConfiguration"), flag)]),
        ),
      }),
    },
  }),
  "AWS::KMS::Key": one("kms", "Key", {
    ...same("enableKeyRotation", "rotationPeriodInDays", "keyUsage"),
    customerMasterKeySpec: "KeySpec",
    id: "KeyId",
  }),
  "AWS::Logs::LogGroup": one("cloudwatch", "LogGroup", same("kmsKeyId")),
  // Tasks
  "AWS::ECS::Service": one("ecs", "Service", taskNetwork("NetworkConfiguration")),
  "AWS::ECS::TaskSet": one("ecs", "TaskSet", taskNetwork("NetworkConfiguration")),
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
  "AWS::Scheduler::Schedule": one("scheduler", "Schedule", {
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
  "AWS::Pipes::Pipe": one("pipes", "Pipe", {
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
  "AWS::Batch::JobDefinition": one("batch", "JobDefinition", {
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
  "AWS::Amplify::App": one("amplify", "App"),
  "AWS::AmazonMQ::Broker": publicly("mq", "Broker"),
  "AWS::ApiGateway::RestApi": one("apigateway", "RestApi", { endpointConfiguration: ["EndpointConfiguration", same("types")] }),
  "AWS::ApiGatewayV2::Api": one("apigatewayv2", "Api"),
  "AWS::AppRunner::Service": one("apprunner", "Service", {
    networkConfiguration: ["NetworkConfiguration", { ingressConfiguration: ["IngressConfiguration", same("isPubliclyAccessible")] }],
  }),
  "AWS::AppStream::Fleet": one("appstream", "Fleet", same("enableDefaultInternetAccess")),
  "AWS::AppSync::GraphQLApi": one("appsync", "GraphQLApi", same("visibility")),
  "AWS::Cloud9::EnvironmentEC2": one("cloud9", "EnvironmentEC2", same("connectionType")),
  "AWS::CloudFront::Distribution": one("cloudfront", "Distribution"),
  // The API's default is a public address.
  "AWS::DMS::ReplicationInstance": one("dms", "ReplicationInstance", { publiclyAccessible: trueUnlessSet("PubliclyAccessible") }),
  "AWS::EC2::VerifiedAccessEndpoint": one("verifiedaccess", "Endpoint"),
  "AWS::EKS::Cluster": one("eks", "Cluster", { vpcConfig: ["ResourcesVpcConfig", same("endpointPublicAccess")] }),
  "AWS::ElasticBeanstalk::Environment": one("elasticbeanstalk", "Environment", {
    settings: ["OptionSettings", { namespace: "Namespace", name: "OptionName", value: "Value" }],
  }),
  "AWS::Elasticsearch::Domain": one("elasticsearch", "Domain", { vpcOptions: ["VPCOptions", same("subnetIds")] }),
  "AWS::GameLift::Fleet": one("gamelift", "Fleet"),
  "AWS::Lambda::Url": one("lambda", "FunctionUrl"),
  "AWS::Lightsail::Container": one("lightsail", "ContainerService"),
  "AWS::Lightsail::Database": publicly("lightsail", "Database"),
  "AWS::Lightsail::Instance": one("lightsail", "Instance"),
  "AWS::M2::Environment": publicly("m2", "Environment"),
  "AWS::MSK::Cluster": one("msk", "Cluster", {
    brokerNodeGroupInfo: [
      "BrokerNodeGroupInfo",
      { connectivityInfo: ["ConnectivityInfo", { publicAccess: ["PublicAccess", same("type")] }] },
    ],
  }),
  "AWS::Neptune::DBInstance": publicly("neptune", "ClusterInstance"),
  "AWS::OpenSearchServerless::SecurityPolicy": one("opensearch", "ServerlessSecurityPolicy", same("type", "policy")),
  "AWS::OpenSearchService::Domain": one("opensearch", "Domain", { vpcOptions: ["VPCOptions", same("subnetIds")] }),
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
  "AWS::Transfer::Server": one("transfer", "Server", {
    ...same("endpointType"),
    endpointDetails: ["EndpointDetails", same("addressAllocationIds")],
  }),
};
