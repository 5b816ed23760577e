import * as fs from "node:fs";
import * as path from "node:path";
import { writeWhole } from "@cloister/common";

/** Replaces a file in one step, so that a reader, or the next start after a crash, finds the old or the new content. */
export function writeAtomically(file: string, content: string, mode = 0o600): void {
  const part = `${file}.part`;
  const fd = fs.openSync(part, "w", mode);
  try {
    writeWhole(fd, Buffer.from(content));
  } finally {
    fs.closeSync(fd);
  }
  fs.renameSync(part, file);
}

/** Reads a JSON file. Returns `undefined` when the file does not exist. */
export function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Runs tasks one after the other, in the order of arrival. A failed task does not stop the next task. */
export class Queue {
  private last: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.last.then(task, task);
    this.last = result.catch(() => undefined);
    return result;
  }
}

interface Cell {
  state: unknown;
  /** The content on disk. */
  saved: string;
  queue: Queue;
}

/** The states of the native services: one JSON file per service, account and region. */
export class StateStore {
  private readonly cells = new Map<string, Cell>();

  constructor(private readonly dir: string) {
    fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  }

  /**
   * Runs one change to a state at a time. If the change throws, the state is unchanged. When this returns, the state is on disk.
   * `initial` creates the initial state for an account and region.
   */
  change<T>(
    name: { service: string; account: string; region: string },
    initial: () => unknown,
    task: (state: unknown) => Promise<T>,
  ): Promise<T> {
    const key = `${name.service}/${name.account}-${name.region}`;
    const cell = this.cells.get(key) ?? this.load(key, initial);
    return cell.queue.run(async () => {
      try {
        const result = await task(cell.state);
        const text = JSON.stringify(cell.state);
        if (text !== cell.saved) {
          writeAtomically(this.file(key), text);
          cell.saved = text;
        }
        return result;
      } catch (error) {
        cell.state = JSON.parse(cell.saved);
        throw error;
      }
    });
  }

  /** All states on disk. */
  all(): { service: string; account: string; region: string; state: unknown }[] {
    const keys = fs.readdirSync(this.dir).flatMap((service) => fs.readdirSync(path.join(this.dir, service)).map((f) => `${service}/${f}`));
    return keys
      .filter((key) => key.endsWith(".json"))
      .map((key) => {
        const [, service, account, region] = /^(.+)\/(\d{12})-(.+)\.json$/.exec(key)!;
        return { service: service!, account: account!, region: region!, state: readJson(path.join(this.dir, key)) };
      });
  }

  private load(key: string, initial: () => unknown): Cell {
    fs.mkdirSync(path.dirname(this.file(key)), { recursive: true, mode: 0o700 });
    const stored = readJson<object>(this.file(key));
    // A world from an earlier version can lack collections.
    const state = stored && !Array.isArray(stored) ? { ...(initial() as object), ...stored } : (stored ?? initial());
    const cell = { state, saved: JSON.stringify(state), queue: new Queue() };
    this.cells.set(key, cell);
    return cell;
  }

  private file(key: string): string {
    return path.join(this.dir, `${key}.json`);
  }
}
