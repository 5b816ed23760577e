import { execFileSync, spawnSync } from "node:child_process";
import * as path from "node:path";
import { root } from "./stacks";
import { UsageError } from "./usage-error";

const script = (name: string) => path.join(root, "policy-pack", name);

/** Compiles the policy pack when its sources have changed. */
export function buildPack(): void {
  execFileSync(process.execPath, [script("build.mjs")], { stdio: ["ignore", "ignore", "inherit"] });
}

/**
 * Rejects unknown policies and settings in a configuration file of the pack, which the engine would silently ignore.
 */
export function checkPackConfig(file: string): void {
  const { status, stderr } = spawnSync(process.execPath, [script("check-config.mjs"), file], { encoding: "utf8" });
  if (status !== 0) throw new UsageError(`--policy-pack-config: ${stderr.trim()}`);
}
