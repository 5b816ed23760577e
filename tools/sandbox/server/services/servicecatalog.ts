// Service Catalog: portfolios of an account's own, the one that SageMaker Projects imports, and who may use them. No products, so nothing is launched.
import { AwsError } from "../aws-error";
import { type Context, type Operation, nativeService } from "../service";
import { principalExists } from "../iam";
import { pageOf } from "./page";

type Item = Record<string, unknown>;

interface Principal {
  PrincipalARN: string;
  PrincipalType: "IAM" | "IAM_PATTERN";
}

interface Tag {
  Key: string;
  Value: string;
}

interface State {
  /** The account's own, by id. */
  portfolios: Record<string, { detail: Item; tags: Tag[]; token: string }>;
  /** By portfolio, imported ones too. */
  principals: Record<string, Principal[]>;
}

type Catalog = Context<State>;

const invalid = (message: string) => new AwsError("InvalidParametersException", message);
const missing = (message: string) => new AwsError("ResourceNotFoundException", message);

/** AWS's own portfolio of templates for SageMaker Projects. Its id is one for all accounts of a region. */
const imported = ({ caller, partition }: Catalog): Item => ({
  Id: "port-sagemakerprj1",
  ARN: `arn:${partition}:catalog:${caller.region}:${caller.account}:portfolio/port-sagemakerprj1`,
  DisplayName: "Amazon SageMaker Solutions and ML Ops products",
  Description: "Templates of SageMaker Projects",
  ProviderName: "Amazon SageMaker",
  CreatedTime: 1_606_780_800,
});

/** What was accepted from other accounts: SageMaker's portfolio while Projects is on, which is how an account comes by it. */
async function importedBy(context: Catalog): Promise<Item[]> {
  const { Status } = await context.native("sagemaker", "GetSagemakerServicecatalogPortfolioStatus", {});
  return Status === "Enabled" ? [imported(context)] : [];
}

const ownOf = ({ state }: Catalog, id: unknown) => {
  const own = state.portfolios[String(id)];
  if (!own) throw missing(`Portfolio ${String(id)} not found or access was denied.`);
  return own;
};

async function portfolioOf(context: Catalog, id: unknown): Promise<Item> {
  return (await importedBy(context)).find(({ Id }) => Id === id) ?? ownOf(context, id).detail;
}

/** Principals of type `IAM` have to exist in the account; patterns name no account, and may have wildcards behind the kind. */
async function assertAssociable({ PrincipalARN: arn, PrincipalType: type }: Principal, context: Catalog): Promise<void> {
  const [, account, kind] = /^arn:[^:]+:iam::(\d{12})?:(role|user|group)\/.+$/.exec(arn) ?? [];
  if (kind === undefined) throw invalid("Invalid input parameter(s)");
  if (type === "IAM_PATTERN") {
    if (account !== undefined) throw invalid("Principals of type IAM_PATTERN have no account ID.");
    return;
  }
  const own = context.caller.account;
  if (account !== own) throw missing(`Resource not found, caller account id (${own}) does not match input account id (${account ?? ""})`);
  // Groups are not looked up: the sandbox knows which roles and users there are.
  if (kind !== "group" && !(await principalExists(arn, { accounts: [own], moto: (...question) => context.moto(...question) })))
    throw invalid(`${arn}: profile does not exist`);
}

const languages = new Set(["en", "jp", "zh"]);

/** Refuses a language that AWS does not have, whatever the operation. */
const spoken =
  (operation: Operation<State>): Operation<State> =>
  (input, context) => {
    if (input.AcceptLanguage !== undefined && !languages.has(String(input.AcceptLanguage))) throw invalid("Unsupported AcceptLanguage");
    return operation(input, context);
  };

const principalOf = ({ PrincipalARN, PrincipalType }: Item): Principal => ({
  PrincipalARN: String(PrincipalARN),
  PrincipalType: PrincipalType === "IAM_PATTERN" ? "IAM_PATTERN" : "IAM",
});

const same = (one: Principal) => (other: Principal) => one.PrincipalARN === other.PrincipalARN && one.PrincipalType === other.PrincipalType;

function page(list: string, all: readonly unknown[], { PageSize, PageToken }: Item): object {
  const { items, next } = pageOf(all, PageSize || 20, PageToken);
  return { [list]: items, NextPageToken: next };
}

