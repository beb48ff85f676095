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
import { elementAt } from "../ir/element.ts";
import { isNode } from "../ir/graph.ts";
import type { Node } from "../ir/node.ts";
import { withoutBodies } from "../ir/walk.ts";
import * as build from "../ops/build.ts";
import { isElementwise } from "../ops/elementwise.ts";
import { isView, type LoopNode, loopOfView, withViewsBefore } from "../ops/loops.ts";
import { type OpName, recordOf } from "../ops/table.ts";
import { stabilise } from "../passes/stabilise.ts";
import type { Trace } from "../trace/trace.ts";
import { type Chain, loopAdjoints, type ViewAdjoint } from "./loops.ts";
import { carried, inside, isTransparent, joined, masked } from "./masks.ts";
import { Recomputed } from "./recomputed.ts";
import { slopesOf } from "./slopes.ts";

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
  const { image } = stabilise([y, ...wrt], wrt);
  const gradients = gradientsOfStable(
    image(y),
    wrt.map((x) => image(x)),
  );
  return new Map(wrt.flatMap((x) => (gradients.has(image(x)) ? [[x, gradients.get(image(x)) as Node]] : [])));
}

/** The gradients of the stable y by all that is between it and `wrt`, outside of the bodies of loops. */
export function adjointsOf(y: Node, wrt: readonly Node[], trace?: Trace): Map<Node, Node> {
  if (y.dtype !== "f32" || y.shape.length > 0) throw nonScalarLoss(y);
  return chain([{ view: y, adjoint: build.constant(y.graph, [1]) }], { wrt, trace });
}

/** The gradients by all that is between the values `given`, each with its own gradient, and `wrt`. */
export const adjointsFrom = (given: readonly ViewAdjoint[], wrt: readonly Node[]): Map<Node, Node> => chain(given, { wrt });

/** Like `gradientsOf`, where all that y depends on is stable. */
export function gradientsOfStable(y: Node, wrt: readonly Node[], trace?: Trace): Map<Node, Node> {
  const adjoints = adjointsOf(y, wrt, trace);
  return new Map(wrt.flatMap((x) => (adjoints.has(x) ? [[x, adjoints.get(x) as Node]] : [])));
}

/** Up to where the chain rule goes. */
interface Ends {
  readonly wrt: readonly Node[];
  /** The loop whose steps it is about: what does not change from step to step is an end. */
  readonly within?: string;
  readonly trace?: Trace | undefined;
}

/** The adjoints of all that `given` values, each with its own adjoint, depend on and that depends on one of `wrt`. */
function chain(given: readonly ViewAdjoint[], { wrt, within, trace }: Ends): Map<Node, Node> {
  const order = withViewsBefore(withoutBodies(given.map(({ view }) => view)));
  const isInside = ({ loops }: Node) => within === undefined || loops.includes(within);
  const path = dependents(order, wrt, isInside);
  const exposed = exposedOf(order, path);
  const again = new Recomputed(order);
  const terms = new Map<Node, Node[]>();
  const views = new Map<Node, ViewAdjoint[]>();
  const adjoints = new Map<Node, Node>();
  for (const { view, adjoint } of given) if (path.has(view)) append(terms, view, adjoint);
  const sum = (x: Node, parts: readonly Node[]): Node => {
    const g = joined(parts, exposed.has(x));
    if (trace) tellSum(trace, x, parts, g);
    return g;
  };
  for (const node of [...order].reverse()) {
    const seen = views.get(node);
    if (seen) for (const [input, g] of loopAdjoints(node as unknown as LoopNode, seen, path, inLoop)) if (path.has(input)) append(terms, input, g);
    const known = terms.get(node);
    if (!known) continue;
    const g = sum(node, known);
    adjoints.set(node, g);
    if (!isInside(node) || !node.inputs.some((input) => path.has(input))) continue;
    if (isView(node)) {
      const loop = loopOfView(node) as Node;
      views.set(loop, [...(views.get(loop) ?? []), { view: node, adjoint: g }]);
      continue;
    }
    again.enter(node, g);
    // What goes to one input twice is added first: x·x gives g·x + g·x, which is 2·g·x.
    const own = new Map<Node, Node[]>();
    const contributions = carries(node, path, exposed) ? behindMask(g, node, again) : inputGradients(g, node, again);
    if (trace) tellChain(trace, node, g, { contributions, plain: inputGradients(g, node, again) }, path);
    for (const [i, contribution] of contributions.entries()) append(own, elementAt(node.inputs, i), contribution);
    for (const [input, parts] of own) if (path.has(input)) append(terms, input, sum(input, parts));
  }
  return adjoints;
}

