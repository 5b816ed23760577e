// What is in the way of Studio's settings, given what AWS told. Pure.
import { closest } from "fastest-levenshtein";
import { type StudioMember, studioMembers, type StudioSettings } from "./settings";

export interface StudioRequest {
  settings: StudioSettings;
  /** Where they are, with their namespace: `cloister-environment:studio`. */
  path: string;
  /** `eu-central-1` */
  region: string;
}

/** What `look` found. */
export interface StudioFindings {
  /** Types of EC2 that the region offers, of those that were asked for: `t3.medium`. */
  offeredTypes: string[];
  /** Instances of IAM Identity Center in the region, `arn:…:instance/…`. Empty when nobody asked. */
  identityCenterArns: string[];
}

/** With the environment's name in front and random characters behind, the name of a role has to stay below 64. */
const ROLE_NAME_PART = 30;

/** The name of a session, as far as a tag can have it, too. Source: AWS API `AssumeRole`, `RoleSessionName`. */
const sessionName = /^[\w+=.@-]{2,64}$/;

/** EC2 knows no such machine: what runs there is SageMaker's own. */
const withoutEc2 = ["ml.geospatial.interactive"];

/** The type of EC2 behind one of SageMaker: its offers are the ones that can be looked up. */
export const ec2Type = (type: string) => type.replace(/^ml\./, "");

/** Instance types that settings name, each with the setting. */
function namedTypes({ settings, path }: StudioRequest): { at: string; type: string; ofPerson?: string }[] {
  return [
    ...settings.instanceTypes.map((type) => ({ at: `${path}.instanceTypes`, type })),
    ...settings.profiles.flatMap(({ instanceTypes = [] }, i) =>
      instanceTypes.map((type) => ({ at: `${path}.profiles[${i}].instanceTypes`, type })),
    ),
    ...(["spaces", "notebooks"] as const).flatMap((list) =>
      settings[list].flatMap(({ instanceType, owner }, i) =>
        instanceType ? [{ at: `${path}.${list}[${i}].instanceType`, type: instanceType, ofPerson: owner }] : [],
      ),
    ),
  ];
}

/** Types to ask the region for. */
export const typesToLookUp = (request: StudioRequest) =>
  [...new Set(namedTypes(request).map(({ type }) => type))].filter((type) => !withoutEc2.includes(type)).map(ec2Type);

/** Of things with names, those whose name another one before has, whatever its case: AWS keeps some names apart by case, and people don't. */
function repeated(names: string[]): { index: number; name: string; first: string }[] {
  return names.flatMap((name, index) => {
    const first = names.find((one) => one.toLowerCase() === name.toLowerCase())!;
    return names.indexOf(first) < index ? [{ index, name, first }] : [];
  });
}

function checkNames({ settings, path }: StudioRequest, people: StudioMember[], tell: (at: string, text: string) => void): void {
  for (const list of ["profiles", "spaces", "images", "notebooks"] as const)
    for (const { index, name, first } of repeated(settings[list].map((one) => one.name)))
      tell(`${path}.${list}[${index}].name`, `is ${name}, and ${first} is there before. Name each once, whatever its case.`);
  for (const { index, name, first } of repeated(people.map((one) => one.name)))
    tell(
      `${path}.profiles[${index}].person`,
      `is ${name}, and ${first} has a profile before. Give each person one profile, so that what is done can be told apart.`,
    );
  if (settings.signIn === "iam")
    for (const [index, { name }] of people.entries())
      if (!sessionName.test(name))
        tell(
          `${path}.profiles[${index}].${settings.profiles[index]!.person === undefined ? "name" : "person"}`,
          `is ${name}; with signIn 'iam' it has to be what a person's session of a role can be called: 2 to 64 of a to z, A to Z, 0 to 9 and _ + = . @ -. Write it so, in 'person', as they sign in.`,
        );
  const known = people.map(({ profile }) => profile);
  for (const list of ["spaces", "notebooks"] as const)
    for (const [i, { owner }] of settings[list].entries())
      if (!known.includes(owner))
        tell(
          `${path}.${list}[${i}].owner`,
          `is ${owner}, which is no profile. Did you mean '${closest(owner, known)}'? Known are ${known.join(", ")}. Add the profile, or name another one.`,
        );
}

