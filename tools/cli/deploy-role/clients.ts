// Opens a CloudFormation client for every account in which `cloister bootstrap` works.
import { type CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { UserError } from "@cloister/common";
import { roleCredentials } from "@cloister/components/aws/role-credentials";
import { adviceFor, settleAll } from "../aws-errors";
import { connectionSettings } from "../aws-settings";
import { callerAccount } from "../caller";
import { type Session } from "../engine";
import { type Interrupt } from "../interrupt";
import { UsageError } from "../usage-error";
import { type BootstrapPlan } from "./request";

/** AWS did not complete a bootstrap. The error message lists every account with a problem. */
export class BootstrapError extends UserError {
  override readonly name = "BootstrapError";
}

export type Where = Pick<Session, "env" | "world">;

export interface AccountClient {
  account: string;
  client: Pick<CloudFormationClient, "send">;
}

/** One error for all problems, with advice. */
export const bootstrapFailed = (title: string, problems: string[]): BootstrapError =>
  new BootstrapError(
    [
      title,
      ...problems.map((problem) => `  ${problem}`),
      ...adviceFor(
        problems,
        "Sign in as an administrator of the target account, or name an administrator role of each account with --through.",
      ),
    ].join("\n"),
  );

/**
 * A client for the account of the credentials, or through a role for every account.
 * Errors: `UsageError` for credentials of another account; `BootstrapError` for errors from AWS; `Interrupted`.
 */
export async function clientsFor(
  where: Where,
  { accounts, region, partition }: BootstrapPlan,
  { through, interrupt }: { through?: string; interrupt?: Pick<Interrupt, "signal"> | undefined },
): Promise<AccountClient[]> {
  const [sts, cloudformation] = await Promise.all([import("@aws-sdk/client-sts"), import("@aws-sdk/client-cloudformation")]);
  const settings = connectionSettings(where, "cloudformation", region);
  if (through === undefined) {
    const { done, failed } = await settleAll([region], (target) => callerAccount(where, target, interrupt?.signal), interrupt);
    if (failed.length > 0)
      throw bootstrapFailed(
        "Cannot look up the account of the AWS credentials. No account was changed.",
        failed.map(({ reason }) => reason),
      );
    const account = done[0]!;
    if (!accounts.includes(account))
      throw new UsageError(
        `The AWS credentials must be for a target account, ${accounts.join(" or ")} (got account ${account}). Or name a role that these credentials can assume in each target account: --through OrganizationAccountAccessRole`,
      );
    return [{ account, client: new cloudformation.CloudFormationClient(settings) }];
  }
  const caller = new sts.STSClient(connectionSettings(where, "sts", region));
  const assume = async (account: string): Promise<AccountClient> => {
    const RoleArn = `arn:${partition}:iam::${account}:role/${through}`;
    const input = { RoleArn, RoleSessionName: "cloister-bootstrap" };
    const credentials = await roleCredentials(caller, input, { ...(interrupt && { abortSignal: interrupt.signal }) })();
    return { account, client: new cloudformation.CloudFormationClient({ ...settings, credentials }) };
  };
  const { done, failed } = await settleAll(accounts, assume, interrupt);
  if (failed.length > 0)
    throw bootstrapFailed(
      `--through must be a role that the AWS credentials can assume in each target account (got '${through}'). No account was changed.`,
      failed.map(({ item, reason }) => `Account ${item}: ${reason}`),
    );
  return done;
}
