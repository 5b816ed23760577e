// Tests that packages with known vulnerabilities are rejected, and that a database that cannot be read is never taken for a database
// without advisories. A local server answers with the protocol of OSV. Does not prove what osv.dev answers.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  add,
  advisoriesOf,
  type AdvisoryDatabase,
  approve,
  databaseOf,
  type MirrorClient,
  PackagesError,
  syncPackages,
  verifyPackages,
} from "@cloister/cli/testing";
import { silent } from "@cloister/common";
import { indexObjects } from "@cloister/components/mirror/index-pages";
import { type ApprovedPackage, parseManifest } from "@cloister/components/mirror/manifest";
import { stringify } from "yaml";
import { type OsvServer, serveOsv } from "../../helpers/osv-server";

const rejected =
  (...parts: (string | RegExp)[]) =>
  (error: Error) => {
    assert.ok(error instanceof PackagesError, error.stack);
    for (const part of parts) assert.match(error.message, typeof part === "string" ? new RegExp(part.replaceAll(".", "\\.")) : part);
    return true;
  };

describe("advisories", function () {
  this.timeout(20_000);
  let server: OsvServer;
  let folder: string;
  let manifest: string;
  before(async () => {
    server = await serveOsv();
  });
  after(() => server.close());
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-advisories-"));
    manifest = path.join(folder, "packages.yaml");
    server.advisories = { "beta==1.0": ["GHSA-b"], "beta==2.0": [] };
    server.mode = "answer";
    server.requests = [];
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const sha256 = "0a".repeat(32);
  const fileOf = (name: string, version: string) => `${server.url}/${name}-${version}-py3-none-any.whl`;
  /** A program that reports packages as pip does. */
  function pip(...pins: [name: string, version: string][]): string {
    const install = pins.map(([name, version]) => ({
      download_info: { url: fileOf(name, version), archive_info: { hashes: { sha256 } } },
      metadata: { name, version, license_expression: "MIT" },
    }));
    const program = path.join(folder, "python");
    fs.writeFileSync(program, `#!/bin/sh\ncat <<'END'\n${JSON.stringify({ install })}\nEND\n`, { mode: 0o755 });
    return program;
  }
  const database = (required: boolean, url = server.url) => ({ url, required });
  const addBeta = (version: string, more: object = {}, to = database(false)) => {
    fs.writeFileSync(manifest, stringify({ advisories: to, packages: [] }));
    return add(["beta"], {
      manifest,
      python: pip(["alpha", "1.0"], ["beta", version]),
      pythonVersions: ["3.12"],
      platforms: ["manylinux2014_x86_64"],
      progress: silent,
      ...more,
    });
  };
  const read = () => parseManifest(manifest, fs.readFileSync(manifest, "utf8")).manifest!;
  const nowhere = "https://localhost:1";

  describe("of packages that are added", () => {
    it("reject a version with a known vulnerability, and accept another version", async () => {
      await assert.rejects(
        addBeta("1.0"),
        rejected(/The manifest was not changed:\n {2}- beta==1\.0: GHSA-b/, /Fix: .*: npx cloister packages add beta --accept GHSA-b$/),
      );
      assert.deepEqual(read().packages, []);
      assert.match(await addBeta("2.0"), /\+ beta==2\.0 {2}MIT/);
      assert.deepEqual(server.requests, [2, 2]);
    });
    it("are recorded in the manifest if they are accepted", async () => {
      assert.match(await addBeta("1.0", { accept: ["GHSA-b", "GHSA-other"] }), /beta==1\.0 has known vulnerabilities: GHSA-b/);
      assert.deepEqual(
        read().packages.map(({ name, acceptedAdvisories }) => [name, acceptedAdvisories]),
        [
          ["alpha", undefined],
          ["beta", ["GHSA-b"]],
        ],
      );
    });
    it("are read from all pages, so that an advisory on a later page is not accepted silently", async () => {
      server.advisories["beta==1.0"] = ["GHSA-1", "GHSA-2", "GHSA-3", "GHSA-4", "GHSA-5"];
      await assert.rejects(
        addBeta("1.0", { accept: ["GHSA-1", "GHSA-2", "GHSA-3", "GHSA-4"] }),
        rejected(/beta==1\.0: GHSA-5 \(https/, /packages add beta --accept GHSA-1 GHSA-2 GHSA-3 GHSA-4 GHSA-5$/),
      );
      assert.deepEqual(server.requests, [2, 1, 1]);
    });
  });

  describe("from a database that cannot be read", () => {
    const broken: [it: string, mode: OsvServer["mode"], reason: RegExp][] = [
      ["answers with an error", "error", /status 503/],
      ["is a portal that answers every request", "portal", /the answer is not an answer of the OSV API/],
      ["leaves out results", "short", /the answer has 1 results for 2 packages/],
    ];
    for (const [it_, mode, reason] of broken)
      it(`are reported as not checked, and rejected if they are required: the database ${it_}`, async () => {
        server.mode = mode;
        await assert.rejects(
          addBeta("2.0", {}, database(true)),
          rejected(/^Advisories must be checked, .* The manifest was not changed\.\n/, reason, "advisories.url"),
        );
        assert.deepEqual(read().packages, []);
        const report = await addBeta("2.0");
        assert.match(report, /\+ beta==2\.0/);
        assert.match(report, new RegExp(`Advisories were not checked, because the database cannot be read: .*${reason.source}`));
      });
    it("are reported as not checked, and rejected if they are required: no server answers", async () => {
      await assert.rejects(addBeta("2.0", {}, database(true, nowhere)), rejected("https://localhost:1 cannot be read", /ECONNREFUSED/));
      assert.match(await addBeta("2.0", {}, database(false, nowhere)), /Advisories were not checked.*ECONNREFUSED/);
    });
  });

  describe("of packages in the mirror", () => {
    const packages = (more: object = {}): ApprovedPackage[] => [
      {
        ...{ name: "beta", version: "1.0", licence: "MIT", approver: "jane@bank.example", expires: "2999-12-31" },
        ...more,
        files: [{ filename: "beta-1.0-py3-none-any.whl", size: 7, sha256, url: fileOf("beta", "1.0") }],
      },
    ];
    const stored: string[] = [];
    const client: MirrorClient = {
      list: () => Promise.resolve([]),
      sha256: () => Promise.resolve(sha256),
      putFile: (key) => Promise.resolve(void stored.push(key)),
      putPage: ({ key }) => Promise.resolve(void stored.push(key)),
      delete: () => Promise.resolve(),
    };
    beforeEach(() => void (stored.length = 0));
    const sync = (more: object = {}, to = database(false)) =>
      syncPackages(
        client,
        { advisories: to, packages: packages(more) },
        {
          ...{ command: (words: string[]) => words.join(" "), progress: silent, yes: true, advisories: advisoriesOf },
          download: (_file, target) => Promise.resolve(fs.writeFileSync(target, "content")),
        },
      );
    const verify = (more: object = {}, to = database(false)) =>
      verifyPackages(
        { ...client, list: () => Promise.resolve([]) },
        { advisories: to, packages: packages(more) },
        { sync: "sync", progress: silent, advisories: () => advisoriesOf(packages(more), to) },
      );

    it("stop a publication before the first file, until they are accepted", async () => {
      await assert.rejects(
        sync(),
        rejected(
          /No package was added to the mirror:\n {2}- beta==1\.0 has known vulnerabilities: GHSA-b/,
          /packages approve beta==1\.0 --approver <name> --expires <date> --accept GHSA-b$/,
        ),
      );
      assert.deepEqual(stored, []);
      fs.writeFileSync(manifest, stringify({ packages: packages() }));
      approve(["beta"], { manifest, approver: "bo", expires: "2999-01-31", accept: ["GHSA-b"] });
      const [entry] = read().packages;
      assert.deepEqual([entry?.approver, entry?.acceptedAdvisories], ["bo", ["GHSA-b"]]);
      await sync(entry);
      assert.equal(stored.length, 5);
    });
    it("are not checked before a publication without a database, unless they are required", async () => {
      await assert.rejects(
        sync({}, database(true, nowhere)),
        rejected(/No package was added to the mirror\.\nThe database https:\/\/localhost:1/),
      );
      assert.deepEqual(stored, []);
      assert.match(await sync({}, database(false, nowhere)), /Advisories were not checked.*ECONNREFUSED/);
    });
    it("fail the verification, unless they are accepted", async () => {
      await assert.rejects(verify(), rejected("beta==1.0 has known vulnerabilities: GHSA-b"));
      await assert.rejects(verify({ acceptedAdvisories: ["GHSA-b"] }), (error: Error) => !error.message.includes("GHSA-b"));
    });
    it("fail the verification of a mirror without differences if a required database cannot be read", async () => {
      const pages = indexObjects({ packages: [] });
      const list = () =>
        Promise.resolve(pages.map(({ key, body }) => ({ key, size: body.length, md5: createHash("md5").update(body).digest("hex") })));
      const run = (to: AdvisoryDatabase) =>
        verifyPackages(
          { ...client, list },
          { advisories: to, packages: [] },
          { sync: "sync", progress: silent, advisories: () => advisoriesOf(packages(), to) },
        );
      assert.match(
        await run(database(false, nowhere)),
        /^The mirror has exactly the packages .*\nAdvisories were not checked.*ECONNREFUSED/,
      );
      await assert.rejects(run(database(true, nowhere)), rejected(/^Advisories must be checked/, "The mirror has no other differences."));
    });
  });

  it("come from the database in the manifest, by default osv.dev, which is not required", () => {
    const copy = { url: "https://osv.bank.example", required: true };
    assert.deepEqual(databaseOf({ advisories: copy }), copy);
    assert.deepEqual(databaseOf({ advisories: { required: true } }), { url: "https://api.osv.dev", required: true });
    assert.deepEqual(databaseOf({}), { url: "https://api.osv.dev", required: false });
  });
  it("cannot come from a database without TLS", () =>
    assert.deepEqual(
      parseManifest("packages.yaml", "advisories:\n  url: http://osv.bank.example\npackages: []\n").problems.map(
        ({ setting, text }) => `${setting} ${text}`,
      ),
      [
        'packages.yaml:advisories.url must be an HTTPS URL without a slash at the end, such as https://api.osv.dev (got "http://osv.bank.example"). Fix: correct the entry in the manifest',
      ],
    ));
});