const behind = { name: "f(c ? g : 0) = c ? f(g) : 0", tag: "finite" } as const;
const together = { name: "(c ? g : 0) + (c ? 0 : h) = c ? g : h", tag: "finite" } as const;

type Contributions = readonly (Node | null)[];

/** Tells the chain rule at `node`, and where its terms were taken behind the mask of `g`, that they were. */
function tellChain(
  trace: Trace,
  node: Node,
  g: Node,
  found: Readonly<Record<"contributions" | "plain", Contributions>>,
  path: ReadonlySet<Node>,
): void {
  for (const [i, plain] of found.plain.entries()) {
    const contribution = found.contributions[i];
    if (!plain || !contribution || !path.has(elementAt(node.inputs, i))) continue;
    trace.chain(node, i, g, plain);
    if (contribution !== plain) trace.rule(behind, plain, contribution);
  }
}

/** Tells where the gradient `g` of `x` is not just the sum of its terms, because they have masks. */
function tellSum(trace: Trace, x: Node, terms: readonly Node[], g: Node): void {
  const plain = terms.reduce((whole, term) => build.add(whole, term));
  trace.inherit(x, [plain]);
  if (g !== plain) trace.rule(together, plain, g);
}

const inLoop: Chain = (given, wrt, within) => chain(given, { wrt, within });

function append(terms: Map<Node, Node[]>, x: Node, g: Node | null): void {
  if (g) terms.set(x, [...(terms.get(x) ?? []), g]);
}

/** The f32 nodes of `order` that are or, inside of what it is about, depend on one of `wrt`. */
function dependents(order: readonly Node[], wrt: readonly Node[], isInside: (node: Node) => boolean): Set<Node> {
  const path = new Set(wrt);
  for (const node of order) {
    if (isInside(node) && node.inputs.some((input) => path.has(input))) path.add(node);
  }
  return new Set([...path].filter((node) => node.dtype === "f32"));
}

/** The nodes of `path` from which the chain rule can come to a slope that is not finite before a mask ends. */
function exposedOf(order: readonly Node[], path: ReadonlySet<Node>): Set<Node> {
  const isSteep = slopesOf(order);
  const exposed = new Set<Node>();
  for (const node of order) {
    if (!path.has(node) || !isTransparent(node.op)) continue;
    if (node.inputs.some((input, i) => path.has(input) && (exposed.has(input) || isSteep(node, i)))) exposed.add(node);
  }
  return exposed;
}

const gathering: ReadonlySet<string> = new Set<OpName>(["broadcast", "sum", "max"]);
const additive: ReadonlySet<string> = new Set<OpName>(["add", "sub", "neg", "where", "sum"]);

/**
 * Whether the mask of a gradient goes past `node`: where it has to, and where that takes no more work. Before a function of values that
 * are repeated or summed up, it is applied once for all of them.
 */
function carries(node: Node, path: ReadonlySet<Node>, exposed: ReadonlySet<Node>): boolean {
  if (exposed.has(node) || additive.has(node.op)) return true;
  return isElementwise(node.op) && !node.inputs.some((input) => path.has(input) && gathering.has(input.op));
}

/** The gradients of the inputs of `node`, whose rule sees nothing of the mask that `g` has. */
function behindMask(g: Node, node: Node, again: Recomputed): Contributions {
  const known = masked(g);
  if (known.mask.length === 0) return inputGradients(g, node, again);
  const contributions = inputGradients(inside(known, node), node, again);
  return contributions.map((contribution, i) => contribution && carried(known, node, i, contribution));
}

function inputGradients(g: Node, node: Node, { image }: Recomputed): Contributions {
  const { gradient } = recordOf(node);
  const gradients = gradient?.(g, node.inputs.map(image), image(node), node.params) ?? [];
  for (const [i, contribution] of gradients.entries()) {
    if (contribution && contribution.shape.length !== node.inputs[i]?.shape.length) {
      throw new InternalError(`The gradient rule of "${node.op}" gives another rank than its input's`);
    }
  }
  return gradients;
}
