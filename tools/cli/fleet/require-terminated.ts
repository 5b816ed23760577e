// Stops the destroy of a core stack while environments of its portfolio, or of a portfolio that its account receives, exist.
import { type Progress } from "@cloister/common";
import { adviceFor, errorText } from "../aws-errors";
import { connectionSettings } from "../aws-settings";
import { countText } from "../count-text";
import { existingResources, type Session, type StateResource } from "../engine";
import { type Interrupt } from "../interrupt";
import { type StackPlan } from "../stacks";
import { textTable } from "../text-table";
import { catalogClient } from "./client";
import { hubOf, outputsOf } from "./hub";
import { FleetError, type Hub } from "./types";

/** An environment, or a launch that created none. */
export interface Launched {
  account: string;
  /** `pp-…` */
  id: string;
  name: string;
}

/** Access to the states of stacks, and to what was launched. A call that fails rejects with the error from AWS. */
export interface LaunchSources {
  resources(plan: StackPlan): Promise<StateResource[]>;
  launched(hub: Hub): Promise<Launched[]>;
  /** Environments that the engine of another account deployed with a launch role. */
  launchedWith(role: LaunchRole): Promise<Launched[]>;
}

/** The launch role in an account that receives a portfolio. */
export interface LaunchRole {
  /** `arn:…:role/…` */
  arn: string;
  account: string;
  region: string;
}

const whenDenied =
  "Use credentials that can call servicecatalog:SearchProvisionedProducts and DescribeProvisionedProduct, and list and read the objects of the state bucket.";

/** Provisioned products in the account of the hub, and environments of other accounts that the engine recorded. */
async function lookupLaunched(session: Session, hub: Hub, interrupt: Pick<Interrupt, "signal">): Promise<Launched[]> {
  const { signal } = interrupt;
  const catalog = await import("@aws-sdk/client-service-catalog");
  const client = new catalog.ServiceCatalogClient(connectionSettings(session, "servicecatalog", hub.region));
  const { environments } = await (await catalogClient(session, hub, signal)).environments().catch((error: unknown) => {
    // An interrupted destroy has already deleted the bucket.
    if ((error as Error).name === "NoSuchBucket") return { environments: [] };
    throw error;
  });
  const found: Launched[] = environments.map(({ account, id, name }) => ({ account, id, name }));
  const input = { AccessLevelFilter: { Key: "Account", Value: "self" } } as const;
  for await (const { ProvisionedProducts = [] } of catalog.paginateSearchProvisionedProducts({ client }, input, { abortSignal: signal }))
    for (const { Id, Name, ProductId } of ProvisionedProducts)
      if (ProductId === hub.productId && !found.some(({ id }) => id === Id)) found.push({ account: hub.account, id: Id!, name: Name! });
  return found;
}

/** Provisioned products in an account with its launch role. The state of their environments is in the account of the engine. */
async function lookupLaunchedWith(
  session: Session,
  { arn, account, region }: LaunchRole,
  { signal }: Pick<Interrupt, "signal">,
): Promise<Launched[]> {
  const catalog = await import("@aws-sdk/client-service-catalog");
  const client = new catalog.ServiceCatalogClient(connectionSettings(session, "servicecatalog", region));
  const found: Launched[] = [];
  const input = { AccessLevelFilter: { Key: "Account", Value: "self" } } as const;
  const options = { abortSignal: signal };
  for await (const { ProvisionedProducts = [] } of catalog.paginateSearchProvisionedProducts({ client }, input, options))
    for (const { Id, Name, Type } of ProvisionedProducts) {
      if (Type !== "EXTERNAL") continue;
      const { ProvisionedProductDetail } = await client.send(new catalog.DescribeProvisionedProductCommand({ Id }), options);
      if (ProvisionedProductDetail?.LaunchRoleArn === arn) found.push({ account, id: Id!, name: Name! });
    }
  return found;
}

export const launchSources = (session: Session, interrupt: Pick<Interrupt, "signal">): LaunchSources => ({
  resources: (plan) => existingResources(session, plan),
  launched: (hub) => lookupLaunched(session, hub, interrupt),
  launchedWith: (role) => lookupLaunchedWith(session, role, interrupt),
});

const mostRows = 20;

const reasons = {
  engine: "only the engine in this stack can destroy their environments",
  launchRole: "their environments can be destroyed only with the launch role in this stack",
};

const blockedText = (id: string, launched: Launched[], reason: string): string => {
  const rows = launched.slice(0, mostRows).map(({ account, name, id: product }) => [account, name, product]);
  const others = launched.length - rows.length;
  return [
    `Cannot destroy ${id}. No resources were deleted. ${countText(launched.length, "provisioned product")} ${launched.length === 1 ? "exists" : "exist"}, and ${reason}:`,
    textTable(["account", "name", "provisioned product"], rows),
    ...(others > 0 ? [`and ${others} more`] : []),
    "Terminate each of them first, for example:",
    `  aws servicecatalog terminate-provisioned-product --provisioned-product-id ${launched[0]!.id} --terminate-token destroy-${launched[0]!.id}`,
  ].join("\n");
};

/** The launch role for the engine of another account, in the state of a stack. */
const launchRoleIn = (resources: readonly StateResource[]): string | undefined =>
  resources.find(({ type, urn }) => type === "aws:iam/role:Role" && urn.includes("cloister:catalog:EnvironmentLaunchRole$"))?.outputs
    ?.arn as string | undefined;

interface Check {
  reason: string;
  lookup: () => Promise<Launched[]>;
}

/** How to look up the environments that require a core stack. `undefined` if there can be none. */
function checkOf(sources: LaunchSources, plan: StackPlan, resources: readonly StateResource[]): Check | undefined {
  const outputs = outputsOf(resources);
  if ((outputs.catalogProductId ?? "") !== "") return { reason: reasons.engine, lookup: () => sources.launched(hubOf(plan, outputs)) };
  const arn = launchRoleIn(resources);
  if (arn === undefined) return undefined;
  const role = { arn, account: String(outputs.accountId), region: String(outputs.region) };
  return { reason: reasons.launchRole, lookup: () => sources.launchedWith(role) };
}

/**
 * Requires, before the destroy of core stacks, that every environment of their portfolios was terminated. The destroy deletes the
 * engine, and with `purge` also the state of these environments. In an account that receives a portfolio, it deletes the launch role.
 * Errors: `FleetError` that lists the provisioned products, or for a failed lookup; `Interrupted`.
 */
export async function requireTerminated(
  sources: LaunchSources,
  plans: StackPlan[],
  { progress, interrupt }: { progress: Progress; interrupt?: Pick<Interrupt, "signal"> | undefined },
): Promise<void> {
  for (const plan of plans.filter(({ project }) => project === "cloister-core")) {
    const check = checkOf(sources, plan, await sources.resources(plan));
    if (!check) continue;
    const step = progress.step(`Checking for environments of ${plan.id}`);
    try {
      const launched = await check.lookup();
      if (launched.length > 0) throw new FleetError(blockedText(plan.id, launched, check.reason));
      step.done("none");
    } catch (error) {
      step.fail(interrupt?.signal.aborted ? "interrupted" : "blocked");
      interrupt?.signal.throwIfAborted();
      if (error instanceof FleetError) throw error;
      const reason = errorText(error);
      throw new FleetError(
        [
          `Cannot destroy ${plan.id}, because its launched environments cannot be looked up. No resources were deleted. ${reason}`,
          ...adviceFor([reason], whenDenied),
        ].join("\n"),
      );
    }
  }
}
