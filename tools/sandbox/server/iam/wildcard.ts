/**
 * Whether a text matches a pattern of IAM: `*` for any characters, `?` for one. Case is ignored, as for actions.
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
