// Compares a resource with the guardrails and the allow-list of its environment. Pure.
import { type Guardrail, guardrails, guardrailsOf, type Perimeter } from "../identity/guardrails";
import { type AwsContext } from "../aws/context";
import { rolePath, rolesAt } from "../aws/role-path";
import { type AllowList } from "./allow-list";
import { type ConditionValues, type Described, type Facts, type UsedModel } from "./facts";
import { type ResourceType, resourceTypes } from "./kinds";
import { detectedOnly, type DetectedOnlyId } from "./table";

/** A guardrail or another control that a resource violates. */
export interface Violation {
  /** Id of the row in the table of controls. */
  control: string;
  about: string;
  /** What was found: `subnet-1 is not allowed`. */
  found: string;
}

export interface Environment {
  name: string;
  allowList: AllowList;
}

/**
 * What decided the environment of a resource. `role`: a role in the path of the environment. `network`: the domain or a subnet of
 * exactly one list, in an account that is only for environments. `claim`: only what lists or events claim, so the resource is
 * reported, and never changed. `account`: the account is only for environments. `none`: nothing.
 */
export type Basis = "role" | "network" | "claim" | "account" | "none";

export interface Comparison {
  /** The environment that the resource belongs to. Absent: none. */
  environment?: string;
  basis: Basis;
  violations: readonly Violation[];
}

/** A model that the evaluator deleted. Another model can have the same name later. */
export interface RemovedModel {
  createdAt: string;
  removedAt: string;
  /** Absent: the model belonged to no environment. */
  environment?: string;
}

/** A resource that is created shortly after a model was deleted was requested before. */
const slackMilliseconds = 5 * 60_000;

/** Whether a resource uses the deleted model, and not an earlier or later model of the same name. */
export function usesRemoved({ createdAt, readAt = [createdAt] }: Described, model: UsedModel, removed: RemovedModel): boolean {
  const [start, end] = [Date.parse(removed.createdAt), Date.parse(removed.removedAt)];
  return readAt.map(Date.parse).some((at) => {
    const isLaterModel = model.createdAt !== undefined && Date.parse(model.createdAt) > end && Date.parse(model.createdAt) <= at;
    return at >= start && at <= end + slackMilliseconds && !isLaterModel;
  });
}

export interface CompareOptions {
  context: AwsContext;
  /** Whether the account is only for environments. */
  dedicated: boolean;
  /** Role of the caller, `arn:…:role/…`. A claim about the environment of a resource without a role. */
  callerRoleArn?: string | undefined;
  /** Models that the evaluator deleted, and that the resource uses, by name. */
  removed?: ReadonlyMap<string, RemovedModel>;
}

/** The resource can be compared later, for example when its environment has published its allow-list. */
export class NotYet extends Error {}

const listOf = (value: ConditionValues[string]): readonly string[] =>
  value === undefined || typeof value === "boolean" ? [] : typeof value === "string" ? [value] : value;

/** A key as an ARN or as an ID of this account. An alias can refer to another key later, so no alias is equal. */
const isKey = (arn: string, given: string) => given === arn || (/^(mrk-)?[0-9a-f-]{32,36}$/.test(given) && arn.endsWith(`:key/${given}`));

/** Values of a condition key that deployments use in addition to those of the guardrail. Roles of users cannot use them. */
const deployedValues = (key: string, { deployed }: AllowList): readonly string[] =>
  ({ VolumeKmsKey: deployed.keyArns, VpcSecurityGroupIds: deployed.securityGroupIds })[key] ?? [];

/** Violation of a requirement, or `undefined`. The same requirement decides the condition of the IAM statement. */
function violationOf({ requires }: Guardrail, values: ConditionValues, allowList: AllowList): string | undefined {
  if ("never" in requires) return "no resource of this type is allowed";
  if ("present" in requires) return listOf(values[requires.present]).length === 0 ? `${requires.present} is missing` : undefined;
  if ("absent" in requires) {
    const found = listOf(values[requires.absent]);
    return found.length > 0 ? `${requires.absent} is ${found.join(", ")}` : undefined;
  }
  if ("oneOf" in requires) {
    const required = requires.values(allowList satisfies Perimeter);
    const allowed = [...required, ...deployedValues(requires.oneOf, allowList)];
    const others = required.length === 0 ? [] : listOf(values[requires.oneOf]).filter((value) => !allowed.includes(value));
    return others.length > 0 ? `${requires.oneOf} ${others.join(", ")} is not allowed` : undefined;
  }
  if ("key" in requires) {
    const allowed = [requires.value(allowList), deployedValues(requires.key, allowList)].flat();
    const given = listOf(values[requires.key]);
    if (given.length === 0) return `${requires.key} is missing`;
    const others = given.filter((key) => !allowed.some((arn) => isKey(arn, key)));
    return others.length > 0 ? `${requires.key} ${others.join(", ")} is not allowed` : undefined;
  }
  if ("is" in requires)
    return values[requires.is] === requires.value ? undefined : `${requires.is} is ${String(values[requires.is] ?? "missing")}`;
  if ("isTrue" in requires) return values[requires.isTrue] === true ? undefined : `${requires.isTrue} is not enabled`;
  if ("isNotTrue" in requires) return values[requires.isNotTrue] === true ? `${requires.isNotTrue} is enabled` : undefined;
  return values[requires.isNot] === requires.value ? `${requires.isNot} is ${requires.value}` : undefined;
}

