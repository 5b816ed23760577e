// Prepares text of others for the terminal: AWS returns names, tags and reasons that users of the account wrote. Pure.
import { stripVTControlCharacters } from "node:util";

/** Removes escape sequences, control characters and marks of writing direction. Keeps line breaks and tabs. */
export const printable = (text: string): string =>
  stripVTControlCharacters(text).replace(/[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "");

/** Free text in one printable line of at most `length` characters. */
export function oneLine(text: string, length = 500): string {
  const line = printable(text.replace(/\s+/g, " ")).trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
