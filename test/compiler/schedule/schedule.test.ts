import { describe, expect, test } from "vitest";
import { callOf } from "../../../compiler/kernel/call.ts";
import type { Axis, Expr, Kernel, Layout, Schedule } from "../../../compiler/kernel/kernel.ts";
import { constantExpr } from "../../../compiler/kernel/kernel.ts";
import { printKernel } from "../../../compiler/kernel/print.ts";
import { loopsOf } from "../../../compiler/kernel/visit.ts";
import { layout } from "../../../compiler/schedule/layout.ts";
import { type Marks, schedule } from "../../../compiler/schedule/schedule.ts";
import { stridesFor } from "../../../compiler/schedule/strides.ts";
import { marksOf, marksText } from "../../support/marks.ts";
import {
  accumulator,
  axis,
  buffer,
  combine,
  convolution,
  get,
  kernel,
  linear,
  linearInputGradient,
  load,
  local,
  op,
  parallel,
  reduce,
  scatter,
  softmax,
  store,
  tapped,
} from "../kernel/kernels.ts";

const capacity = { batch: 64 };
const stepsFor = (program: Kernel, strides: Layout = layout([callOf(program)], [], capacity)): Schedule => schedule(program, strides, capacity);
const scheduled = (program: Kernel): Map<Axis, Marks> => marksOf(stepsFor(program));
/** The loop lines of a kernel, behind each what steps make of it. */
function loopsOn(program: Kernel, steps: Schedule): string[] {
  const lines = printKernel(program)
    .split("\n")
    .filter((line) => /^ *(parallel|reduce) /.test(line));
  return loopsOf(program.body).map(({ axis }, i) => [lines[i]?.trim(), marksText(steps, axis)].join("  ").trim());
}
const loops = (program: Kernel, strides?: Layout): string[] => loopsOn(program, stepsFor(program, strides));

const loopsFor = (program: Kernel, batch: number) => loopsOn(program, schedule(program, layout([callOf(program)], [], { batch }), { batch }));

describe("vector axis", () => {
  test("of a matrix product is the axis that is contiguous in the result and one operand", () => {
    expect(loops(linear(64, 64).kernel)).toEqual(["parallel i < batch  tile 4", "parallel j < 64  vector tile 2", "reduce k < 64"]);
  });

  test("of a product with a transposed matrix is the sum", () => {
    expect(loops(linearInputGradient(16, 64).kernel)).toMatchInlineSnapshot(`
      [
        "parallel i < batch  tile 4",
        "parallel j < 16  reorder pack w vector tile 2",
        "reduce k < 64",
      ]
    `);
  });

  test("of rows in phases is each inner loop of its own", () => {
    expect(loops(softmax("batch", 16).kernel)).toEqual([
      "parallel i < batch",
      "reduce j < 16  vector tile 4",
      "reduce k < 16  vector",
      "parallel l < 16  vector tile 4",
    ]);
  });

  test("of short rows is the row", () => {
    expect(loops(softmax("batch", 3).kernel)).toEqual(["parallel i < batch  vector", "reduce j < 3", "reduce k < 3", "parallel l < 3"]);
  });

  test("of a scatter is the row that is added, never the indices", () => {
    expect(loops(scatter(6, 8).kernel)).toEqual(["reduce i < batch", "parallel j < 8  vector"]);
    expect(loops(scatter(6, 1).kernel)).toEqual(["reduce i < batch", "parallel j < 1"]);
  });

  test("of a convolution over channels-last images is the output channel", () => {
    expect(loops(convolution(14, 8, 16).kernel)).toMatchInlineSnapshot(`
      [
        "parallel r < batch",
        "parallel w < 14  tile 4",
        "parallel o < 16  vector tile 2",
        "reduce k < 3",
        "reduce c < 8",
      ]
    `);
  });

  test("of a convolution with few output channels avoids guards that change from lane to lane", () => {
    const { kernel: conv, o } = convolution(14, 8, 4);
    expect(scheduled(conv).get(o)?.vector).toBe(true);
  });

  test("follows the layout", () => {
    const [i, j] = [axis("i", 16), axis("j", 16)];
    const [x, y] = [buffer("x", [16, 16]), buffer("y", [16, 16])];
    const program = kernel("copy", parallel(i, parallel(j, store(y, [i, j], op("neg", load(x, i, j))))));
    const columns = stridesFor([16, 16], [1, 0]);
    expect(loops(program)).toEqual(["parallel i < 16", "parallel j < 16  vector"]);
    expect(
      loops(
        program,
        new Map([
          [x, columns],
          [y, columns],
        ]),
      ),
    ).toEqual(["parallel i < 16  vector tile 4", "parallel j < 16"]);
  });

  test("counts dynamic extents by capacity", () => {
    const i = axis("i", "batch");
    const [x, y] = [buffer("x", ["batch"]), buffer("y", ["batch"])];
    const program = kernel("copy", parallel(i, store(y, [i], op("neg", load(x, i)))));
    const marks = (batch: number) => marksOf(schedule(program, layout([callOf(program)], [], capacity), { batch })).get(i);
    expect([marks(3), marks(4)]).toEqual([undefined, { vector: true }]);
  });
});

