// Compares the recorded text fields of AWS API calls with the service models of the toolchain.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { channels } from "@cloister/components/identity/channels";
import { apiTexts, modelsOfToolchain, recording } from "../helpers/api-texts";

describe("recorded text fields of AWS API calls", () => {
  it("match the service models of the toolchain: run tests/helpers/api-texts.ts to record them again", async () =>
    assert.deepEqual(JSON.parse(fs.readFileSync(recording, "utf8")), apiTexts(await modelsOfToolchain(), channels.keys())));
});
