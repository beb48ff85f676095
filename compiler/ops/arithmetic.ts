// Sums, products and powers, and the functions that are linear between their kinks.
import { call, operator } from "../formula/tree.ts";
import type { Node } from "../ir/node.ts";
import * as build from "./build.ts";
import type { Op } from "./op.ts";
import { binary, f32Sample, i32Sample, unary } from "./scalar.ts";

const greatest = 2147483647;
const least = -2147483648;

const add: Op = binary({
  name: "add",
  on: { f32: (x, y) => x + y, i32: (x, y) => (x + y) | 0 },
  // d(x + y) = dx + dy
  gradient: (g) => [g, g],
  formula: (x, y) => operator("+", x, y),
  samples: [
    f32Sample([
      [1, -2.5, 0, -0],
      [0.25, 2, -3, -0],
    ]),
    f32Sample(
      [
        [Infinity, NaN],
        [-Infinity, 1],
      ],
      "special values",
      false,
    ),
    f32Sample([[], []], "no elements"),
    i32Sample([
      [greatest, 2],
      [1, -5],
    ]),
  ],
});

const sub: Op = binary({
  name: "sub",
  on: { f32: (x, y) => x - y, i32: (x, y) => (x - y) | 0 },
  // d(x - y) = dx - dy
  gradient: (g) => [g, build.neg(g)],
  formula: (x, y) => operator("-", x, y),
  samples: [
    f32Sample([
      [1, -2.5, 0],
      [0.25, 2, -3],
    ]),
    f32Sample(
      [
        [Infinity, 0],
        [Infinity, -0],
      ],
      "special values",
      false,
    ),
    i32Sample([
      [least, 2],
      [1, -5],
    ]),
  ],
});

const mul: Op = binary({
  name: "mul",
  on: { f32: (x, y) => x * y, i32: (x, y) => Math.imul(x, y) },
  // d(x·y) = y·dx + x·dy
  gradient: (g, x, y) => [build.mul(g, y), build.mul(g, x)],
  formula: (x, y) => operator("*", x, y),
  samples: [
    f32Sample([
      [1, -2.5, 0, 3],
      [0.25, 2, -3, 0],
    ]),
    f32Sample(
      [
        [Infinity, 0],
        [0, NaN],
      ],
      "special values",
      false,
    ),
    i32Sample([
      [greatest, 2],
      [greatest, -5],
    ]),
  ],
});

const div: Op = binary({
  name: "div",
  on: { f32: (x, y) => x / y },
  // z = x/y: dz = dx/y - (z/y)·dy
  gradient: (g, _, y, z) => [build.div(g, y), build.mul(build.neg(g), build.div(z, y))],
  formula: (x, y) => operator("/", x, y),
  samples: [
    f32Sample([
      [1, -2.5, 0, 3],
      [0.25, 2, -3, -7],
    ]),
    f32Sample(
      [
        [1, 0, -1],
        [0, 0, -0],
      ],
      "division by zero",
      false,
    ),
  ],
});

/** 0 where `condition` holds, else x. */
const zeroWhere = (condition: Node, x: Node) => build.where(condition, build.fill(x, 0), x);

// d x^p = p·x^(p - 1) dx, and 0 for p = 0 at every x
function powerBase(g: Node, x: Node, p: Node): Node | null {
  const exponent = build.constantOf(p);
  if (exponent === 0) return null;
  const lower = exponent === undefined ? build.sub(p, build.fill(p, 1)) : build.fill(p, exponent - 1);
  const slope = build.mul(p, build.pow(x, lower));
  const gradient = build.mul(g, slope);
  return exponent === undefined ? zeroWhere(build.compare(p, build.fill(p, 0), "eq"), gradient) : gradient;
}

// y = x^p: dy = y·log(x) dp, and 0 at x = 0 for p >= 0
function powerExponent(g: Node, x: Node, p: Node, y: Node): Node | null {
  if (build.constantOf(p) !== undefined) return null;
  const zero = build.fill(x, 0);
  const flat = build.compare(build.compare(p, zero, "ge"), build.compare(x, zero, "ne"), "gt");
  return build.mul(g, zeroWhere(flat, build.mul(y, build.log(x))));
}

