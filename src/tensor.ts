// Operands of the user's operations: numbers stand for tensors, dtypes are promoted, shapes broadcast as in NumPy.

import { placeOf } from "../compiler/diagnostics/places.ts";
import { settingOutOfRange, shown } from "../compiler/diagnostics/settings.ts";
import { dtypeMismatch, foreignTensor, notATensor, outsideDefinition, shapeMismatch } from "../compiler/diagnostics/tensors.ts";
import { elementAt } from "../compiler/ir/element.ts";
import { currentGraph } from "../compiler/ir/graph.ts";
import type { Graph, Node } from "../compiler/ir/node.ts";
import { type Dtype, formatShape, type Shape, sameShape } from "../compiler/ir/type.ts";
import * as build from "../compiler/ops/build.ts";
import { type Origin, originOf } from "./definition.ts";
import { isTensor } from "./is-tensor.ts";

/** A value of a model's definition. It has no numbers yet: it stands for them in the graph. */
export interface Tensor extends Node {}

/** A tensor, or a number that stands for a tensor of one element. */
export type Operand = Tensor | number;

/** The graph that is being defined. @throws GradcError `outside-definition` */
export function definingGraph(attempt: string): Graph {
  const graph = currentGraph();
  if (!graph) throw outsideDefinition(attempt);
  return graph;
}

/**
 * `value` as it stands now: a state that was updated in this run gives the assigned value in training, and else what is stored.
 * @throws GradcError `not-a-tensor`, `foreign-tensor`
 */
export function read(attempt: string, value: Tensor): Node {
  const graph = definingGraph(attempt);
  if (!isTensor(value)) throw notATensor(attempt, value);
  if (value.graph !== graph) throw foreignTensor(attempt);
  const assigned = graph.updates.get(value);
  return assigned ? readAfter(value, assigned) : value;
}

/** What reading `state` gives after `assigned` was assigned to it. */
export const readAfter = (state: Node, assigned: Node): Node =>
  build.where(broadcastTo("Cannot read a state", build.training(state.graph), state.shape), assigned, state);

const operands = "a tensor or a number";

const rank: Record<Dtype, number> = { bool: 0, i32: 1, f32: 2 };

/** The dtype that holds all of `values`: bool < i32 < f32; a number takes the tensors' dtype where it fits. */
function commonDtype(attempt: string, values: readonly Operand[]): Dtype {
  let common: Dtype | undefined;
  for (const value of values) {
    if (typeof value !== "number" && !isTensor(value)) throw notATensor(attempt, value, operands);
    const dtype: Dtype = typeof value !== "number" ? value.dtype : value === (value | 0) ? "i32" : "f32";
    if (!common || rank[dtype] > rank[common]) common = dtype;
  }
  return common && values.some((value) => typeof value !== "number") ? common : "f32";
}

/** `value` as a tensor of `dtype` (its own where none is given). @throws GradcError `not-a-tensor`, for NaN too, which no one writes as a number */
export function tensor(attempt: string, value: Operand, dtype?: Dtype): Node {
  if (typeof value === "number" && !Number.isNaN(value)) return build.constant(definingGraph(attempt), [value], [], dtype ?? "f32");
  if (!isTensor(value)) throw notATensor(attempt, value, operands);
  const node = read(attempt, value);
  return dtype === undefined || node.dtype === dtype ? node : build.cast(node, dtype);
}

/** `value` as f32: i32 and bool are converted. */
export const float = (attempt: string, value: Operand): Node => tensor(attempt, value, "f32");

/** `value`, which must be i32. @throws GradcError `dtype-mismatch` */
export function index(attempt: string, value: Tensor): Node {
  const node = read(attempt, value);
  if (node.dtype !== "i32") throw dtypeMismatch(attempt, [node.dtype], ["i32"]);
  return node;
}

/** All of `values` with one dtype (`dtype`, else the common one) and one shape. @throws GradcError `shape-mismatch` */
export const align = (attempt: string, values: readonly Operand[], dtype: Dtype = commonDtype(attempt, values)): Node[] =>
  alignShapes(
    attempt,
    values.map((value) => tensor(attempt, value, dtype)),
  );

/** All of `values` with their common dtype. */
export function alignDtypes(attempt: string, values: readonly Operand[]): Node[] {
  const dtype = commonDtype(attempt, values);
  return values.map((value) => tensor(attempt, value, dtype));
}

