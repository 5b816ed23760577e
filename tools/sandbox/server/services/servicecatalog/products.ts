// Products, their versions, and their associations with portfolios.
import { withoutTags, withTags } from "../tags";
import { portfolioOf, portfoliosOf } from "./portfolios";
import {
  arnOf,
  type Artifact,
  type Catalog,
  given,
  invalid,
  inUse,
  isOwn,
  type Item,
  notFound,
  type Operations,
  ownPortfolio,
  ownProduct,
  page,
  type Product,
  type Tag,
} from "./state";
import { assertTemplate, readArtifact } from "./templates";

interface ArtifactInput {
  Name?: string;
  Description?: string;
  Info?: Record<string, string>;
  Type?: string;
  DisableTemplateValidation?: boolean;
}

/** Product types, and the type of their versions. */
const artifactTypes: Record<string, string> = { CLOUD_FORMATION_TEMPLATE: "CLOUD_FORMATION_TEMPLATE", EXTERNAL: "EXTERNAL" };

async function newArtifact(context: Catalog, product: string, input: ArtifactInput, token: unknown): Promise<Artifact> {
  const { Name, Description, Info = {}, Type = product, DisableTemplateValidation } = input;
  if (Type !== artifactTypes[product]) throw invalid(`A product of type ${product} cannot have a version of type ${Type}.`);
  const text = await readArtifact(context, Info);
  const isTemplate = Type === "CLOUD_FORMATION_TEMPLATE";
  if (isTemplate && DisableTemplateValidation !== true) assertTemplate(text);
  const url = Info.LoadTemplateFromURL;
  return {
    detail: {
      Id: context.id("pa-", 13),
      Name,
      Description,
      Type,
      CreatedTime: context.now(),
      Active: true,
      Guidance: "DEFAULT",
    },
    info: url === undefined ? { PhysicalId: Info.ImportFromPhysicalId! } : { TemplateUrl: url },
    ...(isTemplate && { template: text }),
    token: String(token),
  };
}

/** The provider reports that AWS returns `CREATED`, although the documentation states `AVAILABLE`. */
const viewOf = ({ summary, arn, created }: Product) => ({
  ProductViewSummary: summary,
  Status: "CREATED",
  ProductARN: arn,
  CreatedTime: created,
});

/** Members that a summary has under another name in requests. */
const summaryOf = ({ Name, Owner, Description, Distributor, SupportDescription, SupportEmail, SupportUrl }: Item): Item =>
  given({ Name, Owner, ShortDescription: Description, Distributor, SupportDescription, SupportEmail, SupportUrl });

/** A product that the caller owns, or that is in a portfolio of the caller. */
export async function visibleProduct(context: Catalog, id: unknown): Promise<Product> {
  const product = context.state.products[String(id)];
  if (!product) throw notFound("Product", id);
  if (isOwn(context, product.arn)) return product;
  const portfolios = await portfoliosOf(context);
  if (
    !context.state.associations.some(
      (association) => association.product === id && portfolios.some(({ Id }) => Id === association.portfolio),
    )
  )
    throw notFound("Product", id);
  return product;
}

const productNamed = async (context: Catalog, { Id, Name }: Item): Promise<Product> => {
  if ((Id === undefined) === (Name === undefined)) throw invalid("Exactly one of Id and Name must be given.");
  const named = Object.values(context.state.products).find(({ summary }) => summary.Name === Name);
  return visibleProduct(context, Id ?? named?.summary.ProductId ?? Name);
};

export function artifactOf(product: Product, id: unknown, name?: unknown): Artifact {
  const artifact = product.artifacts.find(({ detail }) => (id === undefined ? detail.Name === name : detail.Id === id));
  if (!artifact) throw notFound("Provisioning artifact", id ?? name);
  return artifact;
}

const budgetsOf = ({ state, caller }: Catalog, id: string) =>
  state.budgetLinks
    .filter(({ resource, account }) => resource === id && account === caller.account)
    .map(({ name }) => ({ BudgetName: name }));

