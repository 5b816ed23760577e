// Portfolios, their principals, and the accounts that they are shared with.
import { AwsError } from "../../aws-error";
import { principalExists } from "../../iam";
import { withoutTags, withTags } from "../tags";
import {
  accountOf,
  arnOf,
  type Catalog,
  given,
  invalid,
  inUse,
  isOwn,
  type Item,
  missing,
  notFound,
  type Operations,
  ownPortfolio,
  page,
  type Portfolio,
  type Principal,
  type Share,
  type ShareType,
  type State,
  type Tag,
} from "./state";

/** AWS's portfolio with the templates for SageMaker Projects. All accounts in a region have the same portfolio ID. */
const projects = (context: Catalog): Portfolio["detail"] => ({
  Id: "port-sagemakerprj1",
  ARN: arnOf(context, "portfolio/port-sagemakerprj1"),
  DisplayName: "Amazon SageMaker Solutions and ML Ops products",
  Description: "Templates of SageMaker Projects",
  ProviderName: "Amazon SageMaker",
  CreatedTime: 1_606_780_800,
});

const isShared = ({ shares, accepted }: State, portfolio: string, account: string): boolean =>
  shares.some(({ portfolio: id, type, principal }) => {
    if (id !== portfolio) return false;
    if (type === "ACCOUNT")
      return principal === account && accepted.some((share) => share.account === account && share.portfolio === portfolio);
    // The sandbox has no organization tree: every account is in each unit.
    return type === "ORGANIZATION_MEMBER_ACCOUNT" ? principal === account : true;
  });

/** Portfolios of other accounts that are shared with the caller. Source: shares with AWS Organizations are accepted automatically. */
const sharedWith = ({ state, caller }: Catalog): Portfolio[] =>
  Object.values(state.portfolios).filter(
    ({ detail }) => accountOf(detail.ARN) !== caller.account && isShared(state, detail.Id, caller.account),
  );

/** Portfolios imported from other accounts: shared portfolios, and the SageMaker portfolio while SageMaker Projects is enabled. */
async function importedBy(context: Catalog): Promise<Portfolio["detail"][]> {
  const { Status } = await context.native("sagemaker", "GetSagemakerServicecatalogPortfolioStatus", {});
  return [...(Status === "Enabled" ? [projects(context)] : []), ...sharedWith(context).map(({ detail }) => detail)];
}

/** The portfolios that the caller created or imported. */
export async function portfoliosOf(context: Catalog): Promise<Portfolio["detail"][]> {
  const portfolios = Object.values(context.state.portfolios).map(({ detail }) => detail);
  return [...portfolios.filter(({ ARN }) => isOwn(context, ARN)), ...(await importedBy(context))];
}

export async function portfolioOf(context: Catalog, id: unknown): Promise<Portfolio["detail"]> {
  return (await importedBy(context)).find(({ Id }) => Id === id) ?? ownPortfolio(context, id).detail;
}

const principalsKey = ({ caller }: Catalog, portfolio: unknown): string => `${caller.account}/${String(portfolio)}`;

