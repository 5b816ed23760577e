// CBOR (RFC 8949), as Smithy's RPC v2 protocol uses it. Written by the model, since only it tells a time from a number; what is read tells itself.
import { type ServiceModel, type ShapeRef } from "../model";

/** Time in seconds since 1970: the only tag of the protocol. */
const timeTag = 1;

class Reader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get atEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  read(): unknown {
    const { major, info } = this.head();
    // An indefinite length ends with a break.
    const open = info === 31;
    if (major === 7) return this.simple(info);
    if (open && major !== 2 && major !== 3 && major !== 4 && major !== 5) throw new SyntaxError("CBOR: a length that is none.");
    const count = open ? Infinity : this.number(info);
    switch (major) {
      case 0:
        return count;
      case 1:
        return -1 - count;
      case 2:
        return open ? Buffer.concat([...this.until(Infinity)] as Buffer[]) : this.take(count);
      case 3:
        return open ? [...this.until(Infinity)].join("") : this.take(count).toString();
      case 4:
        return [...this.until(count)];
      case 5:
        return Object.fromEntries([...this.entries(count)]);
      default:
        return this.read();
    }
  }

  private *until(count: number): Generator<unknown> {
    for (let i = 0; i < count && !this.atBreak(count); i++) yield this.read();
  }

  private *entries(count: number): Generator<[string, unknown]> {
    for (let i = 0; i < count && !this.atBreak(count); i++) yield [String(this.read()), this.read()];
  }

  /** Steps over the end of something of indefinite length. */
  private atBreak(count: number): boolean {
    if (count !== Infinity || this.bytes[this.at] !== 0xff) return false;
    this.at++;
    return true;
  }

  private head(): { major: number; info: number } {
    const first = this.take(1)[0]!;
    return { major: first >> 5, info: first & 31 };
  }

  private take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new SyntaxError("CBOR: the end is missing.");
    return this.bytes.subarray(this.at, (this.at += length));
  }

  private number(info: number): number {
    if (info < 24) return info;
    if (info > 27) throw new SyntaxError("CBOR: a length that is none.");
    const bytes = this.take(1 << (info - 24));
    return info === 27 ? Number(bytes.readBigUInt64BE()) : bytes.readUIntBE(0, bytes.length);
  }

  private simple(info: number): unknown {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22 || info === 23) return null;
    if (info === 25) return half(this.take(2).readUInt16BE());
    if (info === 26) return this.take(4).readFloatBE();
    if (info === 27) return this.take(8).readDoubleBE();
    throw new SyntaxError("CBOR: a value that is none.");
  }
}

/** A float of 16 bits. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The value that bytes stand for; times as seconds, binary data as a `Buffer`. Throws `SyntaxError` when they are not CBOR. */
export function decodeCbor(bytes: Buffer): unknown {
  const reader = new Reader(bytes);
  const value = reader.read();
  if (!reader.atEnd) throw new SyntaxError("CBOR: more than one value.");
  return value;
}

function head(major: number, size: number): Buffer {
  const first = major << 5;
  if (size < 24) return Buffer.from([first | size]);
  if (size < 0x100) return Buffer.from([first | 24, size]);
  if (size < 0x1_0000) return Buffer.from([first | 25, size >> 8, size & 255]);
  if (size < 0x1_0000_0000) {
    const bytes = Buffer.from([first | 26, 0, 0, 0, 0]);
    bytes.writeUInt32BE(size, 1);
    return bytes;
  }
  const bytes = Buffer.alloc(9, first | 27);
  bytes.writeBigUInt64BE(BigInt(size), 1);
  return bytes;
}

function float(value: number): Buffer {
  const bytes = Buffer.alloc(9, 0xfb);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

const isWhole = (value: number): boolean => Number.isSafeInteger(value) && !Object.is(value, -0);

/** A value whose numbers are numbers and never times. */
export function encodeCbor(value: unknown): Buffer {
  if (value === null || value === undefined) return Buffer.from([0xf6]);
  if (typeof value === "boolean") return Buffer.from([value ? 0xf5 : 0xf4]);
  if (typeof value === "number") return !isWhole(value) ? float(value) : value < 0 ? head(1, -1 - value) : head(0, value);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(encodeCbor)]);
  if (typeof value === "object") {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    return Buffer.concat([head(5, entries.length), ...entries.flatMap(([name, member]) => [encodeCbor(name), encodeCbor(member)])]);
  }
  const text = Buffer.from(String(value));
  return Buffer.concat([head(3, text.length), text]);
}

/** A value of a shape of the model; members that the shape lacks are left out. */
export function encodeShape(model: ServiceModel, ref: ShapeRef, value: unknown): Buffer {
  const shape = model.shapes[ref.shape]!;
  if (value === undefined || value === null) return encodeCbor(null);
  if (shape.type === "timestamp") return Buffer.concat([head(6, timeTag), encodeCbor(value)]);
  if (shape.type === "float" || shape.type === "double") return float(Number(value));
  if (shape.type === "list") {
    const items = value as unknown[];
    return Buffer.concat([head(4, items.length), ...items.map((item) => encodeShape(model, shape.member!, item))]);
  }
  if (shape.type !== "structure" && shape.type !== "map") return encodeCbor(value);
  const entries = Object.entries(value).flatMap(([name, member]) => {
    const of = shape.type === "map" ? shape.value : shape.members?.[name];
    return of && member !== undefined ? [[name, encodeShape(model, of, member)] as const] : [];
  });
  return Buffer.concat([head(5, entries.length), ...entries.flatMap(([name, bytes]) => [encodeCbor(name), bytes])]);
}
