// Values known from elsewhere: tables, PyTorch's conventions, arithmetic by hand.
import { expect, test } from "vitest";
import { evaluate, type Source, valueAt } from "../../../compiler/interpret.ts";
import { make } from "../../../compiler/ir/graph.ts";
import type { Params } from "../../../compiler/ir/node.ts";
import * as build from "../../../compiler/ops/build.ts";
import { createGraph, type OpName } from "../../../compiler/ops/table.ts";

const f32 = (...data: number[]): Source => ({ shape: [data.length], data });
const i32 = (...data: number[]): Source => ({ dtype: "i32", shape: [data.length], data });
const bool = (...data: number[]): Source => ({ dtype: "bool", shape: [data.length], data });
const tensor = (shape: readonly number[], ...data: number[]): Source => ({ shape, data });

function apply(op: OpName, operands: readonly Source[], params: Params): number[] {
  const graph = createGraph();
  const xs = operands.map(({ dtype = "f32", shape }, i) => build.input(graph, `x${i}`, dtype, shape));
  const y = make(op, xs, params as never, graph);
  return [...valueAt(evaluate([y], { sources: new Map(operands.map((operand, i) => [`x${i}`, operand])) }), y).data];
}

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const greatest = 2147483647;
const least = -2147483648;

type Row = [op: OpName, operands: readonly Source[], params: Params, expected: readonly number[]];

const exact: Row[] = [
  ["add", [i32(greatest), i32(1)], {}, [least]],
  ["sub", [i32(least), i32(1)], {}, [greatest]],
  ["mul", [i32(greatest, 65537), i32(greatest, 65537)], {}, [1, 131073]],
  ["neg", [i32(least, 0)], {}, [least, 0]],
  ["neg", [f32(0)], {}, [-0]],
  ["div", [f32(1, -1, 0), f32(0, 0, 0)], {}, [inf, -inf, nan]],
  ["pow", [f32(nan, 0, -8, -2, 1, -1), f32(0, 0, 1 / 3, 3, nan, inf)], {}, [1, 1, nan, -8, 1, 1]],
  ["minimum", [f32(0, nan, 1), f32(-0, 1, nan)], {}, [-0, nan, nan]],
  ["maximum", [f32(0, nan, 1), f32(-0, 1, nan)], {}, [0, nan, nan]],
  ["abs", [f32(-0, -inf, nan)], {}, [0, inf, nan]],
  ["sign", [f32(0, -0, nan, 2, -inf)], {}, [0, 0, 0, 1, -1]],
  ["round", [f32(0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 2.6)], {}, [0, 2, 2, -0, -2, -2, 3]],
  ["floor", [f32(-0.5, 1.9)], {}, [-1, 1]],
  ["trunc", [f32(-1.5, 1.9)], {}, [-1, 1]],
  ["sigmoid", [f32(0, inf, -inf, -1000)], {}, [0.5, 1, 0, 0]],
  ["softplus", [f32(inf, -inf, 1000, nan)], {}, [inf, 0, 1000, nan]],
  ["compare", [f32(nan, 0), f32(nan, -0)], { relation: "eq" }, [0, 1]],
  ["compare", [f32(nan, 0), f32(nan, -0)], { relation: "ne" }, [1, 0]],
  ["compare", [bool(0, 0, 1, 1), bool(0, 1, 0, 1)], { relation: "lt" }, [0, 1, 0, 0]],
  ["compare", [bool(0, 0, 1, 1), bool(0, 1, 0, 1)], { relation: "le" }, [1, 1, 0, 1]],
  ["where", [bool(1, 0), f32(1, nan), f32(nan, 2)], {}, [1, 2]],
  ["cast", [f32(-2.7, nan, 3e9, -inf)], { dtype: "i32" }, [-2, 0, greatest, least]],
  ["cast", [f32(nan, 0.1, -0)], { dtype: "bool" }, [1, 1, 0]],
  ["contract", [tensor([2, 2], 1, 2, 3, 4), tensor([2, 2], 5, 6, 7, 8)], { spec: "ik,kj->ij" }, [19, 22, 43, 50]],
  ["contract", [tensor([2, 2], 1, 2, 3, 4), tensor([2, 2], 5, 6, 7, 8)], { spec: "ik,jk->ji" }, [17, 39, 23, 53]],
  ["contract", [tensor([2], 1, 2), tensor([3], 3, 4, 5)], { spec: "a,b->ba" }, [3, 6, 4, 8, 5, 10]],
  ["contract", [tensor([2], -1, 1), tensor([1], 0)], { spec: "a,b->ab" }, [-0, 0]],
  ["contract", [tensor([1, 0]), tensor([0, 1])], { spec: "ik,kj->ij" }, [0]],
  ["sum", [tensor([2, 3], 1, 2, 3, 4, 5, 6)], { axes: [0] }, [5, 7, 9]],
  ["sum", [tensor([2, 3], 1, 2, 3, 4, 5, 6)], { axes: [1] }, [6, 15]],
  ["sum", [i32(greatest, 1)], { axes: [0] }, [least]],
  ["max", [tensor([2, 2], -3, -1, nan, 7)], { axes: [1], ties: "first" }, [-1, nan]],
  ["argmax", [tensor([2, 3], 1, 3, 3, 2, nan, nan)], { axis: 1 }, [1, 1]],
  ["argmax", [tensor([2, 3], 1, 3, 3, 2, nan, nan)], { axis: 0 }, [1, 1, 1]],
  ["permute", [tensor([2, 3], 1, 2, 3, 4, 5, 6)], { order: [1, 0] }, [1, 4, 2, 5, 3, 6]],
  ["permute", [tensor([1, 2, 3], 1, 2, 3, 4, 5, 6)], { order: [2, 0, 1] }, [1, 4, 2, 5, 3, 6]],
  ["broadcast", [tensor([2, 1], 1, 2)], { shape: [2, 2, 2], axes: [0, 2] }, [1, 1, 1, 1, 2, 2, 2, 2]],
  ["slice", [tensor([2, 3], 1, 2, 3, 4, 5, 6)], { start: [0, 1], shape: [2, 1] }, [2, 5]],
  ["pad", [tensor([1, 2], 1, 2)], { low: [1, 0], high: [0, 1], value: 9 }, [9, 9, 9, 1, 2, 9]],
  ["flip", [tensor([2, 2], 1, 2, 3, 4)], { axes: [1] }, [2, 1, 4, 3]],
  ["concat", [tensor([2, 1], 1, -0), tensor([2, 2], 3, 4, 5, 6)], { axis: 1 }, [1, 3, 4, -0, 5, 6]],
  ["window", [f32(0, 1, 2, 3, 4, 5)], { axis: 0, size: 2, stride: 3, dilation: 2 }, [0, 2, 3, 5]],
  ["fold", [tensor([3, 2], 1, 2, 3, 4, 5, 6)], { axis: 0, extent: 4, stride: 1, dilation: 1 }, [1, 5, 9, 6]],
  ["gather", [tensor([2, 2], 1, 2, 3, 4), i32(1, -1, 2, 0)], {}, [3, 4, nan, nan, nan, nan, 1, 2]],
  ["scatterAdd", [f32(1, 2, 4, 8), i32(1, -1, 2, 1)], { extent: 2 }, [0, 9]],
  ["oneHot", [i32(1, -1, 3)], { extent: 3 }, [0, 1, 0, 0, 0, 0, 0, 0, 0]],
];

