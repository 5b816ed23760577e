import * as assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";

// Tests versions, layering and links of the repository. Does not prove that a program deploys.

const root = path.resolve(__dirname, "..", "..");
const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");
const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((file) => file && fs.existsSync(path.join(root, file)));

interface Manifest {
  name: string;
  workspaces?: string[];
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}
const manifests = tracked.filter((file) => path.basename(file) === "package.json").map((file) => JSON.parse(read(file)) as Manifest);

describe("repository", () => {
  it("pins every npm package to one exact version", () => {
    const versions = new Map<string, Set<string>>();
    for (const manifest of manifests)
      for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
        assert.match(
          version,
          /^(npm:[@\w/-]+@)?\d+\.\d+\.\d+$/,
          `${manifest.name} requires ${name} ${version}, which must be an exact version`,
        );
        versions.set(name, (versions.get(name) ?? new Set()).add(version));
      }
    const split = [...versions].filter(([, found]) => found.size > 1).map(([name, found]) => `${name}: ${[...found].join(", ")}`);
    assert.deepEqual(split, [], "workspaces require different versions");
  });

  it("installs one copy of each @pulumi package, so that mocks, types and secrets match", () => {
    const lock = JSON.parse(read("package-lock.json")) as { packages: Record<string, unknown> };
    const copies = Object.keys(lock.packages).filter((context) => /node_modules\/@pulumi\/(pulumi|aws|policy)$/.test(context));
    assert.deepEqual(copies.sort(), ["node_modules/@pulumi/aws", "node_modules/@pulumi/policy", "node_modules/@pulumi/pulumi"]);
  });

  describe("forbidden imports", () => {
    /** Each case is a file whose folder must not have this import. A second file can complete an import cycle. */
    const cases: { rule: string; from: string; imports: string; importedBack?: boolean }[] = [
      { rule: "components-import-no-other-workspace", from: "components", imports: "@cloister/common" },
      { rule: "components-import-no-other-workspace", from: "components/network", imports: "@cloister/core/outputs" },
      { rule: "aws-imports-no-component", from: "components/aws", imports: "../stack/errors" },
      { rule: "stack-imports-only-aws", from: "components/stack", imports: "../network/settings" },
      { rule: "areas-import-only-aws-and-stack", from: "components/keys", imports: "../storage/settings" },
      { rule: "areas-import-only-aws-and-stack", from: "components/network", imports: "../keys" },
      { rule: "areas-import-only-aws-and-stack", from: "components/storage", imports: "../keys/policy" },
      { rule: "areas-import-only-aws-and-stack", from: "components/studio", imports: "../identity/settings" },
      { rule: "areas-import-only-aws-and-stack", from: "components/monitoring", imports: "../network/catalogue" },
      { rule: "areas-import-only-aws-and-stack", from: "components/functions", imports: "../storage/policy" },
      { rule: "controls-import-guardrails-and-functions", from: "components/controls", imports: "../network/settings" },
      { rule: "catalog-imports-no-network-or-role", from: "components/catalog", imports: "../identity/settings" },
      { rule: "mirror-imports-no-network-or-role", from: "components/mirror", imports: "../network/settings" },
      { rule: "audit-imports-no-network-or-studio", from: "components/audit", imports: "../network/settings" },
      { rule: "identity-imports-only-the-network-catalogue", from: "components/identity", imports: "../network/settings" },
      { rule: "projects-import-only-outputs-of-projects", from: "environment", imports: "@cloister/core/stack" },
      { rule: "projects-import-only-outputs-of-projects", from: "target-accounts", imports: "@cloister/environment/settings" },
      { rule: "projects-import-only-components", from: "core", imports: "@cloister/policy-pack/rule-kit" },
      { rule: "policy-pack-imports-no-other-workspace", from: "policy-pack/rules", imports: "@cloister/components/aws/cidr" },
      { rule: "tools-import-no-program", from: "tools/sandbox/server", imports: "@cloister/components/stack/config" },
      { rule: "tools-import-only-common", from: "tools/toolchain", imports: "@cloister/sandbox" },
      { rule: "tools-are-imported-by-index", from: "tools/cli/drain", imports: "../../sandbox/world" },
      { rule: "tests-import-tools-by-index-or-testing", from: "tests/helpers", imports: "../../tools/sandbox/server/store" },
      { rule: "cli-imports-only-contracts", from: "tools/cli", imports: "@cloister/environment/stack" },
      { rule: "no-cycles", from: "components/keys", imports: "./forbidden-import-cycle", importedBack: true },
      // The first package is installed for another workspace, and the second package is not installed.
      { rule: "no-unlisted-packages", from: "components/storage", imports: "@pulumi/policy" },
      { rule: "no-unlisted-packages", from: "components/monitoring", imports: "left-pad" },
    ];
    const fileOf = (i: number) => path.join(cases[i]!.from, `forbidden-import-${i}.ts`);
    let found: { from: string; rule: { name: string } }[];

    before(function () {
      this.timeout(60_000);
      const files = cases.flatMap(({ from, imports, importedBack }, i) => [
        [fileOf(i), imports] as const,
        ...(importedBack ? [[path.join(from, `${imports}.ts`), `./${path.basename(fileOf(i), ".ts")}`] as const] : []),
      ]);
      try {
        for (const [file, imports] of files) fs.writeFileSync(path.join(root, file), `import "${imports}";\n`);
        const { stdout } = spawnSync(
          path.join(root, "node_modules", ".bin", "depcruise"),
          ["--config", ".dependency-cruiser.cjs", "--output-type", "json", ...files.map(([file]) => file)],
          { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
        );
        found = (JSON.parse(stdout) as { summary: { violations: typeof found } }).summary.violations;
      } finally {
        for (const [file] of files) fs.rmSync(path.join(root, file), { force: true });
      }
    });

    for (const [i, { rule, from, imports }] of cases.entries())
      it(`rejects an import of ${imports} in ${from}`, () => {
        const rules = found.filter((violation) => violation.from === fileOf(i)).map((violation) => violation.rule.name);
        assert.ok(rules.includes(rule), `expected ${rule}, got ${rules.join(", ") || "no violation"}`);
      });

    it("have a test case for every rule", () => {
      const { forbidden } = createRequire(__filename)(path.join(root, ".dependency-cruiser.cjs")) as { forbidden: { name: string }[] };
      assert.deepEqual(
        [...new Set(cases.map(({ rule }) => rule))],
        forbidden.map(({ name }) => name),
      );
    });
  });

  it("has no dead link in Markdown", () => {
    const dead: string[] = [];
    for (const page of tracked.filter((file) => file.endsWith(".md")))
      for (const [, target] of read(page).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g))
        if (!fs.existsSync(path.join(root, path.dirname(page), target!))) dead.push(`${page} -> ${target}`);
    assert.deepEqual(dead, []);
  });

  it("names only npm scripts that exist in Markdown", () => {
    const scripts = Object.keys((JSON.parse(read("package.json")) as { scripts: object }).scripts);
    const unknown = new Set<string>();
    for (const page of tracked.filter((file) => file.endsWith(".md")))
      for (const [, script] of read(page).matchAll(/npm run ([\w:-]+)/g))
        if (!scripts.includes(script!)) unknown.add(`${page}: npm run ${script}`);
    assert.deepEqual([...unknown], []);
  });
});
