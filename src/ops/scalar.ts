// Elementwise operations: operands broadcast as in NumPy, dtypes are promoted (bool < i32 < f32).

import { make } from "../../compiler/ir/graph.ts";
import type { Dtype } from "../../compiler/ir/type.ts";
import * as build from "../../compiler/ops/build.ts";
import type { ScalarName } from "../../compiler/ops/elementwise.ts";
import type { Relation } from "../../compiler/ops/params.ts";
import { isTensor } from "../is-tensor.ts";
import { checkOptions, checkSetting, type Kind, oneOf } from "../settings.ts";
import { align, alignShapes, float, type Operand, read, type Tensor, tensor } from "../tensor.ts";
import { attempt } from "./attempt.ts";

const unary =
  (name: ScalarName) =>
  (x: Operand): Tensor =>
    make(name, [float(attempt(name), x)], {});

const ordered =
  (name: string, make: (x: Tensor, y: Tensor) => Tensor) =>
  (x: Operand, y: Operand): Tensor => {
    const [a, b] = align(attempt(name), [x, y]) as [Tensor, Tensor];
    return make(a, b);
  };

const arithmetic =
  (name: string, make: (x: Tensor, y: Tensor) => Tensor) =>
  (x: Operand, y: Operand): Tensor => {
    const [a, b] = align(attempt(name), [x, y], dtypeOfNumbers(x, y)) as [Tensor, Tensor];
    return make(a, b);
  };

// Arithmetic of bools counts them.
const dtypeOfNumbers = (...xs: Operand[]): Dtype | undefined => (xs.every((x) => isTensor(x) && x.dtype === "bool") ? "i32" : undefined);

const real =
  (name: string, make: (x: Tensor, y: Tensor) => Tensor) =>
  (x: Operand, y: Operand): Tensor => {
    const [a, b] = align(attempt(name), [x, y], "f32") as [Tensor, Tensor];
    return make(a, b);
  };

/** `x + y` */
export const add = arithmetic("add", build.add);
/** `x - y` */
export const sub = arithmetic("sub", build.sub);
/** `x · y`, element by element. */
export const mul = arithmetic("mul", build.mul);
/** `x / y` as f32. */
export const div = real("div", build.div);
/** `x^y` as f32; `x^0` is 1 even at NaN. */
export const pow = real("pow", build.pow);
/** The smaller of each pair; NaN wins; at a tie the gradient goes half to each. */
export const minimum = ordered("minimum", build.minimum);
/** The larger of each pair; NaN wins; at a tie the gradient goes half to each. */
export const maximum = ordered("maximum", build.maximum);

/** `-x` */
export const neg = (x: Operand): Tensor => build.neg(numeric("neg", x));
/** `|x|`; gradient 0 at 0. */
export const abs = (x: Operand): Tensor => build.abs(numeric("abs", x));
/** -1, 0 or 1; 0 at NaN; gradient 0. */
export const sign = (x: Operand): Tensor => build.sign(numeric("sign", x));

function numeric(name: string, x: Operand): Tensor {
  const node = tensor(attempt(name), x);
  return node.dtype === "bool" ? build.cast(node, "i32") : node;
}

/** `e^x` */
export const exp = unary("exp");
/** The natural logarithm. */
export const log = unary("log");
/** The logarithm to base 2, exact at powers of two; NaN below 0. */
export const log2 = unary("log2");
/** `log(1 + x)`, accurate near 0. */
export const log1p = unary("log1p");
/** `e^x - 1`, accurate near 0. */
export const expm1 = unary("expm1");
/** The square root; NaN below 0. */
export const sqrt = unary("sqrt");
/** The hyperbolic tangent. */
export const tanh = unary("tanh");
/** `1 / (1 + e^-x)` */
export const sigmoid = unary("sigmoid");
/** `log(1 + e^x)`; its gradient is the sigmoid. */
export const softplus = unary("softplus");
/** The error function. */
export const erf = unary("erf");
/** The sine of x in radians. */
export const sin = unary("sin");
/** The cosine of x in radians. */
export const cos = unary("cos");
/** The angle in radians, between -π/2 and π/2, whose tangent is x. */
export const atan = unary("atan");
/** The angle in radians, between 0 and π, whose cosine is x; NaN outside of [-1, 1]. */
export const acos = unary("acos");
/** The inverse of the hyperbolic sine. */
export const asinh = unary("asinh");
/** The largest whole number that is not above x; gradient 0. */
export const floor = unary("floor");
/** The smallest whole number that is not below x; gradient 0. */
export const ceil = unary("ceil");
/** The nearest whole number, half to even; gradient 0. */
export const round = unary("round");
/** x without its fraction; gradient 0. */
export const trunc = unary("trunc");
/** `x · x` */
export const square = (x: Operand): Tensor => mul(x, x);

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
export const stopGradient = (x: Tensor): Tensor => build.stopGradient(read(attempt("stopGradient"), x));

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
  if (bounds.min !== undefined) outside = maximum(outside, bounds.min);
  if (bounds.max !== undefined) outside = minimum(outside, bounds.max);
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
