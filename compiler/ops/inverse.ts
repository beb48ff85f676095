// Inverses of functions of angles.
import { call } from "../formula/tree.ts";
import * as code from "../math/inverse.ts";
import * as build from "./build.ts";
import { bounded, range, signed, steepAtNaN } from "./range.ts";
import { f32Sample, type ScalarRecord, unary } from "./scalar.ts";

class Inverse {
  /** The angle in radians, between -π/2 and π/2, whose tangent is x. */
  readonly atan: ScalarRecord<1> = unary({
    name: "atan",
    f32: { value: Math.atan, code: { body: code.atan, ulp: 0.51 } },
    // d atan(x) = dx/(1 + x²)
    gradient: (g, x) => build.div(g, build.add(build.fill(x, 1), build.mul(x, x))),
    // π/2 rounded up to f32
    range: bounded(-1.5707964, 1.5707964),
    steep: steepAtNaN,
    cost: 25,
    inMath: true,
    formula: (x) => call("atan", [x]),
    samples: [f32Sample([[0, 0.01, -0.7, 30]]), f32Sample([[-0, 1, -1, Infinity, -Infinity, NaN]], "special values", false)],
  });

  /** The angle in radians, between 0 and π, whose cosine is x; NaN outside of [-1, 1]. */
  readonly acos: ScalarRecord<1> = unary({
    name: "acos",
    f32: { value: Math.acos, code: { body: code.acos, ulp: 0.51 } },
    // d acos(x) = -dx/√((1 - x)·(1 + x)), which keeps its digits near 1, infinite at ±1
    gradient: (g, x) => build.neg(build.div(g, build.sqrt(build.mul(build.sub(build.fill(x, 1), x), build.add(build.fill(x, 1), x))))),
    // π rounded up to f32
    range: ([x]) => range(0, 3.1415928, x.nan || x.low < -1 || x.high > 1),
    steep: (_, [x]) => x.nan || x.low <= -1 || x.high >= 1,
    domain: ([x]) => x.low > -1 && x.high < 1,
    cost: 35,
    inMath: true,
    formula: (x) => call("acos", [x]),
    samples: [f32Sample([[0, 0.01, -0.7, 0.9]]), f32Sample([[-0, 1, -1, 1.5, Infinity, -Infinity, NaN]], "ends and special values", false)],
  });

  /** The inverse of the hyperbolic sine. */
  readonly asinh: ScalarRecord<1> = unary({
    name: "asinh",
    f32: { value: Math.asinh, code: { body: code.asinh, ulp: 0.51 } },
    // d asinh(x) = dx/√(x² + 1)
    gradient: (g, x) => build.div(g, build.sqrt(build.add(build.mul(x, x), build.fill(x, 1)))),
    range: ([x]) => range(...signed(x), x.nan, x.infinite),
    steep: steepAtNaN,
    cost: 30,
    inMath: true,
    formula: (x) => call("asinh", [x]),
    samples: [f32Sample([[0, 1e-6, -2.5, 30]]), f32Sample([[-0, 1e30, -1e30, Infinity, -Infinity, NaN]], "special values", false)],
  });
}

export const inverse = new Inverse();
