// Reads the credential, service, operation and input from a request.
import { type ServiceModel } from "../model";
import { type HttpRequest } from "../http";
import { type ServiceTraits } from "../service";
import { type Format } from "./answer";
import { decodeCbor } from "./cbor";
import { fromJsonNames } from "./json-names";
import { decodeForm } from "./query";
import { matchRest } from "./rest";
import { decodeInput } from "./xml";

export interface Credential {
  accessKeyId: string;
  region: string;
  /** Service name in the signature. */
  scope: string;
  sessionToken?: string;
}

/** The credential in the signature, from a header or from the query of a presigned URL. */
export function credential(request: HttpRequest): Credential | undefined {
  const query = new URLSearchParams(request.target.split("?")[1] ?? "");
  const text = /Credential=([^,\s]+)/.exec(request.headers.authorization ?? "")?.[1] ?? query.get("X-Amz-Credential");
  const [, accessKeyId, region, scope] = /^([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request$/.exec(text ?? "") ?? [];
  const sessionToken = request.headers["x-amz-security-token"] ?? query.get("X-Amz-Security-Token") ?? undefined;
  return accessKeyId && region && scope ? { accessKeyId, region, scope, ...(sessionToken !== undefined && { sessionToken }) } : undefined;
}

/**
 * Model folders for services that only moto implements, where the folder name differs from the credential scope. The second
 * folder is for the older API version of the service.
 */
const folders: Record<string, [string, string?]> = {
  elasticloadbalancing: ["elbv2", "elb"],
  "access-analyzer": ["accessanalyzer"],
  states: ["stepfunctions"],
  tagging: ["resourcegroupstaggingapi"],
  servicecatalog: ["servicecatalog-appregistry"],
};

const foldersOfMoto = (scope: string): [string, string?] => (Object.hasOwn(folders, scope) ? folders[scope]! : [scope]);

/** The folder in botocore's data with the model for a request's service. */
export function modelFolder(services: readonly ServiceTraits[], scope: string, request: HttpRequest): string {
  const sharing = services.filter((service) => service.scope === scope);
  const found = sharing.find(({ claims }) => claims?.(request)) ?? sharing.find(({ claims }) => !claims);
  const [newer, older] = foldersOfMoto(scope);
  return found?.model ?? (older !== undefined && request.body.includes("Version=2012-06-01") ? older : newer);
}

/** Every folder with a model for a credential scope. */
export const foldersOf = (services: readonly ServiceTraits[], scope: string): string[] => [
  ...services.filter((service) => service.scope === scope).map(({ model }) => model),
  ...foldersOfMoto(scope).flatMap((folder) => folder ?? []),
];

/** Whether a service moved to a newer protocol and still supports the protocol of older clients. */
export const hasOlderProtocols = (model: ServiceModel): boolean => model.metadata.protocol === "smithy-rpc-v2-cbor";

/** The format of the answer to a request, as far as it can be determined without the service model. */
export function format(model: ServiceModel | undefined, request: HttpRequest): Format {
  if (request.headers["smithy-protocol"] === "rpc-v2-cbor") return "rpc-v2-cbor";
  const protocol = model?.metadata.protocol;
  if (protocol === undefined) return request.headers["x-amz-target"] ? "json" : "unknown";
  if (protocol === "rest-xml" && model?.metadata.serviceId === "S3") return "s3";
  if (protocol === "smithy-rpc-v2-cbor") return request.headers["x-amz-target"] ? "json" : "query";
  return protocol;
}

export interface Identified {
  operation: string;
  /** The input in the shape of the model, without a body that is a payload (in S3). */
  input: Record<string, unknown>;
}

/**
 * The operation in a request, or `undefined` when the model has no such operation.
 * Throws `SyntaxError` when the body in a JSON protocol is not JSON, or the body in the CBOR protocol is not CBOR.
 */
export function identify(model: ServiceModel, request: HttpRequest): Identified | undefined {
  const known = (operation: string | null | undefined): operation is string =>
    operation !== undefined && operation !== null && Object.hasOwn(model.operations, operation);
  const cbor = /^\/service\/[^/]+\/operation\/([^/]+)$/.exec(request.target);
  if (cbor)
    return known(cbor[1]) ? { operation: cbor[1], input: members(request.body.length > 0 ? decodeCbor(request.body) : {}) } : undefined;
  const protocol = format(model, request);
  if (protocol === "json") {
    const operation = request.headers["x-amz-target"]?.split(".").at(-1);
    return known(operation) ? { operation, input: parseJson(request.body) } : undefined;
  }
  if (protocol === "query" || protocol === "ec2") {
    const form = new URLSearchParams(request.body.length > 0 ? request.body.toString() : (request.target.split("?")[1] ?? ""));
    const operation = form.get("Action");
    return known(operation) ? { operation, input: decodeForm(model, operation, form) } : undefined;
  }
  const matched = matchRest(model, request);
  const ref = matched && model.operations[matched.operation]?.input;
  // An input with a payload has its other members in headers and in the path. The body can be anything.
  if (!matched || !ref || request.body.length === 0 || model.shapes[ref.shape]?.payload) return matched;
  const body =
    protocol === "rest-json" ? fromJsonNames(model, ref, parseJson(request.body)) : decodeInput(model, ref, request.body.toString());
  return { ...matched, input: { ...body, ...matched.input } };
}

function parseJson(body: Buffer): Record<string, unknown> {
  return members(body.length > 0 ? JSON.parse(body.toString()) : {});
}

const members = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** The name for a request without a known operation, for the journal and for messages. */
export function describe(request: HttpRequest): string {
  const target = request.headers["x-amz-target"]?.split(".").at(-1);
  const action = /(?:^|[?&])Action=(\w+)/.exec(
    request.body.length < 1_000_000 ? `${request.target}&${request.body.toString("latin1")}` : request.target,
  );
  return target ?? action?.[1] ?? `${request.method} ${request.target.split("?")[0]}`;
}
