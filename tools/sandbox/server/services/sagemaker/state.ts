import { isObject } from "@cloister/common";
import { AwsError } from "../../aws-error";
import { type Context, type Operation } from "../../service";
import { page } from "../page";
import { type Tag } from "../tags";

export { page, type Tag };

/** The members in a Create input and the members that AWS adds, in the shape of the Describe output. */
export type Item = Record<string, unknown> & { CreationTime: number };

/** Collections by name or ID. Resources in a domain by `domain/name`, apps by `domain/owner/type/name`. */
export interface State {
  domains: Record<string, Item>;
  profiles: Record<string, Item>;
  spaces: Record<string, Item>;
  apps: Record<string, Item>;
  lifecycleConfigs: Record<string, Item>;
  images: Record<string, Item>;
  /** Image versions by `image/version`. */
  imageVersions: Record<string, Item>;
  /** The highest version number of each image, by image name. */
  imageCounts: Record<string, number>;
  appImageConfigs: Record<string, Item>;
  notebookConfigs: Record<string, Item>;
  notebooks: Record<string, Item>;
  models: Record<string, Item>;
  endpointConfigs: Record<string, Item>;
  endpoints: Record<string, Item>;
  /** Jobs of every kind by `Kind/name`, e.g. `TrainingJob/fraud`. */
  jobs: Record<string, Item>;
  schedules: Record<string, Item>;
  pipelines: Record<string, Item>;
  /** Pipeline executions by ARN. */
  executions: Record<string, Item>;
  /** IDs of the network interfaces of apps, endpoints, notebook instances and jobs, by the ARN of their owner. */
  interfaces: Record<string, string[]>;
  packageGroups: Record<string, Item>;
  packages: Record<string, Item>;
  /** Tags by ARN, for every existing resource. A missing entry means a missing resource. */
  tags: Record<string, Tag[]>;
  /** Resource policies for model package groups, by group name. */
  groupPolicies: Record<string, string>;
  portfolio: "Enabled" | "Disabled";
}

export type Sagemaker = Context<State>;
export type Operations = Record<string, Operation<State>>;

export const initial = (): State => ({
  domains: {},
  profiles: {},
  spaces: {},
  apps: {},
  lifecycleConfigs: {},
  images: {},
  imageVersions: {},
  imageCounts: {},
  appImageConfigs: {},
  notebookConfigs: {},
  notebooks: {},
  models: {},
  endpointConfigs: {},
  endpoints: {},
  jobs: {},
  schedules: {},
  pipelines: {},
  executions: {},
  interfaces: {},
  packageGroups: {},
  packages: {},
  tags: {},
  groupPolicies: {},
  portfolio: "Disabled",
});

export const arnOf = ({ caller, partition }: Sagemaker, resource: string): string =>
  `arn:${partition}:sagemaker:${caller.region}:${caller.account}:${resource}`;

export const missing = (what: string, name: unknown) => new AwsError("ResourceNotFound", `${what} [${String(name)}] does not exist.`);
export const taken = (what: string, name: unknown) => new AwsError("ResourceInUse", `${what} [${String(name)}] already exists.`);
export const needed = (what: string, name: unknown, by: string) =>
  new AwsError("ResourceInUse", `Unable to delete ${what} [${String(name)}] because ${by} are associated with it. Delete them first.`);
export const invalid = (message: string) => new AwsError("ValidationException", message);

/** The given members of an item, without members that are missing. */
export const pick = (item: Item, members: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(members.filter((name) => name in item).map((name) => [name, item[name]]));

/** Stores a new resource with the times and tags that every resource has. */
export function keep(context: Sagemaker, collection: Record<string, Item>, key: string, arn: string, input: Record<string, unknown>): Item {
  const { Tags, ...members } = input;
  const now = context.now();
  const item: Item = { ...members, CreationTime: now, LastModifiedTime: now };
  collection[key] = item;
  context.state.tags[arn] = (Tags ?? []) as Tag[];
  return item;
}

/** Changes only the given members. Settings are merged one level deep, as in AWS: an omitted settings member stays unchanged. */
export function change(context: Sagemaker, item: Item, changes: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    const old = item[name];
    item[name] = isObject(old) && isObject(value) ? { ...old, ...value } : value;
  }
  item.LastModifiedTime = context.now();
}

/** A List operation: items that pass the filters, newest first. `members` are the members in a summary, or a function that creates it. */
export const listing =
  (
    output: string,
    collection: (state: State) => Record<string, Item>,
    members: readonly string[] | ((item: Item) => object),
    passes: (item: Item, input: Record<string, unknown>) => boolean = () => true,
  ): Operation<State> =>
  (input, { state }) => {
    const found = Object.values(collection(state))
      .filter((item) => passes(item, input))
      .sort((a, b) => b.CreationTime - a.CreationTime);
    const { items, more } = page(found, input);
    return { [output]: items.map((item) => (typeof members === "function" ? members(item) : pick(item, members))), ...more };
  };

/** Whether a filter in a List operation is absent or equals the value. */
export const holds = (filter: unknown, value: unknown): boolean => filter === undefined || filter === value;
export const contains = (filter: unknown, value: unknown): boolean => filter === undefined || String(value).includes(String(filter));
