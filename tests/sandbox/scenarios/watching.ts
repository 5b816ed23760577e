import { type Scenario } from "../scenario";

const noTopic = "arn:aws:sns:eu-central-1:111122223333:alarms";
const tag = (Key: string, Value: string) => ({ Key, Value });
const team = [tag("team", "fraud")];
const stage = [tag("stage", "dev")];

const rule = { Name: "rule-${run}" };
const ruleArn = "arn:aws:events:eu-central-1:111122223333:rule/rule-${run}";
const noRule = "arn:aws:events:eu-central-1:111122223333:rule/none";
const pattern = JSON.stringify({ source: ["aws.sagemaker"], "detail-type": ["SageMaker Domain State Change"] });
const targets = [
  { Id: "log", Arn: "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/events/test" },
  { Id: "topic", Arn: noTopic },
];

export const events: Scenario[] = [
  {
    title: "stores an EventBridge rule and does not delete the rule before its targets",
    steps: [
      { call: "events:PutRule", input: { ...rule, EventPattern: pattern, Tags: team }, output: { RuleArn: ruleArn } },
      { call: "events:PutRule", input: rule, error: "ValidationException" },
      { call: "events:PutRule", input: { ...rule, EventPattern: "{" }, error: "InvalidEventPatternException" },
      { call: "events:PutRule", input: { Name: "no spaces", EventPattern: pattern }, error: "ValidationException" },
      { call: "events:DescribeRule", input: rule, output: { Arn: ruleArn, EventPattern: pattern, State: "ENABLED" } },
      { call: "events:DescribeRule", input: { Name: "none" }, error: "ResourceNotFoundException" },
      { call: "events:TagResource", input: { ResourceARN: ruleArn, Tags: stage } },
      { call: "events:UntagResource", input: { ResourceARN: ruleArn, TagKeys: ["team"] } },
      { call: "events:ListTagsForResource", input: { ResourceARN: ruleArn }, output: { Tags: stage } },
      { call: "events:TagResource", input: { ResourceARN: noRule, Tags: stage }, error: "ResourceNotFoundException" },
      { call: "events:UntagResource", input: { ResourceARN: noRule, TagKeys: ["team"] }, error: "ResourceNotFoundException" },
      { call: "events:ListTagsForResource", input: { ResourceARN: noRule }, error: "ResourceNotFoundException" },
      { call: "events:PutTargets", input: { Rule: "rule-${run}", Targets: targets }, output: { FailedEntryCount: 0 } },
      { call: "events:PutTargets", input: { Rule: "none", Targets: targets }, error: "ResourceNotFoundException" },
      { call: "events:ListTargetsByRule", input: { Rule: "rule-${run}" }, output: { Targets: targets } },
      { call: "events:ListTargetsByRule", input: { Rule: "none" }, error: "ResourceNotFoundException" },
      { call: "events:DeleteRule", input: rule, error: "ValidationException" },
      { call: "events:RemoveTargets", input: { Rule: "rule-${run}", Ids: ["log", "topic"] }, output: { FailedEntryCount: 0 } },
      { call: "events:RemoveTargets", input: { Rule: "none", Ids: ["log"] }, error: "ResourceNotFoundException" },
      { call: "events:DeleteRule", input: rule },
    ],
  },
];

const board = { DashboardName: "board-${run}" };
const boardArn = "arn:aws:cloudwatch::111122223333:dashboard/board-${run}";
const body = (...widgets: object[]) => JSON.stringify({ widgets });
const text = { type: "text", x: 0, y: 0, width: 24, height: 2, properties: { markdown: "# Environment" } };
const metric = { type: "metric", width: 12, properties: { region: "eu-central-1", metrics: [["AWS/SageMaker", "CPUUtilization"]] } };

const alarm = {
  AlarmName: "alarm-${run}",
  MetricName: "Denied",
  Namespace: "cloister/${run}",
  Statistic: "Sum",
  Period: 300,
  EvaluationPeriods: 1,
  Threshold: 0.5,
  ComparisonOperator: "GreaterThanThreshold",
  TreatMissingData: "notBreaching",
  AlarmActions: [noTopic],
};
const alarmArn = "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:alarm-${run}";
const noAlarm = "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:none";

