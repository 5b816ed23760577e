import { type Scenario, type Step } from "../scenario";
import { notebookTemplate } from "./cloudformation-sagemaker";
import { dropNetwork, dropRole, network, role } from "./sagemaker";

const hub = "111122223333";
const member = "444455556666";
const nobody = "arn:aws:iam::111122223333:role/nobody";

export const step = (operation: string, input: object, more: Partial<Step> = {}): Step => ({
  call: `servicecatalog:${operation}`,
  input,
  ...more,
});
export const rejected = (code: string, operation: string, input: object, message?: string): Step =>
  step(operation, input, { error: code, ...(message !== undefined && { message }) });
const absent = "ResourceNotFoundException";
const bad = "InvalidParametersException";

export const makePortfolio: Step = step(
  "CreatePortfolio",
  { DisplayName: "Lab ${run}", ProviderName: "the bank", IdempotencyToken: "portfolio-${run}" },
  { save: { portfolio: "PortfolioDetail.Id" } },
);
export const dropPortfolio: Step = step("DeletePortfolio", { Id: "${portfolio}" });
export const bucket = (bodies: Record<string, string>): Step[] => [
  {
    call: "s3:CreateBucket",
    input: { Bucket: "templates-${run}", CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } },
  },
  ...Object.entries(bodies).map(([Key, Body]): Step => ({ call: "s3:PutObject", input: { Bucket: "templates-${run}", Key, Body } })),
];
export const dropBucket = (...keys: string[]): Step[] => [
  ...keys.map((Key): Step => ({ call: "s3:DeleteObject", input: { Bucket: "templates-${run}", Key } })),
  { call: "s3:DeleteBucket", input: { Bucket: "templates-${run}" } },
];
export const url = (key: string) => `https://templates-\${run}.s3.eu-central-1.amazonaws.com/${key}`;
export const version = (key: string, Name: string, Type = "CLOUD_FORMATION_TEMPLATE") => ({
  Name,
  Type,
  Info: { LoadTemplateFromURL: url(key) },
});
export const productInput = {
  Name: "notebook-${run}",
  Owner: "the bank",
  Description: "A notebook instance",
  ProductType: "CLOUD_FORMATION_TEMPLATE",
  IdempotencyToken: "product-${run}",
};
export const makeProduct = (parameters: object, more: object = {}): Step =>
  step(
    "CreateProduct",
    { ...productInput, ProvisioningArtifactParameters: parameters, ...more },
    { save: { product: "ProductViewDetail.ProductViewSummary.ProductId", version: "ProvisioningArtifactDetail.Id" } },
  );
export const dropProduct: Step = step("DeleteProduct", { Id: "${product}" });
export const association = { PortfolioId: "${portfolio}", ProductId: "${product}" };
const launchTrust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "servicecatalog.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
export const makeLaunchRole: Step = {
  call: "iam:CreateRole",
  input: { RoleName: "launch-${run}", Path: "/lab/", AssumeRolePolicyDocument: launchTrust },
  save: { launch: "Role.Arn" },
};
export const dropLaunchRole: Step = { call: "iam:DeleteRole", input: { RoleName: "launch-${run}" } };
export const constraint = (Type: string, parameters: object | string, token = Type) => ({
  ...association,
  Type,
  Parameters: typeof parameters === "string" ? parameters : JSON.stringify(parameters),
  IdempotencyToken: `${token}-\${run}`,
});

const other = JSON.stringify({ Resources: { Role: { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: {} } } } });
const artifact = { ProductId: "${product}", ProvisioningArtifactId: "${second}" };
const rules = {
  Rules: {
    Small: {
      Assertions: [{ Assert: { "Fn::Contains": [["ml.t3.medium"], { Ref: "InstanceType" }] }, AssertDescription: "small types only" }],
    },
  },
};

const inPortfolio = { PortfolioId: "${portfolio}" };
const toAccount = { ...inPortfolio, AccountId: member };
const toUnit = { ...inPortfolio, OrganizationNode: { Type: "ORGANIZATIONAL_UNIT", Value: "ou-abcd-12345678" } };
const inMember = (step: Step): Step => ({ ...step, account: member });

