import { type Scenario } from "../scenario";

const group = { logGroupName: "/test/${run}" };
const noTopic = "arn:aws:sns:eu-central-1:111122223333:none";
const publish = (resource: string, principal: object) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid: "one", Effect: "Allow", Principal: principal, Action: "sns:Publish", Resource: resource }],
  });
const keyPolicy = (service?: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "kms:*", Resource: "*" },
      ...(service
        ? [
            {
              Effect: "Allow",
              Principal: { Service: service },
              Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"],
              Resource: "*",
            },
          ]
        : []),
    ],
  });

const filter = {
  ...group,
  filterName: "denied",
  filterPattern: "{ $.errorCode = AccessDenied }",
  metricTransformations: [{ metricName: "Denied", metricNamespace: "cloister/${run}", metricValue: "1" }],
};
const writes = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: "arn:aws:logs:eu-central-1:111122223333:log-group:/test/*:*",
    },
  ],
});

export const logs: Scenario[] = [
  {
    title: "makes a log group with retention and tags",
    steps: [
      { call: "logs:CreateLogGroup", with: { ...group, tags: { team: "fraud" } } },
      { call: "logs:CreateLogGroup", with: group, refused: "ResourceAlreadyExistsException" },
      { call: "logs:CreateLogGroup", with: { logGroupName: "no spaces" }, refused: "InvalidParameterException" },
      { call: "logs:PutRetentionPolicy", with: { ...group, retentionInDays: 30 } },
      { call: "logs:PutRetentionPolicy", with: { ...group, retentionInDays: 31 }, refused: "InvalidParameterException" },
      { call: "logs:PutRetentionPolicy", with: { logGroupName: "/none", retentionInDays: 30 }, refused: "ResourceNotFoundException" },
      {
        call: "logs:DescribeLogGroups",
        with: { logGroupNamePrefix: "/test/${run}" },
        gives: { logGroups: [{ logGroupName: "/test/${run}", retentionInDays: 30 }] },
      },
      { call: "logs:DescribeLogGroups", with: { logGroupNamePrefix: "not allowed!" }, refused: "InvalidParameterException" },
      {
        call: "logs:ListTagsForResource",
        with: { resourceArn: "arn:aws:logs:eu-central-1:111122223333:log-group:/test/${run}" },
        gives: { tags: { team: "fraud" } },
      },
      {
        call: "logs:ListTagsForResource",
        with: { resourceArn: "arn:aws:logs:eu-central-1:111122223333:log-group:/none" },
        refused: "ResourceNotFoundException",
      },
      {
        call: "logs:TagResource",
        with: { resourceArn: "arn:aws:logs:eu-central-1:111122223333:log-group:/test/${run}", tags: { stage: "dev" } },
      },
      {
        call: "logs:TagResource",
        with: { resourceArn: "arn:aws:logs:eu-central-1:111122223333:log-group:/none", tags: { stage: "dev" } },
        refused: "ResourceNotFoundException",
      },
      {
        call: "logs:UntagResource",
        with: { resourceArn: "arn:aws:logs:eu-central-1:111122223333:log-group:/test/${run}", tagKeys: ["team"] },
      },
      {
        call: "logs:UntagResource",
        with: { resourceArn: "arn:aws:logs:eu-central-1:111122223333:log-group:/none", tagKeys: ["team"] },
        refused: "ResourceNotFoundException",
      },
      { call: "logs:DeleteRetentionPolicy", with: group },
      { call: "logs:DeleteRetentionPolicy", with: { logGroupName: "/none" }, refused: "ResourceNotFoundException" },
      { call: "logs:DeleteLogGroup", with: group },
      { call: "logs:DeleteLogGroup", with: group, refused: "ResourceNotFoundException" },
    ],
  },
  {
    title: "encrypts a log group only under a key that lets the service use it",
    steps: [
      { call: "kms:CreateKey", with: { Policy: keyPolicy() }, save: { shut: "KeyMetadata.Arn" } },
      { call: "kms:CreateKey", with: { Policy: keyPolicy("logs.eu-central-1.amazonaws.com") }, save: { open: "KeyMetadata.Arn" } },
      { call: "logs:CreateLogGroup", with: { ...group, kmsKeyId: "${shut}" }, refused: "InvalidParameterException" },
      {
        call: "logs:CreateLogGroup",
        with: { ...group, kmsKeyId: "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000" },
        refused: "InvalidParameterException",
      },
      { call: "logs:CreateLogGroup", with: { ...group, kmsKeyId: "${open}" } },
      { call: "logs:DescribeLogGroups", with: { logGroupNamePrefix: "/test/${run}" }, gives: { logGroups: [{ kmsKeyId: "${open}" }] } },
      { call: "logs:AssociateKmsKey", with: { ...group, kmsKeyId: "${shut}" }, refused: "InvalidParameterException" },
      { call: "logs:DeleteLogGroup", with: group },
      ...["${shut}", "${open}"].map((key) => ({ call: "kms:ScheduleKeyDeletion", with: { KeyId: key, PendingWindowInDays: 7 } })),
    ],
  },
  {
    title: "counts events by a metric filter",
    steps: [
      { call: "logs:CreateLogGroup", with: group },
      { call: "logs:PutMetricFilter", with: filter },
      { call: "logs:PutMetricFilter", with: { ...filter, filterPattern: "denied" } },
      { call: "logs:PutMetricFilter", with: { ...filter, logGroupName: "/none" }, refused: "ResourceNotFoundException" },
      { call: "logs:PutMetricFilter", with: { ...filter, metricTransformations: [] }, refused: "InvalidParameterException" },
      {
        call: "logs:DescribeMetricFilters",
        with: { ...group, filterNamePrefix: "denied" },
        gives: { metricFilters: [{ ...filter, filterPattern: "denied" }] },
      },
      { call: "logs:DescribeMetricFilters", with: { logGroupName: "/none" }, refused: "ResourceNotFoundException" },
      { call: "logs:DeleteMetricFilter", with: { ...group, filterName: "denied" } },
      { call: "logs:DeleteMetricFilter", with: { ...group, filterName: "denied" }, refused: "ResourceNotFoundException" },
      { call: "logs:PutMetricFilter", with: filter },
      { call: "logs:DeleteLogGroup", with: group },
      { call: "logs:CreateLogGroup", with: group },
      { call: "logs:DescribeMetricFilters", with: group, gives: { metricFilters: [] } },
      { call: "logs:DeleteLogGroup", with: group },
    ],
  },
  {
    title: "lets a service write into groups by a policy",
    steps: [
      { call: "logs:PutResourcePolicy", with: { policyName: "events-${run}", policyDocument: writes } },
      { call: "logs:PutResourcePolicy", with: { policyName: "events-${run}", policyDocument: "{" }, refused: "InvalidParameterException" },
      {
        call: "logs:DescribeResourcePolicies",
        with: {},
        gives: { resourcePolicies: [{ policyName: "events-${run}", policyDocument: writes }] },
      },
      { call: "logs:DescribeResourcePolicies", with: { limit: 0, nextToken: "" }, refused: "InvalidParameterException" },
      { call: "logs:DeleteResourcePolicy", with: { policyName: "events-${run}" } },
      { call: "logs:DeleteResourcePolicy", with: { policyName: "events-${run}" }, refused: "ResourceNotFoundException" },
    ],
  },
];

