// AWS Config: one recorder and one delivery channel in an account and region, and managed rules.
import { type Scenario } from "../scenario";

const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const account = { Sid: "Account", Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "kms:*", Resource: "*" };
const statement = (Action: string, Resource: string, more: object = {}) => ({
  Effect: "Allow",
  Principal: { Service: "config.amazonaws.com" },
  Action,
  Resource,
  Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
  ...more,
});
const bucketPolicy = policy(
  statement("s3:GetBucketAcl", "arn:aws:s3:::config-${run}"),
  statement("s3:PutObject", "arn:aws:s3:::config-${run}/AWSLogs/111122223333/Config/*"),
);
const bucket = (name: string) => ({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } });
const roleARN = "arn:aws:iam::111122223333:role/config-${run}";
const recorder = {
  name: "recorder-${run}",
  roleARN,
  recordingGroup: { allSupported: true, includeGlobalResourceTypes: true },
  recordingMode: { recordingFrequency: "DAILY" },
};
const put = (changes: object) => ({ ConfigurationRecorder: { ...recorder, ...changes } });
const named = { ConfigurationRecorderName: "recorder-${run}" };
const none = { ConfigurationRecorderName: "none" };
const channel = { name: "channel-${run}", s3BucketName: "config-${run}" };
const rule = (ConfigRuleName: string, SourceIdentifier: string) => ({
  ConfigRule: { ConfigRuleName, Source: { Owner: "AWS", SourceIdentifier } },
});
const noRule = "arn:aws:config:eu-central-1:111122223333:config-rule/config-rule-000000";

