// Sums and products of all elements, or of those so far, along an axis whose extent n is known: log₂ n operations on whole tensors, in which halves
// meet (Hillis and Steele 1986). No element is multiplied by the 0 of a triangle, so that an infinity stays where it is, and no gradient divides by
// an element, so that those of products are right at 0.
import { product } from "../../compiler/ir/dim.ts";
import * as build from "../../compiler/ops/build.ts";
import { axis as anAxis, checkOptions, checkSetting, flag } from "../settings.ts";
import { read, type Tensor } from "../tensor.ts";
import { attempt } from "./attempt.ts";
import { axisOf, keepAxes } from "./axes.ts";
import { knownExtent, replaced } from "./known.ts";
import { scalar } from "./scalar.ts";

/** x, of which bools count as 0 and 1. */
const counted = (name: string, x: Tensor): Tensor => {
  const value = read(attempt(name), x);
  return value.dtype === "bool" ? build.cast(value, "i32") : value;
};

type Combine = (x: Tensor, y: Tensor) => Tensor;

/** Each element of `axis` combined with all before it; `neutral` leaves the other as it is. */
function soFar(x: Tensor, axis: number, extent: number, combine: Combine, neutral: number): Tensor {
  const none = x.shape.map(() => 0);
  let result = x;
  for (let step = 1; step < extent; step *= 2) {
    const before = build.slice(result, none, replaced(x.shape, axis, extent - step));
    result = combine(result, build.pad(before, replaced(none, axis, step), none, neutral));
  }
  return result;
}

const cumulative =
  (name: string, combine: Combine, neutral: number) =>
  (x: Tensor, options: { readonly dim: number }): Tensor => {
    checkOptions(attempt(name), options, { dim: anAxis });
    checkSetting(attempt(name), "dim", options.dim, anAxis);
    const value = counted(name, x);
    const axis = axisOf(attempt(name), value.shape, options.dim);
    return soFar(value, axis, knownExtent(attempt(name), value.shape, axis), combine, neutral);
  };

/**
 * The sum of each element and all before it along `dim`, of known extent n: log₂ n passes, each of which adds the sums of spans twice as long, so that
 * an element has at most log₂ n roundings. Costs n·log₂ n additions.
 * @throws GradcError `axis-out-of-range`, `dynamic-dimension`
 */
export const cumsum = cumulative("cumsum", scalar.add, 0);

/**
 * The product of each element and all before it along `dim`, of known extent n, by log₂ n passes as in `cumsum`. Gradients are right at 0.
 * @throws GradcError `axis-out-of-range`, `dynamic-dimension`
 */
export const cumprod = cumulative("cumprod", scalar.mul, 1);

/** The product along `axis`, by products of one half with the other. */
function ofHalves(x: Tensor, axis: number): Tensor {
  const none = x.shape.map(() => 0);
  let result = x;
  for (let extent = x.shape[axis] as number; extent > 1; extent = Math.ceil(extent / 2)) {
    const half = Math.ceil(extent / 2);
    const [first, rest] = [build.slice(result, none, replaced(x.shape, axis, half)), replaced(x.shape, axis, extent - half)];
    const second = build.slice(result, replaced(none, axis, half), rest);
    result = scalar.mul(first, build.pad(second, none, replaced(none, axis, 2 * half - extent), 1));
  }
  return result;
}

/**
 * The product of all elements, or of those along `dim`, whose extent n must be known; 1 over nothing. Made of log₂ n products of halves; gradients are
 * right at 0.
 * @throws GradcError `axis-out-of-range`, `dynamic-dimension`
 */
export function prod(x: Tensor, options: { readonly dim?: number; readonly keepDim?: boolean } = {}): Tensor {
  checkOptions(attempt("prod"), options, { dim: anAxis, keepDim: flag });
  const value = counted("prod", x);
  const { dim, keepDim = false } = options;
  if (dim === undefined) {
    const all = value.shape.map((_, axis) => axis);
    const whole = build.reshape(value, [product(all.map((axis) => knownExtent(attempt("prod"), value.shape, axis)))]);
    const result = prod(whole, { dim: 0 });
    return keepDim ? keepAxes(result, value.shape, all) : result;
  }
  const axis = axisOf(attempt("prod"), value.shape, dim);
  const others = value.shape.filter((_, each) => each !== axis);
  const kept = replaced(value.shape, axis, 1);
  const result = knownExtent(attempt("prod"), value.shape, axis) === 0 ? build.broadcast(one(value), kept, []) : ofHalves(value, axis);
  return keepDim ? result : build.reshape(result, others);
}

const one = ({ graph, dtype }: Tensor): Tensor => build.constant(graph, [1], [], dtype);
