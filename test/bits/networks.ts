// Networks by number: the number chooses body, widths, loss, optimizer and what surrounds them. What a number stands for never changes, since
// `test/golden/wide-bits.json` holds what each of them computes.
import { uniform } from "../../compiler/pipeline/draw.ts";
import { elementwise, f32, i32, losses, type Model, model, nn, ops, optim, parameter, state, update } from "../../src/index.ts";
import type { Clip } from "../../src/optim/clip.ts";
import type { Optimizer } from "../../src/optim/optimizer.ts";
import type { Penalty } from "../../src/optim/penalty.ts";
import type { Tensor } from "../../src/tensor.ts";
import { type Draw, drawFrom } from "../fuzz/plot.ts";

export interface Network {
  readonly model: Model;
  readonly options: { readonly optimizer: Optimizer; readonly clip?: Clip; readonly penalties?: Penalty[] };
}

type Body = (x: Tensor, draw: Draw) => Tensor;

const chosen = <T>(draw: Draw, list: readonly T[]): T => list[draw(list.length)] as T;

const activation = (x: Tensor, draw: Draw): Tensor =>
  chosen(draw, [
    nn.tanh,
    nn.relu,
    nn.sigmoid,
    nn.softplus,
    ops.erf,
    ops.sin,
    (z: Tensor) => ops.maximum(z, ops.mul(z, 0.1)),
    elementwise((z) => z / (1 + Math.exp(-z))),
    elementwise((z) => (z > 0 ? z : Math.expm1(z))),
  ])(x);

const width = (draw: Draw): number => chosen(draw, [3, 4, 5, 8, 9, 16, 17]);

/** Layers one after the other, and things that stand between layers. */
const dense: Body = (x, draw) => {
  let value = draw(2) === 0 ? nn.standardize(x) : x;
  for (let layers = 1 + draw(4); layers > 0; layers--) {
    value = activation(nn.linear(value, width(draw), { bias: draw(4) !== 0 }), draw);
    if (draw(3) === 0) value = nn.dropout(value, 0.25);
    if (draw(4) === 0) value = ops.add(value, nn.linear(value, value.shape[1] as number));
    if (draw(5) === 0) value = ops.concat([value, ops.square(value)], { dim: 1 });
  }
  return value;
};

/** One weight that is used several times, as an unrolled recurrent net does. */
const tied: Body = (x, draw) => {
  const size = width(draw);
  const [into, again] = [nn.linear(size), nn.linear(size)];
  let hidden = nn.tanh(into(x));
  for (let times = 1 + draw(4); times > 0; times--) hidden = nn.tanh(ops.add(again(hidden), into(x)));
  return hidden;
};

/** Centred and scaled over the last axis, or over rows. */
const normalised: Body = (x, draw) => {
  const z = nn.linear(x, width(draw));
  const axes = draw(2) === 0 ? { dim: 1, keepDim: true } : { dim: 0, keepDim: true };
  const centred = ops.sub(z, ops.mean(z, axes));
  const scaled = ops.div(centred, ops.sqrt(ops.add(ops.mean(ops.square(centred), axes), 1e-5)));
  const scale = parameter([z.shape[1] as number], { name: "scale", init: "ones" });
  return activation(ops.mul(scaled, scale), draw);
};

/** Attention of the features to each other, with its products written out. */
const attention: Body = (x, draw) => {
  const length = x.shape[1] as number;
  const tokens = nn.linear(ops.reshape(x, [x.shape[0] as "batch", length, 1]), 4);
  const [query, key, value] = [nn.linear(tokens, 4), nn.linear(tokens, 4), nn.linear(tokens, 4)];
  const scores = ops.mul(ops.matmul(query, ops.transpose(key, 1, 2)), 0.5);
  const mixed = ops.matmul(nn.softmax(scores, { dim: -1 }), value);
  return draw(2) === 0 ? nn.flatten(mixed) : ops.mean(mixed, { dim: 1 });
};

