// Writes the request of a build, and reports its result to AWS Service Catalog, or requests another build.
import {
  type BuildPhase,
  type EndedInput,
  type EngineRequest,
  type LeadOperation,
  maxAttempts,
  type PrepareInput,
  type PrepareOutput,
  type ReportInput,
  type ReportOutput,
  stateKeys,
  variables,
} from "../engine/names";
import { askPlatformTeam } from "./message";
import { type Notify, serviceCatalogNotify } from "./notify";
import { type Location, type Objects, s3Objects, type UnchangedObjects } from "../../functions/runtime/objects";
import {
  acceptedReason,
  buildClaimSchema,
  buildKey,
  digestOf,
  type EnvironmentRecord,
  endedRequest,
  endIn,
  environmentKey,
  hasEnded,
  isLeadOperation,
  jsonIn,
  RequestEnded,
  type Result,
  resultKey,
  resultSchema,
  storedRequest,
  tagsAfter,
} from "./request";
import { variable } from "../../functions/runtime/variables";

export interface ReportClients {
  objects: Objects & UnchangedObjects;
  notify: Notify;
  stateBucket: string;
  now: () => Date;
}

async function jsonAt(objects: Objects, location: Location): Promise<unknown> {
  const body = await objects.read(location);
  return body && jsonIn(body.toString("utf8"));
}

/** The runner starts in the phase BUILD. A failure before it that is no fault of AWS fails again, such as a missing image. */
const beforeRunner = ["SUBMITTED", "QUEUED", "PROVISIONING", "DOWNLOAD_SOURCE", "INSTALL", "PRE_BUILD"];
const permanent = ["FAILED", "CLIENT_ERROR"];

const contextOf = ({ Contexts }: BuildPhase) =>
  (Contexts ?? []).flatMap(({ StatusCode, Message }) => [StatusCode, Message].filter(Boolean).join(" ") || []).join("; ");

/** Phases that did not succeed. The last phase, COMPLETED, has no status. */
const failedPhases = (phases: readonly BuildPhase[]) =>
  phases.filter((phase) => (phase.PhaseStatus === undefined ? contextOf(phase) !== "" : phase.PhaseStatus !== "SUCCEEDED"));

/** `PROVISIONING: BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE …` */
const reasonOf = (phase: BuildPhase): string => `${phase.PhaseType}: ${contextOf(phase) || phase.PhaseStatus}`;

