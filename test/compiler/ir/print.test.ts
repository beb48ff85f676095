import { describe, expect, test } from "vitest";
import type { Program } from "../../../compiler/ir/entry.ts";
import { giveError, givePart, make, nameNode } from "../../../compiler/ir/graph.ts";
import type { InputNode, Node } from "../../../compiler/ir/node.ts";
import { parse, parseProgram } from "../../../compiler/ir/parse.ts";
import { print, printProgram } from "../../../compiler/ir/print.ts";
import * as b from "../../../compiler/ops/build.ts";
import type { Op } from "../../../compiler/ops/op.ts";
import { createGraph, ops } from "../../../compiler/ops/table.ts";

const fails = (text: string, message: string) => expect(() => parse(text, createGraph())).toThrow(message);

describe("print", () => {
  const graph = createGraph();
  const x = b.input(graph, "x", "f32", ["batch", 2]);
  const w = b.parameter(graph, "hidden.weight", [2, 3]);
  const h = b.tanh(b.contract(x, w, "bi,io->bo"));

  test("a node a line, inputs first, then what is returned", () => {
    expect(print([b.add(h, b.fill(h, -0))])).toMatchInlineSnapshot(`
      "x = input[dtype, name, shape] : f32[batch, 2]
      hidden.weight = parameter[name, shape] : f32[2, 3]
      %0 = contract[spec="bi,io->bo"](x, hidden.weight) : f32[batch, 3]
      %1 = tanh(%0) : f32[batch, 3]
      %2 = constant[data=[-0], dtype, shape] : f32[]
      %3 = broadcast[axes=[], shape](%2) : f32[batch, 3]
      %4 = add(%1, %3) : f32[batch, 3]
      return %4"
    `);
  });

  test("equal graphs print equal, whatever was made before", () => {
    const other = createGraph();
    b.constant(other, [7]);
    const twin = b.tanh(b.contract(b.input(other, "x", "f32", ["batch", 2]), b.parameter(other, "hidden.weight", [2, 3]), "bi,io->bo"));
    expect(print([twin])).toBe(print([h]));
  });

  test("a program has its declarations, entry points, names and places", () => {
    nameNode(h, { text: "hidden", position: { file: "my models/a,b.ts", line: 3, column: 9 } });
    graph.positions.set(h, { file: "a.ts", line: 3, column: 18 });
    givePart(h, { name: "S.attended", hasError: true });
    giveError(h, "rec.h");
    graph.declarations.set(w, {
      name: "hidden.weight",
      role: "parameter",
      trainable: true,
      init: undefined,
      letter: "U",
      error: "U",
      position: { file: "a.ts", line: 2, column: 1 },
    });
    const entry = {
      name: "step",
      results: [{ name: "h", node: h }],
      updates: [{ target: w, value: b.neg(w) }],
      training: true,
      splittable: false,
      minimum: 2,
    };
    const program: Program = { name: "m", graph, capacity: { batch: 4 }, inputs: [x as unknown as InputNode], entries: [entry] };
    const text = printProgram(program);
    expect(text).toMatchInlineSnapshot(`
      "program m batch=4
      x = input[dtype, name, shape] : f32[batch, 2]
      hidden.weight = parameter[name, shape] : f32[2, 3]
      %0 = contract[spec="bi,io->bo"](x, hidden.weight) : f32[batch, 3]
      %1 = tanh(%0) : f32[batch, 3]  # "hidden" my%20models/a%2Cb.ts:3:9, by "S.attended", error "rec.h", at a.ts:3:18
      %2 = neg(hidden.weight) : f32[2, 3]
      inputs x
      declare hidden.weight "hidden.weight" parameter trainable letter="U" error="U"  # at a.ts:2:1
      entry step training=true splittable=false minimum=2
        result "h" = %1
        update hidden.weight = %2"
    `);
    const back = parseProgram(text, createGraph());
    expect(printProgram(back)).toBe(text);
    const read = back.entries[0]?.results[0]?.node as Node;
    expect([...(back.graph.names.get(read) ?? [])]).toEqual([...(graph.names.get(h) ?? [])]);
    expect(back.graph.positions.get(read)).toEqual(graph.positions.get(h));
    expect(back.graph.parts.get(read)).toEqual(graph.parts.get(h));
    expect(back.graph.errors.get(read)).toBe("rec.h");
    expect([...back.graph.declarations.values()]).toEqual([graph.declarations.get(w)]);
  });
});

describe("parse", () => {
  const samples = Object.entries(ops).flatMap(([op, record]) =>
    (record as unknown as Op).samples.map((sample, i) => [`${op} ${i}`, op, sample] as const),
  );

  test.each(samples)("the sample %s prints, reads back and prints equal", (_, op, { inputs, params }) => {
    const graph = createGraph();
    const operands = inputs.map(({ dtype = "f32", shape }, i) => b.input(graph, `x${i}`, dtype, shape));
    const text = print([make(op as "add", operands, params as never, graph)]);
    expect(print(parse(text, createGraph()))).toBe(text);
  });

  test("texts with quotes, brackets and commas are read whole", () => {
    const graph = createGraph();
    const text = print([b.input(graph, 'a"], b=[1', "f32", [2])]);
    expect(print(parse(text, createGraph()))).toBe(text);
  });

  test("what is not in the form is refused with the line", () => {
    fails("x = input[dtype, name, shape] : f32[2]\ny = neg(z) : f32[2]", '"z" is not defined');
    fails("x = input[dtype, name, shape] : f32[2]\ny = squiggle(x) : f32[2]", '"squiggle" is no op');
    fails("x = input[dtype, name, shape] : f32[2]\ny = neg(x) : f32[3]", "its type is f32[2]");
    fails("hello", 'Cannot read "hello": expected a node');
  });
});
