// Slopes of roots that are held off 0. Only to be read: they divide by what may be 0.
//
//   (s = 0 ? g : c·s^(-2/3))·x²   =>   c·s^(-2/3)·x²      where s = Σ |x|³, which is 0 only where each x is
import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp } from "../../ops/table.ts";
import { isNonNegative } from "../../rewrite/bounds.ts";
import { filled, fillOf } from "../../rewrite/fill.ts";
import { any, constant, is, made } from "../../rewrite/pattern.ts";
import { finite, type Rule } from "../../rewrite/rewrite.ts";
import { unheld, zeroIn } from "./lengths.ts";
import { factorsOf, productFrom, productOf, times } from "./products.ts";
import { restores } from "./softmax.ts";
import { vanishes, zerosOf } from "./zeros.ts";

/** Whether every element is at least 0: a square, a size, a product of such, one where it is not 0. */
function isSize(node: Node): boolean {
  if (isOp(node, "where")) return node.inputs.slice(1).every(isSize);
  return isNonNegative(node) || (isOp(node, "mul") && node.inputs.every(isSize));
}

/** What no sum of is 0 unless each is: the terms of which s is the sum, or that over something. */
function termsOf(s: Node): { readonly sum: Node; readonly terms: Node } | undefined {
  const sum = isOp(s, "div") ? elementAt(s.inputs, 0) : s;
  const terms = isOp(sum, "sum") ? elementAt(sum.inputs, 0) : undefined;
  return terms && isSize(terms) ? { sum, terms } : undefined;
}

/** What `factor`, repeated along the terms of a sum, is where that is not 0, and those terms. */
function guardedBy(factor: Node): { readonly slope: Node; readonly terms: Node } | undefined {
  const once = isOp(factor, "broadcast") ? elementAt(factor.inputs, 0) : factor;
  const [choice, divisor] = isOp(once, "div") ? (once.inputs as readonly [Node, Node]) : [once];
  const [condition, atZero, slope] = choice.inputs as readonly [Node, Node, Node];
  const s = isOp(choice, "where") && isOp(factor, "broadcast") ? zeroIn(condition) : undefined;
  // The root itself is s there.
  const found = s && s !== atZero ? termsOf(s) : undefined;
  if (!found || !restores(factor, found.sum)) return undefined;
  const { shape, params } = factor as Node<"broadcast", { readonly axes: readonly number[] }>;
  const unguarded = unheld(slope, condition);
  return { terms: found.terms, slope: build.broadcast(divisor ? build.div(unguarded, divisor) : unguarded, shape, params.axes) };
}

/** A product without the choice that one of its factors makes where another is 0. */
function unguarded(node: Node, sealed: ReadonlySet<Node>): Node | undefined {
  const product = factorsOf(node, sealed);
  for (const [at, factor] of product.factors.entries()) {
    const guard = sealed.has(factor) ? undefined : guardedBy(factor);
    if (!guard) continue;
    const zeros = new Set(zerosOf(guard.terms));
    if (!product.factors.some((other, i) => i !== at && vanishes(other, zeros))) continue;
    return productFrom(times({ ...product, factors: product.factors.filter((_, i) => i !== at) }, productOf(guard.slope, sealed)), node);
  }
  return undefined;
}

/** One over the power of the root of s that s^(1/p - 1) is, where that root has a name. */
function byRoot(s: Node, exponent: number): Node | undefined {
  const p = 1 / (1 + exponent);
  const power = Math.round(p) - 1;
  if (power < 2 || Math.abs(p - Math.round(p)) > 1e-5) return undefined;
  const condition = build.compare(s, filled(s, 0), "eq");
  const root = build.where(condition, s, build.pow(build.where(condition, filled(s, 1), s), filled(s, 1 / (power + 1))));
  if (!root.graph.names.has(root)) return undefined;
  const whole = Array.from({ length: power }, () => root).reduce((product, factor) => build.mul(product, factor));
  return build.div(filled(s, 1), whole);
}

/** Of what is not in `written`, which the definition wrote. */
export const rootRules = (written: ReadonlySet<Node>): readonly Rule[] => [
  finite(
    "(s = 0 ? g : y)·x = y·x",
    made(["mul", "div"], unguarded),
    ({ made }) => made,
    (_, node) => !written.has(node),
  ),
  // n = s^(1/p), by name
  finite(
    "s^(1/p - 1) = 1/n^(p-1)",
    is("pow", any("s"), constant("e")),
    ({ s, e }) => byRoot(s, fillOf(e) as number),
    (_, node) => !written.has(node),
  ),
];
