// Downloads official releases and verifies their published checksums.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { EnvHttpProxyAgent, fetch, type Response } from "undici";
import { type Step, writeWhole } from "@cloister/common";
import { run } from "./process";
import { bytesText, requireSpace } from "./store";
import { ToolchainError } from "./types";

/** A release as its project publishes it. */
export interface Release {
  /** URL of the folder with the files, for example `https://…/releases/download/v3.270.0`. */
  base: string;
  archive: string;
  /** File with one line per archive: checksum and file name. */
  checksums: string;
  /** Number of leading folders to remove from the paths in the archive. */
  strip: number;
  version: string;
}

const platforms: Record<string, { os: string; cli: string; plugin: string }> = {
  "linux x64": { os: "linux", cli: "x64", plugin: "amd64" },
  "linux arm64": { os: "linux", cli: "arm64", plugin: "arm64" },
  "darwin x64": { os: "darwin", cli: "x64", plugin: "amd64" },
  "darwin arm64": { os: "darwin", cli: "arm64", plugin: "arm64" },
};

const platform = () => platforms[`${process.platform} ${process.arch}`];

/** URL of the folder of a release: on GitHub, or in a mirror with the same layout in `CLOISTER_RELEASES_URL`. */
const releases = (project: string, version: string) =>
  `${process.env.CLOISTER_RELEASES_URL ?? "https://github.com/pulumi"}/${project}/releases/download/v${version}`;

/** The release of the Pulumi CLI, or `undefined` for a platform without one. */
export function cliRelease(version: string): Release | undefined {
  const names = platform();
  return (
    names && {
      base: releases("pulumi", version),
      archive: `pulumi-v${version}-${names.os}-${names.cli}.tar.gz`,
      checksums: `pulumi-${version}-checksums.txt`,
      strip: 1,
      version,
    }
  );
}

/** The release of the AWS provider plugin, or `undefined` for a platform without one. */
export function pluginRelease(version: string): Release | undefined {
  const names = platform();
  return (
    names && {
      base: releases("pulumi-aws", version),
      archive: `pulumi-resource-aws-v${version}-${names.os}-${names.plugin}.tar.gz`,
      checksums: `pulumi-aws_${version}_checksums.txt`,
      strip: 0,
      version,
    }
  );
}

/** A release is not available: the connection failed, or the release is not published. The piece is then built from source. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

/** Servers that did not answer. Each server is tried once per run, not once per piece. */
const unavailableServers = new Set<string>();
const ANSWER_MS = 5_000;
const STALL_MS = 30_000;
/** Ratio of unpacked size to archive size: Go programs compress to a quarter. */
const UNPACKED_RATIO = 5;

/** Created by the first request, because the agent reads the environment. */
let agent: EnvHttpProxyAgent | undefined;

/**
 * The proxy in HTTPS_PROXY or HTTP_PROXY, except for hosts in NO_PROXY. As in pip and Go, HTTP_PROXY does not apply to
 * https.
 */
function proxyFor(url: string): EnvHttpProxyAgent | undefined {
  const { HTTPS_PROXY, https_proxy: lower } = process.env;
  return url.startsWith("https:") && !HTTPS_PROXY && !lower ? undefined : (agent ??= new EnvHttpProxyAgent());
}

/** The reason why a request failed, because the error message of `fetch` does not contain the reason. */
const causeOf = (error: unknown) => (error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "");

async function get(url: string, signal: AbortSignal, headers: Record<string, string> = {}): Promise<Response> {
  const { origin } = new URL(url);
  if (unavailableServers.has(origin)) throw new Unavailable(`${origin} did not answer`);
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(), ANSWER_MS);
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.any([timer.signal, signal]), dispatcher: proxyFor(url) });
    if (response.status === 404) throw new Unavailable(`${url} is not published`);
    if (!response.ok) throw new Unavailable(`${url} answered ${response.status}`);
    return response;
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    signal.throwIfAborted();
    unavailableServers.add(origin);
    throw new Unavailable(`${origin} did not answer${causeOf(error)}`);
  } finally {
    clearTimeout(timeout);
  }
}

