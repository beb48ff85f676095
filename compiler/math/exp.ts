// exp and what is made of it, in f32x4.
import { polynomialF32 } from "./polynomial.ts";
import { absolute, withSign } from "./sign.ts";
import { f32x4, type Held, i32x4, type Ref, type Writer } from "./writer.ts";

// 1.5 · 2^23: a number that is added to it is rounded to a whole number, which the low bits hold.
const rounder = 12582912;
const rounderBits = 0x4b400000;

// Below -104 the result is 0. At this number both factors of 2^n are the f32 with no bit set: a product with 0 is exact, where one that vanishes
// in rounding takes the processor a hundred times as long, and -∞ is what masks are made of.
const least = -176.1;

const exp2Bits = (w: Writer, exponent: Ref): Ref => w.m.i32x4.shl(w.m.i32x4.add(exponent, i32x4(w, 127)), w.m.i32.const(23));

/**
 * e^x, at most 1 ulp. x = n·ln 2 + r with |r| <= ln 2 / 2, e^x = 2^n · P(r); ln 2 in two parts and P are those of Cephes `expf`.
 * 2^n is applied in two factors, so that overflow and subnormal results are rounded once.
 */
export function exp(w: Writer, x: Ref): Ref {
  const { m } = w;
  const add = m.f32x4.add;
  const mul = m.f32x4.mul;
  // The operand order lets NaN through.
  const bounded = w.hold(m.f32x4.pmax(m.f32x4.pmin(x, f32x4(w, 89)), f32x4(w, least)));
  const shifted = w.hold(add(mul(bounded(), f32x4(w, Math.LOG2E)), f32x4(w, rounder)));
  const n = w.hold(m.f32x4.sub(shifted(), f32x4(w, rounder)));
  const high = m.f32x4.sub(bounded(), mul(n(), f32x4(w, 0.693359375)));
  const r = w.hold(add(high, mul(n(), f32x4(w, 2.1219444e-4))));
  const tail = polynomialF32(w, r, [5.0000001201e-1, 1.6666665459e-1, 4.1665795894e-2, 8.3334519073e-3, 1.3981999507e-3, 1.98756915e-4]);
  const mantissa = add(add(mul(tail, mul(r(), r())), r()), f32x4(w, 1));
  const exponent = w.hold(m.i32x4.sub(shifted(), i32x4(w, rounderBits)));
  const half = w.hold(m.i32x4.shr_s(exponent(), m.i32.const(1)));
  return mul(mul(mantissa, exp2Bits(w, half())), exp2Bits(w, m.i32x4.sub(exponent(), half())));
}

/** 1 / (1 + e^-x), at most 3 ulp. From e = e^-|x|, which does not overflow: 1 / (1 + e), or e / (1 + e) for negative x. */
export function sigmoid(w: Writer, x: Ref): Ref {
  const { m } = w;
  const held = w.hold(x);
  const e = w.hold(exp(w, m.f32x4.neg(absolute(w, held()))));
  const right = w.hold(m.f32x4.div(f32x4(w, 1), m.f32x4.add(f32x4(w, 1), e())));
  return m.v128.bitselect(m.f32x4.mul(e(), right()), right(), m.f32x4.lt(held(), f32x4(w, 0)));
}

// Cephes `tanhf`, |a| < 0.625.
function tanhNearZero(w: Writer, a: Held): Ref {
  const { m } = w;
  const z = w.hold(m.f32x4.mul(a(), a()));
  const tail = polynomialF32(w, z, [-3.33332819422e-1, 1.33314422036e-1, -5.37397155531e-2, 2.06390887954e-2, -5.70498872745e-3]);
  return m.f32x4.add(m.f32x4.mul(m.f32x4.mul(tail, z()), a()), a());
}

/** tanh x, at most 2 ulp: Cephes `tanhf`, a polynomial below 0.625 and 1 - 2 / (e^2x + 1) above. */
export function tanh(w: Writer, x: Ref): Ref {
  const { m } = w;
  const held = w.hold(x);
  const a = w.hold(absolute(w, held()));
  const e = exp(w, m.f32x4.add(a(), a()));
  const far = m.f32x4.sub(f32x4(w, 1), m.f32x4.div(f32x4(w, 2), m.f32x4.add(e, f32x4(w, 1))));
  const magnitude = m.v128.bitselect(tanhNearZero(w, a), far, m.f32x4.lt(a(), f32x4(w, 0.625)));
  return withSign(w, magnitude, held());
}
