import { expect, test } from "vitest";
import { activationForms } from "../../../compiler/describe/activation-forms.ts";
import { formOf, forms } from "../../../compiler/describe/forms.ts";
import { formulaOf, reference } from "../../../compiler/describe/outline.ts";
import { spatialForms } from "../../../compiler/describe/spatial-forms.ts";
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import * as build from "../../../compiler/ops/build.ts";
import { createGraph } from "../../../compiler/ops/table.ts";

const graph = createGraph();
const z: Node = build.input(graph, "z", "f32", ["batch", 3]);
const w: Node = build.input(graph, "w", "f32", ["batch", 3]);
const classes: Node = build.input(graph, "classes", "i32", ["batch"]);
const pairs: Node = build.input(graph, "pairs", "i32", ["batch", 2]);
const y: Node = build.input(graph, "y", "i32", ["batch"]);
const counted: Node = build.input(graph, "counted", "bool", ["batch"]);
const mean: Node = build.state(graph, "hidden.standardize.mean", "f32", [3]);
const deviation: Node = build.state(graph, "hidden.standardize.deviation", "f32", [3]);
const names = new Map(
  [z, w, y, classes, pairs, counted, mean, deviation].map((node) => [node, reference(node, (node.params as { name: string }).name)]),
);

const rows = (x: Node) => build.broadcast(x, z.shape, [0]);
const columns = (x: Node) => build.broadcast(x, z.shape, [1]);
const shifted = build.sub(z, rows(build.stopGradient(build.max(z, [1], "even"))));
const e = build.exp(shifted);
const total = build.sum(e, [1]);
const all = build.div(build.sum(z, [0, 1]), build.size(graph, "batch·3"));
const zero = build.fill(z, 0);

const gamma: Node = build.parameter(graph, "norm.weight", [3]);
const beta: Node = build.parameter(graph, "norm.bias", [3]);
names.set(gamma, reference(gamma, "γ")).set(beta, reference(beta, "β"));
const image: Node = build.input(graph, "image", "f32", ["batch", 4, 3, 5]);
const delta: Node = build.parameter(graph, "grouped.weight", [4]);
const z2: Node = build.input(graph, "z2", "f32", ["batch", 1]);
names.set(z2, reference(z2, "z2"));
names.set(image, reference(image, "image")).set(delta, reference(delta, "γ′"));
const three = build.broadcast(build.constant(graph, [3]), ["batch"], []);
const meanOfRows = (x: Node) => rows(build.div(build.sum(x, [1]), three));
const meanOfColumns = (x: Node) => columns(build.div(build.sum(x, [0]), build.broadcast(build.size(graph, "batch"), [3], [])));
const root = (spread: Node) => build.sqrt(build.add(spread, build.fill(spread, 0.5)));
const normalised = (mean: (x: Node) => Node) => {
  const centered = build.sub(z, mean(z));
  return build.div(centered, root(mean(build.mul(centered, centered))));
};
const fromMean = build.sub(z, meanOfColumns(z));
const oneLess = build.sub(build.size(graph, "batch"), build.constant(graph, [1]));
const sampleVariance = build.div(build.sum(build.mul(fromMean, fromMean), [0]), build.broadcast(oneLess, [3], []));
const affine = (x: Node) => build.add(build.mul(x, columns(gamma)), columns(beta));

const weights = (scores: Node): Node => {
  const powers = build.exp(build.sub(scores, build.broadcast(build.max(scores, [1], "even"), scores.shape, [0])));
  return build.div(powers, build.broadcast(build.sum(powers, [1]), scores.shape, [0]));
};
/** The largest of each row, or 0 where that is infinite, as ops.logSumExp takes it off and adds it again. */
const shiftOf = (x: Node): Node => {
  const largest = build.max(x, [1], "even");
  const infinite = build.compare(build.abs(largest), build.fill(largest, Number.POSITIVE_INFINITY), "eq");
  return build.where(infinite, build.fill(largest, 0), largest);
};
const guarded = (x: Node): Node => build.sub(x, rows(shiftOf(x)));
const logSumOf = (x: Node): Node => build.add(build.log(build.sum(build.exp(guarded(x)), [1])), shiftOf(x));
/** Of the larger (smaller) of x and y the derivative by x. */
const slopeOfExtreme = (relation: "gt" | "lt", x: Node, y: Node): Node =>
  build.where(build.compare(x, y, "eq"), build.fill(x, 0.5), build.where(build.compare(x, y, relation), build.fill(x, 1), build.fill(x, 0)));
