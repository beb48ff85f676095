// Sums that are 0 but for rounding: what the interpreter says of them where its numbers are for people.
import { expect, test } from "vitest";
import { evaluate, valueAt } from "../../../compiler/interpret.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import * as build from "../../../compiler/ops/build.ts";
import { createGraph } from "../../../compiler/ops/table.ts";

type Made = (x: Node, w: Node) => Node;

function numbersOf(made: Made, x: readonly number[], w: readonly number[], round?: "cancelled"): number[] {
  const graph = createGraph();
  const root = made(build.input(graph, "x", "f32", [x.length]), build.input(graph, "w", "f32", [w.length]));
  const sources = new Map(Object.entries({ x, w }).map(([name, data]) => [name, { shape: [data.length], data }]));
  return [...valueAt(evaluate([root], { sources, ...(round && { round }) }), root).data];
}

const total: Made = (x, w) => build.sum(build.sub(x, w), [0]);
const rows: readonly [text: string, made: Made, x: readonly number[], w: readonly number[]][] = [
  ["a product of matrices", (x, w) => build.contract(x, w, "k,k->"), [1, 3], [-0.3, 0.1]],
  ["a difference", (x, w) => build.sub(x, w), [0.1 + 0.2], [0.3]],
  ["a sum", (x) => build.sum(x, [0]), [0.1, 0.2, -0.3], [0]],
  ["a sum of differences, by the terms of these", total, [1.1, 1.2, 4.3], [2.2, 2.2, 2.2]],
];

test.each(rows)("%s is 0 where its terms cancel but for rounding", (_, made, x, w) => {
  const [rounded] = numbersOf(made, x, w);
  expect(rounded).not.toBe(0);
  expect(Math.abs(rounded as number)).toBeLessThan(1e-14);
  expect(numbersOf(made, x, w, "cancelled")).toEqual([0]);
});

test.each([
  ["small terms", total, [3e-17], [1e-17], [3e-17 - 1e-17]],
  ["what is infinite", total, [Infinity], [1], [Infinity]],
  ["an infinite sum of finite terms", total, [1e308, 1e308], [-1e308, -1e308], [Infinity]],
  ["a zero with a sign", (x: Node, w: Node) => build.add(x, w), [-0], [-0], [-0]],
])("%s stays", (_, made, x, w, expected) => {
  expect(numbersOf(made, x, w, "cancelled")).toEqual(expected);
});
