/** Whether a string matches a pattern in which `*` stands for any characters. */
export const matchesWildcard = (pattern: string, text: string) =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(text);
