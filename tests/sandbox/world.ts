import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { silent } from "@cloister/common";
import { Control, startWorld, stopWorld, type World, type WorldTools } from "@cloister/sandbox";
import { ensureToolchain } from "@cloister/toolchain";

let shared: World | undefined;
let tools: WorldTools | undefined;

/** The toolchain that worlds need. */
export async function worldTools(): Promise<WorldTools> {
  tools ??= await ensureToolchain(silent);
  return tools;
}

/** A world name that no other run uses. */
export const worldName = (about: string): string => `test-${about}-${process.pid}-${Date.now().toString(36)}`;

/** The world that the tests in this folder share. Each test deletes the resources that it creates. */
export function world(): World {
  if (!shared) throw new Error("The world exists only while tests run.");
  return shared;
}

export const control = (): Control => new Control(world());

/** A folder for one test. The caller deletes it. */
export const scratch = (): string => fs.mkdtempSync(path.join(os.tmpdir(), "cloister-"));

before(async function () {
  this.timeout(120_000);
  shared = await startWorld(await worldTools(), { name: worldName("shared"), progress: silent });
});

after(async function () {
  this.timeout(30_000);
  if (shared) await stopWorld(shared.name);
});
