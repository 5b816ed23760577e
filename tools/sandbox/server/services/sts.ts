import { AwsError } from "../aws-error";
import { type Context, nativeService } from "../service";
import { trustsCaller } from "../iam";
import { type Accounts, newSession } from "../accounts";

interface AssumeRole {
  RoleArn: string;
  RoleSessionName: string;
  DurationSeconds?: number;
  ExternalId?: string;
}

const denied = ({ arn }: { arn: string }, role: string) =>
  new AwsError("AccessDenied", `User: ${arn} is not authorized to perform: sts:AssumeRole on resource: ${role}`, 403);

/** ARN of the caller's role with its path, which the ARN of the session lacks; for other callers, their own ARN. */
async function principalArn({ caller, moto }: Context<Record<string, never>>): Promise<string> {
  const [, RoleName] = /:assumed-role\/([^/]+)\//.exec(caller.arn) ?? [];
  if (RoleName === undefined) return caller.arn;
  const { Role } = (await moto("iam", "GetRole", { RoleName })) as { Role: { Arn: string } };
  return Role.Arn;
}

/** Role sessions in this world's accounts, and the identity of a caller. `Accounts` stores the keys, so STS has no state per account. */
export const sts = (accounts: Accounts) =>
  nativeService<Record<string, never>>({
    scope: "sts",
    model: "sts",
    violation: { code: "ValidationError" },
    throttling: { code: "Throttling", status: 400 },
    initial: () => ({}),
    leftovers: () => [],
    operations: {
      async AssumeRole(input, context: Context<Record<string, never>>) {
        const { RoleArn, RoleSessionName, DurationSeconds = 3600, ExternalId } = input as unknown as AssumeRole;
        const [, partition, account, path] = /^arn:([^:]+):iam::(\d{12}):role\/(.+)$/.exec(RoleArn) ?? [];
        if (!account || !path) throw new AwsError("ValidationError", `${RoleArn} is invalid`);
        // AWS does not disclose whether an account or a role exists.
        if (!accounts.has(account)) throw denied(context.caller, RoleArn);
        const name = path.split("/").at(-1)!;
        const { Role } = (await context.moto("iam", "GetRole", { RoleName: name }, { account }).catch((error: unknown) => {
          throw error instanceof AwsError && error.code === "NoSuchEntity" ? denied(context.caller, RoleArn) : error;
        })) as { Role: { Arn: string; RoleId: string; AssumeRolePolicyDocument: string; MaxSessionDuration?: number } };
        const trust = {
          ...(ExternalId !== undefined && { "sts:externalid": ExternalId }),
          "sts:rolesessionname": RoleSessionName,
          "aws:principalarn": await principalArn(context),
          "aws:principalaccount": context.caller.account,
        };
        if (Role.Arn !== RoleArn || !trustsCaller(decodeURIComponent(Role.AssumeRolePolicyDocument), context.caller, trust))
          throw denied(context.caller, RoleArn);
        // Error text: aws/eks-anywhere pull 9485.
        if (DurationSeconds > 3600 && context.caller.arn.includes(":assumed-role/"))
          throw new AwsError(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
          );
        if (DurationSeconds > (Role.MaxSessionDuration ?? 3600))
          throw new AwsError("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
        const arn = `arn:${partition}:sts::${account}:assumed-role/${name}/${RoleSessionName}`;
        const userId = `${Role.RoleId}:${RoleSessionName}`;
        const session = newSession();
        const expires = context.now() + DurationSeconds;
        accounts.add(session, { account, arn, userId, expires });
        return {
          Credentials: {
            AccessKeyId: session.accessKeyId,
            SecretAccessKey: session.secretAccessKey,
            SessionToken: session.sessionToken,
            Expiration: expires,
          },
          AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
        };
      },
      GetCallerIdentity(_input, { caller, now }) {
        return { UserId: accounts.principal(caller.accessKeyId, now())?.userId, Account: caller.account, Arn: caller.arn };
      },
      GetAccessKeyInfo({ AccessKeyId }, { now }) {
        const principal = accounts.principal(String(AccessKeyId), now());
        if (!principal) throw new AwsError("ValidationError", `Access key ${String(AccessKeyId)} does not exist`);
        return { Account: principal.account };
      },
    },
  });
