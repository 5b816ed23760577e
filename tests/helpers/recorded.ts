// Worlds that were recorded: the services and the Pulumi state of an organization as an earlier version of Cloister deployed it.
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { cacheDir } from "@cloister/common";

/** Contents by path below the world's folder. */
type Recording = Record<string, string>;

/** What goes on with a world elsewhere: its services' state, its Pulumi state with settings and passphrase. Not its logs, backups and history. */
const kept = /^(world\.json|passphrase|state\/.*|stacks\/[^.][^/]*\/Pulumi[^/]*\.yaml|stacks\/\.pulumi\/(meta\.yaml|stacks\/.*\.json))$/;

/** Positions in the sources of the machine that recorded it, which nothing reads. */
const machineFields = new Set(["sourcePosition", "stackTrace"]);

function cleaned(file: string, text: string): string {
  if (file === "world.json") {
    const settings = Object.entries(JSON.parse(text) as object).filter(([key]) => !["process", "python", "models", "port"].includes(key));
    return JSON.stringify({ ...Object.fromEntries(settings), port: 0 });
  }
  if (/^stacks\/\.pulumi\/stacks\/.*\.json$/.test(file))
    return JSON.stringify(JSON.parse(text, (key, value: unknown) => (machineFields.has(key) ? undefined : value)));
  // `main` points to the program in the checkout, and is written anew whenever the stack is opened.
  return /Pulumi\.yaml$/.test(file) ? text.replace(/^main: .*\n/m, "") : text;
}

/** Writes a world that is at rest to `file`. */
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

/** Puts a recorded world into the cache under another name; `startWorld` with that name then resumes it. */
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
