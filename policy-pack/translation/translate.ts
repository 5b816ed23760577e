// Translates resources that other providers and CloudFormation create into resources of @pulumi/aws.
import { UnknownValueError } from "@pulumi/policy";
import { type ResourceView } from "../rule-kit/rule";
import { finalize } from "./finalize";
import { FromPulumi, holds, isTree, resolve, type TemplateScope, Unresolved } from "./intrinsics";
import { applyShape, elements, keysOf, read, type Target } from "./shape";
import { table } from "./table";
import { parseTemplate } from "./template";

type Tree = Record<string, unknown>;

/** A resource that a Pulumi resource creates, in the form of a resource of @pulumi/aws. */
export interface Translated extends ResourceView {
  /** `AWS::S3::Bucket` */
  cloudFormationType: string;
  /** Name of the resource in its template. */
  logicalId?: string;
  /** By input: names of other resources of the template, and properties of the Pulumi resource. */
  dependencies: Record<string, { logicalIds: string[]; properties: string[] }>;
  /** The input that refers to the first translation of the same resource. */
  ownerInput?: string;
}

export interface Translation {
  resources: Translated[];
  /** Noun phrases for the parts that no guardrail can read. */
  notEvaluated: string[];
  /** Properties that are unknown at preview, so the whole resource is evaluated during the update. */
  pending: string[];
}

const targets = new Map(Object.entries(table).map(([type, found]) => [type.toLowerCase(), { type, found }]));

/** The CloudFormation type of a type of aws-native, such as `aws-native:s3:Bucket`, as far as the table lists it. */
const cloudFormationTypeOf = (token: string) => {
  const [, module, name] = token.split(":");
  return targets.get(`aws::${module}::${name}`.toLowerCase())?.type;
};

/** A copy of Pulumi properties in which unknown values name the property that they are in. */
function plain(from: () => unknown, property: string): unknown {
  let value: unknown;
  try {
    value = from();
  } catch (error) {
    if (error instanceof UnknownValueError) return new FromPulumi([property]);
    throw error;
  }
  if (typeof value !== "object" || value === null) return value;
  const list = value as Record<string, unknown>;
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, i) => plain(() => list[i], property));
  return plainTree(list, property);
}
const plainTree = (tree: Tree, property?: string): Tree =>
  Object.fromEntries(
    Object.keys(tree)
      .filter((key) => key !== "__defaults")
      .map((key) => [key, plain(() => tree[key], property ?? key)]),
  );

interface Source {
  cloudFormationType: string;
  name: string;
  properties: Tree;
  logicalId?: string;
  /** The Pulumi property that holds all properties; absent when each property is a property of the Pulumi resource. */
  container?: string;
}

/** The targets of one resource, and why some of its values cannot be read. */
function translateOne({ cloudFormationType, name, properties, logicalId, container }: Source): Omit<Translation, "pending"> {
  const known = targets.get(cloudFormationType.toLowerCase());
  const subject = logicalId ? `resource '${logicalId}' of type ${cloudFormationType}` : `type ${cloudFormationType}`;
  if (!known) return { resources: [], notEvaluated: [subject] };
  const notEvaluated = new Set<string>();
  const resources = known.found.flatMap((target, i) =>
    partsOf(target, properties).map(({ tree, listOrigin }, j): Translated => {
      const { inputs, origins } = applyShape(tree, target.shape);
      const owner = target.ownerInput ? { [target.ownerInput]: new FromPulumi([]) } : {};
      const { props, dependencies } = finalize({ ...inputs, ...owner });
      for (const [input, { unresolved }] of Object.entries(dependencies))
        for (const reason of unresolved) notEvaluated.add(`${subject}, whose ${input} depends on ${reason}`);
      const all = Object.entries(dependencies).map(([input, found]): [string, Translated["dependencies"][string]] => [
        input,
        {
          logicalIds: found.logicalIds,
          properties: container ? [container] : [...found.properties, ...(listOrigin ?? origins[input] ?? [])],
        },
      ]);
      return {
        type: target.type,
        name: i === 0 ? name : `${name}.${target.each ?? target.when}${target.each ? `[${j}]` : ""}`,
        props,
        cloudFormationType: known.type,
        ...(logicalId && { logicalId }),
        dependencies: Object.fromEntries(all),
        ...(target.ownerInput && { ownerInput: target.ownerInput }),
      };
    }),
  );
  return { resources, notEvaluated: [...notEvaluated] };
}

/** The parts of a resource that a target stands for: the whole resource, one property, or the elements of a list. */
function partsOf({ when, each }: Target, properties: Tree): { tree: Tree; listOrigin?: string[] }[] {
  if (when && read(properties, when) === undefined) return [];
  if (!each) return [{ tree: properties }];
  return elements(read(properties, each))
    .filter(isTree)
    .map((tree) => ({ tree, listOrigin: keysOf(properties, each) }));
}

const nothing: Translation = { resources: [], notEvaluated: [], pending: [] };
const pendingOf = (...properties: [string, unknown][]) =>
  properties.filter(([, value]) => value instanceof FromPulumi).map(([property]) => property);

