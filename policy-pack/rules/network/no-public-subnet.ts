import { isPresent, readValue, type Rule, type StackResource } from "../../rule-kit";
import { natSettings } from "./shared";
import { hasInternetRoute } from "./no-internet-route";

const flags = ["mapPublicIpOnLaunch", "assignIpv6AddressOnCreation", "mapCustomerOwnedIpOnLaunch"];
const subnet = "aws:ec2/subnet:Subnet";
const defaultSubnet = "aws:ec2/defaultSubnet:DefaultSubnet";

const isTrue = (props: object, flag: string) => {
  const found = readValue(props, flag);
  return found.state === "known" && found.value === true;
};

export const noPublicSubnet: Rule = {
  name: "network-no-public-subnet",
  description: "No subnet assigns public addresses or has a route to the internet.",
  risk: "Instances and interfaces in a public subnet are reachable from the internet.",
  fix: "Set mapPublicIpOnLaunch: false and assignIpv6AddressOnCreation: false, and associate a route table without a route to the internet.",
  severity: "high",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: [
    "Security Hub EC2.15",
    "Config subnet-auto-assign-public-ip-disabled",
    "Checkov CKV_AWS_130",
    "Prowler vpc_subnet_no_public_ip_by_default",
    "Trivy AWS-0164",
    "cdk-nag VPCSubnetAutoAssignPublicIpDisabled",
  ],
  settings: natSettings,
  resource: {
    [subnet]: ({ props }, report) => {
      for (const flag of flags)
        if (isTrue(props, flag))
          report(
            `${flag} is true, so interfaces in this subnet get an address that is reachable from outside the VPC. Set ${flag}: false.`,
          );
    },
    [defaultSubnet]: ({ props }, report) => {
      for (const flag of flags.slice(0, 2))
        if (isTrue(props, flag)) report(`${flag} is true, so interfaces in this subnet get a public address. Set ${flag}: false.`);
      // By default, default subnets assign public IPv4 addresses and no IPv6 addresses.
      // Source: Amazon VPC User Guide, "Default subnets".
      if (!isPresent(props, "mapPublicIpOnLaunch"))
        report(
          "mapPublicIpOnLaunch is not set, which means true in a default subnet, so its interfaces get a public address. Set mapPublicIpOnLaunch: false.",
        );
    },
  },
  stack(resources, report, settings) {
    const tables = resources.filter(({ type }) => type === "aws:ec2/routeTable:RouteTable");
    const associations = resources.filter(({ type }) => type === "aws:ec2/routeTableAssociation:RouteTableAssociation");
    const mains = resources.filter(({ type }) => type === "aws:ec2/defaultRouteTable:DefaultRouteTable");
    const open = new Set([...tables, ...mains].filter((table) => hasInternetRoute(table, resources, settings)));
    const mainAssociations = resources.filter(({ type }) => type === "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation");
    for (const resource of resources.filter(({ type }) => type === subnet)) {
      const associated = associations.filter(({ sources }) => sources("subnetId").includes(resource));
      const vpcs = resource.sources("vpcId");
      const isOfVpc = (property: string) => (candidate: StackResource) => candidate.sources(property).some((vpc) => vpcs.includes(vpc));
      const used =
        associated.length > 0
          ? associated.flatMap(({ sources }) => sources("routeTableId"))
          : [
              ...mains.filter(isOfVpc("defaultRouteTableId")),
              ...mainAssociations.filter(isOfVpc("vpcId")).flatMap(({ sources }) => sources("routeTableId")),
            ];
      for (const table of used.filter((table) => open.has(table)))
        report(
          resource,
          `This subnet uses route table '${table.name}', which has a route to the internet. Associate a route table without such a route.`,
        );
    }
  },
  remediation: {
    [subnet]: (props) => {
      const wrong = flags.filter((flag) => isTrue(props, flag));
      return wrong.length > 0 ? Object.fromEntries(wrong.map((flag) => [flag, false])) : undefined;
    },
    [defaultSubnet]: (props) => {
      const wrong = flags.slice(0, 2).filter((flag) => isTrue(props, flag) || (flag === "mapPublicIpOnLaunch" && !isPresent(props, flag)));
      return wrong.length > 0 ? Object.fromEntries(wrong.map((flag) => [flag, false])) : undefined;
    },
  },
};
