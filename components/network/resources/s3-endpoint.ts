import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { nameTag } from "./name-tag";
import { type ZoneSubnet } from "./subnets";

export interface S3Endpoint {
  /** `vpce-…` */
  id: pulumi.Output<string>;
  /** S3 prefix list, for security group rules. */
  prefixListId: pulumi.Input<string>;
}

const serviceNameOf = (region: string) => `com.amazonaws.${region}.s3`;

export interface S3EndpointArgs {
  vpcId: pulumi.Output<string>;
  subnets: ZoneSubnet[];
  /** `eu-central-1` */
  region: string;
  policy: pulumi.Input<string>;
}

/** An S3 gateway endpoint with its policy, for the route tables of the subnets. */
export function createS3Endpoint(name: string, { vpcId, subnets, region, policy }: S3EndpointArgs, parent: pulumi.Resource): S3Endpoint {
  // Existing subnets can share a route table.
  const routeTableIds = pulumi
    .all(subnets.flatMap(({ routeTableId }) => (routeTableId === undefined ? [] : [routeTableId])))
    .apply((ids) => [...new Set(ids)]);
  return new aws.ec2.VpcEndpoint(
    `${name}-s3`,
    {
      vpcId,
      serviceName: serviceNameOf(region),
      vpcEndpointType: "Gateway",
      routeTableIds,
      policy,
      ...nameTag(name, "s3"),
    },
    { parent },
  );
}

/** Uses an existing S3 gateway endpoint, and associates the endpoint with the route tables created by Cloister. */
export function useS3Endpoint(
  name: string,
  { endpointId, createdSubnets, region }: { endpointId: string; createdSubnets: ZoneSubnet[]; region: string },
  parent: pulumi.Resource,
): S3Endpoint {
  for (const { zone, routeTableId } of createdSubnets)
    new aws.ec2.VpcEndpointRouteTableAssociation(
      `${name}-s3-of-${zone}`,
      { vpcEndpointId: endpointId, routeTableId: routeTableId! },
      { parent },
    );
  return {
    id: pulumi.output(endpointId),
    prefixListId: aws.ec2.getPrefixListOutput({ name: serviceNameOf(region) }, { parent }).id,
  };
}