const takesPart = build.compare(w, zero, "gt");
const chosen = build.compare(pairs, build.sub(pairs, pairs), "gt");
const takingPart = "{softmax({z if w > 0, else −∞}) ⊙ w if w > 0, else 0}";
const [q, k, v] = ["q", "k", "v"].map((name): Node => build.input(graph, name, "f32", [5, 4])) as [Node, Node, Node];
for (const node of [q, k, v]) names.set(node, reference(node, (node.params as { name: string }).name));
const scores = (divisor: number) => {
  const products = build.contract(q, k, "ik,jk->ij");
  return build.div(products, build.fill(products, divisor));
};
const attended = (of: Node) => build.contract(weights(of), v, "ij,jk->ik");
const seen: Node = build.input(graph, "seen", "bool", [5, 5]);
const bias: Node = build.input(graph, "bias", "f32", [5, 5]);
names.set(seen, reference(seen, "seen")).set(bias, reference(bias, "bias"));
const never = build.fill(bias, Number.NEGATIVE_INFINITY);

const negative = build.neg(z);
const largestOfNegatives = build.max(negative, [1], "even");

const cases: readonly [form: string, node: Node, printed: string][] = [
  ["min", build.neg(largestOfNegatives), "min_j(z)"],
  ["is the smallest", build.compare(negative, rows(largestOfNegatives), "eq"), "z = min_j(z)"],
  ["standardize", build.div(build.sub(z, columns(mean)), columns(deviation)), "standardize(z)"],
  ["normalisation", affine(normalised(meanOfRows)), "layerNorm_eps=0.5(z; γ, β)"],
  ["normalisation", normalised(meanOfRows), "layerNorm_eps=0.5(z)"],
  ["normalisation", build.mul(normalised(meanOfColumns), columns(gamma)), "batchNorm_eps=0.5(z; γ)"],
  ["normalisation", affine(build.div(z, root(meanOfRows(build.mul(z, z))))), "rmsNorm_eps=0.5(z; γ, β)"],
  ["normalisation", grouped(image), "groupNorm_2,k,l,eps=0.5(image)"],
  ["normalisation", build.mul(grouped(image), build.broadcast(delta, image.shape, [1])), "groupNorm_2,k,l,eps=0.5(image; γ′)"],
  ["normalisation", whitened(image), "instanceNorm_k,l,eps=0.5(image)"],
  ["attention", attended(scores(2)), "attention(q, k, v)"],
  ["attention", attended(build.where(seen, scores(2), never)), "attention(q, k, v; seen)"],
  ["attention", attended(build.where(seen, never, build.add(scores(2), bias))), "attention(q, k, v; seen, bias)"],
  ["attention of heads", headed(2), "multiHead_2(q, k, v)"],
  ["heads", build.permute(build.reshape(q, [5, 2, 2]), [1, 0, 2]), "heads_2(q)"],
  ["heads joined", build.reshape(build.permute(build.reshape(q, [2, 5, 2]), [1, 0, 2]), [5, 4]), "joined(reshape(q, [2, 5, 2]))"],
  ["mean", all, "mean(z)"],
  ["mean", build.mul(build.sum(z, [0, 1]), build.div(build.constant(graph, [1]), build.size(graph, "batch·3"))), "mean(z)"],
  ["mean", build.div(build.sum(z, [1]), build.broadcast(build.constant(graph, [3]), ["batch"], [])), "mean_j(z)"],
  ["variance", varianceOf(z), "var_j(z)"],
  ["element of the class", build.where(build.compare(build.oneHot(y, 3), zero, "ne"), z, zero), "onehot(y) ⊙ z"],
  [
    "cross-entropy of distributions",
    build.sub(build.mul(build.sum(w, [1]), build.log(total)), build.sum(build.mul(w, shifted), [1])),
    "−Σ_j w ⊙ logSoftmax(z)",
  ],
  ["cross-entropy of classes", build.sub(build.log(total), build.sum(build.mul(build.oneHot(y, 3), shifted), [1])), "−Σ_j onehot(y) ⊙ logSoftmax(z)"],
  ["softmax", build.div(e, rows(total)), "softmax(z)"],
  ["softmax", build.div(build.exp(z), build.broadcast(build.sum(build.exp(z), [0]), z.shape, [1])), "softmax_batch(z)"],
  ["softmax of logSoftmax", build.exp(build.sub(shifted, rows(build.log(total)))), "softmax(z)"],
  ["logSoftmax", build.sub(shifted, rows(build.log(total))), "logSoftmax(z)"],
  ["logSoftmax by sum", build.sub(z, rows(build.log(build.sum(build.exp(z), [1])))), "logSoftmax(z)"],
  ["logSumExp", build.add(build.log(total), build.stopGradient(build.max(z, [1], "even"))), "logSumExp_j(z)"],
  ["logSumExp", logSumOf(z), "logSumExp_j(z)"],
  ["logSumExp", build.add(logSumOf(guarded(z)), shiftOf(z)), "logSumExp_j(z)"],
  ["softmax", weights(guarded(z)), "softmax(z)"],
  ["standard deviation", build.sqrt(sampleVariance), "std_batch(z)"],
  ["standard deviation", rootOf(sampleVariance), "std_batch(z)"],
  ["norm", build.sqrt(build.sum(build.mul(z, z), [0, 1])), "norm(z)"],
  ["norm of any vector", lengthOf(z), "norm_j(z)"],
  ["unit vector", unitOf(z), "unit_j(z)"],
  ["root with slope 0 at 0", rootOf(total), "√(Σ_j exp(z − max_j(z)))"],
  ["sums and products so far", soFar(build.add, 0, [1, 2]), "cumsum_j(z)"],
  ["sums and products so far", soFar(build.mul, 1, [1, 2]), "cumprod_j(z)"],
  ["parts side by side", build.add(among(w, 4, 0), build.add(among(z, 1, 3), among(z2, 0, 6))), "concat(z2, z, w)"],
  [
    "values stacked",
    build.concat(
      [z, w].map((x): Node => build.reshape(x, ["batch", 1, 3])),
      1,
    ),
    "stack_j(z, w)",
  ],
  [
    "values stacked",
    build.concat([build.broadcast(build.constant(graph, [2]), ["batch", 1, 3], []), build.reshape(z, ["batch", 1, 3])], 1),
    "stack_j(2, z)",
  ],
  ["value at a place", build.reshape(build.slice(z, [0, 2], ["batch", 1]), ["batch"]), "at_j=2(z)"],
  ["values at places", taken(z, classes, 1), "reshape(take_j(z, classes), [batch, 1])"],
  ["values at places", build.reshape(taken(z, classes, 1), ["batch"]), "take_j(z, classes)"],
  ["values at places", taken(z, pairs, 2), "take_j(z, pairs)"],
  ["cosine", cosineOf(z, w), "cosineSimilarity(z, w)"],
  ["clamp from below", build.where(build.compare(z, zero, "ge"), z, build.maximum(build.stopGradient(z), zero)), "max(z, 0)"],
  ["clamp", clamped(z, zero, build.fill(z, 1)), "min(max(z, 0), 1)"],
  ["clamp from above", build.where(build.compare(z, zero, "le"), z, build.minimum(build.stopGradient(z), zero)), "min(z, 0)"],
  ["held above", heldAbove(z, zero), "max(z, 0)"],
  ["shares that take part", build.where(takesPart, build.mul(weights(build.where(takesPart, z, build.fill(z, -Infinity))), w), zero), takingPart],
  [
    "shares that take part",
    build.where(chosen, taken(z, pairs, 2), build.fill(taken(z, pairs, 2), 0)),
    "{take_j(z, pairs) if pairs > pairs − pairs, else 0}",
  ],
  ["relu", build.where(build.compare(z, zero, "le"), zero, z), "relu(z)"],
  ["step", slopeOfExtreme("gt", z, w), "step(z − w)"],
  ["step", slopeOfExtreme("lt", z, w), "step(w − z)"],
  ["step", slopeOfExtreme("gt", z, zero), "step(z)"],
  ["step", slopeOfExtreme("lt", z, zero), "step(−z)"],
  ["relu", build.where(build.compare(z, zero, "le"), zero, w), "w ⊙ [z > 0]"],
  ["relu", build.where(build.compare(z, zero, "le"), zero, build.fill(z, 1)), "[z > 0]"],
  ["square", build.mul(z, z), "z²"],
  ["argmin", build.argmax(build.neg(z), 1), "argmin_j(z)"],
  ["argmin", build.argmax(build.sub(build.broadcast(build.constant(graph, [-1], [], "i32"), ["batch"], []), y), 0), "argmin_batch(y)"],
];

