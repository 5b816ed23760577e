// A local server with the layout of the projects' releases, and a proxy in front of it.
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

/** An archive as `tar` makes it, of files by their names in it. */
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
  /** What was asked for, in order. */
  asked: { url: string; range?: string }[];
  /** What it does instead of serving what it has; says whether it did. */
  answer: ((request: http.IncomingMessage, response: http.ServerResponse) => boolean) | undefined;
  /** Publishes an archive, at the paths that a release names; `checksum` in place of the right one. */
  publish(release: Release, archive: Buffer, checksum?: string): void;
  /** Has nothing any more, and asked nothing. */
  empty(): void;
  close(): void;
}

/** Answers 404 to what it does not have, and goes on where a client asks it to. */
export async function releaseServer(): Promise<ReleaseServer> {
  const files = new Map<string, Buffer>();
  const server = http.createServer((request, response) => {
    const { range } = request.headers;
    self.asked.push({ url: request.url!, ...(range ? { range } : {}) });
    if (self.answer?.(request, response)) return;
    const file = files.get(request.url!);
    if (!file) return void response.writeHead(404).end();
    const start = Number(/bytes=(\d+)-/.exec(range ?? "")?.[1] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, { "content-length": file.length - start }).end(file.subarray(start));
  });
  const self: ReleaseServer = {
    port: await listening(server),
    asked: [],
    answer: undefined,
    publish({ base, archive: name, checksums }, archive, checksum = sumOf(archive)) {
      const { pathname } = new URL(base);
      files.set(`${pathname}/${name}`, archive);
      files.set(`${pathname}/${checksums}`, Buffer.from(`${"0".repeat(64)}  another.tar.gz\n${checksum}  ${name}\n`));
    },
    empty() {
      files.clear();
      self.asked.length = 0;
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
  /** Hosts with ports that it was asked for. */
  asked: string[];
  close(): void;
}

/** A proxy that knows one host, whatever its name, at a port of this machine; it refuses to connect to any other. */
export async function proxyTo(host: string, port: number): Promise<Proxy> {
  const asked: string[] = [];
  const open = new Set<net.Socket>();
  const server = http.createServer((_request, response) => response.writeHead(405).end());
  server.on("connect", (request: http.IncomingMessage, client: net.Socket) => {
    asked.push(request.url!);
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
    asked,
    close() {
      for (const socket of open) socket.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Sets variables of the environment, where nothing means away, and gives a function that puts them back. */
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

/** No proxy, whatever this machine has. */
export const direct = Object.fromEntries(
  ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]).map((name) => [name, undefined]),
);
