// Lists the mutants of a source file. Pure.
import * as ts from "typescript";
import { isText, type TextRules } from "./texts";
import { type Mutant } from "./mutant";

type Change = Pick<Mutant, "operator" | "start" | "end" | "original" | "replacement" | "insert">;
type Operator = (node: ts.Node, source: ts.SourceFile) => Change[];

export const REMOVED = "removed";

const change = (operator: string, node: ts.Node, source: ts.SourceFile, replacement: string, insert = replacement): Change => ({
  operator,
  start: node.getStart(source),
  end: node.end,
  original: node.getText(source),
  replacement,
  insert,
});

const binary: Record<string, Partial<Record<ts.SyntaxKind, string[]>>> = {
  comparison: {
    [ts.SyntaxKind.EqualsEqualsEqualsToken]: ["!=="],
    [ts.SyntaxKind.ExclamationEqualsEqualsToken]: ["==="],
    [ts.SyntaxKind.LessThanToken]: ["<=", ">="],
    [ts.SyntaxKind.LessThanEqualsToken]: ["<", ">"],
    [ts.SyntaxKind.GreaterThanToken]: [">=", "<="],
    [ts.SyntaxKind.GreaterThanEqualsToken]: [">", "<"],
  },
  logical: {
    [ts.SyntaxKind.AmpersandAmpersandToken]: ["||"],
    [ts.SyntaxKind.BarBarToken]: ["&&"],
  },
  arithmetic: {
    [ts.SyntaxKind.PlusToken]: ["-"],
    [ts.SyntaxKind.MinusToken]: ["+"],
    [ts.SyntaxKind.AsteriskToken]: ["/"],
    [ts.SyntaxKind.AsteriskAsteriskToken]: ["*"],
    [ts.SyntaxKind.SlashToken]: ["*"],
    [ts.SyntaxKind.PercentToken]: ["*"],
    [ts.SyntaxKind.LessThanLessThanToken]: [">>"],
    [ts.SyntaxKind.GreaterThanGreaterThanToken]: ["<<"],
    [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken]: ["<<"],
    [ts.SyntaxKind.AmpersandToken]: ["|"],
    [ts.SyntaxKind.BarToken]: ["&"],
  },
};

const isStringLike = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) ||
  ts.isTemplateExpression(node) ||
  (ts.isBinaryExpression(node) && (isStringLike(node.left) || isStringLike(node.right)));

const replaceBinary: Operator = (node, source) => {
  if (!ts.isBinaryExpression(node)) return [];
  const { kind } = node.operatorToken;
  // `+` between strings is concatenation.
  if (kind === ts.SyntaxKind.PlusToken && isStringLike(node)) return [];
  return Object.entries(binary).flatMap(([operator, table]) =>
    (table[kind] ?? []).map((token) => {
      const text = source.text;
      const insert = `${text.slice(node.getStart(source), node.left.end)} ${token} ${node.right.getText(source)}`;
      return change(operator, node, source, insert);
    }),
  );
};

const dropDefault: Operator = (node, source) =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken
    ? [
        change("default value", node, source, `${node.left.getText(source)}!`, `((${node.left.getText(source)})!)`),
        change("default value", node, source, node.right.getText(source), `(${node.right.getText(source)})`),
      ]
    : [];

const conditionOf = (node: ts.Node): ts.Expression | undefined => {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) return node.expression;
  return ts.isConditionalExpression(node) ? node.condition : undefined;
};

const forceCondition: Operator = (node, source) => {
  const condition = conditionOf(node);
  if (!condition) return [];
  // A cast keeps the types of both branches, so that the mutant compiles.
  return ["true", "false"].map((value) => change("condition", condition, source, value, `(${value} as boolean)`));
};

const negation: Operator = (node, source) =>
  ts.isPrefixUnaryExpression(node) && [ts.SyntaxKind.ExclamationToken, ts.SyntaxKind.MinusToken].includes(node.operator)
    ? [change("negation", node, source, node.operand.getText(source))]
    : [];

const increment: Operator = (node, source) => {
  if (!ts.isPrefixUnaryExpression(node) && !ts.isPostfixUnaryExpression(node)) return [];
  if (node.operator !== ts.SyntaxKind.PlusPlusToken && node.operator !== ts.SyntaxKind.MinusMinusToken) return [];
  const text = node.getText(source);
  return [change("increment", node, source, text.includes("++") ? text.replace("++", "--") : text.replace("--", "++"))];
};

