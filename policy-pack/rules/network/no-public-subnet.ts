import { isPresent, look, type Rule, type StackResource } from "../../rule-kit";
import { natSettings } from "./shared";
import { leadsOut } from "./no-internet-route";

const flags = ["mapPublicIpOnLaunch", "assignIpv6AddressOnCreation", "mapCustomerOwnedIpOnLaunch"];
const subnet = "aws:ec2/subnet:Subnet";
const defaultSubnet = "aws:ec2/defaultSubnet:DefaultSubnet";

const isTrue = (props: object, flag: string) => {
  const found = look(props, flag);
  return found.state === "known" && found.value === true;
};

export const noPublicSubnet: Rule = {
  name: "network-no-public-subnet",
  description: "No subnet gives public addresses, or has a route to the internet.",
  why: "Whatever starts in it is on the internet.",
  fix: "Write mapPublicIpOnLaunch: false and assignIpv6AddressOnCreation: false, and give the subnet a route table without a route to the internet.",
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
            `${flag} is true, so whatever starts in this subnet gets an address that the internet or the customer-owned pool reaches. Write ${flag}: false.`,
          );
    },
    [defaultSubnet]: ({ props }, report) => {
      for (const flag of flags.slice(0, 2))
        if (isTrue(props, flag))
          report(`${flag} is true, so whatever starts in this subnet gets an address of the internet. Write ${flag}: false.`);
      // AWS's default subnets give public IPv4 addresses unless told otherwise, and no IPv6 ones.
      if (!isPresent(props, "mapPublicIpOnLaunch"))
        report(
          "mapPublicIpOnLaunch is not set, and AWS's default subnets give public addresses to whatever starts in them. Write mapPublicIpOnLaunch: false.",
        );
    },
  },
  stack(resources, report, settings) {
    const tables = resources.filter(({ type }) => type === "aws:ec2/routeTable:RouteTable");
    const associations = resources.filter(({ type }) => type === "aws:ec2/routeTableAssociation:RouteTableAssociation");
    const mains = resources.filter(({ type }) => type === "aws:ec2/defaultRouteTable:DefaultRouteTable");
    const open = new Set([...tables, ...mains].filter((table) => leadsOut(table, resources, settings)));
    const mainAssociations = resources.filter(({ type }) => type === "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation");
    for (const one of resources.filter(({ type }) => type === subnet)) {
      const own = associations.filter(({ sources }) => sources("subnetId").includes(one));
      const vpcs = one.sources("vpcId");
      const isOfVpc = (property: string) => (resource: StackResource) => resource.sources(property).some((vpc) => vpcs.includes(vpc));
      const used =
        own.length > 0
          ? own.flatMap(({ sources }) => sources("routeTableId"))
          : [
              ...mains.filter(isOfVpc("defaultRouteTableId")),
              ...mainAssociations.filter(isOfVpc("vpcId")).flatMap(({ sources }) => sources("routeTableId")),
            ];
      for (const table of used.filter((table) => open.has(table)))
        report(one, `This subnet uses the route table '${table.name}', which leads to the internet. Give it a table without such a route.`);
    }
  },
  remedy: {
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
