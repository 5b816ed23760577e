import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Permission, policyDocumentOf } from "../aws/policy-document";

export interface RoleArgs {
  path: string;
  description: string;
  trust: string;
  permissionsBoundaryArn: pulumi.Input<string>;
  /** Seconds. */
  maxSessionDuration?: number;
}

export const createRole = (name: string, { trust, permissionsBoundaryArn, ...args }: RoleArgs, parent: pulumi.Resource) =>
  new aws.iam.Role(name, { ...args, assumeRolePolicy: trust, permissionsBoundary: permissionsBoundaryArn }, { parent });

/**
 * Gives a role its rights, and those of a policy that several roles share: what is in a role has an end of its own. The ARN is known only when it has them, because SageMaker tries a role at once.
 */
export function grant(
  role: aws.iam.Role,
  name: string,
  permissions: pulumi.Input<Permission[]>,
  parent: pulumi.Resource,
  shared?: aws.iam.Policy,
): pulumi.Output<string> {
  const policy = new aws.iam.RolePolicy(
    `${name}-policy`,
    { role: role.id, policy: pulumi.output(permissions).apply(policyDocumentOf) },
    { parent },
  );
  const attachment = shared && new aws.iam.RolePolicyAttachment(`${name}-features`, { role: role.name, policyArn: shared.arn }, { parent });
  return pulumi.all([role.arn, policy.id, attachment?.id]).apply(([arn]) => arn);
}
