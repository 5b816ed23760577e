// What is in the way of roles, told before the first resource. Pure.
import { type BoundaryCounts, boundaryExcess, managedPolicyLimit } from "./boundary";
import { type ReplaceableRole, type ExistingRoles, type GuardrailSettings, type PeopleSettings } from "./settings";
import { arnsIn, type AwsContext } from "../aws/context";
import { type UserRole } from "./trust-policy";
import { trustAllows } from "../aws/trust-evaluation";

export interface IdentityRequest {
  context: AwsContext;
  /** Roles that people get. */
  userRoles: readonly UserRole[];
  people: PeopleSettings;
  existing: ExistingRoles;
  /** Roles that were brought for single people, and the settings. */
  profileRoles?: { at: string; arn: string }[];
  /** Roles and users that get through perimeters, by setting. */
  exemptPrincipals?: { at: string; arns: string[] }[];
  /** Boundary that brought roles have to carry, `arn:…:policy/…`. */
  boundaryArn?: string;
  /** Of an environment: what its boundary is made of. */
  boundary?: { environment: string; guardrails: GuardrailSettings } & BoundaryCounts;
  /** Where the settings are, with their namespace: `cloister-environment:people`. */
  paths: { people: string; existing: string; instanceTypes: string };
}

export interface FoundRole {
  arn: string;
  /** The trust policy, as JSON. */
  trust: string;
  boundaryArn: string;
}

/** What `lookAtRoles` found, by ARN as the settings have it. What is absent does not exist, or was not asked for. */
export interface IdentityFindings {
  roles: Partial<Record<string, FoundRole>>;
  /** Of those that get through perimeters, those that exist. */
  principals: string[];
  /** Users of `userArns` that exist. */
  userArns: string[];
  samlProviderArn?: string;
  /** Names of the roles that Identity Center has made in the account. */
  permissionSetRoles: string[];
}

const accountOf = (arn: string) => arn.split(":")[4];

/** A role that was brought, and what SageMaker does with it. */
interface ExistingRole {
  /** The setting, with its namespace. */
  at: string;
  arn: string;
  runs?: "Studio" | "pipelines" | "models";
}

const runs: Partial<Record<ReplaceableRole, ExistingRole["runs"]>> = { execution: "Studio", pipeline: "pipelines", model: "models" };

/** All roles that were brought. */
export const existingRolesOf = ({ existing, profileRoles = [], paths }: IdentityRequest): ExistingRole[] => [
  ...(Object.entries(existing) as [ReplaceableRole, string | undefined][]).flatMap(([role, arn]): ExistingRole[] =>
    arn === undefined ? [] : [{ at: `${paths.existing}.${role}`, arn, ...(runs[role] && { runs: runs[role] }) }],
  ),
  ...profileRoles.map((one): ExistingRole => ({ ...one, runs: "Studio" })),
];

function existingRoleProblems(request: IdentityRequest, { roles }: IdentityFindings): string[] {
  const { context, boundaryArn } = request;
  const service = "sagemaker.amazonaws.com";
  const askingFor = (resource: string) => ({ service, accountId: context.accountId, arn: arnsIn(context, "sagemaker", resource)[0]! });
  return existingRolesOf(request).flatMap(({ at, arn, runs: what }) => {
    const is = `'${at}' is ${arn}`;
    if (accountOf(arn) !== context.accountId)
      return [
        `${is}, a role of another account; roles have to be of ${context.accountId}. Name one of that account, or leave the setting out to get a role of ours.`,
      ];
    const found = roles[arn];
    if (!found) return [`${is}, which does not exist. Make it first, or leave the setting out to get a role of ours.`];
    const asking = askingFor(what === "pipelines" ? "pipeline/*" : "*");
    const assumed = what === undefined || trustAllows(found.trust, asking);
    return [
      ...(found.arn === arn ? [] : [`${is}; the role of that name is ${found.arn}. Write its whole ARN, with its path.`]),
      ...(assumed ? [] : [`${is}, which ${service} can't assume. Let it do so in the role's trust policy, for this account.`]),
      ...(what === "Studio" && assumed && !trustAllows(found.trust, { ...asking, action: "sts:SetSourceIdentity" })
        ? [`${is}, whose trust policy does not let ${service} say for whom it works. Add the action sts:SetSourceIdentity there.`]
        : []),
      // Buckets let the pipeline role through from SageMaker's network, and a job under it would have its credentials.
      ...(what === "pipelines" && trustAllows(found.trust, askingFor("training-job/*"))
        ? [
            `${is}, which jobs can run under as well as pipelines. Let ${service} assume it for pipelines only: in its trust policy, the condition ArnLike aws:SourceArn ${asking.arn}`,
          ]
        : []),
      ...(found.boundaryArn === boundaryArn
        ? []
        : [
            `${is}, whose permissions boundary is ${found.boundaryArn || "none"}; it has to be ${boundaryArn ?? "core's"}. Set it with: aws iam put-role-permissions-boundary --role-name ${arn.split("/").at(-1)} --permissions-boundary ${boundaryArn ?? "<core's permissionsBoundaryArn>"}`,
          ]),
    ];
  });
}

