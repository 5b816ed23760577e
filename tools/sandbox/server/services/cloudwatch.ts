// Implements CloudWatch dashboards and metric alarms. Metrics are not stored, so alarms never change their state.
import { isObject } from "@cloister/common";
import { AwsError } from "../aws-error";
import { type Context, type Operation, nativeService } from "../service";
import { pageOf } from "./page";
import { type Tag, withoutTags, withTags } from "./tags";

type Item = Record<string, unknown>;

interface State {
  /** Dashboards and alarms by name. */
  dashboards: Record<string, { body: string; modified: number }>;
  alarms: Record<string, Item>;
  /** Tags by ARN, for every existing resource. */
  tags: Record<string, Tag[]>;
}

type Cloudwatch = Context<State>;
type Operations = Record<string, Operation<State>>;

const invalid = (message: string) => new AwsError("ValidationError", message);
const invalidDashboard = (message: string) =>
  new AwsError("InvalidParameterInput", `The dashboard body is invalid, there are 1 validation errors: ${message}`);

// Dashboards are global: their ARN has no region.
const dashboardArn = ({ caller, partition }: Cloudwatch, name: unknown) =>
  `arn:${partition}:cloudwatch::${caller.account}:dashboard/${String(name)}`;
const alarmArn = ({ caller, partition }: Cloudwatch, name: unknown) =>
  `arn:${partition}:cloudwatch:${caller.region}:${caller.account}:alarm:${String(name)}`;

/** The `properties` that each widget type requires. Inner lists are alternatives. */
const widgetNeeds: Record<string, string[][]> = {
  alarm: [["alarms"]],
  custom: [["endpoint"]],
  explorer: [["metrics"], ["labels"]],
  log: [["region"], ["query"]],
  metric: [["region"], ["metrics", "annotations"]],
  text: [["markdown"]],
};

/** Minimum and maximum of positions and sizes in the dashboard grid. */
const grid: Record<string, [min: number, max: number]> = { x: [0, 23], y: [0, Infinity], width: [1, 24], height: [1, 1000] };

function widgetFits(widget: unknown, at: string): void {
  if (!isObject(widget)) throw invalidDashboard(`"${at}" should be object`);
  const { type, properties } = widget;
  const needs = Object.hasOwn(widgetNeeds, String(type)) ? widgetNeeds[String(type)] : undefined;
  if (!needs) throw invalidDashboard(`"${at}/type" should be equal to one of the allowed values: ${Object.keys(widgetNeeds).join(", ")}`);
  if (!isObject(properties)) throw invalidDashboard(`"${at}" should have required property 'properties'`);
  const lacking = needs.find((names) => names.every((name) => properties[name] === undefined));
  if (lacking) throw invalidDashboard(`"${at}/properties" should have required property '${lacking[0]}'`);
  for (const [member, [min, max]] of Object.entries(grid)) {
    const value = widget[member];
    if (value !== undefined && !(Number.isInteger(value) && Number(value) >= min && Number(value) <= max))
      throw invalidDashboard(`"${at}/${member}" should be an integer from ${min} to ${max}`);
  }
}

function bodyFits(text: string): void {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new AwsError("InvalidParameterInput", "The field DashboardBody must be a valid JSON object");
  }
  if (!isObject(body)) throw new AwsError("InvalidParameterInput", "The field DashboardBody must be a valid JSON object");
  if (!Array.isArray(body.widgets)) throw invalidDashboard(`"" should have required property 'widgets'`);
  if (body.widgets.length > 500) throw invalidDashboard(`"/widgets" should NOT have more than 500 items`);
  body.widgets.forEach((widget, i) => widgetFits(widget, `/widgets/${i}`));
}

const noDashboard = (name: unknown) => new AwsError("ResourceNotFound", `Dashboard ${String(name)} does not exist`, 404);

