// From settings and what AWS told to a network, or to all that is in its way. Pure.
import * as ipaddr from "ipaddr.js";
import { type EndpointName } from "./catalogue";
import { planCentral } from "./central";
import { contains, freeRanges, overlaps, planSubnets } from "./cidr";
import { domainsOf, planEndpoints } from "./endpoints";
import { type Findings, type FoundSubnet, isOwn, type NetworkPlan, type NetworkRequest, Problems, type SubnetsPlan } from "./request";
import { type PlaceSettings } from "./settings";

/** What is needed in a subnet besides the endpoints: an app or two, and AWS's own interfaces. */
const SPARE_ADDRESSES = 8;

/** Where routes of a subnet must not lead, by the beginning of the target's id. */
const waysOut: Record<string, string> = {
  "igw-": "an internet gateway",
  "eigw-": "an egress-only internet gateway",
  "nat-": "a NAT gateway",
  "cagw-": "a carrier gateway",
};

const isWide = (destination: string) => /^(\d|[0-9a-f]*:)/.test(destination) && ipaddr.parseCIDR(destination)[1] < 8;

/** Settings that contradict each other; needs no look at AWS. */
function checkSettings({ place, network, accountId }: NetworkRequest, problems: Problems): void {
  const { mode } = place;
  const needs: Record<string, ("cidr" | "vpcId" | "subnetIds")[]> = {
    new: [],
    "existing-vpc": ["vpcId", "cidr"],
    "existing-subnets": ["vpcId", "subnetIds"],
  };
  const takes: Record<string, string[]> = {
    new: ["cidr"],
    "existing-vpc": ["cidr", "vpcId", "s3EndpointId"],
    "existing-subnets": ["vpcId", "subnetIds", "s3EndpointId"],
  };
  for (const key of ["cidr", "vpcId", "subnetIds", "s3EndpointId"] as const) {
    if (place[key] === undefined && needs[mode]!.includes(key as "cidr")) problems.place(key, `is missing; mode '${mode}' needs it.`);
    if (place[key] !== undefined && !takes[mode]!.includes(key))
      problems.place(key, `is ${JSON.stringify(place[key])}, and mode '${mode}' has no use for it. Remove it, or set the mode it is for.`);
  }
  if (mode === "existing-subnets" && network.egress === "nat")
    problems.network(
      "egress",
      "is 'nat', and NAT needs subnets that are created here. Use mode 'new' or 'existing-vpc', or set it to 'none'.",
    );
  if (mode !== "new" && network.dnsFirewall === undefined)
    problems.network(
      "dnsFirewall",
      `is missing; in an existing VPC it rules everything that is there, so say which it shall be: block, alert or off. With 'block', name what the others need in allowedDomains.`,
    );
  if (mode !== "new" && network.dhcp)
    problems.network("dhcp", `is set, and mode '${mode}' leaves the DHCP options of the VPC as they are. Remove it.`);
  if (network.features.includes("mirror") !== (network.mirrorServiceName !== undefined))
    problems.network(
      "mirrorServiceName",
      network.mirrorServiceName
        ? "is set, and the feature 'mirror' is not among the features. Add it, or remove this."
        : "is missing; the feature 'mirror' needs the endpoint service that the mirror is behind.",
    );
  for (const name of network.endpoints.add.filter((one) => network.endpoints.omit.includes(one)))
    problems.network("endpoints.omit", `has '${name}', and so has endpoints.add. Remove it from one of them.`);
  const roleAccount = network.flowLogRoleArn?.split(":")[4];
  if (roleAccount && roleAccount !== accountId)
    problems.network("flowLogRoleArn", `is a role of account ${roleAccount}; flow logs of account ${accountId} need one of that account.`);
}

/** Subnets of a VPC of our own. */
function planNew(request: NetworkRequest, findings: Findings, problems: Problems): SubnetsPlan {
  const cidr = request.place.cidr ?? request.standardCidr;
  return { ranges: [cidr], ...cut(cidr, request, findings, problems) };
}

