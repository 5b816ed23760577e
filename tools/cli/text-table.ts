import { oneLine } from "@cloister/common";
import Table from "cli-table3";

/** A table for the terminal. Each cell is one printable line. */
export function textTable(head: string[], rows: string[][]): string {
  const table = new Table({ head, style: { head: [], border: [] } });
  table.push(...rows.map((row) => row.map((cell) => oneLine(cell))));
  return table.toString();
}
