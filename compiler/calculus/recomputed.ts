// What a gradient reads of a part that is to be recomputed: copies that begin behind barriers, so that they are no values of the forward pass.
//
//   h = tanh(start·W)    =>    1 - h̃²  with  h̃ = tanh(barrier(x)·W)     in place of  1 - h²     where the part begins with start = x
//
// What depends neither on the start of the part nor on random numbers alone, as weights do, stays as it is. Cost: linear in the nodes of the part.
import type { Node } from "../ir/node.ts";
import { madeSince, partsOf, rebuilt } from "../ir/walk.ts";
import * as build from "../ops/build.ts";
import { isOp } from "../ops/table.ts";

const neutral: ReadonlySet<string> = new Set(["constant", "iota", "size", "training"]);

/** Those of `order`, inputs before users, that are made of random numbers and of nothing else that is kept: masks of dropout. */
function drawnOf(order: readonly Node[]): Set<Node> {
  const drawn = new Set<Node>();
  const given = new Set<Node>();
  for (const node of order) {
    if (isOp(node, "random")) drawn.add(node);
    else if (node.inputs.length === 0) neutral.has(node.op) && given.add(node);
    else if (node.inputs.every((input) => drawn.has(input) || given.has(input)))
      (node.inputs.some((input) => drawn.has(input)) ? drawn : given).add(node);
  }
  return drawn;
}

/** The copies of the parts whose ends the chain rule has come to. */
export class Recomputed {
  private readonly copies = new Map<Node, Node>();
  private readonly drawn: ReadonlySet<Node>;

  /** Of the parts that end in `order`, inputs before users. */
  constructor(order: readonly Node[]) {
    this.drawn = order.some(({ op }) => op === "recompute") ? drawnOf(order) : new Set();
  }

  /** What a gradient reads in place of `node`. */
  readonly image = (node: Node): Node => this.copies.get(node) ?? node;

  /** Copies the part that ends at `end`, if any, where the gradient is `g`. */
  enter(end: Node, g: Node): void {
    const [y, ...starts] = end.inputs as readonly [Node, ...Node[]];
    if (!isOp(end, "recompute") || starts.length === 0) return;
    const part = end.graph.nodes.length;
    const barrier = (x: Node): Node => build.barrier(part, this.image(x), g);
    const own = new Map(starts.map((start): [Node, Node] => [start, barrier(start.inputs[0] as Node)]));
    const drawn = (node: Node): Node => {
      const known = own.get(node) ?? rebuilt(node, isOp(node, "random") ? barrier : image);
      own.set(node, known);
      return known;
    };
    const image = (node: Node): Node => own.get(node) ?? (this.drawn.has(node) ? drawn(node) : this.image(node));
    for (const node of madeSince([y], Math.min(...starts.map(({ id }) => id)))) {
      if (!own.has(node) && partsOf(node).some((input) => own.has(input))) own.set(node, rebuilt(node, image));
    }
    for (const [node, copy] of own) this.copies.set(node, copy);
  }
}
