// Operations that move elements without changing them.

import { settingOutOfRange, shown } from "../../compiler/diagnostics/settings.ts";
import { axisOutOfRange, dynamicDimension, shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import { type Dim, divide, product } from "../../compiler/ir/dim.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import { formatShape, type Shape } from "../../compiler/ir/type.ts";
import * as build from "../../compiler/ops/build.ts";
import { extent as anExtent, axes, checkOptions, checkSetting, count, isExtent, type Kinds, list, axis as one, wholes } from "../settings.ts";
import { alignDtypes, broadcastTo, index, type Operand, read, type Tensor, tensor } from "../tensor.ts";
import { attempt } from "./attempt.ts";
import { type Along, axesOf, axisOf, checkAlong } from "./axes.ts";

const shapes = list(isExtent, "a list of extents, such as [2, 3]");
const inferable = list((value) => value === -1 || isExtent(value), 'a list of extents, such as ["batch", 784]');

/** The same elements in row-major order as `shape`, which may hold "batch"; one extent may be -1 and is inferred. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const value = read(attempt("reshape"), x);
  checkSetting(attempt("reshape"), "shape", shape, inferable);
  return build.reshape(value, inferred(value.shape, shape));
}

function inferred(from: Shape, to: Shape): Shape {
  const unknown = to.indexOf(-1);
  if (unknown < 0) return to;
  const rest = to.filter((_, axis) => axis !== unknown);
  const extent = rest.includes(-1) ? undefined : divide(product(from), product(rest));
  if (extent === undefined) throw shapeMismatch(attempt("reshape"), [from, to], "one extent of -1 that divides the elements");
  return to.map((dim, axis) => (axis === unknown ? extent : dim));
}

/** Axis `i` of the result is axis `order[i]` of x. */
export function permute(x: Tensor, order: readonly number[]): Tensor {
  const value = read(attempt("permute"), x);
  checkSetting(attempt("permute"), "order", order, wholes);
  const axes = order.map((dim) => axisOf(attempt("permute"), value.shape, dim));
  if (new Set(axes).size !== value.shape.length) {
    throw settingOutOfRange(attempt("permute"), "order", `[${order.join(", ")}]`, `each axis of ${formatShape(value.shape)} once`);
  }
  return build.permute(value, axes);
}

/** x with two axes exchanged, the last two unless stated. */
export function transpose(x: Tensor, first = -2, second = -1): Tensor {
  const value = read(attempt("transpose"), x);
  const [a, b] = [first, second].map((dim) => axisOf(attempt("transpose"), value.shape, dim)) as [number, number];
  return build.permute(
    value,
    value.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis)),
  );
}

/** x repeated to `shape`, axes matched from the last. */
export function broadcast(x: Operand, shape: Shape): Tensor {
  checkSetting(attempt("broadcast"), "shape", shape, shapes);
  return broadcastTo(attempt("broadcast"), tensor(attempt("broadcast"), x), shape);
}

const steps = list((value) => Number.isInteger(value) && (value as number) >= 1, "a list of whole numbers of at least 1, one for each axis");

/**
 * The `shape[i]` elements of each axis i from `start[i]` on, each `step[i]` (1) after the one before; an axis of dynamic extent is taken whole.
 * @throws GradcError `setting-out-of-range`
 */
export function slice(x: Tensor, start: readonly number[], shape: Shape, options: { readonly step?: readonly number[] } = {}): Tensor {
  const value = read(attempt("slice"), x);
  checkSetting(attempt("slice"), "start", start, wholes);
  checkSetting(attempt("slice"), "shape", shape, shapes);
  checkOptions(attempt("slice"), options, { step: steps });
  const { step = shape.map(() => 1) } = options;
  if (step.length !== shape.length) throw settingOutOfRange(attempt("slice"), "step", shown(step), `${shape.length} numbers, one for each axis`);
  const span = shape.map((extent, axis) => (typeof extent === "number" && extent > 0 ? (extent - 1) * elementAt(step, axis) + 1 : extent));
  const whole = build.slice(value, start, span);
  return step.reduce((y: Tensor, each, axis) => (each === 1 || span[axis] === 0 ? y : everyNth(y, axis, each)), whole);
}

/** Every nth element of an axis: windows of one element, whose own axis goes. */
function everyNth(x: Tensor, axis: number, n: number): Tensor {
  if (typeof x.shape[axis] === "string") throw dynamicDimension(attempt("slice"), axis, x.shape);
  const windows = build.window(x, axis, 1, n, 1);
  return build.reshape(windows, windows.shape.slice(0, -1));
}

const amounts = list((value) => Number.isInteger(value) && (value as number) >= 0, "a list of whole numbers of at least 0, one for each axis");

/** x backwards along `dim` (all axes where it is left out). */
export function flip(x: Tensor, options: { readonly dim?: number | readonly number[] } = {}): Tensor {
  checkOptions(attempt("flip"), options, { dim: axes });
  const value = read(attempt("flip"), x);
  return build.flip(value, axesOf(attempt("flip"), value.shape, options.dim));
}

