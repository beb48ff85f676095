// The error function.
import { expNormal } from "./exp.ts";
import { polynomialInPairs } from "./polynomial.ts";
import { absolute, choose, withSign } from "./sign.ts";
import { f32x4, type Held, type Ref, type VectorFunction, type Writer } from "./writer.ts";

// Minimax, each coefficient rounded to f32 and those after it fitted again: erf(x) / x - 1 by x² - 1/2 for |x| < 1, error below 2e-9,
// and -ln erfc(x) by x - `middle` for 1 <= x <= 4, error of erfc below 2e-9. At `middle` the first coefficient is exact in f32: there errors count most.
const nearZero = [-0.03453126, -0.2810722, 0.07941003, -0.018283276, 0.0034797005, -0.0005656411, 0.000080159955];
const middle = 1.0000068;
const beyond = [1.8496234, 2.6389785, 0.8431175, 0.04150594, -0.009898896, 0.0018314573, -0.00018683798];

// Its first two coefficients are added last: what is rounded before is small.
function polynomial(w: Writer, x: Held, [first, ...rest]: readonly number[]): Ref {
  const square = w.hold(w.m.f32x4.mul(x(), x()));
  return w.madd(polynomialInPairs(w, x, square, rest), x(), f32x4(w, first as number));
}

function near(w: Writer, x: Held, square: Held): Ref {
  const t = w.hold(w.m.f32x4.sub(square(), f32x4(w, 0.5)));
  return w.madd(polynomial(w, t, nearZero), x(), x());
}

function far(w: Writer, x: Held): Ref {
  const { neg, pmin, sub } = w.m.f32x4;
  // Beyond 4, erf is 1 in f32.
  const t = w.hold(sub(pmin(absolute(w, x()), f32x4(w, 4)), f32x4(w, middle)));
  const size = sub(f32x4(w, 1), expNormal(w, neg(polynomial(w, t, beyond))));
  return withSign(w, size, x());
}

const erfBeyondOne: VectorFunction = { name: "erfBeyondOne", parameters: 1, body: (w, x) => far(w, w.hold(x)) };

/** erf x, at most 1 ulp. What lies beyond 1 takes longer, and is computed only where some lane does. */
export function erf(w: Writer, x: Ref): Ref {
  const { m } = w;
  const held = w.hold(x);
  const square = w.hold(m.f32x4.mul(held(), held()));
  const inner = w.hold(near(w, held, square));
  const isBeyond = w.hold(m.f32x4.ge(square(), f32x4(w, 1)));
  const outer = choose(w, isBeyond(), w.math(erfBeyondOne, [held()], false), inner());
  return m.if(m.v128.any_true(isBeyond()), outer, inner());
}
