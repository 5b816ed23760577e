// The cache of pieces: each in a folder named by what it is made from, put in place whole or not at all.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import lockfile from "proper-lockfile";
import { cacheDir, diskAdvice, type Step } from "@cloister/common";
import { type Origin, ToolchainError } from "./types";

export const toolchainDir = () => path.join(cacheDir(), "toolchain");
/** Go's own module and build cache. Kept after a build: a change then compiles in minutes, not in half an hour. */
export const goDir = () => path.join(cacheDir(), "go");

/** Sixteen hexadecimal digits that change with any part. */
export function keyOf(...parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

/** Names and contents of all files below a folder, as one text for `keyOf`. */
export function contentOf(dir: string): string {
  const hash = createHash("sha256");
  for (const entry of fs.readdirSync(dir, { recursive: true, withFileTypes: true }).sort((a, b) => (fullPath(a) < fullPath(b) ? -1 : 1)))
    if (entry.isFile()) hash.update(`${path.relative(dir, fullPath(entry))}\0`).update(fs.readFileSync(fullPath(entry)));
  return hash.digest("hex");
}

const fullPath = (entry: fs.Dirent) => path.join(entry.parentPath, entry.name);

/** What came of making a piece. */
export interface Made {
  origin: Origin;
  version: string;
}

/** What is noted beside a piece when it is put in place. */
export interface Receipt extends Made {
  seconds: number;
  bytes: number;
}

const receiptFile = "receipt.json";

/** The receipt of a piece that is in place. A folder without one does not count: it is put there last. */
export function installed(name: string): { dir: string; receipt: Receipt } | undefined {
  const dir = path.join(toolchainDir(), name);
  try {
    return { dir, receipt: JSON.parse(fs.readFileSync(path.join(dir, receiptFile), "utf8")) as Receipt };
  } catch {
    return undefined;
  }
}

/**
 * Makes a piece in a folder beside its place and renames it there when it is whole; an interrupted one leaves nothing behind that counts.
 * `make` fills the folder.
 * Errors: those of `make`; a full disk as a `ToolchainError` that says what to do.
 */
export async function install(name: string, make: (dir: string) => Promise<Made>): Promise<{ dir: string; receipt: Receipt }> {
  const dir = path.join(toolchainDir(), name);
  const draft = `${dir}.draft`;
  const started = Date.now();
  fs.rmSync(draft, { recursive: true, force: true });
  fs.mkdirSync(draft, { recursive: true });
  try {
    const made = await make(draft);
    const receipt: Receipt = { ...made, seconds: Math.round((Date.now() - started) / 1000), bytes: sizeOf(draft) };
    fs.writeFileSync(path.join(draft, receiptFile), `${JSON.stringify(receipt, null, 2)}\n`);
    fs.rmSync(dir, { recursive: true, force: true });
    fs.renameSync(draft, dir);
    return { dir, receipt };
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    const advice = error instanceof ToolchainError ? undefined : diskAdvice(String(error));
    throw advice ? new ToolchainError(`${(error as Error).message}\n${advice}`) : error;
  }
}

/** Bytes on disk below a folder; 0 when there is none. */
export function sizeOf(dir: string): number {
  let sum = 0;
  const queue = [dir];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    let entries: fs.Dirent[];
    try {
      entries = fs.readdirSync(next, { withFileTypes: true });
    } catch {
      continue; // gone, or not a folder
    }
    for (const entry of entries)
      if (entry.isDirectory()) queue.push(path.join(next, entry.name));
      else sum += fs.lstatSync(path.join(next, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return sum;
}

/** `1.6 GB`, `115 MB`, `4 KB`. */
export function bytesText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return `${Math.ceil(bytes / 1e3)} KB`;
}

/** `12 s`, `16 min 55 s`. */
export function secondsText(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Refuses to start what would fill the disk. */
export function requireSpace(bytes: number, what: string): void {
  fs.mkdirSync(cacheDir(), { recursive: true });
  const { bavail, bsize } = fs.statfsSync(cacheDir());
  if (bavail * bsize < bytes)
    throw new ToolchainError(
      `${what} needs about ${bytesText(bytes)} in ${cacheDir()}, and ${bytesText(bavail * bsize)} are free. Free some space, or move the cache with CLOISTER_CACHE.`,
    );
}

/**
 * Runs `work` while no other process changes the toolchain. Waits for one that does, saying which; `signal` ends the waiting.
 * A lock of a process that died is taken over.
 */
export async function exclusively<T>(step: Step, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const dir = toolchainDir();
  fs.mkdirSync(dir, { recursive: true });
  const holder = path.join(dir, "lock-holder");
  let release: (() => Promise<void>) | undefined;
  while (!release)
    try {
      signal?.throwIfAborted();
      release = await lockfile.lock(dir, { lockfilePath: path.join(dir, "lock"), stale: 30_000, update: 5_000 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
      const who = fs.existsSync(holder) ? fs.readFileSync(holder, "utf8") : "another process";
      step.update(`waiting for ${who}, which is at work in ${dir}`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  fs.writeFileSync(holder, `process ${process.pid}`);
  try {
    return await work();
  } finally {
    fs.rmSync(holder, { force: true });
    await release();
  }
}
