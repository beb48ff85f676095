// What type rules demand of operands. Each throws a GradcError of `compiler/diagnostics/`.

import { settingOutOfRange } from "../diagnostics/settings.ts";
import { axisOutOfRange, dtypeMismatch, dynamicDimension, shapeMismatch } from "../diagnostics/tensors.ts";
import { isDynamic } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import { type Dtype, formatShape, type Shape, sameShape, type TensorType } from "../ir/type.ts";

/** Every operand has one of `dtypes`, and all have the same. */
export function checkDtypes(op: string, operands: readonly TensorType[], dtypes: readonly Dtype[]): void {
  const got = operands.map((operand) => operand.dtype);
  if (got.some((dtype) => dtype !== got[0] || !dtypes.includes(dtype))) throw dtypeMismatch(`Cannot apply "${op}"`, got, dtypes);
}

/** All operands have one shape. */
export function checkSameShape(op: string, operands: readonly TensorType[]): void {
  const shapes = operands.map((operand) => operand.shape);
  const first = shapes[0] as Shape;
  if (shapes.some((shape) => !sameShape(shape, first))) throw shapeMismatch(`Cannot apply "${op}"`, shapes, `${formatShape(first)} for all`);
}

/** `axis` is a whole number in [0, rank). */
export function checkAxis(op: string, shape: Shape, axis: number): void {
  if (!Number.isInteger(axis) || axis < 0 || axis >= shape.length) throw axisOutOfRange(`Cannot apply "${op}"`, axis, shape);
}

/** `axes` are axes of `shape`, none twice. */
export function checkAxes(op: string, shape: Shape, axes: readonly number[]): void {
  for (const axis of axes) checkAxis(op, shape, axis);
  if (new Set(axes).size < axes.length) throw settingOutOfRange(`Cannot apply "${op}"`, "axes", `[${axes.join(", ")}]`, "no axis twice");
}

/** The extent of a static axis. */
export function staticExtent(op: string, shape: Shape, axis: number): number {
  checkAxis(op, shape, axis);
  const extent = elementAt(shape, axis);
  if (isDynamic(extent)) throw dynamicDimension(`Cannot apply "${op}"`, axis, shape);
  return extent;
}

/** `value` is a whole number and at least `least`. */
export function checkWhole(op: string, setting: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw settingOutOfRange(`Cannot apply "${op}"`, setting, String(value), `a whole number of at least ${least}`);
  }
}

/** A list has one entry for each axis of `shape`. */
export function checkRank(op: string, shape: Shape, list: readonly unknown[], setting: string): void {
  if (list.length !== shape.length) {
    throw settingOutOfRange(`Cannot apply "${op}"`, setting, `[${list.join(", ")}]`, `one entry for each axis of ${formatShape(shape)}`);
  }
}
