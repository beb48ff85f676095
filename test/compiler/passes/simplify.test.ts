import { describe, expect, test } from "vitest";
import { differentiate } from "../../../compiler/calculus/differentiate.ts";
import { type Entry, mapRegion, type Program } from "../../../compiler/ir/entry.ts";
import { nameNode, withGraph } from "../../../compiler/ir/graph.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import { verify } from "../../../compiler/ir/verify.ts";
import * as b from "../../../compiler/ops/build.ts";
import { createGraph } from "../../../compiler/ops/table.ts";
import { simplify, simplifyProgram } from "../../../compiler/passes/simplify.ts";
import { specialise } from "../../../compiler/passes/specialise.ts";
import { stabilise } from "../../../compiler/passes/stabilise.ts";
import { any, is } from "../../../compiler/rewrite/pattern.ts";
import { bits, rewrite } from "../../../compiler/rewrite/rewrite.ts";
import * as losses from "../../../src/losses/index.ts";
import { ops } from "../../../src/ops/index.ts";
import { expressionOf } from "../../support/expression.ts";
import { expectSameProgram } from "../../support/same-value.ts";

const entry = (name: string, results: Entry["results"], training = true): Entry => ({
  name,
  results,
  updates: [],
  training,
  splittable: false,
  minimum: 1,
});

/** The gradient of `loss(z, y)` by z, simplified as in a program. */
function gradientOf(dtype: "f32" | "i32", loss: (z: Node, y: Node) => Node): string {
  const graph = createGraph();
  return withGraph(graph, () => {
    const z = b.input(graph, "z", "f32", ["batch", 3]);
    const y = b.input(graph, "y", dtype, dtype === "i32" ? ["batch"] : ["batch", 3]);
    const value = loss(z, y);
    const [gradient] = differentiate(value, [z]);
    const inputs = [z, y] as unknown as Program["inputs"];
    const results = [
      { name: "loss", node: value },
      { name: "z", node: gradient as Node },
    ];
    const before: Program = { name: "m", graph, capacity: { batch: 4 }, inputs, entries: [entry("gradients", results)] };
    const { image } = stabilise(results.map(({ node }) => node));
    const stable = { ...before, entries: before.entries.map((entry) => mapRegion(entry, image)) };
    const after = simplifyProgram(specialise(stable));
    verify(after, before);
    expectSameProgram(before, after, { classes: 3 });
    return expressionOf(after.entries[0]?.results[1]?.node as Node);
  });
}

describe("gradients of losses come out as they are written in books", () => {
  test("mse: 2/(batch·3)·(p - y)", () => {
    expect(gradientOf("f32", (p, y) => losses.mse(p, y))).toMatchInlineSnapshot(`"mul(sub(z, y), div(2, batch·3))"`);
  });
  test("binary cross-entropy: (sigmoid(z) - y)/(batch·3)", () => {
    const expected = gradientOf("f32", (z, y) => losses.bceWithLogits(z, y));
    expect(expected).toMatchInlineSnapshot(`"mul(sub(sigmoid(z), y), div(1, batch·3))"`);
    expect(gradientOf("f32", (z, y) => losses.bce(ops.sigmoid(z), y))).toBe(expected);
  });
  test("cross-entropy: (softmax(z) - onehot(y))/batch, rows that are ignored left out", () => {
    expect(gradientOf("i32", (z, y) => losses.crossEntropy(z, y))).toMatchInlineSnapshot(
      `"where(ne(y, -100), mul(sub(div(exp(sub(z, max(z))), sum(exp(sub(z, max(z))))), oneHot(y)), div(1, sum(cast(ne(y, -100))))), 0)"`,
    );
  });
  test("cross-entropy written out: (softmax(z) - onehot(y))/batch", () => {
    const naive = (z: Node) => ops.div(ops.exp(z), ops.sum(ops.exp(z), { dim: -1, keepDim: true }));
    const written = gradientOf("i32", (z, y) => ops.mean(ops.neg(ops.sum(ops.mul(ops.oneHot(y, 3), ops.log(naive(z))), { dim: -1 }))));
    expect(written).toMatchInlineSnapshot(`"mul(sub(div(exp(sub(z, max(z))), sum(exp(sub(z, max(z))))), oneHot(y)), div(1, batch))"`);
    const library = gradientOf("i32", (z, y) => ops.mean(ops.neg(ops.sum(ops.mul(ops.oneHot(y, 3), ops.logSoftmax(z)), { dim: -1 }))));
    expect(library).toBe(written);
  });
  test("normalised by mean and variance: the mean's part of the variance vanishes", () => {
    const normalised = (x: Node) => {
      const centred = ops.sub(x, ops.mean(x, { dim: 0, keepDim: true }));
      return ops.div(centred, ops.sqrt(ops.add(ops.mean(ops.mul(centred, centred), { dim: 0, keepDim: true }), 1e-5)));
    };
    const gradient = gradientOf("f32", (x, y) => ops.sum(ops.mul(normalised(x), y)));
    const [scale, mean] = ["sqrt(add(div(sum(mul(c, c)), batch), 0.000009999999747378752))", "div(sum(x), batch)"];
    const short = gradient.replaceAll("z", "x").replaceAll(`sub(x, ${mean})`, "c").replaceAll(scale, "σ");
    expect(short).toMatchInlineSnapshot(
      `"sub(sub(div(y, σ), mul(mul(div(div(sum(mul(y, div(div(c, σ), σ))), mul(σ, 2)), batch), c), 2)), div(sum(div(y, σ)), batch))"`,
    );
  });
  test("softmax: p ⊙ (g - Σ p ⊙ g)", () => {
    expect(gradientOf("f32", (z, y) => ops.sum(ops.mul(ops.softmax(z), y)))).toMatchInlineSnapshot(
      `"mul(div(exp(sub(z, max(z))), sum(exp(sub(z, max(z))))), sub(y, sum(mul(y, div(exp(sub(z, max(z))), sum(exp(sub(z, max(z)))))))))"`,
    );
  });
});

