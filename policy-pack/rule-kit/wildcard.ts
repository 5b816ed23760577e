/** Whether a text matches a pattern in which `*` stands for any text. */
export const matchesWildcard = (pattern: string, text: string) =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(text);
