// Formats what `cloister sweep` prints. Pure.
import { commandText } from "../command-text";
import { textTable } from "../text-table";
import { type SweepRequest } from "./kinds";
import { type Found } from "./lookup";

/** The `sweep` arguments that the suggested next command repeats. */
export interface SweepCommand extends SweepRequest {
  /** Stack names, as the user typed them. */
  names: string[];
  domains?: string[] | undefined;
  world?: string | undefined;
}

/** The command that runs a sweep. `--confirm` names the environments whose home directories are deleted. */
export const sweepCommand = ({ names, domains = [], purge, logs, world }: SweepCommand, environments: string[]): string =>
  commandText(
    [
      "sweep",
      ...names,
      ...(domains.length > 0 ? ["--domain", ...domains] : []),
      ...(logs ? ["--logs"] : []),
      ...(purge ? ["--purge"] : []),
      // Without a name, the option would take the next word as one.
      ...(purge && environments.length > 0 ? ["--confirm", ...environments] : []),
      "--yes",
    ],
    world,
  );

const isSelected = ({ kind }: Found["leftovers"][number], request: SweepRequest): boolean => kind.isSelected?.(request) ?? true;

/** The names of the environments with file systems. */
export const environmentsWithHomes = (found: Found[]): string[] =>
  found
    .filter(({ leftovers }) => leftovers.some(({ kind, items }) => kind.noun === "file system" && items.length > 0))
    .map(({ scope }) => scope.environment);

/** One row per leftover with its planned action. */
const planRows = (found: Found[], request: SweepRequest): string[][] =>
  found.flatMap(({ scope, leftovers }) =>
    leftovers.flatMap((entry) =>
      entry.items.map(({ name, detail, domain }) => [
        scope.environment,
        `${entry.kind.noun} ${name}`,
        domain,
        detail,
        isSelected(entry, request) ? (entry.kind.action ?? "is deleted") : entry.kind.kept!,
      ]),
    ),
  );

/** Resources that a confirmed purge deletes and keeps. Undefined without leftover resources. */
export function purgeText(found: Found[], request: SweepRequest): string | undefined {
  const rows = planRows(found, request);
  return rows.length === 0 ? undefined : textTable(["environment", "resource", "domain", "what it is", "now"], rows);
}

/** The output of a dry run: one row per leftover with its planned action, and the command to run the sweep. */
export function planText(found: Found[], request: SweepCommand): string {
  const rows = planRows(found, request);
  if (rows.length === 0) return `Nothing to sweep: no leftover resources of ${found.map(({ scope }) => scope.environment).join(", ")}.`;
  const hasWork = found.some(({ leftovers }) => leftovers.some((entry) => entry.items.length > 0 && isSelected(entry, request)));
  const homes = environmentsWithHomes(found);
  return [
    textTable(["environment", "resource", "domain", "what it is", "with --yes"], rows),
    ...(hasWork ? ["No changes were made. To run the sweep:", `  ${sweepCommand(request, homes)}`] : []),
    ...(homes.length > 0 && !request.purge
      ? [
          "The file systems contain the home directories of users. After you have saved the files, delete the file systems:",
          `  ${sweepCommand({ ...request, purge: true }, homes)}`,
        ]
      : []),
  ].join("\n");
}

/** Also the result of a second sweep, after the first has deleted everything. */
export const untracedText = (domains: string[], { region }: Pick<Found["scope"], "region">): string =>
  [
    `No trace of domain ${domains.join(", ")} was found in ${region}.`,
    "No domain with this ID exists, and no stack, file system, security group, network interface or log stream names it.",
    "After a complete sweep, this is the expected result. Otherwise, check the ID and the region, or sweep without --domain.",
  ].join(" ");

/** Notes about domains that still exist. Their resources are in use and are not swept. */
export const existingNotes = (found: Found[], { world }: Pick<SweepCommand, "world">): string[] =>
  found.flatMap(({ scope, existing }) =>
    existing.map(
      (domain) =>
        `${scope.id}: domain ${domain} still exists, so its file system and security groups are kept. To delete them, destroy the stack first: ${commandText(["destroy", scope.id], world)}`,
    ),
  );
