import { readValue } from "./read";
import { type Report } from "./rule";

/**
 * Requires a customer managed key: a missing value and an AWS managed key alias are violations. A key that the same
 * stack creates is unknown at preview and accepted. `data` names what the key encrypts.
 */
export function requireCustomerKey(props: object, path: (string | number)[], data: string, report: Report): void {
  const found = readValue(props, ...path);
  const property = path.join(".");
  const fix = `Set ${property}: <ARN of a customer managed key>.`;
  if (found.state === "unknown") return;
  if (found.state === "missing")
    return report(`${property} is not set, so an AWS key encrypts ${data}, and you cannot restrict or revoke that key. ${fix}`);
  const key = String(found.value);
  if (/(^|:)alias\/aws\//.test(key))
    report(`${property} is "${key}", so an AWS managed key encrypts ${data}, and you cannot restrict or revoke that key. ${fix}`);
}
