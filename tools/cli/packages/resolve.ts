// Resolves requirements with pip: the packages that pip would install, with their dependencies, hashes and licences.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { normalizedName } from "@cloister/components/mirror/index-keys";
import { type ApprovedPackage, pinOf } from "@cloister/components/mirror/manifest";
import { getText } from "./download";
import { PackagesError } from "./error";

/** The part of pip's installation report that is read. Source: pip "Installation Report", version 1. */
interface Report {
  install: {
    download_info: { url: string; archive_info?: { hash?: string; hashes?: Record<string, string> } };
    metadata: {
      name: string;
      version: string;
      license?: string;
      license_expression?: string;
      classifier?: string[];
      requires_python?: string;
    };
  }[];
}

export interface ResolveOptions {
  /** Python interpreter with pip, such as `python3`. */
  python: string;
  /** Versions of Python that install the packages, such as `3.12`. */
  pythonVersions: readonly string[];
  /** Platform tags, such as `manylinux2014_x86_64`. */
  platforms: readonly string[];
  /** Licences by project, for packages without a licence in their metadata. */
  licences?: Readonly<Record<string, string>> | undefined;
  signal?: AbortSignal | undefined;
}

/** A resolved package, without approval. */
export type Resolved = Omit<ApprovedPackage, "files"> & { files: { filename: string; sha256: string; url: string }[] };

/** Arguments of pip. Only wheels, because pip runs code of a source archive to read its dependencies. */
export const pipArguments = (
  requirements: readonly string[],
  target: string,
  pythonVersion: string,
  { platforms }: Pick<ResolveOptions, "platforms">,
): string[] => [
  ...["-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--no-input", "--report", "-"],
  ...["--only-binary", ":all:", "--target", target, "--python-version", pythonVersion],
  ...platforms.flatMap((platform) => ["--platform", platform]),
  "--",
  ...requirements,
];

function runPip(python: string, args: string[], signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, args, { signal, stdio: ["ignore", "pipe", "pipe"] });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ENOENT" ? new PackagesError(`'${python}' is not a program. Name a Python interpreter with --python.`) : error),
    );
    child.on("close", (code) => {
      if (code === 0) return resolve(Buffer.concat(out).toString());
      const reason = Buffer.concat(err).toString().trim();
      const advice = /no such option: --(report|dry-run)/.test(reason)
        ? " Install pip 23.0 or later: python3 -m pip install --upgrade pip"
        : "";
      reject(new PackagesError(`pip cannot resolve the packages:\n${reason}${advice}`));
    });
  });
}

const osiLicence = /^License :: (?:OSI Approved :: )?(.+)$/;

/** The licence in the metadata: an SPDX expression, a short text, or classifiers. `undefined` without a licence. */
function licenceOf({ license_expression, license, classifier = [] }: Report["install"][number]["metadata"]): string | undefined {
  if (license_expression) return license_expression;
  const text = license?.trim() ?? "";
  if (text !== "" && text.length <= 100 && !/[\n\r]/.test(text) && !/^unknown$/i.test(text)) return text;
  const classified = classifier.flatMap((line) => osiLicence.exec(line)?.[1] ?? []);
  return classified.length > 0 ? classified.join(", ") : undefined;
}

/**
 * Adds the licence expressions that versions of pip before 25 omit from reports, from the metadata next to each wheel.
 * Source: PEP 658, "Specification"; PEP 639, "Add License-Expression field".
 */
async function withLicences(report: Report, read: (url: string) => Promise<string>): Promise<Report> {
  const install = report.install.map(async (item) => {
    if (licenceOf(item.metadata) !== undefined) return item;
    const text = await read(`${item.download_info.url.split("#")[0]}.metadata`).catch(() => "");
    const license_expression = /^License-Expression: (.+)$/m.exec(text.split(/\r?\n\r?\n/)[0]!)?.[1]?.trim();
    return license_expression ? { ...item, metadata: { ...item.metadata, license_expression } } : item;
  });
  return { install: await Promise.all(install) };
}

/** The packages in a report of pip, or why one cannot be approved. Pure. */
export function packagesIn(report: Report, licences: Readonly<Record<string, string>> = {}): { packages: Resolved[]; problems: string[] } {
  const problems: string[] = [];
  const packages = report.install.map(({ download_info: { url, archive_info }, metadata }): Resolved => {
    const name = normalizedName(metadata.name);
    const { version, requires_python } = metadata;
    const pin = pinOf({ name, version });
    const sha256 = archive_info?.hashes?.sha256 ?? /^sha256=([0-9a-f]{64})$/.exec(archive_info?.hash ?? "")?.[1];
    const licence = licences[name] ?? licenceOf(metadata);
    const filename = decodeURIComponent(new URL(url).pathname.split("/").at(-1)!);
    if (sha256 === undefined) problems.push(`${pin} has no SHA-256 hash in the index. Use an index that has hashes.`);
    if (licence === undefined)
      problems.push(`${pin} has no licence in its metadata. Read its licence, and add --licence ${name}=<licence>`);
    if (!url.startsWith("https://"))
      problems.push(`${pin} must come from an index over HTTPS (got ${url}). Check the settings of pip: python3 -m pip config list`);
    return {
      name,
      version,
      licence: licence ?? "",
      ...(requires_python !== undefined && { requiresPython: requires_python }),
      files: [{ filename, sha256: sha256 ?? "", url: url.split("#")[0]! }],
    };
  });
  return { packages, problems };
}

/** Joins the packages of several runs of pip. Each version has the files of all runs. Pure. */
export function joined(runs: readonly (readonly Resolved[])[]): Resolved[] {
  const byPin = new Map<string, Resolved>();
  for (const entry of runs.flat()) {
    const known = byPin.get(pinOf(entry));
    const added = known ? entry.files.filter(({ filename }) => !known.files.some((file) => file.filename === filename)) : [];
    byPin.set(pinOf(entry), known ? { ...known, files: [...known.files, ...added] } : entry);
  }
  return [...byPin.values()].sort((a, b) => (pinOf(a) < pinOf(b) ? -1 : 1));
}

/**
 * The packages that requirements need on all versions of Python.
 * Errors: one `PackagesError` with all packages that have no hash or no licence.
 */
export async function resolve(requirements: readonly string[], options: ResolveOptions): Promise<Resolved[]> {
  const target = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-packages-"));
  try {
    const runs: Resolved[][] = [];
    const problems: string[] = [];
    for (const version of options.pythonVersions) {
      const report = await runPip(options.python, pipArguments(requirements, target, version, options), options.signal);
      const complete = await withLicences(JSON.parse(report) as Report, (url) => getText(url, options.signal));
      const found = packagesIn(complete, options.licences);
      runs.push(found.packages);
      problems.push(...found.problems);
    }
    if (problems.length > 0)
      throw new PackagesError(
        `These packages cannot be added. The manifest was not changed:${[...new Set(problems)].map((problem) => `\n  - ${problem}`).join("")}`,
      );
    return joined(runs);
  } finally {
    fs.rmSync(target, { recursive: true, force: true });
  }
}
