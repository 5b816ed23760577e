// How a program ends before its first resource.
import * as pulumi from "@pulumi/pulumi";

/**
 * An error that ends a program with its message alone.
 * Without a stack, which nobody is shown: to prepare it for its log, the SDK would spend a quarter of a minute and 3 GB on Node.js 20 (github.com/pulumi/pulumi/issues/21326).
 */
export function userError(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  delete error.stack;
  return error;
}

/**
 * Ends a program before its first resource when anything is in its way: all problems in one message.
 * Errors: `RunError` when there is a problem.
 */
export function failOnProblems(problems: string[]): void {
  if (problems.length > 0)
    throw userError(
      `Stack '${pulumi.getStack()}' of ${pulumi.getProject()} can't start. Nothing was created.\n  - ${problems.join("\n  - ")}`,
    );
}
