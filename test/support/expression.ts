import type { Node } from "../../compiler/ir/node.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { fillOf } from "../../compiler/rewrite/fill.ts";

/** `node` as one nested expression of small graphs: sources by name, constants by value, without broadcasts, shapes and axes. */
export function expressionOf(node: Node): string {
  const value = fillOf(node);
  if (value !== undefined) return String(value);
  if (typeof node.params.name === "string") return node.params.name;
  if (isOp(node, "size")) return String(node.params.dim);
  if (isOp(node, "broadcast")) return expressionOf(node.inputs[0] as Node);
  const name = isOp(node, "compare") ? node.params.relation : node.op;
  return `${name}(${node.inputs.map(expressionOf).join(", ")})`;
}
