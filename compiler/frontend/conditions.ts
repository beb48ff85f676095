// Tensors where JavaScript asks for a truth value or whether two values are one. Nothing is converted there, so that only types can tell:
// `if (ops.compare(p, 0, "gt"))` would always hold, `p === y` never. Other operators are told by the same types, before TypeScript speaks of numbers.
import type { ts } from "@ts-morph/common";
import { isWrapper, type TypeScript } from "./reach.ts";

/** A tensor of a file that is used as a condition or with an operator of JavaScript. */
export interface Misuse {
  readonly tensor: ts.Expression;
  readonly as: "condition" | "operand";
}

/** What is looked through: the files of a definition within their program. */
interface Looking {
  readonly api: TypeScript;
  readonly checker: ts.TypeChecker;
  /** The definition's own files; other declarations are gradc's or a package's. */
  readonly files: ReadonlySet<ts.SourceFile>;
}

/** The surely tensors that are asked for their truth or are operands: results of gradc's functions, in constants too, and inputs of a model. */
export function misusedTensors({ api, program, files }: { api: TypeScript; program: ts.Program; files: readonly ts.SourceFile[] }): Misuse[] {
  const looking: Looking = { api, checker: program.getTypeChecker(), files: new Set(files) };
  // Without strict nulls what may be missing has the type of a tensor, and to ask for it is right.
  const { strict, strictNullChecks = strict } = program.getCompilerOptions();
  return strictNullChecks ? files.flatMap((file) => misusesIn(looking, file)) : [];
}

function misusesIn(looking: Looking, file: ts.SourceFile): Misuse[] {
  const { api } = looking;
  const found = new Map<ts.Expression, Misuse>();
  const add = (parts: readonly ts.Expression[], as: Misuse["as"]) => {
    for (const tensor of parts) if (!found.has(tensor) && isSurelyTensor(looking, tensor)) found.set(tensor, { tensor, as });
  };
  const visit = (node: ts.Node): void => {
    const condition = conditionOf(api, node);
    if (condition) add(partsOf(api, condition), "condition");
    add(operandsOf(looking, node), "operand");
    api.forEachChild(node, visit);
  };
  visit(file);
  return [...found.values()];
}

/** The operands of `node` where it is an operator of numbers, or asks whether a tensor is another one or a number. */
function operandsOf(looking: Looking, node: ts.Node): readonly ts.Expression[] {
  const { api } = looking;
  const kinds = api.SyntaxKind;
  if (api.isPrefixUnaryExpression(node)) return node.operator === kinds.ExclamationToken ? [] : [node.operand];
  if (!api.isBinaryExpression(node)) return [];
  const { left, right, operatorToken } = node;
  const text = operatorToken.getText();
  if (/^[!=]==?$/.test(text)) return isComparable(looking, left) && isComparable(looking, right) ? [left, right] : [];
  return /^(\+|-|\*|\/|%|\*\*)=?$|^[<>]=?$/.test(text) ? [left, right] : [];
}

/** Whether an equation of a tensor and `expression` is meant for their values: to ask for null is not. */
function isComparable(looking: Looking, expression: ts.Expression): boolean {
  const isNumber = (looking.checker.getTypeAtLocation(expression).flags & looking.api.TypeFlags.NumberLike) !== 0;
  return isNumber || isSurelyTensor(looking, expression);
}

/** What `node` decides by, be it a statement, a choice or a logical operator. */
function conditionOf(api: TypeScript, node: ts.Node): ts.Expression | undefined {
  if (api.isIfStatement(node) || api.isWhileStatement(node) || api.isDoStatement(node)) return node.expression;
  if (api.isForStatement(node) || api.isConditionalExpression(node)) return node.condition;
  if (api.isPrefixUnaryExpression(node)) return node.operator === api.SyntaxKind.ExclamationToken ? node.operand : undefined;
  return isLogical(api, node) ? node.left : undefined;
}

/** The operands of a condition that is made of several. */
function partsOf(api: TypeScript, condition: ts.Expression): ts.Expression[] {
  if (isWrapper(api, condition)) return partsOf(api, condition.expression);
  return isLogical(api, condition) ? [condition.left, condition.right].flatMap((part) => partsOf(api, part)) : [condition];
}

const isLogical = (api: TypeScript, node: ts.Node): node is ts.BinaryExpression =>
  api.isBinaryExpression(node) && [api.SyntaxKind.AmpersandAmpersandToken, api.SyntaxKind.BarBarToken].includes(node.operatorToken.kind);

function isSurelyTensor(looking: Looking, expression: ts.Expression): boolean {
  const { api, checker } = looking;
  if (isWrapper(api, expression)) return isSurelyTensor(looking, expression.expression);
  if (api.isCallExpression(expression)) return isForeign(looking, expression) && isTensorType(checker.getTypeAtLocation(expression));
  if (!api.isIdentifier(expression)) return false;
  const declared = checker.getSymbolAtLocation(expression)?.valueDeclaration;
  if (!declared || !isTensorType(checker.getTypeAtLocation(expression))) return false;
  if (api.isVariableDeclaration(declared)) return isConstant(api, declared) && isSurelyTensor(looking, declared.initializer as ts.Expression);
  return api.isBindingElement(declared) && isInput(looking, declared);
}

const isConstant = (api: TypeScript, { parent, initializer }: ts.VariableDeclaration): boolean =>
  initializer !== undefined && api.isVariableDeclarationList(parent) && (parent.flags & api.NodeFlags.Const) !== 0;

/** Whether a call is of a function that the definition does not declare itself. */
function isForeign({ checker, files }: Looking, call: ts.CallExpression): boolean {
  const declaration = checker.getResolvedSignature(call)?.declaration;
  return declaration !== undefined && !files.has(declaration.getSourceFile());
}

/** `x` of `model(name, inputs, ({ x }) => ...)`. */
function isInput(looking: Looking, { parent, initializer }: ts.BindingElement): boolean {
  const { api } = looking;
  const body = api.isParameter(parent.parent) ? parent.parent.parent : undefined;
  return initializer === undefined && body !== undefined && api.isCallExpression(body.parent) && isForeign(looking, body.parent);
}

/** Whether all values of a type are tensors: none is missing, and none is true or false. */
function isTensorType(type: ts.Type): boolean {
  if (type.isUnion()) return type.types.every(isTensorType);
  return ["op", "graph", "dtype", "shape"].every((name) => type.getProperty(name) !== undefined);
}
