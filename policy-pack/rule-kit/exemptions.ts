import { objectsAt } from "./read";
import { type Report, type Settings } from "./rule";
import { matchesWildcard } from "./wildcard";

/** Allows a resource to violate a rule until a date. */
export interface Exemption {
  /** URN; `*` stands for any text. */
  resource: string;
  reason: string;
  owner: string;
  /** Last day, `2027-03-31`. */
  until: string;
}

/** Schema of the `exemptions` setting, which every rule has. */
export const exemptionsSchema = {
  type: "array" as const,
  default: [],
  items: {
    type: "object" as const,
    properties: {
      resource: { type: "string" as const },
      reason: { type: "string" as const },
      owner: { type: "string" as const },
      until: { type: "string" as const },
    },
    required: ["resource", "reason", "owner", "until"],
    additionalProperties: false,
  },
};

/** Whether a value is an existing date in the format `2027-03-31`. */
export const isDate = (text: unknown) =>
  typeof text === "string" && /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;

/**
 * Returns a report function that drops violations of exempted resources. An expired or incomplete exemption exempts no
 * resource, and the message names the exemption.
 */
export function withExemptions(settings: Settings, urn: string, report: Report, today = new Date().toISOString().slice(0, 10)): Report {
  const exemptions = (objectsAt(settings, "exemptions") as Partial<Exemption>[]).filter(
    ({ resource }) => typeof resource === "string" && matchesWildcard(resource, urn),
  );
  const complete = exemptions.filter(({ reason, owner, until }) => reason && owner && isDate(until)) as Exemption[];
  const [expired] = complete;
  const hint = expired
    ? ` (The exemption "${expired.reason}" of ${expired.owner} expired on ${expired.until}.)`
    : exemptions.length > 0
      ? " (The exemption for this resource is incomplete: a reason, an owner and a last day such as 2027-03-31 are required.)"
      : "";
  return (message) => {
    if (!complete.some(({ until }) => until >= today)) report(message + hint);
  };
}