export const sns: Scenario[] = [
  {
    title: "makes a topic with a policy and a subscription",
    steps: [
      { call: "sns:CreateTopic", with: { Name: "topic-${run}", Tags: [{ Key: "team", Value: "fraud" }] }, save: { topic: "TopicArn" } },
      { call: "sns:CreateTopic", with: { Name: "no spaces" }, refused: "InvalidParameter" },
      { call: "sns:CreateTopic", with: {}, refused: "InvalidParameter" },
      { call: "sns:SetTopicAttributes", with: { TopicArn: "${topic}", AttributeName: "KmsMasterKeyId", AttributeValue: "alias/aws/sns" } },
      {
        call: "sns:SetTopicAttributes",
        with: { TopicArn: "${topic}", AttributeName: "Policy", AttributeValue: publish("${topic}", { Service: "events.amazonaws.com" }) },
      },
      {
        call: "sns:SetTopicAttributes",
        with: {
          TopicArn: "${topic}",
          AttributeName: "Policy",
          AttributeValue: publish("${topic}", { AWS: "arn:aws:iam::444455556666:role/nobody" }),
        },
        refused: "InvalidParameter",
      },
      {
        call: "sns:SetTopicAttributes",
        with: { TopicArn: noTopic, AttributeName: "DisplayName", AttributeValue: "x" },
        refused: "NotFound",
      },
      { call: "sns:GetTopicAttributes", with: { TopicArn: "${topic}" }, gives: { Attributes: { KmsMasterKeyId: "alias/aws/sns" } } },
      { call: "sns:GetTopicAttributes", with: { TopicArn: noTopic }, refused: "NotFound" },
      { call: "sns:ListTagsForResource", with: { ResourceArn: "${topic}" }, gives: { Tags: [{ Key: "team", Value: "fraud" }] } },
      { call: "sns:ListTagsForResource", with: { ResourceArn: noTopic }, refused: "ResourceNotFound" },
      { call: "sns:TagResource", with: { ResourceArn: "${topic}", Tags: [{ Key: "stage", Value: "dev" }] } },
      { call: "sns:TagResource", with: { ResourceArn: noTopic, Tags: [{ Key: "stage", Value: "dev" }] }, refused: "ResourceNotFound" },
      { call: "sns:UntagResource", with: { ResourceArn: "${topic}", TagKeys: ["team"] } },
      { call: "sns:UntagResource", with: { ResourceArn: noTopic, TagKeys: ["team"] }, refused: "ResourceNotFound" },
      {
        call: "sns:Subscribe",
        with: { TopicArn: "${topic}", Protocol: "email", Endpoint: "security@example.com", ReturnSubscriptionArn: true },
        save: { subscription: "SubscriptionArn" },
      },
      { call: "sns:Subscribe", with: { TopicArn: noTopic, Protocol: "email", Endpoint: "security@example.com" }, refused: "NotFound" },
      {
        call: "sns:GetSubscriptionAttributes",
        with: { SubscriptionArn: "${subscription}" },
        gives: { Attributes: { Protocol: "email", Endpoint: "security@example.com" } },
      },
      {
        call: "sns:GetSubscriptionAttributes",
        with: { SubscriptionArn: "${topic}:00000000-0000-4000-8000-000000000000" },
        refused: "NotFound",
      },
      { call: "sns:Unsubscribe", with: { SubscriptionArn: "${subscription}" } },
      { call: "sns:DeleteTopic", with: { TopicArn: "${topic}" } },
      { call: "sns:GetTopicAttributes", with: { TopicArn: "${topic}" }, refused: "NotFound" },
    ],
  },
];

