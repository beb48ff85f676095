// Products leave loops: how each op looks with one more axis in front, and which products are taken out.
import { describe, expect, it, test } from "vitest";
import { evaluate, type Source, valueAt } from "../../../compiler/interpret.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import { withBodies } from "../../../compiler/ir/walk.ts";
import * as b from "../../../compiler/ops/build.ts";
import { canLift, lifted } from "../../../compiler/ops/lift.ts";
import { carrySlot, elementSlot, type LoopParts, lastOf, makeLoop, stackOf, stepSlot } from "../../../compiler/ops/loops.ts";
import { createGraph, isOp } from "../../../compiler/ops/table.ts";
import { lift } from "../../../compiler/passes/lift.ts";
import { applySample, type SampleCase, sampleCases } from "../../support/samples.ts";

const steps = 3;

/** The operand `x` in step `t`: its elements, moved on by t places. */
const atStep = ({ shape, data, ...rest }: Source, t: number): Source => ({
  ...rest,
  shape,
  data: Array.from(data, (_, i) => data[(i + t) % data.length] as number),
});

const stackedSource = (x: Source): Source => ({
  ...x,
  shape: [steps, ...x.shape],
  data: Array.from({ length: steps }, (_, t) => Array.from(atStep(x, t).data)).flat(),
});

/** Which operands of a sample are others in each step: all where that is possible, and each one alone. */
function variations(sample: SampleCase): (readonly number[])[] {
  const { xs, y } = applySample(sample);
  const all = [...xs.keys()];
  const sets = [all, ...(xs.length > 1 ? all.map((i) => [i]) : [])];
  return sets.filter((some) => some.length > 0 && canLift(y, (value) => some.includes(xs.indexOf(value))));
}

const liftable = sampleCases.flatMap((sample) => variations(sample).map((given) => ({ sample, given })));

/** `x` in all steps. */
const repeated = (x: Node): Node =>
  b.broadcast(
    x,
    [steps, ...x.shape],
    [...x.shape.keys()].map((axis) => axis + 1),
  );

describe("an op with one more axis in front", () => {
  test.each(liftable.map((each) => [`${each.sample.title} of other ${each.given}`, each] as const))("%s", (_, { sample, given }) => {
    const { xs, y, sources } = applySample(sample);
    const varies = (x: Node) => given.includes(xs.indexOf(x));
    const stacks = xs.map((x, i) => b.input(x.graph, `stack${i}`, x.dtype, [steps, ...x.shape]));
    const together = lifted(y, { steps, varies, all: (x) => (varies(x) ? (stacks[xs.indexOf(x)] as Node) : repeated(x)) });
    expect(together.shape).toEqual([steps, ...y.shape]);
    const wanted = Array.from({ length: steps }, (_, t) => {
      const inStep = new Map([...sources].map(([name, x], i) => [name, given.includes(i) ? atStep(x, t) : x]));
      return [...valueAt(evaluate([y], { sources: inStep }), y).data];
    });
    const stacked = new Map([...sources.values()].map((x, i) => [`stack${i}`, stackedSource(x)]));
    expect([...valueAt(evaluate([together], { sources: new Map([...sources, ...stacked]) }), together).data]).toEqual(wanted.flat());
  });

  it("is known of all ops but sources, random numbers, loops, and what only gradients need", () => {
    const known = new Set(liftable.map(({ sample }) => sample.name));
    const without = [...new Set(sampleCases.map(({ name }) => name))].filter((name) => !known.has(name));
    expect(without.sort()).toEqual(["barrier", "constant", "iota", "random", "recompute", "scatterAdd", "size", "training", "withGradient"]);
  });
});

const width = 8;

