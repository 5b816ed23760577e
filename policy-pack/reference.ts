// The guardrails as a page for people.
import { catalogue } from "./catalogue";
import { type Rule } from "./rule-kit";

const columns: [string, (rule: Rule) => string][] = [
  ["Guardrail", ({ name }) => `\`${name}\``],
  ["What must hold", ({ description }) => description],
  ["Why", ({ why }) => why],
  ["Severity", ({ severity }) => severity],
  [
    "Control, and the same elsewhere",
    ({ control, publicIds }) => [`NIST SP 800-53 ${control.reference}: ${control.specification}`, ...publicIds].join("; "),
  ],
  ["What to write", ({ fix }) => fix],
  [
    "Settings, and what they are by themselves",
    ({ settings = {} }) =>
      Object.entries(settings)
        .map(([name, { description, default: value }]) => `\`${name}\` (\`${JSON.stringify(value)}\`): ${description}`)
        .join("<br>"),
  ],
];

/** In a cell a bar would end it, and an angle bracket begin a tag. */
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll(/<(?!br>)/g, "&lt;");
const row = (cells: string[]) => `| ${cells.join(" | ")} |`;

/** All guardrails as a Markdown table. */
export const guardrailTable = (rules: Rule[] = catalogue) =>
  [
    row(columns.map(([title]) => title)),
    row(columns.map(() => "---")),
    ...rules.map((rule) => row(columns.map(([, read]) => cell(read(rule)) || "none"))),
  ].join("\n") + "\n";
