// Runs every program: reduces the startup time, and prints unexpected errors briefly.
import * as module from "node:module";
import { inspect } from "node:util";
import { skipBookkeepingTraces } from "./stack-traces";

// Node.js 22.1 and later can cache compiled code on disk. Enabled first, so that the cache covers all later packages.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();

/** Maximum depth of printed causes, and maximum number of printed errors in an `AggregateError`. */
const MOST = 5;

const isScalar = (value: unknown) => ["string", "number", "boolean"].includes(typeof value);

/**
 * An error with its stack trace, scalar properties (`code`, `path`, …) and causes, but without referenced objects.
 */
export function errorText(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return inspect(error, { depth: 1 });
  const details = Object.entries(error).filter(([key, value]) => key !== "message" && key !== "stack" && isScalar(value));
  const inner = [
    ...(error instanceof AggregateError ? (error.errors as unknown[]).slice(0, MOST) : []),
    ...(error.cause === undefined ? [] : [error.cause]),
  ];
  return [
    error.stack || `${error.name}: ${error.message}`,
    ...details.map(([key, value]) => `  ${key}: ${String(value)}`),
    ...(depth < MOST ? inner.map((cause) => `Caused by: ${errorText(cause, depth + 1)}`) : []),
  ].join("\n");
}

/**
 * Makes the SDK print an unexpected error with `errorText`. Otherwise the SDK inspects every object that the error
 * refers to, such as all resources, which takes minutes of CPU time.
 * Source: github.com/pulumi/pulumi/issues/21326.
 */
function printBriefly(error: unknown): void {
  if (error instanceof Error && !(inspect.custom in error)) Object.defineProperty(error, inspect.custom, { value: () => errorText(error) });
}

/**
 * Runs a project's program, which returns its outputs.
 * Errors in an `apply` become unhandled rejections, so listeners are added before the SDK's own listeners.
 */
export function runProgram<Outputs>(program: () => Promise<Outputs>): Promise<Outputs> {
  skipBookkeepingTraces();
  if (!process.listeners("unhandledRejection").includes(printBriefly)) {
    process.prependListener("uncaughtException", printBriefly);
    process.prependListener("unhandledRejection", printBriefly);
  }
  return program();
}
