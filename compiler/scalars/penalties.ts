// Penalties of a loss: terms that are made of a weight alone, summed up over all of its elements.
//
//   L + 0.01·Σ w² + 0.01·Σ |v|
import { meanOf } from "../describe/form.ts";
import { noNeurons } from "../diagnostics/scalars.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { withoutBodies } from "../ir/walk.ts";
import { isOp, type OpNode } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { calledBy, leavesOf } from "./cone.ts";
import { type ScalarFunction, scalarFunction } from "./function.ts";

/** `factor` times the sum of what `of` is of each element of a parameter. */
export interface Penalty {
  readonly parameter: OpNode<"parameter">;
  readonly factor: number;
  readonly of: ScalarFunction;
}

/** A loss in its terms. */
interface Parted {
  /** What is made of data, so many times. */
  readonly loss: Node;
  readonly factor: number;
  readonly penalties: readonly Penalty[];
}

interface Term {
  readonly node: Node;
  readonly factor: number;
}

/** The terms of a sum of numbers. */
export function termsOf({ node, factor }: Term): Term[] {
  const [x, y] = node.inputs as readonly [Node, Node];
  if (isOp(node, "add") && node.shape.length === 0) return [...termsOf({ node: x, factor }), ...termsOf({ node: y, factor })];
  if (isOp(node, "sub") && node.shape.length === 0) return [...termsOf({ node: x, factor }), ...termsOf({ node: y, factor: -factor })];
  return [{ node, factor }];
}

const isOfData = (node: Node): boolean => withoutBodies([node]).some((inner) => isOp(inner, "input"));

/** The penalties in a term that is made of parameters. */
function penaltiesIn({ node, factor }: Term): Penalty[] {
  const terms = termsOf({ node, factor });
  if (terms.length > 1) return terms.flatMap(penaltiesIn);
  const inner = scaledIn({ node, factor });
  return inner ? penaltiesIn(inner) : [penaltyOf({ node, factor })];
}

/** What `node` is a number of times. */
export function scaledIn({ node, factor }: Term): Term | undefined {
  const [x, y] = node.inputs as readonly [Node, Node];
  if (isOp(node, "neg") || isOp(node, "reshape")) return { node: x, factor: isOp(node, "neg") ? -factor : factor };
  if (isOp(node, "mul") && fillOf(x) !== undefined) return { node: y, factor: factor * (fillOf(x) as number) };
  if (isOp(node, "mul") && fillOf(y) !== undefined) return { node: x, factor: factor * (fillOf(y) as number) };
  return isOp(node, "div") && fillOf(y) !== undefined ? { node: x, factor: factor / (fillOf(y) as number) } : undefined;
}

/** A loss without the numbers before it, down to what is a mean itself. */
function unscaled(term: Term): Term {
  const inner = meanOf(term.node) ? undefined : scaledIn(term);
  return inner && inner.node.shape.length === 0 ? unscaled(inner) : term;
}

function penaltyOf({ node, factor }: Term): Penalty {
  const isWhole = isOp(node, "sum") && node.params.axes.length === elementAt(node.inputs, 0).shape.length;
  const body = isWhole ? elementAt(node.inputs, 0) : node;
  const [parameter, ...others] = leavesOf(body);
  if (!isWhole || !parameter || others.length > 0 || !isOp(parameter, "parameter"))
    throw noNeurons("the loss", `has a penalty, ${calledBy(node)}, that is no sum over the elements of one weight`);
  return { parameter, factor, of: scalarFunction(body, [parameter]) };
}

/** The part of `total` that is made of data, and its penalties. @throws GradcError `no-neurons` */
export function partedOf(total: Node): Parted {
  const terms = termsOf({ node: total, factor: 1 });
  const ofData = terms.filter(({ node }) => isOfData(node));
  const [first, ...others] = ofData;
  if (!first || others.length > 0) return { loss: total, factor: 1, penalties: [] };
  const { node: loss, factor } = unscaled(first);
  return { loss, factor, penalties: terms.filter((term) => term !== first).flatMap(penaltiesIn) };
}