/** The principals of a portfolio in the caller's account: also those that the owner shares with the portfolio. */
export function principalsOf(context: Catalog, portfolio: Portfolio["detail"]): Principal[] {
  const { principals, shares } = context.state;
  const shared = shares.some(({ portfolio: id, principals: withPrincipals }) => id === portfolio.Id && withPrincipals);
  const owner = `${accountOf(portfolio.ARN)}/${portfolio.Id}`;
  const fromOwner = shared && !isOwn(context, portfolio.ARN) ? (principals[owner] ?? []) : [];
  return [
    ...(principals[principalsKey(context, portfolio.Id)] ?? []),
    ...fromOwner.filter(({ PrincipalType }) => PrincipalType === "IAM_PATTERN"),
  ];
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

const principalOf = ({ PrincipalARN, PrincipalType }: Item): Principal => ({
  PrincipalARN: String(PrincipalARN),
  PrincipalType: PrincipalType === "IAM_PATTERN" ? "IAM_PATTERN" : "IAM",
});

const same = (a: Principal) => (b: Principal) => a.PrincipalARN === b.PrincipalARN && a.PrincipalType === b.PrincipalType;

const portfolios: Operations = {
  CreatePortfolio({ DisplayName, Description, ProviderName, Tags, IdempotencyToken }, context) {
    const { state } = context;
    // Requests with the same idempotency token create only one portfolio.
    const again = Object.values(state.portfolios).find(({ token, detail }) => token === IdempotencyToken && isOwn(context, detail.ARN));
    if (again) return { PortfolioDetail: again.detail, Tags: again.tags };
    const Id = context.id("port-", 13);
    const detail = {
      Id,
      ARN: arnOf(context, `portfolio/${Id}`),
      DisplayName: String(DisplayName),
      Description,
      ProviderName,
      CreatedTime: context.now(),
    };
    const tags = (Tags ?? []) as Tag[];
    state.portfolios[Id] = { detail, tags, token: String(IdempotencyToken) };
    return { PortfolioDetail: detail, Tags: tags };
  },
  async DescribePortfolio({ Id }, context) {
    const { state } = context;
    const PortfolioDetail = await portfolioOf(context, Id);
    const links = state.tagOptionLinks.filter(({ resource }) => resource === Id);
    const budgets = state.budgetLinks.filter(({ resource, account }) => resource === Id && account === context.caller.account);
    return {
      PortfolioDetail,
      Tags: state.portfolios[String(Id)]?.tags ?? [],
      TagOptions: links.map(({ name }) => state.tagOptions[name]),
      Budgets: budgets.map(({ name }) => ({ BudgetName: name })),
    };
  },
  UpdatePortfolio({ Id, DisplayName, Description, ProviderName, AddTags, RemoveTags }, context) {
    const portfolio = ownPortfolio(context, Id);
    Object.assign(portfolio.detail, given({ DisplayName, Description, ProviderName }));
    portfolio.tags = withTags(withoutTags(portfolio.tags, (RemoveTags ?? []) as string[]), (AddTags ?? []) as Tag[]);
    return { PortfolioDetail: portfolio.detail, Tags: portfolio.tags };
  },
  DeletePortfolio({ Id }, context) {
    const { state } = context;
    const id = String(ownPortfolio(context, Id).detail.Id);
    // Error text: aws-cloudformation/cloudformation-coverage-roadmap issue 2430.
    const still = (what: string) => inUse(`Portfolio ${id} still has associated ${what}`);
    if ((state.principals[principalsKey(context, id)] ?? []).length > 0) throw still("Principals");
    if (state.associations.some(({ portfolio }) => portfolio === id)) throw still("Products");
    if (state.shares.some(({ portfolio }) => portfolio === id)) throw still("Shares");
    delete state.portfolios[id];
    state.tagOptionLinks = state.tagOptionLinks.filter(({ resource }) => resource !== id);
    state.budgetLinks = state.budgetLinks.filter(({ resource }) => resource !== id);
    return {};
  },
  ListPortfolios(input, context) {
    const portfolios = Object.values(context.state.portfolios).map(({ detail }) => detail);
    return page(
      "PortfolioDetails",
      portfolios.filter(({ ARN }) => isOwn(context, ARN)),
      input,
    );
  },
  async AssociatePrincipalWithPortfolio(input, context) {
    const { state } = context;
    await portfolioOf(context, input.PortfolioId);
    const key = principalsKey(context, input.PortfolioId);
    const principal = principalOf(input);
    await assertAssociable(principal, context);
    const existing = state.principals[key] ?? [];
    if (existing.some(same(principal))) return {};
    const patterns = existing.filter(({ PrincipalType }) => PrincipalType === "IAM_PATTERN");
    if (principal.PrincipalType === "IAM_PATTERN" && patterns.length >= 10)
      throw new AwsError("LimitExceededException", "A portfolio can't have more than 10 principals of type IAM_PATTERN.");
    state.principals[key] = [...existing, principal];
    return {};
  },
  async DisassociatePrincipalFromPortfolio(input, context) {
    const { state } = context;
    const id = String(input.PortfolioId);
    await portfolioOf(context, id);
    const is = same(principalOf(input));
    const key = principalsKey(context, id);
    const existing = state.principals[key] ?? [];
    if (!existing.some(is)) throw missing(`Principal ${String(input.PrincipalARN)} is not associated with portfolio ${id}.`);
    state.principals[key] = existing.filter((principal) => !is(principal));
    return {};
  },
  async ListPrincipalsForPortfolio(input, context) {
    await portfolioOf(context, input.PortfolioId);
    return page("Principals", context.state.principals[principalsKey(context, input.PortfolioId)] ?? [], input);
  },
};

/** The type and the principal of a share in a request: exactly one of account and organization node. */
function shareOf({ AccountId, OrganizationNode }: Item): Pick<Share, "type" | "principal"> {
  const { Type, Value } = (OrganizationNode ?? {}) as { Type?: string; Value?: string };
  if ((AccountId === undefined) === (OrganizationNode === undefined))
    throw invalid("Exactly one of AccountId and OrganizationNode must be given.");
  if (AccountId !== undefined) return { type: "ACCOUNT", principal: String(AccountId) };
  if (Type === undefined || Value === undefined) throw invalid("An OrganizationNode must have a Type and a Value.");
  const patterns: Record<string, RegExp> = {
    ORGANIZATION: /^o-[a-z0-9]{10,32}$/,
    ORGANIZATIONAL_UNIT: /^ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$/,
  };
  // The AWS provider sends ARNs.
  if (!(patterns[Type] ?? /^\d{12}$/).test(Value.split("/").at(-1)!))
    throw invalid(`Invalid value for an organization node of type ${Type}: ${Value}`);
  return { type: (Type === "ACCOUNT" ? "ORGANIZATION_MEMBER_ACCOUNT" : Type) as ShareType, principal: Value.split("/").at(-1)! };
}

type Wanted = Pick<Share, "portfolio" | "type" | "principal">;

const isSame = (a: Wanted) => (b: Share) => a.portfolio === b.portfolio && a.type === b.type && a.principal === b.principal;

/** Checks a request on a share, and returns the share if it exists. */
function findShare(context: Catalog, input: Item): { wanted: Wanted; found?: Share } {
  const portfolio = String(ownPortfolio(context, input.PortfolioId).detail.Id);
  const wanted = { portfolio, ...shareOf(input) };
  if (wanted.type === "ACCOUNT" && wanted.principal === context.caller.account)
    throw invalid(`Portfolio ${portfolio} cannot be shared with its owner.`);
  if (wanted.type !== "ACCOUNT" && context.state.organizations !== context.caller.account)
    throw new AwsError(
      "OperationNotSupportedException",
      "Portfolio sharing with AWS Organizations needs EnableAWSOrganizationsAccess in the management account or a delegated administrator.",
    );
  return { wanted, found: context.state.shares.find(isSame(wanted)) };
}

/** Starts an operation on a share. Only operations on shares with an organization node have a token. */
function withToken({ state, id }: Catalog, { portfolio, type, principal }: Wanted): object {
  if (type === "ACCOUNT") return {};
  const PortfolioShareToken = id("share-", 13);
  state.shareTokens[PortfolioShareToken] = { portfolio, principal };
  return { PortfolioShareToken };
}

const shares: Operations = {
  CreatePortfolioShare(input, context) {
    const { wanted, found } = findShare(context, input);
    if (found) return withToken(context, found);
    context.state.shares.push({ ...wanted, tagOptions: input.ShareTagOptions === true, principals: input.SharePrincipals === true });
    return withToken(context, wanted);
  },
  UpdatePortfolioShare(input, context) {
    const { wanted, found } = findShare(context, input);
    if (!found) throw missing(`Portfolio ${wanted.portfolio} is not shared with ${wanted.principal}.`);
    if (input.ShareTagOptions !== undefined) found.tagOptions = input.ShareTagOptions === true;
    if (input.SharePrincipals !== undefined) found.principals = input.SharePrincipals === true;
    return { ...withToken(context, found), Status: "COMPLETED" };
  },
  DeletePortfolioShare(input, context) {
    const { state } = context;
    const { wanted, found } = findShare(context, input);
    if (!found) throw missing(`Portfolio ${wanted.portfolio} is not shared with ${wanted.principal}.`);
    state.shares = state.shares.filter((share) => share !== found);
    if (wanted.type === "ACCOUNT")
      state.accepted = state.accepted.filter(({ account, portfolio }) => account !== wanted.principal || portfolio !== wanted.portfolio);
    return withToken(context, wanted);
  },
  DescribePortfolioShareStatus({ PortfolioShareToken }, { state }) {
    const share = state.shareTokens[String(PortfolioShareToken)];
    if (!share) throw notFound("Portfolio share token", PortfolioShareToken);
    const ShareDetails = { SuccessfulShares: [share.principal], ShareErrors: [] };
    return { PortfolioShareToken, PortfolioId: share.portfolio, OrganizationNodeValue: share.principal, Status: "COMPLETED", ShareDetails };
  },
  DescribePortfolioShares(input, context) {
    const { detail } = ownPortfolio(context, input.PortfolioId);
    const { shares: all, accepted } = context.state;
    const found = all.filter(({ portfolio, type }) => portfolio === detail.Id && type === input.Type);
    const details = found.map(({ type, principal, principals, tagOptions }) => ({
      PrincipalId: principal,
      Type: type,
      Accepted: type !== "ACCOUNT" || accepted.some(({ account, portfolio }) => account === principal && portfolio === detail.Id),
      ShareTagOptions: tagOptions,
      SharePrincipals: principals,
    }));
    return page("PortfolioShareDetails", details, input);
  },
  ListPortfolioAccess(input, context) {
    const { detail } = ownPortfolio(context, input.PortfolioId);
    const accounts = context.state.shares.filter(({ portfolio, type }) => portfolio === detail.Id && /ACCOUNT$/.test(type));
    return page(
      "AccountIds",
      accounts.map(({ principal }) => principal),
      input,
    );
  },
  ListOrganizationPortfolioAccess(input, context) {
    const { detail } = ownPortfolio(context, input.PortfolioId);
    const type = input.OrganizationNodeType === "ACCOUNT" ? "ORGANIZATION_MEMBER_ACCOUNT" : input.OrganizationNodeType;
    const found = context.state.shares.filter((share) => share.portfolio === detail.Id && share.type === type);
    return page(
      "OrganizationNodes",
      found.map(({ principal }) => ({ Type: input.OrganizationNodeType, Value: principal })),
      input,
    );
  },
  AcceptPortfolioShare({ PortfolioId }, { state, caller }) {
    const isOffered = ({ portfolio, type, principal }: Share) =>
      portfolio === PortfolioId && type === "ACCOUNT" && principal === caller.account;
    if (!state.shares.some(isOffered)) throw notFound("Portfolio", PortfolioId);
    const acceptance = { account: caller.account, portfolio: String(PortfolioId) };
    if (!state.accepted.some(({ account, portfolio }) => account === acceptance.account && portfolio === acceptance.portfolio))
      state.accepted.push(acceptance);
    return {};
  },
  RejectPortfolioShare({ PortfolioId }, { state, caller }) {
    const { length } = state.accepted;
    state.accepted = state.accepted.filter(({ account, portfolio }) => account !== caller.account || portfolio !== PortfolioId);
    if (state.accepted.length === length) throw notFound("Portfolio", PortfolioId);
    return {};
  },
  async ListAcceptedPortfolioShares(input, context) {
    const { PortfolioShareType = "IMPORTED" } = input;
    const { state } = context;
    const byOrganization = (id: string) => state.shares.some(({ portfolio, type }) => portfolio === id && type !== "ACCOUNT");
    const imported = await importedBy(context);
    const found: Record<string, Item[]> = {
      IMPORTED: imported.filter(({ Id }) => !byOrganization(Id)),
      AWS_ORGANIZATIONS: imported.filter(({ Id }) => byOrganization(Id)),
    };
    return page("PortfolioDetails", found[String(PortfolioShareType)] ?? [], input);
  },
  EnableAWSOrganizationsAccess(_input, { state, caller }) {
    state.organizations = caller.account;
    return {};
  },
  DisableAWSOrganizationsAccess(_input, { state }) {
    delete state.organizations;
    return {};
  },
  GetAWSOrganizationsAccessStatus: (_input, { state, caller }) => ({
    AccessStatus: state.organizations === caller.account ? "ENABLED" : "DISABLED",
  }),
};

export const portfolioOperations: Operations = { ...portfolios, ...shares };
