// Restrictions of EC2 on routes, gateways, rules and network ACLs that moto does not have.
import { AwsError } from "../../aws-error";
import { type Check, type PatchCall } from "../../service";
import { quotaValue } from "../servicequotas";
import { codeOf, exists, find, inVpc, type Item, kinds, list, texts, vpcsOf } from "./lookup";

const invalid = (message: string) => new AwsError("InvalidParameterValue", message);
const missing = (members: string) => new AwsError("MissingParameter", `The request must contain the parameter ${members}`);
const inDifferentNetworks = (table: unknown, what: string, id: unknown) =>
  invalid(`route table ${String(table)} and ${what} ${String(id)} belong to different networks`);

const associationsOf = ({ Associations }: Item) => (Associations ?? []) as Item[];
export const isMain = (table: Item) => associationsOf(table).some(({ Main }) => Main);

/** A subnet has one route table, in its VPC. Error text: hashicorp/terraform-provider-aws issue 38960. */
export const associationIsFree: Check = async (call) => {
  const { RouteTableId, SubnetId } = call.input;
  if (SubnetId === undefined) return;
  const [table] = await find(call, kinds.table, [String(RouteTableId)]);
  const [subnet] = await find(call, kinds.subnet, [String(SubnetId)]);
  if (table!.VpcId !== subnet!.VpcId) throw inDifferentNetworks(RouteTableId, "network subnet", SubnetId);
  const others = (await list(call, kinds.table)).filter((other) => other.RouteTableId !== RouteTableId).flatMap(associationsOf);
  if (others.some((association) => association.SubnetId === SubnetId))
    throw new AwsError(
      "Resource.AlreadyAssociated",
      `the specified association for route table ${String(RouteTableId)} conflicts with an existing association`,
    );
};

/** Error text: hashicorp/vault issue 659. */
export const associationIsNotMain: Check = async (call) => {
  const { AssociationId } = call.input;
  const associations = (await list(call, kinds.table)).flatMap(associationsOf);
  if (associations.some(({ Main, RouteTableAssociationId }) => Main && RouteTableAssociationId === AssociationId))
    throw invalid(`cannot disassociate the main route table association ${String(AssociationId)}`);
};

const destinations = ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"] as const;

/** The VPCs of a gateway. An internet gateway without attachment has none. */
const targets: Record<string, { what: string; vpcs(call: PatchCall, id: string): Promise<unknown[]> }> = {
  GatewayId: {
    what: "network gateway",
    async vpcs(call, id) {
      if (!id.startsWith("igw-")) return [];
      const [gateway] = await find(call, kinds.gateway, [id]);
      return ((gateway!.Attachments ?? []) as Item[]).map(({ VpcId }) => VpcId);
    },
  },
  NatGatewayId: {
    what: "nat gateway",
    vpcs: async (call, id) => (await find(call, kinds.nat, [id], "InvalidNatGatewayID.NotFound")).map(({ VpcId }) => VpcId),
  },
};

/**
 * A route has a destination, and a gateway in its VPC.
 * Error texts: hashicorp/terraform issue 14564, giantswarm/aws-operator pull 632.
 */
export const routeTargetFits: Check = async (call) => {
  const { input } = call;
  if (destinations.every((member) => input[member] === undefined)) throw missing("destinationCidrBlock or destinationIpv6CidrBlock");
  const [table] = await find(call, kinds.table, [String(input.RouteTableId)]);
  for (const [member, { what, vpcs }] of Object.entries(targets)) {
    const id = input[member];
    if (id === undefined || (member === "GatewayId" && !String(id).startsWith("igw-"))) continue;
    if (!(await vpcs(call, String(id))).includes(table!.VpcId)) throw inDifferentNetworks(input.RouteTableId, what, id);
  }
};

/** AWS creates the routes to the VPC itself. */
export const routeIsNotLocal: Check = async (call) => {
  const { RouteTableId } = call.input;
  const [table] = await find(call, kinds.table, [String(RouteTableId)]);
  const local = ((table!.Routes ?? []) as Item[]).find(
    (route) =>
      route.GatewayId === "local" && destinations.some((member) => route[member] !== undefined && route[member] === call.input[member]),
  );
  if (local) throw invalid(`cannot remove local route ${String(local.DestinationCidrBlock)} in route table ${String(RouteTableId)}`);
};