const products: Operations = {
  async CreateProduct(input, context) {
    const { state } = context;
    const { ProductType, ProvisioningArtifactParameters, Tags, IdempotencyToken, SourceConnection } = input;
    const again = Object.values(state.products).find(({ token, arn }) => token === IdempotencyToken && isOwn(context, arn));
    const type = String(ProductType);
    if (SourceConnection !== undefined) throw invalid("The sandbox does not support 'SourceConnection' yet.");
    if (!(type in artifactTypes)) throw invalid(`The sandbox does not support products of type '${type}'.`);
    if (!again && ProvisioningArtifactParameters === undefined) throw invalid("ProvisioningArtifactParameters must be given.");
    const product = again ?? {
      summary: {
        ...summaryOf(input),
        Id: context.id("prodview-", 13),
        ProductId: context.id("prod-", 13),
        Name: String(input.Name),
        Type: type,
        HasDefaultPath: false,
      },
      arn: "",
      created: context.now(),
      tags: (Tags ?? []) as Tag[],
      artifacts: [await newArtifact(context, type, ProvisioningArtifactParameters as ArtifactInput, IdempotencyToken)],
      token: String(IdempotencyToken),
    };
    product.arn ||= arnOf(context, `product/${product.summary.ProductId}`);
    state.products[product.summary.ProductId] = product;
    return { ProductViewDetail: viewOf(product), ProvisioningArtifactDetail: product.artifacts[0]!.detail, Tags: product.tags };
  },
  async DescribeProductAsAdmin(input, context) {
    const product = await productNamed(context, input);
    const { ProductId } = product.summary;
    const links = context.state.tagOptionLinks.filter(({ resource }) => resource === ProductId);
    return {
      ProductViewDetail: viewOf(product),
      ProvisioningArtifactSummaries: product.artifacts.map(({ detail: { Id, Name, Description, CreatedTime } }) => ({
        Id,
        Name,
        Description,
        CreatedTime,
        ProvisioningArtifactMetadata: {},
      })),
      Tags: product.tags,
      TagOptions: links.map(({ name }) => context.state.tagOptions[name]),
      Budgets: budgetsOf(context, ProductId),
    };
  },
  UpdateProduct(input, context) {
    const product = ownProduct(context, input.Id);
    Object.assign(product.summary, summaryOf(input));
    product.tags = withTags(withoutTags(product.tags, (input.RemoveTags ?? []) as string[]), (input.AddTags ?? []) as Tag[]);
    return { ProductViewDetail: viewOf(product), Tags: product.tags };
  },
  DeleteProduct({ Id }, context) {
    const { state } = context;
    const { ProductId } = ownProduct(context, Id).summary;
    if (state.associations.some(({ product }) => product === ProductId))
      throw inUse(`Product ${ProductId} is associated with a portfolio.`);
    delete state.products[ProductId];
    state.tagOptionLinks = state.tagOptionLinks.filter(({ resource }) => resource !== ProductId);
    state.budgetLinks = state.budgetLinks.filter(({ resource }) => resource !== ProductId);
    return {};
  },
  async SearchProductsAsAdmin(input, context) {
    const { state } = context;
    const { PortfolioId, Filters = {} } = input as { PortfolioId?: string; Filters?: Record<string, string[]> };
    if (PortfolioId !== undefined) await portfolioOf(context, PortfolioId);
    const inPortfolio = ({ summary }: Product) =>
      state.associations.some(({ portfolio, product }) => portfolio === PortfolioId && product === summary.ProductId);
    const found = Object.values(state.products).filter(
      (product) => (PortfolioId === undefined ? isOwn(context, product.arn) : inPortfolio(product)) && passes(product.summary, Filters),
    );
    return page("ProductViewDetails", found.map(viewOf), input);
  },
  async AssociateProductWithPortfolio({ PortfolioId, ProductId }, context) {
    const { state } = context;
    const portfolio = String(ownPortfolio(context, PortfolioId).detail.Id);
    const product = (await visibleProduct(context, ProductId)).summary.ProductId;
    if (!state.associations.some((association) => association.portfolio === portfolio && association.product === product))
      state.associations.push({ portfolio, product, path: context.id("lpv2-", 13) });
    return {};
  },
  DisassociateProductFromPortfolio({ PortfolioId, ProductId }, context) {
    const { state } = context;
    ownPortfolio(context, PortfolioId);
    const found = state.associations.find(({ portfolio, product }) => portfolio === PortfolioId && product === ProductId);
    if (!found) throw notFound("Product", ProductId);
    const constraint = Object.values(state.constraints).find(
      ({ detail }) => detail.PortfolioId === PortfolioId && detail.ProductId === ProductId,
    );
    if (constraint)
      throw inUse(`Product ${found.product} has the constraint ${constraint.detail.ConstraintId} in portfolio ${found.portfolio}.`);
    state.associations = state.associations.filter((association) => association !== found);
    return {};
  },
  async ListPortfoliosForProduct(input, context) {
    const product = await visibleProduct(context, input.ProductId);
    const portfolios = await portfoliosOf(context);
    const ids = context.state.associations
      .filter((association) => association.product === product.summary.ProductId)
      .map(({ portfolio }) => portfolio);
    return page(
      "PortfolioDetails",
      portfolios.filter(({ Id }) => ids.includes(Id)),
      input,
    );
  },
};

