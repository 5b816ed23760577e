import { randomInt, randomUUID } from "node:crypto";
import { type Accounts, callerOf } from "./accounts";
import { type Base } from "./moto";
import { type Faults, throttled } from "./faults";
import { type HttpAnswer, type HttpRequest } from "./http";
import { type Call, type Journal } from "./journal";
import { type MendCall, type MendedService } from "./patched-service";
import { loadModel, type ServiceModel, validate, validationMessage } from "./model";
import { redact } from "./redact";
import { type AnyOwnedService, AwsError, type Caller } from "./native-service";
import { type StateStore } from "./store";
import { errorAnswer, errorShape, type Format, outputAnswer, requestIds, unknownCodes, unknownKeyCodes } from "./wire/answer";
import { ask, requestFor } from "./wire/ask";
import { credential, describe, format, identify, modelFolder, speaksMore } from "./wire/identify";
import { decodeError } from "./wire/xml";

export interface GatewayParts {
  accounts: Accounts;
  base: Base;
  faults: Faults;
  journal: Journal;
  store: StateStore;
  owned: readonly AnyOwnedService[];
  mended: readonly MendedService[];
  /** botocore's folder of service models. */
  models: string;
}

/** Operations that change nothing, by the first word of their names. Exceptions would be costly only for the speed of a recovery. */
const reads =
  /^(Describe|Get|List|Head|Lookup|Select|Search|BatchGet|Simulate|Query|Scan|Validate|Decrypt|Encrypt|ReEncrypt|GenerateDataKey|GenerateRandom|Verify|Sign|Filter|Test|Check)/;

export const isRead = (operation: string): boolean => reads.test(operation);

/** How services word a violation of their model. Those that are not listed and not owned are not checked. */
const violationCodes: Record<string, string> = {
  kms: "ValidationException",
  ssm: "ValidationException",
  logs: "InvalidParameterException",
  iam: "ValidationError",
  sts: "ValidationError",
  ec2: "MissingParameter",
  sns: "InvalidParameter",
  route53: "InvalidInput",
  budgets: "InvalidParameterException",
  events: "ValidationException",
  monitoring: "ValidationError",
  "resource-groups": "BadRequestException",
};

/** EC2 has an error code for each kind of violation; the base knows most of them. What is missing is the same for all parameters. */
const onlyMissing = new Set(["ec2"]);

const idLetters = "abcdefghijklmnopqrstuvwxyz0123456789";

