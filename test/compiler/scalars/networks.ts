// Networks for pages of scalars: depths, widths, activations and losses of all kinds, with numbers for everything.

import { withoutBodies } from "../../../compiler/ir/walk.ts";
import type { Tensor } from "../../../src/index.ts";
import { f32, i32, losses, type Model, model, nn, ops } from "../../../src/index.ts";
import type { Data } from "../../../src/tensor.ts";

type Activation = (x: Tensor) => Tensor;

const plain = (f: (x: Tensor) => Tensor): Activation => f;

const activations: Readonly<Record<string, Activation>> = {
  ...{
    tanh: plain(nn.tanh),
    sigmoid: plain(nn.sigmoid),
    relu: plain(nn.relu),
    softplus: plain(nn.softplus),
    silu: plain(nn.silu),
    mish: plain(nn.mish),
  },
  ...{ gelu: plain(nn.gelu), softsign: plain(nn.softsign), tanhshrink: plain(nn.tanhshrink), logsigmoid: plain(nn.logsigmoid), selu: plain(nn.selu) },
  ...{ relu6: plain(nn.relu6), hardswish: plain(nn.hardswish), hardsigmoid: plain(nn.hardsigmoid), step: plain(nn.step) },
  leakyRelu: (x) => nn.leakyRelu(x, 0.2),
  elu: (x) => nn.elu(x, 0.5),
  celu: (x) => nn.celu(x, 1.5),
  hardtanh: (x) => nn.hardtanh(x, -0.5, 0.75),
  geluTanh: (x) => nn.gelu(x, { approximate: "tanh" }),
  none: (x) => x,
};

type Loss = (prediction: Tensor, target: Tensor) => Tensor;

interface LossCase {
  readonly of: Loss;
  readonly last?: Activation;
  readonly target?: "classes" | "shares" | "truths";
  /** Weights of classes, as many as there are. */
  readonly isWeighed?: boolean;
  /** What is added to it of weights and biases. */
  readonly penalty?: (parameters: readonly Tensor[]) => Tensor;
}

const weightsOf = (count: number): number[] => Array.from({ length: count }, (_, k) => [1, 2.5, 0.25][k % 3] as number);
const widthOf = (x: Tensor): number => x.shape.at(-1) as number;
const weighed = (p: Tensor): { readonly weight: number[] } => ({ weight: weightsOf(widthOf(p)) });
const sumOf = (terms: readonly Tensor[]): Tensor => terms.reduce((a, b) => ops.add(a, b));

/** y·log(p) + (1 − y)·log(1 − p) of each element. */
const likelihood = (p: Tensor, y: Tensor): Tensor => ops.add(ops.mul(y, ops.log(p)), ops.mul(ops.sub(1, y), ops.log(ops.sub(1, p))));

/** exp(z)/Σ exp(z) of each row. */
function sharesOf(z: Tensor): Tensor {
  const e = ops.exp(z);
  return ops.div(e, ops.sum(e, { dim: -1, keepDim: true }));
}

/** The cross-entropies of examples by hand, one after another. */
const byHand = (z: Tensor, y: Tensor): Tensor => ops.neg(ops.sum(ops.mul(y, ops.log(sharesOf(z))), { dim: -1 }));

/** How many examples there are. */
const rowsOf = (z: Tensor): Tensor | number => (z.shape.length > 1 ? ops.size(z, { dim: 0 }) : 1);

