// What AWS tells about a network before the first resource. Reads only.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type EndpointName } from "./catalogue";
import { planEndpoints, serviceNames } from "./endpoints";
import { choiceOf, type NetworkFindings, type FoundEndpoint, type FoundSubnet, type NetworkRequest, managedTags } from "./request";

type Options = pulumi.InvokeOptions;

/** What a look-up finds; nothing when there is no such thing. Other failures, such as missing rights, stay failures. */
async function found<T>(lookupNetwork: Promise<T>): Promise<T | undefined> {
  try {
    return await lookupNetwork;
  } catch (error) {
    if (/no matching|no results|NotFound|NoSuchEntity|couldn't find|does not exist|empty result/i.test((error as Error).message))
      return undefined;
    throw error;
  }
}

const byVpc = (vpcId: string, filters: { name: string; values: string[] }[] = []) => [{ name: "vpc-id", values: [vpcId] }, ...filters];

/** The zones of the region in the order of their names, local and wavelength zones left out. */
async function zonesOf(opts: Options): Promise<string[]> {
  const { names } = await aws.getAvailabilityZones(
    { state: "available", filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] },
    opts,
  );
  return [...names].sort();
}

/** Where a service has endpoints; nothing when the region does not have it. */
async function serviceOf(name: EndpointName, request: NetworkRequest, opts: Options) {
  for (const serviceName of serviceNames(name, request.region, request.partition)) {
    const service = await found(aws.ec2.getVpcEndpointService({ serviceName, serviceType: "Interface" }, opts));
    if (service) return { serviceName, zones: service.availabilityZones };
  }
  return undefined;
}

/** The routes that a subnet uses: those of its own table, else of the VPC's main one. */
async function tableOf(subnetId: string, vpcId: string, opts: Options) {
  const main = [{ name: "association.main", values: ["true"] }];
  return (
    (await found(aws.ec2.getRouteTable({ subnetId }, opts))) ?? (await found(aws.ec2.getRouteTable({ filters: byVpc(vpcId, main) }, opts)))
  );
}

async function subnetOf(id: string, withRoutes: boolean, opts: Options): Promise<FoundSubnet | undefined> {
  const subnet = await found(aws.ec2.getSubnet({ id }, opts));
  if (!subnet) return undefined;
  const table = withRoutes ? await tableOf(id, subnet.vpcId, opts) : undefined;
  return {
    id,
    vpcId: subnet.vpcId,
    zone: subnet.availabilityZone,
    cidr: subnet.cidrBlock,
    free: subnet.availableIpAddressCount,
    isPublic: subnet.mapPublicIpOnLaunch || subnet.assignIpv6AddressOnCreation,
    tags: subnet.tags,
    routeTableId: table?.routeTableId,
    routes: (table?.routes ?? []).map((route) => ({
      destination: route.cidrBlock || route.ipv6CidrBlock || route.destinationPrefixListId,
      target:
        [
          route.gatewayId,
          route.natGatewayId,
          route.egressOnlyGatewayId,
          route.carrierGatewayId,
          route.transitGatewayId,
          route.vpcPeeringConnectionId,
          route.networkInterfaceId,
          route.localGatewayId,
          route.coreNetworkArn,
          route.vpcEndpointId,
        ].find(Boolean) ?? "",
    })),
  };
}

/** The S3 gateway endpoint that a VPC has already: ours before others, if there are several. */
async function s3GatewayOf(request: NetworkRequest, vpcId: string, opts: Options): Promise<NetworkFindings["s3Present"]> {
  const one = (tags?: Record<string, string>) =>
    found(
      aws.ec2.getVpcEndpoint(
        {
          vpcId,
          serviceName: `com.amazonaws.${request.region}.s3`,
          filters: [{ name: "vpc-endpoint-type", values: ["Gateway"] }],
          ...(tags && { tags }),
        },
        opts,
      ),
    );
  const own = await one(managedTags(request, "s3"));
  if (own) return { id: own.id, isManaged: true, routeTableIds: own.routeTableIds };
  try {
    const other = await one();
    return other && { id: other.id, isManaged: false, routeTableIds: other.routeTableIds };
  } catch (error) {
    if (!/multiple/i.test((error as Error).message)) throw error;
    return { id: "several", isManaged: false, routeTableIds: [] };
  }
}

/** The endpoint of a service in a VPC that answers its private names, or that is ours. */
async function endpointOf(name: EndpointName, serviceName: string, vpcId: string, ownTags: Record<string, string>, opts: Options) {
  const one = async (tags?: Record<string, string>): Promise<FoundEndpoint | undefined> => {
    const endpoint = await found(aws.ec2.getVpcEndpoint({ vpcId, serviceName, ...(tags && { tags }) }, opts));
    return endpoint && { name, id: endpoint.id, isPrivate: endpoint.privateDnsEnabled, tags: endpoint.tags, ...rest(endpoint) };
  };
  const rest = ({ subnetIds, securityGroupIds }: aws.ec2.GetVpcEndpointResult) => ({ subnetIds, securityGroupIds });
  try {
    return await one();
  } catch (error) {
    // Several endpoints of a service, of which one at most answers the private names.
    if (!/multiple/i.test((error as Error).message)) throw error;
    return (await one(ownTags)) ?? { name, id: "several", isPrivate: true, tags: {}, subnetIds: [], securityGroupIds: [] };
  }
}