const keepTheDomain = guardrails.find(({ id }) => id === "KeepTheDomain")!;

function guardrailViolations(resource: Described, facts: Facts, environment: Environment): Violation[] {
  const { calls }: ResourceType = resourceTypes[resource.type];
  const applied = facts.calls ?? calls;
  const inDomain = resource.domainId !== undefined;
  return guardrailsOf(environment.allowList)
    .filter(({ actions }) => actions.some((action) => applied.includes(action)))
    .filter(({ id }) => id !== keepTheDomain.id)
    .flatMap((guardrail) => {
      // AWS manages apps with the instance type `system`.
      const values = inDomain ? withoutSystem(facts.values) : facts.values;
      const found = violationOf(guardrail, values, environment.allowList);
      return found === undefined ? [] : [{ control: guardrail.id, about: guardrail.about, found }];
    });
}

const withoutSystem = (values: ConditionValues): ConditionValues => ({
  ...values,
  InstanceTypes: listOf(values.InstanceTypes).filter((type) => type !== "system"),
});

const detected = (id: DetectedOnlyId, found: string): Violation => ({ control: id, about: detectedOnly[id].about, found });

/** `111122223333` in `111122223333.dkr.ecr.eu-central-1.amazonaws.com/name:tag`. */
const accountOfImage = (image: string) =>
  /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|on\.aws)[:/]/.exec(image)?.[1];

function imageViolations({ images = [] }: Facts, { allowList: { imageAccountIds, profile } }: Environment): Violation[] {
  if (profile === "open") return [];
  return images
    .filter((image) => !imageAccountIds.includes(accountOfImage(image) ?? ""))
    .map((image) => detected("ImageSource", `the image ${image} is of no allowed account`));
}

/** Another domain in the environment's network, or a space or app in it, violates the guardrail that keeps the domain. */
function keptDomainViolations({ domainId }: Described, { name, allowList }: Environment): Violation[] {
  if (domainId === undefined || domainId === allowList.domainId) return [];
  const { id, about } = keepTheDomain;
  return [{ control: id, about, found: `${domainId} is not the domain of ${name}` }];
}

/** Source: AWS SageMaker "Connect Amazon SageMaker Studio in a VPC to external resources". */
function domainViolations(resource: Described, { allowList }: Environment): Violation[] {
  if (!["Domain", "UserProfile"].includes(resource.type) || allowList.profile === "open") return [];
  return resource.facts.flatMap(({ values }) => [
    ...(resource.type !== "Domain" || values.AppNetworkAccessType === "VpcOnly"
      ? []
      : [detected("DomainVpcOnly", `AppNetworkAccessType is ${String(values.AppNetworkAccessType ?? "missing")}`)]),
    ...listOf(values.VpcSubnets)
      .filter((subnet) => !allowList.subnetIds.includes(subnet))
      .map((subnet) => detected("DomainVpcOnly", `VpcSubnets ${subnet} is not allowed`)),
    ...listOf(values.VpcSecurityGroupIds)
      .filter((group) => ![...allowList.securityGroupIds, ...allowList.deployed.securityGroupIds].includes(group))
      .map((group) => detected("DomainVpcOnly", `VpcSecurityGroupIds ${group} is not allowed`)),
  ]);
}

const modelViolations = (
  { missing = [], replaced = [] }: Described,
  { removed = new Map<string, RemovedModel>() }: CompareOptions,
): Violation[] => [
  ...[...removed].map(([name, { removedAt }]) => detected("ModelRemoved", `the evaluator deleted ${name} at ${removedAt}`)),
  ...missing
    .filter((name) => !removed.has(name))
    .map((name) => detected("ModelMissing", `${name} does not exist, so it cannot be compared`)),
  ...replaced
    .filter((name) => !removed.has(name))
    .map((name) => detected("ModelMissing", `a later resource has the name ${name}, so the earlier one cannot be compared`)),
];

const subnetsOf = ({ facts }: Described): string[] => facts.flatMap(({ values }) => listOf(values.VpcSubnets));

/** `fraud-dev` in `arn:…:role/cloister/eu-central-1/fraud-dev/work/…`. Only deployments create roles in this path. */
export function environmentOfRole({ partition, accountId, region }: AwsContext, roleArn: string): string | undefined {
  const start = `arn:${partition}:iam::${accountId}:role/cloister/${region}/`;
  return roleArn.startsWith(start) ? /^([^/]+)\/work\//.exec(roleArn.slice(start.length))?.[1] : undefined;
}

/** Environments whose path contains one of the roles. */
export const environmentsOfRoles = (context: AwsContext, roleArns: readonly string[]): string[] => [
  ...new Set(roleArns.flatMap((arn) => environmentOfRole(context, arn) ?? [])),
];

