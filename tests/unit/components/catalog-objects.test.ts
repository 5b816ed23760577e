// Tests the reading and writing of small objects, against a server on this machine that answers like S3.
import assert from "node:assert/strict";
import { s3Client, s3Objects } from "@cloister/components/functions/runtime/objects";
import { AwsServer } from "../../helpers/aws-server";

describe("objects of the engine", () => {
  const location = { bucket: "state", key: "names/fraud-dev.json" };
  let server: AwsServer;

  /** Objects in S3 that answers every call with this status and error code. */
  async function answering(status: number, code?: string, body = "", headers = {}) {
    const text = code === undefined ? body : `<Error><Code>${code}</Code></Error>`;
    server = await AwsServer.start(() => ({ status, body: text, headers }));
    return s3Objects(s3Client(server.config));
  }
  afterEach(() => server.stop());

  it("are created only if no object has the key", async () => {
    assert.equal(await (await answering(200)).create(location, "{}"), true);
    const { method, path, headers, body } = server.received[0]!;
    assert.deepEqual([method, path, headers["if-none-match"]], ["PUT", "/state/names/fraud-dev.json", "*"]);
    assert.equal(headers["content-type"], "application/json");
    assert.match(body, /\{\}/);
  });
  for (const [code, status] of [["PreconditionFailed", 412] as const, ["ConditionalRequestConflict", 409] as const])
    it(`are not created if S3 answers ${code}`, async () =>
      assert.equal(await (await answering(status, code)).create(location, "{}"), false));

  const read = { etag: '"1a2b"' };
  it("are read with their ETag", async () => {
    const found = await (await answering(200, undefined, "text", { etag: read.etag })).readObject(location);
    assert.deepEqual(found, { body: Buffer.from("text"), etag: read.etag });
  });
  it("are replaced and deleted only if they have the ETag", async () => {
    const objects = await answering(200);
    assert.deepEqual([await objects.replaceUnchanged(location, read, "{}"), await objects.deleteUnchanged(location, read)], [true, true]);
    assert.deepEqual(
      server.received.map(({ method, path, headers }) => [method, path, headers["if-match"], headers["if-none-match"]]),
      ["PUT", "DELETE"].map((method) => [method, "/state/names/fraud-dev.json", read.etag, undefined]),
    );
  });
  for (const [code, status] of [
    ["PreconditionFailed", 412] as const,
    ["ConditionalRequestConflict", 409] as const,
    ["NoSuchKey", 404] as const,
  ])
    it(`are neither replaced nor deleted if S3 answers ${code}`, async () => {
      const objects = await answering(status, code);
      assert.deepEqual(
        [await objects.replaceUnchanged(location, read, "{}"), await objects.deleteUnchanged(location, read)],
        [false, false],
      );
    });

  it("reject with other errors", async () => {
    const objects = await answering(403, "AccessDenied");
    await assert.rejects(objects.create(location, "{}"), { name: "AccessDenied" });
    await assert.rejects(objects.replaceUnchanged(location, read, "{}"), { name: "AccessDenied" });
    await assert.rejects(objects.deleteUnchanged(location, read), { name: "AccessDenied" });
    await assert.rejects(objects.readObject(location), { name: "AccessDenied" });
    await assert.rejects(objects.read(location), { name: "AccessDenied" });
    await assert.rejects(objects.write(location, "{}"), { name: "AccessDenied" });
    await assert.rejects(objects.delete(location), { name: "AccessDenied" });
  });
  it("reject with the bucket and the region if the bucket is in another region", async () => {
    const objects = await answering(301, "PermanentRedirect");
    const message = /^The bucket 'state' is not in the region [\w-]+\. Deploy the core stack again/;
    await assert.rejects(objects.read(location), { message });
    await assert.rejects(objects.create(location, "{}"), { message });
    await assert.rejects(objects.write(location, "{}"), { message });
    await assert.rejects(objects.delete(location), { message });
  });
  it("are overwritten without a condition", async () => {
    await (await answering(200)).write(location, "[]");
    const { headers } = server.received[0]!;
    assert.deepEqual([headers["if-none-match"], headers["content-type"]], [undefined, "application/json"]);
  });
  it("are read as they are", async () =>
    assert.equal((await (await answering(200, undefined, "text")).read(location))?.toString(), "text"));
  it("are undefined if they do not exist", async () => assert.equal(await (await answering(404, "NoSuchKey")).read(location), undefined));
  it("are listed by the start of their keys, in all pages", async () => {
    const page = (key: string, next: string) =>
      `<ListBucketResult><Contents><Key>names/${key}.json</Key></Contents>${next && `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>`}</ListBucketResult>`;
    const pages = [page("fraud-dev", "2"), page("risk-dev", "")];
    server = await AwsServer.start(() => ({ status: 200, body: pages.shift()! }));
    const keys = await s3Objects(s3Client(server.config)).list({ bucket: "state", key: "names/" });
    assert.deepEqual(keys, ["names/fraud-dev.json", "names/risk-dev.json"]);
    assert.deepEqual(
      server.received.map(({ query }) => [query.get("prefix"), query.get("continuation-token")]),
      [
        ["names/", null],
        ["names/", "2"],
      ],
    );
  });
  it("are deleted", async () => {
    await (await answering(204)).delete(location);
    assert.deepEqual([server.received[0]!.method, server.received[0]!.path], ["DELETE", "/state/names/fraud-dev.json"]);
  });
});
