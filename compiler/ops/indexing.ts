import { shapeMismatch } from "../diagnostics/tensors.ts";
import { call } from "../formula/tree.ts";
import { type Dim, isDynamic } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { formatShape, sameShape, type TensorType } from "../ir/type.ts";
import * as build from "./build.ts";
import { checkAxis, checkDtypes } from "./check.ts";
import type { Op, Value } from "./op.ts";
import type { OpParams } from "./params.ts";
import { at, count, tabulate } from "./value.ts";

const gather: Op = {
  type(inputs) {
    const [x, index] = inputs as readonly [TensorType, TensorType];
    checkDtypes("gather", [x], ["f32"]);
    checkDtypes("gather", [index], ["i32"]);
    checkAxis("gather", x.shape, 0);
    return { dtype: x.dtype, shape: [...index.shape, ...x.shape.slice(1)] };
  },
  evaluate([table, index], _, { dtype, shape }) {
    const x = table as Value;
    const rank = (index as Value).shape.length;
    return tabulate(dtype, shape, (place) => {
      const row = at(index as Value, place.slice(0, rank));
      return row >= 0 && row < (x.shape[0] as number) ? at(x, [row, ...place.slice(rank)]) : NaN;
    });
  },
  // A row's gradient is the sum over the places that it was taken to.
  gradient: (g, [x, index]) => [build.scatterAdd(g, index as Node, elementAt((x as Node).shape, 0)), null],
  formula: (xs) => call("gather", xs),
  samples: [
    {
      inputs: [
        { shape: [3, 2], data: [1, -2, 0.5, 0, 3, -1] },
        { dtype: "i32", shape: [4], data: [2, 0, 2, 1] },
      ],
      params: {},
    },
    {
      inputs: [
        { shape: [2], data: [1, -2] },
        { dtype: "i32", shape: [], data: [1] },
      ],
      params: {},
    },
    {
      inputs: [
        { shape: [2, 1], data: [1, -2] },
        { dtype: "i32", shape: [2, 2], data: [0, 2, -1, 1] },
      ],
      params: {},
      note: "indices outside",
      smooth: false,
    },
    {
      inputs: [
        { shape: [2, 0], data: [] },
        { dtype: "i32", shape: [3], data: [0, 1, 0] },
      ],
      params: {},
    },
  ],
};

/** x where its `index` lies in [0, extent), else 0. */
function insideOnly(x: Node, index: Node, extent: Dim): Node {
  const end = isDynamic(extent) ? build.cast(build.size(index.graph, extent), "i32") : build.constant(index.graph, [extent], [], "i32");
  const before = build.compare(index, build.fill(index, 0), "lt");
  const beyond = build.compare(index, build.broadcast(end, index.shape, []), "ge");
  const leading = index.shape.map((_, axis) => axis);
  return [before, beyond].reduce((y, outside) => build.where(build.broadcast(outside, y.shape, leading), build.fill(y, 0), y), x);
}

const scatterAdd: Op<OpParams["scatterAdd"]> = {
  type(inputs, { extent }) {
    const [x, index] = inputs as readonly [TensorType, TensorType];
    checkDtypes("scatterAdd", [x], ["f32"]);
    checkDtypes("scatterAdd", [index], ["i32"]);
    const rank = index.shape.length;
    if (!sameShape(x.shape.slice(0, rank), index.shape)) {
      throw shapeMismatch('Cannot apply "scatterAdd"', [x.shape, index.shape], `${formatShape(x.shape.slice(0, rank))} for the index`);
    }
    return { dtype: x.dtype, shape: [extent, ...x.shape.slice(rank)] };
  },
  evaluate([source, index], _, { dtype, shape }) {
    const x = source as Value;
    const result = tabulate(dtype, shape, () => 0);
    const row = count(shape.slice(1));
    (index as Value).data.forEach((to, i) => {
      if (to < 0 || to >= (shape[0] as number)) return;
      for (let k = 0; k < row; k++) result.data[to * row + k] = (result.data[to * row + k] as number) + (x.data[i * row + k] as number);
    });
    return result;
  },
  // Each row of x was added at its index; those outside were dropped.
  gradient: (g, [, index], _, { extent }) => [insideOnly(build.gather(g, index as Node), index as Node, extent), null],
  formula: (xs, { extent }) => call("scatter", xs, String(extent)),
  samples: [
    {
      inputs: [
        { shape: [4, 2], data: [1, -2, 0.5, 0, 3, -1, 7, 8] },
        { dtype: "i32", shape: [4], data: [2, 0, 2, 1] },
      ],
      params: { extent: 3 },
    },
    {
      inputs: [
        { shape: [2, 2], data: [1, -2, 3, 4] },
        { dtype: "i32", shape: [2, 2], data: [0, 2, -1, 1] },
      ],
      params: { extent: 2 },
      note: "indices outside",
    },
    {
      inputs: [
        { shape: [0, 2], data: [] },
        { dtype: "i32", shape: [0], data: [] },
      ],
      params: { extent: 2 },
    },
  ],
};

const oneHot: Op<OpParams["oneHot"]> = {
  type(inputs, { extent }) {
    checkDtypes("oneHot", inputs, ["i32"]);
    return { dtype: "f32", shape: [...elementAt(inputs, 0).shape, extent] };
  },
  evaluate: ([index], _, { dtype, shape }) => tabulate(dtype, shape, (place) => Number(at(index as Value, place.slice(0, -1)) === place.at(-1))),
  gradient: null,
  formula: (xs, { extent }) => ({ ...call("onehot", xs), ...(typeof extent === "number" && { classes: extent }) }),
  samples: [
    { inputs: [{ dtype: "i32", shape: [3], data: [2, 0, 1] }], params: { extent: 3 } },
    { inputs: [{ dtype: "i32", shape: [2, 1], data: [-1, 3] }], params: { extent: 3 }, note: "indices outside" },
    { inputs: [{ dtype: "i32", shape: [], data: [0] }], params: { extent: 1 } },
    { inputs: [{ dtype: "i32", shape: [0], data: [] }], params: { extent: 2 } },
  ],
};

/** Ops that choose rows by index. */
export const indexing = { gather, scatterAdd, oneHot };
