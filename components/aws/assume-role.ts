// Assumes a role with the credentials of the program, because the engine reports an error of a provider without its cause.
import type * as sts from "@aws-sdk/client-sts";
import { clientConfig, type Timeouts, unreadCredentials } from "./sdk";

/**
 * The message of AWS if the credentials of the program cannot assume a role; undefined if they can, or if the answer is unknown,
 * for example because STS is reachable only through a proxy. The provider then reports the error itself.
 */
export async function assumeRoleDenial(
  request: { roleArn: string; externalId: string; region: string },
  requestHandler?: Timeouts,
): Promise<string | undefined> {
  if (unreadCredentials() !== undefined) return undefined;
  const config = { ...clientConfig(request.region, requestHandler), maxAttempts: 2 };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only target accounts need the client
  const { AssumeRoleCommand, STSClient } = require("@aws-sdk/client-sts") as typeof sts;
  const client = new STSClient(config);
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
