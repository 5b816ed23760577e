// What is wrong with the pack's config. The engine takes names and settings that nobody knows, and a guardrail then runs without what was meant.
import { type PolicyConfigSchema } from "@pulumi/policy";
import { closest } from "fastest-levenshtein";
import { catalogue } from "./catalogue";
import { exemptionsSchema, isDay } from "./rule-kit";

type Schema = PolicyConfigSchema["properties"][string];
const levels = ["mandatory", "advisory", "remediate", "disabled"];
const schemas = new Map(
  catalogue.map(({ name, settings }) => [name, { ...settings, exemptions: exemptionsSchema } as Record<string, Schema>]),
);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const listed = (names: string[]) => names.map((name) => `"${name}"`).join(", ");
const nearest = (name: string, known: string[]) => (known.length > 0 ? `. Did you mean "${closest(name, known)}"?` : ".");

const isOf: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === "string" && value.trim() !== "",
  integer: Number.isInteger,
  boolean: (value) => typeof value === "boolean",
  array: Array.isArray,
  object: isObject,
};
const called: Record<string, string> = {
  string: "a text",
  integer: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

/** What keeps a value from being what a schema of one of our settings asks for; `at` is where it is written. */
function valueProblems(schema: Schema, value: unknown, at: string): string[] {
  const type = String(schema.type);
  if (!isOf[type]!(value)) return [`${at} should be ${called[type]}, and is ${JSON.stringify(value)}.`];
  if (typeof value === "number" && (value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity)))
    return [`${at} is ${value}; it goes from ${schema.minimum} to ${schema.maximum}.`];
  if (Array.isArray(value)) return value.flatMap((item, i) => valueProblems(schema.items as Schema, item, `${at}[${i}]`));
  if (!isObject(value)) return [];
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  return [
    ...Object.keys(value)
      .filter((name) => !properties[name])
      .map((name) => `${at} has no "${name}"${nearest(name, Object.keys(properties))}`),
    ...(schema.required ?? []).filter((name) => value[name] === undefined).map((name) => `${at} lacks "${name}".`),
    ...Object.entries(properties).flatMap(([name, one]) =>
      value[name] === undefined ? [] : valueProblems(one, value[name], `${at}.${name}`),
    ),
  ];
}

function policyProblems(policy: string, schema: Record<string, Schema>, config: unknown): string[] {
  const level = isObject(config) ? config.enforcementLevel : config;
  const problems = [];
  if (!isObject(config) && typeof config !== "string")
    problems.push(`${policy} should be a level or an object, and is ${JSON.stringify(config)}.`);
  else if (level !== undefined && !levels.includes(String(level)))
    problems.push(`${policy} has the level ${JSON.stringify(level)}; known: ${listed(levels)}.`);
  if (!isObject(config)) return problems;
  for (const [name, value] of Object.entries(config)) {
    if (name === "enforcementLevel") continue;
    const one = schema[name];
    if (one) problems.push(...valueProblems(one, value, `${policy}.${name}`));
    else problems.push(`${policy} has no setting "${name}"${nearest(name, ["enforcementLevel", ...Object.keys(schema)])}`);
  }
  const exemptions = Array.isArray(config.exemptions) ? (config.exemptions as unknown[]) : [];
  for (const [i, exemption] of exemptions.entries())
    if (isObject(exemption) && typeof exemption.until === "string" && !isDay(exemption.until))
      problems.push(`${policy}.exemptions[${i}].until is "${exemption.until}", which is no day. Write it as "2027-03-31".`);
  return problems;
}

/** Rules share the NAT option; where one lacks it, the VPC it is for fails there. */
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
        `${policy}.natVpcs is [${vpcs}], and that of ${longest.policy} is [${longest.vpcs}]. Give all rules that have it the same list.`,
    );
}

/** Everything that is wrong with a config of the pack, one line each; none: the engine does what it says. */
export function configProblems(config: unknown): string[] {
  if (!isObject(config)) return ["A config is an object: the name of a policy, and its level or an object of its settings."];
  const { all, ...policies } = config;
  const ofAll = isObject(all) ? all.enforcementLevel : all;
  const allProblems =
    all === undefined || levels.includes(String(ofAll)) ? [] : [`all is ${JSON.stringify(ofAll)}; known levels: ${listed(levels)}.`];
  const known = [...schemas.keys()];
  return [
    ...allProblems,
    ...Object.entries(policies).flatMap(([policy, one]) => {
      const schema = schemas.get(policy);
      return schema ? policyProblems(policy, schema, one) : [`There is no policy "${policy}"${nearest(policy, known)}`];
    }),
    ...natProblems(policies),
  ];
}
