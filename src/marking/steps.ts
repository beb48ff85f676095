// What names mean at the steps of loops: `h_t`, `h_{t−1}`, `h_T`, and what carries begin with, `h_0` or `ε_{T+1}`.
import { elementAt } from "../../compiler/ir/element.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { substitute } from "../../compiler/ir/walk.ts";
import * as build from "../../compiler/ops/build.ts";
import { elementSlot, insideOf, type LoopNode, makeLoop, partsOfLoop, slotsOf, stackOf, stepSlot } from "../../compiler/ops/loops.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { partAt, scalar, type Tensor } from "../../compiler/reading/tensor.ts";
import type { Point } from "./points.ts";

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
export const loopsIn = (nodes: readonly Node[]): Map<string, LoopNode> =>
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
export function steppedOf(node: Node, loops: ReadonlyMap<string, LoopNode>, wholeOf: Wholes): Stepped | undefined {
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

const stepName = /^(.+)_(?:(t|T|0|1)|\{(t[−+-]1|T\+1)\})$/u;

/** `h_{t−1}` as a name and a step. */
export function partedName(name: string): { readonly name: string; readonly step: string } | undefined {
  const [, own, plain, braced] = stepName.exec(name) ?? [];
  const step = plain ?? braced?.replace("-", "−");
  return own === undefined || step === undefined ? undefined : { name: own, step };
}

/** The number of the step that `step` says, where `now` is that at which it is said. */
function numberOf(step: string, now: number | undefined, steps: number): number | undefined {
  if (step === "0" || step === "1") return Number(step);
  if (step.startsWith("T")) return step === "T" ? steps : steps + 1;
  return now === undefined ? undefined : now + (step === "t" ? 0 : step === "t−1" ? -1 : 1);
}

/** The value at a point of what is at one step. */
export function valueAtStep({ all, axis, steps, start, reverse }: Stepped, step: string, now: number | undefined, point: Point): Tensor | undefined {
  const at = numberOf(step, now, steps);
  if (at === undefined || at < 0 || at > steps + 1) return undefined;
  if (!all) return scalar(at);
  if (at >= 1 && at <= steps) return partAt(point.valueOf(all), axis, at - 1);
  return start && at === (reverse ? steps + 1 : 0) ? point.valueOf(start) : undefined;
}