/** The checksum of a file in a list of `<sha256>  <file>` lines. */
export function checksumIn(list: string, file: string): string | undefined {
  return list
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .find(([sum, name]) => name?.replace(/^\*/, "") === file && /^[0-9a-f]{64}$/i.test(sum!))?.[0]
    ?.toLowerCase();
}

/**
 * Downloads the archive of a release, verifies its checksum, unpacks it into `dir` and deletes the archive.
 * After an interrupt, the next call continues the download. `signal` interrupts it; its reason is thrown.
 * Errors: `Unavailable`; `ToolchainError` for a wrong checksum or too little disk space (a build would need more);
 * write errors.
 */
export async function downloadRelease(release: Release, parts: string, dir: string, step: Step, signal: AbortSignal): Promise<void> {
  step.update(`requesting the official release ${release.archive}`);
  const expected = checksumIn(await (await get(`${release.base}/${release.checksums}`, signal)).text(), release.archive);
  if (!expected) throw new Unavailable(`${release.checksums} has no checksum for ${release.archive}`);
  fs.mkdirSync(parts, { recursive: true });
  const file = path.join(parts, `${expected.slice(0, 16)}-${release.archive}`);
  await fetchFile(`${release.base}/${release.archive}`, file, step, signal);
  const found = createHash("sha256").update(fs.readFileSync(file)).digest("hex");
  if (found !== expected) {
    fs.rmSync(file);
    throw new ToolchainError(
      `The checksum of ${release.base}/${release.archive} must be ${expected} (got ${found}). The file was deleted. Run the same command again; if the error persists, report it to the operator of the server.`,
    );
  }
  await run("tar", ["-xzf", file, "-C", dir, `--strip-components=${release.strip}`]);
  fs.rmSync(file);
}

async function fetchFile(url: string, file: string, step: Step, signal: AbortSignal): Promise<void> {
  let received = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let response: Response;
  try {
    response = await get(url, signal, received > 0 ? { range: `bytes=${received}-` } : {});
  } catch (error) {
    // Status 416: the download is already complete. The checksum is verified later.
    if (received > 0 && /answered 416/.test((error as Error).message)) return;
    throw error;
  }
  if (response.status !== 206) received = 0;
  const total = received + Number(response.headers.get("content-length") ?? 0);
  const reader = response.body!.getReader();
  // Read errors come from the connection. Write errors are thrown unchanged.
  const readChunk = () =>
    withStallTimeout(reader.read()).catch((error: Error) => {
      signal.throwIfAborted();
      throw new Unavailable(`${url} stopped after ${bytesText(received)} (${error.message}); the next run continues`);
    });
  try {
    requireSpace(total - received + UNPACKED_RATIO * total, `The official release ${path.basename(url)}`);
    const out = fs.openSync(file, received > 0 ? "a" : "w");
    try {
      for (let chunk = await readChunk(); !chunk.done; chunk = await readChunk()) {
        writeWhole(out, chunk.value);
        received += chunk.value.length;
        step.update(`official release, ${bytesText(received)} of ${total > 0 ? bytesText(total) : "?"}`);
      }
    } finally {
      fs.closeSync(out);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
  if (total > received) throw new Unavailable(`${url} stopped after ${bytesText(received)} of ${bytesText(total)}; the next run continues`);
}

function withStallTimeout<T>(read: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no data for ${STALL_MS / 1000} s`)), STALL_MS);
  });
  return Promise.race([read, stalled]).finally(() => clearTimeout(timer));
}

/** Forgets unavailable servers and the proxy. For tests. */
export function resetConnections(): void {
  unavailableServers.clear();
  void agent?.destroy();
  agent = undefined;
}
