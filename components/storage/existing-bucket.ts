import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { perimeterOf, type PerimeterArgs, type PerimeterBucket } from "./perimeter-bucket";

export interface ExistingBucketArgs {
  partition: string;
  bucketName: string;
  /** Key that its contents are under, `arn:…:key/…`. */
  keyArn: string;
  /** Whether `enclose` writes its policy, or its owner keeps that for himself. */
  policy: "enclose" | "leave";
}

/** A bucket that is there, with its key. Nothing of it is made, changed or deleted but its policy, if it is ours to write; that goes when the stack goes, because it names a network that goes as well. */
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
          { bucket: args.bucketName, policy: perimeterOf(this, perimeterAccess) },
          { parent: this },
        );
    };
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
