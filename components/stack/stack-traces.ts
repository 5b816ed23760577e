// What a stack trace costs. Pure but for the global hook it installs.

type Prepare = (error: Error, trace: NodeJS.CallSite[]) => unknown;

/** The SDK records where each promise came from, for a report of leaked promises that is off unless asked for. */
const bookkeeping = /@pulumi[\\/]pulumi[\\/]runtime[\\/]debuggable\.js$/;

/**
 * Formats stack traces of the SDK's own bookkeeping as their first line only; all others as before, mapped to TypeScript.
 * The SDK records a trace for every promise, and mapping them took two thirds of a program's processor time.
 * `PULUMI_DEBUG_PROMISE_LEAKS` brings them back. Safe to call more than once.
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
