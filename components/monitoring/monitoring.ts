import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../aws/context";
import { callLog, letWrite } from "./call-log";
import { dashboardBody, dashboardUrl } from "./dashboard";
import { appPattern, type Count, counts, metricNamespace } from "./events";
import { type BudgetPlan, type MonitoringPlan } from "./plan";

export interface MonitoringArgs {
  context: AwsContext;
  /** `fraud-dev`, the value of the tag `cloister:environment`. */
  environment: string;
  plan: MonitoringPlan;
  /** `d-…` */
  domainId: pulumi.Input<string>;
  /** Topic that takes alarms and budget alerts, `arn:…:sns:…`. CloudWatch and Budgets have to be among its publishers. */
  alertTopicArn: pulumi.Input<string>;
  /** Key of the log groups, `arn:…:key/…`; its policy must let CloudWatch Logs use it. */
  logKeyArn: pulumi.Input<string>;
}

/** Seconds that an alarm looks at. */
const period = 300;

/**
 * What watches over one environment: a resource group, denied calls with alarms, starts and deletions of apps, a budget if asked for, and a dashboard.
 * Cost: docs/monitoring.md. Denied calls and apps are known only where a CloudTrail trail logs management events, which no look-up of the provider tells.
 * Source: AWS Resource Groups, tag-based queries; CIS AWS Foundations Benchmark "unauthorized API calls"; NIST SP 800-53 AU-6, SI-4.
 */
export class Monitoring extends pulumi.ComponentResource {
  /** `arn:…:group/cloister-fraud-dev` */
  readonly resourceGroupArn: pulumi.Output<string>;
  /** Log group of denied calls. */
  readonly deniedCallsLogGroup: pulumi.Output<string>;
  /** Address of the dashboard; empty without one. */
  readonly dashboardUrl: string;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:monitoring:Monitoring", name, {}, opts);
    const { context, environment, plan } = args;
    const childOptions = { parent: this };
    const group = new aws.resourcegroups.Group(
      `${name}-resources`,
      {
        name: `cloister-${environment}`,
        description: `All of the environment ${environment}`,
        resourceQuery: {
          type: "TAG_FILTERS_1_0",
          query: JSON.stringify({
            ResourceTypeFilters: ["AWS::AllSupported"],
            TagFilters: [{ Key: "cloister:environment", Values: [environment] }],
          }),
        },
      },
      childOptions,
    );
    const { alarmAbove, readsAlarmAbove, retentionDays } = plan.deniedCalls;
    const denied = callLog(
      name,
      "denied-calls",
      {
        environment,
        description: `Calls that were denied to roles of ${environment}`,
        pattern: plan.deniedPattern,
        counts: [counts.deniedChanges, counts.deniedReads],
        retentionDays,
        logKeyArn: args.logKeyArn,
      },
      this,
    );
    const apps = callLog(
      name,
      "app-calls",
      {
        environment,
        description: `Studio apps of ${environment} that were started or deleted`,
        pattern: pulumi.output(args.domainId).apply(appPattern),
        counts: [counts.appsStarted, counts.appsDeleted],
        retentionDays,
        logKeyArn: args.logKeyArn,
      },
      this,
    );
    letWrite(name, [denied, apps], this);

    type Watched = Pick<aws.cloudwatch.MetricAlarmArgs, "alarmDescription" | "namespace" | "metricName" | "dimensions" | "threshold">;
    const alarm = (role: string, watched: Watched) =>
      new aws.cloudwatch.MetricAlarm(
        `${name}-${role}`,
        {
          ...watched,
          statistic: "Sum",
          period,
          evaluationPeriods: 1,
          comparisonOperator: "GreaterThanThreshold",
          // Nothing is counted while nothing happens.
          treatMissingData: "notBreaching",
          alarmActions: [args.alertTopicArn],
        },
        childOptions,
      );
    const onCount = (role: string, what: string, { metric }: Count, threshold: number) =>
      alarm(role, {
        alarmDescription: pulumi.interpolate`${environment}: more than ${threshold} calls that ${what} were denied to its roles in five minutes. Who and what: log group ${denied.group.name}.`,
        namespace: metricNamespace(environment),
        metricName: metric,
        threshold,
      });
    const alarms = [
      onCount("denied-changes", "change something", counts.deniedChanges, alarmAbove),
      ...(readsAlarmAbove === undefined ? [] : [onCount("denied-reads", "read", counts.deniedReads, readsAlarmAbove)]),
      alarm("denied-calls-lost", {
        alarmDescription: `${environment}: EventBridge could not write down denied calls, so they are not counted. See the policy of their log group and of its key.`,
        namespace: "AWS/Events",
        metricName: "FailedInvocations",
        dimensions: { RuleName: denied.rule.name },
        threshold: 0,
      }),
    ];
    if (plan.budget) budgetOf(name, plan.budget, args, this);
    if (plan.dashboard)
      new aws.cloudwatch.Dashboard(
        `${name}-dashboard`,
        {
          dashboardName: plan.globalName,
          dashboardBody: pulumi
            .all([args.domainId, denied.group.name, pulumi.all(alarms.map(({ arn }) => arn))])
            .apply(([domainId, deniedGroup, alarmArns]) =>
              dashboardBody({ context, environment, domainId, deniedGroup, alarmArns, ...(plan.budget && { budget: plan.budget }) }),
            ),
        },
        childOptions,
      );
    this.resourceGroupArn = group.arn;
    this.deniedCallsLogGroup = denied.group.name;
    this.dashboardUrl = (plan.dashboard && dashboardUrl(context, plan.globalName)) || "";
    this.registerOutputs({ resourceGroupArn: this.resourceGroupArn, dashboardUrl: this.dashboardUrl });
  }
}

/** A budget of what carries the environment's tag, in its region only, because another region may have one of the same name. Source: AWS API `CreateBudget`. */
function budgetOf(
  name: string,
  budget: BudgetPlan,
  { environment, context, plan, alertTopicArn }: MonitoringArgs,
  parent: pulumi.Resource,
) {
  return new aws.budgets.Budget(
    `${name}-budget`,
    {
      name: plan.globalName,
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: String(budget.limitUsd),
      limitUnit: "USD",
      costFilters: [
        { name: "TagKeyValue", values: [`user:cloister:environment$${environment}`] },
        { name: "Region", values: [context.region] },
      ],
      notifications: budget.notifications.map(({ kind, percent }) => ({
        notificationType: kind,
        comparisonOperator: "GREATER_THAN",
        threshold: percent,
        thresholdType: "PERCENTAGE",
        subscriberSnsTopicArns: [alertTopicArn],
        ...(budget.emails.length > 0 && { subscriberEmailAddresses: budget.emails }),
      })),
    },
    { parent },
  );
}
