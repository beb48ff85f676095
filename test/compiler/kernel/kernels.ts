// Kernels built by hand, and shorthands to build them.

import type { Dim } from "../../../compiler/ir/dim.ts";
import type { Dtype } from "../../../compiler/ir/type.ts";
import { along, fixed, plus, scale, shift } from "../../../compiler/kernel/affine.ts";
import type { Affine, Axis, Bound, Buffer, BufferKind, Combine, Expr, Kernel, Local, ScalarOp, Statement } from "../../../compiler/kernel/kernel.ts";
import { constantExpr } from "../../../compiler/kernel/kernel.ts";

export const axis = (name: string, extent: Dim): Axis => ({ name, extent });
export const buffer = (name: string, shape: readonly Dim[], kind: BufferKind = "temporary", dtype: Dtype = "f32"): Buffer => ({
  name,
  kind,
  dtype,
  shape,
});
export const local = (name: string, dtype: Dtype = "f32"): Local => ({ name, dtype });

const affine = (index: Affine | Axis | Expr | number): Affine => {
  if (typeof index === "number") return fixed(index);
  return "terms" in index ? index : along(index);
};
export type Index = Affine | Axis | Expr | number;

export const load = (from: Buffer, ...index: Index[]): Expr => ({ kind: "load", dtype: from.dtype, buffer: from, index: index.map(affine) });
export const get = (value: Local): Expr => ({ kind: "local", dtype: value.dtype, local: value });
export const op = (name: ScalarOp, ...args: Expr[]): Expr => ({ kind: "op", dtype: (args.at(-1) as Expr).dtype, op: name, args });
export const guard = (bounds: readonly Bound[], value: Expr, fill = 0): Expr => ({
  kind: "guard",
  dtype: value.dtype,
  bounds,
  value,
  fill: constantExpr(fill, value.dtype),
});

export const parallel = (over: Axis, ...body: Statement[]): Statement => ({ kind: "loop", axis: over, role: "parallel", body });
export const reduce = (over: Axis, ...body: Statement[]): Statement => ({ kind: "loop", axis: over, role: "reduce", body });
export const accumulator = (into: Local, combine: Combine = "sum"): Statement => ({ kind: "accumulator", local: into, combine });
export const combine = (into: Local, value: Expr, how: Combine = "sum", at?: Expr): Statement => ({
  kind: "combine",
  local: into,
  combine: how,
  value,
  ...(at ? { at } : {}),
});
export const store = (
  into: Buffer,
  index: readonly Index[],
  value: Expr,
  more: { accumulate?: boolean; inside?: readonly Bound[] } = {},
): Statement => ({
  kind: "store",
  buffer: into,
  index: index.map(affine),
  value,
  accumulate: more.accumulate ?? false,
  inside: more.inside ?? [],
});
export const kernel = (name: string, ...body: Statement[]): Kernel => ({ name, body, computes: [] });

/** `y = tanh(x · w + b)` of `batch` rows. */
export function linear(inner = 12, outer = 5) {
  const [i, j, k] = [axis("i", "batch"), axis("j", outer), axis("k", inner)];
  const x = buffer("x", ["batch", inner], "input");
  const w = buffer("hidden.weight", [inner, outer], "variable");
  const b = buffer("hidden.bias", [outer], "variable");
  const y = buffer("hidden", ["batch", outer]);
  const s = local("s");
  const products = reduce(k, combine(s, op("mul", load(x, i, k), load(w, k, j))));
  const body = parallel(i, parallel(j, accumulator(s), products, store(y, [i, j], op("tanh", op("add", get(s), load(b, j))))));
  return { kernel: kernel("hidden", body), i, j, k, x, w, b, y };
}

