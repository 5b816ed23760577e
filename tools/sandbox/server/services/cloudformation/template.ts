// Reads a template: JSON or YAML with the short forms of functions. Checks what AWS checks before it creates anything.
import { isObject } from "@cloister/common";
import { type CollectionTag, parseDocument, type ScalarTag } from "yaml";
import { AwsError } from "../../aws-error";

export type Properties = Record<string, unknown>;

export interface Parameter {
  Type: string;
  Default?: string | number;
  Description?: string;
  NoEcho?: boolean | string;
  AllowedValues?: (string | number)[];
  AllowedPattern?: string;
  ConstraintDescription?: string;
  MinLength?: number | string;
  MaxLength?: number | string;
  MinValue?: number | string;
  MaxValue?: number | string;
}

export interface Rule {
  RuleCondition?: unknown;
  Assertions: { Assert: unknown; AssertDescription?: string }[];
}

/** `Snapshot` is missing, because no resource type of the sandbox has snapshots. */
const policies = ["Delete", "Retain", "RetainExceptOnCreate"] as const;
export type Policy = (typeof policies)[number];

export interface ResourceDefinition {
  Type: string;
  Condition?: string;
  DependsOn?: string | string[];
  /** What happens to the resource when the stack or the template no longer has it. Default: `Delete`. */
  DeletionPolicy?: Policy;
  /** What happens to a resource that an update replaces. Default: `Delete`. */
  UpdateReplacePolicy?: Policy;
  Properties?: Properties;
}

export interface Template {
  AWSTemplateFormatVersion?: string;
  Description?: string;
  Metadata?: object;
  Parameters?: Record<string, Parameter>;
  Rules?: Record<string, Rule>;
  Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  Conditions?: Record<string, unknown>;
  Resources: Record<string, ResourceDefinition>;
  Outputs?: Record<string, { Value: unknown; Description?: string; Condition?: string; Export?: object }>;
}

export const invalid = (message: string) => new AwsError("ValidationError", message);
const malformed = (message: string) => invalid(`Template format error: ${message}`);

/** Maximum number of bytes in `TemplateBody`. Source: AWS CloudFormation "Understand CloudFormation quotas". */
const bodyLimit = 51_200;

/** The functions with a short form, and the names of those that are not `Fn::` and the name. */
const shortForms: Record<string, string> = {
  ...Object.fromEntries(
    [
      ...["And", "Base64", "Cidr", "Contains", "EachMemberEquals", "EachMemberIn", "Equals", "FindInMap", "GetAtt", "GetAZs", "If"],
      ...["ImportValue", "Join", "Not", "Or", "RefAll", "Select", "Split", "Sub", "Transform", "ValueOf", "ValueOfAll"],
    ].map((name) => [name, `Fn::${name}`]),
  ),
  Condition: "Condition",
  Ref: "Ref",
};

/** YAML tags for the short forms: of a text, and of a list. */
const tags = Object.entries(shortForms).flatMap(([name, full]): (ScalarTag | CollectionTag)[] => [
  { tag: `!${name}`, resolve: (text: string) => ({ [full]: full === "Fn::GetAtt" ? text.split(/\.(.*)/s).slice(0, 2) : text }) },
  {
    tag: `!${name}`,
    collection: "seq",
    resolve: (list) => ({ [full]: (list as { toJSON(): unknown }).toJSON() }) as never,
  },
]);

function read(text: string): unknown {
  const isJson = text.trimStart().startsWith("{");
  try {
    if (isJson) return JSON.parse(text) as unknown;
    const document = parseDocument(text, { customTags: tags });
    if (document.errors.length > 0) throw document.errors[0]!;
    return document.toJS();
  } catch {
    throw malformed(`${isJson ? "JSON" : "YAML"} not well-formed.`);
  }
}

const sections = new Set([
  ...["AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions"],
  ...["Resources", "Outputs"],
]);

