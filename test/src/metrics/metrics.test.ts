import { compile } from "gradc/compiler";
import { load, type UnboundNet } from "gradc/runtime";
import { beforeAll, describe, expect, test } from "vitest";
import { f32, i32, losses, metrics, model, nn, ops, type Tensor } from "../../../src/index.ts";
import { define, outputOf, source } from "../running.ts";

const rows = 157;
const classes = 4;
const inputs = {
  x: f32("batch", classes),
  k: i32("batch"),
  z: f32("batch", 1),
  t: f32("batch", 1),
  b: i32("batch"),
  p: f32("batch", 2),
  y: f32("batch", 2),
};

const measured = model("measured", inputs, ({ x, k, z, t, b, p, y }) => ({
  outputs: { logits: nn.linear(x, 2, { name: "unused" }) },
  loss: ops.mean(nn.linear(x, 2, { name: "unused2" })),
  metrics: {
    top2: metrics.topK(x, k, 2),
    confusion: metrics.confusion(x, k),
    binary: metrics.confusion(z, b, { threshold: 0.7 }),
    precision: metrics.precision(z, t),
    recall: metrics.recall(z, b),
    f1: metrics.f1(z, t, { threshold: 0.25 }),
    macroPrecision: metrics.precision(x, k, { average: "macro" }),
    macroRecall: metrics.recall(x, k, { average: "macro" }),
    macroF1: metrics.f1(x, k, { average: "macro" }),
    labelF1: metrics.f1(p, ops.compare(y, 20_000, "gt"), { average: "macro" }),
    microF1: metrics.f1(x, k, { average: "micro" }),
    auc: metrics.auc(z, b, { bins: 40 }),
    mae: metrics.mae(p, y),
    rmse: metrics.rmse(p, y),
    perplexity: metrics.perplexity(x, k),
    r2: metrics.r2(p, y),
    variance: ops.var(y),
  },
}));

const noise = (seed: number) => (at: number) => Math.fround(((((at + 1) * 7919 * seed) % 1009) / 1009) * 4 - 2);
const column = (length: number, of: (at: number) => number) => Float32Array.from({ length }, (_, at) => of(at));

const x = column(rows * classes, noise(3));
const k = Int32Array.from({ length: rows }, (_, at) => (at % 5 === 4 ? -100 : (at * at) % 3));
const b = Int32Array.from({ length: rows }, (_, at) => (noise(5)(at) > 0.5 ? 1 : 0));
const z = column(rows, (at) => noise(11)(at) + (b[at] as number));
const y = column(rows * 2, (at) => noise(13)(at) + 20_000);
const p = column(rows * 2, (at) => (y[at] as number) + noise(17)(at) / 4);
const data = { x, k, z, t: Float32Array.from(b), b, p, y };

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
const known = [...k.keys()].filter((row) => (k[row] as number) >= 0);
const scores = (row: number) => [...x.subarray(classes * row, classes * (row + 1))];
const guess = (row: number) => scores(row).indexOf(Math.max(...scores(row)));

/** `[K, K]`, rows true. */
function table(truth: (row: number) => number, taken: (row: number) => number, of: readonly number[], extent: number): number[] {
  const counts = new Array<number>(extent * extent).fill(0);
  for (const row of of) counts[truth(row) * extent + taken(row)] = (counts[truth(row) * extent + taken(row)] as number) + 1;
  return counts;
}

const all = [...b.keys()];
const matrix = table((row) => k[row] as number, guess, known, classes);
const binary = (threshold: number) =>
  table(
    (row) => b[row] as number,
    (row) => Number(1 / (1 + Math.exp(-(z[row] as number))) > threshold),
    all,
    2,
  ) as [number, number, number, number];
const byClass = Array.from({ length: classes }, (_, own) => ({
  right: matrix[own * classes + own] as number,
  guessed: sum(Array.from({ length: classes }, (_, row) => matrix[row * classes + own] as number)),
  actual: sum(matrix.slice(own * classes, own * classes + classes)),
}));
const occurring = byClass.filter(({ guessed, actual }) => guessed + actual > 0);