function checkTypes(
  request: StudioRequest,
  findings: StudioFindings,
  people: StudioMember[],
  tell: (at: string, text: string) => void,
): void {
  const { settings, path, region } = request;
  const { instanceTypes, defaultInstanceType } = settings;
  const named = namedTypes(request);
  for (const { at, type, ofPerson } of named) {
    if (!withoutEc2.includes(type) && !findings.offeredTypes.includes(ec2Type(type)))
      tell(
        at,
        `has ${type}, which ${region} does not offer. Name another type; those of a region are listed by: aws ec2 describe-instance-type-offerings --region ${region}`,
      );
    const person = people.find(({ profile }) => profile === ofPerson);
    const allowed = person?.instanceTypes ?? instanceTypes;
    if (!allowed.includes(type))
      tell(
        at,
        `has ${type}, which is not among the types that ${person ? `${person.profile} may use` : "are allowed"} (${allowed.join(", ")}). Add it to ${path}.instanceTypes, or name one of these.`,
      );
  }
  if (!instanceTypes.includes(defaultInstanceType))
    tell(
      `${path}.defaultInstanceType`,
      `is ${defaultInstanceType}, which is not among the types that are allowed (${instanceTypes.join(", ")}). Name one of these, or add it to ${path}.instanceTypes.`,
    );
}

function checkVolumes({ settings, path }: StudioRequest, tell: (at: string, text: string) => void): void {
  const { default: standard, maximum } = settings.volumeGb;
  if (standard > maximum)
    tell(`${path}.volumeGb.default`, `is ${standard}, more than volumeGb.maximum, ${maximum}. Lower it, or raise the maximum.`);
  for (const [i, { volumeGb = 0 }] of settings.spaces.entries())
    if (volumeGb > maximum)
      tell(
        `${path}.spaces[${i}].volumeGb`,
        `is ${volumeGb}, more than ${path}.volumeGb.maximum, ${maximum}. Lower it, or raise the maximum.`,
      );
}

function checkRoles({ settings, path }: StudioRequest, tell: (at: string, text: string) => void): void {
  for (const [i, { name, roleArn }] of settings.profiles.entries()) {
    if (settings.executionRole === "per-person" && !roleArn && name.length > ROLE_NAME_PART)
      tell(
        `${path}.profiles[${i}].name`,
        `is ${name}, of ${name.length} characters; with executionRole 'per-person' allowed are ${ROLE_NAME_PART}, because a role is named after it. Shorten it, or bring a roleArn.`,
      );
  }
}

/** Everything that is in the way, each with the setting, its value, what is allowed and what to do; empty when Studio can be made. */
export function planStudio(request: StudioRequest, findings: StudioFindings): string[] {
  const { settings, path, region } = request;
  const problems: string[] = [];
  const tell = (at: string, text: string) => void problems.push(`'${at}' ${text}`);
  const people = studioMembers(settings);
  if (settings.signIn === "identity-center" && findings.identityCenterArns.length === 0)
    tell(
      `${path}.signIn`,
      `is 'identity-center', and ${region} has no instance of IAM Identity Center. Enable it there, in the organization's management account, or set this to 'iam'.`,
    );
  checkNames(request, people, tell);
  checkTypes(request, findings, people, tell);
  checkVolumes(request, tell);
  checkRoles(request, tell);
  if (settings.projectsPortfolioId !== undefined && !settings.projects)
    tell(
      `${path}.projectsPortfolioId`,
      `is ${settings.projectsPortfolioId}, and ${path}.projects is false, so there are no projects to take its templates. Set that to true, or leave this out.`,
    );
  for (const [i, { sharing, app }] of settings.spaces.entries())
    if (sharing === "shared" && app === "codeeditor")
      tell(
        `${path}.spaces[${i}].app`,
        "is 'codeeditor', which AWS gives no idle shutdown in shared spaces. Set it to 'jupyterlab', or sharing to 'private'.",
      );
  for (const [i, { imageUri }] of settings.images.entries()) {
    const from = imageUri.split(".")[3]!;
    if (from !== region)
      tell(
        `${path}.images[${i}].imageUri`,
        `is of ${from}, and Studio of ${region} takes images of its own region only. Replicate the repository there, and name the image there.`,
      );
  }
  return problems;
}
