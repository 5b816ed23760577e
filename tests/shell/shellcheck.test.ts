// Every shell script of the repository, and those that its code writes, as shellcheck sees them. What they do is tried elsewhere: tests/unit/components/studio-scripts.test.ts, tests/sandbox.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { terminalProgress } from "@cloister/common";
import { environmentScript } from "@cloister/sandbox/testing";
import { ensureShellcheck, noShellcheck } from "@cloister/toolchain";
import { appScript, notebookScript, type ScriptArgs } from "@cloister/components/studio/lifecycle-scripts";
import { encoded } from "@cloister/components/studio/script-content";
import { facts } from "../helpers/studio";

const root = path.resolve(__dirname, "..", "..");

/** Parts of a rendered script, which sets their variables in front and says in its first line which shell it is for. */
const parts = "components/studio/scripts/";

/** Every file that is a shell script, by its name or its first line, in alphabetical order. */
function shellScripts(dir = root): string[] {
  return fs
    .readdirSync(dir, { withFileTypes: true })
    .filter(({ name }) => !["node_modules", ".git", "bin"].includes(name))
    .flatMap((entry) => {
      const file = path.join(dir, entry.name);
      if (entry.isDirectory()) return shellScripts(file);
      if (!entry.isFile()) return [];
      return entry.name.endsWith(".sh") || /^#!.*\b(ba|da|k)?sh\b/.test(firstLine(file)) ? [path.relative(root, file)] : [];
    })
    .sort();
}

function firstLine(file: string): string {
  const start = Buffer.alloc(200);
  const fd = fs.openSync(file, "r");
  const length = fs.readSync(fd, start);
  fs.closeSync(fd);
  return start.toString("utf8", 0, length).split("\n")[0]!;
}

const certificate = (bytes: number) => `-----BEGIN CERTIFICATE-----\n${randomBytes(bytes).toString("base64")}\n-----END CERTIFICATE-----`;
const withAll = (bytes: number): ScriptArgs => ({
  facts,
  pip: { indexUrl: "https://pypi.bank.example/simple", trustedCertificate: certificate(bytes) },
  git: { name: `Ana "A" O'Horvat $(id) \`id\``, email: "ana@bank.example" },
});
/** As AWS gets it: packed, where it is long. */
const sent = (text: string) => Buffer.from(encoded(text), "base64").toString("utf8");

const rendered: Record<string, () => string> = {
  "of an app, with nothing set": () => sent(appScript({ facts })),
  "of an app, with pip and Git": () => sent(appScript(withAll(100))),
  "of a notebook instance, with nothing set": () => sent(notebookScript({ facts, idleMinutes: 60 })),
  "of a notebook instance, with pip and Git": () => notebookScript({ ...withAll(100), idleMinutes: 60 }),
  "of a notebook instance, packed": () => sent(notebookScript({ ...withAll(2900), idleMinutes: 60 })),
  "that leads into a world of the sandbox": () => `#!/bin/sh\n${environmentScript("it's", { A_PATH: "/a b/'c'", A_KEY: "$x" })}`,
};

/**
 * What is asked of rendered scripts besides: that every variable is set, and that no function is called where a failure would not end the script.
 * What is not: texts in single quotes may hold what a shell would expand (SC2016), because they are values, Python among them.
 */
const ofRendered = ["--enable=check-unassigned-uppercase,check-set-e-suppressed", "--exclude=SC2016"];

const skipped = noShellcheck();

describe(`shell scripts, as shellcheck sees them${skipped ? ` (not run: ${skipped})` : ""}`, () => {
  const check = skipped ? it.skip : it;
  let shellcheck: string;
  before(async function () {
    this.timeout(300_000);
    if (!skipped) shellcheck = await ensureShellcheck(terminalProgress());
  });

  /** What it finds, as it words it; nothing when all is well. */
  function findings(options: string[], text?: string): string {
    const { status, stdout, stderr, error } = spawnSync(shellcheck, ["--norc", "--format=gcc", ...options], {
      cwd: root,
      input: text ?? "",
      encoding: "utf8",
    });
    // 1: there are findings; more: it could not read what it was given.
    assert.ok(error === undefined && (status === 0 || status === 1), `${status}: ${stderr}${error?.message ?? ""}`);
    assert.equal(status === 0, stdout === "", stdout);
    return stdout;
  }

  check("finds what is wrong", () => {
    assert.match(findings(["-"], "#!/bin/bash\nrm -rf $1/*\n"), /SC2086/);
    assert.match(findings([...ofRendered, "-"], '#!/bin/bash\necho "$GIT_NAME"\n'), /GIT_NAME is referenced but not assigned\. \[SC2154\]/);
  });

  const files = shellScripts();
  it("are all known: the start scripts', continuous integration's, and the stand-in's", () =>
    assert.deepEqual(files, [".ci/run", `${parts}home.sh`, `${parts}notebook.sh`, "tools/toolchain/language-host/pulumi-language-nodejs"]));

  for (const file of files)
    check(`have nothing wrong: ${file}`, () => assert.equal(findings([...(file.startsWith(parts) ? ["--shell=bash"] : []), file]), ""));

  for (const [what, text] of Object.entries(rendered))
    check(`have nothing wrong: the one ${what}`, () => assert.equal(findings([...ofRendered, "-"], text()), ""));

  it("are packed where they are long", () => assert.match(rendered["of a notebook instance, packed"]!(), /^# Packed/m));
});
