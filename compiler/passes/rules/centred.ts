// Values less their mean, whose sum vanishes: what the chain rule leaves of the mean in a variance.
import { product } from "../../ir/dim.ts";
import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp, type OpName } from "../../ops/table.ts";
import { fillOf, scalarOf } from "../../rewrite/fill.ts";
import { any, as, either, is } from "../../rewrite/pattern.ts";
import { finite, type Rule } from "../../rewrite/rewrite.ts";
import { quotientIn } from "./lengths.ts";
import { paramsOf } from "./params.ts";
import { restores } from "./softmax.ts";

// NaN and infinity pass through these, so that a value that is made of them still shows what was not finite.
const transparent: ReadonlySet<string> = new Set<OpName>(["add", "sub", "mul", "div", "neg", "sqrt", "sum", "broadcast", "reshape", "contract"]);
const depth = 12;

/** Whether `node` is computed from `source` by plain arithmetic, not far away. */
export function shows(node: Node, source: Node): boolean {
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

/** Whether `node` is the mean of something. */
export function isMean(node: Node): boolean {
  const [total, n] = node.inputs;
  return isOp(node, "div") && isOp(total as Node, "sum") && isCountOf(n as Node, total as Node);
}

/** Whether `n` is how many elements the sum `total` adds up to one. */
export const isCountOf = (n: Node, total: Node): boolean => counts(n, elementAt(total.inputs, 0), paramsOf(total, "sum").axes);

/** Whether `repeated` is the mean of x, along `axes` where they are stated, in the shape of x. */
export function isMeanOf(repeated: Node, x: Node, axes?: readonly number[]): boolean {
  if (!isOp(repeated, "broadcast")) return false;
  const [total, n] = elementAt(repeated.inputs, 0).inputs;
  if (repeated.inputs[0]?.op !== "div" || !total || !n || !isOp(total, "sum") || total.inputs[0] !== x) return false;
  const along = axes === undefined || String(total.params.axes) === String(axes);
  return along && restores(repeated, total) && counts(n, x, total.params.axes);
}

/** Whether `node` is `x - mean x` along `axes`. */
function isCentred(node: Node, axes: readonly number[]): boolean {
  const [x, repeated] = node.inputs;
  return node.op === "sub" && x !== undefined && repeated !== undefined && isMeanOf(repeated, x, axes);
}

/** Whether `node` does not vary along `axes`. */
export const isSteady = (node: Node, axes: readonly number[]): boolean =>
  isOp(node, "broadcast") && node.params.axes.every((axis) => !axes.includes(axis));

/** The centred factor of a product whose other factors do not vary along the axes of `sum`. */
function centredFactor(product: Node, sum: Node): Node | undefined {
  const { axes } = paramsOf(sum, "sum");
  let rest = product;
  while (rest.op === "mul") {
    const [x, y] = rest.inputs as readonly [Node, Node];
    if (!isSteady(x, axes) && !isSteady(y, axes)) return undefined;
    rest = isSteady(y, axes) ? x : y;
  }
  return isCentred(rest, axes) ? rest : undefined;
}

/** Whether `node`, a product or quotient of a centred value and of others that do not vary along the axes of `sum`, adds up to 0. */
export function vanishesInSum(node: Node, sum: Node): boolean {
  const { axes } = paramsOf(sum, "sum");
  let rest = node;
  for (let inner = quotientIn(rest) ?? rest; inner.op === "mul" || inner.op === "div"; inner = quotientIn(rest) ?? rest) {
    const [x, y] = inner.inputs as readonly [Node, Node];
    if (isSteady(y, axes)) rest = x;
    else if (inner.op === "mul" && isSteady(x, axes)) rest = y;
    else return false;
  }
  return isCentred(rest, axes);
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
