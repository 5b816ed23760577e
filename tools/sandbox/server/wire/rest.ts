// Reads protocols with operations as methods and paths: rest-xml (S3, S3 Control, Route 53) and rest-json.
import { type ServiceModel } from "../model";
import { type HttpRequest } from "../http";
import { scalar } from "./query";

interface Route {
  operation: string;
  method: string;
  path: RegExp;
  labels: string[];
  /** Query parameters in the model's path, e.g. `policy` or `list-type=2`. */
  literals: [string, string][];
  /** AWS replaced this operation with another operation that has the same method and path. */
  deprecated: boolean;
  /** Query parameters and headers that the operation requires. */
  required: { query: string[]; headers: string[] };
}

const routesOf = new WeakMap<ServiceModel, Route[]>();

function route(model: ServiceModel, operation: string): Route {
  const { http, input } = model.operations[operation]!;
  const [path = "/", query = ""] = http.requestUri.split("?");
  const labels: string[] = [];
  const source = path
    .replace(/\/$/, "")
    .split(/(\{[^}]+\})/)
    .map((part) => {
      const label = /^\{([^}+]+)(\+?)\}$/.exec(part);
      if (!label) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      labels.push(label[1]!);
      return label[2] ? "(.+)" : "([^/]+)";
    })
    .join("");
  const shape = input && model.shapes[input.shape];
  const required = (location: string) =>
    (shape?.required ?? []).flatMap((name) => {
      const member = shape!.members![name]!;
      return member.location === location ? [(member.locationName ?? name).toLowerCase()] : [];
    });
  return {
    operation,
    method: http.method,
    // Some clients end a path with a slash.
    path: new RegExp(`^${source}/?$`),
    labels,
    literals: [...new URLSearchParams(query)],
    deprecated: model.operations[operation]!.deprecated ?? false,
    required: { query: required("querystring"), headers: required("header") },
  };
}

/** Sorts operations with more literals and required members first, then fewer labels: `/{Bucket}` before `/{Bucket}/{Key+}`. */
const byPrecision = (a: Route, b: Route): number =>
  b.literals.length - a.literals.length ||
  b.required.query.length + b.required.headers.length - a.required.query.length - a.required.headers.length ||
  a.labels.length - b.labels.length ||
  Number(a.deprecated) - Number(b.deprecated);

function routes(model: ServiceModel): Route[] {
  const known = routesOf.get(model);
  if (known) return known;
  const created = Object.keys(model.operations)
    .map((operation) => route(model, operation))
    .sort(byPrecision);
  routesOf.set(model, created);
  return created;
}

/** The operation that matches a request's method, path and query, and the members outside the body. */
export function matchRest(model: ServiceModel, request: HttpRequest): { operation: string; input: Record<string, unknown> } | undefined {
  const [path = "/", search = ""] = request.target.split("?");
  const query = new URLSearchParams(search);
  const names = new Set([...query.keys()].map((name) => name.toLowerCase()));
  for (const candidate of routes(model)) {
    if (candidate.method !== request.method) continue;
    const labels = candidate.path.exec(path === "/" ? "" : path);
    if (!labels) continue;
    if (!candidate.literals.every(([name, value]) => query.has(name) && (value === "" || query.get(name) === value))) continue;
    if (!candidate.required.query.every((name) => names.has(name))) continue;
    if (!candidate.required.headers.every((name) => name in request.headers)) continue;
    return { operation: candidate.operation, input: bind(model, candidate, labels, query, request.headers) };
  }
  return undefined;
}

function bind(
  model: ServiceModel,
  { operation, labels }: Route,
  found: RegExpExecArray,
  query: URLSearchParams,
  headers: Record<string, string>,
) {
  const shape = model.operations[operation]?.input;
  const entries = Object.entries((shape && model.shapes[shape.shape]?.members) ?? {}).flatMap(([name, member]) => {
    const wire = member.locationName ?? name;
    const label = labels.indexOf(wire);
    const value =
      member.location === "uri" && label >= 0
        ? decodeURIComponent(found[label + 1]!)
        : member.location === "querystring"
          ? (query.get(wire) ?? undefined)
          : member.location === "header"
            ? headers[wire.toLowerCase()]
            : undefined;
    const target = model.shapes[member.shape]!;
    // A list is one parameter for each element.
    if (target.type === "list" && member.location === "querystring" && query.has(wire))
      return [[name, query.getAll(wire).map((element) => scalar(model.shapes[target.member!.shape]!, element))] as const];
    return value === undefined ? [] : [[name, scalar(target, value)] as const];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** Method and target of an operation without a body, for a call to moto. */
export function encodeRest(model: ServiceModel, operation: string, input: Record<string, unknown>): { method: string; target: string } {
  const { http, input: ref } = model.operations[operation]!;
  const members = Object.entries((ref && model.shapes[ref.shape]?.members) ?? {});
  const [path = "/", literal = ""] = http.requestUri.split("?");
  const filled = path.replace(/\{([^}+]+)(\+?)\}/g, (_all, label: string, greedy: string) => {
    const name = members.find(([key, member]) => (member.locationName ?? key) === label)?.[0] ?? label;
    const text = String(input[name] ?? "");
    return greedy ? text.split("/").map(encodeURIComponent).join("/") : encodeURIComponent(text);
  });
  const query = new URLSearchParams(literal);
  for (const [name, member] of members)
    if (member.location === "querystring" && input[name] !== undefined) query.set(member.locationName ?? name, String(input[name]));
  const search = query.toString();
  return { method: http.method, target: search ? `${filled}?${search}` : filled };
}
