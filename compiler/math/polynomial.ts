// Polynomials by Horner's rule.
import { f32x4, f64x2, type Held, type Ref, type Writer } from "./writer.ts";

/** `c[0] + c[1]·x + c[2]·x² + ...` in f32x4. */
export const polynomialF32 = (w: Writer, x: Held, coefficients: readonly number[]): Ref =>
  coefficients
    .map((c) => () => f32x4(w, c))
    .reduceRight<Ref | undefined>((sum, c) => (sum === undefined ? c() : w.m.f32x4.add(w.m.f32x4.mul(sum, x()), c())), undefined) as Ref;

/** `c[0] + c[1]·x + c[2]·x² + ...` in f64x2. */
export const polynomialF64 = (w: Writer, x: Held, coefficients: readonly number[]): Ref =>
  coefficients
    .map((c) => () => f64x2(w, c))
    .reduceRight<Ref | undefined>((sum, c) => (sum === undefined ? c() : w.m.f64x2.add(w.m.f64x2.mul(sum, x()), c())), undefined) as Ref;
