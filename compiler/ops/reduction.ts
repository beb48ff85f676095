import { settingOutOfRange } from "../diagnostics/settings.ts";
import { emptyAxis } from "../diagnostics/tensors.ts";
import { axisNames } from "../formula/axes.ts";
import { call, type Formula, sum as sumFormula } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import type { TensorType } from "../ir/type.ts";
import * as build from "./build.ts";
import { checkAxes, checkAxis, checkDtypes } from "./check.ts";
import type { Op, Value } from "./op.ts";
import type { OpParams } from "./params.ts";
import { at, forEachIndex, positionOf, tabulate } from "./value.ts";

const without = <T>(list: readonly T[], axes: readonly number[]): T[] => list.filter((_, axis) => !axes.includes(axis));

/** The axes of a tensor of rank `rank` that stay when `axes` are reduced. */
const kept = (rank: number, axes: readonly number[]): number[] =>
  without(
    Array.from({ length: rank }, (_, axis) => axis),
    axes,
  );

/** A reduced tensor repeated along the axes that were dropped from the shape of x. */
const restore = (y: Node, x: Node, axes: readonly number[]) => build.broadcast(y, x.shape, kept(x.shape.length, axes));

function reduce(x: Value, axes: readonly number[], start: number, combine: (total: number, element: number) => number): Value {
  const shape = without(x.shape, axes);
  const result = tabulate(x.dtype, shape, () => start);
  forEachIndex(x.shape, (index, position) => {
    const target = positionOf(shape, without(index, axes));
    result.data[target] = combine(result.data[target] as number, x.data[position] as number);
  });
  return result;
}

const sum: Op<OpParams["sum"]> = {
  type(inputs, { axes }) {
    checkDtypes("sum", inputs, ["f32", "i32"]);
    const { dtype, shape } = elementAt(inputs, 0);
    checkAxes("sum", shape, axes);
    return { dtype, shape: without(shape, axes) };
  },
  evaluate([x], { axes }, { dtype }) {
    return reduce(x as Value, axes, 0, dtype === "i32" ? (total, element) => (total + element) | 0 : (total, element) => total + element);
  },
  // d Σ x = Σ dx: g reaches every element
  gradient: (g, [x], _, { axes }) => [restore(g, x as Node, axes)],
  formula: ([body], { axes }, node) => sumFormula(axisNames(elementAt(node.inputs, 0).shape, axes), body as Formula, axes),
  samples: [
    { inputs: [{ shape: [2, 3], data: [1, -2, 0.5, 0, 3, -1] }], params: { axes: [1] } },
    { inputs: [{ shape: [2, 3], data: [1, -2, 0.5, 0, 3, -1] }], params: { axes: [0, 1] } },
    { inputs: [{ shape: [2, 1, 2], data: [1, -2, 0.5, 0] }], params: { axes: [0, 1] }, note: "an axis of one" },
    { inputs: [{ shape: [2, 0], data: [] }], params: { axes: [1] }, note: "empty sum" },
    { inputs: [{ shape: [2], data: [1, 2] }], params: { axes: [] }, note: "nothing to reduce" },
    { inputs: [{ shape: [3], data: [Infinity, -Infinity, 1] }], params: { axes: [0] }, smooth: false },
    { inputs: [{ dtype: "i32", shape: [2], data: [2147483647, 1] }], params: { axes: [0] } },
  ],
};

function checkMax(op: string, inputs: readonly TensorType[], axes: readonly number[]): TensorType {
  checkDtypes(op, inputs, ["f32", "i32"]);
  const x = elementAt(inputs, 0);
  checkAxes(op, x.shape, axes);
  const empty = axes.find((axis) => x.shape[axis] === 0);
  if (empty !== undefined) throw emptyAxis(`Cannot apply "${op}"`, empty, x.shape);
  return x;
}

// y = max x: dy = dx at the first of the largest elements
function maxFirst(g: Node, x: Node, axis: number): Node {
  const winner = restore(build.argmax(x, axis), x, [axis]);
  const here = build.compare(build.iota(x.graph, x.shape, axis), winner, "eq");
  return build.where(here, restore(g, x, [axis]), build.fill(x, 0));
}

