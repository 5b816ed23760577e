// What an owned service is made of. The gateway does wire formats, validation, accounts, the journal and persistence;
// a service is a table of operations over a plain state.

/** Who signed a request. */
export interface Caller {
  /** 12 digits. */
  account: string;
  /** Region of the credential scope, e.g. `eu-central-1`. */
  region: string;
  accessKeyId: string;
  /** Principal: `arn:aws:iam::…:user/…` or `arn:aws:sts::…:assumed-role/…/…`. */
  arn: string;
}

/** A refusal as AWS would send it: `code` as in the service model, without the suffix a wire format may add. Status 4xx: clients don't retry. */
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

/**
 * Everything an owned operation may use.
 * `state` is plain JSON, one per account and region, changed in place; the gateway writes it to disk after an operation that changed it,
 * before the answer goes out. An operation that throws must leave the state as it was: check first, then change.
 */
export interface Context<S> {
  state: S;
  caller: Caller;
  /** `aws`; first part of every ARN. */
  partition: string;
  /** Seconds since 1970, with fraction: the form of timestamps in the JSON protocols. */
  now(): number;
  /** `prefix` followed by `length` (default 12) lower-case letters and digits, never given twice in this world. */
  id(prefix: string, length?: number): string;
  /**
   * Asks the base, e.g. `base("ec2", "DescribeSubnets", { SubnetIds: [...] })`, to check that what a request names exists.
   * Input and output are in the shape of the service model, whatever the wire format; timestamps of XML services are ISO text, IAM's policy
   * documents are percent-encoded. In the caller's account and region unless others are given. Throws the base's refusal as an `AwsError`.
   */
  base(service: string, operation: string, input: object, where?: { account?: string; region?: string }): Promise<Record<string, unknown>>;
  /** Asks another service of the gateway, by its scope, in the caller's account and region. Never in a circle: each would wait for the other's state. */
  owned(scope: string, operation: string, input: Record<string, unknown>): Promise<Record<string, unknown>>;
}

/** Input has been checked against the service model before this is called. Returns the output's members; `{}` for none. */
export type Operation<S> = (input: Record<string, unknown>, context: Context<S>) => Promise<object> | object;

/** Something a service still holds. */
export interface Leftover {
  /** Name of the thing as AWS calls it, e.g. `Domain`. */
  type: string;
  id: string;
}

/** A service that the gateway answers itself instead of asking the base. One per file in `services/`, listed in `services/index.ts`. */
export interface OwnedService<S> {
  /** Service name in the credential scope of a signature, e.g. `sagemaker`. */
  scope: string;
  /** Folder of the service's model in botocore's data, e.g. `sagemaker`. */
  model: string;
  /** State of an account and region that was never used. */
  initial(): S;
  operations: Record<string, Operation<S>>;
  /** Operations left to the base. Anything in neither list is refused as unknown. */
  passThrough?: readonly string[];
  /** What is there apart from what every account has by default. */
  leftovers(state: S): Leftover[];
}

/** A service whose state type only the service itself knows. Only `ownService` makes one. */
export type AnyOwnedService = OwnedService<unknown>;

/**
 * Hides a service's state type, so that services of different states fit in one registry.
 * Sound because the gateway hands a service only states that its own `initial` made.
 */
export const ownService = <S>(service: OwnedService<S>): AnyOwnedService => service as unknown as AnyOwnedService;
