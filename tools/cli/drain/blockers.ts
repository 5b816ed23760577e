// Finds the resources in a Studio domain that block the deletion of the domain or of a profile. Pure.
import { UsageError } from "../usage-error";
import { type App, type Domain, type DomainContents, type Space } from "./studio-client";

/**
 * Resources that were created at run time and must be deleted first.
 * Source: AWS API `DeleteDomain` and `DeleteUserProfile`.
 */
export interface Blockers {
  /** Running apps, including those in spaces managed by the stack. */
  apps: App[];
  /** Spaces that the stack does not manage. */
  spaces: Space[];
  /** Profiles that the stack does not manage. Profiles give users access, so they are reported and never deleted. */
  profiles: string[];
}

/** A domain with its blockers. */
export interface DomainBlockers {
  /** `cloister-environment/fraud-dev` */
  id: string;
  domain: Domain;
  contents: DomainContents;
  blockers: Blockers;
}

/** AWS lists stopped apps for a day. */
const isStopped = ({ status }: App): boolean => status === "Deleted" || status === "Failed";

/** The profile that owns an app: the owner of its space, or the profile of an app without a space. */
export const ownerOf = (app: App, spaces: Space[]): string | undefined =>
  app.profile ?? spaces.find(({ name }) => name === app.space)?.owner;

/** The blockers in a domain. With `profiles`, only the blockers that belong to these profiles. */
export function findBlockers(
  { apps, spaces, profiles: all }: DomainContents,
  { managedSpaces, managedProfiles }: Domain,
  profiles?: string[],
): Blockers {
  const isSelected = (owner: string | undefined) => !profiles || (owner !== undefined && profiles.includes(owner));
  return {
    apps: apps.filter((app) => !isStopped(app) && isSelected(ownerOf(app, spaces))),
    spaces: spaces.filter((space) => !managedSpaces.includes(space.name) && isSelected(space.owner)),
    profiles: all.filter((name) => !managedProfiles.includes(name) && isSelected(name)),
  };
}

export const hasBlockers = ({ apps, spaces, profiles }: Blockers): boolean => apps.length + spaces.length + profiles.length > 0;

/**
 * Requires that each selected profile exists in at least one domain.
 * Errors: `UsageError` that lists the existing profiles.
 */
export function checkProfiles(selected: string[], domains: DomainContents[]): void {
  const existing = [...new Set(domains.flatMap(({ profiles }) => profiles))].sort();
  const unknown = selected.filter((name) => !existing.includes(name));
  if (unknown.length > 0)
    throw new UsageError(
      `--profile must specify existing Studio profiles (got ${unknown.join(", ")}). ${existing.length > 0 ? `Profiles: ${existing.join(", ")}.` : "No profiles exist."}`,
    );
}
