// Upsampling and its gradient by name, where the cells lie exactly as the name says: other ones are written out.
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";
import { bare, type Composition, type Form, named } from "./form.ts";
import { type Numbers, takenOf } from "./slides.ts";

/** One axis before and after. */
interface Along {
  readonly cells: number;
  readonly count: number;
}

type Place = (i: number, along: Along) => number;

const nearest: Place = (i, { cells, count }) => Math.floor((i * cells) / count);
const byBorders: Place = (i, { cells, count }) => Math.max(0, ((i + 0.5) * cells) / count - 0.5);
const byCorners: Place = (i, { cells, count }) => (count > 1 ? (i * (cells - 1)) / (count - 1) : 0);

const placesBy = (place: Place, along: Along): number[] => Array.from({ length: along.count }, (_, i) => place(i, along));

const areSame = (found: Numbers, wanted: Numbers): boolean => found.length === wanted.length && found.every((value, i) => value === wanted[i]);

interface Step {
  readonly x: Node;
  readonly axis: number;
}

const extentOf = (x: Node, axis: number): number => Number(x.shape[axis]);

/** x between two cells of an axis, in the proportions that `place` says. */
const betweenOf =
  (place: Place) =>
  (node: Node): Step | undefined => {
    if (!isOp(node, "add") || node.inputs.some((part) => !isOp(part, "mul"))) return undefined;
    const parts = node.inputs.map(({ inputs }) => ({ cells: takenOf(elementAt(inputs, 0)), shares: sharesIn(elementAt(inputs, 1)) }));
    const [low, high] = parts as [(typeof parts)[0], (typeof parts)[0]];
    if (!low.cells || !high.cells || low.cells.x !== high.cells.x || low.cells.axis !== high.cells.axis) return undefined;
    const { x, axis } = low.cells;
    const along = { cells: extentOf(x, axis), count: low.cells.places.length };
    const places = placesBy(place, along);
    const [floors, shares] = [places.map((at) => Math.min(Math.floor(at), along.cells - 1)), places.map((at) => at % 1)];
    const isSo =
      areSame(low.cells.places, floors) &&
      areSame(
        high.cells.places,
        floors.map((cell) => Math.min(cell + 1, along.cells - 1)),
      ) &&
      areSame(
        low.shares,
        shares.map((share) => Math.fround(1 - share)),
      ) &&
      areSame(high.shares, shares.map(Math.fround));
    return isSo ? { x, axis } : undefined;
  };

function sharesIn(weights: Node): Numbers {
  const inner = bare(weights);
  return isOp(inner, "constant") ? inner.params.data.map(Math.fround) : [];
}

function upsampled(node: Node, mode: string, along: (node: Node) => Step | undefined): Composition | undefined {
  let x = node;
  for (let axis = node.shape.length - 1; axis >= 2; axis--) {
    const found = along(x);
    if (found?.axis !== axis) return undefined;
    x = found.x;
  }
  return x === node ? undefined : named("upsample", x, `${mode}${node.shape.slice(2).join("×")}`);
}

/** A value whose axes are those of another, in the order of `axes`. */
interface Turned {
  readonly node: Node;
  readonly axes: readonly number[];
}

/** What is below permutations. */
function unturned({ node, axes }: Turned): Turned {
  if (!isOp(node, "permute")) return { node, axes };
  const { order } = node.params;
  return unturned({ node: elementAt(node.inputs, 0), axes: axes.map((_, at) => elementAt(axes, order.indexOf(at))) });
}

/** The cells of all axes behind the first two that are nearest to those of `whole`, taken along one axis after the other. */
function upsampledToNearest(whole: Node): Composition | undefined {
  const open = new Set([...whole.shape.keys()].slice(2));
  const taken = open.size > 0;
  let turned = unturned({ node: whole, axes: [...whole.shape.keys()] });
  while (open.size > 0) {
    const { node, axes } = turned;
    if (!isOp(node, "gather") || !open.delete(axes[0] as number)) return undefined;
    const [cells, places] = node.inputs as readonly [Node, Node];
    const along = { cells: extentOf(cells, 0), count: extentOf(places, 0) };
    if (!isOp(places, "constant") || places.shape.length !== 1 || !areSame(places.params.data, placesBy(nearest, along))) return undefined;
    turned = unturned({ node: cells, axes });
  }
  const isStraight = turned.axes.every((axis, at) => axis === at);
  return taken && isStraight ? named("upsample", turned.node, whole.shape.slice(2).join("×")) : undefined;
}

/** Adds each cell of all axes behind the first two up at the place that it was taken from, one axis after the other. */
function nearestBack(whole: Node): Composition | undefined {
  const open = new Set([...whole.shape.keys()].slice(2));
  const added = open.size > 0;
  let turned = unturned({ node: whole, axes: [...whole.shape.keys()] });
  while (open.size > 0) {
    const { node, axes } = turned;
    const [axis] = axes as readonly [number];
    if (!isOp(node, "scatterAdd") || !open.delete(axis)) return undefined;
    const [rows, places] = node.inputs as readonly [Node, Node];
    if (!isOp(places, "constant") || places.shape.length !== 1) return undefined;
    const along = { cells: extentOf(whole, axis), count: places.params.data.length };
    if (!areSame(places.params.data, placesBy(nearest, along))) return undefined;
    turned = unturned({ node: rows, axes });
  }
  const isStraight = turned.axes.every((axis, at) => axis === at);
  return added && isStraight ? named("upsampleᵀ", turned.node, `cells=${whole.shape.slice(2).join("×")}`) : undefined;
}

export const upsampleGradients: readonly Form[] = [{ name: "gradient of an upsample to the nearest", match: nearestBack }];

export const upsampleForms: readonly Form[] = [
  { name: "upsample to the nearest", match: upsampledToNearest },
  { name: "upsample between two", match: (node) => upsampled(node, "bilinear,", betweenOf(byBorders)) },
  { name: "upsample between corners", match: (node) => upsampled(node, "bilinear,corners,", betweenOf(byCorners)) },
  ...upsampleGradients,
];
