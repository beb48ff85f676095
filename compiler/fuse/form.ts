// What a root computes, as text that is equal where it is the same on other values: it is lowered once.
//
//   tanh(z₀ + b₀) and tanh(z₁ + b₁)   =>   one text, on z₀ and b₀, on z₁ and b₁
import { keyOfParams } from "../ir/graph.ts";
import type { Node } from "../ir/node.ts";
import type { TensorType } from "../ir/type.ts";
import type { Scalar } from "../kernel/kernel.ts";
import { isOp } from "../ops/table.ts";
import { behindBarriers } from "./erase.ts";

/** A text and what it leaves open, in the order of the text. */
export interface RootForm {
  readonly text: string;
  /** The stored values that the root is computed from. */
  readonly sources: readonly Node[];
  /** The numbers of the random streams that it draws from, and of the steps that loops around it are at. */
  readonly scalars: ReadonlyMap<Node, Scalar>;
}

export const typeText = ({ dtype, shape }: TensorType): string => `${dtype}[${shape.join(",")}]`;

/** The number that a node leaves open. */
function scalarOf(node: Node): Scalar | undefined {
  if (isOp(node, "random")) return { name: "stream", value: node.params.stream };
  return isOp(node, "slot") ? { name: "step", value: 0, loop: node.params.loop } : undefined;
}

/** The form of `root`, which is computed from values that are stored or are members of their own. */
export function formOfRoot(root: Node, isStored: (node: Node) => boolean): RootForm {
  const numbers = new Map<Node, number>();
  const lines: string[] = [];
  const sources: Node[] = [];
  const scalars = new Map<Node, Scalar>();
  const opText = (node: Node): string => {
    const scalar = scalarOf(node);
    if (!scalar) return `${node.op}{${keyOfParams(node.graph, node.params)}}`;
    scalars.set(node, scalar);
    return node.op;
  };
  const lineOf = (node: Node): string => {
    if (node === root || !isStored(node)) return `${opText(node)}(${node.inputs.map(numberOf)})`;
    sources.push(node);
    return "stored";
  };
  function numberOf(given: Node): number {
    // What is computed again is computed as it was.
    const node = behindBarriers(given);
    const known = numbers.get(node);
    if (known !== undefined) return known;
    lines.push(`${lineOf(node)} ${typeText(node)}`);
    numbers.set(node, numbers.size);
    return numbers.size - 1;
  }
  numberOf(root);
  return { text: lines.join("\n"), sources, scalars };
}
