import { oneLine } from "@cloister/common";
import Table from "cli-table3";

/** The spaces of a cell, and the border before the cell. */
const SPACES = 2;
const BORDER = 1;
/** A narrower cell divides words into parts that are hard to read. */
const MINIMUM = 14;

/** The widths of columns that fit into `available` characters: only the widest columns become narrower. Pure. */
export function fittedWidths(widths: readonly number[], available: number): number[] {
  const sum = (limit: number) => widths.reduce((total, width) => total + Math.min(width, limit), 0);
  let limit = Math.max(0, ...widths);
  while (limit > MINIMUM && sum(limit) > available) limit -= 1;
  return widths.map((width) => Math.min(width, limit));
}

/**
 * A table for the terminal. Each cell is one printable text, which the width of a terminal divides into lines.
 * Without a terminal, a cell is one line, so that other programs can read it.
 */
export function textTable(head: string[], rows: string[][], terminalWidth: number | undefined = process.stdout.columns): string {
  const cells = rows.map((row) => row.map((cell) => oneLine(cell)));
  const natural = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]!.length)) + SPACES);
  const available = terminalWidth === undefined ? Infinity : terminalWidth - BORDER - head.length * BORDER;
  const colWidths = fittedWidths(natural, available);
  const isFitted = colWidths.some((width, i) => width < natural[i]!);
  const fit = isFitted ? { colWidths, wordWrap: true, wrapOnWordBoundary: false } : {};
  const table = new Table({ head, style: { head: [], border: [] }, ...fit });
  table.push(...cells);
  return table.toString();
}
