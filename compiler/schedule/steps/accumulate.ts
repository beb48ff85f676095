// The sums of a nest of loops in parts, all of them for one part before the next, so that what a part reads stays in the cache; between parts they lie in memory.
//
//   parallel i { sum s; reduce k < 1000 { s += f(i, k) }; y[i] = g(s) }
//   =>
//   parallel i.2 { t[i.2] = 0 }
//   reduce kc < 1000 by up to 512 { parallel i { sum p; reduce k from kc < min(1000, kc + 512) { p += f(i, k) }; t[i] += p } }
//   parallel i.3 { let s = t[i.3]; y[i.3] = g(s) }
//
// Requires: parallel loops, each all that the one around it holds; within them a sum, the reduce loop that adds it up, and what is made of it.
// Ensures: the same additions as of a sum in parts (see `chunked`).
// Cost: linear in the nest.
import { InternalError } from "../../../runtime/error.ts";
import { along, shift } from "../../kernel/affine.ts";
import { combinedInto, copyAtPoint } from "../../kernel/copy.ts";
import { type Axis, type Course, constantExpr, type Expr, type Statement, type Step } from "../../kernel/kernel.ts";
import { nest } from "../../kernel/loops.ts";
import type { Loop } from "../../kernel/visit.ts";

type Accumulate = Extract<Step, { kind: "accumulate" }>;

/** The axes of a nest, and what is in it. */
interface Nest {
  readonly axes: readonly Axis[];
  readonly body: readonly Statement[];
}

function nestFrom({ axis, body }: Loop, over: Axis): Nest {
  const [inner] = body;
  if (inner?.kind !== "loop" || inner.axis === over) return { axes: [axis], body };
  const { axes, body: within } = nestFrom(inner, over);
  return { axes: [axis, ...axes], body: within };
}

const around = (axes: readonly Axis[], body: readonly Statement[]): readonly Statement[] =>
  nest(
    axes.map((axis) => ({ axes: [axis], index: along(axis) })),
    "parallel",
    body,
  );

/** `body` over other axes, with locals of its own. */
const over = (body: readonly Statement[], axes: readonly Axis[], others: readonly Axis[]): readonly Statement[] =>
  axes.reduce((copy, axis, i) => copyAtPoint(copy, { axis, index: along(others[i] as Axis), place: (element) => element }), body);

/** @throws InternalError where the nest is another */
export function accumulated(loop: Loop, { over: terms, points, into, before, behind }: Accumulate): readonly Statement[] {
  const { axes, body } = nestFrom(loop, terms);
  const [sum, reduction, ...rest] = body;
  if (sum?.kind !== "accumulator" || reduction?.kind !== "loop") throw new InternalError(`The loop "${loop.axis.name}" holds no sum alone`);
  const place = (at: readonly Axis[]) => ({ buffer: into, index: at.map((axis) => along(axis)) });
  const part: Axis = { name: `${terms.name}c`, extent: terms.extent };
  const course: Course = { from: along(part), step: 1, until: [shift(along(part), points)] };
  const local = { ...sum.local };
  const value: Expr = { kind: "local", dtype: local.dtype, local };
  const adding: readonly Statement[] = [
    { ...sum, local },
    { ...reduction, course, body: combinedInto(reduction.body, new Map([[sum.local, local]])) },
    { kind: "store", ...place(axes), value, accumulate: true, inside: [] },
  ];
  const zero: Statement = { kind: "store", ...place(before), value: constantExpr(0), accumulate: false, inside: [] };
  const whole: Statement = { kind: "let", local: sum.local, value: { kind: "load", dtype: local.dtype, ...place(axes) } };
  return [
    ...around(before, [zero]),
    { kind: "loop", role: "reduce", axis: part, course: { step: points, partly: true }, body: around(axes, adding) },
    ...around(behind, over([whole, ...rest], axes, behind)),
  ];
}
