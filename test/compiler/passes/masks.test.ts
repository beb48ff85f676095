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
const slope = b.where(below, zero, g);

function after(...nodes: readonly Node[]): string {
  const results = nodes.map((node, i) => ({ name: `r${i}`, node }));
  const entry = { name: "predict", results, updates: [], training: false, splittable: false, minimum: 1 } as const;
  const program: Program = { name: "masks", graph, capacity: {}, inputs: [], entries: [entry] };
  return printProgram(readMasksOff(program));
}

test("a gradient goes where the result is positive", () => {
  expect(after(relu, slope)).toMatchInlineSnapshot(`
    "program masks
    x = input[dtype, name, shape] : f32[4]
    g = input[dtype, name, shape] : f32[4]
    %0 = constant[data=[0], dtype, shape] : f32[]
    %1 = broadcast[axes=[], shape](%0) : f32[4]
    %2 = mul(x, x) : f32[4]
    %3 = compare[relation="le"](%2, %1) : bool[4]
    %4 = where(%3, %1, %2) : f32[4]
    %5 = compare[relation="le"](%4, %1) : bool[4]
    %6 = where(%5, %1, g) : f32[4]
    inputs 
    entry predict training=false splittable=false minimum=1
      result "r0" = %4
      result "r1" = %6"
  `);
});

test("a value that something else needs is kept, and its mask", () => {
  const comparisons = (...nodes: readonly Node[]) => after(...nodes).match(/compare/g)?.length;
  expect(comparisons(relu, slope)).toBe(2);
  expect(comparisons(relu, slope, z)).toBe(1);
  expect(comparisons(relu, slope, b.exp(z))).toBe(1);
  expect(comparisons(slope)).toBe(1);
});

test("what lets other values through is no relu", () => {
  const leaky = b.where(below, b.fill(x, 1), z);
  expect(after(leaky, slope).match(/compare/g)).toHaveLength(1);
});
