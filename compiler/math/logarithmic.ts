// log2, log1p, expm1, softplus: where f32 would lose digits.
import { expDouble, expParts, inDoubles, logDouble, logParts } from "./double.ts";
import { choose, withSign } from "./sign.ts";
import { f32x4, f64x2, type Ref, type Writer } from "./writer.ts";

/** log2 x, at most 1 ulp, and exact at powers of two: e + ln(1 + f) / ln 2. NaN below 0, -inf at ±0. */
export function log2(w: Writer, x: Ref): Ref {
  const { m } = w;
  const { add, mul } = m.f64x2;
  const held = w.hold(x);
  const value = inDoubles(w, [held], (half) => {
    const { e, rest } = logParts(w, half);
    return add(mul(rest, f64x2(w, Math.LOG2E)), e());
  });
  const infinite = m.f32x4.eq(held(), f32x4(w, Number.POSITIVE_INFINITY));
  const atPole = choose(w, m.f32x4.eq(held(), f32x4(w, 0)), f32x4(w, Number.NEGATIVE_INFINITY), choose(w, infinite, held(), value));
  return choose(w, m.f32x4.ge(held(), f32x4(w, 0)), atPole, f32x4(w, Number.NaN));
}

/** ln(1 + x), at most 1 ulp. NaN below -1, -inf at -1. */
export function log1p(w: Writer, x: Ref): Ref {
  const { m } = w;
  const held = w.hold(x);
  const value = inDoubles(w, [held], (half) => logDouble(w, w.hold(m.f64x2.add(half(), f64x2(w, 1))), half));
  const infinite = m.f32x4.eq(held(), f32x4(w, Number.POSITIVE_INFINITY));
  const signed = withSign(w, choose(w, infinite, held(), value), held());
  const atPole = choose(w, m.f32x4.eq(held(), f32x4(w, -1)), f32x4(w, Number.NEGATIVE_INFINITY), signed);
  return choose(w, m.f32x4.ge(held(), f32x4(w, -1)), atPole, f32x4(w, Number.NaN));
}

/** e^x - 1, at most 1 ulp: 2^n (e^r - 1) + (2^n - 1). */
export function expm1(w: Writer, x: Ref): Ref {
  const { m } = w;
  const { add, sub, mul } = m.f64x2;
  const held = w.hold(x);
  const value = inDoubles(w, [held], (half) => {
    const { scale, rest } = expParts(w, half());
    return add(mul(scale(), rest()), sub(scale(), f64x2(w, 1)));
  });
  return withSign(w, value, held());
}

/** ln(1 + e^x), at most 1 ulp: max(x, 0) + ln(1 + e^-|x|), which does not overflow. */
export function softplus(w: Writer, x: Ref): Ref {
  const { m } = w;
  const { add, max, neg, abs } = m.f64x2;
  const held = w.hold(x);
  return inDoubles(w, [held], (half) => {
    const e = w.hold(expDouble(w, neg(abs(half()))));
    return add(max(half(), f64x2(w, 0)), logDouble(w, w.hold(add(e(), f64x2(w, 1))), e));
  });
}
