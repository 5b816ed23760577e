// Parts that every VPC of ours has, whatever it is for.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type EndpointName } from "./catalogue";
import { type SubnetPlan } from "./subnets";
import { interfacePolicy, type Ownership } from "./endpoints";
import { type NetworkPlan } from "./request";
import { type NetworkSettings } from "./settings";

/** A subnet of ours in a zone. */
export interface ZoneSubnet {
  zone: string;
  subnetId: pulumi.Output<string>;
  /** Absent when the subnet is there already and no table could be found. */
  routeTableId?: pulumi.Input<string>;
}

export const named = (name: string, role: string) => ({ tags: { Name: `${name}-${role}` } });

/** A VPC whose default security group and network ACL have no rules. */
export function closedVpc(
  name: string,
  { cidr, dhcp }: { cidr: string; dhcp?: NetworkSettings["dhcp"] },
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const childOptions = { parent };
  const vpc = new aws.ec2.Vpc(
    `${name}-vpc`,
    { cidrBlock: cidr, enableDnsSupport: true, enableDnsHostnames: true, ...named(name, "vpc") },
    childOptions,
  );
  // Adopting them without rules takes away those that AWS makes: whoever forgets to name a group or an ACL gets one that reaches nothing.
  new aws.ec2.DefaultSecurityGroup(`${name}-default-group`, { vpcId: vpc.id, ...named(name, "default-closed") }, childOptions);
  new aws.ec2.DefaultNetworkAcl(
    `${name}-default-acl`,
    { defaultNetworkAclId: vpc.defaultNetworkAclId, ...named(name, "default-closed") },
    // A new subnet is in it until it gets its own.
    { ...childOptions, ignoreChanges: ["subnetIds"] },
  );
  if (dhcp) {
    const options = new aws.ec2.VpcDhcpOptions(
      `${name}-dhcp`,
      { domainName: dhcp.domainName, domainNameServers: ["AmazonProvidedDNS"], ...named(name, "dhcp") },
      childOptions,
    );
    new aws.ec2.VpcDhcpOptionsAssociation(`${name}-dhcp`, { vpcId: vpc.id, dhcpOptionsId: options.id }, childOptions);
  }
  return vpc.id;
}

/** A private subnet per zone, each with a route table of its own that leads nowhere yet; or all with one, so that what leads one of them somewhere leads a zone that comes later there too. */
export function privateSubnets(
  name: string,
  vpcId: pulumi.Output<string>,
  subnets: SubnetPlan[],
  parent: pulumi.Resource,
  tables: "own" | "one" = "own",
): ZoneSubnet[] {
  const childOptions = { parent };
  const shared = tables === "one" ? new aws.ec2.RouteTable(`${name}-routes`, { vpcId, ...named(name, "routes") }, childOptions) : undefined;
  return subnets.map(({ zone, cidr }) => {
    const subnet = new aws.ec2.Subnet(
      `${name}-subnet-${zone}`,
      { vpcId, cidrBlock: cidr, availabilityZone: zone, ...named(name, zone) },
      childOptions,
    );
    const table = shared ?? new aws.ec2.RouteTable(`${name}-routes-${zone}`, { vpcId, ...named(name, zone) }, childOptions);
    new aws.ec2.RouteTableAssociation(`${name}-routes-of-${zone}`, { subnetId: subnet.id, routeTableId: table.id }, childOptions);
    return { zone, subnetId: subnet.id, routeTableId: table.id };
  });
}

export interface InterfaceEndpointArgs {
  vpcId: pulumi.Input<string>;
  zones: ZoneSubnet[];
  /** Group of the endpoints, `sg-…`. */
  securityGroupId: pulumi.Input<string>;
  endpoints: NetworkPlan["endpoints"];
  /** Whether they answer the names of their services in the VPC. */
  privateDns: boolean;
  ownership: Ownership;
}

/** Interface endpoints, each with a policy of its own, in those zones that its service has of ours. */
export function interfaceEndpoints(
  name: string,
  args: InterfaceEndpointArgs,
  parent: pulumi.Resource,
): { name: EndpointName; endpoint: aws.ec2.VpcEndpoint }[] {
  const { vpcId, zones, securityGroupId, endpoints, privateDns, ownership } = args;
  return endpoints.map(({ name: kind, serviceName, zones: offered }) => ({
    name: kind,
    endpoint: new aws.ec2.VpcEndpoint(
      `${name}-${kind}`,
      {
        vpcId,
        serviceName,
        vpcEndpointType: "Interface",
        privateDnsEnabled: privateDns,
        subnetIds: zones.filter(({ zone }) => offered.includes(zone)).map(({ subnetId }) => subnetId),
        securityGroupIds: [securityGroupId],
        policy: interfacePolicy(kind, ownership),
        ...named(name, kind),
      },
      { parent },
    ),
  }));
}

export interface AnsweringZoneArgs {
  vpcId: pulumi.Input<string>;
  /** `eu-central-1` */
  region: string;
  /** `sts.eu-central-1.amazonaws.com` */
  domain: string;
  /** What is answered: the name itself, names below it, or both. */
  records: ("" | "*.")[];
  /** The endpoint that stands behind the name. */
  endpoint: aws.ec2.VpcEndpoint;
  comment: string;
}

/** A private hosted zone in which a name leads to an endpoint. Cost: 0.50 USD a month. Source: AWS "Routing traffic to an Amazon VPC interface endpoint by using your domain name". */
export function answeringZone(name: string, args: AnsweringZoneArgs, parent: pulumi.Resource): aws.route53.Zone {
  const { vpcId, region, domain, records, endpoint, comment } = args;
  const zone = new aws.route53.Zone(
    `${name}-${domain}`,
    { name: domain, comment, vpcs: [{ vpcId, vpcRegion: region }], ...named(name, domain) },
    // Other VPCs are associated by those who have them.
    { parent, ignoreChanges: ["vpcs"] },
  );
  // The first one is for all zones of the region.
  const target = endpoint.dnsEntries.apply((entries) => entries[0]);
  for (const prefix of records)
    new aws.route53.Record(
      `${name}-${prefix}${domain}`,
      {
        zoneId: zone.zoneId,
        name: `${prefix}${domain}`,
        type: "A",
        aliases: [
          {
            name: target.apply((entry) => entry?.dnsName ?? ""),
            zoneId: target.apply((entry) => entry?.hostedZoneId ?? ""),
            evaluateTargetHealth: false,
          },
        ],
      },
      { parent },
    );
  return zone;
}
