import { settingOutOfRange } from "../diagnostics/settings.ts";
import { shapeMismatch } from "../diagnostics/tensors.ts";
import { axisName } from "../formula/axes.ts";
import { call, type Formula, inShape, number, transpose, view } from "../formula/tree.ts";
import { type Dim, isDynamic, product } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { type Dtype, formatShape, type Shape, sameShape, type TensorType } from "../ir/type.ts";
import * as build from "./build.ts";
import { checkAxes, checkDtypes, checkRank, checkWhole, staticExtent } from "./check.ts";
import type { Op, Value } from "./op.ts";
import type { OpParams } from "./params.ts";
import { keepsPlaces, repeated } from "./reshaped.ts";
import { at, replaced, tabulate } from "./value.ts";
import { windows } from "./windows.ts";

const anyDtype: readonly Dtype[] = ["f32", "i32", "bool"];

const cube = { shape: [2, 3, 2], data: [1, -2, 0.5, 0, 3, -1, 7, 8, -9, 10, -0.25, 12] } as const;
const matrix = { shape: [2, 3], data: [1, -2, 0.5, 0, 3, -1] } as const;

const reshape: Op<OpParams["reshape"]> = {
  type([input], { shape }) {
    const x = input as TensorType;
    const elements = product(x.shape);
    if (elements !== product(shape))
      throw shapeMismatch(`Cannot reshape to ${formatShape(shape)}`, [x.shape], `a shape of ${product(shape)} elements`);
    return { dtype: x.dtype, shape };
  },
  evaluate: ([x], _, { dtype, shape }) => ({ dtype, shape, data: (x as Value).data }),
  // The elements keep their places, and so do their gradients.
  gradient: (g, [x]) => [build.reshape(g, (x as Node).shape)],
  // Axes of extent 1 come and go unsaid where the others stay at the same places from the end.
  formula: ([body], { shape }, { inputs: [x] }) =>
    keepsPlaces((x as Node).shape, shape) ? view(body as Formula, shape) : inShape("reshape", body as Formula, shape),
  samples: [
    { inputs: [matrix], params: { shape: [3, 1, 2] } },
    { inputs: [{ shape: [1], data: [5] }], params: { shape: [] } },
    { inputs: [{ shape: [0, 3], data: [] }], params: { shape: [2, 0] } },
    { inputs: [{ dtype: "i32", shape: [2], data: [1, 2] }], params: { shape: [2, 1] } },
  ],
};

const inverse = (order: readonly number[]): number[] => order.map((_, axis) => order.indexOf(axis));

/** Whether the last two axes change places and all others stay. */
const exchangesLast = (order: readonly number[]): boolean =>
  order.length >= 2 && order.every((axis, i) => axis === (i < order.length - 2 ? i : 2 * order.length - 3 - i));

const permute: Op<OpParams["permute"]> = {
  type([input], { order }) {
    const x = input as TensorType;
    checkRank("permute", x.shape, order, "order");
    checkAxes("permute", x.shape, order);
    return { dtype: x.dtype, shape: order.map((axis) => elementAt(x.shape, axis)) };
  },
  evaluate([x], { order }, { dtype, shape }) {
    const places = inverse(order);
    return tabulate(dtype, shape, (index) =>
      at(
        x as Value,
        places.map((place) => index[place] as number),
      ),
    );
  },
  // The gradient goes back by the inverse permutation.
  gradient: (g, _xs, _y, { order }) => [build.permute(g, inverse(order))],
  formula([x], { order }) {
    return exchangesLast(order) ? transpose(x as Formula) : call("permute", [x as Formula], order.join(","));
  },
  samples: [
    { inputs: [matrix], params: { order: [1, 0] } },
    { inputs: [cube], params: { order: [2, 0, 1] } },
    { inputs: [{ shape: [], data: [5] }], params: { order: [] } },
    { inputs: [{ shape: [0, 3], data: [] }], params: { order: [1, 0] } },
    { inputs: [{ dtype: "bool", shape: [1, 2], data: [0, 1] }], params: { order: [1, 0] } },
  ],
};

