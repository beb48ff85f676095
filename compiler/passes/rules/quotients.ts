// Quotients by deviations, as textbooks write what the chain rule leaves of a normalisation. Only to be read: a product may overflow before it is divided.
//
//   g/σ - x̂·mean(g·x̂)/σ - mean(g/σ)   =>   (g - mean g - x̂·mean(g·x̂))/σ
import { multiply } from "../../ir/dim.ts";
import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp } from "../../ops/table.ts";
import { filled, fillOf, scalarOf, spread } from "../../rewrite/fill.ts";
import { any, as, constant, either, is, open } from "../../rewrite/pattern.ts";
import { finite, type Rule } from "../../rewrite/rewrite.ts";
import { isCountOf, isMeanOf, isSteady, shows, vanishesInSum } from "./centred.ts";
import { fractionOf, over, radicandOf, rootOf, times } from "./fractions.ts";
import { isCount, isDirection, ofLength, underRoot } from "./lengths.ts";
import { narrowed } from "./order.ts";
import { paramsOf } from "./params.ts";
import { keptAxes } from "./reduction.ts";

/** `c·(s/√v)` where v is made of c: the factor over the root, times what is left. */
function normalised(c: Node, repeated: Node): Node | undefined {
  if (!isOp(repeated, "broadcast")) return undefined;
  const { axes } = repeated.params;
  const { factor, top, counts, roots } = fractionOf(elementAt(repeated.inputs, 0));
  const at = roots.findIndex((root) => shows(radicandOf(rootOf(root) as Node) as Node, sourceOf(c)));
  const root = roots[at];
  if (!root) return undefined;
  const spread = (x: Node) => build.broadcast(x, c.shape, axes);
  const product = build.mul(build.div(c, spread(root)), spread(over(top, counts)));
  const others = roots.filter((_, i) => i !== at);
  return times(over(product, others.map(spread)), factor);
}

/** What `node` is, or is a distance from the mean of. */
const sourceOf = (node: Node): Node =>
  isOp(node, "sub") && isMeanOf(elementAt(node.inputs, 1), elementAt(node.inputs, 0)) ? elementAt(node.inputs, 0) : node;

/** A quotient by a root, behind a broadcast too. */
function quotientOf(node: Node): { readonly top: Node; readonly root: Node } | undefined {
  const [x, y] = node.inputs as readonly [Node, Node];
  if (isOp(node, "div") && rootOf(y)) return { top: x, root: y };
  const inner = isOp(node, "broadcast") ? quotientOf(x) : undefined;
  if (!inner || !isOp(node, "broadcast")) return undefined;
  const spread = (value: Node) => build.broadcast(value, node.shape, node.params.axes);
  return { top: spread(inner.top), root: spread(inner.root) };
}

/** What the roots of two quotients are where they are the same one, with a slope at 0 or not: a broadcast of a broadcast is one. */
const rootKey = (root: Node): string => {
  let [source, axes] = [root, root.shape.map((_, axis) => axis)];
  while (isOp(source, "broadcast")) {
    const { params } = source;
    axes = params.axes.map((axis) => elementAt(axes, axis));
    source = elementAt(source.inputs, 0);
  }
  return `${(underRoot(source) ?? ofLength(source) ?? source).id} ${axes}`;
};

/** `x ± y` over their common divisor. */
function together(x: Node, y: Node, op: string): Node | undefined {
  const [a, b] = [quotientOf(x), quotientOf(y)];
  if (!a || !b || rootKey(a.root) !== rootKey(b.root)) return undefined;
  return build.div(op === "add" ? build.add(a.top, b.top) : build.sub(a.top, b.top), a.root);
}

/** `x/c` summed where c is a root that does not vary along the axes. */
function outOfSum(top: Node, root: Node, sum: Node): Node | undefined {
  const { axes } = paramsOf(sum, "sum");
  if (!isOp(root, "broadcast") || !isSteady(root, axes)) return undefined;
  return build.div(build.sum(top, axes), narrowed(root, keptAxes(top.shape.length, axes)));
}

