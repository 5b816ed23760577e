// Measures the index of 10,000 projects with three wheels each: generation, and the comparison after one changed package.
import { createHash } from "node:crypto";
import { planSync } from "@cloister/cli/testing";
import { fileKey } from "@cloister/components/mirror/index-keys";
import { indexObjects } from "@cloister/components/mirror/index-pages";
import { type ApprovedPackage, parseManifest } from "@cloister/components/mirror/manifest";
import { stringify } from "yaml";
import { median } from "./measure";

const sha = (text: string) => createHash("sha256").update(text).digest("hex");

const entryOf = (name: string, version: string): ApprovedPackage => ({
  name,
  version,
  licence: "MIT",
  approver: "jane@bank.example",
  expires: "2999-12-31",
  requiresPython: ">=3.9",
  files: ["310", "311", "312"].map((python) => {
    const filename = `${name.replaceAll("-", "_")}-${version}-cp${python}-cp${python}-manylinux2014_x86_64.whl`;
    return { filename, size: 1_000_000, sha256: sha(filename), url: `https://files.example/${filename}` };
  }),
});

/** The median CPU time of five runs, in seconds: the duration on an idle machine. */
function cpuTime(work: () => unknown): string {
  const seconds = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  });
  return `${median(seconds).toFixed(2)} s`;
}

const packages = Array.from({ length: 10_000 }, (_, i) => entryOf(`project-${i}`, "1.0"));
const yaml = stringify({ packages });
const stored = [
  ...indexObjects({ packages }).map(({ key, body }) => ({ key, size: body.length, md5: createHash("md5").update(body).digest("hex") })),
  ...packages.flatMap(({ files }) => files.map((file) => ({ key: fileKey(file), size: file.size, md5: "" }))),
];
const changed = [...packages.slice(0, -1), entryOf("project-9999", "2.0")];

console.log(`manifest  read and validated       ${cpuTime(() => parseManifest("packages.yaml", yaml))}`);
console.log(`index     20,002 pages generated   ${cpuTime(() => indexObjects({ packages }))}`);
console.log(`index     one changed package      ${cpuTime(() => planSync({ packages: changed }, stored))}`);
