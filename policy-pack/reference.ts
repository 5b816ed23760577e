// Renders the guardrails as a Markdown table for docs/reference/guardrails.md.
import { catalogue } from "./catalogue";
import { type Rule } from "./rule-kit";

const columns: [string, (rule: Rule) => string][] = [
  ["Guardrail", ({ name }) => `\`${name}\``],
  ["Requirement", ({ description }) => description],
  ["Risk", ({ risk }) => risk],
  ["Severity", ({ severity }) => severity],
  [
    "Control and equivalents",
    ({ control, publicIds }) => [`NIST SP 800-53 ${control.reference}: ${control.specification}`, ...publicIds].join("; "),
  ],
  ["Fix", ({ fix }) => fix],
  [
    "Settings (default)",
    ({ settings = {} }) =>
      Object.entries(settings)
        .map(([name, { description, default: value }]) => `\`${name}\` (\`${JSON.stringify(value)}\`): ${description}`)
        .join("<br>"),
  ],
];

/** Escapes `|`, which ends a cell, and `<`, which starts a tag. */
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll(/<(?!br>)/g, "&lt;");
const row = (cells: string[]) => `| ${cells.join(" | ")} |`;

/** All guardrails as a Markdown table. */
export const guardrailTable = (rules: Rule[] = catalogue) =>
  [
    row(columns.map(([title]) => title)),
    row(columns.map(() => "---")),
    ...rules.map((rule) => row(columns.map(([, read]) => cell(read(rule)) || "none"))),
  ].join("\n") + "\n";
