import { DataBucket, ExistingBucket } from "@cloister/components/storage";
import type * as pulumi from "@pulumi/pulumi";
import { type EnvironmentPlan } from "./preflight";

export type EnvironmentBuckets = ReturnType<typeof createBuckets>;

export interface BucketArgs {
  /** Key for buckets created by Cloister, `arn:…:key/…`. */
  keyArn: pulumi.Input<string>;
  /** Bucket for the access logs of buckets created by Cloister. */
  logBucketName: pulumi.Input<string>;
}

/** The data bucket and the model bucket of an environment, each created by Cloister or existing. */
export function createBuckets({ name, context, settings }: EnvironmentPlan, args: BucketArgs, opts: pulumi.ComponentResourceOptions) {
  const create = (kind: "data" | "models") => {
    const { existing, objectLock, ...lifecycle } = settings[kind];
    return existing
      ? new ExistingBucket(`${name}-${kind}`, { ...context, ...existing }, opts)
      : new DataBucket(`${name}-${kind}`, { ...args, lifecycle, objectLock, purge: settings.purge }, opts);
  };
  return { data: create("data"), models: create("models") };
}

/** Restricts both buckets to the perimeter. Requires the S3 endpoint and the pipeline role. */
export function restrictBuckets(
  { name, perimeterAccess }: EnvironmentPlan,
  { data, models }: EnvironmentBuckets,
  s3EndpointId: pulumi.Input<string>,
  pipelineRoleArn: pulumi.Input<string>,
): void {
  for (const bucket of [data, models])
    bucket.restrictToPerimeter({
      ...perimeterAccess,
      owner: name,
      vpcEndpointIds: [s3EndpointId],
      // SageMaker Pipelines reads the data that steps exchange from a network owned by AWS.
      serviceRoleArns: [...perimeterAccess.serviceRoleArns, pipelineRoleArn],
      keepsRegistered: bucket === models,
    });
}
