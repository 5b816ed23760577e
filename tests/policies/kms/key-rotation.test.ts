import assert from "node:assert/strict";
import { keyRotation } from "@cloister/policy-pack/rules/kms/key-rotation";
import { remediate, UNKNOWN, UNKNOWN_BOOLEAN, UNKNOWN_NUMBER } from "../../helpers/evaluate";
import { testRule } from "../table";

const token = "aws:kms/key:Key";
const missing = /^enableKeyRotation is not set, which means false, so the key never rotates\. Set enableKeyRotation: true\./;

testRule(keyRotation, {
  resource: [
    { it: "accepts a key that rotates", inputs: { enableKeyRotation: true } },
    {
      it: "accepts an explicitly symmetric key",
      inputs: { enableKeyRotation: true, customerMasterKeySpec: "SYMMETRIC_DEFAULT", keyUsage: "ENCRYPT_DECRYPT" },
    },
    { it: "rejects the AWS default for enableKeyRotation", inputs: { description: "data" }, want: [missing] },
    { it: "rejects a key that does not rotate", inputs: { enableKeyRotation: false }, want: [/^enableKeyRotation is false/] },
    { it: "accepts rotation that is unknown at preview", inputs: { enableKeyRotation: UNKNOWN_BOOLEAN } },
    { it: "evaluates the other inputs when a policy is unknown at preview", inputs: { policy: UNKNOWN }, want: [missing] },
    { it: "accepts an asymmetric key, which cannot rotate", inputs: { customerMasterKeySpec: "RSA_4096", keyUsage: "SIGN_VERIFY" } },
    { it: "accepts an asymmetric key for encryption", inputs: { customerMasterKeySpec: "RSA_4096", keyUsage: "ENCRYPT_DECRYPT" } },
    { it: "accepts an HMAC key", inputs: { customerMasterKeySpec: "HMAC_256", keyUsage: "GENERATE_VERIFY_MAC" } },
    { it: "accepts a key in a custom key store", inputs: { customKeyStoreId: UNKNOWN } },
    { it: "accepts a key spec that is unknown at preview", inputs: { customerMasterKeySpec: UNKNOWN } },
    { it: "accepts a key usage that is unknown at preview", inputs: { keyUsage: UNKNOWN } },
    { it: "accepts a rotation period of 365 days", inputs: { enableKeyRotation: true, rotationPeriodInDays: 365 } },
    {
      it: "rejects a rotation period longer than 365 days",
      inputs: { enableKeyRotation: true, rotationPeriodInDays: 366 },
      want: [
        /^rotationPeriodInDays is 366, so the key rotates less often than every 365 days \(policy setting 'maxRotationDays'\)\. Set rotationPeriodInDays: 365\./,
      ],
    },
    { it: "accepts a period that is unknown at preview", inputs: { enableKeyRotation: true, rotationPeriodInDays: UNKNOWN_NUMBER } },
    {
      it: "accepts a longer period that maxRotationDays allows",
      inputs: { enableKeyRotation: true, rotationPeriodInDays: 730 },
      settings: { maxRotationDays: 730 },
    },
    {
      it: "rejects a period that maxRotationDays does not allow",
      inputs: { enableKeyRotation: true, rotationPeriodInDays: 200 },
      settings: { maxRotationDays: 180 },
      want: [/^rotationPeriodInDays is 200/],
    },
    {
      it: "rejects the AWS default period when maxRotationDays is shorter",
      inputs: { enableKeyRotation: true },
      settings: { maxRotationDays: 180 },
      want: [/^rotationPeriodInDays is not set, which means 365/],
    },
  ],
});

describe("kms-key-rotation at the level remediate", () => {
  it("turns rotation on and keeps all other values", async () =>
    assert.deepEqual(await remediate(keyRotation, token, { description: "data", policy: UNKNOWN }), {
      outcome: "ran",
      inputs: { description: "data", policy: UNKNOWN, enableKeyRotation: true },
    }));
  for (const [what, inputs] of Object.entries({
    "that rotates": { enableKeyRotation: true },
    "that cannot rotate": { customerMasterKeySpec: "HMAC_256", keyUsage: "GENERATE_VERIFY_MAC" },
    "whose enableKeyRotation is unknown at preview": { enableKeyRotation: UNKNOWN_BOOLEAN },
  }))
    it(`does not change a key ${what}`, async () =>
      assert.deepEqual(await remediate(keyRotation, token, inputs), { outcome: "ran", inputs: undefined }));
});
