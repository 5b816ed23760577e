// Recognizes code that only writes text for readers. Tests must not depend on the words of such text. Pure.
import * as ts from "typescript";

export interface TextRules {
  /** Properties whose values are text for readers. */
  properties: ReadonlySet<string>;
  /** Methods whose arguments are text for readers. */
  methods: ReadonlySet<string>;
  /** Whether words in a row make a string a sentence. False in files that write shell commands or queries. */
  areSentencesTexts: boolean;
}

/** Three words in a row, after the removal of embedded values. */
const sentence = /(^|[\s(])[A-Za-z'’-]{2,}[,;:]? [a-z'’-]+,? [a-z'’`-]+/;

/** The literal parts of a string, with embedded values as `x`. Undefined for another expression. */
function literalText(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node)) return node.head.text + node.templateSpans.map(({ literal }) => `x${literal.text}`).join("");
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [literalText(node.left), literalText(node.right)];
    return left === undefined && right === undefined ? undefined : (left ?? "x") + (right ?? "x");
  }
  return undefined;
}

/** Whether a function receives this argument only as text: what is wrong, how to fix it, or what a permission is for. */
const isArgumentForReaders = (node: ts.Node): boolean =>
  node.parent !== undefined &&
  ts.isCallExpression(node.parent) &&
  ts.isIdentifier(node.parent.expression) &&
  /(problem|^allow)$/i.test(node.parent.expression.text) &&
  node.parent.arguments.includes(node as ts.Expression);

const propertyName = (node: ts.PropertyAssignment): string | undefined =>
  ts.isIdentifier(node.name) || ts.isStringLiteral(node.name) ? node.name.text : undefined;

/** Whether this part of the code cannot change the behavior of Cloister. */
export function isText(node: ts.Node, source: ts.SourceFile, rules: TextRules): boolean {
  if (rules.areSentencesTexts && sentence.test(literalText(node) ?? "")) return true;
  if (ts.isPropertyAssignment(node)) return rules.properties.has(propertyName(node) ?? "") || isText(node.initializer, source, rules);
  if (ts.isShorthandPropertyAssignment(node)) return rules.properties.has(node.name.text);
  if (isArgumentForReaders(node)) return /\s/.test(literalText(node) ?? "");
  if (ts.isNewExpression(node)) return /Error$/.test(node.expression.getText(source));
  const { parent } = node;
  return (
    parent !== undefined &&
    ts.isCallExpression(parent) &&
    ts.isPropertyAccessExpression(parent.expression) &&
    rules.methods.has(parent.expression.name.text) &&
    parent.arguments.includes(node as ts.Expression)
  );
}