export const servicecatalogProducts: Scenario[] = [
  {
    title: "creates products with versions from templates that it checks",
    steps: [
      ...bucket({ "a.json": other, "b.json": other, "c.json": "{" }),
      rejected(bad, "CreateProduct", { ...productInput, ProvisioningArtifactParameters: version("none.json", "1") }),
      rejected(bad, "CreateProduct", { ...productInput, ProvisioningArtifactParameters: version("c.json", "1") }, "Template format error"),
      rejected(bad, "CreateProduct", { ...productInput, ProvisioningArtifactParameters: version("a.json", "1", "EXTERNAL") }),
      rejected(bad, "CreateProduct", {
        ...productInput,
        ProvisioningArtifactParameters: { ...version("a.json", "1"), Info: { Url: "x" } },
      }),
      rejected(bad, "CreateProduct", {
        ...productInput,
        ProvisioningArtifactParameters: { ...version("a.json", "1"), Info: { LoadTemplateFromURL: "https://example.com/a.json" } },
      }),
      rejected(bad, "CreateProduct", {
        ...productInput,
        ProductType: "TERRAFORM_OPEN_SOURCE",
        ProvisioningArtifactParameters: version("a.json", "1"),
      }),
      rejected("ValidationException", "CreateProduct", { ...productInput, ProductType: "NOTEBOOK" }),
      makeProduct(version("a.json", "1"), { Tags: [{ Key: "team", Value: "fraud" }] }),
      // A repeated request creates no second product.
      makeProduct(version("a.json", "1")),
      step(
        "DescribeProductAsAdmin",
        { Id: "${product}" },
        {
          output: {
            ProductViewDetail: {
              Status: "CREATED",
              ProductViewSummary: { ShortDescription: "A notebook instance", Type: "CLOUD_FORMATION_TEMPLATE" },
            },
            ProvisioningArtifactSummaries: [{ Id: "${version}", Name: "1" }],
            Tags: [{ Key: "team", Value: "fraud" }],
          },
        },
      ),
      rejected(absent, "DescribeProductAsAdmin", { Id: "prod-aaaaaaaaaaaaa" }),
      step(
        "UpdateProduct",
        { Id: "${product}", SupportEmail: "help@bank.example", AddTags: [{ Key: "stage", Value: "dev" }], RemoveTags: ["team"] },
        {
          output: {
            ProductViewDetail: { ProductViewSummary: { SupportEmail: "help@bank.example" } },
            Tags: [{ Key: "stage", Value: "dev" }],
          },
        },
      ),
      rejected(absent, "UpdateProduct", { Id: "prod-aaaaaaaaaaaaa", Owner: "x" }),
      step(
        "SearchProductsAsAdmin",
        { Filters: { FullTextSearch: ["NOTEBOOK-${run}"] } },
        {
          output: { ProductViewDetails: [{ ProductViewSummary: { ProductId: "${product}" } }] },
        },
      ),
      rejected(absent, "SearchProductsAsAdmin", { PortfolioId: "port-aaaaaaaaaaaaa" }),

      step(
        "CreateProvisioningArtifact",
        { ProductId: "${product}", Parameters: version("b.json", "2"), IdempotencyToken: "second-${run}" },
        {
          output: { Status: "AVAILABLE", ProvisioningArtifactDetail: { Active: true, Guidance: "DEFAULT" } },
          save: { second: "ProvisioningArtifactDetail.Id" },
        },
      ),
      rejected(absent, "CreateProvisioningArtifact", {
        ProductId: "prod-aaaaaaaaaaaaa",
        Parameters: version("b.json", "2"),
        IdempotencyToken: "third-${run}",
      }),
      rejected(bad, "CreateProvisioningArtifact", {
        ProductId: "${product}",
        Parameters: version("c.json", "3"),
        IdempotencyToken: "fourth-${run}",
      }),
      step("DescribeProvisioningArtifact", artifact, {
        output: { Info: { TemplateUrl: url("b.json") }, ProvisioningArtifactDetail: { Name: "2" } },
      }),
      rejected(absent, "DescribeProvisioningArtifact", { ...artifact, ProvisioningArtifactId: "pa-aaaaaaaaaaaaa" }),
      step(
        "UpdateProvisioningArtifact",
        { ...artifact, Active: false, Guidance: "DEPRECATED" },
        {
          output: { ProvisioningArtifactDetail: { Active: false, Guidance: "DEPRECATED", Name: "2" } },
        },
      ),
      rejected(absent, "UpdateProvisioningArtifact", { ...artifact, ProductId: "prod-aaaaaaaaaaaaa", Active: false }),
      step(
        "ListProvisioningArtifacts",
        { ProductId: "${product}" },
        { output: { ProvisioningArtifactDetails: [{ Id: "${version}" }, { Id: "${second}" }] } },
      ),
      rejected(absent, "ListProvisioningArtifacts", { ProductId: "prod-aaaaaaaaaaaaa" }),
      step("DeleteProvisioningArtifact", artifact),
      rejected(absent, "DeleteProvisioningArtifact", artifact),
      rejected("ResourceInUseException", "DeleteProvisioningArtifact", { ...artifact, ProvisioningArtifactId: "${version}" }),
      dropProduct,
      rejected(absent, "DeleteProduct", { Id: "${product}" }),
      ...dropBucket("a.json", "b.json", "c.json"),
    ],
  },
  {
    title: "associates products and constraints with portfolios, and deletes them only in order",
    steps: [
      ...bucket({ "a.json": other }),
      makeLaunchRole,
      makePortfolio,
      makeProduct(version("a.json", "1")),
      rejected(absent, "CreateConstraint", constraint("LAUNCH", { RoleArn: "${launch}" })),
      rejected(absent, "AssociateProductWithPortfolio", { ...association, ProductId: "prod-aaaaaaaaaaaaa" }),
      rejected(absent, "AssociateProductWithPortfolio", { ...association, PortfolioId: "port-aaaaaaaaaaaaa" }),
      step("AssociateProductWithPortfolio", association),
      step("AssociateProductWithPortfolio", association),
      step("ListPortfoliosForProduct", { ProductId: "${product}" }, { output: { PortfolioDetails: [{ Id: "${portfolio}" }] } }),
      rejected(absent, "ListPortfoliosForProduct", { ProductId: "prod-aaaaaaaaaaaaa" }),
      rejected("ResourceInUseException", "DeleteProduct", { Id: "${product}" }),
      rejected("ResourceInUseException", "DeletePortfolio", { Id: "${portfolio}" }),
      step(
        "UpdatePortfolio",
        { Id: "${portfolio}", Description: "for data scientists", AddTags: [{ Key: "team", Value: "fraud" }] },
        {
          output: { PortfolioDetail: { Description: "for data scientists" }, Tags: [{ Key: "team", Value: "fraud" }] },
        },
      ),
      rejected(absent, "UpdatePortfolio", { Id: "port-aaaaaaaaaaaaa", Description: "x" }),

      rejected(bad, "CreateConstraint", constraint("LAUNCH", "{")),
      rejected(bad, "CreateConstraint", constraint("LAUNCH", { Role: "${launch}" })),
      rejected(bad, "CreateConstraint", constraint("LAUNCH", { RoleArn: "${launch}", LocalRoleName: "x" })),
      rejected(bad, "CreateConstraint", constraint("LAUNCH", { RoleArn: nobody }), "Access denied while assuming the role"),
      // Service Catalog cannot assume the deployment role.
      rejected(bad, "CreateConstraint", constraint("LAUNCH", { LocalRoleName: "OrganizationAccountAccessRole" }), "Access denied"),
      rejected(bad, "CreateConstraint", constraint("NOTIFICATION", { NotificationArns: ["topic"] })),
      rejected(bad, "CreateConstraint", constraint("RESOURCE_UPDATE", { Version: "1.0" })),
      rejected(bad, "CreateConstraint", constraint("TEMPLATE", { Rules: { A: { Assert: true } } })),
      rejected(
        bad,
        "CreateConstraint",
        constraint("TEMPLATE", { Rules: { A: { Assertions: [{ Assert: { "Fn::Sub": "x" } }] } } }),
        "not a rule function",
      ),
      rejected(bad, "CreateConstraint", constraint("BUDGET", {})),
      step("CreateConstraint", constraint("LAUNCH", { LocalRoleName: "launch-${run}" }), {
        output: { Status: "AVAILABLE", ConstraintDetail: { Owner: hub, Type: "LAUNCH" } },
        save: { constraint: "ConstraintDetail.ConstraintId" },
      }),
      rejected("DuplicateResourceException", "CreateConstraint", constraint("LAUNCH", { RoleArn: "${launch}" }, "again")),
      step("CreateConstraint", constraint("TEMPLATE", rules), { save: { rules: "ConstraintDetail.ConstraintId" } }),
      step("CreateConstraint", constraint("NOTIFICATION", { NotificationArns: [`arn:aws:sns:eu-central-1:${hub}:launches`] }), {
        save: { notification: "ConstraintDetail.ConstraintId" },
      }),
      step(
        "CreateConstraint",
        constraint("RESOURCE_UPDATE", { Version: "2.0", Properties: { TagUpdateOnProvisionedProduct: "ALLOWED" } }),
        { save: { update: "ConstraintDetail.ConstraintId" } },
      ),
      step("DescribeConstraint", { Id: "${constraint}" }, { output: { ConstraintParameters: '{"LocalRoleName":"launch-${run}"}' } }),
      rejected(absent, "DescribeConstraint", { Id: "cons-aaaaaaaaaaaaa" }),
      step(
        "UpdateConstraint",
        { Id: "${constraint}", Parameters: '{"RoleArn":"${launch}"}' },
        { output: { ConstraintParameters: '{"RoleArn":"${launch}"}' } },
      ),
      rejected(bad, "UpdateConstraint", { Id: "${constraint}", Parameters: JSON.stringify({ RoleArn: nobody }) }),
      step("ListConstraintsForPortfolio", association, { output: { ConstraintDetails: [{}, {}, {}, {}] } }),
      rejected(absent, "ListConstraintsForPortfolio", { PortfolioId: "port-aaaaaaaaaaaaa" }),
      rejected("ResourceInUseException", "DisassociateProductFromPortfolio", association),
      ...["constraint", "rules", "notification", "update"].map((item) => step("DeleteConstraint", { Id: `\${${item}}` })),
      rejected(absent, "DeleteConstraint", { Id: "${constraint}" }),
      step("DisassociateProductFromPortfolio", association),
      rejected(absent, "DisassociateProductFromPortfolio", association),
      dropProduct,
      dropPortfolio,
      dropLaunchRole,
      ...dropBucket("a.json"),
    ],
  },
  {
    title: "associates tag options and budgets with portfolios",
    steps: [
      makePortfolio,
      step(
        "CreateTagOption",
        { Key: "team", Value: "fraud-${run}" },
        { output: { TagOptionDetail: { Active: true, Owner: hub } }, save: { option: "TagOptionDetail.Id" } },
      ),
      rejected("DuplicateResourceException", "CreateTagOption", { Key: "team", Value: "fraud-${run}" }),
      step("DescribeTagOption", { Id: "${option}" }, { output: { TagOptionDetail: { Value: "fraud-${run}" } } }),
      rejected(absent, "DescribeTagOption", { Id: "tag-aaaaaaaaaaaaa" }),
      step("UpdateTagOption", { Id: "${option}", Active: false }, { output: { TagOptionDetail: { Active: false } } }),
      rejected("DuplicateResourceException", "UpdateTagOption", { Id: "${option}", Value: "fraud-${run}" }),
      step("UpdateTagOption", { Id: "${option}", Value: "risk-${run}", Active: true }),
      step("ListTagOptions", { Filters: { Value: "risk-${run}" } }, { output: { TagOptionDetails: [{ Id: "${option}" }] } }),
      rejected("ValidationException", "ListTagOptions", { PageSize: 100 }),
      rejected(absent, "AssociateTagOptionWithResource", { TagOptionId: "${option}", ResourceId: "port-aaaaaaaaaaaaa" }),
      step("AssociateTagOptionWithResource", { TagOptionId: "${option}", ResourceId: "${portfolio}" }),
      rejected("DuplicateResourceException", "AssociateTagOptionWithResource", { TagOptionId: "${option}", ResourceId: "${portfolio}" }),
      step(
        "ListResourcesForTagOption",
        { TagOptionId: "${option}" },
        { output: { ResourceDetails: [{ Id: "${portfolio}", Name: "Lab ${run}" }] } },
      ),
      rejected(absent, "ListResourcesForTagOption", { TagOptionId: "tag-aaaaaaaaaaaaa" }),
      step("DescribePortfolio", { Id: "${portfolio}" }, { output: { TagOptions: [{ Id: "${option}" }] } }),
      rejected("ResourceInUseException", "DeleteTagOption", { Id: "${option}" }),
      step("DisassociateTagOptionFromResource", { TagOptionId: "${option}", ResourceId: "${portfolio}" }),
      rejected(absent, "DisassociateTagOptionFromResource", { TagOptionId: "${option}", ResourceId: "${portfolio}" }),
      step("DeleteTagOption", { Id: "${option}" }),
      rejected(absent, "DeleteTagOption", { Id: "${option}" }),

      rejected(absent, "AssociateBudgetWithResource", { BudgetName: "none-${run}", ResourceId: "${portfolio}" }),
      {
        call: "budgets:CreateBudget",
        input: {
          AccountId: hub,
          Budget: { BudgetName: "lab-${run}", BudgetType: "COST", TimeUnit: "MONTHLY", BudgetLimit: { Amount: "10", Unit: "USD" } },
        },
      },
      step("AssociateBudgetWithResource", { BudgetName: "lab-${run}", ResourceId: "${portfolio}" }),
      rejected("DuplicateResourceException", "AssociateBudgetWithResource", { BudgetName: "lab-${run}", ResourceId: "${portfolio}" }),
      step("ListBudgetsForResource", { ResourceId: "${portfolio}" }, { output: { Budgets: [{ BudgetName: "lab-${run}" }] } }),
      step("DescribePortfolio", { Id: "${portfolio}" }, { output: { Budgets: [{ BudgetName: "lab-${run}" }] } }),
      step("DisassociateBudgetFromResource", { BudgetName: "lab-${run}", ResourceId: "${portfolio}" }),
      { call: "budgets:DeleteBudget", input: { AccountId: hub, BudgetName: "lab-${run}" } },
      rejected(absent, "ListBudgetsForResource", { ResourceId: "port-aaaaaaaaaaaaa" }),
      step("ListBudgetsForResource", { ResourceId: "${portfolio}" }, { output: { Budgets: [] } }),
      rejected(absent, "DisassociateBudgetFromResource", { BudgetName: "none-${run}", ResourceId: "${portfolio}" }),
      dropPortfolio,
    ],
  },
  {
    title: "shares portfolios with accounts and with an organization",
    steps: [
      makePortfolio,
      rejected(bad, "CreatePortfolioShare", inPortfolio),
      rejected(bad, "CreatePortfolioShare", { ...inPortfolio, AccountId: hub }),
      rejected(absent, "CreatePortfolioShare", { ...toAccount, PortfolioId: "port-aaaaaaaaaaaaa" }),
      step("CreatePortfolioShare", { ...toAccount, SharePrincipals: true }),
      step(
        "DescribePortfolioShares",
        { ...inPortfolio, Type: "ACCOUNT" },
        {
          output: { PortfolioShareDetails: [{ PrincipalId: member, Accepted: false, SharePrincipals: true, ShareTagOptions: false }] },
        },
      ),
      rejected(absent, "DescribePortfolioShares", { PortfolioId: "port-aaaaaaaaaaaaa", Type: "ACCOUNT" }),
      step("ListPortfolioAccess", inPortfolio, { output: { AccountIds: [member] } }),
      rejected(absent, "ListPortfolioAccess", { PortfolioId: "port-aaaaaaaaaaaaa" }),
      rejected("ResourceInUseException", "DeletePortfolio", { Id: "${portfolio}" }),
      inMember(rejected(absent, "DescribePortfolio", { Id: "${portfolio}" })),
      inMember(rejected(absent, "AcceptPortfolioShare", { PortfolioId: "port-aaaaaaaaaaaaa" })),
      inMember(step("AcceptPortfolioShare", inPortfolio)),
      inMember(step("DescribePortfolio", { Id: "${portfolio}" }, { output: { PortfolioDetail: { DisplayName: "Lab ${run}" } } })),
      inMember(rejected(absent, "UpdatePortfolio", { Id: "${portfolio}", Description: "x" })),
      step("UpdatePortfolioShare", { ...toAccount, ShareTagOptions: true }, { output: { Status: "COMPLETED" } }),
      inMember(step("RejectPortfolioShare", inPortfolio)),
      inMember(rejected(absent, "RejectPortfolioShare", inPortfolio)),
      step("DeletePortfolioShare", toAccount),
      rejected(absent, "DeletePortfolioShare", toAccount),
      rejected(absent, "UpdatePortfolioShare", toAccount),

      step("DisableAWSOrganizationsAccess", {}),
      step("GetAWSOrganizationsAccessStatus", {}, { output: { AccessStatus: "DISABLED" } }),
      rejected("OperationNotSupportedException", "CreatePortfolioShare", toUnit),
      step("EnableAWSOrganizationsAccess", {}),
      step("GetAWSOrganizationsAccessStatus", {}, { output: { AccessStatus: "ENABLED" } }),
      step("CreatePortfolioShare", toUnit, { save: { token: "PortfolioShareToken" } }),
      step(
        "DescribePortfolioShareStatus",
        { PortfolioShareToken: "${token}" },
        { output: { Status: "COMPLETED", PortfolioId: "${portfolio}" } },
      ),
      rejected(absent, "DescribePortfolioShareStatus", { PortfolioShareToken: "share-none" }),
      step(
        "DescribePortfolioShares",
        { ...inPortfolio, Type: "ORGANIZATIONAL_UNIT" },
        {
          output: { PortfolioShareDetails: [{ PrincipalId: "ou-abcd-12345678", Accepted: true }] },
        },
      ),
      step(
        "ListOrganizationPortfolioAccess",
        { ...inPortfolio, OrganizationNodeType: "ORGANIZATIONAL_UNIT" },
        {
          output: { OrganizationNodes: [{ Value: "ou-abcd-12345678" }] },
        },
      ),
      rejected(absent, "ListOrganizationPortfolioAccess", { PortfolioId: "port-aaaaaaaaaaaaa", OrganizationNodeType: "ACCOUNT" }),
      inMember(step("DescribePortfolio", { Id: "${portfolio}" })),
      step("DeletePortfolioShare", toUnit),
      inMember(rejected(absent, "DescribePortfolio", { Id: "${portfolio}" })),
      dropPortfolio,
    ],
  },
];

