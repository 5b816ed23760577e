// Creates the tables of docs/controls.md from the table of controls. Pure.
import { kinds, type ResourceType, resourceTypes } from "@cloister/components/controls/kinds";
import { type Control, controls } from "@cloister/components/controls/table";

const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");
const kindOf = (type: keyof typeof resourceTypes) => kinds[resourceTypes[type].kind];
const unique = (values: readonly string[]) => [...new Set(values)];

const correction = ({ detect, prevent, corrected }: Control): string => {
  if (detect.length === 0) return typeof prevent === "string" ? "reported only" : "no";
  return corrected ? "yes" : "reported only";
};

const detection = ({ detect, prevent, why }: Control): string => {
  const compared = detect.length === Object.keys(resourceTypes).length ? "every kind" : unique(detect.map(kindOf)).join(", ");
  return [...(detect.length > 0 ? [compared] : []), ...why.map((text) => (typeof prevent === "string" ? text : `not: ${text}`))].join(
    "<br>",
  );
};

/** Prevention, detection and correction of each control. */
export const controlRows = [
  "| control | requirement | prevented by IAM for | compared by the evaluator for | corrected |",
  "| --- | --- | --- | --- | --- |",
  ...controls.map(
    (control) =>
      `| \`${control.id}\` | ${control.about} | ${typeof control.prevent === "string" ? `not: ${control.prevent}` : code(control.prevent)} | ${detection(control)} | ${correction(control)} |`,
  ),
].join("\n");

const typeRows: [string, ResourceType][] = Object.entries(resourceTypes);
const eventsOf = ({ state }: ResourceType) => (state === undefined ? "CloudTrail" : `CloudTrail, \`${state}\``);

/** Corrections of the mode `correct`, by resource type. */
export const correctionRows = [
  "| kind | resource type | events | correction |",
  "| --- | --- | --- | --- |",
  ...typeRows.map(([name, row]) => `| ${kinds[row.kind]} | \`${name}\` | ${eventsOf(row)} | ${row.correction} |`),
].join("\n");

/** List prices of us-east-1 in USD, read in November 2026, without free tiers. Source: AWS pricing pages of each service. */
const usd = { alarm: 0.1, messages: 0.4e-6, invocation: 0.2e-6, gbSecond: 13.3334e-6, put: 5e-6, get: 0.4e-6, logGb: 0.5 };
const alarms = 4;
/** An event: three requests of SQS, one invocation of half a second with 256 MB, one read of S3, and a line of 500 bytes. */
const perEvent = 3 * usd.messages + usd.invocation + 0.125 * usd.gbSecond + usd.get + (500 / 1e9) * usd.logGb;
const month = (events: number) => (alarms * usd.alarm + events * perEvent).toFixed(2);

export const controlCost = [
  "List prices of us-east-1 in November 2026, without free tiers; other regions differ.",
  "",
  "| evaluated events a month | USD a month |",
  "| --- | --- |",
  ...[0, 10_000, 100_000, 1_000_000].map((events) => `| ${events.toLocaleString("en-US")} | ${month(events)} |`),
].join("\n");
