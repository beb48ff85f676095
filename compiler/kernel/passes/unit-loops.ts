// What: puts what a loop of one point holds in the loop's place.
// Before: `reduce u < 1 { reduce o < 8 { s += (0 <= k - u < 7 ? g[k - u, o] : 0) · w[u, o] } }`
// After: `reduce o < 8 { s += g[k, o] · w[0, o] }` with k < 7: kernels of one tap, groups of one channel and windows side by side are dense.
// Requires / ensures: kernels, before guards are moved; the same values bit for bit. Cost: linear in the kernel.
import { fixed } from "../affine.ts";
import { decided } from "../bounds.ts";
import type { Axis, Kernel } from "../kernel.ts";
import type { Loops } from "../loops.ts";
import { rewriteKernel } from "../rewrite.ts";
import { loopsOf } from "../visit.ts";

const atPoint: Loops = { axes: [], index: fixed(0) };
const standsFor = ({ extent }: Axis): Loops | undefined => (extent === 1 ? atPoint : undefined);

/** The kernel without loops of one point, and without the bounds that always hold then. */
export function dropUnitLoops(kernel: Kernel): Kernel {
  if (!loopsOf(kernel.body).some(({ axis }) => axis.extent === 1)) return kernel;
  return rewriteKernel(rewriteKernel(kernel, { axis: standsFor }), { expr: (expr) => (expr.kind === "guard" ? decided(expr) : expr) });
}
