// Implements `cloister fleet update`: previews the update of each environment, then updates in waves.
import { previewPrefix } from "@cloister/components/catalog/engine/names";
import { createHash } from "node:crypto";
import { adviceFor, settleAll } from "../aws-errors";
import { commandText } from "../command-text";
import { countText } from "../count-text";
import { suggestion } from "../suggestion";
import { textTable } from "../text-table";
import { UsageError } from "../usage-error";
import { type FleetClient, type Product } from "./account-client";
import { versionOf } from "./list";
import { type Environment, environmentNameOf, FleetError, type Hub, OperationError, type Version } from "./types";
import { changesOf, inStep, poll, type WaitOptions } from "./wait";

/** Previews have no queue. With more at the same time, launches of leads would wait for them. */
const previewsAtOnce = 2;

export interface UpdateOptions extends WaitOptions {
  /** IDs of provisioned products, names of environments or names of provisioned products. Empty: all. */
  names: string[];
  /** Name or ID of the version. */
  to: string;
  /** Environments in the first wave, and in each later wave. */
  canary: number;
  wave: number;
  /** Default: only previews. */
  yes?: boolean | undefined;
  /** Continue without environments whose lookup or preview fails. Default: such an environment stops the command. */
  skipFailed?: boolean | undefined;
  /** For the suggested next command. */
  core?: string | undefined;
  through?: string | undefined;
  world?: string | undefined;
}

/** An environment with its provisioned product, when no operation is running. */
interface Member {
  environment: Environment;
  product: Product;
}

export const updateCommand = ({ names, to, canary, wave, skipFailed, core, through, world }: UpdateOptions, more: string[] = []): string =>
  commandText(
    [
      "fleet",
      "update",
      ...names,
      "--to",
      to,
      "--canary",
      String(canary),
      "--wave",
      String(wave),
      ...(skipFailed ? ["--skip-failed"] : []),
      ...(core === undefined ? [] : ["--core", core]),
      ...(through === undefined ? [] : ["--through", through]),
      ...more,
    ],
    world,
  );

const idText = ({ account, id, name }: Environment): string => `${id} (${name}, ${account})`;
const labelOf = ({ account, name }: Environment): string => `${name} (${account})`;

/** Errors: `UsageError` that lists the versions, and for a version that environments must not be updated to. Pure. */
function chooseVersion(versions: readonly Version[], to: string): Version {
  const found = versions.find(({ id, name }) => id === to || name === to);
  const isAllowed = ({ isActive, isDeprecated }: Version) => isActive && !isDeprecated;
  if (found && isAllowed(found)) return found;
  const allowed = versions.filter(isAllowed).map(({ name }) => name);
  const state = found === undefined ? "" : found.isActive ? ", which is deprecated" : ", which is inactive";
  throw new UsageError(
    `--to must be an active version of the product that is not deprecated: ${allowed.join(", ") || "none is published"} (got ${to}${state}).`,
  );
}

/** What a word can mean, in order. Leads choose the names of provisioned products, so these names come last. */
const meanings: readonly ((environment: Environment) => string)[] = [({ id }) => id, environmentNameOf, ({ name }) => name];

/** The environments with an ID, or else an environment name, or else a name of the provisioned product. */
const environmentsNamed = (environments: readonly Environment[], word: string): Environment[] =>
  meanings.map((textOf) => environments.filter((environment) => textOf(environment) === word)).find((found) => found.length > 0) ?? [];

/**
 * The environments with these IDs or names.
 * Errors: `UsageError` that lists the environments, or the IDs for a name of several environments. Pure.
 */
function chooseMembers(environments: readonly Environment[], names: readonly string[]): Environment[] {
  if (names.length === 0) return [...environments];
  const found = names.map((name) => ({ name, members: environmentsNamed(environments, name) }));
  const unknown = found.filter(({ members }) => members.length === 0).map(({ name }) => name);
  const known = environments.map(({ name }) => name);
  if (unknown.length > 0)
    throw new UsageError(
      `No environment is named ${unknown.join(", ")}.${suggestion(unknown[0]!, known)} Environments: ${known.join(", ") || "none"}.`,
    );
  const ambiguous = found.filter(({ members }) => members.length > 1);
  if (ambiguous.length > 0)
    throw new UsageError(
      ambiguous
        .map(({ name, members }) => `Several environments are named ${name}. Use an ID: ${members.map(idText).join(", ")}.`)
        .join("\n"),
    );
  return environments.filter((environment) => found.some(({ members }) => members.includes(environment)));
}

/** AWS Service Catalog updates a provisioned product only in its account. */
function requireAccess({ account: hub }: Pick<Hub, "account">, environments: readonly Environment[], options: UpdateOptions): void {
  const others = [...new Set(environments.map(({ account }) => account))].filter((account) => account !== hub);
  if (others.length === 0 || options.through !== undefined) return;
  throw new UsageError(
    `Environments in other accounts (${others.join(", ")}) require a role that the AWS credentials can assume in each of these accounts: ${updateCommand({ ...options, through: "<role>" })}`,
  );
}

