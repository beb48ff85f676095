// Loops as recurrences: `h_t = tanh(x_t·W + h_{t−1}·U + b)`. What a step computes is written at t, what it is given of the step before at t − 1.
import { type Formula, number, operator, sum, variable } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import * as build from "../ops/build.ts";
import { parseLabels } from "../ops/contraction.ts";
import { isSlot, isView, type LoopNode, loopOfView, partsOfLoop, slotsOf, stepSlot } from "../ops/loops.ts";
import { isOp, type OpNode, recordOf } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { carryNames } from "./carry-names.ts";
import { type Elements, elementOf } from "./elements.ts";
import { type Composition, saidBy } from "./form.ts";
import { distinct, layerOf, type NameLine, type Names } from "./names.ts";
import { type PartTexts, partTexts } from "./parts.ts";
import { unmoved } from "./sites.ts";
import { atAllSteps, wholeSteps } from "./whole-steps.ts";

/** The number of the step at which a formula stands. */
const step: Formula = { ...variable("t"), scalar: true };

/** The place along an axis of steps: places are counted from 0, steps from 1. */
const place: Formula = { ...operator("-", step, number(1)), scalar: true };

/** What formulas call the parts of loops, and how they write what is asked of them. */
export interface LoopTexts {
  readonly stops: ReadonlyMap<Node, Formula>;
  readonly suggested: ReadonlyMap<Node, string>;
  readonly lines: readonly NameLine[];
  /** What the user gave no name, and each step has an element of. */
  readonly sequences: ReadonlyMap<Node, string>;
  readonly parts: Pick<PartTexts, "cells" | "sides">;
  compositionOf(node: Node): Composition | undefined;
}

/** The texts of the loops among `nodes`, of which `isForward` says what is no error; `errors` are names for those of what has steps. */
export function loopTexts(
  nodes: readonly Node[],
  { names, suggested: wanted, taken }: Names,
  isForward: (node: Node) => boolean,
  errors: ReadonlyMap<Node, string>,
): LoopTexts {
  const stops = new Map<Node, Formula>();
  const suggested = new Map(wanted);
  const lines: NameLine[] = [];
  const images = new Map<Node, Node>();
  const namedHere = new Map<Node, string>();
  /** What is called like its own last step: all steps together have another name. */
  const calledAsLast = new Set<Node>();
  for (const view of nodes) {
    const known = isView(view) ? suggested.get(view) : undefined;
    if (known === undefined) continue;
    const step = elementAt(view.body, 0);
    // The error of what the user named in the step is called by that, not by a layer or a parameter there.
    if (!suggested.has(step)) suggested.set(step, known);
    suggested.delete(view);
  }
  const elementsIn = (loop: string): Elements => ({
    loop,
    isNamed: (sequence) => names.has(sequence) || wanted.has(sequence),
    leaf(sequence, slot) {
      // What repeats one number has it at every step.
      if (fillOf(sequence) !== undefined) images.set(slot, sequence);
      else if (isOp(sequence, "iota")) stops.set(slot, place);
      else stops.set(slot, variable(names.get(sequence) ?? nameOfSequence(sequence), "t"));
    },
  });
  /** The name of a sequence that the user gave none, which is computed on the page where a step is used. */
  const nameOfSequence = (sequence: Node): string => {
    const name = suggested.get(sequence) ?? distinct("s", taken);
    suggested.set(sequence, name);
    if (!namedHere.has(sequence)) lines.push({ used: variable(name, "t"), left: variable(name), value: sequence });
    namedHere.set(sequence, name);
    return name;
  };
  const carryName = carryNames(nodes, names);
  for (const node of nodes) {
    if (!isOp(node, "loop")) continue;
    const { loop, sequences } = partsOfLoop(node);
    const { elements } = slotsOf(node);
    nameCarries(node as LoopNode, { names, suggested, taken, stops, lines, calledAsLast, carryName });
    stops.set(stepSlot(node.graph, loop), step);
    for (const [i, slot] of elements.entries()) {
      const element = elementOf(elementAt(sequences, i), 0, elementsIn(loop));
      if (element !== slot) images.set(slot, element);
    }
  }
  const parts = partTexts(nodes, { names, taken }, (node) => images.get(node) ?? node);
  for (const [part, image] of parts.images) images.set(part, image);
  for (const [part, name] of parts.stops) stops.set(part, variable(name));
  for (const [gate, name] of parts.gates) if (!suggested.has(gate)) suggested.set(gate, name);
  lines.push(...parts.lines);
  suggestGateSums(nodes, { names, suggested, taken }, isForward);
  const sums = new Map(nodes.map((node) => [node, overSteps(node, elementsIn)]));
  const ofWhole = wholeSteps({ stops, lines, taken, calledAsLast, wanted: errors });
  const compositionOf = (node: Node): Composition | undefined => {
    const image = images.get(node);
    if (image) return saidBy(image);
    const whole = ofWhole(node);
    if (whole) return whole;
    if (isView(node))
      return {
        inputs: node.body,
        build: ([x]) => (node.op === "stack" ? atAllSteps(x as Formula) : atStep(x as Formula, loopOfView(node).params.reverse ? "1" : "T")),
      };
    return sums.get(node);
  };
  return { stops, suggested, lines, sequences: namedHere, parts, compositionOf };
}

