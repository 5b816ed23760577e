#!/usr/bin/env node
// `npx cloister …` in a checkout: the same as `npm run cloister -- …`.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const bootstrap = fileURLToPath(new URL("bootstrap.mjs", import.meta.url));
process.exitCode = spawnSync(process.execPath, [bootstrap, "run", ...process.argv.slice(2)], { stdio: "inherit" }).status ?? 1;
