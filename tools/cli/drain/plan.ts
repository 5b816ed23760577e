// What `cloister drain` would end, and how it says so. Pure.
import Table from "cli-table3";
import { UsageError } from "../usage-error";
import { type App, type Contents, type Domain, type Space } from "./studio-client";

/** What people made at run time and AWS wants gone before it deletes their profile or the domain. */
export interface InTheWay {
  /** Apps that have not ended; also those in spaces that settings made, since nobody else ends these. */
  apps: App[];
  /** Spaces that the stack did not make: destroying the stack does not delete them. */
  spaces: Space[];
  /** Profiles that the stack did not make. They are a person's access and somebody's decision, so they are told of and never deleted. */
  profiles: string[];
}

/** Apps that hold nothing any more. AWS tells of them for a day. */
const hasEnded = ({ status }: App): boolean => status === "Deleted" || status === "Failed";

/** Whose an app is: that of its space, or the profile that it runs under. */
export const ownerOf = (app: App, spaces: Space[]): string | undefined =>
  app.profile ?? spaces.find(({ name }) => name === app.space)?.owner;

/** What is in the way in a domain; only what belongs to `profiles`, where some are given. */
export function inTheWay({ apps, spaces, profiles: all }: Contents, { ownSpaces, ownProfiles }: Domain, profiles?: string[]): InTheWay {
  const isMeant = (owner: string | undefined) => !profiles || (owner !== undefined && profiles.includes(owner));
  return {
    apps: apps.filter((app) => !hasEnded(app) && isMeant(ownerOf(app, spaces))),
    spaces: spaces.filter((space) => !ownSpaces.includes(space.name) && isMeant(space.owner)),
    profiles: all.filter((name) => !ownProfiles.includes(name) && isMeant(name)),
  };
}

export const isNothing = ({ apps, spaces, profiles }: InTheWay): boolean => apps.length + spaces.length + profiles.length === 0;

/**
 * Refuses names of profiles that no domain has.
 * Errors: `UsageError` naming those there are.
 */
export function checkProfiles(wanted: string[] | undefined, contents: Contents[]): void {
  const known = [...new Set(contents.flatMap(({ profiles }) => profiles))].sort();
  const unknown = (wanted ?? []).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new UsageError(
      `No Studio profile ${unknown.join(", ")}. ${known.length > 0 ? `There are: ${known.join(", ")}.` : "There are none."}`,
    );
}

/** `app default (JupyterLab) in space notes` */
export const appWords = ({ name, type, space, profile }: App): string =>
  `app ${name} (${type}) ${space === undefined ? `of profile ${profile}` : `in space ${space}`}`;

/** `space notes of ana-horvat` */
export const spaceWords = ({ name, owner }: Space): string => `space ${name}${owner === undefined ? "" : ` of ${owner}`}`;

export const profileWords = (name: string): string => `profile ${name}, which the stack did not make`;

/** `1 app`, `3 apps` */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** What `drain` was asked, as far as it matters for doing it again. */
export interface Asked {
  /** Names of stacks, as they were given. */
  names: string[];
  profiles?: string[] | undefined;
  spaces?: boolean | undefined;
  world?: string | undefined;
}

/** The command that does it, as it is typed. */
export const drainCommand = ({ names, profiles = [], spaces, world }: Asked): string =>
  [
    "npx cloister drain",
    ...names,
    ...(profiles.length > 0 ? ["--profile", ...profiles] : []),
    ...(spaces ? ["--spaces"] : []),
    "--yes",
    ...(world === undefined ? [] : ["--world", world]),
  ].join(" ");

/** A domain and what is in its way, for the messages below. */
export interface Looked {
  /** `cloister-environment/fraud-dev` */
  id: string;
  domain: Domain;
  contents: Contents;
  found: InTheWay;
}

