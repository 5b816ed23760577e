import * as pulumi from "@pulumi/pulumi";

/** Facts about an environment that scripts of apps and notebook instances provide to code. */
export interface ScriptFacts {
  /** `fraud-dev` */
  environment: string;
  /** Tags that the roles require on what code creates. */
  tags: Record<string, string>;
  /** `eu-central-1` */
  region: string;
  /** `vpc-…` */
  vpcId: string;
  /** Subnets for jobs, `subnet-…`. */
  subnetIds: string[];
  /** Security groups for jobs, `sg-…`. */
  securityGroupIds: string[];
  /** Key for the data bucket, `arn:…:key/…`. */
  dataKeyArn: string;
  /** Key for job volumes, `arn:…:key/…`. */
  jobVolumeKeyArn: string;
  dataBucketName: string;
  modelBucketName: string;
  /** Whether service roles can start only jobs whose volumes are encrypted with `jobVolumeKeyArn`. */
  needsVolumeKey: boolean;
  /** Whether JupyterLab offers downloads to the browser. */
  allowsDownloads: boolean;
}

export interface ScriptFactsArgs extends Pick<ScriptFacts, "environment" | "needsVolumeKey" | "allowsDownloads" | "region" | "tags"> {
  vpcId: pulumi.Input<string>;
  subnetIds: pulumi.Input<string>[];
  /** Security group for jobs, `sg-…`. */
  workloadSecurityGroupId: pulumi.Input<string>;
  dataKeyArn: pulumi.Input<string>;
  /** The environment's data key. Differs from `dataKeyArn` if the data bucket is an existing bucket. */
  jobVolumeKeyArn: pulumi.Input<string>;
  dataBucketName: pulumi.Input<string>;
  modelBucketName: pulumi.Input<string>;
}

/** The facts, when all IDs are known. */
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
      tags: args.tags,
      needsVolumeKey: args.needsVolumeKey,
      allowsDownloads: args.allowsDownloads,
      region: args.region,
      vpcId,
      subnetIds,
      securityGroupIds: [securityGroupId],
      dataKeyArn,
      jobVolumeKeyArn,
      dataBucketName,
      modelBucketName,
    }));