/** Tensors one after the other along `dim`. */
export function concat(xs: readonly Tensor[], options: Along = {}): Tensor {
  const values = alignDtypes(attempt("concat"), nonEmpty("concat", xs));
  checkAlong(attempt("concat"), options);
  return build.concat(values, axisOf(attempt("concat"), elementAt(values, 0).shape, options.dim ?? 0));
}

/** Tensors of one shape along a new axis `dim`. */
export function stack(xs: readonly Tensor[], options: Along = {}): Tensor {
  const values = alignDtypes(attempt("stack"), nonEmpty("stack", xs));
  checkAlong(attempt("stack"), options);
  const { dim = 0 } = options;
  const { shape } = elementAt(values, 0);
  const axis = dim < 0 ? dim + shape.length + 1 : dim;
  if (axis < 0 || axis > shape.length) throw axisOutOfRange(attempt("stack"), dim, [...shape, values.length]);
  const layers = values.map((value) => build.reshape(value, [...value.shape.slice(0, axis), 1, ...value.shape.slice(axis)]));
  return build.concat(layers, axis);
}

function nonEmpty(name: string, xs: readonly Tensor[]): readonly Tensor[] {
  checkSetting(attempt(name), "xs", xs, { fits: (value) => Array.isArray(value) && value.length > 0, expected: "a list of at least one tensor" });
  return xs;
}

/** x cut along `dim` into parts of `size` (the last may be smaller), or of the sizes of a list that add up to its extent. */
export function split(x: Tensor, size: number | readonly number[], options: Along = {}): Tensor[] {
  checkAlong(attempt("split"), options);
  const value = read(attempt("split"), x);
  const axis = axisOf(attempt("split"), value.shape, options.dim ?? 0);
  let start = 0;
  return partSizes(value.shape, axis, size).map((part) => {
    const from = value.shape.map((_, each) => (each === axis ? start : 0));
    start += part;
    return build.slice(
      value,
      from,
      value.shape.map((extent, each) => (each === axis ? part : extent)),
    );
  });
}

function partSizes(shape: Shape, axis: number, size: number | readonly number[]): readonly number[] {
  const extent = elementAt(shape, axis);
  if (typeof extent === "string") throw dynamicDimension(attempt("split"), axis, shape);
  if (!Array.isArray(size)) return equalParts(extent, size as number);
  checkSetting(attempt("split"), "size", size, amounts);
  const whole = size.reduce((sum, part) => sum + part, 0) === extent;
  if (!whole) throw settingOutOfRange(attempt("split"), "size", shown(size), `whole sizes that add up to ${extent}`);
  return size;
}

function equalParts(extent: number, size: number): number[] {
  checkSetting(attempt("split"), "size", size, count);
  return Array.from({ length: Math.ceil(extent / size) }, (_, part) => Math.min(size, extent - part * size));
}

/** How windows lie along an axis. */
export interface Windows {
  readonly dim?: number;
  readonly stride?: number;
  readonly dilation?: number;
}

const windowKinds: Kinds<Windows> = { dim: one, stride: count, dilation: count };

/** Sliding windows of `size` along `dim`: that axis becomes the window's number, and a last axis of extent `size` is appended. */
export function window(x: Tensor, size: number, options: Windows = {}): Tensor {
  checkSetting(attempt("window"), "size", size, count);
  checkOptions(attempt("window"), options, windowKinds);
  const { dim = -1, stride = 1, dilation = 1 } = options;
  const value = read(attempt("window"), x);
  return build.window(value, axisOf(attempt("window"), value.shape, dim), size, stride, dilation);
}

/** The adjoint of `window`: adds the windows of x (its last axis) up along `dim` into `extent` places. */
export function fold(x: Tensor, extent: number, options: Windows = {}): Tensor {
  checkSetting(attempt("fold"), "extent", extent, count);
  checkOptions(attempt("fold"), options, windowKinds);
  const { dim = -2, stride = 1, dilation = 1 } = options;
  const value = read(attempt("fold"), x);
  return build.fold(value, axisOf(attempt("fold"), value.shape, dim), extent, stride, dilation);
}

/** Rows of x (axis 0) by i32 index; an index outside gives NaN. */
export const gather = (x: Tensor, indices: Tensor): Tensor => build.gather(read(attempt("gather"), x), index(attempt("gather"), indices));

/** The adjoint of `gather`: adds rows of x up into `extent` rows by i32 index; an index outside is dropped. */
export function scatterAdd(x: Tensor, indices: Tensor, extent: Dim): Tensor {
  checkSetting(attempt("scatterAdd"), "extent", extent, anExtent);
  return build.scatterAdd(read(attempt("scatterAdd"), x), index(attempt("scatterAdd"), indices), extent);
}

/** f32 with a new last axis: 1 at the i32 index, else 0; a zero row for an index outside. */
export function oneHot(indices: Tensor, extent: Dim): Tensor {
  checkSetting(attempt("oneHot"), "extent", extent, anExtent);
  return build.oneHot(index(attempt("oneHot"), indices), extent);
}
