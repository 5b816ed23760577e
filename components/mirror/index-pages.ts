// Generates the static index of a mirror from its manifest: pages in HTML and JSON, and the key of each file. Pure.
import { fileKey, pageKey, rootKey } from "./index-keys";
import { type ApprovedPackage, type Manifest, type PackageFile } from "./manifest";

/** An object of the index in the mirror's bucket. */
export interface IndexObject {
  key: string;
  body: string;
  contentType: string;
}

const contentTypes = {
  html: "text/html; charset=utf-8",
  /** Source: PEP 691, "Content Types". */
  json: "application/vnd.pypi.simple.v1+json",
} as const;

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => entities[character]!);

/** A page of an index. Source: PEP 503; PEP 629 for the version. */
const page = (title: string, links: readonly string[]) =>
  [
    "<!DOCTYPE html>",
    '<html><head><meta charset="utf-8"><meta name="pypi:repository-version" content="1.0">',
    `<title>${title}</title></head><body>`,
    ...links.map((link) => `${link}<br>`),
    "</body></html>",
    "",
  ].join("\n");

/** URL of a file relative to the page of its project. A plus sign in a URL must be encoded for S3. */
const fileUrl = (file: PackageFile) => `../../${fileKey(file).split("/").map(encodeURIComponent).join("/")}`;

interface ProjectFile extends PackageFile {
  version: string;
  requiresPython?: string | undefined;
}

const filesOf = (packages: readonly ApprovedPackage[]): ProjectFile[] =>
  packages.flatMap(({ version, requiresPython, files }) => files.map((file) => ({ ...file, version, requiresPython })));

function projectPage(name: string, files: readonly ProjectFile[]): string {
  const links = files.map((file) => {
    const requires = file.requiresPython === undefined ? "" : ` data-requires-python="${escapeHtml(file.requiresPython)}"`;
    return `<a href="${fileUrl(file)}#sha256=${file.sha256}"${requires}>${escapeHtml(file.filename)}</a>`;
  });
  return page(`Links for ${name}`, links);
}

const meta = { "api-version": "1.1" };

/** The page in JSON, for a server that negotiates content types. Source: PEP 691; PEP 700 for versions and sizes. */
function projectJson(name: string, files: readonly ProjectFile[]): string {
  return JSON.stringify({
    meta,
    name,
    versions: [...new Set(files.map(({ version }) => version))],
    files: files.map((file) => ({
      filename: file.filename,
      url: fileUrl(file),
      size: file.size,
      hashes: { sha256: file.sha256 },
      ...(file.requiresPython !== undefined && { "requires-python": file.requiresPython }),
    })),
  });
}

const object = (key: string, body: string, type: keyof typeof contentTypes): IndexObject => ({
  key,
  body,
  contentType: contentTypes[type],
});

/** The pages of one project. */
export function projectObjects(name: string, packages: readonly ApprovedPackage[]): IndexObject[] {
  const files = filesOf(packages);
  const key = pageKey(name, "html");
  return [object(key, projectPage(name, files), "html"), object(pageKey(name, "json"), projectJson(name, files), "json")];
}

function rootObjects(names: readonly string[]): IndexObject[] {
  const html = page(
    "Simple index",
    names.map((name) => `<a href="${name}/">${name}</a>`),
  );
  const json = JSON.stringify({ meta, projects: names.map((name) => ({ name })) });
  return [object(rootKey("html"), html, "html"), object(rootKey("json"), json, "json")];
}

/** The packages of each project, by name in alphabetical order. */
export function projectsOf({ packages }: Manifest): Map<string, ApprovedPackage[]> {
  const projects = new Map<string, ApprovedPackage[]>();
  for (const entry of packages) {
    const known = projects.get(entry.name);
    if (known) known.push(entry);
    else projects.set(entry.name, [entry]);
  }
  return new Map([...projects].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** All pages of the index. The same manifest always gives the same pages. */
export function indexObjects(manifest: Manifest): IndexObject[] {
  const projects = projectsOf(manifest);
  return [...rootObjects([...projects.keys()]), ...[...projects].flatMap(([name, packages]) => projectObjects(name, packages))];
}
