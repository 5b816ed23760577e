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

const stream = { ...group, logStreamName: "app/one" };

const query = { name: "audit-${run}/denied", queryString: "fields @message" };
export const logs: Scenario[] = [
  {
    title: "saves, changes and deletes queries",
    steps: [
      { call: "logs:CreateLogGroup", input: { logGroupName: "/queried-${run}" } },
      { call: "logs:PutQueryDefinition", input: { ...query, name: "/denied" }, error: "InvalidParameterException" },
      { call: "logs:PutQueryDefinition", input: { ...query, logGroupNames: ["/none-${run}"] }, error: "ResourceNotFoundException" },
      { call: "logs:PutQueryDefinition", input: { ...query, queryDefinitionId: "none" }, error: "ResourceNotFoundException" },
      { call: "logs:PutQueryDefinition", input: { ...query, logGroupNames: ["/queried-${run}"] }, save: { id: "queryDefinitionId" } },
      { call: "logs:PutQueryDefinition", input: { ...query, queryDefinitionId: "${id}", queryString: "limit 1" } },
      { call: "logs:DescribeQueryDefinitions", input: { nextToken: "none" }, error: "InvalidParameterException" },
      {
        call: "logs:DescribeQueryDefinitions",
        input: { queryDefinitionNamePrefix: "audit-${run}" },
        output: { queryDefinitions: [{ queryDefinitionId: "${id}", queryString: "limit 1", logGroupNames: [] }] },
      },
      { call: "logs:DeleteQueryDefinition", input: { queryDefinitionId: "${id}" }, output: { success: true } },
      { call: "logs:DeleteQueryDefinition", input: { queryDefinitionId: "${id}" }, error: "ResourceNotFoundException" },
      { call: "logs:DeleteLogGroup", input: { logGroupName: "/queried-${run}" } },
    ],
  },
  {
    title: "deletes log streams",
    steps: [
      { call: "logs:CreateLogGroup", input: group },
      { call: "logs:CreateLogStream", input: stream },
      {
        call: "logs:DescribeLogStreams",
        input: { ...group, logStreamNamePrefix: "app/" },
        output: { logStreams: [{ logStreamName: "app/one" }] },
      },
      { call: "logs:DescribeLogStreams", input: { logGroupName: "/none" }, error: "ResourceNotFoundException" },
      { call: "logs:DeleteLogStream", input: stream },
      { call: "logs:DeleteLogStream", input: stream, error: "ResourceNotFoundException" },
      { call: "logs:DescribeLogStreams", input: group, output: { logStreams: [] } },
      { call: "logs:DeleteLogGroup", input: group },
    ],
  },
  {
    title: "creates a log group with retention and tags",
    steps: [
      { call: "logs:CreateLogGroup", input: { ...group, tags: { team: "fraud" } } },
      { call: "logs:CreateLogGroup", input: group, error: "ResourceAlreadyExistsException" },
      { call: "logs:CreateLogGroup", input: { logGroupName: "no spaces" }, error: "InvalidParameterException" },
      { call: "logs:PutRetentionPolicy", input: { ...group, retentionInDays: 30 } },
      { call: "logs:PutRetentionPolicy", input: { ...group, retentionInDays: 31 }, error: "InvalidParameterException" },
      { call: "logs:PutRetentionPolicy", input: { logGroupName: "/none", retentionInDays: 30 }, error: "ResourceNotFoundException" },
      {
        call: "logs:DescribeLogGroups",
        input: { logGroupNamePrefix: "/test/${run}" },
        output: { logGroups: [{ logGroupName: "/test/${run}", retentionInDays: 30 }] },
      },
      { call: "logs:DescribeLogGroups", input: { logGroupNamePrefix: "not allowed!" }, error: "InvalidParameterException" },
      {
        call: "logs:ListTagsForResource",
        input: { resourceArn: "arn:aws:logs:eu-central-1:111122223333:log-group:/test/${run}" },
        output: { tags: { team: "fraud" } },
      },
      {
        call: "logs:ListTagsForResource",
        input: { resourceArn: "arn:aws:logs:eu-central-1:111122223333:log-group:/none" },
        error: "ResourceNotFoundException",
      },
      {
        call: "logs:TagResource",
        input: { resourceArn: "arn:aws:logs:eu-central-1:111122223333:log-group:/test/${run}", tags: { stage: "dev" } },
      },
      {
        call: "logs:TagResource",
        input: { resourceArn: "arn:aws:logs:eu-central-1:111122223333:log-group:/none", tags: { stage: "dev" } },
        error: "ResourceNotFoundException",
      },
      {
        call: "logs:UntagResource",
        input: { resourceArn: "arn:aws:logs:eu-central-1:111122223333:log-group:/test/${run}", tagKeys: ["team"] },
      },
      {
        call: "logs:UntagResource",
        input: { resourceArn: "arn:aws:logs:eu-central-1:111122223333:log-group:/none", tagKeys: ["team"] },
        error: "ResourceNotFoundException",
      },
      { call: "logs:DeleteRetentionPolicy", input: group },
      { call: "logs:DeleteRetentionPolicy", input: { logGroupName: "/none" }, error: "ResourceNotFoundException" },
      { call: "logs:DeleteLogGroup", input: group },
      { call: "logs:DeleteLogGroup", input: group, error: "ResourceNotFoundException" },
    ],
  },
  {
    title: "encrypts a log group only with a KMS key that allows the service",
    steps: [
      { call: "kms:CreateKey", input: { Policy: keyPolicy() }, save: { shut: "KeyMetadata.Arn" } },
      { call: "kms:CreateKey", input: { Policy: keyPolicy("logs.eu-central-1.amazonaws.com") }, save: { open: "KeyMetadata.Arn" } },
      { call: "logs:CreateLogGroup", input: { ...group, kmsKeyId: "${shut}" }, error: "AccessDeniedException" },
      {
        call: "logs:CreateLogGroup",
        input: { ...group, kmsKeyId: "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000" },
        error: "AccessDeniedException",
      },
      { call: "logs:CreateLogGroup", input: { ...group, kmsKeyId: "${open}" } },
      { call: "logs:DescribeLogGroups", input: { logGroupNamePrefix: "/test/${run}" }, output: { logGroups: [{ kmsKeyId: "${open}" }] } },
      { call: "logs:AssociateKmsKey", input: { ...group, kmsKeyId: "${shut}" }, error: "AccessDeniedException" },
      { call: "logs:DeleteLogGroup", input: group },
      ...["${shut}", "${open}"].map((key) => ({ call: "kms:ScheduleKeyDeletion", input: { KeyId: key, PendingWindowInDays: 7 } })),
    ],
  },
  {
    title: "stores a metric filter that counts events",
    steps: [
      { call: "logs:CreateLogGroup", input: group },
      { call: "logs:PutMetricFilter", input: filter },
      { call: "logs:PutMetricFilter", input: { ...filter, filterPattern: "denied" } },
      { call: "logs:PutMetricFilter", input: { ...filter, logGroupName: "/none" }, error: "ResourceNotFoundException" },
      { call: "logs:PutMetricFilter", input: { ...filter, metricTransformations: [] }, error: "InvalidParameterException" },
      {
        call: "logs:DescribeMetricFilters",
        input: { ...group, filterNamePrefix: "denied" },
        output: { metricFilters: [{ ...filter, filterPattern: "denied" }] },
      },
      { call: "logs:DescribeMetricFilters", input: { logGroupName: "/none" }, error: "ResourceNotFoundException" },
      { call: "logs:DeleteMetricFilter", input: { ...group, filterName: "denied" } },
      { call: "logs:DeleteMetricFilter", input: { ...group, filterName: "denied" }, error: "ResourceNotFoundException" },
      { call: "logs:PutMetricFilter", input: filter },
      { call: "logs:DeleteLogGroup", input: group },
      { call: "logs:CreateLogGroup", input: group },
      { call: "logs:DescribeMetricFilters", input: group, output: { metricFilters: [] } },
      { call: "logs:DeleteLogGroup", input: group },
    ],
  },
  {
    title: "stores a resource policy that lets a service write to log groups",
    steps: [
      { call: "logs:PutResourcePolicy", input: { policyName: "events-${run}", policyDocument: writes } },
      { call: "logs:PutResourcePolicy", input: { policyName: "events-${run}", policyDocument: "{" }, error: "InvalidParameterException" },
      {
        call: "logs:DescribeResourcePolicies",
        input: {},
        output: { resourcePolicies: [{ policyName: "events-${run}", policyDocument: writes }] },
      },
      { call: "logs:DescribeResourcePolicies", input: { limit: 0, nextToken: "" }, error: "InvalidParameterException" },
      { call: "logs:DeleteResourcePolicy", input: { policyName: "events-${run}" } },
      { call: "logs:DeleteResourcePolicy", input: { policyName: "events-${run}" }, error: "ResourceNotFoundException" },
    ],
  },
];

