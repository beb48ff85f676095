// Expressions over other loop variables: any affine index may stand for an axis.
//
//   i / 5 and i % 5, with i = 5·o + k and k < 5   =>   o and k
//
// Requires: what stands for an axis has its range.
// Ensures: quotients and remainders are in normal form again, so that no division is left to the run time that the new axes do without.
// Cost: linear in the expressions.
import { along, type Division, divideIndex, fixed, plus, type Split, scale } from "./affine.ts";
import { type Affine, type Axis, type Bound, type Expr, isAxis, type Scalar } from "./kernel.ts";
import { type Load, subexpressions } from "./visit.ts";

type Op = Extract<Expr, { kind: "op" }>;

/** What stands for the parts of an expression. */
export interface Parts {
  axis(axis: Axis): Affine;
  /** In place of a load at `index`, which is substituted already. */
  load(load: Load, index: readonly Affine[]): Expr;
  scalar(scalar: Scalar): Scalar;
  readonly split: Split;
}

const isDivision = (expr: Expr): expr is Op => expr.kind === "op" && (expr.op === "quotient" || expr.op === "remainder");

/** The images of expressions, each made once and shared with nothing else. */
export function substitution(parts: Parts): (expr: Expr) => Expr {
  const images = new Map<Expr, Expr>();
  const divisions = new Map<Expr, Division>();
  const imageOf = (expr: Expr): Expr => images.get(expr) ?? expr;

  /** Divisions of one index by one number come in pairs, which share their operand. */
  const divisionOf = ({ args: [dividend, divisor] }: Op): Division => {
    const known = divisions.get(dividend as Expr);
    if (known) return known;
    const by = divisor?.kind === "extent" ? divisor.dim : (divisor as Extract<Expr, { kind: "constant" }>).value;
    const made = divideIndex(dividend?.kind === "index" ? indexOf(dividend.index) : along(imageOf(dividend as Expr)), by, parts.split);
    divisions.set(dividend as Expr, made);
    return made;
  };
  const atomOf = (atom: Axis | Expr): Affine => {
    if (isAxis(atom)) return parts.axis(atom);
    if (!isDivision(atom)) return along(imageOf(atom));
    const { quotient, remainder } = divisionOf(atom);
    return atom.op === "quotient" ? quotient : remainder;
  };
  const indexOf = ({ offset, terms }: Affine): Affine =>
    terms.map(({ atom, coefficient }) => scale(atomOf(atom), coefficient)).reduce(plus, fixed(offset));
  const boundOf = (bound: Bound): Bound => ({ ...bound, index: indexOf(bound.index) });
  const rebuilt = (expr: Expr): Expr => {
    if (expr.kind === "load") return parts.load(expr, expr.index.map(indexOf));
    if (expr.kind === "index") return { ...expr, index: indexOf(expr.index) };
    if (expr.kind === "op") return { ...expr, args: expr.args.map(imageOf) };
    if (expr.kind === "guard") return { ...expr, bounds: expr.bounds.map(boundOf), value: imageOf(expr.value), fill: imageOf(expr.fill) };
    return expr.kind === "scalar" ? { ...expr, scalar: parts.scalar(expr.scalar) } : { ...expr };
  };
  return (root) => {
    for (const expr of subexpressions([root])) if (!images.has(expr) && !isDivision(expr)) images.set(expr, rebuilt(expr));
    return imageOf(root);
  };
}
