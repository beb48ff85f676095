// Reads formula text into a scalar tree: mathjs parses, nothing is evaluated.
import { GradcError } from "../../../runtime/error.ts";
import { syntaxError, untranslatable } from "../../diagnostics/sources.ts";
import { elementAt } from "../../ir/element.ts";
import { constantNamed, excerpt } from "./constants.ts";
import { functionNamed, functions, operationNamed, type ScalarOperation } from "./operations.ts";
import { apply, type Constants, deepest, literal, type Scalar, type ScalarFunction } from "./tree.ts";

/** What formulas are parsed with. */
export interface Mathjs {
  parse(text: string): unknown;
}

/** Longest formula that is read. */
const longest = 10_000;

/** The nodes of mathjs that formulas are made of. */
type FormulaNode =
  | { readonly type: "ConstantNode"; readonly value: unknown }
  | { readonly type: "SymbolNode"; readonly name: string }
  | { readonly type: "ParenthesisNode"; readonly content: FormulaNode }
  | { readonly type: "OperatorNode"; readonly fn: string; readonly args: readonly FormulaNode[]; readonly implicit?: boolean }
  | { readonly type: "FunctionNode"; readonly fn: FormulaNode; readonly args: readonly FormulaNode[] }
  | { readonly type: "ConditionalNode"; readonly condition: FormulaNode; readonly trueExpr: FormulaNode; readonly falseExpr: FormulaNode }
  | { readonly type: "RelationalNode"; readonly conditionals: readonly string[]; readonly params: readonly FormulaNode[] };

/** Operators by mathjs's names. */
const operatorNames: ReadonlyMap<string, ScalarOperation> = new Map([
  ["add", "add"],
  ["subtract", "sub"],
  ["multiply", "mul"],
  ["divide", "div"],
  ["pow", "power"],
  ["unaryMinus", "neg"],
  ["unaryPlus", "number"],
  ["smaller", "lt"],
  ["smallerEq", "le"],
  ["larger", "gt"],
  ["largerEq", "ge"],
  ["equal", "eq"],
  ["unequal", "ne"],
  ["and", "and"],
  ["or", "or"],
  ["not", "not"],
]);

/** What people write, and formulas have other signs for: mathjs takes some of these for letters. */
const foreign: readonly { readonly pattern: RegExp; readonly reason: (found: string) => string }[] = [
  { pattern: /[×·∙⋅]/, reason: () => "write * for a product" },
  { pattern: /[÷]/, reason: () => "write / for a quotient" },
  { pattern: /[−–]/, reason: () => "write - for a difference" },
  { pattern: /%/, reason: () => "a formula has no %: write / 100 for a percentage" },
  { pattern: /\bMath\s*\.\s*\w+/, reason: (found) => `a formula has no Math: write ${withoutMath(found)}` },
];

const withoutMath = (found: string): string => found.replace(/.*\W/, "").replace(/^(PI|E)$/, (name) => name.toLowerCase());

/** Names that are numbers where no argument is meant. */
const mathematical: ReadonlyMap<string, number> = new Map([
  ["pi", Math.PI],
  ["e", Math.E],
]);

/** One formula being read; `parameters` grows by the names that nothing else explains. */
interface FormulaText {
  readonly text: string;
  readonly constants: Constants;
  /** Whether `pi` and `e` are numbers. */
  readonly named: boolean;
  readonly parameters: Map<string, Scalar>;
}

const titled = (text: string) => `the formula "${excerpt(text)}"`;

const refusal = (reading: FormulaText, construct: string, reason?: string) =>
  untranslatable(excerpt(construct), titled(reading.text), undefined, reason);

function symbol(reading: FormulaText, name: string): Scalar {
  const constant = constantNamed(name, reading.constants, (reason) => refusal(reading, name, reason));
  if (constant) return constant;
  const value = reading.named ? mathematical.get(name) : undefined;
  if (value !== undefined) return literal(value);
  const parameter = reading.parameters.get(name) ?? { kind: "parameter", index: reading.parameters.size };
  reading.parameters.set(name, parameter);
  return parameter;
}

