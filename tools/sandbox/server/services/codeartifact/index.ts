// Implements CodeArtifact: domains, repositories with their policy, tokens, and packages of the format pypi.
// Package managers call the repository endpoint with a token: endpoint.ts.
import { createHash, randomBytes } from "node:crypto";
import { AwsError } from "../../aws-error";
import { nativeService, type Operation } from "../../service";
import { packageRequests, tokenIn } from "./endpoint";
import { packages } from "./packages";
import { assertPolicy } from "./policy";
import {
  arnOf,
  type CodeArtifact,
  type CodeArtifactTag,
  conflict,
  type Domain,
  domainOf,
  invalid,
  type Item,
  notFound,
  repositoriesIn,
  type Repository,
  repositoryOf,
  type State,
} from "./state";

const domainDescription = (context: CodeArtifact, { tags: _tags, ...domain }: Domain): Item => {
  const repositories = repositoriesIn(context, domain.name);
  const assets = repositories.flatMap(({ packages }) =>
    Object.values(packages).flatMap((versions) => Object.values(versions).flatMap(({ assets: found }) => Object.values(found))),
  );
  return {
    ...domain,
    owner: context.caller.account,
    status: "Active",
    repositoryCount: repositories.length,
    assetSizeBytes: assets.reduce((sum, { content }) => sum + Buffer.from(content, "base64").length, 0),
  };
};

const repositoryDescription = ({ caller }: CodeArtifact, { domain, name, arn, description, createdTime }: Repository): Item => ({
  name,
  administratorAccount: caller.account,
  domainName: domain,
  domainOwner: caller.account,
  arn,
  ...(description !== undefined && { description }),
  upstreams: [],
  externalConnections: [],
  createdTime,
});

/** Programs of Cloister create repositories without upstream repositories only. */
function assertNoUpstream({ upstreams = [] }: Item): void {
  if ((upstreams as unknown[]).length > 0) throw invalid("The sandbox does not support upstream repositories.");
}

/** The ARN of a symmetric key. Without a key, AWS uses the managed key of the account. Source: AWS CodeArtifact "Create a domain". */
async function keyOf(key: unknown, { caller, moto, partition }: CodeArtifact): Promise<string> {
  if (key === undefined) return `arn:${partition}:kms:${caller.region}:${caller.account}:alias/aws/codeartifact`;
  const { KeyMetadata } = (await moto("kms", "DescribeKey", { KeyId: key }).catch(() => {
    throw invalid(`The encryption key '${String(key)}' cannot be used.`);
  })) as { KeyMetadata: { Arn: string; KeySpec?: string } };
  if (KeyMetadata.KeySpec !== undefined && KeyMetadata.KeySpec !== "SYMMETRIC_DEFAULT")
    throw invalid("The encryption key must be a symmetric key.");
  return KeyMetadata.Arn;
}

const domains: Record<string, Operation<State>> = {
  async CreateDomain({ domain, encryptionKey, tags = [] }, context) {
    const { state } = context;
    const name = String(domain);
    if (state.domains[name]) throw conflict(`Domain with name '${name}' already exists for this account.`);
    if (Object.keys(state.domains).length >= 10)
      throw new AwsError("ServiceQuotaExceededException", "Account has reached its limit of domains.", 402);
    const keyArn = await keyOf(encryptionKey, context);
    state.domains[name] = {
      name,
      arn: arnOf(context, `domain/${name}`),
      encryptionKey: keyArn,
      createdTime: context.now(),
      tags: tags as CodeArtifactTag[],
    };
    return { domain: domainDescription(context, state.domains[name]) };
  },
  DescribeDomain: (input, context) => ({ domain: domainDescription(context, domainOf(context, input)) }),
  DeleteDomain(input, context) {
    const { domain, domainOwner } = input;
    const found = context.state.domains[String(domain)];
    if (!found || (domainOwner !== undefined && domainOwner !== context.caller.account)) return {};
    if (repositoriesIn(context, found.name).length > 0) throw conflict(`Domain '${found.name}' has repositories.`);
    const description = domainDescription(context, found);
    delete context.state.domains[found.name];
    return { domain: { ...description, status: "Deleted" } };
  },
  GetAuthorizationToken(input, context) {
    const { name } = domainOf(context, input);
    const seconds = Number(input.durationSeconds ?? 43_200);
    // Source: AWS API `GetAuthorizationToken`: 0, or 900 to 43200.
    if (seconds !== 0 && (seconds < 900 || seconds > 43_200)) throw invalid("The duration must be 0, or between 900 and 43200 seconds.");
    const token = tokenIn(context.caller.region, randomBytes(48).toString("base64url"));
    const expiration = context.now() + (seconds === 0 ? 3600 : seconds);
    context.state.tokens[token] = { domain: name, principal: context.caller.arn, expires: expiration };
    return { authorizationToken: token, expiration };
  },
};

