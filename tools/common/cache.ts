import * as os from "node:os";
import * as path from "node:path";

/**
 * The folder outside the checkout for everything that is built, downloaded or kept between runs: toolchain, worlds, build
 * caches.
 * `$CLOISTER_CACHE`, else `$XDG_CACHE_HOME/cloister`, else `~/.cache/cloister`. Safe to delete: the next run creates it
 * again.
 */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env.CLOISTER_CACHE) return path.resolve(env.CLOISTER_CACHE);
  return path.join(env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache"), "cloister");
}
