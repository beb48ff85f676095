// Models that use memory in different ways, and data for them.
import { type Build, type BuildOptions, build } from "../../compiler/index.ts";
import { evaluate as extent } from "../../compiler/ir/dim.ts";
import type { Manifest } from "../../runtime/index.ts";
import { declareSource, type ModelSource } from "../../src/definition-file.ts";
import { program } from "../../src/entries.ts";
import { constant, elementwise, f32, gradient, i32, losses, type Model, model, nn, ops, optim, parameter, state, update } from "../../src/index.ts";
import type { Optimizer } from "../../src/optim/optimizer.ts";
import { purposeOf } from "../../src/purpose.ts";
import type { Tensor } from "../../src/tensor.ts";

/** A model with what it is trained by. */
export interface Trained {
  readonly source: ModelSource;
  readonly optimizer: Optimizer;
  readonly batch?: number;
}

const rows = { x: f32("batch", 6), y: f32("batch", 2) } as const;
const images = { x: f32("batch", 2, 8, 8), k: i32("batch") } as const;

/** A regression of `x` by `body`. */
const regression = (name: string, body: (x: Tensor) => Tensor) =>
  model(name, rows, ({ x, y }) => {
    const out = body(x);
    return { outputs: { out }, loss: losses.mse(out, y) };
  });

/** A classification of images by `body`. */
const classification = (name: string, body: (x: Tensor) => Tensor) =>
  model(name, images, ({ x, k }) => {
    const logits = body(x);
    return { outputs: { logits }, loss: losses.crossEntropy(logits, k) };
  });

const deep = (x: Tensor): Tensor => Array.from({ length: 12 }).reduce<Tensor>((h) => ops.add(h, nn.tanh(nn.linear(h, 6))), x);

function attention(x: Tensor): Tensor {
  const tokens = ops.reshape(x, ["batch", 3, 2]);
  const [query, key, value] = [nn.linear(tokens, 4), nn.linear(tokens, 4), nn.linear(tokens, 4)] as const;
  const weights = nn.softmax(ops.matmul(query, ops.transpose(key)));
  return nn.linear(nn.flatten(ops.matmul(weights, value)), 2);
}

const running = () =>
  model("running", rows, ({ x, y }) => {
    const average = state("average", [6]);
    update(average, ops.add(ops.mul(average, 0.9), ops.mul(ops.mean(x, { dim: 0 }), 0.1)));
    const out = nn.linear(ops.sub(x, average), 2);
    return { outputs: { out }, loss: losses.mse(out, y), metrics: { error: { sum: ops.sum(ops.abs(ops.sub(out, y))), count: constant([1], []) } } };
  });

const words = () =>
  model("words", { word: i32("batch", 4), k: i32("batch") }, ({ word, k }) => {
    const table = parameter([20, 5], { init: "xavierNormal", name: "table" });
    const logits = nn.linear(nn.flatten(ops.gather(table, word)), 7);
    return { outputs: { logits, guess: ops.argmax(logits, { dim: -1 }) }, loss: losses.crossEntropy(logits, k) };
  });

const penalised = () =>
  model("penalised", rows, ({ x, y }) => {
    const out = nn.linear(nn.softplus(nn.linear(x, 4)), 2);
    const [g] = gradient(ops.sum(out), [x]) as [Tensor];
    return { outputs: { out }, loss: ops.add(losses.mse(out, y), ops.mean(ops.square(g))) };
  });

const single = () =>
  model("single", { x: f32(5), y: f32(3) }, ({ x, y }) => {
    const out = ops.matmul(x, parameter([5, 3], { init: { uniform: [-1, 1] }, name: "w" }));
    return { outputs: { out }, loss: losses.mse(out, y) };
  });

const cube = (x: Tensor): Tensor => nn.linear(elementwise((v) => v * v * v - v)(nn.linear(x, 8)), 2);

const convolution = (x: Tensor): Tensor =>
  nn.linear(nn.flatten(nn.maxPool2d(nn.relu(nn.conv2d(nn.relu(nn.conv2d(x, 4, 3, { padding: 1 })), 6, 3)), 2)), 3);
const strided = (x: Tensor): Tensor => nn.linear(nn.flatten(nn.relu(nn.conv2d(x, 4, 3, { stride: 2, padding: 1, groups: 2 }))), 3);

const adam = optim.adam({ lr: 0.01 });
const momentum = optim.sgd({ lr: 0.01, momentum: 0.9, weightDecay: 0.001 });
const averaged = optim.custom(({ w, g, state: kept, lr }) => {
  const mean = kept("mean");
  const next = ops.add(ops.mul(mean, 0.5), g);
  update(mean, next);
  return ops.sub(w, ops.mul(lr, next));
});

/** The example and a dozen models more by name. */
export const models: Readonly<Record<string, Trained>> = {
  housing: { source: new URL("../../examples/housing/housing.model.ts", import.meta.url), optimizer: optim.sgd({ lr: 0.01 }), batch: 64 },
  line: { source: regression("line", (x) => nn.linear(x, 2)), optimizer: optim.sgd({ lr: 0.01 }) },
  layers: { source: regression("layers", (x) => nn.linear(nn.sigmoid(nn.linear(nn.tanh(nn.linear(x, 16)), 8)), 2)), optimizer: adam },
  residual: { source: regression("residual", (x) => nn.linear(deep(x), 2)), optimizer: momentum },
  dropout: { source: regression("dropout", (x) => nn.linear(nn.dropout(nn.relu(nn.linear(nn.dropout(x, 0.2), 32))), 2)), optimizer: adam },
  standardized: { source: regression("standardized", (x) => nn.linear(nn.standardize(x), 2)), optimizer: optim.adamw() },
  attention: { source: regression("attention", attention), optimizer: optim.adam({ amsgrad: true }) },
  cube: { source: regression("cube", cube), optimizer: averaged },
  convolution: { source: classification("convolution", convolution), optimizer: adam, batch: 5 },
  strided: { source: classification("strided", strided), optimizer: momentum, batch: 3 },
  words: { source: words(), optimizer: adam },
  running: { source: running(), optimizer: momentum },
  penalised: { source: penalised(), optimizer: optim.sgd({ lr: 0.001 }) },
  single: { source: single(), optimizer: adam },
};

export const names = Object.keys(models);

const builds = new Map<string, Promise<Build>>();

/** The build of a model, made once. */
export function built(name: string): Promise<Build> {
  const known = builds.get(name) ?? buildOf(models[name] as Trained);
  builds.set(name, known);
  return known;
}

/** Compiles a model, with debug switches. */
export async function buildOf({ source, optimizer, batch = 8 }: Trained, debug: BuildOptions["debug"] = {}): Promise<Build> {
  const declared = await declareSource(source as Model);
  const options = { optimizer, batch };
  const whole = program(declared, options);
  const purpose: BuildOptions["purpose"] = { ...purposeOf(declared, whole, options), profile: "exact" };
  return build(whole, { purpose, debug });
}

/** Data of n rows for every input, the same for the same seed. */
export function dataFor({ inputs }: Manifest, n: number, seed: number): Record<string, number[]> {
  let place = seed * 7919;
  const next = (): number => (++place * 0.6180339887498949) % 1;
  return Object.fromEntries(
    inputs.map(({ name, dtype, shape, range }) => {
      const length = shape.reduce<number>((size, dim) => size * extent(dim, { batch: n }), 1);
      const value = () => (dtype === "f32" ? next() * 2 - 1 : Math.floor(next() * (range?.upper ?? 3)));
      return [name, Array.from({ length }, value)];
    }),
  );
}
