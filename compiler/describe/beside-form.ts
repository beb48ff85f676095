// Parts that stand side by side, each written among zeros and added up, as a gradient makes them: `concat(a, b)`; or one behind the other along an
// axis of their own: `stack_j(a, b)`, of which `at_j=1(x)` is one.
import { axisName } from "../formula/axes.ts";
import { call } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { sameShape } from "../ir/type.ts";
import { concatenated } from "../ops/movement.ts";
import { isOp } from "../ops/table.ts";
import { scalarOf } from "../rewrite/fill.ts";
import type { Composition } from "./form.ts";

/** A part, and where it lies along the one axis that there is more of. */
interface Placed {
  readonly part: Node;
  readonly axis: number;
  readonly from: number;
  readonly to: number;
}

function placedBy(term: Node): Placed | undefined {
  if (!isOp(term, "pad") || term.params.value !== 0) return undefined;
  const { low, high } = term.params;
  const axes = low.flatMap((cells, axis) => (cells > 0 || elementAt(high, axis) > 0 ? [axis] : []));
  const [axis] = axes;
  const extent = axis === undefined ? undefined : term.shape[axis];
  if (axis === undefined || axes.length > 1 || typeof extent !== "number") return undefined;
  return { part: elementAt(term.inputs, 0), axis, from: elementAt(low, axis), to: extent - elementAt(high, axis) };
}

/** The terms of a sum, if each of them is a part. */
function placedIn(sum: Node): Placed[] | undefined {
  const found: Placed[] = [];
  const stack = [sum];
  for (let term = stack.pop(); term; term = stack.pop()) {
    const placed = placedBy(term);
    if (placed) found.push(placed);
    else if (isOp(term, "add")) stack.push(...term.inputs);
    else return undefined;
  }
  return found;
}

/** A sum of parts that fill an axis without a gap. */
export function sideBySide(node: Node): Composition | undefined {
  const parts = isOp(node, "add") ? placedIn(node)?.sort((a, b) => a.from - b.from) : undefined;
  if (!parts) return undefined;
  const { axis } = elementAt(parts, 0);
  const isFilled = parts.every((part, i) => part.axis === axis && part.from === (parts[i - 1]?.to ?? 0)) && parts.at(-1)?.to === node.shape[axis];
  if (!isFilled) return undefined;
  const inputs = parts.map(({ part }) => part);
  return stackOf(inputs, axis, node) ?? { inputs, build: (xs) => concatenated(xs, inputs, axis) };
}

/** Whether `part` is x with an axis of extent 1 more, at `axis`. */
const hasAxis = (part: Node, axis: number, x: Node): boolean =>
  part.shape[axis] === 1 &&
  sameShape(
    x.shape,
    part.shape.filter((_, at) => at !== axis),
  );

/** What `part` is, but for an axis of extent 1 at `axis`; of what is one number everywhere that number. */
function withoutAxis(part: Node, axis: number): Node | undefined {
  const number = part.shape[axis] === 1 ? scalarOf(part) : undefined;
  const x = isOp(part, "reshape") ? elementAt(part.inputs, 0) : undefined;
  return number ?? (x && hasAxis(part, axis, x) ? x : undefined);
}

/** `parts` of `node` as values of one shape, or numbers, along an axis that none of them has. */
function stackOf(parts: readonly Node[], axis: number, node: Node): Composition | undefined {
  const inputs = parts.flatMap((part) => withoutAxis(part, axis) ?? []);
  const isWhole = inputs.length === parts.length && inputs.some((x) => x.shape.length === node.shape.length - 1);
  return isWhole ? { inputs, build: (xs) => call("stack", xs, axisName(node.shape, axis)) } : undefined;
}

/** Values along an axis that none of them has. */
export const stacked = (node: Node): Composition | undefined => (isOp(node, "concat") ? stackOf(node.inputs, node.params.axis, node) : undefined);

/** The axis at whose one place `cut` lies in `whole`, which is all there is along the others. */
function onlyCut(cut: Node, whole: Node): number | undefined {
  const axes = cut.shape.flatMap((extent, axis) => (extent === whole.shape[axis] ? [] : [axis]));
  const [axis] = axes;
  return axis !== undefined && axes.length === 1 && cut.shape[axis] === 1 ? axis : undefined;
}

/** A value at one place along an axis, without that axis. */
export function atPlace(node: Node): Composition | undefined {
  const cut = isOp(node, "reshape") ? elementAt(node.inputs, 0) : undefined;
  if (!cut || !isOp(cut, "slice")) return undefined;
  const x = elementAt(cut.inputs, 0);
  const axis = onlyCut(cut, x);
  if (axis === undefined || !hasAxis(cut, axis, node)) return undefined;
  return { inputs: [x], build: (xs) => call("at", xs, `${axisName(x.shape, axis)}=${elementAt(cut.params.start, axis)}`) };
}
