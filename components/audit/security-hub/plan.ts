// Looks up AWS Security Hub CSPM in the account and region, and plans whether to enable it.
import { type AwsContext } from "../../aws/context";
import { type Options } from "../../aws/lookup";
import { type CalledService, signedCall } from "../../aws/signed-call";
import { removeCommand } from "../../stack/fix-command";
import { type Problem } from "../../stack/preflight";
import { type EnabledBy, lookupEnabledBy } from "../enabled-record";

const service: CalledService = { scope: "securityhub", host: "securityhub", id: "SECURITYHUB" };

/**
 * Who enabled AWS Security Hub CSPM. `name` is the name of the core stack.
 * Source: AWS API `DescribeHub`: `InvalidAccessException` or `ResourceNotFoundException` in an account without a hub.
 * Assumption: `security-hub-disabled`.
 */
export async function lookupHub(context: AwsContext, name: string, opts: Options): Promise<EnabledBy> {
  try {
    await signedCall(context, service, { method: "GET", path: "/accounts" });
  } catch (error) {
    if (/^(InvalidAccess|ResourceNotFound)Exception$/.test((error as Error).name)) return "none";
    throw error;
  }
  return lookupEnabledBy(name, "security-hub", opts);
}

/** `path`: `cloister-core:audit.securityHub`. */
export const hubProblems = ({ accountId, region }: AwsContext, enabledBy: EnabledBy, path: string): Problem[] =>
  enabledBy === "other"
    ? [
        {
          setting: path,
          text: `must not be true, because account ${accountId} uses AWS Security Hub in ${region} already (got arn:aws:securityhub:${region}:${accountId}:hub/default). Findings of the controls and of other services go to this hub. Fix: ${removeCommand(path)}`,
        },
      ]
    : [];
