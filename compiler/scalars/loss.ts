// A loss as what it is for each neuron of the last layer: a function of prediction and target, or the cross-entropy of a softmax.
import { nothing } from "../describe/form.ts";
import { placeOf } from "../diagnostics/places.ts";
import { noNeurons } from "../diagnostics/scalars.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import * as build from "../ops/build.ts";
import { isOp, type OpNode } from "../ops/table.ts";
import { any, either, fill, is, match } from "../rewrite/pattern.ts";
import { type ClassLoss, classLossIn } from "./class-loss.ts";
import { affineOf, calledBy, leavesOf, notALayer } from "./cone.ts";
import { type ScalarFunction, scalarFunction } from "./function.ts";
import { termsOf } from "./penalties.ts";
import { inner, type Reduction, reducedIn } from "./reduced.ts";

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

/** A loss, and the value that it is computed of. */
export interface ReadLoss {
  readonly loss: ElementLoss | ClassLoss;
  readonly prediction: Node;
  /** How many times `loss` it is. */
  readonly factor: number;
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

/** −(y·log(p) + (1 − y)·log(1 − p)), as it is computed of what stands before the sigmoid p. */
const writtenLoss = either(
  "add",
  either("mul", is("softplus", is("neg", any("z"))), any("y")),
  either("mul", is("softplus", any("z")), is("sub", fill(1), any("y"))),
);

/** `body`, or so many times it, as losses.bce writes it where it is that in the terms of a book. */
function asLogitsLoss(body: Node): { readonly body: Node; readonly factor: number } | undefined {
  const factor = isOp(body, "neg") ? -1 : 1;
  const bound = match(writtenLoss, factor < 0 ? elementAt(body.inputs, 0) : body, nothing);
  return bound && { body: build.sub(build.softplus(bound.z), build.mul(bound.z, bound.y)), factor };
}

/** The sigmoid that a cross-entropy is of, where it is written of that, or computed of what has no name of its own. */
function probabilityOf(body: Node, prediction: Node, outputs: readonly Node[], isWritten: boolean): ElementLoss["probability"] {
  const bound = match(logitsLoss, inner(body), nothing);
  if (!bound || bound.z !== prediction || (isNamed(prediction) && !isWritten)) return undefined;
  const node = outputs.find((output) => isOp(output, "sigmoid") && output.inputs[0] === prediction);
  return node && { node, of: scalarFunction(node, [prediction], node) };
}

function ofElements(loss: Node, outputs: readonly Node[]): ReadLoss {
  const { body: given, reduction } = reducedIn(loss);
  const written = asLogitsLoss(given);
  const { body, factor } = written ?? { body: given, factor: 1 };
  const leaves = leavesOf(body);
  const [layers, inputs] = [leaves.filter((leaf) => affineOf(leaf)), leaves.filter((leaf) => isOp(leaf, "input"))];
  const odd = leaves.find((leaf) => !affineOf(leaf) && !isOp(leaf, "input"));
  if (odd) throw partsOfData(loss) ?? notALayer(odd);
  const [layer] = layers;
  if (layers.length > 1) throw noNeurons("the loss", `is computed of ${layers.length} layers at once: ${layers.map(calledBy).join(", ")}`);
  if (!layer || inputs.length > 1) throw noNeurons("the loss", "is no function of one prediction and one target");
  const [target] = inputs;
  const prediction = predictionIn(body, layer, target);
  const probability = probabilityOf(body, prediction, outputs, written !== undefined);
  const of = scalarFunction(body, [prediction, ...(target ? [target] : [])], probability?.node);
  return { loss: { kind: "elements", reduction, of, target, ...(probability && { probability }) }, prediction, factor };
}

/** The error for a loss of several parts, each with its own sum over what is predicted, and where they were written. */
function partsOfData(loss: Node): Error | undefined {
  const parts = termsOf({ node: loss, factor: 1 }).map(({ node }) => node);
  if (parts.length < 2) return undefined;
  const called = parts.map((part) => [isNamed(part) ? calledBy(part) : undefined, placeOf(part)].filter((each) => each !== undefined).join(" at "));
  const which = called.every((each) => each !== "") ? `: ${called.join(" and ")}` : "";
  return noNeurons("the loss", `is a sum of ${parts.length} losses, of which neurons have one${which}`, placeOf(loss));
}

/** What `loss` is of the prediction. @throws GradcError `no-neurons` */
export const lossIn = (loss: Node, outputs: readonly Node[]): ReadLoss => classLossIn(loss) ?? ofElements(loss, outputs);
