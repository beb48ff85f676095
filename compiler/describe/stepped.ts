// What changes from step to step of a loop as values of all steps.
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { substitute } from "../ir/walk.ts";
import * as build from "../ops/build.ts";
import { elementSlot, insideOf, type LoopNode, makeLoop, partsOfLoop, slotsOf, stackOf, stepSlot } from "../ops/loops.ts";
import { isOp } from "../ops/table.ts";

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

/** The loops among `nodes` by what they are called. */
const loopsIn = (nodes: readonly Node[]): Map<string, LoopNode> =>
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

/** `node` at all steps, also where it is made of elements of sequences that the loop itself does not take: as a step of one that does. */
function atAllSteps(node: Node, loop: LoopNode, wholeOf: Wholes): Node | undefined {
  const parts = partsOfLoop(loop);
  const { carries, elements } = slotsOf(loop);
  const own = new Set<Node>([...carries, ...elements, stepSlot(node.graph, parts.loop)]);
  const others = insideOf([node], parts.loop).filter((inner) => isOp(inner, "slot") && !own.has(inner));
  if (others.length === 0) return stackOf(loop, node);
  const wholes = others.map((slot) => {
    const whole = wholeOf(slot);
    return whole && stepsFirst(whole, slot, parts.steps);
  });
  if (wholes.some((whole) => whole === undefined)) return undefined;
  const sequences = [...parts.sequences, ...(wholes as Node[])];
  const slots = others.map((slot, i) => [slot, elementSlot(node.graph, parts.loop, parts.sequences.length + i, slot)] as const);
  return stackOf(makeLoop(node.graph, { ...parts, sequences }), elementAt(substitute([node], new Map(slots)), 0));
}

/** What the name of `node` stands for in the loop that this is in; undefined within loops of loops. */
function steppedOf(node: Node, loops: ReadonlyMap<string, LoopNode>, wholeOf: Wholes): Stepped | undefined {
  const [of, ...others] = node.loops;
  const loop = of === undefined || others.length > 0 ? undefined : loops.get(of);
  if (!loop) return undefined;
  const { steps, reverse, starts, next, sequences } = partsOfLoop(loop);
  const known = { steps, reverse, axis: 0 };
  const { carries } = slotsOf(loop);
  const carried = carries.indexOf(node) >= 0 ? carries.indexOf(node) : next.indexOf(node);
  if (carried >= 0) return { ...known, all: stackOf(loop, next[carried] as Node), start: starts[carried] };
  if (!isOp(node, "slot")) {
    const all = atAllSteps(node, loop, wholeOf);
    return all && { ...known, all };
  }
  if (node.params.part === "step") return { ...known, all: undefined };
  const whole = sequences[node.params.position] ?? wholeOf(node);
  const axis = whole === undefined ? -1 : sequences.includes(whole) ? 0 : axisOf(whole, node, steps);
  return axis < 0 ? undefined : { ...known, all: whole, axis };
}

/** What the names `inSteps` stand for, as far as a step has a value of it; `named` are other values by name, `nodes` those of the page. */
export function steppedIn(inSteps: ReadonlyMap<string, Node>, named: ReadonlyMap<string, Node>, nodes: readonly Node[]): Map<string, Stepped> {
  const loops = loopsIn(nodes);
  const names = new Map([...inSteps].map(([name, node]) => [node, name]));
  const wholeOf = (slot: Node) => named.get(names.get(slot) ?? "");
  const found = [...inSteps].flatMap(([name, node]): [string, Stepped][] => {
    const own = steppedOf(node, loops, wholeOf);
    return own ? [[name, own]] : [];
  });
  return new Map(found);
}
