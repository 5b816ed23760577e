import { closest, distance } from "fastest-levenshtein";

const lettersOf = (name: string): string => [...name].sort().join("");

/** ` Did you mean 'fraud-dev'?` for a name that is similar to a known name, else an empty text. */
export function suggestion(name: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const nearest = closest(name, known);
  const changes = distance(name, nearest);
  // Two swapped letters are two changes. A short name with two other letters is another name.
  const isSwapped = lettersOf(name) === lettersOf(nearest);
  const allowed = isSwapped || name.length > 3 ? Math.max(2, name.length / 3) : 1;
  return changes < name.length && changes <= allowed ? ` Did you mean '${nearest}'?` : "";
}
