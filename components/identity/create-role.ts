import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Permission, policyDocumentOf } from "../aws/policy-document";
import { type RoleInputs } from "./permissions/facts";
import { roleOf, type ServiceRole, type UserRole } from "./roles";

export interface RoleArgs {
  path: string;
  description: string;
  /** Trust policy as JSON. */
  trust: string;
  permissionsBoundaryArn: pulumi.Input<string>;
  /** Seconds. */
  maxSessionDuration?: number;
}

export const createRole = (name: string, { trust, permissionsBoundaryArn, ...args }: RoleArgs, parent: pulumi.Resource) =>
  new aws.iam.Role(name, { ...args, assumeRolePolicy: trust, permissionsBoundary: permissionsBoundaryArn }, { parent });

/** Inputs for role permissions. A value is known once the resource that the value names exists. */
export type RoleInputArgs = { [K in keyof RoleInputs]?: pulumi.Input<RoleInputs[K]> };

/** The permissions of a role in `roles`, created only from the inputs that the role needs. */
export function permissionsOf(name: ServiceRole | UserRole, inputs: RoleInputArgs): pulumi.Output<Permission[]> {
  const { needs, permissions } = roleOf(name);
  const needed = pulumi.output(Object.fromEntries(needs.map((input) => [input, inputs[input]])));
  return (needed as unknown as pulumi.Output<RoleInputs>).apply(permissions);
}

/** A managed policy that several roles share, and the end of the name of its attachments. */
export interface SharedPolicy {
  name: string;
  policy: aws.iam.Policy;
}

/**
 * Grants a role its permissions, and attaches the policies that several roles share:
 * IAM limits the size of role policies.
 * The returned ARN is known only once the policies exist, because SageMaker uses a role immediately.
 */
export function grant(
  role: aws.iam.Role,
  name: string,
  permissions: pulumi.Input<Permission[]>,
  parent: pulumi.Resource,
  shared: SharedPolicy[] = [],
): pulumi.Output<string> {
  const attachments = shared.map(
    ({ name: end, policy }) => new aws.iam.RolePolicyAttachment(`${name}-${end}`, { role: role.name, policyArn: policy.arn }, { parent }),
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-policy`,
    { role: role.id, policy: pulumi.output(permissions).apply(policyDocumentOf) },
    // A statement that moves to a shared policy must never be missing.
    { parent, dependsOn: attachments },
  );
  return pulumi.all([role.arn, policy.id, ...attachments.map(({ id }) => id)]).apply(([arn]) => arn!);
}
