// Rewrites the calls of a definition file, so that each tells where it stands and where its value goes:
//   before   const hidden = nn.tanh(f(x))
//   after    const hidden = __gradc_invoke(0, nn, "tanh", [__gradc_call(1, f, [x])])
// Functions that are translated rather than run stay as they are, inside `__gradc_source(k, f, () => ({ names it takes from around it }))`.
import type { ts } from "@ts-morph/common";
import type { Position } from "../ir/node.ts";
import { partsOf, reachOf, type TypeScript } from "./reach.ts";
import { freeNames, type ScalarNode, startOf, withoutTypes } from "./scalar-sources.ts";
import type { Site } from "./site.ts";

/** What rewritten code is given, by name, beside the parameters of a CommonJS module. */
export const injected = { call: "__gradc_call", invoke: "__gradc_invoke", source: "__gradc_source", meta: "__gradc_meta" } as const;

/** The tables that rewritten code refers to by index. */
export interface Rewritten {
  readonly sites: Site[];
  readonly scalars: { readonly text: string; readonly position: Position }[];
}

/** What a rewrite knows of its file. */
interface Rewriting extends Rewritten {
  readonly api: TypeScript;
  readonly checker: ts.TypeChecker;
  readonly file: ts.SourceFile;
  /** Name of the file in positions. */
  readonly name: string;
}

/** The place of `offset` in `file`, lines and columns from 1. */
export function positionAt(file: ts.SourceFile, name: string, offset: number): Position {
  const { line, character } = file.getLineAndCharacterOfPosition(offset);
  return { file: name, line: line + 1, column: character + 1 };
}

function addSite({ api, file, name, sites }: Rewriting, call: ts.CallExpression): ts.NumericLiteral {
  const place = (node: ts.Node) => positionAt(file, name, node.getStart(file));
  const { target, ...reach } = reachOf(api, call);
  const callee = call.expression.getText(file).replace(/\s+/g, " ");
  const parts = partsOf(api, call);
  sites.push({ position: place(call), callee, ...reach, ...(target && { target: place(target) }), ...(parts.length > 0 && { parts }) });
  return api.factory.createNumericLiteral(sites.length - 1);
}

// `super`, `import` and `require` are syntax or read by TypeScript; optional calls may not happen; a private method cannot be called by name.
// `Math` makes no layers, and a scalar function that reaches `elementwise` in a roundabout way must stay plain JavaScript.
function isRewritable(api: TypeScript, { expression, flags }: ts.CallExpression): boolean {
  const isKeyword = expression.kind === api.SyntaxKind.SuperKeyword || expression.kind === api.SyntaxKind.ImportKeyword;
  if (isKeyword || flags & api.NodeFlags.OptionalChain) return false;
  if (api.isIdentifier(expression)) return expression.text !== "require" && expression.text !== "eval";
  if (!api.isPropertyAccessExpression(expression) && !api.isElementAccessExpression(expression)) return true;
  const isPrivate = api.isPropertyAccessExpression(expression) && api.isPrivateIdentifier(expression.name);
  const receiver = expression.expression;
  return !isPrivate && receiver.kind !== api.SyntaxKind.SuperKeyword && !(api.isIdentifier(receiver) && receiver.text === "Math");
}

function rewrittenCall(rewriting: Rewriting, node: ts.CallExpression, visit: (node: ts.Node) => ts.Node): ts.Expression {
  const { api } = rewriting;
  const { factory } = api;
  const inner = (expression: ts.Expression) => visit(expression) as ts.Expression;
  const site = addSite(rewriting, node);
  const args = factory.createArrayLiteralExpression(node.arguments.map(inner));
  const callee = node.expression;
  const operands = api.isPropertyAccessExpression(callee)
    ? [inner(callee.expression), factory.createStringLiteral(callee.name.text)]
    : api.isElementAccessExpression(callee)
      ? [inner(callee.expression), inner(callee.argumentExpression)]
      : [inner(callee)];
  const run = factory.createIdentifier(operands.length === 1 ? injected.call : injected.invoke);
  return api.setTextRange(factory.createCallExpression(run, undefined, [site, ...operands, args]), node);
}

function sourceCall({ api, checker, file, name, scalars }: Rewriting, node: ScalarNode, value: ts.Expression): ts.Expression {
  const { factory } = api;
  scalars.push({ text: withoutTypes(api, node), position: positionAt(file, name, startOf(api, node)) });
  const captured = [...freeNames(api, checker, node)].map(([text, use]) => factory.createPropertyAssignment(factory.createStringLiteral(text), use));
  const record = factory.createParenthesizedExpression(factory.createObjectLiteralExpression(captured));
  const reader = factory.createArrowFunction(undefined, undefined, [], undefined, undefined, record);
  const index = factory.createNumericLiteral(scalars.length - 1);
  return api.setTextRange(factory.createCallExpression(factory.createIdentifier(injected.source), undefined, [index, value, reader]), value);
}

function rewrittenScalar(rewriting: Rewriting, node: ScalarNode): ts.Node | ts.Node[] {
  const { factory, isFunctionDeclaration } = rewriting.api;
  if (!isFunctionDeclaration(node)) return sourceCall(rewriting, node, node);
  if (!node.name) return node;
  return [node, factory.createExpressionStatement(sourceCall(rewriting, node, factory.createIdentifier(node.name.text)))];
}

const isImportMeta = (api: TypeScript, node: ts.Node) => api.isMetaProperty(node) && node.keywordToken === api.SyntaxKind.ImportKeyword;

/** The transformation of `file`, which fills `sites` and `scalars` as it runs; `translated` are the functions to leave alone. */
export function rewriteCalls(
  api: TypeScript,
  checker: ts.TypeChecker,
  name: string,
  translated: ReadonlySet<ts.Node>,
  tables: Rewritten,
): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const rewriting: Rewriting = { ...tables, api, checker, file, name };
    const visit = (node: ts.Node): ts.Node => {
      if (translated.has(node)) return rewrittenScalar(rewriting, node as ScalarNode) as ts.Node;
      if (api.isCallExpression(node) && isRewritable(api, node)) return rewrittenCall(rewriting, node, visit);
      if (isImportMeta(api, node)) return api.factory.createIdentifier(injected.meta);
      return api.visitEachChild(node, visit, context);
    };
    return api.visitNode(file, visit) as ts.SourceFile;
  };
}
