// Calls moto as a client does.
import { AwsError } from "../aws-error";
import { type ServiceModel } from "../model";
import { type HttpAnswer, type HttpRequest } from "../http";
import { encodeForm } from "./query";
import { encodeRest } from "./rest";
import { decodeError, decodeOutput } from "./xml";

/** The member of a shape that is the whole body, if it is no structure. */
function payloadOf(model: ServiceModel, shape: string | undefined): string | undefined {
  const payload = shape === undefined ? undefined : model.shapes[shape]?.payload;
  if (shape === undefined || payload === undefined) return undefined;
  return model.shapes[model.shapes[shape]!.members![payload]!.shape]!.type === "structure" ? undefined : payload;
}

/** The members of a JSON answer: in the body, and in the headers. */
function decodeJson(model: ServiceModel, operation: string, answer: HttpAnswer): Record<string, unknown> {
  const text = answer.body.toString();
  const shape = model.operations[operation]?.output?.shape;
  const payload = payloadOf(model, shape);
  const headers = Object.entries((shape !== undefined && model.shapes[shape]?.members) || {}).flatMap(([name, member]) => {
    const value = member.location === "header" ? answer.headers[(member.locationName ?? name).toLowerCase()] : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  const body = payload === undefined ? (JSON.parse(text || "{}") as Record<string, unknown>) : { [payload]: text };
  return { ...body, ...Object.fromEntries(headers) };
}

/** The request for an operation. REST protocols: only operations without a body, or with a text as the body. */
export function requestFor(
  model: ServiceModel,
  caller: { account: string; region: string },
  operation: string,
  input: object,
): HttpRequest {
  const { protocol, targetPrefix, jsonVersion, signingName, endpointPrefix } = model.metadata;
  const scope = signingName ?? endpointPrefix;
  const headers: Record<string, string> = {
    host: "127.0.0.1",
    authorization: `AWS4-HMAC-SHA256 Credential=AKIACLOISTERGATEWAY0/20260101/${caller.region}/${scope}/aws4_request, SignedHeaders=host, Signature=none`,
    "x-amz-account-id": caller.account,
  };
  if (protocol === "json")
    return {
      method: "POST",
      target: "/",
      headers: {
        ...headers,
        "content-type": `application/x-amz-json-${jsonVersion ?? "1.1"}`,
        "x-amz-target": `${targetPrefix ?? ""}.${operation}`,
      },
      body: Buffer.from(JSON.stringify(input)),
    };
  if (protocol === "query" || protocol === "ec2")
    return {
      method: "POST",
      target: "/",
      headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
      body: Buffer.from(encodeForm(model, operation, input)),
    };
  const payload = payloadOf(model, model.operations[operation]?.input?.shape);
  const body = payload === undefined ? undefined : (input as Record<string, unknown>)[payload];
  return { ...encodeRest(model, operation, input as Record<string, unknown>), headers, body: Buffer.from(String(body ?? "")) };
}

/** Calls an operation in moto through `send` and reads the answer according to the model. Throws moto's error as an `AwsError`. */
export async function callMoto(
  model: ServiceModel,
  caller: { account: string; region: string },
  operation: string,
  input: object,
  send: (request: HttpRequest) => Promise<HttpAnswer>,
): Promise<Record<string, unknown>> {
  const answer = await send(requestFor(model, caller, operation, input));
  const text = answer.body.toString();
  const isJson = model.metadata.protocol === "json" || model.metadata.protocol === "rest-json";
  if (answer.status < 300) return isJson ? decodeJson(model, operation, answer) : decodeOutput(model, operation, text);
  if (answer.status === 501) throw new AwsError("SandboxFailure", `moto does not support operation '${operation}': ${text.slice(0, 200)}`);
  if (!isJson) {
    const error = decodeError(text);
    throw new AwsError(error?.code ?? "SandboxFailure", error?.message ?? text.slice(0, 200), answer.status < 500 ? answer.status : 400);
  }
  const { __type, message, Message } = (/^\s*\{/.test(text) ? JSON.parse(text) : {}) as Record<string, string | undefined>;
  throw new AwsError(
    __type?.split("#").at(-1) ?? "SandboxFailure",
    message ?? Message ?? text.slice(0, 200),
    answer.status < 500 ? answer.status : 400,
  );
}
