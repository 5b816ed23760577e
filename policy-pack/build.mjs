// Compiles the pack into bin/. Types are checked by `npm run typecheck`; this only strips them, in a second.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import ts from "typescript";

const { sources, stamp, isCurrent } = createRequire(import.meta.url)("./stamp.js");
const dir = import.meta.dirname;
const bin = path.join(dir, "bin");

if (isCurrent()) process.exit(0);
fs.rmSync(bin, { recursive: true, force: true });
const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
for (const file of sources()) {
  const out = path.join(bin, file.replace(/\.ts$/, ".js"));
  fs.mkdirSync(path.dirname(out), { recursive: true });
  fs.writeFileSync(out, ts.transpileModule(fs.readFileSync(path.join(dir, file), "utf8"), { compilerOptions, fileName: file }).outputText);
}
// Last, so that an interrupted build does not count.
fs.writeFileSync(path.join(bin, "stamp"), stamp());
console.log(`Compiled the policy pack: ${sources().length} files.`);
