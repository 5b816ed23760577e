// From settings and what AWS told to a network, or to all that is in its way. Pure.
import * as ipaddr from "ipaddr.js";
import { type EndpointName } from "./catalogue";
import { planSharedEndpoints } from "./shared-endpoints";
import { addressesOf, chooseZones, natProblem, partsOf, planSubnets, type SubnetPlan } from "./subnets";
import { contains, freeRanges, overlaps, prefixOf, rangePrefixes } from "../aws/cidr";
import { bucketProblem, domainsOf, mirrorHostOf, planEndpoints } from "./endpoints";
import {
  choiceOf,
  type NetworkFindings,
  isManaged,
  isManagedSubnet,
  type NetworkPlan,
  type NetworkRequest,
  Problems,
  type SubnetsPlan,
} from "./request";
import { type VpcSettings } from "./settings";
import { trustAllows } from "../aws/trust-evaluation";

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

/** How to get what a mode needs. */
const nextFor = {
  cidr: "Set it to a part of the VPC's range that is free",
  vpcId: "Set it to the id of the VPC (aws ec2 describe-vpcs)",
  subnetIds: "Set it to the ids of private subnets of the VPC, one for each zone (aws ec2 describe-subnets)",
  s3EndpointId: "Set it to the id of the VPC's S3 gateway endpoint (aws ec2 describe-vpc-endpoints)",
};

/** Settings that contradict each other; needs no look at AWS. */
function checkSettings({ vpcSettings, network, accountId }: NetworkRequest, problems: Problems): void {
  const { mode } = vpcSettings;
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
    if (vpcSettings[key] === undefined && needs[mode]!.includes(key as "cidr"))
      problems.vpcSettings(key, `is missing; mode '${mode}' needs it. ${nextFor[key]}, or use mode 'new'.`);
    if (vpcSettings[key] !== undefined && !takes[mode]!.includes(key))
      problems.vpcSettings(
        key,
        `is ${JSON.stringify(vpcSettings[key])}, and mode '${mode}' has no use for it. Remove it, or set the mode it is for.`,
      );
  }
  if (mode === "existing-subnets" && network.egress === "nat")
    problems.network(
      "egress",
      "is 'nat', and NAT needs subnets that are created here. Use mode 'new' or 'existing-vpc', or set it to 'none'.",
    );
  if (mode !== "new" && network.dnsFirewall === undefined)
    problems.network(
      "dnsFirewall",
      `is missing; in an existing VPC it rules everything that is there, so say which it shall be. Set it to block, alert or off; with 'block', name what the others need in allowedDomains.`,
    );
  if (mode !== "new" && network.dhcp)
    problems.network("dhcp", `is set, and mode '${mode}' leaves the DHCP options of the VPC as they are. Remove it.`);
  if (network.features.includes("mirror") !== (network.mirrorServiceName !== undefined))
    problems.network(
      "mirrorServiceName",
      network.mirrorServiceName
        ? "is set, and the feature 'mirror' is not among the features. Add it, or remove this."
        : "is missing; the feature 'mirror' needs the endpoint service that the mirror is behind. Set it to the service's name, or remove the feature.",
    );
  if (network.mirrorHost && !network.mirrorServiceName)
    problems.network(
      "mirrorHost",
      `is ${network.mirrorHost}, and there is no mirror that could answer to it. Set mirrorServiceName, or remove this.`,
    );
  for (const name of network.endpoints.add.filter((one) => network.endpoints.omit.includes(one)))
    problems.network("endpoints.omit", `has '${name}', and so has endpoints.add. Remove it from one of them.`);
  const roleAccount = network.flowLogRoleArn?.split(":")[4];
  if (roleAccount && roleAccount !== accountId)
    problems.network(
      "flowLogRoleArn",
      `is a role of account ${roleAccount}; flow logs of account ${accountId} need one of that account. Name one, or leave this out for a role of ours.`,
    );
  if (network.flowLogRoleArn && network.flowLogDestination === "log-bucket")
    problems.network(
      "flowLogRoleArn",
      "is set, and flow logs that go to a bucket (flowLogDestination: log-bucket) are written without a role. Remove one of the two.",
    );
}

