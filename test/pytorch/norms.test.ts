import { constant, f32, gradient, model, nn, ops, optim } from "gradc";
import { compile } from "gradc/compiler";
import { load, type Net } from "gradc/runtime";
import { beforeAll, describe, expect, it } from "vitest";
import type { BatchNormOptions } from "../../src/nn/norms/batch-norm.ts";
import type { Tensor } from "../../src/tensor.ts";
import { type Bodies, expectClose, type Golden, type Groups, projection, readGolden, single, testGroup } from "./golden.ts";

type Values = Readonly<Record<string, Golden>>;

/** One step: slopes of the loss in training, states after it, and what evaluation gives then. */
interface Step {
  readonly x: Golden;
  readonly loss: Golden;
  readonly gradients: Values;
  readonly states: Values;
  readonly output: Golden;
}

type Runs = Readonly<Record<string, { readonly parameters: Values; readonly steps: readonly Step[] }>>;

const golden = readGolden<{ readonly rows: Groups[string]; readonly steps: Runs; readonly second: Groups[string] }>("norms");

const plain = { elementwiseAffine: false };
const layerNorm: Bodies[string] = ({ x }, name) => nn.layerNorm(x, { name });

testGroup("rows", golden.rows, {
  layerNorm,
  layerNormLoose: ({ x }, name) => nn.layerNorm(x, { name, eps: 0.5, bias: false }),
  layerNormPlain: ({ x }) => nn.layerNorm(x, plain),
  layerNormImage: ({ x }, name) => nn.layerNorm(x, { name, normalizedShape: [3, 2] }),
  layerNormEqual: ({ x }, name) => nn.layerNorm(x, { name, eps: 1 / 64 }),
  layerNormFar: layerNorm,
  layerNormAnywhere: ({ x }) => nn.layerNorm(x, plain),
  layerNormSample0: ({ x }, name) => nn.layerNorm(x, { name, normalizedShape: [1, 2, 3], eps: 0.5 }),
  layerNormSample1: ({ x }, name) => nn.layerNorm(x, { name, normalizedShape: [2, 3], eps: -0.5 }),
  layerNormSample2: layerNorm,
  layerNormSample3: layerNorm,
  layerNormSample4: ({ x }, name) => nn.layerNorm(x, { name, bias: false }),
  rmsNorm: ({ x }, name) => nn.rmsNorm(x, { name }),
  rmsNormImage: ({ x }) => nn.rmsNorm(x, { ...plain, normalizedShape: [3, 2], eps: 0.5 }),
  rmsNormZero: ({ x }, name) => nn.rmsNorm(x, { name }),
  groupNorm: ({ x }, name) => nn.groupNorm(x, 2, { name }),
  groupNormRows: ({ x }, name) => nn.groupNorm(x, 1, { name, eps: 0.25 }),
  groupNormEach: ({ x }) => nn.groupNorm(x, 4, { affine: false }),
  groupNormSample0: ({ x }, name) => nn.groupNorm(x, 2, { name, eps: 0.5 }),
  groupNormSample1: ({ x }, name) => nn.groupNorm(x, 2, { name, eps: -0.5 }),
  groupNormSample2: ({ x }, name) => nn.groupNorm(x, 1, { name }),
  groupNormSample3: ({ x }) => nn.groupNorm(x, 1, { affine: false }),
  instanceNorm1d: ({ x }) => nn.instanceNorm1d(x),
  instanceNorm2d: ({ x }, name) => nn.instanceNorm2d(x, { name, affine: true, eps: 0.5 }),
});

/** The gradient of Σ f² with respect to x, which is differentiated once more. */
const slope =
  (f: (x: Tensor, y: Tensor) => Tensor): Bodies[string] =>
  ({ x, y }) =>
    gradient(ops.sum(ops.square(f(x, y))), [x])[0] as Tensor;

testGroup("second", golden.second, {
  layerNormSlope: slope((x) => ops.tanh(nn.layerNorm(x, { ...plain, eps: 0.5 }))),
  groupNormSlope: slope((x) => ops.tanh(nn.groupNorm(x, 2, { affine: false, eps: 0.5 }))),
  attentionSlope: slope((x, y) => nn.scaledDotProductAttention(x, y, y)),
});

type Apply = (x: Tensor, options: BatchNormOptions) => Tensor;

