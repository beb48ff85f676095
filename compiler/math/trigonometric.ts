// sin and cos over all floats.
import { inDoubles, rounder } from "./double.ts";
import { polynomialF64 } from "./polynomial.ts";
import { reduceLarge } from "./reduce-large.ts";
import { choose } from "./sign.ts";
import { f64x2, type Held, i64x2, type Ref, type Writer } from "./writer.ts";

// π/2 in two parts; the first has 33 bits, so that its product with a number below 2^20 is exact.
const quarterHigh = 1.5707963267341256;
const quarterLow = 6.077100506506192e-11;
const largest = 2 ** 20;

const sinTail = [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800];
const cosTail = [1, -1 / 2, 1 / 24, -1 / 720, 1 / 40320, -1 / 3628800, 1 / 479001600];

/**
 * x - n·π/2 for the whole number n that makes it smallest, with n mod 4 in its lowest two bits (where 51 bits are left, and 30 needed).
 * Cody and Waite's two parts below 2^20; beyond, the exact product with the bits of 2/π that count.
 */
function reduced(w: Writer, x: Held): Ref {
  const { m } = w;
  const { add, sub, mul } = m.f64x2;
  const shifted = w.hold(add(mul(x(), f64x2(w, 2 / Math.PI)), f64x2(w, rounder)));
  const n = w.hold(sub(shifted(), f64x2(w, rounder)));
  const r = sub(sub(x(), mul(n(), f64x2(w, quarterHigh))), mul(n(), f64x2(w, quarterLow)));
  const near = w.hold(m.v128.bitselect(shifted(), r, i64x2(w, 3n)));
  const large = w.hold(m.f64x2.ge(m.f64x2.abs(x()), f64x2(w, largest)));
  const far = choose(w, large(), w.math(reduceLarge, [x()], false), near());
  return m.if(m.v128.any_true(large()), far, near());
}

// sin of the angle whose quadrant is `quadrant` more than that of x.
function sineFrom(w: Writer, x: Held, quadrant: bigint): Ref {
  const { m } = w;
  const { mul } = m.f64x2;
  const r = w.hold(reduced(w, x));
  const n = w.hold(m.i64x2.add(r(), i64x2(w, quadrant)));
  const z = w.hold(mul(r(), r()));
  const sine = mul(r(), polynomialF64(w, z, sinTail));
  const odd = m.i64x2.eq(m.v128.and(n(), i64x2(w, 1n)), i64x2(w, 1n));
  const value = choose(w, odd, polynomialF64(w, z, cosTail), sine);
  return m.v128.xor(value, m.i64x2.shl(m.v128.and(n(), i64x2(w, 2n)), m.i32.const(62)));
}

/** sin x, at most 1 ulp. */
export function sin(w: Writer, x: Ref): Ref {
  return inDoubles(w, [w.hold(x)], (half) => sineFrom(w, half, 0n));
}

/** cos x, at most 1 ulp. */
export function cos(w: Writer, x: Ref): Ref {
  return inDoubles(w, [w.hold(x)], (half) => sineFrom(w, half, 1n));
}
