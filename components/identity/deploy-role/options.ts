// Reads from the settings of a stage which permissions its deploy role needs beside those of every stage. Pure.
import { type AwsContext } from "../../aws/context";
import { type DeployOptions } from "./permissions";

/** The validated settings of a stage. */
export interface StageSettings {
  accounts?: readonly { id: string; vpcId?: string | undefined; subnetIds?: readonly string[] | undefined }[];
  network?: {
    egress?: string;
    features?: readonly string[];
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
    ...(network.features?.includes("mirror") &&
      serviceName !== undefined && { mirror: { serviceName, ...(host !== undefined && { host }) } }),
    networkArns: accounts.flatMap(({ id, vpcId, subnetIds = [] }) =>
      [...(vpcId === undefined ? [] : [`vpc/${vpcId}`]), ...subnetIds.map((subnet) => `subnet/${subnet}`)].map(
        (resource) => `arn:${partition}:ec2:${region}:${id}:${resource}`,
      ),
    ),
    flowLogRoleArns: network.flowLogRoleArn === undefined ? [] : [network.flowLogRoleArn],
  };
}
