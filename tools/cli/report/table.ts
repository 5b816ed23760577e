import { countText } from "../count-text";
import { escapeHtml, isInAws, nameOf, type ReportStack } from "./resources";

const row = (cells: string[], tag = "td") => `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;

/** The section for a stack: violations, evaluated policies and a table of all resources. */
export function stackSection({ id, resources, outcome }: ReportStack): string {
  const rows = resources
    .filter(({ type }) => !type.startsWith("pulumi:"))
    .map((resource) => row([nameOf(resource), resource.type, resource.custom === false ? "component" : (resource.id ?? "")]));
  const violations = (outcome?.violations ?? []).map(
    ({ policy, urn, message }) =>
      `<li class="bad">${escapeHtml([policy, urn.split("::").at(-1), message].filter(Boolean).join(": "))}</li>`,
  );
  const summary = [
    countText(resources.filter(isInAws).length, "resource"),
    ...(outcome
      ? [
          `${outcome.policies.length} ${outcome.policies.length === 1 ? "policy" : "policies"} evaluated`,
          violations.length === 0 ? "no violations" : countText(violations.length, "warning"),
        ]
      : []),
  ].join(", ");
  return `<details><summary>${escapeHtml(id)}: ${summary}</summary>
${violations.length > 0 ? `<ul>${violations.join("")}</ul>` : ""}
<p>${escapeHtml((outcome?.policies ?? []).join(", "))}</p>
<table><thead>${row(["name", "type", "id"], "th")}</thead><tbody>${rows.join("\n")}</tbody></table></details>`;
}