describe("metrics of many rows", () => {
  const nets: UnboundNet[] = [];
  beforeAll(async () => {
    for (const batch of [7, 256]) nets.push(await load(await compile(measured, { batch }), { seed: 1 }));
  });
  const found = (at: number) => (nets[at] as UnboundNet).evaluate(data);

  test("are those of their definitions, and the same in parts", () => {
    const [parts, whole] = [found(0), found(1)];
    for (const [name, value] of Object.entries(whole)) {
      if (typeof value === "number") expect(parts[name], name).toBeCloseTo(value, 5);
      else expect(parts[name], name).toEqual(value);
    }
    const isNear = (row: number) => scores(row).filter((score) => score > (scores(row)[k[row] as number] as number)).length < 2;
    expect(whole.top2).toBeCloseTo(known.filter(isNear).length / rows, 6);
    expect(whole.confusion).toEqual(Float32Array.from(matrix));
    expect(whole.binary).toEqual(Float32Array.from(binary(0.7)));
    const [, falsePositive, falseNegative, right] = binary(0.5);
    expect(whole.precision).toBeCloseTo(right / (right + falsePositive), 6);
    expect(whole.recall).toBeCloseTo(right / (right + falseNegative), 6);
    const [, more, fewer, hits] = binary(0.25);
    expect(whole.f1).toBeCloseTo((2 * hits) / (2 * hits + more + fewer), 6);
    expect(whole.macroPrecision).toBeCloseTo(mean(occurring.map(({ right, guessed }) => right / (guessed || 1))), 6);
    expect(whole.macroRecall).toBeCloseTo(mean(occurring.map(({ right, actual }) => right / (actual || 1))), 6);
    expect(whole.macroF1).toBeCloseTo(mean(occurring.map(({ right, guessed, actual }) => (2 * right) / (guessed + actual))), 6);
    expect(whole.microF1).toBeCloseTo(sum(byClass.map(({ right }) => right)) / known.length, 6);
    expect(whole.mae).toBeCloseTo(mean([...p].map((value, at) => Math.abs(value - (y[at] as number)))), 5);
    expect(whole.rmse).toBeCloseTo(Math.sqrt(mean([...p].map((value, at) => (value - (y[at] as number)) ** 2))), 5);
    const surprise = (row: number) => Math.log(sum(scores(row).map(Math.exp))) - (scores(row)[k[row] as number] as number);
    expect(whole.perplexity).toBeCloseTo(Math.exp(mean(known.map(surprise))), 5);
  });

  test("variances are taken about a shift, so that a large mean takes no digits", () => {
    const spread = (values: readonly number[]) => sum(values.map((value) => (value - mean(values)) ** 2));
    const of = (values: Float32Array, at: number) => [...values].filter((_, i) => i % 2 === at);
    const shares = [0, 1].map((at) => 1 - sum(of(p, at).map((value, row) => (value - (of(y, at)[row] as number)) ** 2)) / spread(of(y, at)));
    for (const { r2, variance } of [found(0), found(1)]) {
      expect(r2).toBeCloseTo(mean(shares), 6);
      expect((variance as number) / (spread([...y]) / (2 * rows - 1))).toBeCloseTo(1, 5);
    }
    // What one call leaves is not seen by the next.
    expect(found(0).r2).toBe(found(0).r2);
  });

  test("the share of variance has its digits where the mean has no room for them", async () => {
    const off = model("off", { p: f32("batch"), y: f32("batch") }, ({ p, y }) => ({
      outputs: { p },
      loss: losses.mse(p, y),
      metrics: { r2: metrics.r2(p, y) },
    }));
    const y = Float32Array.from({ length: 103 }, (_, i) => 1e6 + ((i * 0.37) % 1));
    const p = y.map((value, i) => value + Math.fround(0.2 * Math.sin(i)));
    const total = (of: (value: number, i: number) => number) => sum([...y].map(of));
    const share = 1 - total((value, i) => (value - (p[i] as number)) ** 2) / total((value) => (value - mean([...y])) ** 2);
    for (const batch of [128, 10]) expect((await load(await compile(off, { batch }))).evaluate({ p, y }).r2).toBeCloseTo(share, 6);
  });

  test("the area under the curve is that of pairs, those of one bin counting a half", () => {
    const bin = (row: number) => Math.floor(40 / (1 + Math.exp(-(z[row] as number))));
    const of = (own: number) => all.filter((row) => b[row] === own);
    const wins = of(1).flatMap((one) => of(0).map((other) => (bin(one) > bin(other) ? 1 : bin(one) === bin(other) ? 0.5 : 0)));
    expect(found(1).auc).toBeCloseTo(mean(wins), 6);
  });
});

describe("several labels a row", () => {
  const logits = [1.5, -2, 0.25, -1, -0.5, 3, 0.5, -2, 2, -1, -0.25, -3, -1, 0.75, 1, -1, 0.5, -0.5, -2, -0.5, 3, 1, 2, -4, 1, 2, -1, -1];
  // The last label never occurs and is never guessed: it counts as 0, as in scikit-learn's f1_score of a label-indicator matrix.
  const labels = [1, 0, 1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 0];
  const { precision, recall, f1 } = metrics;
  const rates = (threshold: number, average: "macro" | "micro" | "binary", dtype: "f32" | "i32" = "f32") =>
    [precision, recall, f1].map((metric) => {
      const types = { z: f32(7, 4), y: dtype === "f32" ? f32(7, 4) : i32(7, 4) };
      const given = { z: source(logits, [7, 4]), y: source(labels, [7, 4], dtype) };
      return outputOf(types, given, ({ z, y }) => metric(z, y, { average, threshold }))[0];
    });

  test("macro is the mean over the labels", () => {
    expect(rates(0.5, "macro")).toEqual([0.525, 0.5625, 0.5416666666666666].map((value) => expect.closeTo(value, 12)));
    expect(rates(0.7, "macro", "i32")).toEqual([0.6875, 0.5, 0.5684523809523809].map((value) => expect.closeTo(value, 12)));
  });

  test("micro and binary count all labels together", () => {
    for (const average of ["micro", "binary"] as const)
      expect(rates(0.7, average)).toEqual([0.8888888888888888, 0.6666666666666666, 0.7619047619047619].map((value) => expect.closeTo(value, 12)));
  });
});

