// Which gradient is taken where there are several: the conventions of PyTorch.
import { expect, test } from "vitest";
import { evaluate, type Source, valueAt } from "../../../compiler/interpret.ts";
import { make } from "../../../compiler/ir/graph.ts";
import type { Node, Params } from "../../../compiler/ir/node.ts";
import * as build from "../../../compiler/ops/build.ts";
import { scalars } from "../../../compiler/ops/elementwise.ts";
import type { Op } from "../../../compiler/ops/op.ts";
import { createGraph, type OpName, ops } from "../../../compiler/ops/table.ts";

const f32 = (...data: number[]): Source => ({ shape: [data.length], data });
const i32 = (...data: number[]): Source => ({ dtype: "i32", shape: [data.length], data });
const bool = (...data: number[]): Source => ({ dtype: "bool", shape: [data.length], data });

/** The gradient of every operand for g = 1, or g as given; null where the rule gives none. */
function gradients(op: OpName, operands: readonly Source[], params: Params, g?: readonly number[]): (number[] | null)[] {
  const graph = createGraph();
  const xs = operands.map(({ dtype = "f32", shape }, i) => build.input(graph, `x${i}`, dtype, shape));
  const y = make(op, xs, params as never, graph);
  const incoming = g ? build.constant(graph, g, y.shape as number[]) : build.fill(y, 1);
  const rule = (ops[op] as unknown as Op<Params>).gradient;
  const nodes = rule ? rule(incoming, xs, y, params) : [];
  const values = evaluate(
    nodes.filter((node): node is Node => node !== null),
    { sources: new Map(operands.map((operand, i) => [`x${i}`, operand])) },
  );
  return nodes.map((node) => node && [...valueAt(values, node).data]);
}

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

type Row = [text: string, op: OpName, operands: readonly Source[], params: Params, expected: readonly (readonly number[] | null)[]];

const rows: Row[] = [
  ["abs has slope 0 at ±0 and at NaN", "abs", [f32(0, -0, nan, -3)], {}, [[0, 0, 0, -1]]],
  ["sqrt has slope infinity at 0", "sqrt", [f32(0)], {}, [[inf]]],
  [
    "minimum shares a tie",
    "minimum",
    [f32(1, 2, 3), f32(1, 3, 2)],
    {},
    [
      [0.5, 1, 0],
      [0.5, 0, 1],
    ],
  ],
  [
    "maximum shares a tie",
    "maximum",
    [f32(1, 2, 3), f32(1, 3, 2)],
    {},
    [
      [0.5, 0, 1],
      [0.5, 1, 0],
    ],
  ],
  ["max gives all to the first", "max", [f32(1, 3, 3)], { axes: [0], ties: "first" }, [[0, 1, 0]]],
  ["max gives all to the first NaN", "max", [f32(5, nan, nan)], { axes: [0], ties: "first" }, [[0, 1, 0]]],
  ["max shares evenly", "max", [f32(1, 3, 3)], { axes: [0], ties: "even" }, [[0, 0.5, 0.5]]],
  [
    "x^0 has slope 0 everywhere",
    "pow",
    [f32(0, nan, 2, -1), f32(0, 0, 0, 0)],
    {},
    [
      [0, 0, 0, 0],
      [0, nan, Math.log(2), nan],
    ],
  ],
  [
    "0^p by p has slope 0 for p >= 0",
    "pow",
    [f32(0, 0), f32(2, 0)],
    {},
    [
      [0, 0],
      [0, 0],
    ],
  ],
  ["x^p by p is NaN for x < 0", "pow", [f32(-2), f32(2)], {}, [[-4], [nan]]],
  ["where gives 0 to the branch not taken", "where", [bool(1, 0), f32(nan, inf), f32(inf, nan)], {}, [null, [1, 0], [0, 1]]],
  ["gather drops indices outside", "gather", [f32(1, 2), i32(1, 5, -1, 1)], {}, [[0, 2], null]],
  ["scatterAdd has slope 0 where it dropped", "scatterAdd", [f32(1, 2, 3), i32(1, 5, -1)], { extent: 2 }, [[1, 0, 0], null]],
];

test.each(rows)("%s", (_, op, operands, params, expected) => {
  expect(gradients(op, operands, params)).toEqual(expected);
});

test("max to the first gives no NaN to the others, even for an infinite gradient", () => {
  expect(gradients("max", [f32(1, 3, 3)], { axes: [0], ties: "first" }, [inf])).toEqual([[0, inf, 0]]);
});

test("steps have no gradient", () => {
  const steps = (Object.keys(ops) as OpName[]).filter(
    (name) => ops[name].gradient === null && ops[name].samples.some(({ inputs }) => inputs.length > 0) && !Object.hasOwn(scalars, name),
  );
  expect(steps).toEqual(["random", "compare", "argmax", "oneHot", "stopGradient"]);
  // A scalar op without a gradient gives whole numbers.
  const values = Object.values(scalars).flatMap(({ gradient, f32 }) => (gradient ? [] : [-2.5, -0.3, 0.3, 2.5].map((x) => f32.value(x, 0, 0))));
  expect(values.every(Number.isInteger)).toBe(true);
});

test("x^0 with a constant exponent has no gradient, and x^p none by a constant p", () => {
  const graph = createGraph();
  const x = build.input(graph, "x", "f32", [2]);
  const rule = (p: number) => {
    const y = build.pow(x, build.fill(x, p));
    return (ops.pow.gradient as NonNullable<Op["gradient"]>)(build.fill(y, 1), y.inputs, y, {});
  };
  expect(rule(0)).toEqual([null, null]);
  expect(rule(3)).toEqual([expect.objectContaining({ op: "mul" }), null]);
});
