// Reductions, with PyTorch's `dim` and `keepDim`, and what is made of them.

import { emptyAxis } from "../../compiler/diagnostics/tensors.ts";
import { product } from "../../compiler/ir/dim.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import type { Shape } from "../../compiler/ir/type.ts";
import * as build from "../../compiler/ops/build.ts";
import { isTensor } from "../is-tensor.ts";
import { checkOptions, finite, flag, axis as one, axes as several } from "../settings.ts";
import { float, type Operand, read, type Tensor, tensor } from "../tensor.ts";
import { attempt } from "./attempt.ts";
import { axesOf, axisOf, checkAlong, checkReduced, keepAxes, type Reduced } from "./axes.ts";
import { scalar, square } from "./scalar.ts";

type Reduce = (x: Tensor, axes: readonly number[]) => Tensor;

function reduce(name: string, x: Tensor, options: Reduced, along: Reduce): Tensor {
  checkReduced(attempt(name), options);
  const { dim, keepDim = false } = options;
  const axes = axesOf(attempt(name), x.shape, dim);
  const y = axes.length === 0 ? x : along(x, axes);
  return keepDim ? keepAxes(y, x.shape, axes) : y;
}

const counted = (name: string, x: Tensor): Tensor => {
  const node = read(attempt(name), x);
  return node.dtype === "bool" ? build.cast(node, "i32") : node;
};

/** The sum over `dim`; 0 over nothing. */
export const sum = (x: Tensor, options: Reduced = {}): Tensor => reduce("sum", counted("sum", x), options, build.sum);

/** How many elements the axes have, as an f32 scalar: known when the model runs where an axis is dynamic. */
export function countOf(shape: Shape, axes: readonly number[], like: Tensor): Tensor {
  return build.count(like.graph, product(axes.map((axis) => elementAt(shape, axis))));
}

/**
 * The extent of the axis `dim` as an f32 scalar; that of a batch is the number of rows of the call. No gradient.
 * @throws GradcError `axis-out-of-range`
 */
export function size(x: Tensor, options: { readonly dim: number }): Tensor {
  checkAlong(attempt("size"), options);
  const value = read(attempt("size"), x);
  return countOf(value.shape, [axisOf(attempt("size"), value.shape, options.dim)], value);
}

/** The mean over `dim`; NaN over nothing. */
export function mean(x: Tensor, options: Reduced = {}): Tensor {
  checkReduced(attempt("mean"), options);
  const value = float(attempt("mean"), x);
  return scalar.div(sum(value, options), countOf(value.shape, axesOf(attempt("mean"), value.shape, options.dim), value));
}

/** Settings of `var` and `std`. */
export interface VarianceOptions extends Reduced {
  /** What the divisor is less than the count; 1 unless stated. */
  readonly correction?: number;
}

/** The variance over `dim`: mean squared distance from the mean, in two passes, with the divisor `max(count - correction, 0)`. */
export function variance(x: Tensor, options: VarianceOptions = {}): Tensor {
  checkOptions(attempt("var"), options, { dim: several, keepDim: flag, correction: finite });
  const { correction = 1, ...reduced } = options;
  const value = float(attempt("var"), x);
  const axes = axesOf(attempt("var"), value.shape, reduced.dim);
  const centred = scalar.sub(value, mean(value, { ...reduced, keepDim: true }));
  return scalar.div(sum(square(centred), reduced), divisorOf(value, axes, correction));
}

/** How many elements the axes have, less the correction and at least 0. */
function divisorOf(x: Tensor, axes: readonly number[], correction: number): Tensor {
  const count = countOf(x.shape, axes, x);
  if (correction === 0) return count;
  const rest = scalar.sub(count, correction);
  // A dynamic extent is at least 1.
  const fewest = product(axes.map((axis) => elementAt(x.shape, axis)));
  return correction <= (typeof fewest === "number" ? fewest : 1) ? rest : scalar.maximum(rest, 0);
}

