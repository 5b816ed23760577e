import assert from "node:assert/strict";
import { keyRotation } from "@cloister/policy-pack/rules/kms/key-rotation";
import { remediate, UNKNOWN, UNKNOWN_BOOLEAN, UNKNOWN_NUMBER } from "../../helpers/judge";
import { testRule } from "../table";

const token = "aws:kms/key:Key";
const missing = /^enableKeyRotation is not set, which means false: .* Write enableKeyRotation: true\./;

testRule(keyRotation, {
  resource: [
    { it: "accepts a key that rotates", inputs: { enableKeyRotation: true } },
    {
      it: "accepts a symmetric key that says so",
      inputs: { enableKeyRotation: true, customerMasterKeySpec: "SYMMETRIC_DEFAULT", keyUsage: "ENCRYPT_DECRYPT" },
    },
    { it: "refuses what AWS does by itself", inputs: { description: "data" }, want: [missing] },
    { it: "refuses a key that does not rotate", inputs: { enableKeyRotation: false }, want: [/^enableKeyRotation is false/] },
    { it: "judges rotation known only later when it is known", inputs: { enableKeyRotation: UNKNOWN_BOOLEAN } },
    { it: "judges beside a policy known only later", inputs: { policy: UNKNOWN }, want: [missing] },
    { it: "accepts an asymmetric key, which cannot rotate", inputs: { customerMasterKeySpec: "RSA_4096", keyUsage: "SIGN_VERIFY" } },
    { it: "accepts an asymmetric key that encrypts", inputs: { customerMasterKeySpec: "RSA_4096", keyUsage: "ENCRYPT_DECRYPT" } },
    { it: "accepts an HMAC key", inputs: { customerMasterKeySpec: "HMAC_256", keyUsage: "GENERATE_VERIFY_MAC" } },
    { it: "accepts a key of a custom store", inputs: { customKeyStoreId: UNKNOWN } },
    { it: "judges a key of a kind known only later when it is known", inputs: { customerMasterKeySpec: UNKNOWN } },
    { it: "judges a key of a use known only later when it is known", inputs: { keyUsage: UNKNOWN } },
    { it: "accepts the longest period", inputs: { enableKeyRotation: true, rotationPeriodInDays: 365 } },
    {
      it: "refuses a longer period",
      inputs: { enableKeyRotation: true, rotationPeriodInDays: 366 },
      want: [/^rotationPeriodInDays is 366: .* the 365 days that the pack's config allows\. Write rotationPeriodInDays: 365\./],
    },
    { it: "judges a period known only later when it is known", inputs: { enableKeyRotation: true, rotationPeriodInDays: UNKNOWN_NUMBER } },
    {
      it: "accepts a longer period where the settings allow it",
      inputs: { enableKeyRotation: true, rotationPeriodInDays: 730 },
      settings: { maxRotationDays: 730 },
    },
    {
      it: "refuses a period that the settings do not allow",
      inputs: { enableKeyRotation: true, rotationPeriodInDays: 200 },
      settings: { maxRotationDays: 180 },
      want: [/^rotationPeriodInDays is 200/],
    },
    {
      it: "refuses the period that AWS takes by itself, where it is too long",
      inputs: { enableKeyRotation: true },
      settings: { maxRotationDays: 180 },
      want: [/^rotationPeriodInDays is not set, which means 365/],
    },
  ],
});

describe("kms-key-rotation, when it may mend,", () => {
  it("turns rotation on, and keeps the rest, known or not", async () =>
    assert.deepEqual(await remediate(keyRotation, token, { description: "data", policy: UNKNOWN }), {
      outcome: "ran",
      inputs: { description: "data", policy: UNKNOWN, enableKeyRotation: true },
    }));
  for (const [what, inputs] of Object.entries({
    "that rotates": { enableKeyRotation: true },
    "that cannot rotate": { customerMasterKeySpec: "HMAC_256", keyUsage: "GENERATE_VERIFY_MAC" },
    "of which that is known only later": { enableKeyRotation: UNKNOWN_BOOLEAN },
  }))
    it(`leaves a key alone ${what}`, async () =>
      assert.deepEqual(await remediate(keyRotation, token, inputs), { outcome: "ran", inputs: undefined }));
});
