/** The parts of the ARN of a CodeArtifact repository, `arn:…:repository/<domain>/<repository>`. Pure. */
export function repositoryOf(arn: string): { domainOwner: string; domain: string; repository: string } {
  const [, domainOwner = "", domain = "", repository = ""] = /:(\d{12}):repository\/([^/]+)\/([^/]+)$/.exec(arn) ?? [];
  return { domainOwner, domain, repository };
}
