import { nn, type Tensor } from "gradc";
import { type Bodies, type Groups, readGolden, testGroup } from "./golden.ts";

const groups = readGolden<Groups>("activations");

const testActivations = (group: string, bodies: Bodies, coarse?: readonly string[]): void => testGroup(group, groups[group] ?? {}, bodies, coarse);

type Function = (x: Tensor) => Tensor;

/** Each function on ordinary numbers, on far ones and kinks, and on special values. */
const alone = (functions: Readonly<Record<string, Function>>): Bodies =>
  Object.fromEntries(
    Object.entries(functions).flatMap(([name, f]) => ["", "Anywhere", "Special"].map((where) => [name + where, ({ x }: { x: Tensor }) => f(x)])),
  );

// What is coarse has a constant that f32 rounds: 0.01, 1/√2 and the like.
testActivations(
  "piecewise",
  alone({
    leakyRelu: nn.leakyRelu,
    elu: nn.elu,
    celu: nn.celu,
    selu: nn.selu,
    hardtanh: nn.hardtanh,
    relu6: nn.relu6,
    hardsigmoid: nn.hardsigmoid,
    hardswish: nn.hardswish,
  }),
  ["leakyRelu", "selu", "hardsigmoid"],
);

testActivations(
  "smooth",
  alone({
    logsigmoid: nn.logsigmoid,
    silu: nn.silu,
    mish: nn.mish,
    softsign: nn.softsign,
    tanhshrink: nn.tanhshrink,
    gelu: nn.gelu,
    geluTanh: nn.gelu({ approximate: "tanh" }),
  }),
  ["gelu", "geluTanh"],
);

testActivations("settings", {
  ...alone({
    leakyReluSteep: (x) => nn.leakyRelu(x, 1.5),
    leakyReluDown: nn.leakyRelu({ negativeSlope: -0.25 }),
    eluStated: nn.elu(0.75),
    celuStated: (x) => nn.celu(x, { alpha: 0.75 }),
    hardtanhStated: (x) => nn.hardtanh(x, -0.5, { maxVal: 2 }),
    softplusStated: nn.softplus({ beta: 2.5 }),
    softplusEarly: (x) => nn.softplus(x, { beta: 0.5, threshold: 1.5 }),
  }),
  step: ({ x }) => nn.step(x),
});

testActivations("axes", {
  logSoftmax: ({ x }) => nn.logSoftmax(x),
  logSoftmaxMiddle: ({ x }) => nn.logSoftmax(x, { dim: 1 }),
  logSoftmaxFar: ({ x }) => nn.logSoftmax(x),
  glu: ({ x }) => nn.glu(x),
  gluMiddle: ({ x }) => nn.glu(x, { dim: 1 }),
  gluFar: ({ x }) => nn.glu(x),
});

testActivations("learned", {
  prelu: ({ x }, name) => nn.prelu(x, { name }),
  preluAnywhere: ({ x }, name) => nn.prelu(x, { name }),
  preluSpecial: ({ x }, name) => nn.prelu(x, { name }),
  preluChannels: ({ x }, name) => nn.prelu(x, { name, numParameters: 3 }),
  preluKink: ({ x }, name) => nn.prelu(x, { name, numParameters: 3 }),
});
