import * as http from "node:http";
import { UserError } from "@cloister/common";
import { controlPath } from "../server/control";
import { type Fault } from "../server/faults";
import { type Call, type CallFilter } from "../server/journal";
import { type Held } from "../server/leftovers";

export type { Call, CallFilter, Fault, Held };

/** What a world's gateway says about itself. */
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
  base: {
    pid?: number;
    /** Requests that changed something, since the world was made. */
    changes: number;
    /** How often the base died and was brought back since the gateway's process started. */
    recoveries: number;
    /** Why the world's services are lost, if they are. */
    lost?: string;
  };
  /** Faults in force. */
  faults: number;
  /** Why the journal has gaps, if it has. */
  journalProblem?: string;
}

/** Talks to a world's gateway. Every method rejects with an error that names the next step when the gateway is not there. */
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
  leftovers(): Promise<Held[]> {
    return this.call("GET", "leftovers");
  }

  async shutdown(): Promise<void> {
    await this.call("POST", "shutdown");
  }

  private call<T>(method: string, path: string, { body, timeoutMs = 60_000 }: { body?: object; timeoutMs?: number } = {}): Promise<T> {
    const url = `${this.world.control}${path}`;
    return new Promise((resolve, reject) => {
      // An own agent, since a proxy from the environment or a kept connection must not come between.
      const request = http.request(url, { method, agent: false, timeout: timeoutMs }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.once("error", reject);
        response.once("end", () => {
          if (response.statusCode === 200) resolve(JSON.parse(text) as T);
          else reject(new UserError(`The sandbox refused ${method} ${path}: ${readError(text)}`));
        });
      });
      request.once("timeout", () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      request.once("error", (error) =>
        reject(
          new UserError(
            `No sandbox answers at ${controlPath} of ${new URL(url).host} (${error.message}). Start it: cloister sandbox start.`,
          ),
        ),
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
