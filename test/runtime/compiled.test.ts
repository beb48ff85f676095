// The runtime on really compiled modules.
import { f32, i32, losses, model, nn, ops, optim, parameter } from "gradc";
import { compile, type InputsOf } from "gradc/compiler";
import { type F32Data, fit, load, type Net, pack } from "gradc/runtime";
import { beforeAll, describe, expect, test } from "vitest";
import { codeOf, codeOfAsync } from "../support/code-of.ts";

const classifier = model("flower", { x: f32("batch", 3), kind: i32("batch") }, ({ x, kind }) => {
  const hidden = nn.tanh(nn.linear(nn.standardize(x), 6, { name: "hidden" }));
  const logits = nn.linear(hidden, 3, { name: "logits" });
  const best = ops.argmax(logits, { dim: -1 });
  const right = ops.compare(best, kind, "eq");
  const count = (which: typeof right) => ops.sum(ops.cast(which, "f32"));
  return {
    outputs: { logits, best, right },
    loss: losses.crossEntropy(logits, kind),
    metrics: { accuracy: { sum: count(right), count: count(ops.compare(kind, kind, "eq")) }, share: ops.mean(right) },
  };
});

const compileClassifier = (batch: number) => compile(classifier, { batch, optimizer: optim.sgd({ lr: 0.25, momentum: 0.5 }) });
type Built = Awaited<ReturnType<typeof compileClassifier>>;

function rows(n: number) {
  const kind = Int32Array.from({ length: n }, (_, row) => row % 3);
  const x = Float32Array.from({ length: 3 * n }, (_, at) => ((at * 37) % 11) / 4 + (at % 3 === kind[Math.floor(at / 3)] ? 9 : 0));
  return { x, kind };
}

let built: Built;
let wide: Built;

beforeAll(async () => {
  built = await compileClassifier(8);
  wide = await compileClassifier(64);
});

describe("entry points", () => {
  test("evaluate and predict in parts give what one call of a wider module gives", async () => {
    const [narrow, broad] = [await load(built, { seed: 2 }), await load(wide, { seed: 2 })];
    const data = rows(29);
    const [some, all] = [narrow.evaluate(data), broad.evaluate(data)];
    // Sums of 29 terms in another order: a few roundings of 2^-24.
    expect(some.loss).toBeCloseTo(all.loss, 5);
    expect(some.accuracy).toBe(all.accuracy);
    expect([some.share, all.share]).toEqual([all.accuracy, all.accuracy]);
    const [parts, whole] = [narrow.predict(data), broad.predict(data)];
    expect(parts.best).toEqual(whole.best);
    expect(parts.right).toEqual(whole.right);
    expect(parts.logits).toEqual(whole.logits);
  });

  test("outputs are of their dtypes", async () => {
    const outputs = (await load(built)).predict(rows(3));
    expect(outputs.logits).toBeInstanceOf(Float32Array);
    expect(outputs.best).toBeInstanceOf(Int32Array);
    expect(outputs.right).toBeInstanceOf(Uint8Array);
  });

  test("gradients gives those of the next step, and changes nothing", async () => {
    const net = await load(built, { seed: 4 });
    const before = net.state();
    const { loss, gradients } = net.gradients(rows(8));
    expect(net.state()).toEqual(before);
    expect(Object.keys(gradients).sort()).toEqual([...net.parameters.keys()].sort());
    const weight = net.read("logits.weight");
    expect(net.step(rows(8)).loss).toBe(loss);
    // The first step of SGD with momentum is w - lr·g, rounded once for the product and once for the difference.
    const expected = weight.map((w, i) => Math.fround(w - Math.fround(0.25 * (gradients["logits.weight"]?.[i] as number))));
    expect(net.read("logits.weight")).toEqual(expected);
  });

  test("an index out of range is refused by name, row and value, and nothing is written", async () => {
    const net = await load(built);
    const before = net.state();
    const { x } = rows(4);
    expect(() => net.step({ x, kind: [0, 1, 3, 2] })).toThrow('"kind", row 2: 3 is outside [0, 3)');
    expect(codeOf(() => net.step({ x, kind: [0, 1, -1, 2] }))).toBe("index-range");
    expect(net.state()).toEqual(before);
  });

  test("rows beyond n play no part, whatever an earlier call left there", async () => {
    const [used, fresh] = [await load(built, { seed: 1 }), await load(built, { seed: 1 })];
    used.gradients({ x: new Float32Array(24).fill(Number.NaN), kind: new Int32Array(8) });
    expect(used.gradients(rows(5))).toEqual(fresh.gradients(rows(5)));
    expect(used.evaluate(rows(3))).toEqual(fresh.evaluate(rows(3)));
  });
});

