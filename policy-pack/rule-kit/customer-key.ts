import { readValue } from "./read";
import { type Report } from "./rule";

/**
 * Requires a customer managed key: a missing value and an alias of an AWS managed key are violations. A key of the same
 * stack is
 * unknown at preview and accepted. `data` is what the key encrypts, in words.
 */
export function requireCustomerKey(props: object, path: (string | number)[], data: string, report: Report): void {
  const found = readValue(props, ...path);
  const property = path.join(".");
  const fix = `Write ${property}: <ARN of a customer managed key>.`;
  if (found.state === "unknown") return;
  if (found.state === "missing")
    return report(`${property} is not set, so an AWS key encrypts ${data}, and you cannot restrict or revoke that key. ${fix}`);
  const key = String(found.value);
  if (/(^|:)alias\/aws\//.test(key))
    report(`${property} is "${key}", so an AWS managed key encrypts ${data}, and you cannot restrict or revoke that key. ${fix}`);
}
