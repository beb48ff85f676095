import { gradient, losses, nn, ops } from "gradc";
import type { Dim } from "../../compiler/ir/dim.ts";
import type { Tensor } from "../../src/tensor.ts";
import { type Bodies, type Groups, readGolden, testGroup } from "./golden.ts";

const groups = readGolden<Groups>("structure");

const testStructure = (group: string, bodies: Bodies, coarse?: readonly string[]): void => testGroup(group, groups[group] ?? {}, bodies, coarse);

/** The number of rows, which is dynamic or not. */
const rows = (x: Tensor): Dim => x.shape[0] as Dim;

testStructure("movements", {
  reshape: ({ x }) => ops.reshape(x, [rows(x), 2, 2]),
  reshapeInferred: ({ x }) => ops.reshape(x, [rows(x), -1]),
  permute: ({ x }) => ops.permute(x, [0, 3, 1, 2]),
  permuteAll: ({ x }) => ops.permute(x, [3, 2, 1, 0]),
  transpose: ({ x }) => ops.transpose(x),
  transposeRows: ({ x }) => ops.transpose(x, 0, 1),
  broadcast: ({ x }) => ops.broadcast(x, [5, 3, 4]),
  slice: ({ x }) => ops.slice(x, [0, 1], [rows(x), 2]),
  sliceImage: ({ x }) => ops.slice(x, [0, 1, 0, 1], [rows(x), 1, 2, 1]),
  pad: ({ x }) => ops.pad(x, [0, 1], [0, 2]),
  padValue: ({ x }) => ops.pad(x, [0, 0, 2, 0], [0, 0, 1, 1], -1.5),
  padInfinity: ({ x }) => ops.pad(x, [0, 1], [0, 1], Number.NEGATIVE_INFINITY),
  flip: ({ x }) => ops.flip(x, { dim: 1 }),
  flipRows: ({ x }) => ops.flip(x, { dim: 0 }),
  flipAll: ({ x }) => ops.flip(x),
  concat: ({ x, y }) => ops.concat([x, y, x], { dim: 1 }),
  concatRows: ({ x, y }) => ops.concat([x, y]),
  stack: ({ x, y }) => ops.stack([x, y], { dim: -1 }),
  stackFirst: ({ x, y }) => ops.stack([x, y]),
  split: ({ x }) => ops.split(x, 3, { dim: 1 }).reduce(ops.mul),
  splitSizes: ({ x }) =>
    ops.concat(
      ops.split(x, [1, 2, 1], { dim: 1 }).map((part, i) => ops.mul(part, i + 1)),
      { dim: 1 },
    ),
  window: ({ x }) => ops.window(x, 3, { dim: 1, stride: 2 }),
  windowOverlap: ({ x }) => ops.window(x, 3),
  windowMiddle: ({ x }) => ops.window(x, 2, { dim: 2 }),
  fold: ({ x }) => ops.fold(x, 8, { stride: 2 }),
  gather: ({ x, i }) => ops.gather(x, i),
  gatherTable: ({ x, i }) => ops.gather(x, i),
  scatterAdd: ({ x, i }) => ops.scatterAdd(x, i, 4),
  oneHot: ({ x, i }) => ops.mul(x, ops.oneHot(i, 4)),
});

const product = ({ x, y }: { x: Tensor; y: Tensor }): Tensor => ops.matmul(x, y);

