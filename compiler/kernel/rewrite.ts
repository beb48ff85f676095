// Rebuilding kernels with other expressions, loops and buffers.
//
//   for i < 10 { y[i] = x[i] }, with i = 4·o + k   =>   for o < 3 { for k < 4 { if 4·o + k < 10 { y[4·o + k] = x[4·o + k] } } }
//
// Requires: what stands for an axis takes each value that is needed once, in order where the loop is a `reduce` loop.
// Ensures: what it takes beyond the range of the axis does nothing: bounds keep it from what is stored and combined.
// Cost: linear in the kernel.
import { type Affine, type Axis, type Bound, type Buffer, constantExpr, type Expr, identityOf, type Kernel, type Statement } from "./kernel.ts";
import { type Loops, nest } from "./loops.ts";
import { substitution } from "./substitute.ts";
import { kept } from "./visit.ts";

/** The element of a buffer that a load or a store is at. */
export interface Element {
  readonly buffer: Buffer;
  readonly index: readonly Affine[];
}

/** What a kernel is rebuilt with; what is left out stays as it is. */
export interface Rewriting {
  /** The expression that takes the place of one whose operands are replaced already. */
  readonly expr?: (expr: Expr) => Expr;
  /** The loops that take the place of one; undefined keeps it. */
  readonly axis?: (axis: Axis) => Loops | undefined;
  /** The place of a load or store whose index is replaced already. */
  readonly place?: (place: Element) => Element;
}

const guarded = (value: Expr, bounds: readonly Bound[], fill: number): Expr =>
  bounds.length === 0 ? value : { kind: "guard", dtype: value.dtype, bounds, value, fill: constantExpr(fill, value.dtype) };

type Simple = Exclude<Statement, { kind: "loop" }>;

/** `statement` where `bounds` hold; elsewhere it does nothing that is seen. */
function within(statement: Simple, bounds: readonly Bound[]): Simple {
  if (bounds.length === 0 || statement.kind === "accumulator") return statement;
  if (statement.kind === "store") return { ...statement, inside: [...bounds, ...statement.inside] };
  if (statement.kind === "let") return { ...statement, value: guarded(statement.value, bounds, 0) };
  const value = guarded(statement.value, bounds, identityOf(statement.combine, statement.value.dtype));
  return { ...statement, value, ...(statement.at && { at: guarded(statement.at, bounds, 0) }) };
}

/** The kernel rebuilt. Shared expressions stay shared. */
export function rewriteKernel(kernel: Kernel, { expr, axis, place = (element) => element }: Rewriting): Kernel {
  const loopsFor = kept((one: Axis) => axis?.(one));
  const images = substitution({
    axis: (one) => loopsFor(one)?.index,
    load: (load, index) => ({ ...load, ...place({ buffer: load.buffer, index }) }),
    expr,
  });
  const simple = (statement: Simple): Simple => {
    if (statement.kind === "accumulator") return statement;
    const value = images.expr(statement.value);
    if (statement.kind === "combine") return { ...statement, value, ...(statement.at && { at: images.expr(statement.at) }) };
    if (statement.kind === "let") return { ...statement, value };
    const element = place({ buffer: statement.buffer, index: statement.index.map(images.index) });
    return { ...statement, ...element, value, inside: statement.inside.map((bound) => ({ ...bound, index: images.index(bound.index) })) };
  };
  const rewrite = (body: readonly Statement[], bounds: readonly Bound[]): readonly Statement[] =>
    body.flatMap((statement) => {
      if (statement.kind !== "loop") return [within(simple(statement), bounds)];
      const loops = loopsFor(statement.axis);
      if (!loops) return [{ ...statement, body: rewrite(statement.body, bounds) }];
      const rest = images.restOf(statement.axis);
      return nest([loops], statement.role, rewrite(statement.body, [...bounds, ...rest]));
    });
  return { ...kernel, body: rewrite(kernel.body, []) };
}
