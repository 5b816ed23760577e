// Tests the static index of a mirror. tests/unit/cli/packages-pip.test.ts shows that pip reads it.
import assert from "node:assert/strict";
import { fileKey } from "@cloister/components/mirror/index-keys";
import { indexObjects } from "@cloister/components/mirror/index-pages";
import { type ApprovedPackage } from "@cloister/components/mirror/manifest";

const sha256 = "a".repeat(64);
const torch: ApprovedPackage = {
  name: "torch",
  version: "2.1.0+cpu",
  licence: "BSD-3-Clause",
  requiresPython: ">=3.8,<4",
  files: [{ filename: "torch-2.1.0+cpu-cp311-cp311-linux_x86_64.whl", size: 11, sha256, url: "https://files.example/torch.whl" }],
};
const six: ApprovedPackage = {
  name: "six",
  version: "1.16.0",
  licence: "MIT",
  files: [{ filename: "six-1.16.0-py2.py3-none-any.whl", size: 11, sha256, url: "https://files.example/six.whl" }],
};
const pages = (...packages: ApprovedPackage[]) => new Map(indexObjects({ packages }).map((object) => [object.key, object]));

/** Packages of an index of realistic size: 10,000 projects with three wheels each. */
const many: ApprovedPackage[] = Array.from({ length: 10_000 }, (_, i) => ({
  name: `project-${i}`,
  version: `1.${i % 50}.0`,
  licence: "MIT",
  requiresPython: ">=3.9",
  files: ["310", "311", "312"].map((python) => ({
    filename: `project_${i}-1.${i % 50}.0-cp${python}-cp${python}-manylinux2014_x86_64.whl`,
    size: 11,
    sha256,
    url: "https://files.example/x.whl",
  })),
}));

describe("index of a mirror", () => {
  it("has a page for each project and one for all, each under the exact key that pip requests", () =>
    assert.deepEqual(
      [...pages(torch, six).keys()],
      ["simple/", "simple/index.json", "simple/six/", "simple/six/index.json", "simple/torch/", "simple/torch/index.json"],
    ));

  it("links each wheel with its hash and Python versions, encoded for HTML and for S3", () => {
    const { body, contentType } = pages(torch).get("simple/torch/")!;
    assert.equal(contentType, "text/html; charset=utf-8");
    assert.ok(
      body.includes(
        `<a href="../../files/${sha256}/torch-2.1.0%2Bcpu-cp311-cp311-linux_x86_64.whl#sha256=${sha256}" data-requires-python="&gt;=3.8,&lt;4">torch-2.1.0+cpu-cp311-cp311-linux_x86_64.whl</a>`,
      ),
      body,
    );
    assert.ok(!pages(six).get("simple/six/")!.body.includes("data-requires-python"));
  });

  it("has the same files in JSON", () => {
    const { body, contentType } = pages(torch).get("simple/torch/index.json")!;
    assert.equal(contentType, "application/vnd.pypi.simple.v1+json");
    assert.deepEqual(JSON.parse(body), {
      meta: { "api-version": "1.1" },
      name: "torch",
      versions: ["2.1.0+cpu"],
      files: [
        {
          filename: "torch-2.1.0+cpu-cp311-cp311-linux_x86_64.whl",
          url: `../../files/${sha256}/torch-2.1.0%2Bcpu-cp311-cp311-linux_x86_64.whl`,
          size: 11,
          hashes: { sha256 },
          "requires-python": ">=3.8,<4",
        },
      ],
    });
    assert.deepEqual((JSON.parse(pages(torch, six).get("simple/index.json")!.body) as { projects: unknown }).projects, [
      { name: "six" },
      { name: "torch" },
    ]);
  });

  it("lists all versions of a project on one page", () => {
    const { body } = pages(six, { ...six, version: "1.17.0", files: [{ ...six.files[0]!, filename: "six-1.17.0-py3-none-any.whl" }] }).get(
      "simple/six/",
    )!;
    assert.deepEqual(body.match(/six-1\.1\d\.0/g)!.length, 4);
  });

  it("does not depend on the order of the manifest", () => assert.deepEqual(pages(torch, six), pages(six, torch)));

  it("has a key with the hash for each file, so that other content never has the same key", () =>
    assert.equal(fileKey(six.files[0]!), `files/${sha256}/six-1.16.0-py2.py3-none-any.whl`));

  it("is generated for 10,000 projects in less than 10 s", () => {
    const start = process.cpuUsage();
    assert.equal(indexObjects({ packages: many }).length, 20_002);
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6;
    assert.ok(seconds < 10, `${seconds} s`);
  });
});
