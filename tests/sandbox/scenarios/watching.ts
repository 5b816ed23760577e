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
    title: "keeps a rule and its targets, which keep the rule",
    steps: [
      { call: "events:PutRule", with: { ...rule, EventPattern: pattern, Tags: team }, gives: { RuleArn: ruleArn } },
      { call: "events:PutRule", with: rule, refused: "ValidationException" },
      { call: "events:PutRule", with: { ...rule, EventPattern: "{" }, refused: "InvalidEventPatternException" },
      { call: "events:PutRule", with: { Name: "no spaces", EventPattern: pattern }, refused: "ValidationException" },
      { call: "events:DescribeRule", with: rule, gives: { Arn: ruleArn, EventPattern: pattern, State: "ENABLED" } },
      { call: "events:DescribeRule", with: { Name: "none" }, refused: "ResourceNotFoundException" },
      { call: "events:TagResource", with: { ResourceARN: ruleArn, Tags: stage } },
      { call: "events:UntagResource", with: { ResourceARN: ruleArn, TagKeys: ["team"] } },
      { call: "events:ListTagsForResource", with: { ResourceARN: ruleArn }, gives: { Tags: stage } },
      { call: "events:TagResource", with: { ResourceARN: noRule, Tags: stage }, refused: "ResourceNotFoundException" },
      { call: "events:UntagResource", with: { ResourceARN: noRule, TagKeys: ["team"] }, refused: "ResourceNotFoundException" },
      { call: "events:ListTagsForResource", with: { ResourceARN: noRule }, refused: "ResourceNotFoundException" },
      { call: "events:PutTargets", with: { Rule: "rule-${run}", Targets: targets }, gives: { FailedEntryCount: 0 } },
      { call: "events:PutTargets", with: { Rule: "none", Targets: targets }, refused: "ResourceNotFoundException" },
      { call: "events:ListTargetsByRule", with: { Rule: "rule-${run}" }, gives: { Targets: targets } },
      { call: "events:ListTargetsByRule", with: { Rule: "none" }, refused: "ResourceNotFoundException" },
      { call: "events:DeleteRule", with: rule, refused: "ValidationException" },
      { call: "events:RemoveTargets", with: { Rule: "rule-${run}", Ids: ["log", "topic"] }, gives: { FailedEntryCount: 0 } },
      { call: "events:RemoveTargets", with: { Rule: "none", Ids: ["log"] }, refused: "ResourceNotFoundException" },
      { call: "events:DeleteRule", with: rule },
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
    title: "keeps a dashboard, and refuses a body that is none",
    steps: [
      {
        call: "cloudwatch:PutDashboard",
        with: { ...board, DashboardBody: body(text, metric) },
        gives: { DashboardValidationMessages: [] },
      },
      { call: "cloudwatch:GetDashboard", with: board, gives: { DashboardArn: boardArn, DashboardBody: body(text, metric) } },
      { call: "cloudwatch:PutDashboard", with: { ...board, DashboardBody: body(text) } },
      { call: "cloudwatch:GetDashboard", with: board, gives: { DashboardBody: body(text) } },
      ...["{", "[]", "{}", body({ ...text, type: "picture" }), body({ ...text, width: 25 }), body({ type: "metric", properties: {} })].map(
        (DashboardBody) => ({ call: "cloudwatch:PutDashboard", with: { ...board, DashboardBody }, refused: "InvalidParameterInput" }),
      ),
      {
        call: "cloudwatch:PutDashboard",
        with: { DashboardName: "no spaces", DashboardBody: body(text) },
        refused: "InvalidParameterInput",
      },
      {
        call: "cloudwatch:ListDashboards",
        with: { DashboardNamePrefix: "board-${run}" },
        gives: { DashboardEntries: [{ DashboardName: "board-${run}", DashboardArn: boardArn }] },
      },
      { call: "cloudwatch:DeleteDashboards", with: { DashboardNames: ["board-${run}", "none"] }, refused: "ResourceNotFound" },
      { call: "cloudwatch:DeleteDashboards", with: { DashboardNames: ["board-${run}"] } },
      { call: "cloudwatch:GetDashboard", with: board, refused: "ResourceNotFound" },
    ],
  },
  {
    title: "keeps an alarm with tags, and refuses one that can't be evaluated",
    steps: [
      { call: "cloudwatch:PutMetricAlarm", with: { ...alarm, Tags: team } },
      {
        call: "cloudwatch:DescribeAlarms",
        with: { AlarmNames: ["alarm-${run}"], AlarmTypes: ["MetricAlarm"] },
        gives: {
          MetricAlarms: [{ ...alarm, AlarmArn: alarmArn, StateValue: "INSUFFICIENT_DATA", ActionsEnabled: true, OKActions: [] }],
        },
      },
      { call: "cloudwatch:DescribeAlarms", with: { AlarmNames: ["none"] }, gives: { MetricAlarms: [] } },
      { call: "cloudwatch:DescribeAlarms", with: { StateValue: "SAD" }, refused: "ValidationError" },
      { call: "cloudwatch:PutMetricAlarm", with: { ...alarm, Threshold: 3 } },
      { call: "cloudwatch:DescribeAlarms", with: { AlarmNames: ["alarm-${run}"] }, gives: { MetricAlarms: [{ Threshold: 3 }] } },
      ...[
        { Period: 45 },
        { Threshold: undefined },
        { Statistic: undefined },
        { Period: 3600, EvaluationPeriods: 200 },
        { AlarmActions: ["alarms"] },
        { TreatMissingData: "guess" },
        { ComparisonOperator: "AboutEqual" },
      ].map((more) => ({ call: "cloudwatch:PutMetricAlarm", with: { ...alarm, ...more }, refused: "ValidationError" })),
      { call: "cloudwatch:TagResource", with: { ResourceARN: alarmArn, Tags: stage } },
      { call: "cloudwatch:UntagResource", with: { ResourceARN: alarmArn, TagKeys: ["team"] } },
      { call: "cloudwatch:ListTagsForResource", with: { ResourceARN: alarmArn }, gives: { Tags: stage } },
      { call: "cloudwatch:TagResource", with: { ResourceARN: noAlarm, Tags: stage }, refused: "ResourceNotFoundException" },
      { call: "cloudwatch:UntagResource", with: { ResourceARN: noAlarm, TagKeys: ["team"] }, refused: "ResourceNotFoundException" },
      { call: "cloudwatch:ListTagsForResource", with: { ResourceARN: noAlarm }, refused: "ResourceNotFoundException" },
      { call: "cloudwatch:DeleteAlarms", with: { AlarmNames: ["alarm-${run}"] } },
      { call: "cloudwatch:DeleteAlarms", with: { AlarmNames: ["alarm-${run}"] }, refused: "ResourceNotFound" },
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
    title: "keeps a budget, its notifications and who is told",
    steps: [
      { call: "budgets:CreateBudget", with: { ...account, Budget: budget, ResourceTags: team } },
      { call: "budgets:CreateBudget", with: { ...account, Budget: budget }, refused: "DuplicateRecordException" },
      { call: "budgets:CreateBudget", with: { AccountId: "444455556666", Budget: budget }, refused: "AccessDeniedException" },
      ...[
        { BudgetLimit: undefined },
        { BudgetLimit: { Amount: "100", Unit: "EUR" } },
        { CostFilters: { Team: ["fraud"] } },
        { CostFilters: { TagKeyValue: ["environment=dev"] } },
        { TimeUnit: "HOURLY" },
      ].map((more) => ({
        call: "budgets:CreateBudget",
        with: { ...account, Budget: { ...budget, BudgetName: "other-${run}", ...more } },
        refused: "InvalidParameterException",
      })),
      {
        call: "budgets:DescribeBudget",
        with: named,
        gives: { Budget: { ...budget, BudgetLimit: { Amount: "100.0", Unit: "USD" }, CostTypes: { IncludeTax: true, UseBlended: false } } },
      },
      { call: "budgets:DescribeBudgets", with: account, gives: { Budgets: [{ BudgetName: "budget-${run}" }] } },
      { call: "budgets:UpdateBudget", with: { ...account, NewBudget: { ...budget, BudgetLimit: { Amount: "200.5", Unit: "USD" } } } },
      { call: "budgets:DescribeBudget", with: named, gives: { Budget: { BudgetLimit: { Amount: "200.5" } } } },
      { call: "budgets:CreateNotification", with: { ...named, Notification: notification, Subscribers: subscribers } },
      {
        call: "budgets:CreateNotification",
        with: { ...named, Notification: { ...notification, ThresholdType: undefined }, Subscribers: subscribers },
        refused: "DuplicateRecordException",
      },
      {
        call: "budgets:CreateNotification",
        with: {
          ...named,
          Notification: { ...notification, Threshold: 100 },
          Subscribers: [{ SubscriptionType: "EMAIL", Address: "nobody" }],
        },
        refused: "InvalidParameterException",
      },
      {
        call: "budgets:DescribeNotificationsForBudget",
        with: named,
        gives: { Notifications: [{ ...notification, NotificationState: "OK" }] },
      },
      {
        call: "budgets:DescribeSubscribersForNotification",
        with: { ...named, Notification: notification },
        gives: { Subscribers: subscribers },
      },
      { call: "budgets:DeleteNotification", with: { ...named, Notification: notification } },
      { call: "budgets:DeleteNotification", with: { ...named, Notification: notification }, refused: "NotFoundException" },
      {
        call: "budgets:DescribeSubscribersForNotification",
        with: { ...named, Notification: notification },
        refused: "NotFoundException",
      },
      { call: "budgets:TagResource", with: { ResourceARN: budgetArn, ResourceTags: stage } },
      { call: "budgets:UntagResource", with: { ResourceARN: budgetArn, ResourceTagKeys: ["team"] } },
      { call: "budgets:ListTagsForResource", with: { ResourceARN: budgetArn }, gives: { ResourceTags: stage } },
      { call: "budgets:TagResource", with: { ResourceARN: noBudget, ResourceTags: stage }, refused: "NotFoundException" },
      { call: "budgets:UntagResource", with: { ResourceARN: noBudget, ResourceTagKeys: ["team"] }, refused: "NotFoundException" },
      { call: "budgets:ListTagsForResource", with: { ResourceARN: noBudget }, refused: "NotFoundException" },
      { call: "budgets:UpdateBudget", with: { ...account, NewBudget: { ...budget, BudgetName: "none" } }, refused: "NotFoundException" },
      { call: "budgets:DescribeNotificationsForBudget", with: unnamed, refused: "NotFoundException" },
      { call: "budgets:DeleteBudget", with: named },
      { call: "budgets:DeleteBudget", with: named, refused: "NotFoundException" },
      { call: "budgets:DescribeBudget", with: named, refused: "NotFoundException" },
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
    title: "keeps a group by tags",
    steps: [
      {
        call: "resource-groups:CreateGroup",
        with: { Name: "group-${run}", Description: "of a test", ResourceQuery: tagged("dev"), Tags: { team: "fraud" } },
        gives: { Group: { GroupArn: groupArn, Name: "group-${run}" } },
      },
      {
        call: "resource-groups:CreateGroup",
        with: { Name: "group-${run}", ResourceQuery: tagged("dev") },
        refused: "BadRequestException",
      },
      ...["{", "{}", '{"ResourceTypeFilters":["EC2"]}', '{"ResourceTypeFilters":["AWS::AllSupported"],"TagFilters":[{}]}'].map((Query) => ({
        call: "resource-groups:CreateGroup",
        with: { Name: "other-${run}", ResourceQuery: { Type: "TAG_FILTERS_1_0", Query } },
        refused: "BadRequestException",
      })),
      { call: "resource-groups:GetGroup", with: group, gives: { Group: { GroupArn: groupArn, Description: "of a test" } } },
      { call: "resource-groups:GetGroupQuery", with: { Group: groupArn }, gives: { GroupQuery: { ResourceQuery: tagged("dev") } } },
      { call: "resource-groups:GetGroupConfiguration", with: { Group: "group-${run}" }, refused: "BadRequestException" },
      { call: "resource-groups:UpdateGroup", with: { ...group, Description: "changed" }, gives: { Group: { Description: "changed" } } },
      { call: "resource-groups:UpdateGroupQuery", with: { ...group, ResourceQuery: tagged("dev", "prod") } },
      { call: "resource-groups:GetGroupQuery", with: group, gives: { GroupQuery: { ResourceQuery: tagged("dev", "prod") } } },
      { call: "resource-groups:ListGroups", with: { MaxResults: 50 }, gives: { GroupIdentifiers: [{ GroupName: "group-${run}" }] } },
      { call: "resource-groups:Tag", with: { Arn: groupArn, Tags: { stage: "dev" } } },
      { call: "resource-groups:Untag", with: { Arn: groupArn, Keys: ["team"] } },
      { call: "resource-groups:GetTags", with: { Arn: groupArn }, gives: { Tags: { stage: "dev" } } },
      { call: "resource-groups:Tag", with: { Arn: noGroup, Tags: { stage: "dev" } }, refused: "NotFoundException" },
      { call: "resource-groups:Untag", with: { Arn: noGroup, Keys: ["team"] }, refused: "NotFoundException" },
      { call: "resource-groups:GetTags", with: { Arn: noGroup }, refused: "NotFoundException" },
      { call: "resource-groups:UpdateGroup", with: { GroupName: "none", Description: "x" }, refused: "NotFoundException" },
      { call: "resource-groups:UpdateGroupQuery", with: { GroupName: "none", ResourceQuery: tagged("dev") }, refused: "NotFoundException" },
      { call: "resource-groups:DeleteGroup", with: group },
      { call: "resource-groups:DeleteGroup", with: group, refused: "NotFoundException" },
      { call: "resource-groups:GetGroup", with: group, refused: "NotFoundException" },
      { call: "resource-groups:GetGroupQuery", with: group, refused: "NotFoundException" },
    ],
  },
  {
    title: "keeps a group by configuration",
    steps: [
      {
        call: "resource-groups:CreateGroup",
        with: { Name: "group-${run}", Configuration: [{ Type: "AWS::ResourceGroups::Generic" }] },
      },
      {
        call: "resource-groups:GetGroupConfiguration",
        with: { Group: "group-${run}" },
        gives: { GroupConfiguration: { Configuration: [{ Type: "AWS::ResourceGroups::Generic" }] } },
      },
      { call: "resource-groups:GetGroupQuery", with: group, refused: "BadRequestException" },
      { call: "resource-groups:DeleteGroup", with: group },
    ],
  },
];

export const ssoAdmin: Scenario[] = [
  {
    title: "has at most one instance of Identity Center",
    steps: [
      { call: "sso-admin:ListInstances", with: {}, gives: { Instances: [] } },
      { call: "sso-admin:CreateInstance", with: { Name: "people" }, save: { instance: "InstanceArn" } },
      { call: "sso-admin:CreateInstance", with: { Name: "more" }, refused: "ConflictException" },
      {
        call: "sso-admin:ListInstances",
        with: { MaxResults: 1 },
        gives: { Instances: [{ InstanceArn: "${instance}", OwnerAccountId: "111122223333", Status: "ACTIVE" }] },
      },
      { call: "sso-admin:ListInstances", with: { MaxResults: 0 }, refused: "ValidationException" },
      { call: "sso-admin:DescribeInstance", with: { InstanceArn: "${instance}" }, gives: { Name: "people" } },
      { call: "sso-admin:DeleteInstance", with: { InstanceArn: "${instance}" } },
      { call: "sso-admin:DeleteInstance", with: { InstanceArn: "${instance}" }, refused: "AccessDeniedException" },
      { call: "sso-admin:DescribeInstance", with: { InstanceArn: "${instance}" }, refused: "AccessDeniedException" },
    ],
  },
];
