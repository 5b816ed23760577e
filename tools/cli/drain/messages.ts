// Formats what `cloister drain` and `cloister destroy` print about blockers. Pure.
import { textTable } from "../text-table";
import { type DomainBlockers, hasBlockers, ownerOf } from "./blockers";
import { type App, type Domain, type Space } from "./studio-client";

/** The `drain` arguments that the suggested next command repeats. */
export interface DrainRequest {
  /** Stack names, as the user typed them. */
  names: string[];
  profiles?: string[] | undefined;
  spaces?: boolean | undefined;
  world?: string | undefined;
}

/** `app default (JupyterLab) in space notes` */
export const describeApp = ({ name, type, space, profile }: App): string =>
  `app ${name} (${type}) ${space === undefined ? `of profile ${profile}` : `in space ${space}`}`;

/** `space notes of ana-horvat` */
export const describeSpace = ({ name, owner }: Space): string => `space ${name}${owner === undefined ? "" : ` of ${owner}`}`;

const describeProfile = (name: string): string => `profile ${name}, not managed by the stack`;

/** The command that runs a drain. */
export const drainCommand = ({ names, profiles = [], spaces, world }: DrainRequest): string =>
  [
    "npx cloister drain",
    ...names,
    ...(profiles.length > 0 ? ["--profile", ...profiles] : []),
    ...(spaces ? ["--spaces"] : []),
    "--yes",
    ...(world === undefined ? [] : ["--world", world]),
  ].join(" ");

/**
 * The output of `drain` without `--yes`: one row per blocker with its planned action, and the command to run the drain.
 */
export function dryRunText(domains: DomainBlockers[], request: DrainRequest): string {
  const rows = domains.flatMap(({ id, contents, blockers }) => [
    ...blockers.apps.map((app) => [
      id,
      describeApp(app),
      ownerOf(app, contents.spaces) ?? "",
      app.status,
      "is stopped; data in memory is lost",
    ]),
    ...blockers.spaces.map((space) => [
      id,
      `space ${space.name}`,
      space.owner ?? "",
      space.status,
      request.spaces ? "is deleted, with the files on its volume" : "is kept, with its files",
    ]),
    ...blockers.profiles.map((name) => [id, `profile ${name}`, name, "", "is kept; not managed by the stack"]),
  ]);
  if (rows.length === 0)
    return `Nothing to drain${request.profiles ? ` for ${request.profiles.join(", ")}` : ""}: no app is running, and all spaces and profiles are managed by the stack.`;
  const hasWork = domains.some(({ blockers }) => blockers.apps.length > 0 || (request.spaces && blockers.spaces.length > 0));
  return [
    textTable(["stack", "resource", "owner", "status", "with --yes"], rows),
    ...(hasWork ? ["No changes were made. To run the drain:", `  ${drainCommand(request)}`] : []),
    ...nextSteps(domains, request),
  ].join("\n");
}

/** The blockers that this drain keeps, and how to delete them. Empty when the drain keeps no blocker. */
export function nextSteps(domains: DomainBlockers[], request: DrainRequest): string[] {
  const keepsSpaces = !request.spaces && domains.some(({ blockers }) => blockers.spaces.length > 0);
  const profiles = deleteProfileCommands(domains);
  return [
    ...(keepsSpaces
      ? [
          "AWS does not delete a profile or a domain that has spaces. After users have saved their files, delete the spaces and their volumes:",
          `  ${drainCommand({ ...request, spaces: true })}`,
        ]
      : []),
    ...(profiles.length > 0
      ? ["AWS does not delete a domain that has profiles. Delete the profiles that the stack does not manage:", ...profiles]
      : []),
  ];
}

const deleteProfileCommands = (domains: DomainBlockers[]): string[] =>
  domains.flatMap(({ domain, blockers }) => blockers.profiles.map((name) => `  ${deleteProfileCommand(domain, name)}`));

const deleteProfileCommand = ({ id, region }: Domain, name: string): string =>
  `aws sagemaker delete-user-profile --region ${region} --domain-id ${id} --user-profile-name ${name}`;

/** The message for a destroy that blockers prevent: every blocker, and the commands that delete the blockers. */
export function blockedText(domains: DomainBlockers[], request: Pick<DrainRequest, "world">): string {
  const blocked = domains.filter(({ blockers }) => hasBlockers(blockers));
  const drainable = blocked.filter(({ blockers }) => blockers.apps.length + blockers.spaces.length > 0);
  const names = [...new Set(drainable.map(({ id }) => id))];
  const profiles = deleteProfileCommands(blocked);
  return [
    "Cannot destroy these stacks. No resources were deleted. AWS does not delete a Studio domain that has apps, spaces or profiles:",
    ...blocked.flatMap(({ id, domain, blockers }) => [
      `  ${id}, domain ${domain.id}`,
      ...blockers.apps.map((app) => `    ${describeApp(app)}: ${app.status}`),
      ...blockers.spaces.map((space) => `    ${describeSpace(space)}: ${space.status}`),
      ...blockers.profiles.map((name) => `    ${describeProfile(name)}`),
    ]),
    ...(drainable.length > 0
      ? [
          "Delete these resources with this command. Data in the memory of apps and on the volumes of these spaces is lost. Without --yes, the command is a dry run:",
          `  ${drainCommand({ ...request, names, spaces: blocked.some(({ blockers }) => blockers.spaces.length > 0) })}`,
        ]
      : []),
    ...(profiles.length > 0 ? ["`drain` does not delete profiles. Delete these profiles with:", ...profiles] : []),
  ].join("\n");
}