/** The first wave has `canary` items, each later wave `size` items. Pure. */
export function wavesOf<T>(items: readonly T[], canary: number, size: number): T[][] {
  const rest = items.slice(canary);
  const later = Array.from({ length: Math.ceil(rest.length / size) }, (_, i) => rest.slice(i * size, (i + 1) * size));
  return items.length === 0 ? [] : [items.slice(0, canary), ...later];
}

/**
 * The token of an update: a repeated command continues the update that an interrupted command started, and a command after
 * a failed update starts another. Pure.
 */
export const updateToken = ({ environment, product }: Member, version: Version): string =>
  createHash("sha256").update([environment.id, version.id, product.recordId].join(" ")).digest("hex").slice(0, 40);

const whenDenied =
  "The role must be a principal of the portfolio, and must be able to describe and update provisioned products of the account. The page docs/how-to/update-environments.md lists the permissions.";

interface Problem {
  environment: Environment;
  reason: string;
  error: unknown;
}

const problemsOf = (failures: readonly { item: Member; reason: string; error: unknown }[]): Problem[] =>
  failures.map(({ item: { environment }, reason, error }) => ({ environment, reason, error }));

function failed(title: string, problems: readonly Problem[], more: string[] = []): FleetError {
  const lines = problems.map(({ environment, reason }) => `  ${labelOf(environment)}: ${reason}`);
  const ofCaller = problems.filter(({ error }) => !(error instanceof OperationError)).map(({ reason }) => reason);
  return new FleetError([title, ...lines, ...adviceFor(ofCaller, whenDenied), ...more].join("\n"));
}

const skipAdvice = (options: UpdateOptions): string[] => [
  "To continue without these environments:",
  `  ${updateCommand({ ...options, skipFailed: true }, options.yes ? ["--yes"] : [])}`,
];

/** The report. Errors: `FleetError` that lists the skipped environments, after the report is printed. */
function reportWith(skipped: readonly Problem[], text: string, { progress }: UpdateOptions): string {
  if (skipped.length === 0) return text;
  progress.note(text);
  throw failed(`${countText(skipped.length, "environment")} skipped, because the lookup or the preview failed:`, skipped);
}

/** The provisioned product when no operation runs. `undefined` if it does not exist any more. */
async function settled(client: FleetClient, environment: Environment, options: UpdateOptions): Promise<Product | undefined> {
  const product = await poll(async () => {
    const found = await client.product(environment);
    return found?.status === "UNDER_CHANGE" ? undefined : (found ?? "missing");
  }, options);
  return product === "missing" ? undefined : product;
}

/** Work on all items, a limited number at a time. Throws only when interrupted. */
async function settleSome<T, R>(items: T[], size: number, work: (item: T) => Promise<R>, options: UpdateOptions) {
  const results: Awaited<ReturnType<typeof settleAll<T, R>>> = { done: [], failed: [] };
  for (const wave of wavesOf(items, size, size)) {
    const { done, failed: problems } = await settleAll(wave, work, options.interrupt);
    results.done.push(...done);
    results.failed.push(...problems);
  }
  return results;
}

/** The environments to update. Waits for running operations, for example of an interrupted command. */
async function membersOf(client: FleetClient, environments: Environment[], version: Version, options: UpdateOptions) {
  const { done, failed: problems } = await inStep("Looking up environments", options, async () => {
    const result = await settleAll(
      environments,
      async (environment) => ({ environment, product: await settled(client, environment, options) }),
      options.interrupt,
    );
    return { result, text: countText(result.done.length, "environment") };
  });
  const skipped = problems.map(({ item: environment, reason, error }) => ({ environment, reason, error }));
  if (skipped.length > 0 && !options.skipFailed)
    throw failed("Cannot look up these environments. No environment was updated.", skipped, skipAdvice(options));
  const existing = done.flatMap(({ environment, product }) => (product ? [{ environment, product }] : []));
  const isCurrent = ({ product }: Member) => product.artifactId === version.id && product.status === "AVAILABLE";
  // A launch that failed left a provisioned product that can only be terminated. Source: AWS API `ProvisionedProductDetail`, `Status`.
  const isBroken = ({ product }: Member) => product.status === "ERROR";
  return {
    current: existing.filter(isCurrent),
    broken: existing.filter(isBroken),
    members: existing.filter((member) => !isCurrent(member) && !isBroken(member)),
    skipped,
  };
}

