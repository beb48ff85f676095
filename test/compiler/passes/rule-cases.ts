// One graph a rule where it fires, and one where its pattern or guard stops it.

import type { Node } from "../../../compiler/ir/node.ts";
import * as b from "../../../compiler/ops/build.ts";
import { arithmeticRules } from "../../../compiler/passes/rules/arithmetic.ts";
import { centredRules } from "../../../compiler/passes/rules/centred.ts";
import { contractionRules, repeatedOperandRule, summedContractionRules } from "../../../compiler/passes/rules/contraction.ts";
import { foldingRules } from "../../../compiler/passes/rules/folding.ts";
import { logicRules } from "../../../compiler/passes/rules/logic.ts";
import { movementRules } from "../../../compiler/passes/rules/movement.ts";
import { orderRules } from "../../../compiler/passes/rules/order.ts";
import { powerRules } from "../../../compiler/passes/rules/powers.ts";
import { reductionRules } from "../../../compiler/passes/rules/reduction.ts";
import { scalingRules } from "../../../compiler/passes/rules/scaling.ts";
import { selectionRules } from "../../../compiler/passes/rules/selection.ts";
import { smoothRules } from "../../../compiler/passes/rules/smooth.ts";
import { checkedIndexRules, softmaxRules } from "../../../compiler/passes/rules/softmax.ts";
import { filled } from "../../../compiler/rewrite/fill.ts";
import type { Rule } from "../../../compiler/rewrite/rewrite.ts";
import { readingCases, readingRules } from "./reading-rule-cases.ts";
import { along, type Case, centred, chosen, count, every, not, onePlusExp, perRow, power, rowSum, softmax } from "./rule-graphs.ts";
import { sourcesOf } from "./sources.ts";

export const allRules: readonly Rule[] = [
  ...orderRules,
  ...foldingRules,
  ...movementRules,
  ...arithmeticRules,
  ...powerRules,
  ...scalingRules,
  ...logicRules,
  ...selectionRules,
  ...reductionRules,
  ...contractionRules,
  repeatedOperandRule,
  ...summedContractionRules,
  ...softmaxRules,
  ...centredRules,
  ...readingRules,
  ...checkedIndexRules(new Map([[sourcesOf().i, { lower: 0, upper: 4 }]])),
  ...smoothRules,
];

