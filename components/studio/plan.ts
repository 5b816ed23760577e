// Validates the Studio settings against what the lookup found. Pure.
import { closest } from "fastest-levenshtein";
import { limits, randomSuffix } from "../aws/limits";
import { type Planned, type Problem } from "../stack/preflight";
import { appInstanceTypes, notebookInstanceTypes } from "./instance-types";
import { type StudioMember, studioMembers } from "./members";
import { networkProblems } from "./network-problems";
import { ec2Type, hasEc2Type, namedTypes } from "./named-types";
import { type StudioFindings, type StudioRequest } from "./request";

/** Pattern for role session names, which are also tag values. Source: AWS API `AssumeRole`, `RoleSessionName`. */
const sessionName = /^[\w+=.@-]{2,64}$/;

/** Names that duplicate an earlier name, ignoring case: AWS treats some names as case-sensitive, but users do not. */
function duplicates(names: string[]): { index: number; name: string; first: string }[] {
  return names.flatMap((name, index) => {
    const first = names.find((other) => other.toLowerCase() === name.toLowerCase())!;
    return names.indexOf(first) < index ? [{ index, name, first }] : [];
  });
}

function signInProblems({ settings, path, region }: StudioRequest, { identityCenterArns }: StudioFindings): Problem[] {
  if (settings.signIn !== "identity-center" || identityCenterArns.length > 0) return [];
  const text =
    `must be 'iam' (got 'identity-center'): ${region} has no IAM Identity Center instance. ` +
    `Fix: enable IAM Identity Center in ${region} in the organization's management account, or set 'iam'.`;
  return [{ setting: `${path}.signIn`, text }];
}

const duplicateProblems = ({ settings, path }: StudioRequest): Problem[] =>
  (["profiles", "spaces", "images", "notebooks"] as const).flatMap((list) =>
    duplicates(settings[list].map(({ name }) => name)).map(({ index, name, first }) => ({
      setting: `${path}.${list}[${index}].name`,
      text: `must be unique, ignoring case (got '${name}', and '${first}' already exists). Fix: rename one of them.`,
    })),
  );

function userNameProblems({ settings, path }: StudioRequest, members: StudioMember[]): Problem[] {
  const userNames = members.map(({ userName }) => userName);
  const repeated = duplicates(userNames).map(({ index, name, first }) => ({
    setting: `${path}.profiles[${index}].person`,
    text: `must be unique, ignoring case (got '${name}', and '${first}' already has a profile). Fix: create one profile per data scientist.`,
  }));
  if (settings.signIn !== "iam") return repeated;
  const invalid = userNames.flatMap((userName, index) => {
    if (sessionName.test(userName)) return [];
    const text =
      `must be a role session name if signIn is 'iam': 2 to 64 of a-z, A-Z, 0-9 and _ + = . @ - (got '${userName}'). ` +
      "Fix: set 'person' to the name that the data scientist signs in with.";
    return [{ setting: `${path}.profiles[${index}].${settings.profiles[index]!.person === undefined ? "name" : "person"}`, text }];
  });
  return [...repeated, ...invalid];
}

function ownerProblems({ settings, path }: StudioRequest, members: StudioMember[]): Problem[] {
  const profiles = members.map(({ profile }) => profile);
  return (["spaces", "notebooks"] as const).flatMap((list) =>
    settings[list].flatMap(({ owner }, i) => {
      if (profiles.includes(owner)) return [];
      const text =
        `must be the name of a profile (got '${owner}'). Did you mean '${closest(owner, profiles)}'? ` +
        `Profiles: ${profiles.join(", ")}. Fix: add the profile, or name another one.`;
      return [{ setting: `${path}.${list}[${i}].owner`, text }];
    }),
  );
}

const offerProblems = (request: StudioRequest, { offeredTypes }: StudioFindings): Problem[] =>
  namedTypes(request)
    .filter(({ type }) => hasEc2Type(type) && !offeredTypes.includes(ec2Type(type)))
    .map(({ setting, type }) => ({
      setting,
      text:
        `must use instance types that ${request.region} offers (got ${type}). ` +
        `Fix: specify another type. To list them: aws ec2 describe-instance-type-offerings --region ${request.region}`,
    }));

function allowedTypeProblems(request: StudioRequest): Problem[] {
  const { settings, path } = request;
  const allowedProblem = (setting: string, type: string, listSetting: string, allowed: string[]): Problem[] =>
    allowed.includes(type)
      ? []
      : [
          {
            setting,
            text: `must use instance types of '${listSetting}': ${allowed.join(", ")} (got ${type}). Fix: use one of these instance types, or add '${type}' to '${listSetting}'.`,
          },
        ];
  const named = namedTypes(request).flatMap(({ setting, type, owner }) => {
    const index = settings.profiles.findIndex(({ name }) => name === owner);
    const ownerTypes = settings.profiles[index]?.instanceTypes;
    return ownerTypes
      ? allowedProblem(setting, type, `${path}.profiles[${index}].instanceTypes`, ownerTypes)
      : allowedProblem(setting, type, `${path}.instanceTypes`, settings.instanceTypes);
  });
  const { defaultInstanceType, instanceTypes } = settings;
  return [...named, ...allowedProblem(`${path}.defaultInstanceType`, defaultInstanceType, `${path}.instanceTypes`, instanceTypes)];
}