const translators: Record<string, (resource: ResourceView) => Translation> = {
  "aws-native:index:ExtensionResource": ({ name, props }) => {
    const { type, properties } = plainTree(props);
    const pending = pendingOf(["type", type], ["properties", properties]);
    if (pending.length > 0) return { ...nothing, pending };
    return {
      ...translateOne({
        cloudFormationType: String(type),
        name,
        properties: isTree(properties) ? properties : {},
        container: "properties",
      }),
      pending,
    };
  },
  "aws:cloudcontrol/resource:Resource": ({ name, props }) => {
    const { typeName, desiredState } = plainTree(props);
    const pending = pendingOf(["typeName", typeName], ["desiredState", desiredState]);
    if (pending.length > 0) return { ...nothing, pending };
    const properties = parseTemplate(String(desiredState));
    if (!properties) return { ...nothing, notEvaluated: ["desiredState, which is not a JSON object"] };
    return { ...translateOne({ cloudFormationType: String(typeName), name, properties, container: "desiredState" }), pending };
  },
  "aws:cloudformation/stack:Stack": translateTemplate,
  "aws:cloudformation/stackSet:StackSet": translateTemplate,
};

function translateTemplate({ name, props }: ResourceView): Translation {
  const { templateBody, templateUrl, parameters } = plainTree(props);
  const pending = pendingOf(["templateBody", templateBody]);
  if (pending.length > 0) return { ...nothing, pending };
  if (typeof templateBody !== "string" || templateBody === "")
    return { ...nothing, notEvaluated: [templateUrl === undefined ? "a template that is not set" : "the template in templateUrl"] };
  const template = parseTemplate(templateBody);
  if (!template || !isTree(template.Resources)) return { ...nothing, notEvaluated: ["templateBody, which has no resources"] };
  const scope: TemplateScope = {
    parameters: parametersOf(template, parameters),
    mappings: isTree(template.Mappings) ? template.Mappings : {},
    conditions: isTree(template.Conditions) ? template.Conditions : {},
    resources: template.Resources,
  };
  const found = Object.entries(template.Resources).map(([logicalId, resource]) => translateLogical(scope, name, logicalId, resource));
  const macros = template.Transform === undefined ? [] : [`the macro ${JSON.stringify(template.Transform)}`];
  return {
    resources: found.flatMap(({ resources }) => resources),
    notEvaluated: [...macros, ...found.flatMap(({ notEvaluated }) => notEvaluated)],
    pending,
  };
}

function translateLogical(scope: TemplateScope, name: string, logicalId: string, resource: unknown): Omit<Translation, "pending"> {
  if (!isTree(resource) || typeof resource.Type !== "string") return { resources: [], notEvaluated: [`'${logicalId}' in Resources`] };
  if (resource.Condition !== undefined && holds(scope, resource.Condition) === false) return nothing;
  const properties = resolve(scope, resource.Properties ?? {});
  const cloudFormationType = resource.Type;
  if (!isTree(properties)) return { resources: [], notEvaluated: [`properties of resource '${logicalId}' of type ${cloudFormationType}`] };
  const hasTransform = "Fn::Transform" in properties ? [`the macro of resource '${logicalId}'`] : [];
  const found = translateOne({ cloudFormationType, name: `${name}.${logicalId}`, properties, logicalId });
  return { ...found, notEvaluated: [...hasTransform, ...found.notEvaluated] };
}

/** Values of the template's parameters: those that the Pulumi resource sets, else the defaults. */
function parametersOf(template: Tree, supplied: unknown): Tree {
  const declared = isTree(template.Parameters) ? template.Parameters : {};
  const valueOf = (name: string, declaration: unknown): unknown => {
    const type = String(read(declaration, "Type"));
    if (type.startsWith("AWS::SSM::")) return new Unresolved(`parameter '${name}', which Systems Manager resolves`);
    if (supplied instanceof FromPulumi) return supplied;
    const value = (isTree(supplied) ? supplied[name] : undefined) ?? read(declaration, "Default");
    return typeof value === "string" && /^(CommaDelimitedList|List<)/.test(type) ? value.split(",").map((item) => item.trim()) : value;
  };
  return Object.fromEntries(
    Object.entries(declared)
      .map(([name, declaration]) => [name, valueOf(name, declaration)] as const)
      .filter(([, value]) => value !== undefined),
  );
}

/** The translation of a resource; undefined when the resource is not one that hides other AWS resources. */
export function translate(resource: ResourceView): Translation | undefined {
  const translator = translators[resource.type];
  if (translator) return translator(resource);
  if (!resource.type.startsWith("aws-native:")) return undefined;
  const cloudFormationType = cloudFormationTypeOf(resource.type);
  if (!cloudFormationType) return { ...nothing, notEvaluated: [`type ${resource.type}`] };
  return { ...translateOne({ cloudFormationType, name: resource.name, properties: plainTree(resource.props) }), pending: [] };
}

/** Types of @pulumi/aws that resources are translated to, by CloudFormation type. */
export const translatedTypes = Object.fromEntries(Object.entries(table).map(([type, found]) => [type, found.map((target) => target.type)]));

/** A message about a translated resource, with the names that the program uses. */
export const describe = ({ cloudFormationType, logicalId, type }: Translated, message: string) =>
  `${cloudFormationType}${logicalId ? ` '${logicalId}'` : ""}: ${message} (Property names of ${type}.)`;