/** The names of resources or parameters that a value uses, directly in `Ref`, `Fn::GetAtt` and `Fn::Sub`. */
export function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, operand]): string[] => {
    if (key === "Ref") return [String(operand)];
    if (key === "Fn::GetAtt") return [(Array.isArray(operand) ? String(operand[0]) : String(operand)).split(".")[0]!];
    if (key !== "Fn::Sub") return namesIn(operand);
    const [text, variables] = (Array.isArray(operand) ? operand : [operand, {}]) as [string, Record<string, unknown>];
    const used = [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name]) => name!.trim().split(".")[0]!);
    return [...used.filter((name) => !Object.hasOwn(variables, name)), ...namesIn(variables)];
  });
}

/** The conditions that a value uses, in `Condition` and `Fn::If`. */
export function conditionsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(conditionsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, operand]) => {
    const condition = key === "Fn::If" && Array.isArray(operand) ? [String(operand[0])] : [];
    return [...condition, ...conditionsIn(operand)];
  });
}

const isPseudo = (name: string) => name.startsWith("AWS::");

/** Every name in the template must exist. */
function namesExist({ Parameters = {}, Conditions = {}, Resources, Outputs = {} }: Template): void {
  const known = (name: string) => isPseudo(name) || name in Parameters || name in Resources;
  const blocks = { Resources: Object.values(Resources).map(({ Properties: properties }) => properties), Outputs: Object.values(Outputs) };
  for (const [block, value] of Object.entries(blocks)) {
    const unknown = [...new Set(namesIn(value).filter((name) => !known(name)))];
    if (unknown.length > 0)
      throw malformed(`Unresolved resource dependencies [${unknown.join(", ")}] in the ${block} block of the template`);
  }
  const used = [...Object.values(Resources), ...Object.values(Outputs)].flatMap((part) =>
    [part.Condition ?? [], conditionsIn(part)].flat(),
  );
  const missing = used.find((name) => !(name in Conditions));
  if (missing !== undefined) throw malformed(`Unresolved condition dependency ${missing} in the Resources block of the template`);
  const dependency = Object.values(Resources)
    .flatMap(({ DependsOn = [] }) => DependsOn)
    .find((name) => !(name in Resources));
  if (dependency !== undefined) throw malformed(`Unresolved resource dependencies [${dependency}] in the Resources block of the template`);
}

export function parseTemplate(body: unknown): Template {
  const text = String(body ?? "");
  if (Buffer.byteLength(text) > bodyLimit)
    throw invalid(
      `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${bodyLimit}`,
    );
  const template = read(text);
  if (!isObject(template)) throw malformed("unsupported structure.");
  const unknown = Object.keys(template).filter((name) => !sections.has(name));
  if (unknown.length > 0) throw invalid(`Invalid template property or properties [${unknown.join(", ")}]`);
  if (!isObject(template.Resources) || Object.keys(template.Resources).length === 0)
    throw malformed("At least one Resources member must be defined.");
  for (const [id, resource] of Object.entries(template.Resources)) {
    if (!/^[A-Za-z0-9]+$/.test(id)) throw malformed(`Resource name ${id} is non alphanumeric.`);
    if (!isObject(resource) || typeof resource.Type !== "string")
      throw malformed(`[/Resources/${id}] Every Resources object must contain a Type member.`);
    for (const name of ["DeletionPolicy", "UpdateReplacePolicy"]) {
      const policy = resource[name];
      if (policy !== undefined && !policies.includes(policy as Policy))
        throw malformed(`Unrecognized ${name} ${JSON.stringify(policy)} for resource ${id}`);
    }
  }
  for (const [name, parameter] of Object.entries((template.Parameters ?? {}) as Record<string, Partial<Parameter>>)) {
    if (!/^[A-Za-z0-9]+$/.test(name)) throw malformed(`Parameter name ${name} is non alphanumeric.`);
    if (typeof parameter.Type !== "string") throw malformed("Every Parameters object must contain a Type member.");
    if (parameter.AllowedValues !== undefined && !Array.isArray(parameter.AllowedValues))
      throw malformed("Every AllowedValues member must be a list.");
  }
  namesExist(template as unknown as Template);
  return template as unknown as Template;
}
