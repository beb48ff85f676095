// exp and what is made of it, in f32x4.
import { polynomialF32, polynomialInPairs } from "./polynomial.ts";
import { signs } from "./sign.ts";
import { f32x4, type Held, type Ref, type Writer } from "./writer.ts";

// ln 2 in two parts of which the first has few bits, and (e^r - 1 - r) / r²: those of Cephes `expf`.
const ln2High = 0.693359375;
const ln2Low = -2.1219444e-4;
const tail = [5.0000001201e-1, 1.6666665459e-1, 4.1665795894e-2, 8.3334519073e-3, 1.3981999507e-3, 1.98756915e-4];

// 1.5 · 2^23: a number that is added to it is rounded to a whole number, which the low bits hold.
const rounder = 12582912;

// What is added to the exponent of an f32 in its bits.
const exponentBias = 127;

// Below -104 the result is 0. At this number both factors of 2^n are the f32 with no bit set: a product with 0 is exact, where one that vanishes
// in rounding takes the processor a hundred times as long, and -∞ is what masks are made of.
const least = -176.1;

/** Bits as the exponent of an f32; those above leave on the left. */
const asExponent = (w: Writer, bits: Ref): Ref => w.m.i32x4.shl(bits, w.m.i32.const(23));

/**
 * Parts of e^(x·times) = 2^n · times · `mantissa`: the low bits of `shifted` are n + `bias`. `times` is a power of 2, which makes other numbers, but
 * the same bits. x·times = n·ln 2 + r with |r| <= ln 2 / 2.
 */
function expParts(w: Writer, x: Held, bias: number, times: number): { readonly mantissa: Ref; readonly shifted: Held } {
  const { add, mul, sub } = w.m.f32x4;
  const shifted = w.hold(w.madd(x(), f32x4(w, Math.LOG2E * times), f32x4(w, rounder + bias)));
  const n = w.hold(sub(shifted(), f32x4(w, rounder + bias)));
  const high = w.madd(n(), f32x4(w, -ln2High / times), x());
  const r = w.hold(w.madd(n(), f32x4(w, -ln2Low / times), high));
  const square = w.hold(mul(r(), r()));
  const coefficients = tail.map((c, k) => c * times ** (k + 1));
  return { mantissa: add(w.madd(polynomialInPairs(w, r, square, coefficients), square(), r()), f32x4(w, 1 / times)), shifted };
}

/** e^(x·times) / times where that is a normal number, |x·times| < 87, at most 1 ulp. */
export function expNormal(w: Writer, x: Ref, times = 1): Ref {
  const { mantissa, shifted } = expParts(w, w.hold(x), exponentBias, times);
  return w.m.f32x4.mul(mantissa, asExponent(w, shifted()));
}

/** e^x for x <= 89, at most 1 ulp. 2^n is applied in two factors, so that subnormal results are rounded once. */
function expBounded(w: Writer, x: Ref): Ref {
  const { m } = w;
  // The operand order lets NaN through.
  const { mantissa, shifted } = expParts(w, w.hold(m.f32x4.pmax(x, f32x4(w, least))), 2 * exponentBias, 1);
  // Exponents of the factors: half of the sum of both, and the rest.
  const half = w.hold(m.i32x4.shr_s(shifted(), m.i32.const(1)));
  return m.f32x4.mul(m.f32x4.mul(mantissa, asExponent(w, half())), asExponent(w, m.i32x4.sub(shifted(), half())));
}

/** e^x, at most 1 ulp. */
export const exp = (w: Writer, x: Ref): Ref => expBounded(w, w.m.f32x4.pmin(x, f32x4(w, 89)));

/** 1 / (1 + e^-x), at most 2.5 ulp. From e = e^-|x|, which does not overflow: 1 / (1 + e), or e / (1 + e) for negative x. */
export function sigmoid(w: Writer, x: Ref): Ref {
  const { m } = w;
  const held = w.hold(x);
  const e = w.hold(expBounded(w, m.v128.or(held(), signs(w))));
  const numerator = m.v128.bitselect(e(), f32x4(w, 1), m.f32x4.lt(held(), f32x4(w, 0)));
  return m.f32x4.div(numerator, m.f32x4.add(f32x4(w, 1), e()));
}

// Cephes `tanhf`, |a| < 0.625.
function tanhNearZero(w: Writer, a: Held): Ref {
  const { m } = w;
  const z = w.hold(m.f32x4.mul(a(), a()));
  const tail = polynomialF32(w, z, [-3.33332819422e-1, 1.33314422036e-1, -5.37397155531e-2, 2.06390887954e-2, -5.70498872745e-3]);
  return w.madd(m.f32x4.mul(tail, z()), a(), a());
}

/** 1 - 2 / (e^2a + 1) as 1 - 1 / (e^2a / 2 + 1/2) for 0 <= a, which is 1 long before a = 20. */
function tanhFar(w: Writer, a: Held): Ref {
  const { add, div, pmin, sub } = w.m.f32x4;
  const halfExp = expNormal(w, pmin(a(), f32x4(w, 20)), 2);
  return sub(f32x4(w, 1), div(f32x4(w, 1), add(halfExp, f32x4(w, 0.5))));
}

/** tanh x, at most 2 ulp: Cephes `tanhf`, a polynomial below 0.625 and what is made of e^2x above. */
export function tanh(w: Writer, x: Ref): Ref {
  const { m } = w;
  const held = w.hold(x);
  const sign = w.hold(m.v128.and(held(), signs(w)));
  const a = w.hold(m.v128.xor(held(), sign()));
  const magnitude = m.v128.bitselect(tanhNearZero(w, a), tanhFar(w, a), m.f32x4.lt(a(), f32x4(w, 0.625)));
  return m.v128.or(magnitude, sign());
}
