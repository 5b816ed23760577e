// Evaluates rules as the policy SDK does for the engine, with the same proxy around values and the same setting
// defaults. Does not prove that the engine sends a rule these inputs: tests/engine does.
import assert from "node:assert/strict";
import {
  type PolicyResource,
  type PolicyResourceOptions,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
  unknownCheckingProxy,
  UnknownValueError,
} from "@pulumi/policy";
import { computedProperties } from "./computed";
import { policyOf, type Rule, type StackResource } from "@cloister/policy-pack/rule-kit";

export type Policy = ResourceValidationPolicy | StackValidationPolicy;

/** Markers of values that are unknown at preview; the SDK does not export them. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const UNKNOWN_BOOLEAN = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7";
export const UNKNOWN_NUMBER = "3eeb2bf0-c639-47a8-9e75-3b44932eb421";
export const UNKNOWN_ARRAY = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2";
export const UNKNOWN_OBJECT = "dd056dcd-154b-4c76-9bd3-c8f88648b5ff";

/** The outcome of an evaluation. The SDK turns `unknown` into an advisory message. */
export type Outcome = "ran" | "not-applicable" | "unknown";
export interface ResourceResult {
  outcome: Outcome;
  violations: string[];
}
/** A violation by a resource, with the resource name, or by the stack. */
type Violation = { on: string | undefined; message: string };
export interface StackResult {
  outcome: Outcome;
  violations: Violation[];
  /** Violations at the level `advisory`, whatever the level of the rule. */
  advice: Violation[];
}

export interface TestResource {
  type: string;
  /** Pulumi name, unique in the stack. */
  name: string;
  props?: object;
  /** For each property, the names of the resources that the value comes from. */
  propertyDependencies?: Record<string, string[]>;
  /** Package of the provider; the engine sends none for components. */
  package?: string;
}

/** The resources as the engine sends them at preview: properties that the provider sets are also unknown. */
export const asPlanned = (resources: TestResource[]): TestResource[] =>
  resources.map((resource) => ({
    ...resource,
    props: { ...Object.fromEntries(computedProperties(resource.type).map((property) => [property, UNKNOWN])), ...resource.props },
  }));

