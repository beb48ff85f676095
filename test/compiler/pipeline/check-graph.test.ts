import { describe, expect, test } from "vitest";
import type { Program } from "../../../compiler/ir/entry.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import * as b from "../../../compiler/ops/build.ts";
import { createGraph } from "../../../compiler/ops/table.ts";
import { checkProgram } from "../../../compiler/pipeline/check-graph.ts";

const graph = createGraph();
const x = b.input(graph, "x", "f32", ["batch", 3]);
const i = b.input(graph, "i", "i32", ["batch"]);
const y = b.mul(x, b.oneHot(i, 3));

const program = (node: Node): Program => {
  const entry = { name: "predict", results: [{ name: "y", node }], updates: [], training: false, splittable: false, minimum: 1 };
  return { name: "m", graph, capacity: { batch: 64 }, inputs: [x, i] as unknown as Program["inputs"], entries: [entry] };
};

describe("checkProgram", () => {
  test("a pass that keeps the values passes", () => {
    checkProgram(program(y), program(b.mul(b.oneHot(i, 3), x)), 2);
  });

  test("level 2 finds other values, and shows the program before", () => {
    const wrong = program(b.mul(y, b.fill(y, 2)));
    expect(() => checkProgram(program(y), wrong, 2)).toThrow(/result or update 0 of "predict" is \[[\s\S]*program m batch=64/);
    checkProgram(program(y), wrong, 1);
  });

  test("level 1 finds a graph that is not in order", () => {
    const broken = program({ ...y });
    expect(() => checkProgram(program(y), broken, 1)).toThrow("is not a node of its graph");
    checkProgram(program(y), broken, 0);
  });
});
