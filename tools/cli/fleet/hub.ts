// Finds the environment product in the outputs of a core stack, and the core stacks of the accounts that receive its portfolio.
import { callerAccount, otherAccount } from "../caller";
import { commandText } from "../command-text";
import { existingResources, type Session, type StateResource } from "../engine";
import { type Interrupt } from "../interrupt";
import { configOf, type StackPlan } from "../stacks";
import { UsageError } from "../usage-error";
import { FleetError, type Hub, type Sharing } from "./types";

/** Access to the states of stacks and to the account of the credentials. Tests supply stand-ins. */
export interface HubSources {
  resources(plan: StackPlan): Promise<StateResource[]>;
  account(region: string): Promise<string>;
  /** Sandbox world of the stack. */
  world?: string | undefined;
}

export const hubSources = (session: Session, interrupt?: Pick<Interrupt, "signal">): HubSources => ({
  resources: (plan) => existingResources(session, plan),
  account: (region) => callerAccount(session, region, interrupt?.signal),
  world: session.world?.name,
});

/** The outputs in the state of a stack. Empty if the stack is not deployed. Pure. */
export const outputsOf = (resources: readonly StateResource[]): Record<string, unknown> =>
  resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};

/** The image of the runner, with its digest. */
const imageIn = (resources: readonly StateResource[]): string | undefined =>
  (resources.find(({ type }) => type === "aws:codebuild/project:Project")?.inputs?.environment as { image?: string } | undefined)?.image;

/** The accounts and units that receive the portfolio. */
function sharingIn(resources: readonly StateResource[]): Sharing {
  const shares = resources
    .filter(({ type }) => type === "aws:servicecatalog/portfolioShare:PortfolioShare")
    .map(({ inputs = {} }) => inputs);
  const accounts = shares.filter(({ type }) => type === "ACCOUNT").map(({ principalId }) => String(principalId));
  return { accounts, hasUnits: accounts.length < shares.length };
}

const isCore = ({ project }: StackPlan): boolean => project === "cloister-core";
const hasCatalog = (plan: StackPlan): boolean => configOf(plan)["cloister-core:catalog"] !== undefined;

/**
 * The core stack with this name. Without a name, the only core stack with the setting `catalog`.
 * Errors: `UsageError` that lists the core stacks.
 */
export function chooseCore(stacks: StackPlan[], name: string | undefined): StackPlan {
  const cores = stacks.filter(isCore);
  const names = cores.map(({ stack }) => stack).join(", ") || "none";
  const found =
    name === undefined
      ? cores.filter(hasCatalog)
      : cores.filter(({ id, stack }) => name === stack || name === id || name.endsWith(`/${id}`));
  if (found.length === 1) return found[0]!;
  if (name !== undefined) throw new UsageError(`No settings file for the core stack '${name}'. Core stacks with settings: ${names}.`);
  throw new UsageError(
    found.length === 0
      ? `No core stack has the setting 'cloister-core:catalog' (core stacks: ${names}). The page docs/self-service.md shows how to create the product.`
      : `Several core stacks have the setting 'cloister-core:catalog': ${found.map(({ stack }) => stack).join(", ")}. Name one with --core.`,
  );
}

/** Whether a core stack creates a launch role for the engine of a hub. Without quotes, YAML reads the account ID as a number. */
function isRecipient(plan: StackPlan, { stack }: Pick<StackPlan, "stack">, { account }: Pick<Hub, "account">): boolean {
  const { engineAccountId, engineCore } = (configOf(plan)["cloister-core:catalogLaunch"] ?? {}) as Record<string, unknown>;
  return engineCore === stack && String(engineAccountId) === account;
}

const outputNames = {
  account: "accountId",
  region: "region",
  productId: "catalogProductId",
  artifactBucket: "catalogArtifactBucket",
  stateBucket: "catalogStateBucket",
  stateMachineArn: "catalogStateMachineArn",
} as const;

