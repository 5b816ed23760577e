/**
 * Whether a text matches an IAM pattern: `*` for any characters, `?` for one character. Case is ignored, as in actions.
 * Source: IAM User Guide, "IAM JSON policy elements: Action".
 */
export const matchesWildcard = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "i",
  ).test(text);
