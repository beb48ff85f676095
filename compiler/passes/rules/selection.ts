// Choices whose outcome is known.
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { any, as, either, fill, is } from "../../rewrite/pattern.ts";
import { type Rule, rule } from "../../rewrite/rewrite.ts";
import { negated } from "./arithmetic.ts";

export const selectionRules: readonly Rule[] = [
  // c ? x : x = x
  rule({
    name: "choice between equals",
    tag: "bits",
    from: is("where", any("c"), any("x"), any("x")),
    to: ({ x }) => x,
  }),
  // true ? x : y = x
  rule({
    name: "choice that is true",
    tag: "bits",
    from: is("where", fill(1), any("x"), any("y")),
    to: ({ x }) => x,
  }),
  // false ? x : y = y
  rule({
    name: "choice that is false",
    tag: "bits",
    from: is("where", fill(0), any("x"), any("y")),
    to: ({ y }) => y,
  }),
  // c ? (c ? x : y) : z = c ? x : z
  rule({
    name: "choice made twice, first branch",
    tag: "bits",
    from: is("where", any("c"), is("where", any("c"), any("x"), any("y")), any("z")),
    to: ({ c, x, z }) => build.where(c, x, z),
  }),
  // c ? x : (c ? y : z) = c ? x : z
  rule({
    name: "choice made twice, second branch",
    tag: "bits",
    from: is("where", any("c"), any("x"), is("where", any("c"), any("y"), any("z"))),
    to: ({ c, x, z }) => build.where(c, x, z),
  }),
  // (c ? x : 0) + (c ? 0 : y) = c ? x : y, save for the sign of -0
  rule({
    name: "sum of the two branches",
    tag: "reals",
    from: either("add", is("where", any("c"), any("x"), fill(0)), is("where", any("c"), fill(0), any("y"))),
    to: ({ c, x, y }) => build.where(c, x, y),
  }),
  // c ? -x : 0 = -(c ? x : 0), save for the sign of 0
  rule({
    name: "negative in the first branch",
    tag: "reals",
    from: is("where", any("c"), any("x"), fill(0)),
    to({ c, x }, node) {
      const positive = x.dtype === "f32" ? negated(x) : undefined;
      return positive && build.neg(build.where(c, positive, node.inputs[2] as Node));
    },
  }),
  // c ? 0 : -x = -(c ? 0 : x), save for the sign of 0
  rule({
    name: "negative in the second branch",
    tag: "reals",
    from: is("where", any("c"), fill(0), any("x")),
    to({ c, x }, node) {
      const positive = x.dtype === "f32" ? negated(x) : undefined;
      return positive && build.neg(build.where(c, node.inputs[1] as Node, positive));
    },
  }),
  // (c ? x : 0)·(c ? 1 : 0) = c ? x : 0
  rule({
    name: "branch masked twice",
    tag: "bits",
    from: either("mul", as("y", is("where", any("c"), any("x"), fill(0))), is("cast", any("c"))),
    to: ({ y }) => y,
  }),
];
