// Reads and changes the manifest of approved packages. Keeps comments and the order of entries.
import * as fs from "node:fs";
import { normalizedName } from "@cloister/components/mirror/index-keys";
import { type ApprovedPackage, type Manifest, parseManifest, pinOf } from "@cloister/components/mirror/manifest";
import { type Problem, problemText } from "@cloister/components/stack/preflight";
import { Document, parseDocument, YAMLMap, YAMLSeq } from "yaml";
import { UsageError } from "../usage-error";

const heading = " Approved Python packages. Changed by `npx cloister packages`: docs/packages.md";

const failOn = (file: string, problems: readonly Problem[]): void => {
  if (problems.length === 0) return;
  throw new UsageError(
    `${file} has problems. Nothing was changed. Fix these entries:${problems.map((p) => `\n  - ${problemText(p)}`).join("")}`,
  );
};

/** The text of the manifest. `undefined` if the file does not exist. */
function textOf(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
}

/** The manifest, and its problems as a text. Errors: `UsageError` with all problems, or for a missing file. */
export function readManifest(file: string, check: (manifest: Manifest) => readonly Problem[] = () => []): Manifest {
  const text = textOf(file);
  if (text === undefined)
    throw new UsageError(`No manifest ${file}. Create it: npx cloister packages add <requirement> --manifest ${file}`);
  const { manifest, problems } = parseManifest(file, text);
  failOn(file, problems);
  failOn(file, check(manifest!));
  return manifest!;
}

/** Whether a package is meant by `six` or `six==1.16.0`. */
export function isNamed(entry: Pick<ApprovedPackage, "name" | "version">, text: string): boolean {
  const [name = "", version] = text.split("==");
  return normalizedName(name) === entry.name && (version === undefined || version === entry.version);
}

/** Requires that each text names a package of the manifest. Errors: `UsageError`. */
export function requireNamed(file: string, { packages }: Manifest, texts: readonly string[]): void {
  const unknown = texts.filter((text) => !packages.some((entry) => isNamed(entry, text)));
  if (unknown.length > 0)
    throw new UsageError(`${file} has no ${unknown.join(", ")}. Packages: ${packages.map(pinOf).join(", ") || "none"}.`);
}

const written = ({ files, ...entry }: ApprovedPackage) => ({ ...entry, files });

/**
 * Changes the manifest: `change` returns the new entry, `undefined` for none. Unchanged entries keep their comments.
 * The new text is validated before it is written. Errors: `UsageError` with all problems.
 */
export function changeManifest(
  file: string,
  change: (entry: ApprovedPackage) => ApprovedPackage | undefined,
  added: readonly ApprovedPackage[] = [],
): void {
  const text = textOf(file);
  const document = text === undefined ? new Document({ packages: [] }) : parseDocument(text);
  if (text === undefined) document.commentBefore = heading;
  const { packages } = text === undefined ? { packages: [] } : readManifest(file);
  const existing = document.get("packages");
  const list = existing instanceof YAMLSeq ? existing : new YAMLSeq();
  if (list !== existing) document.set("packages", list);
  list.flow = false;
  const nodes = list.items;
  list.items = packages.flatMap((entry, i) => {
    const next = change(entry);
    if (next === undefined) return [];
    const node = nodes[i];
    if (next === entry || !(node instanceof YAMLMap)) return [node];
    for (const [key, value] of Object.entries(written(next)))
      if (value === undefined) node.delete(key);
      else if (value !== entry[key as keyof ApprovedPackage]) node.set(key, document.createNode(value));
    return [node];
  });
  for (const entry of added) list.add(document.createNode(written(entry)));
  const result = document.toString({ lineWidth: 0 });
  failOn(file, parseManifest(file, result).problems);
  fs.writeFileSync(`${file}.new`, result);
  fs.renameSync(`${file}.new`, file);
}
