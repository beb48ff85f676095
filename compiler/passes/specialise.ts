// Fixes what an entry point knows: whether it trains. Gradients are taken by now, so that barriers fall too.
//
//   where(training, x, y)   =>   where(true, x, y)           stopGradient(x)   =>   x           withGradient(y, x..){g..}   =>   y
//
// Requires: the last differentiation is done.
import { elementAt } from "../ir/element.ts";
import { type Entry, mapRegion, type Program, rootsOf } from "../ir/entry.ts";
import * as build from "../ops/build.ts";
import type { OpNode } from "../ops/table.ts";
import { any, is } from "../rewrite/pattern.ts";
import { bits, type Rule, rewrite } from "../rewrite/rewrite.ts";
import type { Trace } from "../trace/trace.ts";

/** What an entry point knows. With `isRead` a gradient that the definition ends stays to be read. */
const modeRules = (training: boolean, isRead: boolean): readonly Rule[] => [
  bits("training is known", is("training"), (_, node) => build.constant(node.graph, [Number(training)], [], "bool")),
  bits(
    "stopGradient(x) = x",
    is("stopGradient", any("x")),
    ({ x }) => x,
    (_, node) => !isRead || !(node as OpNode<"stopGradient">).params.stated,
  ),
  bits("recompute(x) = x", is("recompute"), (_, { inputs }) => elementAt(inputs, 0)),
  // There is nothing that would be kept for a gradient.
  ...(training ? [] : [bits("barrier(x) = x", is("barrier"), (_, { inputs }) => elementAt(inputs, 0))]),
  bits("withGradient(y, ..) = y", is("withGradient"), (_, { inputs }) => elementAt(inputs, 0)),
];

function specialiseEntry(entry: Entry, isRead: boolean, trace?: Trace): Entry {
  const known = () => rewrite(rootsOf(entry), modeRules(entry.training, isRead), { trace });
  return mapRegion(entry, (trace ? trace.within(entry.name, known) : known()).image);
}

/** The program whose entry points know their mode and hold no barriers. */
export const specialise = (program: Program, trace?: Trace): Program => ({
  ...program,
  entries: program.entries.map((entry) => specialiseEntry(entry, false, trace)),
});

/** The same to be read: what the definition holds constant stays. */
export const specialiseToRead = (program: Program): Program => ({
  ...program,
  entries: program.entries.map((entry) => specialiseEntry(entry, true)),
});
