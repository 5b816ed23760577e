// Renders cloister.html, a diagram and tables of deployed stacks, from their states alone. One page without scripts
// that loads no other file.
import { countText } from "../count-text";
import { diagramOf } from "./diagram";
import { escapeHtml, isInAws, type ReportStack } from "./resources";
import { svgOf } from "./svg";
import { stackSection } from "./table";

export interface ReportInput {
  title: string;
  /** Where the stacks are deployed, in one sentence. */
  location: string;
  stacks: ReportStack[];
  createdAt: Date;
}

const style = `
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.45; }
body { margin: 2rem auto; max-width: 90rem; padding: 0 1rem; }
.diagram { background: #fff; border: 1px solid #ccc; border-radius: .5rem; padding: .5rem; }
.diagram svg { display: block; width: 100%; height: auto; }
.diagram text { font-family: Courier, ui-monospace, monospace; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; }
th, td { text-align: left; padding: .2rem .6rem; border-bottom: 1px solid #8884; overflow-wrap: anywhere; }
details { margin: .8rem 0; } summary { cursor: pointer; font-weight: 600; }
.note { border-left: .3rem solid #3b6ea5; padding: .3rem .8rem; background: #3b6ea522; }
.bad { color: light-dark(#b00020, #ff8a80); }
@media print { body { margin: 0; max-width: none; } details::details-content { content-visibility: visible; block-size: auto; } tr { break-inside: avoid; } }`;

/** The report as an HTML page. */
export async function reportPage({ title, location, stacks, createdAt }: ReportInput): Promise<string> {
  const svg = await svgOf(diagramOf(stacks));
  const count = stacks.flatMap(({ resources }) => resources).filter(isInAws).length;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><h1>${escapeHtml(title)}</h1>
<p class="note">${escapeHtml(location)}. Created on ${escapeHtml(createdAt.toISOString())} from the Pulumi state: ${countText(count, "AWS resource")} in ${countText(stacks.length, "stack")}.</p>
<div class="diagram">${svg}</div>
<h2>Stacks</h2>
${stacks.map(stackSection).join("\n")}
</body></html>
`;
}