/** Over all axes from the third on. */
function whitened(x: Node): Node {
  const axes = x.shape.flatMap((_, axis) => (axis < 2 ? [] : [axis]));
  const mean = (of: Node) => {
    const sums = build.sum(of, axes);
    const count = axes.reduce((product, axis) => product * Number(x.shape[axis]), 1);
    return build.broadcast(build.div(sums, build.fill(sums, count)), x.shape, [0, 1]);
  };
  const centered = build.sub(x, mean(x));
  return build.div(centered, root(mean(build.mul(centered, centered))));
}

/** Four channels in two groups. */
function grouped(x: Node): Node {
  return build.reshape(whitened(build.reshape(x, ["batch", 2, 2, 3, 5])), x.shape);
}

function varianceOf(x: Node): Node {
  const three = build.broadcast(build.constant(graph, [3]), ["batch"], []);
  const centered = build.sub(x, rows(build.div(build.sum(x, [1]), three)));
  return build.div(build.sum(build.mul(centered, centered), [1]), three);
}

/** Heads of two columns of q, k and v, one beside the other. */
function headed(divisor: number): Node {
  const [query, key, value] = [q, k, v].map((x): Node => build.reshape(x, [5, 2, 2])) as [Node, Node, Node];
  const products = build.contract(query, key, "ihk,jhk->hij");
  const divided = build.div(products, build.fill(products, Math.fround(Math.sqrt(divisor))));
  const powers = build.exp(build.sub(divided, build.broadcast(build.max(divided, [2], "even"), divided.shape, [0, 1])));
  const shares = build.div(powers, build.broadcast(build.sum(powers, [2]), divided.shape, [0, 1]));
  return build.reshape(build.contract(shares, value, "hij,jhk->ihk"), [5, 4]);
}