function operationOf(reading: FormulaText, node: FormulaNode & { type: "OperatorNode" | "FunctionNode" }): ScalarOperation {
  const name = typeof node.fn === "string" ? node.fn : node.fn.type === "SymbolNode" ? node.fn.name : "";
  const operation = (node.type === "OperatorNode" || name === "pow" ? operatorNames.get(name) : undefined) ?? functionNamed(name);
  if (!operation) throw refusal(reading, name, `a formula may use + - * / ^, comparisons, and ${Object.keys(functions).join(" ")}`);
  const [fewest, most] = operationNamed(operation).arity;
  if (node.args.length < fewest || node.args.length > most) throw refusal(reading, name, "the number of arguments does not fit");
  return operation;
}

// `a < b < c` says a < b and b < c.
function chain(reading: FormulaText, conditionals: readonly string[], operands: readonly Scalar[]): Scalar {
  const steps = conditionals.map((name, i) => {
    const operation = operatorNames.get(name);
    if (!operation) throw refusal(reading, name);
    return apply(operation, [elementAt(operands, i), elementAt(operands, i + 1)]);
  });
  return steps.reduce((all, step) => apply("and", [all, step]));
}

/** Whether `node` is a product that is not written, of a call or parenthesis and a parenthesis: `exp(v)(3)` may mean something else. */
function isDoubtful(node: FormulaNode): boolean {
  if (node.type !== "OperatorNode" || !node.implicit || node.args[1]?.type !== "ParenthesisNode") return false;
  let left = node.args[0];
  while (left?.type === "OperatorNode") left = left.args.at(-1);
  return left?.type === "FunctionNode" || left?.type === "ParenthesisNode";
}

function expression(reading: FormulaText, node: FormulaNode, depth: number): Scalar {
  if (isDoubtful(node)) throw refusal(reading, ")(", "write * between the factors");
  if (depth >= deepest) throw refusal(reading, reading.text, "it nests too deeply");
  const all = (nodes: readonly FormulaNode[]) => nodes.map((inner) => expression(reading, inner, depth + 1));
  switch (node.type) {
    case "ConstantNode":
      if (typeof node.value !== "number" && typeof node.value !== "boolean") throw refusal(reading, String(node.value));
      return literal(node.value);
    case "SymbolNode":
      return symbol(reading, node.name);
    case "ParenthesisNode":
      return expression(reading, node.content, depth + 1);
    case "OperatorNode":
    case "FunctionNode":
      return apply(operationOf(reading, node), all(node.args));
    case "ConditionalNode":
      return apply("select", all([node.condition, node.trueExpr, node.falseExpr]));
    case "RelationalNode":
      return chain(reading, node.conditionals, all(node.params));
    default:
      throw refusal(reading, (node as { type: string }).type.replace(/Node$/, ""));
  }
}

function checkText(text: string): void {
  if (text.length > longest) throw untranslatable(excerpt(text), titled(text), undefined, `it is longer than ${longest} characters`);
  for (const { pattern, reason } of foreign) {
    const [found] = pattern.exec(text) ?? [];
    if (found !== undefined) throw untranslatable(found, titled(text), undefined, reason(found));
  }
}

function parsed(mathjs: () => Mathjs, text: string): FormulaNode {
  checkText(text);
  try {
    const node = mathjs().parse(text) as FormulaNode;
    if (node.type === "ConstantNode" && node.value === undefined) throw syntaxError("the formula", undefined, "it is empty");
    return node;
  } catch (error) {
    if (error instanceof GradcError) throw error;
    if (error instanceof RangeError) throw untranslatable(excerpt(text), titled(text), undefined, "it nests too deeply");
    throw syntaxError(titled(text), undefined, (error as Error).message);
  }
}

function read(node: FormulaNode, text: string, constants: Constants, named: boolean): ScalarFunction {
  const reading = { text, constants, named, parameters: new Map<string, Scalar>() };
  const body = expression(reading, node, 0);
  return { parameters: [...reading.parameters.keys()], body };
}

/** The scalar function that a formula says, as `fromFormula` of `ScalarParsers`; `mathjs` gives what parses it. */
export function fromFormula(mathjs: () => Mathjs, text: string, constants: Constants = {}, arity?: number): ScalarFunction {
  const node = parsed(mathjs, text);
  const free = read(node, text, constants, false);
  return free.parameters.length === arity ? free : read(node, text, constants, true);
}
