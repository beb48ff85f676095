import type { OpName, ParamsOf } from "../ops/table.ts";
import type { Graph } from "./graph.ts";
import type { Dtype, Shape } from "./type.ts";

/** A parameter of an op: plain data, so that it can be compared, printed and read back. */
export type Param = number | string | boolean | readonly (number | string)[];
export type Params = { readonly [key: string]: Param };

/**
 * One value of the graph: an op applied to other values. Nodes are hash-consed within their graph
 * (equal op, inputs and params are one object), immutable, and numbered in order of creation,
 * so that inputs always have smaller ids.
 */
export interface Node<K extends OpName = OpName> {
  readonly graph: Graph;
  readonly id: number;
  readonly op: K;
  readonly inputs: readonly Node[];
  readonly params: ParamsOf<K>;
  readonly dtype: Dtype;
  readonly shape: Shape;
}

export const isOp = <K extends OpName>(node: Node, op: K): node is Node<K> => (node.op as OpName) === op;
