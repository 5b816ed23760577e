import { AwsError } from "../../aws-error";
import { type Check, type Patch, type PatchCall, patchedService, validateFirst } from "../../service";
import {
  aclIsInVpc,
  addressesAreWithin,
  associationIsFree,
  associationIsNotMain,
  dhcpOptionsFit,
  endpointPartsFit,
  endpointPolicyFits,
  endpointsAreWithin,
  entriesAreWithin,
  entryFits,
  groupsAreWithin,
  isMain,
  peeringsAreWithin,
  permissionsFit,
  routeIsNotLocal,
  routeTargetFits,
  subnetRangeFits,
  vpcAttributeFits,
  vpcHasNoGateway,
  vpcsAreWithin,
} from "./network-rules";
import { balancersFit, connectionFits, deleteEndpointServices, principalsFit } from "./endpoint-services";
import { codeOf, exists, find, inVpc, type Item, type Kind, kinds, list, texts, vpcsOf } from "./lookup";

const inUse = (what: string, id: unknown, by: string) =>
  new AwsError("DependencyViolation", `${what} '${String(id)}' has dependencies and cannot be deleted: ${by}`);

/** Resources in a VPC that block its deletion, unless AWS deletes them with the VPC. */
const partsOfVpc: { kind: Kind; id: string; isDeletedWithVpc?(item: Item): boolean }[] = [
  { kind: kinds.subnet, id: "SubnetId" },
  { kind: kinds.endpoint, id: "VpcEndpointId" },
  { kind: kinds.group, id: "GroupId", isDeletedWithVpc: ({ GroupName }) => GroupName === "default" },
  { kind: kinds.table, id: "RouteTableId", isDeletedWithVpc: (item) => isMain(item) },
  { kind: kinds.acl, id: "NetworkAclId", isDeletedWithVpc: ({ IsDefault }) => Boolean(IsDefault) },
  { kind: kinds.interface, id: "NetworkInterfaceId" },
];

/** The NAT gateways in a VPC. AWS lists deleted NAT gateways for an hour. */
const natsOf = async (call: PatchCall, vpc: unknown) =>
  (await list(call, kinds.nat, { Filter: inVpc(vpc).Filters })).filter(({ State }) => State !== "deleted");
const gatewaysOf = (call: PatchCall, vpc: unknown) =>
  list(call, kinds.gateway, { Filters: [{ Name: "attachment.vpc-id", Values: [String(vpc)] }] });

const vpcIsEmpty: Check = async (call) => {
  const { VpcId } = call.input;
  const [gateway] = await gatewaysOf(call, VpcId);
  if (gateway) throw inUse("The vpc", VpcId, String(gateway.InternetGatewayId));
  for (const { kind, id, isDeletedWithVpc } of partsOfVpc) {
    const left = (await list(call, kind, inVpc(VpcId))).find((item) => !isDeletedWithVpc?.(item));
    if (left) throw inUse("The vpc", VpcId, String(left[id]));
  }
};

const subnetIsEmpty: Check = async (call) => {
  const { SubnetId } = call.input;
  const [left] = await list(call, kinds.interface, { Filters: [{ Name: "subnet-id", Values: [String(SubnetId)] }] });
  if (left) throw inUse("The subnet", SubnetId, String(left.NetworkInterfaceId));
};

/** The tags in a Create operation must be for the resource type that the operation creates. */
const tagsAreFor =
  (kind: string) =>
  ({ input }: PatchCall): void => {
    const wrong = ((input.TagSpecifications ?? []) as Item[]).find(({ ResourceType }) => ResourceType !== kind);
    if (wrong)
      throw new AwsError(
        "InvalidParameterValue",
        `'${String(wrong.ResourceType)}' is not a valid taggable resource type for this operation.`,
      );
  };

