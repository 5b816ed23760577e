import * as path from "node:path";
import { type Step } from "@cloister/common";
import { buildFromModules, type Recipe } from "./build";
import { downloadRelease, type Release, Unavailable } from "./download";
import { type PieceOrigin, toolchainDir } from "./store";

/** Downloads the official release into `dir`. If the release is not available, builds the recipe. */
export async function downloadOrBuild(
  release: Release | undefined,
  recipe: Recipe,
  dir: string,
  step: Step,
  signal: AbortSignal,
): Promise<PieceOrigin> {
  try {
    if (!release) throw new Unavailable(`no official release for ${process.platform} ${process.arch}`);
    await downloadRelease(release, path.join(toolchainDir(), "downloads"), dir, step, signal);
    return { origin: "download", version: release.version };
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    step.update(`${error.message}; building from source instead`);
    await buildFromModules(recipe, dir, step);
    return { origin: "built", version: recipe.version };
  }
}
