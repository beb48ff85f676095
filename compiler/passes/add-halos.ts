// What: replaces the guards around loads of a temporary by a border of zeros around its content.
// Before: `s += (0 <= i + k - 1 < 14 ? x[i + k - 1] : 0) * w[k]`  After: `s += x[i + k - 1] * w[k]`, x with one zero on either side.
// Requires: the kernels of all entry points. Ensures: the same values bit for bit. The border is never stored to, and memory starts as 0.
// Cost: linear in the size of the kernels; memory, since a buffer with a border shares its place with no other.
import { affineKey } from "../kernel/affine.ts";
import { type Affine, type Buffer, type Expr, isAxis, type Kernel, type Margin, sharesMemory } from "../kernel/kernel.ts";
import { rewriteKernel } from "../kernel/rewrite.ts";
import { expressionsOf, sitesOf, subexpressions } from "../kernel/visit.ts";

type Guard = Extract<Expr, { kind: "guard" }>;
type Margins = readonly Margin[];

/** Widest border, in elements along one axis: those of the usual convolutions. */
const widest = 8;

/** Smallest and largest value of an index over static axes. */
function rangeOf({ offset, terms }: Affine): { least: number; most: number } | undefined {
  let [least, most] = [offset, offset];
  for (const { atom, coefficient } of terms) {
    if (!isAxis(atom) || typeof atom.extent !== "number" || typeof coefficient !== "number") return undefined;
    const far = coefficient * (atom.extent - 1);
    least += Math.min(far, 0);
    most += Math.max(far, 0);
  }
  return { least, most };
}

/** The border that makes a guard superfluous; undefined when none does. */
function marginsOf({ value, fill, bounds }: Guard): Margins | undefined {
  if (value.kind !== "load" || value.dtype !== "f32" || fill.kind !== "constant" || !Object.is(fill.value, 0)) return undefined;
  const { shape } = value.buffer;
  const keys = value.index.map(affineKey);
  const margins: Margin[] = shape.map(() => ({ low: 0, high: 0 }));
  for (const { index, lower, upper } of bounds) {
    const axis = keys.indexOf(affineKey(index));
    const extent = shape[axis];
    const range = rangeOf(index);
    if (!range || lower !== 0 || upper !== extent || typeof extent !== "number") return undefined;
    margins[axis] = { low: Math.max(0, -range.least), high: Math.max(0, range.most - extent + 1) };
  }
  return margins.every(({ low, high }) => low <= widest && high <= widest) ? margins : undefined;
}

const covers = (border: Margins, margins: Margins): boolean =>
  margins.every(({ low, high }, axis) => low <= (border[axis]?.low ?? 0) && high <= (border[axis]?.high ?? 0));

const union = (a: Margins, b: Margins): Margins =>
  b.map(({ low, high }, axis) => ({ low: Math.max(low, a[axis]?.low ?? 0), high: Math.max(high, a[axis]?.high ?? 0) }));

/** The borders that sums ask for: elsewhere a guard is evaluated once an element and does no harm. */
function wantedBorders(kernels: readonly Kernel[]): Map<Buffer, Margins> {
  const borders = new Map<Buffer, Margins>();
  for (const { statement, loops } of kernels.flatMap((kernel) => sitesOf(kernel.body))) {
    if (loops.every(({ role }) => role === "parallel")) continue;
    for (const expr of subexpressions(expressionsOf(statement))) {
      const margins = expr.kind === "guard" ? marginsOf(expr) : undefined;
      if (!margins || expr.kind !== "guard" || expr.value.kind !== "load" || !sharesMemory(expr.value.buffer)) continue;
      const { buffer } = expr.value;
      borders.set(buffer, union(borders.get(buffer) ?? [], margins));
    }
  }
  return borders;
}

/** The kernels of each entry point with borders in place of guards; a kernel of several entry points stays one. */
export function addHalos(entries: readonly (readonly Kernel[])[]): Kernel[][] {
  const kernels = [...new Set(entries.flat())];
  const bordered = new Map([...wantedBorders(kernels)].map(([buffer, halo]): [Buffer, Buffer] => [buffer, { ...buffer, halo }]));
  const rename = (buffer: Buffer): Buffer => bordered.get(buffer) ?? buffer;
  const replace = (expr: Expr): Expr => {
    if (expr.kind !== "guard" || expr.value.kind !== "load") return expr;
    const margins = marginsOf(expr);
    return margins && expr.value.buffer.halo && covers(expr.value.buffer.halo, margins) ? expr.value : expr;
  };
  const images = new Map(kernels.map((kernel) => [kernel, rewriteKernel(kernel, replace, rename)]));
  return entries.map((own) => own.map((kernel) => images.get(kernel) ?? kernel));
}
