// The ends of the names of resources that a portfolio creates for each entry of a setting. Pure.

/** Of a principal, `lead-111122223333:role/TeamLead`, or of a pattern, `lead-:role/TeamLead`. */
export const leadName = (arn: string): string => `lead-${arn.replace(/^.*:iam::/, "")}`;

export const tagOptionName = (key: string, value: string): string => `tag-${key}-${value}`;

/** Of an account or an organizational unit, `ou-ab12-11111111`. */
export const shareName = (principal: string): string => `share-${principal.split("/").at(-1)!}`;

/** An entry of a setting, and the end of the name of the resource. */
export interface NamedEntry {
  /** Path in the setting, such as `leads`. */
  setting: string;
  /** The entry as the settings file has it. */
  entry: string;
  name: string;
}

/** Pairs of entries whose resources would have the same name. */
export const equalNames = (entries: readonly NamedEntry[]): [first: NamedEntry, second: NamedEntry][] =>
  entries.flatMap((second, i) => {
    const first = entries.slice(0, i).find(({ name }) => name === second.name);
    return first ? [[first, second] as [NamedEntry, NamedEntry]] : [];
  });
