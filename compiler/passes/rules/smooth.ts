// Formulas that overflow although their value does not, as smooth primitives or shifted by a constant that cancels.
// None puts abs, max or where into a differentiable position: the gradient is that of the formula at every point.
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp } from "../../ops/table.ts";
import { filled } from "../../rewrite/fill.ts";
import { any, as, either, fill, is } from "../../rewrite/pattern.ts";
import { type Rule, rule } from "../../rewrite/rewrite.ts";
import { finiteShift } from "../../rewrite/shift.ts";
import { paramsOf } from "./params.ts";
import { keptAxes } from "./reduction.ts";
import { restores, shareOf } from "./softmax.ts";

const onePlusExp = <N extends string>(name: N) => either("add", is("exp", any(name)), fill(1));
const half = (u: Node) => build.mul(u, filled(u, 0.5));
const isOpposite = (u: Node, v: Node) => isOp(v, "neg") && v.inputs[0] === u;

/** Whether x is some `z - stopGradient(max z)` already. */
function isShifted(x: Node): boolean {
  let shift = x.inputs[1];
  if (x.op !== "sub" || !shift) return false;
  while (isOp(shift, "broadcast") || isOp(shift, "reshape")) shift = shift.inputs[0] as Node;
  return isOp(shift, "stopGradient") || isOp(shift, "max");
}

const restored = (y: Node, x: Node, axes: readonly number[]) => build.broadcast(y, x.shape, keptAxes(x.shape.length, axes));
const largest = (x: Node, axes: readonly number[]) => build.max(x, axes, "even");

/** Whether x is not shifted yet, and has a largest element along each row that `sum` adds up. */
function canShift(x: Node, sum: Node): boolean {
  const { axes } = paramsOf(sum, "sum");
  return !isShifted(x) && axes.length > 0 && axes.every((axis) => x.shape[axis] !== 0);
}

export const smoothRules: readonly Rule[] = [
  // (e^u - e^-u)/(e^u + e^-u) = tanh(u)
  rule({
    name: "tanh of e^u and e^-u",
    tag: "reals",
    from: is("div", is("sub", as("p", is("exp", any("u"))), as("q", is("exp", any("v")))), either("add", is("exp", any("u")), is("exp", any("v")))),
    when: ({ u, v }) => isOpposite(u, v) || isOpposite(v, u),
    to: ({ u }) => build.tanh(u),
  }),
  // (e^u - 1)/(e^u + 1) = tanh(u/2)
  rule({
    name: "tanh of e^u - 1",
    tag: "reals",
    from: is("div", is("sub", is("exp", any("u")), fill(1)), onePlusExp("u")),
    to: ({ u }) => build.tanh(half(u)),
  }),
  // (1 - e^u)/(1 + e^u) = tanh(-u/2)
  rule({
    name: "tanh of 1 - e^u",
    tag: "reals",
    from: is("div", is("sub", fill(1), is("exp", any("u"))), onePlusExp("u")),
    to: ({ u }) => build.tanh(half(build.neg(u))),
  }),
  // e^u/(1 + e^u) = sigmoid(u)
  rule({
    name: "sigmoid of e^u/(1 + e^u)",
    tag: "reals",
    from: is("div", is("exp", any("u")), onePlusExp("u")),
    to: ({ u }) => build.sigmoid(u),
  }),
  // x·e^u/(1 + e^u) = x·sigmoid(u)
  rule({
    name: "sigmoid of x·e^u/(1 + e^u)",
    tag: "reals",
    from: is("div", either("mul", any("x"), is("exp", any("u"))), onePlusExp("u")),
    to: ({ x, u }) => build.mul(x, build.sigmoid(u)),
  }),
  // x/(1 + e^u) = x·sigmoid(-u), for what the rules above leave
  rule({
    name: "sigmoid of 1/(1 + e^u)",
    tag: "reals",
    from: is("div", any("x"), onePlusExp("u")),
    to: ({ x, u }) => build.mul(x, build.sigmoid(build.neg(u))),
  }),
  // (1 + e^u)^-1 = sigmoid(-u)
  rule({
    name: "sigmoid of (1 + e^u)^-1",
    tag: "reals",
    from: is("pow", onePlusExp("u"), fill(-1)),
    to: ({ u }) => build.sigmoid(build.neg(u)),
  }),
  // log(1 + e^u) = softplus(u)
  rule({
    name: "softplus of log(1 + e^u)",
    tag: "reals",
    from: is("log", onePlusExp("u")),
    to: ({ u }) => build.softplus(u),
  }),
  rule({
    name: "softplus of log1p(e^u)",
    tag: "reals",
    from: is("log1p", is("exp", any("u"))),
    to: ({ u }) => build.softplus(u),
  }),
  // log(cosh(u)) = softplus(2u) - u - log 2
  rule({
    name: "log of cosh",
    tag: "reals",
    from: is("log", is("cosh", any("u"))),
    to: ({ u }) => build.sub(build.sub(build.softplus(build.mul(u, filled(u, 2))), u), filled(u, Math.LN2)),
  }),
  // log(sigmoid(u)) = -softplus(-u)
  rule({
    name: "log of sigmoid",
    tag: "reals",
    from: is("log", is("sigmoid", any("u"))),
    to: ({ u }) => build.neg(build.softplus(build.neg(u))),
  }),
  // log(1 - sigmoid(u)) = -softplus(u)
  rule({
    name: "log of 1 - sigmoid",
    tag: "reals",
    from: is("log", is("sub", fill(1), is("sigmoid", any("u")))),
    to: ({ u }) => build.neg(build.softplus(u)),
  }),
  // log(e^u) = u
  rule({
    name: "log of exp",
    tag: "reals",
    from: is("log", is("exp", any("u"))),
    to: ({ u }) => u,
  }),
  // e^x/Σe^x = e^(x - m)/Σe^(x - m), m = max x held constant; where x is infinite, all of them are NaN
  rule({
    name: "shift of softmax",
    tag: "finite",
    from: is("div", as("e", is("exp", any("x"))), is("broadcast", as("s", is("sum", any("e"))))),
    when: ({ x, s }, y) => canShift(x, s) && restores(y.inputs[1] as Node, s),
    to({ x, s }) {
      const { axes } = paramsOf(s, "sum");
      const e = build.exp(build.sub(x, restored(build.stopGradient(largest(x, axes)), x, axes)));
      return build.div(e, restored(build.sum(e, axes), x, axes));
    },
  }),
  // log(e/Σe) = x - log(Σe), e = e^x
  rule({
    name: "log of softmax",
    tag: "reals",
    from: is("log", as("share", is("div", is("exp", any("x")), any("whole")))),
    to({ x, share }) {
      const known = shareOf(share);
      return known && build.sub(x, build.broadcast(build.log(known.sum), x.shape, paramsOf(known.whole, "broadcast").axes));
    },
  }),
  // log(Σe^x) = m + log(Σe^(x - m)), m = max x held constant
  rule({
    name: "shift of log Σ e^x",
    tag: "reals",
    from: is("log", as("s", is("sum", is("exp", any("x"))))),
    when: ({ x, s }) => canShift(x, s),
    to({ x, s }) {
      const { axes } = paramsOf(s, "sum");
      const shift = build.stopGradient(finiteShift(largest(x, axes)));
      return build.add(shift, build.log(build.sum(build.exp(build.sub(x, restored(shift, x, axes))), axes)));
    },
  }),
];
