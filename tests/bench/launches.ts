// Runs 1,000 queued launches through the dispatcher and the report of the engine for environments: `npm run bench -- launches`.
// AWS and deployments are simulated with a clock, so this measures our code and its decisions, not AWS.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { report, type ReportClients } from "@cloister/components/catalog/runtime/report";
import { resultKey } from "@cloister/components/catalog/runtime/request";
import { messageOf, QueuedLaunches } from "../helpers/queued-launches";

const LAUNCHES = 1000;
const MINUTES = 20;
/** Each of these calls or builds fails once in so many. */
const FAULT_EVERY = 40;
const CRASH_EVERY = 50;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const heapMb = () => {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

interface Row {
  concurrency: number;
  hours: number;
  /** Deployments that ran at the same time, on average. */
  busy: number;
  lost: number;
  repeated: number;
  retries: number;
  heapMb: [number, number];
  cpuSeconds: number;
}

async function measure(concurrency: number, withFaults: boolean): Promise<Row> {
  let calls = 0;
  const faults = () => (withFaults && ++calls % FAULT_EVERY === 0 ? (calls % 2 === 0 ? "before" : "after") : undefined);
  const launches = new QueuedLaunches(concurrency, () => MINUTES * 60, faults);
  for (let i = 0; i < LAUNCHES; i++) launches.send("PROVISION", messageOf(i));
  // One message in ten arrives twice.
  if (withFaults) for (let i = 0; i < LAUNCHES; i += 10) launches.send("PROVISION", messageOf(i));

  const reports = new Map<string, number>();
  let ended = 0;
  let retries = 0;
  let result: { key: string; body: Buffer } | undefined;
  const clients: ReportClients = {
    objects: {
      read: ({ key }) => Promise.resolve(result?.key === key ? result.body : undefined),
      write: () => Promise.resolve(),
      create: () => Promise.resolve(true),
      delete: () => Promise.resolve(),
      readObject: () => Promise.resolve(undefined),
      replaceUnchanged: () => Promise.resolve(true),
      deleteUnchanged: () => Promise.resolve(true),
    },
    notify: ({ recordId }) => Promise.resolve(void reports.set(recordId, (reports.get(recordId) ?? 0) + 1)),
    stateBucket: "state",
    now: () => new Date(0),
  };
  const startedCpu = process.cpuUsage();
  const heap = { first: 0, last: 0 };
  await launches.drain(
    async (request) => {
      const crashes = withFaults && request.attempt === 0 && ++ended % CRASH_EVERY === 0;
      result = crashes ? undefined : { key: resultKey(request), body: Buffer.from('{"status":"SUCCEEDED"}') };
      const { next } = await report({ request, build: { id: "build", status: crashes ? "FAILED" : "SUCCEEDED" } }, clients);
      if (next === "RETRY") retries++;
      return next;
    },
    () => {
      if (reports.size === LAUNCHES / 10 || (heap.first === 0 && reports.size > LAUNCHES / 10)) heap.first = heapMb();
    },
  );
  heap.last = heapMb();
  const { user, system } = process.cpuUsage(startedCpu);
  return {
    concurrency,
    hours: launches.now / 3600,
    busy: ((LAUNCHES + retries) * MINUTES * 60) / launches.now,
    lost: LAUNCHES - reports.size + launches.deadLetters.length,
    repeated: [...reports.values()].filter((count) => count > 1).length + Math.max(0, launches.startedAt.size - LAUNCHES),
    retries,
    heapMb: [heap.first, heap.last],
    cpuSeconds: (user + system) / 1e6,
  };
}

async function main(): Promise<void> {
  const header =
    "| concurrency | faults | duration | running on average | lost | repeated | builds repeated | heap at 10 % and at the end | CPU time |";
  console.log([header, header.replaceAll(/[^|]+/g, " --- ")].join("\n"));
  for (const withFaults of [false, true])
    for (const concurrency of [1, 5, 20]) {
      const {
        hours,
        busy,
        lost,
        repeated,
        retries,
        heapMb: [first, last],
        cpuSeconds,
      } = await measure(concurrency, withFaults);
      const cells = [concurrency, withFaults ? "yes" : "none", `${hours.toFixed(1)} h`, busy.toFixed(2), lost, repeated, retries];
      console.log(`| ${[...cells, `${first.toFixed(0)} MB, ${last.toFixed(0)} MB`, `${cpuSeconds.toFixed(1)} s`].join(" | ")} |`);
      if (lost > 0 || repeated > 0 || busy < concurrency * 0.95) process.exitCode = 1;
    }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
