// Choices among elements, and what becomes of their dtype and gradient.

import type { Dtype } from "../../compiler/ir/type.ts";
import * as build from "../../compiler/ops/build.ts";
import type { Relation } from "../../compiler/ops/params.ts";
import { isTensor } from "../is-tensor.ts";
import { checkOptions, checkSetting, type Kind, oneOf } from "../settings.ts";
import { align, alignShapes, type Operand, read, type Tensor, tensor } from "../tensor.ts";
import { attempt } from "./attempt.ts";
import { scalar } from "./scalar.ts";

const relations = oneOf("eq", "ne", "lt", "le", "gt", "ge");

/** bool: `x relation y` with `"eq"`, `"ne"`, `"lt"`, `"le"`, `"gt"` or `"ge"`. */
export function compare(x: Operand, y: Operand, relation: Relation): Tensor {
  checkSetting(attempt("compare"), "relation", relation, relations);
  const [a, b] = align(attempt("compare"), [x, y]) as [Tensor, Tensor];
  return build.compare(a, b, relation);
}

/** `condition ? x : y` element by element; a condition that is not bool holds where it is not 0. */
export function where(condition: Operand, x: Operand, y: Operand): Tensor {
  const what = attempt("where");
  const values = align(what, [x, y]);
  const [test, a, b] = alignShapes(what, [tensor(what, condition, "bool"), ...values]) as [Tensor, Tensor, Tensor];
  return build.where(test, a, b);
}

const dtypes = oneOf("f32", "i32", "bool");

/** `x` as `dtype`: f32 to i32 truncates, to bool is `!= 0`. */
export function cast(x: Operand, dtype: Dtype): Tensor {
  checkSetting(attempt("cast"), "dtype", dtype, dtypes);
  return tensor(attempt("cast"), x, dtype);
}

/** `x`, through which no gradient flows. */
export const stopGradient = (x: Tensor): Tensor => build.stopGradient(read(attempt("stopGradient"), x), true);

/** Lower and upper bounds, either of which may be missing. */
interface Bounds {
  readonly min?: Operand | undefined;
  readonly max?: Operand | undefined;
}

const bound: Kind = {
  fits: (value) => isTensor(value) || (typeof value === "number" && !Number.isNaN(value)),
  expected: "a number or a tensor",
};

/**
 * `x` held between `min` and `max`: `clamp(x, 0, 1)` or `clamp(x, { min: 0 })`. NaN stays.
 * The gradient is 1 inside and on the bounds, 0 outside and at NaN.
 */
export function clamp(x: Operand, min: Operand | Bounds, max?: Operand): Tensor {
  const bounds = isBounds(min) ? min : { min, max };
  checkBounds(attempt("clamp"), bounds);
  const value = tensor(attempt("clamp"), x);
  // The bounds are taken of the barrier, so that no gradient reaches x from outside and NaN still comes through.
  let outside: Tensor = build.stopGradient(value);
  if (bounds.min !== undefined) outside = scalar.maximum(outside, bounds.min);
  if (bounds.max !== undefined) outside = scalar.minimum(outside, bounds.max);
  let result: Tensor = value;
  if (bounds.max !== undefined) result = where(compare(value, bounds.max, "le"), result, outside);
  if (bounds.min !== undefined) result = where(compare(value, bounds.min, "ge"), result, outside);
  return result;
}

const isBounds = (value: Operand | Bounds): value is Bounds => typeof value === "object" && !isTensor(value);

function checkBounds(what: string, bounds: Bounds): void {
  checkOptions(what, bounds, { min: bound, max: bound });
  if (bounds.min === undefined) checkSetting(what, "max", bounds.max, bound);
}
