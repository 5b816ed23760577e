import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../aws/context";
import { policyDocumentOf } from "../aws/policy-document";
import { type FeatureName } from "../network/catalogue";
import { createRole, grant, permissionsOf, type RoleInputArgs, type SharedPolicy } from "./create-role";
import { featureFactsOf, featurePermissions, hasPermissions } from "./feature-permissions";
import { type EnvironmentFacts, type PeopleNetwork } from "./permissions/facts";
import { createResources, isShared } from "./permissions/sagemaker";
import { rolePath, rolesAt } from "../aws/role-path";
import { roleOf, type ServiceRole, type SharedServiceRole, sharedServiceRoles } from "./roles";
import { type ExistingRoles, type FeatureSettings } from "./settings";
import { sagemakerTrust } from "./trust-policy";

/** ARN pattern for the roles of notebook instances that users launch from a product. */
export const notebookOwnerRoles = (context: AwsContext, environment: string) =>
  rolesAt(context, `${rolePath(context, environment)}${environment}-notebooks-`);

/** Facts about an environment. They are known once its network, keys and buckets exist. */
export type EnvironmentFactInputs = {
  [K in keyof EnvironmentFacts]: pulumi.Input<EnvironmentFacts[K] extends string[] ? pulumi.Input<string>[] : EnvironmentFacts[K]>;
};

export interface ServiceRolesArgs {
  context: AwsContext;
  /** `fraud-dev` */
  environment: string;
  /** Tags of the environment's resources. */
  tags: Record<string, string>;
  permissionsBoundaryArn: pulumi.Input<string>;
  facts: EnvironmentFactInputs;
  /** Where users can read SageMaker descriptions, logs and metrics. Applies to the page of Studio. */
  peopleNetwork: PeopleNetwork;
  /** From where Studio can open apps. */
  openApps: PeopleNetwork;
  /** Network features, which require additional permissions. */
  features: FeatureName[];
  /** Settings that widen the permissions for features. */
  featureSettings: FeatureSettings;
  existing: ExistingRoles;
  /** Users with their own execution role; empty if all users share one role. */
  users: string[];
  /** Names of notebook instances in the settings. In SageMaker, each name follows the name of the environment. */
  notebooks: string[];
  /** Users who can launch notebook instances from a product. Each has a role for all of them. */
  notebookOwners: { profile: string; person: string; namePattern: string }[];
}

/**
 * The roles that SageMaker assumes: execution, pipeline, model, and one for each notebook instance.
 * The execution role is shared, or each user has one, so CloudTrail identifies the user.
 * Key policies and bucket policies name the path of these roles.
 * Source: AWS "SageMaker Roles"; NIST SP 800-53 AC-6.
 */
export class ServiceRoles extends pulumi.ComponentResource {
  /**
   * Roles that exist once, `arn:…:role/…`.
   * With `users`, `execution` is for shared spaces and for users without their own execution role.
   */
  readonly arns: Record<SharedServiceRole, pulumi.Output<string>>;
  /** Execution roles by user; empty if all users share one role. */
  readonly userRoleArns: Record<string, pulumi.Output<string>>;
  /** Roles by notebook instance. */
  readonly notebookRoleArns: Record<string, pulumi.Output<string>>;
  /** Roles for notebook instances from a product, by profile. */
  readonly notebookOwnerRoleArns: Record<string, pulumi.Output<string>>;

