import { ClosedVpc } from "@cloister/components/network";
import { mirrorObjectArns } from "@cloister/components/mirror";
import * as pulumi from "@pulumi/pulumi";
import { type EnvironmentBuckets } from "./buckets";
import { readsBucket } from "./packages";
import { type Core, type EnvironmentPlan } from "./preflight";

/** The network of an environment. The S3 endpoint allows only the environment's buckets and approved packages. */
export function createNetwork(
  { name, context, settings, network, sharedEndpoints, packages }: EnvironmentPlan,
  core: Core,
  { data, models }: EnvironmentBuckets,
  logKeyArn: pulumi.Input<string>,
  opts: pulumi.ComponentResourceOptions,
): ClosedVpc {
  const { securityGroupPerProfile, profiles } = settings.studio;
  return new ClosedVpc(
    name,
    {
      ...context,
      plan: network,
      settings: settings.network,
      bucketArns: [data.arn, models.arn],
      ...(packages && readsBucket(packages) && { packageArns: mirrorObjectArns(context, name, packages.bucketName) }),
      logKeyArn,
      ...(settings.network.flowLogDestination === "log-bucket" && {
        logBucketArn: pulumi.interpolate`arn:${context.partition}:s3:::${core.logBucketName}`,
      }),
      permissionsBoundaryArn: core.permissionsBoundaryArn,
      ...(sharedEndpoints && { sharedEndpoints }),
      ...(securityGroupPerProfile && { profiles: profiles.map((profile) => profile.name) }),
    },
    opts,
  );
}
