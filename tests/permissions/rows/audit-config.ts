// Rows about the configurations that AWS Config delivers. Only AWS Config delivers, for this account. No role of an environment reads,
// changes or deletes them, and only auditors decrypt.
// Not proven: that AWS Config delivers with its service principal (docs/assumptions.md, `audit-config-delivery`).
import { serviceRoles, userRoles } from "@cloister/components/identity/roles";
import { type Context, type Row, type RowKit } from "../row-kit";

export function configRows({ ids, arn, inside, row }: RowKit): Row[] {
  const { audit, accountId, region } = ids;
  if (!audit) return [];
  const { configBucketArn: bucketArn, configKeyArn: keyArn } = audit;
  const file = `${bucketArn}/AWSLogs/${accountId}/Config/${region}/2026/11/27/ConfigHistory/x.json.gz`;
  const throughS3: Context = { "kms:ViaService": `s3.${region}.amazonaws.com` };
  const fromConfig: Context = { "aws:SourceAccount": accountId };
  const fullControl: Context = { "s3:x-amz-acl": "bucket-owner-full-control" };

  type Attempt = [does: string, action: string, resource: string, context?: Context];
  // The simulator knows no resources of calls on recorders.
  const changes: Attempt[] = [
    ["stops the recorder", "config:StopConfigurationRecorder", "*"],
    ["deletes the recorder", "config:DeleteConfigurationRecorder", "*"],
    ["changes the recorder", "config:PutConfigurationRecorder", "*"],
    ["deletes the delivery channel", "config:DeleteDeliveryChannel", "*"],
    ["deletes a rule of AWS Config", "config:DeleteConfigRule", arn("config", "config-rule/config-rule-0a1b2c")],
    ["writes a configuration", "s3:PutObject", file, fullControl],
    ["deletes a configuration", "s3:DeleteObject", file],
    ["deletes a version of a configuration", "s3:DeleteObjectVersion", file],
    ["changes the policy of the bucket for configurations", "s3:PutBucketPolicy", bucketArn],
    ["deletes the bucket for configurations", "s3:DeleteBucket", bucketArn],
    ["encrypts a configuration", "kms:GenerateDataKey", keyArn, throughS3],
  ];
  const reads: Attempt[] = [
    ["reads a configuration", "s3:GetObject", file],
    ["lists configurations", "s3:ListBucket", bucketArn],
    ["decrypts a configuration", "kms:Decrypt", keyArn, throughS3],
  ];
  const attempts = (caller: string, requests: Attempt[], tries: string) =>
    requests.map(([does, action, resource, context]) =>
      row(caller, does, "denied", action, resource, { ...inside, ...context }, { attack: { by: "insider", tries } }),
    );
  const isRole = (caller: string) => caller !== "notebook" || ids.features.includes("notebooks");
  const ofEnvironments = [...serviceRoles, ...userRoles]
    .filter(isRole)
    .flatMap((caller) => [
      ...attempts(caller, changes, "stops AWS Config, or changes or deletes what it recorded"),
      ...attempts(caller, reads, "reads the configurations of all resources of the account"),
    ]);

  const delivery = (it: string, want: Row["want"], action: string, resource: string, context: Context, more: Partial<Row> = {}) =>
    row("config.amazonaws.com", it, want, action, resource, context, more);
  const foreign = {
    attack: { by: "stranger", tries: "sends configurations of another account to the bucket for configurations" },
  } as const;
  const otherAccount = { "aws:SourceAccount": "999988887777" };
  return [
    ...ofEnvironments,
    delivery("delivers configurations of the account", "allowed", "s3:PutObject", file, { ...fromConfig, ...fullControl }),
    delivery("reads the access control list of the bucket", "allowed", "s3:GetBucketAcl", bucketArn, fromConfig),
    delivery("encrypts configurations of the account", "allowed", "kms:GenerateDataKey", keyArn, fromConfig),
    delivery("delivers configurations of another account", "denied", "s3:PutObject", file, { ...otherAccount, ...fullControl }, foreign),
    delivery("encrypts configurations of another account", "denied", "kms:GenerateDataKey", keyArn, otherAccount, foreign),
    delivery("delivers outside the folder of the account", "denied", "s3:PutObject", `${bucketArn}/x`, { ...fromConfig, ...fullControl }),
    delivery("delivers without giving the bucket owner control", "denied", "s3:PutObject", file, fromConfig),
    delivery("delivers without TLS", "denied", "s3:PutObject", file, { ...fromConfig, ...fullControl, "aws:SecureTransport": "false" }),
    delivery("deletes a configuration", "denied", "s3:DeleteObject", file, fromConfig),
    row("cloudtrail.amazonaws.com", "delivers to the bucket for configurations", "denied", "s3:PutObject", file, {
      ...fromConfig,
      ...fullControl,
    }),
    row("auditor", "decrypts a configuration through S3", "allowed", "kms:Decrypt", keyArn, throughS3),
    row("auditor", "decrypts a configuration without S3", "denied", "kms:Decrypt", keyArn),
    row("administrator", "decrypts a configuration", "denied", "kms:Decrypt", keyArn, throughS3),
    row("administrator", "writes a configuration", "denied", "s3:PutObject", file, fullControl),
  ];
}
