// A stand-in for a database of advisories over HTTPS, with the protocol of the OSV API. It also answers HEAD requests for wheels.
// Source: OSV API, "POST /v1/querybatch" and its pagination.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as https from "node:https";
import { type AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";

export interface OsvServer {
  url: string;
  /** IDs of advisories, by `<project>==<version>`. */
  advisories: Record<string, string[]>;
  /** How the database answers. `portal` is a JSON text of another service, `short` has too few results. */
  mode: "answer" | "error" | "portal" | "short";
  /** Number of queries in each request. */
  requests: number[];
  close(): void;
}

interface Query {
  package?: { name?: unknown; ecosystem?: unknown };
  version?: unknown;
  page_token?: unknown;
}

/** IDs on one page: small, so that tests see several pages. */
const pageSize = 2;

function resultOf(advisories: OsvServer["advisories"], query: Query): object | undefined {
  const { package: { name, ecosystem } = {}, version, page_token = "0" } = query;
  if (typeof name !== "string" || ecosystem !== "PyPI" || typeof version !== "string" || typeof page_token !== "string") return undefined;
  const start = Number(page_token);
  const ids = advisories[`${name}==${version}`] ?? [];
  if (!Number.isInteger(start) || (start > 0 && start >= ids.length)) return undefined;
  const vulns = ids.slice(start, start + pageSize).map((id) => ({ id, modified: "2026-01-01T00:00:00Z" }));
  if (vulns.length === 0) return {};
  return { vulns, ...(start + pageSize < ids.length && { next_page_token: String(start + pageSize) }) };
}

/** Creates a key and a certificate for `localhost`. */
function certificate(): { key: Buffer; cert: Buffer } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-osv-"));
  const [key, cert] = ["key.pem", "certificate.pem"].map((file) => path.join(folder, file)) as [string, string];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...names, "-keyout", key, "-out", cert], { stdio: "ignore" });
  const pair = { key: fs.readFileSync(key), cert: fs.readFileSync(cert) };
  fs.rmSync(folder, { recursive: true });
  return pair;
}

/** Starts the stand-in. Requests of this process trust its certificate, and use no proxy for it, until it is closed. */
export async function serveOsv(): Promise<OsvServer> {
  const pair = certificate();
  const state: OsvServer = { url: "", advisories: {}, mode: "answer", requests: [], close };
  const server = https.createServer(pair, (request, response) => {
    const reply = (status: number, body: object): unknown =>
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    if (request.method === "HEAD" && request.url!.endsWith(".whl")) return void response.writeHead(200, { "Content-Length": "7" }).end();
    if (request.method !== "POST" || request.url !== "/v1/querybatch") return void reply(404, { code: 5, message: "Not Found" });
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      if (state.mode === "error") return reply(503, { code: 14, message: "unavailable" });
      if (state.mode === "portal") return reply(200, { login: "https://portal.example" });
      const { queries } = JSON.parse(body) as { queries?: Query[] };
      if (!Array.isArray(queries) || queries.length > 1000) return reply(400, { code: 3, message: "Too many queries." });
      state.requests.push(queries.length);
      const results = queries.map((query) => resultOf(state.advisories, query));
      if (results.includes(undefined)) return reply(400, { code: 3, message: "Invalid query." });
      return reply(200, { results: state.mode === "short" ? results.slice(1) : results });
    });
  });
  const before = { ca: https.globalAgent.options.ca, proxy: process.env.NO_PROXY };
  https.globalAgent.options.ca = pair.cert;
  process.env.NO_PROXY = "localhost";
  function close() {
    https.globalAgent.options.ca = before.ca;
    if (before.proxy === undefined) delete process.env.NO_PROXY;
    else process.env.NO_PROXY = before.proxy;
    server.closeAllConnections();
    server.close();
  }
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  state.url = `https://localhost:${(server.address() as AddressInfo).port}`;
  return state;
}
