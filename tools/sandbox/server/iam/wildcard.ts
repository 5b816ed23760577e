/**
 * Whether a text matches an IAM pattern: `*` for any characters, `?` for one character. Case matters.
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators", StringLike and ArnLike.
 */
export const matchesWildcard = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "s",
  ).test(text);

/** Whether a pattern covers an action. Case is ignored. Source: IAM User Guide, "IAM JSON policy elements: Action". */
export const coversAction = (pattern: string, action: string): boolean => matchesWildcard(pattern.toLowerCase(), action.toLowerCase());
