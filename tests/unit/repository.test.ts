import * as assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";

// What keeps the repository in one piece: versions, layering, links. It does not prove that a program deploys.

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
        assert.match(version, /^\d+\.\d+\.\d+$/, `${manifest.name} asks for ${name} ${version}; write an exact version`);
        versions.set(name, (versions.get(name) ?? new Set()).add(version));
      }
    const split = [...versions].filter(([, found]) => found.size > 1).map(([name, found]) => `${name}: ${[...found].join(", ")}`);
    assert.deepEqual(split, [], "workspaces disagree about a version");
  });

  it("installs one copy of each @pulumi package, so that mocks, types and secrets are the same everywhere", () => {
    const lock = JSON.parse(read("package-lock.json")) as { packages: Record<string, unknown> };
    const copies = Object.keys(lock.packages).filter((context) => /node_modules\/@pulumi\/(pulumi|aws|policy)$/.test(context));
    assert.deepEqual(copies.sort(), ["node_modules/@pulumi/aws", "node_modules/@pulumi/policy", "node_modules/@pulumi/pulumi"]);
  });

  describe("finds an import that the architecture forbids:", () => {
    /** One file for each case, in the folder that must not have this import; a second one closes a circle, which is told of the first by name. */
    const cases: { rule: string; from: string; imports: string; also?: [string, string] }[] = [
      { rule: "components-stand-alone", from: "components", imports: "@cloister/common" },
      { rule: "components-stand-alone", from: "components/network", imports: "@cloister/core/outputs" },
      { rule: "aws-is-the-ground-floor", from: "components/aws", imports: "../stack/errors" },
      { rule: "stack-is-the-ground-floor", from: "components/stack", imports: "../network/settings" },
      { rule: "projects-read-only-contracts", from: "environment", imports: "@cloister/core/stack" },
      { rule: "projects-read-only-contracts", from: "target-accounts", imports: "@cloister/environment/settings" },
      { rule: "projects-use-components-only", from: "core", imports: "@cloister/policy-pack/rule-kit" },
      { rule: "policy-pack-stands-alone", from: "policy-pack/rules", imports: "@cloister/components/aws/cidr" },
      { rule: "tools-know-no-program", from: "tools/sandbox/server", imports: "@cloister/components/stack/config" },
      { rule: "tools-build-on-common-only", from: "tools/toolchain", imports: "@cloister/sandbox" },
      { rule: "tools-have-one-door", from: "tools/cli/drain", imports: "../../sandbox/world" },
      { rule: "tests-use-the-doors-of-tools", from: "tests/helpers", imports: "../../tools/sandbox/server/store" },
      { rule: "cli-reads-only-contracts", from: "tools/cli", imports: "@cloister/environment/settings" },
      {
        rule: "no-cycles",
        from: "components/keys",
        imports: "./wrong-import-that-comes-back",
        also: ["wrong-import-that-comes-back.ts", "./wrong-import-of-a-test"],
      },
      // Installed because another workspace lists it, and not there at all.
      { rule: "no-unlisted-packages", from: "components/storage", imports: "@pulumi/policy" },
      { rule: "no-unlisted-packages", from: "components/monitoring", imports: "left-pad" },
    ];
    const fileOf = (from: string) => path.join(from, "wrong-import-of-a-test.ts");
    let found: { from: string; rule: { name: string } }[];

    before(function () {
      this.timeout(60_000);
      const files = cases.flatMap(({ from, imports, also }) => [
        [fileOf(from), imports] as const,
        ...(also ? [[path.join(from, also[0]), also[1]] as const] : []),
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

    for (const { rule, from, imports } of cases)
      it(`${from} -> ${imports}`, () =>
        assert.ok(
          found.some((one) => one.from === fileOf(from) && one.rule.name === rule),
          JSON.stringify(found.filter((one) => one.from === fileOf(from))),
        ));

    it("by each of its rules", () => {
      const { forbidden } = createRequire(__filename)(path.join(root, ".dependency-cruiser.cjs")) as { forbidden: { name: string }[] };
      assert.deepEqual(
        [...new Set(cases.map(({ rule }) => rule))],
        forbidden.map(({ name }) => name),
      );
    });
  });

  it("has no link in its pages that leads nowhere", () => {
    const dead: string[] = [];
    for (const page of tracked.filter((file) => file.endsWith(".md")))
      for (const [, target] of read(page).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g))
        if (!fs.existsSync(path.join(root, path.dirname(page), target!))) dead.push(`${page} -> ${target}`);
    assert.deepEqual(dead, []);
  });

  it("names every command in its pages as package.json spells it", () => {
    const scripts = Object.keys((JSON.parse(read("package.json")) as { scripts: object }).scripts);
    const unknown = new Set<string>();
    for (const page of tracked.filter((file) => file.endsWith(".md")))
      for (const [, script] of read(page).matchAll(/npm run ([\w:-]+)/g))
        if (!scripts.includes(script!)) unknown.add(`${page}: npm run ${script}`);
    assert.deepEqual([...unknown], []);
  });
});