/** Zones that features need more of than there are. Source: AWS "Give SageMaker AI Hosted Endpoints Access to Resources in Your Amazon VPC". */
function checkZones({ network, vpcSettings }: NetworkRequest, { subnets }: SubnetsPlan, problems: Problems): void {
  if (subnets.length !== 1 || !network.features.includes("hosting")) return;
  const why = "and the feature 'hosting' needs two zones: SageMaker places a model in two, even on a single instance.";
  if (vpcSettings.mode === "existing-subnets")
    problems.vpcSettings("subnetIds", `has one subnet, ${why} Name another one, in another zone.`);
  else problems.network("zones", `is 1, ${why} Set it to 2 or more.`);
}

/** Subnets of a VPC of our own. */
function planNew(request: NetworkRequest, findings: NetworkFindings, problems: Problems): SubnetsPlan {
  const cidr = request.vpcSettings.cidr ?? request.standardCidr;
  return { ranges: [cidr], ...cut(cidr, request, findings, problems) };
}

/** The private subnets that an earlier deployment cut out of a range. */
const ownOf = (cidr: string, request: NetworkRequest, { subnets }: NetworkFindings): SubnetPlan[] => {
  const parts = partsOf(cidr).private;
  return subnets
    .filter((subnet) => isManaged(request, subnet.tags, subnet.zone) && parts.includes(subnet.cidr))
    .map(({ zone, cidr: own }) => ({ zone, cidr: own }));
};

/** Cuts a range for the zones that are asked for; subnets that are there stay where they are. */
function cut(cidr: string, request: NetworkRequest, findings: NetworkFindings, problems: Problems) {
  const { network, paths } = request;
  const none = { subnets: [], publicSubnets: [] };
  const nat = network.egress === "nat";
  const tooSmall = nat ? natProblem(cidr) : undefined;
  if (tooSmall) problems.vpcSettings("cidr", `can't be used: ${tooSmall}`);
  const there = ownOf(cidr, request, findings);
  const zones = [...new Set([...findings.zones, ...there.map(({ zone }) => zone)])].sort();
  if (zones.length < network.zones)
    problems.network(
      "zones",
      `is ${network.zones}, and the region has ${zones.length} Availability Zones (${zones.join(", ")}). Set it with: pulumi config set --path ${paths.network.split(":").at(-1)}.zones ${zones.length}`,
    );
  if (tooSmall || zones.length < network.zones) return none;
  const plan = planSubnets(cidr, chooseZones(cidr, network.zones, findings.zones, there), nat);
  return { subnets: plan.private, publicSubnets: plan.public };
}

/** What is free of some ranges, of a prefix length or longer ones that can be used. */
function freeAdvice(ranges: string[], taken: string[], prefix: number, vpcId: string): string {
  const free = (length: number) => ranges.flatMap((range) => freeRanges(range, taken, length)).slice(0, 3);
  const same = free(prefix);
  if (same.length > 0) return `Free there are ${same.join(", ")}. Use one of them.`;
  for (let longer = prefix + 1; longer <= rangePrefixes.max; longer++)
    if (free(longer).length > 0)
      return `No /${prefix} is free there, but ${free(longer).join(", ")} ${free(longer).length > 1 ? "are" : "is"}. Use one of them.`;
  return `Nothing from /${prefix} to /${rangePrefixes.max} is free there. Give the VPC another range: aws ec2 associate-vpc-cidr-block --vpc-id ${vpcId} --cidr-block <range>`;
}

/** New subnets in a VPC that is there. */
function planInVpc(request: NetworkRequest, findings: NetworkFindings, problems: Problems): SubnetsPlan {
  const { cidr, vpcId } = request.vpcSettings;
  const none = { ranges: [], subnets: [], publicSubnets: [] };
  const { vpc } = findings;
  if (!vpc || !cidr) return none;
  const others = findings.subnets.filter((subnet) => !isManagedSubnet(request, subnet));
  const taken = others.map((one) => one.cidr);
  const advice = freeAdvice(vpc.ranges, taken, prefixOf(cidr), vpcId!);
  if (!vpc.ranges.some((range) => contains(range, cidr)))
    problems.vpcSettings("cidr", `is ${cidr}, which is not part of the VPC's ranges (${vpc.ranges.join(", ")}). ${advice}`);
  const struck = others.filter((one) => overlaps(one.cidr, cidr));
  if (struck.length > 0)
    problems.vpcSettings(
      "cidr",
      `is ${cidr}, which overlaps ${struck.map((one) => `${one.id} (${one.cidr})`).join(", ")} of the same VPC. ${advice}`,
    );
  return { ranges: vpc.ranges, ...cut(cidr, request, findings, problems) };
}

