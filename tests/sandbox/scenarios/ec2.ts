import { type Scenario, type Step } from "../scenario";

const vpc = (cidr = "10.0.0.0/16"): Step => ({
  call: "ec2:CreateVpc",
  with: { CidrBlock: cidr },
  gives: { Vpc: { CidrBlock: cidr } },
  save: { vpc: "Vpc.VpcId" },
});
const subnet = (name: string, cidr: string, zone = "a"): Step => ({
  call: "ec2:CreateSubnet",
  with: { VpcId: "${vpc}", CidrBlock: cidr, AvailabilityZone: `eu-central-1${zone}` },
  save: { [name]: "Subnet.SubnetId" },
});
const group = (name: string): Step => ({
  call: "ec2:CreateSecurityGroup",
  with: { VpcId: "${vpc}", GroupName: `group-${name}`, Description: "of a test" },
  save: { [name]: "GroupId" },
});
const dropVpc: Step = { call: "ec2:DeleteVpc", with: { VpcId: "${vpc}" } };
const stuckVpc: Step = { ...dropVpc, refused: "DependencyViolation" };
const dropSubnet = (name: string): Step => ({ call: "ec2:DeleteSubnet", with: { SubnetId: `\${${name}}` } });
const dropGroup = (name: string): Step => ({ call: "ec2:DeleteSecurityGroup", with: { GroupId: `\${${name}}` } });
const https = (other: string) => [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: other }] }];
const byVpc = [{ Name: "vpc-id", Values: ["${vpc}"] }];

