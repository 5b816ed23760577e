// Reads and writes CBOR for Smithy RPC v2, with the codec of the AWS SDK. Only the service model distinguishes times from numbers.
// Source: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
import { cbor, tag, tagSymbol } from "@smithy/core/cbor";
import { type ServiceModel, type ShapeRef } from "../model";

/** CBOR tag for a timestamp: seconds since 1970. */
const epochTag = 1;

const listStart = Buffer.from([0x9f]);
const listEnd = Buffer.from([0xff]);

/** Decodes one value: times as seconds, binary data as a `Buffer`. Throws `SyntaxError` when the bytes are not exactly one value. */
export function decodeCbor(bytes: Buffer): unknown {
  let values: unknown[];
  try {
    // The codec ignores bytes after the first value. In a list of indefinite length, the codec reads all bytes.
    values = cbor.deserialize(Buffer.concat([listStart, bytes, listEnd])) as unknown[];
  } catch (error) {
    throw new SyntaxError(`CBOR: ${(error as Error).message}`);
  }
  if (values.length !== 1) throw new SyntaxError(`CBOR: there must be exactly one value (got ${values.length}).`);
  return toJson(values[0]);
}

/** Converts values without a JSON form: big integers to numbers, tags to their content. */
function toJson(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (tagSymbol in value) return toJson((value as { value?: unknown }).value);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toJson(member)]));
}

/** A value whose numbers are never times. */
export const encodeCbor = (value: unknown): Buffer => Buffer.from(cbor.serialize(value));

/** A value in a shape of the model. Omits members that the shape lacks. */
export const encodeShape = (model: ServiceModel, ref: ShapeRef, value: unknown): Buffer => encodeCbor(fromShape(model, ref, value));

/** Tags the times in a value. Omits members without a value. */
function fromShape(model: ServiceModel, ref: ShapeRef, value: unknown): unknown {
  const shape = model.shapes[ref.shape]!;
  if (value === undefined || value === null) return null;
  if (shape.type === "timestamp") return tag({ tag: epochTag, value });
  if (shape.type === "float" || shape.type === "double") return Number(value);
  if (shape.type === "list") return (value as unknown[]).map((item) => fromShape(model, shape.member!, item));
  if (shape.type !== "structure" && shape.type !== "map") return value;
  const entries = Object.entries(value).flatMap(([name, member]) => {
    const memberRef = shape.type === "map" ? shape.value : shape.members?.[name];
    return memberRef && member !== undefined ? [[name, fromShape(model, memberRef, member)] as const] : [];
  });
  return Object.fromEntries(entries);
}
