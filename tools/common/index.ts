export { cacheDir } from "./cache";
export { diskAdvice, writeWhole } from "./disk";
export { Interrupted } from "./interrupt";
export { isObject } from "./is-object";
export { oneLine, printable } from "./printable";
export { type Progress, silent, type Step } from "./progress";
export { terminalProgress } from "./terminal-progress";
export { UserError } from "./user-error";
