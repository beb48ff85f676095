// From a value that is not finite back to the first one that is not although all that it is computed from is.
import { type Evaluated, valueAt } from "../../compiler/interpret.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { elementwise } from "../../compiler/ops/elementwise.ts";
import { isSlot, isView, type LoopNode, loopOfView, partsOfLoop } from "../../compiler/ops/loops.ts";
import type { Value } from "../../compiler/ops/op.ts";
import { isOp } from "../../compiler/ops/table.ts";

/** The values that a node is computed among: of the whole run, or of one step of a loop in it. */
export interface Frame {
  readonly values: Evaluated;
  /** The step of a loop that this is. */
  readonly step?: { readonly loop: LoopNode; readonly at: number };
  readonly outside?: Frame | undefined;
}

/** Where something stopped being finite. */
export interface Origin {
  readonly node: Node;
  readonly frame: Frame;
  /** The first element that is not finite. */
  readonly at: number;
}

type Place = Pick<Origin, "node" | "frame">;

/** The value of `node` in the step or the run that `frame` is, or around it. */
export function valueIn(frame: Frame, node: Node): Value {
  for (let each: Frame | undefined = frame; each; each = each.outside) {
    const value = each.values.own.get(node);
    if (value) return value;
  }
  return valueAt(frame.values.own, node);
}

const isNotFinite = (value: number): boolean => !Number.isFinite(value);

export const isBad = ({ data }: Value): boolean => data.some(isNotFinite);
const hasNaN = ({ data }: Value): boolean => data.some(Number.isNaN);

/** A number of the definition, which may be infinite on purpose, as that of a mask is. */
const isGiven = (node: Node): boolean => isOp(node, "constant") || (isOp(node, "broadcast") && isGiven(elementAt(node.inputs, 0)));

/** The origin behind `root`, whose value is not finite. */
export function originOf(root: Node, frame: Frame): Origin {
  const path: Place[] = [];
  for (let place: Place | undefined = { node: root, frame }; place; place = behind(place)) path.push(place);
  // Infinities that stand in the definition did no harm before they became NaN.
  const isMask = ({ node, frame }: Place) => node.inputs.some((input) => isGiven(input) && isBad(valueIn(frame, input)));
  const last = path.at(-1) as Place;
  const harmed = isMask(last) ? [...path].reverse().find((place) => hasNaN(valueIn(place.frame, place.node))) : undefined;
  const { node, frame: own } = harmed ?? last;
  return { node, frame: own, at: valueIn(own, node).data.findIndex(isNotFinite) };
}

/** What is not finite of what `place` is computed from; undefined where all of that is. */
function behind(place: Place): Place | undefined {
  const { node, frame } = place;
  if (isView(node)) return insideView(place);
  if (isSlot(node)) return beforeSlot(place);
  const input = worstInput(place);
  return input && { node: input, frame };
}

/** NaN before infinities; of values that are chosen from or combined element by element, only those whose bad elements are seen. */
function worstInput({ node, frame }: Place): Node | undefined {
  const own = valueIn(frame, node);
  const at = own.data.findIndex(isNotFinite);
  const seen = (input: Node): boolean => {
    const value = valueIn(frame, input);
    return isElementwise(node) ? isNotFinite(value.data[at] as number) : isBad(value);
  };
  const bad = node.inputs.filter((input) => !isGiven(input) && input.dtype === "f32" && seen(input));
  return bad.find((input) => hasNaN(valueIn(frame, input))) ?? bad[0];
}

/** Whether each element of the value is computed from those of its inputs at its place. */
export const isElementwise = ({ op }: Node): boolean => Object.hasOwn(elementwise, op);

/** The steps of a loop as they were computed, around `frame`. */
function stepsOf(frame: Frame, loop: Node): { readonly steps: readonly Evaluated[]; readonly around: Frame } {
  for (let each: Frame = frame; ; each = each.outside as Frame) {
    const steps = each.values.steps.get(loop);
    if (steps) return { steps, around: each };
  }
}

const orderOf = ({ steps, reverse }: { readonly steps: number; readonly reverse: boolean }): number[] => {
  const order = [...Array(steps).keys()];
  return reverse ? order.reverse() : order;
};

/** The first step in which what a view shows is not finite. */
function insideView({ node, frame }: Place): Place | undefined {
  const loop = loopOfView(node);
  const shown = elementAt(node.body, 0);
  const { steps, around } = stepsOf(frame, loop as Node);
  const inStep = (at: number): Frame => ({ values: elementAt(steps, at), step: { loop, at }, outside: around });
  const order = orderOf(partsOfLoop(loop));
  const among = node.op === "last" ? order.slice(-1) : order;
  const found = among.find((at) => isBad(valueIn(inStep(at), shown)));
  return found === undefined ? undefined : { node: shown, frame: inStep(found) };
}

/** What a slot stands for: what the step before handed on, or an element of a sequence. */
function beforeSlot({ node, frame }: Place): Place | undefined {
  if (!isSlot(node)) return undefined;
  const { loop: name, part, position } = node.params;
  let own = frame;
  while (own.step?.loop.params.loop !== name) own = own.outside as Frame;
  const { loop, at } = own.step as NonNullable<Frame["step"]>;
  const outside = own.outside as Frame;
  const { starts, sequences, next, ...rest } = partsOfLoop(loop);
  if (part === "element") return { node: elementAt(sequences, position), frame: outside };
  const order = orderOf(rest);
  const before = order[order.indexOf(at) - 1];
  if (before === undefined) return { node: elementAt(starts, position), frame: outside };
  const { steps } = stepsOf(outside, loop as Node);
  return { node: elementAt(next, position), frame: { values: elementAt(steps, before), step: { loop, at: before }, outside } };
}
