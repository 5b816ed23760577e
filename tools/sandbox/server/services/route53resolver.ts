// Implements DNS Firewall and query logging in Route 53 Resolver. Changes are complete at once. Names are not resolved.
import { AwsError } from "../aws-error";
import { type Context, nativeService, type Operation } from "../service";
import { page } from "./page";
import { type Tag, withoutTags, withTags } from "./tags";

type Item = Record<string, unknown>;

/** Collections by ID. Exceptions: rules by rule group, domain list and query type; firewall configurations by VPC. */
interface State {
  lists: Record<string, Item>;
  /** Domain names by list. AWS stores each name with a dot at the end. */
  domains: Record<string, string[]>;
  groups: Record<string, Item>;
  rules: Record<string, Item>;
  associations: Record<string, Item>;
  configs: Record<string, Item>;
  logs: Record<string, Item>;
  logAssociations: Record<string, Item>;
  /** Tags by ARN, for every resource that can have tags. */
  tags: Record<string, Tag[]>;
}
type Resolver = Context<State>;
type Operations = Record<string, Operation<State>>;

const missing = (message: string) => new AwsError("ResourceNotFoundException", message);
const conflict = (message: string) => new AwsError("ConflictException", message);
const invalid = (message: string) => new AwsError("ValidationException", message);

const isoNow = (context: Resolver) => new Date(context.now() * 1000).toISOString();
const arnOf = ({ caller, partition }: Resolver, kind: string, id: string) =>
  `arn:${partition}:route53resolver:${caller.region}:${caller.account}:${kind}/${id}`;

function itemOf(collection: Record<string, Item>, what: string, id: unknown): Item {
  const item = collection[String(id)];
  if (!item) throw missing(`Cannot find ${what} with ID '${String(id)}'.`);
  return item;
}

/** Resource types that can have tags, with their collection, the type in the ARN, and the prefix of the ID. */
const kinds = {
  list: { collection: "lists", kind: "firewall-domain-list", prefix: "rslvr-fdl-", what: "the firewall domain list" },
  group: { collection: "groups", kind: "firewall-rule-group", prefix: "rslvr-frg-", what: "the firewall rule group" },
  association: {
    collection: "associations",
    kind: "firewall-rule-group-association",
    prefix: "rslvr-frgassoc-",
    what: "the firewall rule group association",
  },
  log: { collection: "logs", kind: "resolver-query-log-config", prefix: "rqlc-", what: "the query logging configuration" },
} as const;

const find = ({ state }: Resolver, kind: keyof typeof kinds, id: unknown): Item =>
  itemOf(state[kinds[kind].collection], kinds[kind].what, id);

/** A new resource, or the association that an equal request created before. */
function create(context: Resolver, kind: keyof typeof kinds, { Tags, ...input }: Item, more: Item): Item {
  const { collection, kind: ofArn, prefix } = kinds[kind];
  const resources = context.state[collection];
  const same = Object.values(resources).find(({ CreatorRequestId }) => CreatorRequestId === input.CreatorRequestId);
  if (same) return same;
  const Id = context.id(prefix, 16);
  const Arn = arnOf(context, ofArn, Id);
  const item = { Id, Arn, ...input, ...more, CreationTime: isoNow(context) };
  resources[Id] = item;
  context.state.tags[Arn] = (Tags ?? []) as Tag[];
  return item;
}

/** Deletes a resource and describes it one last time. */
function remove({ state }: Resolver, kind: keyof typeof kinds, item: Item): Item {
  delete state[kinds[kind].collection][String(item.Id)];
  delete state.tags[String(item.Arn)];
  return { ...item, Status: "DELETING" };
}

/** The members of an item that a list contains. */
const summaryOf = (item: Item, members: readonly string[]): Item =>
  Object.fromEntries(Object.entries(item).filter(([member]) => members.includes(member)));

