// What changes from step to step of a loop as values of all steps.
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { substitute } from "../ir/walk.ts";
import * as build from "../ops/build.ts";
import { elementSlot, isSlot, type LoopNode, makeLoop, partsOfLoop, slotsOf, stackOf, stepSlot } from "../ops/loops.ts";
import { isOp } from "../ops/table.ts";
import { cutValueOf } from "./elements.ts";

/** A value that changes from step to step. */
export interface Stepped {
  /** Its values at all steps, along `axis`; undefined for t itself. */
  readonly all: Node | undefined;
  readonly axis: number;
  readonly steps: number;
  /** What is handed to the first step that is taken, of what steps hand on. */
  readonly start?: Node | undefined;
  /** Whether steps go from the last to the first. */
  readonly reverse: boolean;
}

/** Loops by what they are called. */
type Loops = ReadonlyMap<string, LoopNode>;

const loopsIn = (nodes: readonly Node[]): Loops =>
  new Map(nodes.flatMap((node) => (isOp(node, "loop") ? [[node.params.loop, node as unknown as LoopNode] as const] : [])));

/** The axis of `whole` along which what a step has of it, of `part`, lies: the first that fits, rows left out. */
function axisOf(whole: Node, part: Node, steps: number): number {
  const without = (axis: number) => whole.shape.filter((_, at) => at !== axis);
  return whole.shape.findIndex((size, axis) => size === steps && String(without(axis)) === String(part.shape));
}

/** What slots of elements stand for, by slot. */
type Wholes = (slot: Node) => Node | undefined;

/** `whole` with the steps in front of which `part` is at one; undefined where none of its axes fits. */
function stepsFirst(whole: Node, part: Node, steps: number): Node | undefined {
  const axis = axisOf(whole, part, steps);
  const order = [axis, ...[...whole.shape.keys()].filter((each) => each !== axis)];
  return axis < 0 ? undefined : axis === 0 ? whole : build.permute(whole, order);
}

/** What `node` is made of that a step of `loop` has no value of by itself: elements of sequences that the loop does not take, and what steps of others give. */
function othersIn(node: Node, loop: LoopNode): Node[] {
  const { carries, elements } = slotsOf(loop);
  const { loop: name } = loop.params;
  const own = new Set<Node>([...carries, ...elements, stepSlot(node.graph, name)]);
  const isOwn = ({ loops }: Node): boolean => loops.every((each) => each === name);
  const found = new Set<Node>();
  const stack = [node];
  for (let part = stack.pop(); part; part = stack.pop()) {
    if (part.loops.length === 0 || own.has(part) || found.has(part)) continue;
    if (!part.loops.includes(name) || (isOwn(part) && isSlot(part))) found.add(part);
    else stack.push(...part.inputs);
  }
  return [...found];
}

/** `node` at all steps, also where it is made of what the loop itself does not take: as a step of one that does. */
function atAllSteps(node: Node, loop: LoopNode, loops: Loops, wholeOf: Wholes): Node | undefined {
  const parts = partsOfLoop(loop);
  const others = othersIn(node, loop);
  if (others.length === 0) return stackOf(loop, node);
  const wholes = others.map((other) => {
    const whole = isSlot(other) ? wholeOf(other) : steppedOf(other, loops, wholeOf)?.all;
    return whole && stepsFirst(whole, other, parts.steps);
  });
  if (wholes.some((whole) => whole === undefined)) return undefined;
  const sequences = [...parts.sequences, ...(wholes as Node[])];
  const slots = others.map((other, i) => [other, elementSlot(node.graph, parts.loop, parts.sequences.length + i, other)] as const);
  return stackOf(makeLoop(node.graph, { ...parts, sequences }), elementAt(substitute([node], new Map(slots)), 0));
}

/** The loop in whose steps `node` is; the first of several of which each has a value; undefined within loops of loops. */
function loopOf({ loops: names }: Node, loops: Loops): LoopNode | undefined {
  const own = names.map((name) => loops.get(name));
  return own.some((loop) => loop === undefined || loop.loops.length > 0) ? undefined : own[0];
}

/** What the name of `node` stands for in the loop that this is in; undefined within loops of loops. */
function steppedOf(node: Node, loops: Loops, wholeOf: Wholes): Stepped | undefined {
  const loop = loopOf(node, loops);
  if (!loop) return undefined;
  const { steps, reverse, starts, next, sequences } = partsOfLoop(loop);
  const known = { steps, reverse, axis: 0 };
  const { carries } = slotsOf(loop);
  const carried = carries.indexOf(node) >= 0 ? carries.indexOf(node) : next.indexOf(node);
  if (carried >= 0) return { ...known, all: stackOf(loop, next[carried] as Node), start: starts[carried] };
  if (!isSlot(node)) {
    const all = atAllSteps(node, loop, loops, wholeOf);
    return all && { ...known, all };
  }
  if (node.params.part === "step") return { ...known, all: undefined };
  const whole = sequences[node.params.position] ?? wholeOf(node);
  const axis = whole === undefined ? -1 : sequences.includes(whole) ? 0 : axisOf(whole, node, steps);
  return axis < 0 ? undefined : { ...known, all: whole, axis };
}

/** What elements of one value have in common, whichever loop they are in; other nodes are themselves. */
const cutOf = (node: Node): Node | number => cutValueOf(node) ?? node;

/** What the names `inSteps` stand for, as far as a step has a value of it; `named` are other values by name, `nodes` those of the page. */
export function steppedIn(inSteps: ReadonlyMap<string, Node>, named: ReadonlyMap<string, Node>, nodes: readonly Node[]): Map<string, Stepped> {
  const loops = loopsIn(nodes);
  const names = new Map([...inSteps].map(([name, node]) => [cutOf(node), name]));
  const wholeOf = (slot: Node) => named.get(names.get(cutOf(slot)) ?? "");
  const found = [...inSteps].flatMap(([name, node]): [string, Stepped][] => {
    const own = steppedOf(node, loops, wholeOf);
    return own ? [[name, own]] : [];
  });
  return new Map(found);
}
