// Uploads a wheel with the legacy API of PyPI. Source: PyPI "Legacy API", `file_upload`; AWS CodeArtifact "Configure and use twine".
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { pipeline } from "node:stream/promises";
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";

/** Milliseconds without an answer, for the largest wheels. */
const answerTimeout = 10 * 60_000;

export interface Upload {
  /** Repository endpoint with a slash at the end, without credentials. */
  url: string;
  token: string;
  filename: string;
  sha256: string;
  /** Version specifier, `>=3.9`. */
  requiresPython?: string | undefined;
}

/** `alpha` and `1.0` of `alpha-1.0-py3-none-any.whl`, and its Python tag. Source: PEP 427, "File name convention". */
export function partsOf(filename: string): { name: string; version: string; python: string } {
  const parts = filename.replace(/\.whl$/, "").split("-");
  return { name: parts[0] ?? "", version: parts[1] ?? "", python: parts.at(-3) ?? "" };
}

/** The fields of the form, before the file. */
export function fieldsOf({ filename, sha256, requiresPython }: Omit<Upload, "url" | "token">): Record<string, string> {
  const { name, version, python } = partsOf(filename);
  return {
    ":action": "file_upload",
    protocol_version: "1",
    metadata_version: "2.1",
    name,
    version,
    filetype: "bdist_wheel",
    pyversion: python,
    sha256_digest: sha256,
    ...(requiresPython !== undefined && { requires_python: requiresPython }),
  };
}

/** An error with the status as its name, and the message of the answer. */
function failure({ filename }: Upload, status: number, body: string): Error {
  let message = body;
  try {
    message = (JSON.parse(body) as { message?: string }).message ?? body;
  } catch {
    // The answer of a proxy is not JSON.
  }
  const name = status === 401 || status === 403 ? "AccessDenied" : `Status${status}`;
  return Object.assign(new Error(`${filename}: ${message.slice(0, 300)}`), { name });
}

/** Sends a file. Errors: an `Error` with the message of the service, for example if the file exists with other content. */
export async function uploadFile(upload: Upload, file: string, signal?: AbortSignal): Promise<void> {
  const { url, token, filename } = upload;
  const boundary = `cloister-${randomBytes(16).toString("hex")}`;
  const part = (disposition: string) => `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n`;
  const head = [
    ...Object.entries(fieldsOf(upload)).map(([name, value]) => `${part(`name="${name}"`)}\r\n${value}\r\n`),
    `${part(`name="content"; filename="${filename}"`)}Content-Type: application/zip\r\n\r\n`,
  ].join("");
  const tail = `\r\n--${boundary}--\r\n`;
  const proxy = getProxyForUrl(url);
  const { request } = url.startsWith("https:") ? https : http;
  const sent = request(url, {
    method: "POST",
    signal,
    timeout: answerTimeout,
    headers: {
      Authorization: `Basic ${Buffer.from(`aws:${token}`).toString("base64")}`,
      "Content-Type": `multipart/form-data; boundary=${boundary}`,
      "Content-Length": Buffer.byteLength(head) + fs.statSync(file).size + Buffer.byteLength(tail),
    },
    ...(proxy !== "" && { agent: new HttpsProxyAgent(proxy) }),
  });
  const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
    sent.once("response", resolve);
    sent.once("error", reject);
    sent.once("timeout", () => sent.destroy(new Error(`${filename}: no answer for ${answerTimeout / 60_000} minutes`)));
  });
  async function* content() {
    yield Buffer.from(head);
    yield* fs.createReadStream(file);
    yield Buffer.from(tail);
  }
  // A service that rejects the upload can answer and close the connection before the end.
  const [response] = await Promise.all([answered, pipeline(content, sent).catch(() => undefined)]);
  let body = "";
  for await (const chunk of response.setEncoding("utf8")) body += String(chunk);
  if (response.statusCode !== 200) throw failure(upload, response.statusCode ?? 0, body);
}
