// What: makes a loop over the residues of a stride a nest for each residue, with the taps of the kernel that meet it and no others.
// Before: `for p { for r < 2 { sum over u < 2 of (2·u + r < 3 ? g[p - u]·w[2·u + r] : 0) } }`
// After: `for p { sum over u < 2 of g[p - u]·w[2·u] }  for p { sum over u < 1 of g[p - u]·w[2·u + 1] }`: each is dense.
// Requires / ensures: kernels, before guards are moved to the factors that need them. Rule `bits`: the terms that are left out are 0.
// Cost: linear in the kernel, times the residues: up to 4 of each axis and 16 in all.
import { along, fixed, shift } from "../affine.ts";
import { decided, type Range, rangeWithin } from "../bounds.ts";
import { copyAtPoint } from "../copy.ts";
import { type Axis, type Bound, type Expr, isAxis, type Kernel, type Statement } from "../kernel.ts";
import type { Loops } from "../loops.ts";
import { rewriteKernel } from "../rewrite.ts";
import { computedBy, type Loop, sitesOf } from "../visit.ts";

/** Residues that are worth a nest each, of one axis and of all. */
const most = { each: 4, all: 16 };

/** Parallel loops from `loop` down, each all that the one around it holds. */
function nestFrom(loop: Loop): Loop[] {
  const [inner] = loop.body;
  if (loop.role !== "parallel") return [];
  return [loop, ...(loop.body.length === 1 && inner?.kind === "loop" ? nestFrom(inner) : [])];
}

const boundsIn = (loop: Loop): Bound[] =>
  sitesOf(loop.body).flatMap(({ statement }) => computedBy(statement).flatMap((expr) => (expr.kind === "guard" ? expr.bounds : [])));

/** Whether a bound is over `axis` and whole steps of another one alone: `stride·u + r`. */
const isOverResidue = ({ index: { terms } }: Bound, { extent }: Axis, axis: Axis): boolean =>
  terms.length === 2 &&
  terms.some(({ atom, coefficient }) => atom === axis && coefficient === 1) &&
  terms.some(({ atom, coefficient }) => atom !== axis && isAxis(atom) && coefficient === extent);

/** The loops over residues in a nest. */
function residuesIn(nest: readonly Loop[]): Loop[] {
  const bounds = nest[0] ? boundsIn(nest[0]) : [];
  const found = nest.filter(
    ({ axis }) => typeof axis.extent === "number" && axis.extent <= most.each && bounds.some((bound) => isOverResidue(bound, axis, axis)),
  );
  const copies = found.reduce((product, { axis }) => product * Number(axis.extent), 1);
  return copies <= most.all ? found : [];
}

/** `body` with what the loop over `left` holds in its place. */
function without(body: readonly Statement[], left: Axis): readonly Statement[] {
  return body.flatMap((statement): readonly Statement[] => {
    if (statement.kind !== "loop") return [statement];
    return statement.axis === left ? statement.body : [{ ...statement, body: without(statement.body, left) }];
  });
}

/** One copy of `body` for each point of a loop in it. */
function peeled(body: readonly Statement[], axis: Axis): readonly Statement[] {
  const inside = without(body, axis);
  return Array.from({ length: Number(axis.extent) }, (_, at) => copyAtPoint(inside, { axis, index: fixed(at), place: (element) => element })).flat();
}

/** The bounds without which `expr` is 0. */
function boundsOf(expr: Expr): readonly Bound[] {
  if (expr.kind !== "guard" || expr.fill.kind !== "constant" || expr.fill.value !== 0) return [];
  return [...expr.bounds, ...boundsOf(expr.value)];
}

/** The points of a reduce loop at which its terms are not 0 for certain; undefined where that is not known, or none are. */
function termsOf({ axis, body }: Loop): Range | undefined {
  const sums = sitesOf(body).flatMap(({ statement }) => (statement.kind === "loop" ? [] : [statement]));
  const [sum, more] = sums;
  if (!sum || more || sum.kind !== "combine" || sum.combine !== "sum" || typeof axis.extent !== "number") return undefined;
  const ranges = boundsOf(sum.value).flatMap((bound) => rangeWithin(bound, axis) ?? []);
  const from = Math.max(0, ...ranges.map((range) => range.from));
  const to = Math.min(axis.extent, ...ranges.map((range) => range.to));
  return to > from && to - from < axis.extent ? { from, to } : undefined;
}

/** The reduce loops over the terms that count. */
function narrowed(kernel: Kernel): Kernel {
  const loops = new Map<Axis, Loops>();
  for (const { statement } of sitesOf(kernel.body)) {
    const range = statement.kind === "loop" && statement.role === "reduce" ? termsOf(statement) : undefined;
    if (!range || statement.kind !== "loop") continue;
    const axis: Axis = { ...statement.axis, extent: range.to - range.from };
    loops.set(statement.axis, { axes: [axis], index: shift(along(axis), range.from) });
  }
  return rewriteKernel(rewriteKernel(kernel, { axis: (axis) => loops.get(axis) }), {
    expr: (expr) => (expr.kind === "guard" ? decided(expr) : expr),
  });
}

/** The nests that `statement` is, one for each residue. */
function nestsOf(statement: Statement): readonly Statement[] {
  const [residue] = statement.kind === "loop" ? residuesIn(nestFrom(statement)) : [];
  return residue ? peeled([statement], residue.axis).flatMap(nestsOf) : [statement];
}

/** The kernel with a nest for each residue of a stride. */
export function peelResidues(kernel: Kernel): Kernel {
  const body = kernel.body.flatMap(nestsOf);
  return body.length === kernel.body.length ? kernel : narrowed({ ...kernel, body });
}
