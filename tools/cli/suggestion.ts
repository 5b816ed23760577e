import { closest, distance } from "fastest-levenshtein";

/** ` Did you mean 'fraud-dev'?` for a name that is similar to a known name, else an empty text. */
export function suggestion(name: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const nearest = closest(name, known);
  const changes = distance(name, nearest);
  // Two swapped letters are two changes. A name of which every letter changes is another name.
  return changes < name.length && changes <= Math.max(2, name.length / 3) ? ` Did you mean '${nearest}'?` : "";
}
