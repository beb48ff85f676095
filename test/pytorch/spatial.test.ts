import { nn } from "gradc";
import type { Tensor } from "../../src/tensor.ts";
import { type Bodies, type Groups, readGolden, testGroup } from "./golden.ts";

const groups = readGolden<Groups>("spatial");

const testSpatial = (group: string, bodies: Bodies): void => testGroup(group, groups[group] ?? {}, bodies);

testSpatial("convolutions", {
  conv1d: ({ x }, name) => nn.conv1d(x, 3, 3, { name }),
  conv1dPlain: ({ x }, name) => nn.conv1d(x, 2, 1, { name, bias: false }),
  conv1dAll: ({ x }, name) => nn.conv1d(x, 4, 2, { name, stride: 2, padding: 3, dilation: 3, groups: 2 }),
  conv1dSame: ({ x }, name) => nn.conv1d(x, 2, 4, { name, padding: "same" }),
  conv2dSame: ({ x }, name) => nn.conv2d(x, 2, [2, 3], { name, padding: "same", dilation: [3, 1] }),
  conv3d: ({ x }, name) => nn.conv3d(x, 3, 2, { name }),
  conv3dAll: ({ x }, name) => nn.conv3d(x, 2, [2, 1, 3], { name, stride: [2, 1, 3], padding: [1, 0, 2], dilation: [2, 1, 2], groups: 2 }),
  conv3dSame: ({ x }, name) => nn.conv3d(x, 1, [2, 3, 1], { name, padding: "same" }),
  conv1dSample0: ({ x }, name) => nn.conv1d(x, 3, 3, { name, stride: [2], padding: 2 }),
  conv1dSample1: ({ x }, name) => nn.conv1d(x, 2, 3, { name, stride: 3, padding: 1, groups: 2, dilation: 2 }),
  conv1dSample2: ({ x }, name) => nn.conv1d(x, 2, 4, { name, padding: "same", groups: 2, dilation: [2] }),
  conv1dSample3: ({ x }, name) => nn.conv1d(x, 3, 3, { name, bias: false }),
  conv2dSample0: ({ x }, name) => nn.conv2d(x, 3, 3, { name, stride: 2, padding: 2 }),
  conv2dSample1: ({ x }, name) => nn.conv2d(x, 2, 3, { name, stride: [3, 2], padding: [2, 1], groups: 2, dilation: 4 }),
  conv2dSample2: ({ x }, name) => nn.conv2d(x, 1, [2, 3], { name, stride: 2, padding: 1, dilation: [2, 3] }),
  conv2dSample3: ({ x }, name) => nn.conv2d(x, 1, [2, 3], { name, stride: 2, padding: 1, dilation: [2, 3] }),
  conv2dSample4: ({ x }, name) => nn.conv2d(x, 4, [3, 4], { name, stride: 2, padding: 1, bias: false }),
  conv2dSample5: ({ x }, name) => nn.conv2d(x, 1, [2, 3], { name, padding: "same", dilation: 3 }),
});

const more = { stride: 2, padding: 1, outputPadding: 1 };

testSpatial("transposed", {
  convTranspose1d: ({ x }, name) => nn.convTranspose1d(x, 3, 3, { name }),
  convTranspose1dStride: ({ x }, name) => nn.convTranspose1d(x, 2, 2, { name, stride: 2 }),
  convTranspose1dSparse: ({ x }, name) => nn.convTranspose1d(x, 2, 2, { name, bias: false, stride: 3 }),
  convTranspose1dMore: ({ x }, name) => nn.convTranspose1d(x, 1, 3, { name, ...more }),
  convTranspose1dBeyond: ({ x }, name) => nn.convTranspose1d(x, 1, 2, { name, dilation: 3, outputPadding: 2 }),
  convTranspose1dGroups: ({ x }, name) => nn.convTranspose1d(x, 6, 3, { name, groups: 2, padding: 2 }),
  convTranspose2d: ({ x }, name) => nn.convTranspose2d(x, 3, [2, 3], { name }),
  convTranspose2dAll: ({ x }, name) =>
    nn.convTranspose2d(x, 4, [3, 2], { name, stride: [2, 3], padding: [1, 2], outputPadding: [1, 2], dilation: [1, 2], groups: 2 }),
  convTranspose2dDepthwise: ({ x }, name) => nn.convTranspose2d(x, 2, 2, { name, bias: false, stride: 2, groups: 2 }),
  convTranspose3d: ({ x }, name) => nn.convTranspose3d(x, 2, [2, 1, 2], { name, stride: [1, 2, 1], padding: [1, 0, 0], outputPadding: [0, 1, 0] }),
  convTranspose1dSample0: ({ x }, name) => nn.convTranspose1d(x, 3, 3, { name, stride: 2, padding: 2, outputPadding: 1 }),
  convTranspose1dSample1: ({ x }, name) => nn.convTranspose1d(x, 4, 4, { name, stride: 3, padding: 1, outputPadding: 2, groups: 2, dilation: 4 }),
  convTranspose1dSample2: ({ x }, name) => nn.convTranspose1d(x, 1, 4, { name, ...more, dilation: 2 }),
  convTranspose1dSample3: ({ x }, name) => nn.convTranspose1d(x, 2, 3, { name, ...more, bias: false }),
  convTranspose1dSample4: ({ x }, name) => nn.convTranspose1d(x, 8, 3, { name, bias: false }),
  convTranspose2dSample0: ({ x }, name) => nn.convTranspose2d(x, 3, 3, { name, stride: 2, padding: 2, outputPadding: 1 }),
  convTranspose2dSample1: ({ x }, name) => nn.convTranspose2d(x, 1, [4, 3], { name, ...more, dilation: [2, 3] }),
  convTranspose2dSample2: ({ x }, name) => nn.convTranspose2d(x, 2, [3, 4], { name, ...more, bias: false }),
  convTranspose2dSample3: ({ x }, name) => nn.convTranspose2d(x, 4, 3, { name, groups: 4, bias: false }),
  convTranspose2dSample4: ({ x }, name) => nn.convTranspose2d(x, 8, 3, { name, bias: false }),
  convTranspose3dSample0: ({ x }, name) => nn.convTranspose3d(x, 1, [4, 3, 1], { name, ...more, dilation: [2, 3, 2] }),
});

