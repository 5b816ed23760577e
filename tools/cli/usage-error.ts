import { UserError } from "@cloister/common";

/**
 * A command that cannot run as typed: exit code 2. The message states the value found, the allowed values and the next
 * command.
 */
export class UsageError extends UserError {
  override readonly name = "UsageError";
}
