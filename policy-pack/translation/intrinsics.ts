// Resolves the intrinsic functions of a CloudFormation template.
// Source: AWS CloudFormation User Guide, "Intrinsic function reference".

/** A value that comes from another resource of the template. It is unknown until CloudFormation has created it. */
export class FromResource {
  constructor(
    readonly logicalIds: string[],
    /** The value with `${LogicalId.Attribute}` instead of each reference. */
    readonly text: string,
  ) {}
}

/** A value that is unknown at preview and comes from these properties of the Pulumi resource. */
export class FromPulumi {
  constructor(readonly properties: string[]) {}
}

/** A value that cannot be resolved without AWS. */
export class Unresolved {
  constructor(readonly reason: string) {}
}

/** `AWS::NoValue`: the property is removed. */
const noValue = Symbol("AWS::NoValue");

type Tree = Record<string, unknown>;
export const isTree = (value: unknown): value is Tree =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof FromResource || value instanceof FromPulumi || value instanceof Unresolved);

export interface TemplateScope {
  /** Values of parameters: those that the Pulumi resource sets, else the defaults. */
  parameters: Tree;
  mappings: Tree;
  conditions: Tree;
  resources: Tree;
}

const functionOf = (value: Tree): [name: string, argument: unknown] | undefined => {
  const [entry, ...more] = Object.entries(value);
  return entry && more.length === 0 && (entry[0] === "Ref" || entry[0] === "Condition" || entry[0].startsWith("Fn::")) ? entry : undefined;
};

/** Resolves every function in a value. */
export function resolve(scope: TemplateScope, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(scope, item)).filter((item) => item !== noValue);
  if (typeof value === "string" && value.includes("{{resolve:")) return new Unresolved("a dynamic reference");
  if (!isTree(value)) return value;
  const call = functionOf(value);
  if (call) {
    const evaluate = functions[call[0]];
    return evaluate ? evaluate(scope, call[1]) : new Unresolved(call[0]);
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, resolve(scope, item)] as const)
      .filter(([, item]) => item !== noValue),
  );
}

/** The value of a parameter, pseudo parameter or resource. */
function reference(scope: TemplateScope, name: string, attribute?: string): unknown {
  if (name === "AWS::NoValue") return noValue;
  if (name === "AWS::Partition") return "aws";
  // No guardrail reads other pseudo parameters, so their names replace the values.
  if (name.startsWith("AWS::")) return `\${${name}}`;
  if (name in scope.resources) return new FromResource([name], textOf(scope, name, attribute));
  if (name in scope.parameters) return scope.parameters[name];
  return new Unresolved(`parameter '${name}' without a value`);
}

/** The ARN of a bucket is written as an ARN, so that a statement can name the bucket by its ARN or by its name. */
function textOf(scope: TemplateScope, name: string, attribute: string | undefined): string {
  const resource = scope.resources[name];
  if (attribute === "Arn" && isTree(resource) && resource.Type === "AWS::S3::Bucket") return `arn:aws:s3:::\${${name}}`;
  return attribute ? `\${${name}.${attribute}}` : `\${${name}}`;
}

/** Concatenates values. One unresolved part makes the whole text unresolved. */
function concatenate(parts: unknown[]): unknown {
  const unresolved = parts.find((part) => part instanceof Unresolved);
  if (unresolved) return unresolved;
  const pending = parts.filter((part) => part instanceof FromPulumi);
  if (pending.length > 0) return new FromPulumi(pending.flatMap(({ properties }) => properties));
  const text = parts.map((part) => (part instanceof FromResource ? part.text : String(part))).join("");
  const logicalIds = parts.flatMap((part) => (part instanceof FromResource ? part.logicalIds : []));
  return logicalIds.length > 0 ? new FromResource(logicalIds, text) : text;
}

