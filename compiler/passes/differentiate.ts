// Reverse mode, graph to graph, by the chain rule:
//
//   y = f(u, v), u = h(x), v = k(x)   =>   dy/dx = h'(dy/du) + k'(dy/dv)
//
// Requires: y is an f32 scalar.
// Ensures: gradients are ops of the same table, so that they can be differentiated again; no zero is ever built.
// Cost: linear in the nodes between `wrt` and y.
import { InternalError } from "../../runtime/error.ts";
import { noGradient, nonScalarLoss } from "../diagnostics/gradients.ts";
import { notATensor } from "../diagnostics/tensors.ts";
import { isNode, topological } from "../ir/graph.ts";
import type { Node, Params } from "../ir/node.ts";
import * as build from "../ops/build.ts";
import type { Op } from "../ops/op.ts";
import { ops } from "../ops/table.ts";
import { stabilise } from "./stabilise.ts";

/**
 * The gradient of the scalar `y` with respect to each of `wrt`: parameters, inputs or values in between.
 * Throws `not-a-tensor`, `non-scalar-loss`, and `no-gradient` where y does not depend smoothly on one of `wrt`.
 */
export function differentiate(y: Node, wrt: readonly Node[]): Node[] {
  for (const node of [y, wrt].flat()) if (!isNode(node)) throw notATensor("Cannot differentiate", node);
  const gradients = gradientsOf(y, wrt);
  return wrt.map((x) => {
    const gradient = gradients.get(x);
    if (!gradient) throw noGradient(x);
    return gradient;
  });
}

/** Like `differentiate`, without those of `wrt` that y does not depend on. The slice between is stabilised first. */
export function gradientsOf(y: Node, wrt: readonly Node[]): Map<Node, Node> {
  if (y.dtype !== "f32" || y.shape.length > 0) throw nonScalarLoss(y);
  const { image } = stabilise([y, ...wrt], wrt);
  const adjoints = chain(
    image(y),
    wrt.map((x) => image(x)),
  );
  const gradients = wrt.map((x) => [x, adjoints.get(image(x))] as const);
  return new Map(gradients.filter((entry): entry is readonly [Node, Node] => entry[1] !== undefined));
}

function chain(y: Node, wrt: readonly Node[]): Map<Node, Node> {
  const order = topological([y]);
  const path = dependents(order, wrt);
  const adjoints = new Map<Node, Node>();
  if (path.has(y)) adjoints.set(y, build.constant(y.graph, [1]));
  for (const node of order.reverse()) {
    const g = adjoints.get(node);
    if (!g || !node.inputs.some((input) => path.has(input))) continue;
    // What goes to one input twice is added first: x·x gives g·x + g·x, which is 2·g·x.
    const own = new Map<Node, Node>();
    for (const [i, contribution] of inputGradients(g, node).entries()) contribute(own, node.inputs[i] as Node, contribution);
    for (const [input, contribution] of own) if (path.has(input)) contribute(adjoints, input, contribution);
  }
  return adjoints;
}

function contribute(adjoints: Map<Node, Node>, x: Node, g: Node | null): void {
  const known = adjoints.get(x);
  if (g) adjoints.set(x, known ? build.add(known, g) : g);
}

/** The f32 nodes of `order` that are or depend on one of `wrt`. */
function dependents(order: readonly Node[], wrt: readonly Node[]): Set<Node> {
  const path = new Set(wrt);
  for (const node of order) {
    if (node.inputs.some((input) => path.has(input))) path.add(node);
  }
  return new Set([...path].filter((node) => node.dtype === "f32"));
}

function inputGradients(g: Node, node: Node): readonly (Node | null)[] {
  const { gradient } = ops[node.op] as unknown as Op<Params>;
  const gradients = gradient?.(g, node.inputs, node, node.params as Params) ?? [];
  for (const [i, contribution] of gradients.entries()) {
    if (contribution && contribution.shape.length !== node.inputs[i]?.shape.length) {
      throw new InternalError(`The gradient rule of "${node.op}" gives another rank than its input's`);
    }
  }
  return gradients;
}
