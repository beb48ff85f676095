// How formulas write the same elements in another shape: a reshape, a broadcast.
import { letterOf } from "../formula/axes.ts";
import { unviewed } from "../formula/guards.ts";
import { lettersLeft } from "../formula/letters-left.ts";
import { type Formula, inShape, type Operator, transpose, view } from "../formula/tree.ts";
import { isDynamic, product } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { type Shape, sameShape } from "../ir/type.ts";

const essential = (shape: Shape): Shape => shape.filter((dim) => dim !== 1);

/** The axes of an extent other than 1, counted from the end; that of the rows is known by its name. */
const placesIn = (shape: Shape): string =>
  shape.flatMap((dim, axis) => (dim === 1 ? [] : [isDynamic(dim) ? `${dim}` : `${dim} at ${shape.length - axis}`])).join(", ");

/** Whether axes of extent 1 alone come and go, and the others stay at the same places from the end. */
export const keepsPlaces = (from: Shape, to: Shape): boolean => placesIn(from) === placesIn(to);

const longerAxes = (shape: Shape): number[] => shape.flatMap((dim, axis) => (dim === 1 ? [] : [axis]));

/** Whether it is the axis of the rows: where there are two of that extent, the first. */
const isOfRows = (shape: Shape, axis: number): boolean => isDynamic(elementAt(shape, axis)) && shape.indexOf(elementAt(shape, axis)) === axis;

/** Whether what a reader sees as `seen` would as well go along the first axes of `shape` as along `targets`, rows along rows. */
function isAmbiguous(seen: Shape, shape: Shape, targets: readonly number[]): boolean {
  const fits = seen.every((dim, axis) => dim === shape[axis] || shape[axis] === 1);
  return fits && longerAxes(seen).some((axis, i) => axis !== targets[i]);
}

/**
 * Printed formulas broadcast as they are read: along the last axes, and rows along the rows. A matrix that lies across is transposed, and what
 * goes along other axes, or may seem to, has their letters: `b[j]`.
 */
export function repeated(x: Formula, inner: Node, shape: Shape, axes: readonly number[]): Formula {
  // A name is that of the value itself.
  const seen = x.kind === "variable" ? inner : seenOf(inner);
  const targets = longerAxes(inner.shape).map((axis) => elementAt(axes, axis));
  const isAligned = (order: readonly number[]): boolean =>
    longerAxes(seen.shape).every(
      (axis, i) => isOfRows(shape, elementAt(targets, i)) || order.indexOf(axis) + shape.length - order.length === targets[i],
    );
  const order = seen.shape.map((_, axis) => axis);
  const body = seen === inner ? x : bodyOf(x);
  const letters = targets.map(letterOf);
  const left = body.kind === "variable" ? undefined : lettersLeft(x, inner.shape.length);
  const isLeft = (axis: number, i: number) => !isDynamic(elementAt(shape, axis)) && left?.[elementAt(longerAxes(inner.shape), i)] === letters[i];
  const isSeen = left
    ? targets.every((axis, i) => isOfRows(shape, axis) || isLeft(axis, i))
    : isAligned(order) && !isAmbiguous(seen.shape, shape, targets);
  const all: Formula = { kind: "view", body: seen === inner ? x : view(body, inner.shape), shape, axes, from: inner.shape };
  if (isSeen) return all;
  if (product(inner.shape) === product(shape)) return inShape("reshape", x, shape);
  if (order.length === 2 && !seen.shape.some(isDynamic) && isAligned([1, 0]))
    return view(transpose(body), shape, [shape.length - 2, shape.length - 1]);
  return withLetters(all, seen === inner ? axes.map(letterOf).join("") : letters.join(""));
}

const comparisons: ReadonlySet<Operator> = new Set(["=", "≠", "<", "≤", ">", "≥"]);

/** `formula` with the letters of the axes that it goes along: `d[i] = 0` rather than `(d = 0)[i]`. */
export function withLetters(formula: Extract<Formula, { kind: "view" }>, at: string): Formula {
  const { body } = formula;
  const [x, y] = body.kind === "operator" && comparisons.has(body.op) ? body.args : [];
  if (body.kind !== "operator" || !x || !y || unviewed(y).kind !== "number") return { ...formula, at };
  return { ...body, args: [withLetters({ ...formula, body: x }, at), y] };
}

/** What is below a reshape. */
const bodyOf = (x: Formula): Formula => (x.kind === "view" ? x.body : x.kind === "call" ? elementAt(x.args, 0) : x);

/** What a reader sees of a value whose axes of extent 1 came or went unsaid. */
function seenOf(node: Node): Node {
  const [x] = node.inputs;
  return node.op === "reshape" && x && sameShape(essential(x.shape), essential(node.shape)) ? x : node;
}
