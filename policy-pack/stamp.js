"use strict";

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

/** Source files that are bundled into bin/. */
function sources(dir = __dirname) {
  return fs
    .readdirSync(dir, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith(".ts") && !/(^|\/)(bin|node_modules)\//.test(file))
    .sort();
}

/** A hash that changes when any source file changes. */
function stamp(dir = __dirname) {
  const hash = createHash("sha256");
  for (const file of sources(dir)) {
    const text = fs.readFileSync(path.join(dir, file));
    hash.update(`${file}\0${text.length}\0`).update(text);
  }
  return hash.digest("hex");
}

/** Whether bin/ was built from the current sources. */
function isCurrent(dir = __dirname) {
  const file = path.join(dir, "bin", "stamp");
  return fs.existsSync(file) && fs.readFileSync(file, "utf8") === stamp(dir);
}

module.exports = { sources, stamp, isCurrent };