// y = max x: dy = Σ dx/m over the m largest elements; NaN, which equals none, makes it NaN
function maxEven(g: Node, x: Node, y: Node, axes: readonly number[]): Node {
  const equal = build.compare(x, restore(y, x, axes), "eq");
  const share = build.div(g, build.sum(build.cast(equal, "f32"), axes));
  return build.mul(restore(share, x, axes), build.cast(equal, "f32"));
}

const max: Op<OpParams["max"]> = {
  type(inputs, { axes, ties }) {
    const { dtype, shape } = checkMax("max", inputs, axes);
    if (ties === "first" && axes.length !== 1)
      throw settingOutOfRange('Cannot apply "max"', "axes", `[${axes.join(", ")}]`, 'one axis for ties "first"');
    return { dtype, shape: without(shape, axes) };
  },
  evaluate: ([x], { axes }, { dtype }) =>
    reduce(x as Value, axes, dtype === "i32" ? -2147483648 : -Infinity, (largest, element) => Math.max(largest, element)),
  gradient: (g, [x], y, { axes, ties }) => [ties === "first" ? maxFirst(g, x as Node, elementAt(axes, 0)) : maxEven(g, x as Node, y, axes)],
  formula: (xs, { axes }, node) => call("max", xs, axisNames(elementAt(node.inputs, 0).shape, axes).join(",")),
  samples: [
    { inputs: [{ shape: [2, 3], data: [1, -2, 0.5, 0, 3, -1] }], params: { axes: [1], ties: "first" } },
    { inputs: [{ shape: [2, 3], data: [1, -2, 0.5, 0, 3, -1] }], params: { axes: [0], ties: "even" } },
    { inputs: [{ shape: [2, 3], data: [1, -2, 0.5, 0, 3, -1] }], params: { axes: [0, 1], ties: "even" } },
    { inputs: [{ shape: [2, 1], data: [1, -2] }], params: { axes: [1], ties: "first" }, note: "an axis of one" },
    { inputs: [{ shape: [0, 2], data: [] }], params: { axes: [1], ties: "first" }, note: "no rows" },
    { inputs: [{ shape: [4], data: [1, 3, 3, 3] }], params: { axes: [0], ties: "first" }, note: "tie", smooth: false },
    { inputs: [{ shape: [4], data: [1, 3, 3, 3] }], params: { axes: [0], ties: "even" }, note: "tie", smooth: false },
    { inputs: [{ shape: [2, 2], data: [NaN, 3, -Infinity, -Infinity] }], params: { axes: [1], ties: "first" }, note: "NaN wins", smooth: false },
    { inputs: [{ dtype: "i32", shape: [3], data: [-3, -1, -2] }], params: { axes: [0], ties: "first" } },
  ],
};

/** Whether `element` takes the place of the largest so far. */
const overtakes = (element: number, largest: number) => element > largest || (Number.isNaN(element) && !Number.isNaN(largest));

const argmax: Op<OpParams["argmax"]> = {
  type(inputs, { axis }) {
    checkAxis("argmax", elementAt(inputs, 0).shape, axis);
    return { dtype: "i32", shape: without(checkMax("argmax", inputs, [axis]).shape, [axis]) };
  },
  evaluate([input], { axis }, { shape }) {
    const x = input as Value;
    return tabulate("i32", shape, (index) => {
      const element = (i: number) => at(x, [...index.slice(0, axis), i, ...index.slice(axis)]);
      let best = 0;
      for (let i = 1; i < (x.shape[axis] as number); i++) if (overtakes(element(i), element(best))) best = i;
      return best;
    });
  },
  gradient: null,
  formula: (xs, { axis }, node) => call("argmax", xs, axisNames(elementAt(node.inputs, 0).shape, [axis]).join(",")),
  samples: [
    { inputs: [{ shape: [2, 3], data: [1, -2, 0.5, 0, 3, -1] }], params: { axis: 1 } },
    { inputs: [{ shape: [2, 3], data: [1, -2, 0.5, 0, 3, -1] }], params: { axis: 0 } },
    { inputs: [{ shape: [3, 3], data: [1, 3, 3, 2, NaN, NaN, -Infinity, -Infinity, -Infinity] }], params: { axis: 1 }, note: "ties, NaN wins" },
    { inputs: [{ dtype: "i32", shape: [3], data: [-3, -1, -2] }], params: { axis: 0 } },
  ],
};

/** Ops that combine the elements along axes, which are dropped. */
export const reduction = { sum, max, argmax };
