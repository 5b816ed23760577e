// Records and restores worlds: the services and the Pulumi state of an organization that an earlier version deployed.
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { cacheDir } from "@cloister/common";

/** The recording of the example organization, deployed by the version before reads required the network. */
export const organization = path.join(__dirname, "..", "engine", "recorded", "organization.json.gz");

/** File contents by path below the folder of the world. */
type Recording = Record<string, string>;

/** Recorded files: service state, and Pulumi state with settings and passphrase, without logs and backups. */
const kept = /^(world\.json|passphrase|state\/.*|stacks\/[^.][^/]*\/Pulumi[^/]*\.yaml|stacks\/\.pulumi\/(meta\.yaml|stacks\/.*\.json))$/;

/** Source positions on the recording machine. No code reads these fields. */
const machineFields = new Set(["sourcePosition", "stackTrace"]);

function cleaned(file: string, text: string): string {
  if (file === "world.json") {
    const settings = Object.entries(JSON.parse(text) as object).filter(([key]) => !["process", "python", "models", "port"].includes(key));
    return JSON.stringify({ ...Object.fromEntries(settings), port: 0 });
  }
  if (/^stacks\/\.pulumi\/stacks\/.*\.json$/.test(file))
    return JSON.stringify(JSON.parse(text, (key, value: unknown) => (machineFields.has(key) ? undefined : value)));
  // `main` points to the program in the checkout, and is written again whenever the stack is opened.
  return /Pulumi\.yaml$/.test(file) ? text.replace(/^main: .*\n/m, "") : text;
}

/** Writes a stopped world to `file`. */
export function record(worldDir: string, file: string): void {
  const files = fs.readdirSync(worldDir, { recursive: true, encoding: "utf8" }).filter((name) => kept.test(name));
  const recording = Object.fromEntries(
    files
      .filter((name) => fs.statSync(path.join(worldDir, name)).isFile())
      .sort()
      .map((name) => [name, cleaned(name, fs.readFileSync(path.join(worldDir, name), "utf8"))]),
  );
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, gzipSync(JSON.stringify(recording), { level: 9 }));
}

/** Restores a recorded world to the cache under another name. `startWorld` with that name then resumes the world. */
export function restore(file: string, name: string): void {
  const recording = JSON.parse(gunzipSync(fs.readFileSync(file)).toString()) as Recording;
  const dir = path.join(cacheDir(), "worlds", name);
  for (const [entry, text] of Object.entries(recording)) {
    const target = path.join(dir, entry);
    fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
    const own = entry === "world.json" ? JSON.stringify({ ...(JSON.parse(text) as object), name, id: randomUUID() }) : text;
    fs.writeFileSync(target, own, { mode: 0o600 });
  }
  for (const folder of ["logs", "stacks", "state"]) fs.mkdirSync(path.join(dir, folder), { recursive: true, mode: 0o700 });
}
