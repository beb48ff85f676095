// What the chain rule makes of the gradients at some values for one that these are computed from, with no other stop between them: what was reached
// before is called by its name, whatever it is made of.
import { adjointsFrom } from "../calculus/differentiate.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { rebuilt, substitute } from "../ir/walk.ts";
import * as build from "../ops/build.ts";

/** Something that stands for `node` where nothing is to look into that. */
const standingFor = (node: Node, kind: string): Node => build.input(node.graph, `#${kind}.${node.id}`, "f32", node.shape);

/** What stands for the gradient at a value. */
export const gradientAt = (node: Node): Node => standingFor(node, "gradient");

/** Values, each with its gradient. */
export type Given = ReadonlyMap<Node, Node>;

/** Single steps along `way`, which goes from the loss down; `ends` are parts of it. */
export class SingleSteps {
  /** What stands for each end, and each value of the way as one of those. */
  private readonly closed: ReadonlyMap<Node, Node>;
  private readonly cut = new Map<Node, Node>();

  constructor(way: readonly Node[], ends: Iterable<Node>) {
    this.closed = new Map([...ends].map((end) => [end, standingFor(end, "value")]));
    const image = (node: Node): Node => this.closed.get(node) ?? this.cut.get(node) ?? node;
    for (const node of [...way].reverse()) this.cut.set(node, rebuilt(node, image));
  }

  /** The gradient at the end `to` of those that are given; the way goes through no other end. */
  to(to: Node, given: Given): Node {
    const heads = [...given].map(([value, adjoint]) => ({ view: this.cut.get(value) as Node, adjoint }));
    const target = this.closed.get(to) as Node;
    const found = adjointsFrom(heads, [target]).get(target) as Node;
    return elementAt(substitute([found], new Map([...this.closed].map(([end, closing]) => [closing, end]))), 0);
  }
}