function cut(cidr: string, { network, paths }: NetworkRequest, { zones }: Findings, problems: Problems) {
  const none = { subnets: [], publicSubnets: [] };
  if (zones.length < network.zones) {
    problems.network(
      "zones",
      `is ${network.zones}, and the region has ${zones.length} Availability Zones (${zones.join(", ")}). Set it with: pulumi config set --path ${paths.network.split(":").at(-1)}.zones ${zones.length}`,
    );
    return none;
  }
  try {
    const plan = planSubnets(cidr, zones.slice(0, network.zones), network.egress === "nat");
    return { subnets: plan.private, publicSubnets: plan.public };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.place("cidr", `can't be used: ${error.message}`);
    return none;
  }
}

/** New subnets in a VPC that is there. */
function planInVpc(request: NetworkRequest, findings: Findings, problems: Problems): SubnetsPlan {
  const { place, name } = request;
  const none = { ranges: [], subnets: [], publicSubnets: [] };
  const { vpc } = findings;
  if (!vpc || !place.cidr) return none;
  const { cidr } = place;
  const prefix = Number(cidr.split("/")[1]);
  const mine = (subnet: FoundSubnet) =>
    (subnet.tags.Name ?? "").startsWith(`${name}-`) && subnet.tags["cloister:environment"] !== undefined;
  const others = findings.subnets.filter((subnet) => !mine(subnet));
  const free = vpc.ranges.flatMap((range) =>
    freeRanges(
      range,
      others.map((one) => one.cidr),
      prefix,
    ),
  );
  const advice =
    free.length > 0 ? `Free there are ${free.slice(0, 3).join(", ")}.` : `No /${prefix} is free there; a longer prefix may be.`;
  if (!vpc.ranges.some((range) => contains(range, cidr)))
    problems.place("cidr", `is ${cidr}, which is not part of the VPC's ranges (${vpc.ranges.join(", ")}). ${advice}`);
  const struck = others.filter((one) => overlaps(one.cidr, cidr));
  if (struck.length > 0)
    problems.place(
      "cidr",
      `is ${cidr}, which overlaps ${struck.map((one) => `${one.id} (${one.cidr})`).join(", ")} of the same VPC. ${advice}`,
    );
  return { ranges: vpc.ranges, ...cut(cidr, request, findings, problems) };
}

/** Subnets that are there. */
function planInSubnets(request: NetworkRequest, findings: Findings, endpoints: EndpointName[], problems: Problems): SubnetsPlan {
  const { place, name } = request;
  const { subnets } = findings;
  for (const id of (place.subnetIds ?? []).filter((one) => !subnets.some((subnet) => subnet.id === one)))
    problems.place("subnetIds", `has ${id}, which does not exist in this account and region.`);
  for (const subnet of subnets) {
    const say = (text: string) => problems.place("subnetIds", `has ${subnet.id}, ${text}`);
    if (subnet.vpcId !== place.vpcId) say(`which is of ${subnet.vpcId} and not of ${place.vpcId}. Name subnets of one VPC.`);
    if (subnet.isPublic) say("which gives public addresses to whatever starts in it. Switch that off, or name another subnet.");
    const same = subnets.find((one) => one.zone === subnet.zone);
    if (same !== subnet) say(`which is in ${subnet.zone} as ${same!.id} is. Name one subnet for each zone.`);
    for (const { destination, target } of subnet.routes) {
      const out = Object.entries(waysOut).find(([prefix]) => target.startsWith(prefix))?.[1];
      const isInside = target === "local" || target.startsWith("vpce-");
      if (out)
        say(
          `whose route table ${subnet.routeTableId} leads ${destination} to ${out} (${target}). Remove the route, or name another subnet.`,
        );
      else if (!isInside && isWide(destination))
        say(
          `whose route table ${subnet.routeTableId} sends ${destination} to ${target}, of which nothing is known. Name the ranges that are meant in the route, or name another subnet.`,
        );
    }
    const wanted = endpoints.filter(
      (endpoint) =>
        !findings.endpoints.some(
          (one) => one.name === endpoint && isOwn(one.tags, `${name}-${endpoint}`) && one.subnetIds.includes(subnet.id),
        ),
    );
    if (subnet.free < wanted.length + SPARE_ADDRESSES)
      say(
        `which has ${subnet.free} free addresses; ${wanted.length} endpoints and what runs there need at least ${wanted.length + SPARE_ADDRESSES}.`,
      );
  }
  const inOrder = [...subnets].sort((a, b) => (a.zone < b.zone ? -1 : 1));
  return {
    ranges: findings.vpc?.ranges ?? [],
    subnets: inOrder.map(({ id, zone, cidr, routeTableId }) => ({ id, zone, cidr, ...(routeTableId && { routeTableId }) })),
    publicSubnets: [],
  };
}

