// The first thing that runs in a fresh clone: plain Node.js, nothing installed. Installs the npm packages when they are missing or changed, then hands over to TypeScript.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const OLDEST_NODE = [20, 19];

/** What is wrong with a version of Node.js, or nothing. */
export function nodeProblem(version) {
  const [major, minor] = version.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return undefined;
  return `Cloister needs Node.js ${OLDEST_NODE.join(".")} or later (22 recommended); this is ${version}. Install one from https://nodejs.org/ and run this again.`;
}

/** Changes when other packages would be installed. */
export const packagesStamp = (lockFile) => createHash("sha256").update(lockFile).digest("hex");

/** Which script runs for `npm start`, `npm test` and `npm run cloister`, and with which arguments. */
export function entryOf(verb, args) {
  if (verb === "test") return [path.join(root, "tests", "run.ts"), ...args];
  return [path.join(root, "tools", "cli", "main.ts"), ...(verb === "start" ? ["start"] : []), ...args];
}

/** Runs a command; signals reach it, and its end is ours. */
function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", ...options });
    // A terminal sends Ctrl-C to the whole group; another sender means only us.
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
    console.log("Installing npm packages (about 300 MB, once) …");
    const code = await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { shell: process.platform === "win32" });
    if (code !== 0) throw new Error(`npm ci failed with code ${code}. Its message is above; run the same command again when it is solved.`);
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

/** Installs what is missing, and runs what `verb` stands for to its end; the exit code is that of what ran. */
export async function main([verb, ...args]) {
  try {
    const problem = nodeProblem(process.versions.node);
    if (problem) throw new Error(problem);
    await installPackages();
    process.exitCode = await run(process.execPath, ["-r", "ts-node/register/transpile-only", ...entryOf(verb, args)]);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
