import { type Scenario, type Step } from "../scenario";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const makeRole: Step = {
  call: "iam:CreateRole",
  input: { RoleName: "projects-${run}", Path: "/work/", AssumeRolePolicyDocument: trust },
  save: { role: "Role.Arn" },
};
const dropRole: Step = { call: "iam:DeleteRole", input: { RoleName: "projects-${run}" } };
const step = (operation: string, input: object, more: Partial<Step> = {}): Step => ({
  call: `servicecatalog:${operation}`,
  input,
  ...more,
});
const rejected = (code: string, operation: string, input: object) => step(operation, input, { error: code });
const enable: Step = { call: "sagemaker:EnableSagemakerServicecatalogPortfolio", input: {} };
const disable: Step = { call: "sagemaker:DisableSagemakerServicecatalogPortfolio", input: {} };

const portfolio = { PortfolioId: "${portfolio}" };
const principal = { ...portfolio, PrincipalARN: "${role}", PrincipalType: "IAM" };
const nowhere = { PortfolioId: "port-aaaaaaaaaaaaa" };
const pattern = (i: number) => ({ ...portfolio, PrincipalARN: `arn:aws:iam:::role/*/Scientist-${i}?`, PrincipalType: "IAM_PATTERN" });

export const servicecatalog: Scenario[] = [
  {
    title: "imports the SageMaker portfolio while SageMaker Projects is enabled, and associates roles with it",
    steps: [
      makeRole,
      disable,
      step("ListAcceptedPortfolioShares", {}, { output: { PortfolioDetails: [] } }),
      enable,
      step(
        "ListAcceptedPortfolioShares",
        {},
        { output: { PortfolioDetails: [{ ProviderName: "Amazon SageMaker" }] }, save: { portfolio: "PortfolioDetails.0.Id" } },
      ),
      step("ListAcceptedPortfolioShares", { PortfolioShareType: "IMPORTED" }, { output: { PortfolioDetails: [{ Id: "${portfolio}" }] } }),
      step("ListAcceptedPortfolioShares", { PortfolioShareType: "AWS_ORGANIZATIONS" }, { output: { PortfolioDetails: [] } }),
      rejected("ValidationException", "ListAcceptedPortfolioShares", { PortfolioShareType: "MINE" }),
      rejected("InvalidParametersException", "ListAcceptedPortfolioShares", { AcceptLanguage: "xx" }),
      step("DescribePortfolio", { Id: "${portfolio}" }, { output: { PortfolioDetail: { ProviderName: "Amazon SageMaker" } } }),
      // The account did not create this portfolio.
      step("ListPortfolios", {}, { output: { PortfolioDetails: [] } }),
      rejected("ResourceNotFoundException", "DeletePortfolio", { Id: "${portfolio}" }),

      step("ListPrincipalsForPortfolio", portfolio, { output: { Principals: [] } }),
      step("AssociatePrincipalWithPortfolio", { ...principal, AcceptLanguage: "en" }),
      // A repeated association makes no changes.
      step("AssociatePrincipalWithPortfolio", principal),
      step("ListPrincipalsForPortfolio", portfolio, {
        output: { Principals: [{ PrincipalARN: "${role}", PrincipalType: "IAM" }] },
      }),
      rejected("ResourceNotFoundException", "AssociatePrincipalWithPortfolio", { ...principal, ...nowhere }),
      rejected("InvalidParametersException", "AssociatePrincipalWithPortfolio", {
        ...principal,
        PrincipalARN: "arn:aws:iam::111122223333:role/work/nobody-${run}",
      }),
      // The path is part of the ARN.
      rejected("InvalidParametersException", "AssociatePrincipalWithPortfolio", {
        ...principal,
        PrincipalARN: "arn:aws:iam::111122223333:role/projects-${run}",
      }),
      rejected("ResourceNotFoundException", "AssociatePrincipalWithPortfolio", {
        ...principal,
        PrincipalARN: "arn:aws:iam::444455556666:role/OrganizationAccountAccessRole",
      }),
      rejected("InvalidParametersException", "AssociatePrincipalWithPortfolio", { ...principal, PrincipalARN: "projects-${run}" }),
      rejected("ValidationException", "AssociatePrincipalWithPortfolio", { ...principal, PrincipalType: "ROLE" }),
      rejected("ValidationException", "AssociatePrincipalWithPortfolio", { ...principal, PortfolioId: "port/1" }),
      rejected("ValidationException", "AssociatePrincipalWithPortfolio", portfolio),
      rejected("ResourceNotFoundException", "ListPrincipalsForPortfolio", nowhere),
      rejected("ResourceNotFoundException", "DisassociatePrincipalFromPortfolio", { ...principal, ...nowhere }),
      step("DisassociatePrincipalFromPortfolio", { ...portfolio, PrincipalARN: "${role}" }),
      rejected("ResourceNotFoundException", "DisassociatePrincipalFromPortfolio", principal),
      step("ListPrincipalsForPortfolio", portfolio, { output: { Principals: [] } }),
      disable,
      rejected("ResourceNotFoundException", "ListPrincipalsForPortfolio", portfolio),
      dropRole,
    ],
  },
  {
    title: "creates a portfolio with roles by name and by pattern",
    steps: [
      makeRole,
      step(
        "CreatePortfolio",
        {
          DisplayName: "Templates ${run}",
          ProviderName: "the bank",
          IdempotencyToken: "once-${run}",
          Tags: [{ Key: "team", Value: "fraud" }],
        },
        { save: { portfolio: "PortfolioDetail.Id" } },
      ),
      step(
        "CreatePortfolio",
        { DisplayName: "Templates ${run}", ProviderName: "the bank", IdempotencyToken: "once-${run}" },
        { output: { PortfolioDetail: { Id: "${portfolio}" } } },
      ),
      rejected("ValidationException", "CreatePortfolio", { DisplayName: "Templates", IdempotencyToken: "${run}" }),
      step("ListPortfolios", {}, { output: { PortfolioDetails: [{ Id: "${portfolio}", DisplayName: "Templates ${run}" }] } }),
      step(
        "DescribePortfolio",
        { Id: "${portfolio}" },
        { output: { PortfolioDetail: { ProviderName: "the bank" }, Tags: [{ Key: "team", Value: "fraud" }] } },
      ),
      rejected("ResourceNotFoundException", "DescribePortfolio", { Id: "port-aaaaaaaaaaaaa" }),
      step("AssociatePrincipalWithPortfolio", principal),
      ...Array.from({ length: 10 }, (_, i) => step("AssociatePrincipalWithPortfolio", pattern(i))),
      rejected("LimitExceededException", "AssociatePrincipalWithPortfolio", pattern(10)),
      rejected("InvalidParametersException", "AssociatePrincipalWithPortfolio", { ...principal, PrincipalType: "IAM_PATTERN" }),
      step(
        "ListPrincipalsForPortfolio",
        { ...portfolio, PageSize: 1 },
        { output: { Principals: [{ PrincipalARN: "${role}" }] }, save: { next: "NextPageToken" } },
      ),
      step(
        "ListPrincipalsForPortfolio",
        { ...portfolio, PageSize: 1, PageToken: "${next}" },
        { output: { Principals: [{ PrincipalType: "IAM_PATTERN" }] } },
      ),
      rejected("ResourceInUseException", "DeletePortfolio", { Id: "${portfolio}" }),
      // The principal type must also be equal.
      rejected("ResourceNotFoundException", "DisassociatePrincipalFromPortfolio", { ...pattern(0), PrincipalType: "IAM" }),
      ...Array.from({ length: 10 }, (_, i) => step("DisassociatePrincipalFromPortfolio", pattern(i))),
      step("DisassociatePrincipalFromPortfolio", principal),
      step("DeletePortfolio", { Id: "${portfolio}" }),
      rejected("ResourceNotFoundException", "DeletePortfolio", { Id: "${portfolio}" }),
      dropRole,
    ],
  },
];
