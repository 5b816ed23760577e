// Validates the audit settings against the trails of the account. Pure.
import { type AwsContext } from "../aws/context";
import { removeCommand, setCommand } from "../stack/fix-command";
import { type Planned, type Problem } from "../stack/preflight";
import { planAnalyzers, type PlannedAnalyzer } from "./analyzers/plan";
import { type ConfigPlan, planConfig } from "./config/plan";
import { planGuardDuty } from "./guardduty/plan";
import { type GuardDutySettings } from "./guardduty/settings";
import { planLogGroups } from "./log-groups";
import { planMacie } from "./macie/plan";
import { type MacieSettings } from "./macie/settings";
import { type AuditFindings, type AuditRequest, type FoundTrail } from "./request";
import { hubProblems } from "./security-hub/plan";
import { type AlertSettings, type TrailSettings } from "./settings";

export interface AuditPlan {
  /** The trail to create. */
  trail?: TrailSettings & { name: string; arn: string };
  /** The existing trail, and the name of its log group if the alarms can read it. */
  existing?: { arn: string; logGroupName?: string };
  alerts?: AlertSettings;
  savedQueries: boolean;
  /** Shared log groups of SageMaker to create. */
  logGroups?: { create: string[]; retentionDays: number };
  config?: ConfigPlan;
  analyzers?: PlannedAnalyzer[];
  guardDuty?: GuardDutySettings;
  /** Whether to enable AWS Security Hub. */
  securityHub?: true;
  macie?: MacieSettings;
}

/** Name of the trail. Policies of its key and bucket contain the ARN before the trail exists. */
export const trailName = (name: string) => `${name}-trail`;

const trailArn = ({ partition, region, accountId }: AwsContext, name: string) =>
  `arn:${partition}:cloudtrail:${region}:${accountId}:trail/${trailName(name)}`;

const recordsEverything = ({ isMultiRegion, isLogging, events }: FoundTrail) =>
  isMultiRegion && isLogging === true && events?.management === "all";

const awsCommand = (operation: string, { arn }: FoundTrail, ...words: string[]) =>
  ["aws cloudtrail", operation, operation === "put-event-selectors" ? "--trail-name" : "--name", arn, ...words].join(" ");

const allManagementEvents = `--advanced-event-selectors '[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}]'`;

/** Requirements for an existing trail, each with the command that meets the requirement. */
const requirements: { isMet: (trail: FoundTrail) => boolean; text: string; fix: (trail: FoundTrail) => string }[] = [
  {
    isMet: ({ isMultiRegion }) => isMultiRegion,
    text: "must be a trail for all regions",
    fix: (trail) => awsCommand("update-trail", trail, "--is-multi-region-trail"),
  },
  {
    isMet: ({ hasValidation }) => hasValidation,
    text: "must have log file validation",
    fix: (trail) => awsCommand("update-trail", trail, "--enable-log-file-validation"),
  },
  {
    isMet: ({ isLogging }) => isLogging !== false,
    text: "must log",
    fix: (trail) => awsCommand("start-logging", trail),
  },
  {
    isMet: ({ events }) => events === undefined || events.management === "all",
    text: "must record all management events, reads and writes of all services",
    fix: (trail) => `${awsCommand("put-event-selectors", trail, allManagementEvents)} (replaces its event selectors)`,
  },
];

/** Name of the log group in an ARN, if the group is in the account and region of the stack. */
const logGroupName = ({ accountId, region }: AwsContext, { logGroupArn = "" }: FoundTrail) =>
  new RegExp(`^arn:[^:]+:logs:${region}:${accountId}:log-group:([^:]+)`).exec(logGroupArn)?.[1];

function existingProblems(request: AuditRequest, arn: string, found: FoundTrail | undefined): { problems: Problem[]; warnings: Problem[] } {
  const { context, settings, path } = request;
  const setting = `${path}.existingTrailArn`;
  if (!found)
    return {
      problems: [
        {
          setting,
          text: `must be a trail that records account ${context.accountId} in ${context.region} (got ${arn}). Fix: list the trails, and set the ARN of one of them: aws cloudtrail describe-trails --region ${context.region}`,
        },
      ],
      warnings: [],
    };
  const problems = requirements
    .filter(({ isMet }) => !isMet(found))
    .map(({ text, fix }) => ({ setting, text: `${text} (got ${arn}). Fix: ${fix(found)}` }));
  const readers = logGroupName(context, found) === undefined ? (["alerts", "savedQueries"] as const).filter((part) => settings[part]) : [];
  for (const part of readers)
    problems.push({
      setting: `${path}.${part}`,
      text: `requires a trail that sends its events to a log group of account ${context.accountId} in ${context.region} (got ${found.logGroupArn ?? "no log group"}). Fix: set a log group for ${arn}, or remove the setting: ${removeCommand(`${path}.${part}`)}`,
    });
  const warn = (text: string) => ({ setting, text });
  return {
    problems,
    warnings: [
      ...(found.isLogging === undefined || found.events === undefined
        ? [warn(`cannot be validated completely: the deploying role cannot read the status or the event selectors of ${arn}.`)]
        : []),
      ...(found.hasKey ? [] : [warn(`names a trail without a KMS key (got ${arn}), so S3 encrypts its log files with a key of AWS.`)]),
      ...(found.events?.objects === false
        ? [warn(`names a trail that records no calls on objects (got ${arn}), so it does not show which job read which data.`)]
        : []),
    ],
  };
}