/** Items that are equal to the input in all given members that the input has. */
const matching = (items: Item[], input: Item, members: readonly string[]) =>
  items.filter((item) => members.every((member) => input[member] === undefined || input[member] === item[member]));

async function vpcExists(context: Resolver, id: unknown): Promise<void> {
  try {
    await context.moto("ec2", "DescribeVpcs", { VpcIds: [String(id)] });
  } catch (error) {
    if (!(error instanceof AwsError) || !error.code.startsWith("InvalidVpcID")) throw error;
    throw missing(`Cannot find the VPC with ID '${String(id)}'.`);
  }
}

// ---- Domain lists ----

/** A domain name with a dot at the end, as AWS stores it. Its first label can be a wildcard; `*` alone means every name. */
function canonical(domain: string): string {
  const name = domain.endsWith(".") ? domain.slice(0, -1) : domain;
  const isName = name === "*" || /^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(name);
  if (!isName) throw invalid(`The domain '${domain}' is not valid.`);
  return `${name.toLowerCase()}.`;
}

const listOf = (context: Resolver, item: Item): Item => ({
  ...item,
  DomainCount: context.state.domains[String(item.Id)]?.length ?? 0,
});

const lists: Operations = {
  CreateFirewallDomainList(input, context) {
    const item = create(context, "list", input, { Status: "COMPLETE", ModificationTime: isoNow(context) });
    context.state.domains[String(item.Id)] ??= [];
    return { FirewallDomainList: listOf(context, item) };
  },
  GetFirewallDomainList: ({ FirewallDomainListId }, context) => ({
    FirewallDomainList: listOf(context, find(context, "list", FirewallDomainListId)),
  }),
  // AWS also lists its managed domain lists, which the sandbox does not have.
  ListFirewallDomainLists(input, { state }) {
    const { items, more } = page(Object.values(state.lists), input);
    return { FirewallDomainLists: items.map((item) => summaryOf(item, ["Id", "Arn", "Name", "CreatorRequestId"])), ...more };
  },
  // Source: AWS API `UpdateFirewallDomains`; hashicorp/terraform-provider-aws issue 41433.
  UpdateFirewallDomains({ FirewallDomainListId, Operation, Domains }, context) {
    if ((Domains as string[]).length > 1000) throw invalid("A request must contain at most 1000 domains.");
    const item = find(context, "list", FirewallDomainListId);
    const id = String(item.Id);
    const given = (Domains as string[]).map(canonical);
    const old = context.state.domains[id]!;
    const absent = given.find((domain) => !old.includes(domain));
    if (Operation === "REMOVE" && absent) throw invalid(`The domain '${absent}' is not in the list '${id}'.`);
    const next = { ADD: [...old, ...given], REMOVE: old.filter((domain) => !given.includes(domain)), REPLACE: given };
    context.state.domains[id] = [...new Set(next[Operation as keyof typeof next])].sort();
    item.ModificationTime = isoNow(context);
    return { Id: item.Id, Name: item.Name, Status: "COMPLETE", StatusMessage: "Finished domain list update" };
  },
  ListFirewallDomains({ FirewallDomainListId, ...input }, context) {
    const { Id } = find(context, "list", FirewallDomainListId);
    const { items, more } = page(context.state.domains[String(Id)]!, input);
    return { Domains: items, ...more };
  },
  DeleteFirewallDomainList({ FirewallDomainListId }, context) {
    const item = find(context, "list", FirewallDomainListId);
    if (Object.values(context.state.rules).some((rule) => rule.FirewallDomainListId === item.Id))
      throw conflict(`The firewall domain list '${String(item.Id)}' is used by a rule.`);
    const last = listOf(context, item);
    delete context.state.domains[String(item.Id)];
    remove(context, "list", item);
    return { FirewallDomainList: { ...last, Status: "DELETING" } };
  },
};

// ---- Rule groups and rules ----

