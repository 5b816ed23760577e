import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { root } from "./stacks";

/** Compiles the policy pack, when its sources have changed. */
export function buildPack(): void {
  execFileSync(process.execPath, [path.join(root, "policy-pack", "build.mjs")], { stdio: ["ignore", "ignore", "inherit"] });
}