function trailProblems(request: AuditRequest, { trails = [] }: AuditFindings): Problem[] {
  const { settings, context, name, purge, path } = request;
  const { trail } = settings;
  if (!trail) return [];
  const problems: Problem[] = [];
  const createdArn = trailArn(context, name);
  const duplicate = trails.find((found) => found.arn !== createdArn && recordsEverything(found));
  if (duplicate && !trail.acceptDuplicate)
    problems.push({
      setting: `${path}.trail`,
      text: `must not record management events again, which trail ${duplicate.arn} records already. Fix: ${removeCommand(`${path}.trail`)} && ${setCommand(`${path}.existingTrailArn`, duplicate.arn)}, or accept the cost of a second copy: ${setCommand(`${path}.trail.acceptDuplicate`, "true")}`,
    });
  if (purge && trail.objectLock.mode === "COMPLIANCE")
    problems.push({
      setting: `${path}.trail.objectLock.mode`,
      text: `must be GOVERNANCE if 'purge' is true (got COMPLIANCE): no principal can delete a log file for ${trail.objectLock.days} days, so 'pulumi destroy' would fail. Fix: ${setCommand(`${path}.trail.objectLock.mode`, "GOVERNANCE")}`,
    });
  // Source: AWS API `CreateTrail`, `TagValue`.
  for (const [key] of Object.entries(request.tags).filter(([, value]) => value === ""))
    problems.push({
      setting: `${path}.trail`,
      text: `must not be set with an empty value in the tag '${key}', which CloudTrail rejects. Fix: ${removeCommand(`${path}.trail`)}, or change the tag.`,
    });
  for (const [i, arn] of trail.readerArns.entries())
    if (arn.split(":")[4] !== context.accountId)
      problems.push({
        setting: `${path}.trail.readerArns[${i}]`,
        text: `must be a role or user of account ${context.accountId} (got ${arn}). Fix: ${removeCommand(`${path}.trail.readerArns[${i}]`)}`,
      });
  return problems;
}

/** Problems between the settings themselves. */
function choiceProblems({ settings: { trail, existingTrailArn, ...parts }, path }: AuditRequest): Problem[] {
  if (trail && existingTrailArn !== undefined)
    return [
      {
        setting: `${path}.existingTrailArn`,
        text: `must not be set together with '${path}.trail', which creates a trail. Fix: ${removeCommand(`${path}.trail`)}`,
      },
    ];
  if (trail || existingTrailArn !== undefined) return [];
  return (["alerts", "savedQueries"] as const)
    .filter((part) => parts[part])
    .map((part) => ({
      setting: `${path}.${part}`,
      text: `requires a trail. Fix: ${setCommand(`${path}.trail.logRetentionDays`, 365)}, or ${setCommand(`${path}.existingTrailArn`, "<ARN of the trail>")}`,
    }));
}

/** Plans the audit of an account, and reports all problems with its settings. */
export function planAudit(request: AuditRequest, findings: AuditFindings): Planned<AuditPlan> {
  const { settings, context, name, path } = request;
  const { trail, existingTrailArn, alerts } = settings;
  const choice = choiceProblems(request);
  if (findings.unreadCredentials !== undefined)
    return {
      plan: { savedQueries: false },
      problems: [
        ...choice,
        {
          setting: path,
          text: `requires credentials that the AWS SDK reads, to look up the audit services of the account (got ${findings.unreadCredentials}). Fix: ${removeCommand(findings.unreadCredentials)}, and supply the same credentials in a profile or in environment variables.`,
        },
      ],
    };
  const found = findings.trails?.find(({ arn }) => arn === existingTrailArn);
  const existing =
    existingTrailArn === undefined || trail ? { problems: [], warnings: [] } : existingProblems(request, existingTrailArn, found);
  const groupName = found && logGroupName(context, found);
  const { logGroups } = settings;
  const groups =
    logGroups && findings.logGroups ? planLogGroups(findings.logGroups, { ...logGroups, setting: `${path}.logGroups` }) : undefined;
  const config =
    settings.config && findings.config && planConfig({ context, name, settings: settings.config, path: `${path}.config` }, findings.config);
  const analyzers =
    settings.accessAnalyzer && findings.analyzers
      ? planAnalyzers({ context, name, settings: settings.accessAnalyzer, path: `${path}.accessAnalyzer` }, findings.analyzers)
      : undefined;
  const { detector } = findings;
  const guardDuty =
    settings.guardDuty && detector
      ? planGuardDuty(
          { context, name, settings: settings.guardDuty, tags: request.tags, path: `${path}.guardDuty` },
          detector === "none" ? undefined : detector,
        )
      : undefined;
  const macie =
    settings.macie && findings.macie ? planMacie({ context, settings: settings.macie, path: `${path}.macie` }, findings.macie) : undefined;
  return {
    plan: {
      ...(trail && { trail: { ...trail, name: trailName(name), arn: trailArn(context, name) } }),
      ...(existingTrailArn !== undefined && {
        existing: { arn: existingTrailArn, ...(groupName !== undefined && { logGroupName: groupName }) },
      }),
      ...(alerts && { alerts }),
      savedQueries: settings.savedQueries,
      ...(logGroups && groups && { logGroups: { create: groups.create, ...logGroups } }),
      ...(config && { config: config.plan }),
      ...(analyzers && { analyzers: analyzers.plan }),
      ...(guardDuty && { guardDuty: guardDuty.plan }),
      ...(settings.securityHub && { securityHub: true as const }),
      ...(macie && { macie: macie.plan }),
    },
    problems: [
      ...choice,
      ...existing.problems,
      ...trailProblems(request, findings),
      ...(config?.problems ?? []),
      ...(analyzers?.problems ?? []),
      ...(guardDuty?.problems ?? []),
      ...(findings.hub ? hubProblems(context, findings.hub, `${path}.securityHub`) : []),
      ...(macie?.problems ?? []),
    ],
    warnings: [...existing.warnings, ...(groups?.warnings ?? []), ...(config?.warnings ?? [])],
  };
}
