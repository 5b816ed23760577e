import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext, objectUrl } from "../../aws/context";
import { type Template, type TemplateConstraint } from "./template";
import { firstTemplate, templateFile } from "./versions";

/** A product, and the role that launches it. */
export interface ProjectProductArgs {
  /** Name of the product in Service Catalog, after the name of the environment: `notebook instance`. */
  title: string;
  description: string;
  /** Sign-in name of the only user who can launch the product. Absent: every user of the portfolio. */
  person?: string;
  template: pulumi.Input<Template>;
  constraint: pulumi.Input<TemplateConstraint>;
  /** `arn:…:role/…` */
  launchRoleArn: pulumi.Input<string>;
}

export interface ProjectPortfolioArgs {
  context: AwsContext;
  /** `fraud-dev` */
  environment: string;
  /** Owner of the products, a team or an email address. */
  owner: string;
  /** Bucket for the templates, in the same region. */
  templateBucketName: pulumi.Input<string>;
  /** Products by short name, `notebook`. */
  products: Record<string, ProjectProductArgs>;
}

const templateType = "CLOUD_FORMATION_TEMPLATE";
/** Source: AWS API `CreatePortfolio`. */
const longestProvider = 50;

/**
 * The portfolio of an environment, with products that users launch.
 * A changed template is a new version with a name that only its content has. The previous version is deleted, so that no user can
 * launch it. Provisioned products keep running, and users update them to the new version.
 * Errors: AWS rejects an update of a provisioned product that changes the subnet, the key or the domain of a resource.
 * Source: AWS Service Catalog "Managing versions", "Template constraints" and "Launch constraints".
 */
export class ProjectPortfolio extends pulumi.ComponentResource {
  /** `port-…` */
  readonly portfolioId: pulumi.Output<string>;
  /** By product, `prod-…`. Known once the product has a version and its constraints. */
  readonly productIds: Record<string, pulumi.Output<string>>;
  /** Products that every user of the portfolio can launch, `arn:…:product/prod-…`. */
  readonly productArns: Record<string, pulumi.Output<string>>;

  constructor(
    private readonly name: string,
    private readonly args: ProjectPortfolioArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cloister:catalog:ProjectPortfolio", name, {}, opts);
    const { environment, owner, products } = args;
    const portfolio = new aws.servicecatalog.Portfolio(
      `${name}-products`,
      {
        name: `${environment} products`,
        description: `Products that data scientists of ${environment} launch`,
        providerName: owner.slice(0, longestProvider),
      },
      { parent: this },
    );
    this.portfolioId = portfolio.id;
    const created = Object.entries(products).map(([product, productArgs]) => [product, this.createProduct(product, productArgs)] as const);
    this.productIds = Object.fromEntries(created.map(([product, { id }]) => [product, id]));
    this.productArns = Object.fromEntries(
      created.filter(([product]) => products[product]!.person === undefined).map(([product, { arn }]) => [product, arn]),
    );
    this.registerOutputs({ portfolioId: this.portfolioId });
  }

  /** Lets roles find and launch the products. `roleArns` has the ARN of each role by its name. */
  associate(roleArns: Record<string, pulumi.Input<string>>): void {
    for (const [role, principalArn] of Object.entries(roleArns))
      new aws.servicecatalog.PrincipalPortfolioAssociation(
        `${this.name}-products-${role}`,
        { portfolioId: this.portfolioId, principalArn, principalType: "IAM" },
        { parent: this },
      );
  }

  private upload(resource: string, key: pulumi.Input<string>, content: pulumi.Input<string>): pulumi.Output<string> {
    const { context, templateBucketName } = this.args;
    const object = new aws.s3.BucketObjectv2(
      resource,
      { bucket: templateBucketName, key, content, contentType: "application/json" },
      { parent: this },
    );
    return pulumi.all([object.bucket, object.key]).apply(([bucket, objectKey]) => objectUrl(context, bucket, objectKey));
  }

  private createProduct(product: string, { title, description, person, template, constraint, launchRoleArn }: ProjectProductArgs) {
    const { environment, owner } = this.args;
    const resource = `${this.name}-product-${product}`;
    const childOptions = { parent: this };
    const first = templateFile(`${product}-first`, firstTemplate);
    const created = new aws.servicecatalog.Product(
      resource,
      {
        name: `${environment} ${title}`,
        owner,
        description,
        ...(person !== undefined && { tags: { "cloister:person": person } }),
        type: templateType,
        provisioningArtifactParameters: {
          name: "first",
          description: "Creates nothing. Select another version.",
          type: templateType,
          templateUrl: this.upload(`${resource}-first`, first.key, first.content),
        },
      },
      // A change of the first version would replace the product, and its provisioned products would lose their product.
      // Source: hashicorp/terraform-provider-aws issue 31061.
      { ...childOptions, ignoreChanges: ["provisioningArtifactParameters"] },
    );
    const association = new aws.servicecatalog.ProductPortfolioAssociation(
      resource,
      { portfolioId: this.portfolioId, productId: created.id },
      childOptions,
    );
    const file = pulumi.output(template).apply((known) => templateFile(product, known));
    const version = new aws.servicecatalog.ProvisioningArtifact(
      `${resource}-version`,
      {
        productId: created.id,
        name: file.version,
        type: templateType,
        templateUrl: this.upload(`${resource}-template`, file.key, file.content),
      },
      childOptions,
    );
    const constrain = (type: "LAUNCH" | "TEMPLATE", about: string, parameters: pulumi.Output<string>) =>
      new aws.servicecatalog.Constraint(
        `${resource}-${type.toLowerCase()}`,
        { portfolioId: this.portfolioId, productId: created.id, type, description: about, parameters },
        // Source: AWS API `CreateConstraint`: the product must be in the portfolio.
        { ...childOptions, dependsOn: association },
      );
    const launch = constrain("LAUNCH", "Launch role", pulumi.jsonStringify({ RoleArn: launchRoleArn }));
    const rules = constrain("TEMPLATE", "Allowed combinations of parameters", pulumi.jsonStringify(constraint));
    const whenUsable = (value: pulumi.Output<string>) => pulumi.all([value, version.id, launch.id, rules.id]).apply(([text]) => text);
    return { id: whenUsable(created.id), arn: whenUsable(created.arn) };
  }
}
