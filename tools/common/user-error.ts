/**
 * An error meant for the user of a command: its message alone is printed, and it names the next step.
 * Any other error is a bug of Cloister and is printed with its stack trace.
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
}
