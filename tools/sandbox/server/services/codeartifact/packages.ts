// Operations on packages of the format pypi. Source: AWS API CodeArtifact; AWS CodeArtifact "Packages overview".
import { type Operation } from "../../service";
import { pageOf } from "../page";
import { type CodeArtifact, type Item, normalized, notFound, repositoryOf, type State, type Version } from "./state";

function versionsOf(context: CodeArtifact, input: Item): Record<string, Version> {
  const found = input.format === "pypi" ? repositoryOf(context, input).packages[normalized(input.package)] : undefined;
  if (!found) throw notFound(`Package not found. '${String(input.package)}'`);
  return found;
}

export const packages: Record<string, Operation<State>> = {
  ListPackages(input, context) {
    const names = Object.keys(repositoryOf(context, input).packages).sort();
    const found = names.filter((name) => name.startsWith(String(input.packagePrefix ?? "")) && (input.format ?? "pypi") === "pypi");
    const { items, next } = pageOf(found, input.maxResults, input.nextToken);
    const origin = { restrictions: { publish: "ALLOW", upstream: "BLOCK" } };
    return { packages: items.map((name) => ({ format: "pypi", package: name, originConfiguration: origin })), nextToken: next };
  },
  ListPackageVersions(input, context) {
    const versions = Object.entries(versionsOf(context, input));
    const { items, next } = pageOf(versions, input.maxResults, input.nextToken);
    return {
      format: "pypi",
      package: normalized(input.package),
      versions: items.map(([version, { revision }]) => ({ version, revision, status: "Published" })),
      nextToken: next,
    };
  },
  ListPackageVersionAssets(input, context) {
    const version = versionsOf(context, input)[String(input.packageVersion)];
    if (!version) throw notFound(`Package version not found. '${String(input.packageVersion)}'`);
    const { items, next } = pageOf(Object.entries(version.assets), input.maxResults, input.nextToken);
    return {
      format: "pypi",
      package: normalized(input.package),
      version: input.packageVersion,
      versionRevision: version.revision,
      assets: items.map(([name, { sha256, content }]) => ({
        name,
        size: Buffer.from(content, "base64").length,
        hashes: { "SHA-256": sha256 },
      })),
      nextToken: next,
    };
  },
  DeletePackageVersions(input, context) {
    const { packages } = repositoryOf(context, input);
    const name = normalized(input.package);
    const versions = versionsOf(context, input);
    const successfulVersions: Item = {};
    const failedVersions: Item = {};
    for (const version of input.versions as string[]) {
      const found = versions[version];
      if (found) successfulVersions[version] = { revision: found.revision, status: "Deleted" };
      else failedVersions[version] = { errorCode: "NOT_FOUND", errorMessage: "Package version not found." };
      delete versions[version];
    }
    if (Object.keys(versions).length === 0) delete packages[name];
    return { successfulVersions, failedVersions };
  },
};
