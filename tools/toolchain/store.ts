// Stores pieces in the cache. A folder name contains a key of all inputs; a folder is complete or does not exist.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import lockfile from "proper-lockfile";
import { cacheDir, diskAdvice, type Step } from "@cloister/common";
import { type Origin, ToolchainError } from "./types";

export const toolchainDir = () => path.join(cacheDir(), "toolchain");
/** The Go module cache and build cache. They are kept after a build, so that the next build takes minutes, not half an hour. */
export const goDir = () => path.join(cacheDir(), "go");

/** A key of 16 hexadecimal digits that changes when any part changes. */
export function keyOf(...parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

/** A hash of the names and contents of all files below a folder, for `keyOf`. */
export function contentOf(dir: string): string {
  const hash = createHash("sha256");
  for (const entry of fs.readdirSync(dir, { recursive: true, withFileTypes: true }).sort((a, b) => (fullPath(a) < fullPath(b) ? -1 : 1)))
    if (entry.isFile()) hash.update(`${path.relative(dir, fullPath(entry))}\0`).update(fs.readFileSync(fullPath(entry)));
  return hash.digest("hex");
}

const fullPath = (entry: fs.Dirent) => path.join(entry.parentPath, entry.name);

export interface PieceOrigin {
  origin: Origin;
  version: string;
}

/** A file that is stored in the folder of a complete piece. */
export interface Receipt extends PieceOrigin {
  seconds: number;
  bytes: number;
}

const receiptFile = "receipt.json";

/**
 * The folder and receipt of a piece in the cache. The receipt is written last, so a folder without a receipt is incomplete.
 */
export function installed(name: string): { dir: string; receipt: Receipt } | undefined {
  const dir = path.join(toolchainDir(), name);
  try {
    return { dir, receipt: JSON.parse(fs.readFileSync(path.join(dir, receiptFile), "utf8")) as Receipt };
  } catch {
    return undefined;
  }
}

/**
 * Lets `fill` create a piece in a temporary folder, and renames the folder when the piece is complete.
 * Errors: those of `fill`; for a full disk, a `ToolchainError` with advice.
 */
export async function install(name: string, fill: (dir: string) => Promise<PieceOrigin>): Promise<{ dir: string; receipt: Receipt }> {
  const dir = path.join(toolchainDir(), name);
  const draft = `${dir}.draft`;
  const started = Date.now();
  fs.rmSync(draft, { recursive: true, force: true });
  fs.mkdirSync(draft, { recursive: true });
  try {
    const origin = await fill(draft);
    const receipt: Receipt = { ...origin, seconds: Math.round((Date.now() - started) / 1000), bytes: sizeOf(draft) };
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

/** Bytes on disk below a folder; 0 when it does not exist. */
export function sizeOf(dir: string): number {
  let sum = 0;
  const queue = [dir];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    let entries: fs.Dirent[];
    try {
      entries = fs.readdirSync(next, { withFileTypes: true });
    } catch {
      continue; // deleted, or not a folder
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

/** Requires free disk space. Errors: `ToolchainError` when the cache has less free space than `bytes`. */
export function requireSpace(bytes: number, title: string): void {
  fs.mkdirSync(cacheDir(), { recursive: true });
  const { bavail, bsize } = fs.statfsSync(cacheDir());
  if (bavail * bsize < bytes)
    throw new ToolchainError(
      `${title} requires about ${bytesText(bytes)} in ${cacheDir()}, and ${bytesText(bavail * bsize)} are free. Free some space, or move the cache with CLOISTER_CACHE.`,
    );
}

/**
 * Runs `work` while holding the toolchain lock. If another process holds the lock, shows its process ID and waits;
 * `signal` aborts the wait. A lock that was not refreshed for 30 seconds is taken over: its process has probably died.
 */
export async function withToolchainLock<T>(step: Step, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
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
      const holderText = fs.existsSync(holder) ? fs.readFileSync(holder, "utf8") : "another process";
      step.update(`waiting for ${holderText}, which is changing ${dir}`);
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
