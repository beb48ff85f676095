// Finds the functions of a definition file that `elementwise` translates, which are never evaluated.
import type { ts } from "@ts-morph/common";
import { isWrapper, type TypeScript } from "./reach.ts";

/** A function whose source is translated. */
export type ScalarNode = ts.ArrowFunction | ts.FunctionExpression | ts.FunctionDeclaration;

const isScalarNode = (api: TypeScript, node: ts.Node | undefined): node is ScalarNode =>
  node !== undefined && (api.isArrowFunction(node) || api.isFunctionExpression(node) || api.isFunctionDeclaration(node));

/** The symbol behind an identifier or the last name of `a.b`, through imports. */
function symbolOf(api: TypeScript, checker: ts.TypeChecker, node: ts.Node): ts.Symbol | undefined {
  const symbol = checker.getSymbolAtLocation(api.isPropertyAccessExpression(node) ? node.name : node);
  return symbol && symbol.flags & api.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function isElementwise(api: TypeScript, checker: ts.TypeChecker, callee: ts.Expression): boolean {
  const written = api.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
  const imported = checker.getSymbolAtLocation(callee)?.declarations?.find(api.isImportSpecifier);
  return written === "elementwise" || imported?.propertyName?.text === "elementwise";
}

function functionBehind(api: TypeScript, checker: ts.TypeChecker, argument: ts.Expression): ScalarNode | undefined {
  if (isWrapper(api, argument)) return functionBehind(api, checker, argument.expression);
  if (isScalarNode(api, argument)) return argument;
  const declaration = symbolOf(api, checker, argument)?.valueDeclaration;
  const value = declaration && api.isVariableDeclaration(declaration) ? declaration.initializer : declaration;
  return isScalarNode(api, value) ? value : undefined;
}

/** The functions that calls of `elementwise` in `files` have as first argument, written there or by name. */
export function scalarFunctions(api: TypeScript, checker: ts.TypeChecker, files: readonly ts.SourceFile[]): ReadonlySet<ts.Node> {
  const found = new Set<ts.Node>();
  const visit = (node: ts.Node): void => {
    if (api.isCallExpression(node) && node.arguments[0] && isElementwise(api, checker, node.expression)) {
      const scalar = functionBehind(api, checker, node.arguments[0]);
      if (scalar) found.add(scalar);
    }
    api.forEachChild(node, visit);
  };
  for (const file of files) visit(file);
  return found;
}

/** The spans of `node` that are TypeScript but not JavaScript. */
function typeSpans(api: TypeScript, node: ts.Node): [number, number][] {
  const spans: [number, number][] = [];
  const visit = (inner: ts.Node): void => {
    if (api.isAsExpression(inner) || api.isSatisfiesExpression(inner) || api.isNonNullExpression(inner))
      spans.push([inner.expression.end, inner.end]);
    if (api.isTypeAssertionExpression(inner)) spans.push([inner.getStart(), inner.expression.pos]);
    if (api.isParameter(inner) && inner.questionToken) spans.push([inner.questionToken.getStart(), inner.questionToken.end]);
    const annotated = api.isParameter(inner) || api.isVariableDeclaration(inner) || isScalarNode(api, inner);
    if (annotated && inner.type) spans.push([inner.type.pos - 1, inner.type.end]);
    if (isScalarNode(api, inner) && inner.typeParameters) spans.push([inner.typeParameters.pos - 1, inner.typeParameters.end + 1]);
    api.forEachChild(inner, visit);
  };
  visit(node);
  return spans;
}

/** Where the function itself begins: `export` and `default` are not part of it. */
export function startOf(api: TypeScript, node: ScalarNode): number {
  const keyword = api.isFunctionDeclaration(node) && node.getChildren().find((child) => child.kind === api.SyntaxKind.FunctionKeyword);
  return (keyword || node).getStart();
}

/** The source of `node` as JavaScript, every character at its place: types become spaces. */
export function withoutTypes(api: TypeScript, node: ScalarNode): string {
  let text = node.getSourceFile().text;
  for (const [from, to] of typeSpans(api, node)) text = text.slice(0, from) + text.slice(from, to).replace(/[^\n]/g, " ") + text.slice(to);
  return text.slice(startOf(api, node), node.end);
}

/** Names that `node` takes from the definition around it, each with one place where it does: not its own, and not the globals. */
export function freeNames(api: TypeScript, checker: ts.TypeChecker, node: ScalarNode): ReadonlyMap<string, ts.Identifier> {
  const free = new Map<string, ts.Identifier>();
  const isFree = (name: ts.Identifier): boolean => {
    const declaration = checker.getSymbolAtLocation(name)?.declarations?.[0];
    if (!declaration || declaration.getSourceFile().isDeclarationFile) return false;
    return declaration.getSourceFile() !== node.getSourceFile() || declaration.pos < node.pos || declaration.end > node.end;
  };
  const visit = (inner: ts.Node): void => {
    if (api.isTypeNode(inner)) return;
    if (api.isIdentifier(inner) && isFree(inner)) free.set(inner.text, inner);
    if (api.isPropertyAccessExpression(inner)) visit(inner.expression);
    else api.forEachChild(inner, visit);
  };
  if (node.body) visit(node.body);
  return free;
}
