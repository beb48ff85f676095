// Sums and products so far, which `ops.cumsum` and `ops.cumprod` make by passes that double their spans: `cumsum_j(x)`.
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";
import { type Composition, named, namesOf } from "./form.ts";

const kinds = { add: { name: "cumsum", neutral: 0 }, mul: { name: "cumprod", neutral: 1 } } as const;

/** One pass: `y` combined with itself `step` places later. */
interface Pass {
  readonly y: Node;
  readonly axis: number;
  readonly step: number;
}

function passOf(node: Node, op: keyof typeof kinds): Pass | undefined {
  if (!isOp(node, op)) return undefined;
  const [a, b] = node.inputs as readonly [Node, Node];
  return laterBy(a, b, op) ?? laterBy(b, a, op);
}

/** The pass that combines `y` with `later`, where this is `y` moved along one axis. */
function laterBy(y: Node, later: Node, op: keyof typeof kinds): Pass | undefined {
  if (!isOp(later, "pad") || later.params.value !== kinds[op].neutral) return undefined;
  const { low, high } = later.params;
  const part = elementAt(later.inputs, 0);
  const axis = low.findIndex((cells) => cells > 0);
  const isMoved = isOp(part, "slice") && part.inputs[0] === y && part.params.start.every((first) => first === 0);
  const isAlongOne = axis >= 0 && low.every((cells, each) => each === axis || cells === 0) && high.every((cells) => cells === 0);
  return isMoved && isAlongOne ? { y, axis, step: low[axis] as number } : undefined;
}

/** The form of a last pass whose spans reach over the whole axis, if all those before it are there. */
export function cumulative(node: Node): Composition | undefined {
  const op = node.op === "add" || node.op === "mul" ? node.op : undefined;
  const last = op && passOf(node, op);
  if (!op || !last || 2 * last.step < Number(node.shape[last.axis])) return undefined;
  let inner = last;
  while (inner.step > 1) {
    const before = passOf(inner.y, op);
    if (before?.axis !== last.axis || 2 * before.step !== inner.step) return undefined;
    inner = before;
  }
  return named(kinds[op].name, inner.y, namesOf(node, [last.axis]));
}
