// Sliding windows and their adjoint: what convolution and pooling are made of.

import { settingOutOfRange } from "../diagnostics/settings.ts";
import { shapeMismatch } from "../diagnostics/tensors.ts";
import { axisName } from "../formula/axes.ts";
import { call } from "../formula/tree.ts";
import type { Dim } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import type { TensorType } from "../ir/type.ts";
import * as build from "./build.ts";
import { checkAxis, checkDtypes, checkWhole, staticExtent } from "./check.ts";
import type { Op, Value } from "./op.ts";
import type { OpParams } from "./params.ts";
import { at, forEachIndex, positionOf, replaced, tabulate } from "./value.ts";

/** Number of windows of `size` elements, `dilation` apart, that fit into `extent` at every `stride`; 0 or less where none does. */
const windowCount = (extent: number, size: number, stride: number, dilation: number): number =>
  Math.floor((extent - dilation * (size - 1) - 1) / stride) + 1;

function checkSteps(op: string, size: number, stride: number, dilation: number): void {
  checkWhole(op, "size", size, 1);
  checkWhole(op, "stride", stride, 1);
  checkWhole(op, "dilation", dilation, 1);
}

const signal = { shape: [1, 6], data: [1, -2, 0.5, 0, 3, -1] } as const;

const window: Op<OpParams["window"]> = {
  type([input], { axis, size, stride, dilation }) {
    const x = input as TensorType;
    checkSteps("window", size, stride, dilation);
    const extent = staticExtent("window", x.shape, axis);
    const windows = windowCount(extent, size, stride, dilation);
    if (windows < 1)
      throw settingOutOfRange('Cannot apply "window"', "size", `${size} with dilation ${dilation}`, `a window within ${extent} elements`);
    return { dtype: x.dtype, shape: [...replaced(x.shape, axis, windows), size] };
  },
  evaluate: ([x], { axis, stride, dilation }, { dtype, shape }) =>
    tabulate(dtype, shape, (index) => {
      const from = (index[axis] as number) * stride + (index.at(-1) as number) * dilation;
      return at(x as Value, replaced(index.slice(0, -1), axis, from));
    }),
  // An element's gradient is the sum over the windows that it is in.
  gradient: (g, [x], _, { axis, stride, dilation }) => [build.fold(g, axis, (x as Node).shape[axis] as number, stride, dilation)],
  formula: (xs, params, { inputs }) => call("windows", xs, stepsOf(params, [axisName(elementAt(inputs, 0).shape, params.axis), params.size])),
  samples: [
    { inputs: [signal], params: { axis: 1, size: 3, stride: 1, dilation: 1 } },
    { inputs: [signal], params: { axis: 1, size: 2, stride: 3, dilation: 2 }, note: "elements between and after the windows" },
    { inputs: [signal], params: { axis: 0, size: 1, stride: 2, dilation: 1 }, note: "an axis of one" },
    { inputs: [{ shape: [3, 0], data: [] }], params: { axis: 0, size: 2, stride: 1, dilation: 1 } },
  ],
};

/** What a subscript says of windows: `j,3`, and their steps where they are more than 1. */
const stepsOf = ({ stride, dilation }: OpParams["fold" | "window"], first: readonly (string | number)[]): string =>
  [...first, ...(stride === 1 ? [] : [`stride=${stride}`]), ...(dilation === 1 ? [] : [`dilation=${dilation}`])].join(",");

const fold: Op<OpParams["fold"]> = {
  type(inputs, { axis, extent, stride, dilation }) {
    checkDtypes("fold", inputs, ["f32"]);
    const { dtype, shape } = elementAt(inputs, 0);
    checkAxis("fold", shape.slice(0, -1), axis);
    const size = staticExtent("fold", shape, shape.length - 1);
    checkSteps("fold", size, stride, dilation);
    const windows = windowCount(extent, size, stride, dilation);
    if (staticExtent("fold", shape, axis) !== windows)
      throw shapeMismatch(`Cannot fold axis ${axis} to ${extent} elements`, [shape], `${windows} windows`);
    return { dtype, shape: replaced<Dim>(shape, axis, extent).slice(0, -1) };
  },
  evaluate([x], { axis, stride, dilation }, { dtype, shape }) {
    const { shape: from, data } = x as Value;
    const result = tabulate(dtype, shape, () => 0);
    forEachIndex(from, (index, position) => {
      const to = (index[axis] as number) * stride + (index.at(-1) as number) * dilation;
      const target = positionOf(shape, replaced(index.slice(0, -1), axis, to));
      result.data[target] = (result.data[target] as number) + (data[position] as number);
    });
    return result;
  },
  // Every window's element was added once.
  gradient: (g, [x], _, { axis, stride, dilation }) => [build.window(g, axis, (x as Node).shape.at(-1) as number, stride, dilation)],
  formula: (xs, params, { shape }) => call("fold", xs, stepsOf(params, [axisName(shape, params.axis), params.extent])),
  samples: [
    { inputs: [{ shape: [2, 2], data: [1, -2, 0.5, 3] }], params: { axis: 0, extent: 3, stride: 1, dilation: 1 } },
    {
      inputs: [{ shape: [1, 2, 2], data: [1, -2, 0.5, 3] }],
      params: { axis: 1, extent: 7, stride: 3, dilation: 2 },
      note: "places that no window meets",
    },
    { inputs: [{ shape: [2, 0, 2], data: [] }], params: { axis: 0, extent: 3, stride: 1, dilation: 1 } },
  ],
};

export const windows = { window, fold };
