"use strict";

// What the engine starts. Refuses to judge by old rules.
const { isCurrent } = require("./stamp");

if (!isCurrent()) {
  console.error(
    "The policy pack is not compiled, or its sources have changed since. Run `npm run build` in the checkout, then this again.",
  );
  process.exit(1);
}
require("./bin/index.js");
