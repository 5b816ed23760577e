import { AwsError } from "./aws-error";
import { type ServiceTraits } from "./service";

/** How a fault affects a call. */
export const faultKinds = ["throttle", "error", "deny", "timeout", "refuse", "delay"] as const;

/**
 * A failure that the user injects. It affects calls to a service and operation, at most `times` calls.
 * - `throttle`: AWS's throttling error in that protocol. Clients retry.
 * - `error`: status 500, `InternalFailure`. Clients retry.
 * - `deny`: status 403, `AccessDeniedException`. Clients do not retry.
 * - `timeout`: no answer for `delayMs`, then the connection is closed.
 * - `refuse`: the connection is closed at once.
 * - `delay`: the correct answer, `delayMs` late.
 */
export interface Fault {
  kind: (typeof faultKinds)[number];
  /** Service name in the credential scope, e.g. `ec2`. Default: any service. */
  service?: string;
  /** Operation, e.g. `CreateVpc`. Default: any operation. */
  operation?: string;
  /** Probability that the fault affects a matching call, from 0 to 1. Default 1. */
  probability?: number;
  /** The same seed gives the same decision for the n-th matching call. Default 1. */
  seed?: number;
  /** Maximum number of affected calls. Default: no limit. */
  times?: number;
  /** Number of matching calls before the fault can affect a call. Default 0. */
  after?: number;
  /** Milliseconds, for `timeout` (default 30000) and `delay` (default 1000). */
  delayMs?: number;
}

interface Armed {
  fault: Fault;
  /** Number of matching calls until now. */
  seen: number;
  hit: number;
}

/** The n-th number in a seeded sequence, from 0 to 1 (splitmix32). A decision depends only on the seed and the number of the call. */
export function chance(seed: number, n: number): number {
  let z = (seed + Math.imul(n + 1, 0x9e3779b9)) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
}

/** All problems with a fault from the control API. Empty when the fault is valid. */
export function faultProblems(fault: unknown): string[] {
  if (typeof fault !== "object" || fault === null || Array.isArray(fault)) return ["A fault must be a JSON object."];
  const given = fault as Record<string, unknown>;
  const number = (value: unknown, min: number, max: number) => typeof value === "number" && value >= min && value <= max;
  const rules: Record<string, [(value: unknown) => boolean, string]> = {
    kind: [(v) => (faultKinds as readonly unknown[]).includes(v), `one of ${faultKinds.join(", ")}`],
    service: [(v) => typeof v === "string", "a string"],
    operation: [(v) => typeof v === "string", "a string"],
    probability: [(v) => number(v, 0, 1), "a number from 0 to 1"],
    seed: [(v) => Number.isInteger(v), "an integer"],
    times: [(v) => Number.isInteger(v) && number(v, 1, Infinity), "an integer from 1"],
    after: [(v) => Number.isInteger(v) && number(v, 0, Infinity), "an integer from 0"],
    delayMs: [(v) => number(v, 0, 3_600_000), "a number of milliseconds from 0 to 3600000"],
  };
  const problems = Object.entries(given).flatMap(([key, value]) => {
    const rule = rules[key];
    if (!rule) return [`'${key}' is unknown. Valid: ${Object.keys(rules).join(", ")}.`];
    return rule[0](value) ? [] : [`'${key}' must be ${rule[1]}.`];
  });
  return "kind" in given ? problems : [`'kind' is required: one of ${faultKinds.join(", ")}.`, ...problems];
}

/** The active faults. Which calls they affect depends only on the seeds and the order of matching calls. */
export class Faults {
  private armed: Armed[] = [];

  add(fault: Fault): void {
    this.armed.push({ fault, seen: 0, hit: 0 });
  }

  clear(): void {
    this.armed = [];
  }

  list(): (Fault & { seen: number; hit: number })[] {
    return this.armed.map(({ fault, seen, hit }) => ({ ...fault, seen, hit }));
  }

  /** The first fault that affects this call, if any. Each fault counts its matching calls, even if another fault affects the call. */
  take(service: string, operation: string): Fault | undefined {
    const matching = this.armed.filter(
      ({ fault }) => (fault.service ?? service) === service && (fault.operation ?? operation) === operation,
    );
    const due = matching.filter((armed) => {
      const { after = 0, times = Infinity, seed = 1, probability = 1 } = armed.fault;
      const n = armed.seen++;
      return n >= after && armed.hit < times && chance(seed, n) < probability;
    });
    const [first] = due;
    if (first) first.hit++;
    return first?.fault;
  }
}

/** The throttling error of the service. */
export function throttled(service: ServiceTraits | undefined): AwsError {
  const { code, status } = service?.throttling ?? { code: "ThrottlingException", status: 400 };
  return new AwsError(code, "Rate exceeded", status);
}
