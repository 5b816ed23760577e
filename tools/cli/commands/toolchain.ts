import { type PieceStatus } from "@cloister/toolchain";
import { lazy } from "../lazy";
import { type AddCommand } from "../terminal";

/** One row for each piece, and its details below the table. */
export function toolchainText(pieces: PieceStatus[]): string {
  const rows = pieces.map(({ title, version, state, origin, bytes, seconds, path: file }) => [
    title,
    version,
    state === "ready" ? (origin ?? "") : "missing",
    bytes === undefined ? "" : `${Math.ceil(bytes / 1e6)} MB`,
    seconds === undefined ? "" : `${seconds} s`,
    file ?? "npx cloister toolchain install",
  ]);
  const details = pieces.flatMap(({ title, detail }) => (detail === undefined ? [] : [`${title}: ${detail}`]));
  return [lazy.textTable(["piece", "version", "origin", "size", "install time", "path"], rows), ...details].join("\n");
}

export const toolchain: AddCommand = (program, terminal) => {
  const { progress, interrupt, print } = terminal;
  const command = program.command("toolchain").description("Manage the Pulumi CLI, the AWS provider plugin and moto.");
  command
    .command("status")
    .description("List the installed pieces and their origin.")
    .addHelpText("after", "\nExample:\n  npx cloister toolchain status")
    .action(async () => print(toolchainText(await lazy.toolchain.toolchainStatus())));
  command
    .command("install")
    .description("Find, download or build missing pieces.")
    .addHelpText("after", "\nExample:\n  npx cloister toolchain install")
    .action(async () => void (await lazy.toolchain.ensureToolchain(progress)));
  command
    .command("clean")
    .description("Delete build caches and incomplete downloads.")
    .option("--all", "also delete the toolchain; the next start installs it again")
    .addHelpText("after", "\nExample:\n  npx cloister toolchain clean")
    .action(
      async ({ all }: { all?: boolean }) =>
        void (await lazy.toolchain.cleanToolchain(all ? "all" : "intermediate", progress, interrupt.signal)),
    );
};
