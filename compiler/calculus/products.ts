// Products by a weight along one axis, as a linear layer is, and such of such.
//
//   (x·V + b)·W   =>   x·V and W, along the axis that x·V made
import type { Dim } from "../ir/dim.ts";
import type { Node } from "../ir/node.ts";
import { parseLabels } from "../ops/contraction.ts";
import { isOp } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { variesAlong } from "./centring.ts";

/** A product of a value along one axis by a weight, a parameter that is a matrix. */
export interface Product {
  readonly node: Node;
  readonly weight: Node;
  readonly x: Node;
  /** The axis of x that is summed over, and that of the result in its place. */
  readonly from: number;
  readonly to: number;
  readonly width: { readonly in: Dim; readonly out: Dim };
}

const trainedBelow = (node: Node): Node | undefined => {
  let inner = node;
  while (isOp(inner, "permute")) inner = inner.inputs[0] as Node;
  return isOp(inner, "parameter") && inner.graph.declarations.get(inner)?.trainable ? inner : undefined;
};

/** The product that `node` is. */
export function productAt(node: Node): Product | undefined {
  if (!isOp(node, "contract")) return undefined;
  const { x, y, result, summed } = parseLabels(node.params.spec);
  const at = node.inputs.findIndex(trainedBelow);
  const [word, other] = at === 0 ? [x, y] : [y, x];
  const operand = node.inputs[at];
  const made = word.replace(summed, "");
  if (!operand || summed.length !== 1 || word.length !== 2 || other.includes(made)) return undefined;
  const [from, to] = [other.indexOf(summed), result.indexOf(made)];
  const value = node.inputs[1 - at] as Node;
  return { node, weight: trainedBelow(operand) as Node, x: value, from, to, width: { in: value.shape[from] as Dim, out: node.shape[to] as Dim } };
}

/** What is added or multiplied alike to all elements, or to all along every axis but `axis`, and the other operand. */
function withoutAffine(node: Node, axis: number): Node | undefined {
  const isScale = isOp(node, "mul") || isOp(node, "div");
  if (!isScale && !isOp(node, "add") && !isOp(node, "sub")) return undefined;
  const isFree = (operand: Node) => fillOf(operand) !== undefined || (!isScale && isBias(operand, axis));
  const [first, second] = node.inputs as readonly [Node, Node];
  if (isFree(second)) return first;
  return isFree(first) && !isOp(node, "div") ? second : undefined;
}

const isBias = (operand: Node, axis: number): boolean => {
  let inner = operand;
  while (isOp(inner, "broadcast") || isOp(inner, "reshape")) inner = inner.inputs[0] as Node;
  return isOp(inner, "parameter") && variesAlong(operand).every((each) => each === axis);
};

/** The product that `product` is taken of, with nothing between but biases and factors, each used by nothing else; and what lies between, from last to first. */
export function productBelow(product: Product, isUsedOnce: (node: Node) => boolean): Product | undefined {
  let [node, axis] = [product.x, product.from];
  while (isUsedOnce(node)) {
    const found = productAt(node);
    if (found) return found.to === axis ? found : undefined;
    if (isOp(node, "permute")) axis = node.params.order[axis] as number;
    const inner = isOp(node, "permute") ? node.inputs[0] : withoutAffine(node, axis);
    if (!inner) return undefined;
    node = inner;
  }
  return undefined;
}
