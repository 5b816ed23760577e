// Looks up everything in AWS that a network plan depends on. Reads only.
import * as aws from "@pulumi/aws";
import { optional, type Options } from "../../aws/lookup";
import { type EndpointName } from "../catalogue";
import { managedTags } from "../managed-tags";
import { endpointZones } from "../endpoints";
import { centralEndpointsInVpc, centralEndpointsOf, type PreparedRequest } from "../request";
import { lookupAttached } from "./attached";
import { lookupCounts } from "./counts";
import { lookupEndpoint, lookupEndpointService, lookupS3Endpoint, lookupS3GatewayOfVpc } from "./endpoints";
import { type FoundEndpoint, type FoundSubnet, type FoundVpc, type NetworkFindings } from "./findings";
import { lookupPeerings } from "./peerings";
import { lookupSubnet, lookupSubnetIds } from "./subnets";

/** Availability Zones in the region, in alphabetical order, without Local Zones and Wavelength Zones. */
async function lookupZones(opts: Options): Promise<Pick<NetworkFindings, "zones" | "zoneNames">> {
  const { names, zoneIds } = await aws.getAvailabilityZones(
    { state: "available", filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] },
    opts,
  );
  // Both lists have the same order.
  return { zones: [...names].sort(), zoneNames: Object.fromEntries((zoneIds ?? []).map((id, i) => [id, names[i]!])) };
}

/** VPCs created by earlier deployments of this network: more than one while a VPC is being replaced. */
const lookupManagedVpcs = async (request: PreparedRequest, opts: Options): Promise<string[]> =>
  (await aws.ec2.getVpcs({ tags: managedTags(request, "vpc") }, opts)).ids;

/** DHCP options; undefined if they cannot be read. A VPC without DHCP options has the ID `default`. */
async function lookupDhcpOptions(id: string | undefined, opts: Options): Promise<FoundVpc["dhcp"]> {
  if (id === "default") return { domainName: "", nameServers: [] };
  const options = id ? await optional(aws.ec2.getVpcDhcpOptions({ dhcpOptionsId: id }, opts)) : undefined;
  return options && { domainName: options.domainName || "", nameServers: options.domainNameServers ?? [] };
}

async function lookupVpc(request: PreparedRequest, id: string, opts: Options): Promise<NetworkFindings["vpc"]> {
  const vpc = await optional(aws.ec2.getVpc({ id }, opts));
  if (!vpc) return undefined;
  const [dhcp, attached] = await Promise.all([lookupDhcpOptions(vpc.dhcpOptionsId, opts), lookupAttached(request, id, opts)]);
  return {
    ranges: (vpc.cidrBlockAssociations ?? []).filter(({ state }) => state === "associated").map(({ cidrBlock }) => cidrBlock),
    dnsSupport: vpc.enableDnsSupport,
    dnsHostnames: vpc.enableDnsHostnames,
    tenancy: vpc.instanceTenancy,
    ownerId: vpc.ownerId || request.accountId,
    ...(dhcp && { dhcp }),
    attached,
  };
}

async function lookupInternetGateway(vpcId: string, opts: Options): Promise<NetworkFindings["internetGateway"]> {
  const gateway = await optional(aws.ec2.getInternetGateway({ filters: [{ name: "attachment.vpc-id", values: [vpcId] }] }, opts));
  return gateway && { id: gateway.internetGatewayId, tags: gateway.tags ?? {} };
}

async function lookupFlowLogRole(arn: string, opts: Options): Promise<NetworkFindings["flowLogRole"]> {
  const role = await optional(aws.iam.getRole({ name: arn.split("/").at(-1)! }, opts));
  return role && { arn: role.arn, trust: role.assumeRolePolicy };
}

/**
 * The network's VPC, if it exists, and its subnets: the existing subnets in the settings, or all subnets in the VPC.
 */
