// Implements Service Catalog: the portfolios in an account, the imported SageMaker portfolio, and their principals. Has no products.
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
  /** Portfolios that the account created, by id. */
  portfolios: Record<string, { detail: Item; tags: Tag[]; token: string }>;
  /** Principals by portfolio, including imported portfolios. */
  principals: Record<string, Principal[]>;
}

type Catalog = Context<State>;

const invalid = (message: string) => new AwsError("InvalidParametersException", message);
const missing = (message: string) => new AwsError("ResourceNotFoundException", message);

/** AWS's portfolio with the templates for SageMaker Projects. All accounts in a region have the same portfolio id. */
const imported = ({ caller, partition }: Catalog): Item => ({
  Id: "port-sagemakerprj1",
  ARN: `arn:${partition}:catalog:${caller.region}:${caller.account}:portfolio/port-sagemakerprj1`,
  DisplayName: "Amazon SageMaker Solutions and ML Ops products",
  Description: "Templates of SageMaker Projects",
  ProviderName: "Amazon SageMaker",
  CreatedTime: 1_606_780_800,
});

/** Portfolios imported from other accounts: the SageMaker portfolio, while SageMaker Projects is enabled. */
async function importedBy(context: Catalog): Promise<Item[]> {
  const { Status } = await context.native("sagemaker", "GetSagemakerServicecatalogPortfolioStatus", {});
  return Status === "Enabled" ? [imported(context)] : [];
}

const createdPortfolio = ({ state }: Catalog, id: unknown) => {
  const portfolio = state.portfolios[String(id)];
  if (!portfolio) throw missing(`Portfolio ${String(id)} not found or access was denied.`);
  return portfolio;
};

async function portfolioOf(context: Catalog, id: unknown): Promise<Item> {
  return (await importedBy(context)).find(({ Id }) => Id === id) ?? createdPortfolio(context, id).detail;
}

/** Principals of type `IAM` must exist in the account. Patterns name no account, and can have wildcards after the principal kind. */
async function assertAssociable({ PrincipalARN: arn, PrincipalType: type }: Principal, context: Catalog): Promise<void> {
  const [, account, kind] = /^arn:[^:]+:iam::(\d{12})?:(role|user|group)\/.+$/.exec(arn) ?? [];
  if (kind === undefined) throw invalid("Invalid input parameter(s)");
  if (type === "IAM_PATTERN") {
    if (account !== undefined) throw invalid("Principals of type IAM_PATTERN have no account ID.");
    return;
  }
  const caller = context.caller.account;
  if (account !== caller)
    throw missing(`Resource not found, caller account id (${caller}) does not match input account id (${account ?? ""})`);
  // IAM groups are not looked up: the sandbox has only roles and users.
  if (kind !== "group" && !(await principalExists(arn, { accounts: [caller], moto: context.moto })))
    throw invalid(`${arn}: profile does not exist`);
}

const languages = new Set(["en", "jp", "zh"]);

/** Rejects an `AcceptLanguage` that AWS does not support, in every operation. */
const inSupportedLanguage =
  (operation: Operation<State>): Operation<State> =>
  (input, context) => {
    if (input.AcceptLanguage !== undefined && !languages.has(String(input.AcceptLanguage))) throw invalid("Unsupported AcceptLanguage");
    return operation(input, context);
  };

const principalOf = ({ PrincipalARN, PrincipalType }: Item): Principal => ({
  PrincipalARN: String(PrincipalARN),
  PrincipalType: PrincipalType === "IAM_PATTERN" ? "IAM_PATTERN" : "IAM",
});

const same = (a: Principal) => (b: Principal) => a.PrincipalARN === b.PrincipalARN && a.PrincipalType === b.PrincipalType;

function page(list: string, all: readonly unknown[], { PageSize, PageToken }: Item): object {
  const { items, next } = pageOf(all, PageSize || 20, PageToken);
  return { [list]: items, NextPageToken: next };
}

const operations: Record<string, Operation<State>> = {
  CreatePortfolio({ DisplayName, Description, ProviderName, Tags, IdempotencyToken }, context) {
    const { state, caller, partition } = context;
    // Requests with the same idempotency token create only one portfolio.
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
    createdPortfolio(context, Id);
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
    state.principals[id] = there.filter((principal) => !is(principal));
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
  // The JSON protocol names the service in a header, the CBOR protocol in the path. AppRegistry has the same credential scope.
  claims: ({ headers, target }) => (headers["x-amz-target"] ?? "").startsWith("AWS242") || target.startsWith("/service/AWS242"),
  violation: { code: "ValidationException" },
  initial: () => ({ portfolios: {}, principals: {} }),
  operations: Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, inSupportedLanguage(operation)])),
  leftovers: ({ portfolios, principals }) => [
    ...Object.keys(portfolios).map((id) => ({ type: "Portfolio", id })),
    ...Object.entries(principals).flatMap(([id, all]) =>
      all.map(({ PrincipalARN }) => ({ type: "PortfolioPrincipal", id: `${id} ${PrincipalARN}` })),
    ),
  ],
});