export const ec2: Scenario[] = [
  {
    title: "makes a VPC with its attributes and tags, and deletes it",
    steps: [
      {
        call: "ec2:CreateVpc",
        with: { CidrBlock: "10.0.0.0/16", TagSpecifications: [{ ResourceType: "vpc", Tags: [{ Key: "Name", Value: "lab" }] }] },
        gives: { Vpc: { CidrBlock: "10.0.0.0/16", IsDefault: false, Tags: [{ Key: "Name", Value: "lab" }] } },
        save: { vpc: "Vpc.VpcId" },
      },
      { call: "ec2:ModifyVpcAttribute", with: { VpcId: "${vpc}", EnableDnsHostnames: { Value: true } } },
      {
        call: "ec2:DescribeVpcAttribute",
        with: { VpcId: "${vpc}", Attribute: "enableDnsHostnames" },
        gives: { EnableDnsHostnames: { Value: true } },
      },
      { call: "ec2:DescribeVpcs", with: { VpcIds: ["${vpc}"] }, gives: { Vpcs: [{ VpcId: "${vpc}", State: "available" }] } },
      { call: "ec2:CreateTags", with: { Resources: ["${vpc}"], Tags: [{ Key: "team", Value: "fraud" }] } },
      { call: "ec2:DeleteTags", with: { Resources: ["${vpc}"], Tags: [{ Key: "Name" }] } },
      { call: "ec2:DescribeVpcs", with: { VpcIds: ["${vpc}"] }, gives: { Vpcs: [{ Tags: [{ Key: "team", Value: "fraud" }] }] } },
      dropVpc,
      { call: "ec2:DescribeVpcs", with: { VpcIds: ["${vpc}"] }, refused: "InvalidVpcID.NotFound" },
    ],
  },
  {
    title: "refuses a VPC that is too large, malformed or unknown",
    steps: [
      { call: "ec2:CreateVpc", with: { CidrBlock: "10.0.0.0/8" }, refused: "InvalidVpc.Range" },
      { call: "ec2:CreateVpc", with: { CidrBlock: "10.0.0.0.0/16" }, refused: "InvalidParameterValue" },
      {
        call: "ec2:ModifyVpcAttribute",
        with: { VpcId: "vpc-0123456789abcdef0", EnableDnsHostnames: { Value: true } },
        refused: "InvalidVpcID.NotFound",
      },
      {
        call: "ec2:DescribeVpcAttribute",
        with: { VpcId: "vpc-0123456789abcdef0", Attribute: "enableDnsSupport" },
        refused: "InvalidVpcID.NotFound",
      },
      { call: "ec2:DeleteVpc", with: { VpcId: "vpc-0123456789abcdef0" }, refused: "InvalidVpcID.NotFound" },
      {
        call: "ec2:CreateTags",
        with: { Resources: ["vpc-0123456789abcdef0"], Tags: [{ Key: "a", Value: "b" }] },
        refused: "InvalidVpcID.NotFound",
      },
    ],
  },
  {
    title: "knows the region's zones and prefix lists, and no default VPC",
    steps: [
      {
        call: "ec2:DescribeAvailabilityZones",
        with: { Filters: [{ Name: "state", Values: ["available"] }] },
        gives: { AvailabilityZones: [{ ZoneName: "eu-central-1a" }, { ZoneName: "eu-central-1b" }, { ZoneName: "eu-central-1c" }] },
      },
      { call: "ec2:DescribeAvailabilityZones", with: { ZoneNames: ["eu-north-1a"] }, refused: "InvalidParameterValue" },
      {
        call: "ec2:DescribePrefixLists",
        with: { Filters: [{ Name: "prefix-list-name", Values: ["com.amazonaws.eu-central-1.s3"] }] },
        gives: { PrefixLists: [{ PrefixListName: "com.amazonaws.eu-central-1.s3" }] },
      },
      { call: "ec2:DescribePrefixLists", with: { PrefixListIds: ["pl-0123456789abcdef0"] }, refused: "InvalidPrefixListID.NotFound" },
      { call: "ec2:DescribeVpcs", with: { Filters: [{ Name: "is-default", Values: ["true"] }] }, gives: { Vpcs: [] } },
      { call: "ec2:CreateSecurityGroup", with: { GroupName: "lost", Description: "no VPC" }, refused: "VPCIdNotSpecified" },
    ],
  },
  {
    title: "makes subnets inside the VPC's range only",
    steps: [
      vpc(),
      subnet("one", "10.0.0.0/24"),
      { call: "ec2:ModifySubnetAttribute", with: { SubnetId: "${one}", MapPublicIpOnLaunch: { Value: false } } },
      {
        call: "ec2:ModifySubnetAttribute",
        with: { SubnetId: "subnet-0123456789abcdef0", MapPublicIpOnLaunch: { Value: false } },
        refused: "InvalidSubnetID.NotFound",
      },
      {
        call: "ec2:DescribeSubnets",
        with: { SubnetIds: ["${one}"] },
        gives: { Subnets: [{ SubnetId: "${one}", VpcId: "${vpc}", MapPublicIpOnLaunch: false, AvailabilityZone: "eu-central-1a" }] },
      },
      { call: "ec2:DescribeSubnets", with: { SubnetIds: ["subnet-0123456789abcdef0"] }, refused: "InvalidSubnetID.NotFound" },
      { ...subnet("two", "10.0.0.128/25", "b"), refused: "InvalidSubnet.Conflict", save: undefined },
      { ...subnet("two", "10.1.0.0/24", "b"), refused: "InvalidSubnet.Range", save: undefined },
      { ...subnet("two", "10.0.1.0/24", "x"), refused: "InvalidParameterValue", save: undefined },
      stuckVpc,
      dropSubnet("one"),
      { ...dropSubnet("one"), refused: "InvalidSubnetID.NotFound" },
      dropVpc,
    ],
  },
  {
    title: "makes route tables, and keeps those in use",
    steps: [
      vpc(),
      subnet("one", "10.0.0.0/24"),
      { call: "ec2:CreateRouteTable", with: { VpcId: "${vpc}" }, save: { table: "RouteTable.RouteTableId" } },
      { call: "ec2:CreateRouteTable", with: { VpcId: "vpc-0123456789abcdef0" }, refused: "InvalidVpcID.NotFound" },
      { call: "ec2:AssociateRouteTable", with: { RouteTableId: "${table}", SubnetId: "${one}" }, save: { association: "AssociationId" } },
      {
        call: "ec2:AssociateRouteTable",
        with: { RouteTableId: "rtb-0123456789abcdef0", SubnetId: "${one}" },
        refused: "InvalidRouteTableID.NotFound",
      },
      {
        call: "ec2:DescribeRouteTables",
        with: { RouteTableIds: ["${table}"] },
        gives: { RouteTables: [{ RouteTableId: "${table}", Associations: [{ SubnetId: "${one}", Main: false }] }] },
      },
      { call: "ec2:DescribeRouteTables", with: { RouteTableIds: ["rtb-0123456789abcdef0"] }, refused: "InvalidRouteTableID.NotFound" },
      { call: "ec2:DeleteRouteTable", with: { RouteTableId: "${table}" }, refused: "DependencyViolation" },
      { call: "ec2:DisassociateRouteTable", with: { AssociationId: "${association}" } },
      { call: "ec2:DisassociateRouteTable", with: { AssociationId: "${association}" }, refused: "InvalidAssociationID.NotFound" },
      dropSubnet("one"),
      stuckVpc,
      { call: "ec2:DeleteRouteTable", with: { RouteTableId: "${table}" } },
      { call: "ec2:DeleteRouteTable", with: { RouteTableId: "${table}" }, refused: "InvalidRouteTableID.NotFound" },
      {
        call: "ec2:DescribeRouteTables",
        with: { Filters: byVpc },
        gives: { RouteTables: [{ Associations: [{ Main: true }] }] },
        save: { main: "RouteTables.0.RouteTableId" },
      },
      { call: "ec2:DeleteRouteTable", with: { RouteTableId: "${main}" }, refused: "DependencyViolation" },
      dropVpc,
    ],
  },
  {
    title: "makes security groups and rules, and keeps groups that others refer to",
    steps: [
      vpc(),
      group("client"),
      group("server"),
      { ...group("server"), refused: "InvalidGroup.Duplicate", save: undefined },
      {
        call: "ec2:CreateSecurityGroup",
        with: { VpcId: "${vpc}", GroupName: "sg-server", Description: "of a test" },
        refused: "InvalidParameterValue",
      },
      {
        call: "ec2:RevokeSecurityGroupEgress",
        with: { GroupId: "${client}", IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }] },
      },
      {
        call: "ec2:RevokeSecurityGroupEgress",
        with: { GroupId: "${client}", IpPermissions: https("${server}") },
        refused: "InvalidPermission.NotFound",
      },
      {
        call: "ec2:AuthorizeSecurityGroupEgress",
        with: { GroupId: "${client}", IpPermissions: https("${server}") },
        save: { out: "SecurityGroupRules.0.SecurityGroupRuleId" },
      },
      {
        call: "ec2:AuthorizeSecurityGroupEgress",
        with: { GroupId: "${client}", IpPermissions: https("${server}") },
        refused: "InvalidPermission.Duplicate",
      },
      {
        call: "ec2:AuthorizeSecurityGroupIngress",
        with: { GroupId: "${server}", IpPermissions: https("${client}") },
        save: { in: "SecurityGroupRules.0.SecurityGroupRuleId" },
      },
      {
        call: "ec2:AuthorizeSecurityGroupIngress",
        with: { GroupId: "${server}", IpPermissions: https("${client}") },
        refused: "InvalidPermission.Duplicate",
      },
      {
        call: "ec2:AuthorizeSecurityGroupIngress",
        with: { GroupId: "${server}", IpPermissions: https("sg-0123456789abcdef0") },
        refused: "InvalidGroup.NotFound",
      },
      {
        call: "ec2:DescribeSecurityGroupRules",
        with: { SecurityGroupRuleIds: ["${in}"] },
        gives: {
          SecurityGroupRules: [{ GroupId: "${server}", IsEgress: false, FromPort: 443, ReferencedGroupInfo: { GroupId: "${client}" } }],
        },
      },
      {
        call: "ec2:DescribeSecurityGroupRules",
        with: { SecurityGroupRuleIds: ["sgr-0123456789abcdef0"] },
        refused: "InvalidSecurityGroupRuleId.NotFound",
      },
      {
        call: "ec2:DescribeSecurityGroups",
        with: { GroupIds: ["${server}"] },
        gives: { SecurityGroups: [{ GroupName: "group-server", VpcId: "${vpc}" }] },
      },
      { call: "ec2:DescribeSecurityGroups", with: { GroupIds: ["sg-0123456789abcdef0"] }, refused: "InvalidGroup.NotFound" },
      stuckVpc,
      { ...dropGroup("client"), refused: "DependencyViolation" },
      { call: "ec2:RevokeSecurityGroupIngress", with: { GroupId: "${server}", SecurityGroupRuleIds: ["${in}"] } },
      {
        call: "ec2:RevokeSecurityGroupIngress",
        with: { GroupId: "${server}", SecurityGroupRuleIds: ["${in}"] },
        refused: "InvalidSecurityGroupRuleId.NotFound",
      },
      dropGroup("client"),
      dropGroup("server"),
      { ...dropGroup("server"), refused: "InvalidGroup.NotFound" },
      {
        call: "ec2:DescribeSecurityGroups",
        with: { Filters: byVpc },
        gives: { SecurityGroups: [{ GroupName: "default" }] },
        save: { own: "SecurityGroups.0.GroupId" },
      },
      { ...dropGroup("own"), refused: "CannotDelete" },
      dropVpc,
    ],
  },
  {
    title: "changes rules and keeps their descriptions",
    steps: [
      vpc(),
      group("client"),
      group("server"),
      {
        call: "ec2:AuthorizeSecurityGroupIngress",
        with: {
          GroupId: "${server}",
          IpPermissions: [{ IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: "${client}", Description: "from clients" }] }],
          TagSpecifications: [{ ResourceType: "security-group-rule", Tags: [{ Key: "team", Value: "fraud" }] }],
        },
        gives: { SecurityGroupRules: [{ Description: "from clients", Tags: [{ Key: "team", Value: "fraud" }] }] },
        save: { rule: "SecurityGroupRules.0.SecurityGroupRuleId" },
      },
      {
        call: "ec2:ModifySecurityGroupRules",
        with: {
          GroupId: "${server}",
          SecurityGroupRules: [
            {
              SecurityGroupRuleId: "${rule}",
              SecurityGroupRule: {
                IpProtocol: "tcp",
                FromPort: 443,
                ToPort: 443,
                ReferencedGroupId: "${client}",
                Description: "only https",
              },
            },
          ],
        },
      },
      {
        call: "ec2:DescribeSecurityGroupRules",
        with: { SecurityGroupRuleIds: ["${rule}"] },
        gives: {
          SecurityGroupRules: [
            { IpProtocol: "tcp", FromPort: 443, Description: "only https", ReferencedGroupInfo: { GroupId: "${client}" } },
          ],
        },
      },
      {
        call: "ec2:ModifySecurityGroupRules",
        with: {
          GroupId: "${server}",
          SecurityGroupRules: [
            { SecurityGroupRuleId: "sgr-0123456789abcdef0", SecurityGroupRule: { IpProtocol: "-1", ReferencedGroupId: "${client}" } },
          ],
        },
        refused: "InvalidSecurityGroupRuleId.NotFound",
      },
      dropGroup("server"),
      dropGroup("client"),
      dropVpc,
    ],
  },
  {
    title: "makes network lists, and keeps those in use",
    steps: [
      vpc(),
      subnet("one", "10.0.0.0/24"),
      {
        call: "ec2:DescribeNetworkAcls",
        with: { Filters: byVpc },
        gives: { NetworkAcls: [{ IsDefault: true }] },
        save: { own: "NetworkAcls.0.NetworkAclId", held: "NetworkAcls.0.Associations.0.NetworkAclAssociationId" },
      },
      { call: "ec2:DescribeNetworkAcls", with: { NetworkAclIds: ["acl-0123456789abcdef0"] }, refused: "InvalidNetworkAclID.NotFound" },
      { call: "ec2:CreateNetworkAcl", with: { VpcId: "${vpc}" }, save: { acl: "NetworkAcl.NetworkAclId" } },
      { call: "ec2:CreateNetworkAcl", with: { VpcId: "vpc-0123456789abcdef0" }, refused: "InvalidVpcID.NotFound" },
      {
        call: "ec2:CreateNetworkAclEntry",
        with: { NetworkAclId: "${acl}", RuleNumber: 100, Protocol: "-1", RuleAction: "allow", Egress: true, CidrBlock: "10.0.0.0/16" },
      },
      {
        call: "ec2:CreateNetworkAclEntry",
        with: { NetworkAclId: "${acl}", RuleNumber: 100, Protocol: "-1", RuleAction: "allow", Egress: true, CidrBlock: "10.0.0.0/16" },
        refused: "NetworkAclEntryAlreadyExists",
      },
      {
        call: "ec2:ReplaceNetworkAclAssociation",
        with: { AssociationId: "${held}", NetworkAclId: "${acl}" },
        save: { moved: "NewAssociationId" },
      },
      {
        call: "ec2:ReplaceNetworkAclAssociation",
        with: { AssociationId: "${held}", NetworkAclId: "${acl}" },
        refused: "InvalidAssociationID.NotFound",
      },
      { call: "ec2:DeleteNetworkAcl", with: { NetworkAclId: "${acl}" }, refused: "DependencyViolation" },
      { call: "ec2:ReplaceNetworkAclAssociation", with: { AssociationId: "${moved}", NetworkAclId: "${own}" } },
      dropSubnet("one"),
      stuckVpc,
      { call: "ec2:DeleteNetworkAclEntry", with: { NetworkAclId: "${acl}", RuleNumber: 100, Egress: true } },
      {
        call: "ec2:DeleteNetworkAclEntry",
        with: { NetworkAclId: "${acl}", RuleNumber: 100, Egress: true },
        refused: "InvalidNetworkAclEntry.NotFound",
      },
      { call: "ec2:DeleteNetworkAcl", with: { NetworkAclId: "${acl}" } },
      { call: "ec2:DeleteNetworkAcl", with: { NetworkAclId: "${acl}" }, refused: "InvalidNetworkAclID.NotFound" },
      { call: "ec2:DeleteNetworkAcl", with: { NetworkAclId: "${own}" }, refused: "InvalidParameterValue" },
      dropVpc,
    ],
  },
  {
    title: "makes interface endpoints with a policy, whose interfaces hold subnets and groups",
    steps: [
      vpc(),
      { call: "ec2:ModifyVpcAttribute", with: { VpcId: "${vpc}", EnableDnsHostnames: { Value: true } } },
      subnet("one", "10.0.0.0/24"),
      subnet("two", "10.0.1.0/24", "b"),
      subnet("three", "10.0.2.0/24"),
      group("endpoints"),
      {
        call: "ec2:CreateVpcEndpoint",
        with: {
          VpcId: "${vpc}",
          VpcEndpointType: "Interface",
          ServiceName: "com.amazonaws.eu-central-1.kms",
          SubnetIds: ["${one}", "${two}"],
          SecurityGroupIds: ["${endpoints}"],
          PrivateDnsEnabled: true,
          PolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
        },
        gives: { VpcEndpoint: { VpcEndpointType: "Interface", PrivateDnsEnabled: true, Groups: [{ GroupId: "${endpoints}" }] } },
        save: { endpoint: "VpcEndpoint.VpcEndpointId" },
      },
      {
        call: "ec2:DescribeVpcEndpoints",
        with: { VpcEndpointIds: ["${endpoint}"] },
        gives: { VpcEndpoints: [{ State: "available", VpcId: "${vpc}", PolicyDocument: '{"Version":"2012-10-17","Statement":[]}' }] },
      },
      { call: "ec2:DescribeVpcEndpoints", with: { VpcEndpointIds: ["vpce-0123456789abcdef0"] }, refused: "InvalidVpcEndpointId.NotFound" },
      {
        call: "ec2:CreateVpcEndpoint",
        with: {
          VpcId: "${vpc}",
          VpcEndpointType: "Interface",
          ServiceName: "com.amazonaws.eu-central-1.kms",
          SubnetIds: ["${one}"],
          SecurityGroupIds: ["${endpoints}"],
          PrivateDnsEnabled: true,
        },
        refused: "InvalidParameter",
      },
      {
        call: "ec2:CreateVpcEndpoint",
        with: {
          VpcId: "${vpc}",
          VpcEndpointType: "Interface",
          ServiceName: "com.amazonaws.eu-central-1.sts",
          SubnetIds: ["${one}", "${three}"],
          SecurityGroupIds: ["${endpoints}"],
        },
        refused: "DuplicateSubnetsInSameZone",
      },
      {
        call: "ec2:CreateVpcEndpoint",
        with: {
          VpcId: "${vpc}",
          VpcEndpointType: "Interface",
          ServiceName: "com.amazonaws.eu-central-1.sts",
          SubnetIds: ["subnet-0123456789abcdef0"],
        },
        refused: "InvalidSubnetID.NotFound",
      },
      {
        call: "ec2:CreateVpcEndpoint",
        with: {
          VpcId: "${vpc}",
          VpcEndpointType: "Interface",
          ServiceName: "com.amazonaws.eu-central-1.sts",
          SubnetIds: ["${one}"],
          SecurityGroupIds: ["sg-0123456789abcdef0"],
        },
        refused: "InvalidSecurityGroupID.NotFound",
      },
      {
        call: "ec2:CreateVpcEndpoint",
        with: { VpcId: "${vpc}", VpcEndpointType: "Interface", ServiceName: "com.amazonaws.eu-central-1.nothing" },
        refused: "InvalidServiceName",
      },
      {
        call: "ec2:CreateVpcEndpoint",
        with: { VpcId: "vpc-0123456789abcdef0", ServiceName: "com.amazonaws.eu-central-1.s3" },
        refused: "InvalidVpcID.NotFound",
      },
      {
        call: "ec2:ModifyVpcEndpoint",
        with: {
          VpcEndpointId: "${endpoint}",
          PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}',
        },
      },
      {
        call: "ec2:ModifyVpcEndpoint",
        with: { VpcEndpointId: "vpce-0123456789abcdef0", ResetPolicy: true },
        refused: "InvalidVpcEndpointId.NotFound",
      },
      { call: "ec2:DescribeNetworkInterfaces", with: { Filters: byVpc }, save: { interface: "NetworkInterfaces.0.NetworkInterfaceId" } },
      {
        call: "ec2:DescribeNetworkInterfaces",
        with: { NetworkInterfaceIds: ["eni-0123456789abcdef0"] },
        refused: "InvalidNetworkInterfaceID.NotFound",
      },
      stuckVpc,
      { ...dropSubnet("one"), refused: "DependencyViolation" },
      { ...dropGroup("endpoints"), refused: "DependencyViolation" },
      { call: "ec2:DeleteVpcEndpoints", with: { VpcEndpointIds: ["${endpoint}"] }, gives: { Unsuccessful: [] } },
      {
        call: "ec2:DeleteVpcEndpoints",
        with: { VpcEndpointIds: ["vpce-0123456789abcdef0"] },
        gives: { Unsuccessful: [{ ResourceId: "vpce-0123456789abcdef0", Error: { Code: "InvalidVpcEndpoint.NotFound" } }] },
      },
      dropGroup("endpoints"),
      dropSubnet("one"),
      dropSubnet("two"),
      dropSubnet("three"),
      dropVpc,
    ],
  },
  {
    title: "makes gateway endpoints, whose routes come and go with them",
    steps: [
      vpc(),
      { call: "ec2:CreateRouteTable", with: { VpcId: "${vpc}" }, save: { table: "RouteTable.RouteTableId" } },
      {
        call: "ec2:CreateVpcEndpoint",
        with: { VpcId: "${vpc}", VpcEndpointType: "Gateway", ServiceName: "com.amazonaws.eu-central-1.s3", RouteTableIds: ["${table}"] },
        gives: { VpcEndpoint: { VpcEndpointType: "Gateway", RouteTableIds: ["${table}"] } },
        save: { endpoint: "VpcEndpoint.VpcEndpointId" },
      },
      {
        call: "ec2:CreateVpcEndpoint",
        with: { VpcId: "${vpc}", VpcEndpointType: "Gateway", ServiceName: "com.amazonaws.eu-central-1.s3", RouteTableIds: ["${table}"] },
        refused: "RouteAlreadyExists",
      },
      {
        call: "ec2:CreateVpcEndpoint",
        with: {
          VpcId: "${vpc}",
          VpcEndpointType: "Gateway",
          ServiceName: "com.amazonaws.eu-central-1.s3",
          RouteTableIds: ["rtb-0123456789abcdef0"],
        },
        refused: "InvalidRouteTableId.NotFound",
      },
      stuckVpc,
      { call: "ec2:DeleteVpcEndpoints", with: { VpcEndpointIds: ["${endpoint}"] }, gives: { Unsuccessful: [] } },
      { call: "ec2:DeleteRouteTable", with: { RouteTableId: "${table}" } },
      dropVpc,
    ],
  },
  {
    title: "makes flow logs",
    steps: [
      vpc(),
      { call: "logs:CreateLogGroup", with: { logGroupName: "/flow/${run}" } },
      {
        call: "iam:CreateRole",
        with: {
          RoleName: "flow-${run}",
          AssumeRolePolicyDocument:
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"vpc-flow-logs.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
        },
        save: { role: "Role.Arn" },
      },
      {
        call: "ec2:CreateFlowLogs",
        with: {
          ResourceType: "VPC",
          ResourceIds: ["${vpc}"],
          TrafficType: "ALL",
          LogGroupName: "/flow/${run}",
          DeliverLogsPermissionArn: "${role}",
          MaxAggregationInterval: 60,
        },
        gives: { Unsuccessful: [] },
        save: { log: "FlowLogIds.0" },
      },
      {
        call: "ec2:DescribeFlowLogs",
        with: { FlowLogIds: ["${log}"] },
        gives: { FlowLogs: [{ ResourceId: "${vpc}", TrafficType: "ALL", MaxAggregationInterval: 60 }] },
      },
      {
        call: "ec2:CreateFlowLogs",
        with: {
          ResourceType: "VPC",
          ResourceIds: ["${vpc}"],
          TrafficType: "ALL",
          LogGroupName: "/flow/${run}",
          DeliverLogsPermissionArn: "${role}",
          MaxAggregationInterval: 60,
        },
        refused: "FlowLogAlreadyExists",
      },
      {
        call: "ec2:CreateFlowLogs",
        with: {
          ResourceType: "VPC",
          ResourceIds: ["vpc-0123456789abcdef0"],
          TrafficType: "ALL",
          LogGroupName: "/flow/${run}",
          DeliverLogsPermissionArn: "${role}",
        },
        refused: "InvalidVpcID.NotFound",
      },
      { call: "ec2:DeleteFlowLogs", with: { FlowLogIds: ["${log}"] }, gives: { Unsuccessful: [] } },
      { call: "ec2:DeleteFlowLogs", with: { FlowLogIds: ["fl-0123456789abcdef0"] }, refused: "InvalidFlowLogId.NotFound" },
      { call: "iam:DeleteRole", with: { RoleName: "flow-${run}" } },
      { call: "logs:DeleteLogGroup", with: { logGroupName: "/flow/${run}" } },
      dropVpc,
    ],
  },
  {
    title: "tells where instance types are offered",
    steps: [
      {
        call: "ec2:DescribeInstanceTypeOfferings",
        with: { LocationType: "region", Filters: [{ Name: "instance-type", Values: ["m5.large", "m5.huge"] }] },
        gives: { InstanceTypeOfferings: [{ InstanceType: "m5.large", LocationType: "region", Location: "eu-central-1" }] },
      },
      {
        call: "ec2:DescribeInstanceTypeOfferings",
        with: {
          LocationType: "availability-zone",
          Filters: [
            { Name: "instance-type", Values: ["m5.large"] },
            { Name: "location", Values: ["eu-central-1a"] },
          ],
        },
        gives: { InstanceTypeOfferings: [{ InstanceType: "m5.large", Location: "eu-central-1a" }] },
      },
      { call: "ec2:DescribeInstanceTypeOfferings", with: { LocationType: "planet" }, refused: "InvalidParameterValue" },
      {
        call: "ec2:DescribeInstanceTypeOfferings",
        with: { Filters: [{ Name: "price", Values: ["low"] }] },
        refused: "InvalidParameterValue",
      },
    ],
  },
];
