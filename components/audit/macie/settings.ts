// Defines the settings of Amazon Macie in the account and region of a core stack.
import { z } from "zod";

export const macieSettings = z
  .strictObject({
    publishing: z
      .enum(["FIFTEEN_MINUTES", "ONE_HOUR", "SIX_HOURS"])
      .prefault("FIFTEEN_MINUTES")
      .describe("How often Macie publishes updates of findings about buckets. It publishes new findings at once."),
  })
  .optional()
  .describe(
    "Amazon Macie, which reports buckets that are public, shared or without encryption. `{}` enables Macie with the default settings. Removal deletes all findings of Macie. If not set, the core stack does not use Macie.",
  );

export type MacieSettings = NonNullable<z.output<typeof macieSettings>>;
