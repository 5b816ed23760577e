// Installs the npm packages of a fresh clone, then runs TypeScript. Plain Node.js, because no package is installed yet.
// The packages are installed again when the lock file changes.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const MINIMUM_NODE = [20, 19];

/** The reason why a Node.js version is not supported, or `undefined`. */
export function nodeProblem(version) {
  const [major, minor] = version.split(".").map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return undefined;
  return `Cloister requires Node.js ${MINIMUM_NODE.join(".")} or later, 22 is recommended (got ${version}). Install it from https://nodejs.org/ and run the same command again.`;
}

/** A fingerprint that changes whenever the lock file changes. */
export const packagesStamp = (lockFile) => createHash("sha256").update(lockFile).digest("hex");

/** The script and arguments for `npm start`, `npm test` and `npm run cloister`. */
export function entryOf(verb, args) {
  if (verb === "test") return [path.join(root, "tests", "run.ts"), ...args];
  return [path.join(root, "tools", "cli", "main.ts"), ...(verb === "start" ? ["start"] : []), ...args];
}

/** Runs a command, forwards signals to it and returns its exit code. */
function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", ...options });
    // Ctrl-C in a terminal sends the signal to the whole process group. Other senders signal only this process.
    const forward = {
      SIGINT: () => process.stdin.isTTY || child.kill("SIGINT"),
      SIGTERM: () => child.kill("SIGTERM"),
      SIGHUP: () => child.kill("SIGHUP"),
    };
    for (const [signal, handler] of Object.entries(forward)) process.on(signal, handler);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      for (const [name, handler] of Object.entries(forward)) process.off(name, handler);
      resolve(signal ? 130 : (code ?? 1));
    });
  });
}

async function installPackages() {
  const modules = path.join(root, "node_modules");
  const stampFile = path.join(modules, ".cloister-stamp");
  const stamp = packagesStamp(fs.readFileSync(path.join(root, "package-lock.json")));
  const current = () => fs.existsSync(stampFile) && fs.readFileSync(stampFile, "utf8") === stamp;
  if (current()) return;
  const lock = path.join(root, ".npm-ci-lock");
  for (;;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const holder = Number(fs.readFileSync(lock, "utf8"));
      if (!isAlive(holder)) fs.rmSync(lock, { force: true });
      else await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  try {
    if (current()) return;
    const started = Date.now();
    console.log("Installing npm packages (about 300 MB) …");
    const code = await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { shell: process.platform === "win32" });
    if (code !== 0) throw new Error(`npm ci failed with exit code ${code}. Fix the error above and run the same command again.`);
    fs.writeFileSync(stampFile, stamp);
    console.log(`npm packages installed in ${Math.round((Date.now() - started) / 1000)} s`);
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Installs missing packages, runs the script for `verb`, and exits with the exit code of the script.
 * Tests replace `install`, because `npm ci` deletes the packages of the running tests.
 */
export async function main([verb, ...args], install = installPackages) {
  try {
    const problem = nodeProblem(process.versions.node);
    if (problem) throw new Error(problem);
    await install();
    process.exitCode = await run(process.execPath, ["-r", "ts-node/register/transpile-only", ...entryOf(verb, args)]);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
