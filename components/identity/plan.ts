// Validates the roles and the sign-in of an environment or a core stack. Pure: makes no AWS calls.
import { arnsIn, type AwsContext } from "../aws/context";
import { type FeatureName } from "../network/catalogue";
import { trustAllows } from "../aws/trust-evaluation";
import { matchesWildcard } from "../aws/wildcard";
import { removeCommand, setCommand } from "../stack/fix-command";
import { type Planned, type Problem } from "../stack/preflight";
import { policySizeProblems, trustUses } from "./plan-sizes";
import { type FoundRole, type IdentityFindings, type IdentityRequest } from "./request";
import { type ReplaceableRole, roleOf, separatedRoles, type UserRole } from "./roles";
import { type PeopleSettings } from "./settings";
import { permissionSetRoleName, roleTag } from "./trust-policy";

/** An existing role, and the role created by Cloister that it replaces. */
interface ExistingRole {
  setting: string;
  arn: string;
  replaces: ReplaceableRole;
}

const service = "sagemaker.amazonaws.com";
const useManagedRole = "or remove the setting to use a role created by Cloister";

const accountOf = (arn: string) => arn.split(":")[4];

export const existingRolesOf = ({ existing, profileRoles = [], paths }: IdentityRequest): ExistingRole[] => [
  ...(Object.entries(existing) as [ReplaceableRole, string | undefined][]).flatMap(([replaces, arn]) =>
    arn === undefined ? [] : [{ setting: `${paths.existing}.${replaces}`, arn, replaces }],
  ),
  ...profileRoles.map((role): ExistingRole => ({ ...role, replaces: "execution" })),
];

/**
 * Problems with the trust policy of an existing role:
 * SageMaker must use the role exactly like the role it replaces.
 */
function trustTexts({ arn, replaces }: ExistingRole, trust: string, context: AwsContext): string[] {
  const { assumedBy, resources = "*", runs } = roleOf(replaces);
  if (assumedBy !== "sagemaker") return [];
  const requestFor = (resource: string) => ({ service, accountId: context.accountId, arn: arnsIn(context, "sagemaker", resource)[0]! });
  const request = requestFor(resources);
  const isAssumable = trustAllows(trust, request);
  return [
    ...(isAssumable
      ? []
      : [
          `must be a role that ${service} can assume (got ${arn}). Fix: allow it for account ${context.accountId} in the trust policy of the role`,
        ]),
    ...(runs === "Studio" && isAssumable && !trustAllows(trust, { ...request, action: "sts:SetSourceIdentity" })
      ? [
          `must be a role that allows ${service} to set the source identity (got ${arn}). Fix: add the action sts:SetSourceIdentity to its trust policy`,
        ]
      : []),
    // Bucket policies exempt the pipeline role from the network restriction, so jobs must not get its credentials.
    ...(resources !== "*" && trustAllows(trust, requestFor("training-job/*"))
      ? [
          `must be a role that jobs cannot run under (got ${arn}). Fix: in its trust policy, add the condition ArnLike aws:SourceArn ${request.arn}`,
        ]
      : []),
  ];
}

function existingRoleTexts(role: ExistingRole, found: FoundRole | undefined, { context, boundaryArn }: IdentityRequest): string[] {
  const { arn, setting } = role;
  if (accountOf(arn) !== context.accountId)
    return [`must be a role of account ${context.accountId} (got ${arn}). Fix: specify a role of that account, ${useManagedRole}`];
  if (!found) return [`must be an existing role (got ${arn}). Fix: create the role, ${useManagedRole}`];
  return [
    ...(found.arn === arn
      ? []
      : [`must be the complete ARN with its path, ${found.arn} (got ${arn}). Fix: ${setCommand(setting, found.arn)}`]),
    ...trustTexts(role, found.trust, context),
    ...(found.boundaryArn === boundaryArn
      ? []
      : [
          `must have the permissions boundary ${boundaryArn ?? "of the core stack"} (got ${arn} with ${found.boundaryArn || "none"}). ` +
            `Fix: aws iam put-role-permissions-boundary --role-name ${arn.split("/").at(-1)} --permissions-boundary ${boundaryArn ?? "<output permissionsBoundaryArn of the core stack>"}`,
        ]),
  ];
}