const pow: Op = binary({
  name: "pow",
  // C's pow: JavaScript differs where |x| = 1 and the exponent is infinite or NaN.
  on: { f32: (x, p) => (x === 1 || (x === -1 && Math.abs(p) === Infinity) ? 1 : x ** p) },
  gradient: (g, x, p, y) => [powerBase(g, x, p), powerExponent(g, x, p, y)],
  formula: (x, p) => operator("^", x, p),
  samples: [
    f32Sample([
      [1, 2.5, 0.5, 3],
      [0.25, 2, -3, -0.5],
    ]),
    f32Sample(
      [
        [3, 0, 0, 0, -2, NaN, 1, -1],
        [0, 2, 0, -1, 0.5, 0, NaN, Infinity],
      ],
      "special values",
      false,
    ),
  ],
});

const neg: Op = unary({
  name: "neg",
  on: { f32: (x) => -x, i32: (x) => -x | 0 },
  // d(-x) = -dx
  gradient: (g) => build.neg(g),
  formula: (x) => operator("neg", x),
  samples: [f32Sample([[1, -2.5, 0, -0]]), f32Sample([[Infinity, NaN]], "special values", false), i32Sample([[0, 1, least]])],
});

/** The gradient of the operand that stands where `lost` is false: all of g, or half of it where both are equal. */
function extremeGradient(g: Node, x: Node, y: Node, lost: "lt" | "gt"): Node {
  const shared = build.where(build.compare(x, y, "eq"), build.mul(build.fill(g, 0.5), g), g);
  return zeroWhere(build.compare(x, y, lost), shared);
}

const extremeSamples = [
  f32Sample([
    [1, -2.5, 3],
    [0.25, 2, 4],
  ]),
  f32Sample(
    [
      [1, 0, NaN, 2, -Infinity],
      [1, -0, 1, NaN, Infinity],
    ],
    "ties and special values",
    false,
  ),
  i32Sample([
    [least, 2],
    [greatest, 2],
  ]),
];

const minimum: Op = binary({
  name: "minimum",
  on: { f32: (x, y) => Math.min(x, y), i32: (x, y) => Math.min(x, y) },
  // d min(x, y) = dx where x < y, dy where x > y, (dx + dy)/2 where x = y
  gradient: (g, x, y) => [extremeGradient(g, x, y, "gt"), extremeGradient(g, x, y, "lt")],
  formula: (x, y) => call("min", [x, y]),
  samples: extremeSamples,
});

const maximum: Op = binary({
  name: "maximum",
  on: { f32: (x, y) => Math.max(x, y), i32: (x, y) => Math.max(x, y) },
  // d max(x, y) = dx where x > y, dy where x < y, (dx + dy)/2 where x = y
  gradient: (g, x, y) => [extremeGradient(g, x, y, "lt"), extremeGradient(g, x, y, "gt")],
  formula: (x, y) => call("max", [x, y]),
  samples: extremeSamples,
});

const abs: Op = unary({
  name: "abs",
  on: { f32: Math.abs, i32: (x) => Math.abs(x) | 0 },
  // d|x| = sign(x) dx, which is 0 at the kink
  gradient: (g, x) => build.mul(g, build.sign(x)),
  formula: (x) => call("abs", [x]),
  samples: [f32Sample([[1, -2.5]]), f32Sample([[0, -0, -Infinity, NaN]], "kink and special values", false), i32Sample([[-3, 0, least]])],
});

const signOf = (x: number) => (x > 0 ? 1 : x < 0 ? -1 : 0);

const sign: Op = unary({
  name: "sign",
  on: { f32: signOf, i32: signOf },
  gradient: null,
  formula: (x) => call("sign", [x]),
  samples: [f32Sample([[1, -2.5]]), f32Sample([[0, -0, -Infinity, NaN]], "step and special values", false), i32Sample([[-3, 0, 9]])],
});

export const arithmetic = { add, sub, mul, div, pow, neg, minimum, maximum, abs, sign };
