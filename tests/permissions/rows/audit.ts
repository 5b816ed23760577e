// Rows about the audit of the hub. No role that Cloister creates can stop or change the trail, delete log files, or read the
// events of the trail. CloudTrail can do no more than write events.
import { serviceRoles, userRoles } from "@cloister/components/identity/roles";
import { type Context, type Row, type RowKit } from "../row-kit";

export function auditRows({ ids, arn, inside, row }: RowKit): Row[] {
  const { audit, accountId } = ids;
  if (!audit) return [];
  const { trailArn, bucketArn, keyArn, logGroupArn } = audit;
  const file = `${bucketArn}/AWSLogs/${accountId}/CloudTrail/x.json.gz`;
  const fromTrail: Context = { "aws:SourceArn": trailArn, "s3:x-amz-acl": "bucket-owner-full-control" };
  const throughS3: Context = { "kms:ViaService": `s3.${ids.region}.amazonaws.com` };
  const events = `${logGroupArn}:log-stream:x`;

  const changes: [does: string, action: string, resource: string, context?: Context][] = [
    ["stops the trail", "cloudtrail:StopLogging", trailArn],
    ["deletes the trail", "cloudtrail:DeleteTrail", trailArn],
    ["changes the trail", "cloudtrail:UpdateTrail", trailArn],
    ["changes the events that the trail records", "cloudtrail:PutEventSelectors", trailArn],
    ["deletes a log file", "s3:DeleteObject", file],
    ["deletes a version of a log file", "s3:DeleteObjectVersion", file],
    ["deletes a locked log file", "s3:BypassGovernanceRetention", file],
    ["shortens the lock of a log file", "s3:PutObjectRetention", file],
    ["writes a log file", "s3:PutObject", file],
    ["writes a log file in the name of the trail", "s3:PutObject", file, { "s3:x-amz-acl": "bucket-owner-full-control" }],
    ["changes the lock of the audit bucket", "s3:PutBucketObjectLockConfiguration", bucketArn],
    ["changes the policy of the audit bucket", "s3:PutBucketPolicy", bucketArn],
    ["deletes the audit bucket", "s3:DeleteBucket", bucketArn],
    ["deletes the events of the trail", "logs:DeleteLogGroup", logGroupArn],
    ["shortens the retention of the events", "logs:PutRetentionPolicy", logGroupArn],
    ["removes the count of an alarm", "logs:DeleteMetricFilter", logGroupArn],
  ];
  const reads: typeof changes = [
    ["decrypts a log file", "kms:Decrypt", keyArn, throughS3],
    ["searches the events of the trail", "logs:FilterLogEvents", logGroupArn],
    ["queries the events of the trail", "logs:StartQuery", logGroupArn],
    ["reads the events of the trail", "logs:GetLogEvents", events],
  ];
  const attempts = (caller: string, requests: typeof changes, by: NonNullable<Row["attack"]>["by"], tries: string) =>
    requests.map(([does, action, resource, context]) =>
      row(caller, does, "denied", action, resource, { ...inside, ...context }, { attack: { by, tries } }),
    );
  const hides = "stops the trail, or changes or deletes what it recorded";
  const isRole = (caller: string) => caller !== "notebook" || ids.features.includes("notebooks");
  const ofEnvironments = [...serviceRoles, ...userRoles]
    .filter(isRole)
    .flatMap((caller) => [
      ...attempts(caller, changes, "insider", hides),
      ...attempts(caller, reads, "insider", "reads the calls of all users in the events of the trail"),
    ]);
  // With all permissions, these roles have only their boundaries as limits.
  const products = ["product", "hub-product"].flatMap((caller) => attempts(caller, [...changes, reads[0]!], "insider", hides));

  const own = (it: string, want: Row["want"], action: string, resource: string, context: Context = {}) =>
    row("trail", it, want, action, resource, context);
  const delivery = (it: string, want: Row["want"], action: string, resource: string, context: Context, more: Partial<Row> = {}) =>
    row("cloudtrail.amazonaws.com", it, want, action, resource, context, more);
  const foreign = { attack: { by: "stranger", tries: "sends log files of another trail to the audit bucket" } } as const;
  const otherTrail = { ...fromTrail, "aws:SourceArn": arn("cloudtrail", "trail/x", "999988887777") };
  return [
    ...ofEnvironments,
    ...products,
    own("writes events", "allowed", "logs:PutLogEvents", events),
    own("creates a stream for events", "allowed", "logs:CreateLogStream", events),
    own("writes to another log group", "denied", "logs:PutLogEvents", arn("logs", "log-group:/aws/sagemaker/TrainingJobs:log-stream:x")),
    ...attempts("trail", [...changes, ...reads], "stranger", "uses the role of the trail to change or read what it recorded"),
    delivery("writes a log file of the trail", "allowed", "s3:PutObject", file, fromTrail),
    delivery("reads the access control list of the audit bucket", "allowed", "s3:GetBucketAcl", bucketArn, { "aws:SourceArn": trailArn }),
    delivery("encrypts a log file of the trail", "allowed", "kms:GenerateDataKey", keyArn, { "aws:SourceArn": trailArn }),
    delivery("writes a log file of another trail", "denied", "s3:PutObject", file, otherTrail, foreign),
    delivery("encrypts a log file of another trail", "denied", "kms:GenerateDataKey", keyArn, otherTrail, foreign),
    delivery("writes outside the folder of the account", "denied", "s3:PutObject", `${bucketArn}/x`, fromTrail),
    delivery("writes without TLS", "denied", "s3:PutObject", file, { ...fromTrail, "aws:SecureTransport": "false" }),
    row("auditor", "decrypts a log file through S3", "allowed", "kms:Decrypt", keyArn, throughS3),
    row("auditor", "decrypts a log file without S3", "denied", "kms:Decrypt", keyArn),
    row("administrator", "decrypts a log file", "denied", "kms:Decrypt", keyArn, throughS3),
    row("administrator", "writes a log file", "denied", "s3:PutObject", file, { "s3:x-amz-acl": "bucket-owner-full-control" }),
  ];
}
