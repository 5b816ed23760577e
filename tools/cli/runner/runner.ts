// Runs one request of AWS Service Catalog: deploys, previews or destroys one environment. Decides, and leaves the work to `RunnerTools`.
import { type RunnerRequest, maxAttempts, stateKeys } from "@cloister/components/catalog/engine/names";
import { type Artifact, ArtifactError, type Parameter, versionName } from "@cloister/components/catalog/runtime/artifact";
import { type Listing, type Location, type Objects, type UnchangedObjects } from "@cloister/components/functions/runtime/objects";
import {
  type BuildClaim,
  buildClaimSchema,
  buildKey,
  environmentKey,
  type EnvironmentRecord,
  hasEnded,
  isLeadOperation,
  RequestEnded,
  type Reservation,
  reservationSchema,
  type Result,
  resultKey,
  tagsAfter,
} from "@cloister/components/catalog/runtime/request";
import { environmentOf, isPurged } from "../sweep";
import { isLaunchBoundary, launchBoundaryPattern } from "./launch-role";
import { type KeptFile, readKeptFile, type StackFile, stackFileOf } from "./kept-file";
import { reasonFor, Rejected } from "./reason";
import { type Config, configFor } from "./settings";
import { AfterEarlierBuild, terminationError } from "./termination-error";

/** A stack of an environment in the state bucket. Tests supply stand-ins. */
export interface EnvironmentStack {
  /** Removes the lock of a build that ended without a result. */
  cancel(): Promise<void>;
  /**
   * Adds resources to the state that an earlier build created without recording them. Returns the titles of resources that may
   * exist, and that cannot be found.
   */
  resume(): Promise<string[]>;
  /** The settings file, which later operations require. */
  file(): StackFile;
  /** The outputs of the environment. */
  deploy(): Promise<Record<string, unknown>>;
  /** `3 create, 130 same` */
  preview(): Promise<string>;
  /** Whether the state has resources with data, such as buckets. */
  hasData(): Promise<boolean>;
  /** Drains, destroys and sweeps the environment, and removes the stack after `beforeRemoval`. */
  destroy(beforeRemoval: () => Promise<void>): Promise<void>;
}

export interface RunnerTools {
  objects: Objects & Listing & Pick<UnchangedObjects, "readObject" | "deleteUnchanged">;
  stateBucket: string;
  /** Version of the program in this image. */
  program: string;
  /** ID of this build. */
  buildId: string;
  readArtifact(path: string, launchRoleArn: string): Promise<Artifact>;
  /** Opens a stack, or creates it. `artifact` is absent for a termination. */
  open(request: RunnerRequest, file: StackFile, artifact?: Artifact): Promise<EnvironmentStack>;
  /** Whether an environment exists under the name in `config` that is not the provisioned product of the request. */
  isForeign(request: RunnerRequest, config: Config): Promise<boolean>;
  /** ARN of the permissions boundary of the launch role. */
  boundaryOf(request: RunnerRequest, config: Config): Promise<string | undefined>;
  now(): Date;
  log(text: string): void;
}

const json = (body: Buffer | undefined): unknown => body && (JSON.parse(body.toString("utf8")) as unknown);

const nameOf = ({ accountId }: Pick<RunnerRequest, "accountId">, config: Config) => stateKeys.name(accountId, environmentOf(config));

async function reservationAt(objects: Objects, location: Location): Promise<Reservation | undefined> {
  const given = json(await objects.read(location));
  return given === undefined ? undefined : reservationSchema.parse(given);
}

/**
 * Makes this build the only one that changes the provisioned product, so that it can remove the lock of an ended build.
 * Errors: another build has the claim, or the request has ended, and another operation can follow.
 */
async function claimProduct(request: RunnerRequest, { objects, stateBucket: bucket, buildId }: RunnerTools): Promise<void> {
  const location = { bucket, key: buildKey(request) };
  const claim: BuildClaim = { buildId, recordId: request.recordId };
  if (!(await objects.create(location, JSON.stringify(claim)))) {
    // A repeated call finds the object that the first call created.
    const owner = buildClaimSchema.parse(json(await objects.read(location))).buildId;
    if (owner !== buildId) throw new Error(`The build ${owner} changes ${request.provisionedProductId}. The next build waits for its end.`);
  }
  const stored = await objects.read({ bucket, key: stateKeys.request(request.recordId) });
  if (stored && !hasEnded(stored.toString("utf8"))) return;
  await objects.delete(location);
  throw new RequestEnded(request.recordId);
}

