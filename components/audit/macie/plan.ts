// Looks up Amazon Macie in the account and region, and plans whether to enable it.
import { type AwsContext } from "../../aws/context";
import { type Options } from "../../aws/lookup";
import { type CalledService, signedCall } from "../../aws/signed-call";
import { removeCommand } from "../../stack/fix-command";
import { type Planned } from "../../stack/preflight";
import { type EnabledBy, lookupEnabledBy } from "../enabled-record";
import { type MacieSettings } from "./settings";

const service: CalledService = { scope: "macie2", host: "macie2", id: "MACIE2" };

/**
 * Regions without Macie.
 * Source: AWS Config "macie-status-check", regions of the rule, November 2026.
 */
const absentIn = [
  ...["ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7"],
  ...["ca-west-1", "cn-north-1", "cn-northwest-1", "eu-central-2", "eu-south-2", "me-central-1", "mx-central-1"],
  ...["us-gov-east-1", "us-gov-west-1"],
];

export type MacieState = EnabledBy | "not offered";

/**
 * Who enabled Macie. `name` is the name of the core stack.
 * Source: AWS API `GetMacieSession`: `AccessDeniedException: Macie is not enabled` in an account without Macie.
 * Assumption: `macie-disabled`.
 */
export async function lookupMacie(context: AwsContext, name: string, opts: Options): Promise<MacieState> {
  if (absentIn.includes(context.region)) return "not offered";
  try {
    await signedCall(context, service, { method: "GET", path: "/macie" });
  } catch (error) {
    const { name: code, message } = error as Error;
    if (code === "ResourceNotFoundException" || (code === "AccessDeniedException" && message.includes("Macie is not enabled")))
      return "none";
    throw error;
  }
  return lookupEnabledBy(name, "macie", opts);
}

export interface MacieRequest {
  context: AwsContext;
  settings: MacieSettings;
  /** Path of the settings, `cloister-core:audit.macie`. */
  path: string;
}

export function planMacie({ context, settings, path }: MacieRequest, state: MacieState): Planned<MacieSettings> {
  const { accountId, region } = context;
  const problem = (text: string) => ({ plan: settings, problems: [{ setting: path, text: `${text} Fix: ${removeCommand(path)}` }] });
  if (state === "not offered") return problem(`is not supported in ${region}, where AWS does not offer Amazon Macie.`);
  if (state === "other") return problem(`must not be set, because account ${accountId} uses Amazon Macie in ${region} already.`);
  return { plan: settings, problems: [] };
}
