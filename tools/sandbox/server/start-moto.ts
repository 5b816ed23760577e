// Starts moto when this module is loaded. `main.ts` imports it first, so that moto starts while the rest of the gateway is loaded.
import * as fs from "node:fs";
import * as path from "node:path";
import { Moto } from "./moto";
import { note } from "./note";
import { stateFiles, worldFiles, type WorldSettings } from "./settings";
import { readJson } from "./store";

const dir = process.argv[2] ?? "";

/** The path of a file in this world. */
export const worldFile = (name: keyof typeof worldFiles, ...more: string[]): string => path.join(dir, worldFiles[name], ...more);

function readSettings(): WorldSettings {
  const settings = readJson<WorldSettings>(worldFile("settings"));
  if (!settings) throw new Error(`${worldFile("settings")} is missing.`);
  return settings;
}

/** Worlds from earlier versions have other names for the same files. */
function renameEarlierFiles(): void {
  for (const [earlier, name] of [
    ["base.jsonl", stateFiles.moto],
    ["owned", stateFiles.native],
  ] as const) {
    const [from, to] = [worldFile("state", earlier), worldFile("state", name)];
    if (fs.existsSync(from) && !fs.existsSync(to)) fs.renameSync(from, to);
  }
}

export const world = readSettings();
renameEarlierFiles();
export const moto = new Moto({
  world: world.name,
  python: world.python,
  logFile: worldFile("state", stateFiles.moto),
  outputFile: worldFile("logs", "moto.log"),
  note,
});
/** `main.ts` awaits this promise and reports its error. */
export const motoStarted = moto.start();
motoStarted.catch(() => undefined);
