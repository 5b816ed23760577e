// Deploys and deletes the CloudFormation stack of `cloister bootstrap` in target accounts.
import { setTimeout as wait } from "node:timers/promises";
import { type CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { oneLine } from "@cloister/common";
import { connectionSettings } from "../aws-settings";
import { type Session } from "../engine";
import { UsageError } from "../usage-error";
import { type BootstrapPlan } from "./request";

export interface DeployRequest {
  /** Name of a role that is assumed in each target account. Absent: the credentials are those of one target account. */
  through?: string;
  print(text: string): void;
  signal?: AbortSignal;
  /** Milliseconds between two descriptions of a stack. */
  pollMs?: number;
}

type Where = Pick<Session, "env" | "world">;
interface AccountClient {
  account: string;
  client: CloudFormationClient;
}

/** A CloudFormation client for every account to deploy to. Errors: `UsageError` for credentials of another account. */
async function clientsFor(
  where: Where,
  { accounts, region, partition }: BootstrapPlan,
  through: string | undefined,
): Promise<AccountClient[]> {
  const [sts, cloudformation] = await Promise.all([import("@aws-sdk/client-sts"), import("@aws-sdk/client-cloudformation")]);
  const caller = new sts.STSClient(connectionSettings(where, "sts", region));
  const clientWith = (credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken: string }) =>
    new cloudformation.CloudFormationClient({
      ...connectionSettings(where, "cloudformation", region),
      ...(credentials && { credentials }),
    });
  if (through === undefined) {
    const { Account: account = "" } = await caller.send(new sts.GetCallerIdentityCommand({}));
    if (!accounts.includes(account))
      throw new UsageError(
        `The AWS credentials must be for a target account, ${accounts.join(" or ")} (got account ${account}). Or name a role that these credentials can assume in each target account: --through OrganizationAccountAccessRole`,
      );
    return [{ account, client: clientWith() }];
  }
  return Promise.all(
    accounts.map(async (account) => {
      const RoleArn = `arn:${partition}:iam::${account}:role/${through}`;
      const { Credentials } = await caller
        .send(new sts.AssumeRoleCommand({ RoleArn, RoleSessionName: "cloister-bootstrap" }))
        .catch((error: unknown) => {
          throw new UsageError(
            `--through must be a role that the AWS credentials can assume in account ${account} (got '${through}'): ${oneLine((error as Error).message)}`,
          );
        });
      const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
      return { account, client: clientWith({ accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! }) };
    }),
  );
}

const isMissing = (error: unknown) => /does not exist/.test((error as Error).message);
const isUnchanged = (error: unknown) => /No updates are to be performed/.test((error as Error).message);

async function stackIn(client: CloudFormationClient, StackName: string) {
  const { DescribeStacksCommand } = await import("@aws-sdk/client-cloudformation");
  try {
    return (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Waits until the stack has no change in progress. Undefined if the stack no longer exists. */
async function settled(client: CloudFormationClient, stackName: string, { signal, pollMs = 2000 }: DeployRequest) {
  for (;;) {
    const stack = await stackIn(client, stackName);
    if (!stack?.StackStatus?.endsWith("_IN_PROGRESS")) return stack;
    await wait(pollMs, undefined, signal && { signal });
  }
}

/** Creates or updates the stack in one account. Returns the state of the stack. */
async function deployTo({ account, client }: AccountClient, plan: BootstrapPlan, request: DeployRequest): Promise<string> {
  const { CreateStackCommand, DeleteStackCommand, UpdateStackCommand } = await import("@aws-sdk/client-cloudformation");
  const { stackName } = plan;
  const input = { StackName: stackName, TemplateBody: plan.template, Capabilities: ["CAPABILITY_NAMED_IAM" as const] };
  const existing = await settled(client, stackName, request);
  // A stack whose creation failed can only be deleted.
  const isFailed = existing?.StackStatus === "ROLLBACK_COMPLETE";
  if (isFailed) {
    await client.send(new DeleteStackCommand({ StackName: stackName }));
    await settled(client, stackName, request);
  }
  if (existing && !isFailed) {
    try {
      await client.send(new UpdateStackCommand(input));
    } catch (error) {
      if (isUnchanged(error)) return `Account ${account}: ${stackName} is up to date.`;
      throw error;
    }
  } else await client.send(new CreateStackCommand(input));
  const stack = await settled(client, stackName, request);
  if (!/^(CREATE|UPDATE)_COMPLETE$/.test(stack?.StackStatus ?? ""))
    throw new UsageError(
      `Account ${account}: ${stackName} is ${stack?.StackStatus ?? "missing"}: ${oneLine(stack?.StackStatusReason ?? "see the events of the stack in CloudFormation")}`,
    );
  const arn = stack?.Outputs?.find(({ OutputKey }) => OutputKey === "DeployRoleArn")?.OutputValue;
  return `Account ${account}: ${stackName} is deployed. Deploy role: ${arn}`;
}

/** Deploys the template to the account of the credentials, or through a role to every target account. */
export async function deployBootstrap(where: Where, plan: BootstrapPlan, request: DeployRequest): Promise<void> {
  for (const one of await clientsFor(where, plan, request.through)) request.print(await deployTo(one, plan, request));
}

/** Deletes the stack from every account, after the stage is destroyed. */
export async function deleteBootstrap(where: Where, plan: BootstrapPlan, request: DeployRequest): Promise<void> {
  const { DeleteStackCommand } = await import("@aws-sdk/client-cloudformation");
  for (const { account, client } of await clientsFor(where, plan, request.through)) {
    await client.send(new DeleteStackCommand({ StackName: plan.stackName }));
    const stack = await settled(client, plan.stackName, request);
    if (stack && stack.StackStatus !== "DELETE_COMPLETE")
      throw new UsageError(`Account ${account}: ${plan.stackName} is ${stack.StackStatus}: ${oneLine(stack.StackStatusReason ?? "")}`);
    request.print(`Account ${account}: ${plan.stackName} is deleted.`);
  }
}
