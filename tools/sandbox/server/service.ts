// Defines how the sandbox implements one AWS service: one file or folder in `services/`, and one line in `services/index.ts`.
import { type HttpAnswer, type HttpRequest } from "./http";

/** The caller that signed a request. */
export interface Caller {
  /** 12 digits. */
  account: string;
  /** Region of the credential scope, e.g. `eu-central-1`. */
  region: string;
  accessKeyId: string;
  /** ARN of the principal: `arn:aws:iam::…:user/…` or `arn:aws:sts::…:assumed-role/…/…`. */
  arn: string;
}

/** The first part of ARNs after `arn:`. */
export const partitionOf = (region: string): string =>
  region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";

/**
 * Calls an operation of moto, e.g. `moto("ec2", "DescribeSubnets", { SubnetIds: [...] })`, and returns the members of its output.
 * Runs in the caller's account and region unless `where` names others. Throws moto's error as an `AwsError`.
 */
export type CallMoto = (
  service: string,
  operation: string,
  input: object,
  where?: { account?: string; region?: string },
) => Promise<Record<string, unknown>>;

/** A resource that still exists in a service. */
export interface Leftover {
  /** For services with one state for all accounts: the account of the resource. */
  account?: string;
  /** AWS's name for the resource type, e.g. `Domain`. */
  type: string;
  id: string;
}

/** How moto lists the resources of one type. */
export interface Listing {
  type: string;
  /** Set when one list contains the resources in all regions of an account. */
  global?: true;
  operation: string;
  input?: object;
  /** Output member that contains the list. */
  list: string;
  /** Member that identifies an item. Default: the items are IDs. */
  id?: string;
  /** False for resources that exist by default or that AWS deletes by itself. Default: every item is a leftover. */
  isLeftover?(item: Record<string, unknown>, moto: CallMoto): boolean | Promise<boolean>;
}

/** Properties that native and patched services share. */
export interface ServiceTraits {
  /** Service name in the credential scope of a signature, e.g. `sagemaker`. */
  scope: string;
  /** Folder of the service's model in botocore's data, e.g. `sagemaker`; the model names the protocol. */
  model: string;
  /** For services that share a scope: whether a request is for this service. Default: every request that no other service claims. */
  claims?(request: HttpRequest): boolean;
  /**
   * Error code for input that violates the service model. Default: input is not validated.
   * With `missingOnly`, the code is only for missing parameters. The service reports other violations under different codes.
   */
  violation?: { code: string; missingOnly?: true };
  /** Error for a throttled call. Default: `ThrottlingException` with status 400. */
  throttling?: { code: string; status: number };
}

/**
 * Everything that a native operation can use.
 * `state` is plain JSON, one object per account and region, changed in place. The gateway writes a changed state to disk before it
 * sends the answer. An operation that throws must leave the state unchanged: check first, then change.
 */
export interface Context<S> {
  state: S;
  caller: Caller;
  /** `aws`: the first part of every ARN after `arn:`. */
  partition: string;
  /** Seconds since 1970, with a fraction: the format of timestamps in the JSON protocols. */
  now(): number;
  /** `prefix` followed by `length` (default 12) lower-case letters and digits, unique in this world. */
  id(prefix: string, length?: number): string;
  /** Checks with moto that the resources in a request exist. */
  moto: CallMoto;
  /**
   * Calls an operation of another service as a client does: faults and validation apply, and the journal contains the call.
   * `as` is the principal that calls. Default: the caller. REST protocols: only operations without a body.
   */
  asClient(service: string, operation: string, input: Record<string, unknown>, as?: Caller): Promise<Record<string, unknown>>;
  /** Calls an operation of another native service in the same account and region. That operation must not use the state of this service. */
  native(scope: string, operation: string, input: Record<string, unknown>): Promise<Record<string, unknown>>;
}

/**
 * The rest of an operation: returns the output members. Other operations can use the state in the meantime, so it must not.
 * For calls that can lead to calls of the same service, e.g. an invocation of a function.
 */
export type Rest = () => Promise<object>;

/** Gets the operation's validated input and returns the output members, or `{}` for an operation without output. */
export type Operation<S> = (input: Record<string, unknown>, context: Context<S>) => Promise<object | Rest> | object | Rest;

/** A service that the gateway implements itself. An operation that is missing here is rejected as unknown. */
export interface NativeService<S> extends ServiceTraits {
  /** The initial state for an account and region. */
  initial(): S;
  /** One state for all accounts in a region, for resources that accounts share, or for all regions of an account. */
  oneStateFor?: "accounts" | "regions";
  operations: Record<string, Operation<S>>;
  /** Default: the service answers only signed requests. */
  plain?: PlainRequests<S>;
  /** Resources that exist, except those that every account has by default. */
  leftovers(state: S): Leftover[];
}

/** The answer to a request without signature, with the operation and the principal for the journal. */
export type PlainAnswer = HttpAnswer & { operation: string; principal?: string };

/** Requests without signature, such as those of package managers at an endpoint of the service. */
export interface PlainRequests<S> {
  /** The account and region of a request, or `undefined` if the request is not for the service. */
  locate(request: HttpRequest): { account: string; region: string } | undefined;
  /** Answers a request, and can change the state. */
  answer(request: HttpRequest, state: S, where: { account: string; region: string }): Promise<PlainAnswer>;
}

/** A service with a state type that is hidden from the gateway. Only `nativeService` creates one. */
export type AnyNativeService = NativeService<unknown> & { kind: "native" };

/**
 * Hides a service's state type, so that services with different states fit in one registry.
 * This is safe: the gateway passes to a service only states that the service's own `initial` created.
 */
export const nativeService = <S>(service: NativeService<S>): AnyNativeService =>
  ({ ...service, kind: "native" }) as unknown as AnyNativeService;

/** One call to a service in moto, on its way through a patch. */
export interface PatchCall {
  request: HttpRequest;
  operation: string;
  /** The operation's input in the shape of the model, without a body that is a payload (in S3). */
  input: Record<string, unknown>;
  caller: Caller;
  /** All accounts in this world. */
  accounts: readonly string[];
  moto: CallMoto;
  /** Sends the request to moto unchanged or, in the JSON and query protocols, with another input. */
  forward(input?: object): Promise<HttpAnswer>;
  /** Sends another request to moto, e.g. a second request that this call needs. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Creates the answer to this operation from its output members. JSON and query protocols only. */
  answer(output: object): HttpAnswer;
}

/** Throws the error that AWS answers a call with. */
export type Check = (call: PatchCall) => Promise<void> | void;

/** Wraps an operation in moto: rejects the call, changes the request or the answer, or answers itself. */
export type Patch = (call: PatchCall) => Promise<HttpAnswer>;

/** A service in moto, with patches where moto differs too much from AWS. */
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

/** The registered service for a scope and model, if the sandbox does more than forward its requests to moto. */
export const findService = (services: readonly Service[], scope: string, model: string): Service | undefined =>
  services.find((service) => service.scope === scope && service.model === model);