/** Losses by what they are called here, with what the last layer is put through before. */
const lossesOf: Readonly<Record<string, LossCase>> = {
  mse: { of: losses.mse },
  "mse sum": { of: (p, y) => losses.mse(p, y, { reduction: "sum" }) },
  "mse of tanh": { of: losses.mse, last: nn.tanh },
  "mse of sigmoid": { of: (p, y) => losses.mse(p, y, { reduction: "sum" }), last: nn.sigmoid },
  l1: { of: losses.l1 },
  huber: { of: (p, y) => losses.huber(p, y, { delta: 0.5 }) },
  smoothL1: { of: (p, y) => losses.smoothL1(p, y, { beta: 0.5 }) },
  bce: { of: losses.bce, last: nn.sigmoid, target: "truths" },
  "bce of another": { of: losses.bce, last: (x) => nn.hardsigmoid(x), target: "truths" },
  "bce by hand": { of: (p, y) => ops.mean(ops.neg(likelihood(p, y))), last: nn.sigmoid, target: "truths" },
  "bce by hand, minus outside": { of: (p, y) => ops.neg(ops.mean(likelihood(p, y))), last: nn.sigmoid, target: "truths" },
  bceWithLogits: { of: losses.bceWithLogits, target: "truths" },
  crossEntropy: { of: (p, y) => losses.crossEntropy(p, y), target: "classes" },
  "crossEntropy sum": { of: (p, y) => losses.crossEntropy(p, y, { reduction: "sum" }), target: "classes" },
  "crossEntropy of shares": { of: (p, y) => losses.crossEntropy(p, y), target: "shares" },
  "crossEntropy weighed": { of: (p, y) => losses.crossEntropy(p, y, weighed(p)), target: "classes", isWeighed: true },
  "crossEntropy weighed sum": { of: (p, y) => losses.crossEntropy(p, y, { ...weighed(p), reduction: "sum" }), target: "classes", isWeighed: true },
  "crossEntropy smoothed": { of: (p, y) => losses.crossEntropy(p, y, { labelSmoothing: 0.1 }), target: "classes" },
  "crossEntropy smoothed and weighed": {
    of: (p, y) => losses.crossEntropy(p, y, { ...weighed(p), labelSmoothing: 0.2 }),
    target: "classes",
    isWeighed: true,
  },
  "crossEntropy of shares smoothed and weighed": {
    of: (p, y) => losses.crossEntropy(p, y, { ...weighed(p), labelSmoothing: 0.2 }),
    target: "shares",
    isWeighed: true,
  },
  "cross-entropy by hand": { of: (z, y) => ops.mean(byHand(z, y)), target: "shares" },
  "cross-entropy by hand, minus and number outside": {
    of: (z, y) => ops.mul(-0.5, ops.div(ops.sum(ops.mul(ops.log(nn.softmax(z)), y)), rowsOf(z))),
    target: "shares",
  },
  "cross-entropy by hand, sum": { of: (z, y) => ops.neg(ops.sum(ops.mul(y, nn.logSoftmax(z)))), target: "shares" },
  "mse with l2": { of: losses.mse, penalty: (all) => ops.mul(0.01, sumOf(all.map((w) => ops.sum(ops.square(w))))) },
  "mse with l1 and a mean": {
    of: losses.mse,
    penalty: ([first, ...others]) =>
      ops.sub(sumOf(others.map((w) => ops.mul(0.5, ops.sum(ops.abs(w))))), ops.div(ops.mean(ops.square(first as Tensor)), 4)),
  },
  "mse times a number": {
    of: (p, y) => ops.div(ops.mul(3, losses.mse(p, y)), 4),
    penalty: ([first]) => ops.neg(ops.sum(ops.square(first as Tensor))),
  },
  "mse sum of halves": { of: (p, y) => ops.div(losses.mse(p, y, { reduction: "sum" }), 2) },
  "bceWithLogits less": { of: (p, y) => ops.neg(losses.bceWithLogits(p, y)), target: "truths" },
  "crossEntropy weighed with l2": {
    of: (p, y) => ops.mul(0.5, losses.crossEntropy(p, y, weighed(p))),
    target: "classes",
    isWeighed: true,
    penalty: ([first]) => ops.mul(0.3, ops.sum(ops.square(first as Tensor))),
  },
};

export interface Case {
  readonly title: string;
  readonly model: Model;
  /** How many numbers each layer has, the input first. */
  readonly widths: readonly number[];
  readonly rows: number | undefined;
  readonly inputs: Readonly<Record<string, Data>>;
  readonly parameters: ReadonlyMap<string, Data>;
  readonly isClasses: boolean;
  readonly classWeights: readonly number[];
  /** Whether the page says what N is. */
  readonly isMeanOfWeights: boolean;
}

/** Numbers in [-1, 1) that are the same in each run. */
function* numbersFrom(seed: number): Generator<number, never> {
  for (let state = seed + 1; ; ) {
    state = (state * 48271) % 2147483647;
    yield (state / 2147483647) * 2 - 1;
  }
}

interface Wanted {
  readonly widths: readonly number[];
  readonly hidden: readonly string[];
  readonly loss: string;
  readonly rows: number | undefined;
  readonly bias?: boolean;
  readonly isStandardized?: boolean;
}

