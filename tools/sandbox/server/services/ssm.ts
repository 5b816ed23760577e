import { type MendCall, type MendedService, refuseWhen } from "../patched-service";
import { AwsError } from "../native-service";

/** The base takes any key for a SecureString. */
async function keyExists(call: MendCall): Promise<void> {
  const { KeyId } = call.input;
  if (KeyId === undefined || String(KeyId).startsWith("alias/aws/")) return;
  const owner = /^arn:[^:]+:kms:[^:]+:(\d{12}):/.exec(String(KeyId))?.[1];
  await call.base("kms", "DescribeKey", { KeyId }, { account: owner }).catch(() => {
    throw new AwsError("InvalidKeyId", `Invalid keyId ${String(KeyId)}`);
  });
}

const pathIsAbsolute = ({ input }: MendCall): void => {
  if (!String(input.Path).startsWith("/"))
    throw new AwsError(
      "ValidationException",
      'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
    );
};

export const ssm: MendedService = {
  scope: "ssm",
  model: "ssm",
  mends: { GetParametersByPath: refuseWhen(pathIsAbsolute), PutParameter: refuseWhen(keyExists) },
};
