// Judges inputs as the policy SDK does for the engine, without either: the same proxy around values, defaults of settings, and ways to end.
// It does not prove that the engine feeds a rule these inputs; tests/engine does.
import assert from "node:assert/strict";
import {
  type PolicyResource,
  type PolicyResourceOptions,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
  unknownCheckingProxy,
  UnknownValueError,
} from "@pulumi/policy";
import { filledByProvider } from "@cloister/policy-pack/reachability";
import { policyOf, type Rule, type StackResource } from "@cloister/policy-pack/rule-kit";

export type Policy = ResourceValidationPolicy | StackValidationPolicy;

/** What stands for a value that is known only after the update; the SDK exports the error, not these. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const UNKNOWN_BOOLEAN = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7";
export const UNKNOWN_NUMBER = "3eeb2bf0-c639-47a8-9e75-3b44932eb421";
export const UNKNOWN_ARRAY = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2";
export const UNKNOWN_OBJECT = "dd056dcd-154b-4c76-9bd3-c8f88648b5ff";

/** How a judgement ended: the SDK turns `unknown` into an advisory line. */
export type Outcome = "ran" | "not-applicable" | "unknown";
export interface Verdict {
  outcome: Outcome;
  violations: string[];
}
/** The resource by its name; nothing when it is about the stack. */
type Finding = { on: string | undefined; message: string };
export interface StackVerdict {
  outcome: Outcome;
  violations: Finding[];
  /** What is told at the level `advisory`, whatever that of the rule. */
  advice: Finding[];
}

export interface TestResource {
  type: string;
  /** Unique in the stack. */
  name: string;
  props?: object;
  /** For each property, names of the resources that its value was made from. */
  propertyDependencies?: Record<string, string[]>;
}

/** As the engine hands it over at preview: also what the provider fills in when nobody asks is unknown. */
export const asPlanned = (resources: TestResource[]): TestResource[] =>
  resources.map((one) => ({
    ...one,
    props: { ...Object.fromEntries((filledByProvider[one.type] ?? []).map((property) => [property, UNKNOWN])), ...one.props },
  }));

/** What the SDK takes besides a text: a finding with a level of its own. */
interface Leveled {
  message: string;
  urn?: string;
  enforcementLevel: string;
}

class NotApplicable extends Error {}

const options: PolicyResourceOptions = {
  protect: false,
  ignoreChanges: [],
  aliases: [],
  additionalSecretOutputs: [],
  customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
};
/** A policy of either kind, or of both. */
type Parts = Partial<ResourceValidationPolicy & StackValidationPolicy>;
const asPolicy = (judge: Rule | Policy): Parts => ("why" in judge ? policyOf(judge) : judge);
export const urnOf = (type: string, name: string) => `urn:pulumi:dev::environment::${type}::${name}`;

/** What arrives over the wire: no undefined, no shared objects; and throws when something unknown is read. */
const arrived = (inputs: object) => unknownCheckingProxy(JSON.parse(JSON.stringify(inputs)) as object) as Record<string, unknown>;

/** The engine fills in the default of each property that the pack's config leaves out, and checks nothing. */
function settingsOf(policy: Parts, settings: object): Record<string, unknown> {
  const properties = Object.entries(policy.configSchema?.properties ?? {});
  const defaults = properties.filter(([, schema]) => schema.default !== undefined).map(([name, schema]) => [name, schema.default]);
  return { ...(Object.fromEntries(defaults) as object), ...settings };
}

/** What the SDK gives to every validation and remediation. */
function common(policy: Parts, type: string, props: Record<string, unknown>, settings: object) {
  const isType = (resourceClass: unknown) => (resourceClass as { __pulumiType?: string }).__pulumiType === type;
  return {
    type,
    props,
    opts: options,
    stackTags: new Map<string, string>(),
    isType,
    asType: (resourceClass: unknown) => (isType(resourceClass) ? props : undefined),
    getConfig: <T extends object>() => settingsOf(policy, settings) as T,
    notApplicable: (reason?: string): never => {
      throw new NotApplicable(reason);
    },
  };
}

/** How a run ended; anything but the SDK's own two errors would end the update, and fails the test. */
async function outcomeOf(run: () => unknown): Promise<Outcome> {
  try {
    await run();
    return "ran";
  } catch (error) {
    if (error instanceof NotApplicable) return "not-applicable";
    if (error instanceof UnknownValueError) return "unknown";
    throw error;
  }
}

