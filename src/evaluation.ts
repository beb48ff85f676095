// Entry points that only look: rows beyond the capacity run in parts where their results allow it.
import type { Entry, Program, Result } from "../compiler/ir/entry.ts";
import type { Graph } from "../compiler/ir/graph.ts";
import type { Node } from "../compiler/ir/node.ts";
import * as build from "../compiler/ops/build.ts";
import { isRowwise, type Separation, separate } from "../compiler/passes/separate.ts";
import { simplifyProgram } from "../compiler/passes/simplify.ts";
import { specialise } from "../compiler/passes/specialise.ts";

/** A program that has no entry points yet. */
export type Frame = Omit<Program, "entries">;

const lookingEntry = (name: string, results: readonly Result[]): Entry => ({
  name,
  results,
  updates: [],
  training: false,
  splittable: false,
  minimum: 1,
});

// What mixes rows in training only, such as a dropout mask, is gone from the specialised graph.
function specialised(frame: Frame, entry: Entry): Entry {
  const { entries } = simplifyProgram(specialise({ ...frame, entries: [entry] }));
  return entries[0] as Entry;
}

/** `predict`: the outputs, in parts if each row depends on its own inputs only. */
export function predictEntry(frame: Frame, outputs: readonly Result[]): Entry {
  const entry = specialised(frame, lookingEntry("predict", outputs));
  return { ...entry, splittable: "batch" in frame.capacity && entry.results.every(({ node }) => isRowwise(node, "batch")) };
}

/**
 * `evaluate`: loss and metrics. Where they depend on the rows through sums alone, `evaluate` adds these up in states of role `sum`, and
 * `evaluate.finish` makes the results of them and leaves zeros.
 */
export function evaluationEntries(frame: Frame, scores: readonly Result[]): Entry[] {
  const entry = specialised(frame, lookingEntry("evaluate", scores));
  const separation = separate(
    entry.results.map(({ node }) => node),
    "batch",
  );
  return separation && separation.sums.length > 0 ? inParts(frame.graph, entry, separation) : [entry];
}

function inParts(graph: Graph, entry: Entry, { sums, finish }: Separation): Entry[] {
  const totals = new Map(sums.map((sum, i) => [sum, declareTotal(graph, `#sum.${i}`, sum)]));
  const updates = [...totals].map(([sum, total]) => ({ target: total, value: build.add(total, sum) as Node }));
  const finished = finish(totals).map((node, i) => ({ name: entry.results[i]?.name as string, node }));
  return [
    { ...entry, results: [], updates, splittable: true },
    { ...lookingEntry("evaluate.finish", finished), updates: [...totals.values()].map(zeroed), training: entry.training },
  ];
}

const zeros = (like: Node): Node => build.broadcast(build.constant(like.graph, [0], [], like.dtype), like.shape, []);

const zeroed = (total: Node) => ({ target: total, value: zeros(total) });

function declareTotal(graph: Graph, name: string, sum: Node): Node {
  const total: Node = build.state(graph, name, sum.dtype, sum.shape);
  graph.declarations.set(total, { name, role: "sum", trainable: false, init: zeros(sum) });
  return total;
}
