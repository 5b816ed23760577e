// Bundles the pack into bin/. Types are checked by `npm run typecheck`; this only strips them.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import * as esbuild from "esbuild";

const { sources, stamp, isCurrent } = createRequire(import.meta.url)("./stamp.js");
const dir = import.meta.dirname;
const bin = path.join(dir, "bin");

/**
 * The policy SDK needs only assets, and outputs for remediation, from `@pulumi/pulumi`. The index of `@pulumi/pulumi`
 * also loads the Automation API and npm, which takes most of a second.
 */
const onlyAssets = {
  name: "only-assets",
  setup(build) {
    build.onResolve({ filter: /^@pulumi\/pulumi$/ }, ({ importer }) =>
      /@pulumi[\\/]policy[\\/]/.test(importer) ? { path: "assets", namespace: "only-assets" } : undefined,
    );
    build.onLoad({ filter: /^assets$/, namespace: "only-assets" }, () => ({
      contents: `
        exports.asset = require("@pulumi/pulumi/asset");
        exports.Output = require("@pulumi/pulumi/output").Output;`,
      resolveDir: dir,
    }));
  },
};

if (isCurrent()) process.exit(0);
fs.rmSync(bin, { recursive: true, force: true });
await esbuild.build({
  entryPoints: ["index.ts", "check-config.ts"],
  absWorkingDir: dir,
  outdir: bin,
  bundle: true,
  platform: "node",
  target: "node20",
  sourcemap: true,
  sourcesContent: false,
  // Pulumi's runner loads these before the pack: a second copy would cost time and break `instanceof`.
  external: ["@pulumi/pulumi", "@grpc/grpc-js", "google-protobuf"],
  plugins: [onlyAssets],
  logLevel: "warning",
});
// The stamp is written last, so that an interrupted build does not count as current.
fs.writeFileSync(path.join(bin, "stamp"), stamp());
console.log(`Bundled the policy pack: ${sources().length} files.`);
