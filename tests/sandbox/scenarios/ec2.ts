import { type Scenario, type Step } from "../scenario";

const vpc = (cidr = "10.0.0.0/16"): Step => ({
  call: "ec2:CreateVpc",
  input: { CidrBlock: cidr },
  output: { Vpc: { CidrBlock: cidr } },
  save: { vpc: "Vpc.VpcId" },
});
const subnet = (name: string, cidr: string, zone = "a"): Step => ({
  call: "ec2:CreateSubnet",
  input: { VpcId: "${vpc}", CidrBlock: cidr, AvailabilityZone: `eu-central-1${zone}` },
  save: { [name]: "Subnet.SubnetId" },
});
const group = (name: string): Step => ({
  call: "ec2:CreateSecurityGroup",
  input: { VpcId: "${vpc}", GroupName: `group-${name}`, Description: "of a test" },
  save: { [name]: "GroupId" },
});
const dropVpc: Step = { call: "ec2:DeleteVpc", input: { VpcId: "${vpc}" } };
const stuckVpc: Step = { ...dropVpc, error: "DependencyViolation" };
const dropSubnet = (name: string): Step => ({ call: "ec2:DeleteSubnet", input: { SubnetId: `\${${name}}` } });
const dropGroup = (name: string): Step => ({ call: "ec2:DeleteSecurityGroup", input: { GroupId: `\${${name}}` } });
const https = (other: string) => [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: other }] }];
const byVpc = [{ Name: "vpc-id", Values: ["${vpc}"] }];

