// A loop of the graph as a loop around calls. What its steps are given and what is asked of them lies in rows of buffers.
//
//   h_t = f(x_t, h_{t-1})   =>   repeat t { h[t + 1] = f(x[t], h[t]) }
//
// A carry has a row for each step where all its values are asked for, and two that are taken in turn where they are not, so that a step never writes
// what it reads. Kernels know nothing of it: their buffers are rows.
import { isDynamic } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import type { Buffer, Repeat } from "../kernel/kernel.ts";
import { stopGradient } from "../ops/build.ts";
import { capturedBy, isSlot, isView, type LoopNode, loopOfView, partsOfLoop, slotsOf } from "../ops/loops.ts";
import { isOp } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import type { SharedBuffers } from "./buffers.ts";
import { isSource } from "./cost.ts";
import { behindBarriers } from "./erase.ts";
import { userNames } from "./name-kernel.ts";

/** A value, and a buffer that it must be left in. */
export interface Wanted {
  readonly node: Node;
  readonly target: Buffer;
}

/** Where values lie that are known before a walk over a graph begins: it does not look behind them. */
export type Known = (node: Node) => Buffer | undefined;

/** A loop before it is lowered. */
export interface LoopPlan {
  readonly node: LoopNode;
  readonly repeat: Repeat;
  /** What must lie in memory when it begins. */
  readonly before: readonly Wanted[];
  /** Of these, what its carries begin with: steps write over it, so that nothing else may read it there. */
  readonly begun: readonly Node[];
  /** What must be computed when it begins. */
  readonly reads: readonly Node[];
  /** Where the values lie that are asked of it. */
  readonly views: ReadonlyMap<Node, Buffer>;
  /** What its steps leave in memory, and where they find what they are given. */
  inside(outside: Known): { readonly wanted: readonly Wanted[]; readonly known: Known };
}

/** What lies somewhere already, or is one number, has to be copied where it is wanted: by an op that does nothing. */
export function copied(node: Node): Node {
  const value = behindBarriers(node);
  return isSource(value) || isView(value) || fillOf(value) !== undefined ? stopGradient(value) : value;
}

/** The buffer of a carry, and where each step reads and writes it. */
interface Carry {
  readonly start: Buffer;
  readonly before: Buffer;
  readonly after: Buffer;
  readonly end: Buffer;
  /** Those before and after all steps, where there is a row for each. */
  readonly all: { readonly before: Buffer; readonly after: Buffer } | undefined;
}

function carryOf(node: LoopNode, i: number, isStacked: boolean, shared: SharedBuffers): Carry {
  const { loop, steps, reverse, next } = partsOfLoop(node);
  const { dtype, shape } = elementAt(next, i);
  const rows = isStacked ? steps + 1 : 2;
  const name = userNames(elementAt(next, i))[0] ?? `carry${node.id}.${i}`;
  const whole = shared.once(`carry ${node.id} ${i} ${rows}`, () => ({ name, kind: "temporary", dtype, shape: [rows, ...shape] }));
  const row = (start: number) => shared.part(whole, { axis: 0, start: start % rows });
  const moving = (start: number) => shared.part(whole, { axis: 0, start, loop, ...(isStacked ? {} : { rows }) });
  const range = (start: number) => shared.part(whole, { axis: 0, start }, steps);
  const [from, to] = reverse ? [1, 0] : [0, 1];
  const [first, last] = reverse ? [steps, 0] : [0, steps];
  const all = isStacked ? { before: range(from), after: range(to) } : undefined;
  return { start: row(first), end: row(last), before: moving(from), after: moving(to), all };
}

/** A sequence as rows along one axis of what lies in memory. */
interface Rows {
  readonly base: Node;
  readonly axis: number;
}

/** What is left of a sequence without a permutation that only takes one axis to the front. */
function rowsOf(sequence: Node): Rows {
  if (!isOp(sequence, "permute")) return { base: sequence, axis: 0 };
  const [axis, ...others] = sequence.params.order as readonly [number, ...number[]];
  const inOrder = others.every((other, i) => i === 0 || other > elementAt(others, i - 1));
  return inOrder ? { base: elementAt(sequence.inputs, 0), axis } : { base: sequence as Node, axis: 0 };
}

/** Sequences of a loop that must lie in memory as they are. */
export const basesOf = (node: Node): readonly Node[] =>
  isOp(node, "loop") ? partsOfLoop(node).sequences.map((sequence) => rowsOf(sequence).base) : [];

