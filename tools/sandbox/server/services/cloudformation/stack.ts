// Creates, updates and deletes the resources of a stack. A failure returns the stack to where it was, as in AWS.
import { AwsError } from "../../aws-error";
import { evaluate, isMet, type Made, type Scope } from "./functions";
import { iamTypes } from "./iam-types";
import { type Cloud, type Kind, listOf, type Resource, type Stack } from "./kind";
import { parameterTexts, type GivenParameter, parameterValues, rulesHold } from "./parameters";
import { ownTypes } from "./own-types";
import { sagemakerTypes } from "./sagemaker-types";
import { invalid, namesIn, parseTemplate, type Policy, type Properties, type ResourceDefinition, type Template } from "./template";

const kinds: Record<string, Kind> = { ...iamTypes, ...ownTypes, ...sagemakerTypes };
const kindOf = (type: string): Kind => kinds[type]!;

/** Reads a template, whose resources must have types that the sandbox has. */
export function parse(body: unknown): Template {
  const template = parseTemplate(body);
  const unknown = [...new Set(Object.values(template.Resources).map(({ Type }) => Type))].filter((type) => !(type in kinds));
  if (unknown.length > 0) throw invalid(`Template format error: Unrecognized resource types: [${unknown.join(", ")}]`);
  inOrder(template);
  return template;
}

const pseudoOf = ({ caller, partition }: Cloud, stack: Pick<Stack, "id" | "name">): Record<string, string> => ({
  "AWS::AccountId": caller.account,
  "AWS::Partition": partition,
  "AWS::Region": caller.region,
  "AWS::StackId": stack.id,
  "AWS::StackName": stack.name,
  "AWS::URLSuffix": "amazonaws.com",
});

const made = ({ id, attributes }: Resource): Made => ({ ref: id, attributes });

const scopeOf = (stack: Stack, template: Template, cloud: Cloud): Scope => ({
  template,
  parameters: parameterValues(template, stack.parameters),
  pseudo: pseudoOf(cloud, stack),
  resources: Object.fromEntries(Object.entries(stack.resources).map(([id, resource]) => [id, made(resource)])),
});

/** The texts of the parameters. They must meet the constraints and the rules of the template. */
export function acceptedParameters(
  template: Template,
  given: unknown,
  stack: Pick<Stack, "id" | "name" | "parameters">,
  cloud: Cloud,
): Record<string, string> {
  const texts = parameterTexts(template, listOf<GivenParameter>(given), stack.parameters);
  const scope = { template, parameters: parameterValues(template, texts), pseudo: pseudoOf(cloud, stack), resources: {} };
  rulesHold(template.Rules ?? {}, scope);
  return texts;
}

/** The logical IDs, each after the resources that it names. */
function inOrder({ Resources }: Template): string[] {
  const sorted: string[] = [];
  const visit = (id: string, seen: string[]) => {
    if (sorted.includes(id)) return;
    if (seen.includes(id)) throw invalid(`Circular dependency between resources: [${seen.join(", ")}]`);
    const { Properties: properties, DependsOn = [] } = Resources[id]!;
    for (const other of [...namesIn(properties), ...[DependsOn].flat()])
      if (other in Resources && other !== id) visit(other, [...seen, id]);
    sorted.push(id);
  };
  for (const id of Object.keys(Resources)) visit(id, []);
  return sorted;
}

function propertiesFit(logicalId: string, { properties: known, required = [] }: Kind, properties: Properties): void {
  const problems = [
    ...required.filter((name) => !(name in properties)).map((name) => `#: required key [${name}] not found`),
    ...Object.keys(properties).flatMap((name) => (known && !known.includes(name) ? `#: extraneous key [${name}] is not permitted` : [])),
  ];
  if (problems.length > 0) throw invalid(`Properties validation failed for resource ${logicalId} with message:\n${problems.join("\n")}`);
}

const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const isReplaced = ({ createOnly = [] }: Kind, before: Properties, after: Properties): boolean =>
  createOnly.some((name) => !equal(before[name], after[name]));

/** A name in the template cannot belong to the old and the new resource at the same time. */
function nameIsFree({ name = [] }: Kind, before: Properties, after: Properties): void {
  if (name.every((property) => property in after && equal(before[property], after[property])))
    throw invalid(
      `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${name.map((property) => String(after[property])).join("|")} and update the stack again.`,
    );
}

