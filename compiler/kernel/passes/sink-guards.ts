// What: moves a guard around a product to the factor that needs it, so that the other factor is loaded once for several points.
// Before: `inside ? g[k - u] * w[u] : 0`  After: `(inside ? g[k - u] : 0) * w[u]`.
// Requires / ensures: kernels. Rule `finite`: where w is infinite or NaN, an element at the border gets NaN instead of 0, as the elements
//   in the middle do with which w is multiplied, too. A factor that is not used in the middle keeps its guard: `inside ? x[i] * f(x[i]) : 0`.
// Cost: linear in the size of the kernel.
import { isWithin } from "../affine.ts";
import { type Bound, type Expr, isAxis, type Kernel } from "../kernel.ts";
import { rewriteKernel } from "../rewrite.ts";
import { computedBy, type Dependence, dependence, sitesOf, subexpressions } from "../visit.ts";

type Guard = Extract<Expr, { kind: "guard" }>;

const isZero = (expr: Expr): boolean => expr.kind === "constant" && Object.is(expr.value, 0);
const overAxes = (bounds: readonly Bound[]): boolean => bounds.every(({ index }) => index.terms.every(({ atom }) => isAxis(atom)));

/** Whether `expr` can be computed at every point of the loops. */
function isSafe(expr: Expr): boolean {
  return subexpressions([expr]).every((part) => {
    if (part.kind === "op") return part.op !== "quotient" && part.op !== "remainder";
    return part.kind !== "load" || part.index.every((index, axis) => isWithin(index, part.buffer.shape[axis] ?? 0));
  });
}

/** Guards that hold the same fill become one. */
function merge(guard: Guard): Guard {
  const { value, fill, bounds } = guard;
  if (value.kind !== "guard" || !isZero(fill) || !isZero(value.fill) || !overAxes(value.bounds)) return guard;
  return { ...guard, bounds: [...bounds, ...value.bounds], value: value.value };
}

/** Whether each value of `factor` is used inside of the bounds, too: every bound has an axis that the factor does not change with. */
function isUsedInside(factor: Expr, bounds: readonly Bound[], { expr, index }: Dependence): boolean {
  const own = expr(factor);
  return bounds.every((bound) => [...index(bound.index)].some((axis) => !own.has(axis)));
}

function sink(outer: Guard, dependence: Dependence): Expr {
  const guard = merge(outer);
  const product = guard.value;
  if (product.kind !== "op" || product.op !== "mul" || product.dtype !== "f32" || !isZero(guard.fill)) return guard;
  const canBeFree = (factor: Expr) => isSafe(factor) && isUsedInside(factor, guard.bounds, dependence);
  const [x, y] = product.args as [Expr, Expr];
  if (canBeFree(x) === canBeFree(y)) return guard;
  const args = canBeFree(y) ? [sink({ ...guard, value: x }, dependence), y] : [x, sink({ ...guard, value: y }, dependence)];
  return { ...product, args };
}

/** Moves guards to the factors that need them. */
export function sinkGuards(kernel: Kernel): Kernel {
  if (!sitesOf(kernel.body).some(({ statement }) => computedBy(statement).some(({ kind }) => kind === "guard"))) return kernel;
  const axes = dependence(kernel.body);
  return rewriteKernel(kernel, { expr: (expr) => (expr.kind === "guard" ? sink(expr, axes) : expr) });
}
