// The samples of the op table as graphs: what the tests of ops, of the interpreter and of the emitter run on.
import type { Source } from "../../compiler/interpret.ts";
import { make } from "../../compiler/ir/graph.ts";
import type { Node, Params } from "../../compiler/ir/node.ts";
import * as build from "../../compiler/ops/build.ts";
import type { Op, Sample } from "../../compiler/ops/op.ts";
import { createGraph, type OpName, ops } from "../../compiler/ops/table.ts";
import { count } from "../../compiler/ops/value.ts";

export interface SampleCase {
  readonly name: OpName;
  readonly op: Op<Params>;
  readonly sample: Sample<Params>;
  /** For the test's title. */
  readonly title: string;
}

/** The rows of a `test.each` with a title each. */
export const titled = (cases: readonly SampleCase[]): [string, SampleCase][] => cases.map((each) => [each.title, each]);

/** Every sample of every op. */
export const sampleCases: readonly SampleCase[] = (Object.keys(ops) as OpName[]).flatMap((name) => {
  const op = ops[name] as unknown as Op<Params>;
  return op.samples.map((sample) => ({ name, op, sample, title: titleOf(name, sample) }));
});

function titleOf(name: OpName, { inputs, params, note }: Sample<Params>): string {
  const operands = inputs.map(({ dtype = "f32", shape }) => `${dtype}[${shape}]`).join(", ");
  return `${name}(${operands}) ${JSON.stringify(params)}${note === undefined ? "" : `: ${note}`}`;
}

export interface AppliedSample {
  /** One `input` source an operand, named x0, x1, ... */
  readonly xs: readonly Node[];
  readonly y: Node;
  readonly sources: ReadonlyMap<string, Source>;
}

/** The op applied to the operands of a sample, in a graph of its own. */
export function applySample({ name, sample }: SampleCase): AppliedSample {
  const graph = createGraph();
  const xs = sample.inputs.map(({ dtype = "f32", shape }, i) => build.input(graph, `x${i}`, dtype, shape));
  const sources = new Map(sample.inputs.map((input, i) => [`x${i}`, input]));
  return { xs, y: make(name, xs, sample.params as never, graph), sources };
}

/** Number of elements of a node of static shape. */
export const elementCount = (node: Node): number => count(node.shape as readonly number[]);

/** The gradient rule of the op applied to `g`, a source of its own; null for every input where there is no rule. */
export function sampleGradients({ op, sample }: SampleCase, { xs, y }: AppliedSample): readonly (Node | null)[] {
  const g = build.input(y.graph, "g", "f32", y.shape);
  return op.gradient?.(g, xs, y, sample.params) ?? xs.map(() => null);
}

/** The sources of a sample and of its `g`. */
export function withGradientSource({ y, sources }: AppliedSample, g: readonly number[]): ReadonlyMap<string, Source> {
  return new Map(sources).set("g", { shape: y.shape as readonly number[], data: g });
}

/** The samples on whose gradient rules finite differences can judge. */
export const smoothCases: readonly SampleCase[] = sampleCases.filter(
  (each) => each.op.gradient !== null && each.sample.smooth !== false && applySample(each).y.dtype === "f32",
);
