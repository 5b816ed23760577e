import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../aws/context";
import { type Permission } from "../aws/policy-document";
import { createRole, grant } from "./create-role";
import {
  administratorPermissions,
  type EnvironmentFacts,
  lifecyclePermissions,
  dataScientistPermissions,
  teamAdministratorPermissions,
  type ServiceRoleArns,
} from "./permissions";
import { rolePath } from "./role-path";
import { type EnvironmentFactInputs } from "./service-roles";
import { type ReplaceableRole, type ExistingRoles, type PeopleSettings } from "./settings";
import { userRoleTrust, type UserRole, switchRoleUrl } from "./trust-policy";

/** What people are told of a role: ARN, name, and a link that changes to it in the console. */
export interface UserRoleOutputs {
  arn: pulumi.Output<string>;
  name: pulumi.Output<string>;
  switchRoleUrl: pulumi.Output<string>;
}

interface UserRoleArgs {
  context: AwsContext;
  people: PeopleSettings;
  permissionsBoundaryArn: pulumi.Input<string>;
}

const userRoleDescriptions: Record<UserRole, string> = {
  "data-science-administrator": "Cares for all environments of the hub; reads no data",
  "team-administrator": "Sees all, approves models, ends what runs; builds nothing and reads no data",
  "data-scientist": "Opens Studio, trains and registers models; never approves",
  lifecycle: "Ends what runs, before a change or the end of the environment",
};

/** Short forms for names of resources, where that of the role would be too long for IAM behind the longest name of a hub. */
const inNames: Partial<Record<UserRole, string>> = { "data-science-administrator": "ds-admin" };

function createUserRole(
  name: string,
  role: UserRole,
  path: string,
  permissions: pulumi.Input<Permission[]>,
  { context, people, permissionsBoundaryArn }: UserRoleArgs,
  parent: pulumi.Resource,
): UserRoleOutputs {
  const resource = `${name}-${inNames[role] ?? role}`;
  const made = createRole(
    resource,
    {
      path,
      description: userRoleDescriptions[role],
      trust: userRoleTrust(role, people, context),
      permissionsBoundaryArn,
      maxSessionDuration: people.sessionHours * 3600,
    },
    parent,
  );
  return {
    arn: grant(made, resource, permissions, parent),
    name: made.name,
    switchRoleUrl: made.name.apply((roleName) => switchRoleUrl(context, { path, name: roleName }, `${name} ${role}`)),
  };
}

export interface UserRolesArgs extends UserRoleArgs {
  environment: string;
  facts: EnvironmentFactInputs;
  existing: ExistingRoles;
  /** `d-…` */
  domainId: pulumi.Input<string>;
  /** Roles that work is handed to, `arn:…:role/…`. */
  roles: { [K in keyof ServiceRoleArns]: pulumi.Input<ServiceRoleArns[K]> };
}

/**
 * Roles that people take on: the team's administrator, who approves; data scientists, who build and never approve; and whoever ends what runs.
 * None reads data: that is done in Studio and by jobs, under the roles of those.
 * Source: NIST SP 800-53 AC-5, AC-6, IA-2.
 */
export class UserRoles extends pulumi.ComponentResource {
  /** By role; without `signIn`, only those that were brought. */
  readonly roles: Record<string, Record<string, pulumi.Output<string>>> = {};

  constructor(name: string, args: UserRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:identity:People", name, {}, opts);
    const { existing, environment, context } = args;
    const known = pulumi.all([
      pulumi.output(args.facts) as pulumi.Output<EnvironmentFacts>,
      args.domainId,
      pulumi.output(args.roles) as pulumi.Output<ServiceRoleArns>,
    ]);
    const permissions: Record<
      Exclude<UserRole, "data-science-administrator">,
      (facts: EnvironmentFacts, domainId: string, roles: ServiceRoleArns) => Permission[]
    > = {
      "team-administrator": teamAdministratorPermissions,
      "data-scientist": dataScientistPermissions,
      lifecycle: lifecyclePermissions,
    };
    for (const role of Object.keys(permissions) as (keyof typeof permissions)[]) {
      const brought = existing[role as ReplaceableRole];
      if (brought !== undefined) this.roles[role] = { arn: pulumi.output(brought) };
      else if (args.people.signIn !== "none")
        this.roles[role] = {
          ...createUserRole(
            name,
            role,
            rolePath(context, environment, "people"),
            known.apply(([facts, domainId, roles]) => permissions[role](facts, domainId, roles)),
            args,
            this,
          ),
        };
    }
    this.registerOutputs();
  }
}

/** The administrator of data science in a hub: cares for all environments, reads no data and gives no rights. */
export class Administrator extends pulumi.ComponentResource {
  readonly role: UserRoleOutputs;

  constructor(name: string, args: UserRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:identity:Administrator", name, {}, opts);
    const role = "data-science-administrator";
    this.role = createUserRole(
      name,
      role,
      `/cloister/${args.context.region}/${name}/hub/`,
      administratorPermissions(args.context),
      args,
      this,
    );
    this.registerOutputs();
  }
}
