// The state of CodeArtifact: domains, repositories with their policy, tokens, and packages of the format pypi.
import { AwsError } from "../../aws-error";
import { type Context } from "../../service";

export type Item = Record<string, unknown>;

export interface CodeArtifactTag {
  key: string;
  value: string;
}

export interface Domain {
  name: string;
  arn: string;
  encryptionKey: string;
  createdTime: number;
  tags: CodeArtifactTag[];
}

export interface Asset {
  sha256: string;
  /** Content in base64. */
  content: string;
}

export interface Version {
  revision: string;
  /** Version specifier from the metadata of the upload, `>=3.9`. */
  requiresPython?: string;
  /** Assets by file name. */
  assets: Record<string, Asset>;
}

export interface Repository {
  domain: string;
  name: string;
  arn: string;
  description?: string;
  createdTime: number;
  tags: CodeArtifactTag[];
  policy?: { document: string; revision: string };
  /** Versions by project, in the normalized form of PEP 503. */
  packages: Record<string, Record<string, Version>>;
}

/** A token of a principal for all repositories of a domain. Source: AWS CodeArtifact "AWS CodeArtifact authentication and tokens". */
export interface Token {
  domain: string;
  /** ARN of the principal. */
  principal: string;
  /** Seconds since 1970. */
  expires: number;
}

export interface State {
  domains: Record<string, Domain>;
  /** By `<domain>/<repository>`. */
  repositories: Record<string, Repository>;
  tokens: Record<string, Token>;
}

export type CodeArtifact = Context<State>;

export const notFound = (message: string) => new AwsError("ResourceNotFoundException", message, 404);
export const conflict = (message: string) => new AwsError("ConflictException", message, 409);
export const invalid = (message: string) => new AwsError("ValidationException", message);

export const arnOf = ({ partition, caller }: CodeArtifact, resource: string) =>
  `arn:${partition}:codeartifact:${caller.region}:${caller.account}:${resource}`;

/** An account finds only its domains: the sandbox does not support domains of other accounts. */
export function domainOf({ state, caller }: CodeArtifact, { domain, domainOwner }: Item): Domain {
  const found = state.domains[String(domain)];
  if (!found || (domainOwner !== undefined && domainOwner !== caller.account)) throw notFound(`Domain not found. '${String(domain)}'`);
  return found;
}

export function repositoryOf(context: CodeArtifact, input: Item): Repository {
  const domain = domainOf(context, input);
  const found = context.state.repositories[`${domain.name}/${String(input.repository)}`];
  if (!found) throw notFound(`Repository not found. '${String(input.repository)}'`);
  return found;
}

export const repositoriesIn = ({ state }: CodeArtifact, domain: string) =>
  Object.values(state.repositories).filter((repository) => repository.domain === domain);

/** Source: PEP 503, "Normalized Names". */
export const normalized = (name: unknown) =>
  String(name)
    .toLowerCase()
    .replace(/[-_.]+/g, "-");
