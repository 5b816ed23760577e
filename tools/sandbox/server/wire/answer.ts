// Creates the gateway's own answers in the client's wire format.
import { type AwsError } from "../aws-error";
import { type ServiceModel } from "../model";
import { type HttpAnswer } from "../http";
import { encodeCbor, encodeShape } from "./cbor";
import { toJsonNames } from "./json-names";
import { encodeOutput, escapeXml } from "./xml";

/** The wire format of a service's requests and answers, with AWS's names. Not from AWS: `s3`, whose errors differ, and `unknown`. */
export type Format = "json" | "rest-json" | "query" | "ec2" | "s3" | "rest-xml" | "rpc-v2-cbor" | "unknown";

const jsonTypes: Partial<Record<Format, string>> = { "rest-json": "application/json", "rpc-v2-cbor": "application/cbor" };

/** The ID of a request, under both header names that services use. */
export const requestIds = (requestId: string): Record<string, string> => ({ "x-amzn-requestid": requestId, "x-amz-request-id": requestId });

function answer(format: Format, status: number, requestId: string, body: string | Buffer, more: Record<string, string> = {}): HttpAnswer {
  const isJson = format === "json" || format in jsonTypes || format === "unknown";
  return {
    status,
    headers: {
      "content-type": isJson ? (jsonTypes[format] ?? "application/x-amz-json-1.1") : "text/xml",
      ...requestIds(requestId),
      ...more,
    },
    body: Buffer.from(body as string),
  };
}

/**
 * An error in the service's format. `shape` is the name of the error in the model of a service that had the query protocol before.
 * Such a service keeps the error codes of that protocol, and sends them in a header.
 */
export function errorAnswer(format: Format, error: AwsError, requestId: string, shape?: string): HttpAnswer {
  const { code, message, status } = error;
  const xml = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
  const type = status < 500 ? "Sender" : "Receiver";
  const queryCode: Record<string, string> = shape === undefined ? {} : { "x-amzn-query-error": `${code};${type}` };
  switch (format) {
    case "ec2":
      return answer(
        format,
        status,
        requestId,
        `<Response><Errors><Error>${xml}</Error></Errors><RequestID>${requestId}</RequestID></Response>`,
      );
    case "s3":
      return answer(format, status, requestId, `<Error>${xml}<RequestId>${requestId}</RequestId></Error>`);
    case "query":
    case "rest-xml":
      return answer(
        format,
        status,
        requestId,
        `<ErrorResponse><Error><Type>${type}</Type>${xml}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      );
    case "rpc-v2-cbor":
      return answer(format, status, requestId, encodeCbor({ __type: shape ?? code, message }), {
        "smithy-protocol": "rpc-v2-cbor",
        ...queryCode,
      });
    default:
      return answer(format, status, requestId, JSON.stringify({ __type: shape ?? code, message }), {
        "x-amzn-errortype": shape ?? code,
        ...queryCode,
      });
  }
}

/** An operation's answer from its output members. Not for S3 and similar protocols, which also have outputs outside the body. */
export function outputAnswer(model: ServiceModel, operation: string, output: object, requestId: string, format: Format): HttpAnswer {
  const ref = model.operations[operation]?.output;
  if (format === "query" || format === "ec2") return answer(format, 200, requestId, encodeOutput(model, operation, output, requestId));
  if (format === "rpc-v2-cbor")
    return answer(format, 200, requestId, ref ? encodeShape(model, ref, output) : encodeCbor({}), { "smithy-protocol": "rpc-v2-cbor" });
  if (format === "rest-json") return answer(format, 200, requestId, JSON.stringify(toJsonNames(model, ref, output)));
  return answer("json", 200, requestId, JSON.stringify(output), {
    "content-type": `application/x-amz-json-${model.metadata.jsonVersion ?? "1.1"}`,
  });
}

/** The name of the shape for an operation's error code in the model. */
export function errorShape(model: ServiceModel, operation: string, code: string): string {
  const names = (model.operations[operation]?.errors ?? []).map(({ shape }) => shape);
  return names.find((name) => (model.shapes[name]?.error?.code ?? name) === code) ?? code;
}

/** Error code for an unsupported operation; clients do not retry it. */
export const unknownCodes: Record<Format, string> = {
  json: "UnknownOperationException",
  "rest-json": "UnknownOperationException",
  "rpc-v2-cbor": "UnknownOperationException",
  unknown: "UnknownOperationException",
  query: "InvalidAction",
  ec2: "InvalidAction",
  s3: "MethodNotAllowed",
  "rest-xml": "InvalidAction",
};

/** Error code for an unknown access key. */
export const unknownKeyCodes: Record<Format, [code: string, status: number]> = {
  json: ["UnrecognizedClientException", 400],
  "rest-json": ["UnrecognizedClientException", 403],
  "rpc-v2-cbor": ["UnrecognizedClientException", 403],
  unknown: ["UnrecognizedClientException", 403],
  query: ["InvalidClientTokenId", 403],
  ec2: ["AuthFailure", 401],
  s3: ["InvalidAccessKeyId", 403],
  "rest-xml": ["InvalidClientTokenId", 403],
};