describe("rewrite", () => {
  const graph = createGraph();
  const x = b.input(graph, "x", "f32", [3]);

  test("names and places go over to the image", () => {
    const before = b.mul(x, b.fill(x, 2));
    const doubled = b.mul(before, b.fill(x, 3));
    nameNode(doubled, { text: "six", position: { file: "a.ts", line: 1, column: 2 } });
    const image = simplify([doubled]).image(doubled);
    expect(image).not.toBe(doubled);
    expect([...(graph.names.get(image) ?? [])]).toEqual([{ text: "six", position: { file: "a.ts", line: 1, column: 2 } }]);
  });

  test("a named value that a rule dissolves keeps its name", () => {
    const inner = b.neg(b.exp(b.add(x, b.fill(x, 0))));
    nameNode(inner, { text: "inner" });
    const image = simplify([b.neg(inner)]).image(inner);
    expect([...(graph.names.get(image) ?? [])].map(({ text }) => text)).toEqual(["inner"]);
  });

  test("rules that undo each other run out of fuel and are named", () => {
    const there = bits("there", is("sin", any("x")), ({ x }) => b.cos(x));
    const back = bits("back", is("cos", any("x")), ({ x }) => b.sin(x));
    expect(() => rewrite([b.sin(x)], [there, back])).toThrow(/does not end; rules used most: (there|back)/);
  });

  test("a rule that changes the type is an error", () => {
    const wrong = bits("wrong", is("exp", any("x")), ({ x }) => b.sum(x, [0]));
    expect(() => rewrite([b.exp(x)], [wrong])).toThrow('The rule "wrong" turned exp : f32[3] into sum : f32[]');
  });

  test("what is shared stays shared", () => {
    const deep = createGraph();
    let y = b.input(deep, "y", "f32", [2]) as Node;
    for (let i = 0; i < 40; i++) y = b.mul(b.add(y, b.fill(y, -0)), b.add(y, b.fill(y, 0)));
    simplify([y]);
    expect(deep.nodes.length).toBeLessThan(300);
  });
});

describe("specialise", () => {
  test("an entry point knows its mode, and no barrier is left", () => {
    const graph = createGraph();
    const x = b.input(graph, "x", "f32", [3]);
    const node = b.where(b.broadcast(b.training(graph), [3], []), b.stopGradient(b.exp(x)), x);
    const results = [{ name: "y", node: node }];
    const program: Program = {
      name: "m",
      graph,
      capacity: {},
      inputs: [],
      entries: [entry("step", results, true), entry("predict", results, false)],
    };
    const { entries } = simplifyProgram(specialise(program));
    expect(entries.map(({ results }) => results[0]?.node)).toEqual([b.exp(x), x]);
  });
});
