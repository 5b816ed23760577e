import { type Scenario, type Step } from "../scenario";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const makeRole: Step = {
  call: "iam:CreateRole",
  with: { RoleName: "projects-${run}", Path: "/work/", AssumeRolePolicyDocument: trust },
  save: { role: "Role.Arn" },
};
const dropRole: Step = { call: "iam:DeleteRole", with: { RoleName: "projects-${run}" } };
const step = (operation: string, input: object, more: Partial<Step> = {}): Step => ({
  call: `servicecatalog:${operation}`,
  with: input,
  ...more,
});
const refused = (code: string, operation: string, input: object) => step(operation, input, { refused: code });
const enable: Step = { call: "sagemaker:EnableSagemakerServicecatalogPortfolio", with: {} };
const disable: Step = { call: "sagemaker:DisableSagemakerServicecatalogPortfolio", with: {} };

const portfolio = { PortfolioId: "${portfolio}" };
const principal = { ...portfolio, PrincipalARN: "${role}", PrincipalType: "IAM" };
const nowhere = { PortfolioId: "port-aaaaaaaaaaaaa" };
const pattern = (i: number) => ({ ...portfolio, PrincipalARN: `arn:aws:iam:::role/*/Scientist-${i}?`, PrincipalType: "IAM_PATTERN" });

export const servicecatalog: Scenario[] = [
  {
    title: "imports SageMaker's portfolio while Projects is on, and lets roles use it",
    steps: [
      makeRole,
      disable,
      step("ListAcceptedPortfolioShares", {}, { gives: { PortfolioDetails: [] } }),
      enable,
      step(
        "ListAcceptedPortfolioShares",
        {},
        { gives: { PortfolioDetails: [{ ProviderName: "Amazon SageMaker" }] }, save: { portfolio: "PortfolioDetails.0.Id" } },
      ),
      step("ListAcceptedPortfolioShares", { PortfolioShareType: "IMPORTED" }, { gives: { PortfolioDetails: [{ Id: "${portfolio}" }] } }),
      step("ListAcceptedPortfolioShares", { PortfolioShareType: "AWS_ORGANIZATIONS" }, { gives: { PortfolioDetails: [] } }),
      refused("ValidationException", "ListAcceptedPortfolioShares", { PortfolioShareType: "MINE" }),
      refused("InvalidParametersException", "ListAcceptedPortfolioShares", { AcceptLanguage: "xx" }),
      step("DescribePortfolio", { Id: "${portfolio}" }, { gives: { PortfolioDetail: { ProviderName: "Amazon SageMaker" } } }),
      // Not the account's own.
      step("ListPortfolios", {}, { gives: { PortfolioDetails: [] } }),
      refused("ResourceNotFoundException", "DeletePortfolio", { Id: "${portfolio}" }),

      step("ListPrincipalsForPortfolio", portfolio, { gives: { Principals: [] } }),
      step("AssociatePrincipalWithPortfolio", { ...principal, AcceptLanguage: "en" }),
      // Twice is once.
      step("AssociatePrincipalWithPortfolio", principal),
      step("ListPrincipalsForPortfolio", portfolio, {
        gives: { Principals: [{ PrincipalARN: "${role}", PrincipalType: "IAM" }] },
      }),
      refused("ResourceNotFoundException", "AssociatePrincipalWithPortfolio", { ...principal, ...nowhere }),
      refused("InvalidParametersException", "AssociatePrincipalWithPortfolio", {
        ...principal,
        PrincipalARN: "arn:aws:iam::111122223333:role/work/nobody-${run}",
      }),
      // The path belongs to the name.
      refused("InvalidParametersException", "AssociatePrincipalWithPortfolio", {
        ...principal,
        PrincipalARN: "arn:aws:iam::111122223333:role/projects-${run}",
      }),
      refused("ResourceNotFoundException", "AssociatePrincipalWithPortfolio", {
        ...principal,
        PrincipalARN: "arn:aws:iam::444455556666:role/OrganizationAccountAccessRole",
      }),
      refused("InvalidParametersException", "AssociatePrincipalWithPortfolio", { ...principal, PrincipalARN: "projects-${run}" }),
      refused("ValidationException", "AssociatePrincipalWithPortfolio", { ...principal, PrincipalType: "ROLE" }),
      refused("ValidationException", "AssociatePrincipalWithPortfolio", { ...principal, PortfolioId: "port/1" }),
      refused("ValidationException", "AssociatePrincipalWithPortfolio", portfolio),
      refused("ResourceNotFoundException", "ListPrincipalsForPortfolio", nowhere),
      refused("ResourceNotFoundException", "DisassociatePrincipalFromPortfolio", { ...principal, ...nowhere }),
      step("DisassociatePrincipalFromPortfolio", { ...portfolio, PrincipalARN: "${role}" }),
      refused("ResourceNotFoundException", "DisassociatePrincipalFromPortfolio", principal),
      step("ListPrincipalsForPortfolio", portfolio, { gives: { Principals: [] } }),
      disable,
      refused("ResourceNotFoundException", "ListPrincipalsForPortfolio", portfolio),
      dropRole,
    ],
  },
  {
    title: "keeps a portfolio of the account's own, with roles by name and by pattern",
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
        { gives: { PortfolioDetail: { Id: "${portfolio}" } } },
      ),
      refused("ValidationException", "CreatePortfolio", { DisplayName: "Templates", IdempotencyToken: "${run}" }),
      step("ListPortfolios", {}, { gives: { PortfolioDetails: [{ Id: "${portfolio}", DisplayName: "Templates ${run}" }] } }),
      step(
        "DescribePortfolio",
        { Id: "${portfolio}" },
        { gives: { PortfolioDetail: { ProviderName: "the bank" }, Tags: [{ Key: "team", Value: "fraud" }] } },
      ),
      refused("ResourceNotFoundException", "DescribePortfolio", { Id: "port-aaaaaaaaaaaaa" }),
      step("AssociatePrincipalWithPortfolio", principal),
      ...Array.from({ length: 10 }, (_, i) => step("AssociatePrincipalWithPortfolio", pattern(i))),
      refused("LimitExceededException", "AssociatePrincipalWithPortfolio", pattern(10)),
      refused("InvalidParametersException", "AssociatePrincipalWithPortfolio", { ...principal, PrincipalType: "IAM_PATTERN" }),
      step(
        "ListPrincipalsForPortfolio",
        { ...portfolio, PageSize: 1 },
        { gives: { Principals: [{ PrincipalARN: "${role}" }] }, save: { next: "NextPageToken" } },
      ),
      step(
        "ListPrincipalsForPortfolio",
        { ...portfolio, PageSize: 1, PageToken: "${next}" },
        { gives: { Principals: [{ PrincipalType: "IAM_PATTERN" }] } },
      ),
      refused("ResourceInUseException", "DeletePortfolio", { Id: "${portfolio}" }),
      // The type is part of what is taken back.
      refused("ResourceNotFoundException", "DisassociatePrincipalFromPortfolio", { ...pattern(0), PrincipalType: "IAM" }),
      ...Array.from({ length: 10 }, (_, i) => step("DisassociatePrincipalFromPortfolio", pattern(i))),
      step("DisassociatePrincipalFromPortfolio", principal),
      step("DeletePortfolio", { Id: "${portfolio}" }),
      refused("ResourceNotFoundException", "DeletePortfolio", { Id: "${portfolio}" }),
      dropRole,
    ],
  },
];
