import * as pulumi from "@pulumi/pulumi";
import { type EnvironmentFacts } from "./lifecycle";

/** What code that runs in an environment has to know of it. */
export interface FactsArgs {
  /** `fraud-dev` */
  environment: string;
  /** Whether the environment's roles refuse jobs whose volumes are not under their key. */
  needsVolumeKey: boolean;
  /** `eu-central-1` */
  region: string;
  /** `vpc-…` without a way out. */
  vpcId: pulumi.Input<string>;
  /** Private subnets of that VPC, `subnet-…`. */
  subnetIds: pulumi.Input<string>[];
  /** Group of jobs, `sg-…`. */
  workloadSecurityGroupId: pulumi.Input<string>;
  /** Key of the bucket of data, `arn:…:key/…`. */
  dataKeyArn: pulumi.Input<string>;
  /** Key that volumes of jobs have to be under, `arn:…:key/…`: that of data, unless its bucket was brought. */
  jobVolumeKeyArn: pulumi.Input<string>;
  dataBucketName: pulumi.Input<string>;
  modelBucketName: pulumi.Input<string>;
}

export const factsOf = (args: FactsArgs): pulumi.Output<EnvironmentFacts> =>
  pulumi
    .all([
      args.vpcId,
      pulumi.all(args.subnetIds),
      args.workloadSecurityGroupId,
      args.dataKeyArn,
      args.jobVolumeKeyArn,
      args.dataBucketName,
      args.modelBucketName,
    ])
    .apply(([vpcId, subnetIds, group, dataKeyArn, jobVolumeKeyArn, dataBucketName, modelBucketName]) => ({
      environment: args.environment,
      needsVolumeKey: args.needsVolumeKey,
      region: args.region,
      vpcId,
      subnetIds,
      securityGroupIds: [group],
      dataKeyArn,
      jobVolumeKeyArn,
      dataBucketName,
      modelBucketName,
    }));
