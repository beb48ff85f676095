// Under which conditions a statement evaluates each expression.
import { along, plus, scale } from "./affine.ts";
import type { Affine, Bound, Expr, Statement } from "./kernel.ts";
import { computedBy, expressionsOf, type Loop, operandsOf } from "./visit.ts";

/** Whether all bounds hold, or not all of them. */
interface Literal {
  readonly bounds: readonly Bound[];
  readonly holds: boolean;
}

/** What must be so, all of it. */
export type Condition = readonly Literal[];

const always: readonly Condition[] = [[]];

/** The cases in which, in one of `conditions`, all bounds hold or not all of them. */
export const when = (conditions: readonly Condition[], bounds: readonly Bound[], holds: boolean): readonly Condition[] =>
  bounds.length === 0 ? conditions : conditions.map((one) => [...one, { bounds, holds }]);

/** What `expr` evaluates, and in which of the cases in which it is evaluated itself. */
function operandsWhen(expr: Expr, conditions: readonly Condition[]): (readonly [Expr, readonly Condition[]])[] {
  if (expr.kind !== "guard") return operandsOf(expr).map((operand) => [operand, conditions]);
  const { bounds, value, fill } = expr;
  const ofBounds = operandsOf(expr)
    .slice(0, -2)
    .map((operand) => [operand, conditions] as const);
  return [...ofBounds, [value, when(conditions, bounds, true)], [fill, when(conditions, bounds, false)]];
}

/** The cases in which a statement evaluates each of its expressions: any of them is enough. */
export function conditionsOf(statement: Statement): ReadonlyMap<Expr, readonly Condition[]> {
  const cases = new Map<Expr, readonly Condition[]>();
  const add = (expr: Expr, more: readonly Condition[]) => {
    const known = cases.get(expr);
    cases.set(expr, known && known !== more ? [...new Set([...known, ...more])] : more);
  };
  const inside = insideOf(statement);
  for (const root of expressionsOf(statement)) add(root, inside);
  for (const expr of [...computedBy(statement)].reverse())
    for (const [operand, more] of operandsWhen(expr, cases.get(expr) ?? always)) add(operand, more);
  return cases;
}

/** What holds of the point of a loop before its schedule, where it does not go over all of its axis. */
export function boundsOfCourse({ axis, course }: Loop): Bound[] {
  const { from, until = [] } = course ?? {};
  const before = (first: Affine, last: Affine, lower: number): Bound => ({
    index: plus(last, scale(first, -1)),
    lower,
    upper: Number.MAX_SAFE_INTEGER,
  });
  const starts = from && "terms" in from ? [before(from, along(axis), 0)] : [];
  return [...starts, ...until.map((end) => before(along(axis), end, 1))];
}

/** Where a statement does what it does. */
export const insideOf = (statement: Statement): readonly Condition[] => (statement.kind === "store" ? when(always, statement.inside, true) : always);
