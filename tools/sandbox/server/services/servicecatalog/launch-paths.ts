// The products that a caller can launch, and from which portfolios.
import { AwsError } from "../../aws-error";
import { matchesWildcard } from "../../iam";
import { constraintsOn } from "./constraints";
import { passes } from "./products";
import { portfoliosOf, principalsOf } from "./portfolios";
import {
  type Artifact,
  type Catalog,
  type Constraint,
  given,
  invalid,
  isOwn,
  type Item,
  missing,
  notFound,
  type Operations,
  page,
  type Portfolio,
  type Principal,
  type Product,
  type Tag,
} from "./state";

export interface LaunchPath {
  id: string;
  portfolio: Portfolio["detail"];
  constraints: Constraint[];
  /** Tags of the portfolio and of the product. */
  tags: Tag[];
}

/** ARN of the caller's user or role, with the path of the role. */
export async function principalArn({ caller, moto }: Catalog): Promise<string> {
  const [, RoleName] = /:assumed-role\/([^/]+)\//.exec(caller.arn) ?? [];
  if (RoleName === undefined) return caller.arn;
  try {
    return ((await moto("iam", "GetRole", { RoleName })) as { Role: { Arn: string } }).Role.Arn;
  } catch (error) {
    if (error instanceof AwsError && error.code === "NoSuchEntity") return caller.arn;
    throw error;
  }
}

/** A pattern has no account. Its wildcards are after the kind of the principal. */
const names = ({ PrincipalARN, PrincipalType }: Principal, arn: string): boolean =>
  PrincipalType === "IAM" ? PrincipalARN === arn : matchesWildcard(PrincipalARN, arn.replace(/^(arn:[^:]+:iam::)\d{12}:/, "$1:"));

/** The portfolios from which the caller can launch products. */
async function grantedPortfolios(context: Catalog): Promise<Portfolio["detail"][]> {
  const arn = await principalArn(context);
  return (await portfoliosOf(context)).filter((portfolio) => principalsOf(context, portfolio).some((principal) => names(principal, arn)));
}

export async function pathsTo(context: Catalog, product: Product): Promise<LaunchPath[]> {
  const { state } = context;
  const { ProductId } = product.summary;
  return (await grantedPortfolios(context)).flatMap((portfolio) => {
    const association = state.associations.find(
      (association) => association.portfolio === portfolio.Id && association.product === ProductId,
    );
    const tags = [...(state.portfolios[portfolio.Id]?.tags ?? []), ...product.tags];
    return association ? [{ id: association.path, portfolio, constraints: constraintsOn(context, portfolio.Id, ProductId), tags }] : [];
  });
}

/** The product and the paths of a launch. AWS does not disclose whether the product exists. */
export async function launchable(context: Catalog, { ProductId, ProductName }: Item): Promise<{ product: Product; paths: LaunchPath[] }> {
  if (ProductId === undefined && ProductName === undefined) throw invalid("ProductId or ProductName must be given.");
  const candidates = Object.values(context.state.products).filter(({ summary }) =>
    ProductId === undefined ? summary.Name === ProductName : summary.ProductId === ProductId,
  );
  for (const product of candidates) {
    const paths = await pathsTo(context, product);
    if (paths.length > 0) return { product, paths };
  }
  // Error text: aws/aws-cdk issue 8404.
  throw missing(`No launch paths found for resource: ${String(ProductId ?? ProductName)}`);
}

/** The path of a launch. It must be given if there are several. */
export function choosePath(paths: LaunchPath[], { PathId, PathName }: Item): LaunchPath {
  if (PathId === undefined && PathName === undefined) {
    // Error text: idealo/terraform-provider-controltower pull request 48.
    if (paths.length > 1) throw invalid("More than one launch path ids exist. Please specify the launch path id");
    return paths[0]!;
  }
  const path = paths.find(({ id, portfolio }) => (PathId === undefined ? portfolio.DisplayName === PathName : id === PathId));
  if (!path) throw notFound("Launch path", PathId ?? PathName);
  return path;
}

/** A version that end users can see. */
export function activeArtifact(product: Product, { ProvisioningArtifactId: id, ProvisioningArtifactName: name }: Item): Artifact {
  if (id === undefined && name === undefined) throw invalid("ProvisioningArtifactId or ProvisioningArtifactName must be given.");
  const artifact = product.artifacts.find(({ detail }) => (id === undefined ? detail.Name === name : detail.Id === id));
  if (!artifact?.detail.Active) throw notFound("Provisioning artifact", id ?? name);
  return artifact;
}