const launchable = { ProductId: "${product}" };
const launch = {
  ...launchable,
  ProvisioningArtifactId: "${version}",
  ProvisionedProductName: "ada-${run}",
  ProvisionToken: "launch-${run}",
  ProvisioningParameters: [{ Key: "Owner", Value: "ada" }],
};
const principal = {
  PortfolioId: "${portfolio}",
  PrincipalType: "IAM_PATTERN",
  PrincipalARN: "arn:aws:iam:::role/OrganizationAccountAccess*",
};
const launched = { Id: "${provisioned}" };
const changed = { ProvisionedProductId: "${provisioned}", ProvisioningArtifactId: "${second}" };
const record = (Status: string, more: object = {}): Step =>
  step("DescribeRecord", { Id: "${record}" }, { output: { RecordDetail: { Status, ...more } } });
const status = (Status: string, more: object = {}): Step =>
  step("DescribeProvisionedProduct", launched, { output: { ProvisionedProductDetail: { Status, ...more } } });
const save = { save: { provisioned: "RecordDetail.ProvisionedProductId", record: "RecordDetail.RecordId" } };
const notebook = (output: object): Step => ({
  call: "sagemaker:DescribeNotebookInstance",
  input: { NotebookInstanceName: "ada-${run}" },
  output,
});