const rulesOf = ({ state }: Resolver, group: unknown) => Object.values(state.rules).filter((rule) => rule.FirewallRuleGroupId === group);
const groupOf = (context: Resolver, item: Item): Item => ({ ...item, RuleCount: rulesOf(context, item.Id).length });

const groups: Operations = {
  CreateFirewallRuleGroup(input, context) {
    const item = create(context, "group", input, {
      Status: "COMPLETE",
      OwnerId: context.caller.account,
      ShareStatus: "NOT_SHARED",
      ModificationTime: isoNow(context),
    });
    return { FirewallRuleGroup: groupOf(context, item) };
  },
  GetFirewallRuleGroup: ({ FirewallRuleGroupId }, context) => ({
    FirewallRuleGroup: groupOf(context, find(context, "group", FirewallRuleGroupId)),
  }),
  ListFirewallRuleGroups(input, { state }) {
    const { items, more } = page(Object.values(state.groups), input);
    const members = ["Id", "Arn", "Name", "OwnerId", "CreatorRequestId", "ShareStatus"];
    return { FirewallRuleGroups: items.map((item) => summaryOf(item, members)), ...more };
  },
  DeleteFirewallRuleGroup({ FirewallRuleGroupId }, context) {
    const item = find(context, "group", FirewallRuleGroupId);
    const uses = Object.values(context.state.associations).some((association) => association.FirewallRuleGroupId === item.Id);
    if (uses || rulesOf(context, item.Id).length > 0)
      throw conflict(`The firewall rule group '${String(item.Id)}' has ${uses ? "associations" : "rules"} and cannot be deleted.`);
    return { FirewallRuleGroup: remove(context, "group", groupOf(context, item)) };
  },
};

/** The members that each action accepts and requires. Source: AWS API `CreateFirewallRule`. */
function checkRule(rule: Item): void {
  const { Action, BlockResponse } = rule;
  const overrides = ["BlockOverrideDomain", "BlockOverrideDnsType", "BlockOverrideTtl"];
  if (Action === "BLOCK" && BlockResponse === undefined) throw invalid("BlockResponse is required when Action is BLOCK.");
  if (Action !== "BLOCK" && BlockResponse !== undefined) throw invalid(`BlockResponse is not valid when Action is ${String(Action)}.`);
  for (const member of overrides)
    if ((BlockResponse === "OVERRIDE") !== (rule[member] !== undefined))
      throw invalid(
        `${member} is ${BlockResponse === "OVERRIDE" ? "required" : "not valid"} when BlockResponse is ${String(BlockResponse)}.`,
      );
}

function priorityIsFree(items: Item[], priority: unknown, but?: Item): void {
  if (items.some((item) => item !== but && item.Priority === priority)) throw invalid(`The priority ${String(priority)} is used already.`);
}

const ruleKey = (input: Item) => [input.FirewallRuleGroupId, input.FirewallDomainListId, input.Qtype ?? ""].map(String).join("/");
const ruleOf = ({ state }: Resolver, input: Item) => itemOf(state.rules, "the firewall rule", ruleKey(input));

