// Walks over what entry points call: a list, in which the calls that stand together within a loop are its steps.
import { evaluate, type Sizes } from "../ir/dim.ts";
import { buffersOfCall } from "./call.ts";
import { type Buffer, type Call, type EntryCalls, type Repeat, rowsOfBlock, wholeOf } from "./kernel.ts";

/** The calls of entry points in the order in which they first run. */
export const callsOf = (...entries: readonly Pick<EntryCalls, "calls">[]): readonly Call[] => entries.flatMap(({ calls }) => calls);

/** What runs at one place: a call, or a loop around others. */
export type Step = { readonly call: Call } | { readonly repeat: Repeat; readonly steps: readonly Step[] };

/** Calls as a tree, inside of so many loops. */
export function stepsOf(calls: readonly Call[], depth = 0): Step[] {
  const steps: Step[] = [];
  for (let i = 0; i < calls.length; ) {
    const call = calls[i] as Call;
    const repeat = call.within[depth];
    let end = i + 1;
    while (repeat !== undefined && calls[end]?.within[depth] === repeat) end++;
    steps.push(repeat ? { repeat, steps: stepsOf(calls.slice(i, end), depth + 1) } : { call });
    i = end;
  }
  return steps;
}

/** One run of a call, with the steps that the loops around it are at, and the sizes there. */
interface Run {
  readonly call: Call;
  readonly steps: ReadonlyMap<string, number>;
  readonly sizes: Sizes;
}

/** What runs one after the other. */
export function* runsOf(steps: readonly Step[], sizes: Sizes, at: Run["steps"] = new Map()): Iterable<Run> {
  for (const step of steps) {
    if ("call" in step) {
      yield { call: step.call, steps: at, sizes };
      continue;
    }
    const { loop, reverse, blocks } = step.repeat;
    const rows = blocks ? evaluate(blocks.of, sizes) : 0;
    const count = blocks ? Math.ceil(rows / blocks.rows) : step.repeat.steps;
    for (let i = 0; i < count; i++) {
      const own = blocks ? { ...sizes, [rowsOfBlock]: Math.min(blocks.rows, rows - i * blocks.rows) } : sizes;
      yield* runsOf(step.steps, own, new Map([...at, [loop, reverse ? count - 1 - i : i]]));
    }
  }
}

/** The first and the last of the calls between which something is needed, counted from 0. */
export interface Span {
  readonly first: number;
  readonly last: number;
  /** The loops that all of the calls are within. */
  readonly within: readonly Repeat[];
}

const spanOf = (call: Call, time: number): Span => ({ first: time, last: time, within: call.within });

/** A span that covers another call too; of a loop that one of them is outside of, all calls. */
function extended(span: Span, call: Call, time: number, loops: ReadonlyMap<Repeat, Span>): Span {
  const apart = span.within.findIndex((repeat, depth) => call.within[depth] !== repeat);
  const within = apart < 0 ? span.within : span.within.slice(0, apart);
  const left = [span.within, call.within].flatMap((path) => loops.get(path[within.length] as Repeat) ?? []);
  return {
    first: Math.min(span.first, ...left.map(({ first }) => first)),
    last: Math.max(time, ...left.map(({ last }) => last)),
    within,
  };
}

/** The calls of each loop. */
function loopSpans(calls: readonly Call[]): Map<Repeat, Span> {
  const spans = new Map<Repeat, Span>();
  for (const [time, call] of calls.entries())
    for (const [depth, repeat] of call.within.entries())
      spans.set(repeat, { first: spans.get(repeat)?.first ?? time, last: time, within: call.within.slice(0, depth) });
  return spans;
}

/**
 * When an entry point needs each buffer that it touches, in the order in which it does; a part of a buffer stands for all of it. What is
 * touched outside of a loop is needed in all of its steps.
 */
export function spansOf(entry: Pick<EntryCalls, "calls">): Map<Buffer, Span> {
  const calls = callsOf(entry);
  const loops = loopSpans(calls);
  const spans = new Map<Buffer, Span>();
  for (const [time, call] of calls.entries())
    for (const buffer of new Set(buffersOfCall(call).map(wholeOf))) {
      const known = spans.get(buffer);
      spans.set(buffer, known ? extended(known, call, time, loops) : spanOf(call, time));
    }
  return spans;
}
