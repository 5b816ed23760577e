// Settings of the keys of a project.
import { z } from "zod";

export const keySettings = () => ({
  keyDeletionDays: z.int().min(7).max(30).prefault(30).describe("Days in which the deletion of a key can be taken back."),
  keyRotationDays: z
    .int()
    .min(90)
    .max(2560)
    .prefault(365)
    .describe(
      "Days after which each key gets new material; what is encrypted stays readable. The guardrails refuse more than 365 unless the pack's config allows it (`maxRotationDays` of `kms-key-rotation`).",
    ),
});