function substitute(scope: TemplateScope, argument: unknown): unknown {
  const [template, given] = Array.isArray(argument) ? (argument as [unknown, unknown]) : [argument, {}];
  if (typeof template !== "string") return new Unresolved("Fn::Sub");
  const variables = resolve(scope, given ?? {});
  if (!isTree(variables)) return variables instanceof FromPulumi ? variables : new Unresolved("Fn::Sub");
  // `${!Literal}` stands for the text `${Literal}`.
  const parts = template.split(/\$\{([^}]+)\}/).map((part, i) => {
    if (i % 2 === 0) return part;
    const name = part.trim();
    if (name.startsWith("!")) return `\${${name.slice(1)}}`;
    if (name in variables) return variables[name];
    const [id, ...attribute] = name.split(".");
    return reference(scope, id!, attribute.join(".") || undefined);
  });
  return concatenate(parts);
}

/** Whether a condition is true. Undefined when it depends on a value that cannot be resolved. */
export function holds(scope: TemplateScope, condition: unknown): boolean | undefined {
  if (typeof condition === "string") return holds(scope, scope.conditions[condition]);
  const [name, argument] = isTree(condition) ? (functionOf(condition) ?? []) : [];
  const all = Array.isArray(argument) ? argument.map((item) => (name === "Fn::Equals" ? item : holds(scope, item)) as unknown) : [];
  if (name === "Condition") return holds(scope, argument);
  if (name === "Fn::Not") return all[0] === undefined ? undefined : !all[0];
  if (name === "Fn::And") return all.includes(false) ? false : all.includes(undefined) ? undefined : true;
  if (name === "Fn::Or") return all.includes(true) ? true : all.includes(undefined) ? undefined : false;
  if (name !== "Fn::Equals") return undefined;
  const [a, b] = all.map((item) => resolve(scope, item));
  // A pseudo parameter has another value in AWS, so its comparison is not known.
  const isKnown = (value: unknown) => ["string", "number", "boolean"].includes(typeof value) && !/\$\{/.test(String(value));
  return isKnown(a) && isKnown(b) ? String(a) === String(b) : undefined;
}

const functions: Record<string, (scope: TemplateScope, argument: unknown) => unknown> = {
  Ref: (scope, argument) => reference(scope, String(argument)),
  "Fn::GetAtt": (scope, argument) => {
    const [id = "", ...attribute] = Array.isArray(argument) ? argument.map(String) : String(argument).split(".");
    return reference(scope, id, attribute.join("."));
  },
  "Fn::Sub": substitute,
  "Fn::Join": (scope, argument) => {
    const [delimiter, list] = (Array.isArray(argument) ? argument : []) as [unknown, unknown];
    const items = resolve(scope, list);
    if (!Array.isArray(items)) return items instanceof Unresolved || items instanceof FromPulumi ? items : new Unresolved("Fn::Join");
    return concatenate(items.flatMap((item, i) => (i === 0 ? [item] : [delimiter, item])));
  },
  "Fn::If": (scope, argument) => {
    const [condition, yes, no] = (Array.isArray(argument) ? argument : []) as unknown[];
    const found = holds(scope, condition);
    return found === undefined ? new Unresolved(`condition '${String(condition)}'`) : resolve(scope, found ? yes : no);
  },
  "Fn::FindInMap": (scope, argument) => {
    const keys = resolve(scope, argument);
    const found = Array.isArray(keys)
      ? keys.slice(0, 3).reduce<unknown>((tree, key) => (isTree(tree) ? tree[String(key)] : undefined), scope.mappings)
      : undefined;
    return found ?? new Unresolved("Fn::FindInMap");
  },
  "Fn::Select": (scope, argument) => {
    const [index, list] = (Array.isArray(argument) ? argument : []) as [unknown, unknown];
    const items = resolve(scope, list);
    return Array.isArray(items) ? (items[Number(index)] ?? new Unresolved("Fn::Select")) : new Unresolved("Fn::Select");
  },
  "Fn::Split": (scope, argument) => {
    const [delimiter, text] = (Array.isArray(argument) ? argument : []) as [unknown, unknown];
    const found = resolve(scope, text);
    return typeof found === "string" ? found.split(String(delimiter)) : found instanceof FromPulumi ? found : new Unresolved("Fn::Split");
  },
};
