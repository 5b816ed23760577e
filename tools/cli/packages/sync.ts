// Implements `cloister packages sync`: publishes the manifest to the mirror's bucket.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type Progress } from "@cloister/common";
import { fileKey, indexPrefix } from "@cloister/components/mirror/index-keys";
import { type ApprovedPackage, type Manifest, type PackageFile } from "@cloister/components/mirror/manifest";
import { adviceFor, errorText } from "../aws-errors";
import { countText } from "../count-text";
import { type Interrupt } from "../interrupt";
import { type Advisories, type AdvisoryDatabase, advisoryLines, databaseOf, requireRead } from "./advisories";
import { type MirrorClient } from "./bucket";
import { download } from "./download";
import { PackagesError } from "./error";
import { isEmpty, planSync, type SyncPlan } from "./plan";

export interface SyncOptions {
  /** This command with more options, for the suggested next command. */
  command(more: string[]): string;
  progress: Progress;
  interrupt?: Pick<Interrupt, "signal"> | undefined;
  /** Default: only the plan. */
  yes?: boolean | undefined;
  download?: typeof download;
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
  return [
    ...(files.length > 0
      ? [`+ ${countText(files.length, "file")} (${megabytes(files)} MB): ${shown(files.map(({ filename }) => filename))}`]
      : []),
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

async function publishFiles(client: MirrorClient, files: readonly PackageFile[], options: SyncOptions): Promise<void> {
  const { progress, interrupt, download: get = download } = options;
  const step = progress.step(`Publishing ${countText(files.length, "file")}`);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-wheels-"));
  let done = 0;
  try {
    await each(files, parallel.files, async (file) => {
      interrupt?.signal.throwIfAborted();
      const local = path.join(folder, `${file.sha256}.whl`);
      await get(file, local, interrupt?.signal);
      await client.putFile(fileKey(file), local, file.sha256);
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
  requireRead(advisories, database, "Nothing was published.");
  if ("unread" in advisories || advisories.known.length === 0) return advisoryLines(advisories);
  throw new PackagesError(
    [
      "These packages have known vulnerabilities. Nothing was published:",
      ...advisoryLines(advisories).map((line) => `  - ${line}`),
      "Add other versions and remove these, or accept the advisories:",
      ...advisories.known.map(
        ({ pin, ids }) => `  npx cloister packages approve ${pin} --approver <name> --expires <date> --accept ${ids.join(" ")}`,
      ),
    ].join("\n"),
  );
}

/** Pages link only to published files, and files are deleted after the pages that linked to them. */
async function apply(client: MirrorClient, plan: SyncPlan, options: SyncOptions): Promise<void> {
  const { progress, interrupt } = options;
  if (plan.files.length > 0) await publishFiles(client, plan.files, options);
  const step = progress.step(`Publishing ${countText(plan.pages.length, "page")} of the index`);
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

/**
 * Makes the bucket contain exactly the packages of the manifest, whose approvals must be valid. An interrupted publication can be
 * repeated. Returns the report. Errors: `PackagesError` for a file with another hash, and errors from AWS; `Interrupted`.
 */
export async function sync(client: MirrorClient, manifest: Manifest, options: SyncOptions): Promise<string> {
  const { interrupt, command } = options;
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
  const plan = await client.list().then(
    (stored) => planSync(manifest, stored),
    (error: unknown) => {
      step.fail("failed");
      return fail(error);
    },
  );
  step.done(countText(manifest.packages.length, "package"));
  if (isEmpty(plan))
    return `The mirror has the packages of the manifest: ${countText(manifest.packages.length, "package")}. Nothing to publish.`;
  const notes = await checkAdvisories(manifest, plan, options);
  const lines = [...planLines(plan).map((line) => `  ${line}`), ...notes];
  if (!options.yes)
    return ["The mirror differs from the manifest:", ...lines, "No changes were made. To publish:", `  ${command(["--yes"])}`].join("\n");
  await apply(client, plan, options).catch(fail);
  return ["The mirror has the packages of the manifest:", ...lines].join("\n");
}