function caseOf({ widths, hidden, loss, rows, bias = true, isStandardized = false }: Wanted, seed: number): Case {
  const numbers = numbersFrom(seed * 7919);
  const next = (): number => numbers.next().value;
  const list = (count: number, scale = 1): number[] => Array.from({ length: count }, () => Math.fround(next() * scale));
  const table = (count: number, width: number): number[][] => Array.from({ length: count }, () => list(width));
  const [first, last] = [widths[0] as number, widths.at(-1) as number];
  const { of, last: final = (x) => x, target = "numbers", isWeighed = false, penalty } = lossesOf[loss] as LossCase;
  const shape = (width: number) => (rows === undefined ? f32(width) : f32("batch", width));
  const y = target === "classes" ? (rows === undefined ? i32() : i32("batch")) : shape(last);
  const built = model("case", { x: shape(first), y }, ({ x, y: truth }) => {
    let value: Tensor = isStandardized ? nn.standardize(x, { name: "scale" }) : x;
    for (const [at, width] of widths.slice(1).entries()) {
      const isLast = at === widths.length - 2;
      const linear = nn.linear(value, width, { name: `layer${at}`, bias });
      value = isLast ? final(linear) : (activations[hidden[at] as string] as Activation)(linear);
    }
    const ofData = of(value, truth);
    const all = withoutBodies([value]).filter(({ op }) => op === "parameter");
    return { outputs: { yhat: value }, loss: penalty ? ops.add(penalty(all), ofData) : ofData };
  });
  const parameters = new Map<string, Data>(
    widths
      .slice(1)
      .flatMap((width, at): [string, Data][] => [
        [`layer${at}.weight`, table(widths[at] as number, width)],
        ...(bias ? [[`layer${at}.bias`, list(width)] as [string, Data]] : []),
      ]),
  );
  if (isStandardized) {
    parameters.set("scale.mean", list(first));
    parameters.set(
      "scale.deviation",
      list(first).map((each) => 1.5 + each),
    );
  }
  const one = (): Data => {
    if (target === "classes") return Math.floor(((next() + 1) / 2) * last);
    if (target === "numbers") return list(last, 2);
    const shares = list(last).map((share) => Math.round((share + 1) * 8) / 16);
    return target === "shares" ? shares : shares.map((share) => Math.round(share));
  };
  const all = (each: () => Data): Data => (rows === undefined ? each() : (Array.from({ length: rows }, each) as Data));
  return {
    title: `${widths.join("-")} ${hidden.join(" ")} ${loss}${rows === undefined ? "" : `, ${rows} rows`}${bias ? "" : ", no bias"}`,
    model: built as Model,
    widths,
    rows,
    inputs: { x: all(() => list(first)), y: all(one) },
    parameters,
    isClasses: target === "classes",
    classWeights: isWeighed ? weightsOf(last) : [],
    isMeanOfWeights: isWeighed && target === "classes" && !loss.endsWith("sum"),
  };
}

const shapes = [
  [2, 2, 1],
  [3, 4, 2],
  [1, 5, 3],
  [2, 3, 2, 1],
  [2, 2, 2, 2],
  [4, 5, 4, 3, 2],
  [2, 1, 1],
  [2, 3],
  [6, 7, 6],
] as const;
const wanted: Wanted[] = [
  ...Object.keys(activations).map((name, at): Wanted => {
    const widths = shapes[at % 7] as readonly number[];
    const other = Object.keys(activations)[(at * 5 + 1) % 20] as string;
    return {
      widths,
      hidden: widths.slice(1, -1).map((_, layer) => (layer % 2 === 0 ? name : other)),
      loss: "mse",
      rows: at % 2 === 0 ? undefined : 1 + (at % 3),
    };
  }),
  ...Object.keys(lossesOf).flatMap((loss, at): Wanted[] => {
    const isOfClasses = loss.startsWith("cross");
    const widths = isOfClasses
      ? ([
          [2, 3],
          [2, 4, 3],
          [3, 3, 2, 5],
          [2, 6],
        ][at % 4] as number[])
      : (shapes[(at * 4 + 1) % shapes.length] as readonly number[]);
    const hidden = widths.slice(1, -1).map((_, layer) => ["tanh", "sigmoid", "relu"][(layer + at) % 3] as string);
    return [undefined, 1, 3, 6].map((rows) => ({ widths, hidden, loss, rows, bias: at % 5 !== 3, isStandardized: at % 3 === 1 }));
  }),
];

/** All networks. */
export const cases: readonly Case[] = wanted.map((each, seed) => caseOf(each, seed));
