// Reads the messages that AWS Service Catalog sends to an external engine. Pure.
// Source: AWS Service Catalog administrator guide, "External engine"; aws-samples/service-catalog-engine-for-terraform-os.
import { z } from "zod";
import { type EngineRequest, type LeadOperation } from "../engine/names";

/** Documentation and sample code of AWS spell two of the operations differently. */
const operationNames: Record<string, LeadOperation> = {
  PROVISION_PRODUCT: "PROVISION",
  UPDATE_PROVISION_PRODUCT: "UPDATE",
  UPDATE_PROVISIONED_PRODUCT: "UPDATE",
  TERMINATE_PROVISION_PRODUCT: "TERMINATE",
  TERMINATE_PROVISIONED_PRODUCT: "TERMINATE",
};

/** A text that is no JSON is returned as it is. */
function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

const text = z.string().min(1);
const pairs = z
  .array(z.object({ key: text, value: z.string().nullish() }))
  .nullish()
  .transform((list) => Object.fromEntries((list ?? []).flatMap(({ key, value }) => (typeof value === "string" ? [[key, value]] : []))));

const messageSchema = z.object({
  token: text,
  operation: z.enum(Object.keys(operationNames)).transform((name) => operationNames[name]!),
  // The name of an execution contains both IDs and the account. Source: AWS API `StartExecution`, `name`.
  provisionedProductId: text.max(33).regex(/^[\w-]+$/),
  provisionedProductName: text,
  productId: text.nullish(),
  provisioningArtifactId: text.nullish(),
  recordId: text.max(33).regex(/^[\w-]+$/),
  launchRoleArn: z.string().nullish(),
  artifact: z.object({ path: text, type: z.literal("AWS_S3") }).nullish(),
  // AWS documents an optional text that is not used, and sample code reads an object. Another form cannot be checked.
  identity: z.preprocess(
    (given) => (typeof given === "string" ? jsonOf(given || "null") : given),
    z.object({ awsAccountId: z.string().regex(/^\d{12}$/) }).nullish(),
  ),
  parameters: pairs,
  tags: pairs,
});

/** A message that cannot be executed. The result can be reported if both `token` and `recordId` are known. */
export interface Rejected {
  /** Why, for the lead. */
  reason: string;
  token?: string;
  recordId?: string;
}

const unreadable = "The engine cannot read the message of AWS Service Catalog";
export const askPlatformTeam = "Ask the platform team.";

const roleForm = /^arn:[\w-]+:iam::(\d{12}):role\/.+$/;

const rejected = (given: unknown, reason: string): Rejected => {
  const { token, recordId } = (typeof given === "object" && given !== null ? given : {}) as Record<string, unknown>;
  return {
    reason,
    ...(typeof token === "string" && token !== "" && { token }),
    ...(typeof recordId === "string" && recordId !== "" && { recordId }),
  };
};

/**
 * The request in a message of the queue for `expected`, or why there is none.
 * Messages about a termination have no product, version, artifact, parameters or tags.
 */
export function readMessage(body: string, expected: LeadOperation): { request: EngineRequest } | { rejected: Rejected } {
  const given = jsonOf(body);
  const { success, data, error } = messageSchema.safeParse(given);
  const reject = (reason: string) => ({ rejected: rejected(given, reason) });
  if (!success) {
    const fields = error.issues.map(({ path }) => path.join(".") || "the message");
    return reject(`${unreadable}: ${[...new Set(fields)].join(", ")}. ${askPlatformTeam}`);
  }
  const { operation, artifact, launchRoleArn } = data;
  if (operation !== expected)
    return reject(`The engine received the operation ${operation} in the queue for ${expected}. ${askPlatformTeam}`);
  const account = roleForm.exec(launchRoleArn ?? "")?.[1];
  if (!launchRoleArn || account === undefined)
    return reject("The product has no launch constraint with a role. The platform team must add a launch constraint to the product.");
  const ofIdentity = data.identity?.awsAccountId;
  if (ofIdentity !== undefined && ofIdentity !== account)
    return reject(
      `The launch role must be in the account of the environment, ${ofIdentity} (got account ${account}). The platform team must set LocalRoleName in the launch constraint.`,
    );
  const missing = Object.entries({ productId: data.productId, provisioningArtifactId: data.provisioningArtifactId });
  const absent = missing.flatMap(([field, value]) => (value ? [] : [field]));
  if (operation !== "TERMINATE" && absent.length > 0) return reject(`${unreadable}: ${absent.join(", ")}. ${askPlatformTeam}`);
  if (operation !== "TERMINATE" && !artifact) return reject("The message names no artifact. The platform team must publish a new version.");
  return {
    request: {
      operation,
      token: data.token,
      recordId: data.recordId,
      provisionedProductId: data.provisionedProductId,
      provisionedProductName: data.provisionedProductName,
      productId: data.productId ?? "",
      artifactId: data.provisioningArtifactId ?? "",
      ...(artifact && { artifactPath: artifact.path }),
      launchRoleArn,
      accountId: account,
      parameters: data.parameters,
      tags: data.tags,
      attempt: 0,
    },
  };
}
