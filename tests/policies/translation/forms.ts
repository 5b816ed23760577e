// Writes one CloudFormation resource in each form in which a Pulumi program can create it.
import { type TestResource } from "../../helpers/evaluate";

export interface CloudFormationResource {
  type: string;
  properties: Record<string, unknown>;
}

/** Names as aws-native writes them: the first letter, or a leading abbreviation, is in lower case. */
const camelCase = (name: string) => name.replace(/^[A-Z]+(?=[A-Z][a-z]|[A-Z]*$)|^[A-Z]/, (start) => start.toLowerCase());
const native = (value: unknown, isPolicy = false): unknown => {
  if (Array.isArray(value)) return value.map((item) => native(item, isPolicy));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [isPolicy ? key : camelCase(key), native(item, isPolicy || key.endsWith("PolicyDocument"))]),
  );
};
export const nativeType = (type: string) => {
  const [, module, name] = type.split("::");
  return `aws-native:${module!.toLowerCase()}:${name!.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+$/, (start) => start[0] + start.slice(1).toLowerCase())}`;
};

/** YAML by hand, so that the test does not use the library that the pack uses. */
export function yaml(value: unknown, indent = ""): string {
  if (Array.isArray(value))
    return value.length === 0 ? " []\n" : `\n${value.map((item) => `${indent}-${yaml(item, `${indent}  `)}`).join("")}`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0) return " {}\n";
    return `\n${entries.map(([key, item]) => `${indent}${key}:${yaml(item, `${indent}  `)}`).join("")}`;
  }
  return ` ${JSON.stringify(value)}\n`;
}

/** A resource, or several resources of one template, in each form. */
export const forms: Record<string, (resource: CloudFormationResource) => TestResource> = {
  "aws-native": ({ type, properties }) => ({
    type: nativeType(type),
    name: "res",
    props: native(properties) as object,
    package: "aws-native",
  }),
  "aws-native extension": ({ type, properties }) => ({
    type: "aws-native:index:ExtensionResource",
    name: "res",
    props: { type, properties },
    package: "aws-native",
  }),
  "Cloud Control": ({ type, properties }) => ({
    type: "aws:cloudcontrol/resource:Resource",
    name: "res",
    props: { typeName: type, desiredState: JSON.stringify(properties) },
  }),
  "a JSON template": ({ type, properties }) => template({ Res: { Type: type, Properties: properties } }),
  "a YAML template": ({ type, properties }) => template(yaml({ Resources: { Res: { Type: type, Properties: properties } } })),
  "a stack set": ({ type, properties }) => ({
    ...template({ Res: { Type: type, Properties: properties } }),
    type: "aws:cloudformation/stackSet:StackSet",
  }),
};

/** A CloudFormation stack with these resources, or with this template text. */
export const template = (resources: Record<string, unknown> | string, more: object = {}, props: object = {}): TestResource => ({
  type: "aws:cloudformation/stack:Stack",
  name: "res",
  props: { templateBody: typeof resources === "string" ? resources : JSON.stringify({ ...more, Resources: resources }), ...props },
});
