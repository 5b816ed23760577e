// A local server with the layout of official releases, and a proxy for it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { type Release } from "@cloister/toolchain/testing";

const listening = async (server: net.Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as net.AddressInfo).port;
};

/** A tar archive with files by their paths. */
export function archiveOf(files: Record<string, string>): Buffer {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-archive-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(dir, "made", name)), { recursive: true });
      fs.writeFileSync(path.join(dir, "made", name), text, { mode: 0o755 });
    }
    execFileSync("tar", ["-czf", path.join(dir, "archive.tar.gz"), "-C", path.join(dir, "made"), ...Object.keys(files)]);
    return fs.readFileSync(path.join(dir, "archive.tar.gz"));
  } finally {
    fs.rmSync(dir, { recursive: true });
  }
}

export const sumOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

export interface ReleaseServer {
  port: number;
  /** The requests received, in order. */
  requests: { url: string; range?: string }[];
  /** Replaces the normal answer if it returns true. */
  answer: ((request: http.IncomingMessage, response: http.ServerResponse) => boolean) | undefined;
  /** Publishes an archive at the paths of a release. `checksum` replaces the correct checksum. */
  publish(release: Release, archive: Buffer, checksum?: string): void;
  /** Deletes all files and recorded requests, and resets `answer`. */
  empty(): void;
  close(): void;
}

/** Starts a server. It answers 404 for unknown files, and supports the Range header. */
export async function releaseServer(): Promise<ReleaseServer> {
  const files = new Map<string, Buffer>();
  const server = http.createServer((request, response) => {
    const { range } = request.headers;
    self.requests.push({ url: request.url!, ...(range ? { range } : {}) });
    if (self.answer?.(request, response)) return;
    const file = files.get(request.url!);
    if (!file) return void response.writeHead(404).end();
    const start = Number(/bytes=(\d+)-/.exec(range ?? "")?.[1] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, { "content-length": file.length - start }).end(file.subarray(start));
  });
  const self: ReleaseServer = {
    port: await listening(server),
    requests: [],
    answer: undefined,
    publish({ base, archive: name, checksums }, archive, checksum = sumOf(archive)) {
      const { pathname } = new URL(base);
      files.set(`${pathname}/${name}`, archive);
      files.set(`${pathname}/${checksums}`, Buffer.from(`${"0".repeat(64)}  another.tar.gz\n${checksum}  ${name}\n`));
    },
    empty() {
      files.clear();
      self.requests.length = 0;
      self.answer = undefined;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return self;
}

export interface Proxy {
  url: string;
  /** The hosts with ports that clients requested. */
  requests: string[];
  close(): void;
}

/** Starts a proxy that connects one host name to a port on this machine, and rejects connections to other hosts. */
export async function proxyTo(host: string, port: number): Promise<Proxy> {
  const requests: string[] = [];
  const open = new Set<net.Socket>();
  const server = http.createServer((_request, response) => response.writeHead(405).end());
  server.on("connect", (request: http.IncomingMessage, client: net.Socket) => {
    requests.push(request.url!);
    open.add(client);
    client.on("error", () => {});
    if (request.url !== host) return void client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    const behind = net.connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      behind.pipe(client).pipe(behind);
    });
    behind.on("error", () => client.destroy());
  });
  return {
    url: `http://127.0.0.1:${await listening(server)}`,
    requests,
    close() {
      for (const socket of open) socket.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Sets environment variables (`undefined` deletes a variable), and returns a function that restores them. */
export function withEnvironment(values: Record<string, string | undefined>): () => void {
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, process.env[name]]));
  const put = (some: Record<string, string | undefined>) => {
    for (const [name, value] of Object.entries(some))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  };
  put(values);
  return () => put(before);
}

/** Variables that disable any proxy settings of this machine. */
export const direct = Object.fromEntries(
  ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]).map((name) => [name, undefined]),
);
