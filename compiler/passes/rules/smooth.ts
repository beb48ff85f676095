// Formulas that overflow although their value does not, as smooth primitives or shifted by a constant that cancels.
// None puts abs, max or where into a differentiable position: the gradient is that of the formula at every point.

import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp } from "../../ops/table.ts";
import { filled } from "../../rewrite/fill.ts";
import { any, as, either, fill, is } from "../../rewrite/pattern.ts";
import { finite, type Rule, reals } from "../../rewrite/rewrite.ts";
import { finiteShift, isShift } from "../../rewrite/shift.ts";
import { paramsOf } from "./params.ts";
import { keptAxes } from "./reduction.ts";
import { restores, shareOf } from "./softmax.ts";

const onePlusExp = <N extends string>(name: N) => either("add", is("exp", any(name)), fill(1));
const half = (u: Node) => build.mul(u, filled(u, 0.5));
const isOpposite = (u: Node, v: Node) => isOp(v, "neg") && v.inputs[0] === u;

/** Whether x is some `z - stopGradient(max z)` already. */
const isShifted = (x: Node): boolean => isOp(x, "sub") && isShift(elementAt(x.inputs, 1));

const restored = (y: Node, x: Node, axes: readonly number[]) => build.broadcast(y, x.shape, keptAxes(x.shape.length, axes));
const largest = (x: Node, axes: readonly number[]) => build.max(x, axes, "even");

/** Whether x is not shifted yet, and has a largest element along each row that `sum` adds up. */
function canShift(x: Node, sum: Node): boolean {
  const { axes } = paramsOf(sum, "sum");
  return !isShifted(x) && axes.length > 0 && axes.every((axis) => x.shape[axis] !== 0);
}

export const smoothRules: readonly Rule[] = [
  reals(
    "(e^u - e^-u)/(e^u + e^-u) = tanh(u)",
    is("div", is("sub", as("p", is("exp", any("u"))), as("q", is("exp", any("v")))), either("add", is("exp", any("u")), is("exp", any("v")))),
    ({ u }) => build.tanh(u),
    ({ u, v }) => isOpposite(u, v) || isOpposite(v, u),
  ),
  reals("(e^u - 1)/(e^u + 1) = tanh(u/2)", is("div", is("sub", is("exp", any("u")), fill(1)), onePlusExp("u")), ({ u }) => build.tanh(half(u))),
  reals("(1 - e^u)/(1 + e^u) = tanh(-u/2)", is("div", is("sub", fill(1), is("exp", any("u"))), onePlusExp("u")), ({ u }) =>
    build.tanh(half(build.neg(u))),
  ),
  reals("e^u/(1 + e^u) = sigmoid(u)", is("div", is("exp", any("u")), onePlusExp("u")), ({ u }) => build.sigmoid(u)),
  reals("x·e^u/(1 + e^u) = x·sigmoid(u)", is("div", either("mul", any("x"), is("exp", any("u"))), onePlusExp("u")), ({ x, u }) =>
    build.mul(x, build.sigmoid(u)),
  ),
  // for what the rules above leave
  reals("x/(1 + e^u) = x·sigmoid(-u)", is("div", any("x"), onePlusExp("u")), ({ x, u }) => build.mul(x, build.sigmoid(build.neg(u)))),
  reals("(1 + e^u)^-1 = sigmoid(-u)", is("pow", onePlusExp("u"), fill(-1)), ({ u }) => build.sigmoid(build.neg(u))),
  reals("log(1 + e^u) = softplus(u)", is("log", onePlusExp("u")), ({ u }) => build.softplus(u)),
  reals("log1p(e^u) = softplus(u)", is("log1p", is("exp", any("u"))), ({ u }) => build.softplus(u)),
  reals("log(cosh(u)) = softplus(2u) - u - log 2", is("log", is("cosh", any("u"))), ({ u }) =>
    build.sub(build.sub(build.softplus(build.mul(u, filled(u, 2))), u), filled(u, Math.LN2)),
  ),
  reals("log(sigmoid(u)) = -softplus(-u)", is("log", is("sigmoid", any("u"))), ({ u }) => build.neg(build.softplus(build.neg(u)))),
  reals("log(1 - sigmoid(u)) = -softplus(u)", is("log", is("sub", fill(1), is("sigmoid", any("u")))), ({ u }) => build.neg(build.softplus(u))),
  reals("log(e^u) = u", is("log", is("exp", any("u"))), ({ u }) => u),
  // m = max x held constant; where x is infinite, all of them are NaN
  finite(
    "e^x/Σe^x = e^(x - m)/Σe^(x - m)",
    is("div", as("e", is("exp", any("x"))), is("broadcast", as("s", is("sum", any("e"))))),
    ({ x, s }) => {
      const { axes } = paramsOf(s, "sum");
      const e = build.exp(build.sub(x, restored(build.stopGradient(largest(x, axes)), x, axes)));
      return build.div(e, restored(build.sum(e, axes), x, axes));
    },
    ({ x, s }, y) => canShift(x, s) && restores(elementAt(y.inputs, 1), s),
  ),
  // e = e^x
  reals("log(e/Σe) = x - log(Σe)", is("log", as("share", is("div", is("exp", any("x")), any("whole")))), ({ x, share }) => {
    const known = shareOf(share);
    return known && build.sub(x, build.broadcast(build.log(known.sum), x.shape, paramsOf(known.whole, "broadcast").axes));
  }),
  // m = max x held constant
  reals(
    "log(Σe^x) = m + log(Σe^(x - m))",
    is("log", as("s", is("sum", is("exp", any("x"))))),
    ({ x, s }) => {
      const { axes } = paramsOf(s, "sum");
      const shift = build.stopGradient(finiteShift(largest(x, axes)));
      return build.add(shift, build.log(build.sum(build.exp(build.sub(x, restored(shift, x, axes))), axes)));
    },
    ({ x, s }) => canShift(x, s),
  ),
];
