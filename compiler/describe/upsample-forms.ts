// Upsampling and its gradient by name, where the cells lie exactly as the name says: other ones are written out.
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";
import { bare, type Composition, type Form, named } from "./form.ts";
import { type Numbers, numbersIn, takenOf } from "./slides.ts";

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
    const [low, high] = node.inputs.map(({ inputs: [cells, weights] }) => {
      const taken = takenOf(cells as Node);
      return taken && { ...taken, shares: sharesIn(weights as Node) };
    });
    if (!low || !high || low.x !== high.x || low.axis !== high.axis) return undefined;
    const { x, axis } = low;
    return liesBetween(low, high, { cells: extentOf(x, axis), count: low.places.length }, place) ? { x, axis } : undefined;
  };

/** Cells along an axis and the share that each has. */
interface Shared {
  readonly places: Numbers;
  readonly shares: Numbers;
}

/** Whether `low` and `high` are the two cells about the places that `place` says, in proportion. */
function liesBetween(low: Shared, high: Shared, along: Along, place: Place): boolean {
  const places = placesBy(place, along);
  const [floors, shares] = [places.map((at) => Math.min(Math.floor(at), along.cells - 1)), places.map((at) => at % 1)];
  const next = floors.map((cell) => Math.min(cell + 1, along.cells - 1));
  const rest = shares.map((share) => Math.fround(1 - share));
  return areSame(low.places, floors) && areSame(high.places, next) && areSame(low.shares, rest) && areSame(high.shares, shares.map(Math.fround));
}

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
    const [cells, table] = node.inputs as readonly [Node, Node];
    const places = numbersIn(table);
    if (!places || !areSame(places, placesBy(nearest, { cells: extentOf(cells, 0), count: places.length }))) return undefined;
    turned = unturned({ node: cells, axes });
  }
  const isStraight = turned.axes.every((axis, at) => axis === at);
  return taken && isStraight ? named("upsample", turned.node, whole.shape.slice(2).join("×")) : undefined;
}

/** Rows that are added up at places of the first axis. */
interface Added {
  readonly rows: Node;
  readonly places: Numbers;
}

function addedIn(node: Node): Added | undefined {
  const [rows, table] = node.inputs as readonly [Node, Node];
  const places = isOp(node, "scatterAdd") ? numbersIn(table) : undefined;
  return places && { rows, places };
}

/** What the cells of all of the first axis of `turned`, in its order, were added up from. */
type Back = (turned: Turned, cells: number) => Turned | undefined;

const nearestBack: Back = ({ node, axes }, cells) => {
  const added = addedIn(node);
  const isSo = added && areSame(added.places, placesBy(nearest, { cells, count: added.places.length }));
  return isSo ? unturned({ node: added.rows, axes }) : undefined;
};

/** An operand of the product that `turned` is, with the shares along the axis `axis` that the other one is. */
function sharedIn({ node, axes }: Turned, axis: number): { readonly error: Node; readonly shares: Numbers } | undefined {
  if (!isOp(node, "mul")) return undefined;
  const [x, y] = node.inputs as readonly [Node, Node];
  const sharesOf = (weights: Node) =>
    isOp(weights, "broadcast") && String(weights.params.axes) === String([axes.indexOf(axis)]) ? sharesIn(weights) : [];
  const [ofX, ofY] = [sharesOf(x), sharesOf(y)];
  return ofY.length > 0 ? { error: x, shares: ofY } : ofX.length > 0 ? { error: y, shares: ofX } : undefined;
}

/** The shares of an element for the cells below and above its place. */
const betweenBack =
  (place: Place): Back =>
  ({ node, axes }, cells) => {
    if (!isOp(node, "add")) return undefined;
    const parts = node.inputs.map((part) => {
      const added = addedIn(part);
      const turned = added && unturned({ node: added.rows, axes });
      const shared = turned && sharedIn(turned, elementAt(axes, 0));
      return shared && { ...shared, axes: turned.axes, places: added.places };
    });
    const [a, b] = parts;
    if (!a || !b || a.error !== b.error) return undefined;
    const along = { cells, count: a.places.length };
    const isSo = liesBetween(a, b, along, place) || liesBetween(b, a, along, place);
    return isSo ? unturned({ node: a.error, axes: a.axes }) : undefined;
  };

/** Adds each cell of all axes behind the first two up at the places that it was made of, one axis after the other. */
function upsampledBack(whole: Node, mode: string, back: Back): Composition | undefined {
  const open = new Set([...whole.shape.keys()].slice(2));
  const isOfCells = open.size > 0;
  let turned = unturned({ node: whole, axes: [...whole.shape.keys()] });
  while (open.size > 0) {
    const [axis] = turned.axes as readonly [number];
    const inner = open.delete(axis) ? back(turned, extentOf(whole, axis)) : undefined;
    if (!inner) return undefined;
    turned = inner;
  }
  const isStraight = turned.axes.every((axis, at) => axis === at);
  return isOfCells && isStraight ? named("upsampleᵀ", turned.node, `${mode}cells=${whole.shape.slice(2).join("×")}`) : undefined;
}

export const upsampleGradients: readonly Form[] = [
  { name: "gradient of an upsample to the nearest", match: (node) => upsampledBack(node, "", nearestBack) },
  { name: "gradient of an upsample between two", match: (node) => upsampledBack(node, "bilinear,", betweenBack(byBorders)) },
  { name: "gradient of an upsample between corners", match: (node) => upsampledBack(node, "bilinear,corners,", betweenBack(byCorners)) },
];

export const upsampleForms: readonly Form[] = [
  { name: "upsample to the nearest", match: upsampledToNearest },
  { name: "upsample between two", match: (node) => upsampled(node, "bilinear,", betweenOf(byBorders)) },
  { name: "upsample between corners", match: (node) => upsampled(node, "bilinear,corners,", betweenOf(byCorners)) },
  ...upsampleGradients,
];