/** Sums g over the axes along which x was repeated. */
function sumRepeated(g: Node, x: Node, axes: readonly number[]): Node {
  const isRepeated = (axis: number) => !axes.includes(axis) || x.shape[axes.indexOf(axis)] !== g.shape[axis];
  const repeated = g.shape.map((_, axis) => axis).filter(isRepeated);
  const total = repeated.length === 0 ? g : build.sum(g, repeated);
  return sameShape(total.shape, x.shape) ? total : build.reshape(total, x.shape);
}

const broadcast: Op<OpParams["broadcast"]> = {
  type([input], { shape, axes }) {
    const x = input as TensorType;
    checkRank("broadcast", x.shape, axes, "axes");
    checkAxes("broadcast", shape, axes);
    if (axes.some((axis, i) => i > 0 && axis < elementAt(axes, i - 1))) {
      throw settingOutOfRange('Cannot apply "broadcast"', "axes", `[${axes.join(", ")}]`, "axes in increasing order");
    }
    const fits = axes.every((axis, i) => x.shape[i] === 1 || x.shape[i] === shape[axis]);
    if (!fits) throw shapeMismatch(`Cannot broadcast to ${formatShape(shape)}`, [x.shape], formatShape(axes.map((axis) => elementAt(shape, axis))));
    return { dtype: x.dtype, shape };
  },
  evaluate([input], { axes }, { dtype, shape }) {
    const x = input as Value;
    return tabulate(dtype, shape, (index) =>
      at(
        x,
        axes.map((axis, i) => (x.shape[i] === 1 ? 0 : (index[axis] as number))),
      ),
    );
  },
  // Every copy's gradient counts.
  gradient: (g, [x], _, { axes }) => [sumRepeated(g, x as Node, axes)],
  formula: ([x], { shape, axes }, { inputs: [inner] }) => repeated(x as Formula, inner as Node, shape, axes),
  samples: [
    { inputs: [{ shape: [], data: [3] }], params: { shape: [2, 2], axes: [] } },
    { inputs: [{ shape: [3], data: [1, -2, 3] }], params: { shape: [2, 3], axes: [1] } },
    { inputs: [{ shape: [2, 1], data: [1, -2] }], params: { shape: [2, 3, 1, 2], axes: [0, 1] }, note: "an axis of one, and new axes" },
    { inputs: [{ shape: [1, 2], data: [1, -2] }], params: { shape: [1, 2], axes: [0, 1] }, note: "nothing repeated" },
    { inputs: [{ shape: [2], data: [1, -2] }], params: { shape: [0, 2], axes: [1] }, note: "repeated no times" },
    { inputs: [{ dtype: "i32", shape: [1], data: [4] }], params: { shape: [2], axes: [0] } },
  ],
};

/** An axis is taken whole. */
const isWhole = (start: number, size: Dim, extent: Dim) => start === 0 && size === extent;

function checkRange(shape: Shape, axis: number, start: number, size: Dim): void {
  const extent = elementAt(shape, axis);
  if (isWhole(start, size, extent)) return;
  const end = start + (size as number);
  if (isDynamic(size) || !(Number.isInteger(start) && start >= 0 && size >= 0 && end <= staticExtent("slice", shape, axis))) {
    throw settingOutOfRange(
      'Cannot apply "slice"',
      "start",
      `${start} with ${size} elements on axis ${axis}`,
      `a range within ${formatShape(shape)}`,
    );
  }
}

/** `4:8`: what is taken along each axis of `whole`, `:` where that is all of it; the first axes that are whole go without saying. */
function cutsOf({ start, shape }: OpParams["slice"], whole: Shape): string {
  const cuts = start.map((first, axis) => (shape[axis] === whole[axis] ? ":" : `${first}:${endOf(first, elementAt(shape, axis))}`));
  return cuts.slice(cuts.findIndex((cut) => cut !== ":")).join(",");
}

