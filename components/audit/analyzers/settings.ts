// Defines the settings of IAM Access Analyzer in the account and region of a core stack.
import { z } from "zod";

export const analyzerSettings = z
  .strictObject({
    externalAccess: z
      .boolean()
      .prefault(true)
      .describe("Whether to create an analyzer of access by principals outside the account, which is free of charge."),
    unusedAccessDays: z
      .int()
      .min(1)
      .max(365)
      .optional()
      .describe(
        "Days after which an analyzer reports unused roles, users, keys and permissions. AWS charges each role and user, so create it in one region only. If not set, the core stack creates no such analyzer.",
      ),
  })
  .optional()
  .describe(
    "IAM Access Analyzer. `{}` creates an analyzer of external access. If not set, the core stack creates no analyzers. A change of `unusedAccessDays` replaces the analyzer.",
  );

export type AnalyzerSettings = NonNullable<z.output<typeof analyzerSettings>>;
