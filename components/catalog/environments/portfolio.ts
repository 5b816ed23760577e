import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext, objectUrl } from "../../aws/context";
import { artifactTag } from "../../aws/service-catalog";
import { type Artifact, packArtifact } from "../runtime/artifact";
import { productTag } from "../runtime/request";
import { createLeadPolicy } from "./lead-policy";
import { type EnvironmentCatalogPlan } from "./plan";
import { leadName, shareName, tagOptionName } from "./resource-names";

export interface EnvironmentPortfolioArgs {
  context: AwsContext;
  /** Owner of the product, a team or an email address. */
  owner: string;
  plan: EnvironmentCatalogPlan;
  /** Bucket for versions, in the same region. */
  artifactBucketName: pulumi.Input<string>;
  /** Name without a path. The role must exist, and AWS Service Catalog must be able to assume it. */
  launchRoleName: pulumi.Input<string>;
  /** Topic for alerts of the budget, `arn:…:sns:…`. */
  alertTopicArn: pulumi.Input<string>;
}

const external = "EXTERNAL";
/** Source: AWS API `CreatePortfolio`. */
const longestProvider = 50;

/**
 * The first version has no settings, so that every launch fails before the first resource. A product must have a version from its
 * creation, and the provider cannot change this version later.
 */
const firstVersion: Artifact = {
  format: 1,
  program: "0.0.0",
  name: "first",
  settings: {},
  policies: {},
  core: { stack: "", outputs: {} },
  parameters: [],
};

/**
 * The portfolio with the product environment, which leads launch without permissions for infrastructure. `cloister catalog publish`
 * creates the versions that leads launch.
 * Cost: none.
 * Errors: AWS deletes no product with provisioned products: terminate them first.
 * Source: AWS Service Catalog "External engines", "Launch constraints", "TagOptions".
 */
export class EnvironmentPortfolio extends pulumi.ComponentResource {
  /** `port-…` */
  readonly portfolioId: pulumi.Output<string>;
  /** `prod-…`. Known once the product has its launch role. */
  readonly productId: pulumi.Output<string>;

  constructor(
    private readonly hub: string,
    private readonly args: EnvironmentPortfolioArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cloister:catalog:EnvironmentPortfolio", hub, {}, opts);
    const { owner, plan, launchRoleName } = args;
    const portfolio = new aws.servicecatalog.Portfolio(
      this.named("portfolio"),
      { name: plan.settings.name, description: "Environments that team leads launch", providerName: owner.slice(0, longestProvider) },
      { parent: this },
    );
    this.portfolioId = portfolio.id;
    const product = this.createProduct();
    const association = new aws.servicecatalog.ProductPortfolioAssociation(
      this.named("environment"),
      { portfolioId: portfolio.id, productId: product.id },
      { parent: this },
    );
    const launch = new aws.servicecatalog.Constraint(
      this.named("environment-launch"),
      {
        portfolioId: portfolio.id,
        productId: product.id,
        type: "LAUNCH",
        description: "Launch role",
        parameters: pulumi.jsonStringify({ LocalRoleName: launchRoleName }),
      },
      // Source: AWS API `CreateConstraint`: the product must be in the portfolio.
      { parent: this, dependsOn: association },
    );
    this.productId = pulumi.all([product.id, launch.id]).apply(([id]) => id);
    this.associateLeads();
    createLeadPolicy(hub, product.arn, { parent: this });
    this.createTagOptions(product.id);
    this.createBudget(product.id);
    this.share();
    this.registerOutputs({ portfolioId: this.portfolioId, productId: this.productId });
  }

  private named(role: string): string {
    return `${this.hub}-catalog-${role}`;
  }

  private createProduct(): aws.servicecatalog.Product {
    const { context, owner, artifactBucketName } = this.args;
    const { key, body } = packArtifact(firstVersion);
    const object = new aws.s3.BucketObjectv2(
      this.named("first-version"),
      {
        bucket: artifactBucketName,
        key,
        contentBase64: body.toString("base64"),
        contentType: "application/gzip",
        tags: { [artifactTag.key]: artifactTag.value },
      },
      { parent: this },
    );
    return new aws.servicecatalog.Product(
      this.named("environment"),
      {
        name: "Data science environment",
        owner,
        description: "Walled-off environment for a data science team: network, keys, buckets, roles and Amazon SageMaker Studio",
        type: external,
        provisioningArtifactParameters: {
          name: "first",
          description: "Creates nothing. Select another version.",
          type: external,
          templateUrl: pulumi.all([object.bucket, object.key]).apply(([bucket, objectKey]) => objectUrl(context, bucket, objectKey)),
        },
      },
      // A change of the first version would replace the product, and its provisioned products would lose their product.
      // Source: hashicorp/terraform-provider-aws issue 31061.
      { parent: this, ignoreChanges: ["provisioningArtifactParameters"] },
    );
  }

  private associateLeads(): void {
    for (const { arn, type } of this.args.plan.leads)
      new aws.servicecatalog.PrincipalPortfolioAssociation(
        this.named(leadName(arn)),
        { portfolioId: this.portfolioId, principalArn: arn, principalType: type },
        { parent: this },
      );
  }

  private createTagOptions(resourceId: pulumi.Input<string>): void {
    for (const [key, values] of Object.entries(this.args.plan.settings.tagOptions))
      for (const value of values) {
        const resource = this.named(tagOptionName(key, value));
        const option = new aws.servicecatalog.TagOption(resource, { key, value }, { parent: this });
        new aws.servicecatalog.TagOptionResourceAssociation(resource, { resourceId, tagOptionId: option.id }, { parent: this });
      }
  }

  private createBudget(productId: pulumi.Output<string>): void {
    const { context, plan, alertTopicArn } = this.args;
    if (plan.settings.budgetUsd === undefined) return;
    const budget = new aws.budgets.Budget(
      this.named("budget"),
      {
        name: `${this.hub}-catalog-${context.region}`,
        budgetType: "COST",
        timeUnit: "MONTHLY",
        limitAmount: String(plan.settings.budgetUsd),
        limitUnit: "USD",
        costFilters: [{ name: "TagKeyValue", values: [pulumi.interpolate`user:${productTag}$${productId}`] }],
        notifications: [
          {
            notificationType: "ACTUAL",
            comparisonOperator: "GREATER_THAN",
            threshold: 100,
            thresholdType: "PERCENTAGE",
            subscriberSnsTopicArns: [alertTopicArn],
          },
        ],
      },
      { parent: this },
    );
    new aws.servicecatalog.BudgetResourceAssociation(
      this.named("budget"),
      { budgetName: budget.name, resourceId: productId },
      { parent: this },
    );
  }

  private share(): void {
    const { sharing, tagOptions } = this.args.plan.settings;
    const shareTagOptions = Object.keys(tagOptions).length > 0;
    for (const principalId of sharing.accounts)
      new aws.servicecatalog.PortfolioShare(
        this.named(shareName(principalId)),
        { portfolioId: this.portfolioId, type: "ACCOUNT", principalId, shareTagOptions },
        { parent: this },
      );
    for (const principalId of sharing.organizationalUnits)
      new aws.servicecatalog.PortfolioShare(
        this.named(shareName(principalId)),
        // Source: AWS API `CreatePortfolioShare`: only shares with an organization include principals.
        { portfolioId: this.portfolioId, type: "ORGANIZATIONAL_UNIT", principalId, shareTagOptions, sharePrincipals: true },
        { parent: this },
      );
  }
}
