// Resolves requirements with pip: the packages that pip would install, with their dependencies, hashes and licences.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { normalizedName } from "@cloister/components/mirror/index-keys";
import { type ApprovedPackage, pinOf } from "@cloister/components/mirror/manifest";
import { getText } from "./download";
import { UsageError } from "../usage-error";
import { PackagesError } from "./error";

/** The part of pip's installation report that is read. Source: pip "Installation Report", version 1. */
interface Report {
  install: {
    /** Whether a requirement names the URL of the file. */
    is_direct?: boolean;
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
  /** URL of the only index. Default: PyPI. */
  index?: string | undefined;
  /** Licences by project, for packages without a licence in their metadata. */
  licences?: Readonly<Record<string, string>> | undefined;
  signal?: AbortSignal | undefined;
}

/** A resolved package, without approval. */
export type Resolved = Omit<ApprovedPackage, "files"> & { files: { filename: string; sha256: string; url: string }[] };

/** Source: pip documentation, "Configuration", default of `index-url`. */
export const defaultIndex = "https://pypi.org/simple";

/** Text of a package without control and format characters, which can change what a terminal shows. */
const printable = (text: string) => text.replace(/[^\P{C}\n]|[\u2028\u2029]/gu, "");

/**
 * Runs pip in a process that cannot start programs: other programs build source archives and read Git repositories.
 * The option `--only-binary` does not restrict requirements with a URL. Files in the current folder cannot replace pip.
 * Source: PEP 578, "Runtime Audit Hooks"; CPython "Audit events table".
 */
const guardedPip = `
import sys
if sys.path and sys.path[0] == "": del sys.path[0]
starts = ("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "pty.spawn", "os.startfile")
def guard(event, arguments):
    if event in starts: raise PermissionError("packages are resolved without running their code")
sys.addaudithook(guard)
import runpy
runpy.run_module("pip", run_name="__main__", alter_sys=True)
`;

/** Requires names with versions. Errors: `UsageError` for URLs, paths and options. */
export function requireNames(requirements: readonly string[]): void {
  const wrong = requirements.filter((text) => !/^\s*[A-Za-z0-9]/.test(text) || /[@/\\]|\.(whl|zip|tar|tar\.\w+|tgz)\s*$/i.test(text));
  if (wrong.length > 0)
    throw new UsageError(
      `Requirements must be names of projects with versions, such as 'pandas>=2,<3' (got ${wrong.map((text) => `'${printable(text)}'`).join(", ")}). URLs and paths are not supported. Publish the wheel in an index, and name the index with --index.`,
    );
}

/** Arguments of Python that run pip. Only wheels, because pip runs code of a source archive to read its dependencies. */
export const pipArguments = (
  requirements: readonly string[],
  target: string,
  pythonVersion: string,
  { platforms, index = defaultIndex }: Pick<ResolveOptions, "platforms" | "index">,
): string[] => [
  ...["-c", guardedPip, "install", "--isolated", "--index-url", index, "--log", path.join(target, "pip.log")],
  ...["--dry-run", "--ignore-installed", "--quiet", "--no-input", "--report", "-"],
  ...["--only-binary", ":all:", "--target", target, "--python-version", pythonVersion],
  ...platforms.flatMap((platform) => ["--platform", platform]),
  "--",
  ...requirements,
];

/** The last requirement that pip collected, if it has a URL, such as `x@ https://host/x.tar.gz (from y)`. */
function lastDirect(log: string): string | undefined {
  const text = fs.existsSync(log) ? fs.readFileSync(log, "utf8") : "";
  const last = [...text.matchAll(/Collecting (.+)$/gm)].at(-1)?.[1];
  return last && /@|:\/\//.test(last) ? printable(last) : undefined;
}

function runPip(python: string, args: string[], log: string, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    // Without settings files: an additional index could offer the same names. Source: pip documentation, "Configuration".
    const env = { ...process.env, PIP_CONFIG_FILE: os.devNull };
    const child = spawn(python, args, { env, signal, stdio: ["ignore", "pipe", "pipe"] });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ENOENT" ? new PackagesError(`'${python}' is not a program. Name a Python interpreter with --python.`) : error),
    );
    child.on("close", (code) => {
      if (code === 0) return resolve(Buffer.concat(out).toString());
      const reason = printable(Buffer.concat(err).toString().trim());
      const direct = lastDirect(log);
      const advice = /no such option: --(report|dry-run)/.test(reason)
        ? " Install pip 23.0 or later: python3 -m pip install --upgrade pip"
        : "";
      if (direct)
        return reject(
          new PackagesError(
            `A requirement with a URL cannot be added (got ${direct}). The manifest was not changed. Require a version without this requirement, or publish its wheel in an index and name the index with --index.`,
          ),
        );
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
  const packages = report.install.map(({ is_direct, download_info: { url, archive_info }, metadata }): Resolved => {
    const name = normalizedName(metadata.name);
    const { version, requires_python } = metadata;
    const pin = pinOf({ name, version });
    const sha256 = archive_info?.hashes?.sha256 ?? /^sha256=([0-9a-f]{64})$/.exec(archive_info?.hash ?? "")?.[1];
    const licence =
      licences[name] ??
      licenceOf(metadata)
        ?.replace(/[\p{C}\u2028\u2029]/gu, "")
        .trim();
    const filename = decodeURIComponent(new URL(url).pathname.split("/").at(-1)!);
    if (is_direct) problems.push(`${pin} is required with a URL (got ${url}). Require a version from an index`);
    if (sha256 === undefined) problems.push(`${pin} has no SHA-256 hash in the index. Use an index that has hashes.`);
    if (!licence) problems.push(`${pin} has no licence in its metadata. Read its licence, and add --licence ${name}=<licence>`);
    if (!url.startsWith("https://"))
      problems.push(`${pin} must come from an index over HTTPS (got ${url}). Name another index with --index`);
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
  requireNames(requirements);
  const target = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-packages-"));
  try {
    const runs: Resolved[][] = [];
    const problems: string[] = [];
    for (const version of options.pythonVersions) {
      const report = await runPip(
        options.python,
        pipArguments(requirements, target, version, options),
        path.join(target, "pip.log"),
        options.signal,
      );
      const complete = await withLicences(JSON.parse(report) as Report, (url) => getText(url, options.signal));
      const found = packagesIn(complete, options.licences);
      runs.push(found.packages);
      problems.push(...found.problems);
    }
    if (problems.length > 0)
      throw new PackagesError(
        `These packages cannot be added. The manifest was not changed:${[...new Set(problems)].map((problem) => `\n  - ${printable(problem)}`).join("")}`,
      );
    return joined(runs);
  } finally {
    fs.rmSync(target, { recursive: true, force: true });
  }
}