const rules: Operations = {
  CreateFirewallRule(input, context) {
    find(context, "group", input.FirewallRuleGroupId);
    // The sandbox does not support rules on threats instead of domain lists.
    if (input.FirewallDomainListId === undefined) throw invalid("FirewallDomainListId is required.");
    find(context, "list", input.FirewallDomainListId);
    checkRule(input);
    const key = ruleKey(input);
    if (context.state.rules[key]) throw invalid(`A rule for the domain list and query type exists already: ${key}`);
    priorityIsFree(rulesOf(context, input.FirewallRuleGroupId), input.Priority);
    const CreationTime = isoNow(context);
    const rule: Item = {
      FirewallDomainRedirectionAction: "INSPECT_REDIRECTION_DOMAIN",
      ...input,
      CreationTime,
      ModificationTime: CreationTime,
    };
    context.state.rules[key] = rule;
    return { FirewallRule: rule };
  },
  UpdateFirewallRule(input, context) {
    find(context, "group", input.FirewallRuleGroupId);
    const rule = ruleOf(context, input);
    // Members that only the previous action uses are deleted with that action.
    const { BlockResponse, BlockOverrideDomain, BlockOverrideDnsType, BlockOverrideTtl, ...kept } = rule;
    const blocking = { BlockResponse, BlockOverrideDomain, BlockOverrideDnsType, BlockOverrideTtl };
    const next: Item = { ...kept, ...(input.Action === undefined ? blocking : {}), ...input };
    checkRule(next);
    priorityIsFree(rulesOf(context, input.FirewallRuleGroupId), next.Priority, rule);
    const changed = { ...next, ModificationTime: isoNow(context) };
    context.state.rules[ruleKey(input)] = changed;
    return { FirewallRule: changed };
  },
  ListFirewallRules({ FirewallRuleGroupId, ...input }, context) {
    find(context, "group", FirewallRuleGroupId);
    const found = matching(rulesOf(context, FirewallRuleGroupId), input, ["Priority", "Action"]);
    const { items, more } = page(
      found.sort((a, b) => Number(a.Priority) - Number(b.Priority)),
      input,
    );
    return { FirewallRules: items, ...more };
  },
  DeleteFirewallRule(input, context) {
    const rule = ruleOf(context, input);
    delete context.state.rules[ruleKey(input)];
    return { FirewallRule: rule };
  },
};

// ---- Associations of rule groups with VPCs ----

/** Source: AWS API `AssociateFirewallRuleGroup`; AWS reserves both ends. */
function checkPriority(priority: unknown): void {
  if (Number(priority) <= 100 || Number(priority) >= 9900) throw invalid("The priority must be greater than 100 and less than 9900.");
}

const associations: Operations = {
  async AssociateFirewallRuleGroup(input, context) {
    find(context, "group", input.FirewallRuleGroupId);
    checkPriority(input.Priority);
    await vpcExists(context, input.VpcId);
    const associationsOfVpc = Object.values(context.state.associations).filter(
      (association) => association.VpcId === input.VpcId && association.CreatorRequestId !== input.CreatorRequestId,
    );
    if (associationsOfVpc.some((association) => association.FirewallRuleGroupId === input.FirewallRuleGroupId))
      throw conflict(`The firewall rule group is associated with the VPC '${String(input.VpcId)}' already.`);
    priorityIsFree(associationsOfVpc, input.Priority);
    const more = { MutationProtection: input.MutationProtection ?? "DISABLED", Status: "COMPLETE", ModificationTime: isoNow(context) };
    return { FirewallRuleGroupAssociation: create(context, "association", input, more) };
  },
  GetFirewallRuleGroupAssociation: ({ FirewallRuleGroupAssociationId }, context) => ({
    FirewallRuleGroupAssociation: find(context, "association", FirewallRuleGroupAssociationId),
  }),
  UpdateFirewallRuleGroupAssociation({ FirewallRuleGroupAssociationId, ...changes }, context) {
    const item = find(context, "association", FirewallRuleGroupAssociationId);
    if (changes.Priority !== undefined) {
      checkPriority(changes.Priority);
      const associationsOfVpc = Object.values(context.state.associations).filter((association) => association.VpcId === item.VpcId);
      priorityIsFree(associationsOfVpc, changes.Priority, item);
    }
    Object.assign(item, changes, { ModificationTime: isoNow(context) });
    return { FirewallRuleGroupAssociation: item };
  },
  DisassociateFirewallRuleGroup({ FirewallRuleGroupAssociationId }, context) {
    const item = find(context, "association", FirewallRuleGroupAssociationId);
    if (item.MutationProtection === "ENABLED") throw conflict("The association is protected. Disable its mutation protection first.");
    return { FirewallRuleGroupAssociation: remove(context, "association", item) };
  },
  ListFirewallRuleGroupAssociations(input, context) {
    const found = matching(Object.values(context.state.associations), input, ["FirewallRuleGroupId", "VpcId", "Priority", "Status"]);
    const { items, more } = page(found, input);
    return { FirewallRuleGroupAssociations: items, ...more };
  },
};