/** The S3 endpoint: the one that is named, or none that stands in the way of ours. */
function checkS3({ place, region }: NetworkRequest, { s3, s3Present, subnets }: Findings, problems: Problems): void {
  if (place.mode === "new") return;
  const { s3EndpointId, vpcId } = place;
  if (s3EndpointId) {
    if (!s3) problems.place("s3EndpointId", `is ${s3EndpointId}, which does not exist in this account and region.`);
    else if (s3.vpcId !== vpcId || s3.type !== "Gateway" || !s3.serviceName.endsWith(`${region}.s3`))
      problems.place(
        "s3EndpointId",
        `is ${s3EndpointId}, a ${s3.type} endpoint of ${s3.serviceName} in ${s3.vpcId}. Name a gateway endpoint of S3 in ${vpcId}, or leave it out.`,
      );
    else if (place.mode === "existing-subnets")
      for (const { id, routeTableId } of subnets.filter((one) => !s3.routeTableIds.includes(one.routeTableId ?? "")))
        problems.place(
          "s3EndpointId",
          `is ${s3EndpointId}, which is not on the route table ${routeTableId} of ${id}. Add it: aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${s3EndpointId} --add-route-table-ids ${routeTableId}`,
        );
    return;
  }
  if (!s3Present || s3Present.isOwn) return;
  const shared = subnets.filter(({ routeTableId }) => routeTableId && s3Present.routeTableIds.includes(routeTableId));
  if (s3Present.id === "several")
    problems.place("s3EndpointId", `is missing; ${vpcId} has several S3 gateway endpoints. Name the one that the subnets use.`);
  else if (shared.length > 0)
    problems.place(
      "s3EndpointId",
      `is missing; the route tables of ${shared.map(({ id }) => id).join(", ")} have an S3 gateway endpoint already, and can have only one. Write s3EndpointId: ${s3Present.id}.`,
    );
}

/** Endpoints to make, in the zones that each service has of ours. */
function planInterfaces(request: NetworkRequest, findings: Findings, zones: string[], problems: Problems) {
  const { network, name, region, place, central } = request;
  const { names, missed } = planEndpoints({ features: network.features, ...network.endpoints });
  const present = (endpoint: EndpointName) =>
    findings.endpoints.find((one) => one.name === endpoint && one.isPrivate && !isOwn(one.tags, `${name}-${endpoint}`));
  for (const { endpoint, feature } of missed)
    if (!present(endpoint))
      problems.network(
        "endpoints.omit",
        `has '${endpoint}', which the feature '${feature}' does not work without. Keep the endpoint, or remove the feature.`,
      );
  const endpoints = names.flatMap((endpoint) => {
    const service = findings.services[endpoint];
    const found = present(endpoint);
    if (found)
      problems.network(
        "endpoints.omit",
        `lacks '${endpoint}': ${place.vpcId} has an endpoint of it already (${found.id}) that answers its name, and a VPC can have only one. Add it to use the one that is there.`,
      );
    if (!service) {
      problems.network(
        "features",
        `need the endpoint '${endpoint}', and ${region} does not offer it. Remove the feature, or use another region.`,
      );
      return [];
    }
    const shared = zones.filter((zone) => service.zones.includes(zone));
    if (shared.length < Math.min(2, zones.length))
      problems.network(
        "zones",
        `are ${zones.join(", ")}, and ${service.serviceName} is offered in ${shared.length === 0 ? "none" : `only ${shared.join(", ")}`} of them (it has ${service.zones.join(", ")}). Use more zones, or other subnets.`,
      );
    return central?.endpoints.includes(endpoint) ? [] : [{ name: endpoint, serviceName: service.serviceName, zones: shared }];
  });
  const used = missed.flatMap(({ endpoint }) => present(endpoint)?.securityGroupIds ?? []);
  return { endpoints, foreignEndpointGroupIds: [...new Set(used)] };
}