describe("a few rows", () => {
  const of = (values: readonly number[], target: readonly number[], apply: (scores: Tensor, target: Tensor) => Tensor) => {
    const extent = values.length / target.length;
    const types = { z: f32(target.length, extent), k: i32(target.length) };
    return outputOf(types, { z: source(values, [target.length, extent]), k: source(target, [target.length], "i32") }, ({ z, k }) => apply(z, k));
  };

  test("ties go to the first, NaN is the largest, classes outside are never near", () => {
    expect(of([5, 5, 5], [1], (s, t) => metrics.topK(s, t, 1))).toEqual([0]);
    expect(of([5, 5, 5], [1], (s, t) => metrics.topK(s, t, 2))).toEqual([1]);
    expect(of([Number.NaN, 5, Number.NaN], [2], (s, t) => metrics.topK(s, t, 1))).toEqual([0]);
    expect(of([Number.NaN, 5, Number.NaN], [2], (s, t) => metrics.topK(s, t, 2))).toEqual([1]);
    expect(of([1, Number.NEGATIVE_INFINITY], [1], (s, t) => metrics.topK(s, t, 1))).toEqual([0]);
    expect(of([1, 2], [-100], (s, t) => metrics.topK(s, t, 2))).toEqual([0]);
  });

  test("what never occurs is 0, or left out of the mean", () => {
    expect(of([2, 1, 2, 1], [1, 0], metrics.precision)).toEqual([0]);
    expect(of([2, 1, 2, 1], [0, 0], metrics.recall)).toEqual([0]);
    expect(of([2, 1, 0, 2, 1, 0], [0, 0], (s, t) => metrics.f1(s, t, { average: "macro" }))).toEqual([1]);
  });

  test("areas of separated classes, of ties, and of what has none", () => {
    expect(of([-3, 3], [0, 1], metrics.auc)).toEqual([1]);
    expect(of([3, -3], [0, 1], metrics.auc)).toEqual([0]);
    expect(of([1, 1], [0, 1], metrics.auc)).toEqual([0.5]);
    expect(of([0, -3, 0, 3], [0, 1], metrics.auc)).toEqual([1]);
    expect(of([1, 1], [1, 1], metrics.auc)).toEqual([Number.NaN]);
    expect(of([Number.NaN, 1], [0, 1], metrics.auc)).toEqual([Number.NaN]);
    expect(of([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], [0, 1], metrics.auc)).toEqual([1]);
  });

  test("are refused other shapes and settings", () => {
    const given = { s: f32("batch", 3), k: i32("batch"), y: f32("batch", 2) };
    const apply = (pick: (given: { readonly [name in "s" | "k" | "y"]: Tensor }) => Tensor) => () =>
      define(given, (tensors) => ({ outputs: { m: pick(tensors) } })).outputs.m?.shape;
    expect(apply(({ s, k }) => metrics.confusion(s, k))()).toEqual([3, 3]);
    expect(apply(({ s, k }) => metrics.f1(s, k))).toThrowError(/"macro" or "micro" for 3 classes/);
    expect(apply(({ s, k }) => metrics.f1(s, k, { average: "weighted" as "macro" }))).toThrowError(/"binary", "macro" or "micro"/);
    expect(apply(({ s, k }) => metrics.confusion(s, k, { threshold: 0.3 }))).toThrowError(/none beside scores of 3 classes/);
    expect(apply(({ s, k }) => metrics.topK(s, k, 0))).toThrowError(/at least 1/);
    expect(apply(({ s, k }) => metrics.auc(s, k))).toThrowError(/scores of two classes/);
    expect(apply(({ s, y }) => metrics.rmse(s, y))).toThrowError(expect.objectContaining({ code: "shape-mismatch" }));
    expect(apply(({ s, y }) => metrics.perplexity(s, y))).toThrowError(expect.objectContaining({ code: "dtype-mismatch" }));
  });

  test("with an axis of rows are no metrics", () => {
    const each = model("each", { y: f32("batch", 1) }, ({ y }) => ({ outputs: { y }, loss: losses.mse(y, 0), metrics: { each: ops.abs(y) } }));
    return expect(compile(each)).rejects.toMatchObject({ code: "non-scalar-loss" });
  });
});
