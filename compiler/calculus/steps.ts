// Sums over the steps of a loop, outside of it: the gradient of what all steps share is one product over steps and rows.
//
//   Σ_t a_tᵀ·b_t   =>   Aᵀ·B over all rows of all steps, A and B being all a_t and all b_t
import type { Node } from "../ir/node.ts";
import * as build from "../ops/build.ts";
import { parseLabels } from "../ops/contraction.ts";
import { freeLetter, lifted } from "../ops/lift.ts";
import { type LoopNode, stackOf } from "../ops/loops.ts";
import { isOp } from "../ops/table.ts";

const behind = (axes: readonly number[]): number[] => axes.map((axis) => axis + 1);

/** The sum of `value` over the steps of `node`. */
export function sumOverSteps(node: LoopNode, value: Node): Node {
  const { loop, steps } = node.params;
  if (!value.loops.includes(loop)) return build.mul(value, build.fill(value, steps));
  const [x, y] = value.inputs as [Node, Node];
  if (isOp(value, "contract")) return productOverSteps(node, x, y, value.params.spec);
  if (isOp(value, "add") && (reduces(x) || reduces(y))) return build.add(sumOverSteps(node, x), sumOverSteps(node, y));
  if (isOp(value, "sum")) return build.sum(allOf(node, x), [0, ...behind(value.params.axes)]);
  if (isOp(value, "reshape")) return build.reshape(sumOverSteps(node, x), value.shape);
  if (isOp(value, "permute")) return build.permute(sumOverSteps(node, x), value.params.order);
  if (isOp(value, "scatterAdd")) return build.scatterAdd(allOf(node, x), allOf(node, y), value.params.extent);
  return build.sum(allOf(node, value), [0]);
}

/** Whether it is a sum over rows of its own, which needs no memory for each step. */
const reduces = ({ op }: Node): boolean => op === "contract" || op === "sum" || op === "scatterAdd";

/** Σ_t of a product: over steps too, where both factors change from step to step. */
function productOverSteps(node: LoopNode, x: Node, y: Node, spec: string): Node {
  const varies = ({ loops }: Node) => loops.includes(node.params.loop);
  const { x: left, y: right, result } = parseLabels(spec);
  if (!varies(x)) return build.contract(x, sumOverSteps(node, y), spec);
  if (!varies(y)) return build.contract(sumOverSteps(node, x), y, spec);
  const step = freeLetter(spec);
  return build.contract(allOf(node, x), allOf(node, y), `${step}${left},${step}${right}->${result}`);
}

const moves: ReadonlySet<string> = new Set(["permute", "reshape", "slice", "broadcast"]);

/** `value` at all steps, [steps, ...]; what only moves elements is moved outside. */
function allOf(node: LoopNode, value: Node): Node {
  const { loop, steps } = node.params;
  const varies = ({ loops }: Node) => loops.includes(loop);
  if (!varies(value) || !moves.has(value.op)) return stackOf(node, value);
  return lifted(value, { steps, varies, all: (input) => allOf(node, input) });
}