/** Reserves the name of an environment. Two products with one name would change each other's resources. */
async function claimName(request: RunnerRequest, config: Config, tools: RunnerTools): Promise<void> {
  const { objects, stateBucket: bucket } = tools;
  const { accountId, provisionedProductId } = request;
  const name = environmentOf(config);
  const location = { bucket, key: nameOf(request, config) };
  const reserved = await reservationAt(objects, location);
  if (reserved?.provisionedProductId === provisionedProductId && reserved.terminatedAt === undefined) return;
  if (reserved?.terminatedAt !== undefined)
    throw new Rejected(
      `The environment '${name}' was terminated, and its data remains. No resources were created. Choose another team or stage. The platform team can release the name: npx cloister fleet release ${name} --account ${accountId}`,
    );
  if (!reserved && (await tools.isForeign(request, config)))
    throw new Rejected(
      `The environment '${name}' exists already, and was not launched from AWS Service Catalog. No resources were created. Choose another team or stage.`,
    );
  const reservation: Reservation = { accountId, provisionedProductId };
  if (!reserved && (await objects.create(location, JSON.stringify(reservation)))) return;
  throw new Rejected(
    `The environment '${name}' exists already, and belongs to another provisioned product. No resources were created. Choose another team or stage.`,
  );
}

/** The reserved name of the product, unless the name belongs to another product: a build can outlive its execution. */
async function ownReservation({ provisionedProductId }: RunnerRequest, key: string, tools: RunnerTools): Promise<Reservation | undefined> {
  const reserved = await reservationAt(tools.objects, { bucket: tools.stateBucket, key });
  return reserved?.provisionedProductId === provisionedProductId && reserved.terminatedAt === undefined ? reserved : undefined;
}

/**
 * Notes whether data remains when the environment is destroyed. Before a deployment, data of the last deployment counts as well,
 * because a deployment that fails can have created or kept data.
 */
async function noteData(request: RunnerRequest, config: Config, tools: RunnerTools, progress: "before" | "after"): Promise<void> {
  const key = nameOf(request, config);
  const reserved = await ownReservation(request, key, tools);
  if (!reserved) return;
  const { accountId, provisionedProductId, keepsData: kept = false, isIncomplete = reserved.keepsData === undefined } = reserved;
  const keepsData = !isPurged(config) || (progress === "before" && kept);
  const next: Reservation = { accountId, provisionedProductId, keepsData, ...(progress === "before" && isIncomplete && { isIncomplete }) };
  await tools.objects.write({ bucket: tools.stateBucket, key }, JSON.stringify(next));
}

/**
 * Notes that no data remains if the first deployment failed before it created data. A destroyed state does not show this any more.
 * A resource in `left`, which may exist, can have data.
 */
async function noteDataOfIncomplete(
  request: RunnerRequest,
  config: Config,
  { stack, left }: { stack: EnvironmentStack; left: readonly string[] },
  tools: RunnerTools,
): Promise<void> {
  const key = nameOf(request, config);
  const reserved = await ownReservation(request, key, tools);
  if (!reserved?.isIncomplete) return;
  const { accountId, provisionedProductId, keepsData = false } = reserved;
  const next: Reservation = { accountId, provisionedProductId, keepsData: keepsData && (left.length > 0 || (await stack.hasData())) };
  await tools.objects.write({ bucket: tools.stateBucket, key }, JSON.stringify(next));
}

/**
 * Releases a name if it belongs to the product. The next environment with the name has access to data that remains, so then the
 * name stays reserved until the platform team releases it.
 */
async function releaseName(request: RunnerRequest, key: string, tools: RunnerTools): Promise<void> {
  const location = { bucket: tools.stateBucket, key };
  const reserved = await ownReservation(request, key, tools);
  if (!reserved) return;
  if (!reserved.keepsData) return tools.objects.delete(location);
  await tools.objects.write(location, JSON.stringify({ ...reserved, terminatedAt: tools.now().toISOString() } satisfies Reservation));
}

