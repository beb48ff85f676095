// Common factors of what the chain rule adds up or chooses between, each written once. Only to be read: a sum may overflow where its terms do not.
//
//   g·s + g·z·s·(1 - s)   =>   g·s·(1 + z·(1 - s))          c ? g : g·e   =>   g·(c ? 1 : e)
import { coefficientOf } from "../../ir/dim.ts";
import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import type { Relation } from "../../ops/params.ts";
import { isOp } from "../../ops/table.ts";
import { filled, fillOf } from "../../rewrite/fill.ts";
import { any, as, constant, either, fill, is, made, open } from "../../rewrite/pattern.ts";
import { finite, type Rule } from "../../rewrite/rewrite.ts";
import { negated } from "./arithmetic.ts";
import { isCountOf, isSteady } from "./centred.ts";
import { isSameLiteral, literal, sidesOf } from "./choices.ts";
import { narrowed } from "./order.ts";
import { paramsOf } from "./params.ts";
import { commonOf, type Product, productFrom, productOf, scaled, withFactor, within } from "./products.ts";
import { keptAxes } from "./reduction.ts";

/** `ratio` as a number of few digits, where it is one. */
function shortly(ratio: number): number | undefined {
  const short = Number(ratio.toPrecision(5));
  return Math.abs(short - ratio) <= 1e-12 * Math.abs(ratio) && String(short).length <= 6 ? short : undefined;
}

/** What extents are times, by which `2/(batch·2)` is shortened. */
const timesOf = (counts: readonly Node[]): number =>
  counts.reduce((times, count) => times * (isOp(count, "size") ? coefficientOf(count.params.dim) : 1), 1);

const divisorOf = (a: number, b: number): number => (b === 0 ? a : divisorOf(b, a % b));

/** The common factor of two numbers, above 0, and what is left of both: for whole numbers their divisor, else the larger where the other is short beside it. */
function numbersOf(a: number, b: number, counts: readonly Node[]): readonly [common: number, left: number, right: number] {
  const [sizeA, sizeB] = [Math.abs(a), Math.abs(b)];
  const by = (common: number) => [common, a / common, b / common] as const;
  if (sizeA === sizeB) return by(sizeA);
  const [larger, smaller, times] = [Math.max(sizeA, sizeB), Math.min(sizeA, sizeB), timesOf(counts)];
  const isCancelled = times > 1 && larger % times === 0;
  if (Number.isInteger(a) && Number.isInteger(b) && !isCancelled) return by(divisorOf(larger, smaller));
  if (counts.length === 0) return by(1);
  const short = shortly(smaller / larger);
  if (short === undefined) return by(times);
  return sizeA > sizeB ? [sizeA, Math.sign(a), Math.sign(b) * short] : [sizeB, Math.sign(a) * short, Math.sign(b)];
}

/** Two values by what they have in common as products; undefined where that is nothing but a number or a condition. */
function factored(x: Node, y: Node, sealed: ReadonlySet<Node>): readonly [common: Product, left: Product, right: Product] | undefined {
  const ofY = within(y, sealed);
  const both = [...within(x, sealed)].filter((node) => ofY.has(node));
  const whole = new Set([...sealed, ...both]);
  const [common, left, right] = commonOf(productOf(x, whole), productOf(y, whole));
  if (common.factors.length + common.counts.length + common.divisors.length === 0) return undefined;
  const [number, numberA, numberB] = numbersOf(left.number, right.number, common.counts);
  return [
    { ...common, number },
    { ...left, number: numberA },
    { ...right, number: numberB },
  ];
}

/** `x ± y` by their common factors, or by those of y and a term of x that is divided by the same extents. */
function factoredSum(node: Node, sealed: ReadonlySet<Node>): Node | undefined {
  const [x, y] = node.inputs as readonly [Node, Node];
  const sign = isOp(node, "add") ? 1 : -1;
  const found = sumByFactors(x, y, sign, sealed, false);
  if (found || sealed.has(x) || x.graph.names.has(x) || !(isOp(x, "add") || isOp(x, "sub"))) return found;
  const [first, second] = x.inputs as readonly [Node, Node];
  const last = isOp(x, "add") ? sumByFactors(second, y, sign, sealed, true) : sumByFactors(second, y, -sign, sealed, true);
  if (last) return isOp(x, "add") ? build.add(first, last) : build.sub(first, last);
  const both = sumByFactors(first, y, sign, sealed, true);
  return both && (isOp(x, "add") ? build.add(both, second) : build.sub(both, second));
}

