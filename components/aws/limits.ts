// Lists the limits of AWS that settings can reach. Pure.

/** Whether AWS raises a limit on request. */
export type LimitKind = "fixed" | "adjustable";

export interface Limit {
  /** What the limit applies to, for the documentation. */
  about: string;
  /** The default value in every account, in `unit`. */
  value: number;
  unit: "characters" | "count";
  kind: LimitKind;
  /** Settings that reach the limit, and what they add. */
  reachedBy: string;
  source: string;
}

const limit = (about: string, value: number, unit: Limit["unit"], kind: LimitKind, reachedBy: string, source: string): Limit => ({
  about,
  value,
  unit,
  kind,
  reachedBy,
  source,
});

export const limits = {
  // Tags
  tagKey: limit("key of a tag", 127, "characters", "fixed", "`tags`", "AWS API `Tag` of EC2; other services: 128"),
  tagValue: limit("value of a tag", 256, "characters", "fixed", "`tags`, `owner`", "AWS API `Tag` of IAM"),
  tags: limit("tags of a resource", 50, "count", "fixed", "`tags`: 40, with 5 of Cloister and 3 of Studio", "AWS API `Tag` of IAM"),
  hostedZoneTags: limit(
    "tags of a hosted zone in one request",
    10,
    "count",
    "fixed",
    "`tags`: more are not added to hosted zones",
    "AWS API `ChangeTagsForResource`",
  ),
  // Policies
  managedPolicy: limit("managed policy", 6144, "characters", "fixed", "`studio.instanceTypes`, `tags`", "IAM and AWS STS quotas"),
} satisfies Record<string, Limit>;
