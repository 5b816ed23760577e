// Tests what the commands for packages plan and change, with fakes of pip, the advisory database and the bucket. Real pip:
// packages-pip.test.ts. Does not prove what the index PyPI answers.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { root, UsageError } from "@cloister/cli";
import {
  add,
  type AddSources,
  advisoriesOf,
  approve,
  chooseMirror,
  download,
  endingSoon,
  joined,
  lookupMirror,
  manifestOf,
  type MirrorClient,
  osv,
  PackagesError,
  packagesIn,
  pipArguments,
  planSync,
  removePackages,
  requireMirror,
  type Resolved,
  resolvePackages,
  type StoredObject,
  syncPackages,
  verifyPackages,
} from "@cloister/cli/testing";
import { Interrupted, silent } from "@cloister/common";
import { fileKey } from "@cloister/components/mirror/index-keys";
import { indexObjects } from "@cloister/components/mirror/index-pages";
import { type ApprovedPackage, approvalProblems, parseManifest } from "@cloister/components/mirror/manifest";
import { stringify } from "yaml";

const sha = (text: string) => createHash("sha256").update(text).digest("hex");
const wheelOf = (name: string, version: string, python = "py3") => {
  const filename = `${name}-${version}-${python}-none-any.whl`;
  return { filename, sha256: sha(filename), url: `https://files.example/${filename}` };
};
const resolvedOf = (name: string, version: string, python?: string): Resolved => ({
  name,
  version,
  licence: "MIT",
  files: [wheelOf(name, version, python)],
});
const entryOf = (name: string, version: string): ApprovedPackage => ({
  name,
  version,
  licence: "MIT",
  approver: "jane@bank.example",
  expires: "2999-12-31",
  files: [{ ...wheelOf(name, version), size: 7 }],
});
const message = (pattern: RegExp) => (error: Error) => {
  assert.match(error.message, pattern);
  return true;
};