testStructure("products", {
  matmul: product,
  matmulStacks: product,
  matmulShared: product,
  matmulRepeated: product,
  matmulVector: product,
  vectorMatmul: product,
  dot: product,
  matmulWide: product,
  matmulSquare: ({ x }) => ops.matmul(x, x),
  gram: ({ x }) => ops.matmul(ops.transpose(x), x),
  matmulAnywhere: product,
  einsumProduct: ({ x, y }) => ops.einsum("bi,ij->bj", x, y),
  einsumRows: ({ x, y }) => ops.einsum("bi,bi->b", x, y),
  einsumSum: ({ x }) => ops.einsum("bi->", x),
  einsumTurned: ({ x }) => ops.einsum("bi->ib", x),
  einsumColumn: ({ x }) => ops.einsum("bi->i", x),
  einsumOuter: ({ x, y }) => ops.einsum("bi,j->bij", x, y),
  einsumBilinear: ({ x, y, z }) => ops.einsum("bi,ij,bj->b", x, y, z),
  einsumStacks: ({ x, y }) => ops.einsum("bij,bjk->bik", x, y),
  einsumImplicit: ({ x, y }) => ops.einsum("bi,ij", x, y),
  einsumLonely: ({ x, y }) => ops.einsum("bi,jk->bk", x, y),
  einsumAll: ({ x, y }) => ops.einsum("bi,bi->", x, y),
  einsumElements: ({ x, y }) => ops.einsum("bi,bi->bi", x, y),
});

testStructure("empties", {
  sumNothing: ({ x }) => ops.sum(x, { dim: 0 }),
  sumAllNothing: ({ x }) => ops.sum(x),
  meanNothing: ({ x }) => ops.mean(x, { dim: 0 }),
  varNothing: ({ x }) => ops.var(x, { dim: 0, correction: 0 }),
  logSumExpNothing: ({ x }) => ops.log(ops.sum(ops.exp(x), { dim: 1 })),
  normNothing: ({ x }) => ops.norm(x, { dim: 1 }),
  concatNothing: ({ x, y }) => ops.concat([x, y]),
  matmulNothing: product,
  padNothing: ({ x }) => ops.pad(x, [0, 1], [0, 1], 2),
  exp: ({ x }) => ops.exp(x),
  softmaxNothing: ({ x }) => ops.softmax(x),
});

/** The gradient of Σ f² with respect to x, which is differentiated once more. */
const slope =
  (f: (x: Tensor, y: Tensor) => Tensor): Bodies[string] =>
  ({ x, y }) =>
    gradient(ops.sum(ops.square(f(x, y))), [x])[0] as Tensor;

const scalars = { tanh: ops.tanh, sigmoid: ops.sigmoid, exp: ops.exp, sin: ops.sin, erf: ops.erf, square: ops.square, log: ops.log, sqrt: ops.sqrt };

testStructure(
  "second",
  {
    ...Object.fromEntries(Object.entries(scalars).map(([name, f]) => [`${name}Slope`, slope((x) => f(x))])),
    reciprocalSlope: slope((x) => ops.div(1, x)),
    log1pSlope: slope((x) => ops.log1p(x)),
    softplusSlope: slope((x) => ops.softplus(x)),
    powSlope: slope(ops.pow),
    softmaxSlope: slope((x) => ops.softmax(x)),
    logSoftmaxSlope: slope((x) => ops.logSoftmax(x)),
    logSumExpSlope: slope((x) => ops.logSumExp(x, { dim: 1 })),
    normSlope: slope((x) => ops.norm(x, { dim: 1 })),
    varSlope: slope((x) => ops.var(x, { dim: 1 })),
    matmulSlope: slope((x, y) => ops.tanh(ops.matmul(x, y))),
    maxSlope: slope((x) => ops.exp(ops.max(x, { dim: 1 }))),
    amaxSlope: slope((x) => ops.exp(ops.amax(x, { dim: 0 }))),
    conv2dSlope: slope((x, y) => ops.tanh(ops.conv2d(x, y, { padding: 1, stride: 2 }))),
    maxPool2dSlope: slope((x) => ops.exp(nn.maxPool2d(x, 2))),
    bceWithLogitsSlope: slope((x, y) => losses.bceWithLogits(x, y, { reduction: "none" })),
    crossEntropySlope: slope((x, y) => losses.crossEntropy(x, y, { reduction: "none" })),
  },
  ["erfSlope"],
);
