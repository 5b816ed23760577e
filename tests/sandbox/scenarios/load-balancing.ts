import { type Scenario, type Step } from "../scenario";

const elb = "elbv2";
const none = (kind: string) => `arn:aws:elasticloadbalancing:eu-central-1:111122223333:${kind}/net/none/0123456789abcdef`;
const noGroup = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/none/0123456789abcdef";
const noService = "vpce-svc-0123456789abcdef0";
const target = { Protocol: "TCP", Port: 8080, VpcId: "${vpc}", TargetType: "ip" };
const tags = (TagList: object[]) => ({ ResourceArns: ["${balancer}"], Tags: TagList });

/** A VPC with a subnet in two Availability Zones, and an internal load balancer with a target group. `id` makes names unique. */
export const balancerParts = (id: string, cidr: string): Step[] => [
  { call: "ec2:CreateVpc", input: { CidrBlock: `${cidr}.0/24` }, save: { vpc: "Vpc.VpcId" } },
  {
    call: "ec2:CreateSubnet",
    input: { VpcId: "${vpc}", CidrBlock: `${cidr}.0/26`, AvailabilityZone: "eu-central-1a" },
    save: { subnet: "Subnet.SubnetId" },
  },
  {
    call: "ec2:CreateSubnet",
    input: { VpcId: "${vpc}", CidrBlock: `${cidr}.64/26`, AvailabilityZone: "eu-central-1b" },
    save: { other: "Subnet.SubnetId" },
  },
  {
    call: "ec2:CreateSecurityGroup",
    input: { VpcId: "${vpc}", GroupName: "balancer", Description: "balancer" },
    save: { group: "GroupId" },
  },
  {
    call: `${elb}:CreateLoadBalancer`,
    input: {
      Name: `${id}-\${run}`,
      Type: "network",
      Scheme: "internal",
      Subnets: ["${subnet}", "${other}"],
      SecurityGroups: ["${group}"],
      Tags: [{ Key: "team", Value: "fraud" }],
    },
    output: { LoadBalancers: [{ Scheme: "internal", Type: "network" }] },
    save: { balancer: "LoadBalancers.0.LoadBalancerArn" },
  },
  {
    call: `${elb}:CreateTargetGroup`,
    input: { Name: `${id}-\${run}`, ...target, HealthCheckProtocol: "HTTP", HealthCheckPath: "/-/ready", HealthCheckIntervalSeconds: 10 },
    output: { TargetGroups: [{ HealthCheckPath: "/-/ready", TargetType: "ip" }] },
    save: { targets: "TargetGroups.0.TargetGroupArn" },
  },
];

export const deleteBalancerParts: Step[] = [
  { call: `${elb}:DeleteLoadBalancer`, input: { LoadBalancerArn: "${balancer}" } },
  { call: `${elb}:DeleteTargetGroup`, input: { TargetGroupArn: "${targets}" } },
  { call: "ec2:DeleteSecurityGroup", input: { GroupId: "${group}" } },
  { call: "ec2:DeleteSubnet", input: { SubnetId: "${subnet}" } },
  { call: "ec2:DeleteSubnet", input: { SubnetId: "${other}" } },
  { call: "ec2:DeleteVpc", input: { VpcId: "${vpc}" } },
];

export const listener = (more: object = {}) => ({
  LoadBalancerArn: "${balancer}",
  Protocol: "TCP",
  Port: 443,
  DefaultActions: [{ Type: "forward", TargetGroupArn: "${targets}" }],
  ...more,
});

