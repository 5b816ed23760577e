import { type HttpAnswer, type HttpRequest } from "./http";
import { type Caller } from "./native-service";

/** One call to a service of the base, on its way through a mend. */
export interface MendCall {
  request: HttpRequest;
  operation: string;
  /** The operation's input in the shape of the model, without a body that is a payload (S3's). */
  input: Record<string, unknown>;
  caller: Caller;
  /** All accounts of this world. */
  accounts: readonly string[];
  /** Asks the base, as in `Context`: in the caller's account and region unless others are given. */
  base(service: string, operation: string, input: object, where?: { account?: string; region?: string }): Promise<Record<string, unknown>>;
  /** Lets the base answer the request as it came, or, in the JSON and query protocols, one with another input. */
  forward(input?: object): Promise<HttpAnswer>;
  /** Lets the base answer another request, e.g. one more that belongs to this call. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** An answer of this operation, from the members of its output. JSON and query protocols only. */
  answer(output: object): HttpAnswer;
}

/** Stands around an operation of the base: may refuse, change the request, change the answer, or answer itself. */
export type Mend = (call: MendCall) => Promise<HttpAnswer>;

/** A service that the base answers, and where it differs too much from AWS. One per file in `services/`, listed in `services/index.ts`. */
export interface MendedService {
  scope: string;
  /** Folder of botocore's data. */
  model: string;
  mends: Record<string, Mend>;
  /** Looks at every call of the service first: throws what AWS would refuse with. */
  every?(call: MendCall): Promise<void> | void;
}

/** A mend that only looks before the base answers: `look` throws what AWS would refuse with. */
export const refuseWhen =
  (...looks: ((call: MendCall) => Promise<void> | void)[]): Mend =>
  async (call) => {
    for (const look of looks) await look(call);
    return call.forward();
  };
