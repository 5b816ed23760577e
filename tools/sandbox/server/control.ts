import { type Fault, faultProblems } from "./faults";
import { type HttpAnswer, type HttpRequest } from "./http";
import { type CallFilter } from "./journal";

/** Where the sandbox is told what to do. No AWS operation has such a path: bucket names can't start with an underscore. */
export const controlPath = "/_cloister/";

/** What the control API can do; each method answers one request. */
export interface Controlled {
  status(): object;
  journal(filter: CallFilter): object;
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

type Handler = (api: Controlled, query: URLSearchParams, body: string) => HttpAnswer | Promise<HttpAnswer>;

const handlers: Record<string, Handler> = {
  "GET status": (api) => reply(200, api.status()),
  "GET journal": (api, query) => reply(200, api.journal(filterOf(query))),
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

/** Answers a request to the control API. Pages in a browser can't use it: a request with an origin, or for another host's name, is refused. */
export async function control(request: HttpRequest, api: Controlled): Promise<HttpAnswer> {
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  if (request.headers.origin !== undefined || (host !== "127.0.0.1" && host !== "localhost"))
    return reply(403, { error: "Only for programs on this machine." });
  const url = new URL(request.target, "http://127.0.0.1");
  const name = `${request.method} ${url.pathname.slice(controlPath.length)}`;
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  if (!handler) return reply(404, { error: `'${name}' is not known. Known: ${Object.keys(handlers).join(", ")}.` });
  try {
    return await handler(api, url.searchParams, request.body.toString());
  } catch (error) {
    return reply(500, { error: (error as Error).message });
  }
}
