// What is in the way of roles, told before the first resource. Pure.
import { boundaryExcess, managedPolicyLimit } from "./boundary";
import { type Bringable, type ExistingRoles, type GuardrailSettings, type PeopleSettings } from "./settings";
import { type Place, type Statement } from "./statement";
import { type PersonRole } from "./trust";

export interface IdentityRequest {
  place: Place;
  /** Roles that people get. */
  personRoles: readonly PersonRole[];
  people: PeopleSettings;
  existing: ExistingRoles;
  /** Boundary that brought roles have to carry, `arn:…:policy/…`. */
  boundaryArn?: string;
  /** Of an environment: what its boundary is made of. */
  boundary?: { environment: string; guardrails: GuardrailSettings; subnets: number; groups: number; instanceTypes: string[] };
  /** Where the settings are, with their namespace: `cloister-environment:people`. */
  paths: { people: string; existing: string; instanceTypes: string };
}

export interface FoundRole {
  arn: string;
  /** The trust policy, as JSON. */
  trust: string;
  boundaryArn: string;
}

/** What `lookAtRoles` found. What is absent does not exist, or was not asked for. */
export interface IdentityFindings {
  roles: Partial<Record<Bringable, FoundRole>>;
  /** Users of `userArns` that exist. */
  userArns: string[];
  samlProviderArn?: string;
  /** Names of the roles that Identity Center has made in the account. */
  permissionSetRoles: string[];
}

const accountOf = (arn: string) => arn.split(":")[4];

/** Whether a trust policy lets a service take on the role. */
export function trusts(trust: string, service: string): boolean {
  const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
  const { Statement: found } = JSON.parse(trust) as { Statement: Statement | Statement[] };
  const about = (statement: Statement) => typeof statement.Principal === "object" && listed(statement.Principal.Service).includes(service);
  const statements = (Array.isArray(found) ? found : [found]).filter(about);
  const assumes = ({ Action }: Statement) => listed(Action).some((action) => ["sts:AssumeRole", "sts:*", "*"].includes(String(action)));
  return (
    statements.some((one) => one.Effect === "Allow" && assumes(one)) && !statements.some((one) => one.Effect === "Deny" && assumes(one))
  );
}

const forSageMaker = new Set<Bringable>(["execution", "pipeline", "model"]);

function existingProblems({ existing, place, boundaryArn, paths }: IdentityRequest, { roles }: IdentityFindings): string[] {
  return (Object.entries(existing) as [Bringable, string | undefined][]).flatMap(([role, arn]) => {
    if (arn === undefined) return [];
    const is = `'${paths.existing}.${role}' is ${arn}`;
    if (accountOf(arn) !== place.accountId)
      return [
        `${is}, a role of another account; roles have to be of ${place.accountId}. Name one of that account, or leave the setting out to get a role of ours.`,
      ];
    const found = roles[role];
    if (!found) return [`${is}, which does not exist. Make it first, or leave the setting out to get a role of ours.`];
    return [
      ...(found.arn === arn ? [] : [`${is}; the role of that name is ${found.arn}. Write its whole ARN, with its path.`]),
      ...(forSageMaker.has(role) && !trusts(found.trust, "sagemaker.amazonaws.com")
        ? [`${is}, which sagemaker.amazonaws.com can't assume. Let it do so in the role's trust policy.`]
        : []),
      ...(found.boundaryArn === boundaryArn
        ? []
        : [
            `${is}, whose permissions boundary is ${found.boundaryArn || "none"}; it has to be ${boundaryArn ?? "core's"}. Set it with: aws iam put-role-permissions-boundary --role-name ${arn.split("/").at(-1)} --permissions-boundary ${boundaryArn ?? "<core's permissionsBoundaryArn>"}`,
          ]),
    ];
  });
}

function signInProblems(request: IdentityRequest, found: IdentityFindings): string[] {
  const { people, place, paths, personRoles, existing } = request;
  const wanted = personRoles.filter((role) => !(role in existing) || existing[role as Bringable] === undefined);
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
          `${at("samlProviderArn")} is ${arn}, which does not exist in account ${place.accountId}. Make it first: aws iam create-saml-provider`,
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
            `${at(`permissionSets.${role}`)} is '${set}', which is not assigned to account ${place.accountId}. Assign it there in Identity Center first.`,
          ];
    });
  if (people.signIn === "mfa")
    return people.userArns
      .filter((arn) => !found.userArns.includes(arn))
      .map((arn) =>
        accountOf(arn) === place.accountId
          ? `${at("userArns")} names ${arn}, which does not exist. Remove it, or make the user first.`
          : `${at("userArns")} names ${arn}, a user of another account; allowed are users of ${place.accountId}. For people from elsewhere choose signIn 'saml' or 'identity-center'.`,
      );
  return [];
}

function sizeProblems({ boundary, place, paths }: IdentityRequest): string[] {
  if (!boundary) return [];
  const { environment, guardrails, ...counts } = boundary;
  const excess = boundaryExcess(place, environment, guardrails, counts);
  return excess === 0
    ? []
    : [
        `'${paths.instanceTypes}' names ${counts.instanceTypes.length} types, which with ${counts.subnets} subnets make the permissions boundary ${excess} characters longer than the ${managedPolicyLimit} that IAM allows. Name fewer types.`,
      ];
}

/** All that is in the way of an environment's or core's roles, one line each. */
export const identityProblems = (request: IdentityRequest, found: IdentityFindings): string[] => [
  ...existingProblems(request, found),
  ...signInProblems(request, found),
  ...sizeProblems(request),
];