/** Whether a build that ended without a result still holds the lock. The next attempt releases it. */
const isLocked = (error: unknown, { attempt }: RunnerRequest): boolean =>
  /currently locked by/.test(String(error)) && attempt < maxAttempts - 1;

function requireSameName(last: StackFile | undefined, config: Config): void {
  const [before, after] = [last?.config, config].map((item) => item && environmentOf(item));
  if (before === undefined || before === after) return;
  throw new Rejected(
    `The team and the stage of an environment cannot change, because all of its resources and data would be replaced (was '${before}', got '${after}'). No resources were changed. Launch another product, or choose the previous values.`,
  );
}

const listed = 8;
const listText = (titles: readonly string[]) =>
  titles.length <= listed ? titles.join(", ") : `${titles.slice(0, listed).join(", ")} and ${titles.length - listed} more`;

/** Adds resources that can be the cause of an error, for example "already exists", to the error. */
function withLeft(error: unknown, left: readonly string[]): unknown {
  if (left.length === 0 || !(error instanceof Error)) return error;
  const text = `An earlier build ended while it created these resources: ${listText(left)}. If one of them exists, the platform team must delete it. Then repeat the operation.`;
  return new AfterEarlierBuild(error, text);
}

/** The outputs for the lead. AWS Service Catalog shows texts. */
const shownOutputs = (outputs: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(outputs)
      .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)] as const)
      .filter(([, value]) => !["", "{}", "[]"].includes(value)),
  );

/** Without the boundary of the core stack, a deployment could change resources of other environments and of the hub. */
async function requireBoundary(request: RunnerRequest, config: Config, tools: RunnerTools): Promise<void> {
  const { launchRoleArn } = request;
  const found = await tools.boundaryOf(request, config);
  if (isLaunchBoundary(launchRoleArn, found)) return;
  throw new Rejected(
    `The launch role of the product must have the permissions boundary ${launchBoundaryPattern(launchRoleArn)} of the core stack (got ${found ?? "none"}). No resources were created, changed or deleted. The platform team must deploy the core stack again.`,
  );
}

async function change(given: RunnerRequest, tools: RunnerTools, seen: { parameters: readonly Parameter[] }): Promise<Result> {
  const { objects, stateBucket: bucket, program } = tools;
  const record = json(await objects.read({ bucket, key: environmentKey(given) })) as Partial<EnvironmentRecord> | undefined;
  const request = { ...given, tags: tagsAfter(given, record) };
  const artifact = await tools.readArtifact(request.artifactPath ?? "", request.launchRoleArn);
  seen.parameters = artifact.parameters;
  const version = versionName(artifact);
  if (artifact.program !== program)
    throw new Rejected(
      `Version ${version} requires Cloister ${artifact.program}, but the engine runs Cloister ${program}. Choose the newest version, or ask the platform team.`,
    );
  const config = configFor(request, artifact);
  const location = { bucket, key: stateKeys.settings(request.accountId, request.provisionedProductId) };
  const kept = await readKeptFile(request, tools);
  const last = kept && stackFileOf(kept);
  requireSameName(last, config);
  await requireBoundary(request, config, tools);
  if (request.operation !== "PREVIEW") await claimName(request, config, tools);
  const stack = await tools.open(request, { ...last, config }, artifact).catch(async (error: unknown) => {
    if (!last && request.operation !== "PREVIEW") await releaseName(request, nameOf(request, config), tools);
    throw error;
  });
  if (request.operation === "PREVIEW") return { status: "SUCCEEDED", version, changes: await stack.preview() };
  // The termination requires the file, also after a crash of the deployment.
  await objects.write(location, JSON.stringify(stack.file()));
  if (request.attempt > 0) await stack.cancel();
  await noteData(request, config, tools, "before");
  const left = await stack.resume();
  const outputs = shownOutputs(await stack.deploy().catch((error: unknown) => Promise.reject(withLeft(error, left))));
  await noteData(request, config, tools, "after");
  return { status: "SUCCEEDED", version, outputs };
}

