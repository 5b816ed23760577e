import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bucketPerimeterPolicy, type PerimeterArgs, type PerimeterBucket } from "./perimeter-bucket";

export interface ExistingBucketArgs {
  partition: string;
  bucketName: string;
  /** Key that encrypts the bucket, `arn:…:key/…`. */
  keyArn: string;
  /** `enclose`: `restrictToPerimeter` creates the bucket policy. `leave`: the policy of the bucket stays as it is. */
  policy: "enclose" | "leave";
}

/**
 * An existing bucket with its key. Cloister creates at most the bucket policy, and makes no other change.
 * The bucket policy is deleted with the stack, because the policy names the stack's VPC endpoint.
 */
export class ExistingBucket extends pulumi.ComponentResource implements PerimeterBucket {
  readonly bucketName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  readonly restrictToPerimeter: (args: PerimeterArgs) => void;

  constructor(name: string, args: ExistingBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:storage:BroughtBucket", name, {}, opts);
    this.bucketName = pulumi.output(args.bucketName);
    this.arn = pulumi.output(`arn:${args.partition}:s3:::${args.bucketName}`);
    this.keyArn = pulumi.output(args.keyArn);
    this.restrictToPerimeter = (perimeterAccess) => {
      if (args.policy === "enclose")
        new aws.s3.BucketPolicy(
          `${name}-policy`,
          { bucket: args.bucketName, policy: bucketPerimeterPolicy(this, perimeterAccess) },
          { parent: this },
        );
    };
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