/** Error text: cloudfoundry-incubator/kubo-deployment issue 167. */
export const vpcHasNoGateway: Check = async (call) => {
  const { InternetGatewayId, VpcId } = call.input;
  await exists(kinds.vpc, "VpcId")(call);
  const attached = (await list(call, kinds.gateway)).find(({ Attachments }) =>
    ((Attachments ?? []) as Item[]).some((attachment) => attachment.VpcId === VpcId),
  );
  if (attached && attached.InternetGatewayId !== InternetGatewayId)
    throw invalid(`Network ${String(VpcId)} already has an internet gateway attached`);
};

/** A subnet has a range from /16 to /28, in its VPC. Source: AWS API `CreateSubnet`. */
export const subnetRangeFits: Check = ({ input }) => {
  const size = Number(/\/(\d+)$/.exec(String(input.CidrBlock))?.[1]);
  if (size < 16 || size > 28) throw new AwsError("InvalidSubnet.Range", `The CIDR '${String(input.CidrBlock)}' is invalid.`);
};

interface Permission {
  IpProtocol?: string;
  FromPort?: number;
  ToPort?: number;
  PrefixListIds?: { PrefixListId?: string }[];
}

const withPorts = ["tcp", "udp", "6", "17"];

function permissionFits({ IpProtocol = "", FromPort, ToPort }: Permission): void {
  if (!/^(-1|tcp|udp|icmp|icmpv6|\d+)$/.test(IpProtocol) || Number(IpProtocol) > 255)
    throw invalid(`Invalid value '${IpProtocol}' for IP protocol. Unknown protocol.`);
  if (!withPorts.includes(IpProtocol)) return;
  if (FromPort === undefined || ToPort === undefined)
    throw invalid("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.");
  const malformed = (message: string) => new AwsError("InvalidPermission.Malformed", message);
  const outside = [FromPort, ToPort].find((port) => port < 0 || port > 65_535);
  if (outside !== undefined) throw malformed(`TCP/UDP port (${outside}) out of range`);
  if (FromPort > ToPort) throw malformed(`Invalid TCP/UDP port range (${FromPort}:${ToPort})`);
}

/** Rules name a protocol, its ports and existing prefix lists. Error texts: aws/aws-sdk-go-v2 issue 1203, boto/boto3 issue 336. */
export const permissionsFit: Check = async (call) => {
  const permissions = (call.input.IpPermissions ?? []) as Permission[];
  permissions.forEach(permissionFits);
  const lists = permissions.flatMap(({ PrefixListIds }) => PrefixListIds ?? []).flatMap(({ PrefixListId }) => PrefixListId ?? []);
  if (lists.length === 0) return;
  const known = [...(await list(call, kinds.prefixList)), ...(await list(call, kinds.managedList))].map(({ PrefixListId }) => PrefixListId);
  const unknown = lists.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new AwsError("InvalidPrefixListID.NotFound", `The prefix list ID '${unknown}' does not exist`);
};

/** Source: AWS API `CreateNetworkAclEntry`. AWS uses the rule numbers from 32767 itself. */
export const entryFits: Check = ({ input }) => {
  const { RuleNumber, Protocol, PortRange, RuleAction, CidrBlock, Ipv6CidrBlock } = input;
  if (Number(RuleNumber) < 1 || Number(RuleNumber) > 32_766)
    throw invalid(`Value (${String(RuleNumber)}) for parameter ruleNumber is invalid. Valid rule numbers are 1 to 32766.`);
  if (!["allow", "deny"].includes(String(RuleAction))) throw invalid(`Value (${String(RuleAction)}) for parameter ruleAction is invalid.`);
  if (CidrBlock === undefined && Ipv6CidrBlock === undefined) throw missing("cidrBlock or ipv6CidrBlock");
  if (withPorts.includes(String(Protocol)) && PortRange === undefined) throw missing("portRange");
};

/**
 * The rules of a network ACL in one direction and for one IP version, without the last rule, which AWS creates.
 * Source: Amazon VPC quotas. Error text: cisagov/cool-assessment-terraform issue 288.
 */