/** Reason for a missing result. Undefined if another build can complete the operation. */
function failureWithoutResult({ request, build, error }: ReportInput): string | undefined {
  // SDK integrations append the HTTP status and the ID of the request.
  const cause = error?.Cause.replace(/ \(Service:.*$/s, "") ?? "";
  if (!build || error)
    return `The engine cannot start or observe a build (${error?.Error ?? "unknown error"}${cause && `: ${cause}`}). ${askPlatformTeam}`;
  if (build.status === "STOPPED")
    return `The platform team stopped the build ${build.id}. Some resources can exist or be changed. ${askPlatformTeam}`;
  const phases = failedPhases((build.phases ?? []).flat());
  const rejected = phases.find(({ PhaseType, PhaseStatus }) => beforeRunner.includes(PhaseType!) && permanent.includes(PhaseStatus!));
  if (rejected) return `The runner did not start (${reasonOf(rejected)}). ${askPlatformTeam}`;
  if (request.attempt < maxAttempts - 1) return undefined;
  const last = [build.id, build.status, ...phases.map(reasonOf)].join(", ");
  return `The runner ended without a result in ${maxAttempts} builds (last build: ${last}). ${askPlatformTeam}`;
}

type LeadRequest = EngineRequest & { operation: LeadOperation };

/**
 * The product, version, parameters and tags of an environment after an operation. A failed update keeps those of the record,
 * because previews of the fleet use them: the values of a rejected update would fail again. Pure.
 */
function recordedInputs(
  request: LeadRequest,
  { status }: Result,
  last: Partial<EnvironmentRecord> | undefined,
): Pick<EnvironmentRecord, "productId" | "artifactId" | "parameters" | "tags"> {
  const { operation } = request;
  const requested = {
    // A message about a termination has no product, no version and no parameters.
    productId: request.productId || (last?.productId ?? ""),
    artifactId: request.artifactId || (last?.artifactId ?? ""),
    parameters: operation === "TERMINATE" ? (last?.parameters ?? {}) : request.parameters,
    tags: tagsAfter(request, last),
  };
  if (operation !== "UPDATE" || status !== "FAILED") return requested;
  const { productId, artifactId, parameters, tags } = { ...requested, ...last };
  return { productId, artifactId, parameters, tags };
}

/** Keeps the last state of an environment for `cloister fleet`. */
async function record(request: LeadRequest, result: Result, { objects, stateBucket: bucket, now }: ReportClients): Promise<void> {
  const location = { bucket, key: environmentKey(request) };
  const { operation } = request;
  if (operation === "TERMINATE" && result.status === "SUCCEEDED") return objects.delete(location);
  const last = (await jsonAt(objects, location)) as Partial<EnvironmentRecord> | undefined;
  const outputs = result.outputs ?? last?.outputs;
  const version = result.version ?? last?.version;
  const { productId, artifactId, parameters, tags } = recordedInputs(request, result, last);
  const next: EnvironmentRecord = {
    name: request.provisionedProductName,
    productId,
    artifactId,
    ...(version !== undefined && { version }),
    operation,
    status: result.status,
    ...(result.reason !== undefined && { reason: acceptedReason(result.reason) }),
    ...(outputs && { outputs }),
    changedAt: now().toISOString(),
    parameters,
    tags,
  };
  return objects.write(location, JSON.stringify(next));
}

/**
 * Writes the request, unless it exists: an attempt that started earlier must not replace the marker of the end.
 * Errors: `RequestEnded`; the object changes at the same time, and the state machine calls the function again.
 */
async function storeRequest(recordId: string, text: string, objects: ReportClients["objects"], bucket: string): Promise<void> {
  const location = { bucket, key: stateKeys.request(recordId) };
  if (await objects.create(location, text)) return;
  const read = await objects.readObject(location);
  const stored = read?.body.toString("utf8") ?? "";
  if (hasEnded(stored)) throw new RequestEnded(recordId);
  if (stored === text) return;
  // An earlier version of the program can have written other fields.
  if (read && (await objects.replaceUnchanged(location, read, text))) return;
  throw new Error(`Another call changed the request ${recordId} at the same time.`);
}

/**
 * Writes the request for the runner. The state machine passes the digest to the build, so no other call can replace the request.
 * An earlier build of the provisioned product must end first, because the next build removes its lock.
 * Errors: `RequestEnded`; an object changes at the same time, and the state machine calls the function again.
 */
export async function prepare(
  { prepare: request, endedBuild }: PrepareInput,
  { objects, stateBucket: bucket }: Pick<ReportClients, "objects" | "stateBucket">,
): Promise<PrepareOutput> {
  const text = storedRequest(request);
  const digest = digestOf(text);
  await storeRequest(request.recordId, text, objects, bucket);
  if (!isLeadOperation(request.operation)) return { digest, build: "" };
  const claim = { bucket, key: buildKey(request) };
  const read = await objects.readObject(claim);
  const build = (read && buildClaimSchema.safeParse(jsonIn(read.body.toString("utf8"))).data?.buildId) ?? "";
  if (!read || build === "" || build !== endedBuild) return { digest, build };
  // Another execution can have removed this claim, and its build then has the next claim.
  if (await objects.deleteUnchanged(claim, read)) return { digest, build: "" };
  throw new Error(`Another call changed the claim to ${request.provisionedProductId} at the same time.`);
}

async function resultOf(request: Pick<EngineRequest, "recordId" | "attempt">, { objects, stateBucket }: ReportClients) {
  const { success, data } = resultSchema.safeParse(await jsonAt(objects, { bucket: stateBucket, key: resultKey(request) }));
  return success ? data : undefined;
}

/**
 * Records and reports a result once. The record is written first: after the report, the next operation of the lead can start.
 * A call that fails is repeated, perhaps after the next operation. So the marker between both keeps the result: the repeated call
 * reports it, and does not replace the record of the next operation.
 */
async function complete(request: EngineRequest, given: Result, clients: ReportClients): Promise<Result> {
  const { operation, token, recordId, provisionedProductId } = request;
  const { objects, stateBucket: bucket, now } = clients;
  const location = { bucket, key: stateKeys.request(recordId) };
  const end = endIn((await objects.read(location))?.toString("utf8") ?? "");
  if (end && !end.unreported) return given;
  const result = end?.unreported ?? given;
  if (!end && result.status === "FAILED")
    console.error(JSON.stringify({ recordId, provisionedProductId, operation, reason: result.reason }));
  if (isLeadOperation(operation)) {
    if (!end) {
      await record({ ...request, operation }, result, clients);
      await objects.write(location, endedRequest(now(), result));
    }
    await clients.notify({ operation, token, recordId, provisionedProductId, result });
  }
  await objects.write(location, endedRequest(now()));
  return result;
}

/** Handles the end of a build. The state machine repeats this function, so each effect is safe to repeat. */
export async function report(input: ReportInput, clients: ReportClients): Promise<ReportOutput & Partial<Result>> {
  const { request, build, error } = input;
  if (error) console.error(JSON.stringify({ recordId: request.recordId, build, error }));
  const written = await resultOf(request, clients);
  const failure = written ? undefined : failureWithoutResult(input);
  if (!written && failure === undefined) return { next: "RETRY" };
  return { next: "DONE", ...(await complete(request, written ?? { status: "FAILED", reason: failure! }, clients)) };
}

/**
 * Reports a request whose execution ended without a report, with the result of its last build if one exists.
 * Errors: an event without the input of the execution.
 */
export async function reportEnded({ detail: { status, name, input } }: EndedInput, clients: ReportClients): Promise<void> {
  if (!input) throw new Error(`The event of the execution ${name} has no input, so the engine cannot report that it is ${status}.`);
  const request = JSON.parse(input) as EngineRequest;
  const attempts = Array.from({ length: maxAttempts }, (_, i) => maxAttempts - 1 - i);
  const results = await Promise.all(attempts.map((attempt) => resultOf({ ...request, attempt }, clients)));
  const reason = `The engine ended the request before a result existed (${status}). A build can still run, and the next operation waits for its end. ${askPlatformTeam}`;
  await complete(request, results.find((result) => result) ?? { status: "FAILED", reason }, clients);
}

export function handler(input: PrepareInput | ReportInput | EndedInput): Promise<unknown> {
  const clients: ReportClients = {
    objects: s3Objects(),
    notify: serviceCatalogNotify(),
    stateBucket: variable(variables.report.stateBucket),
    now: () => new Date(),
  };
  if ("prepare" in input) return prepare(input, clients);
  return "detail" in input ? reportEnded(input, clients) : report(input, clients);
}