/** A role can write flow logs when their service may assume it. */
function checkRole({ network }: NetworkRequest, { flowLogRole }: Findings, problems: Problems): void {
  const { flowLogRoleArn } = network;
  if (!flowLogRoleArn) return;
  if (!flowLogRole || flowLogRole.arn !== flowLogRoleArn)
    problems.network("flowLogRoleArn", `is ${flowLogRoleArn}, which does not exist. Make it, or leave this out for a role of ours.`);
  else if (!trusts(flowLogRole.trust, "vpc-flow-logs.amazonaws.com"))
    problems.network(
      "flowLogRoleArn",
      `is ${flowLogRoleArn}, which vpc-flow-logs.amazonaws.com can't assume. Let it, in the role's trust policy, or leave this out for a role of ours.`,
    );
}

/** Whether a trust policy lets a service assume the role. */
function trusts(document: string, service: string): boolean {
  const listed = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
  type Statement = { Effect?: string; Action?: string | string[]; Principal?: { Service?: string | string[] } };
  const { Statement } = JSON.parse(document) as { Statement?: Statement | Statement[] };
  return listed(Statement).some(
    ({ Effect, Action, Principal }) =>
      Effect === "Allow" && listed(Action).includes("sts:AssumeRole") && listed(Principal?.Service).includes(service),
  );
}

/** The network of some settings; without problems it can be made as it is. */
export function planNetwork(request: NetworkRequest, findings: Findings): { plan: NetworkPlan; problems: string[] } {
  const problems = new Problems(request.paths);
  const { place, network, name, region, partition } = request;
  const { names } = planEndpoints({ features: network.features, ...network.endpoints });
  checkSettings(request, problems);
  checkVpc(request, findings, problems);
  const plans: Record<PlaceSettings["mode"], () => SubnetsPlan> = {
    new: () => planNew(request, findings, problems),
    "existing-vpc": () => planInVpc(request, findings, problems),
    "existing-subnets": () =>
      planInSubnets(
        request,
        findings,
        names.filter((one) => !request.central?.endpoints.includes(one)),
        problems,
      ),
  };
  const subnets = plans[place.mode]();
  const zones = subnets.subnets.map(({ zone }) => zone);
  const interfaces = planInterfaces(request, findings, zones, problems);
  const central = planCentral(request, findings, subnets, problems);
  checkS3(request, findings, problems);
  checkRole(request, findings, problems);
  const { internetGateway } = findings;
  return {
    plan: {
      mode: place.mode,
      ...subnets,
      ...interfaces,
      ...(central && { central }),
      ...(place.mode !== "new" && place.vpcId && { vpcId: place.vpcId }),
      ...(place.s3EndpointId && { s3EndpointId: place.s3EndpointId }),
      ...(internetGateway && !isOwn(internetGateway.tags, `${name}-internet`) && { internetGatewayId: internetGateway.id }),
      dnsFirewall: network.dnsFirewall ?? "block",
      domains: domainsOf({
        // Also of those that an existing VPC has already.
        endpoints: planEndpoints({ features: network.features, add: network.endpoints.add }).names,
        region,
        partition,
        mirrorServiceName: network.mirrorServiceName,
        extra: network.allowedDomains,
      }),
    },
    problems: problems.found,
  };
}

/** A VPC that is there can take us. */
function checkVpc({ place }: NetworkRequest, { vpc }: Findings, problems: Problems): void {
  if (place.mode === "new" || !place.vpcId) return;
  if (!vpc) return problems.place("vpcId", `is ${place.vpcId}, which does not exist in this account and region.`);
  for (const [has, attribute] of [
    [vpc.dnsSupport, "enableDnsSupport"],
    [vpc.dnsHostnames, "enableDnsHostnames"],
  ] as const)
    if (!has)
      problems.place(
        "vpcId",
        `is ${place.vpcId}, whose ${attribute} is off; endpoints answer the names of their services only with it. Switch it on: aws ec2 modify-vpc-attribute --vpc-id ${place.vpcId} --${attribute.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      );
}