export const cloudwatch: Scenario[] = [
  {
    title: "stores a dashboard and rejects an invalid dashboard body",
    steps: [
      {
        call: "cloudwatch:PutDashboard",
        input: { ...board, DashboardBody: body(text, metric) },
        output: { DashboardValidationMessages: [] },
      },
      { call: "cloudwatch:GetDashboard", input: board, output: { DashboardArn: boardArn, DashboardBody: body(text, metric) } },
      { call: "cloudwatch:PutDashboard", input: { ...board, DashboardBody: body(text) } },
      { call: "cloudwatch:GetDashboard", input: board, output: { DashboardBody: body(text) } },
      ...["{", "[]", "{}", body({ ...text, type: "picture" }), body({ ...text, width: 25 }), body({ type: "metric", properties: {} })].map(
        (DashboardBody) => ({ call: "cloudwatch:PutDashboard", input: { ...board, DashboardBody }, error: "InvalidParameterInput" }),
      ),
      {
        call: "cloudwatch:PutDashboard",
        input: { DashboardName: "no spaces", DashboardBody: body(text) },
        error: "InvalidParameterInput",
      },
      {
        call: "cloudwatch:ListDashboards",
        input: { DashboardNamePrefix: "board-${run}" },
        output: { DashboardEntries: [{ DashboardName: "board-${run}", DashboardArn: boardArn }] },
      },
      { call: "cloudwatch:DeleteDashboards", input: { DashboardNames: ["board-${run}", "none"] }, error: "ResourceNotFound" },
      { call: "cloudwatch:DeleteDashboards", input: { DashboardNames: ["board-${run}"] } },
      { call: "cloudwatch:GetDashboard", input: board, error: "ResourceNotFound" },
    ],
  },
  {
    title: "stores an alarm with tags and rejects an alarm that cannot be evaluated",
    steps: [
      { call: "cloudwatch:PutMetricAlarm", input: { ...alarm, Tags: team } },
      {
        call: "cloudwatch:DescribeAlarms",
        input: { AlarmNames: ["alarm-${run}"], AlarmTypes: ["MetricAlarm"] },
        output: {
          MetricAlarms: [{ ...alarm, AlarmArn: alarmArn, StateValue: "INSUFFICIENT_DATA", ActionsEnabled: true, OKActions: [] }],
        },
      },
      { call: "cloudwatch:DescribeAlarms", input: { AlarmNames: ["none"] }, output: { MetricAlarms: [] } },
      { call: "cloudwatch:DescribeAlarms", input: { StateValue: "SAD" }, error: "ValidationError" },
      { call: "cloudwatch:PutMetricAlarm", input: { ...alarm, Threshold: 3 } },
      { call: "cloudwatch:DescribeAlarms", input: { AlarmNames: ["alarm-${run}"] }, output: { MetricAlarms: [{ Threshold: 3 }] } },
      ...[
        { Period: 45 },
        { Threshold: undefined },
        { Statistic: undefined },
        { Period: 3600, EvaluationPeriods: 200 },
        { AlarmActions: ["alarms"] },
        { TreatMissingData: "guess" },
        { ComparisonOperator: "AboutEqual" },
      ].map((more) => ({ call: "cloudwatch:PutMetricAlarm", input: { ...alarm, ...more }, error: "ValidationError" })),
      { call: "cloudwatch:TagResource", input: { ResourceARN: alarmArn, Tags: stage } },
      { call: "cloudwatch:UntagResource", input: { ResourceARN: alarmArn, TagKeys: ["team"] } },
      { call: "cloudwatch:ListTagsForResource", input: { ResourceARN: alarmArn }, output: { Tags: stage } },
      { call: "cloudwatch:TagResource", input: { ResourceARN: noAlarm, Tags: stage }, error: "ResourceNotFoundException" },
      { call: "cloudwatch:UntagResource", input: { ResourceARN: noAlarm, TagKeys: ["team"] }, error: "ResourceNotFoundException" },
      { call: "cloudwatch:ListTagsForResource", input: { ResourceARN: noAlarm }, error: "ResourceNotFoundException" },
      { call: "cloudwatch:DeleteAlarms", input: { AlarmNames: ["alarm-${run}"] } },
      { call: "cloudwatch:DeleteAlarms", input: { AlarmNames: ["alarm-${run}"] }, error: "ResourceNotFound" },
    ],
  },
];

const account = { AccountId: "111122223333" };
const named = { ...account, BudgetName: "budget-${run}" };
const budget = {
  BudgetName: "budget-${run}",
  BudgetType: "COST",
  TimeUnit: "MONTHLY",
  BudgetLimit: { Amount: "100", Unit: "USD" },
  CostFilters: { TagKeyValue: ["user:cloister:environment$dev"] },
};
const budgetArn = "arn:aws:budgets::111122223333:budget/budget-${run}";
const noBudget = "arn:aws:budgets::111122223333:budget/none";
const unnamed = { ...account, BudgetName: "none" };
const notification = { NotificationType: "ACTUAL", ComparisonOperator: "GREATER_THAN", Threshold: 80, ThresholdType: "PERCENTAGE" };
const subscribers = [
  { SubscriptionType: "SNS", Address: noTopic },
  { SubscriptionType: "EMAIL", Address: "owner@example.com" },
];