/** Every VPC has a configuration, even when no configuration was set. */
async function configOf(context: Resolver, id: unknown): Promise<Item> {
  await vpcExists(context, id);
  const standard = { Id: context.id("rslvr-fc-", 16), ResourceId: id, OwnerId: context.caller.account, FirewallFailOpen: "DISABLED" };
  return (context.state.configs[String(id)] ??= standard);
}

const configs: Operations = {
  GetFirewallConfig: async ({ ResourceId }, context) => ({ FirewallConfig: await configOf(context, ResourceId) }),
  async UpdateFirewallConfig({ ResourceId, FirewallFailOpen }, context) {
    const config = await configOf(context, ResourceId);
    config.FirewallFailOpen = FirewallFailOpen;
    return { FirewallConfig: config };
  },
  ListFirewallConfigs(input, { state }) {
    const { items, more } = page(Object.values(state.configs), input);
    return { FirewallConfigs: items, ...more };
  },
};

// ---- Query logging ----

/** A log group must exist. Buckets and delivery streams are assumed to exist. */
async function destinationExists(context: Resolver, arn: string): Promise<void> {
  const [, , service, , , ...rest] = arn.split(":");
  if (!arn.startsWith("arn:") || !["logs", "s3", "firehose"].includes(service ?? ""))
    throw new AwsError("InvalidParameterException", `The destination '${arn}' is not a log group, a bucket or a delivery stream.`);
  if (service !== "logs") return;
  const name = rest[1] ?? "";
  const { logGroups } = await context.moto("logs", "DescribeLogGroups", { logGroupNamePrefix: name });
  if (!((logGroups ?? []) as Item[]).some(({ logGroupName }) => logGroupName === name))
    throw missing(`The log group '${name}' does not exist.`);
}

const logOf = ({ state }: Resolver, item: Item): Item => ({
  ...item,
  AssociationCount: Object.values(state.logAssociations).filter((association) => association.ResolverQueryLogConfigId === item.Id).length,
});

/** A page of a list with filters and an order, which the sandbox does not support. */
function unfiltered(all: Item[], input: Item) {
  for (const member of ["Filters", "SortBy", "SortOrder"])
    if (input[member] !== undefined) throw invalid(`The sandbox does not support ${member} in this list.`);
  const { items, more } = page(all, input);
  return { items, more: { TotalCount: all.length, TotalFilteredCount: all.length, ...more } };
}

