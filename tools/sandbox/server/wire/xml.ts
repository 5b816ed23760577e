// Reads XML answers from moto, and writes XML answers for native services with the query protocol.
import { XMLParser } from "fast-xml-parser";
import { type ServiceModel, type ShapeRef } from "../model";
import { scalar } from "./query";

type Node = string | { [name: string]: Node | Node[] };

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, trimValues: false, removeNSPrefix: true });

/** The root element of a document, without the XML declaration. */
export function parseXml(text: string): Node {
  const document = parser.parse(text) as Record<string, Node>;
  const root = Object.entries(document).find(([name]) => !name.startsWith("?") && name !== "#text");
  return root?.[1] ?? "";
}

const list = (value: Node | Node[] | undefined): Node[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const child = (node: Node, name: string): Node | Node[] | undefined => (typeof node === "string" ? undefined : node[name]);

function read(model: ServiceModel, ref: ShapeRef, node: Node): unknown {
  const shape = model.shapes[ref.shape]!;
  if (shape.type === "structure") {
    const entries = Object.entries(shape.members ?? {}).flatMap(([name, member]) => {
      const target = model.shapes[member.shape]!;
      const flat = target.type === "list" && (target.flattened || member.flattened);
      const found = child(node, (flat && target.member?.locationName) || (member.locationName ?? name));
      if (found === undefined) return [];
      if (flat) return [[name, list(found).map((element) => read(model, target.member!, element))] as const];
      return [[name, read(model, member, list(found)[0]!)] as const];
    });
    return Object.fromEntries(entries);
  }
  if (shape.type === "list")
    return list(child(node, shape.member?.locationName ?? "member")).map((element) => read(model, shape.member!, element));
  if (shape.type === "map")
    return Object.fromEntries(
      list(child(node, "entry")).map((entry) => [
        String(list(child(entry, shape.key?.locationName ?? "key"))[0] ?? ""),
        read(model, shape.value!, list(child(entry, shape.value?.locationName ?? "value"))[0] ?? ""),
      ]),
    );
  return scalar(shape, typeof node === "string" ? node : "");
}

/** The input members in an XML body. Empty when the body is not XML. */
export function decodeInput(model: ServiceModel, ref: ShapeRef, text: string): Record<string, unknown> {
  const root = parseXml(text);
  return typeof root === "string" ? {} : (read(model, ref, root) as Record<string, unknown>);
}

/** The output of an operation from its XML answer. Members in headers are not read. */
export function decodeOutput(model: ServiceModel, operation: string, text: string): Record<string, unknown> {
  const output = model.operations[operation]?.output;
  if (!output || text === "") return {};
  const body = model.shapes[output.shape]?.payload;
  if (body !== undefined && model.shapes[model.shapes[output.shape]!.members![body]!.shape]!.type !== "structure") return { [body]: text };
  const root = parseXml(text);
  const wrapper = output.resultWrapper;
  const inner = wrapper ? (list(child(root, wrapper))[0] ?? "") : root;
  if (body === undefined) return read(model, output, inner) as Record<string, unknown>;
  return { [body]: read(model, model.shapes[output.shape]!.members![body]!, inner) };
}

/** The code and message of an error answer in any XML protocol. */
export function decodeError(text: string): { code: string; message: string } | undefined {
  const root = parseXml(text);
  const errors = list(child(root, "Errors"))[0];
  const error = list(child(errors ?? root, "Error"))[0] ?? root;
  const [code, message] = ["Code", "Message"].map((name) => list(child(error, name))[0]);
  return typeof code === "string" ? { code, message: typeof message === "string" ? message : "" } : undefined;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
export const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!);

function write(model: ServiceModel, ref: ShapeRef, name: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  const shape = model.shapes[ref.shape]!;
  const element = (content: string) => `<${name}>${content}</${name}>`;
  if (shape.type === "structure") return element(writeMembers(model, ref, value as Record<string, unknown>));
  if (shape.type === "list") {
    const items = value as unknown[];
    if (shape.flattened) return items.map((item) => write(model, shape.member!, shape.member?.locationName ?? name, item)).join("");
    return element(items.map((item) => write(model, shape.member!, shape.member?.locationName ?? "member", item)).join(""));
  }
  if (shape.type === "map")
    return element(
      Object.entries(value)
        .map(([key, item]) => `<entry>${write(model, shape.key!, "key", key)}${write(model, shape.value!, "value", item)}</entry>`)
        .join(""),
    );
  if (shape.type === "timestamp" && typeof value === "number") return element(new Date(value * 1000).toISOString().replace(/\.\d+Z$/, "Z"));
  return element(escapeXml(String(value)));
}

const writeMembers = (model: ServiceModel, ref: ShapeRef, value: Record<string, unknown>): string =>
  Object.entries(model.shapes[ref.shape]?.members ?? {})
    .map(([name, member]) => write(model, member, member.locationName ?? name, value[name]))
    .join("");

/** An operation's answer in the query protocol, or in EC2's variant of it. */
export function encodeOutput(model: ServiceModel, operation: string, value: object, requestId: string): string {
  const output = model.operations[operation]?.output;
  const content = output ? writeMembers(model, output, value as Record<string, unknown>) : "";
  const open = `<${operation}Response xmlns="${model.metadata.xmlNamespace ?? ""}">`;
  if (model.metadata.protocol === "ec2") return `${open}<requestId>${requestId}</requestId>${content}</${operation}Response>`;
  const wrapped = output?.resultWrapper ? `<${output.resultWrapper}>${content}</${output.resultWrapper}>` : content;
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  return `${open}${wrapped}${metadata}</${operation}Response>`;
}
