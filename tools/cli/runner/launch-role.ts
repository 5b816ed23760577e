// Assumes the launch role for AWS SDK clients of this process. The engine assumes the launch role itself.
import { GetRoleCommand, type IAMClient } from "@aws-sdk/client-iam";
import { type STSClient } from "@aws-sdk/client-sts";
import { roleCredentials } from "@cloister/components/aws/role-credentials";
import { sessionTag } from "@cloister/components/identity/permissions/environment-launch";
import { type Session } from "../engine";

export interface LaunchRole {
  roleArn: string;
  sessionName: string;
  /** `fraud-dev` */
  environment: string;
}

/** Credentials of the launch role, which clients request again before a session expires. */
export const launchRoleCredentials = (
  { roleArn, sessionName, environment }: LaunchRole,
  sts: Pick<STSClient, "send">,
): NonNullable<Session["credentials"]> =>
  roleCredentials(sts, { RoleArn: roleArn, RoleSessionName: sessionName, Tags: [{ Key: sessionTag, Value: environment }] });

/** Whether the launch role has a permissions boundary. The launch constraint can name another role than that of the core stack. */
export async function isBounded(client: Pick<IAMClient, "send">, { roleArn }: Pick<LaunchRole, "roleArn">): Promise<boolean> {
  const { Role } = await client.send(new GetRoleCommand({ RoleName: roleArn.split("/").at(-1)! }));
  return Role?.PermissionsBoundary?.PermissionsBoundaryArn !== undefined;
}
