// Implements `cloister fleet`: lists the environments that were launched from the environment product. Pure.
import { countText } from "../count-text";
import { textTable } from "../text-table";
import { type Environment, environmentNameOf, newestOf, type Version } from "./types";

/** Name of the version of an environment. A version can be deleted. */
export const versionOf = ({ artifactId }: Pick<Environment, "artifactId">, versions: readonly Version[]): string =>
  versions.find(({ id }) => id === artifactId)?.name ?? artifactId;

/** `provision failed: …`, `update succeeded` */
const resultOf = ({ operation, status, reason }: Environment): string =>
  `${operation.toLowerCase()} ${status.toLowerCase()}${reason === undefined ? "" : `: ${reason}`}`;

/** Rows of the fleet, for `--json`. */
export const fleetRows = (environments: readonly Environment[], versions: readonly Version[]) => {
  const newest = newestOf(versions);
  return environments.map((environment) => ({
    account: environment.account,
    id: environment.id,
    name: environment.name,
    environment: environmentNameOf(environment),
    version: versionOf(environment, versions),
    isNewest: environment.artifactId === newest?.id,
    operation: environment.operation,
    status: environment.status,
    reason: environment.reason,
    changedAt: environment.changedAt,
  }));
};

/** The table of the fleet, with a summary and the next command. */
export function fleetText(
  environments: readonly Environment[],
  versions: readonly Version[],
  updateCommand: (version: string) => string,
): string {
  const newest = newestOf(versions);
  const published = newest === undefined ? "No version is published." : `Newest version: ${newest.name}.`;
  if (environments.length === 0) return `No environment was launched. ${published}`;
  const rows = environments.map((environment) => [
    environment.account,
    environment.name,
    environmentNameOf(environment),
    versionOf(environment, versions),
    resultOf(environment),
    environment.changedAt,
    environment.artifactId === newest?.id ? "yes" : "no",
  ]);
  const failed = environments.filter(({ status }) => status !== "SUCCEEDED").length;
  const older = environments.filter(({ artifactId }) => artifactId !== newest?.id).length;
  return [
    textTable(["account", "name", "environment", "version", "last operation", "changed at", "newest"], rows),
    `${countText(environments.length, "environment")}: ${failed} failed, ${older} not of the newest version. ${published}`,
    ...(newest !== undefined && older > 0 ? ["To preview the update of these environments:", `  ${updateCommand(newest.name)}`] : []),
  ].join("\n");
}
