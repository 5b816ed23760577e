// Looks up the endpoint services in the region, and the endpoints in a VPC. Reads only.
import * as aws from "@pulumi/aws";
import { optional, type Options } from "../../aws/lookup";
import { type EndpointName } from "../catalogue";
import { type RegionContext, serviceNames } from "../endpoints";
import { managedTags } from "../managed-tags";
import { type NetworkRequest } from "../request";
import { type FoundEndpoint, type NetworkFindings } from "./findings";

type Tags = Record<string, string>;

/**
 * The service of an endpoint, and the Availability Zones that offer the service;
 * `undefined` if the region does not.
 */
export async function lookupEndpointService(name: EndpointName, context: RegionContext, opts: Options) {
  for (const serviceName of serviceNames(name, context)) {
    const service = await optional(aws.ec2.getVpcEndpointService({ serviceName, serviceType: "Interface" }, opts));
    if (service) return { serviceName, zones: service.availabilityZones ?? [], supportsPolicy: service.vpcEndpointPolicySupported };
  }
  return undefined;
}

/** The single result of a lookup; `several` if AWS returns more than one. */
async function single<T>(lookup: Promise<T | undefined>): Promise<T | undefined | "several"> {
  try {
    return await lookup;
  } catch (error) {
    if (/multiple/i.test((error as Error).message)) return "several";
    throw error;
  }
}

/** The endpoint for a service in a VPC. If several exist, the endpoint with the tags. */
export async function lookupEndpoint(
  name: EndpointName,
  serviceName: string,
  vpcId: string,
  tags: Tags,
  opts: Options,
): Promise<FoundEndpoint | undefined> {
  const lookup = (filter: { tags?: Tags } = {}) => optional(aws.ec2.getVpcEndpoint({ vpcId, serviceName, ...filter }, opts));
  const any = await single(lookup());
  const endpoint = any === "several" ? await lookup({ tags }) : any;
  if (endpoint)
    return {
      name,
      id: endpoint.id,
      privateDns: endpoint.privateDnsEnabled ?? false,
      tags: endpoint.tags ?? {},
      subnetIds: endpoint.subnetIds ?? [],
      securityGroupIds: endpoint.securityGroupIds ?? [],
      ...(endpoint.policy && { policy: endpoint.policy }),
    };
  return any === "several" ? { name, id: "several", privateDns: true, tags: {}, subnetIds: [], securityGroupIds: [] } : undefined;
}

export async function lookupS3Endpoint(id: string, opts: Options): Promise<NetworkFindings["s3Endpoint"]> {
  const endpoint = await optional(aws.ec2.getVpcEndpoint({ id }, opts));
  return (
    endpoint && {
      id: endpoint.id,
      vpcId: endpoint.vpcId,
      type: endpoint.vpcEndpointType,
      serviceName: endpoint.serviceName,
      routeTableIds: endpoint.routeTableIds ?? [],
      ...(endpoint.policy && { policy: endpoint.policy }),
    }
  );
}

/** The S3 gateway endpoint in a VPC. If several exist, the endpoint created by Cloister. */
export async function lookupS3GatewayOfVpc(
  request: NetworkRequest,
  vpcId: string,
  opts: Options,
): Promise<NetworkFindings["s3GatewayOfVpc"]> {
  const lookup = (filter: { tags?: Tags } = {}) =>
    optional(
      aws.ec2.getVpcEndpoint(
        {
          vpcId,
          serviceName: `com.amazonaws.${request.region}.s3`,
          filters: [{ name: "vpc-endpoint-type", values: ["Gateway"] }],
          ...filter,
        },
        opts,
      ),
    );
  const managed = await lookup({ tags: managedTags(request, "s3") });
  if (managed) return { id: managed.id, isManaged: true, routeTableIds: managed.routeTableIds ?? [] };
  const other = await single(lookup());
  if (other === "several") return { id: "several", isManaged: false, routeTableIds: [] };
  return other && { id: other.id, isManaged: false, routeTableIds: other.routeTableIds ?? [] };
}
