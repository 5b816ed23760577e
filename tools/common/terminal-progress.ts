// Prints progress: live lines at the bottom of a terminal, plain lines elsewhere.
import { printable } from "./printable";
import { type Progress, type Step } from "./progress";

export interface Output {
  write(text: string): void;
  isTTY?: boolean;
  columns?: number;
}

const seconds = (since: number) => `${Math.round((Date.now() - since) / 1000)} s`;
/** Without a terminal, a long step prints its progress at most this often. */
const PLAIN_UPDATE_MS = 30_000;

/**
 * Prints steps as they run. In a terminal, each running step has one live line at the bottom. A step that ends leaves
 * one line.
 * Outside a terminal, or with `CI` set, each step prints plain lines. `NO_COLOR` turns colors off.
 */
export function terminalProgress(out: Output = process.stdout, env: NodeJS.ProcessEnv = process.env): Progress {
  const live = (out.isTTY ?? false) && !env.CI;
  const color = live && !env.NO_COLOR;
  const mark = { done: color ? "\x1b[32m✔\x1b[0m" : "✔", fail: color ? "\x1b[31m✖\x1b[0m" : "✖" };
  const running = new Map<object, { title: string; text: string; since: number }>();
  let drawn = 0;
  let clock: NodeJS.Timeout | undefined;

  const erase = () => {
    if (drawn > 0) out.write(`\x1b[${drawn}A\x1b[J`);
    drawn = 0;
  };
  const draw = () => {
    if (!live) return;
    erase();
    const width = (out.columns ?? 100) - 1;
    for (const { title, text, since } of running.values()) {
      out.write(`${printable(`… ${title} (${seconds(since)})${text ? ` ${text}` : ""}`).slice(0, width)}\n`);
      drawn++;
    }
  };
  const line = (text: string) => {
    erase();
    out.write(`${text}\n`);
    draw();
  };
  const tick = () => {
    if (live && running.size > 0 && !clock) clock = setInterval(draw, 500).unref();
    if (running.size === 0 && clock) clock = void clearInterval(clock);
  };

  return {
    note: (text) => line(printable(text)),
    step(name): Step {
      const key = {};
      const title = printable(name);
      const state = { title, text: "", since: Date.now() };
      let printedAt = 0;
      running.set(key, state);
      if (!live) line(`… ${title}`);
      tick();
      draw();
      const end = (sign: string, text?: string) => {
        if (!running.delete(key)) return;
        line(`${sign} ${title} (${seconds(state.since)})${text ? `: ${printable(text)}` : ""}`);
        tick();
      };
      return {
        update(text) {
          state.text = text;
          if (!live && Date.now() - printedAt > PLAIN_UPDATE_MS) {
            if (printedAt > 0) line(`  ${title} (${seconds(state.since)}): ${printable(text)}`);
            printedAt = Date.now();
          }
        },
        done: (text) => end(mark.done, text),
        fail: (text) => end(mark.fail, text),
      };
    },
  };
}
