// The calls of `cloister verify`: the event history, and permissions of network interfaces.
import { type Scenario } from "../scenario";

const by = (AttributeKey: string, AttributeValue: string) => ({ LookupAttributes: [{ AttributeKey, AttributeValue }] });
const none = "AllocateNothing-${run}";

export const cloudtrail: Scenario[] = [
  {
    title: "looks up the latest management events by name and source",
    steps: [
      { call: "sts:GetCallerIdentity" },
      {
        call: "cloudtrail:LookupEvents",
        input: { ...by("EventName", "GetCallerIdentity"), MaxResults: 1 },
        output: { Events: [{ EventName: "GetCallerIdentity", EventSource: "sts.amazonaws.com", ReadOnly: "true", Username: "cloister" }] },
      },
      {
        call: "cloudtrail:LookupEvents",
        input: { ...by("EventSource", "sts.amazonaws.com"), MaxResults: 1 },
        output: { Events: [{ EventSource: "sts.amazonaws.com" }] },
      },
      { call: "cloudtrail:LookupEvents", input: by("EventName", none), output: { Events: [] } },
      { call: "cloudtrail:LookupEvents", input: by("ResourceName", "vpc-${run}"), output: { Events: [] } },
      { call: "cloudtrail:LookupEvents", input: { EventCategory: "insight" }, output: { Events: [] } },
    ],
  },
  {
    title: "records failed calls",
    steps: [
      { call: "sns:GetTopicAttributes", input: { TopicArn: "arn:aws:sns:eu-central-1:111122223333:none-${run}" }, error: "NotFound" },
      {
        call: "cloudtrail:LookupEvents",
        input: { ...by("EventName", "GetTopicAttributes"), MaxResults: 1 },
        output: { Events: [{ EventName: "GetTopicAttributes", EventSource: "sns.amazonaws.com" }] },
      },
    ],
  },
  {
    title: "rejects lookups that CloudTrail rejects",
    steps: [
      {
        call: "cloudtrail:LookupEvents",
        input: { LookupAttributes: [...by("EventName", none).LookupAttributes, ...by("ReadOnly", "true").LookupAttributes] },
        error: "InvalidLookupAttributesException",
      },
      { call: "cloudtrail:LookupEvents", input: by("EventColor", "blue"), error: "InvalidLookupAttributesException" },
      { call: "cloudtrail:LookupEvents", input: { MaxResults: 51 }, error: "InvalidMaxResultsException" },
      { call: "cloudtrail:LookupEvents", input: { NextToken: "none" }, error: "InvalidNextTokenException" },
      { call: "cloudtrail:LookupEvents", input: { EventCategory: "data" }, error: "InvalidEventCategoryException" },
    ],
  },
];

