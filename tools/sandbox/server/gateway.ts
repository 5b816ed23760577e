// Answers AWS clients. A request passes the stages in `Gateway.answer` in order, and each stage is one function.
import { randomUUID } from "node:crypto";
import { type Accounts, callerOf } from "./accounts";
import { AwsError } from "./aws-error";
import { Dispatcher, type DispatchParts, type IdentifiedCall } from "./dispatch";
import { type Fault, type Faults, throttled } from "./faults";
import { type HttpAnswer, type HttpRequest } from "./http";
import { type Call, type Journal } from "./journal";
import { assertTexts, assertValid, loadModel, type ServiceModel } from "./model";
import { redact } from "./redact";
import { type Caller, findService, type Service } from "./service";
import { errorAnswer, errorShape, type Format, unknownCodes, unknownKeyCodes } from "./wire/answer";
import { type Credential, credential, describe, format, identify, modelFolder, hasOlderProtocols } from "./wire/identify";
import { callMoto, requestFor } from "./wire/call-moto";
import { decodeError } from "./wire/xml";

export interface GatewayParts extends DispatchParts {
  faults: Faults;
  journal: Journal;
}

/** The result of a request: an answer, or a closed connection. */
export type Outcome = HttpAnswer | "cut";

/** A request on its way through the stages. Each stage adds what it finds, for the journal and for the format of an error. */
interface Exchange {
  request: HttpRequest;
  requestId: string;
  format: Format;
  model?: ServiceModel;
  record: Omit<Call, "time" | "result" | "status" | "milliseconds">;
}

/** The service that the request is for. */
interface Target {
  signer: Credential;
  model: ServiceModel;
  /** Absent when moto answers without patches. */
  service?: Service;
}

export class Gateway {
  private readonly dispatcher: Dispatcher;
  /** Called after each call, with the answer of a service with a JSON protocol. */
  recorded?: (call: Call, output: object | undefined) => void;
  readonly callMoto: Dispatcher["callMoto"];

  constructor(private readonly parts: GatewayParts) {
    this.dispatcher = new Dispatcher(parts, this.callAsClient.bind(this));
    this.callMoto = this.dispatcher.callMoto.bind(this.dispatcher);
  }

  /** A call by EventBridge, with all stages of the gateway. */
  readonly callService = ({ account, region }: { account: string; region: string }, scope: string, operation: string, input: object) =>
    this.callAsClient({ account, region, accessKeyId: "ASIAEVENTS0000000000", arn: "events.amazonaws.com" }, scope, operation, {
      ...input,
    });

  async handle(request: HttpRequest): Promise<Outcome> {
    const started = performance.now();
    const exchange = begin(request);
    let outcome: Outcome;
    let error: AwsError | undefined;
    try {
      outcome = await this.answer(exchange);
    } catch (thrown) {
      error = asAwsError(thrown);
      outcome = respondWithError(exchange, error);
    }
    this.record(exchange, outcome, error, performance.now() - started);
    return outcome;
  }

  /** The stages in order. Each stage throws the error that AWS would answer with. */
  private async answer(exchange: Exchange): Promise<Outcome> {
    const plain = await this.answerPlain(exchange);
    if (plain) return plain;
    const signer = this.identifySigner(exchange);
    const caller = authenticate(exchange, signer, this.parts.accounts);
    const target = this.identifyService(exchange, signer);
    const call = identifyOperation(exchange, target, caller);
    if ((await this.injectFault(exchange, { scope: signer.scope, service: target.service }, call)) === "cut") return "cut";
    assertValid(target.service, target.model, call);
    if (target.service) assertTexts(target.service.model, call.operation, call.input);
    return this.dispatch(exchange, target, call);
  }

  /** Answers a request without signature, if a service has an endpoint for it. */
  private async answerPlain({ request, record }: Exchange): Promise<HttpAnswer | undefined> {
    for (const service of this.parts.services) {
      const where = service.kind === "native" ? service.plain?.locate(request) : undefined;
      if (service.kind !== "native" || !service.plain || !where) continue;
      const { plain } = service;
      const { operation, principal, ...answer } = await this.parts.store.change(
        { service: service.scope, ...where },
        () => service.initial(),
        (state) => plain.answer(request, state, where),
      );
      Object.assign(record, { ...where, service: service.scope, operation, by: "native", ...(principal !== undefined && { principal }) });
      return answer;
    }
    return undefined;
  }