const layers: Readonly<Record<string, readonly [Apply, BatchNormOptions?]>> = {
  batchNorm1d: [nn.batchNorm1d],
  batchNorm1dLengths: [nn.batchNorm1d, { momentum: 0.5, eps: 0.25 }],
  batchNorm1dAverage: [nn.batchNorm1d, { momentum: null }],
  batchNorm1dPlain: [nn.batchNorm1d, { affine: false, momentum: -1.25 }],
  batchNorm1dUntracked: [nn.batchNorm1d, { trackRunningStats: false }],
  batchNorm2d: [nn.batchNorm2d],
  batchNorm2dOne: [nn.batchNorm2d],
  batchNorm3d: [nn.batchNorm3d],
  instanceNorm1d: [nn.instanceNorm1d, { affine: true, trackRunningStats: true }],
  instanceNorm2d: [nn.instanceNorm2d, { trackRunningStats: true, momentum: 0.25 }],
};

describe("steps", () => {
  const runs = Object.entries(golden.steps);
  const names = runs.map(([name]) => name);
  const stepOf = (name: string, at: number) => golden.steps[name]?.steps[at] as Step;
  const typeOf = ({ shape: [rows, ...rest] }: Golden) => f32(rows === 5 ? "batch" : (rows as number), ...(rest as number[]));
  const inputs = (make: (x: Golden, name: string) => unknown, at: number) =>
    Object.fromEntries(names.map((name) => [name, make(stepOf(name, at).x, name)]));
  const weights = (make: (x: Golden) => unknown) => Object.fromEntries(names.map((name) => [`${name}_weights`, make(stepOf(name, 0).x)]));
  const gradientName = (name: string, key: string) => (key === "x" ? name : `${name}.${key}`);
  const wrt = runs.flatMap(([name, { steps }]) => Object.keys((steps[0] as Step).gradients).map((key) => gradientName(name, key)));

  const types = { ...inputs(typeOf, 0), ...weights(typeOf) } as Record<string, ReturnType<typeof f32>>;
  const definition = model("norms", types, (given) => {
    const applied = Object.entries(layers).map(([name, [apply, options]]) => [name, apply(given[name] as Tensor, { ...options, name })] as const);
    const losses = applied.map(([name, y]) => [name, ops.sum(ops.mul(y, given[`${name}_weights`] as Tensor))] as const);
    const metrics = Object.fromEntries(losses.map(([name, sum]) => [`${name}_loss`, { sum, count: constant([1], []) }]));
    return {
      outputs: Object.fromEntries(applied.map(([name, y]) => [`${name}_y`, y])),
      loss: losses.map(([, loss]) => loss).reduce(ops.add),
      metrics,
    };
  });

  interface Found {
    readonly gradients: Record<string, Float32Array>;
    readonly losses: Record<string, number>;
    readonly states: Record<string, Float32Array>;
    readonly outputs: Record<string, Float32Array>;
  }
  const found: Found[] = [];

  beforeAll(async () => {
    expect(Object.keys(layers)).toEqual(names);
    const net: Net = await load(await compile(definition, { batch: 8, optimizer: optim.sgd({ lr: 0 }), wrt }));
    for (const [name, { parameters }] of runs) for (const [key, { data }] of Object.entries(parameters)) net.write(`${name}.${key}`, data);
    for (const at of [0, 1, 2]) {
      const x = inputs(({ data }) => data, at) as Record<string, readonly number[]>;
      const all = { ...x, ...weights(({ shape, data }) => (shape ? projection(data.length) : [])) } as typeof x;
      const { gradients } = net.gradients(all);
      const losses = net.step(all);
      const states = names.flatMap((name) => Object.keys(stepOf(name, at).states).map((key) => `${name}.${key}`));
      found.push({
        gradients,
        losses,
        states: Object.fromEntries(states.map((name) => [name, net.read(name) as Float32Array])),
        outputs: net.predict(x) as never,
      });
    }
  }, 60_000);

  it.each(names)("%s", (name) => {
    for (const [at, { gradients, losses, states, outputs }] of found.entries()) {
      const wanted = stepOf(name, at);
      expectClose([losses[`${name}_loss`] as number], wanted.loss, single, "loss");
      for (const [key, golden] of Object.entries(wanted.gradients))
        expectClose(gradients[gradientName(name, key)], golden, single, `gradient of ${key}`);
      for (const [key, golden] of Object.entries(wanted.states)) {
        // PyTorch's instance norm counts no batches.
        if (key !== "num_batches_tracked" || name.startsWith("batch")) expectClose(states[`${name}.${key}`], golden, single, key);
      }
      expectClose(outputs[`${name}_y`], wanted.output, single, "output");
    }
  });
});
