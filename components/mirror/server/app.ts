// Answers pip: pages of the index and files of packages, straight from the bucket. Reads only.
import { S3ServiceException } from "@aws-sdk/client-s3";
import { type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { filePrefix, normalizedName, pageKey, rootKey } from "../index-keys";
import { busyStatus, healthPaths } from "./health";
import { negotiate } from "./negotiate";
import { type FoundObject, type ReadOptions, type ReadResult } from "./store";

export interface MirrorApp {
  /** Reads an object of the bucket. */
  read(key: string, options: ReadOptions): Promise<ReadResult>;
  /** Throws if the bucket cannot be read. Uses other connections than `read`, so that busy servers stay ready. */
  ready(): Promise<unknown>;
  /** Requests that are answered at the same time. More requests get the status 503. */
  maxRequests: number;
  /** Milliseconds after which an answer ends, so that slow clients do not use up the server. */
  maxDuration: number;
  /** Writes one line of the request log. */
  log(entry: object): void;
}

interface Target {
  key: string;
  /** Project of an index page; empty for the list of projects. Absent for a file. */
  project?: string;
  contentType?: string;
}

type Routed = { answer: (response: ServerResponse) => void } | Target;

const send = (response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void => {
  const body = `${text}\n`;
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "Content-Length": Buffer.byteLength(body), ...headers });
  response.end(response.req.method === "HEAD" ? undefined : body);
};

const redirect = (location: string): Routed => ({ answer: (response) => send(response, 301, `See ${location}`, { Location: location }) });

const noPage: Routed = { answer: (response) => send(response, 404, "The index of this mirror is /simple/.") };

/** The object of a path, or the answer to a path without an object. */
function route(path: string, accept: string | undefined): Routed {
  const parts = path.split("/").slice(1);
  const isIndex = parts[0] === "simple" && parts.length <= 3 && (parts.length < 3 || parts[2] === "");
  if (!isIndex) return path.startsWith(`/${filePrefix}`) ? { key: path.slice(1) } : noPage;
  const project = parts.length === 1 ? "" : parts[1]!;
  const canonical = project === "" ? "/simple/" : `/simple/${normalizedName(project)}/`;
  // The location is a path, so that the client stays at the host that it knows.
  if (path !== canonical) return redirect(encodeURI(canonical));
  const chosen = negotiate(accept);
  if (!chosen)
    return { answer: (response) => send(response, 406, "This index has the forms application/vnd.pypi.simple.v1+json and text/html.") };
  const key = project === "" ? rootKey(chosen.form) : pageKey(project, chosen.form);
  return { key, project, contentType: chosen.contentType };
}

/** The decoded path; undefined for a path that names no object. */
function pathOf(request: IncomingMessage): string | undefined {
  try {
    const path = decodeURIComponent((request.url ?? "").split("?")[0]!);

    return path.startsWith("/") && !/[\x00-\x1f\x7f\\]|\/\.{0,2}\/|\/\.{1,2}$/.test(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

const notFound = ({ project, key }: Target) =>
  project === undefined
    ? `No file '${key}' is in this mirror. Packages can be removed: run pip again without a cached index.`
    : `No package '${project}' is approved in this mirror. Ask the mirror's publishers to add and approve the package.`;

const headersOf = ({ size, contentRange, etag, modified, contentType }: FoundObject, target: Target): Record<string, string> => ({
  "Content-Type": target.contentType ?? contentType ?? "application/octet-stream",
  ...(size !== undefined && { "Content-Length": String(size) }),
  ...(contentRange !== undefined && { "Content-Range": contentRange }),
  ...(etag !== undefined && { ETag: etag }),
  ...(modified !== undefined && { "Last-Modified": modified.toUTCString() }),
  "Accept-Ranges": "bytes",
  // An index page can lose a package at any time. The content of a file never changes.
  ...(target.project === undefined ? { "Cache-Control": "max-age=86400" } : { "Cache-Control": "no-cache", Vary: "Accept" }),
});

async function sendObject(app: MirrorApp, target: Target, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { range, "if-none-match": ifNoneMatch } = request.headers;
  const head = request.method === "HEAD";
  const found = await app.read(target.key, { head, range, ifNoneMatch });
  if (found.status === 404) return send(response, 404, notFound(target));
  if (found.status === 416) return send(response, 416, "The file has no such range.");
  if (found.status === 304) return void response.writeHead(304).end();
  response.writeHead(found.status, headersOf(found, target));
  if (found.body) await pipeline(found.body, response);
  else response.end();
}

async function sendReady(app: MirrorApp, response: ServerResponse): Promise<void> {
  await app.ready();
  send(response, 200, "ready");
}

async function answer(app: MirrorApp, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD")
    return send(response, 405, "This mirror is read-only. Publishers add packages with npx cloister packages.", {
      Allow: "GET, HEAD",
      Connection: "close",
    });
  const path = pathOf(request);
  if (path === healthPaths.alive) return send(response, 200, "alive");
  if (path === healthPaths.ready) return sendReady(app, response);
  const routed = path === undefined || path === "/" ? noPage : route(path, request.headers.accept);
  return "answer" in routed ? routed.answer(response) : sendObject(app, routed, request, response);
}

const isHealthCheck = (url = "") => (Object.values(healthPaths) as string[]).includes(url);

/** Statuses of requests for objects that exist. */
const foundStatuses: readonly number[] = [200, 206, 304];

/**
 * The name of a requested object for the log, if the object exists.
 * Workloads choose the text of other requests, and people outside an environment read the log.
 */
const loggedKey = (request: IncomingMessage, status: number) =>
  foundStatuses.includes(status) ? { path: pathOf(request)?.slice(0, maxLoggedPath) } : {};

/** Longer than `/files/<hash>/<name of a wheel>`. */
const maxLoggedPath = 512;

/** The kind of an error, without its message: messages of S3 contain the requested key. */
const errorFields = (error: unknown) => ({
  error: error instanceof Error ? error.name : typeof error,
  ...(error instanceof S3ServiceException && { s3Status: error.$metadata.httpStatusCode, s3RequestId: error.$metadata.requestId }),
});

/** The listener of the mirror's server. It has no operation that changes the bucket. */
export function mirrorListener(app: MirrorApp): RequestListener {
  let active = 0;

  return (request, response) => {
    const start = performance.now();
    const { method, url } = request;
    if (isHealthCheck(url)) return void answerOrFail(app, request, response);
    active++;
    const deadline = setTimeout(() => response.destroy(), app.maxDuration);
    response.on("close", () => {
      clearTimeout(deadline);
      active--;
      app.log({
        method,
        ...loggedKey(request, response.statusCode),
        status: response.statusCode,
        ms: Math.round(performance.now() - start),
      });
    });
    if (active > app.maxRequests)
      return send(response, busyStatus, "The mirror is busy. Try again.", { "Retry-After": "1", Connection: "close" });
    void answerOrFail(app, request, response);
  };
}

async function answerOrFail(app: MirrorApp, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await answer(app, request, response);
  } catch (error) {
    app.log({ level: "error", method: request.method, ...errorFields(error) });
    if (response.headersSent) response.destroy();
    else send(response, 502, "The mirror cannot read its bucket. Try again.");
  }
}
