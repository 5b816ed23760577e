import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../aws/context";
import { type Permission, policyDocumentOf } from "../aws/policy-document";
import { launchRolePath } from "../aws/role-path";
import { launchBoundary } from "./boundary";
import { createRole, grant } from "./create-role";
import { type Perimeter } from "./guardrails";
import { serviceCatalogTrust } from "./trust-policy";

export interface LaunchRoleArgs {
  context: AwsContext;
  /** `fraud-dev` */
  environment: string;
  /** Product that the role launches, `notebook`. Part of the role's name. */
  product: string;
  permissions: pulumi.Input<Permission[]>;
  /** Limits of the role's own permissions boundary, or the boundary of several launch roles. */
  boundary: { perimeter: pulumi.Input<Perimeter> } | LaunchBoundary;
}

export interface LaunchBoundaryArgs {
  context: AwsContext;
  /** `fraud-dev` */
  environment: string;
  /** What the roles launch, for the description. */
  about: string;
  perimeter: pulumi.Input<Perimeter>;
  /** Existing roles that launch roles pass to SageMaker, `arn:…:role/…`. */
  existingRoleArns?: string[];
}

/** The permissions boundary of launch roles, with the strict guardrails of every profile. */
export class LaunchBoundary extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: LaunchBoundaryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:identity:LaunchBoundary", name, {}, opts);
    this.arn = createBoundary(name, args, this);
    this.registerOutputs({ arn: this.arn });
  }
}

const createBoundary = (
  name: string,
  { context, environment, about, perimeter, existingRoleArns = [] }: LaunchBoundaryArgs,
  parent: pulumi.Resource,
) =>
  new aws.iam.Policy(
    `${name}-boundary`,
    {
      description: `The most that launches of ${about} in ${environment} can do`,
      policy: pulumi.output(perimeter).apply((known) => policyDocumentOf(launchBoundary(context, environment, known, existingRoleArns))),
    },
    { parent },
  ).arn;

/**
 * The role with which AWS Service Catalog launches, updates and terminates one product. Its permissions boundary has the
 * strict guardrails of every profile.
 * Source: AWS Service Catalog "Launch constraints"; NIST SP 800-53 AC-6.
 */
export class LaunchRole extends pulumi.ComponentResource {
  /** `arn:…:role/…`. Known once the role has its permissions. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: LaunchRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:identity:LaunchRole", `${name}-launch-${args.product}`, {}, opts);
    const { context, environment, product } = args;
    const resource = `${name}-launch-${product}`;
    const permissionsBoundaryArn =
      args.boundary instanceof LaunchBoundary
        ? args.boundary.arn
        : createBoundary(resource, { context, environment, about: `the product ${product}`, ...args.boundary }, this);
    const role = createRole(
      resource,
      {
        path: launchRolePath(context, environment),
        description: `Launches the product ${product} in ${environment}`,
        trust: serviceCatalogTrust(context),
        permissionsBoundaryArn,
      },
      this,
    );
    this.arn = grant(role, resource, args.permissions, this);
    this.registerOutputs({ arn: this.arn });
  }
}
