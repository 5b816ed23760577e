import * as http from "node:http";
import { UserError } from "@cloister/common";
import { tokenHeader } from "../server/control";
import { type Fault } from "../server/faults";
import { type Call, type CallFilter } from "../server/journal";
import { type UnknownName } from "../server/journal-names";
import { type WorldLeftover } from "../server/leftovers";

export type { Call, CallFilter, Fault, UnknownName, WorldLeftover };

/** The status of a world's gateway. */
export interface GatewayStatus {
  name: string;
  id: string;
  pid: number;
  /** ISO 8601. */
  startedAt: string;
  /** Number of calls since the gateway's process started. */
  calls: number;
  idleHours: number;
  /** ISO 8601: the time of the last call by an AWS client. */
  lastUse: string;
  moto: {
    pid?: number;
    /** Number of requests that changed state since the world was created. */
    changes: number;
    /** Number of moto restarts since the gateway's process started. */
    recoveries: number;
    /** The reason why the world's services are lost. Absent while the services work. */
    lost?: string;
  };
  /** Number of active faults. */
  faults: number;
  /** The reason why the journal is incomplete. Absent while the journal is complete. */
  journalProblem?: string;
}

/** Client for the control API of a world's gateway. Every method rejects with a `UserError` when the gateway does not run. */
export class Control {
  /** `control`: address of the control API, e.g. `http://127.0.0.1:40123/_cloister/`. */
  constructor(private readonly world: { name: string; control: string; controlToken: string }) {}

  status(timeoutMs = 5_000): Promise<GatewayStatus> {
    return this.call("GET", "status", { timeoutMs });
  }

  /** Calls in the order in which they were answered, oldest first. */
  journal(filter: CallFilter = {}): Promise<Call[]> {
    return this.call("GET", `journal?${queryOf(filter)}`);
  }

  /** The names in a filter that no call can have. */
  unknownNames(filter: CallFilter): Promise<UnknownName[]> {
    return this.call("GET", `unknown-names?${queryOf(filter)}`);
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

  /** Existing resources per account and service, except those that every account has by default. */
  leftovers(): Promise<WorldLeftover[]> {
    return this.call("GET", "leftovers");
  }

  async shutdown(): Promise<void> {
    await this.call("POST", "shutdown");
  }

  private call<T>(method: string, path: string, { body, timeoutMs = 60_000 }: { body?: object; timeoutMs?: number } = {}): Promise<T> {
    const url = `${this.world.control}${path}`;
    const headers = { [tokenHeader]: this.world.controlToken };
    return new Promise((resolve, reject) => {
      // No agent: a proxy from the environment variables and existing connections must not be used.
      const request = http.request(url, { method, headers, agent: false, timeout: timeoutMs }, (response) => {
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
        reject(
          new UserError(`No sandbox answers at ${url} (${error.message}). Start it: npx cloister sandbox start --world ${this.world.name}`),
        ),
      );
      request.end(body && JSON.stringify(body));
    });
  }
}

const queryOf = (filter: CallFilter): string =>
  new URLSearchParams(Object.entries(filter).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]))).toString();

function readError(text: string): string {
  try {
    return (JSON.parse(text) as { error: string }).error;
  } catch {
    return text.slice(0, 200);
  }
}