/** Public IP addresses in a VPC block the detachment of its internet gateway. */
const gatewayIsFree: Check = async (call) => {
  const { VpcId } = call.input;
  if ((await natsOf(call, VpcId)).some(({ ConnectivityType }) => ConnectivityType !== "private"))
    throw new AwsError(
      "DependencyViolation",
      `Network ${String(VpcId)} has some mapped public address(es). Please unmap those before detaching the gateway.`,
    );
};

/** A public NAT gateway requires an unused Elastic IP address and an internet gateway. */
const createNat: Patch = async (call) => {
  const { SubnetId, AllocationId, ConnectivityType = "public" } = call.input;
  const [subnet] = await find(call, kinds.subnet, [String(SubnetId)], "InvalidSubnetID.NotFound");
  if (ConnectivityType === "private") return call.forward();
  if (AllocationId === undefined) throw new AwsError("MissingParameter", "The request must contain the parameter AllocationId");
  const [address] = await find(call, kinds.address, [String(AllocationId)]);
  if (address!.AssociationId) throw new AwsError("Resource.AlreadyAssociated", `resource ${String(AllocationId)} is already associated`);
  if ((await gatewaysOf(call, subnet!.VpcId)).length === 0)
    throw new AwsError("Gateway.NotAttached", `Network ${String(subnet!.VpcId)} has no Internet gateway attached`);
  return call.forward({ ...call.input, ConnectivityType });
};

const addressIsFree: Check = async (call) => {
  const { AllocationId } = call.input;
  if (AllocationId === undefined) return;
  const [address] = await find(call, kinds.address, [String(AllocationId)]);
  if (address!.AssociationId) throw new AwsError("InvalidIPAddress.InUse", `Address ${String(address!.PublicIp)} is in use.`);
};

const groupIsFree: Check = async (call) => {
  const { GroupId } = call.input;
  if (GroupId === undefined) return;
  const [group] = await find(call, kinds.group, [String(GroupId)]);
  if (group!.GroupName === "default")
    throw new AwsError("CannotDelete", `the specified group: "${String(GroupId)}" name: "default" cannot be deleted by a user`);
  const names = (groups: unknown) => ((groups ?? []) as Item[]).some((item) => item.GroupId === GroupId);
  const endpoints = await list(call, kinds.endpoint);
  const interfaces = await list(call, kinds.interface);
  const rules = await list(call, kinds.rule);
  const refers = (rule: Item) => (rule.ReferencedGroupInfo as Item | undefined)?.GroupId === GroupId && rule.GroupId !== GroupId;
  if (endpoints.some(({ Groups }) => names(Groups)) || interfaces.some(({ Groups }) => names(Groups)) || rules.some(refers))
    throw new AwsError("DependencyViolation", `resource ${String(GroupId)} has a dependent object`);
};

/** Only the AWS service that created an interface for its own use can delete the interface. */
const interfaceIsFree: Check = async (call) => {
  const { NetworkInterfaceId } = call.input;
  const [found] = await find(call, kinds.interface, [String(NetworkInterfaceId)]);
  if (found!.Status === "in-use")
    throw new AwsError("InvalidParameterValue", `Network interface '${String(NetworkInterfaceId)}' is currently in use.`);
};

/** AWS has authorized no account of a world to attach interfaces. Source: AWS API `CreateNetworkInterfacePermission`. */
const accountIsAuthorized: Check = async (call) => {
  const { NetworkInterfaceId, AwsAccountId, AwsService } = call.input;
  await find(call, kinds.interface, [String(NetworkInterfaceId)]);
  if ((AwsAccountId === undefined) === (AwsService === undefined))
    throw new AwsError("InvalidParameterCombination", "Exactly one of AwsAccountId and AwsService must be given.");
  throw new AwsError("OperationNotPermitted", `${String(AwsAccountId ?? AwsService)} is not authorized for network interface permissions.`);
};

const tableIsFree: Check = async (call) => {
  const { RouteTableId } = call.input;
  const [table] = await find(call, kinds.table, [String(RouteTableId)]);
  if (isMain(table!)) throw inUse("The routeTable", RouteTableId, "it is the main route table of its VPC");
};

