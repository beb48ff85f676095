import { InternalError } from "../../../runtime/error.ts";
import type { Node } from "../../ir/node.ts";
import type { ParamsOf } from "../../ops/params.ts";
import { isOp, type OpName } from "../../ops/table.ts";

/** The parameters of a node that is known to be an `op`. */
export function paramsOf<K extends OpName>(node: Node, op: K): ParamsOf<K> {
  if (!isOp(node, op)) throw new InternalError(`Expected "${op}", found "${node.op}"`);
  return node.params;
}
