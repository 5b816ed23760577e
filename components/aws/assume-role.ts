// Assumes a role with the credentials of the program, because the engine reports an error of a provider without its cause.
import * as pulumi from "@pulumi/pulumi";
import type * as sts from "@aws-sdk/client-sts";

/** Settings of the AWS provider for credentials that the SDK does not read. The provider then reports the error itself. */
const otherCredentials = [
  "accessKey",
  "assumeRole",
  "assumeRoles",
  "assumeRoleWithWebIdentity",
  "sharedCredentialsFiles",
  "sharedConfigFiles",
];

/** Milliseconds. Without `throwOnRequestTimeout`, the SDK prints a warning and waits. */
const timeouts = { connectionTimeout: 5000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/**
 * The message of AWS if the credentials of the program cannot assume a role; undefined if they can, or if the answer is unknown,
 * for example because STS is reachable only through a proxy.
 */
export async function assumeRoleDenial(
  request: { roleArn: string; externalId: string; region: string },
  requestHandler = timeouts,
): Promise<string | undefined> {
  const config = new pulumi.Config("aws");
  if (otherCredentials.some((key) => config.get(key) !== undefined)) return undefined;
  // Otherwise the SDK prints a warning about Node.js 20 in every preview.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only target accounts need the client
  const { AssumeRoleCommand, STSClient } = require("@aws-sdk/client-sts") as typeof sts;
  const profile = config.get("profile");
  const client = new STSClient({
    region: request.region,
    maxAttempts: 2,
    requestHandler,
    ...(profile !== undefined && { profile }),
  });
  try {
    await client.send(
      new AssumeRoleCommand({ RoleArn: request.roleArn, RoleSessionName: "cloister-preflight", ExternalId: request.externalId }),
    );
    return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    return name === "AccessDenied" ? message : undefined;
  } finally {
    client.destroy();
  }
}
