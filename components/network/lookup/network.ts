// Looks up everything in AWS that a network plan depends on. Reads only.
import * as aws from "@pulumi/aws";
import { optional, type Options } from "../../aws/lookup";
import { type EndpointName } from "../catalogue";
import { managedTags } from "../managed-tags";
import { type PreparedRequest } from "../request";
import { lookupCounts } from "./counts";
import { lookupEndpoint, lookupEndpointService, lookupS3Endpoint, lookupS3GatewayOfVpc } from "./endpoints";
import { type FoundEndpoint, type FoundSubnet, type NetworkFindings } from "./findings";
import { lookupPeerings } from "./peerings";
import { lookupSubnet, lookupSubnetIds } from "./subnets";

/** Availability Zones in the region, in alphabetical order, without Local Zones and Wavelength Zones. */
async function lookupZones(opts: Options): Promise<string[]> {
  const { names } = await aws.getAvailabilityZones(
    { state: "available", filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] },
    opts,
  );
  return [...names].sort();
}

/** VPCs created by earlier deployments of this network: more than one while a VPC is being replaced. */
const lookupManagedVpcs = async (request: PreparedRequest, opts: Options): Promise<string[]> =>
  (await aws.ec2.getVpcs({ tags: managedTags(request, "vpc") }, opts)).ids;

async function lookupVpc(id: string, opts: Options): Promise<NetworkFindings["vpc"]> {
  const vpc = await optional(aws.ec2.getVpc({ id }, opts));
  return (
    vpc && {
      ranges: vpc.cidrBlockAssociations.filter(({ state }) => state === "associated").map(({ cidrBlock }) => cidrBlock),
      dnsSupport: vpc.enableDnsSupport,
      dnsHostnames: vpc.enableDnsHostnames,
      tenancy: vpc.instanceTenancy,
    }
  );
}

async function lookupInternetGateway(vpcId: string, opts: Options): Promise<NetworkFindings["internetGateway"]> {
  const gateway = await optional(aws.ec2.getInternetGateway({ filters: [{ name: "attachment.vpc-id", values: [vpcId] }] }, opts));
  return gateway && { id: gateway.internetGatewayId, tags: gateway.tags };
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

export async function lookupNetwork(request: PreparedRequest, opts: Options): Promise<NetworkFindings> {
  const { vpcSettings, network, endpointPlan, sharedEndpoints, paths } = request;
  const { mode, s3EndpointId } = vpcSettings;
  // Also looks up omitted endpoints that a feature requires, because the existing VPC can have these endpoints.
  const names = [...new Set([...endpointPlan.names, ...endpointPlan.missing.map(({ endpoint }) => endpoint)])];
  const existingVpcId = mode === "new" ? undefined : vpcSettings.vpcId;
  const [zones, offered, { vpcId, subnets }, vpc, s3Endpoint, s3GatewayOfVpc, internetGateway, flowLogRole, peerings] = await Promise.all([
    lookupZones(opts),
    Promise.all(names.map((name) => lookupEndpointService(name, request, opts))),
    lookupVpcSubnets(request, opts),
    existingVpcId ? lookupVpc(existingVpcId, opts) : undefined,
    existingVpcId && s3EndpointId ? lookupS3Endpoint(s3EndpointId, opts) : undefined,
    existingVpcId && mode === "existing-subnets" ? lookupS3GatewayOfVpc(request, existingVpcId, opts) : undefined,
    existingVpcId && network.egress === "nat" ? lookupInternetGateway(existingVpcId, opts) : undefined,
    network.flowLogRoleArn ? lookupFlowLogRole(network.flowLogRoleArn, opts) : undefined,
    paths.sharedEndpoints ? lookupPeerings(request, opts) : undefined,
  ]);
  const services: NetworkFindings["services"] = Object.fromEntries(names.map((name, i) => [name, offered[i]]));
  // In a VPC created by Cloister, existing endpoints matter only when the network changes to shared endpoints.
  const hasRelevantEndpoints = mode === "new" ? sharedEndpoints !== undefined : vpc !== undefined;
  const endpoints = vpcId && hasRelevantEndpoints ? await lookupEndpoints(request, vpcId, services, opts) : [];
  const counts = await lookupCounts(request, { vpcId, peerings }, opts);
  return { counts, zones, services, vpc, subnets, endpoints, s3Endpoint, s3GatewayOfVpc, internetGateway, flowLogRole, peerings };
}