const partitionOf = (region: string): string => (region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws");

/** What becomes of a request: an answer, or a connection that is cut. */
export type Outcome = HttpAnswer | "cut";

/** A request on its way, filled in as it becomes known. */
interface Passage {
  request: HttpRequest;
  requestId: string;
  format: Format;
  record: Omit<Call, "time" | "result" | "status" | "milliseconds">;
}

/** AWS as seen by clients: finds out who asks for what, refuses what AWS would refuse, and lets an owned service or the base answer. */
export class Gateway {
  constructor(private readonly parts: GatewayParts) {}

  async handle(request: HttpRequest): Promise<Outcome> {
    const started = performance.now();
    const requestId = randomUUID();
    const passage: Passage = {
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
    let outcome: Outcome;
    let refusal: AwsError | undefined;
    try {
      outcome = await this.answer(passage);
    } catch (error) {
      refusal = asAwsError(error);
      outcome = errorAnswer(passage.format, refusal, requestId, this.shapeOf(passage, refusal));
    }
    this.write(passage, outcome, refusal, performance.now() - started);
    return outcome;
  }

  /** What the model calls an error, for a service that speaks more than one protocol. */
  private shapeOf({ request, record }: Passage, { code }: AwsError): string | undefined {
    const folder = record.service && modelFolder(record.service, request);
    const model = folder && modelOrNone(this.parts.models, folder);
    return model && speaksMore(model) ? errorShape(model, record.operation, code) : undefined;
  }

  /** Asks the base outside of any request: for seeding a world and for what is left over. */
  ask(caller: { account: string; region: string }, service: string, operation: string, input: object): Promise<Record<string, unknown>> {
    const model = loadModel(this.parts.models, service);
    return ask(model, caller, operation, input, (request) => this.parts.base.send(request, caller.account, !isRead(operation)));
  }

  private write({ record, format }: Passage, outcome: Outcome, refusal: AwsError | undefined, milliseconds: number): void {
    const status = outcome === "cut" ? 0 : outcome.status;
    const error = refusal ?? (outcome !== "cut" && status >= 400 ? readError(format, outcome) : undefined);
    this.parts.journal.record({
      time: new Date().toISOString(),
      ...record,
      result: outcome === "cut" ? "cut" : (error?.code ?? "ok"),
      status,
      ...(error ? { message: error.message } : {}),
      milliseconds: Math.round(milliseconds * 10) / 10,
    });
  }

  private async answer(passage: Passage): Promise<Outcome> {
    const { request, record } = passage;
    const signer = credential(request);
    const folder = signer && modelFolder(signer.scope, request);
    const model = folder && modelOrNone(this.parts.models, folder);
    passage.format = format(model || undefined, request);
    if (!signer) throw new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403);
    record.region = signer.region;
    record.service = signer.scope;

    const caller = this.caller(passage, signer);
    if (!model) throw new AwsError(unknownCodes[passage.format], `The sandbox does not know the service '${signer.scope}'.`);
    const call = identifyOrRefuse(model, request);
    if (!call)
      throw new AwsError(
        unknownCodes[passage.format],
        `The sandbox does not know the operation '${record.operation}' of '${signer.scope}'.`,
      );
    record.operation = call.operation;
    record.parameters = redact(model, call.operation, call.input);

    const fault = this.parts.faults.take(signer.scope, call.operation);
    if (fault) {
      const by = record.by;
      record.by = "fault";
      if (fault.kind === "throttle") throw throttled(signer.scope);
      if (fault.kind === "deny")
        throw new AwsError("AccessDeniedException", "You are not authorized to perform this operation (a fault of the sandbox).", 403);
      if (fault.kind === "error") throw new AwsError("InternalFailure", "An internal error occurred (a fault of the sandbox).", 500);
      if (fault.kind === "refuse") return "cut";
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs ?? (fault.kind === "timeout" ? 30_000 : 1_000)));
      if (fault.kind === "timeout") return "cut";
      record.by = by;
    }

    const owned = this.parts.owned.find((service) => service.scope === signer.scope && service.model === folder);
    check(model, call, signer.scope, owned ? "ValidationException" : undefined);
    if (owned && !owned.passThrough?.includes(call.operation)) {
      record.by = "owned";
      const output = await this.runOwned(owned, call, caller, passage.format);
      return outputAnswer(model, call.operation, output, passage.requestId, passage.format);
    }
    record.by = "base";
    return this.runBase(folder!, model, call, caller, passage);
  }

  private caller({ format: form, record }: Passage, signer: { accessKeyId: string; region: string }): Caller {
    const principal = this.parts.accounts.principal(signer.accessKeyId, Date.now() / 1000);
    if (!principal) {
      const [code, status] = unknownKeyCodes[form];
      throw new AwsError(code, "The security token included in the request is invalid.", status);
    }
    record.account = principal.account;
    record.principal = principal.arn;
    return callerOf(principal, signer.accessKeyId, signer.region);
  }

  private async runOwned(
    service: AnyOwnedService,
    call: { operation: string; input: Record<string, unknown> },
    caller: Caller,
    form: Format,
  ): Promise<object> {
    const operation = Object.hasOwn(service.operations, call.operation) ? service.operations[call.operation] : undefined;
    if (!operation) throw new AwsError(unknownCodes[form], `The sandbox does not do '${call.operation}' of '${service.scope}' yet.`);
    const name = { service: service.scope, account: caller.account, region: caller.region };
    return this.parts.store.change(
      name,
      () => service.initial(),
      async (state) =>
        operation(call.input, {
          state,
          caller,
          partition: partitionOf(caller.region),
          now: () => Date.now() / 1000,
          id: (prefix, length = 12) => prefix + Array.from({ length }, () => idLetters[randomInt(idLetters.length)]).join(""),
          base: (other, name, input, where) => this.ask(placeOf(caller, where), other, name, input),
          owned: async (scope, name, input) => {
            const other = this.parts.owned.find((one) => one.scope === scope && one !== service);
            if (!other) throw new Error(`${service.scope} can't ask '${scope}'`);
            return { ...(await this.runOwned(other, { operation: name, input }, caller, form)) };
          },
        }),
    );
  }

  private async runBase(
    folder: string,
    model: ServiceModel,
    call: { operation: string; input: Record<string, unknown> },
    caller: Caller,
    { request, requestId, record, format: form }: Passage,
  ): Promise<HttpAnswer> {
    const send = async (sent: HttpRequest): Promise<HttpAnswer> => {
      const answer = await this.parts.base.send(sent, caller.account, !isRead(call.operation));
      if (answer.status === 501) {
        record.by = "gateway";
        throw new AwsError(unknownCodes[form], `The sandbox does not do '${call.operation}' of '${record.service}' yet.`);
      }
      // The base's own failure: clients would retry for minutes what fails every time.
      if (answer.status >= 500 && /^\s*<!doctype html/i.test(answer.body.toString("latin1", 0, 100)))
        throw new AwsError(
          "SandboxFailure",
          `The sandbox's base failed at '${call.operation}' of '${record.service}'; its log has the details.`,
        );
      return { ...answer, headers: { ...answer.headers, ...requestIds(requestId) } };
    };
    const service = this.parts.mended.find((mended) => mended.model === folder);
    if (!service) return send(request);
    const mendCall: MendCall = {
      request,
      operation: call.operation,
      input: call.input,
      caller,
      accounts: this.parts.accounts.ids,
      send,
      forward: (input) => send(input ? requestFor(model, caller, call.operation, input) : request),
      base: (other, operation, input, where) => this.ask(placeOf(caller, where), other, operation, input),
      answer: (output) => outputAnswer(model, call.operation, output, requestId, form),
    };
    await service.every?.(mendCall);
    const mend = Object.hasOwn(service.mends, call.operation) ? service.mends[call.operation] : undefined;
    return mend ? mend(mendCall) : send(request);
  }
}

