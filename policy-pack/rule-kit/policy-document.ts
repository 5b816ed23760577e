// Reading policy documents.
import { itemsAt, look, objectsAt, textsAt } from "./read";

/** A statement, as it was written; read through the functions below. */
export type Statement = object;

/** The statements of a policy given as text or object; nothing when it can't be read, or only after the update. */
export function statementsOf(props: object, property: string): Statement[] | "unknown" | "unreadable" {
  const found = look(props, property);
  if (found.state === "unknown") return "unknown";
  if (found.state === "missing") return [];
  let document: unknown = found.value;
  if (typeof document === "string")
    try {
      document = JSON.parse(document) as unknown;
    } catch {
      return "unreadable";
    }
  return objectsAt(document, "Statement");
}

/** Texts of a member that may be one or a list, e.g. `Action`. */
export const membersOf = (statement: Statement, member: string) => textsAt(statement, member);

/** Whether the principal is everybody: `"*"` or `{"AWS": "*"}`, alone or in a list. */
export const isEverybody = (statement: Statement) =>
  [...textsAt(statement, "Principal"), ...textsAt(statement, "Principal", "AWS")].includes("*");

/** Values of a condition key under an operator, both in any spelling of case; booleans as text. */
export function conditionValues(statement: Statement, operator: string, key: string): string[] {
  const conditions = look(statement, "Condition");
  if (conditions.state !== "known") return [];
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  const byOperator = Object.keys(conditions.value as object).filter((name) => same(name, operator));
  return byOperator.flatMap((name) => {
    const keys = look(conditions.value, name);
    if (keys.state !== "known") return [];
    return Object.keys(keys.value as object)
      .filter((found) => same(found, key))
      .flatMap((found) => itemsAt(keys.value, found))
      .flatMap((item) => (item.state === "known" ? [String(item.value).toLowerCase()] : []));
  });
}

/** How many conditions a statement has: keys under all operators. One that is unknown yet counts as one. */
export const conditionCount = (statement: Statement) => {
  const conditions = look(statement, "Condition");
  if (conditions.state !== "known") return conditions.state === "unknown" ? 1 : 0;
  return Object.keys(conditions.value as object).reduce((sum, operator) => {
    const keys = look(conditions.value, operator);
    return sum + (keys.state === "known" ? Object.keys(keys.value as object).length : 1);
  }, 0);
};