const dashboards: Operations = {
  PutDashboard({ DashboardName, DashboardBody, Tags }, context) {
    const { state } = context;
    const name = String(DashboardName);
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name))
      throw new AwsError("InvalidParameterInput", "The value for field DashboardName contains invalid characters.");
    bodyFits(String(DashboardBody));
    const arn = dashboardArn(context, name);
    state.tags[arn] ??= (Tags ?? []) as Tag[];
    state.dashboards[name] = { body: String(DashboardBody), modified: context.now() };
    return { DashboardValidationMessages: [] };
  },

  GetDashboard({ DashboardName }, context) {
    const dashboard = context.state.dashboards[String(DashboardName)];
    if (!dashboard) throw noDashboard(DashboardName);
    return { DashboardArn: dashboardArn(context, DashboardName), DashboardBody: dashboard.body, DashboardName };
  },

  DeleteDashboards({ DashboardNames }, context) {
    const names = DashboardNames as string[];
    if (names.length === 0) throw new AwsError("InvalidParameterValue", "Need at least one dashboard name.");
    const missing = names.find((name) => !context.state.dashboards[name]);
    if (missing !== undefined) throw noDashboard(missing);
    for (const name of names) {
      delete context.state.dashboards[name];
      delete context.state.tags[dashboardArn(context, name)];
    }
    return {};
  },

  ListDashboards({ DashboardNamePrefix, NextToken }, context) {
    const found = Object.entries(context.state.dashboards).filter(([name]) => name.startsWith(String(DashboardNamePrefix ?? "")));
    const { items, next } = pageOf(found, 1000, NextToken);
    return {
      DashboardEntries: items.map(([name, { body, modified }]) => ({
        DashboardName: name,
        DashboardArn: dashboardArn(context, name),
        LastModified: modified,
        Size: Buffer.byteLength(body),
      })),
      NextToken: next,
    };
  },
};

/** Maximum evaluation interval of an alarm in seconds: a day, or a week for periods of at least an hour. */
const longestInterval = (period: number): number => (period >= 3600 ? 7 : 1) * 86_400;

const treatments = ["breaching", "notBreaching", "ignore", "missing"];

function alarmFits(input: Item, { partition, caller }: Cloudwatch): void {
  const { MetricName, Namespace, Metrics, Statistic, ExtendedStatistic, Period, EvaluationPeriods, DatapointsToAlarm } = input;
  if ((MetricName === undefined) === (Metrics === undefined))
    throw invalid("Exactly one of the parameters MetricName and Metrics must be specified.");
  if (EvaluationPeriods === undefined) throw invalid("The parameter EvaluationPeriods is required.");
  if (input.ComparisonOperator === undefined) throw invalid("The parameter ComparisonOperator is required.");
  if ((input.Threshold === undefined) === (input.ThresholdMetricId === undefined))
    throw invalid("Exactly one of the parameters Threshold and ThresholdMetricId must be specified.");
  if (MetricName !== undefined) {
    if (Namespace === undefined) throw invalid("The parameter Namespace is required.");
    if ((Statistic === undefined) === (ExtendedStatistic === undefined))
      throw invalid("Exactly one of the parameters Statistic and ExtendedStatistic must be specified.");
    const period = Number(Period ?? 0);
    if (![10, 20, 30].includes(period) && (period === 0 || period % 60 !== 0))
      throw invalid("Period must be 10, 20, 30 or a multiple of 60");
    if (period * Number(EvaluationPeriods) > longestInterval(period))
      throw invalid(`Metrics cannot be checked across more than ${longestInterval(period)} seconds (EvaluationPeriods * Period)`);
  }
  if (Number(DatapointsToAlarm ?? 0) > Number(EvaluationPeriods))
    throw invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods");
  if (input.TreatMissingData !== undefined && !treatments.includes(String(input.TreatMissingData)))
    throw invalid(`TreatMissingData must be one of ${treatments.join(", ")}`);
  const actions = ["AlarmActions", "OKActions", "InsufficientDataActions"].flatMap((member) => (input[member] ?? []) as string[]);
  const wrong = actions.find((action) => !/^arn:[^:]+:[a-z0-9-]+:[^:]*:[^:]*:.+$/.test(action));
  if (wrong !== undefined) throw invalid(`Invalid arn syntax: ${wrong}`);
  // Error texts: cds-snc/notification-terraform pull 128, aws-samples/amazon-cloudwatch-auto-alarms issue 61.
  for (const [, ofArn, , region] of actions.map((action) => action.split(":"))) {
    if (ofArn !== partition) throw invalid(`Invalid partition ${String(ofArn)} specified. Only ${partition} is supported.`);
    if (region !== "" && region !== caller.region)
      throw invalid(`Invalid region ${String(region)} specified. Only ${caller.region} is supported.`);
  }
}