/** Where to ask: where the caller is, but for what is given. */
const placeOf = ({ account, region }: Caller, where: { account?: string; region?: string } = {}) => ({
  account: where.account ?? account,
  region: where.region ?? region,
});

function modelOrNone(models: string, folder: string): ServiceModel | undefined {
  try {
    return loadModel(models, folder);
  } catch {
    return undefined;
  }
}

function identifyOrRefuse(model: ServiceModel, request: HttpRequest) {
  try {
    return identify(model, request);
  } catch {
    throw new AwsError("SerializationException", "The request's body is not of the form that its protocol asks for.");
  }
}

/** Refuses an input that the service model does not allow. */
function check(
  model: ServiceModel,
  call: { operation: string; input: Record<string, unknown> },
  scope: string,
  ownedCode: string | undefined,
): void {
  const code = violationCodes[scope] ?? ownedCode;
  if (!code) return;
  const violations = validate(model, call.operation, call.input);
  const mistyped = violations.find(({ kind }) => kind === "type");
  if (mistyped && model.metadata.protocol === "json")
    throw new AwsError(
      "SerializationException",
      `${mistyped.path.join(".")}: ${mistyped.constraint}, not ${JSON.stringify(mistyped.value)}`,
    );
  const told = onlyMissing.has(scope) ? violations.filter(({ kind, path }) => kind === "missing" && path.length === 1) : violations;
  if (told.length === 0) return;
  throw new AwsError(
    code,
    onlyMissing.has(scope) ? `The request must contain the parameter ${told[0]!.path.join(".")}` : validationMessage(told),
  );
}

/** An error that is not AWS's is a mistake of the sandbox: told at once, with its text, in a form that clients don't retry. */
function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  console.error(error);
  return new AwsError("SandboxFailure", `The sandbox failed: ${error instanceof Error ? error.message : String(error)}`);
}

function readError(form: Format, answer: HttpAnswer): { code: string; message: string } {
  const text = answer.body.toString();
  if (/^\s*</.test(text)) return decodeError(text) ?? { code: String(answer.status), message: "" };
  const header = answer.headers["x-amzn-errortype"]?.split(":")[0];
  if (form === "s3" || text === "") return { code: header ?? String(answer.status), message: "" };
  try {
    const { __type, code, message, Message } = JSON.parse(text) as Record<string, string | undefined>;
    return { code: header ?? (__type ?? code ?? String(answer.status)).split("#").at(-1)!, message: message ?? Message ?? "" };
  } catch {
    return { code: header ?? String(answer.status), message: text.slice(0, 300) };
  }
}