const booleanLiteral: Operator = (node, source) => {
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [change("boolean", node, source, "false")];
  return node.kind === ts.SyntaxKind.FalseKeyword ? [change("boolean", node, source, "true")] : [];
};

const numericLiteral: Operator = (node, source) =>
  ts.isNumericLiteral(node)
    ? [change("number", node, source, String(Number(node.text) + 1))]
    : ts.isBigIntLiteral(node)
      ? [change("number", node, source, `${BigInt(node.text.slice(0, -1)) + 1n}n`)]
      : [];

/** Strings that have an opposite, which is a more likely mistake than any other string. */
const opposites: Record<string, string> = {
  Allow: "Deny",
  Deny: "Allow",
  true: "false",
  false: "true",
  Enabled: "Disabled",
  Disabled: "Enabled",
  ENABLED: "DISABLED",
  DISABLED: "ENABLED",
};

const isTypeof = (node: ts.Node) => ts.isBinaryExpression(node.parent) && [node.parent.left, node.parent.right].some(ts.isTypeOfExpression);

const stringLiteral: Operator = (node, source) => {
  if (ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node))
    return ts.isTaggedTemplateExpression(node.parent) ? [] : [change("string", node, source, "``")];
  if (!ts.isStringLiteral(node) || isTypeof(node)) return [];
  // The type of an element of a tuple, `keyof` or a discriminated union rejects other strings; the compiler decides.
  const other = (Object.hasOwn(opposites, node.text) ? opposites[node.text] : undefined) ?? (node.text === "" ? "mutant" : "");
  const isKey = ts.isPropertyAssignment(node.parent) && node.parent.name === node;
  return isKey ? [] : [change("string", node, source, JSON.stringify(other))];
};

const patterns: [RegExp, string, string][] = [
  [/^\^/, "", "anchor"],
  [/(?<!\\)\$$/, "", "anchor"],
  [/\[\^/, "[", "class"],
  [/(?<!\\)\[(?!\^)/, "[^", "class"],
  [/(?<=[\])\w.])\+/, "*", "quantifier"],
  [/(?<=[\])\w.])\*/, "+", "quantifier"],
  [/(?<=[\])\w.])\?/, "", "quantifier"],
];
const regularExpression: Operator = (node, source) => {
  if (!ts.isRegularExpressionLiteral(node)) return [];
  const end = node.text.lastIndexOf("/");
  const [body, flags] = [node.text.slice(1, end), node.text.slice(end + 1)];
  const others = patterns.flatMap(([find, by]) => {
    const other = body.replace(find, by);
    return other === body || other === "" ? [] : [`/${other}/${flags}`];
  });
  const lengths = /\{(\d+)(,?)(\d*)\}/.exec(body);
  if (lengths) {
    const [all, from, comma, to] = lengths;
    others.push(`/${body.replace(all, `{${Number(from) + 1}${comma}${to}}`)}/${flags}`);
    if (to) others.push(`/${body.replace(all, `{${from},${Number(to) + 1}}`)}/${flags}`);
  }
  return others.map((text) => change("regular expression", node, source, text));
};

/** Removes each element of a list, with one comma. */
function withoutEach(operator: string, elements: ts.NodeArray<ts.Node>, source: ts.SourceFile): Change[] {
  return elements.map((element, i) => {
    const [previous, next] = [elements[i - 1], elements[i + 1]];
    const start = next || !previous ? element.getStart(source) : previous.end;
    const end = next ? next.getStart(source) : element.end;
    return { ...change(operator, element, source, REMOVED, ""), start, end };
  });
}

const isOmitted = (node: ts.Node) => ts.isOmittedExpression(node);
const arrayLiteral: Operator = (node, source) => {
  if (!ts.isArrayLiteralExpression(node) || node.elements.some(isOmitted)) return [];
  // The left side of an assignment is a pattern.
  if (ts.isBinaryExpression(node.parent) && node.parent.left === node && node.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken)
    return [];
  return withoutEach("element", node.elements, source);
};

const objectLiteral: Operator = (node, source) =>
  ts.isObjectLiteralExpression(node) ? withoutEach("property", node.properties, source) : [];

const removableCalls = new Set([
  "filter",
  "sort",
  "slice",
  "reverse",
  "toLowerCase",
  "toUpperCase",
  "trim",
  "concat",
  "toSorted",
  "replaceAll",
  "replace",
  "flat",
]);
/** Calls in the chain of a schema, which validate or set a default. */
const schemaCalls = new Set(["min", "max", "regex", "refine", "superRefine", "optional", "int", "prefault", "default", "nonempty"]);
const swappedCalls = new Map(
  Object.entries({
    some: "every",
    every: "some",
    startsWith: "endsWith",
    endsWith: "startsWith",
    min: "max",
    max: "min",
  }),
);

