import { type Scenario, type Step } from "../scenario";

// Egress paths of a VPC, and its DHCP options.

const call = (operation: string, input: object = {}, more: Partial<Step> = {}): Step => ({
  call: `ec2:${operation}`,
  input,
  ...more,
});
const makeVpc = call("CreateVpc", { CidrBlock: "10.0.0.0/16" }, { save: { vpc: "Vpc.VpcId" } });
const dropVpc = call("DeleteVpc", { VpcId: "${vpc}" });
const stuck = { error: "DependencyViolation" };
const gateway = { InternetGatewayId: "${gateway}" };
const noGateway = "igw-0123456789abcdef0";
const everything = "0.0.0.0/0";

export const ec2Egress: Scenario[] = [
  {
    title: "attaches an internet gateway and deletes the gateway only when it is detached",
    steps: [
      makeVpc,
      call(
        "CreateInternetGateway",
        { TagSpecifications: [{ ResourceType: "internet-gateway", Tags: [{ Key: "Name", Value: "out" }] }] },
        {
          output: { InternetGateway: { Tags: [{ Key: "Name", Value: "out" }] } },
          save: { gateway: "InternetGateway.InternetGatewayId" },
        },
      ),
      call(
        "CreateInternetGateway",
        { TagSpecifications: [{ ResourceType: "kitchen-sink", Tags: [] }] },
        { error: "InvalidParameterValue" },
      ),
      call("AttachInternetGateway", { ...gateway, VpcId: "${vpc}" }),
      call("AttachInternetGateway", { ...gateway, VpcId: "${vpc}" }, { error: "Resource.AlreadyAssociated" }),
      call(
        "DescribeInternetGateways",
        { Filters: [{ Name: "attachment.vpc-id", Values: ["${vpc}"] }] },
        { output: { InternetGateways: [{ InternetGatewayId: "${gateway}", Attachments: [{ VpcId: "${vpc}", State: "available" }] }] } },
      ),
      call("DescribeInternetGateways", { InternetGatewayIds: [noGateway] }, { error: "InvalidInternetGatewayID.NotFound" }),
      call("DeleteInternetGateway", gateway, stuck),
      { ...dropVpc, ...stuck },
      call("CreateRouteTable", { VpcId: "${vpc}" }, { save: { table: "RouteTable.RouteTableId" } }),
      call(
        "CreateRoute",
        { RouteTableId: "${table}", DestinationCidrBlock: everything, GatewayId: "${gateway}" },
        { output: { Return: true } },
      ),
      call(
        "CreateRoute",
        { RouteTableId: "rtb-0123456789abcdef0", DestinationCidrBlock: everything, GatewayId: "${gateway}" },
        { error: "InvalidRouteTableID.NotFound" },
      ),
      call(
        "CreateRoute",
        { RouteTableId: "${table}", DestinationCidrBlock: "198.51.100.0/24", GatewayId: noGateway },
        { error: "InvalidInternetGatewayID.NotFound" },
      ),
      call("DeleteRoute", { RouteTableId: "${table}", DestinationCidrBlock: everything }),
      call("DeleteRoute", { RouteTableId: "${table}", DestinationCidrBlock: everything }, { error: "InvalidRoute.NotFound" }),
      call("DeleteRouteTable", { RouteTableId: "${table}" }),
      call("DetachInternetGateway", { ...gateway, VpcId: "${vpc}" }),
      call("DetachInternetGateway", { ...gateway, VpcId: "${vpc}" }, { error: "Gateway.NotAttached" }),
      call("DeleteInternetGateway", gateway),
      call("DeleteInternetGateway", gateway, { error: "InvalidInternetGatewayID.NotFound" }),
      dropVpc,
    ],
  },
  {
    title: "creates a NAT gateway that blocks the deletion of its Elastic IP address and subnet",
    steps: [
      makeVpc,
      call("CreateSubnet", { VpcId: "${vpc}", CidrBlock: "10.0.0.0/24" }, { save: { subnet: "Subnet.SubnetId" } }),
      call("AllocateAddress", { Domain: "vpc" }, { output: { Domain: "vpc" }, save: { address: "AllocationId" } }),
      call("AllocateAddress", { TagSpecifications: [{ ResourceType: "kitchen-sink", Tags: [] }] }, { error: "InvalidParameterValue" }),
      call("DescribeAddresses", { AllocationIds: ["${address}"] }, { output: { Addresses: [{ AllocationId: "${address}" }] } }),
      call("DescribeAddresses", { AllocationIds: ["eipalloc-0123456789abcdef0"] }, { error: "InvalidAllocationID.NotFound" }),
      call("DescribeAddressesAttribute", { AllocationIds: ["${address}"], Attribute: "domain-name" }),
      call(
        "DescribeAddressesAttribute",
        { AllocationIds: ["eipalloc-0123456789abcdef0"], Attribute: "domain-name" },
        { error: "InvalidAllocationID.NotFound" },
      ),
      call("CreateNatGateway", { SubnetId: "${subnet}", AllocationId: "${address}" }, { error: "Gateway.NotAttached" }),
      call("CreateInternetGateway", {}, { save: { gateway: "InternetGateway.InternetGatewayId" } }),
      call("AttachInternetGateway", { ...gateway, VpcId: "${vpc}" }),
      call("CreateNatGateway", { SubnetId: "${subnet}" }, { error: "MissingParameter" }),
      call("CreateNatGateway", { SubnetId: "subnet-0123456789abcdef0", AllocationId: "${address}" }, { error: "InvalidSubnetID.NotFound" }),
      call(
        "CreateNatGateway",
        { SubnetId: "${subnet}", AllocationId: "${address}" },
        { output: { NatGateway: { SubnetId: "${subnet}", VpcId: "${vpc}" } }, save: { nat: "NatGateway.NatGatewayId" } },
      ),
      call("CreateNatGateway", { SubnetId: "${subnet}", AllocationId: "${address}" }, { error: "Resource.AlreadyAssociated" }),
      call(
        "DescribeNatGateways",
        { NatGatewayIds: ["${nat}"] },
        { output: { NatGateways: [{ State: "available", ConnectivityType: "public" }] } },
      ),
      call("DescribeNatGateways", { NatGatewayIds: ["nat-0123456789abcdef0"] }, { error: "NatGatewayNotFound" }),
      call("ReleaseAddress", { AllocationId: "${address}" }, { error: "InvalidIPAddress.InUse" }),
      call("DetachInternetGateway", { ...gateway, VpcId: "${vpc}" }, stuck),
      call("DeleteSubnet", { SubnetId: "${subnet}" }, stuck),
      call("DeleteNatGateway", { NatGatewayId: "${nat}" }),
      call("DeleteNatGateway", { NatGatewayId: "nat-0123456789abcdef0" }, { error: "NatGatewayNotFound" }),
      call("DescribeNatGateways", { NatGatewayIds: ["${nat}"] }, { output: { NatGateways: [{ State: "deleted" }] } }),
      call("ReleaseAddress", { AllocationId: "${address}" }),
      call("ReleaseAddress", { AllocationId: "${address}" }, { error: "InvalidAllocationID.NotFound" }),
      call("DetachInternetGateway", { ...gateway, VpcId: "${vpc}" }),
      call("DeleteInternetGateway", gateway),
      call("DeleteSubnet", { SubnetId: "${subnet}" }),
      dropVpc,
    ],
  },
  {
    title: "lists the virtual private gateway and the NAT gateways of a VPC",
    steps: [
      makeVpc,
      call("CreateVpnGateway", { Type: "ipsec.1" }, { save: { vpn: "VpnGateway.VpnGatewayId" } }),
      call("AttachVpnGateway", { VpnGatewayId: "${vpn}", VpcId: "${vpc}" }),
      call(
        "DescribeVpnGateways",
        { Filters: [{ Name: "attachment.vpc-id", Values: ["${vpc}"] }] },
        { output: { VpnGateways: [{ VpnGatewayId: "${vpn}", VpcAttachments: [{ VpcId: "${vpc}", State: "attached" }] }] } },
      ),
      call("DescribeVpnGateways", { VpnGatewayIds: ["vgw-0123456789abcdef0"] }, { error: "InvalidVpnGatewayID.NotFound" }),
      call("DescribeNatGateways", { Filter: [{ Name: "vpc-id", Values: ["${vpc}"] }] }, { output: { NatGateways: [] } }),
      call("DetachVpnGateway", { VpnGatewayId: "${vpn}", VpcId: "${vpc}" }),
      call("DeleteVpnGateway", { VpnGatewayId: "${vpn}" }),
      dropVpc,
    ],
  },
  {
    title: "lists the ranges of a prefix list of the account",
    steps: [
      call(
        "CreateManagedPrefixList",
        { PrefixListName: "bank-${run}", AddressFamily: "IPv4", MaxEntries: 2, Entries: [{ Cidr: "10.8.0.0/16", Description: "bank" }] },
        { save: { list: "PrefixList.PrefixListId" } },
      ),
      call("DescribeManagedPrefixLists", { PrefixListIds: ["${list}"] }, { output: { PrefixLists: [{ PrefixListId: "${list}" }] } }),
      call("DescribeManagedPrefixLists", { PrefixListIds: ["pl-0123456789abcdef0"] }, { error: "InvalidPrefixListID.NotFound" }),
      call("GetManagedPrefixListEntries", { PrefixListId: "${list}" }, { output: { Entries: [{ Cidr: "10.8.0.0/16" }] } }),
      call("GetManagedPrefixListEntries", { PrefixListId: "pl-0123456789abcdef0" }, { error: "InvalidPrefixListID.NotFound" }),
      call("DeleteManagedPrefixList", { PrefixListId: "${list}" }),
    ],
  },
  {
    title: "associates a new VPC with the default DHCP options of the region",
    steps: [
      makeVpc,
      call("DescribeVpcs", { VpcIds: ["${vpc}"] }, { save: { options: "Vpcs.0.DhcpOptionsId" } }),
      call(
        "DescribeDhcpOptions",
        { DhcpOptionsIds: ["${options}"] },
        {
          output: {
            DhcpOptions: [
              {
                DhcpConfigurations: [
                  { Key: "domain-name", Values: [{ Value: "eu-central-1.compute.internal" }] },
                  { Key: "domain-name-servers", Values: [{ Value: "AmazonProvidedDNS" }] },
                ],
              },
            ],
          },
        },
      ),
      call("CreateVpc", { CidrBlock: "10.9.0.0/16" }, { output: { Vpc: { DhcpOptionsId: "${options}" } }, save: { other: "Vpc.VpcId" } }),
      call("DeleteVpc", { VpcId: "${other}" }),
      call("DescribeDhcpOptions", { DhcpOptionsIds: ["${options}"] }, { output: { DhcpOptions: [{ DhcpOptionsId: "${options}" }] } }),
      dropVpc,
    ],
  },
  {
    title: "creates DHCP options with tags and does not delete DHCP options that a VPC uses",
    steps: [
      makeVpc,
      call(
        "CreateDhcpOptions",
        {
          DhcpConfigurations: [{ Key: "domain-name", Values: ["ml.bank.example"] }],
          TagSpecifications: [{ ResourceType: "dhcp-options", Tags: [{ Key: "Name", Value: "lab" }] }],
        },
        { output: { DhcpOptions: { Tags: [{ Key: "Name", Value: "lab" }] } }, save: { options: "DhcpOptions.DhcpOptionsId" } },
      ),
      call(
        "CreateDhcpOptions",
        { DhcpConfigurations: [{ Key: "ntp-servers", Values: ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"] }] },
        { error: "InvalidParameterValue" },
      ),
      call("AssociateDhcpOptions", { DhcpOptionsId: "${options}", VpcId: "${vpc}" }),
      call("AssociateDhcpOptions", { DhcpOptionsId: "dopt-0123456789abcdef0", VpcId: "${vpc}" }, { error: "InvalidDhcpOptionID.NotFound" }),
      call("DescribeDhcpOptions", { DhcpOptionsIds: ["${options}"] }, { output: { DhcpOptions: [{ DhcpOptionsId: "${options}" }] } }),
      call("DescribeDhcpOptions", { DhcpOptionsIds: ["dopt-0123456789abcdef0"] }, { error: "InvalidDhcpOptionID.NotFound" }),
      call("DeleteDhcpOptions", { DhcpOptionsId: "${options}" }, stuck),
      call(
        "CreateDhcpOptions",
        { DhcpConfigurations: [{ Key: "domain-name", Values: ["risk.bank.example"] }] },
        { save: { others: "DhcpOptions.DhcpOptionsId" } },
      ),
      call("AssociateDhcpOptions", { DhcpOptionsId: "${others}", VpcId: "${vpc}" }),
      call("DeleteDhcpOptions", { DhcpOptionsId: "${options}" }),
      call("DeleteDhcpOptions", { DhcpOptionsId: "${others}" }, stuck),
      call("AssociateDhcpOptions", { DhcpOptionsId: "default", VpcId: "${vpc}" }),
      call("DeleteDhcpOptions", { DhcpOptionsId: "${others}" }),
      dropVpc,
    ],
  },
  {
    title: "adds and removes routes and network interfaces with the route tables and subnets of a VPC endpoint",
    steps: [
      makeVpc,
      call(
        "CreateSubnet",
        { VpcId: "${vpc}", CidrBlock: "10.0.0.0/24", AvailabilityZone: "eu-central-1a" },
        { save: { one: "Subnet.SubnetId" } },
      ),
      call(
        "CreateSubnet",
        { VpcId: "${vpc}", CidrBlock: "10.0.1.0/24", AvailabilityZone: "eu-central-1b" },
        { save: { two: "Subnet.SubnetId" } },
      ),
      call("CreateRouteTable", { VpcId: "${vpc}" }, { save: { table: "RouteTable.RouteTableId" } }),
      call(
        "CreateVpcEndpoint",
        { VpcId: "${vpc}", ServiceName: "com.amazonaws.eu-central-1.s3", VpcEndpointType: "Gateway" },
        { save: { s3: "VpcEndpoint.VpcEndpointId" } },
      ),
      call("ModifyVpcEndpoint", { VpcEndpointId: "${s3}", AddRouteTableIds: ["${table}"] }, { output: { Return: true } }),
      call(
        "DescribeRouteTables",
        { RouteTableIds: ["${table}"] },
        { output: { RouteTables: [{ Routes: [{ GatewayId: "local" }, { GatewayId: "${s3}" }] }] } },
      ),
      call(
        "ModifyVpcEndpoint",
        { VpcEndpointId: "${s3}", AddRouteTableIds: ["rtb-0123456789abcdef0"] },
        { error: "InvalidRouteTableID.NotFound" },
      ),
      call("ModifyVpcEndpoint", { VpcEndpointId: "${s3}", RemoveRouteTableIds: ["${table}"] }),
      call("DescribeRouteTables", { RouteTableIds: ["${table}"] }, { output: { RouteTables: [{ Routes: [{ GatewayId: "local" }] }] } }),
      call("ModifyVpcEndpoint", { VpcEndpointId: "${s3}", AddRouteTableIds: ["${table}"] }),
      call(
        "CreateVpcEndpoint",
        { VpcId: "${vpc}", ServiceName: "com.amazonaws.eu-central-1.sts", VpcEndpointType: "Interface", SubnetIds: ["${one}"] },
        { save: { sts: "VpcEndpoint.VpcEndpointId" } },
      ),
      call("ModifyVpcEndpoint", { VpcEndpointId: "${sts}", AddSubnetIds: ["${two}"] }),
      call("DeleteSubnet", { SubnetId: "${two}" }, stuck),
      call("ModifyVpcEndpoint", { VpcEndpointId: "${sts}", RemoveSubnetIds: ["${two}"] }),
      call("DeleteSubnet", { SubnetId: "${two}" }),
      call("DeleteVpcEndpoints", { VpcEndpointIds: ["${s3}", "${sts}"] }, { output: { Unsuccessful: [] } }),
      call("DeleteRouteTable", { RouteTableId: "${table}" }),
      call("DeleteSubnet", { SubnetId: "${one}" }),
      dropVpc,
    ],
  },
  {
    title: "lists endpoint services and rejects an unknown service",
    steps: [
      call(
        "DescribeVpcEndpointServices",
        { ServiceNames: ["com.amazonaws.eu-central-1.sts"] },
        {
          output: {
            ServiceDetails: [
              {
                ServiceName: "com.amazonaws.eu-central-1.sts",
                AvailabilityZones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
                PrivateDnsName: "sts.eu-central-1.amazonaws.com",
              },
            ],
          },
        },
      ),
      call("DescribeVpcEndpointServices", { ServiceNames: ["com.amazonaws.eu-central-1.kitchen-sink"] }, { error: "InvalidServiceName" }),
    ],
  },
];
