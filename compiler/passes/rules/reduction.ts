// Sums: merged, taken before values are repeated, and free of constant factors.
import type { Dim } from "../../ir/dim.ts";
import { product } from "../../ir/dim.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp } from "../../ops/table.ts";
import { isBounded } from "../../rewrite/bounds.ts";
import { filled, fillOf, spread } from "../../rewrite/fill.ts";
import { any, as, is } from "../../rewrite/pattern.ts";
import { type Rule, rule } from "../../rewrite/rewrite.ts";
import { narrowed } from "./order.ts";
import { paramsOf } from "./params.ts";

const axesOf = (sum: Node): readonly number[] => paramsOf(sum, "sum").axes;
const range = (length: number) => Array.from({ length }, (_, i) => i);
/** The axes of a tensor of rank `rank` that a sum over `axes` keeps. */
export const keptAxes = (rank: number, axes: readonly number[]) => range(rank).filter((axis) => !axes.includes(axis));

export const reductionRules: readonly Rule[] = [
  // Σ over no axes = x, save for the sign of -0
  rule({
    name: "sum over no axes",
    tag: "reals",
    from: is("sum", any("x")),
    when: (_, y) => axesOf(y).length === 0,
    to: ({ x }) => x,
  }),
  // Σ over axes of extent 1 = reshape(x)
  rule({
    name: "sum over axes of extent 1",
    tag: "reals",
    from: is("sum", any("x")),
    when: ({ x }, y) => axesOf(y).every((axis) => x.shape[axis] === 1),
    to: ({ x }, y) => build.reshape(x, y.shape),
  }),
  // Σ_i Σ_j x = Σ_ij x
  rule({
    name: "sum of sum",
    tag: "reals",
    from: is("sum", as("inner", is("sum", any("x")))),
    to({ x, inner }, y) {
      const kept = keptAxes(x.shape.length, axesOf(inner));
      const outer = axesOf(y).map((axis) => kept[axis] as number);
      return build.sum(
        x,
        [...axesOf(inner), ...outer].sort((a, b) => a - b),
      );
    },
  }),
  // Σ broadcast(x) = Σ x · (number of repetitions)
  rule({
    name: "sum of repeated values",
    tag: "reals",
    from: is("sum", as("inner", is("broadcast", any("x")))),
    when: ({ x, inner }) => x.dtype === "f32" && paramsOf(inner, "broadcast").axes.every((to, axis) => x.shape[axis] === inner.shape[to]),
    to: ({ x, inner }, y) => sumOfBroadcast(x, inner, y),
  }),
  // Σ permute(x) = permute(Σ x)
  rule({
    name: "sum of permute",
    tag: "reals",
    from: is("sum", as("inner", is("permute", any("x")))),
    to({ x, inner }, y) {
      const { order } = paramsOf(inner, "permute");
      const axes = axesOf(y).map((axis) => order[axis] as number);
      const kept = keptAxes(x.shape.length, axes);
      const after = keptAxes(x.shape.length, axesOf(y)).map((axis) => kept.indexOf(order[axis] as number));
      return build.permute(
        build.sum(
          x,
          axes.sort((a, b) => a - b),
        ),
        after,
      );
    },
  }),
  // Σ over all of reshape(x) = Σ over all of x
  rule({
    name: "sum of reshape",
    tag: "reals",
    from: is("sum", is("reshape", any("x"))),
    when: (_, y) => y.shape.length === 0,
    to: ({ x }) => build.sum(x, range(x.shape.length)),
  }),
  // Σ -x = -Σ x, save for the sign of 0
  rule({
    name: "sum of negation",
    tag: "reals",
    from: is("sum", is("neg", any("x"))),
    to: ({ x }, y) => build.neg(build.sum(x, axesOf(y))),
  }),
  // Σ x·c = (Σ x)·c where c does not vary along the axes, if |x| <= 1 or |c| >= 1: Σ x overflows only where the sum is lost too
  rule({
    name: "sum of a multiple",
    tag: "reals",
    from: is("sum", is("mul", any("x"), any("c"))),
    when: ({ x, c }) => x.dtype === "f32" && (isBounded(x) || Math.abs(fillOf(c) ?? 0) >= 1),
    to({ x, c }, y) {
      const kept = keptAxes(x.shape.length, axesOf(y));
      if (!isOp(c, "broadcast") || c.params.axes.some((axis) => !kept.includes(axis))) return undefined;
      return build.mul(build.sum(x, axesOf(y)), narrowed(c, kept));
    },
  }),
];

function sumOfBroadcast(x: Node, inner: Node, y: Node): Node {
  const { axes } = paramsOf(inner, "broadcast");
  const summed = axesOf(y);
  const own = range(axes.length).filter((axis) => summed.includes(axes[axis] as number));
  const kept = keptAxes(inner.shape.length, summed);
  const targets = keptAxes(axes.length, own).map((axis) => kept.indexOf(axes[axis] as number));
  const total = build.broadcast(build.sum(x, own), y.shape, targets);
  const times = product(summed.filter((axis) => !axes.includes(axis)).map((axis) => inner.shape[axis] as Dim));
  return times === 1 ? total : build.mul(total, typeof times === "number" ? filled(total, times) : spread(build.count(x.graph, times), total));
}
