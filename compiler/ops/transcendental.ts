// Smooth functions of one f32.
import { call } from "../formula/tree.ts";
import * as erfCode from "../math/erf.ts";
import * as expCode from "../math/exp.ts";
import * as hyperbolicCode from "../math/hyperbolic.ts";
import * as logCode from "../math/log.ts";
import * as logarithmicCode from "../math/logarithmic.ts";
import * as trigonometricCode from "../math/trigonometric.ts";
import * as build from "./build.ts";
import {
  bounded,
  exponential,
  hyperbolic,
  logarithm,
  range,
  root,
  signed,
  steepAsValue,
  steepAtInfinity,
  steepAtNaN,
  steepUnlessAbove,
  total,
  wave,
} from "./range.ts";
import { f32Sample, type ScalarRecord, unary } from "./scalar.ts";

/**
 * The error function in f64, absolute error below 1e-15: the series of positive terms
 * erf(x) = 2/√π · exp(-x²) · Σ 2^n x^(2n+1) / (1·3·…·(2n+1)) of Abramowitz and Stegun, 7.1.6. Beyond 6 it is ±1 to the last bit, and NaN stays.
 */
export function errorFunction(x: number): number {
  if (!(Math.abs(x) <= 6)) return Math.sign(x);
  let term = x;
  let total = x;
  for (let n = 1; total + term !== total; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

class Transcendental {
  /** `e^x` */
  readonly exp: ScalarRecord<1> = unary({
    name: "exp",
    f32: { value: Math.exp, code: { body: expCode.exp, ulp: 1, short: true } },
    // y = exp(x): dy = y dx
    gradient: (g, _, y) => build.mul(g, y),
    range: ([x]) => exponential(x),
    steep: steepAsValue,
    cost: 15,
    inMath: true,
    formula: (x) => call("exp", [x]),
    samples: [f32Sample([[0, 1, -2.5, 3]]), f32Sample([[-0, 100, -Infinity, Infinity, NaN]], "special values", false)],
  });

  /** The natural logarithm. */
  readonly log: ScalarRecord<1> = unary({
    name: "log",
    f32: { value: Math.log, code: { body: logCode.log, ulp: 1, short: true } },
    // d log(x) = dx/x
    gradient: (g, x) => build.div(g, x),
    range: ([x]) => logarithm(x, 0),
    steep: steepUnlessAbove(0),
    domain: ([x]) => x.low > 0,
    cost: 18,
    inMath: true,
    formula: (x) => call("log", [x]),
    samples: [f32Sample([[1, 0.25, 30]]), f32Sample([[0, -0, -1, Infinity, NaN]], "special values", false)],
  });

  /** The logarithm to base 2, exact at powers of two; NaN below 0. */
  readonly log2: ScalarRecord<1> = unary({
    name: "log2",
    f32: { value: Math.log2, code: { body: logarithmicCode.log2, ulp: 0.51 } },
    // d log2(x) = dx/(x·log(2))
    gradient: (g, x) => build.div(g, build.mul(x, build.fill(x, Math.LN2))),
    range: ([x]) => logarithm(x, 0),
    steep: steepUnlessAbove(0),
    domain: ([x]) => x.low > 0,
    cost: 20,
    inMath: true,
    formula: (x) => call("log", [x], "2"),
    samples: [f32Sample([[1, 0.25, 30]]), f32Sample([[2 ** -149, 2 ** 127, 0, -0, -1, Infinity, NaN]], "powers of two and special values", false)],
  });

  /** `log(1 + x)`, accurate near 0. */
  readonly log1p: ScalarRecord<1> = unary({
    name: "log1p",
    f32: { value: Math.log1p, code: { body: logarithmicCode.log1p, ulp: 0.51 } },
    // d log(1 + x) = dx/(1 + x)
    gradient: (g, x) => build.div(g, build.add(build.fill(x, 1), x)),
    range: ([x]) => logarithm(x, 1),
    steep: steepUnlessAbove(-1),
    domain: ([x]) => x.low > -1,
    cost: 20,
    inMath: true,
    formula: (x) => call("log1p", [x]),
    samples: [f32Sample([[0, 1e-6, -0.5, 30]]), f32Sample([[-0, -1, -2, Infinity, NaN]], "special values", false)],
  });

  /** `e^x - 1`, accurate near 0. */
  readonly expm1: ScalarRecord<1> = unary({
    name: "expm1",
    f32: { value: Math.expm1, code: { body: logarithmicCode.expm1, ulp: 0.51 } },
    // d(exp(x) - 1) = exp(x) dx, and not y + 1, which cancels at large negative x
    gradient: (g, x) => build.mul(g, build.exp(x)),
    range: ([x]) => total(exponential(x), range(-1, -1)),
    steep: steepAsValue,
    cost: 20,
    inMath: true,
    formula: (x) => call("expm1", [x]),
    samples: [f32Sample([[0, 1e-6, -2.5, 3]]), f32Sample([[-0, 100, -Infinity, Infinity, NaN]], "special values", false)],
  });

  // Primitives, since no composition of exponentials keeps the digits of sinh near 0 and overflows no earlier than its result, in its slope too.
  /** The hyperbolic sine. */
  readonly sinh: ScalarRecord<1> = unary({
    name: "sinh",
    f32: { value: Math.sinh, code: { body: hyperbolicCode.sinh, ulp: 0.51 } },
    // d sinh(x) = cosh(x) dx
    gradient: (g, x) => build.mul(g, build.cosh(x)),
    range: ([x]) => hyperbolic(x, ...signed(x)),
    steep: steepAsValue,
    cost: 20,
    inMath: true,
    formula: (x) => call("sinh", [x]),
    samples: [f32Sample([[0, 1e-6, -2.5, 3]]), f32Sample([[-0, 89, -89, -Infinity, Infinity, NaN]], "special values", false)],
  });

  /** The hyperbolic cosine. */
  readonly cosh: ScalarRecord<1> = unary({
    name: "cosh",
    f32: { value: Math.cosh, code: { body: hyperbolicCode.cosh, ulp: 0.51 } },
    // d cosh(x) = sinh(x) dx
    gradient: (g, x) => build.mul(g, build.sinh(x)),
    range: ([x]) => hyperbolic(x, 1, Infinity),
    steep: steepAsValue,
    cost: 20,
    inMath: true,
    formula: (x) => call("cosh", [x]),
    samples: [f32Sample([[0, 1e-6, -2.5, 3]]), f32Sample([[-0, 89, -89, -Infinity, Infinity, NaN]], "special values", false)],
  });

  /** The square root; NaN below 0. */
  readonly sqrt: ScalarRecord<1> = unary({
    name: "sqrt",
    f32: { value: Math.sqrt, code: "sqrt" },
    // y = √x: dy = dx/(2y), infinite at 0
    gradient: (g, _, y) => build.div(g, build.mul(build.fill(y, 2), y)),
    range: ([x]) => root(x),
    steep: steepUnlessAbove(0),
    domain: ([x]) => x.low > 0,
    cost: 5,
    inMath: true,
    formula: (x) => call("sqrt", [x]),
    samples: [f32Sample([[1, 0.25, 30]]), f32Sample([[0, -0, -1, Infinity, NaN]], "special values", false)],
  });

  /** The hyperbolic tangent. */
  readonly tanh: ScalarRecord<1> = unary({
    name: "tanh",
    f32: { value: Math.tanh, code: { body: expCode.tanh, ulp: 1.5, short: true } },
    // y = tanh(x): dy = (1 - y²) dx
    gradient: (g, _, y) => build.mul(g, build.sub(build.fill(y, 1), build.mul(y, y))),
    range: bounded(-1, 1),
    steep: steepAtNaN,
    cost: 22,
    inMath: true,
    formula: (x) => call("tanh", [x]),
    samples: [f32Sample([[0, 0.01, -0.7, 2]]), f32Sample([[-0, 20, -Infinity, Infinity, NaN]], "special values", false)],
  });

  /** `1 / (1 + e^-x)` */
  readonly sigmoid: ScalarRecord<1> = unary({
    name: "sigmoid",
    // Either form overflows on one side only.
    f32: {
      value: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
      code: { body: expCode.sigmoid, ulp: 2.41, short: true },
    },
    // y = 1/(1 + exp(-x)): dy = y·(1 - y) dx
    gradient: (g, _, y) => build.mul(g, build.mul(y, build.sub(build.fill(y, 1), y))),
    range: bounded(0, 1),
    steep: steepAtNaN,
    cost: 20,
    formula: (x) => call("sigmoid", [x]),
    samples: [f32Sample([[0, 0.01, -0.7, 2]]), f32Sample([[-0, 450, -450, -Infinity, Infinity, NaN]], "special values", false)],
  });

  /** `log(1 + e^x)`; its gradient is the sigmoid. */
  readonly softplus: ScalarRecord<1> = unary({
    name: "softplus",
    f32: { value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), code: { body: logarithmicCode.softplus, ulp: 0.51 } },
    // d log(1 + exp(x)) = sigmoid(x) dx
    gradient: (g, x) => build.mul(g, build.sigmoid(x)),
    range: ([x]) => range(0, x.high <= 0 ? 1 : Infinity, x.nan, x.infinite),
    steep: steepAtNaN,
    cost: 30,
    formula: (x) => call("softplus", [x]),
    samples: [f32Sample([[0, 0.01, -0.7, 2]]), f32Sample([[-0, 450, -450, -Infinity, Infinity, NaN]], "special values", false)],
  });

  /** The error function. */
  readonly erf: ScalarRecord<1> = unary({
    name: "erf",
    f32: { value: errorFunction, code: { body: erfCode.erf, ulp: 0.95, short: true } },
    // d erf(x) = 2/√π · exp(-x²) dx
    gradient: (g, x) => build.mul(g, build.mul(build.fill(x, 2 / Math.sqrt(Math.PI)), build.exp(build.neg(build.mul(x, x))))),
    range: bounded(-1, 1),
    steep: steepAtNaN,
    cost: 25,
    formula: (x) => call("erf", [x]),
    samples: [f32Sample([[0, 0.01, -0.7, 2]]), f32Sample([[-0, 20, -Infinity, Infinity, NaN]], "special values", false)],
  });

  /** The sine of x in radians. */
  readonly sin: ScalarRecord<1> = unary({
    name: "sin",
    f32: { value: Math.sin, code: { body: trigonometricCode.sin, ulp: 0.51 } },
    // d sin(x) = cos(x) dx
    gradient: (g, x) => build.mul(g, build.cos(x)),
    range: wave,
    steep: steepAtInfinity,
    cost: 20,
    inMath: true,
    formula: (x) => call("sin", [x]),
    samples: [f32Sample([[0, 0.5, -2, 30]]), f32Sample([[-0, Infinity, NaN]], "special values", false)],
  });

  /** The cosine of x in radians. */
  readonly cos: ScalarRecord<1> = unary({
    name: "cos",
    f32: { value: Math.cos, code: { body: trigonometricCode.cos, ulp: 0.51 } },
    // d cos(x) = -sin(x) dx
    gradient: (g, x) => build.mul(g, build.neg(build.sin(x))),
    range: wave,
    steep: steepAtInfinity,
    cost: 20,
    inMath: true,
    formula: (x) => call("cos", [x]),
    samples: [f32Sample([[0, 0.5, -2, 30]]), f32Sample([[-0, Infinity, NaN]], "special values", false)],
  });
}

export const transcendental = new Transcendental();
