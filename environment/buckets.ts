import { DataBucket, ExistingBucket } from "@cloister/components/storage";
import type * as pulumi from "@pulumi/pulumi";
import { type EnvironmentPlan } from "./preflight";

export type EnvironmentBuckets = ReturnType<typeof createBuckets>;

export interface BucketArgs {
  /** Key of buckets that Cloister creates, `arn:…:key/…`. */
  keyArn: pulumi.Input<string>;
  /** Bucket that takes their access logs. */
  logBucketName: pulumi.Input<string>;
}

/** The buckets of an environment: data and models, each created by Cloister or existing. */
export function createBuckets({ name, context, settings }: EnvironmentPlan, args: BucketArgs, opts: pulumi.ComponentResourceOptions) {
  const create = (kind: "data" | "models") => {
    const { existing, objectLock, ...lifecycle } = settings[kind];
    return existing
      ? new ExistingBucket(`${name}-${kind}`, { ...context, ...existing }, opts)
      : new DataBucket(`${name}-${kind}`, { ...args, lifecycle, objectLock, purge: settings.purge }, opts);
  };
  return { data: create("data"), models: create("models") };
}

/** Restricts both buckets to the perimeter, once the network and the pipeline role exist. */
export function restrictBuckets(
  { name, perimeterAccess }: EnvironmentPlan,
  { data, models }: EnvironmentBuckets,
  s3EndpointId: pulumi.Input<string>,
  pipelineRoleArn: pulumi.Input<string>,
): void {
  for (const { restrictToPerimeter } of [data, models])
    restrictToPerimeter({
      ...perimeterAccess,
      owner: name,
      vpcEndpointIds: [s3EndpointId],
      // Pipelines read the data that their steps exchange from SageMaker's own network.
      serviceRoleArns: [...perimeterAccess.serviceRoleArns, pipelineRoleArn],
    });
}