const alarms: Operations = {
  PutMetricAlarm({ Tags, ...input }, context) {
    const { state } = context;
    const name = String(input.AlarmName);
    alarmFits(input, context);
    const arn = alarmArn(context, name);
    const known = state.alarms[name];
    const now = context.now();
    state.alarms[name] = {
      ActionsEnabled: true,
      OKActions: [],
      AlarmActions: [],
      InsufficientDataActions: [],
      Dimensions: [],
      ...input,
      AlarmArn: arn,
      AlarmConfigurationUpdatedTimestamp: now,
      StateValue: known?.StateValue ?? "INSUFFICIENT_DATA",
      StateReason: known?.StateReason ?? "Unchecked: Initial alarm creation",
      StateUpdatedTimestamp: known?.StateUpdatedTimestamp ?? now,
      StateTransitionedTimestamp: known?.StateTransitionedTimestamp ?? now,
    };
    // AWS ignores tags in an update.
    if (!known) state.tags[arn] = (Tags ?? []) as Tag[];
    return {};
  },

  DescribeAlarms({ AlarmNames, AlarmNamePrefix, AlarmTypes, StateValue, ActionPrefix, MaxRecords, NextToken }, { state }) {
    const names = AlarmNames as string[] | undefined;
    if (names && AlarmNamePrefix !== undefined) throw invalid("AlarmNamePrefix and AlarmNames cannot both be specified");
    const found = Object.values(state.alarms).filter(
      (alarm) =>
        (names === undefined || names.length === 0 || names.includes(String(alarm.AlarmName))) &&
        String(alarm.AlarmName).startsWith(String(AlarmNamePrefix ?? "")) &&
        (StateValue === undefined || alarm.StateValue === StateValue) &&
        (ActionPrefix === undefined || (alarm.AlarmActions as string[]).some((action) => action.startsWith(String(ActionPrefix)))),
    );
    const wanted = ((AlarmTypes as string[] | undefined) ?? ["MetricAlarm"]).includes("MetricAlarm") ? found : [];
    const { items, next } = pageOf(wanted, MaxRecords ?? 50, NextToken);
    return { MetricAlarms: items, CompositeAlarms: [], NextToken: next };
  },

  DeleteAlarms({ AlarmNames }, context) {
    const names = AlarmNames as string[];
    const missing = names.find((name) => !context.state.alarms[name]);
    if (missing !== undefined) throw new AwsError("ResourceNotFound", `Alarm ${missing} does not exist`, 404);
    for (const name of names) {
      delete context.state.alarms[name];
      delete context.state.tags[alarmArn(context, name)];
    }
    return {};
  },
};

function tagsOf({ state }: Cloudwatch, arn: unknown): Tag[] {
  const tags = state.tags[String(arn)];
  if (!tags) throw new AwsError("ResourceNotFoundException", `Unknown resource ${String(arn)}`, 404);
  return tags;
}

const tags: Operations = {
  ListTagsForResource: ({ ResourceARN }, context) => ({ Tags: tagsOf(context, ResourceARN) }),
  TagResource({ ResourceARN, Tags }, context) {
    const all = withTags(tagsOf(context, ResourceARN), Tags as Tag[]);
    if (all.length > 50) throw new AwsError("InvalidParameterValue", "A resource can't have more than 50 tags.");
    context.state.tags[String(ResourceARN)] = all;
    return {};
  },
  UntagResource({ ResourceARN, TagKeys }, context) {
    context.state.tags[String(ResourceARN)] = withoutTags(tagsOf(context, ResourceARN), TagKeys as string[]);
    return {};
  },
};

export const cloudwatch = nativeService<State>({
  scope: "monitoring",
  model: "cloudwatch",
  violation: { code: "ValidationError" },
  initial: () => ({ dashboards: {}, alarms: {}, tags: {} }),
  operations: { ...dashboards, ...alarms, ...tags },
  leftovers: (state) => [
    ...Object.keys(state.dashboards).map((id) => ({ type: "Dashboard", id })),
    ...Object.keys(state.alarms).map((id) => ({ type: "Alarm", id })),
  ],
});
