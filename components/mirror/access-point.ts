import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../aws/context";
import { accessPointName, accessPointPolicy } from "./s3-front";

export interface MirrorAccessPointArgs {
  context: AwsContext;
  /** Bucket of the mirror, in the same account and region. */
  bucketName: pulumi.Input<string>;
  /** Only requests from this VPC can use the access point, `vpc-…`. A change replaces the access point. */
  vpcId: pulumi.Input<string>;
}

/**
 * The access point through which the workloads of one environment read packages. `name` is the environment.
 * Source: AWS S3 "Creating access points restricted to a virtual private cloud"; AWS Security Hub S3.19.
 */
export class MirrorAccessPoint extends pulumi.ComponentResource {
  constructor(name: string, { context, bucketName, vpcId }: MirrorAccessPointArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:mirror:MirrorAccessPoint", name, {}, opts);
    new aws.s3.AccessPoint(
      `${name}-packages`,
      {
        bucket: bucketName,
        name: accessPointName(name),
        vpcConfiguration: { vpcId },
        policy: accessPointPolicy(context, name),
        publicAccessBlockConfiguration: {
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        },
      },
      // The name is fixed, because settings of pip contain it. Two access points with one name cannot exist.
      { parent: this, deleteBeforeReplace: true },
    );
    this.registerOutputs();
  }
}
