// Implements Resource Groups: groups by tags or by configuration. The resources in a group are not looked up.
import { AwsError } from "../aws-error";
import { type Context, type Operation, nativeService } from "../service";
import { pageOf } from "./page";

type Item = Record<string, unknown>;

interface State {
  /** Groups by name. */
  groups: Record<string, { group: Item; query?: Query; configuration?: unknown[]; tags: Record<string, string> }>;
}

interface Query {
  Type: string;
  Query: string;
}

type Groups = Context<State>;
type Entry = State["groups"][string];

const badRequest = (message: string) => new AwsError("BadRequestException", message);
const missing = (message: string) => new AwsError("NotFoundException", message, 404);

/** Inputs identify a group by name or ARN, in one of two members. */
const nameOf = ({ Group, GroupName }: Item): string => String(Group ?? GroupName).replace(/^arn:.*:group\//, "");

function entryOf({ state }: Groups, input: Item): Entry {
  if (input.Group === undefined && input.GroupName === undefined) throw badRequest("Group is required.");
  const name = nameOf(input);
  const entry = state.groups[name];
  if (!entry) throw missing(`Cannot find group: ${name}`);
  return entry;
}

const isTextList = (value: unknown): value is string[] => Array.isArray(value) && value.every((element) => typeof element === "string");

/** A query by tags: JSON with resource types and tag filters. */
function queryFits({ Type, Query: text }: Query): void {
  if (Type !== "TAG_FILTERS_1_0") throw badRequest(`The sandbox does not support queries of type ${Type}.`);
  let query: { ResourceTypeFilters?: unknown; TagFilters?: unknown } | null;
  try {
    query = JSON.parse(text) as typeof query;
  } catch {
    throw badRequest("Query not valid: not JSON");
  }
  const types = query?.ResourceTypeFilters;
  if (!isTextList(types) || types.length === 0) throw badRequest("Query not valid: ResourceTypeFilters must have at least one type");
  const wrong = types.find((type) => !/^AWS::(AllSupported|[A-Za-z0-9]+::[A-Za-z0-9]+)$/.test(type));
  if (wrong !== undefined) throw badRequest(`Query not valid: ${wrong} is not a type of resource`);
  const filters = query?.TagFilters ?? [];
  if (!Array.isArray(filters)) throw badRequest("Query not valid: TagFilters must be a list");
  for (const filter of filters as ({ Key?: unknown; Values?: unknown } | null)[])
    if (typeof filter?.Key !== "string" || filter.Key === "" || !isTextList(filter.Values ?? []))
      throw badRequest("Query not valid: each tag filter must have a Key and a list of Values");
}

/** Requests about tags identify a group by the ARN in their path. */
const taggedOf = (context: Groups, Arn: unknown): Entry => entryOf(context, { Group: Arn });

const operations: Record<string, Operation<State>> = {
  CreateGroup({ Name, ResourceQuery, Configuration, Tags, ...members }, context) {
    const { state, caller, partition } = context;
    const name = String(Name);
    if (/^aws/i.test(name)) throw badRequest("A name of a group must not begin with AWS.");
    if (state.groups[name]) throw badRequest(`A group with the name ${name} already exists in this account and region.`);
    if ((ResourceQuery === undefined) === (Configuration === undefined))
      throw badRequest("Exactly one of ResourceQuery and Configuration must be given.");
    if (Object.keys((Tags ?? {}) as object).length > 50) throw badRequest("A group can't have more than 50 tags.");
    if (ResourceQuery) queryFits(ResourceQuery as Query);
    const group = { ...members, Name: name, GroupArn: `arn:${partition}:resource-groups:${caller.region}:${caller.account}:group/${name}` };
    const entry: Entry = {
      group,
      ...(ResourceQuery ? { query: ResourceQuery as Query } : {}),
      ...(Configuration ? { configuration: Configuration as unknown[] } : {}),
      tags: (Tags ?? {}) as Record<string, string>,
    };
    state.groups[name] = entry;
    return {
      Group: group,
      Tags: entry.tags,
      ResourceQuery,
      ...(Configuration ? { GroupConfiguration: { Configuration, Status: "UPDATE_COMPLETE" } } : {}),
    };
  },
  GetGroup: (input, context) => ({ Group: entryOf(context, input).group }),
  GetGroupQuery(input, context) {
    const { group, query } = entryOf(context, input);
    if (!query) throw badRequest(`The group ${String(group.Name)} has no query.`);
    return { GroupQuery: { GroupName: group.Name, ResourceQuery: query } };
  },
  GetGroupConfiguration(input, context) {
    const { group, configuration } = entryOf(context, input);
    if (!configuration) throw badRequest(`The group ${String(group.Name)} has no configuration.`);
    return { GroupConfiguration: { Configuration: configuration, Status: "UPDATE_COMPLETE" } };
  },
  UpdateGroup({ Group, GroupName, ...changes }, context) {
    const entry = entryOf(context, { Group, GroupName });
    entry.group = { ...entry.group, ...changes };
    return { Group: entry.group };
  },
  UpdateGroupQuery({ Group, GroupName, ResourceQuery }, context) {
    const entry = entryOf(context, { Group, GroupName });
    if (!entry.query) throw badRequest(`The group ${String(entry.group.Name)} has no query.`);
    queryFits(ResourceQuery as Query);
    entry.query = ResourceQuery as Query;
    return { GroupQuery: { GroupName: entry.group.Name, ResourceQuery } };
  },
  DeleteGroup(input, context) {
    const { group } = entryOf(context, input);
    delete context.state.groups[String(group.Name)];
    return { Group: group };
  },
  ListGroups({ MaxResults, NextToken }, { state }) {
    const { items, next } = pageOf(Object.values(state.groups), MaxResults ?? 50, NextToken);
    return {
      GroupIdentifiers: items.map(({ group }) => ({ GroupName: group.Name, GroupArn: group.GroupArn, Description: group.Description })),
      Groups: items.map(({ group }) => group),
      NextToken: next,
    };
  },

  GetTags: ({ Arn }, context) => ({ Arn, Tags: taggedOf(context, Arn).tags }),
  Tag({ Arn, Tags }, context) {
    const entry = taggedOf(context, Arn);
    const tags = { ...entry.tags, ...(Tags as Record<string, string>) };
    if (Object.keys(tags).length > 50) throw badRequest("A group can't have more than 50 tags.");
    entry.tags = tags;
    return { Arn, Tags };
  },
  Untag({ Arn, Keys }, context) {
    const entry = taggedOf(context, Arn);
    entry.tags = Object.fromEntries(Object.entries(entry.tags).filter(([key]) => !(Keys as string[]).includes(key)));
    return { Arn, Keys };
  },
};

export const resourcegroups = nativeService<State>({
  scope: "resource-groups",
  model: "resource-groups",
  violation: { code: "BadRequestException" },
  initial: () => ({ groups: {} }),
  operations,
  leftovers: (state) => Object.keys(state.groups).map((id) => ({ type: "Group", id })),
});