export const sns: Scenario[] = [
  {
    title: "creates a topic with a policy and a subscription",
    steps: [
      { call: "sns:CreateTopic", input: { Name: "topic-${run}", Tags: [{ Key: "team", Value: "fraud" }] }, save: { topic: "TopicArn" } },
      { call: "sns:CreateTopic", input: { Name: "no spaces" }, error: "InvalidParameter" },
      { call: "sns:CreateTopic", input: {}, error: "InvalidParameter" },
      { call: "sns:SetTopicAttributes", input: { TopicArn: "${topic}", AttributeName: "KmsMasterKeyId", AttributeValue: "alias/aws/sns" } },
      {
        call: "sns:SetTopicAttributes",
        input: { TopicArn: "${topic}", AttributeName: "Policy", AttributeValue: publish("${topic}", { Service: "events.amazonaws.com" }) },
      },
      {
        call: "sns:SetTopicAttributes",
        input: {
          TopicArn: "${topic}",
          AttributeName: "Policy",
          AttributeValue: publish("${topic}", { AWS: "arn:aws:iam::444455556666:role/nobody" }),
        },
        error: "InvalidParameter",
      },
      {
        call: "sns:SetTopicAttributes",
        input: { TopicArn: noTopic, AttributeName: "DisplayName", AttributeValue: "x" },
        error: "NotFound",
      },
      { call: "sns:GetTopicAttributes", input: { TopicArn: "${topic}" }, output: { Attributes: { KmsMasterKeyId: "alias/aws/sns" } } },
      { call: "sns:GetTopicAttributes", input: { TopicArn: noTopic }, error: "NotFound" },
      { call: "sns:ListTagsForResource", input: { ResourceArn: "${topic}" }, output: { Tags: [{ Key: "team", Value: "fraud" }] } },
      { call: "sns:ListTagsForResource", input: { ResourceArn: noTopic }, error: "ResourceNotFound" },
      { call: "sns:TagResource", input: { ResourceArn: "${topic}", Tags: [{ Key: "stage", Value: "dev" }] } },
      { call: "sns:TagResource", input: { ResourceArn: noTopic, Tags: [{ Key: "stage", Value: "dev" }] }, error: "ResourceNotFound" },
      { call: "sns:UntagResource", input: { ResourceArn: "${topic}", TagKeys: ["team"] } },
      { call: "sns:UntagResource", input: { ResourceArn: noTopic, TagKeys: ["team"] }, error: "ResourceNotFound" },
      {
        call: "sns:Subscribe",
        input: { TopicArn: "${topic}", Protocol: "email", Endpoint: "security@example.com", ReturnSubscriptionArn: true },
        save: { subscription: "SubscriptionArn" },
      },
      { call: "sns:Subscribe", input: { TopicArn: noTopic, Protocol: "email", Endpoint: "security@example.com" }, error: "NotFound" },
      {
        call: "sns:GetSubscriptionAttributes",
        input: { SubscriptionArn: "${subscription}" },
        output: { Attributes: { Protocol: "email", Endpoint: "security@example.com" } },
      },
      {
        call: "sns:GetSubscriptionAttributes",
        input: { SubscriptionArn: "${topic}:00000000-0000-4000-8000-000000000000" },
        error: "NotFound",
      },
      { call: "sns:Unsubscribe", input: { SubscriptionArn: "${subscription}" } },
      { call: "sns:DeleteTopic", input: { TopicArn: "${topic}" } },
      { call: "sns:GetTopicAttributes", input: { TopicArn: "${topic}" }, error: "NotFound" },
    ],
  },
];

