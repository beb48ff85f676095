// Where the chain rule can multiply by something that is not finite: such a factor has to stay inside of the choice that it belongs to.
//
//   where(c, log(v), 0)   =>   log, v: 1/v is infinite at 0, and 0·(1/0) is NaN
//
// Requires: nodes of one graph, inputs first.
// Cost: linear in the nodes.
import type { Node } from "../ir/node.ts";
import { scalarNamed } from "../ops/elementwise.ts";
import { neverSteep, type Ranges, type Steep, steepAtNaN } from "../ops/range.ts";
import { rangesOf } from "./ranges.ts";

const steepOf = ({ op }: Node): Steep => scalarNamed(op)?.steep ?? (op === "max" ? steepAtNaN : neverSteep);

/** Whether the slope of each of `nodes` by its input `i` can be NaN or infinite. */
export function slopesOf(nodes: readonly Node[]): (node: Node, i: number) => boolean {
  const of = rangesOf(nodes);
  return (node, i) => steepOf(node)(i, node.inputs.map(of) as unknown as Ranges, of(node));
}
