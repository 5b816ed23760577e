import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
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
    const copies = Object.keys(lock.packages).filter((place) => /node_modules\/@pulumi\/(pulumi|aws|policy)$/.test(place));
    assert.deepEqual(copies.sort(), ["node_modules/@pulumi/aws", "node_modules/@pulumi/policy", "node_modules/@pulumi/pulumi"]);
  });

  it("finds an arrow that the architecture forbids", () => {
    const wrong = path.join(root, "components", "wrong-arrow-of-a-test.ts");
    fs.writeFileSync(wrong, 'import "@cloister/sandbox/cache";\n');
    try {
      execFileSync(path.join(root, "node_modules", ".bin", "depcruise"), ["--config", ".dependency-cruiser.cjs", wrong], {
        cwd: root,
        stdio: "pipe",
      });
      assert.fail("dependency-cruiser let components import the sandbox");
    } catch (error) {
      assert.match(String((error as { stdout?: Buffer }).stdout), /components-stand-alone/);
    } finally {
      fs.rmSync(wrong);
    }
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