describe("columns", () => {
  const [i, j, k] = [axis("i", 64), axis("j", 40), axis("k", 64)];
  const [x, y] = [buffer("x", [64, 40]), buffer("y", [40])];
  /** So many sums of each column, in two walks. */
  const columns = (sums: number, of: (value: Expr) => Expr = (value) => value) => {
    const locals = Array.from({ length: sums }, (_, at) => local(`s${at}`));
    const down = (rows: Axis) => reduce(rows, ...locals.map((s) => combine(s, of(load(x, rows, j)))));
    return kernel("columns", parallel(j, ...locals.map((s) => accumulator(s)), down(i), down(k), ...locals.map((s) => store(y, [j], get(s)))));
  };
  const vectors = (program: Kernel) => scheduled(program).get(j)?.tile;

  test("are walked down by whole lines of the cache", () => {
    expect(vectors(columns(1))).toBe(4);
  });

  test("have fewer vectors where their sums would leave the registers or each term is long", () => {
    expect([vectors(columns(6)), vectors(columns(1, (value) => op("exp", value)))]).toEqual([2, undefined]);
  });
});

describe("tiles", () => {
  test("leave elementwise loops alone", () => {
    const [i, j] = [axis("i", 16), axis("j", 16)];
    const [x, y] = [buffer("x", [16, 16]), buffer("y", [16, 16])];
    const program = kernel("copy", parallel(i, parallel(j, store(y, [i, j], op("neg", load(x, i, j))))));
    expect([...scheduled(program).values()]).toEqual([{ vector: true }]);
  });

  test("leave sums of costly terms alone", () => {
    const [i, j, k] = [axis("i", 16), axis("j", 16), axis("k", 16)];
    const [x, y] = [buffer("x", [16, 16]), buffer("y", [16, 16])];
    const s = local("s");
    const sums = reduce(k, combine(s, op("exp", op("sub", load(x, k, j), load(x, i, k)))));
    const program = kernel("exps", parallel(i, parallel(j, accumulator(s), sums, store(y, [i, j], get(s)))));
    expect([...scheduled(program).values()].filter(({ tile }) => tile !== undefined)).toEqual([]);
  });

  test("fit few rows and few columns", () => {
    const { kernel: small, i, j } = linear(16, 4);
    const marks = marksOf(schedule(small, layout([callOf(small)], [], capacity), { batch: 2 }));
    expect([marks.get(i)?.tile, marks.get(j)?.tile]).toEqual([2, undefined]);
  });

  test("span rows that add up something from so many terms on that their code pays", () => {
    const rowsOf = (terms: number) => {
      const [i, j, k] = [axis("i", 64), axis("j", 40), axis("k", terms)];
      const [s, squares] = [local("s"), local("squares")];
      const product = reduce(k, combine(s, op("mul", load(buffer("x", [64, terms]), i, k), load(buffer("w", [terms, 40]), k, j))));
      const row = reduce(j, accumulator(s), product, combine(squares, op("mul", get(s), get(s))));
      return scheduled(kernel("squares", accumulator(squares), reduce(i, row), store(buffer("y", []), [], get(squares)))).get(i)?.tile;
    };
    expect([63, 64].map(rowsOf)).toEqual([undefined, 4]);
  });

  test("of sums along the vectors leave a register for the product", () => {
    const { kernel: program, i, j, k } = linearInputGradient(64, 64);
    const marks = marksOf(schedule(program, layout([callOf(program)], [], capacity), { batch: 9 }));
    expect([i, j, k].map((of) => marks.get(of))).toEqual([{ tile: 2 }, { tile: 4 }, { vector: true }]);
  });

  test("keep two sums with one operand within the registers", () => {
    const [i, j, k] = [axis("i", 64), axis("j", 64), axis("k", 64)];
    const [x, v, w, y, z] = ["x", "v", "w", "y", "z"].map((name) => buffer(name, [64, 64])) as [never, never, never, never, never];
    const [s, t] = [local("s"), local("t")];
    const products = reduce(k, combine(s, op("mul", load(x, i, k), load(v, k, j))), combine(t, op("mul", load(x, i, k), load(w, k, j))));
    const program = kernel(
      "two",
      parallel(i, parallel(j, accumulator(s), accumulator(t), products, store(y, [i, j], get(s)), store(z, [i, j], get(t)))),
    );
    const [rows, columns] = [scheduled(program).get(i)?.tile ?? 1, scheduled(program).get(j)?.tile ?? 1];
    expect(2 * rows * columns + rows * 2 + columns * 2).toBeLessThanOrEqual(15);
    expect(rows * columns).toBeGreaterThan(1);
  });
});