export const budgets: Scenario[] = [
  {
    title: "stores a budget, its notifications and subscribers",
    steps: [
      { call: "budgets:CreateBudget", input: { ...account, Budget: budget, ResourceTags: team } },
      { call: "budgets:CreateBudget", input: { ...account, Budget: budget }, error: "DuplicateRecordException" },
      { call: "budgets:CreateBudget", input: { AccountId: "444455556666", Budget: budget }, error: "AccessDeniedException" },
      ...[
        { BudgetLimit: undefined },
        { BudgetLimit: { Amount: "100", Unit: "EUR" } },
        { CostFilters: { Team: ["fraud"] } },
        { CostFilters: { TagKeyValue: ["environment=dev"] } },
        { TimeUnit: "HOURLY" },
      ].map((more) => ({
        call: "budgets:CreateBudget",
        input: { ...account, Budget: { ...budget, BudgetName: "other-${run}", ...more } },
        error: "InvalidParameterException",
      })),
      {
        call: "budgets:DescribeBudget",
        input: named,
        output: {
          Budget: { ...budget, BudgetLimit: { Amount: "100.0", Unit: "USD" }, CostTypes: { IncludeTax: true, UseBlended: false } },
        },
      },
      { call: "budgets:DescribeBudgets", input: account, output: { Budgets: [{ BudgetName: "budget-${run}" }] } },
      { call: "budgets:UpdateBudget", input: { ...account, NewBudget: { ...budget, BudgetLimit: { Amount: "200.5", Unit: "USD" } } } },
      { call: "budgets:DescribeBudget", input: named, output: { Budget: { BudgetLimit: { Amount: "200.5" } } } },
      { call: "budgets:CreateNotification", input: { ...named, Notification: notification, Subscribers: subscribers } },
      {
        call: "budgets:CreateNotification",
        input: { ...named, Notification: { ...notification, ThresholdType: undefined }, Subscribers: subscribers },
        error: "DuplicateRecordException",
      },
      {
        call: "budgets:CreateNotification",
        input: {
          ...named,
          Notification: { ...notification, Threshold: 100 },
          Subscribers: [{ SubscriptionType: "EMAIL", Address: "nobody" }],
        },
        error: "InvalidParameterException",
      },
      {
        call: "budgets:DescribeNotificationsForBudget",
        input: named,
        output: { Notifications: [{ ...notification, NotificationState: "OK" }] },
      },
      {
        call: "budgets:DescribeSubscribersForNotification",
        input: { ...named, Notification: notification },
        output: { Subscribers: subscribers },
      },
      { call: "budgets:DeleteNotification", input: { ...named, Notification: notification } },
      { call: "budgets:DeleteNotification", input: { ...named, Notification: notification }, error: "NotFoundException" },
      {
        call: "budgets:DescribeSubscribersForNotification",
        input: { ...named, Notification: notification },
        error: "NotFoundException",
      },
      { call: "budgets:TagResource", input: { ResourceARN: budgetArn, ResourceTags: stage } },
      { call: "budgets:UntagResource", input: { ResourceARN: budgetArn, ResourceTagKeys: ["team"] } },
      { call: "budgets:ListTagsForResource", input: { ResourceARN: budgetArn }, output: { ResourceTags: stage } },
      { call: "budgets:TagResource", input: { ResourceARN: noBudget, ResourceTags: stage }, error: "NotFoundException" },
      { call: "budgets:UntagResource", input: { ResourceARN: noBudget, ResourceTagKeys: ["team"] }, error: "NotFoundException" },
      { call: "budgets:ListTagsForResource", input: { ResourceARN: noBudget }, error: "NotFoundException" },
      { call: "budgets:UpdateBudget", input: { ...account, NewBudget: { ...budget, BudgetName: "none" } }, error: "NotFoundException" },
      { call: "budgets:DescribeNotificationsForBudget", input: unnamed, error: "NotFoundException" },
      { call: "budgets:DeleteBudget", input: named },
      { call: "budgets:DeleteBudget", input: named, error: "NotFoundException" },
      { call: "budgets:DescribeBudget", input: named, error: "NotFoundException" },
    ],
  },
];

const group = { GroupName: "group-${run}" };
const groupArn = "arn:aws:resource-groups:eu-central-1:111122223333:group/group-${run}";
const noGroup = "arn:aws:resource-groups:eu-central-1:111122223333:group/none";
const tagged = (...Values: string[]) => ({
  Type: "TAG_FILTERS_1_0",
  Query: JSON.stringify({ ResourceTypeFilters: ["AWS::AllSupported"], TagFilters: [{ Key: "cloister:environment", Values }] }),
});

