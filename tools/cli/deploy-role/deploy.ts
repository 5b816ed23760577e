// Deploys and deletes the CloudFormation stack of `cloister bootstrap` in target accounts.
import { setTimeout as pause } from "node:timers/promises";
import { type Stack } from "@aws-sdk/client-cloudformation";
import { oneLine } from "@cloister/common";
import { descriptionPrefix } from "@cloister/components/identity/deploy-role/template";
import { settleAll } from "../aws-errors";
import { countText } from "../count-text";
import { type Interrupt } from "../interrupt";
import { type AccountClient, BootstrapError, bootstrapFailed, clientsFor, type Where } from "./clients";
import { type BootstrapPlan } from "./request";

/** CloudFormation creates or deletes a role in less than a minute. */
const LIMIT_MINUTES = 15;

export interface DeployRequest {
  /** Name of a role that is assumed in each target account. Absent: the credentials are those of one target account. */
  through?: string;
  print(text: string): void;
  interrupt?: Pick<Interrupt, "signal">;
  /** Milliseconds between two descriptions of a stack. */
  pollMs?: number;
  limitMinutes?: number;
}

/** Changes the stack in one account. Returns a report. */
type Work = (client: AccountClient, plan: BootstrapPlan, request: DeployRequest) => Promise<string>;

const isMissing = (error: unknown) => /does not exist/.test((error as Error).message);
const isUnchanged = (error: unknown) => /No updates are to be performed/.test((error as Error).message);

/** Whether a change of the stack is in progress. A stack in review waits until a user executes or deletes its change set. */
const isInProgress = (status: string) => status.endsWith("_IN_PROGRESS") && status !== "REVIEW_IN_PROGRESS";

/**
 * Stacks that CloudFormation does not update, and that must be deleted first. A stack in review has no resources.
 * Source: AWS API `CreateChangeSet`; AWS CloudFormation, "Stack status codes".
 */
const replaced = /^(CREATE_FAILED|ROLLBACK_FAILED|ROLLBACK_COMPLETE|DELETE_FAILED|REVIEW_IN_PROGRESS)$/;

