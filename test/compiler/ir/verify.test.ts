import { describe, expect, test } from "vitest";
import type { Entry, Program } from "../../../compiler/ir/entry.ts";
import { nameNode } from "../../../compiler/ir/graph.ts";
import { verify, verifyNodes } from "../../../compiler/ir/verify.ts";
import * as b from "../../../compiler/ops/build.ts";
import { createGraph } from "../../../compiler/ops/table.ts";

const graph = createGraph();
const x = b.input(graph, "x", "f32", [2]);
const w = b.parameter(graph, "w", [2]);
const y = b.add(x, w);
const program = (...entries: Partial<Entry>[]): Program => {
  const complete = entries.map((entry, i) => ({ name: `e${i}`, results: [], updates: [], training: false, splittable: false, minimum: 1, ...entry }));
  return { name: "m", graph, capacity: {}, inputs: [], entries: complete };
};

describe("verify", () => {
  test("a graph in order passes", () => {
    verify(program({ results: [{ name: "y", node: y }] }));
  });

  test.each([
    ["an input of another graph", { ...y, inputs: [b.input(createGraph(), "x", "f32", [2]), w] }, "has an input of another graph"],
    ["a cycle", { ...y, inputs: [x, b.neg(y)] }, "was made before one of its inputs"],
    ["a type that its op does not infer", { ...y, shape: [3] }, "is f32[3], but its op infers f32[2]"],
    ["a shape of no extent", { ...y, shape: [1.5] }, "has no legal shape"],
  ])("%s", (_, broken, message) => {
    graph.nodes[y.id] = broken;
    expect(() => verifyNodes([broken])).toThrow(message);
    graph.nodes[y.id] = y;
  });

  test("a cycle that closes ends the walk", () => {
    const closed = { ...y, inputs: [x] };
    Object.assign(closed, { inputs: [x, { ...b.neg(y), inputs: [closed] }] });
    expect(() => verifyNodes([closed])).toThrow("is not a node of its graph");
  });

  test("a node that is not the one of its graph", () => {
    expect(() => verifyNodes([{ ...y }])).toThrow("is not a node of its graph");
  });

  test("entry points and results have names of their own", () => {
    expect(() => verify(program({ name: "a" }, { name: "a" }))).toThrow("Two entry points have one name: a, a");
    const results = [
      { name: "y", node: y },
      { name: "y", node: x },
    ];
    expect(() => verify(program({ results }))).toThrow('Two results of "e0" have one name: y, y');
  });

  test("an update writes a parameter or state of its own type", () => {
    expect(() => verify(program({ updates: [{ target: w, value: y }] }))).toThrow("updates what is no parameter or state");
    graph.declarations.set(w, { name: "w", role: "parameter", trainable: true, init: undefined });
    verify(program({ updates: [{ target: w, value: y }] }));
    expect(() => verify(program({ updates: [{ target: w, value: b.sum(y, [0]) }] }))).toThrow("updates f32[2] with f32[]");
  });

  test("a result keeps its name and those of its value", () => {
    nameNode(y, { text: "total" });
    const before = program({ results: [{ name: "y", node: y }] });
    expect(() => verify(program({ results: [{ name: "y", node: x }] }), before)).toThrow('"e0.y" = "total"');
    expect(() => verify(program({ results: [] }), before)).toThrow('The name of "e0.y" was lost');
  });
});
