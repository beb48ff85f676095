// A loss as what it is for each neuron of the last layer: a function of prediction and target, or the cross-entropy of a softmax.
import { meanOf, nothing } from "../describe/form.ts";
import { classEntropy, distributionEntropy } from "../describe/forms.ts";
import { noNeurons } from "../diagnostics/scalars.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { isOp, type OpNode } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { any, as, either, fill, is, match } from "../rewrite/pattern.ts";
import { affineOf, calledBy, leavesOf, notALayer } from "./cone.ts";
import { type ScalarFunction, scalarFunction } from "./function.ts";

/** What becomes of the losses of all elements or examples. */
export type Reduction = "mean" | "sum";

/** The loss of each element of the prediction. */
export interface ElementLoss {
  readonly kind: "elements";
  readonly reduction: Reduction;
  /** Of prediction and target. */
  readonly of: ScalarFunction;
  readonly target: OpNode<"input"> | undefined;
  /** Set for the cross-entropy of a sigmoid that is computed of what stands before it: what is predicted then, of the prediction here. */
  readonly probability?: { readonly node: Node; readonly of: ScalarFunction };
}

/** −Σₖ tₖ·log pₖ of each example, p the softmax of the prediction. */
export interface ClassLoss {
  readonly kind: "classes";
  readonly reduction: Reduction;
  readonly target: OpNode<"input">;
  /** The class that marks an example that does not count, of targets that are classes; else they are distributions. */
  readonly ignored: number | undefined;
}

/** A loss, and the value that it is computed of. */
export interface ReadLoss {
  readonly loss: ElementLoss | ClassLoss;
  readonly prediction: Node;
}

interface Reduced {
  readonly body: Node;
  readonly reduction: Reduction;
}

function inner(node: Node): Node {
  return isOp(node, "reshape") ? inner(elementAt(node.inputs, 0)) : node;
}

/** The losses that `loss` is the mean or the sum of. */
function reducedIn(loss: Node): Reduced {
  const node = inner(loss);
  const mean = meanOf(node);
  if (mean && mean.axes.length === mean.body.shape.length) return { body: mean.body, reduction: "mean" };
  if (isOp(node, "sum") && node.params.axes.length === elementAt(node.inputs, 0).shape.length)
    return { body: elementAt(node.inputs, 0), reduction: "sum" };
  return { body: node, reduction: "sum" };
}

const counted = is("where", as("condition", is("compare", any("y"), any("ignored"))), any("rows"), fill(0));

/** The mean or sum of the cross-entropies of the examples that count. */
function ofClasses(loss: Node): ReadLoss | undefined {
  const node = inner(loss);
  const [numerator, count] = isOp(node, "div") ? (node.inputs as readonly [Node, Node]) : [node, undefined];
  const { body } = reducedIn(numerator);
  const bound = match(counted, inner(body), nothing);
  const rows = bound && match(classEntropy, bound.rows, nothing);
  const truth = rows && (rows.q as OpNode<"oneHot">);
  const target = bound?.y;
  if (!bound || !truth || !target || truth.inputs[0] !== target || !isOp(target, "input")) return undefined;
  const condition = bound.condition as OpNode<"compare">;
  const isMean = count !== undefined && reducedIn(count).body === castOf(condition, reducedIn(count).body);
  if (condition.params.relation !== "ne" || (count !== undefined && !isMean)) return undefined;
  const ignored = fillOf(bound.ignored);
  return { loss: { kind: "classes", reduction: count === undefined ? "sum" : "mean", target, ignored }, prediction: rows.z };
}

/** `node` where it is 1 where the condition holds, else 0. */
const castOf = (condition: Node, node: Node): Node | undefined => (isOp(node, "cast") && node.inputs[0] === condition ? node : undefined);

function ofDistributions(loss: Node): ReadLoss | undefined {
  const { body, reduction } = reducedIn(loss);
  const rows = match(distributionEntropy, inner(body), nothing);
  if (!rows || !isOp(rows.q, "input")) return undefined;
  return { loss: { kind: "classes", reduction, target: rows.q, ignored: undefined }, prediction: rows.z };
}

/** The values between the layer `end` and `root` through which all that `root` takes of the layer goes, the layer first. */
function waysThrough(root: Node, end: Node): Node[] {
  const between = new Set<Node>();
  const stack = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (between.has(node) || !leavesOf(node).includes(end)) continue;
    between.add(node);
    if (node !== end) stack.push(...node.inputs);
  }
  return [...between].filter((node) => node !== root && (node === end || !leavesOf(root, new Set([node])).includes(end))).sort((a, b) => a.id - b.id);
}

const isNamed = (node: Node): boolean => (node.graph.names.get(node)?.size ?? 0) > 0;

/** The last value before the target, where there is one; else the last that has a name. */
function predictionIn(body: Node, layer: Node, target: Node | undefined): Node {
  const ways = waysThrough(body, layer).filter((node) => !leavesOf(node).some((leaf) => leaf === target));
  const candidates = target ? ways : ways.filter((node) => node === layer || isNamed(node));
  return candidates.at(-1) ?? layer;
}

const logitsLoss = is("sub", is("softplus", any("z")), either("mul", any("z"), any("y")));

/** The sigmoid that a cross-entropy is of, where it is computed of what has no name of its own. */
function probabilityOf(body: Node, prediction: Node, outputs: readonly Node[]): ElementLoss["probability"] {
  const bound = match(logitsLoss, inner(body), nothing);
  if (!bound || bound.z !== prediction || isNamed(prediction)) return undefined;
  const node = outputs.find((output) => isOp(output, "sigmoid") && output.inputs[0] === prediction);
  return node && { node, of: scalarFunction(node, [prediction], node) };
}

function ofElements(loss: Node, outputs: readonly Node[]): ReadLoss {
  const { body, reduction } = reducedIn(loss);
  const leaves = leavesOf(body);
  const [layers, inputs] = [leaves.filter((leaf) => affineOf(leaf)), leaves.filter((leaf) => isOp(leaf, "input"))];
  const odd = leaves.find((leaf) => !affineOf(leaf) && !isOp(leaf, "input"));
  if (odd && isOp(odd, "sum") && body.shape.length === 0) throw noNeurons("the loss", "is made of several sums, as one with a penalty is");
  if (odd) throw notALayer(odd);
  const [layer] = layers;
  if (layers.length > 1) throw noNeurons("the loss", `is computed of ${layers.length} layers at once: ${layers.map(calledBy).join(", ")}`);
  if (!layer || inputs.length > 1) throw noNeurons("the loss", "is no function of one prediction and one target");
  const [target] = inputs;
  const prediction = predictionIn(body, layer, target);
  const probability = probabilityOf(body, prediction, outputs);
  const of = scalarFunction(body, [prediction, ...(target ? [target] : [])], probability?.node);
  return { loss: { kind: "elements", reduction, of, target, ...(probability && { probability }) }, prediction };
}

/** What `loss` is of the prediction. @throws GradcError `no-neurons` */
export const lossIn = (loss: Node, outputs: readonly Node[]): ReadLoss => ofClasses(loss) ?? ofDistributions(loss) ?? ofElements(loss, outputs);