const existingRoleProblems = (request: IdentityRequest, { roles }: IdentityFindings): Problem[] =>
  existingRolesOf(request).flatMap((role) =>
    existingRoleTexts(role, roles[role.arn], request).map((text) => ({ setting: role.setting, text })),
  );

/**
 * A misspelled ARN exempts no principal, and the mistake would be noticed only in an emergency.
 * Principals in other accounts cannot be looked up.
 */
const exemptPrincipalProblems = ({ exemptPrincipals = [], context }: IdentityRequest, { principals }: IdentityFindings): Problem[] =>
  exemptPrincipals.flatMap(({ setting, arns }) =>
    arns
      .filter((arn) => accountOf(arn) === context.accountId && !principals.includes(arn))
      .map((arn) => ({
        setting,
        text: `must specify existing roles or users (got ${arn}). Fix: specify the complete ARN with its path, or remove ${arn}`,
      })),
  );

type SignInCheck = (request: IdentityRequest, findings: IdentityFindings) => Problem[];

const samlProblems: SignInCheck = ({ people, context, paths }, { samlProviderArn }) => {
  const setting = `${paths.people}.samlProviderArn`;
  const { samlProviderArn: arn } = people;
  if (arn === undefined)
    return [
      {
        setting,
        text: `is missing. It is required because '${paths.people}.signIn' is saml. Fix: ${setCommand(setting, "<ARN of a SAML provider>")}`,
      },
    ];
  if (samlProviderArn === arn) return [];
  return [
    {
      setting,
      text: `must be an existing SAML provider of account ${context.accountId} (got ${arn}). Fix: create it with: aws iam create-saml-provider`,
    },
  ];
};

/** User roles that Cloister creates. */
const createdUserRoles = ({ userRoles, existing }: IdentityRequest) =>
  userRoles.filter((role) => (existing as Partial<Record<UserRole, string>>)[role] === undefined);

/** Separated roles that Cloister creates, each with the settings that it shares with an earlier separated role. */
function sharedBetweenRoles(request: IdentityRequest, valuesOf: (role: UserRole) => readonly string[]) {
  const separated = createdUserRoles(request).filter((role) => (separatedRoles as readonly UserRole[]).includes(role));
  return separated.flatMap((role, i) =>
    separated
      .slice(0, i)
      .flatMap((other) => valuesOf(role).flatMap((value) => (valuesOf(other).includes(value) ? [{ role, other, value }] : []))),
  );
}

const identityCenterProblems: SignInCheck = (request, { permissionSetRoles }) => {
  const { people, context, paths } = request;
  return [
    ...sharedBetweenRoles(request, (role) => [people.permissionSets[role] ?? []].flat()).map(({ role, other, value }) => ({
      setting: `${paths.people}.permissionSets.${role}`,
      text: `must not be the permission set of '${other}', because no user can hold both roles (got '${value}'). Fix: create another permission set`,
    })),
    ...createdUserRoles(request).flatMap((role) => {
      const setting = `${paths.people}.permissionSets.${role}`;
      const permissionSet = people.permissionSets[role];
      if (permissionSet === undefined)
        return [
          {
            setting,
            text: `is missing. It is required because '${paths.people}.signIn' is identity-center. Fix: ${setCommand(setting, "<name of a permission set>")}`,
          },
        ];
      if (permissionSetRoles.some((name) => matchesWildcard(permissionSetRoleName(permissionSet), name))) return [];
      return [
        {
          setting,
          text: `must be a permission set that is assigned to account ${context.accountId} (got '${permissionSet}'). Fix: assign it in IAM Identity Center`,
        },
      ];
    }),
  ];
};

/** Lists of users by the path of their setting. */
const userLists = ({ people, paths }: IdentityRequest) => [
  { setting: `${paths.people}.userArns`, arns: people.userArns },
  ...Object.entries(people.users).map(([role, arns]) => ({ setting: `${paths.people}.users.${role}`, arns })),
];