const logs: Operations = {
  async CreateResolverQueryLogConfig(input, context) {
    await destinationExists(context, String(input.DestinationArn));
    const more = { OwnerId: context.caller.account, Status: "CREATED", ShareStatus: "NOT_SHARED" };
    return { ResolverQueryLogConfig: logOf(context, create(context, "log", input, more)) };
  },
  GetResolverQueryLogConfig: ({ ResolverQueryLogConfigId }, context) => ({
    ResolverQueryLogConfig: logOf(context, find(context, "log", ResolverQueryLogConfigId)),
  }),
  ListResolverQueryLogConfigs(input, context) {
    const { items, more } = unfiltered(Object.values(context.state.logs), input);
    return { ResolverQueryLogConfigs: items.map((item) => logOf(context, item)), ...more };
  },
  DeleteResolverQueryLogConfig({ ResolverQueryLogConfigId }, context) {
    const item = logOf(context, find(context, "log", ResolverQueryLogConfigId));
    if (Number(item.AssociationCount) > 0)
      throw new AwsError("InvalidRequestException", "The query logging configuration is associated with a VPC. Disassociate it first.");
    return { ResolverQueryLogConfig: remove(context, "log", item) };
  },
  async AssociateResolverQueryLogConfig({ ResolverQueryLogConfigId, ResourceId }, context) {
    find(context, "log", ResolverQueryLogConfigId);
    await vpcExists(context, ResourceId);
    const same = Object.values(context.state.logAssociations).some(
      (association) => association.ResolverQueryLogConfigId === ResolverQueryLogConfigId && association.ResourceId === ResourceId,
    );
    if (same) throw new AwsError("ResourceExistsException", `The VPC '${String(ResourceId)}' is associated already.`);
    const Id = context.id("rqlca-", 16);
    const item = { Id, ResolverQueryLogConfigId, ResourceId, Status: "ACTIVE", Error: "NONE", CreationTime: isoNow(context) };
    context.state.logAssociations[Id] = item;
    return { ResolverQueryLogConfigAssociation: item };
  },
  GetResolverQueryLogConfigAssociation: ({ ResolverQueryLogConfigAssociationId }, { state }) => ({
    ResolverQueryLogConfigAssociation: itemOf(
      state.logAssociations,
      "the query logging configuration association",
      ResolverQueryLogConfigAssociationId,
    ),
  }),
  ListResolverQueryLogConfigAssociations(input, { state }) {
    const { items, more } = unfiltered(Object.values(state.logAssociations), input);
    return { ResolverQueryLogConfigAssociations: items, ...more };
  },
  DisassociateResolverQueryLogConfig({ ResolverQueryLogConfigId, ResourceId }, { state }) {
    const item = Object.values(state.logAssociations).find(
      (association) => association.ResolverQueryLogConfigId === ResolverQueryLogConfigId && association.ResourceId === ResourceId,
    );
    if (!item) throw missing(`The VPC '${String(ResourceId)}' is not associated with '${String(ResolverQueryLogConfigId)}'.`);
    delete state.logAssociations[String(item.Id)];
    return { ResolverQueryLogConfigAssociation: { ...item, Status: "DELETING" } };
  },
};

// ---- Tags ----

function tagsOf({ state }: Resolver, arn: unknown): Tag[] {
  const tags = state.tags[String(arn)];
  if (!tags) throw missing(`Cannot find the resource '${String(arn)}'.`);
  return tags;
}

const tags: Operations = {
  TagResource({ ResourceArn, Tags }, context) {
    context.state.tags[String(ResourceArn)] = withTags(tagsOf(context, ResourceArn), Tags as Tag[]);
    return {};
  },
  UntagResource({ ResourceArn, TagKeys }, context) {
    context.state.tags[String(ResourceArn)] = withoutTags(tagsOf(context, ResourceArn), TagKeys as string[]);
    return {};
  },
  ListTagsForResource({ ResourceArn, ...input }, context) {
    const { items, more } = page(tagsOf(context, ResourceArn), input);
    return { Tags: items, ...more };
  },
};

/** Excludes VPC configurations, which AWS deletes with the VPC. */
const types = {
  lists: "FirewallDomainList",
  groups: "FirewallRuleGroup",
  rules: "FirewallRule",
  associations: "FirewallRuleGroupAssociation",
  logs: "ResolverQueryLogConfig",
  logAssociations: "ResolverQueryLogConfigAssociation",
} as const;

export const route53resolver = nativeService<State>({
  scope: "route53resolver",
  model: "route53resolver",
  violation: { code: "ValidationException" },
  initial: () => ({
    lists: {},
    domains: {},
    groups: {},
    rules: {},
    associations: {},
    configs: {},
    logs: {},
    logAssociations: {},
    tags: {},
  }),
  operations: { ...lists, ...groups, ...rules, ...associations, ...configs, ...logs, ...tags },
  leftovers: (state) =>
    (Object.keys(types) as (keyof typeof types)[]).flatMap((collection) =>
      Object.keys(state[collection]).map((id) => ({ type: types[collection], id })),
    ),
});
