// Reduces the cost of stack traces in the SDK. Pure, except for a global hook.

type Prepare = (error: Error, trace: NodeJS.CallSite[]) => unknown;

/**
 * The SDK module that records a stack trace for each promise, for a report of leaked promises that is off by default.
 */
const bookkeeping = /@pulumi[\\/]pulumi[\\/]runtime[\\/]debuggable\.js$/;

/**
 * Formats only the first line of the SDK's own stack traces. All other stack traces are still mapped to TypeScript.
 * The SDK records a stack trace for every promise, and the mapping took two thirds of the CPU time of programs under mocks.
 * `PULUMI_DEBUG_PROMISE_LEAKS` restores full stack traces. Safe to call more than once.
 */
export function skipBookkeepingTraces(): void {
  if (process.env.PULUMI_DEBUG_PROMISE_LEAKS || installed) return;
  installed = true;
  let format = Error.prepareStackTrace as Prepare | undefined;
  const plain: Prepare = (error, trace) => [String(error), ...trace.map((site) => `    at ${String(site)}`)].join("\n");
  const prepare: Prepare = (error, trace) =>
    bookkeeping.test(trace[0]?.getFileName() ?? "") ? String(error) : (format ?? plain)(error, trace);
  // An accessor, because ts-node and source-map-support install their own formatter whenever they are loaded.
  Object.defineProperty(Error, "prepareStackTrace", {
    configurable: true,
    get: () => prepare,
    set: (next: Prepare | undefined) => {
      if (next !== prepare) format = next;
    },
  });
}

let installed = false;
