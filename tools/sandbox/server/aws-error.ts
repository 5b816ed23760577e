/**
 * An error as AWS sends it: `code` as in the service model, without the suffix that a wire format may add.
 * Clients do not retry the default status.
 */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = "AwsError";
  }
}
