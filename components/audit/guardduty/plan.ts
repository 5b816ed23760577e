// Looks up the detector of GuardDuty in the account and region, and plans the detector to create.
import * as aws from "@pulumi/aws";
import { type AwsContext } from "../../aws/context";
import { optional, type Options } from "../../aws/lookup";
import { removeCommand } from "../../stack/fix-command";
import { type Planned } from "../../stack/preflight";
import { type GuardDutySettings } from "./settings";

/** Tag of the detector with the name of its core stack. AWS chooses the ID of a detector. */
export const creatorTag = "cloister:core";

export interface FoundDetector {
  id: string;
  /** Core stack that created the detector; undefined for another creator. */
  creator?: string;
}

export async function lookupDetector(opts: Options): Promise<FoundDetector | undefined> {
  const found = await optional(aws.guardduty.getDetector({}, opts));
  if (!found) return undefined;
  const creator = found.tags?.[creatorTag];
  return { id: found.id, ...(creator !== undefined && { creator }) };
}

export interface GuardDutyRequest {
  context: AwsContext;
  /** Name of the core stack. */
  name: string;
  settings: GuardDutySettings;
  /** Tags of all resources. */
  tags: Record<string, string>;
  /** Path of the settings, `cloister-core:audit.guardDuty`. */
  path: string;
}

/** AWS accepts one detector in an account and region. Source: AWS API `CreateDetector`. */
export function planGuardDuty(
  { context, name, settings, tags, path }: GuardDutyRequest,
  found: FoundDetector | undefined,
): Planned<GuardDutySettings> {
  const problems =
    found === undefined || found.creator === name
      ? []
      : [
          {
            setting: path,
            text: `must not create a second detector, because account ${context.accountId} has one in ${context.region} (got ${found.id}${found.creator === undefined ? "" : `, of core stack ${found.creator}`}). Fix: ${removeCommand(path)}`,
          },
        ];
  // Source: AWS API `CreateDetector`, `TagKey`.
  const rejected = Object.keys(tags).filter((key) => !/^[a-zA-Z+-=._:/]+$/.test(key));
  return {
    plan: settings,
    problems: [
      ...problems,
      ...rejected.map((key) => ({
        setting: path,
        text: `must not be set with the tag '${key}': keys of GuardDuty contain only Latin letters, digits and + - = . _ : /. Fix: ${removeCommand(path)}, or change the tag.`,
      })),
    ],
  };
}
