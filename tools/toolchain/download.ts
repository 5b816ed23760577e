// Official releases, with their published checksums.
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
  /** Folder of the files, e.g. `https://…/releases/download/v3.270.0`. */
  base: string;
  archive: string;
  /** File with lines of checksum and file name. */
  checksums: string;
  /** Folders around the files in the archive. */
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

/** Where releases are: the projects' own pages, or a mirror of the same layout in `CLOISTER_RELEASES_URL`. */
const releases = (project: string, version: string) =>
  `${process.env.CLOISTER_RELEASES_URL ?? "https://github.com/pulumi"}/${project}/releases/download/v${version}`;

/** The release of the Pulumi CLI, or nothing for a platform without one. */
export function cliRelease(version: string): Release | undefined {
  const here = platform();
  return (
    here && {
      base: releases("pulumi", version),
      archive: `pulumi-v${version}-${here.os}-${here.cli}.tar.gz`,
      checksums: `pulumi-${version}-checksums.txt`,
      strip: 1,
      version,
    }
  );
}

/** The release of the AWS provider plugin, or nothing for a platform without one. */
export function pluginRelease(version: string): Release | undefined {
  const here = platform();
  return (
    here && {
      base: releases("pulumi-aws", version),
      archive: `pulumi-resource-aws-v${version}-${here.os}-${here.plugin}.tar.gz`,
      checksums: `pulumi-aws_${version}_checksums.txt`,
      strip: 0,
      version,
    }
  );
}

/** A release can't be had from here: no connection, or not published. The toolchain then builds instead. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** Servers that did not answer: asked once per run, not once per piece. */
const silent = new Set<string>();
const ANSWER_MS = 5_000;
const STALL_MS = 30_000;
/** Unpacked, against the archive: programs in Go shrink to a quarter, and some more to be safe. */
const UNPACKED = 5;

/** Made at the first request, since it reads the environment then. */
let agent: EnvHttpProxyAgent | undefined;

/** The proxy that HTTPS_PROXY or HTTP_PROXY names, except for the hosts of NO_PROXY. As with pip and Go, each is for its own scheme; the agent would take HTTP_PROXY for https too. */
function proxyFor(url: string): EnvHttpProxyAgent | undefined {
  const { HTTPS_PROXY, https_proxy: lower } = process.env;
  return url.startsWith("https:") && !HTTPS_PROXY && !lower ? undefined : (agent ??= new EnvHttpProxyAgent());
}

/** Why a request failed: fetch says no more than that it did. */
const causeOf = (error: unknown) => (error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "");

async function get(url: string, signal: AbortSignal, headers: Record<string, string> = {}): Promise<Response> {
  const { origin } = new URL(url);
  if (silent.has(origin)) throw new Unreachable(`${origin} did not answer`);
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(), ANSWER_MS);
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.any([timer.signal, signal]), dispatcher: proxyFor(url) });
    if (response.status === 404) throw new Unreachable(`${url} is not published`);
    if (!response.ok) throw new Unreachable(`${url} answered ${response.status}`);
    return response;
  } catch (error) {
    if (error instanceof Unreachable) throw error;
    signal.throwIfAborted();
    silent.add(origin);
    throw new Unreachable(`${origin} did not answer${causeOf(error)}`);
  } finally {
    clearTimeout(timeout);
  }
}

/** The checksum that a list of `<sha256>  <file>` lines gives for a file. */
export function checksumIn(list: string, file: string): string | undefined {
  return list
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .find(([sum, name]) => name?.replace(/^\*/, "") === file && /^[0-9a-f]{64}$/i.test(sum!))?.[0]
    ?.toLowerCase();
}

/**
 * Downloads a release's archive, checks it, and unpacks it into `dir`.
 * An interrupted download goes on where it stopped; `signal` interrupts it, and its reason is thrown. The archive is removed after unpacking.
 * Errors: `Unreachable` when there is nothing to be had; `ToolchainError` when what came is not what was published, or when there is no room for it:
 * a build would need more. What writing throws is passed on.
 */
export async function downloadRelease(release: Release, parts: string, dir: string, step: Step, signal: AbortSignal): Promise<void> {
  step.update(`asking for the official release ${release.archive}`);
  const wanted = checksumIn(await (await get(`${release.base}/${release.checksums}`, signal)).text(), release.archive);
  if (!wanted) throw new Unreachable(`${release.checksums} has no checksum for ${release.archive}`);
  fs.mkdirSync(parts, { recursive: true });
  const file = path.join(parts, `${wanted.slice(0, 16)}-${release.archive}`);
  await fetchFile(`${release.base}/${release.archive}`, file, step, signal);
  const found = createHash("sha256").update(fs.readFileSync(file)).digest("hex");
  if (found !== wanted) {
    fs.rmSync(file);
    throw new ToolchainError(
      `${release.base}/${release.archive} has the checksum ${found}; published is ${wanted}. The file was deleted. Fix: try again, or report it to the owner of that server.`,
    );
  }
  await run("tar", ["-xzf", file, "-C", dir, `--strip-components=${release.strip}`]);
  fs.rmSync(file);
}

async function fetchFile(url: string, file: string, step: Step, signal: AbortSignal): Promise<void> {
  let have = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let response: Response;
  try {
    response = await get(url, signal, have > 0 ? { range: `bytes=${have}-` } : {});
  } catch (error) {
    // 416: the part that is here is all there is; the checksum decides.
    if (have > 0 && /answered 416/.test((error as Error).message)) return;
    throw error;
  }
  if (response.status !== 206) have = 0;
  const total = have + Number(response.headers.get("content-length") ?? 0);
  const reader = response.body!.getReader();
  // What goes wrong here is the connection's fault, unlike what goes wrong with writing.
  const next = () =>
    stallable(reader.read()).catch((error: Error) => {
      signal.throwIfAborted();
      throw new Unreachable(`${url} broke off after ${bytesText(have)} (${error.message}); the next run goes on from there`);
    });
  try {
    requireSpace(total - have + UNPACKED * total, `The official release ${path.basename(url)}`);
    const out = fs.openSync(file, have > 0 ? "a" : "w");
    try {
      for (let piece = await next(); !piece.done; piece = await next()) {
        writeWhole(out, piece.value);
        have += piece.value.length;
        step.update(`official release, ${bytesText(have)} of ${total > 0 ? bytesText(total) : "?"}`);
      }
    } finally {
      fs.closeSync(out);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
  if (total > have)
    throw new Unreachable(`${url} broke off after ${bytesText(have)} of ${bytesText(total)}; the next run goes on from there`);
}

function stallable<T>(read: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${STALL_MS / 1000} s`)), STALL_MS);
  });
  return Promise.race([read, stalled]).finally(() => clearTimeout(timer));
}

/** Forgets which servers did not answer, and which proxy there is. For tests. */
export function askAgain(): void {
  silent.clear();
  void agent?.destroy();
  agent = undefined;
}
