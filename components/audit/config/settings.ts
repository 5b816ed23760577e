// Defines the settings of AWS Config in the account and region of a core stack.
import { z } from "zod";
import { readers } from "../readers";

export const configSettings = z
  .strictObject({
    frequency: z
      .enum(["CONTINUOUS", "DAILY"])
      .prefault("CONTINUOUS")
      .describe(
        "When the recorder records changed resources. `CONTINUOUS`: each change. `DAILY`: the last state of each day, at four times the price of an item. Rules that AWS Config evaluates at each change then also run once a day.",
      ),
    globalTypes: z
      .boolean()
      .prefault(true)
      .describe("Whether to record IAM users, groups, roles and policies. Record them in one region of the account only."),
    rules: z
      .boolean()
      .prefault(true)
      .describe("Whether to create rules for SageMaker, buckets, keys, networks and trails (docs/audit.md)."),
    existingRecorder: z
      .boolean()
      .prefault(false)
      .describe(
        "Whether the account has a recorder in the region, such as that of its organization. Cloister then creates only rules, and does not change the recorder.",
      ),
    readerArns: readers(
      "Roles and users of the account that can decrypt the history and the snapshots in the bucket. They also need permissions for the bucket in their own policies.",
    ),
  })
  .optional()
  .describe(
    "AWS Config: a recorder of all resource types, and rules. `{}` creates both with the default settings. If not set, the core stack does not use AWS Config.",
  );

export type ConfigSettings = NonNullable<z.output<typeof configSettings>>;
