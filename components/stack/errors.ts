// Defines errors that end a program before the first resource is created.
import * as pulumi from "@pulumi/pulumi";
import { inStack, withJointFixes } from "./fix-command";
import { type Problem, problemText } from "./preflight";

/**
 * An error that the user can fix. Ends the program and prints only the message.
 * The error has no stack trace: printing one takes the SDK 15 seconds and 3 GB under Node.js 20.
 * Source: github.com/pulumi/pulumi/issues/21326.
 */
export class UserError extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    delete this.stack;
  }
}

/** A problem as text, with commands for the stack of this program. */
const textOf = (problem: Problem | string): string =>
  inStack(typeof problem === "string" ? problem : problemText(problem), { project: pulumi.getProject(), stack: pulumi.getStack() });

/** Prints warnings about settings that can be deployed. */
export async function showWarnings(warnings: readonly (Problem | string)[]): Promise<void> {
  for (const warning of warnings) await pulumi.log.warn(textOf(warning));
}

/** Indented lines for `UserError`, one for each problem. */
export const listOf = (problems: readonly string[]) => problems.map((problem) => `\n  - ${problem}`).join("");

/**
 * Ends the program before the first resource is created if problems exist, and prints all problems at once.
 * A problem that no setting can fix is a plain string. A repeated problem is printed once.
 * Errors: `UserError` if there is at least one problem.
 */
export function failOnProblems(problems: readonly (Problem | string)[]): void {
  const texts = withJointFixes(problems.map(textOf));
  if (texts.length > 0)
    throw new UserError(
      `Cannot deploy stack '${pulumi.getStack()}' (${pulumi.getProject()}). No resources were created. Fix these settings:${listOf([...new Set(texts)])}`,
    );
}