/** `x + y`, or `x - y` with a sign of -1, by their common factors, with `byExtents` where extents are among them. */
function sumByFactors(x: Node, y: Node, sign: number, sealed: ReadonlySet<Node>, byExtents: boolean): Node | undefined {
  const found = factored(x, y, sealed);
  if (!found || (byExtents && found[0].counts.length === 0)) return undefined;
  const [common, left, right] = found;
  const rest = sumOf(left, scaled(right, sign), x);
  return rest && build.mul(productFrom(common, x), rest);
}

const isNumber = ({ factors, counts, divisors, choices }: Product): boolean =>
  factors.length + counts.length + divisors.length + choices.length === 0;

/** `a + b`, or a difference where one of the two is below 0. */
function sumOf(a: Product, b: Product, like: Node): Node | undefined {
  if ((a.number < 0 && b.number < 0) || (isNumber(a) && isNumber(b) && a.number === -b.number)) return undefined;
  if (b.number < 0) return build.sub(productFrom(a, like), productFrom(scaled(b, -1), like));
  return a.number < 0 ? build.sub(productFrom(b, like), productFrom(scaled(a, -1), like)) : build.add(productFrom(a, like), productFrom(b, like));
}

function factoredChoice({ inputs }: Node, sealed: ReadonlySet<Node>): Node | undefined {
  const [condition, x, y] = inputs as readonly [Node, Node, Node];
  const found = factored(x, y, sealed);
  if (!found) return undefined;
  const [common, left, right] = found;
  return build.mul(productFrom(common, x), build.where(condition, productFrom(left, x), productFrom(right, x)));
}

/** A sum of products times what does not vary along its axes, and divided by what does not. */
function summed(sum: Node, sealed: ReadonlySet<Node>): Node | undefined {
  const x = elementAt(sum.inputs, 0);
  const { axes } = paramsOf(sum, "sum");
  const { number, counts, factors, divisors, choices } = productOf(x, sealed);
  const [steady, varying] = [factors.filter((factor) => isSteady(factor, axes)), factors.filter((factor) => !isSteady(factor, axes))];
  const isKept = varying.length === 0 || x.shape.length === axes.length;
  const isNumber = factors.length + divisors.length + choices.length === 0;
  if (isNumber || (counts.length === 0 && (isKept || steady.length === 0))) return undefined;
  const totalOf = (all: readonly Node[]) => build.sum(productFrom({ number: 1, counts: [], factors: all, divisors, choices }, x), axes);
  const left = isKept ? factors : varying;
  // Either order may be the one that has a name.
  const total = [totalOf(left), totalOf([...left].reverse())].find((each) => each.graph.names.has(each)) ?? totalOf(left);
  const before = isKept ? [] : steady.map((factor) => narrowed(factor, keptAxes(x.shape.length, axes)));
  return productFrom({ number, counts, factors: [...before, total], divisors: [], choices: [] }, sum);
}

const other: { readonly [K in Relation]?: Relation } = { lt: "gt", gt: "lt" };

/** The product `f` with what it chooses where two values are equal, where the choice by their order `order` is made in it too. */
const tiedIn = (f: Node, order: Node): Node | undefined =>
  withFactor(f, (node) => {
    const [condition, tie, untied] = node.inputs as readonly [Node, Node, Node];
    const relation = isOp(order, "compare") ? other[order.params.relation] : undefined;
    const isTie = isOp(node, "where") && isOp(condition, "compare") && condition.params.relation === "eq" && isSame(condition.inputs, order.inputs);
    if (!isTie || !relation) return undefined;
    const [a, b] = order.inputs as readonly [Node, Node];
    const slope = (half: Node, whole: Node) => build.where(condition, half, build.where(build.compare(a, b, relation), whole, filled(whole, 0)));
    const all = fillOf(untied) ?? 1;
    return all === 1 || fillOf(tie) !== all / 2 ? slope(tie, untied) : build.mul(filled(untied, all), slope(filled(tie, 0.5), filled(untied, 1)));
  });

