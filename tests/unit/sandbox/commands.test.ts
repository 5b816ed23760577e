import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Control } from "@cloister/sandbox";
import { Moto } from "@cloister/sandbox/testing";

// The commands in errors of a world. Without its name, they would start or delete the default world.

describe("command in an error of a sandbox world", () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-commands-"));
  after(() => fs.rmSync(dir, { recursive: true }));

  it("starts this world when its gateway does not answer", () =>
    assert.rejects(
      new Control({ name: "try", control: "http://127.0.0.1:1/_cloister/", controlToken: "" }).status(),
      /Start it: npx cloister sandbox start --world try$/,
    ));

  it("resets this world when its services are lost", async () => {
    const file = (name: string) => path.join(dir, name);
    const moto = new Moto({ world: "try", python: "", logFile: file("moto.jsonl"), outputFile: file("moto.log"), note: () => {} });
    moto.lost = "moto answered differently.";
    await assert.rejects(moto.start(), /Start again: npx cloister sandbox reset --world try$/);
  });
});
