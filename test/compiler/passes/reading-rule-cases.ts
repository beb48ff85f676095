// The same of the rules that are only for reading.
import { elementAt } from "../../../compiler/ir/element.ts";
import { nameNode } from "../../../compiler/ir/graph.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import * as b from "../../../compiler/ops/build.ts";
import { cancellingRule, namedQuotientRule } from "../../../compiler/passes/rules/cancelling.ts";
import { choiceRules } from "../../../compiler/passes/rules/choices.ts";
import { directionRules } from "../../../compiler/passes/rules/directions.ts";
import { factorRules } from "../../../compiler/passes/rules/factors.ts";
import { toldFoldingRule } from "../../../compiler/passes/rules/folding.ts";
import { keptAxisRule } from "../../../compiler/passes/rules/kept-axis.ts";
import { lossRules } from "../../../compiler/passes/rules/losses.ts";
import { meanRule } from "../../../compiler/passes/rules/means.ts";
import { movementToRead } from "../../../compiler/passes/rules/movement.ts";
import { orientedRule } from "../../../compiler/passes/rules/oriented.ts";
import { ownPlaceRules } from "../../../compiler/passes/rules/own-places.ts";
import { quotientRules } from "../../../compiler/passes/rules/quotients.ts";
import { rootRules } from "../../../compiler/passes/rules/roots.ts";
import { sharedRule, shareRules } from "../../../compiler/passes/rules/shares.ts";
import { smoothedRules } from "../../../compiler/passes/rules/smoothed.ts";
import { wholeShareRule } from "../../../compiler/passes/rules/whole-shares.ts";
import { filled } from "../../../compiler/rewrite/fill.ts";
import type { Rule } from "../../../compiler/rewrite/rewrite.ts";
import { along, type Case, centred, count, every, lengthOf, not, perRow, rowSum, softmax } from "./rule-graphs.ts";
import { sourcesOf } from "./sources.ts";

const checkedIndex = new Map([[sourcesOf().i, { lower: 0, upper: 4, except: 3 }]]);

export const readingRules: readonly Rule[] = [
  ...choiceRules,
  ...shareRules,
  ...directionRules,
  orientedRule,
  ...quotientRules,
  toldFoldingRule,
  ...movementToRead,
  ...lossRules,
  ...rootRules(new Set()),
  sharedRule(new Set()),
  wholeShareRule(new Set()),
  meanRule(new Set()),
  cancellingRule(new Set()),
  namedQuotientRule(new Set()),
  ...ownPlaceRules(new Set()),
  ...factorRules(new Set()),
  ...smoothedRules(checkedIndex),
  keptAxisRule([b.reshape(b.sum(sourcesOf().x, [1]), ["batch", 1])]),
];

const isKnown = (x: Node) => b.compare(x, x, "eq");
const ordered = (c: Node, x: Node, y: Node) => b.where(c, b.compare(x, y, "ge"), b.compare(x, y, "gt"));
const isZero = (s: Node) => b.compare(s, filled(s, 0), "eq");
const held = (s: Node) => b.where(isZero(s), filled(s, 1), s);
const norm = (x: Node) => {
  const s = rowSum(b.mul(x, x));
  return b.where(isZero(s), s, b.sqrt(held(s)));
};
const slope = (g: Node, s: Node) => b.where(isZero(s), g, b.div(g, b.mul(b.sqrt(held(s)), filled(s, 2))));
const overNorm = (x: Node) => b.div(x, perRow(norm(x), x));
const direction = (x: Node) => b.where(perRow(isZero(norm(x)), x), filled(x, 0), overNorm(x));
const aboveLeast = (x: Node) => perRow(b.compare(norm(x), filled(norm(x), 1e-8), "ge"), x);

const sumOfExp = (x: Node) => perRow(rowSum(b.exp(x)), x);
const either = (a: Node, c: Node) => b.compare(not(a), c, "le");
const half = (x: Node, y: Node) => b.where(b.compare(x, y, "eq"), filled(x, 0.5), filled(x, 1));

