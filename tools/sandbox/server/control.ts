import { createHash } from "node:crypto";
import { sameSecret } from "./accounts";
import { type Fault, faultProblems } from "./faults";
import { type HttpAnswer, type HttpRequest } from "./http";
import { type CallFilter } from "./journal";

/** Path of the control API. No AWS operation has such a path, because bucket names must not start with an underscore. */
export const controlPath = "/_cloister/";

/** Header with the token of the control API. */
export const tokenHeader = "x-cloister-token";

/** The operations of the control API; each method answers one request. */
export interface ControlApi {
  status(): object;
  journal(filter: CallFilter): object;
  unknownNames(filter: CallFilter): object;
  faults(): object;
  addFault(fault: Fault): void;
  clearFaults(): void;
  leftovers(): Promise<object>;
  shutdown(): void;
}

const reply = (status: number, value: object): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json" },
  body: Buffer.from(`${JSON.stringify(value)}\n`),
});

function filterOf(query: URLSearchParams): CallFilter {
  const { limit, ...rest } = Object.fromEntries(query) as Record<string, string>;
  return { ...rest, ...(limit ? { limit: Number(limit) } : {}) };
}

type Handler = (api: ControlApi, query: URLSearchParams, body: string) => HttpAnswer | Promise<HttpAnswer>;

const handlers: Record<string, Handler> = {
  "GET status": (api) => reply(200, api.status()),
  "GET journal": (api, query) => reply(200, api.journal(filterOf(query))),
  "GET unknown-names": (api, query) => reply(200, api.unknownNames(filterOf(query))),
  "GET faults": (api) => reply(200, api.faults()),
  "POST faults": (api, _query, body) => {
    const fault = parse(body);
    const problems = faultProblems(fault);
    if (problems.length > 0) return reply(400, { error: problems.join(" ") });
    api.addFault(fault as Fault);
    return reply(200, api.faults());
  },
  "DELETE faults": (api) => {
    api.clearFaults();
    return reply(200, api.faults());
  },
  "GET leftovers": async (api) => reply(200, await api.leftovers()),
  "POST shutdown": (api) => {
    api.shutdown();
    return reply(200, {});
  },
};

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The token of the control API. The secret key that it is derived from stays on the machine: clients only sign with it. */
export const controlToken = (secretAccessKey: string): string => createHash("sha256").update(`control ${secretAccessKey}`).digest("hex");

/** The answer to a request of a page in a browser. */
export const notFromProgram = (): HttpAnswer => reply(403, { error: "The sandbox answers programs on this machine only." });

/** Answers a request to the control API, if it has the token of the world. */
export async function control(request: HttpRequest, api: ControlApi, token: string): Promise<HttpAnswer> {
  if (!sameSecret(request.headers[tokenHeader] ?? "", token)) return reply(403, { error: "The request lacks the token of this world." });
  const url = new URL(request.target, "http://127.0.0.1");
  const name = `${request.method} ${url.pathname.slice(controlPath.length)}`;
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  if (!handler) return reply(404, { error: `'${name}' is unknown. Valid: ${Object.keys(handlers).join(", ")}.` });
  try {
    return await handler(api, url.searchParams, request.body.toString());
  } catch (error) {
    return reply(500, { error: (error as Error).message });
  }
}
