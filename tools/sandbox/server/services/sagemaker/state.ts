import { AwsError } from "../../aws-error";
import { type Context, type Operation } from "../../service";

export interface Tag {
  Key: string;
  Value: string;
}

/** What a Create call gave and what AWS adds to it, in the shape of the Describe answer. */
export type Item = Record<string, unknown> & { CreationTime: number };

/** Each collection by what identifies a thing in it; things of a domain by `domain/name`, apps by `domain/owner/type/name`. */
export interface State {
  domains: Record<string, Item>;
  profiles: Record<string, Item>;
  spaces: Record<string, Item>;
  apps: Record<string, Item>;
  lifecycleConfigs: Record<string, Item>;
  images: Record<string, Item>;
  /** By `image/version`. */
  imageVersions: Record<string, Item>;
  /** The last version that an image was given, by its name. */
  imageCounts: Record<string, number>;
  appImageConfigs: Record<string, Item>;
  notebookConfigs: Record<string, Item>;
  notebooks: Record<string, Item>;
  models: Record<string, Item>;
  endpointConfigs: Record<string, Item>;
  endpoints: Record<string, Item>;
  packageGroups: Record<string, Item>;
  packages: Record<string, Item>;
  /** By ARN, for everything that exists, so that a missing entry means a missing thing. */
  tags: Record<string, Tag[]>;
  /** Resource policies of model package groups, by name. */
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

/** The first characters of what `members` name; undefined members are left out. */
export const pick = (item: Item, members: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(members.filter((name) => name in item).map((name) => [name, item[name]]));

/** Keeps a new thing with the times and tags that every one of them has. */
export function keep(context: Sagemaker, collection: Record<string, Item>, key: string, arn: string, input: Record<string, unknown>): Item {
  const { Tags, ...members } = input;
  const now = context.now();
  const item: Item = { ...members, CreationTime: now, LastModifiedTime: now };
  collection[key] = item;
  context.state.tags[arn] = (Tags ?? []) as Tag[];
  return item;
}

/** Changes what is given, leaves the rest. Settings are merged one level deep, as AWS does: a settings member that is left out stays. */
export function change(context: Sagemaker, item: Item, changes: Record<string, unknown>): void {
  const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    const old = item[name];
    item[name] = isObject(old) && isObject(value) ? { ...old, ...value } : value;
  }
  item.LastModifiedTime = context.now();
}

/** One page of a list, as `MaxResults` and `NextToken` ask for it. Tokens count from the start of the list. */
export function page<T>(
  all: T[],
  { MaxResults, NextToken }: { MaxResults?: unknown; NextToken?: unknown },
): { items: T[]; more: { NextToken?: string } } {
  const start = Number(NextToken ?? 0);
  const end = start + Number(MaxResults ?? 100);
  return { items: all.slice(start, end), more: end < all.length ? { NextToken: String(end) } : {} };
}

/** A List operation: items that pass the filters, newest first as AWS sorts them, with the members of a summary, or what makes one. */
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

/** Whether a filter of a List operation was not given, or holds. */
export const holds = (filter: unknown, value: unknown): boolean => filter === undefined || filter === value;
export const contains = (filter: unknown, value: unknown): boolean => filter === undefined || String(value).includes(String(filter));
