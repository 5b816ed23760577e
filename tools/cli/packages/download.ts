// Requests of package indexes and advisory databases, through the proxy of the shell.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { type ClientRequest, type IncomingMessage } from "node:http";
import * as https from "node:https";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type PackageFile } from "@cloister/components/mirror/manifest";
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";
import { PackagesError } from "./error";

/** Milliseconds without data after which a request fails. */
const idleTimeout = 30_000;

interface RequestOptions {
  method?: "GET" | "HEAD" | "POST";
  body?: string;
  signal?: AbortSignal | undefined;
}

/** Sends a request. Errors: `PackagesError` for an error of the connection, or a status other than 200. */
async function request(url: string, { method = "GET", body, signal }: RequestOptions): Promise<IncomingMessage> {
  const proxy = getProxyForUrl(url);
  const headers = body === undefined ? {} : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent: ClientRequest = https.request(
        url,
        { method, headers, signal, timeout: idleTimeout, ...(proxy !== "" && { agent: new HttpsProxyAgent(proxy) }) },
        resolve,
      );
      sent.on("timeout", () => sent.destroy(new Error(`no answer for ${idleTimeout / 1000} s`)));
      sent.on("error", reject);
      sent.end(body);
    });
    if (response.statusCode === 200) return response;
    response.resume();
    throw new Error(`status ${response.statusCode}`);
  } catch (error) {
    signal?.throwIfAborted();
    throw new PackagesError(`${url}: ${(error as Error).message}`);
  }
}

/** The size of a file, in bytes. */
export async function sizeOf(url: string, signal?: AbortSignal): Promise<number> {
  const response = await request(url, { method: "HEAD", signal });
  response.resume();
  const size = Number(response.headers["content-length"]);
  if (!(size > 0)) throw new PackagesError(`${url}: the answer has no size`);
  return size;
}

async function textIn(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** The text at a URL. */
export const getText = async (url: string, signal?: AbortSignal): Promise<string> => textIn(await request(url, { signal }));

/** Sends JSON, and returns the JSON of the answer. */
export async function postJson(url: string, value: object, signal?: AbortSignal): Promise<unknown> {
  return JSON.parse(await textIn(await request(url, { method: "POST", body: JSON.stringify(value), signal }))) as unknown;
}

/** Writes a file of a package to a local path. Errors: `PackagesError` for content with another hash than in the manifest. */
export async function download({ url, filename, sha256 }: PackageFile, target: string, signal?: AbortSignal): Promise<void> {
  const response = await request(url, { signal });
  const hash = createHash("sha256");
  const hashed = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(undefined, chunk);
    },
  });
  await pipeline(response, hashed, fs.createWriteStream(target), { signal });
  const found = hash.digest("hex");
  if (found !== sha256)
    throw new PackagesError(
      `${filename} must have the hash ${sha256} of the manifest (got ${found} from ${url}). Nothing of this file was published.`,
    );
}
