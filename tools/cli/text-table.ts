import Table from "cli-table3";

/** A table for the terminal. */
export function textTable(head: string[], rows: string[][]): string {
  const table = new Table({ head, style: { head: [], border: [] } });
  table.push(...rows);
  return table.toString();
}
