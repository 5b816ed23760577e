// Looks resources of EC2 up in moto, with the errors of AWS for missing resources.
import { AwsError } from "../../aws-error";
import { type Check, type PatchCall } from "../../service";

export type Item = Record<string, unknown>;

export const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)]);

/** How to list resources, and AWS's error for a missing resource. */
export const kinds = {
  vpc: { operation: "DescribeVpcs", ids: "VpcIds", list: "Vpcs", missing: "InvalidVpcID.NotFound", words: "The vpc ID" },
  subnet: { operation: "DescribeSubnets", ids: "SubnetIds", list: "Subnets", missing: "InvalidSubnetID.NotFound", words: "The subnet ID" },
  table: {
    operation: "DescribeRouteTables",
    ids: "RouteTableIds",
    list: "RouteTables",
    missing: "InvalidRouteTableID.NotFound",
    words: "The routeTable ID",
  },
  group: {
    operation: "DescribeSecurityGroups",
    ids: "GroupIds",
    list: "SecurityGroups",
    missing: "InvalidGroup.NotFound",
    words: "The security group",
  },
  acl: {
    operation: "DescribeNetworkAcls",
    ids: "NetworkAclIds",
    list: "NetworkAcls",
    missing: "InvalidNetworkAclID.NotFound",
    words: "The networkAcl ID",
  },
  endpoint: {
    operation: "DescribeVpcEndpoints",
    ids: "VpcEndpointIds",
    list: "VpcEndpoints",
    missing: "InvalidVpcEndpointId.NotFound",
    words: "The Vpc Endpoint Id",
  },
  prefixList: {
    operation: "DescribePrefixLists",
    ids: "PrefixListIds",
    list: "PrefixLists",
    missing: "InvalidPrefixListID.NotFound",
    words: "The prefix list ID",
  },
  rule: {
    operation: "DescribeSecurityGroupRules",
    ids: "SecurityGroupRuleIds",
    list: "SecurityGroupRules",
    missing: "InvalidSecurityGroupRuleId.NotFound",
    words: "The security group rule ID",
  },
  interface: {
    operation: "DescribeNetworkInterfaces",
    ids: "NetworkInterfaceIds",
    list: "NetworkInterfaces",
    missing: "InvalidNetworkInterfaceID.NotFound",
    words: "The networkInterface ID",
  },
  gateway: {
    operation: "DescribeInternetGateways",
    ids: "InternetGatewayIds",
    list: "InternetGateways",
    missing: "InvalidInternetGatewayID.NotFound",
    words: "The internetGateway ID",
  },
  address: {
    operation: "DescribeAddresses",
    ids: "AllocationIds",
    list: "Addresses",
    missing: "InvalidAllocationID.NotFound",
    words: "The allocation ID",
  },
  nat: {
    operation: "DescribeNatGateways",
    ids: "NatGatewayIds",
    list: "NatGateways",
    missing: "NatGatewayNotFound",
    words: "The Nat Gateway",
  },
  vpn: {
    operation: "DescribeVpnGateways",
    ids: "VpnGatewayIds",
    list: "VpnGateways",
    missing: "InvalidVpnGatewayID.NotFound",
    words: "The vpnGateway ID",
  },
  managedList: {
    operation: "DescribeManagedPrefixLists",
    ids: "PrefixListIds",
    list: "PrefixLists",
    missing: "InvalidPrefixListID.NotFound",
    words: "The prefix list ID",
  },
  peering: {
    operation: "DescribeVpcPeeringConnections",
    ids: "VpcPeeringConnectionIds",
    list: "VpcPeeringConnections",
    missing: "InvalidVpcPeeringConnectionID.NotFound",
    words: "The vpcPeeringConnection ID",
  },
} as const;
export type Kind = (typeof kinds)[keyof typeof kinds];

export async function list(call: PatchCall, kind: { operation: string; list: string }, input: object = {}): Promise<Item[]> {
  return ((await call.moto("ec2", kind.operation, input))[kind.list] ?? []) as Item[];
}

export const inVpc = (vpc: unknown) => ({ Filters: [{ Name: "vpc-id", Values: [String(vpc)] }] });

/** The resources with these IDs, in any order. Throws AWS's error for a missing resource; `missing` replaces the error code. */
export async function find(call: PatchCall, kind: Kind, ids: string[], missing: string = kind.missing): Promise<Item[]> {
  const found = await Promise.all(
    ids.map(async (id) => {
      const items = await list(call, kind, { [kind.ids]: [id] }).catch((error: unknown) => {
        if (error instanceof AwsError && error.code.endsWith("NotFound")) return [];
        throw error;
      });
      if (items.length === 0) throw new AwsError(missing, `${kind.words} '${id}' does not exist`);
      return items;
    }),
  );
  return found.flat();
}

/** The resources in an input member must exist. */
export const exists =
  (kind: Kind, member: string, missing?: string): Check =>
  async (call) => {
    await find(call, kind, texts(call.input[member]), missing);
  };

type Side = { VpcId?: unknown } | undefined;
/** The VPCs in a peering connection: requester and accepter. */
export const vpcsOf = ({ RequesterVpcInfo, AccepterVpcInfo }: Item) => [
  (RequesterVpcInfo as Side)?.VpcId,
  (AccepterVpcInfo as Side)?.VpcId,
];
export const codeOf = ({ Status }: Item) => (Status as { Code?: unknown } | undefined)?.Code;
