// Which outputs a cross-entropy compares with which inputs, and what makes probabilities of them.

import { elementAt } from "../compiler/ir/element.ts";
import type { Node } from "../compiler/ir/node.ts";
import { isOp, type OpName } from "../compiler/ops/table.ts";
import { fillOf } from "../compiler/rewrite/fill.ts";
import type { Head } from "../runtime/program.ts";
import type { Definition } from "./definition.ts";
import { scalar } from "./ops/scalar.ts";
import { softmax } from "./ops/softmax.ts";

// These hold the elements of their input.
const carries: ReadonlySet<string> = new Set<OpName>(["broadcast", "cast", "permute", "reshape"]);

/** The name of the input whose elements `node` holds; undefined where they are computed. */
function inputName(node: Node): string | undefined {
  let source = node;
  while (carries.has(source.op)) source = elementAt(source.inputs, 0);
  return isOp(source, "input") ? source.params.name : undefined;
}

/** The outputs that are compared with an input, or are the probabilities of what is. Equal values are one node, so that a second softmax is found. */
export function headsOf({ compared }: Definition, outputs: Readonly<Record<string, Node>>): Head[] {
  const links = new Map<Node, Omit<Head, "output">>();
  for (const { prediction, target: node, link } of compared) {
    const target = inputName(node);
    if (target === undefined) continue;
    links.set(prediction, { target, link });
    const probabilities = { softmax, sigmoid: scalar.sigmoid, identity: undefined }[link]?.(prediction);
    if (probabilities) links.set(probabilities, { target, link: "identity" });
  }
  return Object.entries(outputs).flatMap(([output, node]) => {
    const head = links.get(node);
    return head ? [{ output, ...head }] : [];
  });
}

/** The values that an input may take, bounds included. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** Where the inputs must lie that targets of a binary cross-entropy are made of, a multiple plus a number, so that those lie in [0, 1]. */
export function binaryTargets({ compared }: Definition): Record<string, Interval> {
  const intervals = new Map<string, Interval>();
  for (const { target, link } of compared) {
    const source = link === "softmax" ? undefined : multipleIn(target);
    if (!source) continue;
    const bounds = [0, 1].map((bound) => Number(((bound - source.offset) / source.factor).toPrecision(6)));
    const { lower, upper } = intervals.get(source.name) ?? { lower: -Infinity, upper: Infinity };
    intervals.set(source.name, { lower: Math.max(lower, Math.min(...bounds)), upper: Math.min(upper, Math.max(...bounds)) });
  }
  return Object.fromEntries(intervals);
}

/** `node` as `factor·input + offset`; undefined where it is something else. Whole numbers are taken as they are only. */
function multipleIn(node: Node): { readonly name: string; readonly factor: number; readonly offset: number } | undefined {
  let [source, factor, offset] = [node, 1, 0];
  for (let step = affineStep(source); step; step = affineStep(source)) {
    source = step.x;
    offset += factor * step.offset;
    factor *= step.factor;
  }
  const isPlain = factor === 1 && offset === 0;
  return isOp(source, "input") && isFactor(factor) && (isPlain || source.dtype === "f32") ? { name: source.params.name, factor, offset } : undefined;
}

const isFactor = (factor: number): boolean => factor !== 0 && Number.isFinite(factor);

/** `node` as `factor·x + offset` of one of its inputs. */
function affineStep(node: Node): { readonly x: Node; readonly factor: number; readonly offset: number } | undefined {
  const [x, y] = node.inputs as readonly [Node, Node];
  if (carries.has(node.op)) return { x, factor: 1, offset: 0 };
  if (isOp(node, "neg")) return { x, factor: -1, offset: 0 };
  const [first, second] = [x, y].map((each) => each && fillOf(each));
  if (isOp(node, "div") && second !== undefined) return { x, factor: 1 / second, offset: 0 };
  const [other, number, isFirst] = second === undefined ? [y, first, true] : [x, second, false];
  if (number === undefined) return undefined;
  if (isOp(node, "mul")) return { x: other, factor: number, offset: 0 };
  if (isOp(node, "add")) return { x: other, factor: 1, offset: number };
  return isOp(node, "sub") ? { x: other, factor: isFirst ? -1 : 1, offset: isFirst ? number : -number } : undefined;
}
