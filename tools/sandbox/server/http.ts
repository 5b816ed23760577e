import * as http from "node:http";

/** A complete request: the whole body, a target in origin form, header names in lower case. */
export interface HttpRequest {
  method: string;
  /** Percent-encoded path and query, starting with `/`. */
  target: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Headers of one connection. They must not be forwarded. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
]);

export function endToEnd(headers: http.IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !hopByHop.has(name)) kept[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return kept;
}

/** Reads a request to its end. Converts an absolute-form target, as clients send it to a proxy, to an origin-form target with `host`. */
export async function readRequest(incoming: http.IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = endToEnd(incoming.headers);
  const absolute = /^https?:\/\/([^/?]+)(.*)$/i.exec(incoming.url ?? "/");
  if (absolute) headers.host = absolute[1]!;
  const target = absolute ? absolute[2]! : (incoming.url ?? "/");
  return { method: incoming.method ?? "GET", target: target.startsWith("/") ? target : `/${target}`, headers, body: Buffer.concat(chunks) };
}

/**
 * Whether a program on this machine sent a request. A page in a browser sends an origin, or the host name of the page if that name
 * resolves to this machine. Clients that use a proxy send names such as `<account>.127.0.0.1`.
 */
export const isFromProgram = ({ headers }: HttpRequest): boolean =>
  headers.origin === undefined && /^(\[::1\]|([a-z0-9_.-]+\.)?(127\.0\.0\.1|localhost))(:\d+)?$/i.test(headers.host ?? "");

/** Sends one request and reads the whole answer. Rejects with the socket error when the connection is lost. */
export function exchange(request: HttpRequest, to: { port: number; agent: http.Agent }): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = http.request(
      {
        host: "127.0.0.1",
        port: to.port,
        agent: to.agent,
        method: request.method,
        path: request.target,
        headers: { ...request.headers, "content-length": String(request.body.length) },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.once("error", reject);
        incoming.once("end", () =>
          resolve({ status: incoming.statusCode ?? 500, headers: endToEnd(incoming.headers), body: Buffer.concat(chunks) }),
        );
      },
    );
    outgoing.once("error", reject);
    outgoing.end(request.body);
  });
}
