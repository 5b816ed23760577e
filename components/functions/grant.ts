// Grants the roles of functions their permissions.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Permission, policyDocumentOf } from "../aws/policy-document";

/** Grants a role its permissions. The returned ARN is known once the role has them: services check roles immediately. */
export function grantTo(
  role: aws.iam.Role,
  name: string,
  permissions: pulumi.Output<Permission[]>,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const policy = new aws.iam.RolePolicy(`${name}-policy`, { role: role.id, policy: permissions.apply(policyDocumentOf) }, { parent });
  return pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
}