/** `1:2`: how many cells are added before and behind along each axis; the first axes that stay as they are go without saying. */
function marginsOf({ low, high }: OpParams["pad"]): string {
  const margins = low.map((cells, axis) => `${cells}:${elementAt(high, axis)}`);
  const first = margins.findIndex((cells) => cells !== "0:0");
  return margins.slice(Math.max(first, 0)).join(",");
}

/** Whether `axis` is the last, and values fit together along that alone, so that nobody asks which is meant. */
function isPlain(inputs: readonly Node[], axis: number): boolean {
  const { shape } = elementAt(inputs, 0);
  if (axis < shape.length - 1) return false;
  const isSame = (at: number): boolean => inputs.every((input) => input.shape[at] === shape[at]);
  return inputs.length < 2 || shape.every((dim, at) => at === axis || isDynamic(dim)) || !isSame(axis);
}

/** The formula of `inputs`, which are `xs`, side by side. */
export const concatenated = (xs: readonly Formula[], inputs: readonly Node[], axis: number): Formula =>
  call("concat", xs, isPlain(inputs, axis) ? undefined : axisName(elementAt(inputs, 0).shape, axis));

const slice: Op<OpParams["slice"]> = {
  type([input], { start, shape }) {
    const x = input as TensorType;
    checkRank("slice", x.shape, start, "start");
    checkRank("slice", x.shape, shape, "shape");
    x.shape.forEach((_, axis) => {
      checkRange(x.shape, axis, elementAt(start, axis), elementAt(shape, axis));
    });
    return { dtype: x.dtype, shape };
  },
  evaluate: ([x], { start }, { dtype, shape }) =>
    tabulate(dtype, shape, (index) =>
      at(
        x as Value,
        index.map((i, axis) => i + (start[axis] as number)),
      ),
    ),
  // What was cut off has gradient 0.
  gradient(g, [input], _, { start, shape }) {
    const x = input as Node;
    const high = x.shape.map((extent, axis) => (isDynamic(extent) ? 0 : extent - elementAt(start, axis) - (shape[axis] as number)));
    return [build.pad(g, start, high, 0)];
  },
  formula: (xs, params, { inputs }) => call("slice", xs, cutsOf(params, elementAt(inputs, 0).shape)),
  samples: [
    { inputs: [matrix], params: { start: [1, 0], shape: [1, 2] } },
    { inputs: [matrix], params: { start: [0, 0], shape: [2, 3] }, note: "all of it" },
    { inputs: [matrix], params: { start: [2, 1], shape: [0, 1] }, note: "nothing of it" },
    { inputs: [{ dtype: "i32", shape: [4], data: [1, 2, 3, 4] }], params: { start: [1], shape: [2] } },
  ],
};

const endOf = (start: number, size: Dim): Dim => (isDynamic(size) ? size : start + size);

const pad: Op<OpParams["pad"]> = {
  type([input], { low, high }) {
    const x = input as TensorType;
    checkRank("pad", x.shape, low, "low");
    checkRank("pad", x.shape, high, "high");
    for (const amount of [...low, ...high]) checkWhole("pad", "padding", amount, 0);
    const grown = (axis: number) => elementAt(low, axis) + elementAt(high, axis);
    return { dtype: x.dtype, shape: x.shape.map((dim, axis) => (grown(axis) === 0 ? dim : staticExtent("pad", x.shape, axis) + grown(axis))) };
  },
  evaluate([input], { low, value }, { dtype, shape }) {
    const x = input as Value;
    return tabulate(dtype, shape, (index) => {
      const from = index.map((i, axis) => i - (low[axis] as number));
      return from.every((i, axis) => i >= 0 && i < (x.shape[axis] as number)) ? at(x, from) : value;
    });
  },
  // The padding is constant: only the middle counts.
  gradient: (g, [x], _, { low }) => [build.slice(g, low, (x as Node).shape)],
  formula: ([x], params) => call("pad", [x as Formula, ...(params.value === 0 ? [] : [number(params.value)])], marginsOf(params)),
  samples: [
    { inputs: [matrix], params: { low: [1, 0], high: [0, 2], value: 0 } },
    { inputs: [matrix], params: { low: [0, 1], high: [0, 0], value: -Infinity }, smooth: false },
    { inputs: [{ shape: [0], data: [] }], params: { low: [1], high: [1], value: 3 }, note: "padding alone" },
    { inputs: [{ dtype: "i32", shape: [1], data: [1] }], params: { low: [0], high: [2], value: -1 } },
  ],
};

