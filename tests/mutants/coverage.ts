// Finds which functions of a source file a test runs. Pure.
import * as ts from "typescript";

/** The name of the global function that instrumented code calls. */
export const HOOK = "__cloisterCovered";

/** A part of a file that runs as a whole: a function, or the file itself when it is loaded. */
interface Part {
  start: number;
  end: number;
}

const bodiesOf = (source: ts.SourceFile): { part: Part; body: ts.Node }[] => {
  const found: { part: Part; body: ts.Node }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body)
      found.push({ part: { start: node.getStart(source), end: node.end }, body: node.body as ts.Node });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

const parse = (file: string, text: string) => ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);

/** The text with a call of the hook in each part. Part 0 is the file. */
export function instrumented(file: string, text: string): string {
  const source = parse(file, text);
  const hook = (part: number) => `globalThis.${HOOK}?.(${JSON.stringify(file)}, ${part})`;
  const inserts: [number, string][] = [[0, `${hook(0)};`]];
  for (const [i, { body }] of bodiesOf(source).entries()) {
    if (ts.isBlock(body)) inserts.push([body.getStart(source) + 1, `${hook(i + 1)};`]);
    else inserts.push([body.getStart(source), `(${hook(i + 1)}, `], [body.end, ")"]);
  }
  // From the last to the first, so that positions stay valid. At one position, the outer part is inserted last.
  return inserts
    .map(([at, insert], order) => ({ at, insert, order }))
    .sort((a, b) => b.at - a.at || (a.insert === ")" ? 1 : -1) * (a.order - b.order))
    .reduce((changed, { at, insert }) => changed.slice(0, at) + insert + changed.slice(at), text);
}

/** The innermost part that contains each position. */
export function partOf(file: string, text: string): (position: number) => number {
  const parts = bodiesOf(parse(file, text)).map(({ part }) => part);
  const contains = (position: number, { start, end }: Part) => start <= position && position < end;
  // Inner functions follow outer functions.
  return (position) => parts.reduce((found, part, i) => (contains(position, part) ? i + 1 : found), 0);
}
