"use strict";

// The engine starts this file. It does not run a bundle that is older than its sources.
const { isCurrent } = require("./stamp");

if (!isCurrent()) {
  console.error(
    "The policy pack in bin/ is missing or older than its sources. Run `npm run build` in the checkout, then repeat the command.",
  );
  process.exit(1);
}
require("./bin/index.js");
