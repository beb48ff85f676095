// An element of a sequence as what it is computed of: of x·W + b along the steps, x_t·W + b. Only formulas are made of it.
import { elementAt } from "../ir/element.ts";
import { make } from "../ir/graph.ts";
import type { Node } from "../ir/node.ts";
import { type Shape, sameShape } from "../ir/type.ts";
import * as build from "../ops/build.ts";
import { parseLabels } from "../ops/contraction.ts";
import { isElementwise } from "../ops/elementwise.ts";
import { elementSlot } from "../ops/loops.ts";
import { isOp } from "../ops/table.ts";
import { formsOf } from "./forms.ts";

/** Behind the sequences of any loop: positions of slots for elements of values that formulas stop at. */
const behindAll = 1_000_000;

/** The number of the value that `node` stands for an element of, where formulas stop at that. */
export const cutValueOf = (node: Node): number | undefined =>
  isOp(node, "slot") && node.params.part === "element" && node.params.position >= behindAll ? node.params.position - behindAll : undefined;

const without = <T>(list: readonly T[], at: number): T[] => list.filter((_, i) => i !== at);

/** The axis along which formulas cut x to x_t: that behind the rows, else the first. */
const stepsOf = (shape: Shape): number => Number(shape[0] === "batch");

/** A value whose steps lie elsewhere, with them in front. */
const stepsFirst = (sequence: Node, axis: number): Node => build.permute(sequence, [axis, ...without([...sequence.shape.keys()], axis)]);

/** What stands for the element of `sequence` along `axis` at step t. */
export interface Elements {
  readonly loop: string;
  /** Whether that is the loop whose steps have given what is told. */
  readonly isOfOther?: boolean;
  /** Whether formulas call it by a name. */
  isNamed(sequence: Node): boolean;
  /** Is told each value whose element is not computed of others, and what stands for it. */
  leaf(sequence: Node, slot: Node): unknown;
}

/** The element along `axis` of `sequence` as nodes over slots; of a named form that no element has by itself, as a sum so far, what stands for it. */
export function elementOf(sequence: Node, axis: number, elements: Elements): Node {
  const form = nameOfForm(sequence);
  const met: (readonly [sequence: Node, slot: Node])[] = [];
  const element = computed(sequence, axis, { ...elements, leaf: (...found) => met.push(found) });
  // What the steps of another loop have given is told as one of them has it.
  const [other] = element.loops.filter((loop) => loop !== elements.loop && !sequence.loops.includes(loop));
  if (other !== undefined && !elements.isOfOther && element.loops.includes(elements.loop))
    return elementOf(sequence, axis, { ...elements, loop: other, isOfOther: true });
  if (form !== undefined && element.op !== "slot" && nameOfForm(element) !== form) return leaf(sequence, axis, elements);
  for (const found of met) elements.leaf(...found);
  return element;
}

const nameOfForm = (node: Node): string | undefined => formsOf(node).next().value?.name;

function computed(sequence: Node, axis: number, elements: Elements): Node {
  const inner = (input: Node, at = axis): Node => elementOf(input, at, elements);
  if (sequence.op === "stack" && axis === 0) return elementAt(sequence.body, 0);
  if (elements.isNamed(sequence) || sequence.inputs.length === 0) return leaf(sequence, axis, elements);
  const { inputs, params } = sequence;
  const shape = without(sequence.shape, axis);
  if (isElementwise(sequence.op))
    return make(
      sequence.op,
      inputs.map((input) => inner(input)),
      params,
    );
  const [x, y] = inputs as [Node, Node];
  if (isOp(sequence, "permute")) {
    const from = elementAt(sequence.params.order, axis);
    const order = without(sequence.params.order, axis).map((at) => (at > from ? at - 1 : at));
    return order.every((at, i) => at === i) ? inner(x, from) : build.permute(inner(x, from), order);
  }
  if (isOp(sequence, "broadcast")) {
    const from = sequence.params.axes.indexOf(axis);
    const axes = (from < 0 ? sequence.params.axes : without(sequence.params.axes, from)).map((at) => (at > axis ? at - 1 : at));
    if (from < 0) return sameShape(x.shape, shape) ? x : build.broadcast(x, shape, axes);
    if (x.shape[from] !== 1) return build.broadcast(inner(x, from), shape, axes);
  }
  if (isOp(sequence, "concat") && sequence.params.axis !== axis)
    return build.concat(
      inputs.map((input) => inner(input)),
      sequence.params.axis - Number(sequence.params.axis > axis),
    );
  if (isOp(sequence, "slice") && x.shape[axis] === sequence.shape[axis]) return build.slice(inner(x), without(sequence.params.start, axis), shape);
  if (isOp(sequence, "sum") || isOp(sequence, "max")) {
    const { axes } = sequence.params;
    const from = x.shape.flatMap((_, at) => (axes.includes(at) ? [] : [at]))[axis] as number;
    return make(sequence.op, [inner(x, from)], { ...sequence.params, axes: axes.map((at) => at - Number(at > from)) });
  }
  if (isOp(sequence, "oneHot") && axis < x.shape.length) return make("oneHot", [inner(x)], sequence.params);
  if (isOp(sequence, "contract")) {
    const labels = parseLabels(sequence.params.spec);
    const label = labels.result[axis] as string;
    const part = (input: Node, letters: string) => (letters.includes(label) ? inner(input, letters.indexOf(label)) : input);
    return build.contract(part(x, labels.x), part(y, labels.y), sequence.params.spec.replaceAll(label, ""));
  }
  return leaf(sequence, axis, elements);
}

function leaf(sequence: Node, axis: number, elements: Elements): Node {
  const { dtype, shape } = sequence;
  const made = elementSlot(sequence.graph, elements.loop, behindAll + sequence.id, { dtype, shape: without(shape, axis) });
  elements.leaf(axis === stepsOf(sequence.shape) ? sequence : stepsFirst(sequence, axis), made);
  return made;
}