async function stackIn({ client }: AccountClient, StackName: string, { interrupt }: DeployRequest): Promise<Stack | undefined> {
  const { DescribeStacksCommand } = await import("@aws-sdk/client-cloudformation");
  try {
    return (await client.send(new DescribeStacksCommand({ StackName }), { abortSignal: interrupt?.signal })).Stacks?.[0];
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Waits until the stack has no change in progress. Undefined if the stack does not exist. */
async function settled(client: AccountClient, stackName: string, request: DeployRequest): Promise<Stack | undefined> {
  const { interrupt, pollMs = 2000, limitMinutes = LIMIT_MINUTES } = request;
  const deadline = Date.now() + limitMinutes * 60_000;
  for (;;) {
    const stack = await stackIn(client, stackName, request);
    if (!stack || !isInProgress(stack.StackStatus!)) return stack;
    if (Date.now() >= deadline)
      throw new BootstrapError(
        `${stackName} is still ${stack.StackStatus} after the limit of ${countText(limitMinutes, "minute")}. Run the same command again to continue.`,
      );
    await pause(pollMs, undefined, { signal: interrupt?.signal });
  }
}

const stackFailed = (name: string, stack: Stack | undefined) =>
  new BootstrapError(
    `${name} is ${stack?.StackStatus ?? "missing"}: ${oneLine(stack?.StackStatusReason ?? "see the events of the stack in CloudFormation")}`,
  );

/**
 * Requires that a stack is one of `cloister bootstrap`. Anybody who can create stacks in an account can choose the name
 * first, and an administrator would then delete or replace their resources. A stack in review has no resources.
 */
function requireOwn(stack: Stack | undefined, stackName: string): void {
  if (!stack || stack.StackStatus === "REVIEW_IN_PROGRESS" || stack.Description?.startsWith(descriptionPrefix)) return;
  throw new BootstrapError(
    `${stackName} was not created by this command (its description is '${oneLine(stack.Description ?? "")}'). Examine the stack in CloudFormation, and delete it if it is not needed.`,
  );
}

/** Deletes the stack, which is not an error if the stack does not exist. */
async function deleteFrom(client: AccountClient, stackName: string, request: DeployRequest): Promise<void> {
  const { DeleteStackCommand } = await import("@aws-sdk/client-cloudformation");
  await client.client.send(new DeleteStackCommand({ StackName: stackName }));
  const stack = await settled(client, stackName, request);
  if (stack && stack.StackStatus !== "DELETE_COMPLETE") throw stackFailed(stackName, stack);
}

/** Creates or updates the stack in one account. */
const deployTo: Work = async (client, { stackName, template }, request) => {
  const { CreateStackCommand, UpdateStackCommand } = await import("@aws-sdk/client-cloudformation");
  const input = { StackName: stackName, TemplateBody: template, Capabilities: ["CAPABILITY_NAMED_IAM" as const] };
  const existing = await settled(client, stackName, request);
  requireOwn(existing, stackName);
  const isReplaced = replaced.test(existing?.StackStatus ?? "");
  if (isReplaced) await deleteFrom(client, stackName, request);
  if (existing && !isReplaced) {
    try {
      await client.client.send(new UpdateStackCommand(input));
    } catch (error) {
      if (isUnchanged(error)) return `${stackName} is up to date.`;
      throw error;
    }
  } else await client.client.send(new CreateStackCommand(input));
  const stack = await settled(client, stackName, request);
  if (!/^(CREATE|UPDATE)_COMPLETE$/.test(stack?.StackStatus ?? "")) throw stackFailed(stackName, stack);
  const arn = stack?.Outputs?.find(({ OutputKey }) => OutputKey === "DeployRoleArn")?.OutputValue;
  return `${stackName} is deployed. Deploy role: ${oneLine(arn ?? "")}`;
};

/** Waits for a change in progress first, because CloudFormation can reject a deletion during an update. */
const deleteIn: Work = async (client, { stackName }, request) => {
  requireOwn(await settled(client, stackName, request), stackName);
  await deleteFrom(client, stackName, request);
  return `${stackName} is deleted.`;
};

/** Errors: `BootstrapError` that lists every account with a problem, when the others are complete; `Interrupted`. */
async function inAccounts(work: Work, title: string, clients: AccountClient[], plan: BootstrapPlan, request: DeployRequest): Promise<void> {
  const report = async (client: AccountClient) => request.print(`Account ${client.account}: ${await work(client, plan, request)}`);
  const { failed } = await settleAll(clients, report, request.interrupt);
  if (failed.length > 0)
    throw bootstrapFailed(
      title,
      failed.map(({ item, reason }) => `Account ${item.account}: ${reason}`),
    );
}

/** Deploys the template to these accounts. */
export const deployToAccounts = (clients: AccountClient[], plan: BootstrapPlan, request: DeployRequest): Promise<void> =>
  inAccounts(deployTo, "The deploy role was not deployed in these accounts:", clients, plan, request);

/** Deletes the stack from these accounts. */
export const deleteFromAccounts = (clients: AccountClient[], plan: BootstrapPlan, request: DeployRequest): Promise<void> =>
  inAccounts(deleteIn, "The deploy role was not deleted in these accounts:", clients, plan, request);

/** Deploys the template to the account of the credentials, or through a role to every target account. */
export const deployBootstrap = async (where: Where, plan: BootstrapPlan, request: DeployRequest): Promise<void> =>
  deployToAccounts(await clientsFor(where, plan, request), plan, request);

/** Deletes the stack from every account, after the stage is destroyed. */
export const deleteBootstrap = async (where: Where, plan: BootstrapPlan, request: DeployRequest): Promise<void> =>
  deleteFromAccounts(await clientsFor(where, plan, request), plan, request);
