// Implements Amazon ECS: clusters, task definitions and services. No container runs.
import { AwsError } from "../../aws-error";
import { nativeService, type Operation } from "../../service";
import { serviceOperations } from "./services";
import { arnOf, type Cluster, clusterOf, type Ecs, invalid, type State, type Tag } from "./state";
import { taskDefinitionOperations } from "./task-definitions";

const servicesOf = ({ state }: Ecs, { clusterArn }: Cluster) =>
  Object.values(state.services).filter(({ service }) => service.clusterArn === clusterArn && service.status !== "INACTIVE");

const described = (context: Ecs, cluster: Cluster, include: unknown) => ({
  ...cluster,
  activeServicesCount: servicesOf(context, cluster).length,
  ...((include as string[] | undefined)?.includes("TAGS") && { tags: context.state.tags[cluster.clusterArn] ?? [] }),
});

const clusterOperations: Record<string, Operation<State>> = {
  CreateCluster({ clusterName = "default", tags = [], settings = [{ name: "containerInsights", value: "disabled" }] }, context) {
    const name = String(clusterName);
    if (!/^[a-zA-Z][\w-]{0,254}$/.test(name)) throw invalid("Invalid cluster name.");
    const existing = context.state.clusters[name];
    // Source: AWS API `CreateCluster` returns an existing cluster.
    if (existing?.status === "ACTIVE") return { cluster: described(context, existing, []) };
    const cluster: Cluster = {
      clusterArn: arnOf(context, `cluster/${name}`),
      clusterName: name,
      status: "ACTIVE",
      settings,
      capacityProviders: [],
      defaultCapacityProviderStrategy: [],
    };
    context.state.clusters[name] = cluster;
    context.state.tags[cluster.clusterArn] = tags as Tag[];
    return { cluster: described(context, cluster, ["TAGS"]) };
  },
  DescribeClusters({ clusters = ["default"], include }, context) {
    const names = (clusters as string[]).map((name) => name.split("/").at(-1)!);
    return {
      clusters: names.flatMap((name) => {
        const cluster = context.state.clusters[name];
        return cluster ? [described(context, cluster, include)] : [];
      }),
      failures: names
        .filter((name) => !context.state.clusters[name])
        .map((name) => ({ arn: arnOf(context, `cluster/${name}`), reason: "MISSING" })),
    };
  },
  DeleteCluster({ cluster: name }, context) {
    const cluster = clusterOf(context, name);
    if (servicesOf(context, cluster).length > 0)
      throw new AwsError("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.");
    cluster.status = "INACTIVE";
    return { cluster: described(context, cluster, []) };
  },
};

function tagsOf({ state }: Ecs, arn: unknown): Tag[] {
  const tags = state.tags[String(arn)];
  if (!tags) throw invalid(`The specified resource is not found: ${String(arn)}`);
  return tags;
}

const tagOperations: Record<string, Operation<State>> = {
  ListTagsForResource: ({ resourceArn }, context) => ({ tags: tagsOf(context, resourceArn) }),
  TagResource({ resourceArn, tags }, context) {
    const added = tags as Tag[];
    const kept = tagsOf(context, resourceArn).filter(({ key }) => !added.some((tag) => tag.key === key));
    if (kept.length + added.length > 50) throw invalid("The number of tags exceeds the limit of 50.");
    context.state.tags[String(resourceArn)] = [...kept, ...added];
    return {};
  },
  UntagResource({ resourceArn, tagKeys }, context) {
    const kept = tagsOf(context, resourceArn).filter(({ key }) => !(tagKeys as string[]).includes(key));
    context.state.tags[String(resourceArn)] = kept;
    return {};
  },
};

export const ecs = nativeService<State>({
  scope: "ecs",
  model: "ecs",
  violation: { code: "InvalidParameterException" },
  initial: () => ({ clusters: {}, families: {}, services: {}, tags: {} }),
  operations: { ...clusterOperations, ...taskDefinitionOperations, ...serviceOperations, ...tagOperations },
  // Deregistered task definitions and deleted clusters stay INACTIVE in AWS.
  leftovers: ({ clusters, families, services }) => [
    ...Object.values(clusters)
      .filter(({ status }) => status === "ACTIVE")
      .map(({ clusterName }) => ({ type: "Cluster", id: clusterName })),
    ...Object.values(families).flatMap((revisions) =>
      revisions
        .filter(({ status }) => status === "ACTIVE")
        .map(({ family, revision }) => ({ type: "TaskDefinition", id: `${family}:${revision}` })),
    ),
    ...Object.entries(services)
      .filter(([, { service }]) => service.status === "ACTIVE")
      .map(([id]) => ({ type: "Service", id })),
  ],
});