/** Adds names for what the gates of a cell are cut out of, and for errors that are cut. */
function suggestGateSums(
  nodes: readonly Node[],
  { names, suggested, taken }: Omit<Names, "suggested"> & { readonly suggested: Map<Node, string> },
  isForward: (node: Node) => boolean,
): void {
  const unnamed = gateSums(nodes).filter((node) => !names.has(node) && !suggested.has(node));
  for (const [at, node] of unnamed.filter(isForward).entries()) suggested.set(node, at === 0 ? "z" : `z${at + 1}`);
  for (const node of unnamed) if (!isForward(node)) suggested.set(node, distinct(errorOfInput(node), taken));
}

/** What the error of that which a layer takes is called, of `δ·Wᵀ`. */
function errorOfInput({ inputs }: Node): string {
  const [weight] = inputs.map(unmoved).filter((operand) => isOp(operand, "parameter"));
  return weight ? `δ_in_${layerOf(weight.params.name)}` : "δ_in";
}

/** What the gates of a cell are cut out of. */
function gateSums(nodes: readonly Node[]): Node[] {
  const inside = nodes.filter(({ loops }) => loops.length > 0);
  const cut = inside.flatMap((node) => (node.op === "slice" ? node.inputs : [])).filter(({ op }) => op === "add" || op === "contract");
  return [...new Set(cut.filter((node, i) => cut.indexOf(node) < i))];
}

/** What is known of loops so far. */
interface Known extends Names {
  readonly suggested: Map<Node, string>;
  readonly stops: Map<Node, Formula>;
  readonly lines: NameLine[];
  readonly calledAsLast: Set<Node>;
  /** What a carry is called that has no other name. */
  carryName(slot: OpNode<"slot">): string;
}

/** Adds names and lines for what the steps of a loop hand on. */
function nameCarries(node: LoopNode, { names, suggested, taken, stops, lines, calledAsLast, carryName }: Known): void {
  const { reverse, starts, next } = partsOfLoop(node);
  for (const [i, slot] of slotsOf(node).carries.entries()) {
    const value = elementAt(next, i);
    const known = names.get(value) ?? suggested.get(value);
    const own = carryName(slot as OpNode<"slot">);
    const isCalledAsLast = known === undefined && isNameOfLast(own, value, names);
    if (isCalledAsLast) calledAsLast.add(value);
    const name = known ?? (isCalledAsLast ? own : distinct(own, taken));
    if (!names.has(value)) suggested.set(value, name);
    const used = variable(name, reverse ? "t+1" : "t−1");
    stops.set(slot, used);
    const start = elementAt(starts, i);
    if (!names.has(value)) lines.push({ used, left: variable(name, "t"), value, byName: isSlot(value) });
    if (fillOf(start) !== 0) lines.push({ used, left: variable(name, reverse ? "T+1" : "0"), value: start, byName: true });
  }
}

/** Whether what the last step hands on of a carry, `value` in each step, has that name. */
function isNameOfLast(name: string, value: Node, names: Names["names"]): boolean {
  const holder = [...names].find(([, held]) => held === name)?.[0];
  return holder?.op === "last" && holder.body[0] === value;
}

const atStep = (formula: Formula, step: string): Formula => (formula.kind === "variable" && formula.step === "t" ? { ...formula, step } : formula);

/** A sum over the steps of a loop, of products or of elements; within a step t is that of the other loop. */
function overSteps(node: Node, elementsIn: (loop: string) => Elements): Composition | undefined {
  const stack = node.inputs.find(({ op }) => op === "stack");
  if (!stack || node.loops.length > 0) return undefined;
  const elements = elementsIn(String(stack.params.loop));
  if (isOp(node, "sum") && node.params.axes.includes(0)) {
    const inner = build.sum(
      elementAt(stack.body, 0),
      node.params.axes.filter((axis) => axis > 0).map((axis) => axis - 1),
    );
    return { inputs: [inner], build: ([x]) => summed(x as Formula) };
  }
  if (!isOp(node, "contract")) return undefined;
  const { x, y, result } = parseLabels(node.params.spec);
  const step = (node.inputs[0] === stack ? x : y)[0] as string;
  if (result.includes(step)) return undefined;
  const [a, b] = node.inputs as [Node, Node];
  const product = build.contract(
    elementOf(a, x.indexOf(step), elements),
    elementOf(b, y.indexOf(step), elements),
    node.params.spec.replaceAll(step, ""),
  );
  const own: Composition = { inputs: product.inputs, build: (xs) => recordOf(product).formula(xs, product.params, product) };
  return { ...own, build: (xs) => summed(own.build(xs)) };
}

/** Σ_t, of what may be a sum over rows itself. */
const summed = (body: Formula): Formula => (body.kind === "sum" ? { ...body, over: ["t", ...body.over] } : sum(["t"], body));
