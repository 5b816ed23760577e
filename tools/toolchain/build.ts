// Builds programs from Go modules, for machines without access to the official releases.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Step } from "@cloister/common";
import { run } from "./process";
import { bytesText, contentOf, goDir, keyOf, requireSpace, secondsText } from "./store";
import { ToolchainError } from "./types";

/** The oldest Go version that the modules accept. */
const OLDEST_GO = [1, 26] as const;

export interface Recipe {
  /** Name for messages. */
  title: string;
  version: string;
  /** Folder with `go.mod` and `go.sum`. */
  source: string;
  /** Package for `go build`, for example `./pulumi-resource-aws` or `tool`. */
  target: string;
  binary: string;
  tags: string;
  /** Compiler flags for `go build`: `pattern=flags`. The last pattern that matches a package applies. */
  gcflags?: string[];
  ldflags: string;
  /** Measured disk space for modules, compiled packages and the binary. */
  freshBytes: number;
}

/** A key that changes with every input of the binary except the Go version: a later Go version requires no rebuild. */
export const recipeKey = (recipe: Recipe) =>
  keyOf(
    contentOf(recipe.source),
    recipe.target,
    recipe.tags,
    recipe.gcflags?.join(" ") ?? "",
    recipe.ldflags,
    process.platform,
    process.arch,
  );

function goEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !["GOFLAGS", "GOWORK", "GOBIN"].includes(name)));
  return {
    ...inherited,
    GOMODCACHE: path.join(goDir(), "mod"),
    GOCACHE: path.join(goDir(), "build"),
    // Module files are writable, so that the cache can be deleted like any folder.
    GOFLAGS: "-modcacherw -buildvcs=false",
    GOTOOLCHAIN: "local",
    GOWORK: "off",
    CGO_ENABLED: "0",
  };
}

function requireGo(title: string): void {
  const result = spawnSync("go", ["env", "GOVERSION"], { encoding: "utf8", env: goEnvironment() });
  const found = /^go(\d+)\.(\d+)/.exec(result.stdout ?? "");
  if (found && (Number(found[1]) > OLDEST_GO[0] || (Number(found[1]) === OLDEST_GO[0] && Number(found[2]) >= OLDEST_GO[1]))) return;
  const state = found ? `${found[0]} is installed` : "Go is not installed";
  throw new ToolchainError(
    `${title} must be built from source, because it is not installed and the official release is not available. The build requires Go ${OLDEST_GO.join(".")} or later, and ${state}. ` +
      `Install Go (https://go.dev/dl/), or the official Pulumi CLI and plugin (docs/toolchain.md), and run the same command again.`,
  );
}

/** Builds the binary of a recipe into `dir`. After an interrupt, the next build continues from the Go caches. */
export async function buildFromModules(recipe: Recipe, dir: string, step: Step): Promise<void> {
  requireGo(recipe.title);
  // A rebuild with caches needs little more space than the binary.
  requireSpace(fs.existsSync(path.join(goDir(), "build")) ? recipe.freshBytes / 6 : recipe.freshBytes, recipe.title);
  const env = goEnvironment();
  const started = Date.now();
  const elapsed = () => secondsText((Date.now() - started) / 1000);
  let stage = "downloading modules";
  let compiled = 0;
  let packages = 0;
  const show = () => {
    const count = packages > 0 ? `, ${compiled} of at most ${packages} packages` : "";
    step.update(`building from source, ${elapsed()}: ${stage}${count}`);
  };
  const clock = setInterval(show, 1000);
  try {
    // `go list` downloads only the modules that the target needs. `go mod download` would request all modules in the graph,
    // and some of them are in no proxy.
    packages = await countPackages(recipe, env);
    stage = "compiling";
    await run(
      "go",
      [
        "build",
        "-v",
        "-trimpath",
        `-tags=${recipe.tags}`,
        ...(recipe.gcflags ?? []).map((flags) => `-gcflags=${flags}`),
        `-ldflags=${recipe.ldflags}`,
        `-o=${path.join(dir, recipe.binary)}`,
        recipe.target,
      ],
      { cwd: recipe.source, env, onLine: (line) => /^[\w.-]+(\/\S+)?$/.test(line) && compiled++ },
    );
  } finally {
    clearInterval(clock);
  }
  const bytes = fs.statSync(path.join(dir, recipe.binary)).size;
  step.update(`built in ${elapsed()}, ${bytesText(bytes)}`);
}

async function countPackages(recipe: Recipe, env: NodeJS.ProcessEnv): Promise<number> {
  let count = 0;
  await run("go", ["list", "-deps", `-tags=${recipe.tags}`, recipe.target], { cwd: recipe.source, env, onLine: () => count++ });
  return count;
}
