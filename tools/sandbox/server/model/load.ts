// Loads AWS's service models from the data of botocore (`<folder>/<version>/service-2.json`, plain or gzipped).
import * as fs from "node:fs";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";

/** A reference to a shape, from a member, an element or an operation. */
export interface ShapeRef {
  shape: string;
  locationName?: string;
  /** Name of the member in an EC2 form body. */
  queryName?: string;
  location?: "header" | "headers" | "querystring" | "uri" | "statusCode";
  flattened?: boolean;
  /** Element that surrounds the output in the query protocol. */
  resultWrapper?: string;
  /** Clients generate a value when the user omits the member. */
  idempotencyToken?: boolean;
}

export interface Shape {
  type: "structure" | "list" | "map" | "string" | "blob" | "boolean" | "integer" | "long" | "float" | "double" | "timestamp";
  members?: Record<string, ShapeRef>;
  required?: string[];
  member?: ShapeRef;
  key?: ShapeRef;
  value?: ShapeRef;
  enum?: string[];
  pattern?: string;
  /** Constraint on the length, the count or the value, depending on the type. */
  min?: number;
  max?: number;
  flattened?: boolean;
  sensitive?: boolean;
  /** Name of the member that is the whole body. */
  payload?: string;
  /** For errors with a code that differs from the name of the shape. */
  error?: { code?: string };
}

export interface OperationModel {
  name: string;
  http: { method: string; requestUri: string };
  input?: ShapeRef;
  output?: ShapeRef;
  errors?: ShapeRef[];
  deprecated?: boolean;
}

export interface ServiceModel {
  metadata: {
    protocol: "json" | "rest-json" | "query" | "ec2" | "rest-xml" | "smithy-rpc-v2-cbor";
    apiVersion: string;
    serviceId: string;
    endpointPrefix: string;
    signingName?: string;
    jsonVersion?: string;
    targetPrefix?: string;
    xmlNamespace?: string;
  };
  operations: Record<string, OperationModel>;
  shapes: Record<string, Shape>;
}

const loaded = new Map<string, ServiceModel>();

/**
 * The newest model in a folder of botocore's data, e.g. `sagemaker`. The result is cached.
 * Throws when the folder does not exist or the name is invalid.
 */
export function loadModel(data: string, service: string): ServiceModel {
  const folder = path.join(data, service);
  const known = loaded.get(folder);
  if (known) return known;
  if (!/^[a-z0-9][a-z0-9.-]*$/i.test(service)) throw new Error(`'${service}' is not a service name.`);
  const versions = fs.readdirSync(folder).filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name));
  const file = path.join(folder, versions.sort().at(-1) ?? "", "service-2.json");
  const text = fs.existsSync(file) ? fs.readFileSync(file) : gunzipSync(fs.readFileSync(`${file}.gz`));
  const model = JSON.parse(text.toString()) as ServiceModel;
  loaded.set(folder, model);
  return model;
}
