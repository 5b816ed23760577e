// Compares the account of the AWS credentials with the account in the state of a stack.
import { connectionSettings } from "./aws-settings";
import { type Session, type StateResource } from "./engine";

/**
 * Account and region of the resources that a stack creates with the credentials of the shell. Providers with a role have
 * their own account. `undefined` without such a resource. Pure.
 */
export function deployedIn(resources: readonly StateResource[]): { account: string; region: string } | undefined {
  // Components have outputs of resources in other accounts.
  const isDefault = ({ type, provider }: StateResource) =>
    type.startsWith("aws:") && (provider === undefined || /::pulumi:providers:aws::default(_[\w]+)?::/.test(provider));
  return resources
    .filter(isDefault)
    .flatMap(({ outputs }) => {
      const [, region, account] = /^arn:[^:]+:[^:]+:([^:]+):(\d{12}):/.exec(String(outputs?.arn)) ?? [];
      return region !== undefined && account !== undefined ? [{ account, region }] : [];
    })
    .at(0);
}

/** The account of the credentials in a region. */
export async function callerAccount(
  session: Pick<Session, "env" | "world" | "credentials">,
  region: string,
  signal?: AbortSignal,
): Promise<string> {
  const sts = await import("@aws-sdk/client-sts");
  const client = new sts.STSClient(connectionSettings(session, "sts", region));
  const { Account } = await client.send(new sts.GetCallerIdentityCommand({}), { abortSignal: signal });
  return Account!;
}

/**
 * A message, if the credentials and the stack belong to different accounts. An environment of the same name can exist
 * there, so its resources would be deleted.
 */
export async function otherAccount(
  { account: accountOf }: { account(region: string): Promise<string> },
  id: string,
  { account, region }: { account: string; region: string },
): Promise<string | undefined> {
  const caller = await accountOf(region);
  return caller === account
    ? undefined
    : `${id} is deployed in account ${account} in ${region}, but the AWS credentials are for account ${caller}. Sign in to account ${account}, or set AWS_PROFILE to one of its profiles, and run the same command again.`;
}