/** What `drain` without `--yes` says: a row for each thing that is in the way, what would come of it, and the command that does it. */
export function dryRun(looked: Looked[], asked: Asked): string {
  const rows = looked.flatMap(({ id, contents, found }) => [
    ...found.apps.map((app) => [
      id,
      appWords(app),
      ownerOf(app, contents.spaces) ?? "",
      app.status,
      "is ended; what is in its memory is lost",
    ]),
    ...found.spaces.map((space) => [
      id,
      `space ${space.name}`,
      space.owner ?? "",
      space.status,
      asked.spaces ? "is deleted, with the files in its volume" : "stays, with its files",
    ]),
    ...found.profiles.map((name) => [id, `profile ${name}`, name, "", "stays; the stack did not make it"]),
  ]);
  if (rows.length === 0)
    return `Nothing to end${asked.profiles ? ` for ${asked.profiles.join(", ")}` : ""}: no app runs, and no space or profile is there but those of the settings.`;
  const table = new Table({ head: ["stack", "what", "whose", "status", "with --yes"], style: { head: [], border: [] } });
  table.push(...rows);
  const ends = looked.some(({ found }) => found.apps.length > 0 || (asked.spaces && found.spaces.length > 0));
  return [
    table.toString(),
    ...(ends ? ["Nothing was changed. To do it:", `  ${drainCommand(asked)}`] : []),
    ...leftWords(looked, asked),
  ].join("\n");
}

/** What stays and keeps a profile or the domain from being deleted, and what to do about it; empty when nothing does. */
export function leftWords(looked: Looked[], asked: Asked): string[] {
  const spaces = asked.spaces ? [] : looked.filter(({ found }) => found.spaces.length > 0);
  const profiles = looked.flatMap(({ domain, found }) => found.profiles.map((name) => ({ name, domain })));
  return [
    ...(spaces.length === 0
      ? []
      : [
          "AWS deletes no profile and no domain that has spaces. Once people have saved their files, this deletes theirs, with the volumes:",
          `  ${drainCommand({ ...asked, spaces: true })}`,
        ]),
    ...(profiles.length === 0
      ? []
      : [
          "AWS deletes no domain that has profiles. Those that no stack made are whoever's made them to delete:",
          ...profiles.map(({ name, domain }) => `  ${deleteProfile(domain, name)}`),
        ]),
  ];
}

const deleteProfile = ({ id, region }: Domain, name: string): string =>
  `aws sagemaker delete-user-profile --region ${region} --domain-id ${id} --user-profile-name ${name}`;

/** Why nothing is destroyed: what AWS would stumble over after half of it is gone, all of it, and the command that ends it. */
export function refusal(looked: Looked[], asked: Pick<Asked, "world">): string {
  const used = looked.filter(({ found }) => !isNothing(found));
  const drainable = used.filter(({ found }) => found.apps.length + found.spaces.length > 0);
  const profiles = used.flatMap(({ domain, found }) => found.profiles.map((name) => `  ${deleteProfile(domain, name)}`));
  return [
    "Nothing was destroyed. People have made these in Studio, and AWS deletes no domain that has them:",
    ...used.flatMap(({ id, domain, found }) => [
      `  ${id}, domain ${domain.id}`,
      ...found.apps.map((app) => `    ${appWords(app)}: ${app.status}`),
      ...found.spaces.map((space) => `    ${spaceWords(space)}: ${space.status}`),
      ...found.profiles.map((name) => `    ${profileWords(name)}`),
    ]),
    ...(drainable.length === 0
      ? []
      : [
          "This ends them; what is in the memory of an app, or in the volume of one of these spaces, is lost. Without --yes it only shows what it would do:",
          `  ${drainCommand({ ...asked, names: [...new Set(drainable.map(({ id }) => id))], spaces: used.some(({ found }) => found.spaces.length > 0) })}`,
        ]),
    ...(profiles.length === 0 ? [] : ["Profiles are not drained. To delete them:", ...profiles]),
  ].join("\n");
}
