// A full disk: noticed where something is written, and said with what to do about it.
import * as fs from "node:fs";

/** What helps when an error, or what a command said, is about a full disk or a used-up quota; nothing otherwise. */
export const diskAdvice = (said: string): string | undefined =>
  /ENOSPC|no space left on device|EDQUOT|disk quota exceeded/i.test(said)
    ? "The disk is full. Make room, or put the cache elsewhere with CLOISTER_CACHE, and run the same command again."
    : undefined;

/** Writes all of it, or throws. A disk that gets full takes a part without an error, and has one for the next write. */
export function writeWhole(fd: number, data: Uint8Array): void {
  for (let done = 0; done < data.length; ) done += fs.writeSync(fd, data, done);
}
