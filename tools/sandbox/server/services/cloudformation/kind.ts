import { type Context } from "../../service";
import { type Policy, type Properties } from "./template";

/** A resource of a stack. */
export interface Resource {
  type: string;
  /** The value of `Ref`. */
  id: string;
  /** The values of `Fn::GetAtt`. */
  attributes: Record<string, string>;
  properties: Properties;
  /** Tags of the stack when the resource was created or updated. */
  tags: readonly Tag[];
  /** From the template that last had the resource. A replaced resource has its policy for replacements. */
  deletionPolicy?: Policy;
}

export interface State {
  stacks: Stack[];
}

export interface StackEvent {
  logicalId: string;
  physicalId: string;
  type: string;
  status: string;
  reason?: string;
  time: number;
}

export interface Stack {
  id: string;
  name: string;
  template: string;
  status: string;
  reason?: string;
  created: number;
  resources: Record<string, Resource>;
  /** Resources that a template replaced. They are deleted when the update is complete. */
  replaced: Record<string, Resource>;
  outputs: { OutputKey: string; OutputValue: string; Description?: string }[];
  /** The parameters of the template. */
  parameters: Record<string, string>;
  tags: Tag[];
  events: StackEvent[];
}

export interface Tag {
  Key: string;
  Value: string;
}

export type Cloud = Context<State>;

/** The stack in which a resource is created. */
export interface StackContext {
  cloud: Cloud;
  logicalId: string;
  stackName: string;
  /** Tags of the stack. */
  tags: readonly Tag[];
}

/** How CloudFormation handles the resources of one type. */
export interface Kind {
  /** Properties that the type has. Default: not checked. */
  properties?: readonly string[];
  required?: readonly string[];
  /** Properties whose change replaces the resource. */
  createOnly?: readonly string[];
  /** The properties that identify a resource. A replacement needs other values. */
  name?: readonly string[];
  create(properties: Properties, stackContext: StackContext): Promise<Pick<Resource, "id" | "attributes">>;
  /** Gets the resource before the update. Can run again after an update that failed in the middle. */
  update(resource: Resource, properties: Properties, stackContext: StackContext): Promise<void>;
  remove(resource: Pick<Resource, "id" | "properties">, cloud: Cloud): Promise<void>;
}

/** The name of a resource that has none in its template: stack, logical ID and a random text, of at most `length` characters. */
export function generatedName({ cloud, logicalId, stackName }: StackContext, length: number): string {
  const end = cloud.id("-");
  const start = `${stackName}-${logicalId}`;
  return start.slice(0, length - end.length) + end;
}

export const listOf = <T>(value: unknown): T[] => (value as T[] | undefined) ?? [];

/** The tags of a resource: those of the stack, and its own, which override them. */
export const tagsOf = (properties: Properties, { tags }: Pick<StackContext, "tags">): Tag[] => [
  ...new Map([...tags, ...listOf<Tag>(properties.Tags)].map((tag) => [tag.Key, tag])).values(),
];