/** `dx = dy · wᵀ`: the sum runs along the contiguous axis of both operands. */
export function linearInputGradient(inner = 12, outer = 32) {
  const [i, j, k] = [axis("i", "batch"), axis("j", inner), axis("k", outer)];
  const dy = buffer("dy", ["batch", outer]);
  const w = buffer("w", [inner, outer], "variable");
  const dx = buffer("dx", ["batch", inner]);
  const s = local("s");
  const products = reduce(k, combine(s, op("mul", load(dy, i, k), load(w, j, k))));
  return { kernel: kernel("dx", parallel(i, parallel(j, accumulator(s), products, store(dx, [i, j], get(s))))), i, j, k, dy, w, dx };
}

/** Softmax of rows: a maximum, a sum of exponentials, a quotient, in one loop over the rows. */
export function softmax(rows: Dim = "batch", columns = 16) {
  const [i, j, k, l] = [axis("i", rows), axis("j", columns), axis("k", columns), axis("l", columns)];
  const z = buffer("z", [rows, columns]);
  const p = buffer("p", [rows, columns], "result");
  const [m, s] = [local("m"), local("s")];
  const exponential = (column: Axis) => op("exp", op("sub", load(z, i, column), get(m)));
  const body = parallel(
    i,
    accumulator(m, "max"),
    reduce(j, combine(m, load(z, i, j), "max")),
    accumulator(s),
    reduce(k, combine(s, exponential(k))),
    parallel(l, store(p, [i, l], op("div", exponential(l), get(s)))),
  );
  return { kernel: kernel("softmax", body), i, j, k, l, z, p };
}

/** `y[r, o, w] = Σ x[r, w + k - 1, c] · weight[k, c, o]`: a convolution over channels-last rows, padded by 1. */
export function convolution(width = 14, channels = 8, out = 16) {
  const [r, w, o, k, c] = [axis("r", "batch"), axis("w", width), axis("o", out), axis("k", 3), axis("c", channels)];
  const x = buffer("x", ["batch", width, channels]);
  const weight = buffer("weight", [3, channels, out], "variable");
  const y = buffer("y", ["batch", width, out]);
  const s = local("s");
  const column = shift(plus(along(w), along(k)), -1);
  const image = guard([{ index: column, lower: 0, upper: width }], load(x, r, column, c));
  const products = reduce(k, reduce(c, combine(s, op("mul", image, load(weight, k, c, o)))));
  return {
    kernel: kernel("conv", parallel(r, parallel(w, parallel(o, accumulator(s), products, store(y, [r, w, o], get(s)))))),
    r,
    w,
    o,
    k,
    c,
    x,
    weight,
    y,
  };
}

/** A convolution padded by 1, as a graph states it: images [n, channel, column], weights [out, channel, tap]. */
export function planarConvolution(kind: BufferKind = "temporary") {
  const [n, o, w, c, t] = [axis("n", "batch"), axis("o", 16), axis("w", 12), axis("c", 8), axis("t", 3)];
  const image = buffer("image", ["batch", 8, 12], kind);
  const weight = buffer("weight", [16, 8, 3], "variable");
  const result = buffer("result", ["batch", 16, 12], kind);
  const s = local("s");
  const column = shift(plus(along(w), along(t)), -1);
  const pixel = guard([{ index: column, lower: 0, upper: 12 }], load(image, n, c, column));
  const products = reduce(c, reduce(t, combine(s, op("mul", pixel, load(weight, o, c, t)))));
  const program = kernel("conv", parallel(n, parallel(o, parallel(w, accumulator(s), products, store(result, [n, o, w], get(s))))));
  return { kernel: program, image, weight, result, o };
}

/** `y[n, p, o] = Σ x[n, p + t, c] · w[t, c, o]`: a convolution whose loops go over pixels inside of channels, and over taps inside of channels. */
export function tapped({ channels = 32, taps = 3, pixels = 96, out = 16 } = {}) {
  const [n, o, p, c, t] = [axis("n", "batch"), axis("o", out), axis("p", pixels), axis("c", channels), axis("t", taps)];
  const x = buffer("x", ["batch", pixels + taps - 1, channels], "input");
  const w = buffer("w", [taps, channels, out], "input");
  const s = local("s");
  const products = reduce(c, reduce(t, combine(s, op("mul", load(x, n, plus(along(p), along(t)), c), load(w, t, c, o)))));
  const stored = store(buffer("y", ["batch", pixels, out], "result"), [n, p, o], get(s));
  return kernel("tapped", parallel(n, parallel(o, parallel(p, accumulator(s), products, stored))));
}