async function previewMember(client: FleetClient, member: Member, version: Version, options: UpdateOptions): Promise<string> {
  const { environment, product } = member;
  if (product.launchRoleArn === undefined)
    throw new FleetError(
      "AWS Service Catalog shows no launch role, because the product has no launch constraint. Deploy the core stack again, then run the same command.",
    );
  return inStep(`Previewing ${labelOf(environment)}`, options, async () => {
    // Each preview has a different name, because the environment can have changed since the last one.
    const name = `${previewPrefix}${updateToken(member, version).slice(0, 12)}-${Date.now().toString(36)}`;
    const execution = await client.startPreview(environment, version, { name, launchRoleArn: product.launchRoleArn! });
    const changes = await changesOf(client, execution, options);
    return { result: changes, text: changes };
  });
}

async function updateMember(client: FleetClient, member: Member, version: Version, options: UpdateOptions): Promise<void> {
  const { environment } = member;
  await inStep(`Updating ${labelOf(environment)}`, options, async () => {
    await client.update(environment, version, updateToken(member, version));
    const product = await settled(client, environment, options);
    if (product?.status !== "AVAILABLE" || product.artifactId !== version.id)
      throw new OperationError(product ? (product.reason ?? `status is ${product.status}`) : "the environment was terminated");
    return { result: undefined, text: "updated" };
  });
}

/**
 * Previews the update of each environment that does not have the version. With `yes`, updates them: first the canary,
 * then wave by wave. A failure stops the update after its wave. A repeated command continues, because environments with
 * the version are complete. With `skipFailed`, environments whose lookup or preview fails are listed in an error at the end.
 * Returns the report.
 * Errors: `UsageError` for an unknown version or environment; `FleetError` that lists each failed preview or update;
 * `Interrupted`.
 */
export async function updateFleet(
  client: FleetClient,
  { hub, environments, versions }: { hub: Pick<Hub, "account">; environments: readonly Environment[]; versions: readonly Version[] },
  options: UpdateOptions,
): Promise<string> {
  options.interrupt?.signal.throwIfAborted();
  const version = chooseVersion(versions, options.to);
  const chosen = chooseMembers(environments, options.names);
  requireAccess(hub, chosen, options);
  const { current, broken, members, skipped: unknown } = await membersOf(client, chosen, version, options);
  const notes = [
    ...(current.length > 0 ? [`${countText(current.length, "environment")} already of version ${version.name}.`] : []),
    ...broken.map(
      ({ environment }) => `${labelOf(environment)} was never deployed, so it is not updated. Terminate it, and launch it again.`,
    ),
  ];
  const nothing = [...notes, "Nothing to update."].join("\n");
  if (members.length === 0) return reportWith(unknown, nothing, options);

  const preview = async (member: Member) => ({ member, changes: await previewMember(client, member, version, options) });
  const previews = await settleSome(members, previewsAtOnce, preview, options);
  const unplanned = problemsOf(previews.failed);
  if (unplanned.length > 0 && !options.skipFailed)
    throw failed("These previews failed. No environment was updated.", unplanned, skipAdvice(options));
  const skipped = [...unknown, ...unplanned];
  if (previews.done.length === 0) return reportWith(skipped, nothing, options);
  const waves = wavesOf(
    previews.done.map(({ member }) => member),
    options.canary,
    options.wave,
  );
  const waveOf = (member: Member) => String(waves.findIndex((wave) => wave.includes(member)) + 1);
  const table = textTable(
    ["wave", "account", "name", "version", "changes"],
    previews.done.map(({ member, changes }) => [
      waveOf(member),
      member.environment.account,
      member.environment.name,
      versionOf(member.product, versions),
      changes,
    ]),
  );
  if (!options.yes) {
    const next = ["No changes were made. To update these environments:", `  ${updateCommand(options, ["--yes"])}`];
    return reportWith(skipped, [...notes, table, ...next].join("\n"), options);
  }
  options.progress.note([...notes, table].join("\n"));
  return reportWith(skipped, await updateWaves(client, waves, version, options), options);
}

async function updateWaves(client: FleetClient, waves: Member[][], version: Version, options: UpdateOptions): Promise<string> {
  const total = waves.flat().length;
  let updated = 0;
  for (const [i, wave] of waves.entries()) {
    options.interrupt?.signal.throwIfAborted();
    options.progress.note(`Wave ${i + 1} of ${waves.length}: ${countText(wave.length, "environment")}`);
    const { done, failed: problems } = await settleAll(wave, (member) => updateMember(client, member, version, options), options.interrupt);
    updated += done.length;
    if (problems.length > 0)
      throw failed(
        `The update to ${version.name} stopped in wave ${i + 1} of ${waves.length}. These environments failed:`,
        problemsOf(problems),
        [
          `${updated} of ${countText(total, "environment")} updated; ${total - updated - problems.length} not started.`,
          "After you have fixed the cause, run the same command again. It continues with the rest:",
          `  ${updateCommand(options, ["--yes"])}`,
        ],
      );
  }
  return `${countText(updated, "environment")} updated to ${version.name}.`;
}