export const servicecatalogLaunches: Scenario[] = [
  {
    title: "launches, updates and terminates a notebook instance as the launch role",
    steps: [
      ...network,
      role,
      makeLaunchRole,
      ...bucket({
        "a.json": JSON.stringify(notebookTemplate()),
        "b.json": JSON.stringify(
          notebookTemplate({ InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: "2" } }),
        ),
        "c.json": JSON.stringify(notebookTemplate({ RoleArn: nobody })),
      }),
      makePortfolio,
      makeProduct(version("a.json", "1")),
      step("AssociateProductWithPortfolio", association),
      step("CreateConstraint", constraint("LAUNCH", { RoleArn: "${launch}" }), { save: { constraint: "ConstraintDetail.ConstraintId" } }),
      // Administrators, too, need an association with the portfolio.
      rejected(absent, "ProvisionProduct", launch, "No launch paths found for resource"),
      rejected(absent, "ListLaunchPaths", launchable, "No launch paths found for resource"),
      rejected(absent, "DescribeProduct", { Id: "${product}" }),
      step("SearchProducts", { Filters: { FullTextSearch: ["notebook-${run}"] } }, { output: { ProductViewSummaries: [] } }),
      step("AssociatePrincipalWithPortfolio", principal),
      step(
        "SearchProducts",
        { Filters: { FullTextSearch: ["notebook-${run}"] } },
        {
          output: { ProductViewSummaries: [{ ProductId: "${product}", Type: "CLOUD_FORMATION_TEMPLATE" }] },
          save: { view: "ProductViewSummaries.0.Id" },
        },
      ),
      rejected("ValidationException", "SearchProducts", { SortBy: "Owner" }),
      step(
        "DescribeProduct",
        { Id: "${product}" },
        { output: { LaunchPaths: [{ Name: "Lab ${run}" }], ProvisioningArtifacts: [{ Id: "${version}" }] } },
      ),
      step("DescribeProductView", { Id: "${view}" }, { output: { ProvisioningArtifacts: [{ Name: "1" }] } }),
      rejected(absent, "DescribeProductView", { Id: "prodview-aaaaaaaaaaaaa" }),
      step("ListLaunchPaths", launchable, {
        output: { LaunchPathSummaries: [{ Name: "Lab ${run}", ConstraintSummaries: [{ Type: "LAUNCH" }] }] },
        save: { path: "LaunchPathSummaries.0.Id" },
      }),
      step(
        "DescribeProvisioningParameters",
        { ...launchable, ProvisioningArtifactId: "${version}" },
        {
          output: {
            ProvisioningArtifactParameters: [
              { ParameterKey: "Owner", ParameterType: "String", ParameterConstraints: { AllowedPattern: "[a-z]{1,10}" } },
              {
                ParameterKey: "InstanceType",
                DefaultValue: "ml.t3.medium",
                ParameterConstraints: { AllowedValues: ["ml.t3.medium", "ml.t3.large", "ml.g5.xlarge"] },
              },
              { ParameterKey: "VolumeGb", ParameterConstraints: { MinValue: "5", MaxValue: "50" } },
            ],
            ConstraintSummaries: [{ Type: "LAUNCH" }],
            UsageInstructions: [{ Type: "rules" }, { Type: "version" }, { Type: "launchAsRole", Value: "${launch}" }],
          },
        },
      ),
      rejected(absent, "DescribeProvisioningParameters", { ...launchable, ProvisioningArtifactId: "pa-aaaaaaaaaaaaa" }),
      rejected(bad, "DescribeProvisioningParameters", launchable),

      rejected(absent, "ProvisionProduct", { ...launch, ProvisioningArtifactId: "pa-aaaaaaaaaaaaa" }),
      rejected(absent, "ProvisionProduct", { ...launch, PathId: "lpv2-aaaaaaaaaaaaa" }),
      step(
        "ProvisionProduct",
        { ...launch, PathId: "${path}", Tags: [{ Key: "cost", Value: "1" }] },
        { output: { RecordDetail: { Status: "CREATED" } }, ...save },
      ),
      rejected(
        bad,
        "UpdateProvisionedProduct",
        { ...changed, ProvisioningArtifactId: "${version}", UpdateToken: "early-${run}" },
        "is under change",
      ),
      step("ProvisionProduct", launch, { output: { RecordDetail: { RecordId: "${record}" } } }),
      rejected("DuplicateResourceException", "ProvisionProduct", { ...launch, ProvisionToken: "other-${run}" }),
      record("IN_PROGRESS"),
      step(
        "DescribeRecord",
        { Id: "${record}" },
        {
          output: {
            RecordDetail: {
              Status: "SUCCEEDED",
              RecordType: "PROVISION_PRODUCT",
              ProvisionedProductType: "CFN_STACK",
              LaunchRoleArn: "${launch}",
            },
            RecordOutputs: [
              { OutputKey: "Name", OutputValue: "ada-${run}" },
              { OutputKey: "Arn" },
              { OutputKey: "CloudformationStackARN" },
            ],
          },
        },
      ),
      rejected(absent, "DescribeRecord", { Id: "rec-aaaaaaaaaaaaa" }),
      status("AVAILABLE", { Name: "ada-${run}", LaunchRoleArn: "${launch}", LastSuccessfulProvisioningRecordId: "${record}" }),
      rejected(absent, "DescribeProvisionedProduct", { Id: "pp-aaaaaaaaaaaaa" }),
      step(
        "GetProvisionedProductOutputs",
        { ProvisionedProductId: "${provisioned}", OutputKeys: ["Name"] },
        { output: { Outputs: [{ OutputValue: "ada-${run}" }] } },
      ),
      rejected(bad, "GetProvisionedProductOutputs", { ProvisionedProductId: "${provisioned}", OutputKeys: ["None"] }),
      notebook({ InstanceType: "ml.t3.medium", RoleArn: "${role}" }),
      step(
        "SearchProvisionedProducts",
        { Filters: { SearchQuery: ["name:ada-${run}"] }, AccessLevelFilter: { Key: "Account", Value: "self" } },
        {
          output: {
            ProvisionedProducts: [
              {
                Id: "${provisioned}",
                ProductName: "notebook-${run}",
                ProvisioningArtifactName: "1",
                UserArn: "arn:aws:iam::111122223333:role/OrganizationAccountAccessRole",
              },
            ],
            TotalResultsCount: 1,
          },
        },
      ),
      rejected(bad, "SearchProvisionedProducts", { AccessLevelFilter: { Key: "User", Value: "all" } }),
      step("ScanProvisionedProducts", { AccessLevelFilter: { Key: "Role", Value: "self" } }),
      rejected("ValidationException", "ScanProvisionedProducts", { AccessLevelFilter: { Key: "Team", Value: "self" } }),
      step(
        "ListRecordHistory",
        { SearchFilter: { Key: "provisionedproduct", Value: "${provisioned}" } },
        { output: { RecordDetails: [{ RecordId: "${record}" }] } },
      ),
      rejected(bad, "ListRecordHistory", { SearchFilter: { Key: "team", Value: "x" } }),

      // A new version: the notebook instance gets it in association.
      step(
        "CreateProvisioningArtifact",
        { ProductId: "${product}", Parameters: version("b.json", "2"), IdempotencyToken: "second-${run}" },
        {
          save: { second: "ProvisioningArtifactDetail.Id" },
        },
      ),
      step("UpdateProvisioningArtifact", { ProductId: "${product}", ProvisioningArtifactId: "${version}", Guidance: "DEPRECATED" }),
      rejected(
        bad,
        "ProvisionProduct",
        { ...launch, ProvisionedProductName: "bob-${run}", ProvisionToken: "deprecated-${run}" },
        "deprecated",
      ),
      step("UpdateProvisioningArtifact", { ProductId: "${product}", ProvisioningArtifactId: "${version}", Active: false }),
      rejected(absent, "ProvisionProduct", { ...launch, ProvisionedProductName: "bob-${run}", ProvisionToken: "inactive-${run}" }),
      rejected(absent, "UpdateProvisionedProduct", { ...changed, ProvisionedProductId: "pp-aaaaaaaaaaaaa", UpdateToken: "none-${run}" }),
      rejected(
        bad,
        "UpdateProvisionedProduct",
        { ...changed, Tags: [{ Key: "cost", Value: "2" }], UpdateToken: "tags-${run}" },
        "RESOURCE_UPDATE",
      ),
      step(
        "UpdateProvisionedProduct",
        { ...changed, ProvisioningParameters: [{ Key: "Owner", UsePreviousValue: true }], UpdateToken: "update-${run}" },
        save,
      ),
      status("UNDER_CHANGE"),
      status("AVAILABLE", { ProvisioningArtifactId: "${second}" }),
      record("SUCCEEDED", { RecordType: "UPDATE_PROVISIONED_PRODUCT" }),
      notebook({
        InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: "2" },
        NotebookInstanceStatus: "InService",
      }),

      // A version that fails: the previous version stays.
      step(
        "CreateProvisioningArtifact",
        { ProductId: "${product}", Parameters: version("c.json", "3"), IdempotencyToken: "third-${run}" },
        {
          save: { third: "ProvisioningArtifactDetail.Id" },
        },
      ),
      step(
        "UpdateProvisionedProduct",
        {
          ...changed,
          ProvisioningArtifactId: "${third}",
          ProvisioningParameters: [{ Key: "Owner", UsePreviousValue: true }],
          UpdateToken: "fail-${run}",
        },
        { output: { RecordDetail: { Status: "CREATED" } }, ...save },
      ),
      record("IN_PROGRESS"),
      step("DescribeRecord", { Id: "${record}" }, { output: { RecordDetail: { Status: "FAILED", RecordErrors: [{}] } } }),
      status("TAINTED", { ProvisioningArtifactId: "${second}" }),
      notebook({ RoleArn: "${role}" }),

      rejected(absent, "TerminateProvisionedProduct", { ProvisionedProductId: "pp-aaaaaaaaaaaaa", TerminateToken: "none-${run}" }),
      step(
        "TerminateProvisionedProduct",
        { ProvisionedProductId: "${provisioned}", TerminateToken: "end-${run}" },
        { output: { RecordDetail: { Status: "CREATED" } }, save: { record: "RecordDetail.RecordId" } },
      ),
      status("UNDER_CHANGE"),
      rejected(absent, "DescribeProvisionedProduct", launched),
      record("SUCCEEDED", { RecordType: "TERMINATE_PROVISIONED_PRODUCT" }),
      { ...notebook({}), error: "ValidationException" },
      { call: "cloudformation:DescribeStacks", input: { StackName: "SC-111122223333-${provisioned}" }, error: "ValidationError" },

      step("DeleteConstraint", { Id: "${constraint}" }),
      step("DisassociateProductFromPortfolio", association),
      step("DisassociatePrincipalFromPortfolio", principal),
      dropProduct,
      dropPortfolio,
      ...dropBucket("a.json", "b.json", "c.json"),
      dropLaunchRole,
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "fails launches with parameters outside of the constraints",
    steps: [
      ...network,
      role,
      ...bucket({ "a.json": JSON.stringify(notebookTemplate()) }),
      makePortfolio,
      makeProduct(version("a.json", "1")),
      step("AssociateProductWithPortfolio", association),
      step("AssociatePrincipalWithPortfolio", principal),
      step("CreateConstraint", constraint("TEMPLATE", rules), { save: { constraint: "ConstraintDetail.ConstraintId" } }),
      ...[
        [{ Key: "InstanceType", Value: "ml.t3.large" }, "small types only"],
        [{ Key: "InstanceType", Value: "ml.p5.48xlarge" }, "Parameter 'InstanceType' must be one of AllowedValues"],
        [{ Key: "Size", Value: "1" }, "Parameters: [Size] do not exist in the template"],
      ].flatMap(([parameter, message], i): Step[] => [
        step(
          "ProvisionProduct",
          {
            ...launch,
            ProvisionedProductName: `wrong${i}-\${run}`,
            ProvisionToken: `wrong${i}-\${run}`,
            ProvisioningParameters: [{ Key: "Owner", Value: "ada" }, parameter],
          },
          save,
        ),
        status("UNDER_CHANGE"),
        status("ERROR", {
          StatusMessage: `AmazonCloudFormationException ${String(message).startsWith("P") ? "" : "Rule Small failed: "}${String(message)}`,
        }),
        record("FAILED"),
        { ...notebook({}), error: "ValidationException" },
        step("TerminateProvisionedProduct", { ProvisionedProductId: "${provisioned}", TerminateToken: `end${i}-\${run}` }),
        status("UNDER_CHANGE"),
        rejected(absent, "DescribeProvisionedProduct", launched),
      ]),
      step("DeleteConstraint", { Id: "${constraint}" }),
      step("DisassociateProductFromPortfolio", association),
      step("DisassociatePrincipalFromPortfolio", principal),
      dropProduct,
      dropPortfolio,
      ...dropBucket("a.json"),
      dropRole,
      ...dropNetwork,
    ],
  },
];
