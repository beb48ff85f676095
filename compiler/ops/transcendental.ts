// Smooth functions of one f32, and those that round to whole numbers.
import { call } from "../formula/tree.ts";
import * as build from "./build.ts";
import type { Op } from "./op.ts";
import { f32Sample, unary } from "./scalar.ts";

const exp: Op = unary({
  name: "exp",
  on: { f32: Math.exp },
  // y = exp(x): dy = y dx
  gradient: (g, _, y) => build.mul(g, y),
  formula: (x) => call("exp", [x]),
  samples: [f32Sample([[0, 1, -2.5, 3]]), f32Sample([[-0, 100, -Infinity, Infinity, NaN]], "special values", false)],
});

const log: Op = unary({
  name: "log",
  on: { f32: Math.log },
  // d log(x) = dx/x
  gradient: (g, x) => build.div(g, x),
  formula: (x) => call("log", [x]),
  samples: [f32Sample([[1, 0.25, 30]]), f32Sample([[0, -0, -1, Infinity, NaN]], "special values", false)],
});

const log1p: Op = unary({
  name: "log1p",
  on: { f32: Math.log1p },
  // d log(1 + x) = dx/(1 + x)
  gradient: (g, x) => build.div(g, build.add(build.fill(x, 1), x)),
  formula: (x) => call("log1p", [x]),
  samples: [f32Sample([[0, 1e-6, -0.5, 30]]), f32Sample([[-0, -1, -2, Infinity, NaN]], "special values", false)],
});

const expm1: Op = unary({
  name: "expm1",
  on: { f32: Math.expm1 },
  // d(exp(x) - 1) = exp(x) dx, and not y + 1, which cancels at large negative x
  gradient: (g, x) => build.mul(g, build.exp(x)),
  formula: (x) => call("expm1", [x]),
  samples: [f32Sample([[0, 1e-6, -2.5, 3]]), f32Sample([[-0, 100, -Infinity, Infinity, NaN]], "special values", false)],
});

// Primitives, since no composition of exponentials keeps the digits of sinh near 0 and overflows no earlier than its result, in its slope too.
const sinh: Op = unary({
  name: "sinh",
  on: { f32: Math.sinh },
  // d sinh(x) = cosh(x) dx
  gradient: (g, x) => build.mul(g, build.cosh(x)),
  formula: (x) => call("sinh", [x]),
  samples: [f32Sample([[0, 1e-6, -2.5, 3]]), f32Sample([[-0, 89, -89, -Infinity, Infinity, NaN]], "special values", false)],
});

const cosh: Op = unary({
  name: "cosh",
  on: { f32: Math.cosh },
  // d cosh(x) = sinh(x) dx
  gradient: (g, x) => build.mul(g, build.sinh(x)),
  formula: (x) => call("cosh", [x]),
  samples: [f32Sample([[0, 1e-6, -2.5, 3]]), f32Sample([[-0, 89, -89, -Infinity, Infinity, NaN]], "special values", false)],
});

const sqrt: Op = unary({
  name: "sqrt",
  on: { f32: Math.sqrt },
  // y = √x: dy = dx/(2y), infinite at 0
  gradient: (g, _, y) => build.div(g, build.mul(build.fill(y, 2), y)),
  formula: (x) => call("sqrt", [x]),
  samples: [f32Sample([[1, 0.25, 30]]), f32Sample([[0, -0, -1, Infinity, NaN]], "special values", false)],
});

const tanh: Op = unary({
  name: "tanh",
  on: { f32: Math.tanh },
  // y = tanh(x): dy = (1 - y²) dx
  gradient: (g, _, y) => build.mul(g, build.sub(build.fill(y, 1), build.mul(y, y))),
  formula: (x) => call("tanh", [x]),
  samples: [f32Sample([[0, 0.01, -0.7, 2]]), f32Sample([[-0, 20, -Infinity, Infinity, NaN]], "special values", false)],
});

