// Axes as the user gives them: from the end where negative, one, several or all.

import { settingOutOfRange } from "../../compiler/diagnostics/settings.ts";
import { axisOutOfRange } from "../../compiler/diagnostics/tensors.ts";
import type { Shape } from "../../compiler/ir/type.ts";
import * as build from "../../compiler/ops/build.ts";
import { checkOptions, checkSetting, flag, type Kinds, axis as one, axes as several } from "../settings.ts";
import type { Tensor } from "../tensor.ts";

/** Axes to reduce. */
export interface Reduced {
  /** One axis or several, negative from the end; all where it is left out. */
  readonly dim?: number | readonly number[];
  /** Keeps the reduced axes with extent 1. */
  readonly keepDim?: boolean;
}

/** The axis along which a call works. */
export interface Along {
  readonly dim?: number;
}

const reducedKinds: Kinds<Reduced> = { dim: several, keepDim: flag };

/** Refuses options of a reduction that are not what they should be. @throws GradcError `setting-out-of-range`, `unknown-option` */
export const checkReduced = (attempt: string, options: Reduced): void => checkOptions(attempt, options, reducedKinds);

/** The same for one axis. */
export const checkAlong = (attempt: string, options: Along): void => checkOptions(attempt, options, { dim: one });

/** `dim` as an axis of `shape`. @throws GradcError `axis-out-of-range` */
export function axisOf(attempt: string, shape: Shape, dim: number): number {
  checkSetting(attempt, "dim", dim, one);
  const axis = dim < 0 ? dim + shape.length : dim;
  if (axis < 0 || axis >= shape.length) throw axisOutOfRange(attempt, dim, shape);
  return axis;
}

/** `dim` as increasing axes of `shape`; all axes where it is undefined. */
export function axesOf(attempt: string, shape: Shape, dim: Reduced["dim"]): number[] {
  if (dim === undefined) return shape.map((_, axis) => axis);
  const dims = typeof dim === "number" ? [dim] : dim;
  const axes = dims.map((each) => axisOf(attempt, shape, each)).sort((a, b) => a - b);
  if (new Set(axes).size < axes.length) throw settingOutOfRange(attempt, "dim", `[${dims.join(", ")}]`, "no axis twice");
  return axes;
}

/** `y`, a reduction of a tensor of `shape` over `axes`, with those axes as 1 again. */
export const keepAxes = (y: Tensor, shape: Shape, axes: readonly number[]): Tensor =>
  build.reshape(
    y,
    shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim)),
  );
