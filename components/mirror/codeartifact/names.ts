// Names and policy of the CodeArtifact repository of the mirror. Pure.
import { arnsIn, type AwsContext, dnsSuffixOf } from "../../aws/context";
import { exactPrincipals } from "../../aws/principals";

/** Domain of a core stack. A domain name has 2 to 50 characters, and a stack name at most 40. Source: AWS API `CreateDomain`. */
export const domainName = (hub: string) => `${hub}-packages`;

/** Repository in the domain. Each core stack has one domain with one repository. */
export const repositoryName = "approved";

export const mirrorRepositoryArn = (context: AwsContext, hub: string) =>
  arnsIn(context, "codeartifact", `repository/${domainName(hub)}/${repositoryName}`)[0]!;

/** URL of the index for pip, without the token. Source: AWS CodeArtifact "Configure and use pip with CodeArtifact". */
export const repositoryIndexUrl = (context: AwsContext, hub: string) =>
  `https://${domainName(hub)}-${context.accountId}.d.codeartifact.${context.region}.${dnsSuffixOf(context)}/pypi/${repositoryName}/simple/`;

/** Actions that add, change or remove packages. Source: AWS service authorization reference, CodeArtifact. */
const writeActions = [
  "CopyPackageVersions",
  "DeletePackage",
  "DeletePackageVersions",
  "DisposePackageVersions",
  "PublishPackageVersion",
  "PutPackageMetadata",
  "PutPackageOriginConfiguration",
  "UpdatePackageVersionsStatus",
].map((name) => `codeartifact:${name}`);

/**
 * Policy of the repository: only publishers write, no principal connects a public registry or another repository, and other accounts have no access.
 * Principals of the account read with their own permissions. The owner can always change the policy.
 * Source: AWS CodeArtifact "Repository policies".
 */
export const repositoryPolicy = ({ accountId }: Pick<AwsContext, "accountId">, publisherRoleArns: readonly string[]) => {
  const deny = (Sid: string, Action: string | string[], Condition?: object) => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource: "*",
    ...(Condition && { Condition }),
  });
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      deny("OnlyPublishersWrite", writeActions, { ArnNotLikeIfExists: { "aws:PrincipalArn": exactPrincipals(publisherRoleArns) } }),
      deny("NoOtherSource", ["codeartifact:AssociateExternalConnection", "codeartifact:UpdateRepository"]),
      deny("OnlyThisAccount", "codeartifact:*", { StringNotEquals: { "aws:PrincipalAccount": accountId } }),
    ],
  });
};