/** Windows, cut and padded pieces, flips and sums of them. */
const pieces: Body = (x, draw) => {
  const z = nn.linear(x, 8);
  const rows = x.shape[0] as "batch";
  const windows = ops.window(z, 3, { dim: 1, stride: 1 + draw(2) });
  const folded = draw(2) === 0 ? ops.max(windows, { dim: 2 }) : ops.logSumExp(windows, { dim: 2 });
  const cut = ops.pad(ops.slice(z, [0, 2], [rows, 6]), [0, 1], [0, 2], 0.5);
  return ops.concat([folded, ops.flip(cut, { dim: 1 }), ops.mul(ops.norm(z, { dim: 1, keepDim: true }), 0.1)], { dim: 1 });
};

/** An average over steps, which the step updates. */
const averaged: Body = (x, draw) => {
  const z = nn.linear(x, width(draw));
  const size = z.shape[1] as number;
  const average = state("average", [size]);
  update(average, ops.add(ops.mul(average, 0.9), ops.mul(ops.mean(z, { dim: 0 }), 0.1)));
  return activation(ops.sub(z, average), draw);
};

const images: Body = (x, draw) => {
  const groups = chosen(draw, [1, 1, 2]);
  const maps = ops.reshape(nn.linear(x, 2 * 6 * 6), [x.shape[0] as "batch", 2, 6, 6]);
  const kernel = chosen<number | [number, number]>(draw, [1, 2, 3, [3, 2]]);
  const first = nn.conv2d(maps, 4, kernel, { padding: draw(2), stride: 1 + draw(2), groups, bias: draw(3) !== 0 });
  const pooled = draw(2) === 0 ? nn.maxPool2d(activation(first, draw), 2) : activation(nn.conv2d(first, 3, 2), draw);
  return nn.flatten(pooled);
};

const bodies: readonly Body[] = [dense, dense, dense, tied, normalised, attention, pieces, averaged, images, images];

const optimizers = (draw: Draw): Optimizer =>
  chosen(draw, [
    () => optim.sgd({ lr: 0.05 }),
    () => optim.sgd({ lr: 0.02, momentum: 0.9, weightDecay: 0.01 }),
    () => optim.sgd({ lr: 0.02, momentum: 0.8, nesterov: true }),
    () => optim.adam({ lr: 0.01 }),
    () => optim.adam({ lr: 0.01, weightDecay: 0.1 }),
    () => optim.adamw({ lr: 0.01 }),
  ])();

const clips = (draw: Draw): { clip?: Clip } => chosen<{ clip?: Clip }>(draw, [{}, {}, { clip: { norm: 1 } }, { clip: { value: 0.1 } }]);
const penalties = (draw: Draw) =>
  chosen<{ penalties?: Penalty[] }>(draw, [{}, {}, { penalties: [optim.l2(0.01, "*weight")] }, { penalties: [optim.l1(0.01, "*")] }]);

/** Whole numbers that follow from a seed. */
function choicesFrom(seed: number, count: number): number[] {
  const random = uniform(Math.imul(seed + 1, 0x9e3779b1));
  return Array.from({ length: count }, () => Math.floor(random.next().value * 2 ** 20));
}

/** Features, classes and columns of targets of every network; rows are its batch. */
export const extents = { features: 6, classes: 3, targets: 2 } as const;

const regression = [losses.mse, losses.l1, losses.bceWithLogits];

/** The network of that number, from 0 on. */
export function networkOf(number: number): Network {
  const draw = drawFrom(choicesFrom(number, 80));
  const body = bodies[number % bodies.length] as Body;
  const loss = chosen(draw, [undefined, ...regression]);
  const options = { optimizer: optimizers(draw), ...clips(draw), ...penalties(draw) };
  // Names of layers are counted, so a body that runs anew draws anew.
  const rest = Array.from({ length: 40 }, () => draw(2520));
  const inputs = { x: f32("batch", extents.features), y: f32("batch", extents.targets), c: i32("batch") };
  return {
    options,
    model: model(`network${number}`, inputs, ({ x, y, c }) => {
      const value = body(x, drawFrom(rest));
      if (loss) {
        const z = nn.linear(value, extents.targets);
        return { outputs: { z, p: z, value }, loss: loss(z, loss === losses.bceWithLogits ? ops.clamp(y, 0, 1) : y) };
      }
      const z = nn.linear(value, extents.classes);
      return { outputs: { z, p: nn.softmax(z), value }, loss: losses.crossEntropy(z, c) };
    }),
  };
}
