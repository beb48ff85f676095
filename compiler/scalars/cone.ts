// What a value is computed of, element by element: the values below it at which something else happens, such as a layer.
import { noNeurons } from "../diagnostics/scalars.ts";
import { product } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import { readLabels } from "../ir/labels.ts";
import type { Node } from "../ir/node.ts";
import { isOp, type OpNode } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { isElementwise, isMoved } from "./function.ts";

/** x·W + b, W and b parameters, of one example or of rows of examples. */
export interface Affine {
  /** Its result. */
  readonly node: Node;
  readonly x: Node;
  readonly weight: OpNode<"parameter">;
  readonly bias: OpNode<"parameter"> | undefined;
}

/** The parameter that `node` is for each example. */
function parameterIn(node: Node): OpNode<"parameter"> | undefined {
  const inner = isOp(node, "broadcast") ? elementAt(node.inputs, 0) : node;
  return isOp(inner, "parameter") && inner.shape.length === 1 && inner.shape[0] === node.shape.at(-1) ? inner : undefined;
}

/** The layer that `node` is the result of, if it is that of one. */
export function affineOf(node: Node): Affine | undefined {
  if (isOp(node, "add")) {
    const at = node.inputs.findIndex((term) => parameterIn(term) !== undefined);
    const [bias, rest] = at < 0 ? [] : [parameterIn(elementAt(node.inputs, at)), elementAt(node.inputs, 1 - at)];
    const inner = rest && isOp(rest, "contract") ? affineOf(rest) : undefined;
    return inner && { ...inner, node, bias };
  }
  if (!isOp(node, "contract")) return undefined;
  const [x, weight] = node.inputs as readonly [Node, Node];
  const labels = readLabels(node.params.spec);
  const isLinear = labels && labels.y.length === 2 && labels.x.at(-1) === labels.y[0] && labels.result === labels.x.slice(0, -1) + labels.y[1];
  return isLinear && isOp(weight, "parameter") ? { node, x, weight, bias: undefined } : undefined;
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
  if (isOp(node, "random")) return noNeurons("a random value", "is drawn anew in each step, as those of dropout are");
  if (isOp(node, "parameter")) return noNeurons(calledBy(node), "is a parameter that stands outside of linear layers");
  if (isOp(node, "sum") || isOp(node, "max")) return noNeurons(calledBy(node), "takes several neurons at once, as softmax and a norm do");
  return noNeurons(calledBy(node), "is neither a linear layer nor computed of one element by element");
}
