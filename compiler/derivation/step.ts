// What the chain rule makes of the gradients at some values for one that these are computed from, with no other stop between them: what was reached
// before is called by its name, whatever it is made of.
import { adjointsFrom } from "../calculus/differentiate.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { rebuilt, substitute } from "../ir/walk.ts";
import * as build from "../ops/build.ts";
import { isView } from "../ops/loops.ts";
import { isOp } from "../ops/table.ts";
import type { Crossing } from "./route.ts";
import { type Stop, type Way, wayOf } from "./stops.ts";

/** Something that stands for `node` where nothing is to look into that. */
export const standingFor = (node: Node, kind: string): Node => build.input(node.graph, `#${kind}.${node.id}`, "f32", node.shape);

/** What stands for the gradient at a value. */
export const gradientAt = (node: Node): Node => standingFor(node, "gradient");

/** Values, each with its gradient. */
type Given = ReadonlyMap<Node, Node>;

/** Single steps along `way`, which goes from the loss down; `ends` are parts of it. */
class SingleSteps {
  /** What stands for each end, and each value of the way as one of those. */
  private readonly closed: ReadonlyMap<Node, Node>;
  private readonly cut = new Map<Node, Node>();

  constructor(way: readonly Node[], ends: Iterable<Node>) {
    this.closed = new Map([...ends].map((end) => [end, standingFor(end, "value")]));
    const image = (node: Node): Node => this.closed.get(node) ?? this.cut.get(node) ?? node;
    // Nothing is cut in loops.
    for (const node of [...way].reverse()) this.cut.set(node, isView(node) || isOp(node, "loop") ? node : rebuilt(node, image));
  }

  /** The gradient at the end `to` of those that are given; the way goes through no other end. */
  to(to: Node, given: Given): Node {
    const heads = [...given].map(([value, adjoint]) => ({ view: this.cut.get(value) as Node, adjoint }));
    const target = this.closed.get(to) as Node;
    const found = adjointsFrom(heads, [target]).get(target) as Node;
    return elementAt(substitute([found], new Map([...this.closed].map(([end, closing]) => [closing, end]))), 0);
  }
}

/** Whether one of the ways from `from` to `to`, parts of `way` between which there are none of `ends`, goes through a loop. */
function goesThroughLoop(from: Node, to: Node, way: readonly Node[], ends: ReadonlySet<Node>): boolean {
  const leads = new Set([to]);
  for (const node of [...way].reverse()) if ((node === from || !ends.has(node)) && node.inputs.some((input) => leads.has(input))) leads.add(node);
  const stack = [from];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (isView(node)) return true;
    leads.delete(node);
    stack.push(...node.inputs.filter((input) => input !== to && leads.has(input)));
  }
  return false;
}

/**
 * The gradient at each stop of the way from `loss` as the chain rule makes it of those above, at that of `crossed` of the one by its form; undefined
 * where it goes through a loop.
 */
export function singleSteps(loss: Stop, { stops }: Way, way: readonly Node[], crossed?: Crossing): (Node | undefined)[] {
  const { before, ends } = wayOf(loss, stops, ({ node }) => node) as Way;
  const hasLoops = way.some(isView);
  const single = new SingleSteps(way, ends);
  const given = (stop: Stop): [Node, Node] => [stop.node, stop === loss ? build.constant(loss.node.graph, [1]) : gradientAt(stop.node)];
  return stops.map((stop) => {
    if (hasLoops && before(stop).some((from) => goesThroughLoop(from.node, stop.node, way, ends))) return undefined;
    return single.to(stop.node, new Map(stop.node === crossed?.value ? [[crossed.form, gradientAt(crossed.form)]] : before(stop).map(given)));
  });
}
