// Formats the steps of a preview, as `pulumi preview` does. Pure.
import { oneLine } from "@cloister/common";
import { type Outcome, type PropertyChange, type ResourceStep, shortUrn, valueText } from "./engine";
import { type StackPlan } from "./stacks";

/** The operations that are shown. A replacement has further steps, which the engine reports as well. */
const symbols: Record<string, string> = { create: "+", update: "~", replace: "+-", delete: "-", import: "=" };

/** Longer values, such as policies, are not shown. */
const maxCharacters = 60;
/** Changed properties of a resource that are shown. */
const maxProperties = 10;

/** `~ tags.Owner: "fraud" => "risk"` */
function propertyText({ path, old, new: next, replaces }: PropertyChange): string {
  const symbol = old === undefined && next !== undefined ? "+" : next === undefined && old !== undefined ? "-" : "~";
  const values = [old, next].filter((value) => value !== undefined).map(valueText);
  const isShort = values.every((value) => value.length <= maxCharacters);
  return oneLine(`${symbol} ${path}${isShort && values.length > 0 ? `: ${values.join(" => ")}` : ""}${replaces ? " (replaces)" : ""}`);
}

function stepLines({ op, urn, properties = [] }: ResourceStep): string[] {
  const symbol = symbols[op];
  if (symbol === undefined) return [];
  const more = properties.length - maxProperties;
  return [
    `  ${symbol.padEnd(2)} ${op.padEnd(7)} ${shortUrn(urn)}`,
    ...properties.slice(0, maxProperties).map((property) => `       ${propertyText(property)}`),
    ...(more > 0 ? [`       and ${more} more`] : []),
  ];
}

/** The planned steps of each stack, with short values of changed properties. Empty if nothing changes. */
export function stepsText(stacks: StackPlan[], outcomes: Map<string, Pick<Outcome, "steps">>): string {
  return stacks
    .flatMap(({ id }) => {
      const lines = outcomes.get(id)!.steps.flatMap(stepLines);
      return lines.length > 0 ? ["", id, ...lines] : [];
    })
    .join("\n");
}