describe("panels", () => {
  test("are of a matrix whose columns push each other out of the cache, where many rows read them", () => {
    const { kernel: wide } = linear(256, 512);
    expect(loopsFor(wide, 64)).toEqual(["parallel i < batch  tile 4", "parallel j < 512  vector tile 2", "reduce k < 256"]);
    expect(loopsFor(wide, 128)).toEqual([
      "parallel i < batch  tile 4",
      "parallel j < 512  reorder pack hidden.weight vector tile 2",
      "reduce k < 256",
    ]);
    expect(loopsFor(linear(256, 500).kernel, 128)).toEqual(["parallel i < batch  tile 4", "parallel j < 500  vector tile 2", "reduce k < 256"]);
  });

  test("of a product over images keep its sums in registers", () => {
    const [i, j, a, y, s] = [axis("i", 64), axis("j", 256), axis("a", 8), axis("y", 64), local("s")];
    const term = op("mul", load(buffer("d", [8, 64, 256]), a, y, j), load(buffer("x", [8, 64, 64]), a, y, i));
    const sums = reduce(a, reduce(y, combine(s, term)));
    const gradient = kernel("dw", parallel(i, parallel(j, accumulator(s), sums, store(buffer("dw", [64, 256]), [i, j], get(s)))));
    expect(loopsFor(gradient, 8)).toEqual([
      "parallel i < 64  block 64",
      "parallel j < 256  reorder pack d vector tile 2",
      "reduce a < 8",
      "reduce y < 64",
    ]);
  });

  test("go around rows for each of which a value is computed before the columns", () => {
    const [i, j, k] = [axis("i", 64), axis("j", 16), axis("k", 64)];
    const [x, w, y, scale] = [buffer("x", [64, 64]), buffer("w", [16, 64]), buffer("y", [64, 16]), buffer("scale", [64])];
    const rowOf = (from: typeof scale) => {
      const [s, h] = [local("s"), local("h")];
      const sum = reduce(k, combine(s, op("mul", load(x, i, k), load(w, j, k))));
      const columns = parallel(j, accumulator(s), sum, store(y, [i, j], op("div", get(s), get(h))));
      return kernel("rows", parallel(i, { kind: "let", local: h, value: load(from, i) }, columns));
    };
    expect(loops(rowOf(scale))).toEqual(["parallel i < 64  tile 4", "parallel j < 16  reorder pack w vector tile 2", "reduce k < 64"]);
  });
});

