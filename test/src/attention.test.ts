import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";
import { describe, expect, it, test } from "vitest";
import { f32, i32, losses, model, nn, ops, optim, type Tensor } from "../../src/index.ts";
import type { InputTypes } from "../../src/model.ts";
import { assigned, define, variableNames } from "./running.ts";

const sequence = { x: f32("batch", 3, 4) };
const of = (types: InputTypes, apply: (inputs: Readonly<Record<string, Tensor>>) => Tensor) =>
  define(types, (inputs) => ({ outputs: { y: apply(inputs) } }));

describe("multihead attention", () => {
  const projections = ["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"];

  it("has PyTorch's names, one matrix where widths are equal", () => {
    const named = (types: InputTypes, apply: (inputs: Readonly<Record<string, Tensor>>) => Tensor) => variableNames(of(types, apply));
    expect(named(sequence, ({ x }) => nn.multiheadAttention(2, { name: "a" })(x as Tensor))).toEqual(projections.map((name) => `a.${name}`));
    const other = { ...sequence, k: f32("batch", 5, 3) };
    const apart = ["q_proj_weight", "k_proj_weight", "v_proj_weight", "out_proj.weight"].map((name) => `a.${name}`);
    expect(named(other, ({ x, k }) => nn.multiheadAttention(2, { name: "a", bias: false })(x as Tensor, k))).toEqual(apart);
  });

  it("names output and weights", async () => {
    const definition = model("weighed", sequence, ({ x }) => ({ outputs: nn.multiheadAttention(2, { name: "a", needWeights: true })(x) }));
    const net = await load(await compile(definition, { batch: 2 }));
    const { output, weights } = net.predict({ x: Float32Array.from({ length: 24 }, (_, at) => at % 5) }) as Record<string, Float32Array>;
    expect([output?.length, weights?.length]).toEqual([24, 18]);
    for (let row = 0; row < 18; row += 3) expect([0, 1, 2].reduce((sum, at) => sum + (weights?.[row + at] as number), 0)).toBeCloseTo(1, 6);
  });
});

describe("transformer layers", () => {
  it("have the names of their parts, in a loop too", () => {
    const declared = define(sequence, ({ x }) => {
      const block = (h: Tensor): Tensor => assigned(1, "h", () => nn.transformerEncoderLayer(h, 2, { dimFeedforward: 3 }));
      return { outputs: { y: block(block(x)) } };
    });
    const names = variableNames(declared);
    expect(names).toHaveLength(24);
    expect(new Set(names.slice(0, 12))).toEqual(
      new Set(
        ["self_attn.in_proj_weight", "self_attn.in_proj_bias", "self_attn.out_proj.weight", "self_attn.out_proj.bias"]
          .concat(["linear1", "linear2", "norm1", "norm2"].flatMap((part) => [`${part}.weight`, `${part}.bias`]))
          .map((name) => `h.0.${name}`),
      ),
    );
    const decoder = of({ ...sequence, m: f32("batch", 5, 4) }, ({ x, m }) => nn.transformerDecoderLayer(2, { name: "d" })(x as Tensor, m as Tensor));
    expect(variableNames(decoder)).toEqual(expect.arrayContaining(["d.multihead_attn.in_proj_weight", "d.norm3.bias"]));
  });

  it("learn the place before from their causal attention, and drop in training only", async () => {
    const definition = model("before", { x: f32("batch", 4, 4), y: f32("batch", 4, 4) }, ({ x, y }) => {
      const h = nn.transformerEncoderLayer(x, 2, { name: "block", dimFeedforward: 8, isCausal: true });
      const p = nn.linear(h, 4, { name: "p" });
      return { outputs: { p }, loss: losses.mse(p, y) };
    });
    const net = await load(await compile(definition, { batch: 16, optimizer: optim.adam({ lr: 0.01 }) }));
    const x = Float32Array.from({ length: 256 }, (_, at) => ((at * 7919) % 13) / 6 - 1);
    const y = x.map((_, at) => (at % 16 < 4 ? 0 : (x[at - 4] as number)));
    const { loss } = net.evaluate({ x, y });
    expect(net.gradients({ x, y }).loss).not.toBeCloseTo(loss, 5);
    for (let step = 0; step < 200; step++) net.step({ x, y });
    expect(net.evaluate({ x, y }).loss).toBeLessThan(loss / 2);
    // What comes after does not change what was.
    const later = x.map((value, at) => (at % 16 < 12 ? value : 9));
    const places = (of: unknown) => [...(of as Float32Array)].filter((_, at) => at % 16 < 12);
    expect(places(net.predict({ x: later }).p)).toEqual(places(net.predict({ x }).p));
  });
});

