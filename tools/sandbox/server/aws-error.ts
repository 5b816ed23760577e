/**
 * An error in AWS's format. `code` is the code in the service model, without the suffix that some wire formats add.
 * Clients do not retry errors with the default status.
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