/** What is let through a perimeter has to be there, where that can be looked up: a name with a slip would let nobody through, and who is locked out finds out late. */
const exemptPrincipalProblems = ({ exemptPrincipals = [], context }: IdentityRequest, { principals }: IdentityFindings): string[] =>
  exemptPrincipals.flatMap(({ at, arns }) =>
    arns
      .filter((arn) => accountOf(arn) === context.accountId && !principals.includes(arn))
      .map((arn) => `'${at}' names ${arn}, which does not exist. Write the whole ARN of a role or user, with its path, or remove it.`),
  );

function signInProblems(request: IdentityRequest, found: IdentityFindings): string[] {
  const { people, context, paths, userRoles, existing } = request;
  const wanted = userRoles.filter((role) => !(role in existing) || existing[role as ReplaceableRole] === undefined);
  const at = (key: string) => `'${paths.people}.${key}'`;
  if (people.signIn === "saml") {
    const { samlProviderArn: arn } = people;
    if (arn === undefined)
      return [
        `${at("samlProviderArn")} is missing; signIn 'saml' needs the ARN of a SAML provider of this account. Set it, or choose another signIn.`,
      ];
    return found.samlProviderArn === arn
      ? []
      : [
          `${at("samlProviderArn")} is ${arn}, which does not exist in account ${context.accountId}. Make it first: aws iam create-saml-provider`,
        ];
  }
  if (people.signIn === "identity-center")
    return wanted.flatMap((role) => {
      const set = people.permissionSets[role];
      if (set === undefined)
        return [
          `${at(`permissionSets.${role}`)} is missing; signIn 'identity-center' needs a permission set for each role. Name one, or choose another signIn.`,
        ];
      const made = new RegExp(`^AWSReservedSSO_${set.replace(/[.+]/g, "\\$&")}_.{16}$`);
      return found.permissionSetRoles.some((name) => made.test(name))
        ? []
        : [
            `${at(`permissionSets.${role}`)} is '${set}', which is not assigned to account ${context.accountId}. Assign it there in Identity Center first.`,
          ];
    });
  if (people.signIn === "mfa")
    return people.userArns
      .filter((arn) => !found.userArns.includes(arn))
      .map((arn) =>
        accountOf(arn) === context.accountId
          ? `${at("userArns")} names ${arn}, which does not exist. Remove it, or make the user first.`
          : `${at("userArns")} names ${arn}, a user of another account; allowed are users of ${context.accountId}. For people from elsewhere choose signIn 'saml' or 'identity-center'.`,
      );
  return [];
}

function sizeProblems({ boundary, context, paths }: IdentityRequest): string[] {
  if (!boundary) return [];
  const { environment, guardrails, ...counts } = boundary;
  const excess = boundaryExcess(context, environment, guardrails, counts);
  return excess === 0
    ? []
    : [
        `'${paths.instanceTypes}' names ${counts.instanceTypes.length} types, which with ${counts.subnets} subnets${counts.roleArns.length > 0 ? ` and ${counts.roleArns.length} roles that were brought` : ""} make the permissions boundary ${excess} characters longer than the ${managedPolicyLimit} that IAM allows. Name fewer types.`,
      ];
}

/** All that is in the way of an environment's or core's roles, one line each. */
export const planIdentity = (request: IdentityRequest, found: IdentityFindings): string[] => [
  ...existingRoleProblems(request, found),
  ...exemptPrincipalProblems(request, found),
  ...signInProblems(request, found),
  ...sizeProblems(request),
];
