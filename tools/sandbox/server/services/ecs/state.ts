// Types and lookups of Amazon ECS.
import { AwsError } from "../../aws-error";
import { type Context } from "../../service";

export type Item = Record<string, unknown>;

export interface Tag {
  key: string;
  value?: string;
}

export interface Cluster extends Item {
  clusterArn: string;
  clusterName: string;
  status: string;
}

export interface TaskDefinition extends Item {
  taskDefinitionArn: string;
  family: string;
  revision: number;
  status: "ACTIVE" | "INACTIVE";
  networkMode?: string;
  containerDefinitions: { name: string; image: string; portMappings?: { containerPort?: number }[] }[];
}

/** A deployment of a service: its service deployment, and the entry in the list `deployments` of the service. */
export interface Deployment {
  arn: string;
  /** Part of the ID of the task set, and of the ARN of the service revision. */
  revision: string;
  status: string;
  statusReason?: string;
  createdAt: number;
  taskDefinition: string;
}

export interface Service extends Item {
  serviceArn: string;
  serviceName: string;
  clusterArn: string;
  status: "ACTIVE" | "DRAINING" | "INACTIVE";
  desiredCount: number;
  runningCount: number;
  taskDefinition: string;
}

export interface State {
  /** By name. */
  clusters: Record<string, Cluster>;
  /** Revisions by family. */
  families: Record<string, TaskDefinition[]>;
  /** By `<cluster>/<service>`. */
  services: Record<string, { service: Service; deployments: Deployment[] }>;
  /** By ARN. */
  tags: Record<string, Tag[]>;
}

export type Ecs = Context<State>;

export const invalid = (message: string) => new AwsError("InvalidParameterException", message);
export const clientError = (message: string) => new AwsError("ClientException", message);

export const arnOf = ({ partition, caller }: Ecs, resource: string) =>
  `arn:${partition}:ecs:${caller.region}:${caller.account}:${resource}`;

const nameIn = (nameOrArn: unknown) => String(nameOrArn).split("/").at(-1)!;

/** A deleted cluster stays `INACTIVE`. Source: AWS API `DeleteCluster`. */
export function clusterOf({ state }: Ecs, nameOrArn: unknown = "default"): Cluster {
  const cluster = state.clusters[nameIn(nameOrArn)];
  if (cluster?.status !== "ACTIVE") throw new AwsError("ClusterNotFoundException", "Cluster not found.");
  return cluster;
}

/** Finds a revision by ARN or `family:revision`, or the latest active revision of a family. */
export function taskDefinitionOf({ state }: Ecs, text: unknown): TaskDefinition {
  const [family = "", revision] = nameIn(text).split(":");
  const all = state.families[family] ?? [];
  const found =
    revision === undefined
      ? all.filter(({ status }) => status === "ACTIVE").at(-1)
      : all.find((task) => String(task.revision) === revision);
  if (!found) throw clientError("Unable to describe task definition.");
  return found;
}

export const serviceKey = (cluster: Cluster, nameOrArn: unknown) => `${cluster.clusterName}/${nameIn(nameOrArn)}`;

export function serviceOf(context: Ecs, cluster: unknown, nameOrArn: unknown) {
  const found = context.state.services[serviceKey(clusterOf(context, cluster), nameOrArn)];
  if (!found) throw new AwsError("ServiceNotFoundException", "Service not found.");
  return found;
}
