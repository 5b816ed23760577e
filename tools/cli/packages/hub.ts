// Finds the mirror in the settings and outputs of a core stack.
import * as path from "node:path";
import { otherAccount } from "../caller";
import { commandText } from "../command-text";
import { type HubSources, outputsOf } from "../fleet/hub";
import { configOf, root, type StackPlan } from "../stacks";
import { UsageError } from "../usage-error";
import { PackagesError } from "./error";

const setting = "cloister-core:mirror";
const mirrorOf = (plan: StackPlan) => configOf(plan)[setting] as { manifest?: unknown } | undefined;

/**
 * The core stack with this name. Without a name, the only core stack with the setting `mirror`, or `undefined`.
 * Errors: `UsageError` that lists the core stacks.
 */
export function chooseMirror(stacks: StackPlan[], name: string | undefined): StackPlan | undefined {
  const cores = stacks.filter(({ project }) => project === "cloister-core");
  const found = cores.filter((plan) => (name === undefined ? mirrorOf(plan) !== undefined : name === plan.stack || name === plan.id));
  if (found.length === 1) return found[0];
  if (name !== undefined)
    throw new UsageError(
      `No settings file for the core stack '${name}'. Core stacks with settings: ${cores.map(({ stack }) => stack).join(", ") || "none"}.`,
    );
  if (found.length > 1)
    throw new UsageError(
      `Several core stacks have the setting '${setting}': ${found.map(({ stack }) => stack).join(", ")}. Name one with --core.`,
    );
  return undefined;
}

/** The core stack with the mirror. Errors: `UsageError` if no core stack has one. */
export function requireMirror(plan: StackPlan | undefined): StackPlan {
  if (plan && mirrorOf(plan)) return plan;
  throw new UsageError(
    `${plan ? `${plan.id} has no setting` : "No core stack has the setting"} '${setting}'. The page docs/packages.md shows how to create the mirror.`,
  );
}

/** Path of the manifest: of the core stack's setting, or `core/packages.yaml`. Relative to the working directory, for messages. */
export function manifestOf(plan: StackPlan | undefined): string {
  const manifest = plan && mirrorOf(plan)?.manifest;
  return path.relative(process.cwd(), path.join(root, "core", typeof manifest === "string" ? manifest : "packages.yaml"));
}

/** The bucket of a mirror, or the CodeArtifact repository, `arn:…:repository/…`. */
export type Mirror = { region: string } & ({ bucket: string } | { repositoryArn: string });

/** The mirror in the outputs of a deployed core stack. Errors: `PackagesError` without a mirror, or for credentials of another account. */
export async function lookupMirror(sources: HubSources, plan: StackPlan): Promise<Mirror> {
  const { accountId, region, mirrorBucket, mirrorRepositoryArn } = outputsOf(await sources.resources(plan)) as Record<
    string,
    string | undefined
  >;
  if (!accountId || !region || !(mirrorBucket || mirrorRepositoryArn))
    throw new PackagesError(`${plan.id} has no mirror yet. Deploy the stack: ${commandText(["up", plan.stack], sources.world)}`);
  const problem = await otherAccount(sources, plan.id, { account: accountId, region });
  if (problem !== undefined) throw new PackagesError(problem);
  return { region, ...(mirrorRepositoryArn ? { repositoryArn: mirrorRepositoryArn } : { bucket: mirrorBucket! }) };
}
