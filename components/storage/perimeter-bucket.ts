import * as pulumi from "@pulumi/pulumi";
import { type DataRoles } from "../aws/principals";
import { perimeterPolicy } from "./policy";

/** What `enclose` needs to know: who gets through, and from where. */
export interface PerimeterArgs {
  /** Whose bucket it is, `fraud-dev`. */
  owner: string;
  dataRoles: pulumi.Input<DataRoles>;
  /** Endpoints of S3 that data is reached through, `vpce-…`. */
  vpcEndpointIds: pulumi.Input<string>[];
  /** VPCs that data is reached from, through whatever endpoint of S3 they have, `vpc-…`. */
  vpcIds?: pulumi.Input<string>[];
  /** Roles that deploy and repair, from anywhere, `arn:…:role/…`. At least one. */
  deployRoleArns: pulumi.Input<string[]>;
  /** Roles for emergencies, from anywhere. */
  breakGlassRoleArns?: pulumi.Input<string[]>;
  /** Roles that services use from a network of their own, such as that of pipelines. */
  serviceRoleArns?: pulumi.Input<pulumi.Input<string>[]>;
}

/** A bucket with data of an environment, ours or brought. */
export interface PerimeterBucket {
  readonly bucketName: pulumi.Output<string>;
  /** `arn:…:s3:::…` */
  readonly arn: pulumi.Output<string>;
  /** Key that its contents are under, `arn:…:key/…`. */
  readonly keyArn: pulumi.Output<string>;
  /** Closes the perimeter: data only for these roles, only through this network, only over TLS, only under the bucket's key. Call it once. */
  readonly restrictToPerimeter: (args: PerimeterArgs) => void;
}

export const perimeterOf = (bucket: Pick<PerimeterBucket, "arn" | "keyArn">, args: PerimeterArgs): pulumi.Output<string> =>
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
      }),
    );
