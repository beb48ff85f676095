// Inverses of functions of angles, in f64.
import { inDoubles, logDouble } from "./double.ts";
import { polynomialF64 } from "./polynomial.ts";
import { absolute, choose, withSign } from "./sign.ts";
import { f32x4, f64x2, type Held, type Ref, type Writer } from "./writer.ts";

// atan(t) / t by t² for |t| <= tan(π/8): Gregory's series, relative error below 2^-35.
const atanTail = [1, -1 / 3, 1 / 5, -1 / 7, 1 / 9, -1 / 11, 1 / 13, -1 / 15, 1 / 17, -1 / 19, 1 / 21, -1 / 23, 1 / 25];
const tanEighth = 0.41421356237309503;

/** atan a for a >= 0: that of 1/a above 1, and π/4 more than that of (a - 1)/(a + 1) above tan(π/8). */
function positiveAtan(w: Writer, a: Held): Ref {
  const { m } = w;
  const { add, sub, mul, div } = m.f64x2;
  const one = () => f64x2(w, 1);
  const large = w.hold(m.f64x2.gt(a(), one()));
  const t = w.hold(choose(w, large(), div(one(), a()), a()));
  const upper = w.hold(m.f64x2.gt(t(), f64x2(w, tanEighth)));
  const r = w.hold(choose(w, upper(), div(sub(t(), one()), add(t(), one())), t()));
  const z = w.hold(mul(r(), r()));
  const angle = mul(r(), polynomialF64(w, z, atanTail));
  const inner = w.hold(add(angle, m.v128.and(upper(), f64x2(w, Math.PI / 4))));
  return choose(w, large(), sub(f64x2(w, Math.PI / 2), inner()), inner());
}

/** atan x, at most 1 ulp. */
export function atan(w: Writer, x: Ref): Ref {
  const held = w.hold(x);
  const a = w.hold(absolute(w, held()));
  return withSign(
    w,
    inDoubles(w, [a], (half) => positiveAtan(w, half)),
    held(),
  );
}

/** acos x, at most 1 ulp: 2 atan √((1 - x) / (1 + x)), which is a number for |x| <= 1 alone. */
export function acos(w: Writer, x: Ref): Ref {
  const { m } = w;
  const { add, sub, mul, div } = m.f64x2;
  return inDoubles(w, [w.hold(x)], (half) => {
    const ratio = div(sub(f64x2(w, 1), half()), add(f64x2(w, 1), half()));
    return mul(f64x2(w, 2), positiveAtan(w, w.hold(m.f64x2.sqrt(ratio))));
  });
}

/** asinh x, at most 1 ulp: ln(1 + s) of s = a + a² / (1 + √(a² + 1)), a = |x|, which keeps its digits near 0. */
export function asinh(w: Writer, x: Ref): Ref {
  const { m } = w;
  const { add, mul, div, sqrt } = m.f64x2;
  const held = w.hold(x);
  const a = w.hold(absolute(w, held()));
  const value = inDoubles(w, [a], (half) => {
    const square = w.hold(mul(half(), half()));
    const root = sqrt(add(square(), f64x2(w, 1)));
    const s = w.hold(add(half(), div(square(), add(root, f64x2(w, 1)))));
    return logDouble(w, w.hold(add(s(), f64x2(w, 1))), s);
  });
  const finite = m.f32x4.lt(a(), f32x4(w, Number.POSITIVE_INFINITY));
  return withSign(w, choose(w, finite, value, a()), held());
}
