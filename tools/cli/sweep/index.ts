export { type SweepClient } from "./client";
export { SweepError, type SweepSources, sweepSources } from "./lookup";
export { environmentOf, isPurged } from "./scope";
export { markTraces, sweep, type SweepOptions } from "./sweep";
