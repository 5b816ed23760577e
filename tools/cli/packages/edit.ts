// Implements `cloister packages add`, `approve` and `remove`, which change the manifest.
import * as fs from "node:fs";
import { type Progress } from "@cloister/common";
import { type ApprovedPackage, type PackageFile, pinOf } from "@cloister/components/mirror/manifest";
import { commandText } from "../command-text";
import { countText } from "../count-text";
import { type Interrupt } from "../interrupt";
import { UsageError } from "../usage-error";
import { type Advisories, advisoriesOf, type AdvisoryDatabase, advisoryLines, databaseOf, requireRead } from "./advisories";
import { sizeOf } from "./download";
import { PackagesError } from "./error";
import { changeManifest, isNamed, readManifest, requireNamed } from "./manifest-file";
import { type Resolved, resolve, type ResolveOptions } from "./resolve";

export interface AddOptions extends Omit<ResolveOptions, "signal"> {
  manifest: string;
  /** IDs of advisories with which packages are added. */
  accept?: readonly string[] | undefined;
  progress: Progress;
  interrupt?: Pick<Interrupt, "signal"> | undefined;
}

/** The calls of `add` to other hosts. Tests supply stand-ins. */
export interface AddSources {
  resolve(requirements: readonly string[], options: ResolveOptions): Promise<Resolved[]>;
  sizeOf(url: string): Promise<number>;
  advisories(packages: readonly Resolved[], database: AdvisoryDatabase): Promise<Advisories>;
}

const sourcesFor = (signal: AbortSignal | undefined): AddSources => ({
  resolve: (requirements, options) => resolve(requirements, options),
  sizeOf: (url) => sizeOf(url, signal),
  advisories: (packages, database) => advisoriesOf(packages, database),
});

const withSizes = async ({ files, ...entry }: Resolved, sources: AddSources): Promise<ApprovedPackage> => ({
  ...entry,
  files: await Promise.all(files.map(async (file): Promise<PackageFile> => ({ ...file, size: await sources.sizeOf(file.url) }))),
});

/** The entry with files that it does not have yet. A changed entry loses its approval. Errors: `PackagesError` for another hash. */
export function extended(entry: ApprovedPackage, found: Resolved): { entry: ApprovedPackage; added: Resolved["files"] } {
  const added = found.files.filter(({ filename, sha256 }) => {
    const known = entry.files.find((file) => file.filename === filename);
    if (known && known.sha256 !== sha256)
      throw new PackagesError(
        `${filename} has the hash ${known.sha256} in the manifest, and ${sha256} in the index. The manifest was not changed. Find out why the file changed before you remove the package from the manifest.`,
      );
    return !known;
  });
  if (added.length === 0) return { entry, added };
  return { entry: { ...entry, approver: undefined, expires: undefined }, added };
}

/** The accepted advisories about a package, which the manifest records. Absent if there are none. */
function acceptedBy(advisories: Advisories, pin: string, accept: readonly string[]): Pick<ApprovedPackage, "acceptedAdvisories"> {
  const ids = "known" in advisories ? (advisories.known.find((item) => item.pin === pin)?.ids ?? []) : [];
  const accepted = ids.filter((id) => accept.includes(id));
  return accepted.length > 0 ? { acceptedAdvisories: accepted } : {};
}

/** The advisories that are not accepted. */
const rejectedBy = (advisories: Advisories, accept: readonly string[]) =>
  "unread" in advisories
    ? []
    : advisories.known.map(({ pin, ids }) => ({ pin, ids: ids.filter((id) => !accept.includes(id)) })).filter(({ ids }) => ids.length > 0);

/**
 * Adds the packages of requirements with their dependencies to the manifest, without approval. Returns the report.
 * Errors: `PackagesError` for a package without hash or licence, with advisories, or with another hash than in the manifest.
 */
