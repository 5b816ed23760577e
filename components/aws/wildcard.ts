// Wildcards of IAM. Pure.

/**
 * Whether an IAM pattern matches a whole text, with upper and lower case.
 * `*` stands for any characters, also none, `/` and `:`; `?` for exactly one; every other character for itself.
 * Source: IAM user guide, "IAM JSON policy elements: Resource" and "Condition operators" (StringLike).
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(text);
}
