/** An error meant for the user of a command: its message is printed alone, without a stack trace. Any other error is a bug of Cloister. */
export class UserError extends Error {
  override readonly name: string = "UserError";
}