const flip: Op<OpParams["flip"]> = {
  type([input], { axes }) {
    const x = input as TensorType;
    checkAxes("flip", x.shape, axes);
    for (const axis of axes) staticExtent("flip", x.shape, axis);
    return x;
  },
  evaluate: ([x], { axes }, { dtype, shape }) =>
    tabulate(dtype, shape, (index) =>
      at(
        x as Value,
        index.map((i, axis) => (axes.includes(axis) ? (shape[axis] as number) - 1 - i : i)),
      ),
    ),
  // Flipping is its own inverse.
  gradient: (g, _xs, _y, { axes }) => [build.flip(g, axes)],
  formula: ([x], { axes }, { shape }) => call("flip", [x as Formula], axes.map((axis) => axisName(shape, axis)).join(",")),
  samples: [
    { inputs: [matrix], params: { axes: [1] } },
    { inputs: [cube], params: { axes: [0, 2] } },
    { inputs: [{ shape: [0, 2], data: [] }], params: { axes: [0] } },
    { inputs: [{ dtype: "bool", shape: [2], data: [0, 1] }], params: { axes: [0] } },
  ],
};

/** The first index of each operand along the axis of a concatenation. */
function offsetsOf(extents: readonly number[]): number[] {
  let end = 0;
  return extents.map((extent) => {
    end += extent;
    return end - extent;
  });
}

const concat: Op<OpParams["concat"]> = {
  type(inputs, { axis }) {
    checkDtypes("concat", inputs, anyDtype);
    const [first] = inputs;
    if (!first) throw settingOutOfRange('Cannot apply "concat"', "tensors", "none", "at least one");
    const extents = inputs.map((x) => staticExtent("concat", x.shape, axis));
    const fits = inputs.every((x) => sameShape(replaced(x.shape, axis, 0), replaced(first.shape, axis, 0)));
    const shapes = inputs.map((x) => x.shape);
    if (!fits) throw shapeMismatch(`Cannot concatenate along axis ${axis}`, shapes, "equal extents on the other axes");
    return {
      dtype: first.dtype,
      shape: replaced(
        first.shape,
        axis,
        extents.reduce((total, extent) => total + extent),
      ),
    };
  },
  evaluate(xs, { axis }, { dtype, shape }) {
    const offsets = offsetsOf(xs.map((x) => x.shape[axis] as number));
    return tabulate(dtype, shape, (index) => {
      const i = index[axis] as number;
      const part = xs.findIndex((x, n) => i < (offsets[n] as number) + (x.shape[axis] as number));
      return at(xs[part] as Value, replaced(index, axis, i - (offsets[part] as number)));
    });
  },
  // Each operand's gradient is its part of g.
  gradient(g, xs, _, { axis }) {
    const offsets = offsetsOf(xs.map((x) => x.shape[axis] as number));
    const none = g.shape.map(() => 0);
    return xs.map((x, n) => build.slice(g, replaced(none, axis, elementAt(offsets, n)), x.shape));
  },
  formula: (xs, { axis }, { inputs }) => concatenated(xs, inputs, axis),
  samples: [
    { inputs: [matrix, { shape: [2, 1], data: [-0, 9] }], params: { axis: 1 } },
    { inputs: [matrix, { shape: [0, 3], data: [] }, matrix], params: { axis: 0 } },
    { inputs: [{ dtype: "i32", shape: [1], data: [4] }], params: { axis: 0 }, note: "one operand" },
  ],
};

/** Ops that move elements and compute nothing, and `fold`, which adds up those that meet. */
export const movement = { reshape, permute, broadcast, slice, pad, flip, concat, ...windows };