export const ssm: Scenario[] = [
  {
    title: "keeps parameters",
    steps: [
      {
        call: "ssm:PutParameter",
        with: { Name: "/test/${run}/a", Type: "String", Value: "1", Tags: [{ Key: "team", Value: "fraud" }] },
        gives: { Version: 1 },
      },
      { call: "ssm:PutParameter", with: { Name: "/test/${run}/a", Type: "String", Value: "2" }, refused: "ParameterAlreadyExists" },
      { call: "ssm:PutParameter", with: { Name: "/test/${run}/a", Type: "String", Value: "2", Overwrite: true }, gives: { Version: 2 } },
      { call: "ssm:PutParameter", with: { Name: "/aws/${run}", Type: "String", Value: "1" }, refused: "AccessDeniedException" },
      { call: "ssm:PutParameter", with: { Name: "/test/${run}/b", Type: "Text", Value: "1" }, refused: "ValidationException" },
      {
        call: "ssm:PutParameter",
        with: { Name: "/test/${run}/b", Type: "SecureString", Value: "1", KeyId: "00000000-0000-4000-8000-000000000000" },
        refused: "InvalidKeyId",
      },
      { call: "ssm:GetParameter", with: { Name: "/test/${run}/a" }, gives: { Parameter: { Value: "2", Version: 2 } } },
      { call: "ssm:GetParameter", with: { Name: "/test/${run}/none" }, refused: "ParameterNotFound" },
      { call: "ssm:GetParametersByPath", with: { Path: "/test/${run}" }, gives: { Parameters: [{ Name: "/test/${run}/a" }] } },
      { call: "ssm:GetParametersByPath", with: { Path: "test" }, refused: "ValidationException" },
      {
        call: "ssm:DescribeParameters",
        with: { ParameterFilters: [{ Key: "Name", Option: "Equals", Values: ["/test/${run}/a"] }] },
        gives: { Parameters: [{ Name: "/test/${run}/a", Type: "String" }] },
      },
      { call: "ssm:DescribeParameters", with: { ParameterFilters: [{ Key: "Nothing", Values: ["x"] }] }, refused: "ValidationException" },
      {
        call: "ssm:ListTagsForResource",
        with: { ResourceType: "Parameter", ResourceId: "/test/${run}/a" },
        gives: { TagList: [{ Key: "team", Value: "fraud" }] },
      },
      {
        call: "ssm:ListTagsForResource",
        with: { ResourceType: "Parameter", ResourceId: "/test/${run}/none" },
        refused: "InvalidResourceId",
      },
      {
        call: "ssm:AddTagsToResource",
        with: { ResourceType: "Parameter", ResourceId: "/test/${run}/a", Tags: [{ Key: "stage", Value: "dev" }] },
      },
      {
        call: "ssm:AddTagsToResource",
        with: { ResourceType: "Parameter", ResourceId: "/test/${run}/none", Tags: [{ Key: "stage", Value: "dev" }] },
        refused: "InvalidResourceId",
      },
      { call: "ssm:RemoveTagsFromResource", with: { ResourceType: "Parameter", ResourceId: "/test/${run}/a", TagKeys: ["team"] } },
      {
        call: "ssm:RemoveTagsFromResource",
        with: { ResourceType: "Parameter", ResourceId: "/test/${run}/none", TagKeys: ["team"] },
        refused: "InvalidResourceId",
      },
      { call: "ssm:DeleteParameter", with: { Name: "/test/${run}/a" } },
      { call: "ssm:DeleteParameter", with: { Name: "/test/${run}/a" }, refused: "ParameterNotFound" },
    ],
  },
];

