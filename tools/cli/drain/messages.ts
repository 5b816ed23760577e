// Formats what `cloister drain` and `cloister destroy` print about blockers. Pure.
import { commandText } from "../command-text";
import { textTable } from "../text-table";
import { type DomainBlockers, hasBlockers, ownerOf, ownWorkloads } from "./blockers";
import { type Selection } from "./selection";
import { type App, type Space, type Workload } from "./studio-client";
import { workloadKinds } from "./workload-kinds";
import { creatorOf, personsOf, personTag } from "./workloads";

/** The `drain` arguments that the suggested next command repeats. */
export interface DrainRequest extends Selection {
  /** Stack names, as the user typed them. */
  names: string[];
  spaces?: boolean | undefined;
  /** Also stop and delete workloads, and delete spaces and profiles that the stack does not manage. */
  all?: boolean | undefined;
  world?: string | undefined;
}

export const deletesSpaces = ({ spaces, all }: Pick<DrainRequest, "spaces" | "all">): boolean => spaces === true || all === true;

/** `app default (JupyterLab) in space notes` */
export const describeApp = ({ name, type, space, profile }: App): string =>
  `app ${name} (${type}) ${space === undefined ? `of profile ${profile}` : `in space ${space}`}`;

/** `space notes of ana-horvat` */
export const describeSpace = ({ name, owner }: Space): string => `space ${name}${owner === undefined ? "" : ` of ${owner}`}`;

/** `training job fraud-7` */
export const describeWorkload = ({ kind, name }: Workload): string => `${kind} ${name}`;

const describeProfile = (name: string): string => `profile ${name}, not managed by the stack`;

/** The command that runs a drain. */
export const drainCommand = ({ names, profiles = [], persons = [], spaces, all, world }: DrainRequest): string =>
  commandText(
    [
      "drain",
      ...names,
      ...(profiles.length > 0 ? ["--profile", ...profiles] : []),
      ...(persons.length > 0 ? ["--person", ...persons] : []),
      ...(all ? ["--all"] : spaces ? ["--spaces"] : []),
      "--yes",
    ],
    world,
  );

/** What happens to a workload, what is lost with it, and what it costs or holds until then. */
function workloadAction({ kind, tags }: Workload, { all }: DrainRequest): string {
  const { past, loses, effect } = workloadKinds.find(({ noun }) => noun === kind)!;
  if (tags === undefined) return `is kept, because its environment is unknown; ${effect}`;
  return `${all ? [`is ${past}`, ...(loses ? [loses] : [])].join(", ") : "is kept"}; ${effect}`;
}

/** Reports selected users of whom nothing was found, because a misspelt name must not look like a user who left nothing. */
export function unknownPersonsText(domains: DomainBlockers[], { persons = [] }: Selection): string[] {
  const known = [...new Set(domains.flatMap(personsOf))].sort();
  const others = known.length > 0 ? ` Users with this tag: ${known.join(", ")}.` : "";
  return persons
    .filter((person) => !known.includes(person))
    .map((person) => `No profile, job, endpoint, pipeline or notebook instance was found with the tag ${personTag}=${person}.${others}`);
}

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
      deletesSpaces(request) ? "is deleted, with the files on its volume" : "is kept, with its files",
    ]),
    ...blockers.profiles.map((name) => [
      id,
      `profile ${name}`,
      name,
      "",
      `${request.all ? "is deleted" : "is kept"}; not managed by the stack`,
    ]),
    ...(blockers.workloads ?? []).map((workload) => [
      id,
      describeWorkload(workload),
      workload.tags === undefined ? "unknown: tags are readable only in the network" : (creatorOf(workload) ?? ""),
      workload.status,
      workloadAction(workload, request),
    ]),
  ]);
  const unknown = unknownPersonsText(domains, request);
  if (rows.length === 0) {
    const selected = [...(request.profiles ?? []), ...(request.persons ?? [])];
    const nothing = `Nothing to drain${selected.length > 0 ? ` for ${selected.join(", ")}` : ""}: no app, job or endpoint is running, and all spaces and profiles are managed by the stack.`;
    return [...unknown, ...(unknown.length < selected.length || selected.length === 0 ? [nothing] : [])].join("\n");
  }
  const hasWork = domains.some(
    ({ blockers }) =>
      blockers.apps.length > 0 ||
      (deletesSpaces(request) && blockers.spaces.length > 0) ||
      (request.all && blockers.profiles.length + ownWorkloads(blockers).length > 0),
  );
  return [
    textTable(["stack", "resource", "owner", "status", "with --yes"], rows),
    ...unknown,
    ...(hasWork ? ["No changes were made. To run the drain:", `  ${drainCommand(request)}`] : []),
    ...nextSteps(domains, request),
  ].join("\n");
}

/** The blockers that this drain keeps, and how to delete them. Empty when the drain keeps no blocker. */
export function nextSteps(domains: DomainBlockers[], request: DrainRequest): string[] {
  const keepsSpaces = !deletesSpaces(request) && domains.some(({ blockers }) => blockers.spaces.length > 0);
  const keepsOthers = !request.all && domains.some(({ blockers }) => blockers.profiles.length + ownWorkloads(blockers).length > 0);
  return [
    ...(keepsSpaces
      ? [
          "AWS does not delete a profile or a domain that has spaces. After users have saved their files, delete the spaces and their volumes:",
          `  ${drainCommand({ ...request, spaces: true })}`,
        ]
      : []),
    ...(keepsOthers
      ? [
          "Before you destroy the environment, stop its jobs. Also delete its endpoints, pipelines, notebook instances with their files, and profiles that the stack does not manage:",
          `  ${drainCommand({ ...request, all: true })}`,
        ]
      : []),
  ];
}

/** The message for a destroy that blockers prevent: every blocker, and the command that deletes the blockers. */
export function blockedText(domains: DomainBlockers[], request: Pick<DrainRequest, "world">): string {
  const blocked = domains.filter(({ blockers }) => hasBlockers(blockers));
  const names = [...new Set(blocked.map(({ id }) => id))];
  const has = (test: (blockers: DomainBlockers["blockers"]) => number) => blocked.some(({ blockers }) => test(blockers) > 0);
  const all = has((blockers) => blockers.profiles.length + ownWorkloads(blockers).length);
  const spaces = has((blockers) => blockers.spaces.length);
  return [
    "Cannot destroy these stacks. No resources were deleted. AWS does not delete a Studio domain that has apps, spaces or profiles, or a network that jobs and endpoints use:",
    ...blocked.flatMap(({ id, domain, blockers }) => [
      `  ${id}${domain.id === "" ? "" : `, domain ${domain.id}`}`,
      ...blockers.apps.map((app) => `    ${describeApp(app)}: ${app.status}`),
      ...blockers.spaces.map((space) => `    ${describeSpace(space)}: ${space.status}`),
      ...blockers.profiles.map((name) => `    ${describeProfile(name)}`),
      ...ownWorkloads(blockers).map((workload) => `    ${describeWorkload(workload)}: ${workload.status}`),
    ]),
    "Stop and delete these resources with this command. Data in the memory of apps, and on the volumes of these spaces and notebook instances, is lost. Without --yes, the command is a dry run:",
    `  ${drainCommand({ ...request, names, spaces, all })}`,
  ].join("\n");
}
