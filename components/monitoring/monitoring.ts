import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../aws/context";
import { createDeniedCallAlarms } from "./alarms";
import { createBudget } from "./budget";
import { createCallLog, createTargets } from "./call-log";
import { dashboardBody, dashboardUrl } from "./dashboard";
import { appPattern, metricFilters } from "./events";
import { type MonitoringPlan } from "./plan";

export interface MonitoringArgs {
  context: AwsContext;
  /** `fraud-dev`, the value of the tag `cloister:environment`. */
  environment: string;
  plan: MonitoringPlan;
  /** `d-…` */
  domainId: pulumi.Input<string>;
  /**
   * SNS topic for alarms and budget alerts, `arn:…:sns:…`.
   * Its policy must allow CloudWatch and AWS Budgets to publish.
   */
  alertTopicArn: pulumi.Input<string>;
  /** Key for the log groups, `arn:…:key/…`; the key policy must allow CloudWatch Logs to use the key. */
  logKeyArn: pulumi.Input<string>;
}

/**
 * Monitors an environment: resource group, denied call log, app log, alarms, dashboard, optional budget.
 * Cost: docs/monitoring.md.
 * The logs stay empty unless a CloudTrail trail logs management events, which the preflight cannot look up.
 * Source: AWS Resource Groups, tag-based queries; CIS AWS Foundations Benchmark "unauthorized API calls";
 * NIST SP 800-53 AU-6, SI-4.
 */
export class Monitoring extends pulumi.ComponentResource {
  /** `arn:…:group/cloister-fraud-dev` */
  readonly resourceGroupArn: pulumi.Output<string>;
  /** Name of the log group for denied calls. */
  readonly deniedCallsLogGroup: pulumi.Output<string>;
  /** Console URL of the dashboard. Empty without a dashboard. */
  readonly dashboardUrl: string;

  constructor(
    private readonly name: string,
    private readonly args: MonitoringArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cloister:monitoring:Monitoring", name, {}, opts);
    const { context, environment, plan, alertTopicArn } = args;
    const group = this.createResourceGroup();
    const deniedCalls = this.createDeniedCallLog();
    createTargets(name, [deniedCalls, this.createAppCallLog()], this);
    const alarms = createDeniedCallAlarms(name, { environment, deniedCalls, thresholds: plan.deniedCalls, alertTopicArn }, this);
    if (plan.budget)
      createBudget(name, { environment, region: context.region, budgetName: plan.globalName, plan: plan.budget, alertTopicArn }, this);
    if (plan.dashboard) this.createDashboard(deniedCalls.group, alarms);
    this.resourceGroupArn = group.arn;
    this.deniedCallsLogGroup = deniedCalls.group.name;
    this.dashboardUrl = (plan.dashboard && dashboardUrl(context, plan.globalName)) || "";
    this.registerOutputs({ resourceGroupArn: this.resourceGroupArn, dashboardUrl: this.dashboardUrl });
  }

  private createResourceGroup() {
    const { environment } = this.args;
    return new aws.resourcegroups.Group(
      `${this.name}-resources`,
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
      { parent: this },
    );
  }

  private createDeniedCallLog() {
    const { environment, plan, logKeyArn } = this.args;
    return createCallLog(
      this.name,
      "denied-calls",
      {
        environment,
        description: `Calls that were denied to roles of ${environment}`,
        pattern: plan.deniedPattern,
        metricFilters: [metricFilters.deniedChanges, metricFilters.deniedReads],
        retentionDays: plan.deniedCalls.retentionDays,
        logKeyArn,
      },
      this,
    );
  }

  private createAppCallLog() {
    const { environment, plan, domainId, logKeyArn } = this.args;
    return createCallLog(
      this.name,
      "app-calls",
      {
        environment,
        description: `Studio apps of ${environment} that were started or deleted`,
        pattern: pulumi.output(domainId).apply(appPattern),
        metricFilters: [metricFilters.appsStarted, metricFilters.appsDeleted],
        retentionDays: plan.deniedCalls.retentionDays,
        logKeyArn,
      },
      this,
    );
  }

  private createDashboard(deniedCallsGroup: aws.cloudwatch.LogGroup, alarms: aws.cloudwatch.MetricAlarm[]): void {
    const { context, environment, plan } = this.args;
    new aws.cloudwatch.Dashboard(
      `${this.name}-dashboard`,
      {
        dashboardName: plan.globalName,
        dashboardBody: pulumi
          .all([this.args.domainId, deniedCallsGroup.name, pulumi.all(alarms.map(({ arn }) => arn))])
          .apply(([domainId, deniedGroup, alarmArns]) =>
            dashboardBody({ context, environment, domainId, deniedGroup, alarmArns, ...(plan.budget && { budget: plan.budget }) }),
          ),
      },
      { parent: this },
    );
  }
}
