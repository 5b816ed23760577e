import { execFileSync, spawnSync } from "node:child_process";
import * as path from "node:path";
import { root } from "./stacks";
import { UsageError } from "./usage-error";

/** Compiles the policy pack, when its sources have changed. */
export function buildPack(): void {
  execFileSync(process.execPath, [path.join(root, "policy-pack", "build.mjs")], { stdio: ["ignore", "ignore", "inherit"] });
}

/** Refuses a config of the pack that says something the pack does not know: the engine would take it, and a guardrail run without what was meant. */
export function checkPackConfig(file: string): void {
  const { status, stderr } = spawnSync(process.execPath, [path.join(root, "policy-pack", "check-config.mjs"), file], { encoding: "utf8" });
  if (status !== 0) throw new UsageError(`--policy-pack-config: ${stderr.trim()}`);
}