/** Subnets that are cut here have room for what is put into them; those that are there were looked at already. */
function checkRoom(request: NetworkRequest, { subnets }: SubnetsPlan, endpoints: NetworkPlan["endpoints"], problems: Problems): void {
  const { vpcSettings, network, standardCidr } = request;
  if (vpcSettings.mode === "existing-subnets") return;
  const cidr = vpcSettings.cidr ?? standardCidr;
  const inZone = (zone: string) => endpoints.filter(({ zones }) => zones.includes(zone)).length + (network.mirrorServiceName ? 1 : 0);
  const tight = subnets
    .map((subnet) => ({
      ...subnet,
      part: partsOf(cidr).private.indexOf(subnet.cidr),
      endpoints: inZone(subnet.zone),
      needed: inZone(subnet.zone) + SPARE_ADDRESSES,
    }))
    .filter((subnet) => addressesOf(subnet.cidr) < subnet.needed);
  if (tight.length === 0) return;
  const fits = (prefix: number) => {
    const parts = partsOf(`10.0.0.0/${prefix}`).private;
    return tight.every(({ part, needed }) => addressesOf(parts[part]!) >= needed);
  };
  const [{ zone, cidr: own, endpoints: count, needed }] = tight as [(typeof tight)[number]];
  let prefix = prefixOf(cidr);
  while (!fits(prefix)) prefix--;
  problems.vpcSettings(
    "cidr",
    `is ${cidr}, whose subnet in ${zone} (${own}) has ${addressesOf(own)} addresses; ${count} endpoints and what runs there need at least ${needed}. Use a /${prefix} or larger, or fewer endpoints.`,
  );
}

/** Ranges of networks that this one is to be told apart from. */
function checkReserved({ vpcSettings, reserved = [] }: NetworkRequest, ranges: string[], problems: Problems): void {
  const taken = [...reserved.map((one) => one.cidr), ...ranges];
  const [key, is] = vpcSettings.mode === "new" ? (["cidr", "is"] as const) : (["vpcId", `is ${vpcSettings.vpcId}, which has`] as const);
  for (const range of ranges)
    for (const { cidr, what } of reserved.filter((one) => overlaps(one.cidr, range))) {
      const free = freeRanges("10.0.0.0/8", taken, prefixOf(range), 1).concat("a range of its own")[0]!;
      problems.vpcSettings(
        key,
        `${is} ${range}, which overlaps ${cidr}, ${what}; allowed is any range that shares no address with it. Use ${vpcSettings.mode === "new" ? free : "another VPC"}.`,
      );
    }
}

