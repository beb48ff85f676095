// What a value is computed of, element by element: the values below it at which something else happens, such as a layer.
import { placeOf } from "../diagnostics/places.ts";
import { noNeurons } from "../diagnostics/scalars.ts";
import { product } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import { readLabels } from "../ir/labels.ts";
import type { Node } from "../ir/node.ts";
import { isOp, type OpNode } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { isElementwise, isMoved } from "./function.ts";

/** x·W + b, W and b parameters, of one example or of rows of examples; of one neuron x·w + b, with a vector w and a number b. */
export interface Affine {
  /** Its result. */
  readonly node: Node;
  readonly x: Node;
  readonly weight: OpNode<"parameter">;
  readonly bias: OpNode<"parameter"> | undefined;
}

/** The parameter that `node` is. */
function parameterIn(node: Node): OpNode<"parameter"> | undefined {
  const inner = isOp(node, "broadcast") || isOp(node, "reshape") ? elementAt(node.inputs, 0) : node;
  return isOp(inner, "parameter") ? inner : undefined;
}

/** The bias that `node` is for each example of `affine`: a number for each neuron, of one neuron also a number alone. */
function biasIn(node: Node, { weight }: Affine): OpNode<"parameter"> | undefined {
  const bias = parameterIn(node);
  const width = weight.shape[1] ?? 1;
  const isRow = bias?.shape.length === 1 && bias.shape[0] === width && (weight.shape.length === 1 || width === node.shape.at(-1));
  return isRow || (bias?.shape.length === 0 && width === 1) ? bias : undefined;
}

/** Σ x ⊙ w over the last axis, w the same for each example. */
function summedIn(node: Node): Affine | undefined {
  if (!isOp(node, "sum")) return undefined;
  const body = elementAt(node.inputs, 0);
  const [axis, ...others] = node.params.axes;
  if (!isOp(body, "mul") || others.length > 0 || axis !== body.shape.length - 1) return undefined;
  const at = body.inputs.findIndex((factor) => parameterIn(factor)?.shape.length === 1 && parameterIn(factor)?.shape[0] === body.shape.at(-1));
  const weight = at < 0 ? undefined : parameterIn(elementAt(body.inputs, at));
  const x = elementAt(body.inputs, 1 - at);
  return weight && !parameterIn(x) ? { node, x, weight, bias: undefined } : undefined;
}

/** A product with a parameter: of rows by a matrix, or of rows or of one example by a vector. */
function productIn(node: Node): Affine | undefined {
  if (!isOp(node, "contract")) return summedIn(node);
  const labels = readLabels(node.params.spec);
  const [first, second] = node.inputs as readonly [Node, Node];
  const isTurned = labels?.x === labels?.y && isOp(first, "parameter");
  const [x, weight] = isTurned ? [second, first] : [first, second];
  const isLinear = labels && labels.y.length <= 2 && labels.x.at(-1) === labels.y[0] && labels.result === labels.x.slice(0, -1) + (labels.y[1] ?? "");
  return isLinear && isOp(weight, "parameter") ? { node, x, weight, bias: undefined } : undefined;
}

/** The layer that `node` is the result of, if it is that of one. */
export function affineOf(node: Node): Affine | undefined {
  if (!isOp(node, "add")) return productIn(node);
  const [first, second] = node.inputs as readonly [Node, Node];
  for (const [product, term] of [
    [first, second],
    [second, first],
  ] as const) {
    const inner = productIn(product);
    const bias = inner && biasIn(term, inner);
    if (bias) return { ...inner, node, bias };
  }
  return undefined;
}

const isSameElements = (node: Node): boolean => isMoved(node) && product(node.shape) === product(elementAt(node.inputs, 0).shape);

/** The values that `root` is computed of element by element: layers, inputs, whatever is computed otherwise, and those of `ends`. */
export function leavesOf(root: Node, ends: ReadonlySet<Node> = new Set()): Node[] {
  const [leaves, seen, stack] = [new Set<Node>(), new Set<Node>(), [root]];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node) || fillOf(node) !== undefined) continue;
    seen.add(node);
    const isInner = !ends.has(node) && !affineOf(node) && (isElementwise(node) || isSameElements(node));
    if (isInner) stack.push(...node.inputs);
    else leaves.add(node);
  }
  return [...leaves];
}

/** What the user calls `node`, for errors. */
export function calledBy(node: Node): string {
  const [name] = [...(node.graph.names.get(node) ?? [])];
  if (name) return `the value "${name.text}"`;
  if (isMoved(node)) return calledBy(elementAt(node.inputs, 0));
  return isOp(node, "parameter") || isOp(node, "input") || isOp(node, "state") ? `"${node.params.name}"` : `a value of the op "${node.op}"`;
}

/** The error for `node`, at which no layer and no input ends a chain of layers. */
export function notALayer(leaf: Node): Error {
  const node = isMoved(leaf) ? elementAt(leaf.inputs, 0) : leaf;
  const at = placeOf(node);
  if (isOp(node, "random")) return noNeurons("a random value", "is drawn anew in each step, as those of dropout are", at);
  if (isOp(node, "parameter")) return noNeurons(calledBy(node), "is a parameter that stands outside of linear layers", at);
  if (isOp(node, "sum") || isOp(node, "max")) return noNeurons(calledBy(node), "takes several neurons at once, as softmax and a norm do", at);
  return noNeurons(calledBy(node), "is neither a linear layer nor computed of one element by element", at);
}
