// General powers.
import { expDouble, inDoubles, logDouble } from "./double.ts";
import { absolute, choose } from "./sign.ts";
import { f32x4, f64x2, type Held, type Ref, type Writer } from "./writer.ts";

// e^(y ln a) for a >= 0, right to f32.
function magnitude(w: Writer, a: Held, y: Held): Ref {
  const { m } = w;
  return inDoubles(w, [a, y], (base, exponent) => {
    const finite = w.hold(logDouble(w, base));
    const unlessInfinite = choose(w, m.f64x2.eq(base(), f64x2(w, Number.POSITIVE_INFINITY)), base(), finite());
    const logarithm = choose(w, m.f64x2.eq(base(), f64x2(w, 0)), f64x2(w, Number.NEGATIVE_INFINITY), unlessInfinite);
    return expDouble(w, m.f64x2.mul(exponent(), logarithm));
  });
}

/** Where `value` is 1 whatever else holds: y = 0, x = 1, and x = -1 with infinite y. */
function isOne(w: Writer, x: Held, a: Held, y: Held): Ref {
  const { m } = w;
  const infinite = m.f32x4.eq(absolute(w, y()), f32x4(w, Number.POSITIVE_INFINITY));
  const unit = m.v128.and(m.f32x4.eq(a(), f32x4(w, 1)), infinite);
  return m.v128.or(m.v128.or(m.f32x4.eq(y(), f32x4(w, 0)), m.f32x4.eq(x(), f32x4(w, 1))), unit);
}

/** x^y, at most 1 ulp, special cases as IEEE 754: e^(y ln |x|), negative for negative x and odd y, NaN for finite negative x and broken y. */
export function pow(w: Writer, x: Ref, y: Ref): Ref {
  const { m } = w;
  const [base, exponent] = [w.hold(x), w.hold(y)];
  const a = w.hold(absolute(w, base()));
  const whole = m.f32x4.eq(m.f32x4.trunc(exponent()), exponent());
  const half = w.hold(m.f32x4.mul(exponent(), f32x4(w, 0.5)));
  const isWhole = w.hold(whole);
  const odd = m.v128.and(isWhole(), m.f32x4.ne(m.f32x4.trunc(half()), half()));
  const sign = m.v128.and(m.v128.and(base(), odd), f32x4(w, -0));
  const signed = m.v128.xor(magnitude(w, a, exponent), sign);
  const negative = m.v128.and(m.f32x4.lt(base(), f32x4(w, 0)), m.f32x4.gt(base(), f32x4(w, Number.NEGATIVE_INFINITY)));
  const broken = m.v128.and(negative, m.v128.not(isWhole()));
  const undefinedAt = m.v128.or(broken, m.f32x4.ne(base(), base()));
  return choose(w, isOne(w, base, a, exponent), f32x4(w, 1), choose(w, undefinedAt, f32x4(w, Number.NaN), signed));
}
