// Movement of elements: nothing is computed, so every rule keeps all bits.
import { isDynamic } from "../../ir/dim.ts";
import { elementAt } from "../../ir/element.ts";
import { make } from "../../ir/graph.ts";
import type { Node } from "../../ir/node.ts";
import { type Shape, sameShape } from "../../ir/type.ts";
import * as build from "../../ops/build.ts";
import { filled, fillOf } from "../../rewrite/fill.ts";
import { any, as, is } from "../../rewrite/pattern.ts";
import { bits, type Rule } from "../../rewrite/rewrite.ts";
import { paramsOf } from "./params.ts";

const identity = (order: readonly number[]) => order.every((axis, i) => axis === i);
const range = (length: number) => Array.from({ length }, (_, i) => i);
const without = (shape: Shape, axes: ReadonlySet<number>) => shape.filter((_, axis) => !axes.has(axis));

/** For each axis of the longer shape that is an axis of the shorter one, that axis; undefined where they differ by more than axes of extent 1. */
function unitAxes(longer: Shape, shorter: Shape): number[] | undefined {
  const kept: number[] = [];
  for (const [axis, dim] of longer.entries()) {
    if (dim === shorter[kept.length] && (dim !== 1 || longer.length - axis <= shorter.length - kept.length)) kept.push(axis);
    else if (dim !== 1) return undefined;
  }
  return kept.length === shorter.length ? kept : undefined;
}

const repeated = (x: Node, shape: Shape, axes: readonly number[]) =>
  axes.flatMap((to, axis) => (x.shape[axis] === 1 && shape[to] !== 1 ? [axis] : []));

export const movementRules: readonly Rule[] = [
  // reshape(x, shape of x) = x, and likewise for every other movement that moves nothing
  bits(
    "movement that moves nothing",
    is(["reshape", "permute", "broadcast", "slice", "pad", "flip", "cast"], any("x")),
    ({ x }) => x,
    ({ x }, y) => x.dtype === y.dtype && sameShape(x.shape, y.shape) && movesNothing(y),
  ),
  bits("concat(x) = x", is("concat", any("x")), ({ x }) => x),
  bits(
    "a tensor of equal elements is a repeated number",
    is("constant"),
    (_, y) => filled(y, fillOf(y) as number),
    (_, y) => y.shape.length > 0 && fillOf(y) !== undefined,
  ),
  bits("reshape(reshape(x)) = reshape(x)", is("reshape", is("reshape", any("x"))), ({ x }, y) => build.reshape(x, y.shape)),
  bits("permute(permute(x, p), q) = permute(x, p ∘ q)", is("permute", as("inner", is("permute", any("x")))), ({ x, inner }, y) => {
    const first = paramsOf(inner, "permute").order;
    return build.permute(
      x,
      paramsOf(y, "permute").order.map((axis) => elementAt(first, axis)),
    );
  }),
  bits("broadcast(broadcast(x, a), b) = broadcast(x, b ∘ a)", is("broadcast", as("inner", is("broadcast", any("x")))), ({ x, inner }, y) => {
    const outer = paramsOf(y, "broadcast").axes;
    return build.broadcast(
      x,
      y.shape,
      paramsOf(inner, "broadcast").axes.map((axis) => elementAt(outer, axis)),
    );
  }),
  bits("broadcast along axes of extent 1", is("broadcast", any("x")), ({ x }, y) => {
    const { axes } = paramsOf(y, "broadcast");
    const dropped = new Set(repeated(x, y.shape, axes));
    if (dropped.size === 0) return undefined;
    return build.broadcast(
      build.reshape(x, without(x.shape, dropped)),
      y.shape,
      axes.filter((_, axis) => !dropped.has(axis)),
    );
  }),
  // where reshape only adds axes of extent 1
  bits("broadcast(reshape(x)) = broadcast(x)", is("broadcast", is("reshape", any("x"))), ({ x }, y) => {
    const { axes } = paramsOf(y, "broadcast");
    const kept = unitAxes(elementAt(y.inputs, 0).shape, x.shape);
    return (
      kept &&
      build.broadcast(
        x,
        y.shape,
        kept.map((axis) => elementAt(axes, axis)),
      )
    );
  }),
  // where reshape only adds or drops axes of extent 1
  bits("reshape(broadcast(x)) = broadcast(x)", is("reshape", as("inner", is("broadcast", any("x")))), ({ x, inner }, y) =>
    x.shape.length === 0 ? build.broadcast(x, y.shape, []) : reshapeBroadcast(x, inner, y),
  ),
  bits("permute(broadcast(x)) = broadcast(permute(x))", is("permute", as("inner", is("broadcast", any("x")))), ({ x, inner }, y) => {
    const { order } = paramsOf(y, "permute");
    const axes = paramsOf(inner, "broadcast").axes.map((axis) => order.indexOf(axis));
    const sorted = range(axes.length).sort((a, b) => elementAt(axes, a) - elementAt(axes, b));
    return build.broadcast(
      build.permute(x, sorted),
      y.shape,
      sorted.map((axis) => elementAt(axes, axis)),
    );
  }),
  bits(
    "slice or flip of a repeated number",
    is(["slice", "flip"], is("broadcast", any("x"))),
    ({ x }, y) => build.broadcast(x, y.shape, []),
    ({ x }) => x.shape.length === 0,
  ),
  bits("slice(slice(x)) = slice(x)", is("slice", as("inner", is("slice", any("x")))), ({ x, inner }, y) => {
    const first = paramsOf(inner, "slice").start;
    return build.slice(
      x,
      paramsOf(y, "slice").start.map((at, axis) => at + elementAt(first, axis)),
      y.shape,
    );
  }),
  // where exactly the pads are cut off
  bits(
    "slice(pad(x)) = x",
    is("slice", as("inner", is("pad", any("x")))),
    ({ x }) => x,
    ({ x, inner }, y) => sameShape(x.shape, y.shape) && sameAxes(paramsOf(inner, "pad").low, paramsOf(y, "slice").start),
  ),
  // where exactly x is cut out
  bits("slice(concat(.., x, ..)) = x", is("slice", as("inner", is("concat"))), ({ inner }, y) => partAt(inner, paramsOf(y, "slice").start, y.shape)),
  // reshape(stopGradient(x)) = stopGradient(reshape(x))
  bits("movement of a stopped gradient", is(["reshape", "permute"], is("stopGradient", any("x"))), ({ x }, y) =>
    build.stopGradient(make(y.op, [x], y.params)),
  ),
];