export const entriesAreWithin: Check = async (call) => {
  const { NetworkAclId, Egress, RuleNumber, Ipv6CidrBlock } = call.input;
  const [acl] = await find(call, kinds.acl, [String(NetworkAclId)]);
  const others = ((acl!.Entries ?? []) as Item[]).filter(
    (entry) =>
      Number(entry.RuleNumber) < 32_767 &&
      entry.RuleNumber !== RuleNumber &&
      String(entry.Egress) === String(Egress) &&
      (entry.Ipv6CidrBlock === undefined) === (Ipv6CidrBlock === undefined),
  );
  if (others.length >= quotaValue("vpc", "L-2AEEBF1A"))
    throw new AwsError("NetworkAclEntryLimitExceeded", "The maximum number of network acl entries has been reached.");
};

/** Source: Amazon VPC quotas; Amazon EC2 API Reference, "Error codes", SecurityGroupsPerInterfaceLimitExceeded. */
export const groupsAreWithin =
  (member: string): Check =>
  ({ input }) => {
    if (texts(input[member]).length > quotaValue("vpc", "L-2AFB9258"))
      throw new AwsError(
        "SecurityGroupsPerInterfaceLimitExceeded",
        "The maximum number of security groups per interface has been reached.",
      );
  };

/** Source: Amazon EC2 API Reference, "Error codes", AddressLimitExceeded. */
export const addressesAreWithin: Check = async (call) => {
  if ((await list(call, kinds.address)).length >= quotaValue("ec2", "L-0263D0A3"))
    throw new AwsError("AddressLimitExceeded", "The maximum number of addresses has been reached.");
};

/** Source: Amazon EC2 API Reference, "Error codes", VpcLimitExceeded. */
export const vpcsAreWithin: Check = async (call) => {
  if ((await list(call, kinds.vpc)).length >= quotaValue("vpc", "L-F678F1CE"))
    throw new AwsError("VpcLimitExceeded", "The maximum number of VPCs has been reached.");
};

/**
 * Interface endpoints of a VPC, and gateway endpoints in a region.
 * Source: AWS PrivateLink quotas; Amazon EC2 API Reference, "Error codes", VpcEndpointLimitExceeded.
 */
export const endpointsAreWithin: Check = async (call) => {
  const { VpcId, VpcEndpointType: type = "Gateway" } = call.input;
  const quota = { Interface: "L-29B6F2EB", Gateway: "L-1B52E74A" }[String(type)];
  if (quota === undefined) return;
  const others = (await list(call, kinds.endpoint, type === "Interface" ? inVpc(VpcId) : {})).filter(
    ({ VpcEndpointType, State }) => VpcEndpointType === type && !/^delet/i.test(String(State)),
  );
  if (others.length >= quotaValue("vpc", quota))
    throw new AwsError("VpcEndpointLimitExceeded", "The maximum number of VPC endpoints has been reached.");
};

/**
 * Each of the two VPCs has active peering connections within the quota.
 * Source: Amazon EC2 API Reference, "Error codes", ActiveVpcPeeringConnectionPerVpcLimitExceeded.
 */
export const peeringsAreWithin: Check = async (call) => {
  const [accepted] = await find(call, kinds.peering, [String(call.input.VpcPeeringConnectionId)]);
  const active = (await list(call, kinds.peering)).filter((peering) => codeOf(peering) === "active");
  const full = vpcsOf(accepted!).find(
    (vpc) => active.filter((peering) => vpcsOf(peering).includes(vpc)).length >= quotaValue("vpc", "L-7E9ECCDB"),
  );
  if (full !== undefined)
    throw new AwsError(
      "ActiveVpcPeeringConnectionPerVpcLimitExceeded",
      `The maximum number of active VPC peering connections of the VPC ${String(full)} has been reached.`,
    );
};

/** A network ACL is for the subnets of its VPC. */
export const aclIsInVpc: Check = async (call) => {
  const { AssociationId, NetworkAclId } = call.input;
  const acls = await list(call, kinds.acl);
  const [before, after] = [
    acls.find((acl) => associationsOf(acl).some(({ NetworkAclAssociationId }) => NetworkAclAssociationId === AssociationId)),
    acls.find((acl) => acl.NetworkAclId === NetworkAclId),
  ];
  if (before && after && before.VpcId !== after.VpcId)
    throw invalid(`network acl ${String(NetworkAclId)} and association ${String(AssociationId)} belong to different networks`);
};