const associationExists: Check = async (call) => {
  const { AssociationId } = call.input;
  const associations = (await list(call, kinds.acl)).flatMap(({ Associations }) => (Associations ?? []) as Item[]);
  if (!associations.some(({ NetworkAclAssociationId }) => NetworkAclAssociationId === AssociationId))
    throw new AwsError("InvalidAssociationID.NotFound", `The association ID '${String(AssociationId)}' does not exist`);
};

const aclIsFree: Check = async (call) => {
  const { NetworkAclId } = call.input;
  const [acl] = await find(call, kinds.acl, [String(NetworkAclId)]);
  if (acl!.IsDefault) throw new AwsError("InvalidParameterValue", `Cannot delete default network ACL '${String(NetworkAclId)}'`);
  if (((acl!.Associations ?? []) as Item[]).length > 0) throw inUse("The networkAcl", NetworkAclId, "it is associated with a subnet");
};

/** A peering connection between two VPCs that was neither rejected nor deleted. */
async function peeringOf(call: PatchCall, vpcs: readonly unknown[]): Promise<Item | undefined> {
  const over = new Set<unknown>(["deleted", "rejected", "failed", "expired"]);
  return (await list(call, kinds.peering)).find(
    (item) => !over.has(codeOf(item)) && vpcs.every((vpc) => vpcsOf(item).includes(vpc)) && vpcs[0] !== vpcs[1],
  );
}

/** Rules must specify existing security groups in the same VPC, or in a peered VPC. */
const ruleGroupsExist: Check = async (call) => {
  const permissions = (call.input.IpPermissions ?? []) as { UserIdGroupPairs?: { GroupId?: string }[] }[];
  const ids = permissions.flatMap(({ UserIdGroupPairs }) => UserIdGroupPairs ?? []).flatMap(({ GroupId }) => GroupId ?? []);
  const named = await find(call, kinds.group, [...new Set(ids)]);
  if (named.length === 0) return;
  const [group] = await find(call, kinds.group, [String(call.input.GroupId)]);
  for (const { VpcId } of named.filter(({ VpcId }) => VpcId !== group!.VpcId))
    if (codeOf((await peeringOf(call, [VpcId, group!.VpcId])) ?? {}) !== "active")
      throw new AwsError("InvalidGroup.NotFound", "You have specified two resources that belong to different networks.");
};

const notPeeredYet: Check = async (call) => {
  const { VpcId, PeerVpcId } = call.input;
  if (await peeringOf(call, [VpcId, PeerVpcId]))
    throw new AwsError(
      "VpcPeeringConnectionAlreadyExists",
      `A VPC peering connection between ${String(VpcId)} and ${String(PeerVpcId)} exists.`,
    );
};

const peeringIsNotDeleted: Check = async (call) => {
  const { VpcPeeringConnectionId } = call.input;
  const [peering] = await find(call, kinds.peering, [String(VpcPeeringConnectionId)]);
  if (codeOf(peering!) === "deleted")
    throw new AwsError(
      "InvalidStateTransition",
      `Invalid state transition for ${String(VpcPeeringConnectionId)}, attempted to transition from deleted to deleting`,
    );
};

/** A route to a peering connection requires a route table in one of the peered VPCs. */
const routeFits: Check = async (call) => {
  const { VpcPeeringConnectionId, RouteTableId } = call.input;
  if (VpcPeeringConnectionId === undefined) return;
  const [table] = await find(call, kinds.table, [String(RouteTableId)]);
  const [peering] = await find(call, kinds.peering, [String(VpcPeeringConnectionId)]);
  if (!vpcsOf(peering!).includes(table!.VpcId))
    throw new AwsError(
      "InvalidParameterValue",
      `route table ${String(RouteTableId)} and interface ${String(VpcPeeringConnectionId)} belong to different networks`,
    );
};

/** Private DNS names for a service's endpoints. The `*.` at the start of some names is removed. */
export const privateNamesOf = (service: Item): string[] =>
  ((service.PrivateDnsNames ?? []) as { PrivateDnsName?: string }[]).map(({ PrivateDnsName = "" }) => PrivateDnsName.replace(/^\*\./, ""));

