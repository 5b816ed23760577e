import { AwsError } from "../aws-error";
import { type PatchCall, patchedService, validateFirst } from "../service";

/** moto accepts any KMS key for a SecureString. */
async function keyExists(call: PatchCall): Promise<void> {
  const { KeyId } = call.input;
  if (KeyId === undefined || String(KeyId).startsWith("alias/aws/")) return;
  const owner = /^arn:[^:]+:kms:[^:]+:(\d{12}):/.exec(String(KeyId))?.[1];
  await call.moto("kms", "DescribeKey", { KeyId }, { account: owner }).catch(() => {
    throw new AwsError("InvalidKeyId", `Invalid keyId ${String(KeyId)}`);
  });
}

const invalid = (message: string) => new AwsError("ValidationException", message);

/** Maximum bytes in a value, by tier. Source: AWS API `PutParameter`. */
const valueLimits: Record<string, number> = { Standard: 4096, Advanced: 8192, "Intelligent-Tiering": 8192 };

/** Source: AWS API `PutParameter`; Systems Manager User Guide "About requirements and constraints for parameter names". */
const nameFits = ({ input }: PatchCall): void => {
  const name = String(input.Name).replace(/^arn:[^:]+:ssm:[^:]*:[^:]*:parameter/, "");
  if (!/^[a-zA-Z0-9_.\-/]+$/.test(name))
    throw invalid("Parameter name: can only consist of letters, numbers and the following 4 symbols .-_/ in a mix.");
  if (name.includes("/") && !name.startsWith("/")) throw invalid("Parameter name must be a fully qualified name.");
  if (name.split("/").length - 1 > 15)
    throw new AwsError("HierarchyLevelLimitExceededException", "A hierarchy can have a maximum of 15 levels.");
};

/** Error text: hashicorp/terraform-provider-aws issue 18521. */
const valueFits = ({ input }: PatchCall): void => {
  const { Value, Tier = "Standard", AllowedPattern } = input;
  const limit = valueLimits[String(Tier)] ?? Infinity;
  if (Buffer.byteLength(String(Value)) > limit)
    throw invalid(
      Tier === "Standard"
        ? `Standard tier parameters support a maximum parameter value of ${limit} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html`
        : `Advanced tier parameters support a maximum parameter value of ${limit} characters.`,
    );
  if (String(Value).includes("{{")) throw invalid('Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.');
  if (AllowedPattern !== undefined && !new RegExp(String(AllowedPattern)).test(String(Value)))
    throw new AwsError(
      "ParameterPatternMismatchException",
      `Parameter value, cannot be validated against allowedPattern: ${String(AllowedPattern)}`,
    );
};

/** The type of a parameter never changes. Source: AWS API `PutParameter`, HierarchyTypeMismatchException. */
async function typeIsSame(call: PatchCall): Promise<void> {
  const { Name, Type, Overwrite } = call.input;
  if (Overwrite !== true || Type === undefined) return;
  const { Parameters = [] } = (await call.moto("ssm", "GetParameters", { Names: [Name] })) as { Parameters?: { Type: string }[] };
  if (Parameters.some((parameter) => parameter.Type !== Type))
    throw new AwsError("HierarchyTypeMismatchException", `The type of the parameter cannot be changed to ${String(Type)}.`);
}

const pathIsAbsolute = ({ input }: PatchCall): void => {
  if (!String(input.Path).startsWith("/"))
    throw new AwsError(
      "ValidationException",
      'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
    );
};

export const ssm = patchedService({
  scope: "ssm",
  model: "ssm",
  violation: { code: "ValidationException" },
  leftovers: [{ type: "Parameter", operation: "DescribeParameters", list: "Parameters", id: "Name" }],
  patches: { GetParametersByPath: validateFirst(pathIsAbsolute), PutParameter: validateFirst(nameFits, valueFits, typeIsSame, keyExists) },
});
