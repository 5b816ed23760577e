// Publishes packages to a bucket in memory, and installs them with real pip. tests/helpers/packages.ts has the tests.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { spawnSync } from "node:child_process";
import * as http from "node:http";
import { type AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { type MirrorClient, resolvePackages } from "@cloister/cli/testing";
import { testPackages } from "../../helpers/packages";
import { wheel } from "../../helpers/wheels";

const digest = (algorithm: string, body: Buffer) => createHash(algorithm).update(body).digest("hex");

describe("packages in a bucket in memory", function () {
  this.timeout(180_000);
  const objects = new Map<string, { body: Buffer; type: string }>();
  const set = (key: string, body: string | Buffer, type = "binary/octet-stream") => {
    objects.set(key, { body: Buffer.from(body), type });
    return Promise.resolve();
  };
  const client: MirrorClient = {
    list: () => Promise.resolve([...objects].map(([key, { body }]) => ({ key, size: body.length, md5: digest("md5", body) }))),
    sha256: (key) => Promise.resolve(digest("sha256", objects.get(key)!.body)),
    putFile: (key, file) => set(key, fs.readFileSync(file)),
    putPage: ({ key, body, contentType }) => set(key, body, contentType),
    delete: (keys) => {
      keys.forEach((key) => objects.delete(key));
      return Promise.resolve();
    },
  };

  testPackages(() => Promise.resolve({ client, put: set, get: (key) => Promise.resolve(objects.get(key)) }));
});

describe("packages of an index that are resolved by pip", function () {
  this.timeout(60_000);
  let folder: string;
  let server: http.Server;
  let base: string;
  const files = new Map<string, Buffer>();
  const written = () => path.join(folder, "written");
  const resolve = (name: string) =>
    resolvePackages([name], { python: "python3", pythonVersions: ["3.11"], platforms: [], index: `${base}/simple` });

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-direct-"));
    server = http.createServer((request, response) => {
      const [, kind, name] = request.url!.split("/");
      const body = kind === "simple" ? undefined : files.get(name!);
      const links = [...files].filter(([file]) => file.startsWith(`${name}-`) && file.endsWith(".whl"));
      response.setHeader("Content-Type", kind === "simple" ? "text/html" : "application/octet-stream");
      const page = links.map(([file, content]) => `<a href="/files/${file}#sha256=${digest("sha256", content)}">${file}</a>`).join("");
      response.end(body ?? `<!DOCTYPE html><html><body>${page}</body></html>`);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    fs.mkdirSync(path.join(folder, "evil-1.0"));
    // A build that needs no package of the index, so that only the guard stops its code.
    const build = '[build-system]\nrequires = []\nbuild-backend = "setup"\nbackend-path = ["."]\n';
    fs.writeFileSync(path.join(folder, "evil-1.0/pyproject.toml"), build);
    fs.writeFileSync(path.join(folder, "evil-1.0/setup.py"), `open(${JSON.stringify(written())}, "w").close()\n`);
    assert.equal(spawnSync("tar", ["-czf", "evil-1.0.tar.gz", "evil-1.0"], { cwd: folder }).status, 0);
    files.set("evil-1.0.tar.gz", fs.readFileSync(path.join(folder, "evil-1.0.tar.gz")));
    for (const item of [
      wheel("direct", "1.0", 1, [`evil @ ${base}/files/evil-1.0.tar.gz`]),
      wheel("repository", "1.0", 1, [`evil @ git+${base}/evil`]),
      wheel("plain", "1.0", 1, ["needed"]),
      wheel("needed", "1.0", 1),
    ])
      files.set(item.file.filename, Buffer.from(item.content));
  });
  after(() => {
    server.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  for (const name of ["direct", "repository"])
    it(`run no code of a ${name} dependency with a URL, and name it`, async () => {
      await assert.rejects(resolve(name), (error: Error) => {
        assert.match(error.message, /A requirement with a URL cannot be added \(got evil ?@ (git\+)?http:\/\/127/);
        return true;
      });
      assert.ok(!fs.existsSync(written()));
    });
  it("are read with their dependencies, and only HTTPS is missing", async () =>
    assert.rejects(resolve("plain"), (error: Error) => {
      assert.match(error.message, /needed==1\.0 must come from an index over HTTPS/);
      assert.match(error.message, /plain==1\.0 must come from an index over HTTPS/);
      return true;
    }));
});
