import { look } from "./read";
import { type Report } from "./rule";

/**
 * Judges whether a key reference can be a customer's: missing, empty or an alias of AWS is none. A key that is made in the same stack is unknown at preview, and good.
 * `what` is encrypted with it; `property` is where it is written.
 */
export function requireCustomerKey(props: object, path: (string | number)[], what: string, report: Report): void {
  const found = look(props, ...path);
  const property = path.join(".");
  if (found.state === "unknown") return;
  if (found.state === "missing")
    return report(
      `${property} is not set, so ${what} is encrypted under a key of AWS, which you can neither restrict nor withdraw. Write ${property}: <ARN of a customer managed key>.`,
    );
  const key = String(found.value);
  if (/(^|:)alias\/aws\//.test(key))
    report(
      `${property} is "${key}", a key that AWS manages: you can neither restrict nor withdraw it. Write ${property}: <ARN of a customer managed key>.`,
    );
}
