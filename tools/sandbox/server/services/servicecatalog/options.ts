// Tag options and budgets of portfolios and products.
import { AwsError } from "../../aws-error";
import { type Catalog, duplicate, inUse, missing, notFound, type Operations, ownResource, page, type TagOption } from "./state";

function tagOptionOf({ state, caller }: Catalog, id: unknown): TagOption {
  const option = state.tagOptions[String(id)];
  if (!option || option.Owner !== caller.account) throw notFound("TagOption", id);
  return option;
}

const ownOptions = ({ state, caller }: Catalog): TagOption[] =>
  Object.values(state.tagOptions).filter(({ Owner }) => Owner === caller.account);

function isNew(context: Catalog, key: unknown, value: unknown): void {
  if (ownOptions(context).some(({ Key, Value }) => Key === key && Value === value))
    throw duplicate(`TagOption with key ${String(key)} and value ${String(value)} already exists.`);
}

const tagOptions: Operations = {
  CreateTagOption({ Key, Value }, context) {
    isNew(context, Key, Value);
    const Id = context.id("tag-", 13);
    const option = { Id, Key: String(Key), Value: String(Value), Active: true, Owner: context.caller.account };
    context.state.tagOptions[Id] = option;
    return { TagOptionDetail: option };
  },
  DescribeTagOption: ({ Id }, context) => ({ TagOptionDetail: tagOptionOf(context, Id) }),
  UpdateTagOption({ Id, Value, Active }, context) {
    const option = tagOptionOf(context, Id);
    // Source: the AWS provider's comment on UpdateTagOption: an unchanged value is a duplicate.
    if (Value !== undefined) isNew(context, option.Key, Value);
    if (Value !== undefined) option.Value = String(Value);
    if (Active !== undefined) option.Active = Active === true;
    return { TagOptionDetail: option };
  },
  DeleteTagOption({ Id }, context) {
    const option = tagOptionOf(context, Id);
    if (context.state.tagOptionLinks.some(({ name }) => name === option.Id))
      throw inUse(`TagOption ${option.Id} is associated with a resource.`);
    delete context.state.tagOptions[option.Id];
    return {};
  },
  ListTagOptions(input, context) {
    const filters = Object.entries((input.Filters ?? {}) as Partial<TagOption>) as [keyof TagOption, unknown][];
    const found = ownOptions(context).filter((option) => filters.every(([name, value]) => option[name] === value));
    return page("TagOptionDetails", found, input, "PageToken");
  },
  AssociateTagOptionWithResource({ TagOptionId, ResourceId }, context) {
    const { state, caller } = context;
    const option = tagOptionOf(context, TagOptionId);
    ownResource(context, ResourceId);
    if (state.tagOptionLinks.some(({ name, resource }) => name === option.Id && resource === ResourceId))
      throw duplicate(`TagOption ${option.Id} is already associated with ${String(ResourceId)}.`);
    state.tagOptionLinks.push({ account: caller.account, name: option.Id, resource: String(ResourceId) });
    return {};
  },
  DisassociateTagOptionFromResource({ TagOptionId, ResourceId }, context) {
    const { state } = context;
    const option = tagOptionOf(context, TagOptionId);
    const others = state.tagOptionLinks.filter(({ name, resource }) => name !== option.Id || resource !== ResourceId);
    if (others.length === state.tagOptionLinks.length)
      throw missing(`TagOption ${option.Id} is not associated with ${String(ResourceId)}.`);
    state.tagOptionLinks = others;
    return {};
  },
  ListResourcesForTagOption(input, context) {
    const option = tagOptionOf(context, input.TagOptionId);
    const ids = context.state.tagOptionLinks.filter(({ name }) => name === option.Id).map(({ resource }) => resource);
    return page(
      "ResourceDetails",
      ids.map((Id) => ({ Id, ...ownResource(context, Id) })),
      input,
      "PageToken",
    );
  },
};

async function budgetExists(context: Catalog, BudgetName: unknown): Promise<void> {
  const { caller } = context;
  try {
    await context.asClient("budgets", "DescribeBudget", { AccountId: caller.account, BudgetName });
  } catch (error) {
    if (error instanceof AwsError && error.code === "NotFoundException") throw notFound("Budget", BudgetName);
    throw error;
  }
}

const budgets: Operations = {
  async AssociateBudgetWithResource({ BudgetName, ResourceId }, context) {
    const { state, caller } = context;
    ownResource(context, ResourceId);
    await budgetExists(context, BudgetName);
    const link = { account: caller.account, name: String(BudgetName), resource: String(ResourceId) };
    const ofResource = state.budgetLinks.filter(({ resource }) => resource === ResourceId);
    if (ofResource.some(({ name }) => name === BudgetName))
      throw duplicate(`Budget ${link.name} is already associated with ${link.resource}.`);
    // Source: AWS Service Catalog "Managing budgets": a portfolio or a product has one budget.
    if (ofResource.length > 0) throw new AwsError("LimitExceededException", `${link.resource} already has a budget.`);
    state.budgetLinks.push(link);
    return {};
  },
  DisassociateBudgetFromResource({ BudgetName, ResourceId }, { state, caller }) {
    const others = state.budgetLinks.filter(
      ({ account, name, resource }) => account !== caller.account || name !== BudgetName || resource !== ResourceId,
    );
    if (others.length === state.budgetLinks.length)
      throw missing(`Budget ${String(BudgetName)} is not associated with ${String(ResourceId)}.`);
    state.budgetLinks = others;
    return {};
  },
  ListBudgetsForResource(input, context) {
    ownResource(context, input.ResourceId);
    const found = context.state.budgetLinks.filter(({ resource }) => resource === input.ResourceId);
    return page(
      "Budgets",
      found.map(({ name }) => ({ BudgetName: name })),
      input,
    );
  },
};

export const optionOperations: Operations = { ...tagOptions, ...budgets };