export const ssm: Scenario[] = [
  {
    title: "stores parameters",
    steps: [
      {
        call: "ssm:PutParameter",
        input: { Name: "/test/${run}/a", Type: "String", Value: "1", Tags: [{ Key: "team", Value: "fraud" }] },
        output: { Version: 1 },
      },
      { call: "ssm:PutParameter", input: { Name: "/test/${run}/a", Type: "String", Value: "2" }, error: "ParameterAlreadyExists" },
      { call: "ssm:PutParameter", input: { Name: "/test/${run}/a", Type: "String", Value: "2", Overwrite: true }, output: { Version: 2 } },
      { call: "ssm:PutParameter", input: { Name: "/aws/${run}", Type: "String", Value: "1" }, error: "AccessDeniedException" },
      { call: "ssm:PutParameter", input: { Name: "/test/${run}/b", Type: "Text", Value: "1" }, error: "ValidationException" },
      {
        call: "ssm:PutParameter",
        input: { Name: "/test/${run}/b", Type: "SecureString", Value: "1", KeyId: "00000000-0000-4000-8000-000000000000" },
        error: "InvalidKeyId",
      },
      { call: "ssm:GetParameter", input: { Name: "/test/${run}/a" }, output: { Parameter: { Value: "2", Version: 2 } } },
      { call: "ssm:GetParameter", input: { Name: "/test/${run}/none" }, error: "ParameterNotFound" },
      { call: "ssm:GetParametersByPath", input: { Path: "/test/${run}" }, output: { Parameters: [{ Name: "/test/${run}/a" }] } },
      { call: "ssm:GetParametersByPath", input: { Path: "test" }, error: "ValidationException" },
      {
        call: "ssm:DescribeParameters",
        input: { ParameterFilters: [{ Key: "Name", Option: "Equals", Values: ["/test/${run}/a"] }] },
        output: { Parameters: [{ Name: "/test/${run}/a", Type: "String" }] },
      },
      {
        call: "ssm:DescribeParameters",
        input: { ParameterFilters: [{ Key: "Name", Option: "BeginsWith", Values: ["/test/${run}/"] }], MaxResults: 10 },
        output: { Parameters: [{ Name: "/test/${run}/a" }] },
      },
      { call: "ssm:DescribeParameters", input: { ParameterFilters: [{ Key: "Nothing", Values: ["x"] }] }, error: "ValidationException" },
      {
        call: "ssm:ListTagsForResource",
        input: { ResourceType: "Parameter", ResourceId: "/test/${run}/a" },
        output: { TagList: [{ Key: "team", Value: "fraud" }] },
      },
      {
        call: "ssm:ListTagsForResource",
        input: { ResourceType: "Parameter", ResourceId: "/test/${run}/none" },
        error: "InvalidResourceId",
      },
      {
        call: "ssm:AddTagsToResource",
        input: { ResourceType: "Parameter", ResourceId: "/test/${run}/a", Tags: [{ Key: "stage", Value: "dev" }] },
      },
      {
        call: "ssm:AddTagsToResource",
        input: { ResourceType: "Parameter", ResourceId: "/test/${run}/none", Tags: [{ Key: "stage", Value: "dev" }] },
        error: "InvalidResourceId",
      },
      { call: "ssm:RemoveTagsFromResource", input: { ResourceType: "Parameter", ResourceId: "/test/${run}/a", TagKeys: ["team"] } },
      {
        call: "ssm:RemoveTagsFromResource",
        input: { ResourceType: "Parameter", ResourceId: "/test/${run}/none", TagKeys: ["team"] },
        error: "InvalidResourceId",
      },
      { call: "ssm:DeleteParameter", input: { Name: "/test/${run}/a" } },
      { call: "ssm:DeleteParameter", input: { Name: "/test/${run}/a" }, error: "ParameterNotFound" },
    ],
  },
];

