// Runs the command line: `npm start` and `npx cloister …`.
import { printable, terminalProgress, UserError } from "@cloister/common";
import { listenForInterrupts } from "./interrupt";
import { version } from "./package.json";
import { createProgram } from "./program";
import { UsageError } from "./usage-error";

const progress = terminalProgress();
const print = (text: string) => progress.note(text);
const interrupt = listenForInterrupts(print);
const program = createProgram({ progress, interrupt, print });

/** Prints only the message of a `UserError`. Any other error is a bug and is printed with its stack trace. */
const errorText = (error: unknown): string =>
  error instanceof UserError
    ? error.message
    : `${error instanceof Error ? error.stack : String(error)}\n\nThis is a bug in Cloister ${version}. Report it with the lines above and the command that you ran.`;

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`\n${printable(errorText(error))}\n`);
  process.exitCode = interrupt.count() > 0 ? 130 : error instanceof UsageError ? 2 : 1;
});
