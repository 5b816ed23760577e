// Defines the command line, without running it. Each file in commands/ adds one command.
import { Command } from "commander";
import { bootstrap } from "./commands/bootstrap";
import { catalog } from "./commands/catalog";
import { destroy } from "./commands/destroy";
import { drain } from "./commands/drain";
import { exportPolicies } from "./commands/export";
import { fleet } from "./commands/fleet";
import { packages } from "./commands/packages";
import { preview } from "./commands/preview";
import { sandbox } from "./commands/sandbox";
import { start } from "./commands/start";
import { sweep } from "./commands/sweep";
import { toolchain } from "./commands/toolchain";
import { up } from "./commands/up";
import { verify } from "./commands/verify";
import { version } from "./package.json";
import { type AddCommand, type Terminal } from "./terminal";

/** The commands, in the order of `--help`. */
const commands: AddCommand[] = [
  start,
  bootstrap,
  up,
  preview,
  destroy,
  drain,
  sweep,
  catalog,
  fleet,
  packages,
  verify,
  exportPolicies,
  sandbox,
  toolchain,
];

export function createProgram(terminal: Terminal): Command {
  const program = new Command("cloister")
    .description(
      "Deploy, preview and destroy SageMaker environments without internet access: in an AWS account, or in a sandbox on this machine.",
    )
    .version(version)
    // The exit code of `UsageError`. A message about arguments comes from Commander or from the command.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 1 ? 2 : exitCode))
    .showHelpAfterError("To list the commands and options, add --help.")
    .configureHelp({ showGlobalOptions: true });
  for (const add of commands) add(program, terminal);
  return program;
}
