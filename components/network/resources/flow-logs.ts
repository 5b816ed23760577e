import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type NetworkSettings } from "../settings";

export interface FlowLogArgs {
  /** VPC or subnets whose traffic is logged; `role` is part of the resource name. */
  sources: { role: string; vpcId?: pulumi.Input<string>; subnetId?: pulumi.Input<string> }[];
  settings: NetworkSettings;
  accountId: pulumi.Input<string>;
  region: string;
  partition: string;
  /** Key for the log group, `arn:…:key/…`; the key policy must allow CloudWatch Logs to use the key. */
  logKeyArn: pulumi.Input<string>;
  /** Bucket for the logs instead of a log group, `arn:…:s3:::…`. */
  logBucketArn?: pulumi.Input<string>;
  permissionsBoundaryArn: pulumi.Input<string>;
}

/**
 * Flow logs in a log group encrypted with a customer managed key, or in a bucket.
 * Source: AWS "Logging IP traffic using VPC Flow Logs".
 */
export function createFlowLogs(name: string, args: FlowLogArgs, parent: pulumi.Resource): void {
  const { settings } = args;
  const format = settings.flowLogFormat === undefined ? {} : { logFormat: settings.flowLogFormat };
  // AWS allows one flow log per source and destination, so the old flow log is deleted first.
  const options = { parent, deleteBeforeReplace: true };
  const common = { trafficType: settings.flowLogTraffic, maxAggregationInterval: settings.flowLogInterval, ...format };
  if (args.logBucketArn) {
    for (const { role, ...source } of args.sources)
      new aws.ec2.FlowLog(
        `${name}-${role}`,
        { ...source, ...common, logDestinationType: "s3", logDestination: args.logBucketArn },
        options,
      );
    return;
  }
  const group = new aws.cloudwatch.LogGroup(
    `${name}-flow-logs`,
    { kmsKeyId: args.logKeyArn, retentionInDays: settings.flowLogRetentionDays },
    { parent },
  );
  const writer = settings.flowLogRoleArn ? { arn: settings.flowLogRoleArn, dependsOn: [] } : createFlowLogRole(name, group, args, parent);
  for (const { role, ...source } of args.sources)
    new aws.ec2.FlowLog(
      `${name}-${role}`,
      { ...source, ...common, logDestinationType: "cloud-watch-logs", logDestination: group.arn, iamRoleArn: writer.arn },
      // VPC Flow Logs uses the role as soon as the flow log exists.
      { ...options, dependsOn: writer.dependsOn },
    );
}

/** A role that can write to one log group. Returns its policy as a dependency of the flow logs. */
function createFlowLogRole(name: string, group: aws.cloudwatch.LogGroup, args: FlowLogArgs, parent: pulumi.Resource) {
  const role = new aws.iam.Role(
    `${name}-flow-logs-role`,
    {
      description: "Writes the VPC's flow logs",
      permissionsBoundary: args.permissionsBoundaryArn,
      assumeRolePolicy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "FlowLogsOfThisAccount",
            Effect: "Allow",
            Principal: { Service: "vpc-flow-logs.amazonaws.com" },
            Action: "sts:AssumeRole",
            Condition: {
              StringEquals: { "aws:SourceAccount": args.accountId },
              ArnLike: { "aws:SourceArn": pulumi.interpolate`arn:${args.partition}:ec2:${args.region}:${args.accountId}:vpc-flow-log/*` },
            },
          },
        ],
      }),
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-flow-logs-policy`,
    {
      role: role.id,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "WriteFlowLogs",
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            Resource: pulumi.interpolate`${group.arn}:*`,
          },
        ],
      }),
    },
    { parent },
  );
  return { arn: role.arn, dependsOn: [policy] };
}
