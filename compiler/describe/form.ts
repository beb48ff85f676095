// What named forms are made with: patterns that look below what mathematics does not write, and the reductions that they name.
import { axisName } from "../formula/axes.ts";
import { call, type Formula, transpose } from "../formula/tree.ts";
import { type Dim, multiply, product } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { isOp, type OpNode } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { any, as, type Bound, either, fill, is, match, type Pattern } from "../rewrite/pattern.ts";

/** A value in terms of others: what its formula is made of, and how. */
export interface Composition {
  readonly inputs: readonly Node[];
  build(inputs: readonly Formula[]): Formula;
  /** The same of what is nearer, for where what this looks through has a name. */
  readonly nearer?: Composition | undefined;
}

/** A value as another one that is the same. */
export const saidBy = (other: Node): Composition => ({ inputs: [other], build: ([x]) => x as Formula });

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
  while (isOp(inner, "broadcast") || isOp(inner, "reshape") || (isOp(inner, "stopGradient") && !inner.params.stated))
    inner = elementAt(inner.inputs, 0);
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

export const sumOf = <N extends string>(body: Pattern<N>) => below(as("total", is("sum", body)));
export const squareOf = <N extends string>(x: Pattern<N>) => oneOf(is("mul", x, x), is("pow", x, fill(2)));

/** Σ x / n or Σ x · (1/n), whatever n is. */
const ratio = oneOf(is("div", sumOf(any("x")), any("n")), either("mul", sumOf(any("x")), below(is("div", fill(1), any("n")))));

export type Reduction = { readonly body: Node; readonly axes: readonly number[] };

export function reductionOf(total: Node): Reduction {
  return { body: elementAt(total.inputs, 0), axes: (total as OpNode<"sum">).params.axes };
}

/** The extent that a divisor stands for: 12, batch, batch·3. */
export function divisorOf(node: Node): Dim | undefined {
  const inner = bare(node);
  if (isOp(inner, "size")) return inner.params.dim;
  if (!isOp(inner, "mul")) return fillOf(inner);
  const [a, b] = inner.inputs.map(divisorOf);
  return a === undefined || b === undefined ? undefined : multiply(a, b);
}

/** What `node` is the mean of: Σ x / n where n counts the elements. */
export function meanOf(node: Node): Reduction | undefined {
  const bound = match(ratio, node, nothing);
  if (!bound) return undefined;
  const reduction = reductionOf(bound.total);
  const count = product(reduction.axes.map((axis) => elementAt(reduction.body.shape, axis)));
  return divisorOf(bound.n) === count ? reduction : undefined;
}

/** Axes as a subscript: none where all are meant, or the last alone for functions of rows. */
export const overAll = ({ body, axes }: Reduction) => (axes.length === body.shape.length ? undefined : namesOf(body, axes));
export const overRows = (body: Node, axes: readonly number[]) =>
  axes.length === 1 && axes[0] === body.shape.length - 1 ? undefined : namesOf(body, axes);
export const namesOf = (body: Node, axes: readonly number[]): string => axes.map((axis) => axisName(body.shape, axis)).join(",");

export const named = (name: string, x: Node, subscript?: string): Composition => ({ inputs: [x], build: (xs) => call(name, xs, subscript) });

/** A function of each row, which is one of each column of the transpose where columns are of rows too and no name tells them apart. */
export function ofRows(name: string, x: Node, total: Node): Composition {
  const { axes } = reductionOf(total);
  const ofColumns = x.shape.length === 2 && x.shape[0] === x.shape[1] && typeof x.shape[0] === "string" && axes.length === 1 && axes[0] === 0;
  return ofColumns ? { inputs: [x], build: (xs) => transpose(call(name, xs.map(transpose))) } : named(name, x, overRows(x, axes));
}

const centered = squareOf(is("sub", any("x"), any("center")));

/** What `node` is the variance of: mean (x - mean x)². */
export function varianceOf(node: Node): Reduction | undefined {
  const found = meanOf(node);
  const bound = found && match(centered, found.body, nothing);
  return found && bound && meanOf(bare(bound.center))?.body === bound.x ? { body: bound.x, axes: found.axes } : undefined;
}

/** Whether `node` is one less than how many elements there are. */
function isOneLess(node: Node, count: Dim): boolean {
  const inner = bare(node);
  if (!isOp(inner, "sub")) return typeof count === "number" && fillOf(inner) === count - 1;
  const [all, less] = inner.inputs as readonly [Node, Node];
  return divisorOf(all) === count && fillOf(less) === 1;
}

/** What `node` is the variance of as of a sample: Σ (x - mean x)² over one less than how many are summed. */
export function sampleVarianceOf(node: Node): Reduction | undefined {
  const bound = match(is("div", sumOf(centered), any("n")), node, nothing);
  if (!bound) return undefined;
  const { axes } = reductionOf(bound.total);
  const center = meanOf(bare(bound.center));
  const isMean = center?.body === bound.x && String(center.axes) === String(axes);
  return isMean && isOneLess(bound.n, product(axes.map((axis) => elementAt(bound.x.shape, axis)))) ? { body: bound.x, axes } : undefined;
}

export const z: Pattern<"z"> = any("z");
/** The largest of z, or 0 where that is infinite: what is taken off so that no exponential overflows. */
export const shiftOf = below(
  oneOf(is("max", z), is("where", is("compare", is("abs", any("largest")), fill(Number.POSITIVE_INFINITY)), fill(0), as("largest", is("max", z)))),
);
export const shifted = is("sub", z, shiftOf);
export const expOfShifted = is("exp", shifted);
/** exp(z)/Σ exp(z), shifted by the largest or not */
export const softmax = is("div", as("e", oneOf(expOfShifted, is("exp", z))), sumOf(any("e")));
