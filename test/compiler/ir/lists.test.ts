import { expect, test } from "vitest";
import { longestText, oneNumberOf } from "../../../compiler/ir/lists.ts";
import * as b from "../../../compiler/ops/build.ts";
import { createGraph } from "../../../compiler/ops/table.ts";

const length = longestText + 1;
const list = (...first: number[]) => [...first, ...new Array<number>(length - first.length).fill(7)];

test("constants of equal long lists are one node, whichever object holds them; -0 differs from 0, and NaN equals itself", () => {
  const graph = createGraph();
  const constant = (...first: number[]) => b.constant(graph, list(...first), [length]);
  expect(constant(1, 2)).toBe(constant(1, 2));
  expect(constant(Number.NaN)).toBe(constant(Number.NaN));
  expect(constant(-0)).not.toBe(constant(0));
  expect(constant(1, 2)).not.toBe(constant(2, 1));
  expect(constant(1)).not.toBe(b.constant(graph, list(1), [length, 1]));
});

test("lists of one hash are told apart", () => {
  const graph = createGraph();
  const { lists } = graph;
  // Letters have no bits as numbers, so that all lists of letters have one.
  const letters = (first: string) => [first, ...new Array<string>(length).fill("b")];
  expect(lists.numberOf(letters("a"))).toBe(lists.numberOf(letters("a")));
  expect(lists.numberOf(letters("a"))).not.toBe(lists.numberOf(letters("c")));
});

test("the number that all elements are", () => {
  expect([[2, 2, 2], [-0, -0], [Number.NaN, Number.NaN], [0, -0], [1, 2], []].map(oneNumberOf)).toEqual([
    2,
    -0,
    Number.NaN,
    undefined,
    undefined,
    undefined,
  ]);
});
