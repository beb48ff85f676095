import { product } from "../../ir/dim.ts";
import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp } from "../../ops/table.ts";
import { isBounded } from "../../rewrite/bounds.ts";
import { filled, fillOf, spread } from "../../rewrite/fill.ts";
import { any, as, is } from "../../rewrite/pattern.ts";
import { type Rule, reals } from "../../rewrite/rewrite.ts";
import { narrowed } from "./order.ts";
import { paramsOf } from "./params.ts";

const axesOf = (sum: Node): readonly number[] => paramsOf(sum, "sum").axes;
const range = (length: number) => Array.from({ length }, (_, i) => i);
/** The axes of a tensor of rank `rank` that a sum over `axes` keeps. */
export const keptAxes = (rank: number, axes: readonly number[]) => range(rank).filter((axis) => !axes.includes(axis));

export const reductionRules: readonly Rule[] = [
  reals(
    "sum over no axes",
    is("sum", any("x")),
    ({ x }) => x,
    (_, y) => axesOf(y).length === 0,
  ),
  reals(
    "sum over axes of extent 1",
    is("sum", any("x")),
    ({ x }, y) => build.reshape(x, y.shape),
    ({ x }, y) => axesOf(y).every((axis) => x.shape[axis] === 1),
  ),
  reals("Σ_i Σ_j x = Σ_ij x", is("sum", as("inner", is("sum", any("x")))), ({ x, inner }, y) => {
    const kept = keptAxes(x.shape.length, axesOf(inner));
    const outer = axesOf(y).map((axis) => elementAt(kept, axis));
    return build.sum(
      x,
      [...axesOf(inner), ...outer].sort((a, b) => a - b),
    );
  }),
  // n is how often each element is repeated along the axes that are summed
  reals(
    "Σ broadcast(x) = (Σ x)·n",
    is("sum", as("inner", is("broadcast", any("x")))),
    ({ x, inner }, y) => sumOfBroadcast(x, inner, y),
    ({ x, inner }) => x.dtype === "f32" && paramsOf(inner, "broadcast").axes.every((to, axis) => x.shape[axis] === inner.shape[to]),
  ),
  reals("Σ permute(x) = permute(Σ x)", is("sum", as("inner", is("permute", any("x")))), ({ x, inner }, y) => {
    const { order } = paramsOf(inner, "permute");
    const axes = axesOf(y).map((axis) => elementAt(order, axis));
    const kept = keptAxes(x.shape.length, axes);
    const after = keptAxes(x.shape.length, axesOf(y)).map((axis) => kept.indexOf(elementAt(order, axis)));
    return build.permute(
      build.sum(
        x,
        axes.sort((a, b) => a - b),
      ),
      after,
    );
  }),
  // over all axes
  reals(
    "Σ reshape(x) = Σ x",
    is("sum", is("reshape", any("x"))),
    ({ x }) => build.sum(x, range(x.shape.length)),
    (_, y) => y.shape.length === 0,
  ),
  reals("Σ -x = -Σ x", is("sum", is("neg", any("x"))), ({ x }, y) => build.neg(build.sum(x, axesOf(y)))),
  // where c does not vary along the axes, if |x| <= 1 or |c| >= 1: Σ x overflows only where the sum is lost too
  reals(
    "Σ x·c = (Σ x)·c",
    is("sum", is("mul", any("x"), any("c"))),
    ({ x, c }, y) => {
      const kept = keptAxes(x.shape.length, axesOf(y));
      if (!isOp(c, "broadcast") || c.params.axes.some((axis) => !kept.includes(axis))) return undefined;
      return build.mul(build.sum(x, axesOf(y)), narrowed(c, kept));
    },
    ({ x, c }) => x.dtype === "f32" && (isBounded(x) || Math.abs(fillOf(c) ?? 0) >= 1),
  ),
];

function sumOfBroadcast(x: Node, inner: Node, y: Node): Node {
  const { axes } = paramsOf(inner, "broadcast");
  const summed = axesOf(y);
  const own = range(axes.length).filter((axis) => summed.includes(elementAt(axes, axis)));
  const kept = keptAxes(inner.shape.length, summed);
  const targets = keptAxes(axes.length, own).map((axis) => kept.indexOf(elementAt(axes, axis)));
  const total = build.broadcast(build.sum(x, own), y.shape, targets);
  const times = product(summed.filter((axis) => !axes.includes(axis)).map((axis) => elementAt(inner.shape, axis)));
  return times === 1 ? total : build.mul(total, typeof times === "number" ? filled(total, times) : spread(build.count(x.graph, times), total));
}
