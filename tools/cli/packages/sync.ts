// Implements `cloister packages sync`: publishes the manifest to the mirror's bucket.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type Progress } from "@cloister/common";
import { fileKey, indexPrefix, normalizedName } from "@cloister/components/mirror/index-keys";
import { type ApprovedPackage, type Manifest, type PackageFile, pinOf } from "@cloister/components/mirror/manifest";
import { adviceFor, errorText } from "../aws-errors";
import { countText } from "../count-text";
import { type Interrupt } from "../interrupt";
import { type Advisories, type AdvisoryDatabase, advisoryLines, databaseOf, requireRead } from "./advisories";
import { type MirrorClient } from "./bucket";
import { download } from "./download";
import { PackagesError } from "./error";
import { isEmpty, planSync, removalsIn, type SyncPlan } from "./plan";

export interface SyncOptions {
  /** This command with more options, for the suggested next command. */
  command(more: string[]): string;
  progress: Progress;
  interrupt?: Pick<Interrupt, "signal"> | undefined;
  /** Default: only the plan. */
  yes?: boolean | undefined;
  download?: typeof download;
  /** Problems with approvals, as texts. They reject additions, and no removal. Default: none. */
  unapproved?: readonly string[] | undefined;
  /** Reads the advisories about packages with new files. */
  advisories(packages: readonly ApprovedPackage[], database: AdvisoryDatabase): Promise<Advisories>;
}

const whenDenied = "Only the roles in 'cloister-core:mirror.publisherRoleArns' can publish, with the permissions in docs/packages.md.";

/** Uploads at the same time: pages are small, wheels can have hundreds of megabytes. */
const parallel = { files: 3, pages: 20 };

const megabytes = (files: readonly PackageFile[]) => (files.reduce((sum, { size }) => sum + size, 0) / 1e6).toFixed(1);
const projectIn = (key: string) => key.slice(indexPrefix.length).split("/")[0]!;
const projectsIn = (keys: readonly string[]) => [...new Set(keys.map(projectIn))].filter((name) => name !== "" && name !== "index.json");

/** Lines of the plan. Longer lists are shortened. */
export function planLines({ files, pages, removedPages, removedFiles }: SyncPlan): string[] {
  const shown = (names: readonly string[]) => names.slice(0, 20).join(", ") + (names.length > 20 ? `, and ${names.length - 20} more` : "");
  const removed = projectsIn(removedPages);
  const changed = projectsIn(pages.map(({ key }) => key));
  const hosts = [...new Set(files.map(({ url }) => new URL(url).host))];
  return [
    ...hosts.map((host) => {
      const from = files.filter(({ url }) => new URL(url).host === host);
      return `+ ${countText(from.length, "file")} (${megabytes(from)} MB) from ${host}: ${shown(from.map(({ filename }) => filename))}`;
    }),
    ...(pages.length > 0 ? [`~ ${countText(pages.length, "page")} of the index: ${shown(changed) || "list of projects"}`] : []),
    ...(removed.length > 0 ? [`- ${countText(removed.length, "project")}: ${shown(removed)}`] : []),
    ...(removedFiles.length > 0
      ? [`- ${countText(removedFiles.length, "file")}: ${shown(removedFiles.map((key) => key.split("/").at(-1)!))}`]
      : []),
  ];
}

/** Runs `work` on all items, a few at a time. The first error ends it. */
async function each<T>(items: readonly T[], count: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift())
      try {
        await work(item);
      } catch (error) {
        queue.length = 0;
        throw error;
      }
  };
  await Promise.all(Array.from({ length: count }, worker));
}