describe("sums in memory", () => {
  const gradient = (terms: number, rows: number, columns: number) => {
    const [i, j, k, s] = [axis("i", rows), axis("j", columns), axis("k", terms), local("s")];
    const products = reduce(k, combine(s, op("mul", load(buffer("x", [terms, rows]), k, i), load(buffer("d", [terms, columns]), k, j))));
    return kernel("dw", parallel(i, parallel(j, accumulator(s), products, store(buffer("dw", [rows, columns]), [i, j], get(s)))));
  };
  const kinds = (program: Kernel) => stepsFor(program).map(({ kind }) => kind);

  test("are of long products whose operands leave the cache", () => {
    const long = gradient(1024, 64, 72);
    expect(printKernel(long, stepsFor(long)).split("\n").slice(6)).toMatchInlineSnapshot(`
      [
        "      dw[i, j] = s",
        "  schedule  accumulate k by 512 in s.sums; vectorise j.2; vectorise j, 2 vectors; tile i by 4;",
        "            vectorise j.3",
      ]
    `);
    expect(kinds(gradient(1024, 60, 60))).not.toContain("accumulate");
    expect(kinds(gradient(512, 256, 256))).not.toContain("accumulate");
    expect(kinds(gradient(4096, 64, 8))).not.toContain("accumulate");
  });

  test("go along the rows of a matrix that leaves the cache and is multiplied by few", () => {
    const accumulated = (inputs: number, outputs: number, batch: number) => {
      const { kernel: program } = linear(inputs, outputs);
      const steps = schedule(program, layout([callOf(program)], [], { batch }), { batch });
      return steps.flatMap((step) => (step.kind === "accumulate" ? [`${step.axis.name} by ${step.points}`] : []));
    };
    expect(accumulated(1024, 1024, 1)).toEqual(["k by 8"]);
    expect(accumulated(1024, 1024, 32)).toEqual(["k by 8"]);
    expect(accumulated(1024, 1024, 33)).toEqual(["k by 512"]);
    expect(accumulated(360, 360, 1)).toEqual([]);
    expect(accumulated(6144, 32, 1)).toEqual(["k by 12"]);
  });

  test("of one row have as many vectors side by side as a line of the cache holds", () => {
    const one = linear(360, 360).kernel;
    expect(loopsFor(one, 1)).toEqual(["parallel i < batch", "parallel j < 360  vector tile 4", "reduce k < 360"]);
  });
});

describe("chunks", () => {
  const total = (...extents: (number | string)[]) => {
    const x = buffer("x", extents);
    const y = buffer("y", []);
    const s = local("s");
    const axes = extents.map((extent, i) => axis("abc"[i] as string, extent));
    const sum = axes.reduceRight((body, over) => reduce(over, body), combine(s, op("mul", load(x, ...axes), constantExpr(2))));
    return kernel("total", accumulator(s), sum, store(y, [], get(s)));
  };
  const lengths = (program: Kernel) =>
    [...marksOf(schedule(program, layout([callOf(program)], [], capacity), { batch: 1000 })).values()].map(({ chunk }) => chunk);

  test("cut sums that can exceed 512 terms", () => {
    expect(loops(total(512))).toEqual(["reduce a < 512  vector"]);
    expect(loops(total(513))).toEqual(["reduce a < 513  chunk 512 vector"]);
    expect(lengths(total("batch"))).toEqual([512]);
  });

  test("count the terms of loops inside", () => {
    expect(loops(total(32, 8))).toEqual(["reduce a < 32", "reduce b < 8  vector"]);
    expect(loops(total(80, 8))).toEqual(["reduce a < 80  chunk 64", "reduce b < 8  vector"]);
    expect(loops(total(4, 1024))).toEqual(["reduce a < 4", "reduce b < 1024  chunk 512 vector"]);
  });

  test("count the terms of their own sum alone", () => {
    const [i, j, k] = [axis("i", 64), axis("j", 8), axis("k", 100)];
    const [x, y] = [buffer("x", [64, 8, 100], "input"), buffer("y", [])];
    const [s, t] = [local("s"), local("t")];
    const rows = reduce(i, reduce(j, accumulator(t), reduce(k, combine(t, load(x, i, j, k))), combine(s, op("tanh", get(t)))));
    expect(loops(kernel("rows", accumulator(s), rows, store(y, [], get(s))))).toEqual(["reduce i < 64", "reduce j < 8", "reduce k < 100  vector"]);
  });

  test("leave maxima and whole numbers alone", () => {
    const [i, x] = [axis("i", 1024), buffer("x", [1024], "temporary", "i32")];
    const [m, n] = [local("m", "i32"), local("n", "i32")];
    const body = [accumulator(m, "max"), accumulator(n), reduce(i, combine(m, load(x, i), "max"), combine(n, load(x, i)))];
    expect(loops(kernel("whole", ...body, store(buffer("y", [], "result", "i32"), [], op("add", get(m), get(n)))))).toEqual([
      "reduce i < 1024  vector",
    ]);
  });
});

test("short rows of a sum run side by side where one value waits for the other, long ones in vectors of their own", () => {
  const rowsOf = (width: number) => {
    const [i, j, k] = [axis("i", 64), axis("j", width), axis("k", width)];
    const [x, y] = [buffer("x", [64, width]), buffer("y", [])];
    const [most, total, loss] = [local("most"), local("total"), local("loss")];
    const found = reduce(j, combine(most, load(x, i, j), "max"));
    const summed = reduce(k, combine(total, op("exp", op("sub", load(x, i, k), get(most)))));
    const rows = reduce(i, accumulator(most, "max"), found, accumulator(total), summed, combine(loss, op("log", get(total))));
    const marks = scheduled(kernel("rows", accumulator(loss), rows, store(y, [], get(loss))));
    return [i, j, k].map((one) => marks.get(one)?.vector ?? false);
  };
  expect(rowsOf(10)).toEqual([true, false, false]);
  expect(rowsOf(65)).toEqual([false, true, true]);
});