test.each(exact)("%s(%j) %j is exactly %j", (op, operands, params, expected) => {
  const value = apply(op, operands, params);
  expect(value.length).toBe(expected.length);
  value.forEach((element, i) => {
    expect(element).toBe(expected[i]);
  });
});

// Abramowitz and Stegun, table 7.1, and Wolfram's value at 5.
const errorFunction = [
  [0.1, 0.1124629160182849],
  [0.5, 0.5204998778130465],
  [1, 0.8427007929497149],
  [2, 0.9953222650189527],
  [5, 0.9999999999984626],
  [-1, -0.8427007929497149],
] as const;

test.each(errorFunction)("erf(%d) has an absolute error below 1e-15", (x, expected) => {
  const [value] = apply("erf", [f32(x)], {}) as [number];
  expect(Math.abs(value - expected)).toBeLessThan(1e-15);
});

test("named sources are looked up, and the module's own are the evaluation's", () => {
  const graph = createGraph();
  const sources = new Map([
    ["x", f32(1, 2)],
    ["w", f32(3)],
    ["t", i32(4)],
  ]);
  const nodes = [
    build.input(graph, "x", "f32", [2]),
    build.parameter(graph, "w", [1]),
    build.state(graph, "t", "i32", [1]),
    build.size(graph, "batch·3"),
    build.training(graph),
  ];
  const values = evaluate(nodes, { sources, sizes: { batch: 5 }, training: true });
  expect(nodes.map((node) => [...valueAt(values, node).data])).toEqual([[1, 2], [3], [4], [15], [1]]);
  expect(() => evaluate(nodes, { sources: new Map() })).toThrow('No value is given for "x"');
});

test("constants of f32 are rounded to f32, so that every evaluator sees the same value", () => {
  const graph = createGraph();
  const tenth = build.constant(graph, [0.1]);
  expect(valueAt(evaluate([tenth], { sources: new Map() }), tenth).data[0]).toBe(Math.fround(0.1));
});