/** Apps and notebook instances have different instance types, which AWS checks only when it creates them. */
function serviceTypeProblems({ settings, path }: StudioRequest, members: StudioMember[]): Problem[] {
  const problem = (setting: string, type: string, what: string, types: readonly string[]): Problem[] =>
    types.includes(type)
      ? []
      : [
          {
            setting,
            text:
              `must be an instance type of ${what} (got ${type}). Did you mean '${closest(type, [...types])}'? ` +
              "Fix: use one of the types in the AWS API reference, AppInstanceType for apps and InstanceType for notebook instances.",
          },
        ];
  // The domain has the default also without profiles.
  const defaults = problem(`${path}.defaultInstanceType`, settings.defaultInstanceType, "apps", appInstanceTypes);
  const profiles = members.flatMap(({ defaultInstanceType }, i) =>
    settings.profiles[i]!.instanceTypes
      ? problem(`${path}.profiles[${i}].instanceTypes`, defaultInstanceType, "apps", appInstanceTypes)
      : [],
  );
  const spaces = settings.spaces.flatMap(({ instanceType }, i) =>
    instanceType === undefined ? [] : problem(`${path}.spaces[${i}].instanceType`, instanceType, "apps", appInstanceTypes),
  );
  const notebooks = settings.notebooks.flatMap(({ instanceType, owner }, i) => {
    const type = instanceType ?? members.find(({ profile }) => profile === owner)?.defaultInstanceType;
    return type === undefined ? [] : problem(`${path}.notebooks[${i}].instanceType`, type, "notebook instances", notebookInstanceTypes);
  });
  return [...defaults, ...profiles, ...spaces, ...notebooks];
}

function volumeProblems({ settings, path }: StudioRequest): Problem[] {
  const { default: defaultSize, maximum } = settings.volumeGb;
  const sizes = [
    { setting: `${path}.volumeGb.default`, size: defaultSize },
    ...settings.spaces.map(({ volumeGb = 0 }, i) => ({ setting: `${path}.spaces[${i}].volumeGb`, size: volumeGb })),
  ];
  return sizes
    .filter(({ size }) => size > maximum)
    .map(({ setting, size }) => ({
      setting,
      text: `must not exceed '${path}.volumeGb.maximum', ${maximum} (got ${size}). Fix: lower it, or raise the maximum.`,
    }));
}

/** The name of a profile is part of the name of its role. */
function roleNameProblems({ environment, settings, path }: StudioRequest): Problem[] {
  const most = limits.roleName.value - randomSuffix - `${environment}-execution-`.length;
  return settings.profiles.flatMap(({ name, roleArn }, i) => {
    if (settings.executionRole !== "per-person" || roleArn || name.length <= most) return [];
    const text =
      `must have at most ${most} characters if executionRole is 'per-person' (got '${name}', ${name.length} characters): ` +
      `the role ${environment}-execution-<name> and ${randomSuffix} random characters must have at most ${limits.roleName.value}. ` +
      "Fix: shorten it, or set 'roleArn' to an existing role.";
    return [{ setting: `${path}.profiles[${i}].name`, text }];
  });
}

function portfolioProblems({ settings, path }: StudioRequest): Problem[] {
  if (settings.projectsPortfolioId === undefined || settings.projects) return [];
  const text = `requires '${path}.projects' to be true (got false). Fix: set it to true, or remove the portfolio.`;
  return [{ setting: `${path}.projectsPortfolioId`, text }];
}

const sharedAppProblems = ({ settings, path }: StudioRequest): Problem[] =>
  settings.spaces.flatMap(({ sharing, app }, i) => {
    if (sharing !== "shared" || app !== "codeeditor") return [];
    const text =
      "must be 'jupyterlab' in a shared space (got 'codeeditor'): AWS does not stop idle Code Editor apps in shared spaces. " +
      "Fix: set 'jupyterlab', or set sharing to 'private'.";
    return [{ setting: `${path}.spaces[${i}].app`, text }];
  });

const imageProblems = ({ settings, path, region }: StudioRequest): Problem[] =>
  settings.images.flatMap(({ imageUri }, i) => {
    const imageRegion = imageUri.split(".")[3]!;
    if (imageRegion === region) return [];
    const text =
      `must be an image in ${region} (got one in ${imageRegion}): Studio pulls images of its own region only. ` +
      "Fix: replicate the repository to that region, and name the replica.";
    return [{ setting: `${path}.images[${i}].imageUri`, text }];
  });

/** The members of the environment, and all problems with the settings. */
export function planStudio(request: StudioRequest, findings: StudioFindings): Planned<StudioMember[]> {
  const members = studioMembers(request.settings);
  return {
    plan: members,
    problems: [
      ...signInProblems(request, findings),
      ...duplicateProblems(request),
      ...userNameProblems(request, members),
      ...ownerProblems(request, members),
      ...offerProblems(request, findings),
      ...allowedTypeProblems(request),
      ...serviceTypeProblems(request, members),
      ...volumeProblems(request),
      ...roleNameProblems(request),
      ...portfolioProblems(request),
      ...sharedAppProblems(request),
      ...imageProblems(request),
      ...networkProblems(request),
    ],
  };
}