async function terminate(request: RunnerRequest, tools: RunnerTools): Promise<Result> {
  const { objects, stateBucket: bucket } = tools;
  const location = { bucket, key: stateKeys.settings(request.accountId, request.provisionedProductId) };
  const kept = await readKeptFile(request, tools);
  if (!kept) {
    // The launch was rejected or ended before its deployment, so it has created nothing. Without settings, its name is unknown.
    const keys = await objects.list({ bucket, key: stateKeys.names(request.accountId) });
    for (const key of keys) await releaseName(request, key, tools);
    return { status: "SUCCEEDED" };
  }
  const last = stackFileOf(kept);
  await requireBoundary(request, last.config, tools);
  const stack = await tools.open(request, last);
  if (request.attempt > 0) await stack.cancel();
  const left = await stack.resume();
  await noteDataOfIncomplete(request, last.config, { stack, left }, tools);
  // A build can end after it removed the stack. The next build then has no state, and must not require it.
  const noteDestroyed = () => objects.write(location, JSON.stringify({ ...kept, destroyed: true } satisfies KeptFile));
  await stack.destroy(noteDestroyed).catch((error: unknown) => Promise.reject(withLeft(error, left)));
  // The stack has no pending creations any more, so the next termination ends.
  if (left.length > 0)
    throw new Rejected(
      `The environment was destroyed. An earlier build ended while it created these resources, which may exist: ${listText(left)}. The platform team must delete those that exist. Then terminate the product again.`,
    );
  // If the build ends between both, the name stays reserved, and the next attempt releases it. A name that is released first
  // could be reserved by another product, whose resources the next attempt would destroy.
  await objects.delete(location);
  await releaseName(request, nameOf(request, last.config), tools);
  return { status: "SUCCEEDED" };
}

/** Releases the name of a terminated environment whose data remains, for the platform team. */
async function release({ accountId, attempt, parameters: { environment = "" } }: RunnerRequest, tools: RunnerTools): Promise<Result> {
  const { objects, stateBucket: bucket } = tools;
  const location = { bucket, key: stateKeys.name(accountId, environment) };
  const read = await objects.readObject(location);
  // An earlier build can end without a result when it has released the name.
  if (!read && attempt > 0) return { status: "SUCCEEDED" };
  if (!read) throw new Rejected(`The name '${environment}' is not reserved in account ${accountId}.`);
  const reserved = reservationSchema.parse(json(read.body));
  if (reserved.terminatedAt === undefined)
    throw new Rejected(
      `The environment '${environment}' in account ${accountId} belongs to ${reserved.provisionedProductId}. Terminate this provisioned product first.`,
    );
  // After another release, a lead can have launched the environment again.
  if (await objects.deleteUnchanged(location, read)) return { status: "SUCCEEDED" };
  throw new Rejected(
    `Another operation released or reserved the name '${environment}' in account ${accountId} at the same time. Run the same command again.`,
  );
}

const work = { PROVISION: change, UPDATE: change, PREVIEW: change, TERMINATE: terminate, RELEASE: release };

/**
 * Runs a request, and writes its result. Without a result, the state machine starts another build, which continues.
 * Errors: an interruption, a lock, the claim of another build, and errors of the state bucket.
 */
export async function runRequest(request: RunnerRequest, tools: RunnerTools, isInterrupted: () => boolean): Promise<Result> {
  const seen: { parameters: readonly Parameter[] } = { parameters: [] };
  const { objects, stateBucket: bucket } = tools;
  if (isLeadOperation(request.operation)) await claimProduct(request, tools);
  let result: Result;
  try {
    result = await work[request.operation](request, tools, seen);
  } catch (error) {
    if (isInterrupted() || isLocked(error, request)) throw error;
    const isExpected = error instanceof Rejected || error instanceof ArtifactError;
    tools.log(isExpected ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error));
    const shown = request.operation === "TERMINATE" ? terminationError(error) : error;
    result = { status: "FAILED", reason: reasonFor(shown, { accountId: request.accountId, parameters: seen.parameters }) };
  }
  await objects.write({ bucket, key: resultKey(request) }, JSON.stringify(result));
  if (isLeadOperation(request.operation)) await objects.delete({ bucket, key: buildKey(request) });
  return result;
}
