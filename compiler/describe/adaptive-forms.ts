// Pools over equal parts of axes, as `src/nn/adaptive-pool.ts` makes them where the parts are of several sizes, and their gradients.
import { call } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";
import { match } from "../rewrite/pattern.ts";
import { type Composition, type Form, nothing } from "./form.ts";
import { type Numbers, setting, takenOf, unlaid } from "./slides.ts";
import { chosen } from "./spatial-gradients.ts";

/** The cells of `count` equal parts of an axis, one after the other; a part with one less than others ends with what is behind the axis. */
function placesOf(cells: number, count: number): number[] {
  const parts = Array.from({ length: count }, (_, i) => [Math.floor((i * cells) / count), Math.ceil(((i + 1) * cells) / count)] as const);
  const size = Math.max(...parts.map(([start, end]) => end - start));
  return parts.flatMap(([start, end]) => Array.from({ length: size }, (_, place) => (start + place < end ? start + place : cells)));
}

const areParts = (places: Numbers, cells: number, count: number): boolean => String(placesOf(cells, count)) === String([...places]);

/** What equal parts along `rank` axes were taken of, not all of one size. */
export function adaptedBy(windows: Node, rank: number): Node | undefined {
  let [x, isUneven] = [windows, false];
  for (let axis = rank + 1; axis >= 2; axis--) {
    if (!isOp(x, "window") || x.params.axis !== axis) return undefined;
    const count = Number(x.shape[axis]);
    const inner: Node = elementAt(x.inputs, 0);
    const found = takenOf(inner);
    isUneven ||= found !== undefined;
    x = found && isOp(found.x, "pad") ? elementAt(found.x.inputs, 0) : inner;
    if (found && !areParts(found.places, Number(x.shape[axis]), count)) return undefined;
  }
  return isUneven ? x : undefined;
}

/** Equal parts of the axes of `node` that were added up. */
function addedParts(node: Node): Node | undefined {
  const rank = node.shape.length - 2;
  let [x, isUneven] = [node, false];
  for (let axis = 2; axis < rank + 2; axis++) {
    const found = scatteredBy(x);
    const folded: Node = found?.x ?? x;
    if (!isOp(folded, "fold") || folded.params.axis !== axis) return undefined;
    const windows = elementAt(folded.inputs, 0);
    if (found && !areParts(found.places, Number(node.shape[axis]), Number(windows.shape[axis]))) return undefined;
    isUneven ||= found !== undefined;
    x = windows;
  }
  return isUneven ? x : undefined;
}

/** What was added up at places of an axis, without what fell behind it. */
function scatteredBy(node: Node): { x: Node; places: Numbers } | undefined {
  const whole = isOp(node, "slice") ? elementAt(node.inputs, 0) : node;
  const rows = isOp(whole, "permute") ? elementAt(whole.inputs, 0) : whole;
  if (!isOp(rows, "scatterAdd")) return undefined;
  const [turned, places] = rows.inputs as readonly [Node, Node];
  return isOp(turned, "permute") && isOp(places, "constant") ? { x: elementAt(turned.inputs, 0), places: places.params.data } : undefined;
}

function maxBack(node: Node): Composition | undefined {
  const parts = addedParts(node);
  const bound = parts && match(chosen, unlaid(parts), nothing);
  const x = bound && isOp(bound.place, "argmax") ? adaptedBy(unlaid(elementAt(bound.place.inputs, 0)), node.shape.length - 2) : undefined;
  if (!bound || !x) return undefined;
  const counts = bound.place.shape.slice(2) as Numbers;
  return { inputs: [bound.error, x], build: (xs) => call("adaptiveMaxPoolᵀ", xs, counts.join("×")) };
}

/** What each part has, at each of its cells. */
function sumBack(node: Node): Composition | undefined {
  const parts = addedParts(node);
  if (!parts || !isOp(parts, "broadcast")) return undefined;
  const error = elementAt(parts.inputs, 0);
  if (error.shape.length !== node.shape.length || parts.params.axes.some((axis, i) => axis !== i)) return undefined;
  const settings = [error.shape.slice(2).join("×"), ...setting("cells", node.shape.slice(2) as Numbers, "")];
  return { inputs: [error], build: (xs) => call("adaptiveSumPoolᵀ", xs, settings.join(",")) };
}

export const adaptiveGradients: readonly Form[] = [
  { name: "gradient of an adaptive max-pool", match: maxBack },
  { name: "gradient of an adaptive sum", match: sumBack },
];
