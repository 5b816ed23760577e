import * as pulumi from "@pulumi/pulumi";
import { type DataRoles } from "../aws/principals";
import { perimeterPolicy } from "./policy";

/** Principals and networks in the perimeter. */
export interface PerimeterArgs {
  /** Environment that uses the bucket, `fraud-dev`. */
  owner: string;
  dataRoles: pulumi.Input<DataRoles>;
  /** S3 endpoints in the perimeter, `vpce-…`. */
  vpcEndpointIds: pulumi.Input<string>[];
  /** VPCs in the perimeter, with any S3 endpoint, `vpc-…`. */
  vpcIds?: pulumi.Input<string>[];
  /** Deploy roles, exempt from the network restriction, `arn:…:role/…`. At least one is required. */
  deployRoleArns: pulumi.Input<string[]>;
  /** Break-glass roles, exempt from the network restriction. */
  breakGlassRoleArns?: pulumi.Input<string[]>;
  /** Roles that AWS services use outside the VPC, such as the pipeline role. */
  serviceRoleArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether the artifacts of registered model versions can only be created, never replaced or deleted. */
  keepsRegistered?: boolean;
}

/** A bucket for an environment's data, created by Cloister or existing. */
export interface PerimeterBucket {
  readonly bucketName: pulumi.Output<string>;
  /** `arn:…:s3:::…` */
  readonly arn: pulumi.Output<string>;
  /** Key that encrypts the bucket, `arn:…:key/…`. */
  readonly keyArn: pulumi.Output<string>;
  /**
   * Denies access to data, except for these roles, through these networks, over TLS and with the bucket's key.
   * Must be called only once.
   */
  readonly restrictToPerimeter: (args: PerimeterArgs) => void;
}

/** The bucket policy, when all IDs and ARNs are known. */
export const bucketPerimeterPolicy = (bucket: Pick<PerimeterBucket, "arn" | "keyArn">, args: PerimeterArgs): pulumi.Output<string> =>
  pulumi
    .all([
      bucket.arn,
      bucket.keyArn,
      args.dataRoles,
      pulumi.all(args.vpcEndpointIds),
      pulumi.all(args.vpcIds ?? []),
      args.deployRoleArns,
      args.breakGlassRoleArns ?? [],
      args.serviceRoleArns ?? [],
    ])
    .apply(([bucketArn, keyArn, dataRoles, vpcEndpointIds, vpcIds, deployRoleArns, breakGlassRoleArns, serviceRoleArns]) =>
      perimeterPolicy({
        owner: args.owner,
        bucketArn,
        keyArn,
        dataRoles,
        vpcEndpointIds,
        vpcIds,
        deployRoleArns,
        breakGlassRoleArns,
        serviceRoleArns,
        ...(args.keepsRegistered && { keepsRegistered: true }),
      }),
    );
