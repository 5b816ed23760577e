import { type World } from "@cloister/sandbox";
import { lazy } from "./lazy";
import { suggestion } from "./suggestion";
import { UsageError } from "./usage-error";

/** `known`: names of the worlds on this machine. */
const missingText = (name: string, known: string[]): string =>
  `The sandbox world '${name}' does not exist.${suggestion(name, known)} ${known.length > 0 ? `Worlds: ${known.join(", ")}.` : "No worlds exist."}`;

const worldNames = async (): Promise<string[]> => (await lazy.sandbox.listWorlds()).map(({ name }) => name);

/** Errors: `UsageError` that lists the worlds. */
export async function requireExistingWorld(name: string): Promise<void> {
  const known = await worldNames();
  if (!known.includes(name)) throw new UsageError(missingText(name, known));
}

/** Errors: `UsageError` for a world that does not exist or is not running, with the command that starts it. */
export async function requireWorld(name: string): Promise<World> {
  const world = await lazy.sandbox.openWorld(name);
  if (world) return world;
  const known = await worldNames();
  const problem = known.includes(name) ? `The sandbox world '${name}' is not running.` : missingText(name, known);
  throw new UsageError(`${problem} Start it: npx cloister sandbox start --world ${name}`);
}