/** The loops of `live`, each with what is asked of it there. */
export function planLoops(live: readonly Node[], shared: SharedBuffers, known: Known): LoopPlan[] {
  const loops = live.flatMap((node) => (isOp(node, "loop") ? [node] : []));
  const all = new Set(live);
  const isKnown = (node: Node) => all.has(node) || known(node) !== undefined;
  return loops.map((node) =>
    planLoop(
      node,
      live.filter((view) => isView(view) && loopOfView(view) === node),
      { shared, isKnown },
    ),
  );
}

/** `node` as one that is not known yet, so that it is written where it is wanted. */
const anew = (node: Node, isKnown: (node: Node) => boolean): Node => (isKnown(node) ? anew(stopGradient(node), isKnown) : node);

/** Where a loop is lowered. */
interface Around {
  readonly shared: SharedBuffers;
  /** What lies in memory before the part that the loop is in, or is read in it. */
  isKnown(node: Node): boolean;
}

function planLoop(node: LoopNode, views: readonly Node[], { shared, isKnown }: Around): LoopPlan {
  const { loop, steps, reverse, starts, sequences, next } = partsOfLoop(node);
  const slots = slotsOf(node);
  const stacked = new Set(views.flatMap((view) => (view.op === "stack" ? view.body : [])));
  const carries = next.map((value, i) => carryOf(node, i, stacked.has(value) || stacked.has(elementAt(slots.carries, i)), shared));
  const placed = views.map((view) => ({ view, value: elementAt(view.body, 0), ...placeOf(view, node, carries, shared) }));
  const begun = starts.map((start, i): Wanted => ({ node: anew(stopGradient(start), isKnown), target: elementAt(carries, i).start }));
  const elements = sequences.map(rowsOf).map((rows) => ({ ...rows, copy: copyOf(rows, shared) }));
  const copies = elements.flatMap(({ copy }) => copy ?? []);
  const captured = [...new Set([node as Node, ...views].flatMap(capturedBy))];
  return {
    node,
    repeat: shared.repeat(node as Node, { loop, steps, reverse }),
    before: [...begun, ...copies],
    begun: begun.map((one) => one.node),
    reads: [...begun, ...copies]
      .map((one) => one.node)
      .concat(
        elements.map(({ base }) => base),
        captured,
      ),
    views: new Map(placed.map(({ view, buffer }) => [view, buffer])),
    inside(outside) {
      const found = new Map<Node, Buffer>(slots.carries.map((slot, i) => [slot, elementAt(carries, i).before]));
      for (const [i, { base, axis, copy }] of elements.entries()) {
        const whole = copy?.target ?? (outside(base) as Buffer);
        found.set(elementAt(slots.elements, i), shared.part(whole, { axis, start: 0, loop }));
      }
      const wanted = [
        ...next.map((value, i): Wanted => ({ node: value, target: elementAt(carries, i).after })),
        ...placed.flatMap(({ value, row }): Wanted[] => (row ? [{ node: value, target: row }] : [])),
      ];
      const known: Known = (one) => found.get(one) ?? outside(one);
      return { wanted: wanted.map(({ node: value, target }) => ({ node: anew(copied(value), (one) => known(one) !== undefined), target })), known };
    },
  };
}

/**
 * A source that does not lie in memory as its rows must, because it is computed where it is read, or because the host writes rows as far apart as the
 * run says; undefined for what can be stored itself.
 */
function copyOf({ base, axis }: Rows, shared: SharedBuffers): Wanted | undefined {
  const isApart = base.shape.slice(axis + 1).some(isDynamic);
  if (!isSource(base) || (shared.of(base) && !isApart)) return undefined;
  const node = stopGradient(base);
  return { node, target: shared.temporary(node, userNames(base)[0] ?? `t${node.id}`) };
}

/** Where what a view gives lies, and the row of it that a step writes where that is no carry's. */
function placeOf(view: Node, node: LoopNode, carries: readonly Carry[], shared: SharedBuffers): { readonly buffer: Buffer; readonly row?: Buffer } {
  const [value] = view.body as [Node];
  const { loop } = node.params;
  const handed = node.body.indexOf(value);
  if (view.op === "last") return { buffer: elementAt(carries, handed).end };
  const all = carries[handed]?.all;
  if (all) return { buffer: all.after };
  if (isSlot(value) && value.params.part === "carry" && value.params.loop === loop) {
    const own = elementAt(carries, value.params.position).all as NonNullable<Carry["all"]>;
    return { buffer: own.before };
  }
  const buffer = shared.temporary(view, userNames(value)[0] ?? `t${view.id}`);
  return { buffer, row: shared.part(buffer, { axis: 0, start: 0, loop }) };
}
