// What changes from step to step of a loop as values of all steps.
import type { Node } from "../ir/node.ts";
import { insideOf, type LoopNode, partsOfLoop, slotsOf, stackOf, stepSlot } from "../ops/loops.ts";
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

/** Whether `node` is made of elements of sequences that the loop itself does not take, of which a step has no value. */
function isOfOthers(node: Node, loop: LoopNode): boolean {
  const { loop: name } = partsOfLoop(loop);
  const { carries, elements } = slotsOf(loop);
  const own = new Set<Node>([...carries, ...elements, stepSlot(node.graph, name)]);
  return insideOf([node], name).some((inner) => isOp(inner, "slot") && !own.has(inner));
}

/** What `name` stands for in the loop that `node` is in; undefined within loops of loops. `named` are values by name. */
function steppedOf(name: string, node: Node, loops: ReadonlyMap<string, LoopNode>, named: ReadonlyMap<string, Node>): Stepped | undefined {
  const [of, ...others] = node.loops;
  const loop = of === undefined || others.length > 0 ? undefined : loops.get(of);
  if (!loop) return undefined;
  const { steps, reverse, starts, next, sequences } = partsOfLoop(loop);
  const known = { steps, reverse, axis: 0 };
  const { carries } = slotsOf(loop);
  const carried = carries.indexOf(node) >= 0 ? carries.indexOf(node) : next.indexOf(node);
  if (carried >= 0) return { ...known, all: stackOf(loop, next[carried] as Node), start: starts[carried] };
  if (!isOp(node, "slot")) return isOfOthers(node, loop) ? undefined : { ...known, all: stackOf(loop, node) };
  if (node.params.part === "step") return { ...known, all: undefined };
  const whole = sequences[node.params.position] ?? named.get(name);
  const axis = whole === undefined ? -1 : sequences.includes(whole) ? 0 : axisOf(whole, node, steps);
  return axis < 0 ? undefined : { ...known, all: whole, axis };
}

/** What the names `inSteps` stand for, as far as a step has a value of it; `named` are other values by name, `nodes` those of the page. */
export function steppedIn(inSteps: ReadonlyMap<string, Node>, named: ReadonlyMap<string, Node>, nodes: readonly Node[]): Map<string, Stepped> {
  const loops = loopsIn(nodes);
  const found = [...inSteps].flatMap(([name, node]): [string, Stepped][] => {
    const own = steppedOf(name, node, loops, named);
    return own ? [[name, own]] : [];
  });
  return new Map(found);
}