const trailArn = "arn:aws:cloudtrail:eu-central-1:111122223333:trail/trail-${run}";
const statement = (Sid: string, Action: string | string[], Resource: string, service = "cloudtrail.amazonaws.com") => ({
  Sid,
  Effect: "Allow",
  Principal: { Service: service },
  Action,
  Resource,
  Condition: { StringEquals: { "aws:SourceArn": trailArn } },
});
const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const account = { Sid: "Account", Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "kms:*", Resource: "*" };
const bucketPolicy = policy(
  statement("Acl", "s3:GetBucketAcl", "arn:aws:s3:::trail-${run}"),
  statement("Write", "s3:PutObject", "arn:aws:s3:::trail-${run}/AWSLogs/111122223333/*"),
);
const trail = { Name: "trail-${run}", S3BucketName: "trail-${run}" };
const logs = {
  CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-central-1:111122223333:log-group:trail-${run}:*",
  CloudWatchLogsRoleArn: "arn:aws:iam::111122223333:role/trail-${run}",
};
const trust = policy({ Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" }, Action: "sts:AssumeRole" });
const field = (Field: string, ...Equals: string[]) => ({ Field, Equals });
const selectors = (...all: object[][]) => ({
  TrailName: trailArn,
  AdvancedEventSelectors: all.map((FieldSelectors) => ({ FieldSelectors })),
});
const missing = "arn:aws:cloudtrail:eu-central-1:111122223333:trail/none-${run}";

export const trails: Scenario[] = [
  {
    title: "validates the bucket, the key, the log group and the role of a trail, and what the trail records",
    steps: [
      { call: "cloudtrail:CreateTrail", input: { ...trail, Name: "a" }, error: "InvalidTrailNameException" },
      { call: "cloudtrail:CreateTrail", input: { ...trail, Name: "a--${run}" }, error: "InvalidTrailNameException" },
      { call: "cloudtrail:CreateTrail", input: trail, error: "S3BucketDoesNotExistException" },
      {
        call: "s3:CreateBucket",
        input: { Bucket: "trail-${run}", CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } },
      },
      { call: "cloudtrail:CreateTrail", input: trail, error: "InsufficientS3BucketPolicyException" },
      { call: "s3:PutBucketPolicy", input: { Bucket: "trail-${run}", Policy: bucketPolicy } },
      {
        call: "cloudtrail:CreateTrail",
        input: { ...trail, IsMultiRegionTrail: true, IncludeGlobalServiceEvents: false },
        error: "InvalidParameterCombinationException",
      },
      { call: "cloudtrail:CreateTrail", input: { ...trail, IsOrganizationTrail: true }, error: "OrganizationsNotInUseException" },
      {
        call: "cloudtrail:CreateTrail",
        input: { ...trail, KmsKeyId: "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000" },
        error: "KmsKeyNotFoundException",
      },
      { call: "kms:CreateKey", input: { Policy: policy(account) }, save: { key: "KeyMetadata.Arn" } },
      { call: "cloudtrail:CreateTrail", input: { ...trail, KmsKeyId: "${key}" }, error: "InsufficientEncryptionPolicyException" },
      {
        call: "kms:PutKeyPolicy",
        input: {
          KeyId: "${key}",
          PolicyName: "default",
          Policy: policy(account, statement("Trail", ["kms:DescribeKey", "kms:GenerateDataKey*"], "*")),
        },
      },
      {
        call: "cloudtrail:CreateTrail",
        input: { ...trail, CloudWatchLogsLogGroupArn: logs.CloudWatchLogsLogGroupArn },
        error: "InvalidCloudWatchLogsRoleArnException",
      },
      { call: "cloudtrail:CreateTrail", input: { ...trail, ...logs }, error: "InvalidCloudWatchLogsLogGroupArnException" },
      { call: "logs:CreateLogGroup", input: { logGroupName: "trail-${run}" } },
      { call: "cloudtrail:CreateTrail", input: { ...trail, ...logs }, error: "InvalidCloudWatchLogsRoleArnException" },
      {
        call: "iam:CreateRole",
        input: { RoleName: "trail-${run}", AssumeRolePolicyDocument: trust.replace("cloudtrail", "config") },
      },
      { call: "cloudtrail:CreateTrail", input: { ...trail, ...logs }, error: "InvalidCloudWatchLogsRoleArnException" },
      { call: "iam:UpdateAssumeRolePolicy", input: { RoleName: "trail-${run}", PolicyDocument: trust } },
      {
        call: "cloudtrail:CreateTrail",
        input: { ...trail, ...logs, KmsKeyId: "${key}", IsMultiRegionTrail: true, EnableLogFileValidation: true },
        output: { TrailARN: trailArn, KmsKeyId: "${key}", LogFileValidationEnabled: true, IsMultiRegionTrail: true },
      },
      { call: "cloudtrail:CreateTrail", input: trail, error: "TrailAlreadyExistsException" },
      { call: "cloudtrail:GetTrailStatus", input: { Name: trailArn }, output: { IsLogging: false } },
      { call: "cloudtrail:GetTrailStatus", input: { Name: missing }, error: "TrailNotFoundException" },
      { call: "cloudtrail:StartLogging", input: { Name: trailArn } },
      { call: "cloudtrail:StartLogging", input: { Name: missing }, error: "TrailNotFoundException" },
      { call: "cloudtrail:GetTrailStatus", input: { Name: trailArn }, output: { IsLogging: true } },
      {
        call: "cloudtrail:GetEventSelectors",
        input: { TrailName: trailArn },
        output: { EventSelectors: [{ IncludeManagementEvents: true }] },
      },
      { call: "cloudtrail:GetEventSelectors", input: { TrailName: "arn:aws:iam::1" }, error: "CloudTrailARNInvalidException" },
      {
        call: "cloudtrail:PutEventSelectors",
        input: selectors([field("eventCategory", "Data")]),
        error: "InvalidEventSelectorsException",
      },
      {
        call: "cloudtrail:PutEventSelectors",
        input: selectors([field("eventCategory", "Management"), field("resources.ARN", "arn:aws:s3:::a/")]),
        error: "InvalidEventSelectorsException",
      },
      {
        call: "cloudtrail:PutEventSelectors",
        input: selectors([
          field("eventCategory", "Data"),
          field("resources.type", "AWS::S3::Object"),
          field("resources.ARN", "arn:aws:s3:::a*/"),
        ]),
        error: "InvalidEventSelectorsException",
      },
      {
        call: "cloudtrail:PutEventSelectors",
        input: selectors(
          [field("eventCategory", "Management")],
          [
            field("eventCategory", "Data"),
            field("resources.type", "AWS::S3::Object"),
            { Field: "resources.ARN", NotStartsWith: ["arn:aws:s3:::trail-${run}/"] } as never,
          ],
        ),
      },
      {
        call: "cloudtrail:GetEventSelectors",
        input: { TrailName: trailArn },
        output: { AdvancedEventSelectors: [{ FieldSelectors: [field("eventCategory", "Management")] }, {}] },
      },
      { call: "cloudtrail:GetInsightSelectors", input: { TrailName: missing }, error: "TrailNotFoundException" },
      { call: "cloudtrail:GetInsightSelectors", input: { TrailName: trailArn }, error: "InsightNotEnabledException" },
      { call: "cloudtrail:DescribeTrails", input: { trailNameList: ["a"] }, error: "InvalidTrailNameException" },
      {
        call: "cloudtrail:DescribeTrails",
        input: { trailNameList: [trailArn] },
        output: { trailList: [{ Name: "trail-${run}", HomeRegion: "eu-central-1", HasCustomEventSelectors: true }] },
      },
      { call: "cloudtrail:DescribeTrails", input: { trailNameList: [missing] }, output: { trailList: [] } },
      { call: "cloudtrail:UpdateTrail", input: { Name: missing }, error: "TrailNotFoundException" },
      {
        call: "cloudtrail:UpdateTrail",
        input: { Name: trailArn, EnableLogFileValidation: false },
        output: { LogFileValidationEnabled: false, IsMultiRegionTrail: true },
      },
      { call: "cloudtrail:AddTags", input: { ResourceId: trailArn, TagsList: [{ Key: "a", Value: "b" }] } },
      { call: "cloudtrail:AddTags", input: { ResourceId: missing, TagsList: [{ Key: "a" }] }, error: "ResourceNotFoundException" },
      {
        call: "cloudtrail:ListTags",
        input: { ResourceIdList: [trailArn] },
        output: { ResourceTagList: [{ TagsList: [{ Key: "a", Value: "b" }] }] },
      },
      { call: "cloudtrail:ListTags", input: { ResourceIdList: [missing] }, error: "ResourceNotFoundException" },
      { call: "cloudtrail:RemoveTags", input: { ResourceId: trailArn, TagsList: [{ Key: "a" }] } },
      { call: "cloudtrail:RemoveTags", input: { ResourceId: missing, TagsList: [{ Key: "a" }] }, error: "ResourceNotFoundException" },
      { call: "cloudtrail:StopLogging", input: { Name: trailArn } },
      { call: "cloudtrail:GetTrailStatus", input: { Name: "trail-${run}" }, output: { IsLogging: false } },
      { call: "cloudtrail:DeleteTrail", input: { Name: trailArn } },
      { call: "cloudtrail:DeleteTrail", input: { Name: trailArn }, error: "TrailNotFoundException" },
      { call: "s3:DeleteBucket", input: { Bucket: "trail-${run}" } },
      { call: "logs:DeleteLogGroup", input: { logGroupName: "trail-${run}" } },
      { call: "iam:DeleteRole", input: { RoleName: "trail-${run}" } },
    ],
  },
];

const permission = { NetworkInterfaceId: "${interface}", Permission: "INSTANCE-ATTACH" };

export const interfacePermissions: Scenario[] = [
  {
    title: "creates a network interface, and authorizes no account to attach it",
    steps: [
      { call: "ec2:CreateVpc", input: { CidrBlock: "10.0.0.0/16" }, save: { vpc: "Vpc.VpcId" } },
      { call: "ec2:CreateSubnet", input: { VpcId: "${vpc}", CidrBlock: "10.0.0.0/24" }, save: { subnet: "Subnet.SubnetId" } },
      { call: "ec2:CreateNetworkInterface", input: { SubnetId: "subnet-0f0f0f0f0f0f0f0f0" }, error: "InvalidSubnetID.NotFound" },
      {
        call: "ec2:CreateNetworkInterface",
        input: { SubnetId: "${subnet}", Groups: ["sg-0f0f0f0f0f0f0f0f0"] },
        error: "InvalidSecurityGroupID.NotFound",
      },
      {
        call: "ec2:CreateNetworkInterface",
        input: {
          SubnetId: "${subnet}",
          TagSpecifications: [{ ResourceType: "network-interface", Tags: [{ Key: "cloister:verify", Value: "${run}" }] }],
        },
        save: { interface: "NetworkInterface.NetworkInterfaceId" },
      },
      {
        call: "ec2:DescribeNetworkInterfaces",
        input: { Filters: [{ Name: "tag:cloister:verify", Values: ["${run}"] }] },
        output: { NetworkInterfaces: [{ NetworkInterfaceId: "${interface}" }] },
      },
      {
        call: "ec2:CreateNetworkInterfacePermission",
        input: { ...permission, AwsAccountId: "111122223333" },
        error: "OperationNotPermitted",
      },
      { call: "ec2:CreateNetworkInterfacePermission", input: permission, error: "InvalidParameterCombination" },
      {
        call: "ec2:CreateNetworkInterfacePermission",
        input: { ...permission, NetworkInterfaceId: "eni-0f0f0f0f0f0f0f0f0", AwsAccountId: "111122223333" },
        error: "InvalidNetworkInterfaceID.NotFound",
      },
      { call: "ec2:DeleteNetworkInterface", input: { NetworkInterfaceId: "${interface}" } },
      { call: "ec2:DeleteNetworkInterface", input: { NetworkInterfaceId: "${interface}" }, error: "InvalidNetworkInterfaceID.NotFound" },
      { call: "ec2:DeleteSubnet", input: { SubnetId: "${subnet}" } },
      { call: "ec2:DeleteVpc", input: { VpcId: "${vpc}" } },
    ],
  },
];
