import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../aws/context";
import { type Permission, policyDocumentOf } from "../aws/policy-document";
import { userRolePath } from "../aws/role-path";
import { createRole, grant, permissionsOf, type RoleInputArgs, type SharedPolicy } from "./create-role";
import { type EnvironmentFacts, type PeopleNetwork } from "./permissions/facts";
import { useProducts } from "./permissions/products";
import { userRoleName } from "./user-role-names";
import { coreUserRoles, environmentUserRoles, roleOf, type SharedServiceRole, type UserRole } from "./roles";
import { type EnvironmentFactInputs } from "./service-roles";
import { type ExistingRoles, type PeopleSettings } from "./settings";
import { switchRoleUrl, userRoleTrust } from "./trust-policy";

/**
 * What users of a role need: the role's ARN and name, and `switchRoleUrl`, a console link that switches to the role.
 */
type UserRoleOutputs = Record<string, pulumi.Output<string>>;

interface UserRoleArgs {
  context: AwsContext;
  people: PeopleSettings;
  /** Where users can read SageMaker descriptions, logs and metrics. */
  peopleNetwork: PeopleNetwork;
  permissionsBoundaryArn: pulumi.Input<string>;
}

function createUserRole(
  name: string,
  role: UserRole,
  permissions: pulumi.Input<Permission[]>,
  { context, people, permissionsBoundaryArn }: UserRoleArgs,
  parent: pulumi.Resource,
  shared: SharedPolicy[] = [],
): UserRoleOutputs {
  const resource = userRoleName(name, role);
  const path = userRolePath(context);
  const resourceRole = createRole(
    resource,
    {
      path,
      description: roleOf(role).description(name),
      trust: userRoleTrust(role, people, context),
      permissionsBoundaryArn,
      maxSessionDuration: people.sessionHours * 3600,
    },
    parent,
  );
  return {
    arn: grant(resourceRole, resource, permissions, parent, shared),
    name: resourceRole.name,
    switchRoleUrl: resourceRole.name.apply((roleName) => switchRoleUrl(context, { path, name: roleName }, `${name} ${role}`)),
  };
}

export interface UserRolesArgs extends UserRoleArgs {
  facts: EnvironmentFactInputs;
  existing: ExistingRoles;
  /** `d-…` */
  domainId: pulumi.Input<string>;
  /** Service roles that users can pass to SageMaker, `arn:…:role/…`. */
  serviceRoleArns: Record<SharedServiceRole, pulumi.Input<string>>;
  /** Roles of notebook instances, which users pass to SageMaker when they start an instance, `arn:…:role/…`. */
  notebookRoleArns: pulumi.Input<string>[];
  /** What data scientists can launch. */
  products?: {
    /** Products for every data scientist, `arn:…:product/…`. */
    productArns: pulumi.Input<string>[];
    /** Whether there are products for single data scientists. */
    hasOwnProducts: boolean;
    /** Roles of notebook instances that products create, as ARN patterns. */
    roleArns: string[];
  };
}

/**
 * The roles that users assume in one environment.
 * No user role reads data: users work on data in Studio and in jobs, under service roles.
 * Source: NIST SP 800-53 AC-5, AC-6, IA-2.
 */
export class UserRoles extends pulumi.ComponentResource {
  /** Outputs by role. If `signIn` is `none`, only existing roles. */
  readonly roles: Record<string, UserRoleOutputs> = {};

  constructor(name: string, args: UserRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:identity:People", name, {}, opts);
    const { existing, context, serviceRoleArns } = args;
    const inputs: RoleInputArgs = {
      context,
      facts: pulumi.output(args.facts) as pulumi.Output<EnvironmentFacts>,
      peopleNetwork: args.peopleNetwork,
      domainId: args.domainId,
      executionRoleArn: serviceRoleArns.execution,
      pipelineRoleArn: serviceRoleArns.pipeline,
      modelRoleArn: serviceRoleArns.model,
      notebookRoleArns: pulumi.all(args.notebookRoleArns),
    };
    for (const role of environmentUserRoles) {
      const existingArn = existing[role];
      if (existingArn !== undefined) this.roles[role] = { arn: pulumi.output(existingArn) };
      else if (args.people.signIn !== "none") {
        const shared = role === "data-scientist" && args.products ? [this.createProductPolicy(name, args, args.products)] : [];
        this.roles[role] = createUserRole(name, role, permissionsOf(role, inputs), args, this, shared);
      }
    }
    this.registerOutputs();
  }

  /** A managed policy, because IAM limits the size of inline policies. */
  private createProductPolicy(
    name: string,
    { facts, peopleNetwork }: UserRolesArgs,
    { productArns, ...products }: NonNullable<UserRolesArgs["products"]>,
  ): SharedPolicy {
    const policy = new aws.iam.Policy(
      `${name}-use-products`,
      {
        description: `Launches products of ${name}`,
        policy: pulumi
          .all([pulumi.output(facts) as pulumi.Output<EnvironmentFacts>, pulumi.all(productArns)])
          .apply(([known, arns]) => policyDocumentOf(useProducts({ ...known, ...products, productArns: arns }, peopleNetwork))),
      },
      { parent: this },
    );
    return { name: "products", policy };
  }
}

/** The roles that users assume in a hub. The administrator supports all environments, but reads no data. */
export class Administrator extends pulumi.ComponentResource {
  /** Outputs by role. */
  readonly roles: Record<string, UserRoleOutputs>;

  constructor(name: string, args: UserRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:identity:Administrator", name, {}, opts);
    const { context, peopleNetwork } = args;
    this.roles = Object.fromEntries(
      coreUserRoles.map((role) => [role, createUserRole(name, role, permissionsOf(role, { context, peopleNetwork }), args, this)]),
    );
    this.registerOutputs();
  }
}
