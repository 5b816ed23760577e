#!/usr/bin/env node
// Validates a policy pack configuration file: node policy-pack/check-config.mjs FILE
import fs from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const [file, ...more] = process.argv.slice(2);

/** Prints one line per problem and exits with 1. */
function fail(...lines) {
  for (const line of lines) console.error(line);
  process.exit(1);
}

if (!file || more.length > 0) fail("Usage: node policy-pack/check-config.mjs FILE");
if (!require("./stamp.js").isCurrent())
  fail("The policy pack in bin/ is missing or older than its sources. Run `npm run build` in the checkout.");
let config;
try {
  config = JSON.parse(fs.readFileSync(file, "utf8"));
} catch (error) {
  fail(error.code === "ENOENT" ? `The file '${file}' does not exist.` : `${file}: ${error.message}`);
}
const problems = require("./bin/check-config.js").configProblems(config);
if (problems.length > 0) fail(...problems.map((problem) => `${file}: ${problem}`));
console.log(`${file}: valid: every policy and setting exists.`);
