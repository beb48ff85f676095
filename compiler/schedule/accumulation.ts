// Which long products go on in parts whose operands stay in the cache: those of which the whole operands would leave it, and are read again for each tile of rows.
//
//   dW[i, j] = Σ_t,n d[t, n, j]·h[t, n, i], of 100 steps and 32 rows: parts of 512 terms are added up over all of dW, one after the other
import { evaluate, type Sizes } from "../ir/dim.ts";
import { elementBytes } from "../ir/type.ts";
import type { Axis, Buffer, Kernel, Step } from "../kernel/kernel.ts";
import { type Loop, loopsOf } from "../kernel/visit.ts";
import { target } from "../target.ts";
import type { Analysis } from "./legality.ts";
import { loadsIn, reductionIn } from "./tile.ts";

/** A sum of products at each point of two loops. */
interface Product {
  readonly rows: Loop;
  readonly columns: Loop;
  readonly reduction: Loop;
}

function productOf(rows: Loop): Product | undefined {
  const [columns] = rows.body;
  if (rows.role !== "parallel" || rows.body.length !== 1 || columns?.kind !== "loop" || columns.role !== "parallel") return undefined;
  const [sum, reduction] = columns.body;
  if (sum?.kind !== "accumulator" || sum.combine !== "sum" || sum.local.dtype !== "f32" || reduction?.kind !== "loop") return undefined;
  return reductionIn(columns.body) === reduction ? { rows, columns, reduction } : undefined;
}

/** Bytes of what a product reads in all, each element once. */
function bytesRead({ rows, columns, reduction }: Product, { depends, extent }: Analysis): number {
  const axes = [rows.axis, columns.axis, reduction.axis, ...loopsOf(reduction.body).map(({ axis }) => axis)];
  const read = loadsIn(reduction).map((load) => axes.filter((axis) => depends.expr(load).has(axis)));
  return read.reduce((sum, own) => sum + elementBytes.f32 * own.reduce((product, axis) => product * extent(axis), 1), 0);
}

/** Rows and columns from which on operands are read so often that sums in memory pay. */
const fewest = 32;

function isLarge(product: Product, analysis: Analysis): boolean {
  const isWide = [product.rows, product.columns].every(({ axis }) => analysis.extent(axis) >= fewest);
  return isWide && bytesRead(product, analysis) > target.cache.next;
}

/** The steps by which long products of `kernel` go on in parts; `partOf` gives the points of a part, where a sum has parts. */
export function accumulation(kernel: Kernel, analysis: Analysis, partOf: (axis: Axis) => number | undefined, capacity: Sizes): Step[] {
  return kernel.body.flatMap((loop): Step[] => {
    const product = loop.kind === "loop" ? productOf(loop) : undefined;
    const points = product && partOf(product.reduction.axis);
    if (!product || points === undefined || !isLarge(product, analysis)) return [];
    const axes = [product.rows.axis, product.columns.axis];
    const copies = () => axes.map((axis): Axis => ({ ...axis }));
    const into: Buffer = { name: "sums", kind: "scratch", dtype: "f32", shape: axes.map(({ extent }) => evaluate(extent, capacity)) };
    return [{ kind: "accumulate", axis: product.rows.axis, over: product.reduction.axis, points, into, before: copies(), behind: copies() }];
  });
}
