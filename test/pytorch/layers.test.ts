import { nn } from "gradc";
import { type Bodies, type Groups, readGolden, testGroup } from "./golden.ts";

const groups = readGolden<Groups>("layers");

const testLayers = (group: string, bodies: Bodies): void => testGroup(group, groups[group] ?? {}, bodies);

testLayers("dense", {
  linear: ({ x }, name) => nn.linear(x, 4, { name }),
  linearPlain: ({ x }, name) => nn.linear(x, 4, { name, bias: false }),
  linearRanks: ({ x }, name) => nn.linear(x, 4, { name }),
  linearOne: ({ x }, name) => nn.linear(x, 1, { name }),
  linearWide: ({ x }, name) => nn.linear(x, 21, { name }),
  linearAnywhere: ({ x }, name) => nn.linear(x, 3, { name }),
  sequential: ({ x }, name) => nn.sequential(nn.linear(4), nn.tanh, nn.linear(2), { name })(x),
  tied: ({ x }, name) => {
    const layer = nn.linear(3, { name });
    return layer(nn.tanh(layer(x)));
  },
});

const activations = { tanh: nn.tanh, sigmoid: nn.sigmoid, relu: nn.relu, softplus: nn.softplus };

testLayers("activations", {
  ...Object.assign(
    {},
    ...Object.entries(activations).map(([name, f]): Bodies => ({ [name]: ({ x }) => f(x), [`${name}Anywhere`]: ({ x }) => f(x) })),
  ),
  sign: ({ x }) => nn.sign(x),
  softmax: ({ x }) => nn.softmax(x),
  softmaxMiddle: ({ x }) => nn.softmax(x, { dim: 1 }),
  flatten: ({ x }) => nn.flatten(x),
  dropoutNone: ({ x }) => nn.dropout(x, 0),
  standardize: ({ x }, name) => nn.standardize(x, { name }),
});

testLayers("convolutions", {
  conv2d: ({ x }, name) => nn.conv2d(x, 3, 3, { name }),
  conv2dPlain: ({ x }, name) => nn.conv2d(x, 3, 3, { name, bias: false }),
  conv2dPoint: ({ x }, name) => nn.conv2d(x, 6, 1, { name }),
  conv2dOblong: ({ x }, name) => nn.conv2d(x, 2, [2, 3], { name }),
  conv2dPadded: ({ x }, name) => nn.conv2d(x, 3, 3, { name, padding: 1 }),
  conv2dPaddedOblong: ({ x }, name) => nn.conv2d(x, 3, [3, 2], { name, padding: [2, 1] }),
  conv2dStride: ({ x }, name) => nn.conv2d(x, 3, 3, { name, stride: 2 }),
  conv2dStrides: ({ x }, name) => nn.conv2d(x, 3, 2, { name, stride: [3, 1] }),
  conv2dDilated: ({ x }, name) => nn.conv2d(x, 2, 2, { name, dilation: 2 }),
  conv2dDilations: ({ x }, name) => nn.conv2d(x, 2, 2, { name, dilation: [3, 1], padding: [1, 0] }),
  conv2dGroups: ({ x }, name) => nn.conv2d(x, 6, 3, { name, groups: 2 }),
  conv2dDepthwise: ({ x }, name) => nn.conv2d(x, 8, 3, { name, groups: 4, padding: 1, bias: false }),
  conv2dAll: ({ x }, name) => nn.conv2d(x, 4, [3, 2], { name, stride: [2, 1], padding: [1, 2], dilation: [1, 2], groups: 2 }),
  conv2dWhole: ({ x }, name) => nn.conv2d(x, 5, [5, 4], { name }),
  conv2dLarger: ({ x }, name) => nn.conv2d(x, 2, 5, { name, padding: 3, stride: 4 }),
});

testLayers("pools", {
  maxPool2d: ({ x }) => nn.maxPool2d(x, 2),
  maxPool2dOblong: ({ x }) => nn.maxPool2d(x, [3, 2]),
  maxPool2dOverlap: ({ x }) => nn.maxPool2d(x, 3, { stride: 1 }),
  maxPool2dStrides: ({ x }) => nn.maxPool2d(x, 2, { stride: [1, 2] }),
  maxPool2dSparse: ({ x }) => nn.maxPool2d(x, 2, { stride: 3 }),
  maxPool2dPadded: ({ x }) => nn.maxPool2d(x, 3, { padding: 1, stride: 2 }),
  maxPool2dPaddedOblong: ({ x }) => nn.maxPool2d(x, [3, 2], { padding: [1, 0], stride: 1 }),
  maxPool2dTies: ({ x }) => nn.maxPool2d(x, 2),
  maxPool2dTiesOverlap: ({ x }) => nn.maxPool2d(x, 3, { stride: 1, padding: 1 }),
  maxPool2dPoint: ({ x }) => nn.maxPool2d(x, 1),
  maxPool2dWhole: ({ x }) => nn.maxPool2d(x, [6, 5]),
  maxPool2dAnywhere: ({ x }) => nn.maxPool2d(x, 2),
  maxPool2dPaddedAnywhere: ({ x }) => nn.maxPool2d(x, 3, { stride: 1, padding: 1 }),
});
