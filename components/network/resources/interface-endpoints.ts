import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type EndpointName } from "../catalogue";
import { interfacePolicy, type Ownership } from "../endpoint-policies";
import { type PlannedEndpoint } from "../plan/network-plan";
import { nameTag } from "./name-tag";
import { type ZoneSubnet } from "./subnets";

export interface InterfaceEndpointArgs {
  vpcId: pulumi.Input<string>;
  subnets: ZoneSubnet[];
  /** Security group of the endpoints, `sg-…`. */
  securityGroupId: pulumi.Input<string>;
  endpoints: PlannedEndpoint[];
  /** Whether the service names resolve to the endpoints in the VPC. */
  privateDns: boolean;
  ownership: Ownership;
}

/** Creates interface endpoints in their planned Availability Zones, each with its own policy. */
export function createInterfaceEndpoints(
  name: string,
  args: InterfaceEndpointArgs,
  parent: pulumi.Resource,
): { name: EndpointName; endpoint: aws.ec2.VpcEndpoint }[] {
  const { vpcId, subnets, securityGroupId, endpoints, privateDns, ownership } = args;
  return endpoints.map(({ name: endpointName, serviceName, zones }) => ({
    name: endpointName,
    endpoint: new aws.ec2.VpcEndpoint(
      `${name}-${endpointName}`,
      {
        vpcId,
        serviceName,
        vpcEndpointType: "Interface",
        privateDnsEnabled: privateDns,
        subnetIds: subnets.filter(({ zone }) => zones.includes(zone)).map(({ subnetId }) => subnetId),
        securityGroupIds: [securityGroupId],
        policy: interfacePolicy(endpointName, ownership),
        ...nameTag(name, endpointName),
      },
      { parent },
    ),
  }));
}
