// Choices whose outcome is known.

import { elementAt } from "../../ir/element.ts";
import * as build from "../../ops/build.ts";
import { any, as, either, fill, is, open } from "../../rewrite/pattern.ts";
import { bits, type Rule, reals } from "../../rewrite/rewrite.ts";
import { negated } from "./arithmetic.ts";

export const selectionRules: readonly Rule[] = [
  bits("c ? x : x = x", is("where", any("c"), any("x"), any("x")), ({ x }) => x),
  bits("true ? x : y = x", is("where", fill(1), any("x"), any("y")), ({ x }) => x),
  bits("false ? x : y = y", is("where", fill(0), any("x"), any("y")), ({ y }) => y),
  bits("c ? (c ? x : y) : z = c ? x : z", is("where", any("c"), is("where", any("c"), any("x"), any("y")), any("z")), ({ c, x, z }) =>
    build.where(c, x, z),
  ),
  bits("c ? x : (c ? y : z) = c ? x : z", is("where", any("c"), any("x"), is("where", any("c"), any("y"), any("z"))), ({ c, x, z }) =>
    build.where(c, x, z),
  ),
  reals(
    "(c ? x : 0) + (c ? 0 : y) = c ? x : y",
    either("add", is("where", any("c"), any("x"), fill(0)), is("where", any("c"), fill(0), any("y"))),
    ({ c, x, y }) => build.where(c, x, y),
  ),
  reals("c ? -x : 0 = -(c ? x : 0)", is("where", any("c"), open("x"), fill(0)), ({ c, x }, node) => {
    const positive = x.dtype === "f32" ? negated(x) : undefined;
    return positive && build.neg(build.where(c, positive, elementAt(node.inputs, 2)));
  }),
  reals("c ? 0 : -x = -(c ? 0 : x)", is("where", any("c"), fill(0), open("x")), ({ c, x }, node) => {
    const positive = x.dtype === "f32" ? negated(x) : undefined;
    return positive && build.neg(build.where(c, elementAt(node.inputs, 1), positive));
  }),
  bits("(c ? x : 0)·(c ? 1 : 0) = c ? x : 0", either("mul", as("y", is("where", any("c"), any("x"), fill(0))), is("cast", any("c"))), ({ y }) => y),
];
