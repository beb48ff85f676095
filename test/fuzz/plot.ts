// Where a random graph grows: the values made so far, what they evaluate to, and the choices that decide what comes next.

import { evaluate, type Source } from "../../compiler/interpret.ts";
import { type Dim, evaluate as extent, product, type Sizes } from "../../compiler/ir/dim.ts";
import type { Graph, InputNode, Node } from "../../compiler/ir/node.ts";
import { type Dtype, type Shape, sameShape } from "../../compiler/ir/type.ts";
import { withoutBodies } from "../../compiler/ir/walk.ts";
import * as b from "../../compiler/ops/build.ts";
import type { Value } from "../../compiler/ops/op.ts";
import { createGraph } from "../../compiler/ops/table.ts";
import { numbers } from "../support/fused.ts";

/** The next choice out of `limit`, a whole number in [0, limit). */
export type Draw = (limit: number) => number;

export interface Plot {
  readonly graph: Graph;
  /** Values that later steps may use, newest last. */
  readonly nodes: Node[];
  readonly inputs: InputNode[];
  readonly sizes: Sizes;
  /** Values for the capacity by source name. */
  readonly sources: Map<string, Source>;
  readonly values: Map<Node, Value>;
  draw: Draw;
}

const extents = [3, 4, 2, 5, 1, 8, 13];
const ranks = [2, 1, 3, 2, 0, 4, 2];
const mostElements = 1200;

/** An empty plot; `capacity` 0 is a program without rows. */
export const newPlot = (capacity: number): Plot => ({
  graph: createGraph(),
  nodes: [],
  inputs: [],
  sizes: capacity > 0 ? { batch: capacity } : {},
  sources: new Map(),
  values: new Map(),
  draw: () => 0,
});

/** A draw from a list of numbers, 0 when they are used up. */
export function drawFrom(choices: readonly number[]): Draw {
  let next = 0;
  return (limit) => (choices[next++] ?? 0) % limit;
}

export const countOf = (plot: Plot, shape: Shape): number => extent(product(shape), plot.sizes);

/** A random extent, of at least `least`. */
export const drawExtent = ({ draw }: Plot): number => extents[draw(extents.length)] as number;

export function drawShape(plot: Plot, dynamic: boolean): Dim[] {
  const rank = ranks[plot.draw(ranks.length)] as number;
  const shape: Dim[] = Array.from({ length: rank }, () => drawExtent(plot));
  if (dynamic && rank > 0 && "batch" in plot.sizes) shape[plot.draw(6) === 5 ? rank - 1 : 0] = "batch";
  while (countOf(plot, shape) > 260) shape.pop();
  return shape;
}

/** Source data: multiples of 1/8 in [-2, 2] for f32, small whole numbers for i32. */
export function sourceData(dtype: Dtype, length: number, seed: number): number[] {
  const next = numbers(seed);
  const draw = () => (dtype === "f32" ? next() : dtype === "bool" ? Number(next() > 0) : Math.abs(Math.round(next() * 2)));
  return Array.from({ length }, draw);
}

/** A new input, parameter or state. Inputs alone may be dynamic, and of any dtype. */
export function source(plot: Plot, dtype: Dtype, shape: Shape): Node {
  const { graph, draw, inputs, sources } = plot;
  const dynamic = shape.some((dim) => typeof dim === "string");
  const kind = dynamic || dtype === "bool" ? 0 : dtype === "i32" ? 2 * draw(2) : draw(3);
  const name = `${["x", "w", "s"][kind]}${sources.size}`;
  const made: Node =
    kind === 0 ? b.input(graph, name, dtype, shape) : kind === 1 ? b.parameter(graph, name, shape) : b.state(graph, name, dtype, shape);
  if (kind === 0) inputs.push(made as InputNode);
  else graph.declarations.set(made, { name, role: kind === 1 ? "parameter" : "layer", trainable: kind === 1, init: undefined });
  const sizes = shape.map((dim) => extent(dim, plot.sizes));
  sources.set(name, { dtype, shape: sizes, data: sourceData(dtype, countOf(plot, shape), sources.size + 1) });
  return made;
}

/** One of `nodes`: half of the time the newest, so that graphs grow deep. */
export function choose({ draw }: Plot, nodes: readonly Node[]): Node | undefined {
  const age = draw(2 * nodes.length);
  return nodes[nodes.length - 1 - (age < nodes.length ? age : 0)];
}

/** A value of `dtype`, or a new source. */
export const pick = (plot: Plot, dtype: Dtype, fits: (node: Node) => boolean = () => true): Node =>
  choose(
    plot,
    plot.nodes.filter((node) => node.dtype === dtype && fits(node)),
  ) ?? source(plot, dtype, drawShape(plot, true));

/** Axes of `into` that the axes of `shape` can go to, in order; undefined where they do not fit. */
export function axesWithin(shape: Shape, into: Shape): number[] | undefined {
  const axes: number[] = [];
  let next = into.length - 1;
  for (const dim of [...shape].reverse()) {
    while (next >= 0 && dim !== 1 && into[next] !== dim) next--;
    if (next < 0) return undefined;
    axes.unshift(next--);
  }
  return axes;
}

const shortOf = (node: Node, shape: Shape) => !sameShape(node.shape, shape) && axesWithin(node.shape, shape) !== undefined;

/** A value of that type: one that is there, one that is broadcast to it, a constant, or a new source. */
export function operand(plot: Plot, dtype: Dtype, shape: Shape): Node {
  const { draw } = plot;
  const ofType = plot.nodes.filter((node) => node.dtype === dtype);
  const same = ofType.filter((node) => sameShape(node.shape, shape));
  const short = ofType.filter((node) => shortOf(node, shape));
  const way = draw(8);
  if (way < 4 && same.length > 0) return choose(plot, same) as Node;
  if (way < 6 && short.length > 0) {
    const from = choose(plot, short) as Node;
    return b.broadcast(from, shape, axesWithin(from.shape, shape) as number[]);
  }
  if (way === 6) return b.broadcast(b.constant(plot.graph, [constantOf(plot, dtype)], [], dtype), shape, []);
  return source(plot, dtype, shape);
}

const constants = [1, 2, 0.5, -1, 0, 3, -0.25, 0.1, -2];
export function constantOf({ draw }: Plot, dtype: Dtype): number {
  const value = constants[draw(constants.length)] as number;
  return dtype === "f32" ? value : dtype === "i32" ? Math.round(value) : Number(value > 0);
}

/** Evaluates `node` and what it depends on, as far as it is new. */
function evaluateNew({ values, sizes, sources }: Plot, root: Node): Value {
  const known = new Map([...values].filter(([{ op }]) => op !== "loop"));
  for (const [node, value] of evaluate([root], { sizes, sources, held: known, training: true })) values.set(node, value);
  return values.get(root) as Value;
}

const tooLarge = 16;

/** Puts `node` to use: scaled down where it is large, so that chains neither overflow nor lose all digits; or drops it. */
export function settle(plot: Plot, node: Node): void {
  if (withoutBodies([node]).some((one) => !plot.values.has(one) && countOf(plot, one.shape) > mostElements)) return;
  const size = evaluateNew(plot, node).data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!Number.isFinite(size) && plot.draw(3) > 0) return;
  if (node.dtype === "i32" && size > 10_000) return;
  const power = 2 ** -Math.ceil(Math.log2(size / 4));
  const tamed = node.dtype === "f32" && Number.isFinite(size) && size > tooLarge ? b.mul(node, b.fill(node, power)) : node;
  evaluateNew(plot, tamed);
  if (!plot.nodes.includes(tamed)) plot.nodes.push(tamed);
}