async function publishFiles(
  client: MirrorClient,
  { packages }: Manifest,
  files: readonly PackageFile[],
  options: SyncOptions,
): Promise<void> {
  const requirements = new Map(packages.flatMap((entry) => entry.files.map(({ sha256 }) => [sha256, entry.requiresPython])));
  const { progress, interrupt, download: get = download } = options;
  const step = progress.step(`Publishing ${countText(files.length, "file")}`);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-wheels-"));
  let done = 0;
  try {
    await each(files, parallel.files, async (file) => {
      interrupt?.signal.throwIfAborted();
      const local = path.join(folder, `${file.sha256}.whl`);
      await get(file, local, interrupt?.signal);
      await client.putFile(fileKey(file), local, file.sha256, requirements.get(file.sha256));
      fs.rmSync(local);
      done += 1;
      step.update(`${done} of ${files.length}`);
    });
    step.done(`${megabytes(files)} MB`);
  } catch (error) {
    step.fail(interrupt?.signal.aborted ? "interrupted" : `failed after ${done}`);
    throw error;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The advisories about packages whose files are not in the mirror yet. Returns lines for the report.
 * Errors: `PackagesError` for advisories that are not accepted, or if a required database was not read.
 */
async function checkAdvisories(manifest: Manifest, { files }: SyncPlan, { advisories: read }: SyncOptions): Promise<string[]> {
  const isNew = new Set(files.map(({ sha256 }) => sha256));
  const packages = manifest.packages.filter((entry) => entry.files.some(({ sha256 }) => isNew.has(sha256)));
  if (packages.length === 0) return [];
  const database = databaseOf(manifest);
  const advisories = await read(packages, database);
  requireRead(advisories, database, "No package was added to the mirror.");
  if ("unread" in advisories || advisories.known.length === 0) return advisoryLines(advisories);
  throw new PackagesError(
    [
      "These packages have known vulnerabilities. No package was added to the mirror:",
      ...advisoryLines(advisories).map((line) => `  - ${line}`),
      "Add other versions and remove these, or accept the advisories:",
      ...advisories.known.map(
        ({ pin, ids }) => `  npx cloister packages approve ${pin} --approver <name> --expires <date> --accept ${ids.join(" ")}`,
      ),
    ].join("\n"),
  );
}

/** Pages link only to published files, and files are deleted after the pages that linked to them. */
async function apply(client: MirrorClient, manifest: Manifest, plan: SyncPlan, options: SyncOptions): Promise<void> {
  const { progress, interrupt } = options;
  if (plan.files.length > 0) await publishFiles(client, manifest, plan.files, options);
  const { hasPages = true } = client;
  const step = progress.step(hasPages ? `Publishing ${countText(plan.pages.length, "page")} of the index` : "Removing packages");
  try {
    await each(plan.pages, parallel.pages, async (page) => {
      interrupt?.signal.throwIfAborted();
      await client.putPage(page);
    });
    for (const keys of [plan.removedPages, plan.removedFiles]) {
      interrupt?.signal.throwIfAborted();
      if (keys.length > 0) await client.delete(keys);
    }
    step.done(plan.removedFiles.length > 0 ? `${countText(plan.removedFiles.length, "file")} removed` : undefined);
  } catch (error) {
    step.fail(interrupt?.signal.aborted ? "interrupted" : "failed");
    throw error;
  }
}

/** Why additions are rejected: approvals, then advisories. `notes` are lines for the report. */
async function rejectionOf(manifest: Manifest, plan: SyncPlan, options: SyncOptions): Promise<{ rejected?: string; notes: string[] }> {
  const { unapproved = [] } = options;
  if (unapproved.length > 0)
    return {
      rejected: ["These approvals are not valid. No package was added to the mirror:", ...unapproved.map((text) => `  - ${text}`)].join(
        "\n",
      ),
      notes: [],
    };
  try {
    return { notes: await checkAdvisories(manifest, plan, options) };
  } catch (error) {
    if (!(error instanceof PackagesError)) throw error;
    return { rejected: error.message, notes: [] };
  }
}

/** `six==1.16.0` of removed wheels. */
const removedPins = ({ removedFiles }: SyncPlan) => [
  ...new Set(
    removedFiles.map((key) => {
      const [name = "", version = ""] = key.split("/").at(-1)!.split("-");
      return pinOf({ name: normalizedName(name), version });
    }),
  ),
];

/**
 * Makes the bucket contain exactly the packages of the manifest. Removals come first, so that no rejected addition blocks a removal. An
 * interrupted publication can be repeated. Returns the report.
 * Errors: `PackagesError` for rejected additions and for a file with another hash, and errors from AWS; `Interrupted`.
 */
export async function sync(client: MirrorClient, manifest: Manifest, options: SyncOptions): Promise<string> {
  const { interrupt, command } = options;
  const { hasPages = true } = client;
  const fail = (error: unknown): never => {
    if (interrupt?.signal.aborted) throw interrupt.signal.reason;
    const reason = errorText(error);
    throw new PackagesError(
      [
        `The packages were not published completely: ${reason}`,
        ...adviceFor([reason], whenDenied),
        "To continue, run the same command again:",
        `  ${command(["--yes"])}`,
      ].join("\n"),
    );
  };
  const step = options.progress.step("Comparing the manifest with the mirror");
  const stored = await client.list().catch((error: unknown) => {
    step.fail("failed");
    return fail(error);
  });
  const plan = planSync(manifest, stored, hasPages);
  step.done(countText(manifest.packages.length, "package"));
  if (isEmpty(plan) && (options.unapproved ?? []).length === 0)
    return `The mirror has the packages of the manifest: ${countText(manifest.packages.length, "package")}. Nothing to publish.`;
  const removals = removalsIn(manifest, stored, hasPages);
  if (options.yes && !isEmpty(removals)) await apply(client, manifest, removals, options).catch(fail);
  const { rejected, notes } = await rejectionOf(manifest, plan, options);
  const lines = [...planLines(plan).map((line) => `  ${line}`), ...notes];
  if (rejected !== undefined) {
    const removed = removedPins(plan);
    const done = options.yes ? "Removed from the mirror" : "No changes were made. With --yes, these packages are removed from the mirror";
    throw new PackagesError(
      [rejected, ...(isEmpty(removals) ? [] : [`${done}: ${removed.join(", ") || "pages of the index"}`])].join("\n"),
    );
  }
  if (!options.yes)
    return ["The mirror differs from the manifest:", ...lines, "No changes were made. To publish:", `  ${command(["--yes"])}`].join("\n");
  const additions = isEmpty(removals) ? plan : planSync(manifest, await client.list().catch(fail), hasPages);
  if (!isEmpty(additions)) await apply(client, manifest, additions, options).catch(fail);
  return ["The mirror has the packages of the manifest:", ...lines].join("\n");
}
