import * as fs from "node:fs";

/** One call in the journal. It never contains secrets or the bodies of S3 objects. */
export interface Call {
  /** ISO 8601, UTC: the time when the request was complete. */
  time: string;
  requestId: string;
  /** Account of the caller. Absent when the access key is unknown. */
  account?: string;
  /** ARN of the caller. Absent when the access key is unknown. */
  principal?: string;
  region: string;
  /** Service name in the credential scope, which is also the prefix of IAM actions, e.g. `s3`. */
  service: string;
  /** Name in the service model, e.g. `PutBucketPolicy`. For a request without a known operation: its method and path. */
  operation: string;
  parameters: unknown;
  /** `ok`, or the error code of the answer. */
  result: string;
  /** HTTP status. 0 when a fault closed the connection. */
  status: number;
  /** Error message in the answer. */
  message?: string;
  /** The part that answered: a native service, moto, a fault, or the gateway itself. */
  by: "native" | "moto" | "fault" | "gateway";
  milliseconds: number;
  client: string;
}

export interface CallFilter {
  service?: string;
  operation?: string;
  account?: string;
  /** `ok` or `error`. */
  result?: "ok" | "error";
  /** ISO 8601. Selects calls at or after this time. */
  since?: string;
  /** Maximum number of calls. The most recent calls are returned. */
  limit?: number;
}

const exact = ["service", "operation", "account"] as const;

export function fits(call: Call, filter: CallFilter): boolean {
  if (exact.some((key) => filter[key] !== undefined && filter[key] !== call[key])) return false;
  if (filter.result !== undefined && (call.result === "ok") !== (filter.result === "ok")) return false;
  return filter.since === undefined || call.time >= filter.since;
}

/** All calls, one JSON object per line, in the order of their answers. */
export class Journal {
  private readonly fd: number;
  /** The error that stopped writes to the journal, if any. A full disk must not stop the services. */
  problem?: string;

  constructor(readonly file: string) {
    this.fd = fs.openSync(file, "a", 0o600);
  }

  record(call: Call): void {
    try {
      fs.writeSync(this.fd, `${JSON.stringify(call)}\n`);
    } catch (error) {
      this.problem = `The journal has gaps: ${(error as Error).message}`;
    }
  }

  query(filter: CallFilter): Call[] {
    const found = readCalls(this.file).filter((call) => fits(call, filter));
    return filter.limit === undefined ? found : found.slice(-filter.limit);
  }

  close(): void {
    fs.closeSync(this.fd);
  }
}

/** Reads a journal file. Omits an incomplete last line, which a full disk or a killed process leaves. */
export function readCalls(file: string): Call[] {
  return fs
    .readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return line ? [JSON.parse(line) as Call] : [];
      } catch {
        return [];
      }
    });
}
