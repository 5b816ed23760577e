// Builds from Go modules, for machines that can't have the official releases.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Step } from "@cloister/common";
import { run } from "./process";
import { bytesText, contentOf, goDir, keyOf, requireSpace, secondsText } from "./store";
import { ToolchainError } from "./types";

/** Oldest Go that the recipes' modules accept. */
const GO_VERSION = [1, 26] as const;

export interface Recipe {
  /** What is built, for messages. */
  title: string;
  version: string;
  /** Folder with `go.mod` and `go.sum`. */
  source: string;
  /** What is handed to `go build`, e.g. `./pulumi-resource-aws` or `tool`. */
  target: string;
  binary: string;
  tags: string;
  /** Compiler flags as `go build` takes them, `pattern=flags`; of several patterns that match a package, the last counts. */
  gcflags?: string[];
  ldflags: string;
  /** Disk for modules, compiled packages and the binary, measured. */
  freshBytes: number;
}

/** Changes when anything changes that the binary is made from, except the version of Go: a newer one need not build anew. */
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
    // Writable, so that the cache can be removed like any folder.
    GOFLAGS: "-modcacherw -buildvcs=false",
    GOTOOLCHAIN: "local",
    GOWORK: "off",
    CGO_ENABLED: "0",
  };
}

function requireGo(title: string): void {
  const answer = spawnSync("go", ["env", "GOVERSION"], { encoding: "utf8", env: goEnvironment() });
  const found = /^go(\d+)\.(\d+)/.exec(answer.stdout ?? "");
  if (found && (Number(found[1]) > GO_VERSION[0] || (Number(found[1]) === GO_VERSION[0] && Number(found[2]) >= GO_VERSION[1]))) return;
  const state = found ? `${found[0]} is installed` : "no Go is installed";
  throw new ToolchainError(
    `${title} has to be built here, because neither an installed one nor the official release can be had; that needs Go ${GO_VERSION.join(".")} or later, and ${state}. ` +
      `Install Go (https://go.dev/dl/), or the official Pulumi CLI and plugin (docs/toolchain.md), and run this again.`,
  );
}

/** Builds a recipe's binary into `dir`. What an interrupted build compiled is kept in Go's caches, and the next one goes on from there. */
export async function buildFromModules(recipe: Recipe, dir: string, step: Step): Promise<void> {
  requireGo(recipe.title);
  // A rebuild with warm caches needs little more than the binary.
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
    // Listing downloads the modules that the target needs; `go mod download` would ask for every one in the graph, also such as no proxy has.
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