type Step = "CREATE" | "UPDATE" | "DELETE";

/** Runs one step of a resource, with its events. An error of AWS gets the logical ID of the resource. */
async function step(stack: Stack, cloud: Cloud, what: Step, [logicalId, type, id]: string[], task: () => Promise<string>): Promise<void> {
  const event = (status: string, physicalId: string, reason?: string) =>
    stack.events.push({ logicalId: logicalId!, physicalId, type: type!, status: `${what}_${status}`, reason, time: cloud.now() });
  event("IN_PROGRESS", id ?? "");
  try {
    event("COMPLETE", await task());
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    event("FAILED", id ?? "", error.message);
    throw new AwsError(error.code, `The following resource(s) failed to ${what.toLowerCase()}: [${logicalId}]. ${error.message}`);
  }
}

async function createOne(stack: Stack, cloud: Cloud, logicalId: string, type: string, properties: Properties): Promise<void> {
  await step(stack, cloud, "CREATE", [logicalId, type], async () => {
    propertiesFit(logicalId, kindOf(type), properties);
    const created = await kindOf(type).create(properties, { cloud, logicalId, stackName: stack.name, tags: stack.tags });
    stack.resources[logicalId] = { type, properties, tags: stack.tags, ...created };
    return created.id;
  });
}

async function changeOne(
  stack: Stack,
  cloud: Cloud,
  logicalId: string,
  properties: Properties,
  replacePolicy: Policy | undefined,
): Promise<void> {
  const existing = stack.resources[logicalId]!;
  const kind = kindOf(existing.type);
  if (isReplaced(kind, existing.properties, properties)) {
    await step(stack, cloud, "UPDATE", [logicalId, existing.type, existing.id], async () => {
      nameIsFree(kind, existing.properties, properties);
      const created = await kind.create(properties, { cloud, logicalId, stackName: stack.name, tags: stack.tags });
      stack.replaced[logicalId] = { ...existing, deletionPolicy: replacePolicy };
      stack.resources[logicalId] = { type: existing.type, properties, tags: stack.tags, ...created };
      return created.id;
    });
    return;
  }
  const before = { ...existing };
  // Recorded first, so that the rollback of an update that fails in the middle finds a difference.
  Object.assign(existing, { properties, tags: stack.tags });
  await step(stack, cloud, "UPDATE", [logicalId, existing.type, existing.id], async () => {
    propertiesFit(logicalId, kind, properties);
    await kind.update(before, properties, { cloud, logicalId, stackName: stack.name, tags: stack.tags });
    return existing.id;
  });
}

const isWanted = ({ Condition }: ResourceDefinition, scope: Scope): boolean => Condition === undefined || isMet(Condition, scope);

/** Creates and changes resources until the stack has those of the template. */
async function apply(stack: Stack, template: Template, cloud: Cloud): Promise<void> {
  for (const logicalId of inOrder(template)) {
    const definition = template.Resources[logicalId]!;
    const scope = scopeOf(stack, template, cloud);
    if (!isWanted(definition, scope)) continue;
    const properties = evaluate(definition.Properties ?? {}, scope) as Properties;
    const existing = stack.resources[logicalId];
    if (!existing) await createOne(stack, cloud, logicalId, definition.Type, properties);
    else if (!equal(existing.properties, properties) || !equal(existing.tags, stack.tags))
      await changeOne(stack, cloud, logicalId, properties, definition.UpdateReplacePolicy);
    stack.resources[logicalId]!.deletionPolicy = definition.DeletionPolicy;
  }
  const scope = scopeOf(stack, template, cloud);
  stack.outputs = Object.entries(template.Outputs ?? {})
    .filter(([, { Condition }]) => Condition === undefined || isMet(Condition, scope))
    .map(([OutputKey, { Value, Description }]) => ({
      OutputKey,
      OutputValue: String(evaluate(Value, scope)),
      ...(Description !== undefined && { Description }),
    }));
}

/** Whether a resource stays in AWS without its stack. `isCreated`: the operation that fails has created it. */
const isRetained = ({ deletionPolicy = "Delete" }: Resource, isCreated: boolean): boolean =>
  deletionPolicy === "Retain" || (deletionPolicy === "RetainExceptOnCreate" && !isCreated);

/**
 * Deletes resources, the newest first, except those that their templates retain. One failure does not stop the other deletions.
 * Returns the errors of AWS.
 */
