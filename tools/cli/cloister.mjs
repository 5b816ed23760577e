#!/usr/bin/env node
// `npx cloister …` in a checkout: the same as `npm run cloister -- …`.
import { main } from "./bootstrap.mjs";

await main(["run", ...process.argv.slice(2)]);
