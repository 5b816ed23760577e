// Assumes the launch role for AWS SDK clients of this process. The engine assumes the launch role itself.
import { GetRoleCommand, type IAMClient } from "@aws-sdk/client-iam";
import { type STSClient } from "@aws-sdk/client-sts";
import { roleCredentials } from "@cloister/components/aws/role-credentials";
import { environmentLaunchBoundaryName } from "@cloister/components/catalog/engine/names";
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

const nameIn = (roleArn: string) => roleArn.split("/").at(-1)!;

/**
 * The permissions boundary that the core stack creates for the launch role, an ARN pattern. Pulumi adds a suffix to the name.
 * IAM lets the runner assume only a role with the name of the launch role.
 */
export const launchBoundaryPattern = (roleArn: string): string =>
  `${roleArn.split(":").slice(0, 5).join(":")}:policy/${environmentLaunchBoundaryName(nameIn(roleArn))}-*`;

/** Whether an ARN is that of the boundary of the launch role. Pulumi adds 7 hexadecimal digits. */
export function isLaunchBoundary(roleArn: string, boundaryArn: string | undefined): boolean {
  const start = launchBoundaryPattern(roleArn).slice(0, -1);
  return boundaryArn?.startsWith(start) === true && /^[0-9a-f]{7}$/.test(boundaryArn.slice(start.length));
}

/** ARN of the permissions boundary of the launch role. The launch constraint can name another role than that of the core stack. */
export async function boundaryOf(client: Pick<IAMClient, "send">, { roleArn }: Pick<LaunchRole, "roleArn">): Promise<string | undefined> {
  const { Role } = await client.send(new GetRoleCommand({ RoleName: nameIn(roleArn) }));
  return Role?.PermissionsBoundary?.PermissionsBoundaryArn;
}
