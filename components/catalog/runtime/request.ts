// The request of the runner, and the objects in the state bucket through which the parts of the engine communicate. Pure.
import { createHash } from "node:crypto";
import { z } from "zod";
import {
  type EngineRequest,
  type LeadOperation,
  leadOperations,
  type Operation,
  operations,
  type RunnerRequest,
  stateKeys,
} from "../engine/names";

const requestSchema = z.object({
  operation: z.enum(operations),
  recordId: z.string(),
  provisionedProductId: z.string(),
  provisionedProductName: z.string(),
  productId: z.string(),
  artifactId: z.string(),
  artifactPath: z.string().optional(),
  launchRoleArn: z.string(),
  accountId: z.string(),
  parameters: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
});

/** The request as an object in the state bucket. Unknown fields, such as the token, are not written. */
export const storedRequest = (request: EngineRequest): string => JSON.stringify(requestSchema.parse(request));

export const resultSchema = z.object({
  status: z.enum(["SUCCEEDED", "FAILED"]),
  /** Reason of a failure, for the lead. */
  reason: z.string().optional(),
  /** Outputs of the environment by name. */
  outputs: z.record(z.string(), z.string()).optional(),
  /** Name of the version, `0.1.0-1a2b3c4d`. */
  version: z.string().optional(),
  /** Planned changes of a preview, for example `3 create, 130 same`. */
  changes: z.string().optional(),
});

/** Result that the runner writes before it exits. */
export type Result = z.output<typeof resultSchema>;

const endedSchema = z.object({
  /** ISO 8601. */
  endedAt: z.string(),
  /** Result that is recorded, and that AWS Service Catalog may not have. */
  unreported: resultSchema.optional(),
});

/** The marker of the end of a request. */
type RequestEnd = z.output<typeof endedSchema>;

/**
 * Replaces the stored request when the request has ended. Step Functions can redrive an execution, and a message can be repeated
 * after its execution name is free again. Without the marker, the engine would repeat an earlier operation, such as a termination.
 */
export const endedRequest = (at: Date, unreported?: Result): string =>
  JSON.stringify({ endedAt: at.toISOString(), ...(unreported && { unreported }) } satisfies RequestEnd);

/** `undefined` for a text that is no JSON. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The marker, if the object of a request is one. */
export const endIn = (stored: string): RequestEnd | undefined => endedSchema.safeParse(jsonIn(stored)).data;

/** Whether the object of a request is the marker of its end. */
export const hasEnded = (stored: string): boolean => endIn(stored) !== undefined;

/** A request that has ended never runs again. The state machine finds the error by its name. */
export class RequestEnded extends Error {
  override readonly name = "RequestEnded";
  constructor(recordId: string) {
    super(`The request ${recordId} has ended.`);
  }
}

/** Digest of a stored request, in hexadecimal. */
export const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * Errors: the request has ended, or the fields that are missing. Another digest means that someone other than the state machine of the
 * request wrote the object.
 */
export function readRequest(text: string, { digest, attempt }: { digest: string; attempt: string }): RunnerRequest {
  if (hasEnded(text)) throw new Error("The request of this build has ended.");
  if (digestOf(text) !== digest) throw new Error("The stored request differs from the request of this build.");
  const { artifactPath, ...request } = requestSchema.parse(JSON.parse(text));
  return { ...request, ...(artifactPath !== undefined && { artifactPath }), attempt: z.coerce.number().int().min(0).parse(attempt) };
}

/** Whether AWS Service Catalog has a record of the operation. These operations change an environment. */
export const isLeadOperation = (operation: Operation): operation is LeadOperation =>
  (leadOperations as readonly Operation[]).includes(operation);

/** The name of an execution is unique in a state machine for 90 days, so a repeated message starts nothing. */
export const executionName = ({
  accountId,
  provisionedProductId,
  recordId,
}: Pick<EngineRequest, "accountId" | "provisionedProductId" | "recordId">) => `${accountId}-${provisionedProductId}-${recordId}`;

/** The account in the name of an execution. `undefined` for operations of the fleet. */
export const accountOf = (name: string): string | undefined => /^(\d{12})-/.exec(name)?.[1];

/** Maximum length of `FailureReason`. Source: AWS API `NotifyProvisionProductEngineWorkflowResult`. */
const reasonLimit = 2048;
/** Characters that AWS does not accept in a reason: control characters, and those outside the Basic Multilingual Plane. */
const rejectedCharacters = /[^\t\n\r -\uD7FF\uE000-\uFFFD]/g;

/** A reason that AWS Service Catalog accepts. */
export function acceptedReason(reason: string): string {
  const text = reason.replace(rejectedCharacters, "").trim() || "Unknown reason.";
  return text.length <= reasonLimit ? text : `${text.slice(0, reasonLimit - 1)}…`;
}

const texts = z.record(z.string(), z.string());

export const environmentRecordSchema = z.object({
  /** Name of the provisioned product. */
  name: z.string(),
  productId: z.string(),
  artifactId: z.string(),
  version: z.string().optional(),
  operation: z.enum(leadOperations),
  status: resultSchema.shape.status,
  reason: z.string().optional(),
  outputs: texts.optional(),
  /** ISO 8601. */
  changedAt: z.string(),
  parameters: texts.default({}),
  /** Tags of the provisioned product. */
  tags: texts.default({}),
});

/** The last known state of a provisioned environment. */
export type EnvironmentRecord = z.output<typeof environmentRecordSchema>;

/** The tags of the provisioned product. A request without tags, such as a termination, does not change them. */
export const tagsAfter = ({ tags }: Pick<EngineRequest, "tags">, last: Partial<EnvironmentRecord> | undefined): Record<string, string> =>
  Object.keys(tags).length > 0 ? tags : (last?.tags ?? {});

export const reservationSchema = z.object({
  accountId: z.string(),
  provisionedProductId: z.string(),
  /** Whether data remains after a termination. Absent until the first deployment starts. */
  keepsData: z.boolean().optional(),
  /** Present until a deployment is complete: the state then shows whether data exists. */
  isIncomplete: z.boolean().optional(),
  /** ISO 8601. Present if the environment is terminated and data remains. */
  terminatedAt: z.string().optional(),
});

/** The reserved name of an environment, which no other product can use. */
export type Reservation = z.output<typeof reservationSchema>;

export const buildClaimSchema = z.object({ buildId: z.string(), recordId: z.string() });

/** The one build that can change the state of a provisioned product. A build can outlive its execution. */
export type BuildClaim = z.output<typeof buildClaimSchema>;

type Product = Pick<EngineRequest, "accountId" | "provisionedProductId">;

/** Keys in the state bucket. */
export const resultKey = ({ recordId, attempt }: Pick<EngineRequest, "recordId" | "attempt">) => stateKeys.result(recordId, attempt);
export const buildKey = ({ accountId, provisionedProductId }: Product) => stateKeys.build(accountId, provisionedProductId);
export const environmentKey = ({ accountId, provisionedProductId }: Product) => stateKeys.environment(accountId, provisionedProductId);

/** Name of the Pulumi stack of a provisioned product. */
export const stackOf = ({ accountId, provisionedProductId }: Product) => `${accountId}-${provisionedProductId}`;

/** Tag of all resources of a provisioned product. AWS Service Catalog finds them by this tag. */
export const tracerTag = "cloister:provisioned-product";

/** Tag of all resources of a provisioned product. Value: the product, `prod-…`. The budget of the portfolio filters by this tag. */
export const productTag = "cloister:catalog-product";
