import { UNKNOWN } from "../../helpers/evaluate";
import { idOf, part } from "./render";
import { PROFILE, MODEL, INSTANCE, NETWORK_INTERFACE, GROUP_ATTACHMENT, toInternet, studio, openGroup, studioDomain } from "./stack";
import { testReachability } from "./table";

const inVpc = part(MODEL, "model", { vpcConfig: { subnets: [idOf("a")], securityGroupIds: [idOf("workload")] } });

testReachability("network interfaces", [
  {
    it: "an instance without a subnet",
    parts: [part(INSTANCE, "box", { ami: "ami-1" })],
    of: ["interface", "box"],
    verdict: "unknown",
    path: "subnet chosen by AWS or a launch template",
  },
  { it: "Studio in a closed subnet", parts: studio([{ cidrIpv4: "0.0.0.0/0" }]), of: studioDomain, verdict: "closed" },
  {
    it: "Studio on the network managed by SageMaker",
    parts: studio([], { appNetworkAccessType: "PublicInternetOnly" }),
    of: studioDomain,
    verdict: "open",
    path: "appNetworkAccessType is PublicInternetOnly",
  },
  {
    it: "Studio in a subnet of another stack",
    parts: studio([{ cidrIpv4: "0.0.0.0/0" }], { subnetIds: ["subnet-0123"] }),
    of: studioDomain,
    verdict: "unknown",
    path: "subnet subnet-0123",
  },
  {
    it: "an instance with an Elastic IP address",
    parts: [
      ...studio([{ cidrIpv4: "0.0.0.0/0" }]),
      ...toInternet,
      part(INSTANCE, "box", { subnetId: idOf("a"), vpcSecurityGroupIds: [idOf("workload")] }),
      part("aws:ec2/eip:Eip", "address", { instance: idOf("box") }),
    ],
    of: ["interface", "box"],
    verdict: "open",
    path: "instance box -> Elastic IP address address -> security group workload",
  },
  {
    it: "an instance with an Elastic IP address by association",
    parts: [
      ...studio([{ cidrIpv4: "0.0.0.0/0" }]),
      ...toInternet,
      part(INSTANCE, "box", { subnetId: idOf("a"), vpcSecurityGroupIds: [idOf("workload")] }),
      part("aws:ec2/eipAssociation:EipAssociation", "address", { instanceId: idOf("box"), allocationId: "eipalloc-1" }),
    ],
    of: ["interface", "box"],
    verdict: "open",
    path: "instance box -> Elastic IP address address -> security group workload",
  },
  {
    it: "a network interface with an Elastic IP address by association",
    parts: [
      ...studio([{ cidrIpv4: "0.0.0.0/0" }]),
      ...toInternet,
      part(NETWORK_INTERFACE, "card", { subnetId: idOf("a"), securityGroups: [idOf("workload")] }),
      part("aws:ec2/eipAssociation:EipAssociation", "address", { networkInterfaceId: idOf("card"), allocationId: "eipalloc-1" }),
    ],
    of: ["interface", "card"],
    verdict: "open",
    path: "Elastic IP address address -> security group workload",
  },
  {
    it: "an instance that gets a public address",
    parts: [
      ...studio([{ cidrIpv4: "0.0.0.0/0" }]),
      ...toInternet,
      part(INSTANCE, "box", { subnetId: idOf("a"), vpcSecurityGroupIds: [idOf("workload")], associatePublicIpAddress: true }),
    ],
    of: ["interface", "box"],
    verdict: "open",
    path: "instance box -> public address of the subnet -> security group workload",
  },
  {
    it: "a model without a VPC",
    parts: [part(MODEL, "model")],
    of: ["interface", "model"],
    verdict: "open",
    path: "vpcConfig is not set",
  },
  {
    it: "a model in a closed subnet",
    parts: [...studio([{ cidrIpv4: "0.0.0.0/0" }]), inVpc],
    of: ["interface", "model"],
    verdict: "closed",
  },
  {
    it: "a model in a subnet with a route to the internet",
    parts: [...studio([{ cidrIpv4: "0.0.0.0/0" }]), ...toInternet, inVpc],
    of: ["interface", "model"],
    verdict: "open",
    path: "security group workload -> subnet a",
  },
  {
    it: "a network interface with an attached security group beside the closed default group",
    parts: [
      ...studio([{ cidrIpv4: "0.0.0.0/0" }]),
      ...toInternet,
      part("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", { vpcId: idOf("vpc") }),
      part(NETWORK_INTERFACE, "card", { subnetId: idOf("a") }),
      part(GROUP_ATTACHMENT, "attachment", { networkInterfaceId: idOf("card"), securityGroupId: idOf("workload") }),
    ],
    of: ["interface", "card"],
    verdict: "open",
    path: "security group workload -> subnet a",
  },
  {
    it: "a model with network isolation",
    parts: [part(MODEL, "model", { enableNetworkIsolation: true })],
    of: ["interface", "model"],
    verdict: "closed",
  },
  {
    it: "a user profile in an open subnet, with a security group that allows all egress",
    parts: [
      ...studio(),
      ...openGroup,
      ...toInternet,
      part(PROFILE, "ana", { domainId: idOf("studio"), userSettings: { securityGroups: [idOf("open-group")] } }),
    ],
    of: ["interface", "ana"],
    verdict: "open",
    path: "user profile ana -> security group open-group -> subnet a -> route table table -> 0.0.0.0/0",
  },
  {
    it: "a user profile in an open subnet, without a security group",
    parts: [...studio(), ...toInternet, part(PROFILE, "ana", { domainId: idOf("studio") })],
    of: ["interface", "ana"],
    verdict: "closed",
  },
  {
    it: "a user profile in another stack's domain",
    parts: [part(PROFILE, "ana", { domainId: "d-0123" })],
    of: ["interface", "ana"],
    verdict: "unknown",
    path: "domainId d-0123 (not in this stack)",
  },
  {
    it: "a model with network isolation turned off",
    parts: [part(MODEL, "model", { enableNetworkIsolation: false })],
    of: ["interface", "model"],
    verdict: "open",
    path: "vpcConfig is not set",
  },
  {
    it: "a model with unknown network isolation",
    parts: [part(MODEL, "model", { enableNetworkIsolation: UNKNOWN })],
    of: ["interface", "model"],
    previewOnly: true,
    verdict: "unknown",
  },
]);