export const loadBalancing: Scenario[] = [
  {
    title: "serves a target group through a listener of an internal load balancer",
    steps: [
      ...balancerParts("elb", "10.91.0"),
      {
        call: `${elb}:CreateLoadBalancer`,
        input: { Name: "one-zone", Type: "network", Subnets: ["${subnet}", "${subnet}"] },
        error: "InvalidConfigurationRequest",
      },
      { call: `${elb}:CreateLoadBalancer`, input: { Name: "no_name", Type: "network", Subnets: ["${subnet}"] }, error: "ValidationError" },
      {
        call: `${elb}:CreateLoadBalancer`,
        input: { Name: "none", Type: "network", Subnets: ["subnet-0000000a"] },
        error: "SubnetNotFound",
      },
      {
        call: `${elb}:CreateLoadBalancer`,
        input: { Name: "none", Type: "network", Subnets: ["${subnet}"], SecurityGroups: ["sg-0000000a"] },
        error: "InvalidSecurityGroup",
      },
      { call: `${elb}:CreateTargetGroup`, input: { Name: "elb-${run}", ...target }, error: "DuplicateTargetGroupName" },
      {
        call: `${elb}:CreateTargetGroup`,
        input: { Name: "slow-${run}", ...target, HealthCheckIntervalSeconds: 301 },
        error: "ValidationError",
      },
      {
        call: `${elb}:SetSecurityGroups`,
        input: {
          LoadBalancerArn: "${balancer}",
          SecurityGroups: ["${group}"],
          EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: "off",
        },
      },
      {
        call: `${elb}:SetSecurityGroups`,
        input: { LoadBalancerArn: none("loadbalancer"), SecurityGroups: [] },
        error: "LoadBalancerNotFound",
      },
      {
        call: `${elb}:DescribeLoadBalancers`,
        input: { LoadBalancerArns: ["${balancer}"] },
        output: { LoadBalancers: [{ EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: "off", SecurityGroups: ["${group}"] }] },
      },
      { call: `${elb}:DescribeLoadBalancers`, input: { Names: ["none"] }, error: "LoadBalancerNotFound" },
      {
        call: `${elb}:ModifyLoadBalancerAttributes`,
        input: { LoadBalancerArn: "${balancer}", Attributes: [{ Key: "load_balancing.cross_zone.enabled", Value: "true" }] },
      },
      {
        call: `${elb}:ModifyLoadBalancerAttributes`,
        input: { LoadBalancerArn: none("loadbalancer"), Attributes: [] },
        error: "LoadBalancerNotFound",
      },
      { call: `${elb}:DescribeLoadBalancerAttributes`, input: { LoadBalancerArn: "${balancer}" } },
      {
        call: `${elb}:DescribeLoadBalancerAttributes`,
        input: { LoadBalancerArn: none("loadbalancer") },
        error: "LoadBalancerNotFound",
      },
      { call: `${elb}:DescribeCapacityReservation`, input: { LoadBalancerArn: "${balancer}" } },
      { call: `${elb}:DescribeCapacityReservation`, input: { LoadBalancerArn: none("loadbalancer") }, error: "LoadBalancerNotFound" },
      { call: `${elb}:CreateListener`, input: listener(), save: { listener: "Listeners.0.ListenerArn" } },
      { call: `${elb}:CreateListener`, input: listener(), error: "DuplicateListener" },
      { call: `${elb}:CreateListener`, input: listener({ Port: 444, Protocol: "TLS" }), error: "ValidationError" },
      { call: `${elb}:CreateListener`, input: listener({ Port: 444, Protocol: "HTTP" }), error: "ValidationError" },
      {
        call: `${elb}:CreateListener`,
        input: listener({
          Port: 444,
          Protocol: "TLS",
          Certificates: [{ CertificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/00000000-0000-4000-8000-000000000000" }],
        }),
        error: "CertificateNotFound",
      },
      { call: `${elb}:DescribeListeners`, input: { ListenerArns: ["${listener}"] }, output: { Listeners: [{ Port: 443 }] } },
      { call: `${elb}:DescribeListeners`, input: { ListenerArns: [none("listener")] }, error: "ListenerNotFound" },
      { call: `${elb}:DescribeListenerAttributes`, input: { ListenerArn: "${listener}" } },
      { call: `${elb}:DescribeListenerAttributes`, input: { ListenerArn: none("listener") }, error: "ListenerNotFound" },
      { call: `${elb}:ModifyListener`, input: { ListenerArn: "${listener}", Port: 443, Protocol: "TCP" } },
      { call: `${elb}:ModifyListener`, input: { ListenerArn: none("listener"), Port: 443 }, error: "ListenerNotFound" },
      {
        call: `${elb}:DescribeTargetGroups`,
        input: { TargetGroupArns: ["${targets}"] },
        output: { TargetGroups: [{ LoadBalancerArns: ["${balancer}"] }] },
      },
      { call: `${elb}:DescribeTargetGroups`, input: { TargetGroupArns: [noGroup] }, error: "TargetGroupNotFound" },
      { call: `${elb}:ModifyTargetGroup`, input: { TargetGroupArn: "${targets}", HealthCheckPath: "/-/ready" } },
      { call: `${elb}:ModifyTargetGroup`, input: { TargetGroupArn: "${targets}", HealthCheckTimeoutSeconds: 1 }, error: "ValidationError" },
      {
        call: `${elb}:ModifyTargetGroupAttributes`,
        input: { TargetGroupArn: "${targets}", Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "30" }] },
      },
      { call: `${elb}:ModifyTargetGroupAttributes`, input: { TargetGroupArn: noGroup, Attributes: [] }, error: "TargetGroupNotFound" },
      { call: `${elb}:DescribeTargetGroupAttributes`, input: { TargetGroupArn: "${targets}" } },
      { call: `${elb}:DescribeTargetGroupAttributes`, input: { TargetGroupArn: noGroup }, error: "TargetGroupNotFound" },
      { call: `${elb}:AddTags`, input: tags([{ Key: "stage", Value: "dev" }]) },
      {
        call: `${elb}:AddTags`,
        input: tags(Array.from({ length: 51 }, (_, i) => ({ Key: `tag${i}`, Value: "x" }))),
        error: "TooManyTags",
      },
      { call: `${elb}:RemoveTags`, input: { ResourceArns: ["${balancer}"], TagKeys: ["stage"] } },
      { call: `${elb}:RemoveTags`, input: { ResourceArns: [none("loadbalancer")], TagKeys: ["stage"] }, error: "LoadBalancerNotFound" },
      {
        call: `${elb}:DescribeTags`,
        input: { ResourceArns: ["${balancer}"] },
        output: { TagDescriptions: [{ Tags: [{ Key: "team", Value: "fraud" }] }] },
      },
      { call: `${elb}:DescribeTags`, input: { ResourceArns: [none("loadbalancer")] }, error: "LoadBalancerNotFound" },
      { call: `${elb}:DeleteTargetGroup`, input: { TargetGroupArn: "${targets}" }, error: "ResourceInUse" },
      { call: `${elb}:DeleteListener`, input: { ListenerArn: "${listener}" } },
      { call: `${elb}:DeleteListener`, input: { ListenerArn: "${listener}" }, error: "ListenerNotFound" },
      ...deleteBalancerParts,
    ],
  },
  {
    title: "offers a load balancer as an endpoint service, to allowed principals in its Availability Zones",
    steps: [
      ...balancerParts("svc", "10.92.0"),
      {
        call: "ec2:CreateVpcEndpointServiceConfiguration",
        input: { AcceptanceRequired: false, NetworkLoadBalancerArns: ["${balancer}"] },
        save: { service: "ServiceConfiguration.ServiceId", name: "ServiceConfiguration.ServiceName" },
      },
      {
        call: "ec2:CreateVpcEndpointServiceConfiguration",
        input: { AcceptanceRequired: false, NetworkLoadBalancerArns: ["${balancer}"] },
        error: "InvalidParameter",
      },
      { call: "ec2:CreateVpcEndpointServiceConfiguration", input: { AcceptanceRequired: false }, error: "MissingParameter" },
      {
        call: "ec2:DescribeVpcEndpointServiceConfigurations",
        input: { ServiceIds: ["${service}"] },
        output: { ServiceConfigurations: [{ NetworkLoadBalancerArns: ["${balancer}"], ServiceState: "Available" }] },
      },
      {
        call: "ec2:DescribeVpcEndpointServiceConfigurations",
        input: { ServiceIds: [noService] },
        error: "InvalidVpcEndpointServiceId.NotFound",
      },
      {
        call: "ec2:CreateVpcEndpoint",
        input: { VpcId: "${vpc}", ServiceName: "${name}", VpcEndpointType: "Interface", SubnetIds: ["${subnet}"] },
        error: "InvalidServiceName",
      },
      {
        call: "ec2:ModifyVpcEndpointServicePermissions",
        input: { ServiceId: "${service}", AddAllowedPrincipals: ["arn:aws:iam::111122223333:root"] },
      },
      {
        call: "ec2:ModifyVpcEndpointServicePermissions",
        input: { ServiceId: "${service}", AddAllowedPrincipals: ["111122223333"] },
        error: "InvalidPrincipal",
      },
      {
        call: "ec2:DescribeVpcEndpointServicePermissions",
        input: { ServiceId: "${service}" },
        output: { AllowedPrincipals: [{ Principal: "arn:aws:iam::111122223333:root" }] },
      },
      {
        call: "ec2:DescribeVpcEndpointServicePermissions",
        input: { ServiceId: noService },
        error: "InvalidVpcEndpointServiceId.NotFound",
      },
      { call: "ec2:ModifyVpcEndpointServiceConfiguration", input: { ServiceId: "${service}", AcceptanceRequired: false } },
      {
        call: "ec2:ModifyVpcEndpointServiceConfiguration",
        input: { ServiceId: noService, AcceptanceRequired: false },
        error: "InvalidVpcEndpointServiceId.NotFound",
      },
      {
        call: "ec2:CreateSubnet",
        input: { VpcId: "${vpc}", CidrBlock: "10.92.0.128/26", AvailabilityZone: "eu-central-1c" },
        save: { third: "Subnet.SubnetId" },
      },
      {
        call: "ec2:CreateVpcEndpoint",
        input: { VpcId: "${vpc}", ServiceName: "${name}", VpcEndpointType: "Interface", SubnetIds: ["${third}"] },
        error: "InvalidParameter",
      },
      { call: "ec2:DeleteSubnet", input: { SubnetId: "${third}" } },
      {
        call: "ec2:CreateVpcEndpoint",
        input: { VpcId: "${vpc}", ServiceName: "${name}", VpcEndpointType: "Interface", SubnetIds: ["${subnet}"] },
        save: { endpoint: "VpcEndpoint.VpcEndpointId" },
      },
      {
        call: "ec2:DeleteVpcEndpointServiceConfigurations",
        input: { ServiceIds: ["${service}"] },
        output: { Unsuccessful: [{ Error: { Code: "ExistingVpcEndpointConnections" } }] },
      },
      { call: `${elb}:DeleteLoadBalancer`, input: { LoadBalancerArn: "${balancer}" }, error: "ResourceInUse" },
      { call: "ec2:DeleteVpcEndpoints", input: { VpcEndpointIds: ["${endpoint}"] } },
      { call: "ec2:DeleteVpcEndpointServiceConfigurations", input: { ServiceIds: ["${service}"] }, output: { Unsuccessful: [] } },
      {
        call: "ec2:DeleteVpcEndpointServiceConfigurations",
        input: { ServiceIds: ["${service}"] },
        output: { Unsuccessful: [{ Error: { Code: "InvalidVpcEndpointService.NotFound" } }] },
      },
      ...deleteBalancerParts,
    ],
  },
];
