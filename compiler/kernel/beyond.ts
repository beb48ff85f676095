// What values are where one loop is further than another: `where(k <= j, s, -Infinity)` is -Infinity where k > j, and its exp is 0 there.
//
// Rule `finite`: 0·x is 0, 0/x is 0 and x - Infinity is -Infinity, whatever x is: what a mask leaves out is no term, not even one that is NaN.
// Cost: linear in the expression.
import { scalarNamed } from "../ops/elementwise.ts";
import type { Relation } from "../ops/params.ts";
import { isRelation, relations } from "../ops/selection.ts";
import { plus, scale } from "./affine.ts";
import { type Affine, type Axis, type Buffer, type Expr, isAxis, type Local, type Statement } from "./kernel.ts";
import { computedBy, type Load, operandsOf, subexpressions } from "./visit.ts";

/** Two loops, or two axes of a buffer: the points at which the index of one is above that of the other. */
export interface Further<T = Axis> {
  readonly further: T;
  readonly than: T;
}

/** What a buffer holds at such points: 0 of either sign, or -Infinity. */
export interface Beyond extends Further<number> {
  readonly value: number;
}

/** What expressions are computed of. */
export interface Surroundings {
  readonly buffers: ReadonlyMap<Buffer, readonly Beyond[]>;
  readonly locals: ReadonlyMap<Local, Expr>;
}

type Op = Extract<Expr, { kind: "op" }>;
type Values = readonly (number | undefined)[];

/** c where `a - b` is `further - than + c`, or -(further - than) + c where it falls; undefined for anything else. */
function difference(a: Affine, b: Affine, { further, than }: Further): { readonly rises: boolean; readonly offset: number } | undefined {
  const { offset, terms } = plus(a, scale(b, -1));
  const of = (axis: Axis) => terms.find(({ atom }) => atom === axis)?.coefficient;
  const [rise, fall] = [of(further), of(than)];
  const isOne = terms.length === 2 && typeof rise === "number" && Math.abs(rise) === 1 && fall === -rise;
  return isOne ? { rises: rise === 1, offset } : undefined;
}

/** The loops whose points a statement compares, both ways. */
export const comparedBy = (statement: Statement): Further[] =>
  computedBy(statement).flatMap((expr) => {
    const [a, b] = expr.kind === "op" && isRelation(expr.op) ? expr.args : [];
    const axes = a?.kind === "index" && b?.kind === "index" ? plus(a.index, scale(b.index, -1)).terms.map(({ atom }) => atom) : [];
    const [one, other] = axes.filter(isAxis);
    return one && other && axes.length === 2
      ? [
          { further: one, than: other },
          { further: other, than: one },
        ]
      : [];
  });

/** Whether an element at `a` along one axis and `b` along another is at points alone where the first is further. */
export function isFurther(a: Affine, b: Affine, pair: Further): boolean {
  const apart = difference(a, b, pair);
  return apart?.rises === true && apart.offset >= 0;
}

/** What a relation says wherever one loop is further; undefined where it is not the same at all of these points. */
function relationOf(relation: Relation, [a, b]: readonly Expr[], pair: Further): number | undefined {
  const apart = a?.kind === "index" && b?.kind === "index" ? difference(a.index, b.index, pair) : undefined;
  if (!apart) return undefined;
  const [first, way, onwards] = apart.rises ? [apart.offset + 1, 1, Math.max] : [apart.offset - 1, -1, Math.min];
  const answers = [first, onwards(first, 0), onwards(first, way), way * Infinity].map((apartBy) => relations[relation].holds(apartBy, 0));
  return answers.every((answer) => answer === answers[0]) ? Number(answers[0]) : undefined;
}

const chosen = ([condition, value, otherwise]: Values): number | undefined =>
  condition === undefined ? (value === otherwise ? value : undefined) : condition ? value : otherwise;

/** What some operands alone decide. */
const decided: { readonly [op in Op["op"]]?: (values: Values) => number | undefined } = {
  where: chosen,
  mul: (values) => (values.some((value) => value === 0) ? 0 : undefined),
  div: ([x]) => (x === 0 ? 0 : undefined),
  add: (values) => (values.includes(-Infinity) ? -Infinity : undefined),
  sub: ([x]) => (x === -Infinity ? x : undefined),
  toF32: ([x]) => x,
};

function ofOp({ op, args, dtype }: Op, values: Values, pair: Further): number | undefined {
  if (isRelation(op)) return relationOf(op, args, pair);
  const record = scalarNamed(op);
  if (!record || dtype !== "f32" || values.includes(undefined)) return decided[op]?.(values);
  const [x, y = 0] = values as readonly number[];
  return record.f32.value(x as number, y, 0);
}

const ofLoad = ({ buffer, index }: Load, { buffers }: Surroundings, pair: Further): number | undefined =>
  buffers.get(buffer)?.find(({ further, than }) => isFurther(index[further] as Affine, index[than] as Affine, pair))?.value;

/** The value of `root` wherever one loop is further than another; undefined where it is not the same at all of these points. */
export function valueBeyond(root: Expr, pair: Further, around: Surroundings): number | undefined {
  const values = new Map<Expr, number | undefined>();
  const known = (expr: Expr) => values.get(expr);
  const of = (expr: Expr): number | undefined => {
    if (expr.kind === "constant") return expr.value;
    if (expr.kind === "load") return ofLoad(expr, around, pair);
    if (expr.kind === "op") return ofOp(expr, operandsOf(expr).map(known), pair);
    if (expr.kind === "guard") return chosen([undefined, known(expr.value), known(expr.fill)]);
    const local = expr.kind === "local" ? around.locals.get(expr.local) : undefined;
    return local && valueBeyond(local, pair, around);
  };
  for (const expr of subexpressions([root])) values.set(expr, of(expr));
  return known(root);
}
