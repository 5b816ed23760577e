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
  perimeter: pulumi.Input<Perimeter>;
}

/**
 * The role with which AWS Service Catalog launches, updates and terminates one product. It has its own permissions boundary, with
 * the strict guardrails of every profile.
 * Source: AWS Service Catalog "Launch constraints"; NIST SP 800-53 AC-6.
 */
export class LaunchRole extends pulumi.ComponentResource {
  /** `arn:…:role/…`. Known once the role has its permissions. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: LaunchRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:identity:LaunchRole", `${name}-launch-${args.product}`, {}, opts);
    const { context, environment, product } = args;
    const resource = `${name}-launch-${product}`;
    const boundary = new aws.iam.Policy(
      `${resource}-boundary`,
      {
        description: `The most that launches of the product ${product} in ${environment} can do`,
        policy: pulumi.output(args.perimeter).apply((perimeter) => policyDocumentOf(launchBoundary(context, environment, perimeter))),
      },
      { parent: this },
    );
    const role = createRole(
      resource,
      {
        path: launchRolePath(context, environment),
        description: `Launches the product ${product} in ${environment}`,
        trust: serviceCatalogTrust(context),
        permissionsBoundaryArn: boundary.arn,
      },
      this,
    );
    this.arn = grant(role, resource, args.permissions, this);
    this.registerOutputs({ arn: this.arn });
  }
}
