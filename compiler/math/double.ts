// Functions that are computed in f64x2, two lanes after the other, and rounded to f32 once.
import { polynomialF64 } from "./polynomial.ts";
import { f64x2, type Held, i64x2, type Ref, type Writer } from "./writer.ts";

const upperHalf = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];
const bothLower = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

/** Applies `body`, which maps f64x2 to f64x2, to both halves of f32x4 arguments. */
export function inDoubles(w: Writer, args: readonly Held[], body: (...halves: Held[]) => Ref): Ref {
  const { m } = w;
  const half = (select: (arg: Held) => Ref) => body(...args.map((arg) => w.hold(m.f64x2.promote_low_f32x4(select(arg)))));
  const low = w.hold(m.f32x4.demote_f64x2_zero(half((arg) => arg())));
  const high = m.f32x4.demote_f64x2_zero(half((arg) => m.i8x16.shuffle(arg(), arg(), upperHalf)));
  return m.i8x16.shuffle(low(), high, bothLower);
}

// 1.5 · 2^52: a number that is added to it is rounded to a whole number, which the low bits hold.
export const rounder = 6755399441055744;

/** 1 + 1/2 r + 1/6 r² + ...: (e^r - 1) / r for |r| <= ln 2 / 2, relative error below 2^-36. */
const expTail = [1, 1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040, 1 / 40320, 1 / 362880];

/** Parts of e^x = 2^n · (1 + e^r - 1), x bounded to [-110, 90]: beyond that f32 overflows or vanishes. NaN goes through. */
export function expParts(w: Writer, x: Ref): { readonly scale: Held; readonly rest: Held } {
  const { m } = w;
  const { add, sub, mul } = m.f64x2;
  const bounded = w.hold(m.f64x2.pmax(m.f64x2.pmin(x, f64x2(w, 90)), f64x2(w, -110)));
  const shifted = w.hold(add(mul(bounded(), f64x2(w, Math.LOG2E)), f64x2(w, rounder)));
  const n = sub(shifted(), f64x2(w, rounder));
  const r = w.hold(sub(bounded(), mul(n, f64x2(w, Math.LN2))));
  const rest = w.hold(mul(r(), polynomialF64(w, r, expTail)));
  const scale = w.hold(m.i64x2.add(m.i64x2.shl(shifted(), m.i32.const(52)), f64x2(w, 1)));
  return { scale, rest };
}

/** e^x with relative error below 2^-36. */
export function expDouble(w: Writer, x: Ref): Ref {
  const { m } = w;
  const { scale, rest } = expParts(w, x);
  return m.f64x2.add(m.f64x2.mul(scale(), rest()), scale());
}

/** 2 · (1 + z/3 + z²/5 + ...) = 2 artanh(s) / s for z = s² < 0.0295, relative error below 2^-38. */
const logTail = [2, 2 / 3, 2 / 5, 2 / 7, 2 / 9, 2 / 11, 2 / 13];
// sqrt(½) as bits, and 2^10 in the exponent: differences of exponents become positive.
const rootHalfBits = 0x3fe6a09e667f3bcdn;
const bias = 0x4000000000000000n;
const integerBits = 0x4330000000000000n;

/**
 * Parts of ln u = e · ln 2 + `rest` for positive normal u, relative error below 2^-36: u = 2^e · (1 + f), ln(1 + f) = 2 artanh(f / (2 + f)).
 * `small` is u - 1 more exactly than u tells; it is f where e is 0.
 */
export function logParts(w: Writer, u: Held, small?: Held): { readonly e: Held; readonly rest: Ref } {
  const { m } = w;
  const { add, sub, mul } = m.f64x2;
  const biased = w.hold(m.i64x2.shr_u(m.i64x2.add(m.i64x2.sub(u(), i64x2(w, rootHalfBits)), i64x2(w, bias)), m.i32.const(52)));
  const mantissa = m.i64x2.add(m.i64x2.sub(u(), m.i64x2.shl(biased(), m.i32.const(52))), i64x2(w, bias));
  const e = w.hold(sub(m.v128.or(biased(), i64x2(w, integerBits)), f64x2(w, 2 ** 52 + 1024)));
  const fraction = sub(mantissa, f64x2(w, 1));
  const f = w.hold(small ? m.v128.bitselect(small(), fraction, m.f64x2.eq(e(), f64x2(w, 0))) : fraction);
  const s = w.hold(m.f64x2.div(f(), add(f64x2(w, 2), f())));
  const z = w.hold(mul(s(), s()));
  return { e, rest: mul(s(), polynomialF64(w, z, logTail)) };
}

/** ln u for positive normal u. */
export function logDouble(w: Writer, u: Held, small?: Held): Ref {
  const { add, mul } = w.m.f64x2;
  const { e, rest } = logParts(w, u, small);
  return add(rest, mul(e(), f64x2(w, Math.LN2)));
}
