// Entry points that only look: rows beyond the capacity run in parts where their results allow it.
import { prepare } from "../compiler/index.ts";
import type { Entry, Program, Result } from "../compiler/ir/entry.ts";
import type { Graph } from "../compiler/ir/node.ts";
import { printProgram } from "../compiler/ir/print.ts";
import { isRowwise, type Separation, separate } from "../compiler/passes/separate.ts";
import type { Pass } from "../compiler/pipeline/pass.ts";
import { Pipeline } from "../compiler/pipeline/pipeline.ts";
import { type EntryName, finishOf } from "../runtime/program.ts";
import { carry } from "./totals.ts";

/** A program that has no entry points yet. */
export type Shell = Omit<Program, "entries">;

/** An entry point that reads variables and gives `results`. */
export const lookingEntry = (name: EntryName, results: readonly Result[]): Entry => ({
  name,
  results,
  updates: [],
  training: false,
  splittable: false,
  minimum: 1,
});

/** The entry point in its simplest form: what mixes rows in training only, such as a dropout mask, is gone. */
export const specialised = (frame: Shell, entry: Entry, pipeline: Pipeline): Entry =>
  prepare({ ...frame, entries: [entry] }, pipeline).entries[0] as Entry;

/** Gives an entry point as those that take its rows in parts. */
export const separation = (frame: Shell): Pass<() => Entry[], Entry[]> => ({
  name: "separate",
  run: (parts) => parts(),
  print: (entries) => printProgram({ ...frame, entries }),
});

/** `predict`: the outputs, in parts if each row depends on its own inputs only. */
export function predictEntry(frame: Shell, outputs: readonly Result[], pipeline = new Pipeline()): Entry {
  const entry = specialised(frame, lookingEntry("predict", outputs), pipeline);
  return { ...entry, splittable: "batch" in frame.capacity && entry.results.every(({ node }) => isRowwise(node, "batch")) };
}

/**
 * `evaluate`: loss and metrics. Where they depend on the rows through sums alone, `evaluate` adds these up in states of role `sum`, and
 * `evaluate.finish` makes the results of them and leaves zeros.
 */
export function evaluationEntries(frame: Shell, scores: readonly Result[], pipeline = new Pipeline()): Entry[] {
  const entry = specialised(frame, lookingEntry("evaluate", scores), pipeline);
  return pipeline.run(separation(frame), () => {
    const parts = separate(
      entry.results.map(({ node }) => node),
      "batch",
    );
    return parts && parts.sums.length > 0 ? inParts(frame.graph, entry, parts) : [entry];
  });
}

function inParts(graph: Graph, entry: Entry, { sums, finish }: Separation): Entry[] {
  const { totals, add, clear } = carry(graph, sums);
  const finished = finish(totals).map((node, i) => ({ name: entry.results[i]?.name as string, node }));
  return [
    { ...entry, results: [], updates: add, splittable: true },
    { ...lookingEntry(finishOf("evaluate"), finished), updates: clear, training: entry.training },
  ];
}