const operations: Record<string, Operation<State>> = {
  CreatePortfolio({ DisplayName, Description, ProviderName, Tags, IdempotencyToken }, context) {
    const { state, caller, partition } = context;
    // One token, one portfolio.
    const again = Object.values(state.portfolios).find(({ token }) => token === IdempotencyToken);
    if (again) return { PortfolioDetail: again.detail, Tags: again.tags };
    const id = context.id("port-", 13);
    const detail = {
      Id: id,
      ARN: `arn:${partition}:catalog:${caller.region}:${caller.account}:portfolio/${id}`,
      DisplayName,
      Description,
      ProviderName,
      CreatedTime: context.now(),
    };
    const tags = (Tags ?? []) as Tag[];
    state.portfolios[id] = { detail, tags, token: String(IdempotencyToken) };
    return { PortfolioDetail: detail, Tags: tags };
  },
  async DescribePortfolio({ Id }, context) {
    const PortfolioDetail = await portfolioOf(context, Id);
    return { PortfolioDetail, Tags: context.state.portfolios[String(Id)]?.tags ?? [], TagOptions: [], Budgets: [] };
  },
  DeletePortfolio({ Id }, context) {
    ownOf(context, Id);
    const { state } = context;
    if ((state.principals[String(Id)] ?? []).length > 0)
      throw new AwsError("ResourceInUseException", `Portfolio ${String(Id)} has associated principals.`);
    delete state.portfolios[String(Id)];
    return {};
  },
  ListPortfolios: (input, { state }) =>
    page(
      "PortfolioDetails",
      Object.values(state.portfolios).map(({ detail }) => detail),
      input,
    ),

  async ListAcceptedPortfolioShares(input, context) {
    const { PortfolioShareType = "IMPORTED" } = input;
    return page("PortfolioDetails", PortfolioShareType === "IMPORTED" ? await importedBy(context) : [], input);
  },

  async AssociatePrincipalWithPortfolio(input, context) {
    const { state } = context;
    const id = String(input.PortfolioId);
    await portfolioOf(context, id);
    const principal = principalOf(input);
    await assertAssociable(principal, context);
    const there = state.principals[id] ?? [];
    if (there.some(same(principal))) return {};
    const patterns = there.filter(({ PrincipalType }) => PrincipalType === "IAM_PATTERN");
    if (principal.PrincipalType === "IAM_PATTERN" && patterns.length >= 10)
      throw new AwsError("LimitExceededException", "A portfolio can't have more than 10 principals of type IAM_PATTERN.");
    state.principals[id] = [...there, principal];
    return {};
  },
  async DisassociatePrincipalFromPortfolio(input, context) {
    const { state } = context;
    const id = String(input.PortfolioId);
    await portfolioOf(context, id);
    const is = same(principalOf(input));
    const there = state.principals[id] ?? [];
    if (!there.some(is)) throw missing(`Principal ${String(input.PrincipalARN)} is not associated with portfolio ${id}.`);
    state.principals[id] = there.filter((one) => !is(one));
    return {};
  },
  async ListPrincipalsForPortfolio(input, context) {
    await portfolioOf(context, input.PortfolioId);
    return page("Principals", context.state.principals[String(input.PortfolioId)] ?? [], input);
  },
};

export const servicecatalog = nativeService<State>({
  scope: "servicecatalog",
  model: "servicecatalog",
  // The JSON protocol names the service in a header, the CBOR protocol in the path. AppRegistry signs with the same scope.
  claims: ({ headers, target }) => (headers["x-amz-target"] ?? "").startsWith("AWS242") || target.startsWith("/service/AWS242"),
  violation: { code: "ValidationException" },
  initial: () => ({ portfolios: {}, principals: {} }),
  operations: Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, spoken(operation)])),
  leftovers: ({ portfolios, principals }) => [
    ...Object.keys(portfolios).map((id) => ({ type: "Portfolio", id })),
    ...Object.entries(principals).flatMap(([id, all]) =>
      all.map(({ PrincipalARN }) => ({ type: "PortfolioPrincipal", id: `${id} ${PrincipalARN}` })),
    ),
  ],
});
