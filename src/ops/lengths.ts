// Lengths of vectors and distances between them, by any norm.
import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import * as build from "../../compiler/ops/build.ts";
import { axis as anAxis, checkOptions, finite, flag, type Kind, positive, axes as several } from "../settings.ts";
import { align, float, type Tensor } from "../tensor.ts";
import { attempt } from "./attempt.ts";
import { axesOf, axisOf, type Reduced } from "./axes.ts";
import { amax, amin, sum, type VarianceOptions, variance } from "./reduction.ts";
import { scalar, square } from "./scalar.ts";
import { clamp, compare, where } from "./selection.ts";

const exponent: Kind = { fits: (value) => typeof value === "number" && !Number.isNaN(value), expected: "a number, or Infinity" };

/** Settings of `norm`. */
export interface NormOptions extends Reduced {
  /** The exponent; 2 unless stated. */
  readonly p?: number;
}

/** The root of what is at least 0, with gradient 0 at 0: it is never taken of 0, where its slope is infinite. */
function rootOf(x: Tensor, root: (x: Tensor) => Tensor = scalar.sqrt): Tensor {
  const zero = compare(x, 0, "eq");
  return where(zero, x, root(where(zero, 1, x)));
}

/** The length of `value` over `dim` by the exponent p. */
function lengthOf(value: Tensor, p: number, options: Reduced & { readonly dim: readonly number[] }): Tensor {
  if (p === 2) return rootOf(sum(square(value), options));
  const sizes = scalar.abs(value);
  if (p === 1) return sum(sizes, options);
  if (p === Number.POSITIVE_INFINITY) return amax(sizes, options);
  if (p === Number.NEGATIVE_INFINITY) return amin(sizes, options);
  const zero = compare(sizes, 0, "eq");
  // The 0 of a size of 0 is the size itself, so that there is a gradient, 0, as PyTorch has it.
  if (p === 0) return sum(where(zero, sizes, 1), options);
  // No power is taken of 0, where its slope is infinite for p below 1.
  const powers = where(zero, p > 0 ? 0 : Number.POSITIVE_INFINITY, scalar.pow(where(zero, 1, sizes), p));
  return rootOf(sum(powers, options), (total) => scalar.pow(total, 1 / p));
}

/**
 * The length `(Σ |x|^p)^(1/p)` over `dim`: Euclidean with p = 2, unless stated; the largest and smallest size with p = ±Infinity, the number of
 * elements that are not 0 with p = 0. Gradient 0 where it is 0; equal largest sizes share it.
 * @throws GradcError `axis-out-of-range`
 */
export function norm(x: Tensor, options: NormOptions = {}): Tensor {
  checkOptions(attempt("norm"), options, { dim: several, keepDim: flag, p: exponent });
  const { p = 2, ...reduced } = options;
  const value = float(attempt("norm"), x);
  return lengthOf(value, p, { ...reduced, dim: axesOf(attempt("norm"), value.shape, options.dim) });
}

/** The root of `ops.var`, the standard deviation; gradient 0 where it is 0. @throws GradcError `axis-out-of-range` */
export function std(x: Tensor, options: VarianceOptions = {}): Tensor {
  checkOptions(attempt("std"), options, { dim: several, keepDim: flag, correction: finite });
  return rootOf(variance(x, options));
}

/** Settings of `normalize`. */
export interface NormalizeOptions {
  /** The exponent of the norm; 2 unless stated. */
  readonly p?: number;
  /** The axis of the vectors; 1 unless stated. */
  readonly dim?: number;
  /** The least that is divided by; 1e-12 unless stated, 1e-8 of `cosineSimilarity`. */
  readonly eps?: number;
}

/** `x / max(‖x‖, eps)`: vectors along `dim` (1) with length 1 by the exponent p. @throws GradcError `axis-out-of-range` */
export function normalize(x: Tensor, options: NormalizeOptions = {}): Tensor {
  checkOptions(attempt("normalize"), options, { p: exponent, dim: anAxis, eps: positive });
  const { p = 2, dim = 1, eps = 1e-12 } = options;
  const value = float(attempt("normalize"), x);
  const length = lengthOf(value, p, { dim: [axisOf(attempt("normalize"), value.shape, dim)], keepDim: true });
  return scalar.div(value, clamp(length, { min: eps }));
}

/**
 * `Σ a·b / (max(‖a‖, eps)·max(‖b‖, eps))` along `dim` (1), eps = 1e-8, of tensors that broadcast: 1 for vectors of one direction, -1 for opposite ones.
 * @throws GradcError `shape-mismatch`, `axis-out-of-range`
 */
export function cosineSimilarity(a: Tensor, b: Tensor, options: Omit<NormalizeOptions, "p"> = {}): Tensor {
  checkOptions(attempt("cosineSimilarity"), options, { dim: anAxis, eps: positive });
  const { dim = 1, eps = 1e-8 } = options;
  const [x, y] = align(attempt("cosineSimilarity"), [a, b], "f32") as [Tensor, Tensor];
  const axis = axisOf(attempt("cosineSimilarity"), x.shape, dim);
  return sum(scalar.mul(normalize(x, { dim: axis, eps }), normalize(y, { dim: axis, eps })), { dim: axis });
}

/**
 * The distances of all vectors of `a: [..., n, d]` from all of `b: [..., m, d]` by the exponent p (2): `[..., n, m]`. Leading axes broadcast. Differences
 * are taken before they are squared, so that near vectors lose no digits: n·m·d operations. Gradient 0 where two are equal.
 * @throws GradcError `shape-mismatch`
 */
export function cdist(a: Tensor, b: Tensor, options: { readonly p?: number } = {}): Tensor {
  const what = attempt("cdist");
  checkOptions(what, options, { p: exponent });
  const [x, y] = [float(what, a), float(what, b)];
  if (x.shape.length < 2 || y.shape.length < 2 || x.shape.at(-1) !== y.shape.at(-1)) {
    throw shapeMismatch(what, [x.shape, y.shape], "[..., n, d] and [..., m, d]");
  }
  const between = ({ shape }: Tensor, at: number) => [...shape.slice(0, at), 1, ...shape.slice(at)];
  const rows = build.reshape(x, between(x, x.shape.length - 1));
  const columns = build.reshape(y, between(y, y.shape.length - 2));
  const [from, to] = align(what, [rows, columns]) as [Tensor, Tensor];
  return lengthOf(scalar.sub(from, to), options.p ?? 2, { dim: [from.shape.length - 1] });
}
