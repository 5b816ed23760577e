"use strict";

// Pulumi's runner loads TypeScript, ts-node and V8's inspector before every pack. A bundled pack needs none of them:
// with this file (PulumiPolicy.yaml, nodeargs) the pack uses a third of the CPU time to start.
const Module = require("node:module");

const notNeeded = {
  typescript: { version: "0.0.0" },
  "ts-node": { register() {} },
  "../../runtime/closure/v8Hooks": { isInitializedAsync: () => Promise.resolve() },
};
const load = Module._load;
Module._load = (request, ...rest) => notNeeded[request] ?? load(request, ...rest);
