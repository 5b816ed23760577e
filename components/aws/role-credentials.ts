// Assumes a role for AWS SDK clients.
import { type AssumeRoleCommandInput, type STSClient } from "@aws-sdk/client-sts";

export interface RoleCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

/** Credentials of a role, which clients request again before a session expires. The SDK is loaded here because it is large. */
export const roleCredentials =
  (client: Pick<STSClient, "send">, input: AssumeRoleCommandInput, options: { abortSignal?: AbortSignal } = {}) =>
  async (): Promise<RoleCredentials> => {
    const { AssumeRoleCommand } = await import("@aws-sdk/client-sts");
    const { Credentials } = await client.send(new AssumeRoleCommand(input), options);
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials!;
    return { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken!, expiration: Expiration! };
  };
