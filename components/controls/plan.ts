// Validates the settings of the controls. Pure.
import { allowListParameter } from "../aws/allow-list-name";
import { removeCommand, setCommand } from "../stack/fix-command";
import { type Problem } from "../stack/preflight";
import { environmentOfParameter } from "./allow-list";
import { type ControlsSettings } from "./settings";

/** Environments in the account and region. */
export interface PublishedEnvironments {
  withAllowList: string[];
  /** Environments of an earlier version, whose resources the evaluator cannot compare. */
  withoutAllowList: string[];
}

/** What is known about AWS Security Hub in the account and region. `unknown`: not looked up, or the deploying role cannot read it. */
export type SecurityHubState = "enabled" | "disabled" | "unknown";

/** A trail of the account: whether it logs, and the management events that it records. Absent: unknown. */
export interface KnownTrail {
  isLogging?: boolean;
  events?: { management: "all" | "part" | "none" };
}

/** What the preflight of the controls depends on. */
export interface ControlsFindings {
  published: PublishedEnvironments;
  securityHub: SecurityHubState;
  /** Trails that record events of the account in the region. `audit`: the setting `audit` validates the trail. Absent: unreadable. */
  trails?: readonly KnownTrail[] | "audit" | undefined;
}

/** Path of all SSM parameters of environments. */
export const parameterRoot = "/cloister";

/** An environment publishes this parameter in every version. */
const environmentParameter = /^\/cloister\/([^/]+)\/vpc-id$/;

/** Environments by the names of SSM parameters. */
export function publishedEnvironments(names: readonly string[]): PublishedEnvironments {
  const withAllowList = names.flatMap((name) => environmentOfParameter(name) ?? []);
  const all = names.flatMap((name) => environmentParameter.exec(name)?.[1] ?? []);
  return { withAllowList, withoutAllowList: all.filter((name) => !withAllowList.includes(name)) };
}

/** EventBridge gets calls only if a trail records management events. Source: Amazon EventBridge "AWS service events via CloudTrail". */
function trailProblems({ trails }: ControlsFindings, path: string): Problem[] {
  if (!trails || trails === "audit" || trails.some(({ isLogging, events }) => isLogging !== false && events?.management !== "none"))
    return [];
  const [namespace] = path.split(":");
  return [
    {
      setting: path,
      text: `requires a CloudTrail trail that records management events in the region (got ${trails.length === 0 ? "no trail" : "trails that record none"}). Fix: ${setCommand(`${namespace}:audit.trail.logRetentionDays`, 365)}`,
    },
  ];
}

function securityHubProblems({ securityHub }: ControlsFindings, path: string): Problem[] {
  if (securityHub !== "disabled") return [];
  return [
    {
      setting: `${path}.securityHub`,
      text: `requires AWS Security Hub, which is not enabled in the account and region. Fix: ${setCommand(`${path.split(":")[0]!}:audit.securityHub`, "true")}, or ${removeCommand(`${path}.securityHub`)}`,
    },
  ];
}

/** Problems of the setting `controls`. `path`: `cloister-core:controls`. */
export const controlsProblems = (settings: ControlsSettings, findings: ControlsFindings, path: string): Problem[] => [
  ...trailProblems(findings, path),
  ...securityHubProblems(findings, path),
  ...modeProblems(settings, findings.published, path),
];

/** What cannot be validated, or is incomplete. */
export function controlsWarnings(
  { securityHub: isUsed }: ControlsSettings,
  { trails, securityHub }: ControlsFindings,
  path: string,
): Problem[] {
  const logging = (trails === "audit" ? [] : (trails ?? [])).filter(({ isLogging }) => isLogging !== false);
  const isPartial = logging.length > 0 && logging.every(({ events }) => events !== undefined && events.management !== "all");
  return [
    ...(isPartial && logging.some(({ events }) => events?.management === "part")
      ? [{ setting: path, text: "has no trail that records all management events, so the evaluator can miss calls." }]
      : []),
    ...(trails === undefined
      ? [{ setting: path, text: "cannot be validated: the deploying role cannot read the trails of the account." }]
      : []),
    ...(isUsed && securityHub === "unknown"
      ? [
          {
            setting: `${path}.securityHub`,
            text: "cannot be validated: the deploying role cannot read whether AWS Security Hub is enabled.",
          },
        ]
      : []),
  ];
}

/** Corrections need an allow-list of each environment. Otherwise the evaluator would correct what belongs to an environment. */
function modeProblems({ mode }: ControlsSettings, published: PublishedEnvironments, path: string): Problem[] {
  if (mode === "observe") return [];
  const setting = `${path}.mode`;
  const observe = setCommand(setting, "observe");
  const missing = published.withoutAllowList.sort();
  if (missing.length > 0)
    return [
      {
        setting,
        text: `must be observe until each environment publishes ${allowListParameter("<environment>")} (missing: ${missing.join(", ")}). Fix: ${observe}, then deploy these environments with this version of Cloister, and then set correct again.`,
      },
    ];
  if (published.withAllowList.length > 0) return [];
  return [
    {
      setting,
      text: `must be observe until an environment publishes its allow-list, because there is none in the account and region. Fix: ${observe}, then deploy an environment, and then set correct again.`,
    },
  ];
}
