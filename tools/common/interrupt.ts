import { UserError } from "./user-error";

/** Ctrl-C or SIGTERM stopped the work before it was complete. */
export class Interrupted extends UserError {
  override readonly name = "Interrupted";
  constructor() {
    super("Interrupted. Completed work is kept; run the same command again to continue.");
  }
}
