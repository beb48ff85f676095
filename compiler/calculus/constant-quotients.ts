// Which values are the same whatever they are made of, so that nothing is learned through them: x / x and x - x, where one of the two may have
// been reshaped or summed up over axes of one element. A softmax of one element is such a quotient, and its logarithm such a difference.
import { product } from "../ir/dim.ts";
import type { Node } from "../ir/node.ts";
import { isOp, type OpName } from "../ops/table.ts";

const movements: ReadonlySet<string> = new Set<OpName>(["broadcast", "reshape", "sum"]);

/** What `node` is without the movements that leave every element in its order. */
function elementsOf(node: Node): Node {
  let inner = node;
  while (movements.has(inner.op) && product(inner.shape) === product((inner.inputs[0] as Node).shape)) inner = inner.inputs[0] as Node;
  return inner;
}

/** The operand of `node`, where it is an `op`, without its movements. */
const operandOf = (op: OpName, node: Node): Node | undefined => (isOp(node, op) ? elementsOf(node.inputs[0] as Node) : undefined);

/** Whether `node` is x / x or x - x. */
export function isConstantQuotient(node: Node): boolean {
  if (!isOp(node, "div") && !isOp(node, "sub")) return false;
  const [a, b] = node.inputs.map(elementsOf) as [Node, Node];
  const logarithm = operandOf("log", b);
  return a === b || (isOp(node, "sub") && logarithm !== undefined && operandOf("exp", logarithm) === a);
}