/** Subnets that are there. */
function planInSubnets(request: NetworkRequest, findings: NetworkFindings, endpoints: EndpointName[], problems: Problems): SubnetsPlan {
  const { vpcSettings } = request;
  const { subnets } = findings;
  for (const id of (vpcSettings.subnetIds ?? []).filter((one) => !subnets.some((subnet) => subnet.id === one)))
    problems.vpcSettings(
      "subnetIds",
      `has ${id}, which does not exist in this account and region. Name one that does (aws ec2 describe-subnets), or remove it.`,
    );
  for (const subnet of subnets) {
    const say = (text: string) => problems.vpcSettings("subnetIds", `has ${subnet.id}, ${text}`);
    if (subnet.vpcId !== vpcSettings.vpcId) say(`which is of ${subnet.vpcId} and not of ${vpcSettings.vpcId}. Name subnets of one VPC.`);
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
          (one) => one.name === endpoint && isManaged(request, one.tags, endpoint) && one.subnetIds.includes(subnet.id),
        ),
    );
    if (subnet.free < wanted.length + SPARE_ADDRESSES)
      say(
        `which has ${subnet.free} free addresses; ${wanted.length} endpoints and what runs there need at least ${wanted.length + SPARE_ADDRESSES}. Name a larger subnet, or use fewer endpoints.`,
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
function checkS3({ vpcSettings, region }: NetworkRequest, { s3, s3Present, subnets }: NetworkFindings, problems: Problems): void {
  if (vpcSettings.mode === "new") return;
  const { s3EndpointId, vpcId } = vpcSettings;
  if (s3EndpointId) {
    if (!s3)
      problems.vpcSettings(
        "s3EndpointId",
        `is ${s3EndpointId}, which does not exist in this account and region. Name one that does (aws ec2 describe-vpc-endpoints), or remove it for one of ours.`,
      );
    else if (s3.vpcId !== vpcId || s3.type !== "Gateway" || !s3.serviceName.endsWith(`${region}.s3`))
      problems.vpcSettings(
        "s3EndpointId",
        `is ${s3EndpointId}, a ${s3.type} endpoint of ${s3.serviceName} in ${s3.vpcId}. Name a gateway endpoint of S3 in ${vpcId}, or leave it out.`,
      );
    else if (vpcSettings.mode === "existing-subnets")
      for (const { id, routeTableId } of subnets.filter((one) => !s3.routeTableIds.includes(one.routeTableId ?? "")))
        problems.vpcSettings(
          "s3EndpointId",
          `is ${s3EndpointId}, which is not on the route table ${routeTableId} of ${id}. Add it: aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${s3EndpointId} --add-route-table-ids ${routeTableId}`,
        );
    return;
  }
  if (!s3Present || s3Present.isManaged) return;
  const shared = subnets.filter(({ routeTableId }) => routeTableId && s3Present.routeTableIds.includes(routeTableId));
  if (s3Present.id === "several")
    problems.vpcSettings("s3EndpointId", `is missing; ${vpcId} has several S3 gateway endpoints. Name the one that the subnets use.`);
  else if (shared.length > 0)
    problems.vpcSettings(
      "s3EndpointId",
      `is missing; the route tables of ${shared.map(({ id }) => id).join(", ")} have an S3 gateway endpoint already, and can have only one. Write s3EndpointId: ${s3Present.id}.`,
    );
}

/** Endpoints to make, in the zones that each service has of ours. */
function planInterfaces(request: NetworkRequest, findings: NetworkFindings, zones: string[], problems: Problems) {
  const { region, vpcSettings, sharedEndpoints } = request;
  const { names, missed } = planEndpoints(choiceOf(request));
  const present = (endpoint: EndpointName) =>
    findings.endpoints.find((one) => one.name === endpoint && one.isPrivate && !isManaged(request, one.tags, endpoint));
  for (const { endpoint, feature } of missed)
    if (!present(endpoint))
      problems.omit(
        `has '${endpoint}', which the feature '${feature}' does not work without. Keep the endpoint, or remove the feature.`,
        endpoint,
      );
  const endpoints = names.flatMap((endpoint) => {
    const service = findings.services[endpoint];
    const found = present(endpoint);
    if (found)
      problems.omit(
        `lacks '${endpoint}': ${vpcSettings.vpcId} has an endpoint of it already (${found.id}) that answers its name, and a VPC can have only one. Add it to use the one that is there.`,
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
    return sharedEndpoints?.endpoints.includes(endpoint) ? [] : [{ name: endpoint, serviceName: service.serviceName, zones: shared }];
  });
  const used = missed.flatMap(({ endpoint }) => present(endpoint)?.securityGroupIds ?? []);
  return { endpoints, foreignEndpointGroupIds: [...new Set(used)] };
}

/** A role can write flow logs when their service may assume it. */
function checkRole({ network, accountId, region, partition }: NetworkRequest, { flowLogRole }: NetworkFindings, problems: Problems): void {
  const { flowLogRoleArn } = network;
  if (!flowLogRoleArn) return;
  if (!flowLogRole || flowLogRole.arn !== flowLogRoleArn)
    problems.network("flowLogRoleArn", `is ${flowLogRoleArn}, which does not exist. Make it, or leave this out for a role of ours.`);
  else if (
    !trustAllows(flowLogRole.trust, {
      service: "vpc-flow-logs.amazonaws.com",
      accountId,
      arn: `arn:${partition}:ec2:${region}:${accountId}:vpc-flow-log/*`,
    })
  )
    problems.network(
      "flowLogRoleArn",
      `is ${flowLogRoleArn}, which vpc-flow-logs.amazonaws.com can't assume. Let it, in the role's trust policy, or leave this out for a role of ours.`,
    );
}

/** The network of some settings; without problems it can be made as it is. */
export function planNetwork(request: NetworkRequest, findings: NetworkFindings): { plan: NetworkPlan; problems: string[] } {
  const problems = new Problems(request);
  const { vpcSettings, network, region, partition } = request;
  const { names } = planEndpoints(choiceOf(request));
  checkSettings(request, problems);
  checkVpc(request, findings, problems);
  const plans: Record<VpcSettings["mode"], () => SubnetsPlan> = {
    new: () => planNew(request, findings, problems),
    "existing-vpc": () => planInVpc(request, findings, problems),
    "existing-subnets": () =>
      planInSubnets(
        request,
        findings,
        names.filter((one) => !request.sharedEndpoints?.endpoints.includes(one)),
        problems,
      ),
  };
  const subnets = plans[vpcSettings.mode]();
  const zones = subnets.subnets.map(({ zone }) => zone);
  const interfaces = planInterfaces(request, findings, zones, problems);
  checkZones(request, subnets, problems);
  checkRoom(request, subnets, interfaces.endpoints, problems);
  checkReserved(request, subnets.ranges, problems);
  checkBuckets(request, findings, problems);
  const sharedEndpoints = planSharedEndpoints(request, findings, subnets, problems);
  checkS3(request, findings, problems);
  checkRole(request, findings, problems);
  const { internetGateway } = findings;
  const mirrorHost = mirrorHostOf(request.name, network);
  return {
    plan: {
      mode: vpcSettings.mode,
      ...subnets,
      ...interfaces,
      ...(sharedEndpoints && { sharedEndpoints }),
      ...(vpcSettings.mode !== "new" && vpcSettings.vpcId && { vpcId: vpcSettings.vpcId }),
      ...(vpcSettings.s3EndpointId && { s3EndpointId: vpcSettings.s3EndpointId }),
      ...(internetGateway && !isManaged(request, internetGateway.tags, "internet") && { internetGatewayId: internetGateway.id }),
      dnsFirewall: network.dnsFirewall ?? "block",
      ...(mirrorHost && { mirrorHost }),
      domains: domainsOf({
        // Also of those that an existing VPC has already.
        endpoints: planEndpoints({ features: network.features, add: network.endpoints.add }).names,
        features: network.features,
        region,
        partition,
        extra: [...(mirrorHost ? [mirrorHost] : []), ...network.allowedDomains],
      }),
    },
    problems: problems.found,
  };
}

/** Buckets of AWS's that features need are known for the region. */
function checkBuckets({ network, region }: NetworkRequest, { services }: NetworkFindings, problems: Problems): void {
  for (const feature of network.features) {
    const problem = bucketProblem(feature, region);
    // Where the region does not have the service, that is told already.
    if (problem && planEndpoints({ features: [feature] }).names.every((name) => services[name])) problems.network("features", problem);
  }
}

/** A VPC that is there can take us. */
function checkVpc({ vpcSettings }: NetworkRequest, { vpc }: NetworkFindings, problems: Problems): void {
  if (vpcSettings.mode === "new" || !vpcSettings.vpcId) return;
  if (!vpc)
    return problems.vpcSettings(
      "vpcId",
      `is ${vpcSettings.vpcId}, which does not exist in this account and region. Name one that does (aws ec2 describe-vpcs), or use mode 'new'.`,
    );
  for (const [has, attribute] of [
    [vpc.dnsSupport, "enableDnsSupport"],
    [vpc.dnsHostnames, "enableDnsHostnames"],
  ] as const)
    if (!has)
      problems.vpcSettings(
        "vpcId",
        `is ${vpcSettings.vpcId}, whose ${attribute} is off; endpoints answer the names of their services only with it. Switch it on: aws ec2 modify-vpc-attribute --vpc-id ${vpcSettings.vpcId} --${attribute.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      );
  // Source: AWS "Connect Amazon SageMaker Studio in a VPC to external resources".
  if (vpc.tenancy !== "default")
    problems.vpcSettings(
      "vpcId",
      `is ${vpcSettings.vpcId}, whose tenancy is ${vpc.tenancy}; SageMaker takes subnets of default tenancy only. Change it: aws ec2 modify-vpc-tenancy --vpc-id ${vpcSettings.vpcId} --instance-tenancy default`,
    );
}