describe("packages", () => {
  let folder: string;
  let manifest: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-packages-test-"));
    manifest = path.join(folder, "packages.yaml");
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));
  const write = (...packages: ApprovedPackage[]) => fs.writeFileSync(manifest, stringify({ packages }));
  const text = () => fs.readFileSync(manifest, "utf8");
  const read = () => parseManifest(manifest, text()).manifest!.packages;

  describe("resolved with pip", () => {
    const item = (metadata: object = {}, archive_info: object = { hashes: { sha256: sha("x") } }) => ({
      download_info: { url: "https://files.example/Some_Name-1.0-py3-none-any.whl#sha256=0", archive_info },
      metadata: { name: "Some_Name", version: "1.0", ...metadata },
    });
    const licences: { it: string; metadata: object; licence: string | undefined }[] = [
      { it: "an expression", metadata: { license_expression: "MIT OR Apache-2.0", license: "other" }, licence: "MIT OR Apache-2.0" },
      { it: "a short text", metadata: { license: "BSD" }, licence: "BSD" },
      {
        it: "classifiers instead of the text of the licence",
        metadata: { license: "Permission is\nhereby granted", classifier: ["License :: OSI Approved :: MIT License", "Topic :: x"] },
        licence: "MIT License",
      },
      { it: "no licence", metadata: { license: "UNKNOWN" }, licence: undefined },
    ];
    for (const { it: title, metadata, licence } of licences)
      it(`have the licence in their metadata: ${title}`, () => {
        const { packages, problems } = packagesIn({ install: [item(metadata)] });
        assert.equal(packages[0]!.licence, licence ?? "");
        assert.deepEqual(
          problems,
          licence === undefined
            ? ["some-name==1.0 has no licence in its metadata. Read its licence, and add --licence some-name=<licence>"]
            : [],
        );
      });
    it("have a licence without control characters", () => {
      const { packages } = packagesIn({ install: [item({ license: "MIT\u001b[2K\u202e" })] });
      assert.equal(packages[0]!.licence, "MIT[2K");
      const entry = { ...entryOf("a", "1.0"), licence: "MIT\u001b[2K" };
      assert.equal(parseManifest(manifest, stringify({ packages: [entry] })).problems.length, 1);
    });
    for (const text of ["x @ https://h/x.tar.gz", "git+https://h/x", "./x", "x.whl", "-e.", "--index-url=x"])
      it(`are not required as ${text}`, async () =>
        assert.rejects(
          resolvePackages([text], program("exit 1")),
          (error: Error) => error instanceof UsageError && error.message.includes(text),
        ));
    it("have a normalized name, the hash, the URL without fragment, and the versions of Python", () =>
      assert.deepEqual(packagesIn({ install: [item({ requires_python: ">=3.9" })] }, { "some-name": "MIT" }), {
        packages: [
          {
            name: "some-name",
            version: "1.0",
            licence: "MIT",
            requiresPython: ">=3.9",
            files: [
              { filename: "Some_Name-1.0-py3-none-any.whl", sha256: sha("x"), url: "https://files.example/Some_Name-1.0-py3-none-any.whl" },
            ],
          },
        ],
        problems: [],
      }));
    it("are rejected without a hash, and from an index without TLS, all at once", () => {
      const local = { download_info: { url: "file:///opt/wheels/a-1.0-py3-none-any.whl" }, metadata: { name: "a", version: "1.0" } };
      const { problems } = packagesIn({ install: [item({ license: "MIT" }, { hash: "md5=1" }), local] });
      assert.deepEqual(
        problems.map((problem) => problem.split(" (")[0]!.split(". ")[0]),
        [
          "some-name==1.0 has no SHA-256 hash in the index",
          "a==1.0 has no SHA-256 hash in the index",
          "a==1.0 has no licence in its metadata",
          "a==1.0 must come from an index over HTTPS",
        ],
      );
    });
    it("for several versions of Python have the files of each", () =>
      assert.deepEqual(
        joined([
          [resolvedOf("b", "1.0", "cp311"), resolvedOf("a", "1.0")],
          [resolvedOf("b", "1.0", "cp312"), resolvedOf("a", "1.0")],
        ]).map(({ name, files }) => [name, files.map(({ filename }) => filename)]),
        [
          ["a", ["a-1.0-py3-none-any.whl"]],
          ["b", ["b-1.0-cp311-none-any.whl", "b-1.0-cp312-none-any.whl"]],
        ],
      ));
    it("are only wheels, and requirements are no options of pip", () => {
      const args = pipArguments(["--index-url=x"], "/t", "3.12", { platforms: ["manylinux2014_x86_64"] });
      assert.deepEqual(args.slice(-2), ["--", "--index-url=x"]);
      assert.ok(args.join(" ").includes("--only-binary :all: --target /t --python-version 3.12 --platform manylinux2014_x86_64"));
    });

    /** A program that answers as pip does. */
    const program = (body: string) => {
      const file = path.join(folder, "python");
      fs.writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
      return { python: file, pythonVersions: ["3.12"], platforms: [] };
    };
    it("come from the report of the program", async () => {
      const report = JSON.stringify({ install: [item({ license: "MIT" })] });
      const found = await resolvePackages(["some-name"], program(`cat <<'END'\n${report}\nEND`));
      assert.deepEqual(
        found.map(({ name }) => name),
        ["some-name"],
      );
    });
    it("report what pip reports, and which pip is required", async () => {
      await assert.rejects(
        resolvePackages(["x"], program("echo 'ERROR: No matching distribution found for x' >&2; exit 1")),
        message(/^pip cannot resolve the packages:\nERROR: No matching distribution found for x$/),
      );
      await assert.rejects(
        resolvePackages(["x"], program("echo 'no such option: --report' >&2; exit 2")),
        message(/Install pip 23\.0 or later: python3 -m pip install --upgrade pip/),
      );
      await assert.rejects(
        resolvePackages(["x"], { ...program(""), python: "/no/python" }),
        message(/'\/no\/python' is not a program\. Name a Python interpreter with --python/),
      );
    });
  });

  describe("in the manifest", () => {
    const sources = (found: Resolved[], more: Partial<AddSources> = {}): AddSources => ({
      resolve: () => Promise.resolve(found),
      sizeOf: () => Promise.resolve(7),
      advisories: () => Promise.resolve({ known: [] }),
      ...more,
    });
    const options = () => ({ manifest, python: "python3", pythonVersions: [], platforms: [], progress: silent });

    it("are added without approval, to a new file too", async () => {
      const report = await add(["a"], options(), sources([resolvedOf("a", "1.0"), resolvedOf("b", "2.0")]));
      assert.match(report, /without approval:\n {2}\+ a==1\.0 {2}MIT {2}1 file from files\.example\n {2}\+ b==2\.0/);
      assert.match(report, /npx cloister packages approve a==1\.0 b==2\.0 --approver <name> --expires <date>$/);
      assert.deepEqual(
        read().map(({ name, approver, files }) => [name, approver, files[0]!.size]),
        [
          ["a", undefined, 7],
          ["b", undefined, 7],
        ],
      );
      assert.match(await add(["a"], options(), sources([resolvedOf("a", "1.0")])), /already has these packages\.$/);
    });
    it("keep comments and other entries when one changes", async () => {
      write(entryOf("a", "1.0"));
      fs.writeFileSync(manifest, `# Reviewed by the platform team.\n${text().replace("name: a", "name: a # pinned")}`);
      await add(["b"], options(), sources([resolvedOf("b", "1.0")]));
      approve(["b"], { manifest, approver: "jane@bank.example", expires: "2999-12-31" });
      assert.match(text(), /^# Reviewed by the platform team\.\n/);
      assert.match(text(), /name: a # pinned/);
      assert.deepEqual(approvalProblems(manifest, { packages: read() }, new Date()), []);
    });
    it("lose their approval if they have a new file", async () => {
      write(entryOf("a", "1.0"), entryOf("b", "1.0"));
      await add(["a"], options(), sources([resolvedOf("a", "1.0", "cp312")]));
      assert.deepEqual(
        read().map(({ name, approver, expires, files }) => [name, approver, expires, files.length]),
        [
          ["a", undefined, undefined, 2],
          ["b", "jane@bank.example", "2999-12-31", 1],
        ],
      );
    });
    it("are rejected if the index has another hash for a known file", async () => {
      write(entryOf("a", "1.0"));
      const before = text();
      const changed = { ...resolvedOf("a", "1.0"), files: [{ ...wheelOf("a", "1.0"), sha256: sha("other") }] };
      await assert.rejects(add(["a"], options(), sources([changed])), message(/a-1\.0-py3-none-any\.whl has the hash .* in the manifest/));
      assert.equal(text(), before);
    });
    it("are rejected with advisories that are not accepted, and added if the database cannot be reached", async () => {
      const known = { known: [{ pin: "a==1.0", ids: ["GHSA-1", "PYSEC-2"] }] };
      const vulnerable = sources([resolvedOf("a", "1.0")], { advisories: () => Promise.resolve(known) });
      await assert.rejects(
        add(["a"], { ...options(), accept: ["PYSEC-2"] }, vulnerable),
        message(/The manifest was not changed:\n {2}- a==1\.0: GHSA-1 \(https:\/\/osv\.dev\)\n.*--accept PYSEC-2 GHSA-1$/),
      );
      assert.ok(!fs.existsSync(manifest));
      assert.match(
        await add(["a"], { ...options(), accept: ["PYSEC-2", "GHSA-1"] }, vulnerable),
        /a==1\.0 has known vulnerabilities: GHSA-1/,
      );
      const unread = sources([resolvedOf("b", "1.0")], { advisories: () => Promise.resolve({ unread: "no network" }) });
      assert.match(await add(["b"], options(), unread), /Advisories were not checked, because the database cannot be read: no network/);
    });
    it("report an interruption", async () => {
      const abort = new AbortController();
      const stops = sources([], {
        resolve: () => {
          abort.abort(new Interrupted());
          return Promise.reject(new Error("killed"));
        },
      });
      await assert.rejects(add(["a"], { ...options(), interrupt: abort }, stops), Interrupted);
    });
    it("are approved and removed by name or by version", () => {
      write(entryOf("a", "1.0"), entryOf("a", "2.0"), entryOf("b", "1.0"));
      const report = approve(["A==2.0", "b"], { manifest, approver: "bo", expires: "2999-01-31" });
      assert.match(report, /^Approved by bo until 2999-01-31:\n {2}~ a==2\.0\n {2}~ b==1\.0\n/);
      assert.deepEqual(
        read().map(({ approver }) => approver),
        ["jane@bank.example", "bo", "bo"],
      );
      assert.match(removePackages(["a"], { manifest }), /- a==1\.0\n {2}- a==2\.0/);
      assert.deepEqual(
        read().map(({ name }) => name),
        ["b"],
      );
    });
    for (const [title, run, expected] of [
      ["an unknown package", () => removePackages(["z"], { manifest }), /has no z\. Packages: a==1\.0\./],
      ["a past date", () => approve(["a"], { manifest, approver: "bo", expires: "2020-01-31" }), /--expires must be a future date/],
      [
        "a date that does not exist",
        () => approve(["a"], { manifest, approver: "bo", expires: "2999-13-31" }),
        /--expires must be a future date/,
      ],
    ] as const)
      it(`cannot be changed with ${title}`, () => {
        write(entryOf("a", "1.0"));
        assert.throws(run, (error: Error) => error instanceof UsageError && expected.test(error.message));
      });
    it("must be in a valid file, whose problems are reported at once", () => {
      assert.throws(() => removePackages(["a"], { manifest }), message(/^No manifest .* Create it: npx cloister packages add/));
      fs.writeFileSync(manifest, "packages:\n  - name: a\n    version: 1.0\n    files: []\n");
      assert.throws(
        () => removePackages(["a"], { manifest }),
        message(/Nothing was changed\. Fix these entries:\n {2}- .*version.*\n {2}- .*licence.*\n {2}- .*files/),
      );
    });
  });

  describe("advisories", () => {
    it("come from the database in batches, by version", async () => {
      const posted: [string, number][] = [];
      const pins = Array.from({ length: 1001 }, (_, i) => ({ name: `p${i}`, version: "1.0" }));
      const found = await advisoriesOf(pins, osv, (url, body) => {
        const { queries } = body as { queries: { package: { name: string } }[] };
        posted.push([url, queries.length]);
        return Promise.resolve({
          results: queries.map(({ package: { name } }) => (name === "p1000" ? { vulns: [{ id: "B" }, { id: "A" }] } : {})),
        });
      });
      assert.deepEqual(posted, [
        ["https://api.osv.dev/v1/querybatch", 1000],
        ["https://api.osv.dev/v1/querybatch", 1],
      ]);
      assert.deepEqual(found, { known: [{ pin: "p1000==1.0", ids: ["A", "B"] }] });
    });
    it("state why the database was not read", async () =>
      assert.deepEqual(await advisoriesOf([{ name: "a", version: "1" }], osv, () => Promise.reject(new Error("no network"))), {
        unread: "no network",
      }));
  });

  describe("in the mirror", () => {
    const packages = [entryOf("a", "1.0"), entryOf("b", "1.0")];
    const contents = new Map<string, { size: number; md5: string; sha256?: string }>();
    const calls: string[] = [];
    let failing: string | undefined;
    const client: MirrorClient = {
      list: () => Promise.resolve([...contents].map(([key, { size, md5 }]) => ({ key, size, md5 }))),
      sha256: (key) => Promise.resolve(contents.get(key)?.sha256),
      putFile: (key, file, sha256) => {
        calls.push(`file ${key.split("/").at(-1)}`);
        if (key === failing) return Promise.reject(Object.assign(new Error("denied"), { name: "AccessDenied" }));
        contents.set(key, { size: fs.statSync(file).size, md5: "", sha256 });
        return Promise.resolve();
      },
      putPage: ({ key, body }) => {
        calls.push(`page ${key}`);
        contents.set(key, { size: body.length, md5: createHash("md5").update(body).digest("hex") });
        return Promise.resolve();
      },
      delete: (keys) => {
        calls.push(...keys.map((key) => `delete ${key.replace(/[0-9a-f]{64}/, "<hash>")}`));
        keys.forEach((key) => contents.delete(key));
        return Promise.resolve();
      },
    };
    const sync = (list: ApprovedPackage[], more: object = {}) =>
      syncPackages(
        client,
        { packages: list },
        {
          command: (words) => ["sync", ...words].join(" "),
          progress: silent,
          advisories: () => Promise.resolve({ known: [] }),
          yes: true,
          download: (_file, target) => {
            fs.writeFileSync(target, "content");
            return Promise.resolve();
          },
          ...more,
        },
      );
    beforeEach(() => {
      contents.clear();
      calls.length = 0;
      failing = undefined;
    });

    it("are published before the pages that link to them, and deleted after", async () => {
      await sync(packages);
      assert.deepEqual(calls.map((call) => call.split(" ")[0]).join(), "file,file,page,page,page,page,page,page");
      calls.length = 0;
      contents.set("other/object", { size: 1, md5: "" });
      assert.match(await sync(packages.slice(0, 1)), /- 1 project: b\n {2}- 1 file: b-1\.0/);
      assert.deepEqual(calls, [
        "page simple/",
        "page simple/index.json",
        "delete simple/b/",
        "delete simple/b/index.json",
        "delete files/<hash>/b-1.0-py3-none-any.whl",
      ]);
      assert.ok(contents.has("other/object"));
    });
    const expired = approvalProblems("packages.yaml", { packages: [{ ...entryOf("b", "1.0"), expires: "2020-01-31" }] }, new Date());
    for (const [title, more, reason] of [
      ["an expired approval", { unapproved: expired.map((problem) => problem.text) }, /got 2020-01-31 for b==1\.0/],
      ["an advisory", { advisories: () => Promise.resolve({ known: [{ pin: "c==1.0", ids: ["GHSA-1"] }] }) }, /c==1\.0.*GHSA-1/],
    ] as const)
      it(`are removed although ${title} rejects another package`, async () => {
        await sync(packages);
        calls.length = 0;
        const changed = [packages[1]!, entryOf("c", "1.0")];
        const rejected = (pattern: RegExp) => (error: Error) => message(reason)(error) && message(pattern)(error);
        await assert.rejects(
          sync(changed, { ...more, yes: false }),
          rejected(/No changes were made\. With --yes, .* removed .*: a==1\.0$/),
        );
        assert.deepEqual(calls, []);
        await assert.rejects(sync(changed, more), rejected(/No package was added to the mirror:[^]*\nRemoved from the mirror: a==1\.0$/));
        assert.deepEqual(calls, [
          "page simple/",
          "page simple/index.json",
          "delete simple/a/",
          "delete simple/a/index.json",
          "delete files/<hash>/a-1.0-py3-none-any.whl",
        ]);
        assert.ok(contents.has(fileKey(packages[1]!.files[0]!)));
      });
    it("are only compared without --yes", async () => {
      assert.match(
        await sync(packages, { yes: false }),
        /\+ 2 files \(0\.0 MB\) from files\.example: .*\n.*\nNo changes were made\. To publish:\n {2}sync --yes$/,
      );
      assert.deepEqual(calls, []);
    });
    it("continue after a failure, which names who can publish", async () => {
      failing = fileKey(packages[1]!.files[0]!);
      await assert.rejects(
        sync(packages),
        message(
          /^The packages were not published completely: AccessDenied: denied\nOnly the roles in 'cloister-core:mirror\.publisherRoleArns'.*\nTo continue, run the same command again:\n {2}sync --yes$/,
        ),
      );
      assert.ok(!calls.some((call) => call.startsWith("page")));
      calls.length = 0;
      failing = undefined;
      await sync(packages);
      assert.deepEqual(
        calls.filter((call) => call.startsWith("file")),
        ["file b-1.0-py3-none-any.whl"],
      );
    });
    it("stop at an interruption", async () => {
      const abort = new AbortController();
      const interrupted = sync(packages, {
        interrupt: abort,
        download: () => {
          abort.abort(new Interrupted());
          return Promise.reject(new Error("aborted"));
        },
      });
      await assert.rejects(interrupted, Interrupted);
    });

    const verify = (list = packages, more: object = {}) =>
      verifyPackages(
        client,
        { packages: list },
        {
          sync: "npx cloister packages sync --yes",
          advisories: () => Promise.resolve({ known: [] }),
          progress: silent,
          ...more,
        },
      );
    it("are verified with their hashes, pages and advisories, all at once", async () => {
      await sync(packages);
      assert.equal(await verify(), "The mirror has exactly the packages of the manifest: 2 packages.");
      contents.set(fileKey(packages[0]!.files[0]!), { size: 7, md5: "", sha256: sha("evil") });
      contents.set("simple/evil/", { size: 1, md5: "" });
      contents.delete("simple/b/");
      const advisories = () => Promise.resolve({ known: [{ pin: "b==1.0", ids: ["GHSA-1"] }] });
      await assert.rejects(verify(packages, { advisories }), (error: Error) => {
        for (const part of [
          "a-1.0-py3-none-any.whl was changed",
          "simple/b/ is missing",
          "simple/evil/ is in the mirror",
          "b==1.0 has known vuln",
        ])
          assert.ok(error.message.includes(part), `${error.message} has no ${part}`);
        return true;
      });
    });
    it("are verified without advisories if the database cannot be reached, and report approvals that end soon", async () => {
      const ending = [{ ...packages[0]!, expires: "2026-12-20" }];
      await sync(ending);
      const now = new Date("2026-11-27T00:00:00Z");
      const report = await verify(ending, { advisories: () => Promise.resolve({ unread: "no network" }), now });
      assert.match(report, /a==1\.0: the approval ends on 2026-12-20/);
      assert.match(report, /Advisories were not checked, because the database cannot be read: no network/);
      assert.deepEqual(endingSoon({ packages: [{ ...packages[0]!, expires: "2026-12-28" }] }, now), []);
    });

    it("are compared in less than 5 s for one changed package of 10,000", () => {
      const many = Array.from({ length: 10_000 }, (_, i) => entryOf(`project-${i}`, "1.0"));
      const stored: StoredObject[] = [
        ...indexObjects({ packages: many }).map(({ key, body }) => ({
          key,
          size: body.length,
          md5: createHash("md5").update(body).digest("hex"),
        })),
        ...many.map(({ files }) => ({ key: fileKey(files[0]!), size: 7, md5: "" })),
      ];
      const changed = [...many.slice(0, -1), entryOf("project-9999", "2.0")];
      // CPU time, because other tests run at the same time. `npm run bench -- packages` measures the usual duration.
      const start = process.cpuUsage();
      const plan = planSync({ packages: changed }, stored);
      const { user, system } = process.cpuUsage(start);
      const seconds = (user + system) / 1e6;
      assert.deepEqual(
        [plan.files.length, plan.pages.map(({ key }) => key), plan.removedFiles.length],
        [1, ["simple/project-9999/", "simple/project-9999/index.json"], 1],
      );
      assert.ok(seconds < 5, `${seconds} s`);
    });
  });

  describe("of a core stack", () => {
    const plan = (stack: string, mirror?: object) => {
      const settingsFile = path.join(folder, `Pulumi.${stack}.yaml`);
      fs.writeFileSync(settingsFile, stringify({ config: mirror ? { "cloister-core:mirror": mirror } : {} }));
      return { id: `cloister-core/${stack}`, project: "cloister-core", folder: "core", stack, settingsFile, reads: [] };
    };
    it("are those of the only stack with a mirror, or of the named stack", () => {
      const [first, second] = [plan("one", { manifest: "one.yaml" }), plan("two")];
      assert.equal(chooseMirror([first, second], undefined), first);
      assert.equal(chooseMirror([first, second], "two"), second);
      assert.equal(chooseMirror([second], undefined), undefined);
      assert.equal(path.resolve(manifestOf(first)), path.join(root, "core", "one.yaml"));
      assert.equal(path.resolve(manifestOf(undefined)), path.join(root, "core", "packages.yaml"));
      assert.throws(
        () => chooseMirror([first, plan("three", {})], undefined),
        message(/Several core stacks .*: one, three\. Name one with --core/),
      );
      assert.throws(() => chooseMirror([first], "four"), message(/No settings file for the core stack 'four'\. .*: one\./));
      assert.throws(() => requireMirror(second), message(/cloister-core\/two has no setting 'cloister-core:mirror'/));
      assert.throws(() => requireMirror(undefined), message(/docs\/packages\.md/));
    });
    it("are in the bucket of its outputs, in the account of the credentials", async () => {
      const sources = (outputs: object, account = "111122223333") => ({
        resources: () => Promise.resolve([{ type: "pulumi:pulumi:Stack", outputs }] as never),
        account: () => Promise.resolve(account),
      });
      const outputs = { accountId: "111122223333", region: "eu-central-1", mirrorBucket: "mirror" };
      assert.deepEqual(await lookupMirror(sources(outputs), plan("one", {})), { region: "eu-central-1", bucket: "mirror" });
      await assert.rejects(
        lookupMirror(sources({ ...outputs, mirrorBucket: "" }), plan("one", {})),
        message(/has no mirror yet\. Deploy the stack: npx cloister up one/),
      );
      await assert.rejects(
        lookupMirror(sources(outputs, "444455556666"), plan("one", {})),
        message(/credentials are for account 444455556666/),
      );
    });
  });

  it("are not downloaded from a URL that cannot be reached", async () => {
    const file = { ...wheelOf("a", "1.0"), size: 1, url: "https://127.0.0.1:1/a.whl" };
    await assert.rejects(download(file, path.join(folder, "a.whl")), (error: Error) => error instanceof PackagesError);
  });
});
