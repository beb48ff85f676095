import { describe, expect, test } from "vitest";
import { callOf, instanceOf } from "../../../../compiler/kernel/call.ts";
import { interpretKernel } from "../../../../compiler/kernel/interpret.ts";
import { type Axis, type Buffer, constantExpr, type Expr, type Kernel, type Layout, type ScalarOp } from "../../../../compiler/kernel/kernel.ts";
import { cutTriangles } from "../../../../compiler/kernel/passes/cut-triangles.ts";
import { printKernel } from "../../../../compiler/kernel/print.ts";
import { buffersOf } from "../../../../compiler/kernel/visit.ts";
import { denseStrides } from "../../../../compiler/schedule/strides.ts";
import { accumulator, along, axis, buffer, combine, get, kernel, load, local, op, parallel, reduce, shift, store } from "../kernels.ts";

const places = 32;
const [q, k, v] = [buffer("q", [places, 2], "input"), buffer("k", [places, 2], "input"), buffer("v", [places, 3], "input")];
const [t, p] = [buffer("t", [places, places]), buffer("p", [places, places])];
const [y, w] = [buffer("y", [places, 3], "result"), buffer("w", [places, places], "result")];

const at = (index: Axis, ahead = 0): Expr => ({ kind: "index", dtype: "i32", index: shift(along(index), ahead) });

/** `t[i, j] = where(j <= i, Σ q[i, e]·k[j, e], -Infinity)`, or by another relation, or with another value behind the mask, or with j up to some places ahead. */
function scores(relation: ScalarOp = "le", otherwise = Number.NEGATIVE_INFINITY, ahead = 0): Kernel {
  const [i, j, e] = [axis("i", places), axis("j", places), axis("e", 2)];
  const s = local("s");
  const takesPart: Expr = { kind: "op", dtype: "bool", op: relation, args: [at(j), at(i, ahead)] };
  const products = reduce(e, combine(s, op("mul", load(q, i, e), load(k, j, e))));
  const masked = store(t, [i, j], { kind: "op", dtype: "f32", op: "where", args: [takesPart, get(s), constantExpr(otherwise)] });
  return kernel("scores", parallel(i, parallel(j, accumulator(s), products, masked)));
}

/** `p[i, j] = exp(t[i, j] - max_j t[i, j])` */
function weights(): Kernel {
  const [i, j, l] = [axis("i", places), axis("j", places), axis("l", places)];
  const m = local("m");
  const largest = reduce(j, combine(m, load(t, i, j), "max"));
  return kernel("weights", parallel(i, accumulator(m, "max"), largest, parallel(l, store(p, [i, l], op("exp", op("sub", load(t, i, l), get(m)))))));
}

/** `y[i, c] = Σ p[i, j]·v[j, c]` */
function means(of = p): Kernel {
  const [i, c, j] = [axis("i", places), axis("c", 3), axis("j", places)];
  const s = local("s");
  const products = reduce(j, combine(s, op("mul", load(of, i, j), load(v, j, c))));
  return kernel("means", parallel(i, parallel(c, accumulator(s), products, store(y, [i, c], get(s)))));
}

/** `y[j, c] = Σ p[i, j]·v[i, c]`: the sum goes down the columns. */
function meansDown(of = p): Kernel {
  const [i, c, j] = [axis("i", places), axis("c", 3), axis("j", places)];
  const s = local("s");
  const products = reduce(i, combine(s, op("mul", load(of, i, j), load(v, i, c))));
  return kernel("down", parallel(j, parallel(c, accumulator(s), products, store(y, [j, c], get(s)))));
}

/** `w[i, j] = p[i, j]` */
function shown(): Kernel {
  const [i, j] = [axis("i", places), axis("j", places)];
  return kernel("shown", parallel(i, parallel(j, store(w, [i, j], load(p, i, j)))));
}

const layout: Layout = new Map([q, k, v, t, p, y, w].map((one) => [one, denseStrides(one.shape)]));
const cut = (...kernels: Kernel[]): Kernel[] => (cutTriangles([kernels.map(callOf)], layout)[0] ?? []).map(instanceOf);
const text = (kernels: readonly Kernel[]) => kernels.map((one) => printKernel(one)).join("\n");

/** What the results hold, where temporaries hold NaN until they are stored to. */
function run(kernels: readonly Kernel[]): number[] {
  const buffers = [...new Set(kernels.flatMap((one) => [...buffersOf(one)]))];
  const content = ({ kind, shape, name }: Buffer) =>
    Float64Array.from({ length: Number(shape[0]) * Number(shape[1]) }, (_, n) =>
      kind === "input" ? Math.sin(n * 7 + name.charCodeAt(0)) : Number.NaN,
    );
  const memory = new Map(buffers.map((one) => [one, content(one)]));
  for (const one of kernels) interpretKernel(one, memory, {}, { round: "f32" });
  return buffers.flatMap((one) => (one.kind === "result" ? [...(memory.get(one) as Float64Array)] : []));
}

