import * as pulumi from "@pulumi/pulumi";

/** Facts of an environment that the scripts of apps and notebook instances give to code. */
export interface ScriptFacts {
  /** `fraud-dev`, the value of the tag `cloister:environment`. */
  environment: string;
  /** `eu-central-1` */
  region: string;
  /** `vpc-…` */
  vpcId: string;
  /** Subnets of jobs, `subnet-…`. */
  subnetIds: string[];
  /** Security groups of jobs, `sg-…`. */
  securityGroupIds: string[];
  /** Key of the data bucket, `arn:…:key/…`. */
  dataKeyArn: string;
  /** Key of job volumes, `arn:…:key/…`. */
  jobVolumeKeyArn: string;
  dataBucketName: string;
  modelBucketName: string;
  /** Whether the service roles deny jobs whose volumes are not encrypted with `jobVolumeKeyArn`. */
  needsVolumeKey: boolean;
}

export interface ScriptFactsArgs extends Pick<ScriptFacts, "environment" | "needsVolumeKey" | "region"> {
  vpcId: pulumi.Input<string>;
  subnetIds: pulumi.Input<string>[];
  /** Security group of jobs, `sg-…`. */
  workloadSecurityGroupId: pulumi.Input<string>;
  dataKeyArn: pulumi.Input<string>;
  /** The data key of the environment, which differs from `dataKeyArn` if the data bucket is an existing one. */
  jobVolumeKeyArn: pulumi.Input<string>;
  dataBucketName: pulumi.Input<string>;
  modelBucketName: pulumi.Input<string>;
}

/** The facts, once all ids are known. */
export const scriptFacts = (args: ScriptFactsArgs): pulumi.Output<ScriptFacts> =>
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
    .apply(([vpcId, subnetIds, securityGroupId, dataKeyArn, jobVolumeKeyArn, dataBucketName, modelBucketName]) => ({
      environment: args.environment,
      needsVolumeKey: args.needsVolumeKey,
      region: args.region,
      vpcId,
      subnetIds,
      securityGroupIds: [securityGroupId],
      dataKeyArn,
      jobVolumeKeyArn,
      dataBucketName,
      modelBucketName,
    }));