const smoothed = (i: Node, own: number, each: number) => {
  const hit = b.oneHot(i, 4);
  return b.sum(b.add(b.mul(hit, filled(hit, own)), filled(hit, each)), [1]);
};
const ofUsed = (i: Node, total: Node, row: Node) => b.where(b.compare(i, filled(i, 3), "ne"), b.mul(total, row), filled(row, 0));
const isPositive = (row: Node) => b.compare(row, filled(row, 0), "gt");
const weighted = (x: Node, s: Node) => b.where(isPositive(rowSum(x)), every(s, rowSum(x)), filled(rowSum(x), 0));

/** Where a place is the own one of x among those along its last axis. */
const isOwn = (i: Node, x: Node) => b.compare(b.broadcast(i, x.shape, [0]), b.iota(x.graph, x.shape, 1), "eq");
const isSomewhere = (own: Node) => b.cast(rowSum(b.cast(own, "i32")), "bool");

const positive = (x: Node) => b.maximum(x, filled(x, 0));

export const readingCases: Record<string, Case> = {
  "c ? x : y = y": {
    fires: ({ x, y }) => b.where(isZero(x), b.mul(positive(x), y), positive(x)),
    stays: ({ x, y }) => b.where(isZero(x), b.mul(positive(x), y), positive(y)),
  },
  "e·(a/Σe ± b/Σe) = (e/Σe)·(a ± b)": {
    fires: ({ x, y }) => b.mul(b.exp(x), b.sub(b.div(y, sumOfExp(x)), b.neg(perRow(b.div(rowSum(y), rowSum(b.exp(x))), x)))),
    stays: ({ x, y }) => b.mul(b.exp(x), b.sub(b.div(y, sumOfExp(x)), b.div(y, sumOfExp(y)))),
  },
  "(Σ x)·(c/(n·d)) = (Σ x / n)·(c/d)": {
    fires: ({ x, y }) => b.mul(b.mul(perRow(rowSum(x), x), y), filled(x, 2 / 3)),
    stays: ({ x, y }) => b.mul(b.mul(perRow(rowSum(x), x), y), filled(x, 0.5)),
  },
  "(s = 0 ? g : y)·x = y·x": {
    fires: ({ x, y }) => b.mul(perRow(slope(filled(rowSum(x), 1), rowSum(b.abs(x))), x), b.mul(b.sign(x), y)),
    stays: ({ x, y }) => b.mul(perRow(slope(filled(rowSum(x), 1), rowSum(b.abs(x))), x), b.sign(y)),
  },
  "s^(1/p - 1) = 1/n^(p-1)": {
    fires: ({ x }) => {
      const s = rowSum(b.abs(x));
      nameNode(b.where(isZero(s), s, b.pow(held(s), filled(s, 1 / 3))), { text: "n" });
      return b.pow(s, filled(s, -2 / 3));
    },
    stays: ({ x }) => b.pow(rowSum(b.mul(x, x)), filled(rowSum(x), -2 / 3)),
  },
  "(Σ x·e)/Σe = Σ x·(e/Σe)": {
    fires: ({ x, y }) => b.div(rowSum(b.mul(y, b.exp(x))), rowSum(b.exp(x))),
    stays: ({ x, y }) => b.div(rowSum(b.mul(y, b.exp(y))), rowSum(b.exp(x))),
  },
  "axes that a value kept": {
    fires: ({ x }) => perRow(rowSum(x), x),
    stays: ({ x }) => b.broadcast(rowSum(x), ["batch", 2, 3], [0]),
  },
  "x(a - b) ± y·(b - a) = x(a - b) ∓ y·(a - b)": {
    fires: ({ x, y }) => b.add(b.sub(x, y), b.mul(perRow(rowSum(b.mul(b.sub(y, x), x)), x), y)),
    stays: ({ x, y }) => b.add(b.sub(x, y), b.mul(perRow(rowSum(b.mul(b.sub(x, y), x)), x), y)),
  },
  "Σ c·t/s = c": {
    fires: ({ x, y }) => rowSum(b.div(b.mul(filled(x, 2), b.mul(y, b.abs(x))), perRow(rowSum(b.mul(b.abs(x), y)), x))),
    stays: ({ x, y }) => rowSum(b.div(b.mul(y, b.abs(x)), perRow(rowSum(b.mul(x, y)), x))),
  },
  "softplus(z) - z = softplus(-z)": { fires: ({ x }) => b.sub(b.softplus(x), x), stays: ({ x, y }) => b.sub(b.softplus(x), y) },
  "slice(broadcast(x)) = broadcast(slice(x))": {
    fires: ({ x }) => b.slice(b.broadcast(x, ["batch", 3, 4], [0, 1]), [0, 1, 2], ["batch", 2, 2]),
    stays: ({ x }) => b.slice(x, [0, 1], ["batch", 2]),
  },
  "axes of extent 1 that change places": {
    fires: ({ x }) => b.permute(b.reshape(x, ["batch", 1, 3]), [0, 2, 1]),
    stays: ({ x }) => b.permute(b.reshape(x, ["batch", 1, 3]), [2, 1, 0]),
  },
  "reshape(x)·reshape(y) = reshape(x·yᵀ)": {
    fires: ({ v }) => b.mul(b.reshape(b.exp(b.reshape(v, [1, 3])), [3]), b.reshape(b.exp(b.reshape(v, [3, 1])), [3])),
    stays: ({ v }) => b.mul(v, b.reshape(b.exp(b.reshape(v, [3, 1])), [3])),
  },
  "a product of numbers as they are told": { fires: ({ x }) => b.mul(filled(x, 0.1), filled(x, 0.05)), stays: ({ x }) => b.mul(x, filled(x, 0.05)) },
  "Σ e/Σe = 1": { fires: ({ x }) => rowSum(softmax(x)), stays: ({ x }) => b.sum(softmax(x), [0]) },
  "(g·l)·(l = 0 ? 0 : x/l) = g·x": {
    fires: ({ x, y }) => b.mul(perRow(b.mul(rowSum(y), norm(x)), x), direction(x)),
    stays: ({ x, y }) => b.mul(perRow(b.mul(rowSum(y), norm(y)), x), direction(x)),
  },
  "i = j ? g : 0 = g·onehot(i)": {
    fires: ({ i, x }) => b.where(isOwn(i, x), x, filled(x, 0)),
    stays: ({ i, x }) => b.where(b.compare(b.broadcast(i, x.shape, [0]), b.iota(x.graph, x.shape, 1), "le"), x, filled(x, 0)),
  },
  "c ? (Σ c > 0 ? g : x) : y = c ? g : y": {
    fires: ({ i, x, y }) => b.where(isOwn(i, x), perRow(b.where(isSomewhere(isOwn(i, x)), rowSum(x), rowSum(y)), x), y),
    stays: ({ i, c, x, y }) => b.where(isOwn(i, x), perRow(b.where(isSomewhere(c), rowSum(x), rowSum(y)), x), y),
  },
  "(x·y)/d = (x/d)·y": {
    fires({ x, y, v }) {
      const d = along(b.sqrt(b.add(b.mul(v, v), filled(v, 1))), x);
      nameNode(b.div(x, d), { text: "q" });
      return b.div(b.mul(x, y), b.mul(d, filled(x, 3)));
    },
    stays: ({ x, y, v }) => b.div(b.mul(x, y), along(b.exp(v), x)),
  },
  "x·(c/(x·y)) = c/y": {
    fires: ({ x, y }) => b.mul(b.div(y, b.div(filled(x, 0.5), x)), b.div(filled(x, 0.5), b.mul(x, x))),
    stays: ({ x, y }) => b.mul(x, b.div(filled(x, 0.5), b.mul(y, y))),
  },
  "x - x = 0": { fires: ({ x }) => b.sub(x, x), stays: ({ x, y }) => b.sub(x, y) },
  "x + (-x) = 0": { fires: ({ x }) => b.add(b.neg(x), x), stays: ({ x, y }) => b.add(b.neg(y), x) },
  "0·x = 0": { fires: ({ x }) => b.mul(filled(x, 0), x), stays: ({ x }) => b.mul(filled(x, 2), x) },
  "c ? (Σ_v (a·onehot(i)_v + (1 - a)/n))·k : 0 = c ? k : 0": {
    fires: ({ x, i }) => ofUsed(i, smoothed(i, 0.6, 0.1), rowSum(x)),
    stays: ({ x, i }) => ofUsed(i, smoothed(i, 0.6, 0.2), rowSum(x)),
  },
  "p·(c ? k : 0) - (c ? t·k : 0) = (p - t)·(c ? k : 0)": {
    fires: ({ x, y, s }) =>
      b.sub(b.mul(b.exp(y), perRow(weighted(x, s), x)), b.where(perRow(isPositive(rowSum(x)), x), b.mul(x, every(s, x)), filled(x, 0))),
    stays: ({ x, y, s }) =>
      b.sub(b.mul(b.exp(y), perRow(weighted(x, s), x)), b.where(perRow(isPositive(rowSum(y)), x), b.mul(x, every(s, x)), filled(x, 0))),
  },
  "c ? x : 0 = x": {
    fires: ({ x, c }) => b.where(c, b.mul(b.neg(b.where(c, x, filled(x, 0))), x), filled(x, 0)),
    stays: ({ x, c }) => b.where(not(c), b.where(c, x, filled(x, 0)), filled(x, 0)),
  },
  "c ? x : y/(k·√(c ? z : v)) = c ? x : y/(k·√v)": {
    fires: ({ x, y, c }) => b.where(c, filled(x, 0), b.div(y, b.mul(filled(x, 2), b.sqrt(b.where(c, filled(x, 1), b.mul(x, x)))))),
    stays: ({ x, y, c }) => b.where(c, filled(x, 0), b.div(y, b.mul(filled(x, 2), b.sqrt(b.where(not(c), filled(x, 1), b.mul(x, x)))))),
  },
  "x ≠ x ? (y = y ∨ c) : (c ? x ≥ y : x > y) = c ? x ≥ y : x > y": {
    fires: ({ x, y, c }) => b.where(b.compare(x, x, "ne"), b.where(isKnown(y), isKnown(y), c), ordered(c, x, y)),
    stays: ({ x, y, c }) => b.where(b.compare(x, x, "ne"), not(c), ordered(c, x, y)),
  },
  "reshape(-x)·y = -(reshape(x)·y)": {
    fires: ({ x, v }) => b.mul(b.reshape(b.neg(v), [1, 3]), b.reshape(b.sum(x, [0]), [1, 3])),
    stays: ({ x }) => b.mul(b.reshape(x, ["batch·3"]), b.reshape(x, ["batch·3"])),
  },
  "(s = 0 ? g : g/(k·√s))·x = (g/k)·(l = 0 ? 0 : x/l)": {
    fires: ({ x, y }) => b.mul(perRow(slope(rowSum(y), rowSum(b.mul(x, x))), x), x),
    stays: ({ x, y }) => b.mul(perRow(slope(rowSum(y), rowSum(b.mul(x, x))), x), y),
  },
  "(a/(b·l))·l = a/b": {
    fires: ({ x, y }) => {
      const lengths = b.mul(norm(x), norm(y));
      return b.mul(b.mul(rowSum(x), b.div(b.div(rowSum(b.mul(x, y)), lengths), lengths)), norm(y));
    },
    stays: ({ x, y }) => b.mul(b.div(rowSum(x), b.mul(norm(x), norm(y))), norm(y)),
  },
  "(l = 0 ? 0 : x/l)·y = (x/l)·y": {
    fires: ({ x, y }) => b.mul(perRow(rowSum(b.mul(overNorm(x), y)), x), b.neg(direction(x))),
    stays: ({ x, y }) => b.mul(perRow(rowSum(b.mul(x, y)), x), direction(x)),
  },
  "l ≥ ε ? (l = 0 ? 0 : x/l) : 0 = l ≥ ε ? x/max(l, ε) : 0": {
    fires: ({ x, y }) => b.where(aboveLeast(x), b.neg(b.mul(y, direction(x))), filled(x, 0)),
    stays: ({ x, y }) => b.where(aboveLeast(x), b.mul(x, direction(y)), filled(x, 0)),
  },
  "c ? x/l : 0 = (c ? x : 0)/l": {
    fires: ({ x, y, c }) => b.where(c, b.div(y, perRow(norm(x), x)), filled(x, 0)),
    stays: ({ x, y, c }) => b.where(c, b.div(y, perRow(lengthOf(x), x)), filled(x, 0)),
  },
  "(x·(c/n))/d = x·(c/(n·d))": {
    fires: ({ x }) => b.div(b.mul(x, every(count(x, 2), x)), filled(x, 3)),
    stays: ({ x }) => b.div(b.mul(x, every(count(x, 2), x)), filled(x, 0.5)),
  },
  "c·(s/√v) = (c/√v)·s": {
    fires: ({ x, y }) => b.mul(perRow(b.div(b.div(rowSum(y), lengthOf(x)), lengthOf(x)), x), x),
    stays: ({ x, y }) => b.mul(perRow(b.div(rowSum(x), lengthOf(y)), x), x),
  },
  "(x/√v)/n = (x/n)/√v": {
    fires: ({ x }) => b.div(b.div(rowSum(x), lengthOf(x)), filled(rowSum(x), 3)),
    stays: ({ x }) => b.div(b.div(rowSum(x), lengthOf(x)), filled(rowSum(x), 0.5)),
  },
  "Σ x/√v = (Σ x)/√v": {
    fires: ({ x, y }) => rowSum(b.div(y, perRow(lengthOf(x), x))),
    stays: ({ x, y }) => b.sum(b.div(y, perRow(lengthOf(x), x)), [0]),
  },
  "Σ x·(y/√v) = (Σ x·y)/√v": {
    fires: ({ x, y }) => rowSum(b.mul(y, b.div(x, perRow(lengthOf(x), x)))),
    stays: ({ x, y }) => b.sum(b.mul(y, b.div(x, perRow(lengthOf(x), x))), [0]),
  },
  "a/√v ± b/√v = (a ± b)/√v": {
    fires: ({ x, y }) => b.sub(b.div(y, perRow(lengthOf(x), x)), perRow(b.div(rowSum(y), lengthOf(x)), x)),
    stays: ({ x, y }) => b.sub(b.div(y, perRow(lengthOf(x), x)), b.div(y, perRow(lengthOf(y), x))),
  },
  "u + a/√v ± b/√v = u + (a ± b)/√v": {
    fires: ({ x, y }) => b.add(b.add(x, b.div(y, perRow(lengthOf(x), x))), b.div(x, perRow(lengthOf(x), x))),
    stays: ({ x, y }) => b.add(b.add(x, b.div(y, perRow(lengthOf(x), x))), x),
  },
  "Σ (a ± x̂·c) = Σ a": {
    fires: ({ x, y, v }) => b.sum(b.sub(y, b.mul(b.div(centred(x), along(v, x)), along(v, x))), [0]),
    stays: ({ x, y }) => b.sum(b.sub(y, b.mul(centred(x), y)), [0]),
  },
  "Σ x̂·c = 0": {
    fires: ({ x, v }) => b.sum(b.mul(centred(x), along(v, x)), [0]),
    stays: ({ x, v }) => b.sum(b.mul(centred(x), along(v, x)), [1]),
  },
  "x·0 = 0": {
    fires: ({ x, y }) => b.sub(y, b.mul(x, filled(x, 0))),
    stays: ({ x, y }) => b.sub(y, b.mul(x, filled(x, 2))),
  },
  "0/n = 0": {
    fires: ({ x }) => b.div(filled(x, -0), every(b.size(x.graph, "batch"), x)),
    stays: ({ x, y }) => b.div(filled(x, 0), y),
  },
  "(a - x) - mean a = (a - mean a) - x": {
    fires: ({ x, y }) => b.sub(b.sub(x, y), elementAt(centred(x).inputs, 1)),
    stays: ({ x, y }) => b.sub(b.sub(x, y), elementAt(centred(y).inputs, 1)),
  },
  "a - (x + mean a) = (a - mean a) - x": {
    fires: ({ x, y }) => b.sub(x, b.add(y, elementAt(centred(x).inputs, 1))),
    stays: ({ x, y }) => b.sub(x, b.add(y, elementAt(centred(y).inputs, 1))),
  },
  "a·f + b·f = f·(a + b)": {
    fires: ({ x, y, v }) => b.add(b.mul(b.mul(x, y), filled(x, 2)), b.mul(b.neg(x), b.div(along(v, x), b.exp(y)))),
    stays: ({ x, y, v }) => b.add(b.mul(x, filled(x, 2)), b.mul(y, along(v, x))),
  },
  "a·f - b·f = f·(a - b)": {
    fires: ({ x, y }) => b.sub(b.mul(b.mul(x, y), every(count(x, 2), x)), b.mul(x, every(count(x), x))),
    stays: ({ x, y }) => b.sub(b.mul(y, every(count(x, 2), x)), b.mul(x, filled(x, 2))),
  },
  "c ? a·f : b·f = f·(c ? a : b)": {
    fires: ({ x, y, c }) => b.where(c, x, b.where(b.compare(x, y, "gt"), b.neg(b.mul(y, x)), filled(x, 0))),
    stays: ({ x, y, c }) => b.where(c, x, b.mul(y, b.exp(x))),
  },
  "x < y ? 0 : f·(x = y ? a : b) = f·(x = y ? a : x > y ? b : 0)": {
    fires: ({ x, y }) => b.where(b.compare(x, y, "lt"), filled(x, 0), b.mul(y, half(x, y))),
    stays: ({ x, y }) => b.where(b.compare(y, x, "lt"), filled(x, 0), b.mul(y, half(x, y))),
  },
  "c - (c - x) = x": {
    fires: ({ x }) => b.sub(filled(x, 1), b.sub(filled(x, 1), x)),
    stays: ({ x }) => b.sub(filled(x, 2), b.sub(filled(x, 1), x)),
  },
  "Σ x·(c/n) = (Σ x)·(c/n)": {
    fires: ({ x, y }) => rowSum(b.mul(b.mul(x, every(count(x, 2), x)), y)),
    stays: ({ x, y }) => rowSum(b.mul(x, y)),
  },
  "(Σ x)·f/n = ((Σ x)/n)·f": {
    fires: ({ x, y }) => b.div(b.mul(rowSum(x), rowSum(b.exp(y))), filled(rowSum(x), 3)),
    stays: ({ x, y }) => b.div(b.mul(rowSum(x), rowSum(b.exp(y))), filled(rowSum(x), 2)),
  },
  "(a - b) + (b - c) = a - c": { fires: ({ x, y }) => b.add(b.sub(y, x), b.sub(b.exp(x), y)), stays: ({ x, y }) => b.add(b.sub(y, x), b.sub(y, x)) },
  "a ∨ b ? f·(a ? x : y) : 0 = f·(a ? x : b ? y : 0)": {
    fires: ({ x, y, c }) => b.where(either(b.compare(x, y, "gt"), c), b.mul(y, b.where(b.compare(x, y, "gt"), x, b.exp(x))), filled(x, 0)),
    stays: ({ x, y, c }) => b.where(either(b.compare(x, y, "gt"), c), b.mul(y, b.where(b.compare(x, y, "lt"), x, b.exp(x))), filled(x, 0)),
  },
  "sigmoid(-x) = 1 - sigmoid(x)": {
    fires({ x }) {
      nameNode(b.sigmoid(x), { text: "p" });
      return b.sigmoid(b.neg(x));
    },
    stays: ({ y }) => b.sigmoid(b.neg(y)),
  },
  "(1 - a)·b - a·(1 - b) = b - a": {
    fires: ({ x, y }) => b.sub(b.mul(b.sub(filled(x, 1), x), y), b.mul(x, b.sub(filled(y, 1), y))),
    stays: ({ x, y }) => b.sub(b.mul(b.sub(filled(x, 1), x), y), b.mul(y, b.sub(filled(y, 1), y))),
  },
  "x - (c - x) = x·2 - c": { fires: ({ x }) => b.sub(x, b.sub(filled(x, 3), x)), stays: ({ x, y }) => b.sub(y, b.sub(filled(x, 3), x)) },
};
