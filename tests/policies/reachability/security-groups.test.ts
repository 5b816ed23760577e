import { UNKNOWN } from "../../helpers/evaluate";
import { idOf, part } from "./render";
import {
  GROUP,
  EGRESS_RULE,
  ENDPOINT,
  NETWORK_INTERFACE,
  INSTANCE,
  NOTEBOOK,
  GROUP_ATTACHMENT,
  PREFIX_LIST,
  igw,
  network,
  route,
  toInternet,
  studio,
  withProps,
  openGroup,
  studioDomain,
} from "./stack";
import { type Case, testReachability } from "./table";

const s3 = part(ENDPOINT, "s3", { vpcId: idOf("vpc"), serviceName: "com.amazonaws.eu-central-1.s3", vpcEndpointType: "Gateway" });

testReachability("security groups", [
  {
    it: "Studio in an open subnet, with a security group that allows all egress",
    parts: [...studio([{ cidrIpv4: "0.0.0.0/0" }]), ...toInternet],
    of: studioDomain,
    verdict: "open",
    path: "domain studio -> security group workload -> subnet a -> route table table -> 0.0.0.0/0 -> internet gateway igw",
  },
  {
    it: "Studio in an open subnet, with a security group that allows only other security groups",
    parts: [...studio([{ referencedSecurityGroupId: idOf("workload") }]), ...toInternet],
    of: studioDomain,
    verdict: "closed",
  },
  {
    it: "Studio with a security group that allows private addresses, and a route for public addresses",
    parts: [...studio([{ cidrIpv4: "10.0.0.0/8" }]), igw, route({ destinationCidrBlock: "198.51.100.0/24", gatewayId: idOf("igw") })],
    of: studioDomain,
    verdict: "closed",
  },
  {
    it: "Studio in an open subnet, with a security group of another stack",
    parts: [...studio([], { defaultUserSettings: { securityGroups: ["sg-0123"] } }), ...toInternet],
    of: studioDomain,
    verdict: "unknown",
    path: "security group sg-0123",
  },
  {
    it: "Studio in an open subnet, with the default security group of the VPC",
    parts: [...studio([], { defaultUserSettings: {} }), ...toInternet],
    of: studioDomain,
    verdict: "open",
    path: "default security group",
  },
  {
    it: "Studio with the default security group, which the stack adopts without rules",
    parts: [
      ...studio([], { defaultUserSettings: {} }),
      ...toInternet,
      part("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", { vpcId: idOf("vpc") }),
    ],
    of: studioDomain,
    verdict: "closed",
  },
  ...[
    part(NETWORK_INTERFACE, "bare", { subnetId: idOf("a") }),
    part(INSTANCE, "bare", { subnetId: idOf("a") }),
    part(NOTEBOOK, "bare", { subnetId: idOf("a"), directInternetAccess: "Disabled" }),
  ].map(
    (bare): Case => ({
      it: `a resource of type ${bare.type} without security groups in an open subnet`,
      parts: [...network, ...toInternet, bare],
      of: ["interface", "bare"],
      verdict: "open",
      path: "default security group",
    }),
  ),
  {
    it: "Studio with a security group that allows a prefix list with separate entries",
    parts: [
      ...studio([{ prefixListId: idOf("partners") }]),
      ...toInternet,
      part(PREFIX_LIST, "partners"),
      part("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry", "entry", {
        prefixListId: idOf("partners"),
        cidr: "198.51.100.0/24",
      }),
    ],
    of: studioDomain,
    verdict: "open",
  },
  {
    it: "Studio with a security group that allows only S3, and a route to the internet",
    parts: [...studio([{ prefixListId: idOf("s3", "prefixListId") }]), s3, ...toInternet],
    of: studioDomain,
    verdict: "open",
    path: "security group workload -> subnet a -> route table table -> 0.0.0.0/0",
  },
  {
    it: "Studio with a security group that allows only S3, and a route to one public range",
    parts: [
      ...studio([{ prefixListId: idOf("s3", "prefixListId") }]),
      s3,
      igw,
      route({ destinationCidrBlock: "198.51.100.0/24", gatewayId: idOf("igw") }),
    ],
    of: studioDomain,
    verdict: "open",
  },
  {
    it: "Studio with a security group that allows only S3, and a route to a private range",
    parts: [
      ...studio([{ prefixListId: idOf("s3", "prefixListId") }]),
      s3,
      route({ destinationCidrBlock: "10.9.0.0/16", transitGatewayId: "tgw-1" }),
    ],
    of: studioDomain,
    verdict: "closed",
  },
  {
    it: "Studio with a security group that allows only S3, and an entry in an unknown prefix list",
    parts: [
      ...studio([{ prefixListId: idOf("s3", "prefixListId") }]),
      s3,
      route({ destinationCidrBlock: "10.9.0.0/16", transitGatewayId: "tgw-1" }),
      part("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry", "entry", { prefixListId: UNKNOWN, cidr: "10.9.0.0/16" }),
    ],
    of: studioDomain,
    previewOnly: true,
    verdict: "closed",
  },
  {
    it: "Studio with a security group that allows a known prefix list",
    parts: [
      ...studio([{ prefixListId: idOf("partners") }]),
      ...toInternet,
      part(PREFIX_LIST, "partners", { entries: [{ cidr: "198.51.100.0/24" }] }),
    ],
    of: studioDomain,
    verdict: "open",
  },
  {
    it: "Studio in an open subnet, and an egress rule to all addresses in an unknown security group",
    parts: [...studio(), ...toInternet, part(EGRESS_RULE, "stray", { securityGroupId: UNKNOWN, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" })],
    of: studioDomain,
    previewOnly: true,
    verdict: "unknown",
  },
  {
    it: "Studio in an open subnet, and an egress rule between security groups in an unknown security group",
    parts: [
      ...studio(),
      ...toInternet,
      part(EGRESS_RULE, "stray", { securityGroupId: UNKNOWN, ipProtocol: "-1", referencedSecurityGroupId: idOf("workload") }),
    ],
    of: studioDomain,
    previewOnly: true,
    verdict: "closed",
  },
  {
    it: "Studio in an open subnet, with a security group that has an unknown rule",
    parts: [...withProps(studio(), GROUP, { egress: [UNKNOWN] }), ...toInternet],
    of: studioDomain,
    previewOnly: true,
    verdict: "unknown",
  },
  {
    it: "Studio with a security group that allows a prefix list, and an entry in an unknown prefix list",
    parts: [
      ...studio([{ prefixListId: idOf("partners") }]),
      ...toInternet,
      part(PREFIX_LIST, "partners", { entries: [] }),
      part("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry", "entry", { prefixListId: UNKNOWN, cidr: "198.51.100.0/24" }),
    ],
    of: studioDomain,
    previewOnly: true,
    verdict: "unknown",
  },
  {
    it: "Studio in an open subnet, with a security group for spaces that allows all egress",
    parts: [...studio([], { defaultSpaceSettings: { securityGroups: [idOf("open-group")] } }), ...openGroup, ...toInternet],
    of: studioDomain,
    verdict: "open",
    path: "domain studio -> security group open-group",
  },
  {
    it: "a network interface in an open subnet, with an attached security group that allows all egress",
    parts: [
      ...studio(),
      ...openGroup,
      ...toInternet,
      part(NETWORK_INTERFACE, "nic", { subnetId: idOf("a"), securityGroups: [idOf("workload")] }),
      part(GROUP_ATTACHMENT, "added", { networkInterfaceId: idOf("nic"), securityGroupId: idOf("open-group") }),
    ],
    of: ["interface", "nic"],
    verdict: "open",
    path: "network interface nic -> security group open-group",
  },
  {
    it: "an instance in an open subnet, with an attached security group that allows all egress",
    parts: [
      ...studio(),
      ...openGroup,
      ...toInternet,
      part(INSTANCE, "box", { subnetId: idOf("a"), vpcSecurityGroupIds: [idOf("workload")] }),
      part(GROUP_ATTACHMENT, "added", {
        networkInterfaceId: idOf("box", "primaryNetworkInterfaceId"),
        securityGroupId: idOf("open-group"),
      }),
    ],
    of: ["interface", "box"],
    verdict: "open",
  },
  {
    it: "a network interface in an open subnet, and a security group attached to an unknown interface",
    parts: [
      ...studio(),
      ...openGroup,
      ...toInternet,
      part(NETWORK_INTERFACE, "nic", { subnetId: idOf("a"), securityGroups: [idOf("workload")] }),
      part(GROUP_ATTACHMENT, "added", { networkInterfaceId: UNKNOWN, securityGroupId: idOf("open-group") }),
    ],
    of: ["interface", "nic"],
    previewOnly: true,
    verdict: "unknown",
  },
  {
    it: "an instance in an open subnet, with the security groups in a launch template",
    parts: [
      ...network,
      ...toInternet,
      part("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "nothing", { vpcId: idOf("vpc") }),
      part(INSTANCE, "box", { subnetId: idOf("a"), launchTemplate: { id: "lt-1" } }),
    ],
    of: ["interface", "box"],
    verdict: "unknown",
    path: "security groups of a launch template",
  },
]);
