// Sums, products and powers, and the functions that are linear between their kinks.
import { call, operator } from "../formula/tree.ts";
import type { Node } from "../ir/node.ts";
import { pow as powCode } from "../math/pow.ts";
import * as build from "./build.ts";
import {
  anything,
  extreme,
  isAbove,
  isReal,
  magnitude,
  negative,
  neverSteep,
  onlyValue,
  power,
  quotient,
  type Range,
  type Ranges,
  range,
  scaled,
  total,
} from "./range.ts";
import { binary, f32Sample, i32Sample, type ScalarRecord, unary } from "./scalar.ts";

const greatest = 2147483647;
const least = -2147483648;

const isAway = ({ low, high, nan }: Range) => (low > 0 || high < 0) && !nan;

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

function powerRange([x, p]: Ranges): Range {
  const exponent = onlyValue(p);
  return exponent === undefined ? anything : power(x, exponent);
}

// p·x^(p - 1): x or 1 for a square or less, a root of x below 1, what may overflow beyond.
function isSteepPower(x: Range, p: number | undefined): boolean {
  if (p === undefined || p > 2) return true;
  return p < 1 ? !isAbove(x, 0) : !isReal(x) || (p % 1 !== 0 && x.low < 0);
}

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

const signOf = (x: number) => (x > 0 ? 1 : x < 0 ? -1 : 0);

class Arithmetic {
  /** `x + y` */
  readonly add: ScalarRecord<2> = binary({
    name: "add",
    f32: { value: (x, y) => x + y, code: "add" },
    i32: { value: (x, y) => (x + y) | 0, code: "add" },
    // d(x + y) = dx + dy
    gradient: (g) => [g, g],
    range: ([x, y]) => total(x, y),
    steep: neverSteep,
    cost: 1,
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

  /** `x - y` */
  readonly sub: ScalarRecord<2> = binary({
    name: "sub",
    f32: { value: (x, y) => x - y, code: "sub" },
    i32: { value: (x, y) => (x - y) | 0, code: "sub" },
    // d(x - y) = dx - dy
    gradient: (g) => [g, build.neg(g)],
    range: ([x, y]) => total(x, negative(y)),
    steep: neverSteep,
    cost: 1,
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

  /** `x · y`, element by element. */
  readonly mul: ScalarRecord<2> = binary({
    name: "mul",
    f32: { value: (x, y) => x * y, code: "mul" },
    i32: { value: (x, y) => Math.imul(x, y), code: "mul" },
    // d(x·y) = y·dx + x·dy
    gradient: (g, x, y) => [build.mul(g, y), build.mul(g, x)],
    range: ([x, y]) => scaled(x, y),
    steep: (i, xs) => !isReal(xs[i === 0 ? 1 : 0]),
    cost: 1,
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

  /** `x / y` as f32. */
  readonly div: ScalarRecord<2> = binary({
    name: "div",
    f32: { value: (x, y) => x / y, code: "div" },
    // z = x/y: dz = dx/y - (z/y)·dy
    gradient: (g, _, y, z) => [build.div(g, y), build.mul(build.neg(g), build.div(z, y))],
    range: ([x, y]) => quotient(x, y),
    steep: (i, [, y], z) => !isAway(y) || (i === 1 && !isReal(z)),
    domain: ([, y]) => y.low > 0 || y.high < 0,
    cost: 4,
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

  /** `x^y` as f32; `x^0` is 1 even at NaN. */
  readonly pow: ScalarRecord<2> = binary({
    name: "pow",
    // C's pow: JavaScript differs where |x| = 1 and the exponent is infinite or NaN.
    f32: { value: (x, p) => (x === 1 || (x === -1 && Math.abs(p) === Infinity) ? 1 : x ** p), code: { body: powCode, ulp: 0.51 } },
    gradient: (g, x, p, y) => [powerBase(g, x, p), powerExponent(g, x, p, y)],
    range: powerRange,
    steep: (_, [x, p]) => isSteepPower(x, onlyValue(p)),
    domain: ([x, p]) => x.low > 0 || [1, 2, 3, 4].includes(onlyValue(p) ?? 0),
    cost: 40,
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

  /** `-x` */
  readonly neg: ScalarRecord<1> = unary({
    name: "neg",
    f32: { value: (x) => -x, code: "neg" },
    i32: { value: (x) => -x | 0, code: "neg" },
    // d(-x) = -dx
    gradient: (g) => build.neg(g),
    range: ([x]) => negative(x),
    steep: neverSteep,
    cost: 1,
    formula: (x) => operator("neg", x),
    samples: [f32Sample([[1, -2.5, 0, -0]]), f32Sample([[Infinity, NaN]], "special values", false), i32Sample([[0, 1, least]])],
  });

  /** The smaller of each pair; NaN wins; at a tie the gradient goes half to each. */
  readonly minimum: ScalarRecord<2> = binary({
    name: "minimum",
    f32: { value: (x, y) => Math.min(x, y), code: "min" },
    i32: { value: (x, y) => Math.min(x, y), code: "min" },
    // d min(x, y) = dx where x < y, dy where x > y, (dx + dy)/2 where x = y
    gradient: (g, x, y) => [extremeGradient(g, x, y, "gt"), extremeGradient(g, x, y, "lt")],
    range: ([x, y]) => extreme(x, y, Math.min),
    steep: neverSteep,
    cost: 1,
    formula: (x, y) => call("min", [x, y]),
    samples: extremeSamples,
  });

  /** The larger of each pair; NaN wins; at a tie the gradient goes half to each. */
  readonly maximum: ScalarRecord<2> = binary({
    name: "maximum",
    f32: { value: (x, y) => Math.max(x, y), code: "max" },
    i32: { value: (x, y) => Math.max(x, y), code: "max" },
    // d max(x, y) = dx where x > y, dy where x < y, (dx + dy)/2 where x = y
    gradient: (g, x, y) => [extremeGradient(g, x, y, "lt"), extremeGradient(g, x, y, "gt")],
    range: ([x, y]) => extreme(x, y, Math.max),
    steep: neverSteep,
    cost: 1,
    formula: (x, y) => call("max", [x, y]),
    samples: extremeSamples,
  });

  /** `|x|`; gradient 0 at 0. */
  readonly abs: ScalarRecord<1> = unary({
    name: "abs",
    f32: { value: Math.abs, code: "abs" },
    i32: { value: (x) => Math.abs(x) | 0, code: "abs" },
    // d|x| = sign(x) dx, which is 0 at the kink
    gradient: (g, x) => build.mul(g, build.sign(x)),
    range: ([x]) => magnitude(x),
    steep: neverSteep,
    cost: 1,
    inMath: true,
    formula: (x) => call("abs", [x]),
    samples: [f32Sample([[1, -2.5]]), f32Sample([[0, -0, -Infinity, NaN]], "kink and special values", false), i32Sample([[-3, 0, least]])],
  });

  /** -1, 0 or 1; 0 at NaN; gradient 0. */
  readonly sign: ScalarRecord<1> = unary({
    name: "sign",
    f32: { value: signOf, code: "sign" },
    i32: { value: signOf, code: "sign" },
    gradient: null,
    range: () => range(-1, 1),
    steep: neverSteep,
    cost: 3,
    formula: (x) => call("sign", [x]),
    samples: [f32Sample([[1, -2.5]]), f32Sample([[0, -0, -Infinity, NaN]], "step and special values", false), i32Sample([[-3, 0, 9]])],
  });
}

export const arithmetic = new Arithmetic();
