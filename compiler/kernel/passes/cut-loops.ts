// What: makes a loop in whose parts different guards hold a loop for each part, as where tensors are joined, or the gradients of what was cut apart.
// Before: `for j < 192 { y[j] = (0 <= j < 64 ? a[j] : 0) + (0 <= j - 64 < 128 ? b[j - 64] : 0) }`
// After: `for j < 64 { y[j] = a[j] + 0 }  for j < 128 { y[j + 64] = 0 + b[j] }`: neither asks where it is.
// Requires: kernels; guards of padding have been turned into borders. Rule `bits`. Ensures: the same points in the same order.
// Cost: linear in the kernel, times the parts of its loops: 8 at most.
import { along, shift } from "../affine.ts";
import { decided, type Range, rangeWithin } from "../bounds.ts";
import { copyAtPoint } from "../copy.ts";
import type { Axis, Kernel, Statement } from "../kernel.ts";
import { rewriteKernel } from "../rewrite.ts";
import { computedBy, type Loop, sitesOf } from "../visit.ts";

/** Parts that a loop may have. */
const mostParts = 8;
/** Points of the smallest one: those of a border are not worth the code. */
const fewestPoints = 8;

/** Where the guards in a loop begin to hold, or end to, from its first point to its end. */
function cutsOf({ axis, body }: Loop, extent: number): number[] {
  const exprs = sitesOf(body).flatMap(({ statement }) => computedBy(statement));
  const bounds = exprs.flatMap((expr) => (expr.kind === "guard" ? expr.bounds : []));
  const ranges = bounds.flatMap((bound) => rangeWithin(bound, axis) ?? []);
  const inside = ranges.flatMap(({ from, to }) => [from, to]).filter((at) => at > 0 && at < extent);
  return [...new Set([0, ...inside, extent])].sort((a, b) => a - b);
}

/** The parts that a loop is cut into; none where it stays. */
function partsOf(loop: Loop): Range[] {
  const { extent } = loop.axis;
  if (loop.role !== "parallel" || typeof extent !== "number" || loop.body.some(({ kind }) => kind === "loop")) return [];
  const cuts = cutsOf(loop, extent);
  const parts = cuts.slice(1).map((to, i): Range => ({ from: cuts[i] as number, to }));
  const isWorth = parts.length > 1 && parts.length <= mostParts && parts.every(({ from, to }) => to - from >= fewestPoints);
  return isWorth ? parts : [];
}

function partOf(loop: Loop, { from, to }: Range): Statement {
  const axis: Axis = { ...loop.axis, extent: to - from };
  return { ...loop, axis, body: copyAtPoint(loop.body, { axis: loop.axis, index: shift(along(axis), from), place: (element) => element }) };
}

function cut(statement: Statement): readonly Statement[] {
  if (statement.kind !== "loop") return [statement];
  const parts = partsOf(statement);
  return parts.length > 0 ? parts.map((part) => partOf(statement, part)) : [{ ...statement, body: statement.body.flatMap(cut) }];
}

/** The kernel with loops cut where its guards change. */
export function cutLoops(kernel: Kernel): Kernel {
  const isCut = sitesOf(kernel.body).some(({ statement }) => statement.kind === "loop" && partsOf(statement).length > 0);
  if (!isCut) return kernel;
  return rewriteKernel({ ...kernel, body: kernel.body.flatMap(cut) }, { expr: (expr) => (expr.kind === "guard" ? decided(expr) : expr) });
}