describe("cutTriangles of several entry points", () => {
  const cutBoth = (...entries: Kernel[][]): Kernel[][] =>
    cutTriangles(
      entries.map((kernels) => kernels.map(callOf)),
      layout,
    ).map((calls) => calls.map(instanceOf));

  test("knows what a value is that each of them stores by a kernel of its own", () => {
    const both = cutBoth([scores(), weights(), means()], [scores("lt", Number.NEGATIVE_INFINITY, 1), weights(), meansDown()]);
    for (const kernels of both) expect(text(kernels.slice(2))).toMatch(/min\(|from/);
    for (const [i, kernels] of both.entries()) expect(run(kernels)).toEqual(run([scores(), weights(), i === 0 ? means() : meansDown()]));
  });

  test("knows nothing of it where one of them leaves numbers behind the diagonal", () => {
    const both = cutBoth([scores(), weights(), means()], [scores("le", 3), weights(), meansDown()]);
    for (const kernels of both) expect(text(kernels.slice(1))).not.toMatch(/min\(|from/);
  });
});

describe("cutTriangles", () => {
  test("leaves out the blocks behind the diagonal: of products by columns, else by rows", () => {
    expect(text(cut(scores(), weights(), means()))).toMatchInlineSnapshot(`
      "kernel scores(q, k) -> t
        parallel jb < 2
          parallel i from 16·jb < 32
            parallel j < 16
              sum s
              reduce e < 2
                s += q[i, e] * k[16·jb + j, e]
              t[i, 16·jb + j] = where((16·jb + j) <= i, s, -Infinity)
      kernel weights(t) -> p
        parallel ib < 2
          parallel i < 16
            max m
            reduce j < min(32, 16·ib + 16)
              m max= t[16·ib + i, j]
            parallel l < min(32, 16·ib + 16)
              p[16·ib + i, l] = exp(t[16·ib + i, l] - m)
      kernel means(p, v) -> y
        parallel ib < 2
          parallel i < 16
            parallel c < 3
              sum s
              reduce j < min(32, 16·ib + 16)
                s += p[16·ib + i, j] * v[j, c]
              y[16·ib + i, c] = s"
    `);
  });

  test("starts sums down the columns at the diagonal", () => {
    expect(text(cut(scores(), weights(), meansDown()).slice(2))).toMatchInlineSnapshot(`
      "kernel down(p, v) -> y
        parallel jb < 2
          parallel j < 16
            parallel c < 3
              sum s
              reduce i from 16·jb < 32
                s += p[i, 16·jb + j] * v[i, c]
              y[16·jb + j, c] = s"
    `);
  });

  test.each(["le", "ge"] as const)("keeps the values of weights that are masked by %s", (relation) => {
    for (const last of [means(), meansDown(), shown()]) {
      const kernels = [scores(relation), weights(), last];
      expect(run(cut(...kernels))).toEqual(run(kernels));
    }
  });

  test.each(["le", "lt", "ge", "gt"] as const)("keeps the values of products that are masked by %s", (relation) => {
    for (const last of [means(t), meansDown(t)]) {
      const kernels = [scores(relation, 0), last];
      const found = cut(...kernels);
      expect(found.every((one, i) => one !== kernels[i])).toBe(true);
      expect(run(found)).toEqual(run(kernels));
    }
  });

  test("stores what is read, and all that it is computed of", () => {
    const kernels = [scores(), weights(), means(), shown()];
    const [whole, rows, sums, last] = cut(...kernels);
    expect([whole, last]).toEqual([kernels[0], kernels[3]]);
    expect(text([rows as Kernel])).toMatchInlineSnapshot(`
      "kernel weights(t) -> p
        parallel ib < 2
          parallel i < 16
            max m
            reduce j < min(32, 16·ib + 16)
              m max= t[16·ib + i, j]
            parallel l < 32
              p[16·ib + i, l] = exp(t[16·ib + i, l] - m)"
    `);
    expect(text([sums as Kernel])).toContain("reduce j < min(32, 16·ib + 16)");
    expect(run(cut(...kernels))).toEqual(run(kernels));
  });

  test("leaves kernels as they are where a mask says nothing of all that is behind the diagonal, or leaves numbers there", () => {
    for (const first of [scores("ne"), scores("le", -1e9), scores("le", -Infinity, 2)]) {
      const entries = [[first, weights(), means()].map(callOf)];
      expect(cutTriangles(entries, layout)).toBe(entries);
    }
  });

  test("leaves the loops of a sum over all rows", () => {
    const [i, j] = [axis("i", places), axis("j", places)];
    const [s, m] = [local("s"), local("m")];
    const total = buffer("total", [1], "result");
    const squares = reduce(j, combine(m, op("mul", load(p, i, j), load(p, i, j))));
    const rows = reduce(i, accumulator(m), squares, combine(s, get(m)));
    const sum = kernel("sum", accumulator(s), rows, store(total, [0], get(s)));
    expect(cut(scores(), weights(), sum)[2]).toEqual(sum);
  });
});
