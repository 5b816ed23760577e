// What a guardrail is, and how it becomes a policy of the SDK.
import {
  type PolicyConfigSchema,
  type PolicyResource,
  type ReportViolation,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
  UnknownValueError,
} from "@pulumi/policy";
import { objectsAt, textAt } from "./read";

export type Severity = "low" | "medium" | "high" | "critical";

/** Reports one violation: what is wrong, what it lets happen, and what to write instead. */
export type Report = (message: string) => void;

/** The same in the stack view, about one resource or about the stack. */
type StackReport = (resource: StackResource | undefined, message: string) => void;

/** A resource as it is about to be created or updated: its inputs, after the provider filled in its defaults. */
export interface ResourceView {
  type: string;
  name: string;
  /** Read through `look`. */
  props: Record<string, unknown>;
}

/** A resource of a stack, with what its properties come from. */
export interface StackResource extends ResourceView {
  urn: string;
  /** Resources that a property was made from; known at preview, when ids are not. */
  sources(property: string): StackResource[];
}

/** What a part belongs to, by the property that names it: one of these resources, by its id or because the value was made from it; else the id alone, when it is known. */
export function ownerOf(part: StackResource, property: string, owners: readonly StackResource[]): StackResource | string | undefined {
  const id = textAt(part.props, property);
  const named = id === undefined ? undefined : owners.find(({ props }) => textAt(props, "id") === id);
  return named ?? part.sources(property).find((source) => owners.includes(source)) ?? id;
}

/** Resources of these types by what they belong to, in the order of the stack; those of which nothing tells are left out. `on` is the owner, or the first of them when it is not in the stack. */
export function byOwner(
  resources: readonly StackResource[],
  ownerOf: (one: StackResource) => StackResource | string | undefined,
  types: readonly string[],
): { on: StackResource; parts: StackResource[] }[] {
  const found = new Map<StackResource | string, StackResource[]>();
  for (const one of resources.filter(({ type }) => types.includes(type))) {
    const owner = ownerOf(one);
    if (owner !== undefined) found.set(owner, [...(found.get(owner) ?? []), one]);
  }
  return [...found].map(([owner, parts]) => ({ on: typeof owner === "string" ? parts[0]! : owner, parts }));
}

export type Settings = Record<string, unknown>;
type Check = (resource: ResourceView, report: Report, settings: Settings) => void;

export interface Rule {
  /** `<service>-<resource>-<what must hold>`, without the resource where it is about all of them; a public name, never changed. */
  name: string;
  /** What must hold, in one sentence. */
  description: string;
  /** What can happen where it does not. */
  why: string;
  /** What to write. */
  fix: string;
  severity: Severity;
  /** NIST SP 800-53 rev. 5 control. */
  control: { reference: string; specification: string };
  /** The same demand elsewhere: Security Hub, AWS Config, Checkov, Prowler, Trivy, cdk-nag. */
  publicIds: string[];
  /** Settings of this rule besides `exemptions`: JSON Schema with a default for each. */
  settings?: PolicyConfigSchema["properties"];
  /** Judges one resource, before it is created or changed; by type token. */
  resource?: Record<string, Check>;
  /** Judges the stack as a whole, for what only shows between resources. Stops a preview; after an update it can only tell. `advise` tells and stops nothing, whatever the level. */
  stack?: (resources: StackResource[], report: StackReport, settings: Settings, advise: StackReport) => void;
  /** Inputs to set, where the fix is the one right answer; applied when the pack's config sets the rule to `remediate`. By type token. */
  remedy?: Record<string, (props: object) => Record<string, unknown> | undefined>;
}

/** A resource that may break a rule, by whose word, until when. */
export interface Exemption {
  /** URN, with `*` for any text. */
  resource: string;
  reason: string;
  owner: string;
  /** Last day, `2027-03-31`. */
  until: string;
}

/** Setting that every rule has. */
export const exemptionsSchema = {
  type: "array" as const,
  default: [],
  items: {
    type: "object" as const,
    properties: {
      resource: { type: "string" as const },
      reason: { type: "string" as const },
      owner: { type: "string" as const },
      until: { type: "string" as const },
    },
    required: ["resource", "reason", "owner", "until"],
    additionalProperties: false,
  },
};

const matches = (pattern: string, urn: string) =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(urn);

/** Whether a text is a day that exists, as `2027-03-31`. */
export const isDay = (text: unknown) =>
  typeof text === "string" && /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;

