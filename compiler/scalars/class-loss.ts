// Cross-entropies of a softmax, read off their nodes: of classes or of distributions, with weights of classes and with smoothed targets.
import { bare, below, nothing } from "../describe/form.ts";
import { classEntropy, distributionEntropy } from "../describe/forms.ts";
import type { Node } from "../ir/node.ts";
import { isOp, type OpNode } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { any, as, constant, either, fill, is, match } from "../rewrite/pattern.ts";
import { inner, type Reduction, reducedIn } from "./reduced.ts";
import { writtenEntropyIn } from "./written-entropy.ts";

/** −Σₖ qₖ·log pₖ of each example, p the softmax of the prediction, q of each target t: c·(kept·t + spread). */
export interface ClassLoss {
  readonly kind: "classes";
  readonly reduction: Reduction;
  readonly target: OpNode<"input">;
  /** The class that marks an example that does not count, of targets that are classes; else they are distributions. */
  readonly ignored: number | undefined;
  /** The weight of each class. The mean over examples of classes divides by those of theirs. */
  readonly weights?: readonly number[];
  readonly smoothing?: { readonly kept: number; readonly spread: number };
}

interface Read {
  readonly loss: ClassLoss;
  readonly prediction: Node;
  /** How many times it. */
  readonly factor: number;
}

/** What is compared with the shares. */
interface Truth {
  /** One-hot rows, or an input. */
  readonly of: Node;
  readonly weights?: readonly number[];
  readonly smoothing?: NonNullable<ClassLoss["smoothing"]>;
}

/** A number for each class, that is the same for each example. */
function rowOf(node: Node): readonly number[] | undefined {
  const row = bare(node);
  const width = node.shape.at(-1);
  if (!isOp(row, "constant") || typeof width !== "number") return undefined;
  const filling = fillOf(node);
  if (filling !== undefined) return Array.from({ length: width }, () => filling);
  return row.shape.length === 1 && row.shape[0] === width ? row.params.data : undefined;
}

const smoothed = either("add", either("mul", constant("kept"), any("truth")), constant("spread"));

/** The targets that `q` is made of. */
function truthIn(q: Node): Truth {
  if (isOp(q, "mul")) {
    const [x, y] = q.inputs as readonly [Node, Node];
    const [first, second] = [rowOf(x), rowOf(y)];
    if (first && !second) return { ...truthIn(y), weights: first };
    if (second && !first) return { ...truthIn(x), weights: second };
  }
  const bound = match(smoothed, q, nothing);
  if (!bound) return { of: q };
  return { of: bound.truth, smoothing: { kept: fillOf(bound.kept) as number, spread: fillOf(bound.spread) as number } };
}

interface Rows {
  readonly truth: Truth;
  readonly prediction: Node;
}

const weighedRows = either("mul", below(as("own", is("sum", any("weighed")))), any("rows"));

/** The cross-entropies of rows, which may be weighed. */
function rowsIn(node: Node): Rows | undefined {
  const weighed = match(weighedRows, node, nothing);
  const ofClass = match(classEntropy, node, nothing);
  if (ofClass) return { truth: { of: ofClass.q }, prediction: ofClass.z };
  const spread = match(distributionEntropy, node, nothing);
  if (spread) return { truth: truthIn(spread.q), prediction: spread.z };
  const within = weighed && rowsIn(weighed.rows);
  const own = weighed && truthIn(weighed.weighed);
  if (!within || !own?.weights || own.of !== within.truth.of || within.truth.weights) return undefined;
  return { ...within, truth: { ...within.truth, weights: own.weights } };
}

const counted = is("where", as("condition", is("compare", any("y"), any("ignored"))), any("rows"), fill(0));

/** Whether `count` is how many examples the condition holds of, each weighed as the classes are where they have weights. */
function isCount(count: Node, condition: Node, { of, weights }: Truth): boolean {
  const { body } = reducedIn(count);
  if (!weights) return isOp(body, "cast") && body.inputs[0] === condition;
  const bound = match(is("where", any("condition"), below(is("sum", any("weighed"))), fill(0)), inner(body), nothing);
  const own = bound && truthIn(bound.weighed);
  return bound?.condition === condition && own?.of === of && String(own.weights) === String(weights);
}

/** The mean or sum of the cross-entropies of the examples that count. */
function ofClasses(loss: Node): Read | undefined {
  const node = inner(loss);
  const [numerator, count] = isOp(node, "div") ? (node.inputs as readonly [Node, Node]) : [node, undefined];
  const bound = match(counted, inner(reducedIn(numerator).body), nothing);
  const rows = bound && rowsIn(bound.rows);
  const target = bound?.y;
  if (!bound || !rows || !target || !isOp(target, "input") || !isOp(rows.truth.of, "oneHot") || rows.truth.of.inputs[0] !== target) return undefined;
  const condition = bound.condition as OpNode<"compare">;
  if (condition.params.relation !== "ne" || (count !== undefined && !isCount(count, condition, rows.truth))) return undefined;
  const { of: _, ...others } = rows.truth;
  const reduction = count === undefined ? "sum" : "mean";
  return { loss: { kind: "classes", reduction, target, ignored: fillOf(bound.ignored), ...others }, prediction: rows.prediction, factor: 1 };
}

function ofDistributions(loss: Node): Read | undefined {
  const { body, reduction } = reducedIn(loss);
  const rows = rowsIn(inner(body));
  const written = rows ? undefined : writtenEntropyIn(loss);
  const truth = rows?.truth ?? (written && truthIn(written.q));
  if (!truth || !isOp(truth.of, "input") || truth.of.dtype !== "f32") return undefined;
  const { of: target, ...others } = truth;
  const read: ClassLoss = { kind: "classes", reduction: written?.reduction ?? reduction, target, ignored: undefined, ...others };
  return { loss: read, prediction: (rows?.prediction ?? written?.z) as Node, factor: written?.factor ?? 1 };
}

/** The cross-entropy that `loss` is, if it is one. */
export const classLossIn = (loss: Node): Read | undefined => ofClasses(loss) ?? ofDistributions(loss);
