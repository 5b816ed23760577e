// Evaluates the functions in a template, except those that need a lookup outside of the stack.
import { isObject } from "@cloister/common";
import { invalid, type Template } from "./template";

/** A resource that exists: the value of `Ref`, and the attributes. */
export interface Made {
  ref: string;
  attributes: Record<string, string>;
}

/** What the functions can use. */
export interface Scope {
  template: Template;
  parameters: Record<string, string | string[]>;
  /** Pseudo parameters. */
  pseudo: Record<string, string>;
  resources: Record<string, Made>;
}

/** The value of `AWS::NoValue`: the property is removed. */
const noValue = Symbol("AWS::NoValue");

const broken = (message: string) => invalid(`Template error: ${message}`);

function listFor(name: string, operand: unknown, length: number): unknown[] {
  if (!Array.isArray(operand) || operand.length !== length) throw broken(`${name} object requires a list of ${length} parameters.`);
  return operand;
}

function named(name: string, scope: Scope): unknown {
  if (name === "AWS::NoValue") return noValue;
  const value = scope.pseudo[name] ?? scope.parameters[name] ?? scope.resources[name]?.ref;
  if (value === undefined) throw broken(`Unresolved resource dependencies [${name}] in the Resources block of the template`);
  return value;
}

function attribute(id: string, name: string, { resources, template }: Scope): string {
  const value = resources[id]?.attributes[name];
  if (value === undefined)
    throw broken(
      id in template.Resources
        ? `resource ${id} does not support attribute type ${name} in Fn::GetAtt`
        : `instance of Fn::GetAtt references undefined resource ${id}`,
    );
  return value;
}

function substituted(operand: unknown, scope: Scope): string {
  const [text, variables = {}] = (Array.isArray(operand) ? operand : [operand]) as [unknown, Record<string, unknown>?];
  if (typeof text !== "string")
    throw broken("One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument");
  return text.replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, given: string) => {
    if (literal) return `\${${given}}`;
    const name = given.trim();
    if (Object.hasOwn(variables, name)) return String(evaluate(variables[name], scope));
    const [id, ...path] = name.split(".");
    const value = path.length > 0 && !(name in scope.pseudo) ? attribute(id!, path.join("."), scope) : named(name, scope);
    return Array.isArray(value) ? value.join(",") : String(value);
  });
}

const flag = (value: unknown): boolean => value === true || value === "true";
const flags = (name: string, operand: unknown, scope: Scope): boolean[] => {
  if (!Array.isArray(operand)) throw broken(`${name} object requires a list of conditions.`);
  return operand.map((argument) => flag(evaluate(argument, scope)));
};
const isScalar = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value);
const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? (value as unknown[]) : [value]).map((item) => {
    if (!isScalar(item)) throw broken(`${JSON.stringify(item)} is not a text.`);
    return String(item);
  });

/** Evaluates a condition by name. */
export function isMet(condition: string, scope: Scope): boolean {
  const { Conditions = {} } = scope.template;
  if (!(condition in Conditions)) throw broken(`unresolved condition dependency: ${condition}`);
  return flag(evaluate(Conditions[condition], scope));
}

const functions: Record<string, (operand: unknown, scope: Scope) => unknown> = {
  Ref: (operand, scope) => named(String(operand), scope),
  Condition: (operand, scope) => isMet(String(operand), scope),
  "Fn::And": (operand, scope) => flags("Fn::And", operand, scope).every(Boolean),
  "Fn::Base64": (operand, scope) => Buffer.from(String(evaluate(operand, scope))).toString("base64"),
  // The rule functions get lists of texts. Source: AWS Service Catalog "Template constraint rules".
  "Fn::Contains": (operand, scope) => {
    const [list, value] = listFor("Fn::Contains", operand, 2).map((argument) => evaluate(argument, scope));
    return texts(list).includes(String(value));
  },
  "Fn::EachMemberEquals": (operand, scope) => {
    const [list, value] = listFor("Fn::EachMemberEquals", operand, 2).map((argument) => evaluate(argument, scope));
    return texts(list).every((text) => text === String(value));
  },
  "Fn::EachMemberIn": (operand, scope) => {
    const [list, allowed] = listFor("Fn::EachMemberIn", operand, 2).map((argument) => texts(evaluate(argument, scope)));
    return list!.every((text) => allowed!.includes(text));
  },
  "Fn::Equals": (operand, scope) => {
    const [a, b] = listFor("Fn::Equals", operand, 2).map((argument) => evaluate(argument, scope));
    // `1` equals `"1"`, but objects have no text.
    return JSON.stringify(a) === JSON.stringify(b) || (isScalar(a) && isScalar(b) && String(a) === String(b));
  },
  "Fn::FindInMap": (operand, scope) => {
    const [map, top, second] = listFor("Fn::FindInMap", operand, 3).map((argument) => String(evaluate(argument, scope)));
    const value = scope.template.Mappings?.[map!]?.[top!]?.[second!];
    if (value === undefined) throw broken(`Unable to get mapping for ${map!}::${top!}::${second!}`);
    return value;
  },
  "Fn::GetAtt": (operand, scope) => {
    const [id, ...path] = Array.isArray(operand)
      ? operand.map((argument) => String(evaluate(argument, scope)))
      : String(operand).split(".");
    return attribute(id!, path.join("."), scope);
  },
  "Fn::If": (operand, scope) => {
    const [condition, yes, no] = listFor("Fn::If", operand, 3);
    return evaluate(isMet(String(condition), scope) ? yes : no, scope);
  },
  "Fn::Join": (operand, scope) => {
    const [separator, list] = listFor("Fn::Join", operand, 2);
    return texts(evaluate(list, scope)).join(String(separator));
  },
  "Fn::Not": (operand, scope) => {
    listFor("Fn::Not", operand, 1);
    return !flags("Fn::Not", operand, scope)[0]!;
  },
  "Fn::Or": (operand, scope) => flags("Fn::Or", operand, scope).some(Boolean),
  "Fn::Select": (operand, scope) => {
    const [index, list] = listFor("Fn::Select", operand, 2).map((argument) => evaluate(argument, scope));
    const value = Array.isArray(list) ? (list as unknown[])[Number(index)] : undefined;
    if (value === undefined) throw broken(`Fn::Select cannot select nonexistent value at index ${String(index)}`);
    return value;
  },
  "Fn::Split": (operand, scope) => {
    const [separator, text] = listFor("Fn::Split", operand, 2).map((argument) => String(evaluate(argument, scope)));
    return text!.split(separator!);
  },
  "Fn::Sub": substituted,
};

const isFunction = (key: string) => key === "Ref" || key === "Condition" || key.startsWith("Fn::");

/** A value with its functions replaced by their results. */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, scope)).filter((item) => item !== noValue);
  if (!isObject(value)) return value;
  const [[key, operand] = ["", undefined], ...others] = Object.entries(value);
  // Without a text, `Condition` is a member of an IAM policy.
  if (others.length === 0 && isFunction(key) && (key !== "Condition" || typeof operand === "string")) {
    if (!Object.hasOwn(functions, key)) throw broken(`The sandbox does not support the function '${key}' yet.`);
    return functions[key]!(operand, scope);
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, value]) => [name, evaluate(value, scope)] as const)
      .filter(([, value]) => value !== noValue),
  );
}
