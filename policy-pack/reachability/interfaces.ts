// Lists the egress paths of network interfaces and of resources that have network interfaces: those paths of their
// subnets that the security groups allow.
import { readValue, type StackResource } from "../rule-kit";
import { knownValue, label, type NetworkPath, notInStack, outsidePath, prefixed, unknownAtPreview, unknownPath } from "./network-path";
import { types } from "./resource-types";
import { type Scope } from "./scope";
import { defaultEgress, egressOfReferences, type GroupEgress, unknownEgress } from "./security-groups";
import { pathsOfForeignSubnet } from "./subnets";

const INTERFACE = "aws:ec2/networkInterface:NetworkInterface";
const INSTANCE = "aws:ec2/instance:Instance";
const GROUP_ATTACHMENT = "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment";

/** A resource type that has network interfaces in subnets. */
interface InterfaceType {
  subnets: string[];
  /** Property paths of the security groups. The first list also applies to resources that name no security group. */
  groups: string[][];
  /** Describes the network that the resource uses when it is not attached to a VPC. */
  bypass?: (props: object) => string | "unknown" | undefined;
  /** Whether the resource gets security groups from a source that is not evaluated. */
  hasOtherGroups?: (props: object) => boolean;
  /** Whether the resource can have no subnet, and then has no network interface in a VPC. */
  needsNoSubnet?: (props: object) => boolean;
  /** The resource whose subnets this one uses, and whose security groups it uses besides its own. */
  host?: { property: string; types: string[] };
}

/** Describes a bypass of the VPC when a property does not have the value that keeps traffic in the VPC. */
const bypassUnless = (property: string, required: string) => (props: object) => {
  const found = readValue(props, property);
  if (found.state === "unknown") return "unknown";
  const value = found.state === "known" ? String(found.value) : "not set";
  return value === required ? undefined : `${property} is ${value}`;
};

export const interfaceTypes: Record<string, InterfaceType> = {
  [INTERFACE]: { subnets: ["subnetId"], groups: [["securityGroups"]] },
  [INSTANCE]: {
    subnets: ["subnetId"],
    groups: [["vpcSecurityGroupIds"]],
    hasOtherGroups: (props) =>
      readValue(props, "vpcSecurityGroupIds").state === "missing" &&
      ["launchTemplate", "securityGroups"].some((property) => readValue(props, property).state !== "missing"),
  },
  "aws:sagemaker/domain:Domain": {
    subnets: ["subnetIds"],
    groups: [
      ["defaultUserSettings", "securityGroups"],
      ["defaultSpaceSettings", "securityGroups"],
      ["domainSettings", "securityGroupIds"],
    ],
    bypass: bypassUnless("appNetworkAccessType", "VpcOnly"),
  },
  "aws:sagemaker/userProfile:UserProfile": {
    subnets: [],
    groups: [["userSettings", "securityGroups"]],
    host: { property: "domainId", types: types.domain },
  },
  "aws:sagemaker/notebookInstance:NotebookInstance": {
    subnets: ["subnetId"],
    groups: [["securityGroups"]],
    bypass: bypassUnless("directInternetAccess", "Disabled"),
  },
  "aws:sagemaker/model:Model": {
    subnets: ["vpcConfig", "subnets"],
    groups: [["vpcConfig", "securityGroupIds"]],
    needsNoSubnet: (props) => readValue(props, "vpcConfig").state === "missing",
    bypass(props) {
      const [network, isolation] = [readValue(props, "vpcConfig").state, readValue(props, "enableNetworkIsolation")];
      if (network === "known" || (isolation.state === "known" && String(isolation.value) === "true")) return undefined;
      return network === "unknown" || isolation.state === "unknown" ? "unknown" : "vpcConfig is not set";
    },
  },
};

/** The resources whose subnets a resource uses: itself, or its host. */
function hostsOf({ graph }: Scope, resource: StackResource) {
  const { host } = interfaceTypes[resource.type]!;
  if (!host) return { resources: [resource], foreign: [], unknown: false };
  const found = graph.refer(resource, [host.property], host.types);
  return { ...found, unknown: found.unknown || found.resources.length + found.foreign.length === 0 };
}

/** Subnets of the stack in which a resource has network interfaces. */
export const subnetsOfInterface = (scope: Scope, resource: StackResource): StackResource[] =>
  hostsOf(scope, resource).resources.flatMap((host) => scope.graph.refer(host, interfaceTypes[host.type]!.subnets, types.subnet).resources);

