import {
  conditionCount,
  isAnyPrincipal,
  isPresent,
  type Report,
  type ResourceView,
  type Rule,
  type Statement,
  statementsOf,
  stringAt,
} from "../../rule-kit";

const closedFix = "Remove the statement, or name accounts or roles in Principal.";

/** Whether a statement allows anyone, without a condition that could restrict the principals. */
const allowsAnyone = (statement: Statement) =>
  stringAt(statement, "Effect") === "Allow" && isAnyPrincipal(statement) && conditionCount(statement) === 0;

/** Other packages than the published ones reach the clients of the repository. */
function evaluateSources({ props }: ResourceView, report: Report): void {
  if (isPresent(props, "externalConnections"))
    report(
      "externalConnections is set, so clients install packages from a public registry that no person approved. Remove externalConnections.",
    );
  if (isPresent(props, "upstreams"))
    report(
      "upstreams is set, so clients install packages of other repositories, which can be connected to a public registry. Remove upstreams.",
    );
}

function evaluatePolicy({ props }: ResourceView, report: Report): void {
  const statements = statementsOf(props, "policyDocument");
  if (statements === "unknown") return;
  if (statements === "unreadable")
    return report("policyDocument is not valid JSON, so whether it is public cannot be determined. Create the policy with JSON.stringify.");
  if (statements.some(allowsAnyone)) report(`A statement allows all principals of all AWS accounts, so packages are public. ${closedFix}`);
}

export const repositoryClosed: Rule = {
  name: "codeartifact-repository-closed",
  description: "CodeArtifact repositories have no public source, and their policies and those of domains are not public.",
  risk: "A malicious package of a public registry runs in the environment, or names of requested packages leave it.",
  fix: `Remove externalConnections and upstreams, and publish approved packages. ${closedFix}`,
  severity: "high",
  control: { reference: "SR-11", specification: "Component authenticity" },
  publicIds: ["Prowler codeartifact_packages_external_public_publishing_disabled"],
  resource: {
    "aws:codeartifact/repository:Repository": evaluateSources,
    "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy": evaluatePolicy,
    "aws:codeartifact/domainPermissions:DomainPermissions": evaluatePolicy,
  },
};
