// The frame around every program: what its start costs, and how an error that no code expected is printed.
import * as module from "node:module";
import { inspect } from "node:util";
import { skipBookkeepingTraces } from "./stack-traces";

// Node.js 22.1 and later keep compiled code on disk. First thing, so that it covers the packages that programs load next.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();

/** Causes that are followed, and errors of an `AggregateError` that are shown. */
const MOST = 5;

const isScalar = (value: unknown) => ["string", "number", "boolean"].includes(typeof value);

/** An error with its stack, its scalar properties (`code`, `path`, …) and its causes; never the objects it refers to. */
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
 * Lets the SDK print an unexpected error by `errorText`.
 * Without it, the SDK inspects all that the error refers to, such as every resource of the program:
 * minutes of processor time for one line of use. Source: github.com/pulumi/pulumi/issues/21326.
 */
function printBriefly(error: unknown): void {
  if (error instanceof Error && !(inspect.custom in error)) Object.defineProperty(error, inspect.custom, { value: () => errorText(error) });
}

/**
 * Runs a project's program, which returns its outputs.
 * Errors thrown inside an `apply` surface as unhandled rejections, hence the listeners; they come before the SDK's own.
 */
export function runProgram<Outputs>(program: () => Promise<Outputs>): Promise<Outputs> {
  skipBookkeepingTraces();
  if (!process.listeners("unhandledRejection").includes(printBriefly)) {
    process.prependListener("uncaughtException", printBriefly);
    process.prependListener("unhandledRejection", printBriefly);
  }
  return program();
}
