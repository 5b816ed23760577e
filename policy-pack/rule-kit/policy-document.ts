// Reads IAM policy documents.
import { itemsAt, readValue, objectsAt, stringsAt } from "./read";

/** A policy statement; read its elements with the functions below. */
export type Statement = object;

/** The statements of a policy that is a JSON string or an object. */
export function statementsOf(props: object, property: string): Statement[] | "unknown" | "unreadable" {
  const found = readValue(props, property);
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

/** Strings in a statement element that is one value or a list, such as `Action`. */
export const statementValues = (statement: Statement, element: string) => stringsAt(statement, element);

/** Whether the statement names any principal: `"*"` or `{"AWS": "*"}`, alone or in a list. */
export const isAnyPrincipal = (statement: Statement) =>
  [...stringsAt(statement, "Principal"), ...stringsAt(statement, "Principal", "AWS")].includes("*");

/** Values of a condition key under an operator, as lower-case strings. Key and operator are case-insensitive. */
export function conditionValues(statement: Statement, operator: string, key: string): string[] {
  const conditions = readValue(statement, "Condition");
  if (conditions.state !== "known") return [];
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  const byOperator = Object.keys(conditions.value as object).filter((name) => same(name, operator));
  return byOperator.flatMap((name) => {
    const keys = readValue(conditions.value, name);
    if (keys.state !== "known") return [];
    return Object.keys(keys.value as object)
      .filter((found) => same(found, key))
      .flatMap((found) => itemsAt(keys.value, found))
      .flatMap((item) => (item.state === "known" ? [String(item.value).toLowerCase()] : []));
  });
}

/** Number of condition keys in a statement, under all operators. Unknown keys of an operator count as one key. */
export const conditionCount = (statement: Statement) => {
  const conditions = readValue(statement, "Condition");
  if (conditions.state !== "known") return 0;
  return Object.keys(conditions.value as object).reduce((sum, operator) => {
    const keys = readValue(conditions.value, operator);
    return sum + (keys.state === "known" ? Object.keys(keys.value as object).length : 1);
  }, 0);
};
