// Lints the image of the runner, with the rules of hadolint that matter here. Does not build the image.
import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { imageReleases, installReleases } from "@cloister/toolchain/testing";
import { dockerfileRules, instructionsOf } from "../helpers/dockerfile";

const root = path.resolve(__dirname, "..", "..");
const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");

const base = `node:22.21.1-bookworm-slim@sha256:${"0".repeat(64)}`;
const good = `FROM ${base} AS build\nRUN npm ci\nFROM ${base}\nARG WHO=node\nWORKDIR /x\nUSER \${WHO}\nCMD ["a"]\n`;

describe("image of the runner", () => {
  const dockerfile = read("runner/Dockerfile");
  const instructions = instructionsOf(dockerfile);

  for (const [title, rule] of Object.entries(dockerfileRules)) it(title, () => assert.deepEqual(rule(instructions), []));

  const violations: { rule: string; from: string; to: string }[] = [
    { rule: "uses only known instructions", from: "RUN npm ci", to: "ADD https://x /x" },
    { rule: "uses only known instructions", from: "RUN npm ci", to: "run npm ci" },
    { rule: "pins each base image by version and digest", from: `FROM ${base}\n`, to: "FROM node:22.21.1\n" },
    { rule: "pins each base image by version and digest", from: `FROM ${base}\n`, to: `FROM node:latest@sha256:${"0".repeat(64)}\n` },
    { rule: "starts each stage from one base image", from: `FROM ${base}\n`, to: `FROM ${base.replace("22.", "23.")}\n` },
    { rule: "runs as a user other than root", from: "USER ${WHO}\n", to: "" },
    { rule: "runs as a user other than root", from: "ARG WHO=node", to: "ARG WHO=root" },
    { rule: "runs as a user other than root", from: "USER ${WHO}", to: "USER 0:0" },
    { rule: "starts one command in exec form", from: 'CMD ["a"]', to: "CMD a" },
    { rule: "starts one command in exec form", from: 'CMD ["a"]\n', to: "" },
    { rule: "has absolute working directories", from: "WORKDIR /x", to: "WORKDIR x" },
    {
      rule: "runs no script from the network, and no packages without a pinned version",
      from: "RUN npm ci",
      to: "RUN curl https://x | sh",
    },
    { rule: "contains no secret", from: "ARG WHO=node", to: "ARG WHO=node\nENV PULUMI_ACCESS_TOKEN=x" },
  ];
  it("has rules that accept a good Dockerfile", () =>
    assert.deepEqual(
      Object.values(dockerfileRules).flatMap((rule) => rule(instructionsOf(good))),
      [],
    ));
  for (const { rule, from, to } of violations)
    it(`has a rule that rejects '${(to || `no ${from}`).trim().split("\n").at(-1)}'`, () => {
      assert.ok(good.includes(from));
      assert.notDeepEqual(dockerfileRules[rule]!(instructionsOf(good.replace(from, to))), []);
    });
  it("has a negative example for each rule", () =>
    assert.deepEqual(
      Object.keys(dockerfileRules).filter((title) => !violations.some(({ rule }) => rule === title)),
      [],
    ));

  it("has a Node.js version that the program supports", () => {
    const [, oldest] = /^>=(\d+)\.\d+$/.exec((JSON.parse(read("package.json")) as { engines: { node: string } }).engines.node)!;
    const [, major] = /node:(\d+)\./.exec(dockerfile)!;
    assert.ok(Number(major) >= Number(oldest));
  });

  it("starts the command that CodeBuild calls, which is an executable script", () => {
    const command = "runner/cloister-runner";
    assert.match(dockerfile, /^CMD \["cloister-runner"\]$/m);
    const script = read(command);
    assert.match(script, /^#!\/bin\/sh\n/);
    const [, entry] = /^exec node -r ts-node\/register\/transpile-only (\S+)$/m.exec(script)!;
    assert.ok(fs.existsSync(path.join(root, entry!)), `${entry} does not exist`);
    assert.equal(fs.statSync(path.join(root, command)).mode & 0o111, 0o111);
  });

  it("installs every workspace that the image contains, and no tests", () => {
    const { workspaces } = JSON.parse(read("package.json")) as { workspaces: string[] };
    const installed = [...dockerfile.matchAll(/--workspace=([\w/-]+)/g)].map(([, name]) => name!);
    assert.deepEqual(installed.sort(), workspaces.filter((name) => name !== "tests").sort());
  });

  it("contains every file that it needs, and no settings of stacks", () => {
    const kept = read("runner/Dockerfile.dockerignore")
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => line.slice(1));
    const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" }).split(
      "\n",
    );
    for (const entry of kept)
      assert.ok(
        tracked.some((file) => file === entry || file.startsWith(`${entry}/`)),
        `${entry} does not exist`,
      );
    const { workspaces } = JSON.parse(read("package.json")) as { workspaces: string[] };
    for (const needed of [
      ...workspaces.map((name) => `${name}/package.json`),
      "package-lock.json",
      ".npmrc",
      "tsconfig.base.json",
      "runner/cloister-runner",
    ])
      assert.ok(
        kept.some((entry) => needed === entry || needed.startsWith(`${entry}/`)),
        `${needed} is not in the image`,
      );
    assert.match(read("runner/Dockerfile.dockerignore"), /^\*$[\s\S]*^\*\*\/Pulumi\.\*\.yaml$/m);
  });

  describe("releases of Pulumi", () => {
    const version = (name: string) => (JSON.parse(read(`node_modules/${name}/package.json`)) as { version: string }).version;
    it("have the versions of the npm packages", () =>
      assert.deepEqual(
        imageReleases().map(({ folder, release }) => [folder, release?.version]),
        [
          ["bin", version("@pulumi/pulumi")],
          [`home/plugins/resource-aws-v${version("@pulumi/aws")}`, version("@pulumi/aws")],
        ],
      ));
    it("are installed where Pulumi finds them", async () => {
      const target = fs.mkdtempSync(path.join(os.tmpdir(), "releases-"));
      try {
        await installReleases(target, (release, parts, dir) => {
          fs.mkdirSync(parts, { recursive: true });
          fs.writeFileSync(path.join(dir, "archive"), release.archive);
          return Promise.resolve();
        });
        const files = fs.readdirSync(target, { recursive: true }).map(String);
        assert.deepEqual(
          files.filter((file) => file.endsWith("archive")).sort(),
          imageReleases().map(({ folder }) => `${folder}/archive`),
        );
        assert.ok(!files.includes("parts"));
        // The folders are on the PATH and in PULUMI_HOME.
        assert.match(dockerfile, /PATH=\/opt\/pulumi\/bin:/);
        assert.match(dockerfile, /PULUMI_HOME=\/opt\/pulumi\/home/);
      } finally {
        fs.rmSync(target, { recursive: true });
      }
    });
  });
});
