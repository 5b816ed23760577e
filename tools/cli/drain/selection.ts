// Selects what belongs to certain users. Pure.
import { type Domain } from "./studio-client";

/** Studio profiles and users. Empty: everything. */
export interface Selection {
  profiles?: string[] | undefined;
  /** Values of the tag `cloister:person`. */
  persons?: string[] | undefined;
}

export const selectsAll = ({ profiles, persons }: Selection): boolean => !profiles && !persons;

/** Whether an owner, a profile or a user, is selected. A profile and the user of the profile are the same. */
export function isSelected(owner: string | undefined, { people }: Pick<Domain, "people">, selection: Selection): boolean {
  if (selectsAll(selection)) return true;
  if (owner === undefined) return false;
  const { profiles = [], persons = [] } = selection;
  const usersOfProfiles = profiles.map((profile) => people[profile]);
  return profiles.includes(owner) || persons.includes(owner) || usersOfProfiles.includes(owner) || persons.includes(people[owner] ?? "");
}
