// Runs the command line: `npm start` and `npx cloister …`. Each file in commands/ adds one command.
import { printable, terminalProgress, UserError } from "@cloister/common";
import { Command } from "commander";
import { bootstrap } from "./commands/bootstrap";
import { destroy } from "./commands/destroy";
import { drain } from "./commands/drain";
import { exportPolicies } from "./commands/export";
import { preview } from "./commands/preview";
import { sandbox } from "./commands/sandbox";
import { start } from "./commands/start";
import { sweep } from "./commands/sweep";
import { toolchain } from "./commands/toolchain";
import { up } from "./commands/up";
import { verify } from "./commands/verify";
import { listenForInterrupts } from "./interrupt";
import { version } from "./package.json";
import { type AddCommand } from "./terminal";
import { UsageError } from "./usage-error";

/** The commands, in the order of `--help`. */
const commands: AddCommand[] = [start, bootstrap, up, preview, destroy, drain, sweep, verify, exportPolicies, sandbox, toolchain];

const progress = terminalProgress();
const print = (text: string) => progress.note(text);
const interrupt = listenForInterrupts(print);

const program = new Command("cloister")
  .description(
    "Deploy, preview and destroy SageMaker environments without internet access: in an AWS account, or in a sandbox on this machine.",
  )
  .version(version)
  .showHelpAfterError()
  .configureHelp({ showGlobalOptions: true });
for (const add of commands) add(program, { progress, interrupt, print });

/** Prints only the message of a `UserError`. Any other error is a bug and is printed with its stack trace. */
const errorText = (error: unknown): string =>
  error instanceof UserError
    ? error.message
    : `${error instanceof Error ? error.stack : String(error)}\n\nThis is a bug in Cloister ${version}. Report it with the lines above and the command that you ran.`;

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`\n${printable(errorText(error))}\n`);
  process.exitCode = interrupt.count() > 0 ? 130 : error instanceof UsageError ? 2 : 1;
});