/** A role in the path of the environment, or an existing role that its list names. */
const isRoleOf = (context: AwsContext, { name, allowList }: Environment, roleArn: string): boolean =>
  environmentOfRole(context, roleArn) === name ||
  allowList.roleArns.filter((arn) => arn !== rolesAt(context, rolePath(context, name))).includes(roleArn);

function violationsIn(resource: Described, environment: Environment, options: CompareOptions): Violation[] {
  const foreign = resource.roleArns.filter((arn) => !isRoleOf(options.context, environment, arn));
  return [
    ...foreign.map((arn) => detected("ForeignRole", `${arn} is no role of ${environment.name}`)),
    ...resource.facts.flatMap((facts) => [...guardrailViolations(resource, facts, environment), ...imageViolations(facts, environment)]),
    ...keptDomainViolations(resource, environment),
    ...domainViolations(resource, environment),
    ...modelViolations(resource, options),
  ];
}

/** Environments that the network of a resource belongs to, by the member that decides most exactly. */
function ownersByNetwork(resource: Described, environments: readonly Environment[]): readonly Environment[] {
  const subnets = subnetsOf(resource);
  const tests: ((list: AllowList) => boolean)[] = [
    ({ domainId }) => domainId === resource.domainId,
    ({ subnetIds }) => subnets.some((subnet) => subnetIds.includes(subnet)),
    ({ vpcId }) => vpcId === resource.vpcId,
  ];
  for (const test of tests) {
    const owners = environments.filter(({ allowList }) => test(allowList));
    if (owners.length > 0) return owners;
  }
  return [];
}

interface Ownership {
  basis: Basis;
  owners: readonly Environment[];
}

/**
 * The environments whose lists a resource must meet. Only a role in the path of an environment proves the environment. Launch roles
 * write allow-lists, so networks and existing roles in a list are claims. In an account that other teams use, a list can name their
 * subnets and domains. Two lists with the same network are contradictory claims.
 */
function ownershipOf(resource: Described, environments: readonly Environment[], options: CompareOptions): Ownership {
  const { context, callerRoleArn, dedicated } = options;
  const named = environmentsOfRoles(context, resource.roleArns);
  const owners = environments.filter(({ name }) => named.includes(name));
  if (owners.length > 0) return { basis: "role", owners };
  if (named.length > 0) throw new NotYet(`The environment ${named.join(", ")} has no valid allow-list yet`);
  const ofModels = [...(options.removed?.values() ?? [])].map(({ environment }) => environment);
  const removedFrom = environments.filter(({ name }) => ofModels.includes(name));
  if (removedFrom.length > 0) return { basis: "role", owners: removedFrom };
  const byNetwork = ownersByNetwork(resource, environments);
  if (byNetwork.length > 0) return { basis: dedicated && byNetwork.length === 1 ? "network" : "claim", owners: byNetwork };
  const caller = callerRoleArn === undefined ? undefined : environmentOfRole(context, callerRoleArn);
  const claimed = environments.filter(
    (environment) =>
      resource.roleArns.some((arn) => isRoleOf(context, environment, arn)) ||
      (resource.roleArns.length === 0 && environment.name === caller),
  );
  return { basis: "claim", owners: claimed };
}

/**
 * Compares a resource with the allow-list of its environment. The path of the role decides the environment, and then the network.
 * A caller can choose tags and names, but can pass only its own roles, and use only its own subnets.
 * Errors: `NotYet` if the environment of the role has not published its allow-list.
 */
export function compare(resource: Described, environments: readonly Environment[], options: CompareOptions): Comparison {
  const { basis, owners } = ownershipOf(resource, environments, options);
  if (owners.length === 0) {
    const violations = modelViolations(resource, options);
    // Without its model, the environment of an endpoint is unknown. The endpoint can belong to an environment.
    if (resource.missing?.length || resource.replaced?.length || !options.dedicated) return { basis: "none", violations };
    return { basis: "account", violations: [detected("NoEnvironment", "no role, subnet or domain of it belongs to an environment")] };
  }
  // In a dedicated account, a list that only names an existing role does not make an environment of it.
  const isOnlyNamed = basis === "claim" && ownersByNetwork(resource, owners).length === 0;
  const claimed = isOnlyNamed && options.dedicated ? [detected("NoEnvironment", "only a list or a caller names an environment")] : [];
  // With several lists, the list with the most violations decides: another list cannot hide them.
  const [worst] = owners
    .map((environment) => ({
      environment: environment.name,
      basis,
      violations: [...claimed, ...violationsIn(resource, environment, options)],
    }))
    .sort((a, b) => b.violations.length - a.violations.length);
  return worst!;
}

/** Whether the evaluator changes a resource with these violations. */
export const isCorrected = ({ basis, violations }: Comparison): boolean =>
  ["role", "network", "account"].includes(basis) &&
  violations.some(({ control }) => !(control in detectedOnly) || !("corrected" in detectedOnly[control as DetectedOnlyId]));
