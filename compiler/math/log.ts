// Natural logarithm in f32x4.
import { polynomialF32 } from "./polynomial.ts";
import { choose } from "./sign.ts";
import { f32x4, i32x4, type Ref, type Writer } from "./writer.ts";

// sqrt(½), so that the mantissa lies in [sqrt(½), sqrt(2)).
const rootHalfBits = 0x3f3504f3;
const tail = [
  3.3333331174e-1, -2.4999993993e-1, 2.0000714765e-1, -1.6668057665e-1, 1.4249322787e-1, -1.2420140846e-1, 1.167699874e-1, -1.151461031e-1,
  7.0376836292e-2,
];

/** ln x, at most 1 ulp: x = 2^e · (1 + f), polynomial and ln 2 in two parts of Cephes `logf`. NaN below 0, -inf at ±0. */
export function log(w: Writer, x: Ref): Ref {
  const { m } = w;
  const { add, mul } = m.f32x4;
  const held = w.hold(x);
  // Subnormal numbers are scaled by 2^25.
  const tiny = w.hold(m.f32x4.lt(held(), f32x4(w, 2 ** -126)));
  const bits = w.hold(choose(w, tiny(), mul(held(), f32x4(w, 2 ** 25)), held()));
  const exponent = w.hold(m.i32x4.shr_s(m.i32x4.sub(bits(), i32x4(w, rootHalfBits)), m.i32.const(23)));
  const f = w.hold(m.f32x4.sub(m.i32x4.sub(bits(), m.i32x4.shl(exponent(), m.i32.const(23))), f32x4(w, 1)));
  const e = w.hold(m.f32x4.convert_i32x4_s(m.i32x4.sub(exponent(), m.v128.and(tiny(), i32x4(w, 25)))));
  const square = w.hold(mul(f(), f()));
  const cubic = mul(mul(f(), square()), polynomialF32(w, f, tail));
  const low = m.f32x4.sub(m.f32x4.sub(cubic, mul(e(), f32x4(w, 2.1219444e-4))), mul(square(), f32x4(w, 0.5)));
  const value = add(add(f(), low), mul(e(), f32x4(w, 0.693359375)));
  const infinite = m.f32x4.eq(held(), f32x4(w, Number.POSITIVE_INFINITY));
  const defined = m.f32x4.ge(held(), f32x4(w, 0));
  const positive = choose(w, infinite, held(), value);
  const atZero = choose(w, m.f32x4.eq(held(), f32x4(w, 0)), f32x4(w, Number.NEGATIVE_INFINITY), positive);
  return choose(w, defined, atZero, f32x4(w, Number.NaN));
}
