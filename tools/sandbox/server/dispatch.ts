// Sends a validated call to a native service, a patch or moto.
import { randomInt } from "node:crypto";
import { type Accounts } from "./accounts";
import { AwsError } from "./aws-error";
import { type HttpAnswer, type HttpRequest } from "./http";
import { loadModel, type ServiceModel } from "./model";
import { type Moto } from "./moto";
import {
  type AnyNativeService,
  type Caller,
  type CallMoto,
  partitionOf,
  type PatchCall,
  type PatchedService,
  type Rest,
  type Service,
} from "./service";
import { type StateStore } from "./store";
import { type Format, outputAnswer, requestIds, unknownCodes } from "./wire/answer";
import { callMoto, requestFor } from "./wire/call-moto";

/** Read operations, by the first word of their names. A missing word here only makes a recovery slower. */
const reads =
  /^(Describe|Get|List|Head|Lookup|Select|Search|BatchGet|Simulate|Query|Scan|Validate|Decrypt|Encrypt|ReEncrypt|GenerateDataKey|GenerateRandom|Verify|Sign|Filter|Test|Check)/;

export const isRead = (operation: string): boolean => reads.test(operation);

/** A call with known caller, service, operation and input. */
export interface IdentifiedCall {
  request: HttpRequest;
  requestId: string;
  format: Format;
  /** Service name in the credential scope. */
  scope: string;
  model: ServiceModel;
  operation: string;
  input: Record<string, unknown>;
  caller: Caller;
}

export interface DispatchParts {
  accounts: Accounts;
  moto: Moto;
  store: StateStore;
  services: readonly Service[];
  /** botocore's folder with the service models. */
  models: string;
}

/** Calls an operation through all stages of the gateway that follow the identification of the caller. */
export type CallAsClient = (
  caller: Caller,
  scope: string,
  operation: string,
  input: Record<string, unknown>,
) => Promise<Record<string, unknown>>;

const idLetters = "abcdefghijklmnopqrstuvwxyz0123456789";

const unsupported = (scope: string, operation: string, format: Format): AwsError =>
  new AwsError(unknownCodes[format], `The sandbox does not support operation '${operation}' of '${scope}' yet.`);

export class Dispatcher {
  constructor(
    private readonly parts: DispatchParts,
    private readonly callAsClient: CallAsClient,
  ) {}

  /** Calls moto in any account and region, also without a request: to seed a world and to list leftovers. */
  callMoto(
    where: { account: string; region: string },
    service: string,
    operation: string,
    input: object,
  ): Promise<Record<string, unknown>> {
    const model = loadModel(this.parts.models, service);
    return callMoto(model, where, operation, input, (request) => this.parts.moto.send(request, where.account, !isRead(operation)));
  }

  /** The answer from a native service. */
  async native(service: AnyNativeService, call: IdentifiedCall): Promise<HttpAnswer> {
    const output = await this.runNative(service, call);
    return outputAnswer(call.model, call.operation, output, call.requestId, call.format);
  }

  /** The answer from moto, through the service's patch for the operation if one exists. */
  async moto(service: PatchedService | undefined, call: IdentifiedCall): Promise<HttpAnswer> {
    const { request, operation, input, caller, model, requestId, format } = call;
    const send = (sent: HttpRequest) => this.sendToMoto(sent, call);
    if (!service) return send(request);
    const patchCall: PatchCall = {
      request,
      operation,
      input,
      caller,
      accounts: this.parts.accounts.ids,
      send,
      forward: (changed) => send(changed ? requestFor(model, caller, operation, changed) : request),
      moto: this.callMotoAs(caller),
      answer: (output) => outputAnswer(model, operation, output, requestId, format),
    };
    await service.checkEveryCall?.(patchCall);
    const patch = Object.hasOwn(service.patches, operation) ? service.patches[operation] : undefined;
    return patch ? patch(patchCall) : send(request);
  }

  /** The output members of an operation of a native service. */
  async runNative(service: AnyNativeService, call: Pick<IdentifiedCall, "operation" | "input" | "caller" | "format">): Promise<object> {
    const { operation: name, input, caller, format } = call;
    const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
    if (!operation) throw unsupported(service.scope, name, format);
    const account = service.oneStateFor === "accounts" ? this.parts.accounts.ids[0]! : caller.account;
    const region = service.oneStateFor === "regions" ? "us-east-1" : caller.region;
    const state = { service: service.scope, account, region };
    const output = await this.parts.store.change(
      state,
      () => service.initial(),
      async (current) =>
        operation(input, {
          state: current,
          caller,
          partition: partitionOf(caller.region),
          now: () => Date.now() / 1000,
          id: (prefix, length = 12) => prefix + Array.from({ length }, () => idLetters[randomInt(idLetters.length)]).join(""),
          moto: this.callMotoAs(caller),
          asClient: (scope, otherOperation, otherInput, as = caller) => {
            if (scope === service.scope) throw new Error(`'${scope}' cannot call itself.`);
            return this.callAsClient(as, scope, otherOperation, otherInput);
          },
          native: async (scope, otherOperation, otherInput) => {
            const other = this.parts.services.find((candidate) => candidate.scope === scope && candidate !== service);
            if (other?.kind !== "native") throw new Error(`${service.scope} cannot call '${scope}'.`);
            return { ...(await this.runNative(other, { operation: otherOperation, input: otherInput, caller, format })) };
          },
        }),
    );
    return typeof output === "function" ? (output as Rest)() : output;
  }

  private async sendToMoto(request: HttpRequest, { scope, operation, caller, requestId, format }: IdentifiedCall): Promise<HttpAnswer> {
    const answer = await this.parts.moto.send(request, caller.account, !isRead(operation));
    if (answer.status === 501) throw unsupported(scope, operation, format);
    // moto failed internally. Clients do not retry this error code, because the same request would fail again.
    if (answer.status >= 500 && /^\s*<!doctype html/i.test(answer.body.toString("latin1", 0, 100)))
      throw new AwsError("SandboxFailure", `moto failed at '${operation}' of '${scope}'. See its log.`);
    return { ...answer, headers: { ...answer.headers, ...requestIds(requestId) } };
  }

  private callMotoAs({ account, region }: Caller): CallMoto {
    return (service, operation, input, where = {}) =>
      this.callMoto({ account: where.account ?? account, region: where.region ?? region }, service, operation, input);
  }
}
