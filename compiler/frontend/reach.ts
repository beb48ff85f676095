// Where the value of a call goes: the variable, property or return key that it reaches within its function.
import type { ts } from "@ts-morph/common";
import type { SitePart } from "./site.ts";

/** TypeScript, as ts-morph brings it. */
export type TypeScript = typeof ts;

/** The name that a value reaches; `direct` where the value itself carries it, not something computed from it. */
interface Reach {
  readonly name?: string;
  /** The declaration, assignment or property that gives the name. */
  readonly target?: ts.Node;
  readonly direct: boolean;
}

type Wrapper = ts.ParenthesizedExpression | ts.AsExpression | ts.NonNullExpression | ts.SatisfiesExpression | ts.TypeAssertion;

/** Whether `node` only surrounds an expression, with parentheses or a statement of its type. */
export const isWrapper = (api: TypeScript, node: ts.Node): node is Wrapper =>
  api.isParenthesizedExpression(node) ||
  api.isAsExpression(node) ||
  api.isNonNullExpression(node) ||
  api.isSatisfiesExpression(node) ||
  api.isTypeAssertionExpression(node);

// Parts of expressions that are values too: what is computed from a value reaches what the value reaches.
const isOperation = (api: TypeScript, node: ts.Node): boolean =>
  (api.isExpression(node) && !api.isFunctionLike(node) && !api.isObjectLiteralExpression(node)) ||
  api.isSpreadElement(node) ||
  api.isSpreadAssignment(node) ||
  api.isTemplateSpan(node);

const isAssignment = (api: TypeScript, node: ts.Node): node is ts.BinaryExpression =>
  api.isBinaryExpression(node) &&
  node.operatorToken.kind >= api.SyntaxKind.FirstAssignment &&
  node.operatorToken.kind <= api.SyntaxKind.LastAssignment;

function keyText(api: TypeScript, key: ts.PropertyName): string | undefined {
  if (api.isComputedPropertyName(key)) return api.isStringLiteralLike(key.expression) ? key.expression.text : undefined;
  return key.text;
}