export function pathsOfInterface(scope: Scope, resource: StackResource): NetworkPath[] {
  const { resources, foreign, unknown } = hostsOf(scope, resource);
  const host = interfaceTypes[resource.type]!.host?.property;
  return prefixed(label(resource), [
    ...resources.flatMap((found) => pathsByHost(scope, resource, found)),
    ...foreign.map((id) => unknownPath(notInStack(host!, id))),
    ...(unknown ? [unknownPath(unknownAtPreview(host!))] : []),
  ]);
}

/** Paths through the subnets of the host that the security groups allow. */
function pathsByHost(scope: Scope, resource: StackResource, host: StackResource): NetworkPath[] {
  const { subnets, bypass, needsNoSubnet } = interfaceTypes[host.type]!;
  const bypassed = bypass?.(host.props);
  if (bypassed === "unknown") return [unknownPath(unknownAtPreview("network"))];
  if (bypassed) return [outsidePath(bypassed, "network managed by SageMaker", "internet")];
  const found = scope.graph.refer(host, subnets, types.subnet);
  const address = publicAddress(scope, resource, found.resources);
  const paths: NetworkPath[] = [
    ...found.resources.flatMap((subnet) => scope.pathsOfSubnet(scope, subnet, [])),
    ...found.foreign.flatMap((id) => pathsOfForeignSubnet(scope, id)),
    ...(found.unknown ? [unknownPath(unknownAtPreview("subnet"))] : []),
  ];
  if (found.resources.length + found.foreign.length === 0 && !found.unknown && !needsNoSubnet?.(host.props))
    paths.push(unknownPath("subnet chosen by AWS or a launch template"));
  return egressOfInterface(scope, resource, host, found.resources).flatMap((group) =>
    paths.flatMap((path): NetworkPath[] => {
      const allowed = group.allows(path.destinations);
      if (allowed === "no") return [];
      return [{ steps: [...(address ? [address] : []), group.name, ...path.steps], end: allowed === "unknown" ? "unknown" : path.end }];
    }),
  );
}

/** Describes the public address of an interface. */
function publicAddress({ graph }: Scope, resource: StackResource, subnets: StackResource[]): string | undefined {
  const property = resource.type === INSTANCE ? "instance" : "networkInterface";
  const [elasticIp] = [
    ...graph.attached("aws:ec2/eip:Eip", property, types.interface, resource).certain,
    ...graph.attached("aws:ec2/eipAssociation:EipAssociation", `${property}Id`, types.interface, resource).certain,
  ];
  if (elasticIp) return `Elastic IP address ${elasticIp.name}`;
  const isAssigned = [resource, ...subnets].some(({ props }) =>
    ["associatePublicIpAddress", "mapPublicIpOnLaunch"].some((flag) => knownValue(props, flag) === "true"),
  );
  return isAssigned ? "public address of the subnet" : undefined;
}

/**
 * Egress that the security groups of an interface allow. An interface that names no security group has the
 * security groups of its host, else the default security group of the VPC.
 */
function egressOfInterface(scope: Scope, resource: StackResource, host: StackResource, subnets: StackResource[]): GroupEgress[] {
  const { graph } = scope;
  const { groups, hasOtherGroups } = interfaceTypes[resource.type]!;
  const [first, ...more] = groups.map((path) => egressOfReferences(graph, resource, path)) as [GroupEgress[], ...GroupEgress[][]];
  const found = [
    ...first,
    ...more.flat(),
    ...egressOfAttachments(scope, resource),
    ...(hasOtherGroups?.(resource.props) ? [unknownEgress("security groups of a launch template")] : []),
  ];
  // The apps of a user profile have the security groups of the profile and of the domain.
  if (host !== resource) return [...found, ...egressOfInterface(scope, host, host, subnets)];
  if (first.length > 0 || hasOtherGroups?.(resource.props)) return found;
  return [...found, ...defaultEgress(graph, subnets)];
}

/** Egress of the security groups that a separate resource attaches to an interface. */
function egressOfAttachments({ graph }: Scope, resource: StackResource): GroupEgress[] {
  if (!types.interface.includes(resource.type)) return [];
  const { certain, possible } = graph.attached(GROUP_ATTACHMENT, "networkInterfaceId", types.interface, resource);
  const groupsOf = (attachment: StackResource) => egressOfReferences(graph, attachment, ["securityGroupId"]);
  return [
    ...certain.flatMap(groupsOf),
    ...possible
      .filter((attachment) => groupsOf(attachment).some(({ isEmpty }) => !isEmpty))
      .map((attachment) => unknownEgress(`security group of ${label(attachment)} (network interface unknown at preview)`)),
  ];
}
