// Reads from the settings of a stage which permissions its deploy role needs beside those of every stage. Pure.
import { type AwsContext } from "../../aws/context";
import { type DeployOptions } from "./permissions";

/** The validated settings of a stage. */
export interface StageSettings {
  accounts?: readonly {
    id: string;
    mode?: string;
    vpcId?: string | undefined;
    subnetIds?: readonly string[] | undefined;
    s3EndpointId?: string | undefined;
  }[];
  network?: {
    egress?: string;
    features?: readonly string[];
    centralEndpoints?: object | undefined;
    flowLogRoleArn?: string | undefined;
    mirrorServiceName?: string | undefined;
    mirrorHost?: string | undefined;
  };
}

/** One list for all accounts, because a StackSet has one template. */
export function deployOptionsOf(
  { accounts = [], network = {} }: StageSettings,
  { partition, region }: Omit<AwsContext, "accountId">,
): DeployOptions {
  const { mirrorServiceName: serviceName, mirrorHost: host } = network;
  return {
    nat: network.egress === "nat",
    centralEndpoints: network.centralEndpoints !== undefined,
    ...(network.features?.includes("mirror") &&
      serviceName !== undefined && { mirror: { serviceName, ...(host !== undefined && { host }) } }),
    networkArns: accounts.flatMap(({ id, mode, vpcId, subnetIds = [], s3EndpointId }) =>
      [
        ...(vpcId === undefined ? [] : [`vpc/${vpcId}`]),
        ...subnetIds.map((subnet) => `subnet/${subnet}`),
        // Only created subnets have route tables that the deployment associates with the endpoint.
        ...(mode === "existing-vpc" && s3EndpointId !== undefined ? [`vpc-endpoint/${s3EndpointId}`] : []),
      ].map((resource) => `arn:${partition}:ec2:${region}:${id}:${resource}`),
    ),
    flowLogRoleArns: network.flowLogRoleArn === undefined ? [] : [network.flowLogRoleArn],
  };
}
