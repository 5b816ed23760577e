import { type Scenario, type Step } from "../scenario";

// What leads out of a VPC, and what is handed out in it.

const call = (operation: string, input: object = {}, more: Partial<Step> = {}): Step => ({
  call: `ec2:${operation}`,
  with: input,
  ...more,
});
const makeVpc = call("CreateVpc", { CidrBlock: "10.0.0.0/16" }, { save: { vpc: "Vpc.VpcId" } });
const dropVpc = call("DeleteVpc", { VpcId: "${vpc}" });
const stuck = { refused: "DependencyViolation" };
const gateway = { InternetGatewayId: "${gateway}" };
const noGateway = "igw-0123456789abcdef0";
const everything = "0.0.0.0/0";

export const ec2WaysOut: Scenario[] = [
  {
    title: "attaches an internet gateway, and deletes it only when it is free",
    steps: [
      makeVpc,
      call(
        "CreateInternetGateway",
        { TagSpecifications: [{ ResourceType: "internet-gateway", Tags: [{ Key: "Name", Value: "out" }] }] },
        {
          gives: { InternetGateway: { Tags: [{ Key: "Name", Value: "out" }] } },
          save: { gateway: "InternetGateway.InternetGatewayId" },
        },
      ),
      call(
        "CreateInternetGateway",
        { TagSpecifications: [{ ResourceType: "kitchen-sink", Tags: [] }] },
        { refused: "InvalidParameterValue" },
      ),
      call("AttachInternetGateway", { ...gateway, VpcId: "${vpc}" }),
      call("AttachInternetGateway", { ...gateway, VpcId: "${vpc}" }, { refused: "Resource.AlreadyAssociated" }),
      call(
        "DescribeInternetGateways",
        { Filters: [{ Name: "attachment.vpc-id", Values: ["${vpc}"] }] },
        { gives: { InternetGateways: [{ InternetGatewayId: "${gateway}", Attachments: [{ VpcId: "${vpc}", State: "available" }] }] } },
      ),
      call("DescribeInternetGateways", { InternetGatewayIds: [noGateway] }, { refused: "InvalidInternetGatewayID.NotFound" }),
      call("DeleteInternetGateway", gateway, stuck),
      { ...dropVpc, ...stuck },
      call("CreateRouteTable", { VpcId: "${vpc}" }, { save: { table: "RouteTable.RouteTableId" } }),
      call(
        "CreateRoute",
        { RouteTableId: "${table}", DestinationCidrBlock: everything, GatewayId: "${gateway}" },
        { gives: { Return: true } },
      ),
      call(
        "CreateRoute",
        { RouteTableId: "rtb-0123456789abcdef0", DestinationCidrBlock: everything, GatewayId: "${gateway}" },
        { refused: "InvalidRouteTableID.NotFound" },
      ),
      call(
        "CreateRoute",
        { RouteTableId: "${table}", DestinationCidrBlock: "198.51.100.0/24", GatewayId: noGateway },
        { refused: "InvalidInternetGatewayID.NotFound" },
      ),
      call("DeleteRoute", { RouteTableId: "${table}", DestinationCidrBlock: everything }),
      call("DeleteRoute", { RouteTableId: "${table}", DestinationCidrBlock: everything }, { refused: "InvalidRoute.NotFound" }),
      call("DeleteRouteTable", { RouteTableId: "${table}" }),
      call("DetachInternetGateway", { ...gateway, VpcId: "${vpc}" }),
      call("DetachInternetGateway", { ...gateway, VpcId: "${vpc}" }, { refused: "Gateway.NotAttached" }),
      call("DeleteInternetGateway", gateway),
      call("DeleteInternetGateway", gateway, { refused: "InvalidInternetGatewayID.NotFound" }),
      dropVpc,
    ],
  },
  {
    title: "makes a NAT gateway of an address and a subnet, and holds both until it is deleted",
    steps: [
      makeVpc,
      call("CreateSubnet", { VpcId: "${vpc}", CidrBlock: "10.0.0.0/24" }, { save: { subnet: "Subnet.SubnetId" } }),
      call("AllocateAddress", { Domain: "vpc" }, { gives: { Domain: "vpc" }, save: { address: "AllocationId" } }),
      call("AllocateAddress", { TagSpecifications: [{ ResourceType: "kitchen-sink", Tags: [] }] }, { refused: "InvalidParameterValue" }),
      call("DescribeAddresses", { AllocationIds: ["${address}"] }, { gives: { Addresses: [{ AllocationId: "${address}" }] } }),
      call("DescribeAddresses", { AllocationIds: ["eipalloc-0123456789abcdef0"] }, { refused: "InvalidAllocationID.NotFound" }),
      call("DescribeAddressesAttribute", { AllocationIds: ["${address}"], Attribute: "domain-name" }),
      call(
        "DescribeAddressesAttribute",
        { AllocationIds: ["eipalloc-0123456789abcdef0"], Attribute: "domain-name" },
        { refused: "InvalidAllocationID.NotFound" },
      ),
      call("CreateNatGateway", { SubnetId: "${subnet}", AllocationId: "${address}" }, { refused: "Gateway.NotAttached" }),
      call("CreateInternetGateway", {}, { save: { gateway: "InternetGateway.InternetGatewayId" } }),
      call("AttachInternetGateway", { ...gateway, VpcId: "${vpc}" }),
      call("CreateNatGateway", { SubnetId: "${subnet}" }, { refused: "MissingParameter" }),
      call(
        "CreateNatGateway",
        { SubnetId: "subnet-0123456789abcdef0", AllocationId: "${address}" },
        { refused: "InvalidSubnetID.NotFound" },
      ),
      call(
        "CreateNatGateway",
        { SubnetId: "${subnet}", AllocationId: "${address}" },
        { gives: { NatGateway: { SubnetId: "${subnet}", VpcId: "${vpc}" } }, save: { nat: "NatGateway.NatGatewayId" } },
      ),
      call("CreateNatGateway", { SubnetId: "${subnet}", AllocationId: "${address}" }, { refused: "Resource.AlreadyAssociated" }),
      call(
        "DescribeNatGateways",
        { NatGatewayIds: ["${nat}"] },
        { gives: { NatGateways: [{ State: "available", ConnectivityType: "public" }] } },
      ),
      call("DescribeNatGateways", { NatGatewayIds: ["nat-0123456789abcdef0"] }, { refused: "NatGatewayNotFound" }),
      call("ReleaseAddress", { AllocationId: "${address}" }, { refused: "InvalidIPAddress.InUse" }),
      call("DetachInternetGateway", { ...gateway, VpcId: "${vpc}" }, stuck),
      call("DeleteSubnet", { SubnetId: "${subnet}" }, stuck),
      call("DeleteNatGateway", { NatGatewayId: "${nat}" }),
      call("DeleteNatGateway", { NatGatewayId: "nat-0123456789abcdef0" }, { refused: "NatGatewayNotFound" }),
      call("DescribeNatGateways", { NatGatewayIds: ["${nat}"] }, { gives: { NatGateways: [{ State: "deleted" }] } }),
      call("ReleaseAddress", { AllocationId: "${address}" }),
      call("ReleaseAddress", { AllocationId: "${address}" }, { refused: "InvalidAllocationID.NotFound" }),
      call("DetachInternetGateway", { ...gateway, VpcId: "${vpc}" }),
      call("DeleteInternetGateway", gateway),
      call("DeleteSubnet", { SubnetId: "${subnet}" }),
      dropVpc,
    ],
  },
  {
    title: "hands out DHCP options with their tags, and keeps those that a VPC has",
    steps: [
      makeVpc,
      call(
        "CreateDhcpOptions",
        {
          DhcpConfigurations: [{ Key: "domain-name", Values: ["ml.bank.example"] }],
          TagSpecifications: [{ ResourceType: "dhcp-options", Tags: [{ Key: "Name", Value: "lab" }] }],
        },
        { gives: { DhcpOptions: { Tags: [{ Key: "Name", Value: "lab" }] } }, save: { options: "DhcpOptions.DhcpOptionsId" } },
      ),
      call(
        "CreateDhcpOptions",
        { DhcpConfigurations: [{ Key: "ntp-servers", Values: ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"] }] },
        { refused: "InvalidParameterValue" },
      ),
      call("AssociateDhcpOptions", { DhcpOptionsId: "${options}", VpcId: "${vpc}" }),
      call(
        "AssociateDhcpOptions",
        { DhcpOptionsId: "dopt-0123456789abcdef0", VpcId: "${vpc}" },
        { refused: "InvalidDhcpOptionID.NotFound" },
      ),
      call("DescribeDhcpOptions", { DhcpOptionsIds: ["${options}"] }, { gives: { DhcpOptions: [{ DhcpOptionsId: "${options}" }] } }),
      call("DescribeDhcpOptions", { DhcpOptionsIds: ["dopt-0123456789abcdef0"] }, { refused: "InvalidDhcpOptionID.NotFound" }),
      call("DeleteDhcpOptions", { DhcpOptionsId: "${options}" }, stuck),
      call("AssociateDhcpOptions", { DhcpOptionsId: "default", VpcId: "${vpc}" }),
      call("DeleteDhcpOptions", { DhcpOptionsId: "${options}" }),
      dropVpc,
    ],
  },
  {
    title: "gives an endpoint routes and interfaces where it is put, and takes them where it is taken away",
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
      call("ModifyVpcEndpoint", { VpcEndpointId: "${s3}", AddRouteTableIds: ["${table}"] }, { gives: { Return: true } }),
      call(
        "DescribeRouteTables",
        { RouteTableIds: ["${table}"] },
        { gives: { RouteTables: [{ Routes: [{ GatewayId: "local" }, { GatewayId: "${s3}" }] }] } },
      ),
      call(
        "ModifyVpcEndpoint",
        { VpcEndpointId: "${s3}", AddRouteTableIds: ["rtb-0123456789abcdef0"] },
        { refused: "InvalidRouteTableID.NotFound" },
      ),
      call("ModifyVpcEndpoint", { VpcEndpointId: "${s3}", RemoveRouteTableIds: ["${table}"] }),
      call("DescribeRouteTables", { RouteTableIds: ["${table}"] }, { gives: { RouteTables: [{ Routes: [{ GatewayId: "local" }] }] } }),
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
      call("DeleteVpcEndpoints", { VpcEndpointIds: ["${s3}", "${sts}"] }, { gives: { Unsuccessful: [] } }),
      call("DeleteRouteTable", { RouteTableId: "${table}" }),
      call("DeleteSubnet", { SubnetId: "${one}" }),
      dropVpc,
    ],
  },
  {
    title: "tells where a service has endpoints, and refuses one that there is none of",
    steps: [
      call(
        "DescribeVpcEndpointServices",
        { ServiceNames: ["com.amazonaws.eu-central-1.sts"] },
        {
          gives: {
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
      call("DescribeVpcEndpointServices", { ServiceNames: ["com.amazonaws.eu-central-1.kitchen-sink"] }, { refused: "InvalidServiceName" }),
    ],
  },
];
