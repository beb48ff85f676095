// What: replaces the guards around loads of a temporary, or of a copy of an input, by a border of zeros around its content.
// Before: `s += (0 <= i + k - 1 < 14 ? x[i + k - 1] : 0) * w[k]`  After: `s += x[i + k - 1] * w[k]`, x with one zero on either side.
// Requires: the calls of all entry points. Ensures: the same values bit for bit. The border is never stored to, and memory starts as 0.
// Cost: linear in the size of the kernels; memory, since a buffer with a border shares its place with no other.
import { affineKey, along, rangeOf } from "../affine.ts";
import { argumentsOf, buffersOfCall, callOf, instanceOf, replaced, viewedBy } from "../call.ts";
import { type Axis, type Buffer, type Call, type Expr, type Kernel, type Margin, type Statement, sharesMemory } from "../kernel.ts";
import { type Element, rewriteKernel } from "../rewrite.ts";
import { computedBy, kept, readsOf, sitesOf } from "../visit.ts";

type Guard = Extract<Expr, { kind: "guard" }>;
type Margins = readonly Margin[];

/** Widest border, in elements along one axis: those of the usual convolutions. */
const widest = 8;

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

// A border stays where it is only if no stride depends on the number of rows: a dynamic axis comes first.
const isSteady = ({ shape }: Buffer): boolean => shape.slice(1).every((dim) => typeof dim === "number");

const canHaveBorder = (buffer: Buffer): boolean => isSteady(buffer) && (buffer.kind === "input" || sharesMemory(buffer));

/** The borders that the sums of a kernel ask for: elsewhere a guard is evaluated once an element and does no harm. */
const wantedBy = kept((kernel: Kernel): ReadonlyMap<Buffer, Margins> => {
  const borders = new Map<Buffer, Margins>();
  for (const { statement, loops } of sitesOf(kernel.body)) {
    if (loops.every(({ role }) => role === "parallel")) continue;
    for (const expr of computedBy(statement)) {
      const margins = expr.kind === "guard" ? marginsOf(expr) : undefined;
      if (!margins || expr.kind !== "guard" || expr.value.kind !== "load" || !canHaveBorder(expr.value.buffer)) continue;
      const { buffer } = expr.value;
      borders.set(buffer, union(borders.get(buffer) ?? [], margins));
    }
  }
  return borders;
});

function wantedBorders(calls: readonly Call[]): Map<Buffer, Margins> {
  const borders = new Map<Buffer, Margins>();
  const viewed = viewedBy(calls);
  for (const call of calls) {
    for (const [formal, margins] of wantedBy(call.kernel)) {
      const buffer = argumentsOf(call)(formal);
      if (viewed.has(buffer) || buffer.view) continue;
      borders.set(buffer, union(borders.get(buffer) ?? [], margins));
    }
  }
  return borders;
}

/** What takes the place of a buffer: itself with a border; of an input, which has none, a copy. */
function withBorder(buffer: Buffer, halo: Margins): Buffer {
  const { name, dtype, shape } = buffer;
  return buffer.kind === "input" ? { name: `${name}.bordered`, kind: "temporary", dtype, shape, halo } : { ...buffer, halo };
}

/** Copies an input to where it has a border. */
function copyKernel(from: Buffer, to: Buffer): Kernel {
  const axes = from.shape.map((extent, d): Axis => ({ name: `i${d}`, extent }));
  const index = axes.map((axis) => along(axis));
  const copy: Statement = {
    kind: "store",
    buffer: to,
    index,
    value: { kind: "load", dtype: from.dtype, buffer: from, index },
    accumulate: false,
    inside: [],
  };
  const body = axes.reduceRight<Statement>((inner, axis) => ({ kind: "loop", axis, role: "parallel", body: [inner] }), copy);
  return { name: `border.${from.name}`, body: [body], computes: [to.name] };
}

/** The calls of each entry point with borders in place of guards; a call of several entry points stays one. */
export function addHalos(entries: readonly (readonly Call[])[]): readonly (readonly Call[])[] {
  const wanted = wantedBorders([...new Set(entries.flat())]);
  return wanted.size === 0 ? entries : withBorders(entries, wanted);
}

function withBorders(entries: readonly (readonly Call[])[], wanted: ReadonlyMap<Buffer, Margins>): Call[][] {
  const bordered = new Map([...wanted].map(([buffer, halo]): [Buffer, Buffer] => [buffer, withBorder(buffer, halo)]));
  const copies = new Map(
    [...bordered].flatMap(([from, to]): [Buffer, Call][] => (from.kind === "input" ? [[to, callOf(copyKernel(from, to))]] : [])),
  );
  const place = ({ buffer, index }: Element): Element => ({ buffer: (buffer.kind === "temporary" && bordered.get(buffer)) || buffer, index });
  const expr = (one: Expr): Expr => {
    if (one.kind !== "guard" || one.value.kind !== "load") return one;
    const buffer = bordered.get(one.value.buffer) ?? one.value.buffer;
    const margins = marginsOf(one);
    return margins && buffer.halo && covers(buffer.halo, margins) ? { ...one.value, buffer } : one;
  };
  const image = kept((call: Call): Call => {
    const affected = buffersOfCall(call).some((buffer) => bordered.has(buffer));
    return affected ? replaced(call, rewriteKernel(instanceOf(call), { expr, place })) : call;
  });
  return entries.map((own) => {
    const rewritten = own.map(image);
    const read = new Set(copies.size === 0 ? [] : rewritten.flatMap((call) => [...readsOf(call.kernel)]));
    return [...[...copies].flatMap(([buffer, copy]) => (read.has(buffer) ? [copy] : [])), ...rewritten];
  });
}
