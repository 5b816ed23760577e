// Builds wheels, and answers pip as S3 answers requests without signature: only exact keys, only reads.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { type PackageFile } from "@cloister/components/mirror/manifest";
import { strToU8, zipSync } from "fflate";

export interface Wheel {
  file: PackageFile;
  content: Buffer;
}

/** A wheel with one module, whose variable `answer` has the value. Source: PEP 427. */
export function wheel(name: string, version: string, answer: number, requires: string[] = []): Wheel {
  const info = `${name}-${version}.dist-info`;
  const metadata = ["Metadata-Version: 2.1", `Name: ${name}`, `Version: ${version}`, ...requires.map((other) => `Requires-Dist: ${other}`)];
  const files: Record<string, string> = {
    [`${name}.py`]: `answer = ${answer}\n`,
    [`${info}/METADATA`]: `${metadata.join("\n")}\n`,
    [`${info}/WHEEL`]: "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
  };
  const record = [...Object.keys(files).map((file) => `${file},,`), `${info}/RECORD,,`].join("\n");
  const entries = Object.entries({ ...files, [`${info}/RECORD`]: record }).map(([file, text]) => [file, strToU8(text)] as const);
  const content = Buffer.from(zipSync(Object.fromEntries(entries)));
  const filename = `${name}-${version}-py3-none-any.whl`;
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { file: { filename, size: content.length, sha256, url: `https://files.example/${filename}` }, content };
}

export interface ExactKeyServer {
  url: string;
  /** Requests, such as `GET simple/six/`. */
  requests: string[];
  close(): void;
}

/** Starts a server that answers with the object of exactly the requested key. Source: AWS S3 "Error responses": 403 without ListBucket. */
export async function serveKeys(read: (key: string) => Promise<{ body: Uint8Array; type: string } | undefined>): Promise<ExactKeyServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const key = decodeURIComponent(request.url!.slice(1).split("?")[0]!);
    requests.push(`${request.method} ${key}`);
    const found = request.method === "GET" || request.method === "HEAD" ? read(key) : Promise.resolve(undefined);
    void found
      .catch(() => undefined)
      .then((object) => {
        response.writeHead(object ? 200 : 403, { "Content-Type": object?.type ?? "application/xml" });
        response.end(object?.body ?? "<Error><Code>AccessDenied</Code></Error>");
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