const dhcpOptions = [
  "domain-name-servers",
  "domain-name",
  "ntp-servers",
  "netbios-name-servers",
  "netbios-node-type",
  "ipv6-address-preferred-lease-time",
];

/** Source: AWS API `CreateDhcpOptions`. */
export const dhcpOptionsFit: Check = ({ input }) => {
  const unknown = ((input.DhcpConfigurations ?? []) as { Key?: string }[]).find(({ Key }) => !dhcpOptions.includes(String(Key)));
  if (unknown) throw invalid(`Value (${String(unknown.Key)}) for parameter name is invalid. Unknown DHCP option.`);
};

/** Maximum characters in an endpoint policy, with white space. Source: AWS PrivateLink quotas. */
const endpointPolicyLimit = 20_480;

/** Error code: hashicorp/terraform-provider-aws issue 42291. */
export const endpointPolicyFits: Check = ({ input }) => {
  const { PolicyDocument } = input;
  if (PolicyDocument === undefined || PolicyDocument === "") return;
  const broken = (why: string) => new AwsError("InvalidPolicyDocument", `The Policy Document is not valid. ${why}`);
  try {
    JSON.parse(String(PolicyDocument));
  } catch {
    throw broken("Syntax error.");
  }
  if (String(PolicyDocument).length > endpointPolicyLimit) throw broken(`It has more than ${endpointPolicyLimit} characters.`);
};

/** An endpoint gets route tables, subnets and groups of its VPC: a gateway the tables, an interface the others. */
export const endpointPartsFit: Check = async (call) => {
  const { VpcEndpointId, AddRouteTableIds, AddSubnetIds, AddSecurityGroupIds } = call.input;
  const [endpoint] = await find(call, kinds.endpoint, [String(VpcEndpointId)]);
  const { VpcEndpointType: type = "Gateway" } = endpoint!;
  const isGateway = type === "Gateway";
  const wrong = isGateway ? { AddSubnetIds, AddSecurityGroupIds } : { AddRouteTableIds };
  const member = Object.entries(wrong).find(([, ids]) => texts(ids).length > 0)?.[0];
  if (member !== undefined) throw new AwsError("InvalidParameter", `${member} is not supported for endpoints of type ${String(type)}.`);
  const parts = [
    ...(await find(call, kinds.table, texts(AddRouteTableIds))),
    ...(await find(call, kinds.subnet, texts(AddSubnetIds))),
    ...(await find(call, kinds.group, texts(AddSecurityGroupIds), "InvalidSecurityGroupID.NotFound")),
  ];
  const outside = parts.find(({ VpcId }) => VpcId !== endpoint!.VpcId);
  if (outside)
    throw new AwsError(
      "InvalidParameter",
      `${String(outside.RouteTableId ?? outside.SubnetId ?? outside.GroupId)} is not in the VPC ${String(endpoint!.VpcId)}`,
    );
};

/** One call changes one attribute. DNS hostnames require DNS support. Source: AWS API `ModifyVpcAttribute`. */
export const vpcAttributeFits: Check = async (call) => {
  const { VpcId, EnableDnsHostnames, ...others } = call.input;
  await exists(kinds.vpc, "VpcId")(call);
  const given = Object.keys({ ...others, ...(EnableDnsHostnames === undefined ? {} : { EnableDnsHostnames }) });
  if (given.length > 1)
    throw new AwsError("InvalidParameterCombination", `Fields for multiple attribute types specified: ${given.join(", ")}`);
  if (String((EnableDnsHostnames as Item | undefined)?.Value) !== "true") return;
  const { EnableDnsSupport } = await call.moto("ec2", "DescribeVpcAttribute", { VpcId, Attribute: "enableDnsSupport" });
  if (String((EnableDnsSupport as Item | undefined)?.Value) === "false")
    throw invalid("DNS hostnames can be enabled only in a VPC with DNS support.");
};