/** The filters of a search, by name. Several values of a filter are alternatives. */
export function passes(summary: Item, filters: Record<string, string[]>): boolean {
  const members: Record<string, unknown> = {
    Owner: summary.Owner,
    ProductType: summary.Type,
    SourceProductId: summary.ProductId,
    FullTextSearch: [summary.Name, summary.Owner, summary.ShortDescription, summary.ProductId].join(" ").toLowerCase(),
  };
  return Object.entries(filters).every(([name, values]) =>
    values.some((value) =>
      name === "FullTextSearch" ? String(members[name]).includes(value.toLowerCase()) : value === String(members[name]),
    ),
  );
}

const artifacts: Operations = {
  async CreateProvisioningArtifact({ ProductId, Parameters, IdempotencyToken }, context) {
    const product = ownProduct(context, ProductId);
    const again = product.artifacts.find(({ token }) => token === IdempotencyToken);
    const artifact = again ?? (await newArtifact(context, product.summary.Type, Parameters as ArtifactInput, IdempotencyToken));
    if (!again) product.artifacts.push(artifact);
    return { ProvisioningArtifactDetail: artifact.detail, Info: artifact.info, Status: "AVAILABLE" };
  },
  async DescribeProvisioningArtifact(input, context) {
    const { ProductId, ProductName, ProvisioningArtifactId, ProvisioningArtifactName } = input;
    if (input.IncludeProvisioningArtifactParameters === true)
      throw invalid("The sandbox does not support 'IncludeProvisioningArtifactParameters' yet. Use DescribeProvisioningParameters.");
    if (ProvisioningArtifactId === undefined && ProvisioningArtifactName === undefined)
      throw invalid("ProvisioningArtifactId or ProvisioningArtifactName must be given.");
    const product =
      ProductId === undefined && ProductName === undefined
        ? Object.values(context.state.products).find((product) =>
            product.artifacts.some(({ detail }) => detail.Id === ProvisioningArtifactId),
          )
        : await productNamed(context, { Id: ProductId, Name: ProductName });
    if (!product) throw notFound("Provisioning artifact", ProvisioningArtifactId);
    await visibleProduct(context, product.summary.ProductId);
    const { detail, info } = artifactOf(product, ProvisioningArtifactId, ProvisioningArtifactName);
    return { ProvisioningArtifactDetail: detail, Info: info, Status: "AVAILABLE" };
  },
  UpdateProvisioningArtifact(input, context) {
    const { Name, Description, Active, Guidance } = input;
    const artifact = artifactOf(ownProduct(context, input.ProductId), input.ProvisioningArtifactId);
    Object.assign(artifact.detail, given({ Name, Description, Active, Guidance }));
    return { ProvisioningArtifactDetail: artifact.detail, Info: artifact.info, Status: "AVAILABLE" };
  },
  DeleteProvisioningArtifact({ ProductId, ProvisioningArtifactId }, context) {
    const product = ownProduct(context, ProductId);
    const artifact = artifactOf(product, ProvisioningArtifactId);
    // Source: AWS API `DeleteProvisioningArtifact`: the last version of a product cannot be deleted.
    if (product.artifacts.length === 1)
      throw inUse(`Provisioning artifact ${artifact.detail.Id} is the last of product ${product.summary.ProductId}.`);
    product.artifacts = product.artifacts.filter((item) => item !== artifact);
    return {};
  },
  async ListProvisioningArtifacts({ ProductId }, context) {
    const product = await visibleProduct(context, ProductId);
    return { ProvisioningArtifactDetails: product.artifacts.map(({ detail }) => detail) };
  },
};

export const productOperations: Operations = { ...products, ...artifacts };
