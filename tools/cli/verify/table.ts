// All assumptions, and the table of them for the documentation. Pure.
import { auditAssumptions } from "./assumptions/audit";
import { catalogAssumptions } from "./assumptions/catalog";
import { controlsAssumptions } from "./assumptions/controls";
import { networkAssumptions } from "./assumptions/network";
import { roleAssumptions } from "./assumptions/roles";
import { studioAssumptions } from "./assumptions/studio";
import { areas, type Assumption } from "./types";

/** By area, in the order of `areas`. */
export const assumptions: Assumption[] = areas.flatMap((area) =>
  [
    ...auditAssumptions,
    ...catalogAssumptions,
    ...controlsAssumptions,
    ...networkAssumptions,
    ...roleAssumptions,
    ...studioAssumptions,
  ].filter((assumption) => assumption.area === area),
);

/** What shows whether an assumption is true. */
export const evidenceOf = ({ check, creates }: Assumption): string =>
  [
    ...("none" in check ? [`not checked: ${check.none}`] : [check.reads]),
    ...(creates ? [`with \`--create\`: ${creates.creates}`] : []),
  ].join("; ");

/** Lines of a Markdown table. */
export const assumptionTable = (): string[] => [
  "| area | id | assumption | code | effect if wrong | fallback | check |",
  "| --- | --- | --- | --- | --- | --- | --- |",
  ...assumptions.map(
    (assumption) =>
      `| ${assumption.area} | \`${assumption.id}\` | ${assumption.text} | \`${assumption.code.file}\` (\`${assumption.code.symbol}\`) | ${assumption.effect} | ${assumption.fallback} | ${evidenceOf(assumption)} |`,
  ),
];