/** The product `f`, 0 where neither of the two conditions in `condition` holds, as a choice by the one of them by which it chooses already. */
const eitherIn = (f: Node, condition: Node): Node | undefined =>
  withFactor(f, (node) => {
    const isRepeated = isOp(node, "broadcast") && isOp(condition, "broadcast") && String(node.params.axes) === String(condition.params.axes);
    const [choice, either] = isRepeated ? [elementAt(node.inputs, 0), elementAt(condition.inputs, 0)] : [node, condition];
    const [a, x, y] = choice.inputs as readonly [Node, Node, Node];
    const sides = isOp(choice, "where") && choice.dtype === "f32" ? sidesOf(literal(either)) : [];
    const at = sides.findIndex((side) => isSameLiteral(side, literal(a)));
    const second = sides[1 - at];
    if (at < 0 || !second) return undefined;
    const [zero, isSo] = [filled(y, 0), second.holds];
    const chosen = build.where(a, x, build.where(second.condition, isSo ? y : zero, isSo ? zero : y));
    return isRepeated ? build.broadcast(chosen, node.shape, paramsOf(node, "broadcast").axes) : chosen;
  });

const isSame = (a: readonly Node[], b: readonly Node[]): boolean => a.every((node, i) => node === b[i]);

/** Of what is not in `written`, which the definition wrote. */
export const factorRules = (written: ReadonlySet<Node>): readonly Rule[] => {
  const isDerived = (_: unknown, node: Node): boolean => !written.has(node);
  return [
    finite("a·f + b·f = f·(a + b)", made(["add"], factoredSum), ({ made }) => made, isDerived),
    finite("a·f - b·f = f·(a - b)", made(["sub"], factoredSum), ({ made }) => made, isDerived),
    finite("c ? a·f : b·f = f·(c ? a : b)", made(["where"], factoredChoice), ({ made }) => made, isDerived),
    finite("Σ x·(c/n) = (Σ x)·(c/n)", made(["sum"], summed), ({ made }) => made, isDerived),
    finite(
      "(Σ x)·f/n = ((Σ x)/n)·f",
      is("div", either("mul", as("total", is("sum")), any("f")), any("n")),
      ({ total, f, n }) => build.mul(build.div(total, n), f),
      ({ total, f, n }, node) => isCountOf(n, total) && isDerived(f, node),
    ),
    finite("x - x = 0", is("sub", any("x"), any("x")), (_, node) => filled(node, 0), isDerived),
    finite(
      "x + (-x) = 0",
      is("add", any("x"), any("y")),
      (_, node) => filled(node, 0),
      ({ x, y }, node) => (negated(x) === y || negated(y) === x) && isDerived(x, node),
    ),
    finite("0·x = 0", either("mul", fill(0), any("x")), (_, node) => filled(node, 0), isDerived),
    finite(
      "(a - b) + (b - c) = a - c",
      either("add", is("sub", any("a"), any("b")), is("sub", any("b"), any("c"))),
      ({ a, c }) => build.sub(a, c),
      isDerived,
    ),
    finite(
      "x < y ? 0 : f·(x = y ? a : b) = f·(x = y ? a : x > y ? b : 0)",
      is("where", any("c"), fill(0), open("f")),
      ({ c, f }) => tiedIn(f, c),
      isDerived,
    ),
    finite("a ∨ b ? f·(a ? x : y) : 0 = f·(a ? x : b ? y : 0)", is("where", any("c"), open("f"), fill(0)), ({ c, f }) => eitherIn(f, c), isDerived),
    // where that has a name
    finite(
      "sigmoid(-x) = 1 - sigmoid(x)",
      is("sigmoid", is("neg", any("x"))),
      ({ x }) => build.sub(filled(x, 1), build.sigmoid(x)),
      ({ x }, node) => isDerived(x, node) && x.graph.names.has(build.sigmoid(x)),
    ),
    finite(
      "(1 - a)·b - a·(1 - b) = b - a",
      is("sub", either("mul", is("sub", fill(1), any("a")), any("b")), either("mul", any("a"), is("sub", fill(1), any("b")))),
      ({ a, b }) => build.sub(b, a),
      isDerived,
    ),
    finite(
      "x - (c - x) = x·2 - c",
      is("sub", any("x"), is("sub", constant("c"), any("x"))),
      ({ x, c }) => build.sub(build.mul(x, filled(x, 2)), c),
      isDerived,
    ),
    finite(
      "c - (c - x) = x",
      is("sub", constant("c"), is("sub", constant("d"), any("x"))),
      ({ x }) => x,
      ({ c, d }, node) => fillOf(c) === fillOf(d) && isDerived(c, node),
    ),
  ];
};