/** `nodes` broadcast to their common shape. */
export function alignShapes(attempt: string, nodes: readonly Node[]): Node[] {
  const shapes = nodes.map((node) => node.shape);
  const shape = commonShape(attempt, shapes, () => originNotes(nodes));
  return nodes.map((node) => broadcastTo(attempt, node, shape));
}

/** The shape that all of `shapes` broadcast to: axes are matched from the last; an extent of 1 or a missing axis repeats. */
export function commonShape(attempt: string, shapes: readonly Shape[], notes: () => string = () => ""): Shape {
  const depth = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: depth }, (_, axis) => {
    const dims = shapes.map((shape) => shape[axis - depth + shape.length] ?? 1);
    const wide = dims.find((dim) => dim !== 1) ?? 1;
    if (dims.some((dim) => dim !== 1 && dim !== wide)) throw shapeMismatch(attempt, shapes, `equal extents from the last axis on, or 1${notes()}`);
    return wide;
  });
}

/** Lines that say which layers gave `nodes` their shapes. */
export function originNotes(nodes: readonly Node[]): string {
  const origins = nodes.map(originOf).filter((origin) => origin !== undefined);
  const at = ({ node }: Origin) => (placeOf(node) ? ` at ${placeOf(node)}` : "");
  return origins.map((origin) => `\n  ${formatShape(origin.node.shape)} comes from the layer "${origin.layer}"${at(origin)}`).join("");
}

/** `node` repeated to `shape`. @throws GradcError `shape-mismatch` */
export function broadcastTo(attempt: string, node: Node, shape: Shape): Node {
  if (sameShape(node.shape, shape)) return node;
  const offset = shape.length - node.shape.length;
  const fits = offset >= 0 && node.shape.every((dim, axis) => dim === 1 || dim === shape[axis + offset]);
  if (!fits) throw shapeMismatch(attempt, [node.shape], `a shape that broadcasts to ${formatShape(shape)}${originNotes([node])}`);
  return build.broadcast(
    node,
    shape,
    node.shape.map((_, axis) => axis + offset),
  );
}

/** Whether `value` is a list of data, typed or not. */
export const isList = (value: unknown): value is ArrayLike<Data> => typeof value === "object" && value !== null && "length" in value;

/**
 * `data`, nested arrays or flat, as row-major elements and their shape.
 * @throws GradcError `shape-mismatch` for ragged rows, `setting-out-of-range` for what is no number
 */
export function flatten(attempt: string, data: Data): { data: number[]; shape: number[] } {
  checkDepth(attempt, data);
  const shape: number[] = [];
  let level: readonly Data[] = [data];
  for (let [first] = level; isList(first); [first] = level) {
    const { length } = first;
    if (level.some((row) => isList(row) && row.length !== length)) throw shapeMismatch(attempt, [shape], "rows of equal length");
    checkAlike(attempt, shape, level, isList);
    shape.push(length);
    const rows = level.map((row) => Array.from(row as ArrayLike<Data>));
    level = rows.length === 1 ? elementAt(rows, 0) : rows.flat();
  }
  checkAlike(attempt, shape, level, (value) => typeof value === "number");
  return { data: level as number[], shape };
}

/** Deepest nesting of data. */
const mostAxes = 32;

/** A list may contain itself. */
function checkDepth(attempt: string, data: Data): void {
  let depth = 0;
  for (let part: unknown = data; isList(part); part = part[0]) {
    if (++depth > mostAxes) throw settingOutOfRange(attempt, "data", "a list in a list, and so on", `at most ${mostAxes} lists in each other`);
  }
}

function checkAlike(attempt: string, shape: Shape, level: readonly Data[], fits: (value: unknown) => boolean): void {
  const odd = level.findIndex((value) => !fits(value));
  if (odd < 0) return;
  const value: unknown = level[odd];
  if (isList(value) || typeof value === "number") throw shapeMismatch(attempt, [shape], "rows of equal length");
  throw settingOutOfRange(attempt, "data", shown(value), "numbers, or nested lists of them");
}

/** Numbers as the user writes them: one, a flat list, a typed array, or nested lists (row-major). */
export type Data = number | ArrayLike<number> | readonly Data[];
