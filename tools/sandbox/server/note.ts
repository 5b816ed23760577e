/** Writes a line to the log of the gateway's process. */
export function note(text: string): void {
  console.log(`${new Date().toISOString()} ${text}`);
}
