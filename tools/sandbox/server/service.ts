// What the sandbox knows about one AWS service. One file (or folder) per service in `services/`, registered by one line in `services/index.ts`.
import { type HttpAnswer, type HttpRequest } from "./http";

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

/**
 * Calls an operation of moto, e.g. `moto("ec2", "DescribeSubnets", { SubnetIds: [...] })`, and returns the members of its output.
 * Runs in the caller's account and region unless others are given. Throws moto's error as an `AwsError`.
 */
export type CallMoto = (
  service: string,
  operation: string,
  input: object,
  where?: { account?: string; region?: string },
) => Promise<Record<string, unknown>>;

/** A resource that a service still holds. */
export interface Leftover {
  /** Name of the resource type as AWS calls it, e.g. `Domain`. */
  type: string;
  id: string;
}

/** How moto lists the resources of one type. */
export interface Listing {
  type: string;
  /** One list for all regions of an account. */
  global?: true;
  operation: string;
  input?: object;
  /** Member of the output that holds the list. */
  list: string;
  /** Member of an item that identifies it. Default: the items are ids. */
  id?: string;
  /** False for what exists by default and what AWS deletes by itself. Default: every item is a leftover. */
  isLeftover?(item: Record<string, unknown>, moto: CallMoto): boolean | Promise<boolean>;
}

/** What native and patched services have in common. */
export interface ServiceTraits {
  /** Service name in the credential scope of a signature, e.g. `sagemaker`. */
  scope: string;
  /** Folder of the service's model in botocore's data, e.g. `sagemaker`; the model names the protocol. */
  model: string;
  /** For services that share a scope: whether a request is meant for this one. Default: every request that no other service claims. */
  claims?(request: HttpRequest): boolean;
  /**
   * Error code for input that violates the service model. Default: input is not validated.
   * `missingOnly` for a service that reports missing parameters under this code and everything else under codes of its own.
   */
  violation?: { code: string; missingOnly?: true };
  /** Error of a throttled call. Default `ThrottlingException` with status 400. */
  throttling?: { code: string; status: number };
}

/**
 * Everything a native operation can use.
 * `state` is plain JSON, one per account and region, changed in place; the gateway writes it to disk after an operation that changed it,
 * before the answer is sent. An operation that throws must leave the state as it was: check first, then change.
 */
export interface Context<S> {
  state: S;
  caller: Caller;
  /** `aws`; first part of every ARN. */
  partition: string;
  /** Seconds since 1970, with fraction: the form of timestamps in the JSON protocols. */
  now(): number;
  /** `prefix` followed by `length` (default 12) lower-case letters and digits, unique in this world. */
  id(prefix: string, length?: number): string;
  /** Checks with moto that what a request names exists. */
  moto: CallMoto;
  /** Calls an operation of another native service in the same account and region. Its state must not be requested from there again. */
  native(scope: string, operation: string, input: Record<string, unknown>): Promise<Record<string, unknown>>;
}

/** Gets the operation's validated input and returns the output's members; `{}` for none. */
export type Operation<S> = (input: Record<string, unknown>, context: Context<S>) => Promise<object> | object;

/** A service that the gateway implements itself. An operation that is missing here is rejected as unknown. */
export interface NativeService<S> extends ServiceTraits {
  /** State of an account and region that was never used. */
  initial(): S;
  operations: Record<string, Operation<S>>;
  /** What exists apart from what every account has by default. */
  leftovers(state: S): Leftover[];
}

/** A service whose state type only the service itself knows. Only `nativeService` creates one. */
export type AnyNativeService = NativeService<unknown> & { kind: "native" };

/**
 * Hides a service's state type, so that services of different states fit in one registry.
 * Sound because the gateway passes a service only states that its own `initial` created.
 */
export const nativeService = <S>(service: NativeService<S>): AnyNativeService =>
  ({ ...service, kind: "native" }) as unknown as AnyNativeService;

/** One call to a service of moto, on its way through a patch. */
export interface PatchCall {
  request: HttpRequest;
  operation: string;
  /** The operation's input in the shape of the model, without a body that is a payload (S3's). */
  input: Record<string, unknown>;
  caller: Caller;
  /** All accounts of this world. */
  accounts: readonly string[];
  moto: CallMoto;
  /** Passes the request to moto as it came, or, in the JSON and query protocols, with another input. */
  forward(input?: object): Promise<HttpAnswer>;
  /** Passes another request to moto, e.g. a second one that belongs to this call. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** An answer of this operation, from the members of its output. JSON and query protocols only. */
  answer(output: object): HttpAnswer;
}

/** Throws the error that AWS answers a call with. */
export type Check = (call: PatchCall) => Promise<void> | void;

/** Wraps an operation of moto: rejects the call, changes the request or the answer, or answers itself. */
export type Patch = (call: PatchCall) => Promise<HttpAnswer>;

/** A service that moto implements, with patches where moto differs too much from AWS. */
export interface PatchedService extends ServiceTraits {
  kind: "patched";
  patches: Record<string, Patch>;
  /** Runs before every operation of the service. */
  checkEveryCall?: Check;
  /** How to list the resources that programs leave behind. */
  leftovers: readonly Listing[];
}

export const patchedService = (service: Partial<PatchedService> & Pick<PatchedService, "scope" | "model">): PatchedService => ({
  patches: {},
  leftovers: [],
  ...service,
  kind: "patched",
});

/** A patch that only validates: the checks run in order, then moto answers. */
export const validateFirst =
  (...checks: Check[]): Patch =>
  async (call) => {
    for (const check of checks) await check(call);
    return call.forward();
  };

export type Service = AnyNativeService | PatchedService;

/** The registered service of a scope and model, if the sandbox has more than moto for it. */
export const findService = (services: readonly Service[], scope: string, model: string): Service | undefined =>
  services.find((service) => service.scope === scope && service.model === model);
