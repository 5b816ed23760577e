// Runs one benchmark in this folder: `npm run bench`, `npm run bench -- network`.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const benchmarks = {
  preview: "duration of an environment preview, as ratios to simpler programs",
  start: "time and memory of npm start: new world, no changes, destroy",
  suites: "time, CPU time and memory of each suite of npm test",
  launches: "1,000 queued launches of environments: throughput, losses, memory",
  packages: "the index of 10,000 packages: generation, and one changed package",
  network: "minimum deployment time of an environment on AWS, from the resource graph",
};
const [name = "preview"] = process.argv.slice(2);
if (!(name in benchmarks)) {
  const list = Object.entries(benchmarks).map(([key, about]) => `  ${key.padEnd(10)}${about}`);
  console.error(`Usage: npm run bench [-- <benchmark>], one of:\n${list.join("\n")}`);
  process.exit(["-h", "--help"].includes(name) ? 0 : 2);
}
const script = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
process.exit(spawnSync(process.execPath, ["-r", "ts-node/register/transpile-only", script], { stdio: "inherit" }).status ?? 1);
