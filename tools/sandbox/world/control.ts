import * as http from "node:http";
import { UserError } from "@cloister/common";
import { type Fault } from "../server/faults";
import { type Call, type CallFilter } from "../server/journal";
import { type WorldLeftover } from "../server/leftovers";

export type { Call, CallFilter, Fault, WorldLeftover };

/** The status of a world's gateway. */
export interface GatewayStatus {
  name: string;
  id: string;
  pid: number;
  /** ISO 8601. */
  startedAt: string;
  /** Calls since the gateway's process started. */
  calls: number;
  idleHours: number;
  /** ISO 8601; the last call of an AWS client. */
  lastUse: string;
  moto: {
    pid?: number;
    /** Requests that changed something, since the world was created. */
    changes: number;
    /** How often moto died and was restarted since the gateway's process started. */
    recoveries: number;
    /** Why the world's services are lost; absent while they are not. */
    lost?: string;
  };
  /** Number of active faults. */
  faults: number;
  /** Why the journal has gaps; absent while it has none. */
  journalProblem?: string;
}

/** Client of the control API of a world's gateway. Every method rejects with a `UserError` when the gateway does not run. */
export class Control {
  /** `control`: address of the control API, e.g. `http://127.0.0.1:40123/_cloister/`. */
  constructor(private readonly world: { control: string }) {}

  status(timeoutMs = 5_000): Promise<GatewayStatus> {
    return this.call("GET", "status", { timeoutMs });
  }

  /** Calls in the order in which they were answered, oldest first. */
  journal(filter: CallFilter = {}): Promise<Call[]> {
    const query = new URLSearchParams(
      Object.entries(filter).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
    );
    return this.call("GET", `journal?${query.toString()}`);
  }

  faults(): Promise<(Fault & { seen: number; hit: number })[]> {
    return this.call("GET", "faults");
  }

  async addFault(fault: Fault): Promise<void> {
    await this.call("POST", "faults", { body: fault });
  }

  async clearFaults(): Promise<void> {
    await this.call("DELETE", "faults");
  }

  /** What the services still hold, per account and service, apart from what every account has by default. */
  leftovers(): Promise<WorldLeftover[]> {
    return this.call("GET", "leftovers");
  }

  async shutdown(): Promise<void> {
    await this.call("POST", "shutdown");
  }

  private call<T>(method: string, path: string, { body, timeoutMs = 60_000 }: { body?: object; timeoutMs?: number } = {}): Promise<T> {
    const url = `${this.world.control}${path}`;
    return new Promise((resolve, reject) => {
      // No agent: a proxy of the environment and kept connections must not be used.
      const request = http.request(url, { method, agent: false, timeout: timeoutMs }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.once("error", reject);
        response.once("end", () => {
          if (response.statusCode === 200) resolve(JSON.parse(text) as T);
          else reject(new UserError(`The sandbox rejected ${method} ${path}: ${readError(text)}`));
        });
      });
      request.once("timeout", () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      request.once("error", (error) =>
        reject(new UserError(`No sandbox answers at ${url} (${error.message}). Start it: npx cloister sandbox start`)),
      );
      request.end(body && JSON.stringify(body));
    });
  }
}

function readError(text: string): string {
  try {
    return (JSON.parse(text) as { error: string }).error;
  } catch {
    return text.slice(0, 200);
  }
}
