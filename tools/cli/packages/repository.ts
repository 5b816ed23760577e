// Reads and writes packages of the mirror's CodeArtifact repository. Makes no decisions.
import { repositoryOf } from "@cloister/components/aws/codeartifact";
import { fileKey } from "@cloister/components/mirror/index-keys";
import { connectionSettings } from "../aws-settings";
import { type Session } from "../engine";
import { type MirrorClient, type StoredObject } from "./bucket";
import { uploadFile } from "./upload";

/** Source: AWS API `DeletePackageVersions`, member `versions`. */
const mostDeletions = 100;
/** Seconds. Shorter than the session of a publisher, and long enough for the largest publication. */
const tokenSeconds = 3600;
/** Versions that are listed at the same time. */
const parallel = 10;

/** Files that pip installs, and not only wheels: a source archive runs code. Source: pip `ARCHIVE_EXTENSIONS`. */
const installable = /\.(whl|egg|zip|tar|tgz|tbz|txz|tlz|tar\.(gz|bz2|xz|lz|lzma))$/;

/** A file in the repository. Versions in CodeArtifact are in the normalized form. */
interface Asset extends StoredObject {
  project: string;
  version: string;
}

/** Connects to AWS with the SDK. `signal` aborts all calls. A file has the same key as in a bucket, and no page has a key. */
export async function repositoryClient(
  where: Pick<Session, "env" | "world" | "credentials">,
  { region, repositoryArn }: { region: string; repositoryArn: string },
  signal?: AbortSignal,
): Promise<MirrorClient> {
  const sdk = await import("@aws-sdk/client-codeartifact");
  const client = new sdk.CodeartifactClient(connectionSettings(where, "codeartifact", region));
  const target = repositoryOf(repositoryArn);
  const pypi = { ...target, format: "pypi" as const };
  const options = { abortSignal: signal };
  let token: { value: string; until: number } | undefined;

  async function currentToken(): Promise<string> {
    const now = Date.now() / 1000;
    if (token && token.until > now + 300) return token.value;
    const { domain, domainOwner } = target;
    const command = new sdk.GetAuthorizationTokenCommand({ domain, domainOwner, durationSeconds: tokenSeconds });
    const { authorizationToken, expiration } = await client.send(command, options);
    token = { value: authorizationToken!, until: expiration!.getTime() / 1000 };
    return token.value;
  }

  /** In a world, the path form of the endpoint. Source: AWS CodeArtifact "Use CodeArtifact from a VPC". */
  async function endpoint(): Promise<string> {
    const { domain, domainOwner, repository } = target;
    if (where.world) return `${where.env.AWS_ENDPOINT_URL}/pypi/d/${domain}-${domainOwner}/${repository}/`;
    const { repositoryEndpoint } = await client.send(new sdk.GetRepositoryEndpointCommand(pypi), options);
    return repositoryEndpoint!;
  }

  async function assetsOf(project: string, version: string): Promise<Asset[]> {
    const found: Asset[] = [];
    const input = { ...pypi, package: project, packageVersion: version };
    for await (const { assets = [] } of sdk.paginateListPackageVersionAssets({ client }, input, options))
      for (const { name, size = 0, hashes } of assets)
        if (installable.test(name!))
          found.push({ key: fileKey({ sha256: hashes!["SHA-256"]!, filename: name! }), size, md5: "", project, version });
    return found;
  }

  async function versions(): Promise<[project: string, version: string][]> {
    const found: [string, string][] = [];
    for await (const { packages = [] } of sdk.paginateListPackages({ client }, { ...target, format: "pypi" }, options))
      for (const { package: project } of packages)
        for await (const page of sdk.paginateListPackageVersions({ client }, { ...pypi, package: project }, options))
          found.push(...(page.versions ?? []).map(({ version }): [string, string] => [project!, version!]));
    return found;
  }

  async function assets(): Promise<Asset[]> {
    const all = await versions();
    const found: Asset[] = [];
    for (let i = 0; i < all.length; i += parallel)
      found.push(...(await Promise.all(all.slice(i, i + parallel).map(([project, version]) => assetsOf(project, version)))).flat());
    return found;
  }

  return {
    hasPages: false,
    list: assets,
    async sources() {
      const { repository } = await client.send(new sdk.DescribeRepositoryCommand(target), options);
      const { upstreams = [], externalConnections = [] } = repository ?? {};
      return [
        ...upstreams.map(({ repositoryName }) => repositoryName!),
        ...externalConnections.map((item) => item.externalConnectionName!),
      ];
    },
    // CodeArtifact computes the hashes in the list.
    sha256: (key) => Promise.resolve(key.split("/")[1]),
    async putFile(key, file, sha256, requiresPython) {
      const upload = { url: await endpoint(), token: await currentToken(), filename: key.split("/").at(-1)!, sha256, requiresPython };
      await uploadFile(upload, file, signal);
    },
    putPage: () => Promise.resolve(),
    // CodeArtifact deletes versions with all their files. The next publication uploads files that are still approved.
    async delete(keys) {
      const removed = new Set(keys);
      const byProject = new Map<string, Set<string>>();
      for (const { key, project, version } of await assets())
        if (removed.has(key)) byProject.set(project, (byProject.get(project) ?? new Set()).add(version));
      for (const [project, found] of byProject) {
        const list = [...found];
        for (let i = 0; i < list.length; i += mostDeletions) {
          const input = { ...pypi, package: project, versions: list.slice(i, i + mostDeletions) };
          const { failedVersions = {} } = await client.send(new sdk.DeletePackageVersionsCommand(input), options);
          const [[version, problem] = []] = Object.entries(failedVersions);
          if (problem) throw Object.assign(new Error(`${project}==${version}: ${problem.errorMessage}`), { name: problem.errorCode });
        }
      }
    },
  };
}