export const cases: Record<string, Case> = {
  "constants to the right": { fires: ({ x }) => b.add(filled(x, 2), x), stays: ({ x }) => b.add(x, filled(x, 2)) },
  "constants to the right of a comparison": { fires: ({ x }) => b.compare(filled(x, 1), x, "lt"), stays: ({ x, y }) => b.compare(x, y, "lt") },
  "f(broadcast(x), broadcast(y)) = broadcast(f(x, y))": {
    fires: ({ x, v, s }) => b.mul(along(v, x), every(s, x)),
    stays: ({ x, v }) => b.mul(along(v, x), x),
  },
  "f(reshape(x), reshape(y)) = reshape(f(x, y))": {
    fires: ({ x, s }) => b.mul(b.reshape(x, ["batch·3"]), b.broadcast(s, ["batch·3"], [])),
    stays: ({ x, v }) => b.mul(b.reshape(b.reshape(x, ["batch·3"]), x.shape), along(v, x)),
  },
  "function of constants": { fires: ({ x }) => b.div(filled(x, 2), filled(x, 3)), stays: ({ x }) => b.div(filled(x, 2), filled(x, 0)) },
  "known extent": { fires: ({ x }) => b.size(x.graph, 12), stays: ({ x }) => b.size(x.graph, "batch") },
  "movement that moves nothing": { fires: ({ x }) => b.permute(x, [0, 1]), stays: ({ x }) => b.pad(x, [0, 1], [0, 0], 0) },
  "concat(x) = x": { fires: ({ x }) => b.concat([x], 1), stays: ({ x }) => b.concat([x, x], 1) },
  "a tensor of equal elements is a repeated number": {
    fires: ({ x }) => b.constant(x.graph, [2, 2], [2]),
    stays: ({ x }) => b.constant(x.graph, [0, -0], [2]),
  },
  "reshape(reshape(x)) = reshape(x)": {
    fires: ({ x }) => b.reshape(b.reshape(x, ["batch·3"]), ["batch", 1, 3]),
    stays: ({ x }) => b.reshape(x, ["batch·3"]),
  },
  "permute(permute(x, p), q) = permute(x, p ∘ q)": {
    fires: ({ x }) => b.permute(b.permute(b.reshape(x, ["batch", 1, 3]), [1, 2, 0]), [1, 0, 2]),
    stays: ({ x }) => b.permute(b.neg(b.permute(x, [1, 0])), [1, 0]),
  },
  "broadcast(broadcast(x, a), b) = broadcast(x, b ∘ a)": { fires: ({ x, s }) => along(b.broadcast(s, [3], []), x), stays: ({ x, v }) => along(v, x) },
  "broadcast along axes of extent 1": { fires: ({ x, s }) => along(b.reshape(s, [1]), x), stays: ({ x, v }) => along(v, x) },
  "broadcast(reshape(x)) = broadcast(x)": {
    fires: ({ x }) => b.broadcast(b.reshape(x, ["batch", 1, 3]), [2, "batch", 1, 3], [1, 2, 3]),
    stays: ({ x }) => b.broadcast(b.reshape(x, ["batch·3"]), [2, "batch·3"], [1]),
  },
  "reshape(broadcast(x)) = broadcast(x)": {
    fires: ({ x, v }) => b.reshape(along(v, x), ["batch", 1, 3]),
    stays: ({ x, v }) => b.reshape(along(v, x), ["batch·3"]),
  },
  "permute(broadcast(x)) = broadcast(permute(x))": { fires: ({ x, v }) => b.permute(along(v, x), [1, 0]), stays: ({ x }) => b.permute(x, [1, 0]) },
  "slice or flip of a repeated number": { fires: ({ x, s }) => b.flip(every(s, x), [1]), stays: ({ x, v }) => b.flip(along(v, x), [1]) },
  "slice(slice(x)) = slice(x)": { fires: ({ v }) => b.slice(b.slice(v, [1], [2]), [1], [1]), stays: ({ v }) => b.slice(v, [1], [1]) },
  "slice(pad(x)) = x": { fires: ({ v }) => b.slice(b.pad(v, [2], [1], 0), [2], [3]), stays: ({ v }) => b.slice(b.pad(v, [2], [1], 0), [1], [3]) },
  "slice(concat(.., x, ..)) = x": {
    fires: ({ x, y }) => b.slice(b.concat([x, y], 1), [0, 3], ["batch", 3]),
    stays: ({ x, y }) => b.slice(b.concat([x, y], 1), [0, 2], ["batch", 3]),
  },
  "movement of a stopped gradient": {
    fires: ({ x }) => b.permute(b.stopGradient(x), [1, 0]),
    stays: ({ x }) => b.stopGradient(b.permute(x, [1, 0])),
  },
  "x + -0 = x": { fires: ({ x }) => b.add(x, filled(x, -0)), stays: ({ x }) => b.add(x, filled(x, 0)) },
  "x - 0 = x": { fires: ({ x }) => b.sub(x, filled(x, 0)), stays: ({ x }) => b.sub(x, filled(x, -0)) },
  "x + 0 = x": { fires: ({ x }) => b.add(x, filled(x, 0)), stays: ({ x }) => b.add(x, filled(x, 1)) },
  "0 - x = -x": { fires: ({ x }) => b.sub(filled(x, 0), x), stays: ({ x }) => b.sub(filled(x, 1), x) },
  "x·1 = x": { fires: ({ x }) => b.mul(x, filled(x, 1)), stays: ({ x }) => b.mul(x, filled(x, 0)) },
  "x/1 = x": { fires: ({ x }) => b.div(x, filled(x, 1)), stays: ({ x }) => b.div(filled(x, 1), x) },
  "x·(-1) = -x": { fires: ({ x }) => b.mul(x, filled(x, -1)), stays: ({ x }) => b.mul(x, filled(x, 2)) },
  "x/(-1) = -x": { fires: ({ x }) => b.div(x, filled(x, -1)), stays: ({ x }) => b.div(x, filled(x, 2)) },
  "x + x = x·2": { fires: ({ x }) => b.add(x, x), stays: ({ x, y }) => b.add(x, y) },
  "-(-x) = x": { fires: ({ x }) => b.neg(b.mul(x, filled(x, -3))), stays: ({ x }) => b.neg(b.mul(x, filled(x, 3))) },
  "-(x·c) = x·(-c)": { fires: ({ x }) => b.neg(b.mul(x, filled(x, 3))), stays: ({ x, y }) => b.neg(b.mul(x, y)) },
  "-(c/x) = (-c)/x": { fires: ({ x }) => b.neg(b.div(filled(x, 3), x)), stays: ({ x, y }) => b.neg(b.div(x, y)) },
  "-(x - y) = y - x": { fires: ({ x, y }) => b.neg(b.sub(x, y)), stays: ({ x, y }) => b.neg(b.add(x, y)) },
  "(-x)·y = -(x·y)": { fires: ({ x, y }) => b.mul(x, b.neg(y)), stays: ({ x, y }) => b.mul(x, y) },
  "(-x)/y = -(x/y)": { fires: ({ x, y }) => b.div(b.neg(x), y), stays: ({ x, y }) => b.div(x, y) },
  "x/(-y) = -(x/y)": { fires: ({ x, y }) => b.div(x, b.neg(y)), stays: ({ x, y }) => b.div(x, y) },
  "x + (-y) = x - y": { fires: ({ x, v }) => b.add(x, along(b.neg(v), x)), stays: ({ x, v }) => b.add(x, along(v, x)) },
  "x - (-y) = x + y": { fires: ({ x, y }) => b.sub(x, b.mul(y, filled(y, -2))), stays: ({ x, y }) => b.sub(x, b.mul(y, filled(y, 2))) },
  "(-x) - y = -(x + y)": { fires: ({ x, y }) => b.sub(b.neg(x), y), stays: ({ x, y }) => b.sub(x, y) },
  "(x - y)·(-c) = (y - x)·c": {
    fires: ({ x, y }) => b.mul(b.sub(x, y), every(count(x, -1), x)),
    stays: ({ x, y }) => b.mul(b.sub(x, y), every(count(x), x)),
  },
  "x^0 = 1": { fires: ({ x }) => power(x, 0), stays: ({ x }) => power(x, -0.25) },
  "x^1 = x": { fires: ({ x }) => power(x, 1), stays: ({ x, y }) => b.pow(x, y) },
  "x^2 = x·x": { fires: ({ x }) => power(x, 2), stays: ({ x }) => power(x, 2.5) },
  "x^3 = x·x·x": { fires: ({ x }) => power(x, 3), stays: ({ x }) => power(x, 5) },
  "x^4 = (x·x)·(x·x)": { fires: ({ x }) => power(x, 4), stays: ({ x }) => power(x, 5) },
  "x^-1 = 1/x": { fires: ({ x }) => power(x, -1), stays: ({ x }) => power(x, -2) },
  "x^½ = √x": { fires: ({ x }) => power(b.mul(x, x), 0.5), stays: ({ x }) => power(x, 0.5) },
  "x^-½ = 1/√x": { fires: ({ x }) => power(b.add(b.mul(x, x), filled(x, 1e-5)), -0.5), stays: ({ x }) => power(x, -0.5) },
  "x^(3/2) = x·√x": { fires: ({ x }) => power(b.exp(x), 1.5), stays: ({ x }) => power(b.tanh(x), 1.5) },
  "x^-(3/2) = 1/(x·√x)": { fires: ({ x }) => power(b.exp(x), -1.5), stays: ({ x }) => power(b.tanh(x), -1.5) },
  "(x·c)·d = x·(c·d)": {
    fires: ({ x }) => b.mul(b.mul(x, filled(x, 3)), filled(x, 0.5)),
    stays: ({ x }) => b.mul(b.mul(x, filled(x, 1e30)), filled(x, 1e30)),
  },
  "(c/x)·d = (c·d)/x": {
    fires: ({ x }) => b.mul(b.div(filled(x, 3), x), filled(x, 2)),
    stays: ({ x }) => b.mul(b.div(filled(x, 1e-30), x), filled(x, 1e-30)),
  },
  "(x·(c/n))·d = x·((c/n)·d)": {
    fires: ({ x }) => b.mul(b.mul(x, every(count(x), x)), filled(x, 2)),
    stays: ({ x, s }) => b.mul(b.mul(x, every(s, x)), filled(x, 2)),
  },
  "(x·d)·(c/n) = x·((c/n)·d)": {
    fires: ({ x }) => b.mul(b.mul(x, filled(x, 2)), every(count(x), x)),
    stays: ({ x, s }) => b.mul(b.mul(x, filled(x, 2)), every(s, x)),
  },
  "n - n = 0": { fires: ({ x }) => b.sub(count(x), count(x)), stays: ({ s }) => b.sub(s, s) },
  "0·n = 0": { fires: ({ x }) => b.mul(filled(count(x), 0), count(x)), stays: ({ s }) => b.mul(filled(s, 0), s) },
  "x·(1/y) = x/y": { fires: ({ x, y }) => b.mul(x, b.div(filled(y, 1), y)), stays: ({ x, y }) => b.mul(x, b.div(filled(y, 2), y)) },
  "(1/x)·y = y/x": { fires: ({ x, y }) => b.mul(b.div(filled(y, 1), y), x), stays: ({ x, y }) => b.mul(b.div(filled(y, 2), y), x) },
  "a·f ± b·f = (a ± b)·f": {
    fires: ({ x, y, s }) => b.sub(b.mul(b.sigmoid(x), every(s, x)), b.mul(y, every(s, x))),
    stays: ({ x, y, s }) => b.sub(b.mul(x, every(s, x)), b.mul(y, every(s, x))),
  },
  "truth beside a constant": {
    fires: ({ c }) => b.compare(c, filled(c, 1), "gt"),
    stays: ({ c }) => b.compare(c, filled(c, 0), "eq"),
  },
  "truth beside itself": { fires: ({ c }) => b.compare(c, c, "ge"), stays: ({ x }) => b.compare(x, x, "eq") },
  "negation of a comparison": {
    fires: ({ x, y }) => not(b.compare(x, y, "eq")),
    stays: ({ x, y }) => not(b.compare(x, y, "lt")),
  },
  "¬c ? x : y = c ? y : x": {
    fires: ({ c, x, y }) => b.where(not(c), x, y),
    stays: ({ x, y }) => b.where(b.compare(x, filled(x, 0), "eq"), x, y),
  },
  "choice between truths": {
    fires: ({ c, x, y }) => b.where(c, b.compare(x, y, "lt"), c),
    stays: ({ c, x, y }) => b.where(c, b.compare(x, y, "lt"), b.compare(x, y, "gt")),
  },
  "c ? x : x = x": { fires: ({ c, x }) => b.where(c, x, x), stays: ({ c, x, y }) => b.where(c, x, y) },
  "true ? x : y = x": { fires: ({ c, x, y }) => b.where(filled(c, 1), x, y), stays: ({ c, x, y }) => b.where(c, x, y) },
  "false ? x : y = y": { fires: ({ c, x, y }) => b.where(filled(c, 0), x, y), stays: ({ c, x, y }) => b.where(c, x, y) },
  "c ? (c ? x : y) : z = c ? x : z": {
    fires: ({ c, x, y, v }) => b.where(c, b.where(c, x, y), along(v, x)),
    stays: ({ c, x, y, v }) => b.where(c, b.where(b.compare(x, y, "lt"), x, y), along(v, x)),
  },
  "c ? x : (c ? y : z) = c ? x : z": {
    fires: ({ c, x, y, v }) => b.where(c, along(v, x), b.where(c, x, y)),
    stays: ({ c, x, y, v }) => b.where(c, along(v, x), b.where(b.compare(x, y, "lt"), x, y)),
  },
  "(c ? x : 0) + (c ? 0 : y) = c ? x : y": {
    fires: ({ c, x, y }) => b.add(b.where(c, filled(y, 0), y), b.where(c, x, filled(x, 0))),
    stays: ({ c, x, y }) => b.add(b.where(c, y, filled(y, 0)), b.where(c, x, filled(x, 0))),
  },
  "c ? -x : 0 = -(c ? x : 0)": {
    fires: ({ c, x, y }) => b.where(c, b.mul(b.neg(x), y), filled(x, 0)),
    stays: ({ c, x, y }) => b.where(c, b.neg(x), y),
  },
  "c ? 0 : -x = -(c ? 0 : x)": {
    fires: ({ c, x }) => b.where(c, filled(x, 0), b.neg(x)),
    stays: ({ c, x, y }) => b.where(c, y, b.neg(x)),
  },
  "(c ? x : 0)·(c ? 1 : 0) = c ? x : 0": {
    fires: ({ c, x }) => b.mul(b.where(c, x, filled(x, 0)), b.cast(c, "f32")),
    stays: ({ c, x }) => b.mul(b.where(c, x, filled(x, 1)), b.cast(c, "f32")),
  },
  "sum over no axes": { fires: ({ x }) => b.sum(x, []), stays: ({ x }) => b.sum(x, [0]) },
  "sum over axes of extent 1": { fires: ({ x }) => b.sum(b.reshape(x, ["batch", 1, 3]), [1]), stays: ({ x }) => b.sum(x, [1]) },
  "Σ_i Σ_j x = Σ_ij x": { fires: ({ x }) => b.sum(b.sum(x, [0]), [0]), stays: ({ x }) => b.sum(x, [0, 1]) },
  "Σ broadcast(x) = (Σ x)·n": { fires: ({ x, v }) => b.sum(along(v, x), [0]), stays: ({ x, s }) => b.sum(along(b.reshape(s, [1]), x), [0]) },
  "Σ permute(x) = permute(Σ x)": {
    fires: ({ x }) => b.sum(b.permute(b.reshape(x, ["batch", 1, 3]), [2, 1, 0]), [1]),
    stays: ({ x }) => b.sum(x, [1]),
  },
  "Σ reshape(x) = Σ x": { fires: ({ x }) => b.sum(b.reshape(x, ["batch·3"]), [0]), stays: ({ x }) => b.sum(b.reshape(x, ["batch", 1, 3]), [0]) },
  "Σ -x = -Σ x": { fires: ({ x }) => b.sum(b.neg(x), [0]), stays: ({ x }) => b.sum(x, [0]) },
  "Σ x·c = (Σ x)·c": {
    fires: ({ x, v }) => b.sum(b.mul(b.tanh(x), along(v, x)), [0]),
    stays: ({ x, v }) => b.sum(b.mul(x, along(v, x)), [0]),
  },
  "contraction of permute, left": {
    fires: ({ x, y }) => b.contract(b.permute(x, [1, 0]), y, "ik,kj->ij"),
    stays: ({ x, y }) => b.contract(x, y, "ki,kj->ij"),
  },
  "contraction of permute, right": {
    fires: ({ x, y }) => b.contract(x, b.permute(y, [1, 0]), "ki,jk->ij"),
    stays: ({ x, y }) => b.contract(x, y, "ki,kj->ij"),
  },
  "permute of contraction": { fires: ({ x, y }) => b.permute(b.contract(x, y, "ki,kj->ij"), [1, 0]), stays: ({ x }) => b.permute(x, [1, 0]) },
  "c ⊗ x = c·x": {
    fires: ({ x, y }) => b.contract(b.sum(x, [0, 1]), y, ",ij->ji"),
    stays: ({ x, y }) => b.contract(x, y, "ki,kj->ij"),
  },
  "Σ (-x)·y = -Σ x·y": {
    fires: ({ x, y }) => b.contract(b.neg(x), y, "ki,kj->ij"),
    stays: ({ x, y }) => b.contract(x, b.neg(y), "ki,kj->ij"),
  },
  "Σ x·(-y) = -Σ x·y": {
    fires: ({ x, y }) => b.contract(x, b.neg(y), "ki,kj->ij"),
    stays: ({ x, y }) => b.contract(b.neg(x), y, "ki,kj->ij"),
  },
  "Σ_k x_ik·c_j = (Σ_k x_ik)·c_j": {
    fires: ({ x, v }) => b.contract(x, along(v, x), "ki,kj->ij"),
    stays: ({ x, y }) => b.contract(x, y, "ki,kj->ij"),
  },
  "sum of products with repeated values": {
    fires: ({ x, v }) => b.sum(b.mul(b.broadcast(x, ["batch", 3, 3], [0, 1]), b.broadcast(b.mul(along(v, x), x), ["batch", 3, 3], [0, 2])), [0]),
    stays: ({ x, v }) => rowSum(b.mul(x, along(v, x))),
  },
  "sum of contraction": { fires: ({ x, y }) => b.sum(b.contract(x, y, "ki,kj->ij"), [1]), stays: ({ x }) => b.sum(x, [1]) },
  "e·(a/Σe) = (e/Σe)·a": {
    fires: ({ x, s }) => b.mul(perRow(b.div(b.broadcast(s, ["batch"], []), rowSum(b.exp(x))), x), b.exp(x)),
    stays: ({ x, s }) => b.mul(perRow(b.div(b.broadcast(s, ["batch"], []), rowSum(x)), x), x),
  },
  "e·(g/w - Σ(g·p/w)) = p·(g - Σ g·p)": {
    fires: ({ x, y }) => softmaxGradient(b.exp(x), y),
    stays: ({ x, y }) => softmaxGradient(x, y),
  },
  "e·(Σ(g·p/w) - g/w) = p·(Σ g·p - g)": {
    fires: ({ x, y }) => negativeSoftmaxGradient(b.exp(x), y),
    stays: ({ x, y }) => negativeSoftmaxGradient(x, y),
  },
  "Σ (a + (x - mean x)·c) = Σ a": {
    fires: ({ x, v }) => b.sum(b.add(b.mul(centred(x), x), b.mul(centred(x), along(v, x))), [0]),
    stays: ({ x, y, v }) => b.sum(b.add(y, b.mul(centred(x), along(v, x))), [0]),
  },
  "Σ (a - (x - mean x)·c) = Σ a": {
    fires: ({ x, v }) => b.sum(b.sub(b.mul(centred(x), x), b.mul(b.mul(centred(x), along(v, x)), filled(x, 2))), [0]),
    stays: ({ x, y }) => b.sum(b.sub(b.mul(centred(x), x), b.mul(centred(x), y)), [0]),
  },
  "Σ ((x - mean x)·c - a) = -Σ a": {
    fires: ({ x, v }) => b.sum(b.sub(b.mul(along(v, x), centred(x)), b.mul(centred(x), x)), [0]),
    stays: ({ x, v }) => b.sum(b.sub(b.mul(along(v, x), centred(x)), b.mul(centred(x), x)), [1]),
  },
  "onehot(i) ≠ 0 ? g : 0 = g·onehot(i)": { fires: ({ i, x }) => chosen(i, perRow(rowSum(x), x)), stays: ({ i, x }) => chosen(i, x) },
  "Σ_v onehot(i)_v = 1": { fires: ({ i }) => rowSum(b.oneHot(i, 4)), stays: ({ i }) => rowSum(b.oneHot(b.add(i, i), 4)) },
  "e^u/(1 + e^u) = sigmoid(u)": { fires: ({ x }) => b.div(b.exp(x), onePlusExp(x)), stays: ({ x, y }) => b.div(b.exp(y), onePlusExp(x)) },
  "x·e^u/(1 + e^u) = x·sigmoid(u)": {
    fires: ({ x, y }) => b.div(b.mul(y, b.exp(x)), onePlusExp(x)),
    stays: ({ x, y }) => b.div(b.mul(x, b.exp(y)), onePlusExp(x)),
  },
  "log(cosh(u)) = softplus(2u) - u - log 2": { fires: ({ x }) => b.log(b.cosh(x)), stays: ({ x }) => b.log(b.sinh(x)) },
  "x/(1 + e^u) = x·sigmoid(-u)": {
    fires: ({ x, y }) => b.div(y, onePlusExp(b.neg(x))),
    stays: ({ x }) => b.div(filled(x, 1), b.add(b.exp(x), filled(x, 2))),
  },
  "(1 + e^u)^-1 = sigmoid(-u)": { fires: ({ x }) => power(onePlusExp(x), -1), stays: ({ x }) => power(onePlusExp(x), -2) },
  "(e^u - e^-u)/(e^u + e^-u) = tanh(u)": {
    fires: ({ x }) => b.div(b.sub(b.exp(x), b.exp(b.neg(x))), b.add(b.exp(x), b.exp(b.neg(x)))),
    stays: ({ x, y }) => b.div(b.sub(b.exp(x), b.exp(y)), b.add(b.exp(x), b.exp(y))),
  },
  "(e^u - 1)/(e^u + 1) = tanh(u/2)": {
    fires: ({ x }) => b.div(b.sub(b.exp(x), filled(x, 1)), onePlusExp(x)),
    stays: ({ x }) => b.div(b.sub(b.exp(x), filled(x, 2)), onePlusExp(x)),
  },
  "(1 - e^u)/(1 + e^u) = tanh(-u/2)": {
    fires: ({ x }) => b.div(b.sub(filled(x, 1), b.exp(x)), onePlusExp(x)),
    stays: ({ x }) => b.div(b.sub(filled(x, 2), b.exp(x)), onePlusExp(x)),
  },
  "log(1 + e^u) = softplus(u)": { fires: ({ x }) => b.log(onePlusExp(x)), stays: ({ x }) => b.log(b.add(b.exp(x), filled(x, 2))) },
  "log1p(e^u) = softplus(u)": { fires: ({ x }) => b.log1p(b.exp(x)), stays: ({ x }) => b.log1p(x) },
  "log(sigmoid(u)) = -softplus(-u)": { fires: ({ x }) => b.log(b.sigmoid(x)), stays: ({ x }) => b.log(b.tanh(x)) },
  "log(1 - sigmoid(u)) = -softplus(u)": {
    fires: ({ x }) => b.log(b.sub(filled(x, 1), b.sigmoid(x))),
    stays: ({ x }) => b.log(b.sub(filled(x, 2), b.sigmoid(x))),
  },
  "log(e^u) = u": { fires: ({ x }) => b.log(b.exp(x)), stays: ({ x }) => b.log(b.expm1(x)) },
  "e^x/Σe^x = e^(x - m)/Σe^(x - m)": {
    fires: ({ x }) => softmax(x),
    stays: ({ x }) => softmax(b.sub(x, perRow(b.stopGradient(b.max(x, [1], "even")), x))),
  },
  "log(e/Σe) = x - log(Σe)": { fires: ({ x }) => b.log(softmax(x)), stays: ({ x, y }) => b.log(b.div(b.exp(x), perRow(rowSum(b.exp(y)), x))) },
  "log(Σe^x) = m + log(Σe^(x - m))": {
    fires: ({ x }) => b.log(rowSum(b.exp(x))),
    stays: ({ x }) => b.log(rowSum(b.exp(b.sub(x, perRow(b.stopGradient(b.max(x, [1], "even")), x))))),
  },
  ...readingCases,
};

function softmaxGradient(e: Node, g: Node): Node {
  const w = perRow(rowSum(e), e);
  return b.mul(b.sub(b.div(g, w), perRow(rowSum(b.mul(g, b.div(b.div(e, w), w))), e)), e);
}

function negativeSoftmaxGradient(e: Node, g: Node): Node {
  const w = perRow(rowSum(e), e);
  return b.mul(b.sub(perRow(rowSum(b.mul(g, b.div(b.div(e, w), w))), e), b.div(g, w)), e);
}
