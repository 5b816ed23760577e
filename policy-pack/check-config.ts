// Validates the configuration of the policy pack. The engine ignores unknown policies and settings, and then runs the
// guardrail with its default settings.
import { type PolicyConfigSchema } from "@pulumi/policy";
import { closest } from "fastest-levenshtein";
import { catalogue } from "./catalogue";
import { exemptionsSchema, isDate } from "./rule-kit";

type Schema = PolicyConfigSchema["properties"][string];
const levels = ["mandatory", "advisory", "remediate", "disabled"];
/** Rules that change inputs at the level `remediate`. Other rules change no inputs, so the level has no effect. */
const remediating = catalogue.filter(({ remediation }) => remediation).map(({ name }) => name);
const schemas = new Map(
  catalogue.map(({ name, settings }) => [name, { ...settings, exemptions: exemptionsSchema } as Record<string, Schema>]),
);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const quoteAll = (names: string[]) => names.map((name) => `"${name}"`).join(", ");
const nearest = (name: string, known: string[]) => (known.length > 0 ? `. Did you mean "${closest(name, known)}"?` : ".");

const hasType: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === "string" && value.trim() !== "",
  integer: Number.isInteger,
  boolean: (value) => typeof value === "boolean",
  array: Array.isArray,
  object: isObject,
};
const typeNames: Record<string, string> = {
  string: "a non-empty string",
  integer: "an integer",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

/** Problems found when a value is validated against the setting's schema; `at` is the path of the value. */
function valueProblems(schema: Schema, value: unknown, at: string): string[] {
  const type = String(schema.type);
  if (!hasType[type]!(value)) return [`'${at}' must be ${typeNames[type]} (got ${JSON.stringify(value)}).`];
  if (typeof value === "number" && (value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity)))
    return [`'${at}' must be from ${schema.minimum} to ${schema.maximum} (got ${value}).`];
  if (Array.isArray(value)) return value.flatMap((item, i) => valueProblems(schema.items as Schema, item, `${at}[${i}]`));
  if (!isObject(value)) return [];
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  return [
    ...Object.keys(value)
      .filter((name) => !properties[name])
      .map((name) => `'${at}' has an unknown property "${name}"${nearest(name, Object.keys(properties))}`),
    ...(schema.required ?? []).filter((name) => value[name] === undefined).map((name) => `'${at}' requires "${name}".`),
    ...Object.entries(properties).flatMap(([name, item]) =>
      value[name] === undefined ? [] : valueProblems(item, value[name], `${at}.${name}`),
    ),
  ];
}

const cannotRemediate = `cannot have the enforcement level "remediate". Only these policies change inputs: ${quoteAll(remediating)}.`;

function policyProblems(policy: string, schema: Record<string, Schema>, config: unknown): string[] {
  const level = isObject(config) ? config.enforcementLevel : config;
  const problems = [];
  if (!isObject(config) && typeof config !== "string")
    problems.push(`'${policy}' must be an enforcement level or an object (got ${JSON.stringify(config)}).`);
  else if (level !== undefined && !levels.includes(String(level)))
    problems.push(`'${policy}' must have one of the enforcement levels ${quoteAll(levels)} (got ${JSON.stringify(level)}).`);
  else if (level === "remediate" && !remediating.includes(policy)) problems.push(`'${policy}' ${cannotRemediate}`);
  if (!isObject(config)) return problems;
  for (const [name, value] of Object.entries(config)) {
    if (name === "enforcementLevel") continue;
    const property = schema[name];
    if (property) problems.push(...valueProblems(property, value, `${policy}.${name}`));
    else problems.push(`'${policy}' has an unknown setting "${name}"${nearest(name, ["enforcementLevel", ...Object.keys(schema)])}`);
  }
  const exemptions = Array.isArray(config.exemptions) ? (config.exemptions as unknown[]) : [];
  for (const [i, exemption] of exemptions.entries())
    if (isObject(exemption) && typeof exemption.until === "string" && !isDate(exemption.until))
      problems.push(`'${policy}.exemptions[${i}].until' must be a date such as "2027-03-31" (got "${exemption.until}").`);
  return problems;
}

/** All rules must have the same `natVpcs` list: a rule with a different list rejects the VPC. */
function natProblems(config: Record<string, unknown>): string[] {
  const lists = [...schemas]
    .filter(([policy, schema]) => schema.natVpcs && config[policy] !== "disabled")
    .map(([policy]) => {
      const settings = config[policy];
      const vpcs = isObject(settings) && Array.isArray(settings.natVpcs) ? settings.natVpcs.map(String).sort() : [];
      return { policy, vpcs: vpcs.join(", ") };
    });
  const longest = lists.reduce((a, b) => (b.vpcs.length > a.vpcs.length ? b : a), { policy: "", vpcs: "" });
  return lists
    .filter(({ vpcs }) => vpcs !== longest.vpcs)
    .map(
      ({ policy, vpcs }) =>
        `'${policy}.natVpcs' must be the same list in all policies that have it (got [${vpcs}], and [${longest.vpcs}] in ${longest.policy}).`,
    );
}

/** Problems with a policy pack configuration, one line each. */
export function configProblems(config: unknown): string[] {
  if (!isObject(config))
    return ["The configuration must be an object that maps each policy to an enforcement level or an object of settings."];
  const { all, ...policies } = config;
  const ofAll = isObject(all) ? all.enforcementLevel : all;
  const allProblems =
    ofAll === "remediate"
      ? [`'all' ${cannotRemediate}`]
      : all === undefined || levels.includes(String(ofAll))
        ? []
        : [`'all' must be one of the enforcement levels ${quoteAll(levels)} (got ${JSON.stringify(ofAll)}).`];
  const known = [...schemas.keys()];
  return [
    ...allProblems,
    ...Object.entries(policies).flatMap(([policy, value]) => {
      const schema = schemas.get(policy);
      return schema ? policyProblems(policy, schema, value) : [`Unknown policy "${policy}"${nearest(policy, known)}`];
    }),
    ...natProblems(policies),
  ];
}
