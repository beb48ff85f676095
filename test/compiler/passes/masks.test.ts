// What relu let through is read off its result, where nothing else needs what it was given.
import { expect, test } from "vitest";
import type { Program } from "../../../compiler/ir/entry.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import { printProgram } from "../../../compiler/ir/print.ts";
import * as b from "../../../compiler/ops/build.ts";
import { createGraph } from "../../../compiler/ops/table.ts";
import { readMasksOff } from "../../../compiler/passes/masks.ts";

const graph = createGraph();
const x = b.input(graph, "x", "f32", [4]);
const g = b.input(graph, "g", "f32", [4]);
const zero = b.fill(x, 0);
const z = b.mul(x, x);
const below = b.compare(z, zero, "le");
const relu = b.where(below, zero, z);
const product = b.contract(b.reshape(relu, [2, 2]), b.reshape(g, [2, 2]), "ik,kj->ij");
const slope = b.where(below, zero, g);

function after(...nodes: readonly Node[]): string {
  const results = nodes.map((node, i) => ({ name: `r${i}`, node }));
  const entry = { name: "predict", results, updates: [], training: false, splittable: false, minimum: 1 } as const;
  const program: Program = { name: "masks", graph, capacity: {}, inputs: [], entries: [entry] };
  return printProgram(readMasksOff(program));
}

test("a gradient goes where the result is positive", () => {
  expect(after(product, slope)).toMatchInlineSnapshot(`
    "program masks
    x = input[dtype, name, shape] : f32[4]
    g = input[dtype, name, shape] : f32[4]
    %0 = constant[data=[0], dtype, shape] : f32[]
    %1 = broadcast[axes=[], shape](%0) : f32[4]
    %2 = mul(x, x) : f32[4]
    %3 = compare[relation="le"](%2, %1) : bool[4]
    %4 = where(%3, %1, %2) : f32[4]
    %5 = reshape[shape](%4) : f32[2, 2]
    %6 = reshape[shape](g) : f32[2, 2]
    %7 = contract[spec="ik,kj->ij"](%5, %6) : f32[2, 2]
    %8 = compare[relation="le"](%4, %1) : bool[4]
    %9 = where(%8, %1, g) : f32[4]
    inputs 
    entry predict training=false splittable=false minimum=1
      result "r0" = %7
      result "r1" = %9"
  `);
});

test("a value that something else needs is kept, and its mask", () => {
  const comparisons = (...nodes: readonly Node[]) => after(...nodes).match(/compare/g)?.length;
  expect(comparisons(product, slope)).toBe(2);
  expect(comparisons(product, slope, z)).toBe(1);
  expect(comparisons(product, slope, b.exp(z))).toBe(1);
  expect(comparisons(slope)).toBe(1);
});

test("what no product reads is computed again where it is needed", () => {
  expect(after(b.max(relu, [0], "even"), slope).match(/compare/g)).toHaveLength(1);
});

test("what lets other values through is no relu", () => {
  const leaky = b.where(below, b.fill(x, 1), z);
  expect(after(leaky, slope).match(/compare/g)).toHaveLength(1);
});
