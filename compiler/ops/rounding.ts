// Steps to whole numbers. Their slope is 0 wherever they have one.
import { call } from "../formula/tree.ts";
import { neverSteep, steps } from "./range.ts";
import { f32Sample, type ScalarRecord, unary } from "./scalar.ts";

/** A step that `Math` and WebAssembly have by one name. */
const step = (name: "floor" | "ceil" | "trunc") =>
  unary({
    name,
    f32: { value: Math[name], code: name },
    gradient: null,
    range: steps,
    steep: neverSteep,
    cost: 1,
    inMath: true,
    formula: (x) => call(name, [x]),
    samples: [f32Sample([[0.5, -0.5, 2.5, -3.7]]), f32Sample([[0, -0, 3, -3, -Infinity, NaN]], "steps and special values", false)],
  });

/** The nearest whole number, the even one of two. */
const roundHalfToEven = (x: number) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

class Rounding {
  /** The largest whole number that is not above x; gradient 0. */
  readonly floor: ScalarRecord<1> = step("floor");
  /** The smallest whole number that is not below x; gradient 0. */
  readonly ceil: ScalarRecord<1> = step("ceil");
  /** The nearest whole number, half to even; gradient 0. */
  readonly round: ScalarRecord<1> = unary({
    name: "round",
    f32: { value: roundHalfToEven, code: "nearest" },
    gradient: null,
    range: steps,
    steep: neverSteep,
    cost: 1,
    formula: (x) => call("round", [x]),
    samples: [f32Sample([[0.3, -0.7, 2, -0]]), f32Sample([[0.5, 1.5, 2.5, -0.5, -1.5, -2.5, -Infinity, NaN]], "halves and special values", false)],
  });
  /** x without its fraction; gradient 0. */
  readonly trunc: ScalarRecord<1> = step("trunc");
}

export const rounding = new Rounding();