/** A violation with an enforcement level. The SDK accepts this object besides a string. */
interface LeveledViolation {
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
/** A policy that evaluates resources, the stack, or both. */
type AnyPolicy = Partial<ResourceValidationPolicy & StackValidationPolicy>;
const asPolicy = (rule: Rule | Policy): AnyPolicy => ("risk" in rule ? policyOf(rule) : rule);
export const urnOf = (type: string, name: string) => `urn:pulumi:dev::environment::${type}::${name}`;

/** Inputs as a rule receives them: without undefined and shared objects. Reading an unknown value throws. */
const received = (inputs: object) => unknownCheckingProxy(JSON.parse(JSON.stringify(inputs)) as object) as Record<string, unknown>;

/** Settings with the defaults that the engine sets. The engine does not validate settings. */
function settingsOf(policy: AnyPolicy, settings: object): Record<string, unknown> {
  const properties = Object.entries(policy.configSchema?.properties ?? {});
  const defaults = properties.filter(([, schema]) => schema.default !== undefined).map(([name, schema]) => [name, schema.default]);
  return { ...(Object.fromEntries(defaults) as object), ...settings };
}

/** Arguments that the SDK passes to every validation and remediation. */
function commonArguments(policy: AnyPolicy, type: string, props: Record<string, unknown>, settings: object) {
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

/** The outcome of a run. Any other error would end the update, and fails the test. */
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

/** Evaluates the inputs of one resource before the resource is created or changed. */
export async function evaluateResource(rule: Rule | Policy, type: string, inputs: object, settings: object = {}): Promise<ResourceResult> {
  const policy = asPolicy(rule);
  if (!policy.validateResource) return { outcome: "not-applicable", violations: [] };
  const violations: string[] = [];
  const args = { ...commonArguments(policy, type, received(inputs), settings), name: "it", urn: urnOf(type, "it") };
  let outcome: Outcome = "ran";
  for (const validate of [policy.validateResource].flat())
    outcome = await outcomeOf(() => validate(args as Parameters<typeof validate>[0], (message) => void violations.push(message)));
  return { outcome, violations };
}

/** Resources as a rule receives them in a stack. */
export function stackResources(resources: TestResource[]): StackResource[] {
  const byName = new Map<string, StackResource>();
  for (const { type, name, props = {}, propertyDependencies = {} } of resources)
    byName.set(name, {
      type,
      name,
      urn: urnOf(type, name),
      props: received(props),
      sources: (property) =>
        (propertyDependencies[property] ?? []).map((source) => byName.get(source) ?? assert.fail(`no resource is named '${source}'`)),
    });
  return [...byName.values()];
}

/** Evaluates a stack at the end of a preview or update. */
export async function evaluateStack(rule: Rule | Policy, resources: TestResource[], settings: object = {}): Promise<StackResult> {
  const policy = asPolicy(rule);
  const { validateStack } = policy;
  if (!validateStack) return { outcome: "not-applicable", violations: [], advice: [] };
  const byName = new Map<string, PolicyResource>();
  for (const { type, name, props = {}, package: provider } of resources) {
    assert.ok(!byName.has(name), `two resources are named '${name}'`);
    const { isType, asType } = commonArguments(policy, type, received(props), settings);
    byName.set(name, {
      type,
      name,
      urn: urnOf(type, name),
      props: received(props),
      opts: options,
      dependencies: [],
      propertyDependencies: {},
      ...(provider && { provider: { type: `pulumi:providers:${provider}`, name: "default", urn: "", props: {} } }),
      isType,
      asType,
    } as unknown as PolicyResource);
  }
  const named = (name: string) => byName.get(name) ?? assert.fail(`no resource is named '${name}'`);
  for (const { name, propertyDependencies = {} } of resources)
    for (const [property, names] of Object.entries(propertyDependencies)) {
      named(name).propertyDependencies[property] = names.map(named);
      named(name).dependencies.push(...names.map(named));
    }
  const violations: Violation[] = [];
  const advice: Violation[] = [];
  const { getConfig, notApplicable, stackTags } = commonArguments(policy, "", {}, settings);
  const add = (to: Violation[], message: string, urn: string | undefined) => {
    const found = [...byName.values()].find((resource) => resource.urn === urn);
    assert.ok(!urn || found, `a violation names ${urn}, which is not in the stack`);
    to.push({ on: found?.name, message });
  };
  const outcome = await outcomeOf(() =>
    validateStack({ resources: [...byName.values()], getConfig, notApplicable, stackTags }, (violation: string | LeveledViolation, urn) => {
      if (typeof violation === "string") return add(violations, violation, urn);
      assert.equal(violation.enforcementLevel, "advisory");
      // The SDK adds the description before a string message, and does not change the message in an object.
      assert.ok(violation.message.startsWith(`${policy.description}\n`), violation.message);
      add(advice, violation.message.slice(policy.description!.length + 1), violation.urn);
    }),
  );
  return { outcome, violations, advice };
}

/** Inputs after remediation at the level `remediate`; undefined when the rule does not change the inputs. */
export async function remediate(
  rule: Rule | Policy,
  type: string,
  inputs: object,
): Promise<{ outcome: Outcome; inputs: Record<string, unknown> | undefined }> {
  const policy = asPolicy(rule);
  const { remediateResource: fix } = policy;
  if (!fix) return { outcome: "not-applicable", inputs: undefined };
  const plain = JSON.parse(JSON.stringify(inputs)) as object;
  const args = {
    ...commonArguments(policy, type, unknownCheckingProxy(plain) as Record<string, unknown>, {}),
    name: "it",
    urn: urnOf(type, "it"),
  };
  let fixed: Record<string, unknown> | undefined;
  const outcome = await outcomeOf(async () => {
    fixed = (await fix(args as Parameters<typeof fix>[0])) || undefined;
  });
  // The SDK returns the object behind the proxy, and this object can contain unknown values.
  const target = (fixed as { __getSpecialProxyTarget?: Record<string, unknown> } | undefined)?.__getSpecialProxyTarget;
  return { outcome, inputs: target ?? fixed };
}
