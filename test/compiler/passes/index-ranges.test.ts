import { expect, test } from "vitest";
import type { Program } from "../../../compiler/ir/entry.ts";
import { withGraph } from "../../../compiler/ir/graph.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import * as b from "../../../compiler/ops/build.ts";
import { createGraph } from "../../../compiler/ops/table.ts";
import { guardedIndices, indexRanges } from "../../../compiler/passes/index-ranges.ts";
import * as losses from "../../../src/losses/index.ts";
import * as metrics from "../../../src/metrics/index.ts";

function programOf(use: (i: Node, x: Node) => Node): { program: Program; i: Node } {
  const graph = createGraph();
  const i = b.input(graph, "i", "i32", ["batch"]);
  const x = b.input(graph, "x", "f32", ["batch", 3]);
  const results = [{ name: "y", node: withGraph(graph, () => use(i, x)) }];
  const entry = { name: "e", results, updates: [], training: false, splittable: false, minimum: 1 };
  return { program: { name: "m", graph, capacity: { batch: 4 }, inputs: [], entries: [entry] }, i };
}

function rangesOf(use: (i: Node, x: Node) => Node) {
  const { program, i } = programOf(use);
  return indexRanges(program).get(i);
}

const table = (x: Node) => b.constant(x.graph, [1, 2, 3, 4, 5], [5]);

test.each<readonly [string, (i: Node, x: Node) => Node, object | undefined]>([
  ["gather takes the rows of its table", (i, x) => b.gather(table(x), i), { lower: 0, upper: 5 }],
  ["oneHot takes its classes", (i) => b.oneHot(i, 7), { lower: 0, upper: 7 }],
  ["scatterAdd takes the rows of its result", (i, x) => b.scatterAdd(x, i, 9), { lower: 0, upper: 9 }],
  ["an index that is only moved is the input's", (i) => b.oneHot(b.reshape(i, [1, "batch"]), 7), { lower: 0, upper: 7 }],
  ["the narrowest use counts", (i, x) => b.sum(b.add(b.sum(b.oneHot(i, 3), [1]), b.gather(table(x), i)), [0]), { lower: 0, upper: 3 }],
  ["crossEntropy leaves one value out", (i, x) => losses.crossEntropy(x, i), { lower: 0, upper: 3, except: -100 }],
  ["a value that is left out within the range needs no exception", (i, x) => losses.crossEntropy(x, i, { ignoreIndex: 2 }), { lower: 0, upper: 3 }],
  ["an index that is computed is not ranged", (i) => b.oneHot(b.add(i, i), 7), undefined],
  ["nor one along a dynamic axis", (i, x) => b.gather(x, i), undefined],
])("%s", (_, use, range) => {
  expect(rangesOf(use)).toEqual(range);
});

test("an index that says yes or no needs no guard along two classes or more", () => {
  const isAbove = (x: Node) => b.cast(b.compare(x, x, "gt"), "i32");
  expect(guardedIndices(programOf((_, x) => b.oneHot(isAbove(x), 2)).program)).toEqual([]);
  expect(guardedIndices(programOf((_, x) => b.oneHot(isAbove(x), 1)).program)).toHaveLength(1);
  expect(guardedIndices(programOf((_, x) => metrics.f1(x, x)).program)).toEqual([]);
});
