// Tests uploads with the legacy API of PyPI, and publications to an index that the service creates, with fakes of the service.
// tests/sandbox/codeartifact.test.ts uploads to a repository of the sandbox. Does not prove that AWS accepts the form.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import {
  fieldsOf,
  lookupMirror,
  type MirrorClient,
  partsOf,
  planSync,
  syncPackages,
  uploadFile,
  verifyPackages,
} from "@cloister/cli/testing";
import { silent } from "@cloister/common";
import { fileKey } from "@cloister/components/mirror/index-keys";
import { type Manifest } from "@cloister/components/mirror/manifest";
import { wheel } from "../../helpers/wheels";

const [six, seven] = [wheel("six", "1.0", 6), wheel("seven", "1.0", 7)];
const manifest: Manifest = {
  packages: [
    { name: "six", version: "1.0", licence: "MIT", requiresPython: ">=3.9", files: [six.file] },
    { name: "seven", version: "1.0", licence: "MIT", files: [seven.file] },
  ],
};

describe("upload of a wheel", () => {
  let folder: string;
  let server: Server;
  let received: { authorization?: string | undefined; form?: FormData };
  let answer = { status: 200, body: "" };
  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-"));
    fs.writeFileSync(path.join(folder, "six.whl"), six.content);
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const headers = { "content-type": request.headers["content-type"] ?? "" };
        void new Response(new Uint8Array(Buffer.concat(chunks)), { headers }).formData().then((form) => {
          received = { authorization: request.headers.authorization, form };
          response.writeHead(answer.status).end(answer.body);
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    server.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const upload = (more: object = {}) => {
    const { port } = server.address() as AddressInfo;
    const { filename, sha256 } = six.file;
    return uploadFile({ url: `http://127.0.0.1:${port}/`, token: "secret", filename, sha256, ...more }, path.join(folder, "six.whl"));
  };

  it("has the name, version and tag of the file name", () => {
    assert.deepEqual(partsOf("zope_interface-6.0-1-cp312-cp312-manylinux_2_28_x86_64.whl"), {
      name: "zope_interface",
      version: "6.0",
      python: "cp312",
    });
    const { requires_python: absent, ...fields } = fieldsOf(six.file);
    assert.equal(absent, undefined);
    assert.deepEqual([fields[":action"], fields.filetype, fields.sha256_digest], ["file_upload", "bdist_wheel", six.file.sha256]);
    assert.equal(fieldsOf({ ...six.file, requiresPython: ">=3.9" }).requires_python, ">=3.9");
  });

  it("sends the token as the password, the hash and the content", async () => {
    answer = { status: 200, body: "" };
    await upload({ requiresPython: ">=3.9" });
    assert.equal(received.authorization, `Basic ${Buffer.from("aws:secret").toString("base64")}`);
    assert.equal(received.form?.get("sha256_digest"), six.file.sha256);
    assert.equal(received.form?.get("requires_python"), ">=3.9");
    const content = received.form?.get("content") as File;
    assert.equal(content.name, six.file.filename);
    assert.deepEqual(Buffer.from(await content.arrayBuffer()), six.content);
  });

  for (const [status, body, name, text] of [
    [403, '{"message":"not authorized"}', "AccessDenied", /^six-1\.0-py3-none-any\.whl: not authorized$/],
    [409, '{"message":"exists"}', "Status409", /: exists$/],
    [502, "<html>", "Status502", /: <html>$/],
  ] as const)
    it(`reports status ${status} with the message of the service, without the token`, async () => {
      answer = { status, body };
      await assert.rejects(upload(), (error: Error) => {
        assert.equal(error.name, name);
        assert.match(error.message, text);
        assert.ok(!error.message.includes("secret"));
        return true;
      });
    });
});

describe("publication to an index that the service creates", () => {
  const stored = new Map<string, number>();
  const requirements: (string | undefined)[] = [];
  const client: MirrorClient = {
    hasPages: false,
    list: () => Promise.resolve([...stored].map(([key, size]) => ({ key, size, md5: "" }))),
    sha256: (key) => Promise.resolve(key.split("/")[1]),
    putFile: (key, file, _sha256, requiresPython) => {
      requirements.push(requiresPython);
      return Promise.resolve(void stored.set(key, fs.statSync(file).size));
    },
    putPage: ({ key }) => Promise.reject(new Error(key)),
    delete: (keys) => Promise.resolve(keys.forEach((key) => stored.delete(key))),
  };
  const advisories = () => Promise.resolve({ known: [] });
  const sync = (wanted: Manifest) =>
    syncPackages(client, wanted, {
      command: (words) => words.join(" "),
      advisories,
      progress: silent,
      yes: true,
      download: (file, target) => Promise.resolve(fs.writeFileSync(target, file.sha256 === six.file.sha256 ? six.content : seven.content)),
    });

  it("uploads files with the versions of Python that they require, and no pages", async () => {
    assert.deepEqual(planSync(manifest, [], false).pages, []);
    await sync(manifest);
    assert.deepEqual([...stored.keys()].sort(), [fileKey(six.file), fileKey(seven.file)].sort());
    assert.deepEqual(requirements, [">=3.9", undefined]);
    assert.match(await verifyPackages(client, manifest, { sync: "sync", advisories, progress: silent }), /2 packages/);
  });

  it("removes files, and then reports no differences", async () => {
    assert.match(await sync({ packages: manifest.packages.slice(1) }), /- 1 file: six-1\.0/);
    assert.deepEqual([...stored.keys()], [fileKey(seven.file)]);
    await assert.rejects(
      verifyPackages(client, manifest, { sync: "sync", advisories, progress: silent }),
      /six-1\.0.* is missing in the mirror/,
    );
  });
});

describe("mirror in the outputs of core", () => {
  const account = "111122223333";
  const of = (outputs: object) =>
    lookupMirror(
      {
        resources: () => Promise.resolve([{ type: "pulumi:pulumi:Stack", outputs }] as never),
        account: () => Promise.resolve(account),
      } as never,
      { id: "cloister-core/hub", project: "cloister-core", folder: "core", stack: "hub", settingsFile: "", reads: [] },
    );

  it("is a repository with front codeartifact", async () => {
    const repositoryArn = `arn:aws:codeartifact:eu-central-1:${account}:repository/hub-packages/approved`;
    const outputs = { accountId: account, region: "eu-central-1", mirrorBucket: "", mirrorRepositoryArn: repositoryArn };
    assert.deepEqual(await of(outputs), { region: "eu-central-1", repositoryArn });
  });
});