export const resourceGroups: Scenario[] = [
  {
    title: "stores a resource group with a tag query",
    steps: [
      {
        call: "resource-groups:CreateGroup",
        input: { Name: "group-${run}", Description: "of a test", ResourceQuery: tagged("dev"), Tags: { team: "fraud" } },
        output: { Group: { GroupArn: groupArn, Name: "group-${run}" } },
      },
      {
        call: "resource-groups:CreateGroup",
        input: { Name: "group-${run}", ResourceQuery: tagged("dev") },
        error: "BadRequestException",
      },
      ...["{", "{}", '{"ResourceTypeFilters":["EC2"]}', '{"ResourceTypeFilters":["AWS::AllSupported"],"TagFilters":[{}]}'].map((Query) => ({
        call: "resource-groups:CreateGroup",
        input: { Name: "other-${run}", ResourceQuery: { Type: "TAG_FILTERS_1_0", Query } },
        error: "BadRequestException",
      })),
      { call: "resource-groups:GetGroup", input: group, output: { Group: { GroupArn: groupArn, Description: "of a test" } } },
      { call: "resource-groups:GetGroupQuery", input: { Group: groupArn }, output: { GroupQuery: { ResourceQuery: tagged("dev") } } },
      { call: "resource-groups:GetGroupConfiguration", input: { Group: "group-${run}" }, error: "BadRequestException" },
      { call: "resource-groups:UpdateGroup", input: { ...group, Description: "changed" }, output: { Group: { Description: "changed" } } },
      { call: "resource-groups:UpdateGroupQuery", input: { ...group, ResourceQuery: tagged("dev", "prod") } },
      { call: "resource-groups:GetGroupQuery", input: group, output: { GroupQuery: { ResourceQuery: tagged("dev", "prod") } } },
      { call: "resource-groups:ListGroups", input: { MaxResults: 50 }, output: { GroupIdentifiers: [{ GroupName: "group-${run}" }] } },
      { call: "resource-groups:Tag", input: { Arn: groupArn, Tags: { stage: "dev" } } },
      { call: "resource-groups:Untag", input: { Arn: groupArn, Keys: ["team"] } },
      { call: "resource-groups:GetTags", input: { Arn: groupArn }, output: { Tags: { stage: "dev" } } },
      { call: "resource-groups:Tag", input: { Arn: noGroup, Tags: { stage: "dev" } }, error: "NotFoundException" },
      { call: "resource-groups:Untag", input: { Arn: noGroup, Keys: ["team"] }, error: "NotFoundException" },
      { call: "resource-groups:GetTags", input: { Arn: noGroup }, error: "NotFoundException" },
      { call: "resource-groups:UpdateGroup", input: { GroupName: "none", Description: "x" }, error: "NotFoundException" },
      { call: "resource-groups:UpdateGroupQuery", input: { GroupName: "none", ResourceQuery: tagged("dev") }, error: "NotFoundException" },
      { call: "resource-groups:DeleteGroup", input: group },
      { call: "resource-groups:DeleteGroup", input: group, error: "NotFoundException" },
      { call: "resource-groups:GetGroup", input: group, error: "NotFoundException" },
      { call: "resource-groups:GetGroupQuery", input: group, error: "NotFoundException" },
    ],
  },
  {
    title: "stores a resource group with a configuration",
    steps: [
      {
        call: "resource-groups:CreateGroup",
        input: { Name: "group-${run}", Configuration: [{ Type: "AWS::ResourceGroups::Generic" }] },
      },
      {
        call: "resource-groups:GetGroupConfiguration",
        input: { Group: "group-${run}" },
        output: { GroupConfiguration: { Configuration: [{ Type: "AWS::ResourceGroups::Generic" }] } },
      },
      { call: "resource-groups:GetGroupQuery", input: group, error: "BadRequestException" },
      { call: "resource-groups:DeleteGroup", input: group },
    ],
  },
];

export const ssoAdmin: Scenario[] = [
  {
    title: "has at most one Identity Center instance",
    steps: [
      { call: "sso-admin:ListInstances", input: {}, output: { Instances: [] } },
      { call: "sso-admin:CreateInstance", input: { Name: "people" }, save: { instance: "InstanceArn" } },
      { call: "sso-admin:CreateInstance", input: { Name: "more" }, error: "ConflictException" },
      {
        call: "sso-admin:ListInstances",
        input: { MaxResults: 1 },
        output: { Instances: [{ InstanceArn: "${instance}", OwnerAccountId: "111122223333", Status: "ACTIVE" }] },
      },
      { call: "sso-admin:ListInstances", input: { MaxResults: 0 }, error: "ValidationException" },
      { call: "sso-admin:DescribeInstance", input: { InstanceArn: "${instance}" }, output: { Name: "people" } },
      { call: "sso-admin:DeleteInstance", input: { InstanceArn: "${instance}" } },
      { call: "sso-admin:DeleteInstance", input: { InstanceArn: "${instance}" }, error: "AccessDeniedException" },
      { call: "sso-admin:DescribeInstance", input: { InstanceArn: "${instance}" }, error: "AccessDeniedException" },
    ],
  },
];
