// What is known of the size and sign of values without running anything.
import type { Node } from "../ir/node.ts";
import { unaryWhere } from "../ops/elementwise.ts";
import { anything } from "../ops/range.ts";
import { isOp, type OpName } from "../ops/table.ts";
import { fillOf } from "./fill.ts";

/** The scalar ops of one operand whose results lie between `low` and `high`, whatever they are given. */
const within = (low: number, high: number) =>
  unaryWhere(({ range }) => {
    const results = range([anything, anything, anything]);
    return results.low >= low && results.high <= high;
  });

const withinOne: ReadonlySet<string> = new Set<OpName>(["oneHot", "random", ...within(-1, 1)]);
const keepsBounds: ReadonlySet<string> = new Set<OpName>([
  "neg",
  "abs",
  "broadcast",
  "reshape",
  "permute",
  "slice",
  "flip",
  "stopGradient",
  "barrier",
  "max",
]);

/** Whether no element is larger than 1 in absolute value, unless it is NaN. */
export function isBounded(node: Node): boolean {
  let x = node;
  while (keepsBounds.has(x.op)) x = x.inputs[0] as Node;
  const value = fillOf(x);
  if (value !== undefined) return Math.abs(value) <= 1;
  return withinOne.has(x.op) || (isOp(x, "cast") && x.inputs[0]?.dtype === "bool") || isShare(x);
}

/** `e / Σ e` of an e that is never negative. */
function isShare(node: Node): boolean {
  const [e, whole] = node.inputs;
  if (node.op !== "div" || !e || !whole) return false;
  const total = isOp(whole, "broadcast") ? whole.inputs[0] : whole;
  return total?.op === "sum" && total.inputs[0] === e && e.op === "exp";
}

const neverNegative: ReadonlySet<string> = new Set<OpName>(["oneHot", "random", "size", ...within(0, Infinity)]);
const keepsSign: ReadonlySet<string> = new Set<OpName>(["sum", "broadcast", "reshape", "permute", "slice", "stopGradient", "barrier"]);

/** Whether every element is at least 0 and not -0, or NaN: a square, a mean of squares, such a thing plus epsilon. */
export const isNonNegative = (node: Node): boolean => (node.op === "add" ? node.inputs.every(isPart) : isPart(node));

const isPart = (node: Node): boolean => (node.op === "div" ? node.inputs.every(isPlain) : isPlain(node));

function isPlain(node: Node): boolean {
  let x = node;
  while (keepsSign.has(x.op)) x = x.inputs[0] as Node;
  const value = fillOf(x);
  if (value !== undefined) return value > 0 || Object.is(value, 0);
  return neverNegative.has(x.op) || (x.op === "mul" && x.inputs[0] === x.inputs[1]);
}