describe("inputs without a batch, which enter after the sums", () => {
  // Loss: a weight that an index picks from a table that is given, times a mean.
  const weighted = model("weighted", { x: f32("batch"), table: f32(3), kind: i32() }, ({ x, table, kind }) => {
    const out = ops.mul(x, parameter([], { init: 1, name: "w" }));
    return { outputs: { out }, loss: ops.mul(ops.gather(table, kind), ops.mean(out)) };
  });
  const data = { x: [1, 2, 3, 4, 5], table: [2, 3, 5] };
  let net: Net<InputsOf<typeof weighted.inputs>>;
  beforeAll(async () => {
    net = await load(await compile(weighted, { batch: 2, optimizer: optim.sgd() }));
  });

  test("are written before they are read", () => {
    expect([0, 1, 2].map((kind) => net.evaluate({ ...data, kind: [kind] }).loss)).toEqual([6, 9, 15]);
    expect(net.gradients({ ...data, x: [1, 2], kind: [0] }).loss).toBe(3);
    expect(net.evaluate({ ...data, kind: [2] }).loss).toBe(15);
  });

  test("are asked for and checked, by the validation of fit too", async () => {
    const validation = { ...data, kind: [3] };
    expect(codeOf(() => net.evaluate({ x: data.x, kind: [1] } as never))).toBe("missing-input");
    expect(codeOf(() => net.evaluate({ ...data, table: [1, 2], kind: [1] }))).toBe("shape-mismatch");
    expect(codeOf(() => net.evaluate(validation))).toBe("index-range");
    expect(net.evaluate({ ...data, kind: [1] }).loss).toBe(9);
    expect(await codeOfAsync(fit(net, { ...data, kind: [1] }, { epochs: 1, validation }))).toBe("index-range");
    expect(net.read("#step")[0]).toBe(0);
  });
});

describe("evaluation of many rows", () => {
  const distance = model("distance", { x: f32("batch", 8), y: f32("batch", 8) }, ({ x, y }) => {
    const out = ops.mul(x, parameter([], { init: 1, name: "w" }));
    return { outputs: { out }, loss: losses.l1(out, y) };
  });

  // Each value as often as there are rows: every addition of a plain sum rounds to the same side. One part errs by less than 2^-20.
  test.each([1, 64, 50_000])("keeps the digits of a mean, %d rows a call", async (batch) => {
    const net = await load(await compile(distance, { batch }));
    const n = 8 * 50_000;
    for (const value of [1.1, 0.7, 1 / 3])
      expect(Math.abs(net.evaluate({ x: new Float32Array(n), y: new Float32Array(n).fill(value) }).loss / Math.fround(value) - 1)).toBeLessThan(
        2 ** -20,
      );
  });

  test("an infinite term makes the mean infinite, and the next evaluation is not told", async () => {
    const net = await load(await compile(distance, { batch: 2 }));
    const lossOf = (odd: number) => net.evaluate({ x: new Float32Array(8 * 9), y: new Float32Array(8 * 9).fill(1).fill(odd, 8, 9) }).loss;
    expect([Number.POSITIVE_INFINITY, Number.NaN, 1].map(lossOf)).toEqual([Number.POSITIVE_INFINITY, Number.NaN, 1]);
  });
});

describe("training", () => {
  test("fit learns, restores and packs to the bit", async () => {
    const net = await load(built, { seed: 1 });
    const { epochs } = await fit(net, rows(90), { epochs: 12, validation: 0.2, seed: 3 });
    expect(epochs.at(-1)?.loss).toBeLessThan(0.1);
    expect(epochs.at(-1)?.validation?.accuracy).toBe(1);
    const other = await load(built, { seed: 9, weights: net.state() });
    expect(other.state()).toEqual(net.state());
    const packed = await load(pack(built.wasm, net.state()));
    for (const each of [other, packed]) await fit(each as typeof net, rows(30), { epochs: 2, seed: 5 });
    await fit(net, rows(30), { epochs: 2, seed: 5 });
    expect(other.state()).toEqual(net.state());
    expect(packed.state()).toEqual(net.state());
  });

  test("the optimizer's state may be left behind, or belong to another optimizer", async () => {
    const net = await load(built, { seed: 1 });
    await fit(net, rows(30), { epochs: 1 });
    const adam = await load(await compile(classifier, { batch: 8, optimizer: optim.adam() }));
    expect(adam.restore(net.state())).toMatchObject({ mismatched: [], unused: expect.arrayContaining(["hidden.weight.momentum"]) });
    expect(adam.predict(rows(5))).toEqual(net.predict(rows(5)));
    const plain = await load(await compile(classifier));
    plain.restore(net.state());
    expect(plain.predict(rows(5))).toEqual(net.predict(rows(5)));
    expect(codeOf(() => plain.step(rows(5)))).toBe("compiled-in");
  });

  test("hyper-parameters go by the names of the optimizer's options", async () => {
    const net = await load(built);
    net.setHyper({ lr: 0, momentum: 0 });
    const before = net.read("logits.weight");
    net.step(rows(8));
    expect(net.read("logits.weight")).toEqual(before);
  });
});

describe("types", () => {
  test("names and dtypes of inputs are checked where a model is at hand", async () => {
    const net = await load(built);
    const x: F32Data = [1, 2, 3];
    expect(codeOf(() => net.step({ x, kind: [0] }))).toBe("no error");
    // @ts-expect-error: there is no such input
    expect(codeOf(() => net.step({ x, kinds: [0] }))).toBe("unknown-input");
    // @ts-expect-error: a Float32Array is not the data of an i32 input
    expect(codeOf(() => net.step({ x, kind: Float32Array.of(0) }))).toBe("no error");
    // @ts-expect-error: an Int32Array is not the data of an f32 input
    expect(codeOf(() => net.step({ x: Int32Array.of(1, 2, 3), kind: [0] }))).toBe("no error");
    expect(net.predict({ x, kind: [0] }).logits).toHaveLength(3);
    // @ts-expect-error: there is no such output
    expect(net.predict({ x, kind: [0] }).price).toBeUndefined();
  });
});