/** The VPC that an earlier deployment of this network made; more of them while one takes the other's place. */
const ownVpcs = (request: NetworkRequest, opts: Options): Promise<string[]> =>
  aws.ec2.getVpcs({ tags: managedTags(request, "vpc") }, opts).then(({ ids }) => ids);

const subnetsOf = async (vpcIds: string[], opts: Options): Promise<string[]> =>
  vpcIds.length === 0 ? [] : (await aws.ec2.getSubnets({ filters: [{ name: "vpc-id", values: vpcIds }] }, opts)).ids;

const active = { name: "status-code", values: ["active"] };

/** Peerings with core's endpoints, and where these lead. */
async function peeringOf(
  { name, sharedEndpoints, vpcSettings }: NetworkRequest,
  opts: Options,
): Promise<NonNullable<NetworkFindings["peering"]>> {
  const ids = (filters: { name: string; values: string[] }[]) =>
    aws.ec2.getVpcPeeringConnections({ filters: [active, ...filters] }, opts).then((answer) => answer.ids);
  const table = sharedEndpoints?.routeTableIds[0];
  const between =
    sharedEndpoints?.vpcId && vpcSettings.vpcId
      ? [
          { name: "requester-vpc-info.vpc-id", values: [vpcSettings.vpcId] },
          { name: "accepter-vpc-info.vpc-id", values: [sharedEndpoints.vpcId] },
        ]
      : undefined;
  const [own, all, routes] = await Promise.all([
    ids([{ name: "tag:Name", values: [`${name}-central`] }]),
    between ? ids(between) : [],
    table ? found(aws.ec2.getRouteTable({ routeTableId: table }, opts)) : undefined,
  ]);
  return {
    own,
    others: all.filter((id) => !own.includes(id)),
    routes: (routes?.routes ?? []).map(({ cidrBlock, vpcPeeringConnectionId }) => ({
      destination: cidrBlock,
      target: vpcPeeringConnectionId,
    })),
  };
}

/** Asks AWS all that the plan of a network needs to know. */
export async function lookupNetwork(request: NetworkRequest, opts: Options): Promise<NetworkFindings> {
  const { vpcSettings, network } = request;
  const { names, missed } = planEndpoints(choiceOf(request));
  const wanted = [...new Set([...names, ...missed.map(({ endpoint }) => endpoint)])];
  const exists = vpcSettings.mode !== "new" && vpcSettings.vpcId !== undefined;
  const vpcId = vpcSettings.vpcId ?? "";
  const withRoutes = vpcSettings.mode === "existing-subnets";
  const roleName = network.flowLogRoleArn?.split("/").at(-1);

  const own = vpcSettings.mode === "new" ? await ownVpcs(request, opts) : [];
  const [zones, services, vpc, subnetIds, s3, s3Present, gateway, role, peering] = await Promise.all([
    zonesOf(opts),
    Promise.all(wanted.map(async (endpoint) => [endpoint, await serviceOf(endpoint, request, opts)] as const)),
    exists ? found(aws.ec2.getVpc({ id: vpcId }, opts)) : undefined,
    withRoutes ? (vpcSettings.subnetIds ?? []) : subnetsOf(exists ? [vpcId] : own, opts),
    exists && vpcSettings.s3EndpointId ? found(aws.ec2.getVpcEndpoint({ id: vpcSettings.s3EndpointId }, opts)) : undefined,
    exists && withRoutes ? s3GatewayOf(request, vpcId, opts) : undefined,
    exists && network.egress === "nat"
      ? found(aws.ec2.getInternetGateway({ filters: [{ name: "attachment.vpc-id", values: [vpcId] }] }, opts))
      : undefined,
    roleName ? found(aws.iam.getRole({ name: roleName }, opts)) : undefined,
    request.paths.sharedEndpoints ? peeringOf(request, opts) : undefined,
  ]);
  const withEndpoints = vpc ? vpcId : request.sharedEndpoints ? own[0] : undefined;
  const subnets = await Promise.all(subnetIds.map((id) => subnetOf(id, withRoutes, opts)));
  const offered = Object.fromEntries(services) as NetworkFindings["services"];
  const endpoints = withEndpoints
    ? await Promise.all(
        wanted.map((endpoint) => {
          const service = offered[endpoint];
          return service && endpointOf(endpoint, service.serviceName, withEndpoints, managedTags(request, endpoint), opts);
        }),
      )
    : [];
  return {
    zones,
    services: offered,
    ...(vpc && {
      vpc: {
        ranges: vpc.cidrBlockAssociations.filter(({ state }) => state === "associated").map(({ cidrBlock }) => cidrBlock),
        dnsSupport: vpc.enableDnsSupport,
        dnsHostnames: vpc.enableDnsHostnames,
        tenancy: vpc.instanceTenancy,
      },
    }),
    subnets: subnets.filter((one) => one !== undefined),
    endpoints: endpoints.filter((one) => one !== undefined),
    ...(s3 && {
      s3: { id: s3.id, vpcId: s3.vpcId, type: s3.vpcEndpointType, serviceName: s3.serviceName, routeTableIds: s3.routeTableIds },
    }),
    ...(s3Present && { s3Present }),
    ...(gateway && { internetGateway: { id: gateway.internetGatewayId, tags: gateway.tags } }),
    ...(peering && { peering }),
    ...(role && { flowLogRole: { arn: role.arn, trust: role.assumeRolePolicy } }),
  };
}
