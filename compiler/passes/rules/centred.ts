// Values less their mean, whose sum vanishes: what the chain rule leaves of the mean in a variance.
import { product } from "../../ir/dim.ts";
import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp, type OpName } from "../../ops/table.ts";
import { fillOf, scalarOf } from "../../rewrite/fill.ts";
import { any, as, either, is } from "../../rewrite/pattern.ts";
import { finite, type Rule } from "../../rewrite/rewrite.ts";
import { paramsOf } from "./params.ts";
import { keptAxes } from "./reduction.ts";
import { restores } from "./softmax.ts";

// NaN and infinity pass through these, so that a value that is made of them still shows what was not finite.
const transparent: ReadonlySet<string> = new Set<OpName>(["add", "sub", "mul", "div", "neg", "sqrt", "sum", "broadcast", "reshape", "contract"]);
const depth = 12;

/** Whether `node` is computed from `source` by plain arithmetic, not far away. */
function shows(node: Node, source: Node): boolean {
  let layer = new Set([node]);
  for (let step = 0; step < depth && layer.size > 0; step++) {
    if (layer.has(source)) return true;
    layer = new Set([...layer].filter(({ op, id }) => transparent.has(op) && id > source.id).flatMap(({ inputs }) => inputs));
  }
  return false;
}

/** Whether `n` is the number of elements of `x` along `axes`, everywhere. */
function counts(n: Node, x: Node, axes: readonly number[]): boolean {
  const extent = product(axes.map((axis) => elementAt(x.shape, axis)));
  const scalar = scalarOf(n);
  return typeof extent === "number" ? fillOf(n) === extent : scalar !== undefined && isOp(scalar, "size") && scalar.params.dim === extent;
}

/** Whether `node` is `x - mean x` along `axes`. */
function isCentred(node: Node, axes: readonly number[]): boolean {
  const [x, repeated] = node.inputs;
  if (node.op !== "sub" || !x || !repeated || !isOp(repeated, "broadcast")) return false;
  const [total, n] = elementAt(repeated.inputs, 0).inputs;
  const mean = repeated.inputs[0]?.op === "div" && total !== undefined && n !== undefined && isOp(total, "sum") && total.inputs[0] === x;
  return mean && String(total.params.axes) === String(axes) && restores(repeated, total) && counts(n, x, axes);
}

/** The centred factor of a product whose other factors do not vary along the axes of `sum`. */
function centredFactor(product: Node, sum: Node): Node | undefined {
  const { axes } = paramsOf(sum, "sum");
  const kept = keptAxes(product.shape.length, axes);
  const steady = (f: Node) => isOp(f, "broadcast") && f.params.axes.every((axis) => kept.includes(axis));
  let rest = product;
  while (rest.op === "mul") {
    const [x, y] = rest.inputs as readonly [Node, Node];
    if (!steady(x) && !steady(y)) return undefined;
    rest = steady(y) ? x : y;
  }
  return isCentred(rest, axes) ? rest : undefined;
}

const vanishes = (product: Node, other: Node, sum: Node): boolean => {
  const centred = centredFactor(product, sum);
  return centred !== undefined && shows(other, centred);
};

export const centredRules: readonly Rule[] = [
  // where a shows an x that is not finite
  finite(
    "Σ (a + (x - mean x)·c) = Σ a",
    is("sum", either("add", any("a"), as("m", is("mul")))),
    ({ a }, y) => build.sum(a, paramsOf(y, "sum").axes),
    ({ a, m }, y) => vanishes(m, a, y),
  ),
  finite(
    "Σ (a - (x - mean x)·c) = Σ a",
    is("sum", is("sub", any("a"), as("m", is("mul")))),
    ({ a }, y) => build.sum(a, paramsOf(y, "sum").axes),
    ({ a, m }, y) => vanishes(m, a, y),
  ),
  finite(
    "Σ ((x - mean x)·c - a) = -Σ a",
    is("sum", is("sub", as("m", is("mul")), any("a"))),
    ({ a }, y) => build.neg(build.sum(a, paramsOf(y, "sum").axes)),
    ({ a, m }, y) => vanishes(m, a, y),
  ),
];