/** Passes a violation on, unless an exemption covers it. One that ran out, or that nobody answers for, covers nothing and is told with the violation. */
export function judged(settings: Settings, urn: string, report: Report, today = new Date().toISOString().slice(0, 10)): Report {
  const exemptions = (objectsAt(settings, "exemptions") as Partial<Exemption>[]).filter(
    ({ resource }) => typeof resource === "string" && matches(resource, urn),
  );
  const complete = exemptions.filter(({ reason, owner, until }) => reason && owner && isDay(until)) as Exemption[];
  const [expired] = complete;
  const hint = expired
    ? ` (The exemption of ${expired.owner}, "${expired.reason}", ended on ${expired.until}.)`
    : exemptions.length > 0
      ? " (An exemption names this resource and does not count: it needs a reason, an owner and a last day, e.g. 2027-03-31.)"
      : "";
  return (message) => {
    if (!complete.some(({ until }) => until >= today)) report(message + hint);
  };
}

/** Runs a check so that its own mistake is a violation of the rule, not the end of the update. */
function guarded(report: Report, check: () => void): void {
  try {
    check();
  } catch (error) {
    // From `lookNow`: the SDK tells that the rule can't judge this at preview.
    if (error instanceof UnknownValueError) throw error;
    report(
      `This guardrail could not judge: ${(error as Error).message}. Until that is mended, it refuses. Tell the maintainers of the policy pack.`,
    );
  }
}

/** Reports at the level `advisory`, whatever that of the policy. The SDK takes a finding with a level of its own, though its types don't say so; a test asks the SDK itself. */
const advisory =
  (description: string, reportViolation: ReportViolation): ReportViolation =>
  (message, urn) =>
    reportViolation({ message: `${description}\n${message}`, urn, enforcementLevel: "advisory" } as unknown as string);

const views = new WeakMap<PolicyResource, StackResource>();

function viewOf(resource: PolicyResource): StackResource {
  let view = views.get(resource);
  if (!view) {
    view = {
      type: resource.type,
      name: resource.name,
      urn: resource.urn,
      props: resource.props,
      sources: (property) => (resource.propertyDependencies[property] ?? []).map(viewOf),
    };
    views.set(resource, view);
  }
  return view;
}

/** The SDK's policy for a rule. One object judges resources and the stack, so that both go by one name. */
export function policyOf(rule: Rule): ResourceValidationPolicy | StackValidationPolicy {
  const { resource: checks, stack, remedy } = rule;
  const settingsOf = (args: { getConfig<T extends object>(): T }) => args.getConfig<Settings>();
  return {
    name: rule.name,
    displayName: rule.name,
    description: rule.description,
    enforcementLevel: "mandatory",
    severity: rule.severity,
    framework: { name: "NIST SP 800-53", version: "5", ...rule.control },
    tags: rule.publicIds,
    remediationSteps: rule.fix,
    configSchema: { properties: { ...rule.settings, exemptions: exemptionsSchema } },
    ...(checks && {
      validateResource: (args, reportViolation) => {
        const check = checks[args.type];
        if (!check) return args.notApplicable();
        const settings = settingsOf(args);
        const report = judged(settings, args.urn, reportViolation);
        guarded(report, () => check({ type: args.type, name: args.name, props: args.props as Record<string, unknown> }, report, settings));
      },
    }),
    ...(remedy && {
      remediateResource: (args) => {
        const change = remedy[args.type];
        if (!change) return args.notApplicable();
        const inputs = change(args.props);
        // Set in place: a copy would read what is unknown yet, and would lose which values are secret.
        return inputs && Object.assign(args.props, inputs);
      },
    }),
    ...(stack && {
      validateStack: (args, reportViolation) => {
        const settings = settingsOf(args);
        const by =
          (tell: ReportViolation): StackReport =>
          (resource, message) =>
            judged(settings, resource?.urn ?? "", (text) => tell(text, resource?.urn))(message);
        const advise = by(advisory(rule.description, reportViolation));
        guarded(reportViolation, () => stack(args.resources.map(viewOf), by(reportViolation), settings, advise));
      },
    }),
  } as ResourceValidationPolicy | StackValidationPolicy;
}

/** The same check for several types. */
export const forTypes = (types: readonly string[], check: Check): Record<string, Check> =>
  Object.fromEntries(types.map((type) => [type, check]));
