// What the chain rule leaves behind a softmax: e^x over its sum, and indices that are checked.

import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp } from "../../ops/table.ts";
import { filled } from "../../rewrite/fill.ts";
import { any, as, either, fill, is } from "../../rewrite/pattern.ts";
import { finite, type Rule, reals } from "../../rewrite/rewrite.ts";
import type { IndexRange } from "../index-ranges.ts";
import { paramsOf } from "./params.ts";
import { keptAxes } from "./reduction.ts";

/** Whether `broadcast` repeats a value of the shape of `sum` along the axes that `sum` reduced. */
export function restores(broadcast: Node, sum: Node): boolean {
  const x = elementAt(sum.inputs, 0);
  const kept = keptAxes(x.shape.length, paramsOf(sum, "sum").axes);
  return broadcast.shape.length === x.shape.length && String(paramsOf(broadcast, "broadcast").axes) === String(kept);
}

/** `Σ g·(p/w)`, repeated. */
const projection = as("b", is("broadcast", as("s", is("sum", either("mul", any("g"), is("div", any("p"), any("w")))))));

/** Whether p is e/w of that very e, which may stay whole. */
function isProjection({ b, s, p, e, w }: Readonly<Record<"b" | "s" | "p" | "e" | "w", Node>>): boolean {
  const share = shareOf(p);
  return share !== undefined && share.e === e && share.whole === w && e.op === "exp" && restores(b, s);
}

/** `Σ g·p`, repeated as `b` is. */
function projected(g: Node, p: Node, b: Node): Node {
  const { axes } = paramsOf(b, "broadcast");
  const summed = p.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  return build.broadcast(build.sum(build.mul(g, p), summed), p.shape, axes);
}

export const softmaxRules: readonly Rule[] = [
  // for e = exp(x), whose share of the sum is at most 1
  reals(
    "e·(a/Σe) = (e/Σe)·a",
    either("mul", as("b", is("broadcast", is("div", any("a"), as("s", is("sum", any("e")))))), any("e")),
    ({ a, b, e, s }) => {
      const { axes } = paramsOf(b, "broadcast");
      return build.mul(build.div(e, build.broadcast(s, e.shape, axes)), build.broadcast(a, e.shape, axes));
    },
    ({ b, e, s }) => e.op === "exp" && restores(b, s),
  ),
  // p = e/w, w = Σe
  reals(
    "e·(g/w - Σ(g·p/w)) = p·(g - Σ g·p)",
    is("mul", is("sub", is("div", any("g"), any("w")), projection), any("e")),
    ({ g, p, b }) => build.mul(p, build.sub(g, projected(g, p, b))),
    isProjection,
  ),
  reals(
    "e·(Σ(g·p/w) - g/w) = p·(Σ g·p - g)",
    is("mul", is("sub", projection, is("div", any("g"), any("w"))), any("e")),
    ({ g, p, b }) => build.mul(p, build.sub(projected(g, p, b), g)),
    isProjection,
  ),
  // g equal along the row: the gradient of the element that an index chose
  finite(
    "onehot(i) ≠ 0 ? g : 0 = g·onehot(i)",
    is("where", as("condition", is("compare", as("q", is("oneHot")), fill(0))), any("g"), fill(0)),
    ({ q, g }) => build.mul(g, q),
    ({ condition, g }) => paramsOf(condition, "compare").relation === "ne" && isEvenInRows(g),
  ),
];

/** Whether x repeats one value along its last axis. */
const isEvenInRows = (x: Node): boolean => isOp(x, "broadcast") && !x.params.axes.includes(x.shape.length - 1);

/** Rules that hold for inputs whose values are checked before they are used. */
export const checkedIndexRules = (ranges: ReadonlyMap<Node, IndexRange>): readonly Rule[] => [
  // and 0 for the value that is ignored
  finite(
    "Σ_v onehot(i)_v = 1",
    is("sum", is("oneHot", any("i"))),
    ({ i }, y) => {
      const ones = hits(i, ranges.get(i)?.except);
      return build.sum(
        ones,
        paramsOf(y, "sum").axes.filter((axis) => axis < i.shape.length),
      );
    },
    ({ i }, y) => ranges.has(i) && paramsOf(y, "sum").axes.includes(i.shape.length),
  ),
];

/** f32: 1 for every index that is not `except`. */
function hits(index: Node, except: number | undefined): Node {
  if (except === undefined) return build.fill(build.cast(index, "f32"), 1);
  return build.cast(build.compare(index, filled(index, except), "ne"), "f32");
}

/** The sum of e in `e / Σ e`, if `node` is such a quotient. */
export function shareOf(node: Node): { readonly e: Node; readonly sum: Node; readonly whole: Node } | undefined {
  const [e, whole] = node.inputs;
  if (node.op !== "div" || !e || !whole || !isOp(whole, "broadcast")) return undefined;
  const sum = elementAt(whole.inputs, 0);
  return isOp(sum, "sum") && sum.inputs[0] === e && restores(whole, sum) ? { e, sum, whole } : undefined;
}
