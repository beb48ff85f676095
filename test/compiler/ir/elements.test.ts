import { describe, expect, test } from "vitest";
import { readReference } from "../../../compiler/ir/elements.ts";
import { parseProgram } from "../../../compiler/ir/parse.ts";
import { printProgram } from "../../../compiler/ir/print.ts";
import * as b from "../../../compiler/ops/build.ts";
import { createGraph } from "../../../compiler/ops/table.ts";

const memory = new Float32Array([9, 1, 2, 0, 3, 4, 0, -0]).buffer;
const shape = [2, 2];

describe("a place in memory", () => {
  test("is read with its strides", () => {
    expect(readReference("memory[4, 3, 1]", { dtype: "f32", shape, memory })).toEqual([1, 2, 3, 4]);
    expect(readReference("memory[4, 1, 3]", { dtype: "f32", shape, memory })).toEqual([1, 3, 2, 4]);
    expect(readReference("memory[28, 1]", { dtype: "f32", shape: [1], memory })).toEqual([-0]);
    expect(readReference("memory[28, 1]", { dtype: "i32", shape: [1], memory })).toEqual([-(2 ** 31)]);
  });

  test.each([
    ["memory[20, 3, 1]", "ends behind the memory"],
    ["memory[5, 3, 1]", "is no place of an element"],
    ["memory[-4, 3, 1]", "is before the memory"],
    ["memory[4, 3]", "has too few strides"],
    ["memory[4, 3, -1]", "goes backwards"],
    ["memory[, 3, 1]", "goes nowhere"],
    ["memory[4, x, 1]", "has a stride that is no number"],
    ["file[4, 3, 1]", "is no memory"],
  ])("%s %s", (text) => expect(readReference(text, { dtype: "f32", shape, memory })).toBeUndefined());

  test("needs the memory, and room for all elements", () => {
    expect(readReference("memory[4, 3, 1]", { dtype: "f32", shape })).toBeUndefined();
    expect(readReference("memory[0, 0, 0]", { dtype: "f32", shape: [1000, 1000], memory })).toBeUndefined();
  });
});

test("a program refers to long lists that have a place; others stand for themselves", () => {
  const graph = createGraph();
  const [long, other, short] = [70, 71, 64].map((length) => b.constant(graph, [...new Array(length).keys()], [length]));
  const entry = { name: "predict", results: [long, other, short].map((node, i) => ({ name: `r${i}`, node: node as never })), updates: [] };
  const program = { name: "m", graph, capacity: {}, inputs: [], entries: [{ ...entry, training: false, splittable: false, minimum: 0 }] };
  const text = printProgram(program, (node) => (node === other ? undefined : { offset: 8, strides: [1] }));
  expect(text.match(/data=\w*\[.{0,8}/g)).toEqual(["data=memory[8, 1], d", "data=[0, 1, 2,", "data=[0, 1, 2,"]);
  const stored = new Float32Array([0, 0, ...new Array(70).keys()]).buffer;
  expect(printProgram(parseProgram(text, createGraph(), stored))).toBe(printProgram(program));
  expect(() => parseProgram(text, createGraph())).toThrow("its elements are not there");
});
