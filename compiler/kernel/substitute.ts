// Expressions over other loop variables: any affine index may stand for an axis.
//
//   i / 5 and i % 5, with i = 5·o + k and k < 5   =>   o and k
//
// Requires: what stands for an axis has its range wherever the expressions are used: by its own loops, or because the bounds of its rest hold there.
// Ensures: quotients and remainders are in normal form again, so that no division is left to the run time that the new axes do without.
// Cost: linear in the expressions.
import { along, type Division, divideIndex, fixed, isWithin, plus, type Split, scale } from "./affine.ts";
import { type Affine, type Axis, type Bound, type Expr, isAxis } from "./kernel.ts";
import { atomsOf, kept, type Load, subexpressions } from "./visit.ts";

type Op = Extract<Expr, { kind: "op" }>;

/** What stands for the parts of an expression. */
export interface Parts {
  /** Undefined for an axis that stays. */
  axis(axis: Axis): Affine | undefined;
  /** In place of a load at `index`, which is substituted already. */
  load(load: Load, index: readonly Affine[]): Expr;
  /** In place of an expression whose parts are substituted already. */
  readonly expr?: ((expr: Expr) => Expr) | undefined;
  /** Whether nothing in an expression is substituted, so that it stays the object that it is. */
  stays?(expr: Expr): boolean;
  readonly split?: Split;
}

/** The images of expressions and indices; those of shared expressions are shared, and with nothing else. */
export interface Substitution {
  expr(expr: Expr): Expr;
  index(index: Affine): Affine;
  /** The bounds under which what stands for `axis` is in its range, where the loops of the new axes let it go further: `4·o + k < 10`. */
  restOf(axis: Axis): readonly Bound[];
}

const isDivision = (expr: Expr): expr is Op => expr.kind === "op" && (expr.op === "quotient" || expr.op === "remainder");

export function substitution({ axis: standsFor, load, expr: replace = (expr) => expr, stays = () => false, split }: Parts): Substitution {
  const images = new Map<Expr, Expr>();
  const divisions = new Map<Expr, Division>();
  const rests: Bound[] = [];
  const imageOf = (expr: Expr): Expr => images.get(expr) ?? expr;

  const axisOf = kept((axis: Axis): { readonly index: Affine; readonly rest: readonly Bound[] } => {
    const index = standsFor(axis);
    const rest = !index || isWithin(index, axis.extent) ? [] : [{ index, lower: 0, upper: axis.extent }];
    rests.push(...rest);
    return { index: index ?? along(axis), rest };
  });
  /** Divisions of one index by one number come in pairs, which share their operand. */
  const divisionOf = ({ args: [dividend, divisor] }: Op): Division => {
    const known = divisions.get(dividend as Expr);
    if (known) return known;
    const by = divisor?.kind === "extent" ? divisor.dim : (divisor as Extract<Expr, { kind: "constant" }>).value;
    const index = dividend?.kind === "index" ? indexOf(dividend.index) : along(imageOf(dividend as Expr));
    const made = divideIndex(index, by, split, rests);
    divisions.set(dividend as Expr, made);
    return made;
  };
  const atomOf = (atom: Axis | Expr): Affine => {
    if (isAxis(atom)) return axisOf(atom).index;
    if (!isDivision(atom) || stays(atom)) return along(imageOf(atom));
    const { quotient, remainder } = divisionOf(atom);
    return atom.op === "quotient" ? quotient : remainder;
  };
  const indexOf = ({ offset, terms }: Affine): Affine =>
    terms.map(({ atom, coefficient }) => scale(atomOf(atom), coefficient)).reduce(plus, fixed(offset));
  const boundOf = (bound: Bound): Bound => ({ ...bound, index: indexOf(bound.index) });
  const rebuilt = (expr: Expr): Expr => {
    if (expr.kind === "load") return load(expr, expr.index.map(indexOf));
    if (expr.kind === "index") return { ...expr, index: indexOf(expr.index) };
    if (expr.kind === "op") return { ...expr, args: expr.args.map(imageOf) };
    if (expr.kind === "guard") return { ...expr, bounds: expr.bounds.map(boundOf), value: imageOf(expr.value), fill: imageOf(expr.fill) };
    return { ...expr };
  };
  const visit = (roots: readonly Expr[]): void => {
    for (const expr of subexpressions(roots)) if (!images.has(expr) && !stays(expr)) images.set(expr, replace(rebuilt(expr)));
  };
  const index = (one: Affine): Affine => {
    visit(atomsOf(one));
    return indexOf(one);
  };
  const expr = (one: Expr): Expr => {
    visit([one]);
    return imageOf(one);
  };
  return { expr, index, restOf: (axis) => axisOf(axis).rest };
}
