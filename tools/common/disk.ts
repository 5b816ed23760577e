// A full disk: detected where something is written, and reported with what to do about it.
// The default import: tests replace `fs.writeSync`, and a namespace import keeps its own copy of it.
import fs from "node:fs";

/**
 * What to do when an error or the output of a command reports a full disk or an exceeded quota; otherwise `undefined`.
 */
export const diskAdvice = (output: string): string | undefined =>
  /ENOSPC|no space left on device|EDQUOT|disk quota exceeded/i.test(output)
    ? "The disk is full. Free some space, or move the cache with CLOISTER_CACHE, and run the same command again."
    : undefined;

/**
 * Writes all bytes or throws. On a disk that fills up, `writeSync` writes a part without an error and only the next
 * write fails.
 */
export function writeWhole(fd: number, data: Uint8Array): void {
  for (let done = 0; done < data.length; ) done += fs.writeSync(fd, data, done);
}
