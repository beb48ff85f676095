import { describe, expect, test } from "vitest";
import type { Axis, Kernel } from "../../../compiler/kernel/kernel.ts";
import { loopsOf } from "../../../compiler/kernel/visit.ts";
import { analyse, isWalk, vectorObstacle } from "../../../compiler/schedule/legality.ts";
import {
  accumulator,
  along,
  axis,
  buffer,
  combine,
  convolution,
  get,
  kernel,
  linear,
  load,
  local,
  op,
  parallel,
  plus,
  reduce,
  scatter,
  shift,
  store,
  triangle,
} from "../kernel/kernels.ts";

/** Why the loop over `over` cannot be a vector loop. */
function obstacle(program: Kernel, over: Axis): string | undefined {
  const loop = loopsOf(program.body).find((one) => one.axis === over);
  return loop && vectorObstacle(loop, analyse(program, { batch: 64 }));
}

const few = "has fewer points than a vector";
const collision = "several lanes store to one element";

describe("vectorObstacle of a parallel loop", () => {
  test("is none where points store to elements of their own", () => {
    const { kernel: hidden, i, j } = linear();
    expect([obstacle(hidden, i), obstacle(hidden, j)]).toEqual([undefined, undefined]);
  });

  test("is an extent below 4", () => {
    const { kernel: hidden, j } = linear(12, 3);
    expect(obstacle(hidden, j)).toBe(few);
  });

  test("is a store that lanes share", () => {
    const [i, k] = [axis("i", 8), axis("k", 8)];
    const [x, y] = [buffer("x", [8]), buffer("y", [8])];
    expect(obstacle(kernel("shared", parallel(i, reduce(k, store(y, [k], load(x, i), { accumulate: true })))), i)).toBe(collision);
  });

  test("is a sum from outside that its points add to", () => {
    const i = axis("i", 8);
    const s = local("s");
    const program = kernel("total", accumulator(s), parallel(i, combine(s, load(buffer("x", [8]), i))), store(buffer("y", []), [], get(s)));
    expect(obstacle(program, i)).toBe("combines points of a parallel loop");
  });

  test("is an addition to places that are computed, wholly or in part", () => {
    const i = axis("i", 8);
    const [index, x, y] = [buffer("index", [8], "input", "i32"), buffer("x", [8]), buffer("y", [16])];
    const at = along(load(index, i));
    const program = (place: typeof at, accumulate: boolean) => kernel("places", parallel(i, store(y, [place], load(x, i), { accumulate })));
    expect([obstacle(program(at, true), i), obstacle(program(at, false), i)]).toEqual([collision, undefined]);
    expect(obstacle(program(plus(along(i), at), true), i)).toBe(collision);
  });
});

test("loops inside that end elsewhere at each point keep it from running beside others", () => {
  const { kernel: sums, b, i, j } = triangle();
  expect([obstacle(sums, b), obstacle(sums, i), obstacle(sums, j)]).toEqual(["loops inside go to other points", undefined, undefined]);
  const analysis = analyse(sums, {});
  expect(loopsOf(sums.body).map((loop) => isWalk(loop, analysis))).toEqual([false, true, false]);
});

