// An op with a body, as a loop has one: `repeat[times=3](x){next}`, the slot standing for the value of the step before.
import { expect, test } from "vitest";
import { make, newGraph } from "../../../compiler/ir/graph.ts";
import type { Node, Rules } from "../../../compiler/ir/node.ts";
import { parse } from "../../../compiler/ir/parse.ts";
import { print } from "../../../compiler/ir/print.ts";
import type { Shape, TensorType } from "../../../compiler/ir/type.ts";
import { verifyNodes } from "../../../compiler/ir/verify.ts";
import { substitute, withBodies, withoutBodies } from "../../../compiler/ir/walk.ts";
import * as b from "../../../compiler/ops/build.ts";
import { ops } from "../../../compiler/ops/table.ts";
import { simplify } from "../../../compiler/passes/simplify.ts";
import { renameVariables } from "../../../src/rename.ts";

const slotOp = { type: (_: readonly TensorType[], { shape }: { readonly shape: Shape }): TensorType => ({ dtype: "f32", shape }), gradient: null };
const repeatOp = { type: (_: readonly TensorType[], __: object, [next]: readonly TensorType[]): TensorType => next as TensorType, gradient: null };
const rules: Rules = { ops: { ...ops, slot: slotOp, repeat: repeatOp }, operatorOn: () => new Error("no operator") };

const graph = newGraph(rules);
const x = b.input(graph, "x", "f32", [2]);
const w = b.parameter(graph, "w", [2]);
const slot = make("slot", [], { name: "h", shape: [2] }, graph);
const repeat = (next: Node, inputs: readonly Node[] = [x, w]): Node => make("repeat", inputs, { times: 3 }, graph, [next]);
const next = b.mul(slot, w);
const y = b.neg(repeat(next));

test("the body takes part in what makes two nodes equal", () => {
  expect(repeat(b.mul(slot, w))).toBe(repeat(next));
  expect(repeat(b.add(slot, w))).not.toBe(repeat(next));
  expect(x.body).toEqual([]);
});

test("a walk enters bodies or does not, as its name says", () => {
  expect(withoutBodies([y])).toEqual([x, w, repeat(next), y]);
  expect(withBodies([y])).toEqual([x, w, slot, next, repeat(next), y]);
});

test("a graph with a body prints all of it and is read back", () => {
  const text = print([y]);
  expect(text).toMatchInlineSnapshot(`
    "x = input[dtype, name, shape] : f32[2]
    w = parameter[name, shape] : f32[2]
    h = slot[name, shape] : f32[2]
    %0 = mul(h, w) : f32[2]
    %1 = repeat[times=3](x, w){%0} : f32[2]
    %2 = neg(%1) : f32[2]
    return %2"
  `);
  expect(print(parse(text, newGraph(rules)))).toBe(text);
});

test("rewriting and substituting reach into bodies", () => {
  const before = b.neg(repeat(b.mul(slot, b.mul(w, b.fill(w, 1)))));
  expect(simplify([before]).image(before)).toBe(y);
  expect(substitute([y], new Map([[w, x]]))).toEqual([b.neg(repeat(b.mul(slot, x), [x, x]))]);
});

test("a copy of a graph with other names has its bodies", () => {
  const { image } = renameVariables(graph, new Map([[w, "v"]]), [y]);
  expect(print([image(y)])).toBe(print([y]).replaceAll(/\bw\b/g, "v"));
});

test("what is wrong in a body is found", () => {
  const broken = { ...next, shape: [3] } as Node;
  graph.nodes[next.id] = broken;
  expect(() => verifyNodes([{ ...y, inputs: [{ ...repeat(next), body: [broken] }] } as Node])).toThrow("is f32[3], but its op infers f32[2]");
  graph.nodes[next.id] = next;
  const early = { ...repeat(next), body: [y] } as Node;
  graph.nodes[early.id] = early;
  expect(() => verifyNodes([early])).toThrow("has a body of another graph, or one that was made later");
  graph.nodes[early.id] = repeat(next);
});
