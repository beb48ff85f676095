// Where an element of a moved tensor comes from: index of the result -> index of the operand, and bounds where it is padding.
import { type Dim, divide, product } from "../ir/dim.ts";
import type { Node } from "../ir/node.ts";
import { divideIndex, fixed, plus, scale, shift } from "../kernel/affine.ts";
import type { Affine, Bound, Expr } from "../kernel/kernel.ts";
import type { OpNode } from "../ops/table.ts";

export type Index = readonly Affine[];

/** The element at `index` of the operand, or `fill` where a bound does not hold. */
export interface Move {
  readonly index: Index;
  readonly bounds: readonly Bound[];
  readonly fill: number;
}

type MoveOp = "reshape" | "permute" | "broadcast" | "slice" | "pad" | "flip" | "window";
type MoveRule<K extends MoveOp> = (node: OpNode<K>, index: Index) => Index | Move;

const at = (index: Index, axis: number): Affine => index[axis] as Affine;
const operandShape = (node: Node): readonly Dim[] => (node.inputs[0] as Node).shape;

/** The row-major position of `index` in `shape`. */
export function linear(index: Index, shape: readonly Dim[]): Affine {
  return index.reduce((position, i, axis) => plus(position, scale(i, product(shape.slice(axis + 1)))), fixed(0));
}

/** The index of row-major `position` in `shape`: the last axes by division, the first takes what is left. */
function delinear(position: Affine, shape: readonly Dim[]): Index {
  const index: Affine[] = [];
  let rest = position;
  for (const extent of shape.slice(1).reverse()) {
    const { quotient, remainder } = divideIndex(rest, extent);
    index.unshift(remainder);
    rest = quotient;
  }
  return shape.length === 0 ? [] : [rest, ...index];
}

/** Ends of a group of axes in the shapes of a reshape's result and operand. */
interface Group {
  readonly from: number;
  readonly to: number;
}

/** The end of the smallest group of axes of equal product that starts at `start`. */
function groupFrom(start: Group, from: readonly Dim[], to: readonly Dim[]): Group {
  let end = { from: Math.min(start.from + 1, from.length), to: Math.min(start.to + 1, to.length) };
  for (;;) {
    const [a, b] = [product(from.slice(start.from, end.from)), product(to.slice(start.to, end.to))];
    const fromEnds = end.from === from.length;
    const toEnds = end.to === to.length;
    if (a === b || (fromEnds && toEnds)) return end;
    const takeFrom = toEnds || (!fromEnds && divide(b, a) !== undefined);
    end = takeFrom ? { ...end, from: end.from + 1 } : { ...end, to: end.to + 1 };
  }
}

/** The finest common grouping of two shapes of one product, so that an axis that a reshape leaves alone keeps its own index. */
function groups(from: readonly Dim[], to: readonly Dim[]): Group[] {
  const found: Group[] = [];
  let end: Group = { from: 0, to: 0 };
  while (end.from < from.length || end.to < to.length) {
    end = groupFrom(end, from, to);
    found.push(end);
  }
  return found;
}

/** The axes that have more than one element. */
const wideAxes = (shape: readonly Dim[]): number[] => [...shape.keys()].filter((axis) => shape[axis] !== 1);

/** The index in `to` of the element at `index` in `from`: always 0 along axes of one element, whatever the others are computed from. */
function reshaped(index: Index, from: readonly Dim[], to: readonly Dim[]): Index {
  const [kept, wide] = [wideAxes(from), wideAxes(to)];
  const only = <T>(values: readonly T[], axes: readonly number[]) => axes.map((axis) => values[axis] as T);
  const found = regrouped(only(index, kept), only(from, kept), only(to, wide));
  return to.map((_, axis) => found[wide.indexOf(axis)] ?? fixed(0));
}

function regrouped(index: Index, from: readonly Dim[], to: readonly Dim[]): Index {
  let start = { from: 0, to: 0 };
  return groups(from, to).flatMap((end) => {
    const inner = to.slice(start.to, end.to);
    const position = linear(index.slice(start.from, end.from), from.slice(start.from, end.from));
    start = end;
    return delinear(position, inner);
  });
}

/** How each op that only moves elements finds them. */
export const moves: { [K in MoveOp]: MoveRule<K> } = {
  reshape: (node, index) => reshaped(index, node.shape, operandShape(node)),
  permute: (node, index) => {
    const { order } = node.params;
    return order.map((_, axis) => at(index, order.indexOf(axis)));
  },
  broadcast: (node, index) => operandShape(node).map((dim, axis) => (dim === 1 ? fixed(0) : at(index, node.params.axes[axis] as number))),
  slice: (node, index) => index.map((i, axis) => shift(i, node.params.start[axis] as number)),
  flip: (node, index) => index.map((i, axis) => (node.params.axes.includes(axis) ? plus(fixed((node.shape[axis] as number) - 1), scale(i, -1)) : i)),
  window: (node, index) => {
    const { axis, stride, dilation } = node.params;
    const offset = scale(at(index, index.length - 1), dilation);
    return index.slice(0, -1).map((i, d) => (d === axis ? plus(scale(i, stride), offset) : i));
  },
  pad: (node, index) => {
    const { low, high, value } = node.params;
    const source = index.map((i, axis) => shift(i, -(low[axis] as number)));
    const bounds = source.flatMap((i, axis): Bound[] =>
      low[axis] || high[axis] ? [{ index: i, lower: 0, upper: operandShape(node)[axis] as Dim }] : [],
    );
    return { index: source, bounds, fill: value };
  },
};

export const isMove = (node: Node): node is OpNode<MoveOp> => Object.hasOwn(moves, node.op);

/** The operand's element that is element `index` of `node`. */
export function sourceOf(node: OpNode<MoveOp>, index: Index): Move {
  const rule = moves[node.op] as (node: Node, index: Index) => Index | Move;
  const move = rule(node, index);
  return "bounds" in move ? move : { index: move, bounds: [], fill: 0 };
}

/** An affine index as an i32 value. */
export const indexExpr = (index: Affine): Expr => ({ kind: "index", dtype: "i32", index });