describe("vectorObstacle of a reduce loop", () => {
  const [i, k] = [axis("i", 8), axis("k", 8)];
  const [x, y] = [buffer("x", [8, 8]), buffer("y", [8])];
  const s = local("s");
  const rows = (...body: Parameters<typeof reduce>[1][]) => kernel("rows", parallel(i, accumulator(s), reduce(k, ...body), store(y, [i], get(s))));

  test("is none for sums and maxima", () => {
    expect(obstacle(rows(combine(s, load(x, i, k))), k)).toBeUndefined();
    expect(obstacle(rows(combine(s, load(x, i, k), "max")), k)).toBeUndefined();
  });

  test("is the index of the largest", () => {
    const best = local("best", "i32");
    const at = { kind: "index", dtype: "i32", index: along(k) } as const;
    expect(obstacle(rows(combine(best, load(x, i, k), "argmax", at)), k)).toBe("keeps the index of the largest");
  });

  test("is none where loops inside add to the same sums", () => {
    const [a, b] = [axis("a", 8), axis("b", 3)];
    const body = reduce(a, reduce(b, combine(s, load(x, a, b))));
    expect(obstacle(kernel("total", accumulator(s), body, store(y, [0], get(s))), a)).toBeUndefined();
  });

  test("is an addition in a loop inside", () => {
    const { kernel: add, i: indices } = scatter();
    expect(obstacle(add, indices)).toBe(collision);
    const { kernel: conv, k: taps, c } = convolution(14, 8, 16);
    expect([obstacle(conv, taps), obstacle(conv, c)]).toEqual([few, undefined]);
  });

  test("is an addition to a place that does not move, or is computed", () => {
    const index = buffer("index", [8], "input", "i32");
    const into = (...place: Parameters<typeof store>[1]) => rows(store(y, place, load(x, i, k), { accumulate: true }));
    expect(obstacle(into(i), k)).toBe(collision);
    expect(obstacle(into(along(load(index, k))), k)).toBe(collision);
    expect(obstacle(into(k), k)).toBeUndefined();
  });

  test("is a value that an earlier point stored", () => {
    const z = buffer("z", [9]);
    const step = (from: number) =>
      kernel("scan", reduce(k, store(z, [shift(along(k), 1)], op("add", load(z, plus(along(k), { offset: from, terms: [] })), load(y, k)))));
    expect([obstacle(step(0), k), obstacle(step(1), k)]).toEqual(["reads what an earlier point stored", undefined]);
  });

  test("is no value that the same point stored elsewhere in its column, unless the column moves", () => {
    const [r, t] = [axis("r", 8), axis("t", 8)];
    const table = buffer("table", [8, 16]);
    const column = (to: Parameters<typeof load>[2], from: Parameters<typeof load>[2]) =>
      kernel("column", accumulator(s), reduce(k, parallel(r, store(table, [r, to], load(y, k))), reduce(t, combine(s, load(table, t, from)))));
    expect(obstacle(column(k, k), k)).toBeUndefined();
    expect(obstacle(column(shift(along(k), 1), shift(along(k), 1)), k)).toBeUndefined();
    for (const from of [shift(along(k), 1), t, plus(along(k), along(t))])
      expect(obstacle(column(k, from), k)).toBe("reads what an earlier point stored");
    const both = plus(along(k), along(r));
    expect(
      obstacle(kernel("moving", accumulator(s), reduce(k, parallel(r, store(table, [r, both], load(y, k)), combine(s, load(table, 0, both))))), k),
    ).toBe("reads what an earlier point stored");
  });

  test("is an accumulator that is read inside", () => {
    expect(obstacle(rows(combine(s, load(x, i, k)), store(x, [i, k], get(s))), k)).toBe("reads an accumulator before it is complete");
  });
});

describe("isWalk", () => {
  const [i, j, k] = [axis("i", "batch"), axis("j", 8), axis("k", 8)];
  const [x, y, columns] = [buffer("x", ["batch", 8]), buffer("y", ["batch", 8]), buffer("columns", [8])];
  const [z, w] = [buffer("z", ["batch"]), buffer("w", ["batch"])];
  const walks = (program: Kernel, over = i): boolean | undefined => {
    const loop = loopsOf(program.body).find((one) => one.axis === over);
    return loop && isWalk(loop, analyse(program, { batch: 64 }));
  };
  const rows = (...body: Kernel["body"]) => kernel("rows", reduce(i, reduce(j, ...body)));
  const adding = store(columns, [j], load(x, i, j), { accumulate: true });

  test("is each parallel loop, and rows that store their own and add to columns", () => {
    const hidden = linear();
    expect(walks(hidden.kernel, hidden.i)).toBe(true);
    expect(walks(rows(store(y, [i, j], load(x, i, j)), adding))).toBe(true);
  });

  test("is no sum alone, and no rows that read what others have added or stored, or the sum so far", () => {
    const s = local("s");
    expect(walks(kernel("sum", accumulator(s), reduce(i, reduce(k, combine(s, load(x, i, k))))))).toBe(false);
    expect(walks(rows(adding, store(y, [i, j], load(columns, j))))).toBe(false);
    expect(walks(rows(store(y, [shift(along(i), 1), j], load(y, i, j))))).toBe(false);
    expect(walks(kernel("so far", accumulator(s), reduce(i, combine(s, load(z, i)), store(w, [i], get(s)))))).toBe(false);
  });
});