const repositories: Record<string, Operation<State>> = {
  CreateRepository(input, context) {
    const { state } = context;
    const { name: domain } = domainOf(context, input);
    assertNoUpstream(input);
    const name = String(input.repository);
    const key = `${domain}/${name}`;
    if (state.repositories[key]) throw conflict(`Repository with name '${name}' in domain '${domain}' already exists for this account.`);
    state.repositories[key] = {
      domain,
      name,
      arn: arnOf(context, `repository/${domain}/${name}`),
      ...(input.description !== undefined && { description: String(input.description) }),
      createdTime: context.now(),
      tags: (input.tags ?? []) as CodeArtifactTag[],
      packages: {},
    };
    return { repository: repositoryDescription(context, state.repositories[key]) };
  },
  DescribeRepository: (input, context) => ({ repository: repositoryDescription(context, repositoryOf(context, input)) }),
  UpdateRepository(input, context) {
    const repository = repositoryOf(context, input);
    assertNoUpstream(input);
    if (input.description !== undefined) repository.description = String(input.description);
    return { repository: repositoryDescription(context, repository) };
  },
  DeleteRepository(input, context) {
    const repository = repositoryOf(context, input);
    delete context.state.repositories[`${repository.domain}/${repository.name}`];
    return { repository: repositoryDescription(context, repository) };
  },
  GetRepositoryEndpoint(input, context) {
    const { domain, name } = repositoryOf(context, input);
    if (input.format !== "pypi") throw invalid(`The sandbox does not support packages of the format '${String(input.format)}'.`);
    const { account, region } = context.caller;
    return { repositoryEndpoint: `https://${domain}-${account}.d.codeartifact.${region}.amazonaws.com/pypi/${name}/` };
  },
  PutRepositoryPermissionsPolicy(input, context) {
    const repository = repositoryOf(context, input);
    const document = String(input.policyDocument);
    assertPolicy(document);
    if (input.policyRevision !== undefined && input.policyRevision !== repository.policy?.revision)
      throw conflict("The policy revision does not match the current revision.");
    repository.policy = { document, revision: createHash("sha256").update(document).digest("base64") };
    return { policy: { resourceArn: repository.arn, ...repository.policy } };
  },
  GetRepositoryPermissionsPolicy(input, context) {
    const { arn, policy } = repositoryOf(context, input);
    if (!policy) throw notFound("The repository has no permissions policy.");
    return { policy: { resourceArn: arn, ...policy } };
  },
  DeleteRepositoryPermissionsPolicy(input, context) {
    const repository = repositoryOf(context, input);
    if (!repository.policy) throw notFound("The repository has no permissions policy.");
    const policy = { resourceArn: repository.arn, ...repository.policy };
    delete repository.policy;
    return { policy };
  },
};

function taggedOf({ state }: CodeArtifact, resourceArn: unknown): Domain | Repository {
  const found = [...Object.values(state.domains), ...Object.values(state.repositories)].find(({ arn }) => arn === resourceArn);
  if (!found) throw notFound(`Resource not found. '${String(resourceArn)}'`);
  return found;
}

const tags: Record<string, Operation<State>> = {
  ListTagsForResource: ({ resourceArn }, context) => ({ tags: taggedOf(context, resourceArn).tags }),
  TagResource({ resourceArn, tags: added }, context) {
    const resource = taggedOf(context, resourceArn);
    const keys = new Set((added as CodeArtifactTag[]).map(({ key }) => key));
    resource.tags = [...resource.tags.filter(({ key }) => !keys.has(key)), ...(added as CodeArtifactTag[])];
    return {};
  },
  UntagResource({ resourceArn, tagKeys }, context) {
    const resource = taggedOf(context, resourceArn);
    resource.tags = resource.tags.filter(({ key }) => !(tagKeys as string[]).includes(key));
    return {};
  },
};

export const codeartifact = nativeService<State>({
  scope: "codeartifact",
  model: "codeartifact",
  violation: { code: "ValidationException" },
  initial: () => ({ domains: {}, repositories: {}, tokens: {} }),
  operations: { ...domains, ...repositories, ...packages, ...tags },
  plain: packageRequests,
  leftovers: ({ domains: found, repositories: kept }) => [
    ...Object.keys(found).map((id) => ({ type: "Domain", id })),
    ...Object.keys(kept).map((id) => ({ type: "Repository", id })),
  ],
});
