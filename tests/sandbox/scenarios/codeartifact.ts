// CodeArtifact: domains, repositories with a policy, tokens and tags. Package managers upload packages in tests/sandbox/codeartifact.test.ts.
import { type Scenario } from "../scenario";

const domain = "packages-${run}";
const inDomain = { domain };
const inRepository = { domain, repository: "approved" };
const none = { domain, repository: "none" };
const noDomain = { domain: "none-${run}" };
const arn = (resource: string) => `arn:aws:codeartifact:eu-central-1:111122223333:${resource}`;
const repositoryArn = arn(`repository/${domain}/approved`);
const policyWith = (statement: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Deny", Principal: "*", Resource: "*", ...statement }] });
const notFound = "ResourceNotFoundException";
const invalid = "ValidationException";
const pypi = { ...inRepository, format: "pypi" };
const six = { ...pypi, package: "six" };

export const codeartifact: Scenario[] = [
  {
    title: "creates a domain with a symmetric key, and a repository without upstream repositories, with tags",
    steps: [
      { call: "kms:CreateKey", save: { key: "KeyMetadata.Arn" } },
      { call: "kms:CreateKey", input: { KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" }, save: { other: "KeyMetadata.KeyId" } },
      { call: "codeartifact:CreateDomain", input: { domain: "Upper-${run}" }, error: invalid },
      { call: "codeartifact:CreateDomain", input: { ...inDomain, encryptionKey: "${other}" }, error: invalid },
      { call: "codeartifact:CreateDomain", input: { ...inDomain, encryptionKey: "alias/none" }, error: invalid },
      {
        call: "codeartifact:CreateDomain",
        input: { ...inDomain, encryptionKey: "${key}", tags: [{ key: "owner", value: "tests" }] },
        output: { domain: { name: domain, owner: "111122223333", status: "Active", encryptionKey: "${key}", repositoryCount: 0 } },
      },
      { call: "codeartifact:CreateDomain", input: inDomain, error: "ConflictException" },
      { call: "codeartifact:DescribeDomain", input: inDomain, output: { domain: { arn: arn(`domain/${domain}`) } } },
      { call: "codeartifact:DescribeDomain", input: noDomain, error: notFound },
      { call: "codeartifact:CreateRepository", input: { ...noDomain, repository: "approved" }, error: notFound },
      {
        call: "codeartifact:CreateRepository",
        input: { ...inRepository, upstreams: [{ repositoryName: "pypi-store" }] },
        error: invalid,
      },
      {
        call: "codeartifact:CreateRepository",
        input: { ...inRepository, description: "Approved packages" },
        output: { repository: { arn: repositoryArn, upstreams: [], externalConnections: [] } },
      },
      { call: "codeartifact:CreateRepository", input: inRepository, error: "ConflictException" },
      {
        call: "codeartifact:DescribeRepository",
        input: inRepository,
        output: { repository: { domainName: domain, domainOwner: "111122223333", description: "Approved packages" } },
      },
      { call: "codeartifact:DescribeRepository", input: none, error: notFound },
      {
        call: "codeartifact:UpdateRepository",
        input: { ...inRepository, description: "Packages" },
        output: { repository: { description: "Packages" } },
      },
      { call: "codeartifact:UpdateRepository", input: none, error: notFound },
      {
        call: "codeartifact:GetRepositoryEndpoint",
        input: pypi,
        output: { repositoryEndpoint: `https://${domain}-111122223333.d.codeartifact.eu-central-1.amazonaws.com/pypi/approved/` },
      },
      { call: "codeartifact:GetRepositoryEndpoint", input: { ...none, format: "pypi" }, error: notFound },
      { call: "codeartifact:TagResource", input: { resourceArn: repositoryArn, tags: [{ key: "a", value: "b" }] } },
      { call: "codeartifact:TagResource", input: { resourceArn: arn("domain/none"), tags: [{ key: "a", value: "b" }] }, error: notFound },
      { call: "codeartifact:ListTagsForResource", input: { resourceArn: repositoryArn }, output: { tags: [{ key: "a", value: "b" }] } },
      { call: "codeartifact:ListTagsForResource", input: { resourceArn: arn("domain/none") }, error: notFound },
      { call: "codeartifact:UntagResource", input: { resourceArn: repositoryArn, tagKeys: ["a"] } },
      { call: "codeartifact:UntagResource", input: { resourceArn: arn("domain/none"), tagKeys: ["a"] }, error: notFound },
      { call: "codeartifact:DeleteDomain", input: inDomain, error: "ConflictException" },
      { call: "codeartifact:DeleteRepository", input: inRepository },
      { call: "codeartifact:DeleteRepository", input: inRepository, error: notFound },
      { call: "codeartifact:DeleteDomain", input: inDomain, output: { domain: { status: "Deleted" } } },
      { call: "codeartifact:DescribeDomain", input: inDomain, error: notFound },
      { call: "kms:ScheduleKeyDeletion", input: { KeyId: "${key}" } },
      { call: "kms:ScheduleKeyDeletion", input: { KeyId: "${other}" } },
    ],
  },
  {
    title: "keeps the policy of a repository, and gives tokens of at most 12 hours",
    steps: [
      { call: "codeartifact:CreateDomain", input: inDomain },
      { call: "codeartifact:CreateRepository", input: inRepository },
      { call: "codeartifact:GetRepositoryPermissionsPolicy", input: inRepository, error: notFound },
      { call: "codeartifact:DeleteRepositoryPermissionsPolicy", input: inRepository, error: notFound },
      ...[
        "{",
        policyWith({ Action: "s3:GetObject" }),
        policyWith({ Action: "codeartifact:*", Effect: "Maybe" }),
        JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }] }),
      ].map((policyDocument) => ({
        call: "codeartifact:PutRepositoryPermissionsPolicy",
        input: { ...inRepository, policyDocument },
        error: invalid,
      })),
      {
        call: "codeartifact:PutRepositoryPermissionsPolicy",
        input: { ...inRepository, policyDocument: policyWith({ Action: "codeartifact:PublishPackageVersion" }) },
        output: { policy: { resourceArn: repositoryArn } },
        save: { revision: "policy.revision" },
      },
      {
        call: "codeartifact:PutRepositoryPermissionsPolicy",
        input: { ...inRepository, policyRevision: "none", policyDocument: policyWith({ Action: "codeartifact:*" }) },
        error: "ConflictException",
      },
      { call: "codeartifact:GetRepositoryPermissionsPolicy", input: inRepository, output: { policy: { revision: "${revision}" } } },
      { call: "codeartifact:DeleteRepositoryPermissionsPolicy", input: inRepository },
      { call: "codeartifact:GetAuthorizationToken", input: { ...inDomain, durationSeconds: 43_200 } },
      { call: "codeartifact:GetAuthorizationToken", input: { ...inDomain, durationSeconds: 60 }, error: invalid },
      { call: "codeartifact:GetAuthorizationToken", input: { ...inDomain, durationSeconds: 43_201 }, error: invalid },
      { call: "codeartifact:GetAuthorizationToken", input: noDomain, error: notFound },
      { call: "codeartifact:ListPackages", input: pypi, output: { packages: [] } },
      { call: "codeartifact:ListPackages", input: none, error: notFound },
      { call: "codeartifact:ListPackageVersions", input: six, error: notFound },
      { call: "codeartifact:ListPackageVersionAssets", input: { ...six, packageVersion: "1.16.0" }, error: notFound },
      { call: "codeartifact:DeletePackageVersions", input: { ...six, versions: ["1.16.0"] }, error: notFound },
      { call: "codeartifact:DeleteRepository", input: inRepository },
      { call: "codeartifact:DeleteDomain", input: inDomain },
    ],
  },
];
