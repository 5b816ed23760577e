// Creates the roles of the engine.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../../aws/context";
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