export async function add(
  requirements: readonly string[],
  options: AddOptions,
  sources: AddSources = sourcesFor(options.interrupt?.signal),
): Promise<string> {
  const { manifest: file, accept = [], progress, interrupt } = options;
  const manifest = fs.existsSync(file) ? readManifest(file) : { packages: [] };
  const { packages } = manifest;
  const database = databaseOf(manifest);
  const step = progress.step(`Resolving ${requirements.join(" ")}`);
  try {
    const found = await sources.resolve(requirements, { ...options, signal: interrupt?.signal });
    step.update(`${countText(found.length, "package")}, reading sizes and advisories`);
    const changes = found.map((resolved) => {
      const entry = packages.find((known) => pinOf(known) === pinOf(resolved));
      return entry ? { resolved, old: entry, ...extended(entry, resolved) } : { resolved, added: resolved.files };
    });
    const fresh = changes.filter(({ added }) => added.length > 0);
    const advisories = await sources.advisories(
      fresh.map(({ resolved }) => resolved),
      database,
    );
    requireRead(advisories, database, "The manifest was not changed.");
    const rejected = rejectedBy(advisories, accept);
    if (rejected.length > 0) {
      const ids = new Set([...accept, ...rejected.flatMap((found) => found.ids)]);
      const acceptCommand = commandText(["packages", "add", ...requirements, "--accept", ...ids], undefined);
      throw new PackagesError(
        [
          "These packages have known vulnerabilities. The manifest was not changed:",
          ...rejected.map(({ pin, ids }) => `  - ${pin}: ${ids.join(", ")} (https://osv.dev)`),
          `Fix: require other versions, or accept the advisories: ${acceptCommand}`,
        ].join("\n"),
      );
    }
    const sized = await Promise.all(
      fresh.map(async ({ resolved, added }) => {
        const entry = await withSizes({ ...resolved, files: added }, sources);
        return { ...entry, ...acceptedBy(advisories, pinOf(resolved), accept) };
      }),
    );
    const replaced = new Map(
      fresh.flatMap((change, i) => {
        if (!("old" in change)) return [];
        const { files, acceptedAdvisories } = sized[i]!;
        const entry = { ...change.entry, ...(acceptedAdvisories && { acceptedAdvisories }), files: [...change.old.files, ...files] };
        return [[pinOf(change.resolved), entry]];
      }),
    );
    if (fresh.length > 0)
      changeManifest(
        file,
        (entry) => replaced.get(pinOf(entry)) ?? entry,
        sized.filter((_, i) => !("old" in fresh[i]!)),
      );
    step.done(countText(fresh.length, "package") + " added");
    return addReport(
      file,
      fresh.map(({ resolved }) => resolved),
      found.length - fresh.length,
      advisories,
    );
  } catch (error) {
    step.fail(interrupt?.signal.aborted ? "interrupted" : "failed");
    if (interrupt?.signal.aborted) throw interrupt.signal.reason;
    throw error;
  }
}

/** Hosts of the files. */
const hostsOf = ({ files }: Resolved) => [...new Set(files.map(({ url }) => new URL(url).host))].join(", ");

function addReport(file: string, added: readonly Resolved[], known: number, advisories: Advisories): string {
  const lines = added.map(
    (entry) => `  + ${pinOf(entry)}  ${entry.licence}  ${countText(entry.files.length, "file")} from ${hostsOf(entry)}`,
  );
  return [
    ...(added.length > 0 ? [`Added to ${file}, without approval:`, ...lines] : [`${file} already has these packages.`]),
    ...(known > 0 && added.length > 0 ? [`${countText(known, "package")} already in the manifest.`] : []),
    ...(added.length > 0 ? advisoryLines(advisories) : []),
    ...(added.length > 0
      ? [
          "Review the packages, then approve them:",
          `  npx cloister packages approve ${added.map(pinOf).join(" ")} --approver <name> --expires <date>`,
        ]
      : []),
  ].join("\n");
}

export interface ApproveOptions {
  manifest: string;
  approver: string;
  /** Last day of the approval, `2027-01-31`. */
  expires: string;
  /** IDs of advisories that the approver accepts for these packages, in addition to accepted ones. */
  accept?: readonly string[] | undefined;
  now?: Date;
}

/** Records who approved packages, until when, and with which advisories. Returns the report. Errors: `UsageError` for an unknown package or a past date. */
export function approve(texts: readonly string[], options: ApproveOptions): string {
  const { manifest: file, approver, expires, accept = [], now = new Date() } = options;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(expires) || Number.isNaN(Date.parse(expires)) || expires < now.toISOString().slice(0, 10))
    throw new UsageError(`--expires must be a future date such as ${now.getUTCFullYear() + 1}-01-31 (got ${expires}).`);
  const manifest = readManifest(file);
  requireNamed(file, manifest, texts);
  const approved = manifest.packages.filter((entry) => texts.some((text) => isNamed(entry, text)));
  changeManifest(file, (entry) => {
    if (!texts.some((text) => isNamed(entry, text))) return entry;
    const acceptedAdvisories = [...new Set([...(entry.acceptedAdvisories ?? []), ...accept])];
    return { ...entry, approver, expires, ...(accept.length > 0 && { acceptedAdvisories }) };
  });
  return [
    `Approved by ${approver} until ${expires}:`,
    ...approved.map((entry) => `  ~ ${pinOf(entry)}`),
    "To publish the packages:",
    "  npx cloister packages sync",
  ].join("\n");
}

/** Removes packages from the manifest. Returns the report. Errors: `UsageError` for an unknown package. */
export function remove(texts: readonly string[], { manifest: file }: { manifest: string }): string {
  const manifest = readManifest(file);
  requireNamed(file, manifest, texts);
  const removed = manifest.packages.filter((entry) => texts.some((text) => isNamed(entry, text)));
  changeManifest(file, (entry) => (removed.some((other) => pinOf(other) === pinOf(entry)) ? undefined : entry));
  return [
    `Removed from ${file}:`,
    ...removed.map((entry) => `  - ${pinOf(entry)}`),
    "To remove the packages from the mirror:",
    "  npx cloister packages sync",
  ].join("\n");
}
