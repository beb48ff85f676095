import { elementAt } from "../ir/element.ts";
import { type Formula, indicator, isScalar, number, type Operator, operator } from "./tree.ts";

/** What `formula` says without the views around it. */
export const unviewed = (formula: Formula): Formula => (formula.kind === "view" ? unviewed(formula.body) : formula);

export const isNumber = (formula: Formula, value: number): boolean => {
  const bare = unviewed(formula);
  return bare.kind === "number" && Object.is(bare.value, value);
};

const opposite: Partial<Record<Operator, Operator>> = { "=": "≠", "≠": "=", "<": "≥", "≥": "<", "≤": ">", ">": "≤" };

/** The condition under which `condition` fails: `z > 0` for `z ≤ 0`. NaN counts as a number here, as on paper. */
export function negated(condition: Formula): Formula {
  const bare = unviewed(condition);
  if (bare.kind === "operator" && bare.op === "not") return elementAt(bare.args, 0);
  const op = bare.kind === "operator" ? opposite[bare.op] : undefined;
  return bare.kind === "operator" && op ? operator(op, ...bare.args) : operator("not", condition);
}

/** `formula` without its sign, where it has one: -2·x gives 2·x, -x gives x. */
function withoutSign(formula: Formula): Formula | undefined {
  const bare = unviewed(formula);
  if (bare.kind === "number" && bare.value < 0) return number(-bare.value);
  return bare.kind === "operator" && bare.op === "neg" ? bare.args[0] : undefined;
}

const minus = (formula: Formula): Formula => withoutSign(formula) ?? operator("neg", formula);

/** The whole number that `formula` is. */
function wholeIn(formula: Formula): number | undefined {
  const bare = unviewed(formula);
  return bare.kind === "number" && Number.isInteger(bare.value) ? bare.value : undefined;
}

/** x + -y => x - y; x - 1 + 1 => x; x + 1 + 1 => x + 2 */
function tidySum(op: "+" | "-", x: Formula, y: Formula): Formula {
  const positive = withoutSign(y);
  if (positive) return tidySum(op === "+" ? "-" : "+", x, positive);
  const last = wholeIn(y);
  const before = x.kind === "operator" && (x.op === "+" || x.op === "-") ? wholeIn(elementAt(x.args, 1)) : undefined;
  if (x.kind !== "operator" || last === undefined || before === undefined) return operator(op, x, y);
  const rest = elementAt(x.args, 0);
  const total = (x.op === "+" ? before : -before) + (op === "+" ? last : -last);
  if (unviewed(rest).kind === "number") return operator(op, x, y);
  return total === 0 ? rest : operator(total > 0 ? "+" : "-", rest, number(Math.abs(total)));
}

/** What `formula` divides by, where it is 1/n. */
function inverseOf(formula: Formula): Formula | undefined {
  const bare = unviewed(formula);
  return bare.kind === "operator" && bare.op === "/" && isNumber(elementAt(bare.args, 0), 1) ? bare.args[1] : undefined;
}

/** 1·x => x; -x·y => -(x·y); x·(1/n) => x/n; x·x => x² */
function tidyProduct(x: Formula, y: Formula): Formula {
  if (isNumber(x, 1)) return y;
  if (isNumber(y, 1)) return x;
  const positive = [withoutSign(x), withoutSign(y)];
  if (positive[0] || positive[1]) {
    const product = tidyProduct(positive[0] ?? x, positive[1] ?? y);
    return positive[0] && positive[1] ? product : minus(product);
  }
  const divisors = [inverseOf(x), inverseOf(y)];
  if (divisors[1]) return operator("/", x, divisors[1]);
  if (divisors[0]) return operator("/", y, divisors[0]);
  if (unviewed(x) === unviewed(y) && isScalar(x) === isScalar(y)) return operator("^", x, number(2));
  return operator("*", x, y);
}

/** -x/y => -(x/y) */
function tidyQuotient(x: Formula, y: Formula): Formula {
  const positive = withoutSign(x);
  return positive ? minus(operator("/", positive, y)) : operator("/", x, y);
}

/** condition ? x : 0 => x ⊙ [condition] */
function tidyCases(formula: Extract<Formula, { kind: "cases" }>): Formula {
  const { condition, value, otherwise } = formula;
  if (isNumber(otherwise, 0)) return tidyProduct(value, indicator(condition));
  if (isNumber(value, 0)) return tidyProduct(otherwise, indicator(negated(condition)));
  return formula;
}

/** The outermost step of `formula` as one writes it by hand; its parts are tidy already. Equal over the reals. */
export function tidy(formula: Formula): Formula {
  if (formula.kind === "cases") return tidyCases(formula);
  if (formula.kind !== "operator") return formula;
  const [x, y] = formula.args as readonly [Formula, Formula];
  if ((formula.op === "+" || formula.op === "-") && formula.args.length === 2) return tidySum(formula.op, x, y);
  if (formula.op === "*" && formula.args.length === 2) return tidyProduct(x, y);
  if (formula.op === "/") return tidyQuotient(x, y);
  return formula.op === "neg" ? minus(x) : formula;
}