async function lookupVpcSubnets(request: PreparedRequest, opts: Options): Promise<{ vpcId?: string; subnets: FoundSubnet[] }> {
  const { mode, vpcId, subnetIds = [] } = request.vpcSettings;
  const vpcIds = mode === "new" ? await lookupManagedVpcs(request, opts) : vpcId ? [vpcId] : [];
  const withRoutes = mode === "existing-subnets";
  const ids = withRoutes ? subnetIds : await lookupSubnetIds(vpcIds, opts);
  const subnets = await Promise.all(ids.map((id) => lookupSubnet(id, withRoutes, opts)));
  return { vpcId: vpcIds[0], subnets: subnets.filter((subnet) => subnet !== undefined) };
}

/** The network's endpoints that already exist in the VPC. */
async function lookupEndpoints(
  request: PreparedRequest,
  vpcId: string,
  services: NetworkFindings["services"],
  opts: Options,
): Promise<FoundEndpoint[]> {
  const endpoints = await Promise.all(
    (Object.keys(services) as EndpointName[]).map((name) => {
      const service = services[name];
      return service && lookupEndpoint(name, service.serviceName, vpcId, managedTags(request, name), opts);
    }),
  );
  return endpoints.filter((endpoint) => endpoint !== undefined);
}

/** The domains of central endpoints that a private hosted zone of this account answers in the VPC. */
async function lookupCentralZones(request: PreparedRequest, vpcId: string, opts: Options): Promise<string[]> {
  const domains = centralEndpointsOf(request).flatMap((name) => endpointZones(name, request).map(({ domain }) => domain));
  const zones = await Promise.all(domains.map((name) => optional(aws.route53.getZone({ name, privateZone: true, vpcId }, opts))));
  return domains.filter((_, i) => zones[i]);
}

export async function lookupNetwork(request: PreparedRequest, opts: Options): Promise<NetworkFindings> {
  const { vpcSettings, network, endpointPlan, sharedEndpoints, paths } = request;
  const { mode, s3EndpointId } = vpcSettings;
  // Also looks up endpoints that the existing VPC can have: omitted endpoints that a feature requires, and central endpoints.
  const names = [
    ...new Set([...endpointPlan.names, ...endpointPlan.missing.map(({ endpoint }) => endpoint), ...centralEndpointsInVpc(request)]),
  ];
  const existingVpcId = mode === "new" ? undefined : vpcSettings.vpcId;
  const [zones, offered, { vpcId, subnets }, vpc, s3Endpoint, s3GatewayOfVpc, internetGateway, flowLogRole, peerings, centralZones] =
    await Promise.all([
      lookupZones(opts),
      Promise.all(names.map((name) => lookupEndpointService(name, request, opts))),
      lookupVpcSubnets(request, opts),
      existingVpcId ? lookupVpc(request, existingVpcId, opts) : undefined,
      existingVpcId && s3EndpointId ? lookupS3Endpoint(s3EndpointId, opts) : undefined,
      existingVpcId && mode === "existing-subnets" ? lookupS3GatewayOfVpc(request, existingVpcId, opts) : undefined,
      existingVpcId ? lookupInternetGateway(existingVpcId, opts) : undefined,
      network.flowLogRoleArn ? lookupFlowLogRole(network.flowLogRoleArn, opts) : undefined,
      paths.sharedEndpoints ? lookupPeerings(request, opts) : undefined,
      existingVpcId ? lookupCentralZones(request, existingVpcId, opts) : undefined,
    ]);
  const services: NetworkFindings["services"] = Object.fromEntries(names.map((name, i) => [name, offered[i]]));
  // In a VPC created by Cloister, existing endpoints matter only when the network changes to shared endpoints.
  const hasRelevantEndpoints = mode === "new" ? sharedEndpoints !== undefined : vpc !== undefined;
  const endpoints = vpcId && hasRelevantEndpoints ? await lookupEndpoints(request, vpcId, services, opts) : [];
  const counts = await lookupCounts(request, { vpcId, peerings }, opts);
  return {
    ...zones,
    counts,
    services,
    vpc,
    subnets,
    endpoints,
    s3Endpoint,
    s3GatewayOfVpc,
    internetGateway,
    flowLogRole,
    peerings,
    centralZones,
  };
}