const sigmoid: Op = unary({
  name: "sigmoid",
  // Either form overflows on one side only.
  on: { f32: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))) },
  // y = 1/(1 + exp(-x)): dy = y·(1 - y) dx
  gradient: (g, _, y) => build.mul(g, build.mul(y, build.sub(build.fill(y, 1), y))),
  formula: (x) => call("sigmoid", [x]),
  samples: [f32Sample([[0, 0.01, -0.7, 2]]), f32Sample([[-0, 450, -450, -Infinity, Infinity, NaN]], "special values", false)],
});

const softplus: Op = unary({
  name: "softplus",
  on: { f32: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) },
  // d log(1 + exp(x)) = sigmoid(x) dx
  gradient: (g, x) => build.mul(g, build.sigmoid(x)),
  formula: (x) => call("softplus", [x]),
  samples: [f32Sample([[0, 0.01, -0.7, 2]]), f32Sample([[-0, 450, -450, -Infinity, Infinity, NaN]], "special values", false)],
});

/**
 * The error function in f64, absolute error below 1e-15: the series of positive terms
 * erf(x) = 2/√π · exp(-x²) · Σ 2^n x^(2n+1) / (1·3·…·(2n+1)) of Abramowitz and Stegun, 7.1.6. Beyond 6 it is ±1 to the last bit, and NaN stays.
 */
function errorFunction(x: number): number {
  if (!(Math.abs(x) <= 6)) return Math.sign(x);
  let term = x;
  let total = x;
  for (let n = 1; total + term !== total; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

const erf: Op = unary({
  name: "erf",
  on: { f32: errorFunction },
  // d erf(x) = 2/√π · exp(-x²) dx
  gradient: (g, x) => build.mul(g, build.mul(build.fill(x, 2 / Math.sqrt(Math.PI)), build.exp(build.neg(build.mul(x, x))))),
  formula: (x) => call("erf", [x]),
  samples: [f32Sample([[0, 0.01, -0.7, 2]]), f32Sample([[-0, 20, -Infinity, Infinity, NaN]], "special values", false)],
});

const sin: Op = unary({
  name: "sin",
  on: { f32: Math.sin },
  // d sin(x) = cos(x) dx
  gradient: (g, x) => build.mul(g, build.cos(x)),
  formula: (x) => call("sin", [x]),
  samples: [f32Sample([[0, 0.5, -2, 30]]), f32Sample([[-0, Infinity, NaN]], "special values", false)],
});

const cos: Op = unary({
  name: "cos",
  on: { f32: Math.cos },
  // d cos(x) = -sin(x) dx
  gradient: (g, x) => build.mul(g, build.neg(build.sin(x))),
  formula: (x) => call("cos", [x]),
  samples: [f32Sample([[0, 0.5, -2, 30]]), f32Sample([[-0, Infinity, NaN]], "special values", false)],
});

const floor: Op = unary({
  name: "floor",
  on: { f32: Math.floor },
  gradient: null,
  formula: (x) => call("floor", [x]),
  samples: [f32Sample([[0.5, -0.5, 2.5, -3.7]]), f32Sample([[0, -0, 3, -3, -Infinity, NaN]], "steps and special values", false)],
});

/** The nearest whole number, the even one of two. */
const roundHalfToEven = (x: number) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

const round: Op = unary({
  name: "round",
  on: { f32: roundHalfToEven },
  gradient: null,
  formula: (x) => call("round", [x]),
  samples: [f32Sample([[0.3, -0.7, 2, -0]]), f32Sample([[0.5, 1.5, 2.5, -0.5, -1.5, -2.5, -Infinity, NaN]], "halves and special values", false)],
});

const trunc: Op = unary({
  name: "trunc",
  on: { f32: Math.trunc },
  gradient: null,
  formula: (x) => call("trunc", [x]),
  samples: [f32Sample([[0.5, -0.5, 2.5, -3.7]]), f32Sample([[0, -0, 3, -3, -Infinity, NaN]], "steps and special values", false)],
});

export const transcendental = { exp, log, log1p, expm1, sinh, cosh, sqrt, tanh, sigmoid, softplus, erf, sin, cos, floor, round, trunc };
