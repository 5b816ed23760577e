// Finds the resources in a Studio domain that block the deletion of the domain or of a profile. Pure.
import { UsageError } from "../usage-error";
import { isSelected, type Selection } from "./selection";
import { type App, type Domain, type DomainContents, type Space, type Workload } from "./studio-client";
import { selectWorkloads } from "./workloads";

/**
 * Resources that were created at run time and must be deleted first.
 * Source: AWS API `DeleteDomain` and `DeleteUserProfile`.
 */
export interface Blockers {
  /** Running apps, including those in spaces managed by the stack. */
  apps: App[];
  /** Spaces that the stack does not manage. */
  spaces: Space[];
  /** Profiles that the stack does not manage. Profiles give users access, so only `--all` deletes them. */
  profiles: string[];
  /** Endpoints, jobs, pipelines and notebook instances of the environment. They hold its network, and are charged. */
  workloads?: Workload[];
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

/** The blockers in a domain. With a selection, only the blockers that belong to the selected users. */
export function findBlockers(contents: DomainContents, domain: Domain, selection: Selection = {}): Blockers {
  const { apps, spaces, profiles, workloads = [] } = contents;
  const { managedSpaces, managedProfiles } = domain;
  const isOf = (owner: string | undefined) => isSelected(owner, domain, selection);
  return {
    apps: apps.filter((app) => !isStopped(app) && isOf(ownerOf(app, spaces))),
    spaces: spaces.filter((space) => !managedSpaces.includes(space.name) && isOf(space.owner)),
    profiles: profiles.filter((name) => !managedProfiles.includes(name) && isOf(name)),
    workloads: selectWorkloads(workloads, domain, selection),
  };
}

/** Workloads that are known to belong to the environment. Other workloads can belong to another environment and are never stopped. */
export const ownWorkloads = ({ workloads = [] }: Blockers): Workload[] => workloads.filter(({ tags }) => tags !== undefined);

export const hasBlockers = (blockers: Blockers): boolean =>
  blockers.apps.length + blockers.spaces.length + blockers.profiles.length + ownWorkloads(blockers).length > 0;

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
