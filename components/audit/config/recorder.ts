import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../../aws/context";
import { CustomerKey } from "../../keys";
import { ConfigBucket } from "../../storage";
import { channelName, type ConfigPlan } from "./plan";

export interface ConfigRecorderArgs {
  context: AwsContext;
  plan: ConfigPlan;
  /** Bucket for server access logs. */
  logBucketName: pulumi.Input<string>;
  keyDeletionDays: number;
  keyRotationDays: number;
  purge: boolean;
}

/**
 * AWS Config in the region: a recorder of all resource types with its delivery channel, or the existing recorder, and rules.
 * Cost: docs/audit.md.
 * Errors: `MaxNumberOfConfigurationRecordersExceededException` if another creator has created a recorder since the preflight.
 * Source: AWS Security Hub Config.1; NIST SP 800-53 CM-3, CM-6, CM-8.
 */
export class ConfigRecorder extends pulumi.ComponentResource {
  /** Empty with an existing recorder. */
  readonly bucketName: pulumi.Output<string>;

  constructor(
    name: string,
    private readonly args: ConfigRecorderArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cloister:audit:ConfigRecorder", name, {}, opts);
    const { plan } = args;
    const recording = plan.recorder && this.createRecorder(name, plan.recorder);
    for (const { name: rule, identifier, about } of plan.rules)
      new aws.cfg.Rule(
        `${name}-${rule}`,
        { name: `${name}-${rule}`, description: about, source: { owner: "AWS", sourceIdentifier: identifier } },
        // AWS Config accepts rules only with a recorder. The rules are deleted before it.
        { parent: this, ...(recording && { dependsOn: [recording.status] }) },
      );
    this.bucketName = recording?.bucketName ?? pulumi.output("");
    this.registerOutputs({ bucketName: this.bucketName });
  }

  private createRecorder(
    name: string,
    { name: recorderName, frequency, globalTypes, roleArn, readerArns }: NonNullable<ConfigPlan["recorder"]>,
  ) {
    const { context, purge, logBucketName, keyDeletionDays, keyRotationDays } = this.args;
    const childOptions = { parent: this };
    const key = new CustomerKey(
      `${name}-config`,
      {
        description: `Cloister ${name}: configurations of resources`,
        alias: `cloister/${name}/config`,
        use: { ...context, config: { readerArns } },
        deletionWindowDays: keyDeletionDays,
        rotationDays: keyRotationDays,
        purge,
      },
      childOptions,
    );
    const bucket = new ConfigBucket(`${name}-config`, { ...context, keyArn: key.arn, logBucketName, purge }, childOptions);
    const recorder = new aws.cfg.Recorder(
      `${name}-recorder`,
      {
        name: recorderName,
        roleArn,
        recordingGroup: { allSupported: true, includeGlobalResourceTypes: globalTypes },
        recordingMode: { recordingFrequency: frequency },
      },
      childOptions,
    );
    const channel = new aws.cfg.DeliveryChannel(
      `${name}-channel`,
      {
        name: channelName(name),
        s3BucketName: bucket.bucketName,
        s3KmsKeyArn: key.arn,
        snapshotDeliveryProperties: { deliveryFrequency: "TwentyFour_Hours" },
      },
      // AWS Config accepts a channel only with a recorder, and starts a recorder only with a channel.
      { ...childOptions, dependsOn: [recorder] },
    );
    const status = new aws.cfg.RecorderStatus(
      `${name}-recording`,
      { name: recorder.name, isEnabled: true },
      { ...childOptions, dependsOn: [channel] },
    );
    return { status, bucketName: bucket.bucketName };
  }
}
