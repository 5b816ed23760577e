// Validates the settings of the controls. Pure.
import { setCommand } from "../stack/fix-command";
import { type Problem } from "../stack/preflight";
import { allowListParameter, environmentOfParameter, parameterRoot } from "./allow-list";
import { type ControlsSettings } from "./settings";

/** Environments in the account and region. */
export interface PublishedEnvironments {
  withAllowList: string[];
  /** Environments of an earlier version, whose resources the evaluator cannot compare. */
  withoutAllowList: string[];
}

/** An environment publishes this parameter in every version. */
const environmentParameter = /^\/cloister\/([^/]+)\/vpc-id$/;

/** Environments by the names of SSM parameters. */
export function publishedEnvironments(names: readonly string[]): PublishedEnvironments {
  const withAllowList = names.flatMap((name) => environmentOfParameter(name) ?? []);
  const all = names.flatMap((name) => environmentParameter.exec(name)?.[1] ?? []);
  return { withAllowList, withoutAllowList: all.filter((name) => !withAllowList.includes(name)) };
}

/** Corrections need an allow-list of each environment. Otherwise the evaluator would correct what belongs to an environment. */
export function controlsProblems({ mode }: ControlsSettings, published: PublishedEnvironments, path: string): Problem[] {
  if (mode === "observe") return [];
  const setting = `${path}.mode`;
  const observe = setCommand(setting, "observe");
  const missing = published.withoutAllowList.sort();
  if (missing.length > 0)
    return [
      {
        setting,
        text: `must be observe until each environment publishes ${parameterRoot}/<environment>/${allowListParameter} (missing: ${missing.join(", ")}). Fix: ${observe}, then deploy these environments with this version of Cloister, and then set correct again.`,
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