/** A version for a new launch. Source: AWS API `UpdateProvisioningArtifact`, `Guidance`. */
export function launchableArtifact(product: Product, input: Item): Artifact {
  const artifact = activeArtifact(product, input);
  const { Id, Guidance } = artifact.detail;
  if (Guidance === "DEPRECATED") throw invalid(`Provisioning artifact ${String(Id)} is deprecated, so it cannot be launched.`);
  return artifact;
}

/** The values of the active tag options of a launch, by key. */
export function tagOptionsOf({ state }: Catalog, product: Product, path: LaunchPath, isLocal: boolean): Record<string, string[]> {
  const { Id } = path.portfolio;
  const areShared = isLocal || state.shares.some(({ portfolio, tagOptions }) => portfolio === Id && tagOptions);
  const options = state.tagOptionLinks
    .filter(({ resource }) => areShared && (resource === Id || resource === product.summary.ProductId))
    .map(({ name }) => state.tagOptions[name]!)
    .filter(({ Active }) => Active);
  const keys = [...new Set(options.map(({ Key }) => Key))];
  return Object.fromEntries(keys.map((key) => [key, [...new Set(options.filter(({ Key }) => Key === key).map(({ Value }) => Value))]]));
}

export const isLocalPath = (context: Catalog, { portfolio }: LaunchPath): boolean => isOwn(context, portfolio.ARN);

export const summaries = (constraints: Constraint[]): Item[] =>
  constraints.map(({ detail: { Type, Description } }) => given({ Type, Description }));

const end = (product: Product) => ({
  ProductViewSummary: product.summary,
  ProvisioningArtifacts: product.artifacts
    .filter(({ detail }) => detail.Active)
    .map(({ detail: { Id, Name, Description, CreatedTime, Guidance } }) => ({ Id, Name, Description, CreatedTime, Guidance })),
});

async function launchableProducts(context: Catalog): Promise<Product[]> {
  const portfolios = await grantedPortfolios(context);
  const ids = context.state.associations
    .filter(({ portfolio }) => portfolios.some(({ Id }) => Id === portfolio))
    .map(({ product }) => product);
  return Object.values(context.state.products).filter(({ summary }) => ids.includes(summary.ProductId));
}

/** How often each value of a member occurs. */
function aggregation(products: Product[], member: string): Item[] {
  const values = products.map(({ summary }) => String(summary[member] ?? ""));
  return [...new Set(values)].map((Value) => ({ Value, ApproximateCount: values.filter((value) => value === Value).length }));
}

const sortKeys: Record<string, (product: Product) => string | number> = {
  Title: ({ summary }) => summary.Name,
  VersionCount: ({ artifacts }) => artifacts.length,
  CreationDate: ({ created }) => created,
};

export const launchPathOperations: Operations = {
  async SearchProducts(input, context) {
    const {
      Filters = {},
      SortBy = "Title",
      SortOrder,
    } = input as { Filters?: Record<string, string[]>; SortBy?: string; SortOrder?: string };
    const found = (await launchableProducts(context)).filter(({ summary }) => passes(summary, Filters));
    const key = sortKeys[SortBy]!;
    found.sort((a, b) => (key(a) < key(b) ? -1 : 1) * (SortOrder === "DESCENDING" ? -1 : 1));
    return {
      ...page(
        "ProductViewSummaries",
        found.map(({ summary }) => summary),
        input,
      ),
      ProductViewAggregations: { Owner: aggregation(found, "Owner"), ProductType: aggregation(found, "Type") },
    };
  },
  async DescribeProduct({ Id, Name }, context) {
    const { product, paths } = await launchable(context, { ProductId: Id, ProductName: Name });
    const LaunchPaths = paths.map(({ id, portfolio }) => ({ Id: id, Name: portfolio.DisplayName }));
    return { ...end(product), Budgets: [], LaunchPaths };
  },
  async DescribeProductView({ Id }, context) {
    const product = (await launchableProducts(context)).find(({ summary }) => summary.Id === Id);
    if (!product) throw notFound("Product view", Id);
    return end(product);
  },
  async ListLaunchPaths(input, context) {
    const { paths } = await launchable(context, input);
    return page(
      "LaunchPathSummaries",
      paths.map(({ id, portfolio, constraints, tags }) => ({
        Id: id,
        Name: portfolio.DisplayName,
        ConstraintSummaries: summaries(constraints),
        Tags: tags,
      })),
      input,
    );
  },
};