/** The product in the outputs of a core stack. Errors: `FleetError` that lists the outputs without a value. Pure. */
export function hubOf({ id, stack }: Pick<StackPlan, "id" | "stack">, outputs: Record<string, unknown>, world?: string): Hub {
  const entries = Object.entries(outputNames).map(([key, name]) => ({ key, name, value: outputs[name] }));
  const missing = entries.filter(({ value }) => typeof value !== "string" || value === "").map(({ name }) => name);
  if (missing.length > 0)
    throw new FleetError(
      `${id} has no environment product (outputs without a value: ${missing.join(", ")}). Set 'cloister-core:catalog' (docs/self-service.md), then deploy the stack: ${commandText(["up", stack], world)}`,
    );
  return { id, ...(Object.fromEntries(entries.map(({ key, value }) => [key, value])) as unknown as Omit<Hub, "id">) };
}

/**
 * The product of a deployed core stack, with all outputs of the stack, and the sharing of the portfolio.
 * Errors: `FleetError` without a product, or for credentials of another account.
 */
export async function lookupHub(
  sources: HubSources,
  plan: StackPlan,
): Promise<{ hub: Hub; outputs: Record<string, unknown>; image: string | undefined; sharing: Sharing }> {
  const resources = await sources.resources(plan);
  const outputs = outputsOf(resources);
  const hub = hubOf(plan, outputs, sources.world);
  const problem = await otherAccount(sources, plan.id, hub);
  if (problem !== undefined) throw new FleetError(problem);
  return { hub, outputs, image: imageIn(resources), sharing: sharingIn(resources) };
}

/** A core stack with its outputs. */
export interface CoreSource extends Pick<StackPlan, "id" | "stack"> {
  outputs: Record<string, unknown>;
}

/**
 * Without quotes, YAML reads an account ID as a number. `pulumi config set` without `--path` stores a list as JSON.
 * Empty for a value that is no list.
 */
function listOf(given: unknown): unknown[] {
  if (typeof given !== "string") return Array.isArray(given) ? (given as unknown[]) : [];
  try {
    const list: unknown = JSON.parse(given);
    return Array.isArray(list) ? (list as unknown[]) : [];
  } catch {
    return [];
  }
}

/**
 * Administrators of a recipient account can write the state of its core stack. Only the platform team writes the settings file, so
 * the settings name the account.
 * Errors: `FleetError` for settings that do not name exactly one account, and for an output with another account.
 */
function requireAccountOfSettings(plan: StackPlan, { accountId }: CoreSource["outputs"], world: string | undefined): void {
  const { id, stack, settingsFile } = plan;
  const up = commandText(["up", stack], world);
  const given = configOf(plan)["aws:allowedAccountIds"];
  const [allowed, ...others] = listOf(given).map(String);
  if (allowed === undefined || others.length > 0 || !/^\d{12}$/.test(allowed))
    throw new FleetError(
      `'aws:allowedAccountIds' of ${id} must be a list with one account ID, the account of the stack (got ${JSON.stringify(given) ?? "none"}). Nothing was published. Set it in ${settingsFile}, for example to ["111122223333"], then deploy the stack: ${up}`,
    );
  if (String(accountId) !== allowed)
    throw new FleetError(
      `The output 'accountId' of ${id} must be the account in its setting 'aws:allowedAccountIds', ${allowed} (got ${String(accountId)}). Nothing was published. Deploy the stack with credentials of account ${allowed}, then publish: ${up}`,
    );
}

/**
 * The core stacks whose setting `catalogLaunch` names the engine of the hub.
 * `missing` are those that are not deployed.
 * Errors: `FleetError` for a stack whose account differs from the account in its settings.
 */
export async function lookupRecipients(
  sources: Pick<HubSources, "resources" | "world">,
  stacks: StackPlan[],
  core: StackPlan,
  hub: Pick<Hub, "account">,
): Promise<{ recipients: CoreSource[]; missing: string[] }> {
  const plans = stacks.filter((plan) => isCore(plan) && isRecipient(plan, core, hub));
  const found = await Promise.all(plans.map(async (plan) => ({ ...plan, outputs: outputsOf(await sources.resources(plan)) })));
  const isDeployed = ({ outputs }: CoreSource) => Object.keys(outputs).length > 0;
  const recipients = found.filter(isDeployed);
  for (const recipient of recipients) requireAccountOfSettings(recipient, recipient.outputs, sources.world);
  return { recipients, missing: found.filter((recipient) => !isDeployed(recipient)).map(({ id }) => id) };
}
