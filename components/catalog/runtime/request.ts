// The request of the runner, and the objects in the state bucket through which the parts of the engine communicate. Pure.
import { z } from "zod";
import { type EngineRequest, type Operation, operations, stateKeys } from "../engine/names";

export const requestSchema = z.object({
  operation: z.enum(operations),
  token: z.string(),
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
  attempt: z.int().min(0),
});

/** The name of an execution is unique in a state machine for 90 days, so a repeated message starts nothing. */
export const executionName = ({ provisionedProductId, recordId }: Pick<EngineRequest, "provisionedProductId" | "recordId">) =>
  `${provisionedProductId}-${recordId}`;

export const resultSchema = z.object({
  status: z.enum(["SUCCEEDED", "FAILED"]),
  /** Why the operation failed, for the lead. */
  reason: z.string().optional(),
  /** Outputs of the environment by name. */
  outputs: z.record(z.string(), z.string()).optional(),
  /** Name of the version, `0.1.0-1a2b3c4d`. */
  version: z.string().optional(),
  /** Planned changes of a preview, for example `3 create, 130 same`. */
  changes: z.string().optional(),
});

/** What the runner writes when it ends. */
export type Result = z.output<typeof resultSchema>;

/** Maximum length of `FailureReason`. Source: AWS API `NotifyProvisionProductEngineWorkflowResult`. */
const reasonLimit = 2048;
/** Characters that AWS does not accept in a reason: control characters, and those outside the Basic Multilingual Plane. */
const rejectedCharacters = /[^\t\n\r -\uD7FF\uE000-\uFFFD]/g;

/** A reason that AWS Service Catalog accepts. */
export function acceptedReason(reason: string): string {
  const text = reason.replace(rejectedCharacters, "").trim() || "Unknown reason.";
  return text.length <= reasonLimit ? text : `${text.slice(0, reasonLimit - 1)}…`;
}

/** The last known state of a provisioned environment. */
export interface EnvironmentRecord {
  name: string;
  productId: string;
  artifactId: string;
  version?: string;
  operation: Operation;
  status: Result["status"];
  reason?: string;
  outputs?: Record<string, string>;
  /** ISO 8601. */
  changedAt: string;
  parameters: Record<string, string>;
}

type Product = Pick<EngineRequest, "accountId" | "provisionedProductId">;

/** Keys in the state bucket. */
export const resultKey = ({ recordId, attempt }: Pick<EngineRequest, "recordId" | "attempt">) => stateKeys.result(recordId, attempt);
export const environmentKey = ({ accountId, provisionedProductId }: Product) => stateKeys.environment(accountId, provisionedProductId);

/** Name of the Pulumi stack of a provisioned product. */
export const stackOf = ({ accountId, provisionedProductId }: Product) => `${accountId}-${provisionedProductId}`;

/** Tag of all resources of a provisioned product. AWS Service Catalog finds them by this tag. */
export const tracerTag = "cloister:provisioned-product";

/** Tag of all resources of a provisioned product. Value: the product, `prod-…`. The budget of the portfolio filters by this tag. */
export const productTag = "cloister:catalog-product";
