// The error function.
import { expDouble, inDoubles } from "./double.ts";
import { polynomialF64 } from "./polynomial.ts";
import { absolute, choose, withSign } from "./sign.ts";
import { f32x4, f64x2, type Held, type Ref, type VectorFunction, type Writer } from "./writer.ts";

// erf(x) / x by z = x² on [0, 1], and e^(x²) erfc(x) by x on [1, 4]: both interpolated at Chebyshev's nodes in 50 digits,
// relative error below 1e-12 and 8e-9 (of erfc, which is below 0.16 there).
const nearZero = [
  1.1283791670946768, -0.3761263888963531, 0.11283791308604582, -0.026866133235095593, 0.005223783477189248, -0.0008542637997087229,
  0.0001195656256820733, -1.3909340021874599e-5, 1.058938064107502e-6,
];
const farAbove = [0.999503167465648, 1.0991069500972273, 0.5469847700644532, 0.12812075931883402];
const farBelow = [1, 2.224335162016955, 2.0664313839788115, 0.969084201880336, 0.2271048361559162];

function near(w: Writer, x: Held): Ref {
  const { mul } = w.m.f64x2;
  const z = w.hold(mul(x(), x()));
  return mul(x(), polynomialF64(w, z, nearZero));
}

function far(w: Writer, a: Held): Ref {
  const { m } = w;
  const { div, mul, neg, sub } = m.f64x2;
  // Beyond 4, erf is 1 in f32. The operand order lets NaN through.
  const x = w.hold(m.f64x2.pmin(a(), f64x2(w, 4)));
  const complement = mul(expDouble(w, neg(mul(x(), x()))), div(polynomialF64(w, x, farAbove), polynomialF64(w, x, farBelow)));
  return sub(f64x2(w, 1), complement);
}

const erfBeyondOne: VectorFunction = {
  name: "erfBeyondOne",
  parameters: 1,
  body: (w, a) => inDoubles(w, [w.hold(a)], (half) => far(w, half)),
};

/** erf x, at most 1 ulp. What lies beyond 1 takes three times as long, and is computed only where some lane does. */
export function erf(w: Writer, x: Ref): Ref {
  const { m } = w;
  const held = w.hold(x);
  const a = w.hold(absolute(w, held()));
  const inner = w.hold(inDoubles(w, [a], (half) => near(w, half)));
  const beyond = w.hold(m.f32x4.ge(a(), f32x4(w, 1)));
  const outer = choose(w, beyond(), w.math(erfBeyondOne, [a()], false), inner());
  return withSign(w, m.if(m.v128.any_true(beyond()), outer, inner()), held());
}
