import { AwsError } from "../aws-error";
import { type ServiceTraits } from "../service";
import { type ServiceModel } from "./load";
import { validate, validationMessage } from "./validate";

/** Throws the service's error when an input violates the service model. Services without an error code for that skip the check. */
export function assertValid(
  service: ServiceTraits | undefined,
  model: ServiceModel,
  { operation, input }: { operation: string; input: Record<string, unknown> },
): void {
  if (!service?.violation) return;
  const { code, missingOnly } = service.violation;
  const violations = validate(model, operation, input);
  const mistyped = violations.find(({ kind }) => kind === "type");
  if (mistyped && model.metadata.protocol === "json")
    throw new AwsError(
      "SerializationException",
      `${mistyped.path.join(".")}: ${mistyped.constraint}, not ${JSON.stringify(mistyped.value)}`,
    );
  const reported = missingOnly ? violations.filter(({ kind, path }) => kind === "missing" && path.length === 1) : violations;
  if (reported.length === 0) return;
  const message = missingOnly ? `The request must contain the parameter ${reported[0]!.path.join(".")}` : validationMessage(reported);
  throw new AwsError(code, message);
}
