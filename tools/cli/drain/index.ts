export { drain, type DrainOptions } from "./drain";
export { type DrainSources, drainSources, StudioError } from "./lookup";
export { requireDrained } from "./require-drained";
