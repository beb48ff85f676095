// Reads the source of a JavaScript function into a scalar tree. The source is never evaluated.
import type * as ast from "acorn";
import { syntaxError, unboundName, untranslatable } from "../../diagnostics/sources.ts";
import { constantNamed, excerpt } from "./constants.ts";
import { functionNamed, functions, numbers, operationNamed, type ScalarOperation } from "./operations.ts";
import { type AnyFunction, type FunctionSource, functionSource } from "./source.ts";
import { apply, type Constants, deepest, literal, type Scalar, type ScalarFunction } from "./tree.ts";

/** What functions are parsed with. */
export type Acorn = Pick<typeof ast, "parseExpressionAt">;

/** Longest source that is read, and most expressions that it may expand to. */
const longest = 100_000;
const mostSteps = 100_000;

/** One function being read. */
interface FunctionText {
  /** What acorn read, and where the function begins in it. */
  readonly text: string;
  readonly start: number;
  readonly source: FunctionSource | undefined;
  readonly constants: Constants;
  steps: number;
}

/** Where an expression stands: the names it sees, and how deep it is. */
interface Scope {
  readonly reading: FunctionText;
  readonly names: ReadonlyMap<string, Scalar>;
  readonly depth: number;
}

const what = "a scalar function";

const binaryOperators: { readonly [operator in ast.BinaryOperator]?: ScalarOperation } = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "**": "pow",
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
  "==": "eq",
  "===": "eq",
  "!=": "ne",
  "!==": "ne",
};
const unaryOperators: { readonly [operator in ast.UnaryOperator]?: ScalarOperation } = { "-": "neg", "+": "number", "!": "not" };
const logicalOperators: { readonly [operator in ast.LogicalOperator]?: ScalarOperation } = { "&&": "and", "||": "or" };
const globalNumbers: ReadonlyMap<string, number> = new Map([
  ["Infinity", Infinity],
  ["NaN", NaN],
]);

/** `file:line:column` where the front end knows the file, else the column in the function's text. */
function placeOf({ text, start, source }: FunctionText, offset: number): string {
  const before = text.slice(start, offset).split("\n");
  const line = before.length;
  const column = (before.at(-1) as string).length + 1;
  if (!source) return `line ${line}, column ${column} of "${excerpt(text.slice(start, -1))}"`;
  const { position } = source;
  return `${position.file}:${position.line + line - 1}:${line === 1 ? position.column + column - 1 : column}`;
}

function refusal({ reading }: Scope, node: ast.Node, reason?: string) {
  return untranslatable(excerpt(reading.text.slice(node.start, node.end)), what, placeOf(reading, node.start), reason);
}

function deeper(scope: Scope, node: ast.Node): Scope {
  scope.reading.steps += 1;
  if (scope.depth >= deepest) throw refusal(scope, node, "it nests too deeply");
  if (scope.reading.steps > mostSteps) throw refusal(scope, node, "the function is too large");
  return { ...scope, depth: scope.depth + 1 };
}

function identifier(scope: Scope, node: ast.Identifier): Scalar {
  const { reading, names } = scope;
  const refuse = (reason: string) => refusal(scope, node, reason);
  const given = names.get(node.name) ?? constantNamed(node.name, reading.constants, refuse);
  const known = given ?? (reading.source && constantNamed(node.name, reading.source.captured(), refuse));
  if (known) return known;
  const value = globalNumbers.get(node.name);
  if (value === undefined) throw unboundName(node.name, placeOf(reading, node.start));
  return literal(value);
}

/** `name` where `node` is `Math.name`. */
function memberOfMath({ names }: Scope, node: ast.Node): string | undefined {
  const { type, object, property, computed } = node as ast.MemberExpression;
  if (type !== "MemberExpression" || computed || object.type !== "Identifier" || object.name !== "Math" || names.has("Math")) return undefined;
  return property.type === "Identifier" ? property.name : undefined;
}

function member(scope: Scope, node: ast.MemberExpression): Scalar {
  const name = memberOfMath(scope, node);
  if (name === undefined || !Object.hasOwn(numbers, name)) throw refusal(scope, node);
  return literal(numbers[name as keyof typeof numbers]);
}

function call(scope: Scope, node: ast.CallExpression): Scalar {
  const name = memberOfMath(scope, node.callee);
  const known = name === undefined ? undefined : functionNamed(name);
  if (!known) throw refusal(scope, node, `a scalar function may call, of Math: ${Object.keys(functions).join(" ")}`);
  const [fewest, most] = operationNamed(known).arity;
  if (node.arguments.length < fewest || node.arguments.length > most) throw refusal(scope, node, "the number of arguments does not fit");
  return applied(scope, node, known, node.arguments);
}

function applied(scope: Scope, node: ast.Node, operation: ScalarOperation | undefined, operands: readonly ast.Node[]): Scalar {
  if (!operation) throw refusal(scope, node);
  return apply(
    operation,
    operands.map((operand) => expression(scope, operand)),
  );
}

