// Runs shellcheck on every shell script in the repository, and on the scripts that the code renders.
// Their behavior is tested in tests/unit/components/studio-scripts.test.ts and tests/sandbox.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { terminalProgress } from "@cloister/common";
import { environmentScript } from "@cloister/sandbox/testing";
import { ensureShellcheck, shellcheckProblem } from "@cloister/toolchain";
import { appScript, notebookScript, type ScriptArgs } from "@cloister/components/studio/lifecycle-scripts";
import { encodeScript } from "@cloister/components/studio/script-content";
import { facts } from "../helpers/studio";

const root = path.resolve(__dirname, "..", "..");

/** Parts of rendered scripts. Only the rendered script has the variables and the shebang line. */
const parts = "components/studio/scripts/";

/** Every shell script, found by file name or first line, in alphabetical order. */
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
const allSettings = (bytes: number): ScriptArgs => ({
  facts,
  pip: { indexUrl: "https://pypi.bank.example/simple", trustedCertificate: certificate(bytes) },
  git: { name: `Ana "A" O'Horvat $(id) \`id\``, email: "ana@bank.example" },
});
const withRepository: ScriptArgs = {
  facts,
  pip: {
    indexUrl: "https://hub-packages-111122223333.d.codeartifact.eu-central-1.amazonaws.com/pypi/approved/simple/",
    repositoryArn: "arn:aws:codeartifact:eu-central-1:111122223333:repository/hub-packages/approved",
    requests: "platform@bank.example",
  },
};
/** The script as AWS receives it, compressed if it is too long. */
const uploaded = (text: string) => Buffer.from(encodeScript(text), "base64").toString("utf8");

const rendered: Record<string, () => string> = {
  "of an app, with default settings": () => uploaded(appScript({ facts })),
  "of an app, with pip and Git": () => uploaded(appScript(allSettings(100))),
  "of an app, with a CodeArtifact repository": () => uploaded(appScript(withRepository)),
  "of a notebook instance, with a CodeArtifact repository": () => notebookScript({ ...withRepository, idleMinutes: 60 }),
  "of a notebook instance, with default settings": () => uploaded(notebookScript({ facts, idleMinutes: 60 })),
  "of a notebook instance, with pip and Git": () => notebookScript({ ...allSettings(100), idleMinutes: 60 }),
  "of a notebook instance, compressed": () => uploaded(notebookScript({ ...allSettings(2900), idleMinutes: 60 })),
  "that sets the environment variables of a sandbox": () => `#!/bin/sh\n${environmentScript("it's", { A_PATH: "/a b/'c'", A_KEY: "$x" })}`,
};

/**
 * Additional checks for rendered scripts: every variable is assigned, and no function is called where its failure would
 * not end the script.
 * SC2016 is excluded: strings in single quotes can contain expansions, because they are values, such as Python code.
 */
const renderedOptions = ["--enable=check-unassigned-uppercase,check-set-e-suppressed", "--exclude=SC2016"];

/** SC2154 is excluded: a part can use variables of an earlier part. The checks of rendered scripts include this rule. */
const partOptions = ["--shell=bash", "--exclude=SC2154"];

const skipped = shellcheckProblem();

describe(`shellcheck${skipped ? ` (not run: ${skipped})` : ""}`, () => {
  const check = skipped ? it.skip : it;
  let shellcheck: string;
  before(async function () {
    this.timeout(300_000);
    if (!skipped) shellcheck = await ensureShellcheck(terminalProgress());
  });

  /** The output of shellcheck. Empty when shellcheck finds no problem. */
  function findings(options: string[], text?: string): string {
    const { status, stdout, stderr, error } = spawnSync(shellcheck, ["--norc", "--format=gcc", ...options], {
      cwd: root,
      input: text ?? "",
      encoding: "utf8",
    });
    // Status 1: shellcheck found problems. A higher status: shellcheck failed.
    assert.ok(error === undefined && (status === 0 || status === 1), `${status}: ${stderr}${error?.message ?? ""}`);
    assert.equal(status === 0, stdout === "", stdout);
    return stdout;
  }

  check("reports an unquoted variable and a variable that is not assigned", () => {
    assert.match(findings(["-"], "#!/bin/bash\nrm -rf $1/*\n"), /SC2086/);
    assert.match(
      findings([...renderedOptions, "-"], '#!/bin/bash\necho "$GIT_NAME"\n'),
      /GIT_NAME is referenced but not assigned\. \[SC2154\]/,
    );
  });

  const files = shellScripts();
  it("finds every shell script in the repository", () =>
    assert.deepEqual(files, [
      ".ci/run",
      `${parts}home.sh`,
      `${parts}notebook.sh`,
      `${parts}pip-hint.sh`,
      `${parts}pip-token.sh`,
      "runner/cloister-runner",
      "tools/toolchain/language-host/pulumi-language-nodejs",
    ]));

  for (const file of files)
    check(`finds no problem in ${file}`, () => assert.equal(findings([...(file.startsWith(parts) ? partOptions : []), file]), ""));

  for (const [what, text] of Object.entries(rendered))
    check(`finds no problem in the script ${what}`, () => assert.equal(findings([...renderedOptions, "-"], text()), ""));

  it("checks a compressed script, too", () => assert.match(rendered["of a notebook instance, compressed"]!(), /^# Packed/m));
});
