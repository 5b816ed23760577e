import { UserError } from "@cloister/common";

/** A package cannot be resolved, published or verified. The message lists every problem. */
export class PackagesError extends UserError {
  override readonly name = "PackagesError";
}