const callExpression: Operator = (node, source) => {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const { expression, name } = node.expression;
  const target = expression.getText(source);
  const call = name.text;
  const isMath = target === "Math";
  const changes: Change[] = [];
  if (removableCalls.has(call) || (schemaCalls.has(call) && !isMath))
    changes.push(callChange(node, source, `.${call}(…) ${REMOVED}`, target));
  const other = swappedCalls.get(call);
  if (other !== undefined && (isMath || !["min", "max"].includes(call)))
    changes.push({ ...change("call", name, source, other), original: `.${call}`, replacement: `.${other}` });
  return changes;
};

/** Shows only the call of a chain, which can be many lines long. */
const callChange = (node: ts.CallExpression, source: ts.SourceFile, replacement: string, insert: string): Change => {
  const { expression } = node.expression as ts.PropertyAccessExpression;
  return {
    ...change("call", node, source, replacement, insert),
    original: source.text.slice(expression.end, node.end).trim(),
    start: expression.getStart(source),
  };
};

const uniqueValues: Operator = (node, source) =>
  ts.isSpreadElement(node) &&
  ts.isNewExpression(node.expression) &&
  node.expression.expression.getText(source) === "Set" &&
  node.expression.arguments
    ? [change("call", node, source, `...${node.expression.arguments.map((argument) => argument.getText(source)).join()}`)]
    : [];

const optionalChaining: Operator = (node, source) => {
  if (!("questionDotToken" in node) || !node.questionDotToken) return [];
  const token = node.questionDotToken as ts.Node;
  const isProperty = ts.isPropertyAccessExpression(node);
  return [{ ...change("optional chaining", token, source, isProperty ? "!." : "!"), original: node.getText(source) }];
};

const isDirective = (node: ts.ExpressionStatement) => ts.isStringLiteral(node.expression);
const statement: Operator = (node, source) => {
  if (ts.isExpressionStatement(node) && !isDirective(node)) return [change("statement", node, source, REMOVED, ";")];
  return ts.isThrowStatement(node) || ts.isContinueStatement(node) || ts.isBreakStatement(node)
    ? [change("statement", node, source, REMOVED, ";")]
    : [];
};

const operators: Operator[] = [
  replaceBinary,
  dropDefault,
  forceCondition,
  negation,
  increment,
  booleanLiteral,
  numericLiteral,
  stringLiteral,
  regularExpression,
  arrayLiteral,
  objectLiteral,
  callExpression,
  uniqueValues,
  optionalChaining,
  statement,
];

const isTypeOnly = (node: ts.Node) =>
  ts.isTypeNode(node) ||
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isTypeParameterDeclaration(node);

const nameOf = (node: ts.Node): string | undefined => {
  if (
    "name" in node &&
    node.name &&
    (ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node) || ts.isClassDeclaration(node) || ts.isMethodDeclaration(node))
  )
    return (node.name as ts.Node).getText();
  return undefined;
};

/** All mutants of a file, except in text for readers. */
export function mutantsOf(file: string, text: string, rules: TextRules): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const found: Mutant[] = [];
  const seen = new Map<string, number>();
  const add = (change: Change, within: string) => {
    const same = JSON.stringify([within, change.original, change.replacement]);
    const occurrence = seen.get(same) ?? 0;
    seen.set(same, occurrence + 1);
    found.push({ ...change, file, within, occurrence, line: source.getLineAndCharacterOfPosition(change.start).line + 1 });
  };
  const visit = (node: ts.Node, within: string): void => {
    if (isTypeOnly(node) || isText(node, source, rules)) return;
    const name = nameOf(node);
    const inner = name === undefined ? within : name.length > 40 ? `${name.slice(0, 40)}…` : name;
    for (const operator of operators)
      for (const item of operator(node, source)) if (!isRemovedText(node, item, source, rules)) add(item, inner);
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(source, "");
  return found;
}

/** Whether a change removes an element or a property that consists of a text only. */
function isRemovedText(node: ts.Node, { replacement, original }: Change, source: ts.SourceFile, rules: TextRules): boolean {
  if (replacement !== REMOVED) return false;
  const parts = ts.isArrayLiteralExpression(node) ? node.elements : ts.isObjectLiteralExpression(node) ? node.properties : [];
  return parts.some((part) => part.getText(source) === original && isText(part, source, rules));
}
