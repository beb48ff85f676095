// What a named form is, and what forms are written with.
import type { Formula } from "../formula/tree.ts";
import { call } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";
import { type Bound, match, type Pattern } from "../rewrite/pattern.ts";

/** A value in terms of others: what its formula is made of, and how. */
export interface Composition {
  readonly inputs: readonly Node[];
  build(inputs: readonly Formula[]): Formula;
}

export interface Form {
  readonly name: string;
  /** The step, where `node` has this form. */
  match(node: Node): Composition | undefined;
}

export const nothing: ReadonlySet<Node> = new Set();

/** A form by its pattern; `step` may still refuse what a pattern cannot say. */
export const form = <N extends string>(name: string, from: Pattern<N>, step: (bound: Bound<N>, node: Node) => Composition | undefined): Form => ({
  name,
  match(node) {
    const bound = match(from, node, nothing);
    return bound && step(bound, node);
  },
});

/** The value below broadcasts, reshapes and barriers, which mathematics does not write. */
export function bare(node: Node): Node {
  let inner = node;
  while (isOp(inner, "broadcast") || isOp(inner, "reshape") || isOp(inner, "stopGradient")) inner = elementAt(inner.inputs, 0);
  return inner;
}

/** What fits `pattern` below broadcasts and reshapes. */
export const below = <N extends string>(pattern: Pattern<N>): Pattern<N> => ({
  ops: [],
  find: (node, bound, sealed) => pattern.find(bare(node), bound, sealed),
});

/** The first of `patterns` that fits. */
export const oneOf = <N extends string>(...patterns: readonly Pattern<N>[]): Pattern<N> => ({
  ops: [],
  find(node, bound, sealed) {
    for (const pattern of patterns) {
      const found = pattern.find(node, bound, sealed);
      if (found) return found;
    }
    return undefined;
  },
});

/** `name(x)` */
export const named = (name: string, x: Node, subscript?: string): Composition => ({ inputs: [x], build: (xs) => call(name, xs, subscript) });
