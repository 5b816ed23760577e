// Writes the request of a build, and reports its result to AWS Service Catalog, or requests another build.
import {
  type EndedBuild,
  type EngineRequest,
  type LeadOperation,
  leadOperations,
  maxAttempts,
  type Operation,
  type PrepareInput,
  type ReportInput,
  type ReportOutput,
  stateKeys,
  variables,
} from "../engine/names";
import { askPlatformTeam } from "./message";
import { type Notify, serviceCatalogNotify } from "./notify";
import { type Location, type Objects, s3Objects } from "./objects";
import {
  acceptedReason,
  type EnvironmentRecord,
  environmentKey,
  type Result,
  resultKey,
  resultSchema,
  storedRequest,
  tagsAfter,
} from "./request";
import { variable } from "./variables";

export interface ReportClients {
  objects: Objects;
  notify: Notify;
  stateBucket: string;
  now: () => Date;
}

const isLeadOperation = (operation: Operation): operation is LeadOperation => (leadOperations as readonly Operation[]).includes(operation);

async function jsonAt(objects: Objects, location: Location): Promise<unknown> {
  const body = await objects.read(location);
  try {
    return body && (JSON.parse(body.toString("utf8")) as unknown);
  } catch {
    return undefined;
  }
}

/** `FAILED: Unable to pull customer's container image. …` */
const endOf = ({ status, phases = [] }: EndedBuild): string =>
  [status, ...phases.flat().flatMap(({ Contexts = [] }) => Contexts.flatMap(({ Message }) => Message || []))].join(": ");

/** Why there is no result, or undefined if another build can complete the operation. */
function failureWithoutResult({ request, build, error }: ReportInput): string | undefined {
  if (!build || error) return `The engine cannot start or observe a build (${error?.Error ?? "unknown error"}). ${askPlatformTeam}`;
  if (request.attempt < maxAttempts - 1) return undefined;
  return `The runner ended without a result in ${maxAttempts} builds (last build: ${build.id}, ${endOf(build)}). ${askPlatformTeam}`;
}

/** Keeps the last state of an environment for `cloister fleet`. */
async function record(
  request: EngineRequest & { operation: LeadOperation },
  result: Result,
  { objects, stateBucket: bucket, now }: ReportClients,
): Promise<void> {
  const location = { bucket, key: environmentKey(request) };
  const { operation } = request;
  if (operation === "TERMINATE" && result.status === "SUCCEEDED") return objects.delete(location);
  const last = (await jsonAt(objects, location)) as Partial<EnvironmentRecord> | undefined;
  const outputs = result.outputs ?? last?.outputs;
  const version = result.version ?? last?.version;
  const next: EnvironmentRecord = {
    name: request.provisionedProductName,
    // A message about a termination has no product and no version.
    productId: request.productId || (last?.productId ?? ""),
    artifactId: request.artifactId || (last?.artifactId ?? ""),
    ...(version !== undefined && { version }),
    operation,
    status: result.status,
    ...(result.reason !== undefined && { reason: acceptedReason(result.reason) }),
    ...(outputs && { outputs }),
    changedAt: now().toISOString(),
    // A message about a termination has no parameters.
    parameters: operation === "TERMINATE" ? (last?.parameters ?? {}) : request.parameters,
    tags: tagsAfter(request, last),
  };
  return objects.write(location, JSON.stringify(next));
}

/** Writes the request for the runner. */
export async function prepare({ prepare: request }: PrepareInput, clients: Pick<ReportClients, "objects" | "stateBucket">): Promise<void> {
  await clients.objects.write({ bucket: clients.stateBucket, key: stateKeys.request(request.recordId) }, storedRequest(request));
}

/**
 * Handles the end of a build. The state machine repeats this function, so each effect is safe to repeat.
 * The record is written first: after the report, the next operation of the lead can start.
 */
export async function report(input: ReportInput, clients: ReportClients): Promise<ReportOutput & Partial<Result>> {
  const { request } = input;
  const given = resultSchema.safeParse(await jsonAt(clients.objects, { bucket: clients.stateBucket, key: resultKey(request) }));
  const failure = given.success ? undefined : failureWithoutResult(input);
  if (!given.success && failure === undefined) return { next: "RETRY" };
  const result: Result = given.success ? given.data : { status: "FAILED", reason: failure! };
  const { operation, token, recordId, provisionedProductId } = request;
  if (isLeadOperation(operation)) {
    await record({ ...request, operation }, result, clients);
    await clients.notify({ operation, token, recordId, provisionedProductId, result });
  }
  await clients.objects.delete({ bucket: clients.stateBucket, key: stateKeys.request(recordId) });
  return { next: "DONE", ...result };
}

export function handler(input: PrepareInput | ReportInput): Promise<unknown> {
  const clients: ReportClients = {
    objects: s3Objects(),
    notify: serviceCatalogNotify(),
    stateBucket: variable(variables.report.stateBucket),
    now: () => new Date(),
  };
  return "prepare" in input ? prepare(input, clients) : report(input, clients);
}