const role = (account: string, name = "OrganizationAccountAccessRole") => `arn:aws:iam::${account}:role/${name}`;

export const sts: Scenario[] = [
  {
    title: "assumes roles only in the world's accounts",
    steps: [
      {
        call: "sts:GetCallerIdentity",
        output: { Account: "111122223333", Arn: "arn:aws:sts::111122223333:assumed-role/OrganizationAccountAccessRole/cloister" },
      },
      {
        call: "sts:AssumeRole",
        input: { RoleArn: role("444455556666"), RoleSessionName: "test" },
        output: { AssumedRoleUser: { Arn: "arn:aws:sts::444455556666:assumed-role/OrganizationAccountAccessRole/test" } },
        save: { key: "Credentials.AccessKeyId" },
      },
      { call: "sts:GetAccessKeyInfo", input: { AccessKeyId: "${key}" }, output: { Account: "444455556666" } },
      { call: "sts:GetAccessKeyInfo", input: { AccessKeyId: "AKIANOBODYEVERMADEIT" }, error: "ValidationError" },
      { call: "sts:GetCallerIdentity", account: "444455556666", output: { Account: "444455556666" } },
      { call: "sts:AssumeRole", input: { RoleArn: role("999999999999"), RoleSessionName: "test" }, error: "AccessDenied" },
      { call: "sts:AssumeRole", input: { RoleArn: role("444455556666", "nobody"), RoleSessionName: "test" }, error: "AccessDenied" },
      {
        call: "sts:AssumeRole",
        input: { RoleArn: role("555566667777"), RoleSessionName: "test" },
        account: "444455556666",
        error: "AccessDenied",
      },
      { call: "sts:AssumeRole", input: { RoleArn: role("444455556666"), RoleSessionName: "no spaces" }, error: "ValidationError" },
      {
        call: "sts:AssumeRole",
        input: { RoleArn: role("444455556666"), RoleSessionName: "test", DurationSeconds: 60 },
        error: "ValidationError",
      },
    ],
  },
  {
    title: "assumes a role only with its external ID, and only for the principals in its trust policy",
    steps: [
      {
        call: "iam:CreateRole",
        account: "444455556666",
        input: {
          RoleName: "external-${run}",
          Path: "/ci/",
          AssumeRolePolicyDocument: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { AWS: "arn:aws:iam::111122223333:root" },
                Action: "sts:AssumeRole",
                Condition: {
                  StringEquals: { "sts:ExternalId": "fraud-dev-staging" },
                  ArnEquals: { "aws:PrincipalArn": role("111122223333") },
                },
              },
            ],
          }),
        },
      },
      ...[{}, { ExternalId: "risk-dev-staging" }].map((externalId) => ({
        call: "sts:AssumeRole",
        input: { RoleArn: role("444455556666", "ci/external-${run}"), RoleSessionName: "test", ...externalId },
        error: "AccessDenied",
      })),
      {
        call: "sts:AssumeRole",
        input: { RoleArn: role("444455556666", "ci/external-${run}"), RoleSessionName: "test", ExternalId: "fraud-dev-staging" },
        output: { AssumedRoleUser: { Arn: "arn:aws:sts::444455556666:assumed-role/external-${run}/test" } },
      },
      {
        call: "sts:AssumeRole",
        input: { RoleArn: role("444455556666", "external-${run}"), RoleSessionName: "test", ExternalId: "fraud-dev-staging" },
        error: "AccessDenied",
      },
      {
        call: "iam:UpdateAssumeRolePolicy",
        account: "444455556666",
        input: {
          RoleName: "external-${run}",
          PolicyDocument: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { AWS: "arn:aws:iam::111122223333:root" },
                Action: "sts:AssumeRole",
                Condition: { ArnEquals: { "aws:PrincipalArn": role("111122223333", "other") } },
              },
            ],
          }),
        },
      },
      {
        call: "sts:AssumeRole",
        input: { RoleArn: role("444455556666", "ci/external-${run}"), RoleSessionName: "test" },
        error: "AccessDenied",
      },
      { call: "iam:DeleteRole", account: "444455556666", input: { RoleName: "external-${run}" } },
    ],
  },
];