describe("causal attention, of which blocks are left out,", () => {
  const batch = 2;
  const numbers = (count: number, by: number) => Float32Array.from({ length: count }, (_, at) => ((at * by) % 61) / 30 - 1);

  /** What a net of two heads gives, with a mask that the compiler knows, or with one that is read. */
  async function resultsOf(length: number, isCausal: boolean, showsWeights: boolean): Promise<Float32Array> {
    const sequences = { x: f32("batch", length, 4), y: f32("batch", length, 4) };
    const inputs: Readonly<Record<string, ReturnType<typeof f32>>> = isCausal ? sequences : { ...sequences, mask: f32(length, length) };
    const definition = model("long", inputs, ({ x, y, mask }) => {
      const masked = mask ? { attnMask: mask } : { isCausal };
      const { output, weights } = nn.multiheadAttention(2, { name: "h", needWeights: true, averageAttnWeights: false, ...masked })(x as Tensor);
      const p = nn.linear(output, 4, { name: "p" });
      const outputs: Readonly<Record<string, Tensor>> = showsWeights ? { p, weights } : { p };
      return { outputs, loss: losses.mse(p, y as Tensor) };
    });
    const net = await load(await compile(definition, { batch, optimizer: optim.sgd({ lr: 0.1 }) }), { seed: 3 });
    const mask = Float32Array.from({ length: length * length }, (_, at) => (at % length <= Math.floor(at / length) ? 0 : -Infinity));
    const x = { x: numbers(batch * length * 4, 7919), ...(isCausal ? {} : { mask }) };
    const { gradients } = net.gradients({ ...x, y: numbers(batch * length * 4, 104729) });
    const arrays = [...Object.values(net.predict(x)), ...Object.values(gradients)] as Float32Array[];
    return Float32Array.from(arrays.flatMap((array) => [...array]));
  }

  it.each([
    { length: 32, showsWeights: false },
    { length: 40, showsWeights: true },
    { length: 48, showsWeights: false },
    { length: 640, showsWeights: false },
  ])("gives what a mask gives that is read: $length places, weights shown $showsWeights", async ({ length, showsWeights }) => {
    const [found, wanted] = [await resultsOf(length, true, showsWeights), await resultsOf(length, false, showsWeights)];
    expect(found.length).toBe(wanted.length);
    expect(Math.max(...found.map((value, at) => Math.abs(value - (wanted[at] as number))))).toBeLessThan(1e-6);
  });
});

test("rows beyond the capacity are predicted and evaluated as those within it", async () => {
  const definition = model("parts", { t: i32("batch", 4), y: f32("batch", 2, 2) }, ({ t, y }) => {
    const filled = ops.compare(t, 0, "eq");
    const words = nn.embedding(t, 9, 4, { name: "words", paddingIdx: 0 });
    const memory = nn.transformerEncoderLayer(words, 2, { name: "encoder", dimFeedforward: 3, keyPaddingMask: filled, isCausal: true });
    const places = ops.slice(words, [0, 0, 0], ["batch", 2, 4]);
    const seen = nn.transformerDecoderLayer(places, memory, 2, { name: "decoder", dimFeedforward: 3, memoryKeyPaddingMask: filled });
    const normed = nn.batchNorm1d(nn.groupNorm(nn.instanceNorm1d(seen), 2, { name: "groups" }), { name: "rows" });
    const bag = nn.embeddingBag(t, 9, 2, { name: "bag", mode: "max", paddingIdx: 0 });
    const p = ops.add(nn.linear(normed, 2, { name: "p" }), ops.reshape(bag, ["batch", 1, 2]));
    return { outputs: { p }, loss: losses.mse(p, y) };
  });
  const rows = {
    t: Int32Array.from({ length: 28 }, (_, at) => (at % 4 === 0 ? 1 : (at * 5) % 9)),
    y: Float32Array.from({ length: 28 }, (_, at) => at % 3),
  };
  const [parts, whole] = await Promise.all([2, 16].map(async (batch) => load(await compile(definition, { batch }))));
  expect(parts?.predict(rows)).toEqual(whole?.predict(rows));
  expect(parts?.evaluate(rows).loss).toBeCloseTo(whole?.evaluate(rows).loss as number, 6);
});

const inputs = { x: f32(3, 4), k: f32(5, 4), v: f32(2, 4), narrow: f32(5, 3) };
const refused: readonly [what: string, make: () => unknown, code: string, text: RegExp][] = [
  [
    "heads that do not divide the width",
    () => of(inputs, ({ x }) => nn.multiheadAttention(3)(x as Tensor)),
    "setting-out-of-range",
    /a divisor of the width 4/,
  ],
  [
    "values for other keys",
    () => of(inputs, ({ x, k, v }) => nn.scaledDotProductAttention(x as Tensor, k as Tensor, v as Tensor)),
    "shape-mismatch",
    /queries, width/,
  ],
  [
    "keys of another width",
    () => of(inputs, ({ x, narrow }) => nn.scaledDotProductAttention()(x as Tensor, narrow)),
    "shape-mismatch",
    /keys, width/,
  ],
  ["a mask that is no tensor", () => nn.scaledDotProductAttention({ mask: true as never }), "setting-out-of-range", /"mask" cannot|a tensor/],
  ["the width before the heads", () => nn.multiheadAttention(64, 4 as never), "inferred-width", /nn\.multiheadAttention\(4\)/],
  ["the width before the heads of a layer", () => nn.transformerEncoderLayer(64, 4 as never), "inferred-width", /nn\.transformerEncoderLayer\(4\)/],
  ["a mistyped option", () => nn.multiheadAttention(2, { keyPadingMask: undefined } as never), "unknown-option", /keyPaddingMask/],
  [
    "PyTorch's order of axes",
    () => nn.transformerEncoderLayer(2, { batchFirst: true } as never),
    "unknown-option",
    /no option "batchFirst"(?!, the nearest)/,
  ],
  [
    "an activation by another name",
    () => nn.transformerEncoderLayer(2, { activation: "tanh" as never }),
    "setting-out-of-range",
    /"relu" or "gelu", or a function/,
  ],
];

it.each(refused)("%s is refused", (_, make, code, text) => {
  expect(make).toThrowError(expect.objectContaining({ code, message: expect.stringMatching(text) }));
});