const sameAxes = (a: readonly number[], b: readonly number[]) => a.every((value, axis) => value === b[axis]);

/** Whether a movement that keeps shape and dtype keeps the elements in place. */
function movesNothing(node: Node): boolean {
  if (node.op === "permute") return identity(paramsOf(node, "permute").order);
  if (node.op === "flip") return paramsOf(node, "flip").axes.every((axis) => node.shape[axis] === 1);
  if (node.op === "pad") return [...paramsOf(node, "pad").low, ...paramsOf(node, "pad").high].every((width) => width === 0);
  return true;
}

function reshapeBroadcast(x: Node, inner: Node, y: Node): Node | undefined {
  const { axes } = paramsOf(inner, "broadcast");
  if (axes.some((axis) => inner.shape[axis] === 1)) return undefined;
  const core = inner.shape.filter((dim) => dim !== 1);
  const kept = unitAxes(y.shape, core);
  if (!kept) return undefined;
  const position = new Map(inner.shape.flatMap((dim, axis) => (dim === 1 ? [] : [axis])).map((axis, i) => [axis, elementAt(kept, i)]));
  return build.broadcast(
    x,
    y.shape,
    axes.map((axis) => position.get(axis) as number),
  );
}

/** The part of a concatenation that lies at `start` and has `shape`. */
function partAt(concat: Node, start: readonly number[], shape: Shape): Node | undefined {
  const { axis } = paramsOf(concat, "concat");
  let offset = 0;
  for (const part of concat.inputs) {
    const extent = part.shape[axis];
    if (extent === undefined || isDynamic(extent)) return undefined;
    if (offset === start[axis] && sameShape(part.shape, shape)) return part;
    offset += extent;
  }
  return undefined;
}

/** Only to be read: what runs may lie otherwise in memory. */
export const movementToRead: readonly Rule[] = [
  bits("slice(broadcast(x)) = broadcast(slice(x))", is("slice", as("inner", is("broadcast", any("x")))), ({ x, inner }, y) => {
    const { axes } = paramsOf(inner, "broadcast");
    const { start } = paramsOf(y, "slice");
    const cut = build.slice(
      x,
      axes.map((axis) => elementAt(start, axis)),
      axes.map((axis) => elementAt(y.shape, axis)),
    );
    return build.broadcast(cut, y.shape, axes);
  }),
  // of rows and columns without their axes of extent 1
  bits(
    "reshape(x)·reshape(y) = reshape(x·yᵀ)",
    is("mul", is("reshape", any("x")), is("reshape", any("y"))),
    ({ x, y }, { shape }) => build.reshape(build.mul(x, sameShape(x.shape, y.shape) ? y : build.permute(y, [1, 0])), shape),
    ({ x, y }, { shape }) => shape.length === 1 && [x, y].every((one) => one.shape.length === 2 && unitAxes(one.shape, shape) !== undefined),
  ),
  bits(
    "axes of extent 1 that change places",
    is("permute", is("reshape", any("x"))),
    ({ x }, y) => build.reshape(x, y.shape),
    (_, y) => movesUnitsAlone(y),
  ),
];

/** Whether the axes of an extent other than 1 keep their order. */
function movesUnitsAlone(node: Node): boolean {
  const longer = paramsOf(node, "permute").order.filter((axis) => node.inputs[0]?.shape[axis] !== 1);
  return longer.every((axis, at) => at === 0 || axis > (longer[at - 1] as number));
}