/** `dw[o, c] = Σ dy[n, r, o] · x[n, r, c]`, the gradient of weights that all rows of all images share: a 1x1 convolution. */
export function weightGradient(rows = 80, channels = 8, out = 6) {
  const [o, c, n, r] = [axis("o", out), axis("c", channels), axis("n", "batch"), axis("r", rows)];
  const dy = buffer("dy", ["batch", rows, out], "input");
  const x = buffer("x", ["batch", rows, channels], "input");
  const dw = buffer("dw", [out, channels], "result");
  const s = local("s");
  const images = reduce(n, reduce(r, combine(s, op("mul", load(dy, n, r, o), load(x, n, r, c)))));
  const scaled = store(dw, [o, c], op("mul", get(s), constantExpr(0.5)));
  return { kernel: kernel("dw", parallel(o, parallel(c, accumulator(s), images, scaled))), o, c, n, r, dy, x, dw, s };
}

/** `dw[o, c, t] = Σ dy[n, o, p] · x[n, c, p + t]`, the gradient of the weights of a convolution along one axis, of images that lie channel by channel. */
export function tapsGradient({ out = 32, channels = 16, taps = 3, pixels = 100 } = {}) {
  const [o, c, t, n, p] = [axis("o", out), axis("c", channels), axis("t", taps), axis("n", "batch"), axis("p", pixels)];
  const dy = buffer("dy", ["batch", out, pixels], "input");
  const x = buffer("x", ["batch", channels, pixels + taps - 1], "input");
  const s = local("s");
  const images = reduce(n, reduce(p, combine(s, op("mul", load(dy, n, o, p), load(x, n, c, plus(along(p), along(t)))))));
  const stored = store(buffer("dw", [out, channels, taps], "result"), [o, c, t], get(s));
  return { kernel: kernel("dw", parallel(o, parallel(c, parallel(t, accumulator(s), images, stored)))), dy, x };
}

/** `y[i] = Σ x[j]` of the points j up to the end of the block of i: four blocks of four. */
export function triangle() {
  const [b, i, j] = [axis("b", 4), axis("i", 4), axis("j", 16)];
  const s = local("s");
  const sum: Statement = {
    kind: "loop",
    axis: j,
    role: "reduce",
    body: [combine(s, load(buffer("x", [16]), j))],
    course: { step: 1, until: [shift(along(b, 4), 4)] },
  };
  const stored = store(buffer("y", [16]), [plus(along(b, 4), along(i))], get(s));
  return { kernel: kernel("triangle", parallel(b, parallel(i, accumulator(s), sum, stored))), b, i, j };
}

/** `table[index[i]] += g[i]`, indices outside dropped. */
export function scatter(rows = 6, width = 8) {
  const [i, j] = [axis("i", "batch"), axis("j", width)];
  const index = buffer("index", ["batch"], "input", "i32");
  const g = buffer("g", ["batch", width]);
  const table = buffer("table", [rows, width], "result");
  const row = along(load(index, i));
  const inside = [{ index: row, lower: 0, upper: rows }];
  return {
    kernel: kernel("scatter", reduce(i, parallel(j, store(table, [row, j], load(g, i, j), { accumulate: true, inside })))),
    i,
    j,
    index,
    g,
    table,
  };
}

export { along, fixed, plus, scale, shift };

/** Each element with the other sign. */
export function negate(extent: number | string) {
  const i = axis("i", extent);
  const [x, y] = [buffer("x", [extent]), buffer("y", [extent])];
  return { i, x, y, program: kernel("negate", parallel(i, store(y, [i], op("neg", load(x, i))))) };
}