  constructor(name: string, args: ServiceRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:identity:WorkRoles", name, {}, opts);
    const { context, environment, existing } = args;
    const path = rolePath(context, environment);
    const shared = this.createSharedPolicies(name, args);

    const create = (role: ServiceRole, holder?: string, kind: string = role) => {
      const { description, resources } = roleOf(role);
      const resource = [name, kind, holder].filter((part) => part !== undefined).join("-");
      return {
        resource,
        role: createRole(
          resource,
          {
            path,
            trust: sagemakerTrust(context, resources),
            permissionsBoundaryArn: args.permissionsBoundaryArn,
            description: description(environment, holder),
          },
          this,
        ),
      };
    };
    // All shared roles are created before the first policy, because the policies name these roles.
    const created = Object.fromEntries(
      sharedServiceRoles.filter((role) => existing[role] === undefined).map((role) => [role, create(role)]),
    );
    const arnOf = (role: SharedServiceRole) => pulumi.output(created[role]?.role.arn ?? existing[role]!);
    const inputs: RoleInputArgs = {
      context,
      facts: pulumi.output(args.facts) as pulumi.Output<EnvironmentFacts>,
      peopleNetwork: args.peopleNetwork,
      openApps: args.openApps,
      executionRoleArn: arnOf("execution"),
      pipelineRoleArn: arnOf("pipeline"),
      modelRoleArn: arnOf("model"),
    };
    const grantTo = (
      role: ServiceRole,
      { resource, role: resourceRole }: ReturnType<typeof create>,
      notebook: Pick<RoleInputArgs, "notebookName" | "notebookOwner"> = {},
    ) =>
      grant(
        resourceRole,
        resource,
        permissionsOf(role, { ...inputs, selfArn: resourceRole.arn, ...notebook }).apply((permissions) =>
          roleOf(role).usesFeatures ? permissions.filter((permission) => !isShared(permission)) : permissions,
        ),
        this,
        roleOf(role).usesFeatures ? shared : [],
      );

    this.arns = Object.fromEntries(
      sharedServiceRoles.map((role) => [role, created[role] ? grantTo(role, created[role]) : pulumi.output(existing[role]!)]),
    ) as typeof this.arns;
    this.userRoleArns = Object.fromEntries(args.users.map((user) => [user, grantTo("execution", create("execution", user))]));
    this.notebookRoleArns = Object.fromEntries(
      args.notebooks.map((notebook) => [
        notebook,
        grantTo("notebook", create("notebook", notebook), { notebookName: `${environment}-${notebook}` }),
      ]),
    );
    this.notebookOwnerRoleArns = Object.fromEntries(
      args.notebookOwners.map(({ profile, person, namePattern }) => [
        profile,
        grantTo("notebook", create("notebook", profile, "notebooks"), { notebookName: namePattern, notebookOwner: person }),
      ]),
    );
    this.registerOutputs();
  }

  /** The policies that the roles for Studio and notebook instances share. */
  private createSharedPolicies(name: string, args: ServiceRolesArgs): SharedPolicy[] {
    const { environment, existing, users, notebooks, notebookOwners, facts } = args;
    if (existing.execution !== undefined && users.length === 0 && notebooks.length + notebookOwners.length === 0) return [];
    const features = this.createFeaturePolicy(name, args);
    const work = new aws.iam.Policy(
      `${name}-work`,
      {
        description: `What users of ${environment} create and use in SageMaker`,
        policy: (pulumi.output(facts) as pulumi.Output<EnvironmentFacts>).apply((known) =>
          policyDocumentOf(createResources(known, args.peopleNetwork).filter(isShared)),
        ),
      },
      { parent: this },
    );
    return [...(features ? [{ name: "features", policy: features }] : []), { name: "work", policy: work }];
  }

  /** One policy with the permissions for all network features; undefined if no feature requires permissions. */
  private createFeaturePolicy(
    name: string,
    { context, environment, tags, facts, features, featureSettings }: ServiceRolesArgs,
  ): aws.iam.Policy | undefined {
    if (!hasPermissions(features)) return undefined;
    const settings = featureFactsOf(environment, featureSettings);
    const policy = (pulumi.output(facts.entranceVpcIds) as pulumi.Output<string[]>).apply((entranceVpcIds) =>
      policyDocumentOf(featurePermissions({ ...context, environment, tags, entranceVpcIds, ...settings }, features)),
    );
    const description = `What work in ${environment} may do besides SageMaker`;
    return new aws.iam.Policy(`${name}-features`, { description, policy }, { parent: this });
  }
}
