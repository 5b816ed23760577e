import { AwsError } from "../../aws-error";
import { type Context, type Operation } from "../../service";
import { pageOf } from "../page";
import { type Tag } from "../tags";

export { type Tag };
export type Item = Record<string, unknown>;

export interface Principal {
  PrincipalARN: string;
  PrincipalType: "IAM" | "IAM_PATTERN";
}

export interface Portfolio {
  detail: Item & { Id: string; ARN: string; DisplayName: string };
  tags: Tag[];
  token: string;
}

export interface Artifact {
  detail: Item & { Id: string; Name?: string; Active: boolean; Guidance: string; CreatedTime: number };
  info: Record<string, string>;
  /** The template of a product of type `CLOUD_FORMATION_TEMPLATE`. */
  template?: string;
  token: string;
}

export interface Product {
  /** Members of `ProductViewSummary`. */
  summary: Item & { Id: string; ProductId: string; Name: string; Type: string };
  arn: string;
  created: number;
  tags: Tag[];
  artifacts: Artifact[];
  token: string;
}

/** A product in a portfolio, which is a launch path for the principals of the portfolio. */
export interface Association {
  portfolio: string;
  product: string;
  path: string;
}

export interface Constraint {
  detail: Item & { ConstraintId: string; Type: string; PortfolioId: string; ProductId: string; Description?: string };
  /** JSON. */
  parameters: string;
  token: string;
}

export type ShareType = "ACCOUNT" | "ORGANIZATION" | "ORGANIZATIONAL_UNIT" | "ORGANIZATION_MEMBER_ACCOUNT";

export interface Share {
  portfolio: string;
  type: ShareType;
  principal: string;
  tagOptions: boolean;
  principals: boolean;
}

export interface TagOption {
  Id: string;
  Key: string;
  Value: string;
  Active: boolean;
  Owner: string;
}

/** A link of a tag option or a budget to a portfolio or a product. */
export interface Link {
  account: string;
  /** ID of the tag option, or name of the budget. */
  name: string;
  resource: string;
}

export interface LaunchRecord {
  /** Members of `RecordDetail`. */
  detail: Item & { RecordId: string; Status: string; RecordType: string; ProvisionedProductId: string; RecordErrors: Item[] };
  account: string;
  outputs: Output[];
  /** A change is in progress in one response. These are the members of the record and of the provisioned product after it. */
  next?: { record: Item; product: Item | "deleted" };
  /** Members of the provisioned product before an update. They are restored if the update fails. */
  before?: Pick<Provisioned, "parameters" | "path" | "tags"> & { detail: Item };
  /** The operation at an external engine, until it reports the result. */
  workflow?: { token: string; operation: string };
  token: string;
}

export interface Output {
  OutputKey: string;
  OutputValue: string;
  Description?: string;
}

export interface Provisioned {
  /** Members of `ProvisionedProductDetail`. */
  detail: Item & { Id: string; Arn: string; Name: string; Status: string; ProductId: string; ProvisioningArtifactId: string };
  account: string;
  path: string;
  parameters: Record<string, string>;
  /** Tags in the request, without those of portfolio, product and tag options. */
  tags: Tag[];
  outputs: Output[];
  /** ARN of the stack. */
  physicalId?: string;
  user: string;
  session: string;
}

/** One state for all accounts in a region, because accounts share portfolios. ARNs contain the owner of an item. */
export interface State {
  portfolios: Record<string, Portfolio>;
  /** Principals by `account/portfolio`, including imported portfolios. */
  principals: Record<string, Principal[]>;
  products: Record<string, Product>;
  associations: Association[];
  constraints: Record<string, Constraint>;
  shares: Share[];
  /** Portfolio and principal of the operations on shares, by token. */
  shareTokens: Record<string, { portfolio: string; principal: string }>;
  /** Shared portfolios that accounts accepted. */
  accepted: { account: string; portfolio: string }[];
  /** The account that shares portfolios with the organization. */
  organizations?: string;
  tagOptions: Record<string, TagOption>;
  tagOptionLinks: Link[];
  budgetLinks: Link[];
  provisioned: Record<string, Provisioned>;
  records: Record<string, LaunchRecord>;
}

export const initial = (): State => ({
  portfolios: {},
  principals: {},
  products: {},
  associations: [],
  constraints: {},
  shares: [],
  shareTokens: {},
  accepted: [],
  tagOptions: {},
  tagOptionLinks: [],
  budgetLinks: [],
  provisioned: {},
  records: {},
});

export type Catalog = Context<State>;
export type Operations = Record<string, Operation<State>>;

export const invalid = (message: string) => new AwsError("InvalidParametersException", message);
export const missing = (message: string) => new AwsError("ResourceNotFoundException", message);
export const inUse = (message: string) => new AwsError("ResourceInUseException", message);
export const duplicate = (message: string) => new AwsError("DuplicateResourceException", message);
export const notFound = (what: string, id: unknown) => missing(`${what} ${String(id)} not found or access was denied.`);

export const accountOf = (arn: string): string => arn.split(":")[4]!;
export const arnOf = ({ partition, caller }: Catalog, resource: string): string =>
  `arn:${partition}:catalog:${caller.region}:${caller.account}:${resource}`;
export const isOwn = ({ caller }: Catalog, arn: string): boolean => accountOf(arn) === caller.account;

export const ownPortfolio = (context: Catalog, id: unknown): Portfolio => {
  const portfolio = context.state.portfolios[String(id)];
  if (!portfolio || !isOwn(context, portfolio.detail.ARN)) throw notFound("Portfolio", id);
  return portfolio;
};

export const ownProduct = (context: Catalog, id: unknown): Product => {
  const product = context.state.products[String(id)];
  if (!product || !isOwn(context, product.arn)) throw notFound("Product", id);
  return product;
};

/** A portfolio or a product of the caller: its ARN, name and description. */
export function ownResource(context: Catalog, id: unknown): { ARN: string; Name: string; Description?: unknown; CreatedTime: unknown } {
  if (String(id) in context.state.portfolios) {
    const { ARN, DisplayName, Description, CreatedTime } = ownPortfolio(context, id).detail;
    return { ARN, Name: DisplayName, Description, CreatedTime };
  }
  if (!(String(id) in context.state.products)) throw notFound("Resource", id);
  const { arn, summary, created } = ownProduct(context, id);
  return { ARN: arn, Name: summary.Name, Description: summary.ShortDescription, CreatedTime: created };
}

/** One page of a list. Service Catalog has its own names for the size and the token. */
export function page(list: string, all: readonly unknown[], { PageSize, PageToken }: Item, token = "NextPageToken"): object {
  const { items, next } = pageOf(all, PageSize || 20, PageToken);
  return { [list]: items, [token]: next };
}

/** Only the given members. */
export const given = (members: Item): Item => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
