// Settings of the KMS keys of a project.
import { z } from "zod";

export const keySettings = () => ({
  keyDeletionDays: z
    .int()
    .min(7)
    .max(30)
    .prefault(30)
    .describe("Days until a deleted key is gone. Until then, the deletion can be canceled."),
  keyRotationDays: z
    .int()
    .min(90)
    .max(2560)
    .prefault(365)
    .describe(
      "Days after which each key rotates. Existing data stays readable. The policy pack rejects more than 365 unless its configuration allows it (`maxRotationDays` of `kms-key-rotation`).",
    ),
});
