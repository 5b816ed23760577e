// A bucket at the wire: answers the reads of an AWS SDK over HTTP, as S3 does. It has no operation that writes.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo } from "node:net";

export interface StoredObject {
  body: Buffer | string;
  contentType?: string;
}

const error = (response: ServerResponse, status: number, code: string): void => {
  response.writeHead(status, { "Content-Type": "application/xml" });
  response.end(response.req.method === "HEAD" ? undefined : `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
};

function sendObject(object: StoredObject, request: IncomingMessage, response: ServerResponse): void {
  const all = Buffer.from(object.body);
  const etag = `"${createHash("md5").update(all).digest("hex")}"`;
  if (request.headers["if-none-match"] === etag) return void response.writeHead(304).end();
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const start = from === undefined ? 0 : Number(from);
  if (start > 0 && start >= all.length) return error(response, 416, "InvalidRange");
  const end = to ? Math.min(Number(to), all.length - 1) : all.length - 1;
  const body = from === undefined ? all : all.subarray(start, end + 1);
  response.writeHead(from === undefined ? 200 : 206, {
    "Content-Type": object.contentType ?? "binary/octet-stream",
    "Content-Length": body.length,
    ETag: etag,
    "Last-Modified": new Date(0).toUTCString(),
    ...(from !== undefined && { "Content-Range": `bytes ${start}-${end}/${all.length}` }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

export interface S3Server {
  url: string;
  /** Objects by key. Tests change them while the server runs. */
  objects: Map<string, StoredObject>;
  /** Requests, such as `GET bucket/simple/`. */
  requests: string[];
  /** The status of every answer instead of an object. */
  fail?: number;
  close(): Promise<void>;
}

/** Starts a server that answers reads of one bucket. */
export async function startS3(bucket: string): Promise<S3Server> {
  const objects = new Map<string, StoredObject>();
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? "").split("?")[0]!.slice(1));
    requests.push(`${request.method} ${path}`);
    if (started.fail !== undefined) return error(response, started.fail, "InternalError");
    if (request.method !== "GET" && request.method !== "HEAD") return error(response, 403, "AccessDenied");
    const object = path.startsWith(`${bucket}/`) ? objects.get(path.slice(bucket.length + 1)) : undefined;
    if (object) sendObject(object, request, response);
    else error(response, 404, "NoSuchKey");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  const started: S3Server = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, objects, requests, close };
  return started;
}
