// Installs Python packages with pinned hashes, each set in a separate virtual environment.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Step } from "@cloister/common";
import { firstOutputLine, run } from "./process";
import { requireSpace } from "./store";
import { ToolchainError } from "./types";

export interface PythonPackages {
  /** Name for messages. */
  title: string;
  /** File with pinned versions and hashes. */
  requirements: string;
  /** Measured disk space of the virtual environment and the pip cache. */
  bytes: number;
  pipOptions?: string[];
}

/**
 * Installs packages into a virtual environment at `home`, then moves its files to `dir`: scripts in an environment
 * contain the path of the environment's folder.
 * Errors: `ToolchainError` when Python 3.10 or its venv module is missing, or when the disk space is too small.
 */
export async function installPythonPackages(packages: PythonPackages, home: string, dir: string, step: Step): Promise<void> {
  const { title, requirements, bytes, pipOptions = [] } = packages;
  const python = findPython(title);
  requireSpace(bytes, title);
  step.update("creating a Python environment");
  fs.rmSync(home, { recursive: true, force: true });
  await run(python, ["-m", "venv", home]);
  let count = 0;
  await run(
    path.join(home, "bin", "python"),
    ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--require-hashes", ...pipOptions, "-r", requirements],
    { onLine: (line) => /^\s*(Collecting|Downloading|Using cached)/.test(line) && step.update(`Python packages, ${++count} steps`) },
  );
  for (const name of fs.readdirSync(home)) fs.renameSync(path.join(home, name), path.join(dir, name));
}

function findPython(title: string): string {
  const python = ["python3", "python"].find(
    (name) => firstOutputLine(name, ["-c", "import sys; print(sys.version_info >= (3, 10))"]) === "True",
  );
  if (!python)
    throw new ToolchainError(
      `${title} requires Python 3.10 or later, and the PATH has none. Install it (https://www.python.org/downloads/) and run the same command again.`,
    );
  if (spawnSync(python, ["-c", "import venv, ensurepip"]).status !== 0)
    throw new ToolchainError(
      `${title} requires the venv module of Python, and ${python} does not have it. On Debian and Ubuntu: apt-get install python3-venv. Then run the same command again.`,
    );
  return python;
}
