// Tests the reading and writing of small objects, against a server on this machine that answers like S3.
import assert from "node:assert/strict";
import * as http from "node:http";
import { type AddressInfo } from "node:net";
import { s3Client, s3Objects } from "@cloister/components/catalog/runtime/objects";

interface Received {
  method?: string;
  url?: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

describe("objects of the engine", () => {
  const location = { bucket: "state", key: "names/fraud-dev.json" };
  let server: http.Server;
  let received: Received[] = [];

  /** Objects in S3 that answers every call with this status and error code. */
  async function answering(status: number, code?: string, body = "") {
    received = [];
    server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method, url, headers } = request;
        received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(status);
        response.end(code === undefined ? body : `<Error><Code>${code}</Code><Message>no</Message></Error>`);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const client = s3Client({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "eu-central-1",
      credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" },
      maxAttempts: 1,
    });
    return s3Objects(client);
  }

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it("are created only if no object has the key", async () => {
    const objects = await answering(200);
    assert.equal(await objects.create(location, "{}"), true);
    const [{ method, url, headers, body } = {} as Received] = received;
    assert.deepEqual([method, url?.split("?")[0], headers["if-none-match"]], ["PUT", "/state/names/fraud-dev.json", "*"]);
    assert.equal(headers["content-type"], "application/json");
    assert.match(body, /\{\}/);
  });
  for (const [code, status] of [["PreconditionFailed", 412] as const, ["ConditionalRequestConflict", 409] as const])
    it(`are not created if S3 answers ${code}`, async () =>
      assert.equal(await (await answering(status, code)).create(location, "{}"), false));
  it("reject with other errors", async () => {
    const objects = await answering(403, "AccessDenied");
    await assert.rejects(objects.create(location, "{}"), { name: "AccessDenied" });
    await assert.rejects(objects.read(location), { name: "AccessDenied" });
    await assert.rejects(objects.write(location, "{}"), { name: "AccessDenied" });
    await assert.rejects(objects.delete(location), { name: "AccessDenied" });
  });
  it("are overwritten without a condition", async () => {
    await (await answering(200)).write(location, "[]");
    assert.equal(received[0]!.headers["if-none-match"], undefined);
    assert.equal(received[0]!.headers["content-type"], "application/json");
  });
  it("are read as they are", async () =>
    assert.equal((await (await answering(200, undefined, "text")).read(location))?.toString(), "text"));
  it("are undefined if they do not exist", async () => assert.equal(await (await answering(404, "NoSuchKey")).read(location), undefined));
  it("are deleted", async () => {
    await (await answering(204)).delete(location);
    assert.deepEqual([received[0]!.method, received[0]!.url?.split("?")[0]], ["DELETE", "/state/names/fraud-dev.json"]);
  });
});
