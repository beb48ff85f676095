// Random programs: a recipe is plain numbers, so that it shrinks; `grow` makes the program of it.
import fc from "fast-check";
import { gradientsOf } from "../../compiler/calculus/differentiate.ts";
import { evaluateEntry, lookingEntries } from "../../compiler/entry-points.ts";
import type { Entry, Program } from "../../compiler/ir/entry.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { sameShape } from "../../compiler/ir/type.ts";
import * as b from "../../compiler/ops/build.ts";
import { type OpName, ops } from "../../compiler/ops/table.ts";
import { GradcError } from "../../runtime/error.ts";
import { countOf, drawFrom, newPlot, operand, type Plot, settle, source } from "./plot.ts";
import { steps } from "./steps.ts";

/** What a random program is made from. */
export interface Recipe {
  /** Capacity of `batch`; 0: no dynamic dimension. */
  readonly capacity: number;
  readonly steps: readonly { readonly op: OpName; readonly choices: readonly number[] }[];
  /** Choices of results, updates and entry points. */
  readonly finish: readonly number[];
}

/** A program, and the scalar whose gradients its entry `gradients` gives by the names of the sources: `d.w0`. */
export interface Grown {
  readonly program: Program;
  readonly loss: Node | undefined;
}

// Movement and contraction meet each other more often than exp meets log.
const often: readonly OpName[] = [
  "reshape",
  "permute",
  "broadcast",
  "slice",
  "pad",
  "window",
  "fold",
  "concat",
  "flip",
  "sum",
  "max",
  "contract",
  "gather",
  "scatterAdd",
];
const choicesOf = (count: number) => fc.array(fc.nat(2519), { minLength: count, maxLength: count });

/** Recipes of up to `most` steps, of the ops of that name, with so many choices a step. */
export const recipes = (most: number, names = Object.keys(ops) as OpName[], choices = 10): fc.Arbitrary<Recipe> =>
  fc.record({
    capacity: fc.constantFrom(0, 5, 6, 7, 8, 9),
    steps: fc.array(fc.record({ op: fc.constantFrom(...names, ...often, ...often), choices: choicesOf(choices) }), {
      minLength: 1,
      maxLength: most,
      size: "max",
    }),
    finish: fc.array(fc.nat(2519), { minLength: 24, maxLength: 24 }),
  });

/** Runs a step on the plot; what does not fit, or makes too large a value, makes nothing. */
function take(plot: Plot, { op, choices }: Recipe["steps"][number]): void {
  plot.draw = drawFrom(choices);
  try {
    const node = steps[op](plot);
    if (node && countOf(plot, node.shape) <= 1000) settle(plot, node);
  } catch (error) {
    if (!(error instanceof GradcError)) throw error;
  }
}

/** Σ x·y over chosen values: a scalar that depends on much. */
function lossOf(plot: Plot): Node | undefined {
  const floats = plot.nodes.filter((node) => node.dtype === "f32" && node.inputs.length > 0);
  const chosen = [floats.at(-1), floats[plot.draw(Math.max(1, floats.length))]].filter((node): node is Node => node !== undefined);
  const terms = [...new Set(chosen)].map((x) => b.sum(b.mul(x, plot.draw(2) === 0 ? x : operand(plot, "f32", x.shape)), [...x.shape.keys()]) as Node);
  if (terms.length === 0) return undefined;
  const total = terms.reduce((x, y) => b.add(x, y) as Node);
  // A weight: an input without rows, a parameter or a state.
  return plot.draw(2) === 0 ? (b.mul(total, source(plot, "f32", [])) as Node) : total;
}

const numbered = (nodes: readonly Node[]): Entry["results"] => nodes.map((node, i) => ({ name: `r${i}`, node }));

const entry = (name: string, results: Entry["results"], updates: Entry["updates"], training: boolean): Entry => ({
  name,
  results,
  updates,
  training,
  splittable: false,
  minimum: 1,
});

/** The name of an input, parameter or state. */
export const sourceName = (node: Node): string => (node.params as { readonly name: string }).name;

/** Values that no other uses, at most `most` of them, and one more. */
function ends(plot: Plot, most: number): Node[] {
  const used = new Set(plot.graph.nodes.flatMap(({ inputs }) => inputs));
  const leaves = plot.nodes.filter((node) => !used.has(node)).slice(-most);
  const extra = plot.nodes[plot.draw(plot.nodes.length)] as Node;
  return leaves.length === 0 || plot.draw(2) === 0 ? [...leaves, extra] : leaves;
}

/** New values for variables: of their type, often other variables. */
function updatesOf(plot: Plot): Entry["updates"] {
  const targets = [...plot.graph.declarations.keys()].filter(() => plot.draw(3) > 0).slice(0, 4);
  return targets.flatMap((target) => {
    const values = plot.nodes.filter((node) => node.dtype === target.dtype && sameShape(node.shape, target.shape));
    const others = [...plot.graph.declarations.keys()].filter((node) => node.dtype === target.dtype && sameShape(node.shape, target.shape));
    const value = [...values, ...others][plot.draw(values.length + others.length)];
    return value ? [{ target, value }] : [];
  });
}

function descend(gradients: ReadonlyMap<Node, Node>): Entry["updates"] {
  return [...gradients]
    .filter(([node]) => node.graph.declarations.has(node))
    .map(([target, gradient]) => ({ target, value: b.sub(target, b.mul(gradient, b.fill(target, 0.125))) as Node }));
}

/** The program of a recipe. The same recipe always makes the same program. */
export function grow({ capacity, steps, finish }: Recipe): Grown {
  const plot = newPlot(capacity);
  for (const step of steps) take(plot, step);
  plot.draw = drawFrom(finish);
  if (plot.nodes.length === 0) plot.nodes.push(b.constant(plot.graph, [1]) as Node);
  const results = numbered(ends(plot, 3));
  const updates = updatesOf(plot);
  const loss = lossOf(plot);
  const wrt = plot.graph.nodes.filter((node) => node.dtype === "f32" && ["input", "parameter", "state"].includes(node.op));
  const gradients = loss ? gradientsOf(loss, wrt) : new Map<Node, Node>();
  const entries = [entry("forward", results, updates, plot.draw(2) === 0)];
  if (loss) {
    const named = [...gradients].map(([node, gradient]) => ({ name: `d.${sourceName(node)}`, node: gradient }));
    const value = { name: "loss", node: loss };
    entries.push(entry("gradients", [value, ...named], [], true), entry("step", plot.draw(2) === 0 ? [value] : [], descend(gradients), true));
  }
  if (plot.draw(2) === 0) entries.push(entry("other", numbered(ends(plot, 1)), [], true));
  const frame = { name: "random", graph: plot.graph, capacity: plot.sizes, inputs: plot.inputs };
  const evaluation = loss && plot.draw(2) === 0 ? lookingEntries(frame, evaluateEntry([{ name: "loss", node: loss }])) : [];
  return { program: { ...frame, entries: [...entries, ...evaluation] }, loss };
}