/** A private hosted zone or another endpoint in the VPC must not resolve the private DNS names of the service. */
async function namesAreFree(call: PatchCall, vpc: unknown, serviceName: unknown): Promise<void> {
  const services = ((await call.moto("ec2", "DescribeVpcEndpointServices", {})).ServiceDetails ?? []) as Item[];
  const names = services.filter((service) => service.ServiceName === serviceName).flatMap(privateNamesOf);
  const { HostedZoneSummaries } = await call.moto("route53", "ListHostedZonesByVPC", { VPCId: vpc, VPCRegion: call.caller.region });
  const zones = ((HostedZoneSummaries ?? []) as { Name: string }[]).map(({ Name }) => Name.replace(/\.$/, ""));
  const others = (await list(call, kinds.endpoint, inVpc(vpc))).filter(
    (endpoint) => endpoint.ServiceName === serviceName && endpoint.VpcEndpointId !== call.input.VpcEndpointId,
  );
  if (names.some((name) => zones.includes(name)) || others.some((endpoint) => String(endpoint.PrivateDnsEnabled) === "true"))
    throw new AwsError(
      "InvalidParameter",
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${String(serviceName)} in the VPC ${String(vpc)}`,
    );
}

const changedNamesAreFree: Check = async (call) => {
  if (String(call.input.PrivateDnsEnabled) !== "true") return;
  const [endpoint] = await find(call, kinds.endpoint, [String(call.input.VpcEndpointId)]);
  await namesAreFree(call, endpoint!.VpcId, endpoint!.ServiceName);
};

const entryExists: Check = async (call) => {
  const { NetworkAclId, RuleNumber, Egress } = call.input;
  const [acl] = await find(call, kinds.acl, [String(NetworkAclId)]);
  const entries = (acl!.Entries ?? []) as Item[];
  if (!entries.some((entry) => entry.RuleNumber === RuleNumber && String(entry.Egress) === String(Egress)))
    throw new AwsError(
      "InvalidNetworkAclEntry.NotFound",
      `The network acl entry '${String(RuleNumber)}' does not exist in ${String(NetworkAclId)}`,
    );
};

/** AWS deletes the endpoints that exist and reports the missing endpoints in the output. */
const deleteEndpoints: Patch = async (call) => {
  const known = new Set((await list(call, kinds.endpoint)).map(({ VpcEndpointId }) => VpcEndpointId));
  const unknown = texts(call.input.VpcEndpointIds).filter((id) => !known.has(id));
  if (unknown.length === 0) return call.forward();
  const rest = texts(call.input.VpcEndpointIds).filter((id) => known.has(id));
  if (rest.length > 0) await call.moto("ec2", "DeleteVpcEndpoints", { VpcEndpointIds: rest });
  const error = (id: string) => ({ Code: "InvalidVpcEndpoint.NotFound", Message: `The Vpc Endpoint Id '${id}' does not exist` });
  return call.answer({ Unsuccessful: unknown.map((id) => ({ ResourceId: id, Error: error(id) })) });
};

const vpcOfGroupExists: Check = (call) => (call.input.VpcId === undefined ? undefined : exists(kinds.vpc, "VpcId")(call));

const groupNameIsFree: Check = ({ input }) => {
  if (input.GroupName === "default") throw new AwsError("InvalidParameterValue", "Cannot use reserved security group name: default");
  if (String(input.GroupName).startsWith("sg-"))
    throw new AwsError(
      "InvalidParameterValue",
      `Value (${String(input.GroupName)}) for parameter GroupName is invalid. Group names may not be in the format sg-*.`,
    );
};

const zonesExist: Check = async (call) => {
  const known = (await call.moto("ec2", "DescribeAvailabilityZones", {})).AvailabilityZones as Item[];
  for (const zone of texts(call.input.ZoneNames))
    if (!known.some(({ ZoneName }) => ZoneName === zone))
      throw new AwsError("InvalidParameterValue", `Invalid availability zone: [${zone}]`);
};

const endpointFits: Check = async (call) => {
  const { VpcId, ServiceName, VpcEndpointType = "Gateway", PrivateDnsEnabled } = call.input;
  const ids = (member: string) => texts(call.input[member]);
  await find(call, kinds.vpc, [String(VpcId)]);
  const services = ((await call.moto("ec2", "DescribeVpcEndpointServices", {})).ServiceDetails ?? []) as {
    ServiceName: string;
    ServiceType: Item[];
    [member: string]: unknown;
  }[];
  const offered = services
    .filter((service) => service.ServiceName === ServiceName)
    .flatMap(({ ServiceType }) => ServiceType.map((type) => type.ServiceType));
  if (offered.length === 0) throw new AwsError("InvalidServiceName", `The Vpc Endpoint Service '${String(ServiceName)}' does not exist`);
  if (!offered.includes(VpcEndpointType))
    throw new AwsError(
      "InvalidParameter",
      `The VPC endpoint type (${String(VpcEndpointType)}) is not supported by the service: ${String(ServiceName)}`,
    );
  const present = (await list(call, kinds.endpoint, inVpc(VpcId))).filter((endpoint) => endpoint.ServiceName === ServiceName);

  const tables = await find(call, kinds.table, ids("RouteTableIds"), "InvalidRouteTableId.NotFound");
  for (const { RouteTableId } of tables)
    if (present.some((endpoint) => texts(endpoint.RouteTableIds).includes(String(RouteTableId))))
      throw new AwsError(
        "RouteAlreadyExists",
        `route table ${String(RouteTableId)} already has a route with destination-prefix-list-id of ${String(ServiceName)}`,
      );

  const subnets = await find(call, kinds.subnet, ids("SubnetIds"));
  const zones = subnets.map(({ AvailabilityZone }) => AvailabilityZone);
  if (new Set(zones).size < zones.length)
    throw new AwsError(
      "DuplicateSubnetsInSameZone",
      `Found another VPC endpoint subnet in the availability zone of one of ${ids("SubnetIds").join(", ")}`,
    );
  await connectionFits(call, services.find((service) => service.ServiceName === ServiceName)!, subnets);
  const groups = await find(call, kinds.group, ids("SecurityGroupIds"), "InvalidSecurityGroupID.NotFound");
  const outside = [...tables, ...subnets, ...groups].find((item) => item.VpcId !== VpcId);
  if (outside)
    throw new AwsError(
      "InvalidParameter",
      `${String(outside.RouteTableId ?? outside.SubnetId ?? outside.GroupId)} is not in the VPC ${String(VpcId)}`,
    );

  if (VpcEndpointType !== "Interface" || String(PrivateDnsEnabled) !== "true") return;
  for (const attribute of ["enableDnsSupport", "enableDnsHostnames"]) {
    const answer = await call.moto("ec2", "DescribeVpcAttribute", { VpcId, Attribute: attribute });
    const value = Object.values(answer).find(
      (member): member is { Value: unknown } => typeof member === "object" && member !== null && "Value" in member,
    );
    if (String(value?.Value) !== "true")
      throw new AwsError(
        "InvalidParameter",
        `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${String(VpcId)}`,
      );
  }
  await namesAreFree(call, VpcId, ServiceName);
};

/** moto does not delete an endpoint without a type. */
const createEndpoint: Patch = async (call) => {
  await endpointFits(call);
  await endpointPolicyFits(call);
  await groupsAreWithin("SecurityGroupIds")(call);
  await endpointsAreWithin(call);
  return call.forward({ VpcEndpointType: "Gateway", ...call.input });
};

const offeringFilters = new Set(["instance-type", "location"]);

const offeringFiltersAreValid: Check = ({ input }) => {
  const { LocationType = "region", Filters = [] } = input as { LocationType?: string; Filters?: { Name: string }[] };
  if (!["region", "availability-zone", "availability-zone-id"].includes(LocationType))
    throw new AwsError("InvalidParameterValue", `The location type '${LocationType}' is not valid`);
  const unknown = Filters.find(({ Name }) => !offeringFilters.has(Name));
  if (unknown) throw new AwsError("InvalidParameterValue", `The filter '${unknown.Name}' is invalid`);
};

/** moto accepts invalid filters and unknown IDs, and deletes the resources in a VPC in any order. */
export const ec2 = patchedService({
  scope: "ec2",
  model: "ec2",
  // EC2 has an error code for each kind of violation. moto implements most of these codes.
  violation: { code: "MissingParameter", missingOnly: true },
  throttling: { code: "RequestLimitExceeded", status: 503 },
  leftovers: [
    { type: "Vpc", operation: "DescribeVpcs", list: "Vpcs", id: "VpcId" },
    { type: "Subnet", operation: "DescribeSubnets", list: "Subnets", id: "SubnetId" },
    // AWS creates and deletes a VPC's main route table, default security group and default network ACL with the VPC.
    {
      type: "RouteTable",
      operation: "DescribeRouteTables",
      list: "RouteTables",
      id: "RouteTableId",
      isLeftover: (table) => !isMain(table),
    },
    {
      type: "SecurityGroup",
      operation: "DescribeSecurityGroups",
      list: "SecurityGroups",
      id: "GroupId",
      isLeftover: ({ GroupName }) => GroupName !== "default",
    },
    {
      type: "NetworkAcl",
      operation: "DescribeNetworkAcls",
      list: "NetworkAcls",
      id: "NetworkAclId",
      isLeftover: ({ IsDefault }) => !IsDefault,
    },
    { type: "VpcEndpoint", operation: "DescribeVpcEndpoints", list: "VpcEndpoints", id: "VpcEndpointId" },
    {
      type: "VpcEndpointService",
      operation: "DescribeVpcEndpointServiceConfigurations",
      list: "ServiceConfigurations",
      id: "ServiceId",
    },
    { type: "NetworkInterface", operation: "DescribeNetworkInterfaces", list: "NetworkInterfaces", id: "NetworkInterfaceId" },
    { type: "FlowLog", operation: "DescribeFlowLogs", list: "FlowLogs", id: "FlowLogId" },
    { type: "InternetGateway", operation: "DescribeInternetGateways", list: "InternetGateways", id: "InternetGatewayId" },
    {
      type: "NatGateway",
      operation: "DescribeNatGateways",
      list: "NatGateways",
      id: "NatGatewayId",
      isLeftover: ({ State }) => State !== "deleted",
    },
    {
      type: "VpcPeeringConnection",
      operation: "DescribeVpcPeeringConnections",
      list: "VpcPeeringConnections",
      id: "VpcPeeringConnectionId",
      isLeftover: (peering) => codeOf(peering) !== "deleted",
    },
    {
      type: "DhcpOptions",
      operation: "DescribeDhcpOptions",
      list: "DhcpOptions",
      id: "DhcpOptionsId",
      // The default options of a region always exist (tools/sandbox/moto/patches/ec2.py).
      isLeftover: ({ DhcpOptionsId }) => !String(DhcpOptionsId).startsWith("dopt-0defa017"),
    },
    { type: "Address", operation: "DescribeAddresses", list: "Addresses", id: "AllocationId" },
  ],
  patches: {
    AcceptVpcPeeringConnection: validateFirst(peeringsAreWithin),
    AllocateAddress: validateFirst(tagsAreFor("elastic-ip"), addressesAreWithin),
    AssociateRouteTable: validateFirst(exists(kinds.table, "RouteTableId"), exists(kinds.subnet, "SubnetId"), associationIsFree),
    AttachInternetGateway: validateFirst(vpcHasNoGateway),
    AuthorizeSecurityGroupEgress: validateFirst(permissionsFit, ruleGroupsExist),
    AuthorizeSecurityGroupIngress: validateFirst(permissionsFit, ruleGroupsExist),
    CreateDhcpOptions: validateFirst(dhcpOptionsFit),
    CreateInternetGateway: validateFirst(tagsAreFor("internet-gateway")),
    CreateNatGateway: createNat,
    CreateNetworkAcl: validateFirst(exists(kinds.vpc, "VpcId")),
    CreateNetworkAclEntry: validateFirst(entryFits, entriesAreWithin),
    // Source: Amazon EC2 API Reference, "Error codes", InvalidSecurityGroupID.NotFound.
    CreateNetworkInterface: validateFirst(
      exists(kinds.subnet, "SubnetId"),
      exists(kinds.group, "Groups", "InvalidSecurityGroupID.NotFound"),
      groupsAreWithin("Groups"),
    ),
    CreateNetworkInterfacePermission: validateFirst(accountIsAuthorized),
    CreateRoute: validateFirst(routeTargetFits, routeFits),
    CreateSecurityGroup: validateFirst(groupNameIsFree, vpcOfGroupExists),
    CreateSubnet: validateFirst(subnetRangeFits),
    CreateVpc: validateFirst(vpcsAreWithin),
    CreateVpcEndpoint: createEndpoint,
    CreateVpcEndpointServiceConfiguration: validateFirst(tagsAreFor("vpc-endpoint-service"), balancersFit),
    CreateVpcPeeringConnection: validateFirst(tagsAreFor("vpc-peering-connection"), notPeeredYet),
    DeleteNetworkAcl: validateFirst(aclIsFree),
    DeleteNetworkAclEntry: validateFirst(entryExists),
    DeleteNetworkInterface: validateFirst(interfaceIsFree),
    DeleteRoute: validateFirst(routeIsNotLocal),
    DeleteRouteTable: validateFirst(tableIsFree),
    DeleteSecurityGroup: validateFirst(groupIsFree),
    DeleteSubnet: validateFirst(subnetIsEmpty),
    DeleteVpcEndpoints: deleteEndpoints,
    DeleteVpcEndpointServiceConfigurations: deleteEndpointServices,
    DeleteVpcPeeringConnection: validateFirst(peeringIsNotDeleted),
    DeleteVpc: validateFirst(exists(kinds.vpc, "VpcId"), vpcIsEmpty),
    DescribeAvailabilityZones: validateFirst(zonesExist),
    DescribeInstanceTypeOfferings: validateFirst(offeringFiltersAreValid),
    DescribeNatGateways: validateFirst(exists(kinds.nat, "NatGatewayIds")),
    DescribeManagedPrefixLists: validateFirst(exists(kinds.managedList, "PrefixListIds")),
    DescribeNetworkAcls: validateFirst(exists(kinds.acl, "NetworkAclIds")),
    DescribePrefixLists: validateFirst(exists(kinds.prefixList, "PrefixListIds")),
    DescribeVpnGateways: validateFirst(exists(kinds.vpn, "VpnGatewayIds")),
    DetachInternetGateway: validateFirst(gatewayIsFree),
    DisassociateRouteTable: validateFirst(associationIsNotMain),
    ModifyVpcAttribute: validateFirst(vpcAttributeFits),
    ModifyVpcEndpoint: validateFirst(endpointPartsFit, endpointPolicyFits, changedNamesAreFree),
    ModifyVpcEndpointServiceConfiguration: validateFirst(balancersFit),
    ModifyVpcEndpointServicePermissions: validateFirst(principalsFit),
    ReleaseAddress: validateFirst(addressIsFree),
    ReplaceNetworkAclAssociation: validateFirst(associationExists, exists(kinds.acl, "NetworkAclId"), aclIsInVpc),
    GetManagedPrefixListEntries: validateFirst(exists(kinds.managedList, "PrefixListId")),
    RevokeSecurityGroupEgress: validateFirst(exists(kinds.rule, "SecurityGroupRuleIds")),
    RevokeSecurityGroupIngress: validateFirst(exists(kinds.rule, "SecurityGroupRuleIds")),
  },
});
