// Defines the settings for KMS keys.
import { z } from "zod";

export const keySettings = () => ({
  keyDeletionDays: z
    .int()
    .min(7)
    .max(30)
    .prefault(30)
    .describe("Waiting period before a scheduled key deletion, in days. During this period, the deletion can be canceled."),
  keyRotationDays: z
    .int()
    .min(90)
    .max(2560)
    .prefault(365)
    .describe(
      "Days after which each key rotates. Existing data stays readable. The policy pack rejects more than 365 days unless its configuration allows a longer period (`maxRotationDays` in `kms-key-rotation`).",
    ),
});
