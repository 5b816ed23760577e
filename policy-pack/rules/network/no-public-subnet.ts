import { look, type Rule } from "../../frame";
import { natSettings } from "./shared";
import { leadsOut } from "./no-internet-route";

const flags = ["mapPublicIpOnLaunch", "assignIpv6AddressOnCreation", "mapCustomerOwnedIpOnLaunch"];
const subnet = "aws:ec2/subnet:Subnet";
const defaultSubnet = "aws:ec2/defaultSubnet:DefaultSubnet";

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
      for (const flag of flags) {
        const found = look(props, flag);
        if (found.state === "known" && found.value === true)
          report(
            `${flag} is true, so whatever starts in this subnet gets an address that the internet or the customer-owned pool reaches. Write ${flag}: false.`,
          );
      }
    },
    [defaultSubnet]: ({ props }, report) => {
      for (const flag of flags.slice(0, 2)) {
        const found = look(props, flag);
        // AWS's default subnets are public unless told otherwise; IPv6 addresses they give only when the subnet has a range.
        if (found.state === "known" ? found.value === true : found.state === "missing" && flag === "mapPublicIpOnLaunch")
          report(
            `${flag} is ${found.state === "missing" ? "not set, and AWS's default subnets give public addresses" : "true"}. Write ${flag}: false.`,
          );
      }
    },
  },
  stack(resources, report, settings) {
    const tables = resources.filter(({ type }) => type === "aws:ec2/routeTable:RouteTable");
    const associations = resources.filter(({ type }) => type === "aws:ec2/routeTableAssociation:RouteTableAssociation");
    const mains = resources.filter(({ type }) => type === "aws:ec2/defaultRouteTable:DefaultRouteTable");
    const open = new Set([...tables, ...mains].filter((table) => leadsOut(table, resources, settings)));
    for (const one of resources.filter(({ type }) => type === subnet)) {
      const own = associations.filter(({ sources }) => sources("subnetId").includes(one));
      const vpcs = one.sources("vpcId");
      const used =
        own.length > 0
          ? own.flatMap(({ sources }) => sources("routeTableId"))
          : mains.filter(({ sources }) => sources("defaultRouteTableId").some((vpc) => vpcs.includes(vpc)));
      for (const table of used.filter((table) => open.has(table)))
        report(one, `This subnet uses the route table '${table.name}', which leads to the internet. Give it a table without such a route.`);
    }
  },
  remedy: {
    [subnet]: (props) =>
      flags.some((flag) => props[flag] === true)
        ? { ...props, ...Object.fromEntries(flags.filter((flag) => props[flag] === true).map((flag) => [flag, false])) }
        : undefined,
    [defaultSubnet]: (props) =>
      props.mapPublicIpOnLaunch === false && props.assignIpv6AddressOnCreation !== true
        ? undefined
        : { ...props, mapPublicIpOnLaunch: false, assignIpv6AddressOnCreation: false },
  },
};
