// Types for the input of the identity preflight, and for the lookup results.
import { type AwsContext } from "../aws/context";
import { type FeatureName } from "../network/catalogue";
import { type BoundaryCounts } from "./boundary";
import { type UserRole } from "./roles";
import { type ExistingRoles, type FeatureSettings, type GuardrailSettings, type PeopleSettings } from "./settings";

export interface IdentityRequest {
  context: AwsContext;
  /** User roles to create. */
  userRoles: readonly UserRole[];
  people: PeopleSettings;
  existing: ExistingRoles;
  /** Existing execution roles for single users, each with the setting that names the role. */
  profileRoles?: { setting: string; arn: string }[];
  /** Roles and users that are exempt from the perimeter, by setting. */
  exemptPrincipals?: { setting: string; arns: string[] }[];
  /** Permissions boundary that existing roles must have, `arn:…:policy/…`. */
  boundaryArn?: string;
  /** Inputs for the permissions boundary of an environment. */
  boundary?: {
    environment: string;
    guardrails: GuardrailSettings;
    /** Accounts from which roles can pull images, twelve digits each. */
    imageAccountIds: string[];
    /** Notebook instances. */
    notebooks: number;
  } & BoundaryCounts;
  /** Settings of network features, and the features of the network. Only environments have these settings. */
  features?: { chosen: readonly FeatureName[]; settings: FeatureSettings };
  /** The tags of an environment, which policies contain, and the setting that adds tags. */
  tagging?: { setting: string; environment: string; tags: Record<string, string> };
  /** Paths of the settings with their namespace, `cloister-environment:people`. */
  paths: { people: string; existing: string; instanceTypes: string; network?: string };
}

export interface FoundRole {
  arn: string;
  /** The trust policy, as JSON. */
  trust: string;
  boundaryArn: string;
}

/** What `lookupIdentity` found. An absent resource does not exist, or was not looked up. */
export interface IdentityFindings {
  /** Existing roles by ARN, as the settings name them. */
  roles: Partial<Record<string, FoundRole>>;
  /** Exempt principals that exist. */
  principals: string[];
  /** Existing users by ARN, with the value of the tag `cloister:role`. */
  users: Partial<Record<string, { role?: string }>>;
  samlProviderArn?: string;
  /** Names of the roles that IAM Identity Center created in the account. */
  permissionSetRoles: string[];
}