/** Columns of x with zeros before and behind them. */
function among(x: Node, low: number, high: number): Node {
  return build.pad(x, [0, low], [0, high], 0);
}

function rootOf(s: Node): Node {
  const isZero = build.compare(s, build.fill(s, 0), "eq");
  return build.where(isZero, s, build.sqrt(build.where(isZero, build.fill(s, 1), s)));
}

/** Passes over the three columns of z, each of which adds what stands so many places before. */
function soFar(combine: (x: Node, y: Node) => Node, neutral: number, steps: readonly number[]): Node {
  const moved = (x: Node, step: number) => build.pad(build.slice(x, [0, 0], ["batch", 3 - step]), [0, step], [0, 0], neutral);
  return steps.reduce((x: Node, step) => combine(x, moved(x, step)), z);
}

/** The elements of each row of x at its `count` places. */
function taken(x: Node, places: Node, count: number): Node {
  const shape = ["batch", count, 3] as const;
  const repeated = build.broadcast(places, shape, [...places.shape.keys()]);
  const own = build.compare(repeated, build.iota(graph, shape, 2), "eq");
  const cells = build.broadcast(x, shape, [0, 2]);
  const sum = build.sum(build.where(own, cells, build.fill(cells, 0)), [2]);
  const isSomewhere = build.cast(build.sum(build.cast(own, "i32"), [2]), "bool");
  return build.where(isSomewhere, sum, build.fill(sum, Number.NaN));
}

