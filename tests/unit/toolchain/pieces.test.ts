import assert from "node:assert/strict";
import { type PieceId } from "@cloister/toolchain";
import { pieces } from "@cloister/toolchain/testing";

// When a key changes, every machine installs the piece again. A build of the plugin takes up to half an hour.
// Change a key here only when the inputs of the piece were changed on purpose.

describe("toolchain piece keys", () => {
  const folders: Record<PieceId, string> = {
    "pulumi-cli": "pulumi-cli-75f148b555216b38",
    "language-host": "language-host-7c19f40ae4101480",
    "aws-plugin": "aws-plugin-c719b7fcf79e1280",
    "aws-base": "aws-base-6f9b61fbbd7f3160",
    shellcheck: "shellcheck-af7bf16e9e0e4804",
  };
  const [platform, arch] = ["platform", "arch"].map((name) => Object.getOwnPropertyDescriptor(process, name)!);

  before(() => {
    Object.defineProperty(process, "platform", { ...platform, value: "linux" });
    Object.defineProperty(process, "arch", { ...arch, value: "x64" });
  });
  after(() => {
    Object.defineProperty(process, "platform", platform!);
    Object.defineProperty(process, "arch", arch!);
  });

  for (const [id, folder] of Object.entries(folders) as [PieceId, string][])
    it(`are unchanged for ${id} on linux x64`, () => assert.equal(pieces[id].folder(), folder));
});
