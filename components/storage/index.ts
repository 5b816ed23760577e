import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { logBucketPolicy, perimeterPolicy } from "./policy";

interface BucketArgs {
  /** Without a key the bucket is encrypted by S3's own. */
  keyArn?: pulumi.Input<string>;
  purge: boolean;
}

/** A bucket as all of ours are: versioned, private, owned by the account, encrypted. A bucket that is kept on destroy keeps all of this with it. */
function privateBucket(name: string, args: BucketArgs, parent: pulumi.Resource) {
  const kept = { parent, retainOnDelete: !args.purge };
  const bucket = new aws.s3.Bucket(`${name}-bucket`, { forceDestroy: args.purge }, kept);
  const companion = { bucket: bucket.id };
  const access = new aws.s3.BucketPublicAccessBlock(
    `${name}-private`,
    { ...companion, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    kept,
  );
  new aws.s3.BucketOwnershipControls(`${name}-owner`, { ...companion, rule: { objectOwnership: "BucketOwnerEnforced" } }, kept);
  new aws.s3.BucketVersioning(`${name}-versions`, { ...companion, versioningConfiguration: { status: "Enabled" } }, kept);
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    {
      ...companion,
      rules: [
        args.keyArn
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.keyArn }, bucketKeyEnabled: true }
          : { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
      ],
    },
    kept,
  );
  const setPolicy = (policy: pulumi.Output<string>) =>
    // S3 refuses two changes of a bucket's access at once, hence the order.
    new aws.s3.BucketPolicy(`${name}-policy`, { ...companion, policy }, { ...kept, dependsOn: [access] });
  return { bucket, setPolicy };
}

export interface DataBucketArgs {
  /** `arn:…:key/…` */
  keyArn: pulumi.Input<string>;
  /** Name of the bucket that takes its access logs. Without one, none are written. */
  logBucketName?: pulumi.Input<string>;
  /** Whether destroying the stack deletes it with its contents. If not, it stays. */
  purge: boolean;
}

export interface EncloseArgs {
  /** Endpoints that data is reached through, `vpce-…`. */
  vpcEndpointIds: pulumi.Input<string>[];
  /** Roles that reach it from anywhere: those that deploy and repair, `arn:…:role/…`. */
  exemptRoleArns: pulumi.Input<string[]>;
}

/** A bucket for the inside of a perimeter, which `enclose` closes. Two steps, because the endpoint in the bucket's policy names the bucket in its own. */
export class DataBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  /** `arn:…:s3:::…` */
  readonly arn: pulumi.Output<string>;
  /** Closes the perimeter: data only through these endpoints, only over TLS, only under the bucket's key. Call it once. */
  readonly enclose: (args: EncloseArgs) => void;

  constructor(name: string, args: DataBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:storage:DataBucket", name, {}, opts);
    const { bucket, setPolicy } = privateBucket(name, args, this);
    if (args.logBucketName)
      new aws.s3.BucketLogging(
        `${name}-access-log`,
        { bucket: bucket.id, targetBucket: args.logBucketName, targetPrefix: pulumi.interpolate`access/${bucket.id}/` },
        { parent: this, retainOnDelete: !args.purge },
      );
    this.enclose = ({ vpcEndpointIds, exemptRoleArns }) => {
      const parts = pulumi.all([bucket.arn, args.keyArn, pulumi.all(vpcEndpointIds), exemptRoleArns]);
      setPolicy(
        parts.apply(([bucketArn, keyArn, ids, roles]) =>
          perimeterPolicy({ bucketArn, keyArn, vpcEndpointIds: ids, exemptRoleArns: roles }),
        ),
      );
    };
    this.bucketName = bucket.bucket;
    this.arn = bucket.arn;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}

export interface LogBucketArgs {
  accountId: string;
  partition: string;
  purge: boolean;
}

/**
 * The bucket that takes access logs. Encrypted by S3's own key, because S3 writes no access logs to a bucket under a customer key.
 * Source: AWS "Enabling Amazon S3 server access logging".
 */
export class LogBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;

  constructor(name: string, args: LogBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:storage:LogBucket", name, {}, opts);
    const { bucket, setPolicy } = privateBucket(name, args, this);
    // From the name, which a preview knows, and not from the ARN, which it does not: guardrails tell by the policy that this bucket takes logs.
    setPolicy(bucket.bucket.apply((bucketName) => logBucketPolicy(bucketName, args.accountId, args.partition)));
    this.bucketName = bucket.bucket;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