const unknownUserProblems: SignInCheck = (request, { users }) =>
  userLists(request).flatMap(({ setting, arns }) =>
    arns
      .filter((arn) => users[arn] === undefined)
      .map((arn) => ({
        setting,
        text:
          accountOf(arn) === request.context.accountId
            ? `must specify existing users (got ${arn}). Fix: create the user, or remove ${arn} from the list`
            : `must specify users of account ${request.context.accountId} (got ${arn}). Fix: remove ${arn} from the list, or set signIn to saml or identity-center`,
      })),
  );

/** Problems if the settings list users by role. */
function usersByRoleProblems(request: IdentityRequest): Problem[] {
  const { people, paths } = request;
  const usersOf = (role: UserRole) => people.users[role] ?? [];
  return [
    ...createdUserRoles(request)
      .filter((role) => usersOf(role).length === 0)
      .map((role) => ({
        setting: `${paths.people}.users.${role}`,
        text: `is missing. It is required because '${paths.people}.users' lists users of other roles. Fix: ${setCommand(`${paths.people}.users.${role}[0]`, "<ARN of a user>")}`,
      })),
    ...sharedBetweenRoles(request, usersOf).map(({ role, other, value }) => ({
      setting: `${paths.people}.users.${role}`,
      text: `must not list a user of '${other}', because no user can hold both roles (got ${value}). Fix: remove the user from one list`,
    })),
    ...(people.userArns.length === 0
      ? []
      : [
          {
            setting: `${paths.people}.userArns`,
            text: `must be empty if '${paths.people}.users' lists users (got ${people.userArns.join(", ")}). Fix: ${removeCommand(`${paths.people}.userArns`)}`,
          },
        ]),
  ];
}

/** A user without the tag cannot assume any of the separated roles. */
const untaggedUserProblems: SignInCheck = (request, { users }) =>
  createdUserRoles(request).some((role) => roleOf(role).isSeparated)
    ? request.people.userArns
        .filter((arn) => users[arn] !== undefined && !(request.userRoles as readonly string[]).includes(users[arn].role ?? ""))
        .map((arn) => ({
          setting: `${request.paths.people}.userArns`,
          text:
            `must specify users with the tag '${roleTag}' (got ${arn} with ${users[arn]!.role ?? "none"}). ` +
            `Fix: aws iam tag-user --user-name ${arn.split("/").at(-1)} --tags Key=${roleTag},Value=<${request.userRoles.join("|")}>, or list the users in '${request.paths.people}.users'`,
        }))
    : [];

const mfaProblems: SignInCheck = (request, findings) => [
  ...unknownUserProblems(request, findings),
  ...(Object.values(request.people.users).some((arns) => arns.length > 0)
    ? usersByRoleProblems(request)
    : untaggedUserProblems(request, findings)),
];

const signInChecks: Record<PeopleSettings["signIn"], SignInCheck> = {
  saml: samlProblems,
  "identity-center": identityCenterProblems,
  mfa: mfaProblems,
  none: () => [],
};

/** The feature that each setting belongs to. */
const settingFeatures = { writableRepositories: "connections", glueDatabases: "analytics" } as const;

/** Settings that require a feature have no effect without it. */
const featureProblems = ({ features, paths }: IdentityRequest): Problem[] =>
  (Object.entries(settingFeatures) as [keyof typeof settingFeatures, FeatureName][]).flatMap(([key, feature]) => {
    const values = features?.settings[key] ?? [];
    if (features === undefined || values.length === 0 || features.chosen.includes(feature)) return [];
    const text = `requires the feature '${feature}' (got ${values.join(", ")}). Fix: add '${feature}' to features, or remove ${key}`;
    return [{ setting: `${paths.network}.${key}`, text }];
  });

/** All problems with roles and sign-in. No plan is needed, because roles are created from the settings. */
export const planIdentity = (request: IdentityRequest, findings: IdentityFindings): Planned<undefined> => ({
  plan: undefined,
  problems: [
    ...existingRoleProblems(request, findings),
    ...exemptPrincipalProblems(request, findings),
    ...signInChecks[request.people.signIn](request, findings),
    ...featureProblems(request),
    ...policySizeProblems(request),
  ],
  quotaUses: trustUses(request),
});
