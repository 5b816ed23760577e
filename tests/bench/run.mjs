// `npm run bench`, `npm run bench -- network`: one benchmark of this folder.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const benchmarks = {
  preview: "time of a preview of an environment, as ratios to simpler programs",
  start: "time and memory of npm start: new world, no changes, destroy",
  suites: "time, processor time and memory of each suite of npm test",
  network: "how long AWS takes at least for an environment, by its graph",
};
const [name = "preview"] = process.argv.slice(2);
if (!(name in benchmarks)) {
  const list = Object.entries(benchmarks).map(([key, about]) => `  ${key.padEnd(10)}${about}`);
  console.error(`Usage: npm run bench [-- <benchmark>], one of:\n${list.join("\n")}`);
  process.exit(["-h", "--help"].includes(name) ? 0 : 2);
}
const script = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
process.exit(spawnSync(process.execPath, ["-r", "ts-node/register/transpile-only", script], { stdio: "inherit" }).status ?? 1);