const role = (account: string, name = "OrganizationAccountAccessRole") => `arn:aws:iam::${account}:role/${name}`;

export const sts: Scenario[] = [
  {
    title: "opens sessions in the world's accounts only",
    steps: [
      {
        call: "sts:GetCallerIdentity",
        gives: { Account: "111122223333", Arn: "arn:aws:sts::111122223333:assumed-role/OrganizationAccountAccessRole/cloister" },
      },
      {
        call: "sts:AssumeRole",
        with: { RoleArn: role("444455556666"), RoleSessionName: "test" },
        gives: { AssumedRoleUser: { Arn: "arn:aws:sts::444455556666:assumed-role/OrganizationAccountAccessRole/test" } },
        save: { key: "Credentials.AccessKeyId" },
      },
      { call: "sts:GetAccessKeyInfo", with: { AccessKeyId: "${key}" }, gives: { Account: "444455556666" } },
      { call: "sts:GetAccessKeyInfo", with: { AccessKeyId: "AKIANOBODYEVERMADEIT" }, refused: "ValidationError" },
      { call: "sts:GetCallerIdentity", account: "444455556666", gives: { Account: "444455556666" } },
      { call: "sts:AssumeRole", with: { RoleArn: role("999999999999"), RoleSessionName: "test" }, refused: "AccessDenied" },
      { call: "sts:AssumeRole", with: { RoleArn: role("444455556666", "nobody"), RoleSessionName: "test" }, refused: "AccessDenied" },
      {
        call: "sts:AssumeRole",
        with: { RoleArn: role("555566667777"), RoleSessionName: "test" },
        account: "444455556666",
        refused: "AccessDenied",
      },
      { call: "sts:AssumeRole", with: { RoleArn: role("444455556666"), RoleSessionName: "no spaces" }, refused: "ValidationError" },
      {
        call: "sts:AssumeRole",
        with: { RoleArn: role("444455556666"), RoleSessionName: "test", DurationSeconds: 60 },
        refused: "ValidationError",
      },
    ],
  },
];
