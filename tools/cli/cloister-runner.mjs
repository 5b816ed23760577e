#!/usr/bin/env node
// Runs one request of AWS Service Catalog in the image of the runner, where all packages are installed.
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const cli = path.dirname(fileURLToPath(import.meta.url));

require("ts-node").register({ transpileOnly: true, cwd: path.resolve(cli, "..", "..") });
require(path.join(cli, "runner", "main.ts"));
