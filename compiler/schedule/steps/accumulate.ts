// Sums that are kept in memory, so that what they add up is read once while it is near: image by image, for all weights.
//
//   parallel i { sum s; reduce b { reduce y { s += f(b, y, i) } }; w[i] = g(s) }
//
//   =>   parallel i.2 { sums[i.2] = 0 }
//        reduce b { parallel i { sum s; reduce y { s += f(b, y, i) }; sums[i] += s } }
//        parallel i.3 { let s.2 = sums[i.3]; w[i.3] = g(s.2) }
//
// or, in parts of 512 points, `reduce bc by 512 { parallel i { sum s; reduce b from bc until bc + 512 { … }; sums[i] += s } }` in the middle.
//
// Requires: parallel loops that hold nothing but each other around one sum, of f32 or i32, over `b`.
// Ensures: the same terms: those of one point of `b`, or of a part, are added up by themselves, and the points or parts in order.
// Cost: linear in the loop.
import { InternalError } from "../../../runtime/error.ts";
import { along } from "../../kernel/affine.ts";
import { copyAtPoint } from "../../kernel/copy.ts";
import { type Axis, constantExpr, type Expr, type KeptSums, type Statement, type Step } from "../../kernel/kernel.ts";
import { nested } from "../../kernel/loops.ts";
import { type Loop, loopsOf } from "../../kernel/visit.ts";
import { inPartsOf } from "./side-by-side.ts";

type Accumulate = Extract<Step, { kind: "accumulate" }>;
type Accumulator = Extract<Statement, { kind: "accumulator" }>;

/** Loops around a sum. */
export interface SumNest {
  /** From the outermost in. */
  readonly loops: readonly Loop[];
  readonly sum: Accumulator;
  readonly reduction: Loop;
  /** What is done with the sum. */
  readonly rest: readonly Statement[];
}

/** The nest that `outer` is the outermost loop of. */
export function sumNestOf(outer: Loop): SumNest | undefined {
  const loops: Loop[] = [];
  for (
    let loop: Statement | undefined = outer;
    loop?.kind === "loop" && loop.role === "parallel" && !loop.course && !loop.beside;
    [loop] = loop.body
  ) {
    loops.push(loop);
    if (loop.body.length > 1) break;
  }
  const [sum, reduction, ...rest] = loops.at(-1)?.body ?? [];
  const isSum =
    sum?.kind === "accumulator" && sum.combine === "sum" && reduction?.kind === "loop" && reduction.role === "reduce" && !reduction.course;
  return isSum && loopsOf(rest).length === 0 ? { loops, sum, reduction, rest } : undefined;
}

/** `body` with loops of its own, over `axes` in place of those of the nest. */
const over = (axes: readonly Axis[], loops: readonly Loop[], body: readonly Statement[]): readonly Statement[] =>
  nested(
    axes,
    "parallel",
    axes.reduce((copy, axis, i) => copyAtPoint(copy, { axis: (loops[i] as Loop).axis, index: along(axis), place: (element) => element }), body),
  );

/** What `make` gives of the part of a reduction that is added up at once, within the loop that goes over all parts. */
function inParts(reduction: Loop, points: number | undefined, make: (part: readonly Statement[]) => readonly Statement[]): Statement {
  if (points === undefined) return { ...reduction, body: make(reduction.body) };
  const { parts, part } = inPartsOf(reduction.axis, points);
  return { ...reduction, ...parts, body: make([{ ...reduction, course: part }]) };
}

/** Sums in memory: what sets them to 0, what adds a part of the terms to them, and what goes on with them. */
export interface Kept {
  readonly clear: readonly Statement[];
  readonly add: (part: readonly Statement[]) => readonly Statement[];
  readonly finish: readonly Statement[];
}

/** The sums of `nest` in memory. */
export function keptSums({ loops, sum, rest }: SumNest, { buffer, axes, cleared, finished }: KeptSums): Kept {
  const { local } = sum;
  const total: Expr = { kind: "local", dtype: local.dtype, local };
  const at = (place: readonly Axis[]) => ({ buffer, index: place.map((axis) => along(axis)) });
  const store = (place: readonly Axis[], value: Expr, accumulate: boolean): Statement => ({
    kind: "store",
    ...at(place),
    value,
    accumulate,
    inside: [],
  });
  const found: Statement = { kind: "let", local, value: { kind: "load", dtype: local.dtype, ...at(axes) } };
  const around = loops.map(({ axis }) => axis);
  return {
    clear: nested(cleared, "parallel", [store(cleared, constantExpr(0, local.dtype), false)]),
    add: (part) => nested(around, "parallel", [sum, ...part, store(axes, total, true)]),
    finish: over(finished, loops, [found, ...rest]),
  };
}

/** @throws InternalError where `outer` is not around such a sum */
export function accumulated(outer: Loop, { points, sums }: Accumulate): readonly Statement[] {
  const nest = sumNestOf(outer);
  if (!nest) throw new InternalError(`The loop "${outer.axis.name}" is not around one sum`);
  const { clear, add, finish } = keptSums(nest, sums);
  return [...clear, inParts(nest.reduction, points, add), ...finish];
}