/** h_t = tanh(body), of x_t, h_{t−1} and a weight each. */
function recurrence(parts: (given: { x: Node; h: Node; w: Node; u: Node; t: Node }) => Node, reverse = false) {
  const graph = createGraph();
  const x = b.input(graph, "x", "f32", [steps, 2, width]);
  const [w, u] = [b.parameter(graph, "w", [width, width]), b.parameter(graph, "u", [width, width])];
  const start = b.input(graph, "h", "f32", [2, width]);
  const h = carrySlot(graph, "L", 0, "h", start);
  const next = b.tanh(parts({ x: elementSlot(graph, "L", 0, { dtype: "f32", shape: [2, width] }), h, w, u, t: stepSlot(graph, "L") }));
  const made: LoopParts = { loop: "L", steps, reverse, carries: ["h"], starts: [start], sequences: [x], next: [next] };
  const loop = makeLoop(graph, made);
  return { graph, results: [stackOf(loop, next), lastOf(loop, 0)] };
}

const product = (x: Node, w: Node) => b.contract(x, w, "bi,ij->bj");

function liftedResults({ graph, results }: ReturnType<typeof recurrence>): Node[] {
  const entry = { name: "predict", updates: [], training: false, splittable: false, minimum: 1 } as const;
  const named = results.map((node, i) => ({ name: `${i}`, node }));
  return (lift({ name: "", graph, capacity: {}, inputs: [], entries: [{ ...entry, results: named }] }).entries[0]?.results ?? []).map(
    ({ node }) => node,
  );
}

const numbers = (length: number, seed: number) => Array.from({ length }, (_, i) => Math.sin(seed + 1.7 * i));
const sources = new Map<string, Source>([
  ["x", { shape: [steps, 2, width], data: numbers(steps * 2 * width, 1) }],
  ["h", { shape: [2, width], data: numbers(2 * width, 2) }],
  ["w", { shape: [width, width], data: numbers(width * width, 3) }],
  ["u", { shape: [width, width], data: numbers(width * width, 4) }],
]);

const productsInside = (roots: readonly Node[]) => withBodies(roots).filter((node) => isOp(node, "contract") && node.loops.length > 0).length;

describe("products of a loop", () => {
  const stepOf = (t: Node) => b.broadcast(b.cast(t, "f32"), [2, width], []);
  test.each<[name: string, stays: number, body: Parameters<typeof recurrence>[0]]>([
    ["of an element leave it", 1, ({ x, h, w, u }) => b.add(product(x, w), product(h, u))],
    [
      "leave it with what they are made of, the number of the step too",
      1,
      ({ x, h, w, u, t }) => b.add(product(b.mul(b.tanh(product(x, w)), stepOf(t)), u), product(h, u)),
    ],
    ["of a carry stay", 2, ({ x, h, w, u }) => b.add(product(b.add(x, h), w), product(h, u))],
    ["that stay keep others that they are of, which leave", 1, ({ x, h, w, u }) => product(b.mul(product(x, w), h), u)],
    [
      "of two elements stay",
      2,
      ({ x, h, u }) => b.add(b.contract(b.contract(x, x, "bi,ci->bc"), x, "bc,cj->bj"), b.mul(h, b.broadcast(b.sum(u, [0]), [2, width], [1]))),
    ],
  ])("%s", (_, stays, body) => {
    for (const reverse of [false, true]) {
      const before = recurrence(body, reverse);
      const after = liftedResults(before);
      expect(productsInside(after)).toBe(stays);
      const values = evaluate([...before.results, ...after], { sources });
      for (const [i, root] of before.results.entries()) expect(valueAt(values, after[i] as Node).data).toEqual(valueAt(values, root).data);
    }
  });

  it("of fewer than eight terms stay: they are added up again in less time than they are read", () => {
    const few = (x: Node, w: Node) => b.contract(b.slice(x, [0, 0], [2, 7]), b.slice(w, [0, 0], [7, width]), "bi,ij->bj");
    expect(productsInside(liftedResults(recurrence(({ x, h, w }) => b.add(few(x, w), h))))).toBe(1);
  });
});