/** `x`, `this.x`, `a.x`, `a["x"]`: x; `a[i]`: a. */
function targetText(api: TypeScript, target: ts.Expression): string | undefined {
  if (api.isIdentifier(target)) return target.text;
  if (api.isPropertyAccessExpression(target)) return target.name.text.replace(/^#/, "");
  if (!api.isElementAccessExpression(target)) return undefined;
  return api.isStringLiteralLike(target.argumentExpression) ? target.argumentExpression.text : targetText(api, target.expression);
}

/** Whether an object literal is, or is inside, an argument of a call: its keys are options then. */
function isOptions(api: TypeScript, literal: ts.Node): boolean {
  let node = literal;
  while (
    isWrapper(api, node.parent) ||
    api.isArrayLiteralExpression(node.parent) ||
    api.isObjectLiteralElement(node.parent) ||
    api.isObjectLiteralExpression(node.parent)
  ) {
    node = node.parent;
  }
  return api.isCallOrNewExpression(node.parent) && node.parent.expression !== node;
}

/** The name that `parent` gives to the value of its part `node`; null where it gives none and passes nothing on. */
function nameGiven(api: TypeScript, node: ts.Node, parent: ts.Node): string | null | undefined {
  if (isAssignment(api, parent)) return (parent.right === node && targetText(api, parent.left)) || null;
  const declares = api.isVariableDeclaration(parent) || api.isPropertyDeclaration(parent) || api.isParameter(parent) || api.isBindingElement(parent);
  if (declares) return api.isIdentifier(parent.name) || api.isPrivateIdentifier(parent.name) ? parent.name.text.replace(/^#/, "") : null;
  if (api.isPropertyAssignment(parent)) return isOptions(api, parent.parent) ? undefined : keyText(api, parent.name);
  return api.isObjectLiteralExpression(parent) || isOperation(api, parent) ? undefined : null;
}

/** The key of `f()[0]`, `f()["values"]` and `f().values`, by which `parent` takes a part of `node`. */
function keyTaken(api: TypeScript, node: ts.Node, parent: ts.Node): string | number | undefined {
  if (api.isPropertyAccessExpression(parent)) return parent.expression === node ? parent.name.text : undefined;
  if (!api.isElementAccessExpression(parent) || parent.expression !== node) return undefined;
  const { argumentExpression: key } = parent;
  if (api.isNumericLiteral(key)) return Number(key.text);
  return api.isStringLiteralLike(key) ? key.text : undefined;
}

/** The parts that `const [a, b] =` and `const { values: v } =` take. */
function partsTaken(api: TypeScript, pattern: ts.BindingPattern): SitePart[] {
  return pattern.elements.flatMap((element, at): SitePart[] => {
    if (api.isOmittedExpression(element) || element.dotDotDotToken || !api.isIdentifier(element.name)) return [];
    const { text: name } = element.name;
    if (api.isArrayBindingPattern(pattern)) return [{ key: at, name }];
    const key = element.propertyName ? keyText(api, element.propertyName) : name;
    return key === undefined ? [] : [{ key, name }];
  });
}

/** The parts of what `declaration` names that the same block reads, `best.values` of `const best = f()`, by the expression that reads them. */
function partsRead(api: TypeScript, declaration: ts.VariableDeclaration, name: string): SitePart[] {
  const keys = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (api.isPropertyAccessExpression(node) && api.isIdentifier(node.expression) && node.expression.text === name) keys.add(node.name.text);
    api.forEachChild(node, visit);
  };
  api.forEachChild(declaration.parent.parent.parent, visit);
  return [...keys].map((key) => ({ key, name: `${name}.${key}` }));
}

/** The parts of the value of `call` that variables carry by themselves. */
export function partsOf(api: TypeScript, call: ts.CallExpression): readonly SitePart[] {
  let node: ts.Node = call;
  const outwards = () => {
    while (isWrapper(api, node.parent)) node = node.parent;
    return node.parent;
  };
  let parent = outwards();
  const key = keyTaken(api, node, parent);
  if (key !== undefined) {
    node = parent;
    parent = outwards();
  }
  if (!api.isVariableDeclaration(parent)) return [];
  if (api.isIdentifier(parent.name)) return key === undefined ? partsRead(api, parent, parent.name.text) : [{ key, name: parent.name.text }];
  return key === undefined ? partsTaken(api, parent.name) : [];
}

/** The variable `b` of `const [a, b] = [f(), g()]` that carries `node`, an element of the array `parent`. */
function variableOfElement(api: TypeScript, node: ts.Node, parent: ts.Node): ts.BindingElement | undefined {
  if (!api.isArrayLiteralExpression(parent) || parent.elements.some((element) => api.isSpreadElement(element))) return undefined;
  let value: ts.Node = parent;
  while (isWrapper(api, value.parent)) value = value.parent;
  const { parent: declaration } = value;
  if (!api.isVariableDeclaration(declaration) || !api.isArrayBindingPattern(declaration.name)) return undefined;
  const element = declaration.name.elements[parent.elements.indexOf(node as ts.Expression)];
  return element && api.isBindingElement(element) && !element.dotDotDotToken ? element : undefined;
}

/** Follows the value of `call` outwards to the first name. */
export function reachOf(api: TypeScript, call: ts.CallExpression): Reach {
  let direct = true;
  for (let node: ts.Node = call; node.parent; node = node.parent) {
    const parent = node.parent;
    if (isWrapper(api, parent)) continue;
    const variable = variableOfElement(api, node, parent);
    if (variable && api.isIdentifier(variable.name)) return { name: variable.name.text, target: variable, direct };
    const name = nameGiven(api, node, parent);
    if (isAssignment(api, parent) && parent.operatorToken.kind !== api.SyntaxKind.EqualsToken) direct = false;
    if (name === null) return { direct };
    if (name !== undefined) return { name, target: parent, direct };
    direct = false;
  }
  return { direct };
}
