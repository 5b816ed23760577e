// Reads from the settings of a stage which permissions its deploy role needs in addition to those of every stage. Pure.
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

const named = (type: string, id: string | undefined) => (id === undefined ? undefined : `${type}/${id}`);

/** One list for all accounts, because a StackSet has one template. */
export function deployOptionsOf(
  { accounts = [], network = {} }: StageSettings,
  { partition, region }: Omit<AwsContext, "accountId">,
): DeployOptions {
  const { mirrorServiceName: serviceName, mirrorHost: host } = network;
  const vpcIds = accounts.flatMap(({ mode, vpcId }) => (mode === "new" || vpcId === undefined ? [] : [vpcId]));
  const inSubnets = accounts.filter(({ mode }) => mode === "existing-subnets");
  const arnsOf = (id: string, resources: readonly (string | undefined)[]) =>
    resources.filter((resource) => resource !== undefined).map((resource) => `arn:${partition}:ec2:${region}:${id}:${resource}`);
  return {
    nat: network.egress === "nat",
    centralEndpoints: network.centralEndpoints !== undefined,
    ...(network.features?.includes("mirror") &&
      serviceName !== undefined && {
        mirror: {
          serviceName,
          ...(host !== undefined && { host }),
          ...(vpcIds.length > 0 && vpcIds.length === accounts.length && { vpcIds: [...new Set(vpcIds)] }),
        },
      }),
    vpcArns: accounts
      .filter(({ mode }) => mode === "existing-vpc")
      .flatMap(({ id, vpcId, s3EndpointId }) => arnsOf(id, [named("vpc", vpcId), named("vpc-endpoint", s3EndpointId)])),
    subnetArns: inSubnets.flatMap(({ id, vpcId, subnetIds = [] }) =>
      arnsOf(id, [named("vpc", vpcId), ...subnetIds.map((subnet) => named("subnet", subnet))]),
    ),
    existingRouteTables: inSubnets.some(({ s3EndpointId }) => s3EndpointId === undefined),
    flowLogRoleArns: network.flowLogRoleArn === undefined ? [] : [network.flowLogRoleArn],
  };
}
