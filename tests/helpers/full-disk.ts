import fs from "node:fs";

const writeSync = fs.writeSync;

/** Runs work on a disk that is full after this number of bytes. The last write is partial, as on a real disk. */
export async function withRoomFor<T>(bytes: number, work: () => Promise<T>): Promise<T> {
  let room = bytes;
  fs.writeSync = ((fd: number, data: Uint8Array, offset: number): number => {
    if (room === 0) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    const written = writeSync(fd, data, offset, Math.min(room, data.length - offset));
    room -= written;
    return written;
  }) as typeof fs.writeSync;
  try {
    return await work();
  } finally {
    fs.writeSync = writeSync;
  }
}
