// The workloads: those with names from the design, and shapes that no schedule was made for.
import type { Layer } from "./net.ts";

/** Whole training steps, or the forward pass alone. */
export type Pass = "training" | "forward";

export interface Workload {
  readonly name: string;
  readonly pass: Pass;
  readonly about: string;
  /** Shape of the input with its batch. */
  readonly input: readonly number[];
  /** Whole numbers below this as inputs: tokens. */
  readonly tokens?: number;
  /** Classes for cross-entropy; without, a mean squared error of one number. */
  readonly classes?: number;
  readonly layers: readonly Layer[];
  readonly optimizer: { readonly kind: "sgd" | "adam"; readonly lr: number; readonly weightDecay?: number };
  /** The greatest norm of all gradients together. */
  readonly clip?: number;
}

const linear = (out: number): Layer => ({ kind: "linear", out });
const conv = (out: number, kernel: number, { stride = 1, padding = 0, groups = 1 } = {}): Layer => ({
  kind: "conv",
  out,
  kernel,
  stride,
  padding,
  groups,
});
const pool = (size: number): Layer => ({ kind: "pool", size });
const relu: Layer = { kind: "relu" };
const tanh: Layer = { kind: "tanh" };
const flatten: Layer = { kind: "flatten" };
const sgd = { kind: "sgd", lr: 0.01 } as const;
const adam = { kind: "adam", lr: 0.001 } as const;

/** What a training step is of. */
type Step = Omit<Workload, "pass">;

const w1 = { layers: [linear(5), tanh, linear(1)], optimizer: sgd };
const w2 = { input: [64, 784], classes: 10, layers: [linear(128), relu, linear(10)] };

const wide = (batch: number, width: number, ...outs: readonly number[]): Step => {
  const layers = outs.flatMap((out, i) => (i === 0 ? [linear(out)] : [relu, linear(out)]));
  const about = `x[${batch},${width}] and relu layers of ${outs.join(", ")}`;
  return { name: [`${batch}x${width}`, ...outs].join("-"), about, input: [batch, width], classes: outs.at(-1) ?? 1, layers, optimizer: sgd };
};

const named: readonly Step[] = [
  { name: "W1", about: "x[32,13], 5 tanh, 1, MSE, SGD", input: [32, 13], ...w1 },
  { name: "W1b", about: "W1 with 506 rows", input: [506, 13], ...w1 },
  { name: "W2", about: "x[64,784], 128 relu, 10, cross-entropy, SGD", ...w2, optimizer: sgd },
  { name: "W2a", about: "W2 with Adam", ...w2, optimizer: adam },
  {
    name: "W3",
    about: "x[128,1024], 1024 relu twice, 10, cross-entropy, SGD",
    input: [128, 1024],
    classes: 10,
    layers: [linear(1024), relu, linear(1024), relu, linear(10)],
    optimizer: sgd,
  },
  {
    name: "W4",
    about: "LeNet on x[32,1,28,28]: two 5x5 convolutions with pools, cross-entropy, SGD",
    input: [32, 1, 28, 28],
    classes: 10,
    layers: [conv(8, 5, { padding: 2 }), relu, pool(2), conv(16, 5, { padding: 2 }), relu, pool(2), flatten, linear(10)],
    optimizer: sgd,
  },
  {
    name: "W5",
    about: "x[64,784], 256, batchNorm, relu, dropout, 128, layerNorm, tanh, 10, clip, Adam with decay",
    input: [64, 784],
    classes: 10,
    layers: [linear(256), { kind: "batchNorm" }, relu, { kind: "dropout", p: 0.5 }, linear(128), { kind: "layerNorm" }, tanh, linear(10)],
    optimizer: { ...adam, weightDecay: 1e-4 },
    clip: 1,
  },
  {
    name: "W6",
    about: "two transformer blocks, batch 8, T 64, width 64, 4 heads, vocabulary 65, Adam",
    input: [8, 64],
    tokens: 65,
    classes: 65,
    layers: [
      { kind: "embedding", count: 65, width: 64 },
      { kind: "positions" },
      { kind: "block", heads: 4 },
      { kind: "block", heads: 4 },
      { kind: "layerNorm" },
      linear(65),
    ],
    optimizer: adam,
  },
  {
    name: "W8",
    about: "GRU, batch 32, T 100, 64 units, cross-entropy of the last, Adam",
    input: [32, 100, 64],
    classes: 10,
    layers: [{ kind: "gru", hidden: 64 }, { kind: "last" }, linear(10)],
    optimizer: adam,
  },
];

const nameless: readonly Step[] = [
  wide(16, 37, 53, 29, 7),
  wide(1, 4, 3, 2),
  wide(64, 24, 24, 24, 24, 24, 24, 24, 24, 24),
  wide(8, 2000, 500, 3),
  wide(256, 100, 300, 300, 20),
  wide(512, 512, 512, 512),
  {
    name: "conv3x3",
    about: "x[16,3,32,32], conv3x3 32, conv3x3 stride 2 64",
    input: [16, 3, 32, 32],
    classes: 10,
    layers: [conv(32, 3, { padding: 1 }), relu, conv(64, 3, { stride: 2, padding: 1 }), relu, flatten, linear(10)],
    optimizer: sgd,
  },
  {
    name: "depthwise",
    about: "x[16,16,28,28], depthwise 3x3, 1x1",
    input: [16, 16, 28, 28],
    classes: 10,
    layers: [conv(16, 3, { padding: 1, groups: 16 }), relu, conv(32, 1), relu, pool(4), flatten, linear(10)],
    optimizer: sgd,
  },
  {
    name: "conv7x7",
    about: "x[8,3,29,31], conv7x7 stride 3",
    input: [8, 3, 29, 31],
    classes: 10,
    layers: [conv(12, 7, { stride: 3 }), relu, flatten, linear(10)],
    optimizer: sgd,
  },
];

const steps = [...named, ...nameless];

/** The forward pass of a training step's net, with so many rows. */
function forward(of: string, rows: number): Workload[] {
  return steps
    .filter(({ name }) => name === of)
    .map((step) => ({
      ...step,
      name: `${of} forward, ${rows}`,
      about: `${of} with ${rows} rows`,
      input: [rows, ...step.input.slice(1)],
      pass: "forward",
    }));
}

const forwards = [
  ...forward("W1", 1),
  ...forward("W2", 1),
  ...forward("W2", 64),
  ...forward("W3", 1),
  ...forward("W3", 128),
  ...forward("W4", 1),
  ...forward("W4", 32),
  ...forward("conv3x3", 16),
  ...forward("depthwise", 16),
];

export const workloads: readonly Workload[] = [...steps.map((step) => ({ ...step, pass: "training" as const })), ...forwards];
