// The cross-entropy of a softmax as it is written by hand, of targets that are distributions.
//
//   −Σₖ yₖ·log pₖ of each example, p = exp(z)/Σ exp(z), of which the mean or the sum is taken before or behind the sign
import { below, divisorOf, expOfShifted, nothing, oneOf, reductionOf, shifted, softmax, sumOf, z } from "../describe/form.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";
import { any, either, is, match } from "../rewrite/pattern.ts";
import { scaledIn } from "./penalties.ts";
import { inner, type Reduction, reducedIn } from "./reduced.ts";

/** `factor` times the mean or the sum over examples of −Σ q·log softmax(z). */
export interface WrittenEntropy {
  readonly q: Node;
  readonly z: Node;
  readonly factor: number;
  readonly reduction: Reduction;
}

const logOfSum = below(is("log", oneOf(sumOf(expOfShifted), sumOf(is("exp", z)))));
const logSoftmax = oneOf(is("sub", oneOf(shifted, z), logOfSum), is("log", softmax));
const terms = either("mul", any("q"), any("logarithms"));

/** Without the numbers before it. */
function bareIn(node: Node, factor = 1): { readonly node: Node; readonly factor: number } {
  const scaled = scaledIn({ node, factor });
  return scaled ? bareIn(scaled.node, scaled.factor) : { node, factor };
}

/** q and z of q ⊙ log softmax(z), rows of which go along the last axis. */
function termsIn(node: Node): Pick<WrittenEntropy, "q" | "z"> | undefined {
  const bound = match(terms, node, nothing);
  for (const [q, logarithms] of bound ? [[bound.q, bound.logarithms] as const, [bound.logarithms, bound.q] as const] : []) {
    const found = match(logSoftmax, logarithms, nothing);
    if (found && String(reductionOf(found.total).axes) === String([found.z.shape.length - 1])) return { q, z: found.z };
  }
  return undefined;
}

/** The sum over examples that `node` divides by how many they are. */
function overExamples(node: Node): Node | undefined {
  if (!isOp(node, "div")) return undefined;
  const [total, count] = node.inputs as readonly [Node, Node];
  const { body } = reducedIn(bareIn(total).node);
  return divisorOf(count) === body.shape[0] ? total : undefined;
}

/** The entropy that `loss` is, if it was written so. */
export function writtenEntropyIn(loss: Node): WrittenEntropy | undefined {
  const outer = bareIn(loss);
  const ofSum = overExamples(outer.node);
  const { node, factor } = ofSum ? bareIn(ofSum, outer.factor) : outer;
  const { body, reduction } = reducedIn(node);
  const rows = bareIn(inner(body), factor);
  const isOfRows = isOp(rows.node, "sum") && String(rows.node.params.axes) === String([elementAt(rows.node.inputs, 0).shape.length - 1]);
  const found = termsIn(isOfRows ? elementAt(rows.node.inputs, 0) : rows.node);
  // The mean of what is not summed up over classes divides by these too.
  const isMean = ofSum !== undefined || (isOfRows && reduction === "mean");
  if (!found || (!isOfRows && reduction === "mean")) return undefined;
  return { ...found, factor: -rows.factor, reduction: isMean ? "mean" : "sum" };
}
