import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";
import { expect, test } from "vitest";
import { f32, i32, losses, metrics, model, nn, type Tensor } from "../../../src/index.ts";
import { define, outputOf, source } from "../running.ts";

const of = (scores: readonly number[], target: readonly number[], classes: number) =>
  outputOf(
    { z: f32(target.length, classes), k: i32(target.length) },
    { z: source(scores, [target.length, classes]), k: source(target, [target.length], "i32") },
    ({ z, k }) => metrics.accuracy(z, k),
  );

test("counts the rows whose largest score is that of their class, the first of equal ones", () => {
  expect(of([1, 2, 3, 9, 2, 3, 0, 4, 4, -1, -2, -3], [2, 1, 1, 0], 3)).toEqual([0.75]);
  expect(of([5, 5], [1], 2)).toEqual([0]);
  expect(of([Number.NEGATIVE_INFINITY, -1e30], [1], 2)).toEqual([1]);
  expect(of([], [], 3)).toEqual([Number.NaN]);
});

test("takes further axes, and is refused other shapes and dtypes", () => {
  const given = { z: f32("batch", 2, 3), k: i32("batch", 2), wide: i32("batch", 3), y: f32("batch", 2) };
  const apply = (pick: (given: { readonly [name in "z" | "k" | "wide" | "y"]: Tensor }) => Tensor) => () =>
    define(given, (tensors) => ({ outputs: { share: pick(tensors) } })).outputs.share?.shape;
  expect(apply(({ z, k }) => metrics.accuracy(z, k))()).toEqual([]);
  expect(apply(({ z, wide }) => metrics.accuracy(z, wide))).toThrowError(/\[batch, 2, 3\] and \[batch, 3\]/);
  expect(apply(({ z, y }) => metrics.accuracy(z, y))).toThrowError(expect.objectContaining({ code: "dtype-mismatch" }));
});

test("is combined over parts by evaluate", async () => {
  const flower = model("flower", { x: f32("batch", 2), k: i32("batch") }, ({ x, k }) => {
    const logits = nn.linear(x, 3, { name: "logits" });
    return { outputs: { logits }, loss: losses.crossEntropy(logits, k), metrics: { accuracy: metrics.accuracy(logits, k) } };
  });
  const x = Float32Array.from({ length: 46 }, (_, at) => ((at * 7) % 13) - 6);
  const k = Int32Array.from({ length: 23 }, (_, at) => at % 3);
  const netOf = async (batch: number) => load(await compile(flower, { batch }), { seed: 1 });
  const [narrow, wide] = await Promise.all([netOf(4), netOf(32)]);
  const { logits } = wide.predict({ x });
  const best = (row: readonly number[]) => row.indexOf(Math.max(...row));
  const right = [...k].filter((own, row) => best([...logits.subarray(3 * row, 3 * row + 3)]) === own).length;
  expect(wide.evaluate({ x, k }).accuracy).toBeCloseTo(right / 23, 6);
  expect(narrow.evaluate({ x, k }).accuracy).toBe(wide.evaluate({ x, k }).accuracy);
});