type MaxPool = (x: Tensor, options: { ceilMode: boolean; dilated: boolean; padding: number; strided: boolean }) => Tensor;

/** The combinations of settings that OpInfo has of a pool with a kernel of 3. */
const sampled = (pool: string, f: MaxPool): Bodies =>
  Object.fromEntries(
    [0, 1, 2, 3, 4, 5].map((n) => {
      const options = { ceilMode: n % 2 === 0, dilated: n % 2 === 1, padding: n < 2 ? 0 : 1, strided: n > 3 };
      return [`${pool}Sample${n}`, ({ x }) => f(x, options)];
    }),
  );

const strideOf = (padding: number, strided: boolean, last: number): [number, number] => (strided ? [2, last] : padding === 0 ? [2, 2] : [3, 3]);

testSpatial("max_pools", {
  maxPool1d: ({ x }) => nn.maxPool1d(x, 2),
  maxPool1dAll: ({ x }) => nn.maxPool1d(x, 3, { stride: 2, padding: 1, dilation: 2 }),
  maxPool1dCeil: ({ x }) => nn.maxPool1d(x, 2, { ceilMode: true }),
  maxPool1dCeilSparse: ({ x }) => nn.maxPool1d(x, 2, { stride: 4, padding: 1, ceilMode: true }),
  maxPool2dDilated: ({ x }) => nn.maxPool2d(x, 2, { stride: 1, dilation: [3, 2] }),
  maxPool2dCeil: ({ x }) => nn.maxPool2d(x, [4, 3], { stride: [3, 2], padding: [2, 1], ceilMode: true }),
  maxPool2dCeilAnywhere: ({ x }) => nn.maxPool2d(x, 3, { stride: 2, ceilMode: true }),
  maxPool3d: ({ x }) => nn.maxPool3d(x, 2),
  maxPool3dTies: ({ x }) => nn.maxPool3d(x, [2, 3, 2], { stride: 1, padding: [1, 0, 1] }),
  maxPool3dCeil: ({ x }) => nn.maxPool3d(x, 2, { ceilMode: true }),
  ...sampled("maxPool1d", (x, { ceilMode, padding, strided }) => nn.maxPool1d(x, 3, { ceilMode, padding, stride: strideOf(padding, strided, 1)[0] })),
  ...sampled("maxPool2d", (x, { ceilMode, dilated, padding, strided }) =>
    nn.maxPool2d(x, 3, { ceilMode, padding, stride: strideOf(padding, strided, 1), dilation: dilated ? [1, 2] : 1 }),
  ),
});

testSpatial("avg_pools", {
  avgPool1d: ({ x }) => nn.avgPool1d(x, 3),
  avgPool1dPadded: ({ x }) => nn.avgPool1d(x, 3, { stride: 2, padding: 1 }),
  avgPool2d: ({ x }) => nn.avgPool2d(x, 2),
  avgPool2dPadded: ({ x }) => nn.avgPool2d(x, [3, 2], { stride: [2, 1], padding: [1, 0], countIncludePad: false }),
  avgPool2dCeil: ({ x }) => nn.avgPool2d(x, [4, 3], { stride: 3, padding: [2, 1], ceilMode: true }),
  avgPool2dCeilInside: ({ x }) => nn.avgPool2d(x, [4, 3], { stride: 3, padding: [2, 1], ceilMode: true, countIncludePad: false }),
  avgPool2dAnywhere: ({ x }) => nn.avgPool2d(x, 2, { stride: 1 }),
  avgPool3d: ({ x }) => nn.avgPool3d(x, 2),
  avgPool3dAll: ({ x }) => nn.avgPool3d(x, [2, 3, 2], { stride: [2, 2, 3], padding: 1, ceilMode: true }),
  avgPool1dSample0: ({ x }) => nn.avgPool1d(x, [3]),
  avgPool1dSample1: ({ x }) => nn.avgPool1d(x, 3, { stride: 1, padding: 1, ceilMode: true, countIncludePad: false }),
  avgPool1dSample2: ({ x }) => nn.avgPool1d(x, 6, { stride: 3, padding: 2, ceilMode: true, countIncludePad: true }),
  avgPool1dSample3: ({ x }) => nn.avgPool1d(x, 3, { stride: [1], padding: [1] }),
  avgPool1dSample4: ({ x }) => nn.avgPool1d(x, 7, { stride: 3, padding: 2 }),
  avgPool1dSample5: ({ x }) => nn.avgPool1d(x, 7, { stride: 3, padding: 3, ceilMode: true }),
  avgPool2dSample0: ({ x }) => nn.avgPool2d(x, 4, { stride: 2, padding: 2, ceilMode: true }),
  avgPool2dSample1: ({ x }) => nn.avgPool2d(x, 3, { stride: 3 }),
  avgPool3dSample0: ({ x }) => nn.avgPool3d(x, 2),
  avgPool3dSample1: ({ x }) => nn.avgPool3d(x, [2, 3, 4], { stride: [1, 2, 2], padding: [0, 1, 2] }),
  avgPool3dSample2: ({ x }) => nn.avgPool3d(x, [4, 5, 6], { stride: [2, 3, 2], padding: 2, ceilMode: true }),
});
