// Lints CloudFormation templates with cfn-lint, which moto requires and the toolchain installs at a pinned version.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { silent } from "@cloister/common";
import { ensureToolchain } from "@cloister/toolchain";

/** The exit status and the findings of cfn-lint for templates by name. */
export async function lintTemplates(templates: Record<string, object>): Promise<{ status: number | null; text: string }> {
  const { python } = await ensureToolchain(silent);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-template-"));
  const files = Object.entries(templates).map(([name, template]) => {
    const file = path.join(folder, `${name}.json`);
    fs.writeFileSync(file, JSON.stringify(template));
    return file;
  });
  const { status, stdout, stderr } = spawnSync(python, ["-c", "from cfnlint.runner import main; main()", ...files], { encoding: "utf8" });
  fs.rmSync(folder, { recursive: true });
  return { status, text: stdout + stderr };
}