  /** Reads the credential of the request, and the format of the answer from the model of the service in the signature. */
  private identifySigner(exchange: Exchange): Credential {
    const { request, record } = exchange;
    const signer = credential(request);
    exchange.model = signer && modelOrNone(this.parts.models, modelFolder(this.parts.services, signer.scope, request));
    exchange.format = format(exchange.model, request);
    if (!signer) throw new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403);
    record.region = signer.region;
    record.service = signer.scope;
    return signer;
  }

  /** Finds the native service or the patches for the service. */
  private identifyService({ request, format, model }: Exchange, signer: Credential): Target {
    if (!model) throw new AwsError(unknownCodes[format], `The sandbox does not support the service '${signer.scope}'.`);
    const folder = modelFolder(this.parts.services, signer.scope, request);
    return { signer, model, service: findService(this.parts.services, signer.scope, folder) };
  }

  /** Applies a fault to the call if one matches: throws, waits, or closes the connection. */
  private async injectFault(
    { record }: Exchange,
    { scope, service }: { scope: string; service?: Service },
    call: IdentifiedCall,
  ): Promise<"cut" | undefined> {
    const fault = this.parts.faults.take(scope, call.operation);
    if (!fault) return undefined;
    const { by } = record;
    record.by = "fault";
    const effect = await faultEffects[fault.kind](fault, service);
    if (effect !== "cut") record.by = by;
    return effect;
  }

  /** Lets the native service answer, or moto with the service's patches. */
  private async dispatch({ record }: Exchange, { service }: Target, call: IdentifiedCall): Promise<HttpAnswer> {
    record.by = service?.kind === "native" ? "native" : "moto";
    if (service?.kind === "native") return this.dispatcher.native(service, call);
    return this.dispatcher.moto(service, call);
  }

  /** A call by an AWS service on behalf of a principal, e.g. of CloudFormation for the resources of a stack. */
  private async callAsClient(
    caller: Caller,
    scope: string,
    operation: string,
    given: Record<string, unknown>,
  ): Promise<Record<string, unknown>> {
    const started = performance.now();
    const folder = this.parts.services.find((service) => service.scope === scope)?.model ?? scope;
    const model = loadModel(this.parts.models, folder);
    const service = findService(this.parts.services, scope, folder);
    // As in a request, absent members are not part of the input.
    const input = JSON.parse(JSON.stringify(given)) as Record<string, unknown>;
    const exchange = begin(requestFor(model, caller, operation, input));
    Object.assign(exchange, { model, format: format(model, exchange.request) });
    Object.assign(exchange.record, { region: caller.region, service: scope, operation, client: "AWS Internal" });
    Object.assign(exchange.record, { account: caller.account, principal: caller.arn, parameters: redact(model, operation, input) });
    const { request, requestId } = exchange;
    const call: IdentifiedCall = { request, requestId, format: exchange.format, scope, model, caller, operation, input };
    try {
      const output = await this.answerInternally(exchange, { model, service }, call);
      const body = Buffer.from(JSON.stringify(output));
      this.record(exchange, { status: 200, headers: jsonHeaders, body }, undefined, performance.now() - started);
      return output;
    } catch (thrown) {
      const error = asAwsError(thrown);
      this.record(exchange, respondWithError(exchange, error), error, performance.now() - started);
      throw error;
    }
  }

  /** The output of a call by an AWS service, after the same stages as for a request. */
  private async answerInternally(
    exchange: Exchange,
    { model, service }: Pick<Target, "model" | "service">,
    call: IdentifiedCall,
  ): Promise<Record<string, unknown>> {
    if ((await this.injectFault(exchange, { scope: call.scope, service }, call)) === "cut")
      throw new AwsError("InternalFailure", "An internal error occurred (a fault of the sandbox).", 500);
    assertValid(service, model, call);
    if (service) assertTexts(service.model, call.operation, call.input);
    exchange.record.by = service?.kind === "native" ? "native" : "moto";
    if (service?.kind === "native") return { ...(await this.dispatcher.runNative(service, call)) };
    return callMoto(model, call.caller, call.operation, call.input, (request) => this.dispatcher.moto(service, { ...call, request }));
  }

  /** Writes the call to the journal. */
  private record({ record, format }: Exchange, outcome: Outcome, thrown: AwsError | undefined, milliseconds: number): void {
    const status = outcome === "cut" ? 0 : outcome.status;
    const error = thrown ?? (outcome !== "cut" && status >= 400 ? readError(format, outcome) : undefined);
    const call: Call = {
      time: new Date().toISOString(),
      ...record,
      result: outcome === "cut" ? "cut" : (error?.code ?? "ok"),
      status,
      ...(error ? { message: error.message } : {}),
      milliseconds: Math.round(milliseconds * 10) / 10,
    };
    this.parts.journal.record(call);
    this.recorded?.(call, call.result === "ok" && outcome !== "cut" ? jsonOf(outcome) : undefined);
  }
}

