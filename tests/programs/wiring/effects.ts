// What the engine does with the resources of a program when its settings change, by the rules of the AWS provider.
import { type AwsProvider } from "../../helpers/aws-provider";
import { type Registered } from "../../helpers/mocks";

export const kindOf = (type: string) => type.split(":").at(-1)!;
const differs = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b);

export type Operation = "create" | "update" | "replace" | "delete";

/** An operation on one resource. */
export interface Step {
  op: Operation;
  type: string;
  name: string;
  /** The changed inputs, or the inputs that require the replacement. Empty for `create` and `delete`. */
  properties: string[];
  /** Whether AWS rejects the new resource of a replacement while the old one exists, and the old one is not deleted first. */
  conflicts?: boolean;
}

/** Inputs that AWS accepts only once, by the kind of resource. A resource without the first input has a generated name. */
const unique: Record<string, string[]> = {
  Alias: ["name"],
  AppImageConfig: ["appImageConfigName"],
  Budget: ["name"],
  Dashboard: ["dashboardName"],
  Domain: ["domainName"],
  EventRule: ["name"],
  // Source: Amazon EC2 API error FlowLogAlreadyExists.
  FlowLog: ["logDestination", "vpcId", "subnetId"],
  Image: ["imageName"],
  LogGroup: ["name"],
  MetricAlarm: ["name"],
  NotebookInstance: ["name"],
  NotebookInstanceLifecycleConfiguration: ["name"],
  Parameter: ["name"],
  Policy: ["name"],
  ResolverFirewallConfig: ["resourceId"],
  ResolverFirewallRuleGroupAssociation: ["priority", "vpcId"],
  Role: ["name"],
  Route: ["destinationCidrBlock", "routeTableId"],
  RouteTableAssociation: ["subnetId"],
  SecurityGroup: ["name", "vpcId"],
  Space: ["spaceName", "domainId"],
  StudioLifecycleConfig: ["studioLifecycleConfigName"],
  Subnet: ["cidrBlock", "vpcId"],
  Topic: ["name"],
  UserProfile: ["userProfileName", "domainId"],
  VpcEndpoint: ["serviceName", "vpcId"],
};

/** Whether a replacement has the same unique inputs as the old resource. */
const isTaken = (type: string, before: Record<string, unknown>, after: Record<string, unknown>) => {
  const [first, ...others] = unique[kindOf(type)] ?? [];
  return first !== undefined && after[first] !== undefined && [first, ...others].every((key) => !differs(before[key], after[key]));
};

/** Runs a program under mocks. Replaced resources (`type::name`) have a different ID. */
export type RunOf = (replaced: ReadonlySet<string>) => Promise<Registered[]>;

/** Resource types whose ID is the physical name in their inputs, so that a replacement keeps ID and ARN. */
const namedTypes = [
  "Role",
  "Policy",
  "Topic",
  "LogGroup",
  "EventRule",
  "Parameter",
  "MetricAlarm",
  "Dashboard",
  "Budget",
  "NotebookInstance",
  "NotebookInstanceLifecycleConfiguration",
  "Image",
  "AppImageConfig",
];

/** The provider's own data in the state. */
const META = "__meta";
const keyOf = ({ type, name }: Pick<Registered, "type" | "name">) => `${type}::${name}`;

/** The value at a path such as `spaceSettings.appType`. */
const valueAt = (value: unknown, path: string) =>
  path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);

/**
 * The inputs whose value comes from a stash. A stash keeps its first value until its trigger changes, while mocks return the value
 * that a run gives it.
 */
const stashedInputs = (before: Registered, after: Registered) =>
  Object.keys(after.inputs).filter((key) =>
    after.sources[key]?.some(
      (source) =>
        kindOf(source.type) === "Stash" &&
        before.sources[key]?.some(
          (old) => keyOf(old) === keyOf(source) && !differs(old.options.replacementTrigger, source.options.replacementTrigger),
        ),
    ),
  );

/** The step for a resource that both runs have, or undefined if it does not change. */
async function stepOf(provider: AwsProvider, before: Registered, after: Registered): Promise<Step | undefined> {
  const { type, name, options } = after;
  const kept = [...(options.ignoreChanges ?? []), ...stashedInputs(before, after)];
  const ignored = Object.fromEntries(kept.map((key) => [key, before.inputs[key]]));
  const inputs = { ...after.inputs, ...ignored };
  if (!after.custom || type.startsWith("pulumi:") || !differs(before.inputs, inputs)) return undefined;
  const change = { type, name, id: String(before.outputs.id), before: before.inputs, outputs: before.outputs };
  // Outputs that mocks do not return look like changes of properties whose inputs are equal.
  const none = await provider.diff({ ...change, after: before.inputs });
  const found = await provider.diff({ ...change, after: inputs });
  const real = (properties: string[], others: string[]) =>
    properties.filter((property) => !others.includes(property) || differs(before.inputs[property], inputs[property]));
  const changed = real(found.changed, none.changed).filter((property) => property !== META);
  // A rule that depends on both values is not a property of the schema.
  const replaces = real(found.replaces, none.replaces).map((property) => (property === META ? changed.join() : property));
  const forced = (options.replaceOnChanges ?? []).filter((path) => differs(valueAt(before.inputs, path), valueAt(inputs, path)));
  if (replaces.length + forced.length > 0) {
    const createsFirst = !(options.deleteBeforeReplace ?? found.deletesBeforeReplace);
    const conflicts = createsFirst && isTaken(type, before.inputs, inputs);
    return { op: "replace", type, name, properties: [...new Set([...replaces, ...forced])], ...(conflicts && { conflicts }) };
  }
  return changed.length > 0 ? { op: "update", type, name, properties: changed } : undefined;
}

/** A replaced stash has another ID, and start scripts have a part of the ID in their names. */
const isReplacedStash = (before: Registered | undefined, after: Registered) =>
  before !== undefined && differs(before.options.replacementTrigger, after.options.replacementTrigger);

/** The operations of an update from one run to the other. Replaced resources also change the resources that refer to them. */
export async function stepsOf(provider: AwsProvider, before: Registered[], after: RunOf): Promise<Step[]> {
  const old = new Map(before.map((resource) => [keyOf(resource), resource]));
  const isReal = ({ custom, type }: Registered) => custom && !type.startsWith("pulumi:");
  for (let replaced: ReadonlySet<string> = new Set(); ; ) {
    const now = await after(replaced);
    const names = new Set(now.map(keyOf));
    const steps: Step[] = [];
    for (const resource of now.filter(isReal)) {
      const previous = old.get(keyOf(resource));
      const step = previous
        ? await stepOf(provider, previous, resource)
        : { op: "create" as const, type: resource.type, name: resource.name, properties: [] };
      if (step) steps.push(step);
    }
    for (const { type, name } of before.filter(isReal).filter((resource) => !names.has(keyOf(resource))))
      steps.push({ op: "delete", type, name, properties: [] });
    const next = new Set([
      ...steps.filter(({ op, type }) => op === "replace" && !namedTypes.includes(kindOf(type))).map(keyOf),
      ...now.filter((resource) => kindOf(resource.type) === "Stash" && isReplacedStash(old.get(keyOf(resource)), resource)).map(keyOf),
    ]);
    if (next.size === replaced.size) return steps;
    replaced = next;
  }
}