function expression(outer: Scope, node: ast.Node): Scalar {
  const scope = deeper(outer, node);
  const expression = node as ast.Expression;
  switch (expression.type) {
    case "Literal":
      if (typeof expression.value !== "number" && typeof expression.value !== "boolean") throw refusal(scope, node);
      return literal(expression.value);
    case "Identifier":
      return identifier(scope, expression);
    case "MemberExpression":
      return member(scope, expression);
    case "CallExpression":
      return call(scope, expression);
    case "UnaryExpression":
      return applied(scope, node, unaryOperators[expression.operator], [expression.argument]);
    case "BinaryExpression":
      return applied(scope, node, binaryOperators[expression.operator], [expression.left, expression.right]);
    case "LogicalExpression":
      return applied(scope, node, logicalOperators[expression.operator], [expression.left, expression.right]);
    case "ConditionalExpression":
      return applied(scope, node, "select", [expression.test, expression.consequent, expression.alternate]);
    default:
      throw refusal(scope, node);
  }
}

function declared(scope: Scope, node: ast.VariableDeclaration): Scope {
  const names = new Map(scope.names);
  for (const { id, init } of node.declarations) {
    if (id.type !== "Identifier" || !init) throw refusal(scope, node);
    names.set(id.name, expression({ ...scope, names }, init));
  }
  return { ...scope, names };
}

/** What the statements from `index` on return; `after` says what follows them. */
function statements(scope: Scope, body: readonly ast.Node[], index: number, after: () => Scalar): Scalar {
  const node = body[index];
  if (!node) return after();
  const inner = deeper(scope, node);
  if (node.type === "VariableDeclaration") return statements(declared(inner, node as ast.VariableDeclaration), body, index + 1, after);
  return statement(inner, node, () => statements(inner, body, index + 1, after));
}

function statement(scope: Scope, node: ast.Node, next: () => Scalar): Scalar {
  const statement = node as ast.Statement;
  switch (statement.type) {
    case "ReturnStatement":
      if (!statement.argument) throw refusal(scope, node, "it gives no value");
      return expression(scope, statement.argument);
    case "BlockStatement":
      return statements(scope, statement.body, 0, next);
    case "IfStatement": {
      const test = expression(scope, statement.test);
      const then = statements(scope, [statement.consequent], 0, next);
      return apply("select", [test, then, statement.alternate ? statements(scope, [statement.alternate], 0, next) : next()]);
    }
    case "EmptyStatement":
      return next();
    default:
      throw refusal(scope, node);
  }
}

function read(reading: FunctionText, node: ast.Function): ScalarFunction {
  const scope = { reading, names: new Map<string, Scalar>(), depth: 0 };
  if (node.async || node.generator) throw refusal(scope, node, "it is not a plain function");
  const parameters = node.params.map((parameter) => {
    if (parameter.type !== "Identifier") throw refusal(scope, parameter, "a parameter is a plain name");
    return parameter.name;
  });
  for (const [index, name] of parameters.entries()) scope.names.set(name, { kind: "parameter", index });
  if (node.body.type !== "BlockStatement") return { parameters, body: expression(scope, node.body) };
  const body = statements(scope, node.body.body, 0, () => {
    throw refusal(scope, node, "it can end without a return");
  });
  return { parameters, body };
}

/** What `String(f)` can be: an expression, or a method of an object literal. */
const wrappings = [
  { open: "(", close: ")", find: (node: ast.Node) => node },
  { open: "({", close: "})", find: (node: ast.Node) => ((node as ast.ObjectExpression).properties[0] as ast.Property | undefined)?.value },
];

const isFunction = (node: ast.Node | undefined): node is ast.ArrowFunctionExpression | ast.FunctionExpression =>
  node?.type === "ArrowFunctionExpression" || node?.type === "FunctionExpression";

function parsed(acorn: Acorn, source: string): { readonly text: string; readonly start: number; readonly node: ast.Function } {
  let problem: unknown;
  for (const { open, close, find } of wrappings) {
    const text = open + source + close;
    try {
      const node = find(acorn.parseExpressionAt(text, 0, { ecmaVersion: 2022 }));
      if (isFunction(node)) return { text, start: open.length, node };
    } catch (error) {
      problem ??= error;
    }
  }
  throw unreadable(source, problem);
}

function unreadable(source: string, problem: unknown) {
  // acorn reports its own overflow as a syntax error.
  const overflow = problem instanceof RangeError || (problem instanceof Error && problem.message.startsWith("Not enough stack space"));
  if (overflow) return untranslatable(excerpt(source), what, undefined, "it nests too deeply");
  if (source.includes("[native code]")) return untranslatable(excerpt(source), what, undefined, "its source is not at hand; write (x) => f(x)");
  return problem instanceof Error
    ? syntaxError(`the scalar function "${excerpt(source)}"`, undefined, problem.message)
    : untranslatable(excerpt(source), what, undefined, "it is not a function");
}

/** The scalar function that the source of `f` says, as `fromFunction` of `ScalarParsers`; `acorn` gives what parses it. */
export function fromFunction(acorn: () => Acorn, f: AnyFunction, constants: Constants = {}): ScalarFunction {
  const source = functionSource(f);
  const written = source?.text ?? Function.prototype.toString.call(f);
  if (written.length > longest) throw untranslatable(excerpt(written), what, undefined, `it is longer than ${longest} characters`);
  const { text, start, node } = parsed(acorn(), written);
  return read({ text, start, source, constants, steps: 0 }, node);
}
