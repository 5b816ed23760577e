// Creates the roles of the engine.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../../aws/context";
import { type Permission, policyDocumentOf } from "../../aws/policy-document";
import { engineRolePath } from "../../aws/role-path";
import { engineTrust } from "./permissions";

export interface EngineRoleArgs {
  context: AwsContext;
  /** Name of the core stack. */
  hub: string;
  service: Parameters<typeof engineTrust>[1];
  description: string;
  boundaryArn: pulumi.Input<string>;
}

/** ARN pattern of a role of the engine, `arn:…:role/…/bank-hub-engine-runner-*`, for policies in other accounts. */
export const engineRoleArn = (context: AwsContext, hub: string, member: "parser" | "runner") =>
  `arn:${context.partition}:iam::${context.accountId}:role${engineRolePath(context, hub)}${hub}-engine-${member}-*`;

/** A role of the engine, still without permissions. */
export const createEngineRole = (name: string, { context, hub, service, ...args }: EngineRoleArgs, parent: pulumi.Resource) =>
  new aws.iam.Role(
    name,
    {
      path: engineRolePath(context, hub),
      description: args.description,
      assumeRolePolicy: engineTrust(context, service),
      permissionsBoundary: args.boundaryArn,
    },
    { parent },
  );

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