const jsonHeaders = { "content-type": "application/json" };

/** The answer of a service with a JSON protocol. */
function jsonOf({ headers, body }: HttpAnswer): object | undefined {
  if (!/json/.test(headers["content-type"] ?? "") || body.length === 0) return undefined;
  const value: unknown = JSON.parse(body.toString());
  return typeof value === "object" && value !== null ? value : undefined;
}

const begin = (request: HttpRequest): Exchange => {
  const requestId = randomUUID();
  return {
    request,
    requestId,
    format: "unknown",
    record: {
      requestId,
      region: "",
      service: "",
      operation: describe(request),
      parameters: {},
      by: "gateway",
      client: (request.headers["user-agent"] ?? "").slice(0, 120),
    },
  };
};

/** Finds the principal that the access key belongs to. */
function authenticate({ format, record }: Exchange, signer: Credential, accounts: Accounts): Caller {
  const principal = accounts.authenticate(signer, Date.now() / 1000);
  if (!principal) {
    const [code, status] = unknownKeyCodes[format];
    throw new AwsError(code, "The security token included in the request is invalid.", status);
  }
  record.account = principal.account;
  record.principal = principal.arn;
  return callerOf(principal, signer.accessKeyId, signer.region);
}

/** Reads the operation and its input according to the service model. */
function identifyOperation({ request, requestId, format, record }: Exchange, { signer, model }: Target, caller: Caller): IdentifiedCall {
  const found = readOperation(model, request);
  if (!found)
    throw new AwsError(unknownCodes[format], `The sandbox does not support operation '${record.operation}' of '${signer.scope}'.`);
  record.operation = found.operation;
  record.parameters = redact(model, found.operation, found.input);
  return { request, requestId, format, scope: signer.scope, model, caller, ...found };
}

function readOperation(model: ServiceModel, request: HttpRequest) {
  try {
    return identify(model, request);
  } catch {
    throw new AwsError("SerializationException", "The request's body does not have the form that its protocol requires.");
  }
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

type FaultEffect = (fault: Fault, service: Service | undefined) => Promise<"cut" | undefined>;

/** How each kind of fault affects a call. */
const faultEffects: Record<Fault["kind"], FaultEffect> = {
  throttle: (_fault, service) => Promise.reject(throttled(service)),
  error: () => Promise.reject(new AwsError("InternalFailure", "An internal error occurred (a fault of the sandbox).", 500)),
  deny: () =>
    Promise.reject(
      new AwsError("AccessDeniedException", "You are not authorized to perform this operation (a fault of the sandbox).", 403),
    ),
  refuse: () => Promise.resolve("cut"),
  async timeout({ delayMs = 30_000 }) {
    await wait(delayMs);
    return "cut";
  },
  async delay({ delayMs = 1_000 }) {
    await wait(delayMs);
    return undefined;
  },
};

function modelOrNone(models: string, folder: string): ServiceModel | undefined {
  try {
    return loadModel(models, folder);
  } catch {
    return undefined;
  }
}

/** The error for a bug in the sandbox. It is reported at once, with its text, in a format that clients do not retry. */
function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  console.error(error);
  return new AwsError("SandboxFailure", `The sandbox failed: ${error instanceof Error ? error.message : String(error)}`);
}

/** The error in the client's protocol. A service with several protocols also reports the name of the error in its model. */
function respondWithError({ format, requestId, model, record }: Exchange, error: AwsError): HttpAnswer {
  const shape = record.service && model && hasOlderProtocols(model) ? errorShape(model, record.operation, error.code) : undefined;
  return errorAnswer(format, error, requestId, shape);
}

/** The code and message of an error from moto. */
function readError(format: Format, answer: HttpAnswer): { code: string; message: string } {
  const text = answer.body.toString();
  if (/^\s*</.test(text)) return decodeError(text) ?? { code: String(answer.status), message: "" };
  const header = answer.headers["x-amzn-errortype"]?.split(":")[0];
  if (format === "s3" || text === "") return { code: header ?? String(answer.status), message: "" };
  try {
    const { __type, code, message, Message } = JSON.parse(text) as Record<string, string | undefined>;
    return { code: header ?? (__type ?? code ?? String(answer.status)).split("#").at(-1)!, message: message ?? Message ?? "" };
  } catch {
    return { code: header ?? String(answer.status), message: text.slice(0, 300) };
  }
}
