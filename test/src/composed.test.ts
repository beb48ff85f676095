// Ops that are compositions, beside what PyTorch says of them (test/pytorch/composed.test.ts): dtypes, extents that are not known, rows in parts.
import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";
import { describe, expect, test } from "vitest";
import { f32, i32, losses, model, nn, ops, type Tensor } from "../../src/index.ts";
import { define, outputOf, source } from "./running.ts";

const whole = (values: readonly number[], shape: readonly number[], apply: (x: Tensor) => Tensor) =>
  outputOf({ x: i32(...(shape as [number])) }, { x: source(values, shape, "i32") }, ({ x }) => apply(x));

const { NaN: nan, NEGATIVE_INFINITY: least } = Number;
const lowest = -(2 ** 31);

test("whole numbers stay whole", () => {
  expect(whole([3, -1, 3, 2], [4], (x) => ops.sort(x).values)).toEqual([-1, 2, 3, 3]);
  expect(whole([3, -1, 3, 2], [4], (x) => ops.sort(x, { descending: true }).indices)).toEqual([0, 2, 3, 1]);
  expect(whole([3, -1, 3, 2], [4], (x) => ops.cumsum(x, { dim: 0 }))).toEqual([3, 2, 5, 7]);
  expect(whole([3, -1, 3, 2], [4], (x) => ops.prod(x))).toEqual([-18]);
  expect(whole([0, lowest, 5], [3], (x) => ops.argmin(x))).toEqual([1]);
  expect(whole([1, 2, 3, 4], [2, 2], (x) => ops.tril(x))).toEqual([1, 0, 3, 4]);
  expect(whole([1, 2, 3, 4], [2, 2], (x) => ops.pad(x, [0, 1], [0, 1], { mode: "circular" }))).toEqual([2, 1, 2, 1, 4, 3, 4, 3]);
});

test("nothing has a product of 1, a sum of nothing and no order", () => {
  expect(whole([], [2, 0], (x) => ops.prod(x, { dim: 1 }))).toEqual([1, 1]);
  expect(whole([], [2, 0], (x) => ops.cumsum(x, { dim: 1 }))).toEqual([]);
  expect(whole([], [2, 0], (x) => ops.sort(x).values)).toEqual([]);
  expect(whole([5], [1], (x) => ops.topK(x, 0).values)).toEqual([]);
  expect(whole([], [0], (x) => ops.roll(x, 3))).toEqual([]);
  expect(whole([1, 2, 3], [3], (x) => ops.slice(x, [1], [0], { step: [2] }))).toEqual([]);
});

test("indices outside give NaN, and of infinities only the one that is meant", () => {
  const take = (places: readonly number[]) =>
    outputOf(
      { x: f32(1, 3), i: i32(1, places.length) },
      { x: source([least, 2, nan], [1, 3]), i: source(places, [1, places.length], "i32") },
      ({ x, i }) => ops.takeAlongDim(x, i, { dim: 1 }),
    );
  expect(take([1, 0, 2])).toEqual([2, least, nan]);
  expect(take([3, -1, 1])).toEqual([nan, nan, 2]);
});

describe("rows", () => {
  const given = { x: f32("batch", 4), k: i32("batch", 2), i: i32(3) };
  const apply = (pick: (tensors: { readonly [name in keyof typeof given]: Tensor }) => Tensor) => () =>
    define(given, (tensors) => ({ outputs: { y: pick(tensors) } })).outputs.y?.shape;

  test("their number must be known where they are sorted or summed one after the other", () => {
    const along = { dim: 0 };
    for (const body of [
      apply(({ x }) => ops.sort(x, along).values),
      apply(({ x }) => ops.topK(x, 1, along).values),
      apply(({ x }) => ops.cumsum(x, along)),
      apply(({ x }) => ops.prod(x)),
      apply(({ x }) => ops.roll(x, 1, 0)),
      apply(({ x }) => ops.pad(x, [1, 0], [0, 0], { mode: "replicate" })),
    ]) {
      expect(body).toThrowError(expect.objectContaining({ code: "dynamic-dimension" }));
    }
    expect(apply(({ x }) => ops.repeat(x, [2, 3]))()).toEqual(["batch·2", 12]);
    expect(apply(({ x }) => ops.repeat(x, [3, 1, 1]))()).toEqual([3, "batch", 4]);
    expect(apply(({ x }) => ops.repeatInterleave(x, 2, { dim: 1 }))()).toEqual(["batch", 8]);
    expect(apply(({ x, i }) => ops.indexSelect(x, i, { dim: 1 }))()).toEqual(["batch", 3]);
    expect(apply(({ x, i }) => ops.takeAlongDim(x, ops.reshape(i, [1, 3]), { dim: 1 }))).toThrowError(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
    expect(apply(({ x, k }) => ops.indexSelect(x, k))).toThrowError(expect.objectContaining({ code: "shape-mismatch" }));
    expect(apply(({ x, i }) => ops.cdist(x, i))).toThrowError(expect.objectContaining({ code: "shape-mismatch" }));
  });

  test("beyond the capacity are taken in parts", async () => {
    const sorted = model("sorted", given, ({ x, k, i }) => {
      const { values, indices } = ops.sort(nn.linear(x, 4, { init: "eye", name: "l" }), { descending: true });
      const outputs = {
        values,
        indices,
        sums: ops.cumsum(values, { dim: 1 }),
        taken: ops.takeAlongDim(x, k, { dim: 1 }),
        chosen: ops.indexSelect(x, i, { dim: 1 }),
        mirrored: ops.pad(x, [0, 2], [0, 0], { mode: "reflect" }),
      };
      return { outputs, loss: losses.mse(values, 0) };
    });
    const net = await load(await compile(sorted, { batch: 2 }));
    net.write("l.bias", [0, 0, 0, 0]);
    const [x, k] = [
      Float32Array.from([1, 3, 2, 0, 4, 5, 6, 7, 1, 1, 2, 2]),
      [
        [0, 3],
        [1, 1],
        [2, 0],
      ],
    ];
    const { values, indices, sums, taken, chosen, mirrored } = net.predict({ x, k, i: [3, 0, 0] });
    expect(values).toEqual(Float32Array.from([3, 2, 1, 0, 7, 6, 5, 4, 2, 2, 1, 1]));
    expect(indices).toEqual(Int32Array.from([1, 2, 0, 3, 3, 2, 1, 0, 2, 3, 0, 1]));
    expect(sums).toEqual(Float32Array.from([3, 5, 6, 6, 7, 13, 18, 22, 2, 4, 5, 6]));
    expect(taken).toEqual(Float32Array.from([1, 0, 5, 5, 2, 1]));
    expect(chosen).toEqual(Float32Array.from([0, 1, 1, 7, 4, 4, 2, 1, 1]));
    expect(mirrored?.slice(0, 6)).toEqual(Float32Array.from([2, 3, 1, 3, 2, 0]));
  });
});
