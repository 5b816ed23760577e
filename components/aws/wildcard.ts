// Matches IAM wildcard patterns. Pure.

/**
 * Whether an IAM wildcard pattern matches a whole text. Case-sensitive.
 * `*` matches any number of characters, including `/` and `:`, and `?` matches exactly one character.
 * Source: IAM user guide, "IAM JSON policy elements: Resource" and "Condition operators" (StringLike).
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(text);
}