test("functions run at four vectors side by side, which need not wait for each other", () => {
  const tilesOf = (width: number, value: "exp" | "neg") => {
    const [i, j] = [axis("i", 64), axis("j", width)];
    const [x, y] = [buffer("x", [64, width]), buffer("y", [64, width])];
    return scheduled(kernel(value, parallel(i, parallel(j, store(y, [i, j], op(value, load(x, i, j))))))).get(j);
  };
  expect(tilesOf(16, "exp")).toEqual({ vector: true, tile: 4 });
  expect(tilesOf(15, "exp")).toEqual({ vector: true });
  expect(tilesOf(16, "neg")).toEqual({ vector: true });
});

test("costly functions are worth lanes that are loaded one by one", () => {
  const [i, j] = [axis("i", 64), axis("j", 3)];
  const [x, y] = [buffer("x", [64, 3]), buffer("y", [64, 3])];
  const copy = (value: "exp" | "neg") => kernel(value, parallel(i, parallel(j, store(y, [i, j], op(value, load(x, i, j))))));
  expect(scheduled(copy("exp")).get(i)).toEqual({ vector: true });
  expect(scheduled(copy("neg")).get(i)).toEqual(undefined);
});

test("a column that fills no vector runs along its rows, where a function is costly", () => {
  const [i, j] = [axis("i", "batch"), axis("j", 5)];
  const [x, y] = [buffer("x", ["batch", 5]), buffer("y", ["batch", 5])];
  const copy = (value: "tanh" | "neg") => kernel(value, parallel(i, parallel(j, store(y, [i, j], op(value, load(x, i, j))))));
  expect(
    printKernel(copy("tanh"), stepsFor(copy("tanh")))
      .split("\n")
      .at(-1),
  ).toBe("  schedule  part i into jv < 4, jr < 1; vectorise ir; vectorise jv");
  expect(stepsFor(copy("neg")).map(({ kind }) => kind)).toEqual(["vectorise"]);
});

describe("taps of a convolution", () => {
  const outwards = (program: Kernel): string[] => stepsFor(program).flatMap(({ kind, axis }) => (kind === "reorder" ? [axis.name] : []));

  test("go around the channels, and the weights lie in the order in which they are read", () => {
    expect(loops(tapped())).toMatchInlineSnapshot(`
      [
        "parallel n < batch",
        "parallel o < 16  pack w vector tile 2",
        "parallel p < 96  tile 4",
        "reduce c < 32",
        "reduce t < 3  reorder",
      ]
    `);
  });

  test("are few, and channels are many", () => {
    expect([15, 16].map((channels) => outwards(tapped({ channels })))).toEqual([[], ["t"]]);
    expect([7, 8].map((taps) => outwards(tapped({ taps })))).toEqual([["t"], []]);
  });

  test("are packed with their channels for many pixels, where neighbours lie lines apart", () => {
    const packed = (program: Kernel): number => stepsFor(program).filter(({ kind }) => kind === "pack").length;
    expect([95, 96].map((pixels) => packed(tapped({ pixels })))).toEqual([0, 1]);
    expect([12, 16].map((out) => packed(tapped({ out })))).toEqual([0, 1]);
    expect([20, 22].map((channels) => packed(tapped({ channels })))).toEqual([0, 1]);
  });

  test("are not packed where the sum goes over the batch", () => {
    const [o, c, n, r] = [axis("o", 16), axis("c", 128), axis("n", "batch"), axis("r", 4)];
    const s = local("s");
    const [dy, x] = [buffer("dy", ["batch", 4, 16]), buffer("x", ["batch", 4, 128])];
    const images = reduce(n, reduce(r, combine(s, op("mul", load(dy, n, r, o), load(x, n, r, c)))));
    const program = kernel("dw", parallel(o, parallel(c, accumulator(s), images, store(buffer("dw", [128, 16]), [c, o], get(s)))));
    expect(stepsFor(program).filter(({ kind }) => kind === "pack")).toEqual([]);
  });
});
