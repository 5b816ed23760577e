// Detects a full disk during a write, and reports how to solve it.
// The default import is needed: tests replace `fs.writeSync`, and a namespace import keeps the original function.
import fs from "node:fs";

/**
 * Advice when an error or the output of a command reports a full disk or an exceeded quota; otherwise `undefined`.
 */
export const diskAdvice = (output: string): string | undefined =>
  /ENOSPC|no space left on device|EDQUOT|disk quota exceeded/i.test(output)
    ? "The disk is full. Free some space, or move the cache with CLOISTER_CACHE, and run the same command again."
    : undefined;

/**
 * Writes all bytes or throws. When a disk fills up, `writeSync` writes a part without an error, and only the next
 * write fails.
 */
export function writeWhole(fd: number, data: Uint8Array): void {
  for (let done = 0; done < data.length; ) done += fs.writeSync(fd, data, done);
}
