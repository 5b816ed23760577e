import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../aws/context";
import { document } from "../aws/policy-document";
import { CustomerKey } from "../keys";
import { AuditBucket } from "../storage";
import { type AuditPlan } from "./plan";

export interface AuditTrailArgs {
  context: AwsContext;
  plan: NonNullable<AuditPlan["trail"]>;
  /** Bucket for server access logs of the audit bucket. Its object calls are not recorded. */
  logBucketName: pulumi.Input<string>;
  /** Key for the log group, `arn:…:key/…`; the key policy must allow CloudWatch Logs to use the key. */
  logKeyArn: pulumi.Input<string>;
  /** `arn:…:policy/…` */
  permissionsBoundaryArn: pulumi.Input<string>;
  keyDeletionDays: number;
  keyRotationDays: number;
  purge: boolean;
}

/**
 * Resource types of SageMaker whose data events a trail records.
 * Source: AWS CloudTrail "Logging data events", values of `resources.type`.
 */
const sagemakerTypes = ["Endpoint", "FeatureGroup", "ExperimentTrialComponent", "MlflowTrackingServer"].map(
  (type) => `AWS::SageMaker::${type}`,
);

type FieldSelector = Record<"field", string> & Partial<Record<"equals" | "startsWiths" | "notStartsWiths", string[]>>;

export interface EventSelector {
  name: string;
  fieldSelectors: FieldSelector[];
}

/** Event selectors: all management events, calls on objects outside the log buckets, and calls of SageMaker resources. */
export function eventSelectors(
  partition: string,
  { bucketPrefixes, sagemakerDataEvents }: Pick<AuditTrailArgs["plan"], "bucketPrefixes" | "sagemakerDataEvents">,
  logBuckets: readonly string[],
): EventSelector[] {
  const data = { field: "eventCategory", equals: ["Data"] };
  const arns = (names: readonly string[], end = "") => names.map((name) => `arn:${partition}:s3:::${name}${end}`);
  return [
    { name: "Management events", fieldSelectors: [{ field: "eventCategory", equals: ["Management"] }] },
    {
      name: "Objects",
      fieldSelectors: [
        data,
        { field: "resources.type", equals: ["AWS::S3::Object"] },
        {
          field: "resources.ARN",
          ...(bucketPrefixes.length > 0 && { startsWiths: arns(bucketPrefixes) }),
          // The trail would record its own deliveries, and each record would cause another delivery.
          notStartsWiths: arns(logBuckets, "/"),
        },
      ],
    },
    ...(sagemakerDataEvents
      ? sagemakerTypes.map((type) => ({
          name: type.replace("AWS::SageMaker::", "SageMaker "),
          fieldSelectors: [data, { field: "resources.type", equals: [type] }],
        }))
      : []),
  ];
}

/**
 * Trail for all regions: management events, and data events of buckets and SageMaker. Log files have a key and are validated, and
 * the bucket is write-once. The trail also sends its events to a log group, which alarms and queries read.
 * Cost: docs/audit.md.
 * Errors: `TrailAlreadyExistsException` if a trail with the name exists, `MaximumNumberOfTrailsExceededException` after five trails.
 * Source: AWS Security Hub CloudTrail.1, CloudTrail.2, CloudTrail.4, CloudTrail.5; NIST SP 800-53 AU-2, AU-9, AU-12.
 */
export class AuditTrail extends pulumi.ComponentResource {
  /** `arn:…:trail/…` */
  readonly arn: pulumi.Output<string>;
  readonly bucketName: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;

  constructor(
    name: string,
    private readonly args: AuditTrailArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cloister:audit:AuditTrail", name, {}, opts);
    const { context, plan, purge, logBucketName } = args;
    const childOptions = { parent: this };
    const key = new CustomerKey(
      `${name}-audit`,
      {
        description: `Cloister ${name}: log files of the trail`,
        alias: `cloister/${name}/audit`,
        use: { ...context, trail: { trailArn: plan.arn, readerArns: plan.readerArns } },
        deletionWindowDays: args.keyDeletionDays,
        rotationDays: args.keyRotationDays,
        purge,
      },
      childOptions,
    );
    const bucket = new AuditBucket(
      `${name}-audit`,
      { ...context, trailArn: plan.arn, keyArn: key.arn, objectLock: plan.objectLock, logBucketName, purge },
      childOptions,
    );
    const group = new aws.cloudwatch.LogGroup(
      `${name}-trail-events`,
      { kmsKeyId: args.logKeyArn, retentionInDays: plan.logRetentionDays },
      childOptions,
    );
    const writer = this.createWriter(name, group);
    const trail = new aws.cloudtrail.Trail(
      `${name}-trail`,
      {
        name: plan.name,
        isMultiRegionTrail: true,
        includeGlobalServiceEvents: true,
        enableLogFileValidation: true,
        kmsKeyId: key.arn,
        s3BucketName: bucket.bucketName,
        cloudWatchLogsGroupArn: pulumi.interpolate`${group.arn}:*`,
        cloudWatchLogsRoleArn: writer.role.arn,
        advancedEventSelectors: pulumi
          .all([bucket.bucketName, logBucketName])
          .apply((logBuckets) => eventSelectors(context.partition, plan, logBuckets)),
      },
      // CloudTrail assumes the role and writes to the log group before it accepts a trail.
      { ...childOptions, dependsOn: [writer.policy] },
    );
    this.arn = trail.arn;
    this.bucketName = bucket.bucketName;
    this.logGroupName = group.name;
    this.registerOutputs({ arn: this.arn, bucketName: this.bucketName, logGroupName: this.logGroupName });
  }

  /**
   * The role with which CloudTrail writes to the log group.
   * Source: AWS CloudTrail "Role policy document for CloudTrail to use CloudWatch Logs for monitoring".
   */
  private createWriter(name: string, group: aws.cloudwatch.LogGroup) {
    const childOptions = { parent: this };
    const { permissionsBoundaryArn } = this.args;
    const role = new aws.iam.Role(
      `${name}-trail-role`,
      {
        description: "Writes the events of the trail",
        permissionsBoundary: permissionsBoundaryArn,
        assumeRolePolicy: document([
          { Sid: "CloudTrail", Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" }, Action: "sts:AssumeRole" },
        ]),
      },
      childOptions,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-trail-policy`,
      {
        role: role.id,
        policy: group.arn.apply((groupArn) =>
          document([
            {
              Sid: "WriteEvents",
              Effect: "Allow",
              Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
              Resource: `${groupArn}:log-stream:*`,
            },
          ]),
        ),
      },
      childOptions,
    );
    return { role, policy };
  }
}