export const ec2: Scenario[] = [
  {
    title: "creates and deletes a VPC with attributes and tags",
    steps: [
      {
        call: "ec2:CreateVpc",
        input: { CidrBlock: "10.0.0.0/16", TagSpecifications: [{ ResourceType: "vpc", Tags: [{ Key: "Name", Value: "lab" }] }] },
        output: { Vpc: { CidrBlock: "10.0.0.0/16", IsDefault: false, Tags: [{ Key: "Name", Value: "lab" }] } },
        save: { vpc: "Vpc.VpcId" },
      },
      { call: "ec2:ModifyVpcAttribute", input: { VpcId: "${vpc}", EnableDnsHostnames: { Value: true } } },
      {
        call: "ec2:DescribeVpcAttribute",
        input: { VpcId: "${vpc}", Attribute: "enableDnsHostnames" },
        output: { EnableDnsHostnames: { Value: true } },
      },
      { call: "ec2:DescribeVpcs", input: { VpcIds: ["${vpc}"] }, output: { Vpcs: [{ VpcId: "${vpc}", State: "available" }] } },
      { call: "ec2:CreateTags", input: { Resources: ["${vpc}"], Tags: [{ Key: "team", Value: "fraud" }] } },
      { call: "ec2:DeleteTags", input: { Resources: ["${vpc}"], Tags: [{ Key: "Name" }] } },
      { call: "ec2:DescribeVpcs", input: { VpcIds: ["${vpc}"] }, output: { Vpcs: [{ Tags: [{ Key: "team", Value: "fraud" }] }] } },
      dropVpc,
      { call: "ec2:DescribeVpcs", input: { VpcIds: ["${vpc}"] }, error: "InvalidVpcID.NotFound" },
    ],
  },
  {
    title: "rejects a VPC with a large or malformed CIDR range, and an unknown VPC",
    steps: [
      { call: "ec2:CreateVpc", input: { CidrBlock: "10.0.0.0/8" }, error: "InvalidVpc.Range" },
      { call: "ec2:CreateVpc", input: { CidrBlock: "10.0.0.0.0/16" }, error: "InvalidParameterValue" },
      {
        call: "ec2:ModifyVpcAttribute",
        input: { VpcId: "vpc-0123456789abcdef0", EnableDnsHostnames: { Value: true } },
        error: "InvalidVpcID.NotFound",
      },
      {
        call: "ec2:DescribeVpcAttribute",
        input: { VpcId: "vpc-0123456789abcdef0", Attribute: "enableDnsSupport" },
        error: "InvalidVpcID.NotFound",
      },
      { call: "ec2:DeleteVpc", input: { VpcId: "vpc-0123456789abcdef0" }, error: "InvalidVpcID.NotFound" },
      {
        call: "ec2:CreateTags",
        input: { Resources: ["vpc-0123456789abcdef0"], Tags: [{ Key: "a", Value: "b" }] },
        error: "InvalidVpcID.NotFound",
      },
    ],
  },
  {
    title: "lists Availability Zones and prefix lists in the region, and no default VPC",
    steps: [
      {
        call: "ec2:DescribeAvailabilityZones",
        input: { Filters: [{ Name: "state", Values: ["available"] }] },
        output: { AvailabilityZones: [{ ZoneName: "eu-central-1a" }, { ZoneName: "eu-central-1b" }, { ZoneName: "eu-central-1c" }] },
      },
      { call: "ec2:DescribeAvailabilityZones", input: { ZoneNames: ["eu-north-1a"] }, error: "InvalidParameterValue" },
      {
        call: "ec2:DescribePrefixLists",
        input: { Filters: [{ Name: "prefix-list-name", Values: ["com.amazonaws.eu-central-1.s3"] }] },
        output: { PrefixLists: [{ PrefixListName: "com.amazonaws.eu-central-1.s3" }] },
      },
      { call: "ec2:DescribePrefixLists", input: { PrefixListIds: ["pl-0123456789abcdef0"] }, error: "InvalidPrefixListID.NotFound" },
      { call: "ec2:DescribeVpcs", input: { Filters: [{ Name: "is-default", Values: ["true"] }] }, output: { Vpcs: [] } },
      { call: "ec2:CreateSecurityGroup", input: { GroupName: "lost", Description: "no VPC" }, error: "VPCIdNotSpecified" },
    ],
  },
  {
    title: "rejects descriptions and tags that AWS rejects",
    steps: [
      vpc(),
      {
        call: "ec2:CreateSecurityGroup",
        input: { VpcId: "${vpc}", GroupName: "apostrophe", Description: "core's" },
        error: "InvalidParameterValue",
      },
      group("one"),
      {
        call: "ec2:AuthorizeSecurityGroupEgress",
        input: {
          GroupId: "${one}",
          IpPermissions: [
            { IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: "${one}", Description: "core's" }] },
          ],
        },
        error: "InvalidParameterValue",
      },
      { call: "ec2:CreateTags", input: { Resources: ["${vpc}"], Tags: [{ Key: "aws:team", Value: "x" }] }, error: "InvalidParameterValue" },
      dropGroup("one"),
      dropVpc,
    ],
  },
  {
    title: "creates subnets only in the CIDR range of the VPC",
    steps: [
      vpc(),
      subnet("one", "10.0.0.0/24"),
      { call: "ec2:ModifySubnetAttribute", input: { SubnetId: "${one}", MapPublicIpOnLaunch: { Value: false } } },
      {
        call: "ec2:ModifySubnetAttribute",
        input: { SubnetId: "subnet-0123456789abcdef0", MapPublicIpOnLaunch: { Value: false } },
        error: "InvalidSubnetID.NotFound",
      },
      {
        call: "ec2:DescribeSubnets",
        input: { SubnetIds: ["${one}"] },
        output: { Subnets: [{ SubnetId: "${one}", VpcId: "${vpc}", MapPublicIpOnLaunch: false, AvailabilityZone: "eu-central-1a" }] },
      },
      { call: "ec2:DescribeSubnets", input: { SubnetIds: ["subnet-0123456789abcdef0"] }, error: "InvalidSubnetID.NotFound" },
      { ...subnet("two", "10.0.0.128/25", "b"), error: "InvalidSubnet.Conflict", save: undefined },
      { ...subnet("two", "10.1.0.0/24", "b"), error: "InvalidSubnet.Range", save: undefined },
      { ...subnet("two", "10.0.1.0/24", "x"), error: "InvalidParameterValue", save: undefined },
      stuckVpc,
      dropSubnet("one"),
      { ...dropSubnet("one"), error: "InvalidSubnetID.NotFound" },
      dropVpc,
    ],
  },
  {
    title: "creates route tables and does not delete route tables in use",
    steps: [
      vpc(),
      subnet("one", "10.0.0.0/24"),
      { call: "ec2:CreateRouteTable", input: { VpcId: "${vpc}" }, save: { table: "RouteTable.RouteTableId" } },
      { call: "ec2:CreateRouteTable", input: { VpcId: "vpc-0123456789abcdef0" }, error: "InvalidVpcID.NotFound" },
      { call: "ec2:AssociateRouteTable", input: { RouteTableId: "${table}", SubnetId: "${one}" }, save: { association: "AssociationId" } },
      {
        call: "ec2:AssociateRouteTable",
        input: { RouteTableId: "rtb-0123456789abcdef0", SubnetId: "${one}" },
        error: "InvalidRouteTableID.NotFound",
      },
      {
        call: "ec2:DescribeRouteTables",
        input: { RouteTableIds: ["${table}"] },
        output: { RouteTables: [{ RouteTableId: "${table}", Associations: [{ SubnetId: "${one}", Main: false }] }] },
      },
      { call: "ec2:DescribeRouteTables", input: { RouteTableIds: ["rtb-0123456789abcdef0"] }, error: "InvalidRouteTableID.NotFound" },
      { call: "ec2:DeleteRouteTable", input: { RouteTableId: "${table}" }, error: "DependencyViolation" },
      { call: "ec2:DisassociateRouteTable", input: { AssociationId: "${association}" } },
      { call: "ec2:DisassociateRouteTable", input: { AssociationId: "${association}" }, error: "InvalidAssociationID.NotFound" },
      dropSubnet("one"),
      stuckVpc,
      { call: "ec2:DeleteRouteTable", input: { RouteTableId: "${table}" } },
      { call: "ec2:DeleteRouteTable", input: { RouteTableId: "${table}" }, error: "InvalidRouteTableID.NotFound" },
      {
        call: "ec2:DescribeRouteTables",
        input: { Filters: byVpc },
        output: { RouteTables: [{ Associations: [{ Main: true }] }] },
        save: { main: "RouteTables.0.RouteTableId" },
      },
      { call: "ec2:DeleteRouteTable", input: { RouteTableId: "${main}" }, error: "DependencyViolation" },
      dropVpc,
    ],
  },
  {
    title: "creates security groups and rules, and does not delete security groups that others refer to",
    steps: [
      vpc(),
      group("client"),
      group("server"),
      { ...group("server"), error: "InvalidGroup.Duplicate", save: undefined },
      {
        call: "ec2:CreateSecurityGroup",
        input: { VpcId: "${vpc}", GroupName: "sg-server", Description: "of a test" },
        error: "InvalidParameterValue",
      },
      {
        call: "ec2:RevokeSecurityGroupEgress",
        input: { GroupId: "${client}", IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }] },
      },
      {
        call: "ec2:RevokeSecurityGroupEgress",
        input: { GroupId: "${client}", IpPermissions: https("${server}") },
        error: "InvalidPermission.NotFound",
      },
      {
        call: "ec2:AuthorizeSecurityGroupEgress",
        input: { GroupId: "${client}", IpPermissions: https("${server}") },
        save: { out: "SecurityGroupRules.0.SecurityGroupRuleId" },
      },
      {
        call: "ec2:AuthorizeSecurityGroupEgress",
        input: { GroupId: "${client}", IpPermissions: https("${server}") },
        error: "InvalidPermission.Duplicate",
      },
      {
        call: "ec2:AuthorizeSecurityGroupIngress",
        input: { GroupId: "${server}", IpPermissions: https("${client}") },
        save: { in: "SecurityGroupRules.0.SecurityGroupRuleId" },
      },
      {
        call: "ec2:AuthorizeSecurityGroupIngress",
        input: { GroupId: "${server}", IpPermissions: https("${client}") },
        error: "InvalidPermission.Duplicate",
      },
      {
        call: "ec2:AuthorizeSecurityGroupIngress",
        input: { GroupId: "${server}", IpPermissions: https("sg-0123456789abcdef0") },
        error: "InvalidGroup.NotFound",
      },
      {
        call: "ec2:DescribeSecurityGroupRules",
        input: { SecurityGroupRuleIds: ["${in}"] },
        output: {
          SecurityGroupRules: [{ GroupId: "${server}", IsEgress: false, FromPort: 443, ReferencedGroupInfo: { GroupId: "${client}" } }],
        },
      },
      {
        call: "ec2:DescribeSecurityGroupRules",
        input: { SecurityGroupRuleIds: ["sgr-0123456789abcdef0"] },
        error: "InvalidSecurityGroupRuleId.NotFound",
      },
      {
        call: "ec2:DescribeSecurityGroups",
        input: { GroupIds: ["${server}"] },
        output: { SecurityGroups: [{ GroupName: "group-server", VpcId: "${vpc}" }] },
      },
      { call: "ec2:DescribeSecurityGroups", input: { GroupIds: ["sg-0123456789abcdef0"] }, error: "InvalidGroup.NotFound" },
      stuckVpc,
      { ...dropGroup("client"), error: "DependencyViolation" },
      { call: "ec2:RevokeSecurityGroupIngress", input: { GroupId: "${server}", SecurityGroupRuleIds: ["${in}"] } },
      {
        call: "ec2:RevokeSecurityGroupIngress",
        input: { GroupId: "${server}", SecurityGroupRuleIds: ["${in}"] },
        error: "InvalidSecurityGroupRuleId.NotFound",
      },
      dropGroup("client"),
      dropGroup("server"),
      { ...dropGroup("server"), error: "InvalidGroup.NotFound" },
      {
        call: "ec2:DescribeSecurityGroups",
        input: { Filters: byVpc },
        output: { SecurityGroups: [{ GroupName: "default" }] },
        save: { own: "SecurityGroups.0.GroupId" },
      },
      { ...dropGroup("own"), error: "CannotDelete" },
      dropVpc,
    ],
  },
  {
    title: "modifies security group rules and returns their descriptions",
    steps: [
      vpc(),
      group("client"),
      group("server"),
      {
        call: "ec2:AuthorizeSecurityGroupIngress",
        input: {
          GroupId: "${server}",
          IpPermissions: [{ IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: "${client}", Description: "from clients" }] }],
          TagSpecifications: [{ ResourceType: "security-group-rule", Tags: [{ Key: "team", Value: "fraud" }] }],
        },
        output: { SecurityGroupRules: [{ Description: "from clients", Tags: [{ Key: "team", Value: "fraud" }] }] },
        save: { rule: "SecurityGroupRules.0.SecurityGroupRuleId" },
      },
      {
        call: "ec2:ModifySecurityGroupRules",
        input: {
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
        input: { SecurityGroupRuleIds: ["${rule}"] },
        output: {
          SecurityGroupRules: [
            { IpProtocol: "tcp", FromPort: 443, Description: "only https", ReferencedGroupInfo: { GroupId: "${client}" } },
          ],
        },
      },
      {
        call: "ec2:ModifySecurityGroupRules",
        input: {
          GroupId: "${server}",
          SecurityGroupRules: [
            { SecurityGroupRuleId: "sgr-0123456789abcdef0", SecurityGroupRule: { IpProtocol: "-1", ReferencedGroupId: "${client}" } },
          ],
        },
        error: "InvalidSecurityGroupRuleId.NotFound",
      },
      dropGroup("server"),
      dropGroup("client"),
      dropVpc,
    ],
  },
  {
    title: "creates network ACLs and does not delete network ACLs in use",
    steps: [
      vpc(),
      subnet("one", "10.0.0.0/24"),
      {
        call: "ec2:DescribeNetworkAcls",
        input: { Filters: byVpc },
        output: { NetworkAcls: [{ IsDefault: true }] },
        save: { own: "NetworkAcls.0.NetworkAclId", held: "NetworkAcls.0.Associations.0.NetworkAclAssociationId" },
      },
      { call: "ec2:DescribeNetworkAcls", input: { NetworkAclIds: ["acl-0123456789abcdef0"] }, error: "InvalidNetworkAclID.NotFound" },
      { call: "ec2:CreateNetworkAcl", input: { VpcId: "${vpc}" }, save: { acl: "NetworkAcl.NetworkAclId" } },
      { call: "ec2:CreateNetworkAcl", input: { VpcId: "vpc-0123456789abcdef0" }, error: "InvalidVpcID.NotFound" },
      {
        call: "ec2:CreateNetworkAclEntry",
        input: { NetworkAclId: "${acl}", RuleNumber: 100, Protocol: "-1", RuleAction: "allow", Egress: true, CidrBlock: "10.0.0.0/16" },
      },
      {
        call: "ec2:CreateNetworkAclEntry",
        input: { NetworkAclId: "${acl}", RuleNumber: 100, Protocol: "-1", RuleAction: "allow", Egress: true, CidrBlock: "10.0.0.0/16" },
        error: "NetworkAclEntryAlreadyExists",
      },
      {
        call: "ec2:ReplaceNetworkAclAssociation",
        input: { AssociationId: "${held}", NetworkAclId: "${acl}" },
        save: { moved: "NewAssociationId" },
      },
      {
        call: "ec2:ReplaceNetworkAclAssociation",
        input: { AssociationId: "${held}", NetworkAclId: "${acl}" },
        error: "InvalidAssociationID.NotFound",
      },
      { call: "ec2:DeleteNetworkAcl", input: { NetworkAclId: "${acl}" }, error: "DependencyViolation" },
      { call: "ec2:ReplaceNetworkAclAssociation", input: { AssociationId: "${moved}", NetworkAclId: "${own}" } },
      dropSubnet("one"),
      stuckVpc,
      { call: "ec2:DeleteNetworkAclEntry", input: { NetworkAclId: "${acl}", RuleNumber: 100, Egress: true } },
      {
        call: "ec2:DeleteNetworkAclEntry",
        input: { NetworkAclId: "${acl}", RuleNumber: 100, Egress: true },
        error: "InvalidNetworkAclEntry.NotFound",
      },
      { call: "ec2:DeleteNetworkAcl", input: { NetworkAclId: "${acl}" } },
      { call: "ec2:DeleteNetworkAcl", input: { NetworkAclId: "${acl}" }, error: "InvalidNetworkAclID.NotFound" },
      { call: "ec2:DeleteNetworkAcl", input: { NetworkAclId: "${own}" }, error: "InvalidParameterValue" },
      dropVpc,
    ],
  },
  {
    title: "creates interface endpoints with network interfaces that block the deletion of subnets and security groups",
    steps: [
      vpc(),
      { call: "ec2:ModifyVpcAttribute", input: { VpcId: "${vpc}", EnableDnsHostnames: { Value: true } } },
      subnet("one", "10.0.0.0/24"),
      subnet("two", "10.0.1.0/24", "b"),
      subnet("three", "10.0.2.0/24"),
      group("endpoints"),
      {
        call: "ec2:CreateVpcEndpoint",
        input: {
          VpcId: "${vpc}",
          VpcEndpointType: "Interface",
          ServiceName: "com.amazonaws.eu-central-1.kms",
          SubnetIds: ["${one}", "${two}"],
          SecurityGroupIds: ["${endpoints}"],
          PrivateDnsEnabled: true,
          PolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
        },
        output: { VpcEndpoint: { VpcEndpointType: "Interface", PrivateDnsEnabled: true, Groups: [{ GroupId: "${endpoints}" }] } },
        save: { endpoint: "VpcEndpoint.VpcEndpointId" },
      },
      {
        call: "ec2:DescribeVpcEndpoints",
        input: { VpcEndpointIds: ["${endpoint}"] },
        output: { VpcEndpoints: [{ State: "available", VpcId: "${vpc}", PolicyDocument: '{"Version":"2012-10-17","Statement":[]}' }] },
      },
      { call: "ec2:DescribeVpcEndpoints", input: { VpcEndpointIds: ["vpce-0123456789abcdef0"] }, error: "InvalidVpcEndpointId.NotFound" },
      {
        call: "ec2:CreateVpcEndpoint",
        input: {
          VpcId: "${vpc}",
          VpcEndpointType: "Interface",
          ServiceName: "com.amazonaws.eu-central-1.kms",
          SubnetIds: ["${one}"],
          SecurityGroupIds: ["${endpoints}"],
          PrivateDnsEnabled: true,
        },
        error: "InvalidParameter",
      },
      {
        call: "ec2:CreateVpcEndpoint",
        input: {
          VpcId: "${vpc}",
          VpcEndpointType: "Interface",
          ServiceName: "com.amazonaws.eu-central-1.sts",
          SubnetIds: ["${one}", "${three}"],
          SecurityGroupIds: ["${endpoints}"],
        },
        error: "DuplicateSubnetsInSameZone",
      },
      {
        call: "ec2:CreateVpcEndpoint",
        input: {
          VpcId: "${vpc}",
          VpcEndpointType: "Interface",
          ServiceName: "com.amazonaws.eu-central-1.sts",
          SubnetIds: ["subnet-0123456789abcdef0"],
        },
        error: "InvalidSubnetID.NotFound",
      },
      {
        call: "ec2:CreateVpcEndpoint",
        input: {
          VpcId: "${vpc}",
          VpcEndpointType: "Interface",
          ServiceName: "com.amazonaws.eu-central-1.sts",
          SubnetIds: ["${one}"],
          SecurityGroupIds: ["sg-0123456789abcdef0"],
        },
        error: "InvalidSecurityGroupID.NotFound",
      },
      {
        call: "ec2:CreateVpcEndpoint",
        input: { VpcId: "${vpc}", VpcEndpointType: "Interface", ServiceName: "com.amazonaws.eu-central-1.nothing" },
        error: "InvalidServiceName",
      },
      {
        call: "ec2:CreateVpcEndpoint",
        input: { VpcId: "vpc-0123456789abcdef0", ServiceName: "com.amazonaws.eu-central-1.s3" },
        error: "InvalidVpcID.NotFound",
      },
      {
        call: "ec2:ModifyVpcEndpoint",
        input: {
          VpcEndpointId: "${endpoint}",
          PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}',
        },
      },
      {
        call: "ec2:ModifyVpcEndpoint",
        input: { VpcEndpointId: "vpce-0123456789abcdef0", ResetPolicy: true },
        error: "InvalidVpcEndpointId.NotFound",
      },
      { call: "ec2:DescribeNetworkInterfaces", input: { Filters: byVpc }, save: { interface: "NetworkInterfaces.0.NetworkInterfaceId" } },
      {
        call: "ec2:DescribeNetworkInterfaces",
        input: { NetworkInterfaceIds: ["eni-0123456789abcdef0"] },
        error: "InvalidNetworkInterfaceID.NotFound",
      },
      stuckVpc,
      { ...dropSubnet("one"), error: "DependencyViolation" },
      { ...dropGroup("endpoints"), error: "DependencyViolation" },
      { call: "ec2:DeleteVpcEndpoints", input: { VpcEndpointIds: ["${endpoint}"] }, output: { Unsuccessful: [] } },
      {
        call: "ec2:DeleteVpcEndpoints",
        input: { VpcEndpointIds: ["vpce-0123456789abcdef0"] },
        output: { Unsuccessful: [{ ResourceId: "vpce-0123456789abcdef0", Error: { Code: "InvalidVpcEndpoint.NotFound" } }] },
      },
      dropGroup("endpoints"),
      dropSubnet("one"),
      dropSubnet("two"),
      dropSubnet("three"),
      dropVpc,
    ],
  },
  {
    title: "creates gateway endpoints and their routes",
    steps: [
      vpc(),
      { call: "ec2:CreateRouteTable", input: { VpcId: "${vpc}" }, save: { table: "RouteTable.RouteTableId" } },
      {
        call: "ec2:CreateVpcEndpoint",
        input: { VpcId: "${vpc}", VpcEndpointType: "Gateway", ServiceName: "com.amazonaws.eu-central-1.s3", RouteTableIds: ["${table}"] },
        output: { VpcEndpoint: { VpcEndpointType: "Gateway", RouteTableIds: ["${table}"] } },
        save: { endpoint: "VpcEndpoint.VpcEndpointId" },
      },
      {
        call: "ec2:CreateVpcEndpoint",
        input: { VpcId: "${vpc}", VpcEndpointType: "Gateway", ServiceName: "com.amazonaws.eu-central-1.s3", RouteTableIds: ["${table}"] },
        error: "RouteAlreadyExists",
      },
      {
        call: "ec2:CreateVpcEndpoint",
        input: {
          VpcId: "${vpc}",
          VpcEndpointType: "Gateway",
          ServiceName: "com.amazonaws.eu-central-1.s3",
          RouteTableIds: ["rtb-0123456789abcdef0"],
        },
        error: "InvalidRouteTableId.NotFound",
      },
      stuckVpc,
      { call: "ec2:DeleteVpcEndpoints", input: { VpcEndpointIds: ["${endpoint}"] }, output: { Unsuccessful: [] } },
      { call: "ec2:DeleteRouteTable", input: { RouteTableId: "${table}" } },
      dropVpc,
    ],
  },
  {
    title: "creates and deletes flow logs",
    steps: [
      vpc(),
      { call: "logs:CreateLogGroup", input: { logGroupName: "/flow/${run}" } },
      {
        call: "iam:CreateRole",
        input: {
          RoleName: "flow-${run}",
          AssumeRolePolicyDocument:
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"vpc-flow-logs.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
        },
        save: { role: "Role.Arn" },
      },
      {
        call: "ec2:CreateFlowLogs",
        input: {
          ResourceType: "VPC",
          ResourceIds: ["${vpc}"],
          TrafficType: "ALL",
          LogGroupName: "/flow/${run}",
          DeliverLogsPermissionArn: "${role}",
          MaxAggregationInterval: 60,
        },
        output: { Unsuccessful: [] },
        save: { log: "FlowLogIds.0" },
      },
      {
        call: "ec2:DescribeFlowLogs",
        input: { FlowLogIds: ["${log}"] },
        output: { FlowLogs: [{ ResourceId: "${vpc}", TrafficType: "ALL", MaxAggregationInterval: 60 }] },
      },
      {
        call: "ec2:CreateFlowLogs",
        input: {
          ResourceType: "VPC",
          ResourceIds: ["${vpc}"],
          TrafficType: "ALL",
          LogGroupName: "/flow/${run}",
          DeliverLogsPermissionArn: "${role}",
          MaxAggregationInterval: 60,
        },
        error: "FlowLogAlreadyExists",
      },
      {
        call: "ec2:CreateFlowLogs",
        input: {
          ResourceType: "VPC",
          ResourceIds: ["vpc-0123456789abcdef0"],
          TrafficType: "ALL",
          LogGroupName: "/flow/${run}",
          DeliverLogsPermissionArn: "${role}",
        },
        error: "InvalidVpcID.NotFound",
      },
      { call: "ec2:DeleteFlowLogs", input: { FlowLogIds: ["${log}"] }, output: { Unsuccessful: [] } },
      { call: "ec2:DeleteFlowLogs", input: { FlowLogIds: ["fl-0123456789abcdef0"] }, error: "InvalidFlowLogId.NotFound" },
      { call: "iam:DeleteRole", input: { RoleName: "flow-${run}" } },
      { call: "logs:DeleteLogGroup", input: { logGroupName: "/flow/${run}" } },
      dropVpc,
    ],
  },
  {
    title: "lists the Availability Zones that offer an instance type",
    steps: [
      {
        call: "ec2:DescribeInstanceTypeOfferings",
        input: { LocationType: "region", Filters: [{ Name: "instance-type", Values: ["m5.large", "m5.huge"] }] },
        output: { InstanceTypeOfferings: [{ InstanceType: "m5.large", LocationType: "region", Location: "eu-central-1" }] },
      },
      {
        call: "ec2:DescribeInstanceTypeOfferings",
        input: {
          LocationType: "availability-zone",
          Filters: [
            { Name: "instance-type", Values: ["m5.large"] },
            { Name: "location", Values: ["eu-central-1a"] },
          ],
        },
        output: { InstanceTypeOfferings: [{ InstanceType: "m5.large", Location: "eu-central-1a" }] },
      },
      { call: "ec2:DescribeInstanceTypeOfferings", input: { LocationType: "planet" }, error: "InvalidParameterValue" },
      {
        call: "ec2:DescribeInstanceTypeOfferings",
        input: { Filters: [{ Name: "price", Values: ["low"] }] },
        error: "InvalidParameterValue",
      },
    ],
  },
];
