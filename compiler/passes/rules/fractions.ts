// A value as a fraction: a number, what is divided, and the counts and roots that it is divided by.
import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp } from "../../ops/table.ts";
import { filled, fillOf } from "../../rewrite/fill.ts";
import { heldIn, isCount, ofLength, underRoot } from "./lengths.ts";

/** The root that `node` is, or repeats. */
export function rootOf(node: Node): Node | undefined {
  const source = isOp(node, "broadcast") ? elementAt(node.inputs, 0) : node;
  return radicandOf(source) ? source : undefined;
}

/** What `root` is the root of. */
export const radicandOf = (root: Node): Node | undefined => underRoot(root) ?? ofLength(heldIn(root)?.length ?? root);

/** `factor · top / counts / roots`, all of one shape. */
export interface Fraction {
  readonly factor: number;
  readonly top: Node;
  readonly counts: readonly Node[];
  readonly roots: readonly Node[];
}

export function fractionOf(node: Node): Fraction {
  const [x, y] = node.inputs as readonly [Node, Node];
  if (isOp(node, "neg")) return scaled(fractionOf(x), -1);
  if (isOp(node, "mul") && fillOf(y) !== undefined) return scaled(fractionOf(x), fillOf(y) as number);
  if (isOp(node, "div")) {
    const below = fractionOf(y);
    const inner = fractionOf(x);
    const isPlain = below.counts.length === 0 && below.roots.length === 0;
    if (isPlain && rootOf(below.top)) return { ...scaled(inner, 1 / below.factor), roots: [...inner.roots, below.top] };
    if (isCount(y)) return { ...inner, counts: [...inner.counts, y] };
  }
  return { factor: 1, top: node, counts: [], roots: [] };
}

const scaled = (fraction: Fraction, by: number): Fraction => ({ ...fraction, factor: fraction.factor * by });

export const over = (top: Node, divisors: readonly Node[]): Node => divisors.reduce((quotient, divisor) => build.div(quotient, divisor), top);

export const times = (x: Node, factor: number): Node => (factor === 1 ? x : factor === -1 ? build.neg(x) : build.mul(x, filled(x, factor)));
