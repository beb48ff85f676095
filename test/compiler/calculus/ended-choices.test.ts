import { describe, expect, test } from "vitest";
import { endedChoices } from "../../../compiler/calculus/ended-choices.ts";
import { withGraph } from "../../../compiler/ir/graph.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import * as b from "../../../compiler/ops/build.ts";
import { createGraph } from "../../../compiler/ops/table.ts";
import * as losses from "../../../src/losses/index.ts";
import { ops } from "../../../src/ops/index.ts";

interface Given {
  readonly x: Node;
  readonly y: Node;
  readonly mask: Node;
  readonly label: Node;
  /** `linear(x)` with a weight of its own. */
  readonly linear: (x: Node, width?: number) => Node;
}

/** Where a mask ends and what is lost there, of the sum of `body`. */
function found(body: (given: Given) => Node): string[] {
  const graph = createGraph();
  return withGraph(graph, () => {
    const weights: Node[] = [];
    const linear = (x: Node, width = 1) => {
      const weight = b.parameter(graph, `w${weights.length}`, [x.shape[1] as number, width]);
      weights.push(weight);
      return b.contract(x, weight, "ij,jk->ik");
    };
    const x = b.input(graph, "x", "f32", ["batch", 3]);
    const y = b.input(graph, "y", "f32", ["batch", 1]);
    const mask = b.input(graph, "mask", "i32", ["batch", 1]);
    const label = b.input(graph, "label", "i32", ["batch"]);
    return endedChoices(ops.sum(body({ x, y, mask, label, linear })), weights).map(({ end, part }) => `${part.op} behind ${end.op}`);
  });
}

const relu = (x: Node) => ops.where(ops.compare(x, 0, "le"), 0, x);
const elu = (x: Node) => ops.where(ops.compare(x, 0, "gt"), x, ops.expm1(x));
const normalised = (x: Node) => {
  const centred = ops.sub(x, ops.mean(x, { dim: 1, keepDim: true }));
  return ops.div(centred, ops.sqrt(ops.add(ops.mean(ops.square(centred), { dim: 1, keepDim: true }), 1e-5)));
};
const smallest = (x: Node) => ops.min(x, { dim: 1, keepDim: true });

describe("a contraction between a choice and what it was made for", () => {
  test.each<[string, (given: Given) => Node, string]>([
    ["a mask", ({ x, mask, linear }) => ops.where(mask, linear(ops.log(x)), 0), "log behind contract"],
    ["the argument", ({ x, linear }) => ops.where(ops.compare(smallest(x), 0, "gt"), linear(ops.div(1, x)), 0), "div behind contract"],
    ["a mask and two layers", ({ x, mask, linear }) => ops.where(mask, linear(relu(linear(ops.sqrt(x), 4))), 0), "sqrt behind contract"],
  ])("%s", (_, body, expected) => {
    expect(found(body)).toEqual([expected]);
  });
});

describe("no false alarm", () => {
  test.each<[string, (given: Given) => Node]>([
    ["no contraction between", ({ x, mask, linear }) => ops.where(mask, ops.log(linear(x)), 0)],
    ["relu of a layer on logarithms", ({ x, linear }) => linear(relu(linear(ops.log(x), 4)))],
    ["elu, normalised, under a mask", ({ x, y, mask, linear }) => ops.where(mask, ops.square(ops.sub(linear(normalised(elu(linear(x, 4)))), y)), 0)],
    ["a choice of its own", ({ x, mask, linear }) => ops.where(mask, linear(ops.where(ops.compare(x, 0, "gt"), ops.log(x), 0)), 0)],
    ["the norm, which has one", ({ x, mask, linear }) => ops.where(mask, linear(ops.norm(linear(x, 4), { dim: 1, keepDim: true })), 0)],
    ["labels of cross-entropy", ({ x, label, linear }) => losses.crossEntropy(linear(ops.log(x), 3), label)],
    ["softmax and its logarithm", ({ x, mask, linear }) => ops.where(mask, linear(ops.logSoftmax(linear(ops.softmax(linear(x, 4)), 4))), 0)],
    ["exp", ({ x, mask, linear }) => ops.where(mask, linear(ops.exp(linear(x, 4))), 0)],
  ])("%s", (_, body) => {
    expect(found(body)).toEqual([]);
  });
});