/** Judges the inputs of one resource, before it is created or changed. */
export async function judgeResource(judge: Rule | Policy, type: string, inputs: object, settings: object = {}): Promise<Verdict> {
  const policy = asPolicy(judge);
  if (!policy.validateResource) return { outcome: "not-applicable", violations: [] };
  const violations: string[] = [];
  const args = { ...common(policy, type, arrived(inputs), settings), name: "it", urn: urnOf(type, "it") };
  let outcome: Outcome = "ran";
  for (const validate of [policy.validateResource].flat())
    outcome = await outcomeOf(() => validate(args as Parameters<typeof validate>[0], (message) => void violations.push(message)));
  return { outcome, violations };
}

/** Resources as a rule sees them in a stack. */
export function viewsOf(resources: TestResource[]): StackResource[] {
  const views = new Map<string, StackResource>();
  for (const { type, name, props = {}, propertyDependencies = {} } of resources)
    views.set(name, {
      type,
      name,
      urn: urnOf(type, name),
      props: arrived(props),
      sources: (property) =>
        (propertyDependencies[property] ?? []).map((one) => views.get(one) ?? assert.fail(`no resource is called '${one}'`)),
    });
  return [...views.values()];
}

/** Judges a stack at the end of a preview or update. */
export async function judgeStack(judge: Rule | Policy, resources: TestResource[], settings: object = {}): Promise<StackVerdict> {
  const policy = asPolicy(judge);
  const { validateStack } = policy;
  if (!validateStack) return { outcome: "not-applicable", violations: [], advice: [] };
  const byName = new Map<string, PolicyResource>();
  for (const { type, name, props = {} } of resources) {
    assert.ok(!byName.has(name), `two resources are called '${name}'`);
    const { isType, asType } = common(policy, type, arrived(props), settings);
    byName.set(name, {
      type,
      name,
      urn: urnOf(type, name),
      props: arrived(props),
      opts: options,
      dependencies: [],
      propertyDependencies: {},
      isType,
      asType,
    } as unknown as PolicyResource);
  }
  const named = (name: string) => byName.get(name) ?? assert.fail(`no resource is called '${name}'`);
  for (const { name, propertyDependencies = {} } of resources)
    for (const [property, names] of Object.entries(propertyDependencies)) {
      named(name).propertyDependencies[property] = names.map(named);
      named(name).dependencies.push(...names.map(named));
    }
  const violations: Finding[] = [];
  const advice: Finding[] = [];
  const { getConfig, notApplicable, stackTags } = common(policy, "", {}, settings);
  const tell = (into: Finding[], message: string, urn: string | undefined) => {
    const found = [...byName.values()].find((resource) => resource.urn === urn);
    assert.ok(!urn || found, `a violation names ${urn}, which is not in the stack`);
    into.push({ on: found?.name, message });
  };
  const outcome = await outcomeOf(() =>
    validateStack({ resources: [...byName.values()], getConfig, notApplicable, stackTags }, (told: string | Leveled, urn) => {
      if (typeof told === "string") return tell(violations, told, urn);
      assert.equal(told.enforcementLevel, "advisory");
      // The SDK puts the description before a text, and leaves an object's message as it is.
      assert.ok(told.message.startsWith(`${policy.description}\n`), told.message);
      tell(advice, told.message.slice(policy.description!.length + 1), told.urn);
    }),
  );
  return { outcome, violations, advice };
}

/** Inputs as the pack would change them at the level `remediate`; nothing when it leaves them as they are. */
export async function remediate(
  judge: Rule | Policy,
  type: string,
  inputs: object,
): Promise<{ outcome: Outcome; inputs: Record<string, unknown> | undefined }> {
  const policy = asPolicy(judge);
  const { remediateResource: fix } = policy;
  if (!fix) return { outcome: "not-applicable", inputs: undefined };
  const plain = JSON.parse(JSON.stringify(inputs)) as object;
  const args = { ...common(policy, type, unknownCheckingProxy(plain) as Record<string, unknown>, {}), name: "it", urn: urnOf(type, "it") };
  let fixed: Record<string, unknown> | undefined;
  const outcome = await outcomeOf(async () => {
    fixed = (await fix(args as Parameters<typeof fix>[0])) || undefined;
  });
  // As the SDK does before it answers: the object behind the proxy, which may hold what is unknown.
  const target = (fixed as { __getSpecialProxyTarget?: Record<string, unknown> } | undefined)?.__getSpecialProxyTarget;
  return { outcome, inputs: target ?? fixed };
}
