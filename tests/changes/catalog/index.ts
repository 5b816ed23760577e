import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config("cloister-environment");
const newest = config.get("version") === "2";
const account = aws.getCallerIdentityOutput().accountId;

const trust = (service: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
});
const template = (path: string) =>
  JSON.stringify({
    Parameters: { Team: { Type: "String", AllowedPattern: "[a-z]+" } },
    Resources: { Role: { Type: "AWS::IAM::Role", Properties: { Path: path, AssumeRolePolicyDocument: trust("ec2.amazonaws.com") } } },
    Outputs: { Arn: { Value: { "Fn::GetAtt": ["Role", "Arn"] } } },
  });

const bucket = new aws.s3.Bucket("catalog");
const files = Object.fromEntries(
  Object.entries({ "1.json": template("/one/"), "2.json": template("/two/"), "engine.tar.gz": "archive" }).map(([key, content]) => [
    key,
    new aws.s3.BucketObjectv2(key, { bucket: bucket.id, key, content }),
  ]),
);
const urlOf = (key: string) => pulumi.interpolate`https://${bucket.bucketRegionalDomainName}/${files[key]!.key}`;

const portfolio = new aws.servicecatalog.Portfolio("catalog", {
  name: newest ? "Lab 2" : "Lab",
  providerName: "the bank",
  description: "of a test",
  tags: { stage: "dev" },
});
const principal = new aws.servicecatalog.PrincipalPortfolioAssociation("catalog", {
  portfolioId: portfolio.id,
  principalArn: "arn:aws:iam:::role/OrganizationAccountAccess*",
  principalType: "IAM_PATTERN",
});
const product = new aws.servicecatalog.Product("catalog", {
  name: "role",
  owner: newest ? "the bank" : "a bank",
  type: "CLOUD_FORMATION_TEMPLATE",
  provisioningArtifactParameters: { name: "1", type: "CLOUD_FORMATION_TEMPLATE", templateUrl: urlOf("1.json") },
  tags: { stage: "dev" },
});
const first = product.id.apply(async (productId) =>
  productId ? (await aws.servicecatalog.getProvisioningArtifacts({ productId })).provisioningArtifactDetails[0]!.id : "",
);
const second = new aws.servicecatalog.ProvisioningArtifact("second", {
  productId: product.id,
  name: "2",
  type: "CLOUD_FORMATION_TEMPLATE",
  templateUrl: urlOf("2.json"),
  guidance: newest ? "DEFAULT" : "DEPRECATED",
});
const external = new aws.servicecatalog.Product("external", {
  name: "environment",
  owner: "the bank",
  type: "EXTERNAL",
  provisioningArtifactParameters: { name: "1", type: "EXTERNAL", templateUrl: urlOf("engine.tar.gz") },
});
const associations = Object.entries({ product, external }).map(
  ([name, { id }]) => new aws.servicecatalog.ProductPortfolioAssociation(name, { portfolioId: portfolio.id, productId: id }),
);
const role = new aws.iam.Role("launch", { assumeRolePolicy: JSON.stringify(trust("servicecatalog.amazonaws.com")) });
const constrain = (name: string, type: string, parameters: pulumi.Input<string>) =>
  new aws.servicecatalog.Constraint(
    name,
    { portfolioId: portfolio.id, productId: product.id, type, parameters, description: newest ? "two" : "one" },
    { dependsOn: associations },
  );
const constraints = [
  constrain("launch", "LAUNCH", pulumi.jsonStringify({ RoleArn: role.arn })),
  constrain(
    "rules",
    "TEMPLATE",
    JSON.stringify({ Rules: { Team: { Assertions: [{ Assert: { "Fn::Contains": [["fraud", "risk"], { Ref: "Team" }] } }] } } }),
  ),
  constrain("update", "RESOURCE_UPDATE", JSON.stringify({ Version: "2.0", Properties: { TagUpdateOnProvisionedProduct: "ALLOWED" } })),
];
const tagOption = new aws.servicecatalog.TagOption("catalog", { key: "team", value: newest ? "risk" : "fraud" });
const link = new aws.servicecatalog.TagOptionResourceAssociation("catalog", { resourceId: portfolio.id, tagOptionId: tagOption.id });
const budget = new aws.budgets.Budget("catalog", {
  name: "catalog",
  budgetType: "COST",
  limitAmount: "10",
  limitUnit: "USD",
  timeUnit: "MONTHLY",
});
new aws.servicecatalog.BudgetResourceAssociation("catalog", { budgetName: budget.name, resourceId: portfolio.id });
new aws.servicecatalog.PortfolioShare("catalog", {
  portfolioId: portfolio.id,
  type: "ACCOUNT",
  principalId: account.apply((id) => (id === "444455556666" ? "111122223333" : "444455556666")),
  shareTagOptions: newest,
});
const provisioned = new aws.servicecatalog.ProvisionedProduct(
  "catalog",
  {
    name: "team-role",
    productId: product.id,
    provisioningArtifactId: newest ? second.provisioningArtifactId : first,
    provisioningParameters: [{ key: "Team", value: newest ? "risk" : "fraud" }],
    tags: { cost: newest ? "2" : "1" },
  },
  { dependsOn: [principal, link, ...constraints] },
);

export const outputs = provisioned.outputs;
