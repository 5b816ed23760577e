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
  patches: { GetParametersByPath: validateFirst(pathIsAbsolute), PutParameter: validateFirst(keyExists) },
});