/** Whether x/d is divided by a root and no direction, which stays one. */
function isOuter(x: Node, d: Node): boolean {
  const root = rootOf(d);
  return root !== undefined && !isDirection(x, root);
}

export const quotientRules: readonly Rule[] = [
  // where v is made of c
  finite("c·(s/√v) = (c/√v)·s", is("mul", any("x"), any("y")), ({ x, y }) => normalised(x, y) ?? normalised(y, x)),
  finite(
    "(x/√v)/n = (x/n)/√v",
    is("div", is("div", any("x"), any("d")), any("n")),
    ({ x, d, n }) => build.div(build.div(x, n), d),
    ({ d, n }) => rootOf(d) !== undefined && isCount(n),
  ),
  // c, d whole numbers, n an extent
  finite(
    "(x·(c/n))/d = x·(c/(n·d))",
    is("div", is("mul", any("x"), any("s")), constant("d")),
    ({ x, s, d }) => {
      const [c, n] = (scalarOf(s)?.inputs ?? []) as readonly Node[];
      const times = fillOf(d) as number;
      if (!c || !n || !isOp(n, "size") || fillOf(c) === undefined) return undefined;
      return build.mul(x, spread(build.div(c, build.count(x.graph, multiply(n.params.dim, times))), x));
    },
    ({ x, s, d }) => scalarOf(s)?.op === "div" && isCount(d) && !(isOp(x, "sum") && isCountOf(d, x)),
  ),
  // where v does not vary along the axes
  finite(
    "Σ x/√v = (Σ x)/√v",
    is("sum", is("div", any("x"), any("d"))),
    ({ x, d }, y) => outOfSum(x, d, y),
    ({ x, d }) => isOuter(x, d),
  ),
  finite(
    "Σ x·(y/√v) = (Σ x·y)/√v",
    is("sum", either("mul", any("x"), is("div", any("y"), any("d")))),
    ({ x, y, d }, sum) => outOfSum(build.mul(x, y), d, sum),
    ({ y, d }) => isOuter(y, d),
  ),
  finite("a/√v ± b/√v = (a ± b)/√v", is(["add", "sub"], open("x"), open("y")), ({ x, y }, { op }) => together(x, y, op)),
  finite("u + a/√v ± b/√v = u + (a ± b)/√v", is(["add", "sub"], either("add", any("u"), open("x")), open("y")), ({ u, x, y }, { op }) => {
    const first = together(x, y, op);
    return first && build.add(u, first);
  }),
  finite(
    "Σ (a ± x̂·c) = Σ a",
    is("sum", is(["add", "sub"], any("a"), any("m"))),
    ({ a }, sum) => build.sum(a, paramsOf(sum, "sum").axes),
    ({ m }, sum) => vanishesInSum(m, sum),
  ),
  finite(
    "Σ x̂·c = 0",
    is("sum", any("m")),
    (_, sum) => filled(sum, 0),
    ({ m }, sum) => vanishesInSum(m, sum),
  ),
  finite(
    "x·0 = 0",
    either("mul", any("x"), constant("zero")),
    (_, y) => filled(y, 0),
    ({ zero }) => fillOf(zero) === 0,
  ),
  finite(
    "0/n = 0",
    is("div", constant("zero"), any("n")),
    (_, y) => filled(y, 0),
    ({ zero, n }) => fillOf(zero) === 0 && (isCount(n) || rootOf(n) !== undefined),
  ),
  finite(
    "(a - x) - mean a = (a - mean a) - x",
    is("sub", as("inner", is(["add", "sub"], any("a"), any("x"))), any("mean")),
    ({ inner, a, x, mean }) => (inner.op === "add" ? build.add(build.sub(a, mean), x) : build.sub(build.sub(a, mean), x)),
    ({ a, mean }) => isMeanOf(mean, a),
  ),
  // in either order of what is taken away
  finite(
    "a - (x + mean a) = (a - mean a) - x",
    is("sub", any("a"), either("add", any("x"), any("mean"))),
    ({ a, x, mean }) => build.sub(build.sub(a, mean), x),
    ({ a, x, mean }) => isMeanOf(mean, a) && !isMeanOf(x, a),
  ),
];
