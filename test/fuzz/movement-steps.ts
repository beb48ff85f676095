// Random steps of movement and indexing.
import { coefficientOf, type Dim, multiply, namesOf, product } from "../../compiler/ir/dim.ts";
import type { Node } from "../../compiler/ir/node.ts";
import type { Dtype, Shape } from "../../compiler/ir/type.ts";
import * as b from "../../compiler/ops/build.ts";
import type { indexing } from "../../compiler/ops/indexing.ts";
import type { movement } from "../../compiler/ops/movement.ts";
import { any, axesOf, drawDtype, isStatic, oneOf, type Step, shuffled, someOf, staticAxes } from "./draw.ts";
import { choose, drawExtent, operand, type Plot, pick } from "./plot.ts";

/** A shape of as many elements with factors dealt out anew to `rank` axes. */
function redealt(plot: Plot, shape: Shape, rank: number): Dim[] {
  const total = product(shape);
  const factors: Dim[] = [...namesOf(total)];
  let rest = coefficientOf(total);
  for (let prime = 2; rest > 1; prime++) for (; rest % prime === 0; rest /= prime) factors.push(prime);
  const result: Dim[] = Array.from({ length: rank }, () => 1);
  for (const factor of factors) {
    const axis = plot.draw(rank);
    result[axis] = multiply(result[axis] as Dim, factor);
  }
  return result;
}

function reshaped(plot: Plot, { shape }: Node): Dim[] {
  const way = plot.draw(5);
  if (way === 0 && shape.length > 1) {
    const at = plot.draw(shape.length - 1);
    return [...shape.slice(0, at), multiply(shape[at] as Dim, shape[at + 1] as Dim), ...shape.slice(at + 2)];
  }
  if (way === 1 && shape.length > 0) {
    const at = plot.draw(shape.length);
    return [...shape.slice(0, at), ...redealt(plot, [shape[at] as Dim], 2), ...shape.slice(at + 1)];
  }
  if (way === 2) return [product(shape)];
  if (way === 3) return [1, ...shape];
  return redealt(plot, shape, 1 + plot.draw(4));
}

function broadcastOf(plot: Plot): Node {
  const x = any(plot);
  const shape: Dim[] = [];
  const axes: number[] = [];
  for (const dim of x.shape) {
    if (plot.draw(3) === 0) shape.push(plot.draw(3) === 0 && "batch" in plot.sizes ? "batch" : drawExtent(plot));
    axes.push(shape.length);
    shape.push(dim === 1 && plot.draw(2) === 0 ? drawExtent(plot) : dim);
  }
  if (shape.length < 4 && plot.draw(2) === 0) shape.push(drawExtent(plot));
  return b.broadcast(x, shape, axes);
}

function sliceOf(plot: Plot): Node {
  const x = any(plot);
  const start: number[] = [];
  const shape = x.shape.map((dim, axis) => {
    start[axis] = isStatic(dim) ? plot.draw(dim) : 0;
    return isStatic(dim) ? dim - start[axis] - plot.draw(dim - start[axis]) : dim;
  });
  return b.slice(x, start, shape);
}

const fills: Record<Dtype, readonly number[]> = { f32: [0, 7, -1, 0.5, Number.NEGATIVE_INFINITY], i32: [0, -1, 5], bool: [0, 1] };

function padOf(plot: Plot): Node {
  const x = any(plot);
  const amount = (dim: Dim) => (isStatic(dim) ? plot.draw(3) : 0);
  return b.pad(x, x.shape.map(amount), x.shape.map(amount), oneOf(plot, fills[x.dtype]));
}

function concatOf(plot: Plot): Node | undefined {
  const x = any(plot);
  const axes = staticAxes(x);
  if (axes.length === 0) return undefined;
  const axis = oneOf(plot, axes);
  const fits = (y: Node) =>
    y.dtype === x.dtype && y.shape.length === x.shape.length && y.shape.every((dim, i) => (i === axis ? isStatic(dim) : dim === x.shape[i]));
  const others = plot.nodes.filter(fits);
  const rest = Array.from({ length: 1 + plot.draw(2) }, () => choose(plot, others) ?? x);
  return b.concat(plot.draw(2) === 0 ? [x, ...rest] : [...rest, x], axis);
}

function windowOf(plot: Plot): Node | undefined {
  const x = pick(plot, drawDtype(plot), (node) => staticAxes(node).length > 0 && node.shape.length < 5);
  const axes = staticAxes(x);
  if (axes.length === 0) return undefined;
  const axis = oneOf(plot, axes);
  const extent = x.shape[axis] as number;
  const size = 1 + plot.draw(Math.min(extent, 4));
  const room = size === 1 ? 3 : Math.floor((extent - 1) / (size - 1));
  return b.window(x, axis, size, 1 + plot.draw(3), 1 + plot.draw(Math.min(3, room)));
}

function foldOf(plot: Plot): Node | undefined {
  const x = pick(plot, "f32", (node) => node.shape.length > 1 && isStatic(node.shape.at(-1) as Dim) && staticAxes(node).length > 1);
  const axes = staticAxes(x).slice(0, -1);
  if (axes.length === 0 || !isStatic(x.shape.at(-1) as Dim)) return undefined;
  const axis = axes[axes.length - 1 - plot.draw(axes.length)] as number;
  const [stride, dilation] = [1 + plot.draw(3), 1 + plot.draw(3)];
  const extent = ((x.shape[axis] as number) - 1) * stride + dilation * ((x.shape.at(-1) as number) - 1) + 1 + plot.draw(stride);
  return b.fold(x, axis, extent, stride, dilation);
}

/** Mostly an index that lies within [0, extent). */
function indexInto(plot: Plot, index: Node, extent: Dim): Node {
  if (!isStatic(extent) || plot.draw(3) > 0) return index;
  return b.minimum(b.maximum(index, b.fill(index, 0)), b.fill(index, extent - 1));
}

function gatherOf(plot: Plot): Node | undefined {
  const x = pick(plot, "f32", (node) => node.shape.length > 0);
  if (x.shape.length === 0) return undefined;
  const index = pick(plot, "i32", (node) => node.shape.length < 3);
  return b.gather(x, indexInto(plot, index, x.shape[0] as Dim));
}

function scatterOf(plot: Plot): Node {
  const x = pick(plot, "f32");
  const index = operand(plot, "i32", x.shape.slice(0, plot.draw(x.shape.length + 1)));
  const extent: Dim = plot.draw(4) === 3 && "batch" in plot.sizes ? "batch" : drawExtent(plot);
  return b.scatterAdd(x, indexInto(plot, index, extent), extent);
}

/** How the ops are drawn that move elements, or choose them by index. */
export const movementSteps: Record<keyof typeof movement | keyof typeof indexing, Step> = {
  reshape(plot) {
    const x = any(plot);
    return b.reshape(x, reshaped(plot, x));
  },
  permute(plot) {
    const x = any(plot);
    return b.permute(x, shuffled(plot, axesOf(x)));
  },
  broadcast: broadcastOf,
  slice: sliceOf,
  pad: padOf,
  flip(plot) {
    const x = any(plot);
    return b.flip(x, someOf(plot, staticAxes(x)));
  },
  concat: concatOf,
  window: windowOf,
  fold: foldOf,
  gather: gatherOf,
  scatterAdd: scatterOf,
  oneHot: (plot) =>
    b.oneHot(
      pick(plot, "i32", (node) => node.shape.length < 3),
      drawExtent(plot),
    ),
};
