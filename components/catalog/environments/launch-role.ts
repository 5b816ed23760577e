import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../../aws/context";
import { policyDocumentOf } from "../../aws/policy-document";
import { environmentLaunchBoundaryName } from "../engine/names";
import {
  environmentLaunchBoundary,
  environmentLaunchPolicies,
  environmentLaunchPolicyNames,
  environmentLaunchTrust,
} from "../../identity/permissions/environment-launch";

/** Name of the launch role in every account, which the launch constraint names. `hub` is the name of the core stack of the engine. */
export const environmentLaunchRoleName = (hub: string) => `${hub}-environment-launch`;

/** Known before the role exists. A launch constraint names a role without a path, so the role has none. */
export const environmentLaunchRoleArn = ({ partition, accountId }: AwsContext, hub: string) =>
  `arn:${partition}:iam::${accountId}:role/${environmentLaunchRoleName(hub)}`;

export interface EnvironmentLaunchRoleArgs {
  context: AwsContext;
  /** Name of the core stack in the account of the role. */
  core: string;
  /** Role of the build that deploys environments, an ARN or an ARN pattern. Can be in another account. */
  runnerRoleArn: pulumi.Input<string>;
  /** Roles of the engine that only read versions of the product, ARNs or ARN patterns. */
  readerRoleArns: pulumi.Input<string>[];
  /** Permissions boundary of the core stack, `arn:…:policy/…`. */
  hubBoundaryArn: pulumi.Input<string>;
}

/**
 * The role with which the engine deploys, changes and destroys environments. Each session can use only the resources of the
 * environment in its session tag. `hub` is the name of the core stack of the engine.
 * Source: AWS Service Catalog "Launch constraints"; NIST SP 800-53 AC-6.
 */
export class EnvironmentLaunchRole extends pulumi.ComponentResource {
  /** `arn:…:role/…`. Known once the role has its permissions. */
  readonly arn: pulumi.Output<string>;

  constructor(hub: string, args: EnvironmentLaunchRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    const name = environmentLaunchRoleName(hub);
    super("cloister:catalog:EnvironmentLaunchRole", name, {}, opts);
    const childOptions = { parent: this };
    const facts = pulumi.output(args.hubBoundaryArn).apply((hubBoundaryArn) => ({ ...args.context, roleName: name, hubBoundaryArn }));
    const boundary = new aws.iam.Policy(
      environmentLaunchBoundaryName(name),
      {
        description: "The most that deployments of environments from the catalog can do",
        policy: facts.apply((known) => policyDocumentOf(environmentLaunchBoundary(known))),
      },
      childOptions,
    );
    const role = new aws.iam.Role(
      name,
      {
        name,
        description: "Deploys, changes and destroys environments of the catalog",
        assumeRolePolicy: pulumi
          .all([args.runnerRoleArn, pulumi.all(args.readerRoleArns)])
          .apply(([runnerRoleArn, readerRoleArns]) =>
            environmentLaunchTrust(args.context, { core: args.core, runnerRoleArn, readerRoleArns }),
          ),
        permissionsBoundary: boundary.arn,
      },
      childOptions,
    );
    const attachments = environmentLaunchPolicyNames.map((use) => {
      const policy = new aws.iam.Policy(
        `${name}-${use}`,
        {
          description: `Deploys environments of the catalog: ${use}`,
          policy: facts.apply((known) => policyDocumentOf(environmentLaunchPolicies(known)[use])),
        },
        childOptions,
      );
      return new aws.iam.RolePolicyAttachment(`${name}-${use}`, { role: role.name, policyArn: policy.arn }, childOptions);
    });
    this.arn = pulumi.all([role.arn, ...attachments.map(({ id }) => id)]).apply(([arn]) => arn!);
    this.registerOutputs({ arn: this.arn });
  }
}
