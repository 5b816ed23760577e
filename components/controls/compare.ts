// Compares a resource with the guardrails and the allow-list of its environment. Pure.
import { type Guardrail, guardrails, guardrailsOf, type Perimeter } from "../identity/guardrails";
import { type AllowList, isRoleOf } from "./allow-list";
import { type ConditionValues, type Described, type Facts } from "./facts";
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
  /** `d-…`; absent until the environment's domain exists. */
  domainId?: string | undefined;
}

export interface Comparison {
  /** The environment that the resource belongs to. Absent: none. */
  environment?: string;
  violations: readonly Violation[];
}

export interface CompareOptions {
  context: { partition: string; accountId: string; region: string };
  /** Whether the account is only for environments. */
  dedicated: boolean;
  /** Role of the caller, `arn:…:role/…`. Decides the environment of a resource without a role. */
  callerRoleArn?: string | undefined;
  /** Whether the evaluator deleted a model of this name. */
  isRemoved?: (model: string) => boolean;
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

/** The domain of the environment is the only one that no guardrail forbids. */
function isOwnDomain(resource: Described, { name, domainId }: Environment): boolean {
  if (resource.domainId === undefined) return false;
  if (domainId === undefined) throw new NotYet(`The environment ${name} has not published its domain yet`);
  return resource.domainId === domainId;
}

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
function keptDomainViolations(resource: Described, environment: Environment): Violation[] {
  const { domainId } = resource;
  if (domainId === undefined || isOwnDomain(resource, environment)) return [];
  const { id, about } = keepTheDomain;
  return [{ control: id, about, found: `${domainId} is not the domain of ${environment.name}` }];
}

/** Source: AWS SageMaker "Connect Amazon SageMaker Studio in a VPC to external resources". */
function domainViolations(resource: Described, { allowList }: Environment): Violation[] {
  if (resource.type !== "Domain" || allowList.profile === "open") return [];
  return resource.facts.flatMap(({ values }) => [
    ...(values.AppNetworkAccessType === "VpcOnly"
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

function modelViolations({ missing = [] }: Described, { isRemoved = () => false }: CompareOptions): Violation[] {
  return missing.map((name) =>
    isRemoved(name)
      ? detected("ModelRemoved", `the evaluator deleted ${name}`)
      : detected("ModelMissing", `${name} does not exist, so it cannot be compared`),
  );
}

const subnetsOf = ({ facts }: Described): string[] => facts.flatMap(({ values }) => listOf(values.VpcSubnets));

const isInNetworkOf = (resource: Described, { allowList, domainId }: Environment): boolean =>
  (resource.vpcId !== undefined && resource.vpcId === allowList.vpcId) ||
  (resource.domainId !== undefined && resource.domainId === domainId) ||
  subnetsOf(resource).some((subnet) => allowList.subnetIds.includes(subnet));

/** `fraud-dev` in `arn:…:role/cloister/eu-central-1/fraud-dev/work/…`. Only deployments create roles in this path. */
const environmentOfPath = (roleArn: string, { partition, accountId, region }: CompareOptions["context"]) => {
  const start = `arn:${partition}:iam::${accountId}:role/cloister/${region}/`;
  return roleArn.startsWith(start) ? /^([^/]+)\/work\//.exec(roleArn.slice(start.length))?.[1] : undefined;
};

function violationsIn(resource: Described, environment: Environment, options: CompareOptions): Violation[] {
  const foreign = resource.roleArns.filter((arn) => !isRoleOf(environment.allowList, arn));
  return [
    ...foreign.map((arn) => detected("ForeignRole", `${arn} is no role of ${environment.name}`)),
    ...resource.facts.flatMap((facts) => [...guardrailViolations(resource, facts, environment), ...imageViolations(facts, environment)]),
    ...keptDomainViolations(resource, environment),
    ...domainViolations(resource, environment),
    ...modelViolations(resource, options),
  ];
}

/**
 * Compares a resource with the allow-list of its environment. The role decides the environment, and then the network.
 * A caller can choose tags and names, but can pass only its own roles, and use only its own subnets.
 * Errors: `NotYet` if the environment of the role has not published its allow-list, or not its domain.
 */
export function compare(resource: Described, environments: readonly Environment[], options: CompareOptions): Comparison {
  const { callerRoleArn } = options;
  const deciding = resource.roleArns.length > 0 || callerRoleArn === undefined ? resource.roleArns : [callerRoleArn];
  const byRole = environments.filter(({ allowList }) => deciding.some((arn) => isRoleOf(allowList, arn)));
  const owners = byRole.length > 0 ? byRole : environments.filter((environment) => isInNetworkOf(resource, environment));
  if (owners.length === 0) {
    const unlisted = resource.roleArns.map((arn) => environmentOfPath(arn, options.context)).find((name) => name !== undefined);
    if (unlisted !== undefined) throw new NotYet(`The environment ${unlisted} has not published its allow-list yet`);
    const violations = modelViolations(resource, options);
    // Without its model, the environment of an endpoint is unknown. The endpoint can belong to an environment.
    if (resource.missing?.length || !options.dedicated) return { violations };
    return { violations: [detected("NoEnvironment", "no role, subnet or domain of it belongs to an environment")] };
  }
  // Environments can share an existing role. A resource that meets the allow-list of one of them violates none.
  const [best] = owners
    .map(({ name }, i) => ({ environment: name, violations: violationsIn(resource, owners[i]!, options) }))
    .sort((a, b) => a.violations.length - b.violations.length);
  return best!;
}

/** Whether the evaluator changes a resource with these violations. */
export const isCorrected = (violations: readonly Violation[]): boolean =>
  violations.some(({ control }) => !(control in detectedOnly) || !("corrected" in detectedOnly[control as DetectedOnlyId]));