async function removeAll(
  stack: Stack,
  resources: Record<string, Resource>,
  cloud: Cloud,
  { which = () => true, areCreated = false }: { which?: (logicalId: string) => boolean; areCreated?: boolean } = {},
): Promise<string[]> {
  const errors: string[] = [];
  for (const [logicalId, resource] of Object.entries(resources).reverse()) {
    if (!which(logicalId)) continue;
    if (isRetained(resource, areCreated)) {
      const { id: physicalId, type } = resource;
      stack.events.push({ logicalId, physicalId, type, status: "DELETE_SKIPPED", time: cloud.now() });
      delete resources[logicalId];
      continue;
    }
    try {
      await step(stack, cloud, "DELETE", [logicalId, resource.type, resource.id], async () => {
        await kindOf(resource.type).remove(resource, cloud);
        return resource.id;
      });
      delete resources[logicalId];
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      errors.push(error.message.replace(/^The following resource\(s\) failed to delete: \[\w+\]\. /, ""));
    }
  }
  return errors;
}

/** Deletes what the template no longer contains. As in AWS, the update is complete even if a deletion fails. */
async function cleanUp(stack: Stack, template: Template, cloud: Cloud, areCreated = false): Promise<void> {
  const scope = scopeOf(stack, template, cloud);
  const isKept = (id: string) => id in template.Resources && isWanted(template.Resources[id]!, scope);
  const errors = [
    ...(await removeAll(stack, stack.replaced, cloud)),
    ...(await removeAll(stack, stack.resources, cloud, { which: (id) => !isKept(id), areCreated })),
  ];
  stack.replaced = {};
  for (const id of Object.keys(stack.resources)) if (!isKept(id)) delete stack.resources[id];
  if (errors.length > 0) stack.reason = "One or more resources could not be deleted.";
}

/** Deletes the resources of a stack. Throws with those that remain. */
export async function clear(stack: Stack, cloud: Cloud, areCreated = false): Promise<void> {
  const errors = await removeAll(stack, stack.resources, cloud, { areCreated });
  const failed = Object.keys(stack.resources).join(", ");
  if (errors.length > 0) throw invalid(`The following resource(s) failed to delete: [${failed}]. ${errors.join(" ")}`);
}

/** Runs an action. After a failure, `rollBack` returns the stack to where it was. The stack has the status of the outcome. */
async function attempt(stack: Stack, action: Step, task: () => Promise<void>, rollBack: () => Promise<void>): Promise<boolean> {
  const rollback = action === "CREATE" ? "ROLLBACK" : "UPDATE_ROLLBACK";
  delete stack.reason;
  try {
    await task();
    stack.status = `${action}_IN_PROGRESS`;
    return true;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    Object.assign(stack, { status: `${rollback}_COMPLETE`, reason: error.message });
  }
  try {
    await rollBack();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    Object.assign(stack, { status: `${rollback}_FAILED`, reason: error.message });
  }
  return false;
}

export const createResources = (stack: Stack, template: Template, cloud: Cloud): Promise<boolean> =>
  attempt(
    stack,
    "CREATE",
    () => apply(stack, template, cloud),
    () => clear(stack, cloud, true),
  );

/** Puts the resources back that an update replaced, then applies the previous template. */
async function returnTo(stack: Stack, previous: Pick<Stack, "template" | "parameters" | "tags">, cloud: Cloud): Promise<void> {
  Object.assign(stack, previous);
  const replacements = Object.fromEntries(Object.keys(stack.replaced).map((id) => [id, stack.resources[id]!]));
  Object.assign(stack.resources, stack.replaced);
  stack.replaced = {};
  await removeAll(stack, replacements, cloud);
  const template = parse(previous.template);
  await apply(stack, template, cloud);
  await cleanUp(stack, template, cloud, true);
}

/** Applies another template, other parameters or other tags. The stack has the new ones only if the update succeeds. */
export async function updateResources(stack: Stack, next: Pick<Stack, "template" | "parameters" | "tags">, cloud: Cloud): Promise<boolean> {
  const previous = { template: stack.template, parameters: stack.parameters, tags: stack.tags };
  const template = parse(next.template);
  return attempt(
    stack,
    "UPDATE",
    async () => {
      Object.assign(stack, next);
      await apply(stack, template, cloud);
      await cleanUp(stack, template, cloud);
    },
    () => returnTo(stack, previous, cloud),
  );
}