// Ties to the first element in row-major order need one axis: several are merged into a last one.
function firstMax(x: Tensor, axes: readonly number[]): Tensor {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const dims = (of: readonly number[]) => of.map((axis) => elementAt(x.shape, axis));
  if (axes.length === 1) return build.max(x, axes, "first");
  const moved = build.reshape(build.permute(x, [...kept, ...axes]), [...dims(kept), product(dims(axes))]);
  return build.max(moved, [kept.length], "first");
}

const evenMax: Reduce = (x, axes) => build.max(x, axes, "even");

const checkedMax =
  (name: string, along: Reduce): Reduce =>
  (x, axes) => {
    for (const axis of axes) if (x.shape[axis] === 0) throw emptyAxis(attempt(name), axis, x.shape);
    return along(x, axes);
  };

const negated =
  (along: Reduce): Reduce =>
  (x, axes) =>
    build.neg(along(build.neg(x), axes));

/** The largest element over `dim`; NaN wins; equal ones share the gradient evenly. */
export const amax = (x: Tensor, options: Reduced = {}): Tensor => reduce("amax", counted("amax", x), options, checkedMax("amax", evenMax));
/** The smallest element over `dim`; NaN wins; equal ones share the gradient evenly. */
export const amin = (x: Tensor, options: Reduced = {}): Tensor => reduce("amin", counted("amin", x), options, checkedMax("amin", negated(evenMax)));

interface Extreme {
  /** The larger (smaller) of each pair. */
  (x: Operand, y: Operand): Tensor;
  /** Over `dim`: the gradient goes to the first of equal elements. */
  (x: Tensor, options: Reduced): Tensor;
  /** Over all elements: equal ones share the gradient evenly. */
  (x: Tensor): Tensor;
}

const isPairOf = (value: Operand | Reduced): value is Operand => typeof value === "number" || isTensor(value);

function extreme(name: string, pair: (x: Operand, y: Operand) => Tensor, first: Reduce, even: (x: Tensor, options?: Reduced) => Tensor): Extreme {
  return (x: Operand, second: Operand | Reduced = {}): Tensor => {
    if (isPairOf(second)) return pair(x, second);
    checkReduced(attempt(name), second);
    const value = counted(name, tensor(attempt(name), x));
    return second.dim === undefined ? even(value, second) : reduce(name, value, second, checkedMax(name, first));
  };
}

/** `max(a, b)` of each pair, `max(x, { dim })` with ties to the first, or `max(x)` of all with ties evenly. NaN wins. */
export const max: Extreme = extreme("max", scalar.maximum, firstMax, amax);
/** `min(a, b)` of each pair, `min(x, { dim })` with ties to the first, or `min(x)` of all with ties evenly. NaN wins. */
export const min: Extreme = extreme("min", scalar.minimum, negated(firstMax), amin);

interface Place {
  /** The axis; all elements in row-major order where it is left out. */
  readonly dim?: number;
  readonly keepDim?: boolean;
}

const place =
  (name: string, order: (value: Tensor) => Tensor) =>
  (x: Tensor, options: Place = {}): Tensor => {
    checkOptions(attempt(name), options, { dim: one, keepDim: flag });
    const { dim, keepDim = false } = options;
    const value = order(counted(name, x));
    if (dim === undefined) return build.argmax(build.reshape(value, [product(value.shape)]), 0);
    const axis = axisOf(attempt(name), value.shape, dim);
    const y = build.argmax(value, axis);
    return keepDim ? keepAxes(y, value.shape, [axis]) : y;
  };

/** i32: the index of the first largest element along `dim`, in the flat tensor where it is left out; NaN wins. No gradient, on purpose. */
export const argmax = place("argmax", (value) => value);

/** i32: the index of the first smallest element along `dim`, in the flat tensor where it is left out; NaN wins. No gradient, on purpose. */
// -1 - x of i32 has no overflow, as -x has.
export const argmin = place("argmin", (value) => (value.dtype === "i32" ? scalar.sub(-1, value) : build.neg(value)));
