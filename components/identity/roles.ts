// Defines every role that Cloister creates for SageMaker and for users. Settings, trust policies, components,
// validation and documentation are derived from these definitions. Pure.
import { type Permission } from "../aws/policy-document";
import { type RoleInputs } from "./permissions/facts";
import { environmentModelPermissions, executionPermissions, notebookPermissions, pipelinePermissions } from "./permissions/service-roles";
import {
  administratorPermissions,
  dataScientistPermissions,
  lifecyclePermissions,
  teamAdministratorPermissions,
} from "./permissions/user-roles";

interface RoleRow {
  /** Purpose of the role, for the documentation. */
  about: string;
  /** Description in IAM. `holder` is the user or notebook instance, if each of them has its own role. */
  description: (environment: string, holder?: string) => string;
  assumedBy: "sagemaker" | "users";
  /** SageMaker resources that can run under the role: all, or one type. */
  resources?: "*" | "pipeline/*";
  /** Whether each environment has the role, or each hub. */
  scope: "environment" | "hub";
  /** Whether `existingRoles` can name an existing role to use instead. */
  canBeSupplied: boolean;
  /** The kind of resource that has one role for each instance. If not set, the role exists once. */
  oneFor?: "notebook instance";
  /** What SageMaker runs under the role. */
  runs?: "Studio" | "notebook instances" | "pipelines" | "models";
  /** Whether no user of this role can be a user of another role with this property (separation of duties). */
  isSeparated?: true;
  /** Whether the role has the permissions for network features, such as Git or Athena. */
  usesFeatures?: true;
  /** Short name of the role in resource names. The full name with the longest hub name would exceed the IAM limit. */
  shortName?: string;
}

/** Defines a role with the inputs that its permissions are created from. */
const role = <const R extends RoleRow, N extends keyof RoleInputs>(
  row: R & { needs: readonly N[]; permissions: (inputs: Pick<RoleInputs, N>) => Permission[] },
) => row as R & { needs: readonly N[]; permissions: (inputs: RoleInputs) => Permission[] };

export const roles = {
  execution: role({
    about: "Studio, and jobs started in Studio. Assumed by SageMaker.",
    description: (environment, user) => `${user ?? "People"} in Studio of ${environment}, and their jobs`,
    assumedBy: "sagemaker",
    resources: "*",
    scope: "environment",
    canBeSupplied: true,
    runs: "Studio",
    usesFeatures: true,
    needs: ["facts", "peopleNetwork", "openApps", "selfArn", "pipelineRoleArn", "modelRoleArn"],
    permissions: executionPermissions,
  }),
  notebook: role({
    about: "One notebook instance. Assumed by SageMaker.",
    description: (environment, notebook) => `Notebook instance ${notebook} of ${environment}`,
    assumedBy: "sagemaker",
    resources: "*",
    scope: "environment",
    canBeSupplied: false,
    oneFor: "notebook instance",
    runs: "notebook instances",
    usesFeatures: true,
    needs: ["facts", "peopleNetwork", "selfArn", "pipelineRoleArn", "modelRoleArn", "notebookName", "notebookOwner"],
    permissions: notebookPermissions,
  }),
  pipeline: role({
    about: "SageMaker Pipelines: starts the steps, which run under the execution role. Assumed by SageMaker.",
    description: (environment) => `Pipelines of ${environment}`,
    assumedBy: "sagemaker",
    // Bucket policies exempt this role from the network restriction.
    // A job under this role would give the role's credentials to the author of the job.
    resources: "pipeline/*",
    scope: "environment",
    canBeSupplied: true,
    runs: "pipelines",
    needs: ["facts", "executionRoleArn", "modelRoleArn"],
    permissions: pipelinePermissions,
  }),
  model: role({
    about: "Model endpoints. Assumed by SageMaker.",
    description: (environment) => `Models of ${environment} that answer requests`,
    assumedBy: "sagemaker",
    resources: "*",
    scope: "environment",
    canBeSupplied: true,
    runs: "models",
    needs: ["facts"],
    permissions: environmentModelPermissions,
  }),
  "team-administrator": role({
    about: "Users who approve models.",
    isSeparated: true,
    description: () => "Sees all, approves models, ends what runs; builds nothing and reads no data",
    assumedBy: "users",
    scope: "environment",
    canBeSupplied: true,
    needs: ["facts", "peopleNetwork", "domainId"],
    permissions: teamAdministratorPermissions,
  }),
  "data-scientist": role({
    about: "Users who build models.",
    isSeparated: true,
    description: () => "Opens Studio, trains and registers models; never approves",
    assumedBy: "users",
    scope: "environment",
    canBeSupplied: true,
    needs: ["facts", "peopleNetwork", "domainId", "executionRoleArn", "pipelineRoleArn", "modelRoleArn", "notebookRoleArns"],
    permissions: dataScientistPermissions,
  }),
  lifecycle: role({
    about: "Stops workloads before a change or the deletion of the environment.",
    description: () => "Ends what runs, before a change or the end of the environment",
    assumedBy: "users",
    scope: "environment",
    canBeSupplied: true,
    needs: ["facts", "peopleNetwork", "domainId"],
    permissions: lifecyclePermissions,
  }),
  "data-science-administrator": role({
    about: "In the core stack: administers all environments of the hub.",
    description: () => "Cares for all environments of the hub; reads no data",
    assumedBy: "users",
    scope: "hub",
    canBeSupplied: false,
    shortName: "ds-admin",
    needs: ["context", "peopleNetwork"],
    permissions: administratorPermissions,
  }),
};

type Roles = typeof roles;
type NamesOf<Match> = { [Name in keyof Roles]: Roles[Name] extends Match ? Name : never }[keyof Roles];
const namesOf = <Match extends Partial<RoleRow>>(match: Match) =>
  (Object.keys(roles) as (keyof Roles)[]).filter((name) =>
    Object.entries(match).every(([key, value]) => (roles[name] as RoleRow)[key as keyof RoleRow] === value),
  ) as NamesOf<Match>[];

export const serviceRoles = namesOf({ assumedBy: "sagemaker" } as const);
export const userRoles = namesOf({ assumedBy: "users" } as const);
export const environmentUserRoles = namesOf({ assumedBy: "users", scope: "environment" } as const);
export const coreUserRoles = namesOf({ assumedBy: "users", scope: "hub" } as const);
/** Roles that `existingRoles` can replace. */
export const replaceableRoles = namesOf({ canBeSupplied: true } as const);
/** Service roles that exist once in an environment. */
export const sharedServiceRoles = namesOf({ assumedBy: "sagemaker", canBeSupplied: true } as const);

export type ServiceRole = (typeof serviceRoles)[number];
export type UserRole = (typeof userRoles)[number];
export type ReplaceableRole = (typeof replaceableRoles)[number];
export type SharedServiceRole = (typeof sharedServiceRoles)[number];

/** Roles that no user can combine: the roles that build models, and the roles that approve them. */
export const separatedRoles = namesOf({ isSeparated: true } as const);

/** The definition of a role by its name. */
export const roleOf = (
  name: keyof Roles,
): RoleRow & { needs: readonly (keyof RoleInputs)[]; permissions: (inputs: RoleInputs) => Permission[] } => roles[name];
