// Quotes strings for shell scripts. Pure.

/**
 * Quotes a string as one word in a shell script.
 * Errors: `RangeError` for a NUL character, which shells do not support.
 */
export function quote(text: string): string {
  if (text.includes("\0")) throw new RangeError("a string in a script must not contain a NUL character");
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Quotes a single line. Errors: `RangeError` for line breaks and other control characters. */
export function quoteLine(text: string): string {
  if (/\p{Cc}/u.test(text)) throw new RangeError(`a single line must not contain control characters (got ${JSON.stringify(text)})`);
  return quote(text);
}
