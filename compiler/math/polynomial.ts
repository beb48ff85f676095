// Polynomials by Horner's rule, and by pairs where others wait for the result.
import { f32x4, f64x2, type Held, type Ref, type Writer } from "./writer.ts";

/** `c[0] + c[1]·x + c[2]·x² + ...` in f32x4. */
export const polynomialF32 = (w: Writer, x: Held, coefficients: readonly number[]): Ref =>
  coefficients
    .map((c) => () => f32x4(w, c))
    .reduceRight<Ref | undefined>((sum, c) => (sum === undefined ? c() : w.madd(sum, x(), c())), undefined) as Ref;

/** `c[0] + c[1]·x + c[2]·x² + ...` in f64x2. */
export const polynomialF64 = (w: Writer, x: Held, coefficients: readonly number[]): Ref =>
  coefficients
    .map((c) => () => f64x2(w, c))
    .reduceRight<Ref | undefined>((sum, c) => (sum === undefined ? c() : w.m.f64x2.add(w.m.f64x2.mul(sum, x()), c())), undefined) as Ref;

/**
 * `first + x·(c[0] + c[1]·x + c[2]·x² + ...)` in f32x4 from x and x². What is in brackets by Horner's rule for x² over the pairs c[0] + c[1]·x: as many
 * instructions as by Horner's rule for x, of which half as many wait for each other. `first` is added last, which keeps the error of that rule.
 */
export function polynomialInPairs(w: Writer, x: Held, square: Held, [first, ...c]: readonly number[]): Ref {
  const pairs = Array.from({ length: Math.ceil(c.length / 2) }, (_, i) => () => polynomialF32(w, x, c.slice(2 * i, 2 * i + 2)));
  const inner = pairs.reduceRight<Ref | undefined>((sum, pair) => (sum === undefined ? pair() : w.madd(sum, square(), pair())), undefined) as Ref;
  return w.madd(inner, x(), f32x4(w, first as number));
}
