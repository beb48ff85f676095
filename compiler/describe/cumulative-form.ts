// Sums and products so far, which `ops.cumsum` and `ops.cumprod` make by passes that double their spans: `cumsum_j(x)`; their gradients by passes that halve them, backwards: `flip_j(cumsum_j(flip_j(x)))`.
import { call, type Formula } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";
import { type Composition, named, namesOf } from "./form.ts";

const kinds = { add: { name: "cumsum", neutral: 0 }, mul: { name: "cumprod", neutral: 1 } } as const;

/** One pass: `y` combined with itself `step` places later, or backwards so many places earlier. */
interface Pass {
  readonly y: Node;
  readonly axis: number;
  readonly step: number;
  readonly isBackwards: boolean;
}

function passOf(node: Node, op: keyof typeof kinds): Pass | undefined {
  if (!isOp(node, op)) return undefined;
  const [a, b] = node.inputs as readonly [Node, Node];
  return movedBy(a, b, op) ?? movedBy(b, a, op);
}

/** The pass that combines `y` with `moved`, where this is `y` moved along one axis. */
function movedBy(y: Node, moved: Node, op: keyof typeof kinds): Pass | undefined {
  if (!isOp(moved, "pad") || moved.params.value !== kinds[op].neutral) return undefined;
  const { low, high } = moved.params;
  const part = elementAt(moved.inputs, 0);
  const isBackwards = high.some((cells) => cells > 0);
  const [before, behind] = isBackwards ? [high, low] : [low, high];
  const axis = before.findIndex((cells) => cells > 0);
  if (!isOp(part, "slice") || part.inputs[0] !== y || axis < 0) return undefined;
  const step = before[axis] as number;
  const isMoved = part.params.start.every((first, each) => first === (isBackwards && each === axis ? step : 0));
  const isAlongOne = before.every((cells, each) => each === axis || cells === 0) && behind.every((cells) => cells === 0);
  return isMoved && isAlongOne ? { y, axis, step, isBackwards } : undefined;
}

/** The passes of which `node` is the last, along one axis and in one direction, with spans that are each half of another, until they reach over the axis. */
function passesOf(node: Node, op: keyof typeof kinds): readonly Pass[] | undefined {
  const last = passOf(node, op);
  const passes: Pass[] = [];
  for (let pass = last; pass && pass.axis === last?.axis && pass.isBackwards === last.isBackwards; pass = passOf(pass.y, op)) {
    passes.push(pass);
    const spans = passes.map(({ step }) => step).sort((a, b) => a - b);
    const isWhole = spans.every((span, at) => span === 2 ** at) && 2 ** spans.length >= Number(node.shape[pass.axis]);
    if (isWhole) return passes;
  }
  return undefined;
}

/** The form of a last pass, if all those before it are there that together reach over the whole axis. */
export function cumulative(node: Node): Composition | undefined {
  const op = node.op === "add" || node.op === "mul" ? node.op : undefined;
  const first = op && passesOf(node, op)?.at(-1);
  if (!op || !first) return undefined;
  const along = namesOf(node, [first.axis]);
  if (!first.isBackwards) return named(kinds[op].name, first.y, along);
  const flipped = (x: Formula): Formula => call("flip", [x], along);
  return { inputs: [first.y], build: ([x]) => flipped(call(kinds[op].name, [flipped(x as Formula)], along)) };
}