export const config: Scenario[] = [
  {
    title: "records only with a delivery channel, and deletes the channel only when the recorder is stopped",
    steps: [
      {
        call: "config:PutConfigRule",
        input: rule("keys", "CMK_BACKING_KEY_ROTATION_ENABLED"),
        error: "NoAvailableConfigurationRecorderException",
      },
      { call: "config:PutDeliveryChannel", input: { DeliveryChannel: channel }, error: "NoAvailableConfigurationRecorderException" },
      { call: "config:DescribeConfigurationRecorders", output: { ConfigurationRecorders: [] } },
      { call: "config:DescribeConfigurationRecorderStatus", output: { ConfigurationRecordersStatus: [] } },
      { call: "config:DescribeDeliveryChannels", output: { DeliveryChannels: [] } },
      { call: "config:PutConfigurationRecorder", input: put({}), error: "InvalidRoleException" },
      {
        call: "iam:CreateRole",
        input: {
          RoleName: "config-${run}",
          AssumeRolePolicyDocument: policy({ Effect: "Allow", Principal: { Service: "config.amazonaws.com" }, Action: "sts:AssumeRole" }),
        },
      },
      {
        call: "config:PutConfigurationRecorder",
        input: put({ recordingGroup: { allSupported: true, resourceTypes: ["AWS::EC2::VPC"] } }),
        error: "InvalidRecordingGroupException",
      },
      {
        call: "config:PutConfigurationRecorder",
        input: put({ recordingGroup: { allSupported: false, includeGlobalResourceTypes: true } }),
        error: "InvalidRecordingGroupException",
      },
      {
        call: "config:PutConfigurationRecorder",
        input: put({ recordingGroup: { allSupported: false } }),
        error: "InvalidRecordingGroupException",
      },
      { call: "config:PutConfigurationRecorder", input: put({}) },
      {
        call: "config:PutConfigurationRecorder",
        input: put({ name: "second" }),
        error: "MaxNumberOfConfigurationRecordersExceededException",
      },
      {
        call: "config:DescribeConfigurationRecorders",
        input: { ConfigurationRecorderNames: ["recorder-${run}"] },
        output: { ConfigurationRecorders: [{ name: "recorder-${run}", roleARN, recordingMode: { recordingFrequency: "DAILY" } }] },
      },
      {
        call: "config:DescribeConfigurationRecorders",
        input: { ConfigurationRecorderNames: ["none"] },
        error: "NoSuchConfigurationRecorderException",
      },
      { call: "config:StartConfigurationRecorder", input: named, error: "NoAvailableDeliveryChannelException" },
      { call: "config:PutDeliveryChannel", input: { DeliveryChannel: channel }, error: "NoSuchBucketException" },
      { call: "s3:CreateBucket", input: bucket("config-${run}") },
      { call: "config:PutDeliveryChannel", input: { DeliveryChannel: channel }, error: "InsufficientDeliveryPolicyException" },
      { call: "s3:PutBucketPolicy", input: { Bucket: "config-${run}", Policy: bucketPolicy } },
      {
        call: "config:PutDeliveryChannel",
        input: { DeliveryChannel: { ...channel, s3KmsKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/none" } },
        error: "InvalidS3KmsKeyArnException",
      },
      { call: "kms:CreateKey", input: { Policy: policy(account) }, save: { key: "KeyMetadata.Arn" } },
      {
        call: "config:PutDeliveryChannel",
        input: { DeliveryChannel: { ...channel, s3KmsKeyArn: "${key}" } },
        error: "InsufficientDeliveryPolicyException",
      },
      {
        call: "kms:PutKeyPolicy",
        input: { KeyId: "${key}", PolicyName: "default", Policy: policy(account, statement("kms:GenerateDataKey", "*")) },
      },
      { call: "config:PutDeliveryChannel", input: { DeliveryChannel: { ...channel, s3KmsKeyArn: "${key}" } } },
      {
        call: "config:PutDeliveryChannel",
        input: { DeliveryChannel: { ...channel, name: "second" } },
        error: "MaxNumberOfDeliveryChannelsExceededException",
      },
      {
        call: "config:DescribeDeliveryChannels",
        input: { DeliveryChannelNames: ["channel-${run}"] },
        output: { DeliveryChannels: [{ ...channel, s3KmsKeyArn: "${key}" }] },
      },
      { call: "config:DescribeDeliveryChannels", input: { DeliveryChannelNames: ["none"] }, error: "NoSuchDeliveryChannelException" },
      {
        call: "config:DescribeConfigurationRecorderStatus",
        input: { ConfigurationRecorderNames: ["recorder-${run}"] },
        output: { ConfigurationRecordersStatus: [{ name: "recorder-${run}", recording: false }] },
      },
      {
        call: "config:DescribeConfigurationRecorderStatus",
        input: { ConfigurationRecorderNames: ["none"] },
        error: "NoSuchConfigurationRecorderException",
      },
      { call: "config:StartConfigurationRecorder", input: none, error: "NoSuchConfigurationRecorderException" },
      { call: "config:StartConfigurationRecorder", input: named },
      { call: "config:DescribeConfigurationRecorderStatus", output: { ConfigurationRecordersStatus: [{ recording: true }] } },
      {
        call: "config:DeleteDeliveryChannel",
        input: { DeliveryChannelName: "channel-${run}" },
        error: "LastDeliveryChannelDeleteFailedException",
      },
      { call: "config:StopConfigurationRecorder", input: none, error: "NoSuchConfigurationRecorderException" },
      { call: "config:StopConfigurationRecorder", input: named },
      { call: "config:DescribeConfigurationRecorderStatus", output: { ConfigurationRecordersStatus: [{ recording: false }] } },

      { call: "config:PutConfigRule", input: rule("keys", "cmk-rotation"), error: "InvalidParameterValueException" },
      {
        call: "config:PutConfigRule",
        input: { ...rule("keys", "CMK_BACKING_KEY_ROTATION_ENABLED"), Tags: [{ Key: "a", Value: "b" }] },
      },
      {
        call: "config:DescribeConfigRules",
        input: { ConfigRuleNames: ["keys"] },
        output: { ConfigRules: [{ ConfigRuleName: "keys", ConfigRuleState: "ACTIVE" }] },
        save: { rule: "ConfigRules.0.ConfigRuleArn" },
      },
      { call: "config:DescribeConfigRules", input: { ConfigRuleNames: ["none"] }, error: "NoSuchConfigRuleException" },
      { call: "config:ListTagsForResource", input: { ResourceArn: "${rule}" }, output: { Tags: [{ Key: "a", Value: "b" }] } },
      { call: "config:ListTagsForResource", input: { ResourceArn: noRule }, error: "ResourceNotFoundException" },
      { call: "config:TagResource", input: { ResourceArn: "${rule}", Tags: [{ Key: "c", Value: "d" }] } },
      { call: "config:TagResource", input: { ResourceArn: noRule, Tags: [{ Key: "c", Value: "d" }] }, error: "ResourceNotFoundException" },
      { call: "config:UntagResource", input: { ResourceArn: "${rule}", TagKeys: ["a"] } },
      { call: "config:UntagResource", input: { ResourceArn: noRule, TagKeys: ["a"] }, error: "ResourceNotFoundException" },
      { call: "config:ListTagsForResource", input: { ResourceArn: "${rule}" }, output: { Tags: [{ Key: "c", Value: "d" }] } },
      { call: "config:DeleteConfigRule", input: { ConfigRuleName: "none" }, error: "NoSuchConfigRuleException" },
      { call: "config:DeleteConfigRule", input: { ConfigRuleName: "keys" } },
      { call: "config:PutConfigRule", input: rule("keys", "CMK_BACKING_KEY_ROTATION_ENABLED"), error: "ResourceInUseException" },
      {
        call: "config:DescribeConfigRules",
        input: { ConfigRuleNames: ["keys"] },
        output: { ConfigRules: [{ ConfigRuleState: "DELETING" }] },
      },
      { call: "config:DescribeConfigRules", input: { ConfigRuleNames: ["keys"] }, error: "NoSuchConfigRuleException" },

      { call: "config:DeleteDeliveryChannel", input: { DeliveryChannelName: "none" }, error: "NoSuchDeliveryChannelException" },
      { call: "config:DeleteDeliveryChannel", input: { DeliveryChannelName: "channel-${run}" } },
      { call: "config:DeleteConfigurationRecorder", input: none, error: "NoSuchConfigurationRecorderException" },
      { call: "config:DeleteConfigurationRecorder", input: named },
      { call: "s3:DeleteBucket", input: { Bucket: "config-${run}" } },
      { call: "iam:DeleteRole", input: { RoleName: "config-${run}" } },
    ],
  },
];