function lengthOf(x: Node): Node {
  return rootOf(build.sum(build.mul(x, x), [1]));
}

function clamped(x: Node, low: Node, high: Node): Node {
  const outside = build.minimum(build.maximum(build.stopGradient(x), low), high);
  return build.where(build.compare(x, low, "ge"), build.where(build.compare(x, high, "le"), x, outside), outside);
}

function unitOf(x: Node): Node {
  const length = lengthOf(x);
  return build.where(rows(build.compare(length, build.fill(length, 0), "eq")), build.fill(x, 0), build.div(x, rows(length)));
}

function cosineOf(a: Node, b: Node): Node {
  const dot = (x: Node, y: Node) => build.sum(build.mul(x, y), [1]);
  const length = (x: Node) => build.sqrt(build.add(dot(x, x), build.fill(dot(x, x), 1e-12)));
  return build.div(dot(a, b), build.mul(length(a), length(b)));
}

function heldAbove(x: Node, low: Node): Node {
  const still = build.stopGradient(x);
  return build.where(build.compare(x, low, "lt"), build.add(build.sub(x, still), build.maximum(still, low)), x);
}

test.each(cases)("%s: %#", (form, node, printed) => {
  expect(forms.find(({ match }) => match(node))?.name).toBe(form);
  expect(print(formulaOf(node, names), text)).toBe(printed);
});

test("every form has a case", () => {
  const others: readonly unknown[] = [...activationForms, ...spatialForms];
  expect(new Set(cases.map(([form]) => form))).toEqual(new Set(forms.filter((each) => !others.includes(each)).map(({ name }) => name)));
});

const near: readonly [what: string, node: Node, printed: string | undefined][] = [
  ["a sum with the one before is no sum of all before", soFar(build.add, 0, [1]), "z + pad_1:0(slice_0:2(z))"],
  ["a sum over another count is no mean", build.div(build.sum(z, [0, 1]), build.size(graph, "batch")), "(Σ_batch,j z) / batch"],
  ["exp over the sum of others is no softmax", build.div(build.exp(z), rows(build.sum(build.exp(w), [1]))), "exp(z) / Σ_j exp(w)"],
  ["another comparison is no relu", build.where(build.compare(z, zero, "lt"), zero, z), "z ⊙ [z ≥ 0]"],
  ["heads over another number than the root of their width are no attention", headed(4), undefined],
  ["parts with a gap between them are not side by side", build.add(among(w, 5, 1), among(z, 1, 5)), "pad_5:1(w) + pad_1:5(z)"],
  ["products over another number than the root of the width are no attention", attended(scores(3)), "softmax((q·kᵀ) / 3)·v"],
  [
    "a distance from the mean over the root of another's variance is no norm",
    build.div(build.sub(z, meanOfRows(z)), root(rows(varianceOf(w)))),
    "(z − mean_j(z)) / √(var_j(w) + 0.5)",
  ],
  ["shifted by the largest of others is no softmax of z", build.sub(z, rows(build.max(w, [1], "even"))), "z − max_j(w)"],
];

test.each(near)("%s", (_, node, printed) => {
  expect(formOf(node)).toBeUndefined();
  if (printed !== undefined) expect(print(formulaOf(node, names), text)).toBe(printed);
});
