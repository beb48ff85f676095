import { elementwise, ops } from "gradc";
import type { Operand, Tensor } from "../../src/tensor.ts";
import { type Bodies, type Groups, readGolden, testGroup } from "./golden.ts";

const groups = readGolden<Groups>("ops");

const testOps = (group: string, bodies: Bodies, coarse?: readonly string[]): void => testGroup(group, groups[group] ?? {}, bodies, coarse);

/** The cases `name + suffix` of one function. */
const named = (suffixes: readonly string[], name: string, body: Bodies[string]): Bodies =>
  Object.fromEntries(suffixes.map((suffix) => [name + suffix, body]));

const flat = ["sign", "floor", "ceil", "round", "trunc"] as const;
const smooth = [
  "neg",
  "abs",
  "exp",
  "log",
  "log1p",
  "expm1",
  "sqrt",
  "tanh",
  "sigmoid",
  "softplus",
  "erf",
  "sin",
  "cos",
  "square",
  "atan",
  "acos",
  "asinh",
  "log2",
  "sinh",
  "cosh",
] as const;

testOps(
  "elementwise",
  Object.assign(
    {},
    ...flat.map((name): Bodies => ({ [name]: ({ x }) => ops[name](x), [`${name}Added`]: ({ x }) => ops.add(ops[name](x), x) })),
    ...smooth.map((name) => named(["", "Anywhere"], name, ({ x }) => ops[name](x))),
  ),
  ["erf", "log2"],
);

testOps("formulas", {
  logistic: ({ x }) => elementwise("1 / (1 + exp(-x))")(x),
  logisticOfPowers: ({ x }) => elementwise("exp(x) / (1 + exp(x))")(x),
  swish: ({ x }) => elementwise("x / (1 + exp(-x))")(x),
  logOfPowers: ({ x }) => elementwise("log(1 + exp(x))")(x),
  tanhOfPowers: ({ x }) => elementwise("(exp(x) - exp(-x)) / (exp(x) + exp(-x))")(x),
  tanhOfDoublePowers: ({ x }) => elementwise("(exp(2 * x) - 1) / (exp(2 * x) + 1)")(x),
});

const binary = { add: ops.add, sub: ops.sub, mul: ops.mul, div: ops.div, maximum: ops.max, minimum: ops.min } as const;

const paired = (name: string, apply: (x: Operand, y: Operand) => Tensor): Bodies => ({
  ...named(["", "Row", "Column", "Anywhere"], name, ({ x, y }) => apply(x, y)),
  [`${name}Itself`]: ({ x }) => apply(x, x),
});

testOps("pairs", Object.assign({}, ...Object.entries(binary).map(([name, apply]) => paired(name, apply))));

const exponents = { One: 1, Two: 2, Three: 3, Half: 0.5, Inverse: -1, Fraction: 2.5, InverseRoot: -0.5 };

testOps("powers", {
  ...named(["", "Anywhere"], "pow", ({ x, y }) => ops.pow(x, y)),
  ...Object.assign({}, ...Object.entries(exponents).map(([name, p]) => named(["", "Anywhere"], `pow${name}`, ({ x }) => ops.pow(x, p)))),
  powZero: ({ x }) => ops.add(ops.pow(x, 0), x),
  powOfTwo: ({ x }) => ops.pow(2, x),
  powOfZero: ({ x }) => ops.pow(0, x),
});

const relations = ["eq", "ne", "lt", "le", "gt", "ge"] as const;

testOps("choices", {
  clamp: ({ x }) => ops.clamp(x, -1, 1),
  clampBelow: ({ x }) => ops.clamp(x, { min: 0 }),
  clampAbove: ({ x }) => ops.clamp(x, { max: 0.25 }),
  clampTensors: ({ x, low, high }) => ops.clamp(x, low, high),
  where: ({ x, y }) => ops.where(ops.compare(x, y, "gt"), x, y),
  whereNotTaken: ({ x }) => ops.where(ops.compare(x, 0, "gt"), ops.abs(x), ops.sqrt(x)),
  whereOther: ({ x }) => ops.where(ops.compare(x, 0, "gt"), ops.log(x), 0),
  whereNumber: ({ x, y }) => ops.where(x, y, 7),
  ...Object.fromEntries(relations.map((relation): [string, Bodies[string]] => [relation, ({ x, y }) => ops.compare(x, y, relation)])),
  castToIndex: ({ x }) => ops.cast(x, "i32"),
  stopGradient: ({ x }) => ops.mul(x, ops.stopGradient(x)),
});

const axes = { "": {}, Rows: { dim: 0 }, Last: { dim: -1 }, Both: { dim: [0, 1] }, Kept: { dim: 1, keepDim: true } };
const reductions = { sum: ops.sum, mean: ops.mean, var: ops.var, norm: ops.norm, amax: ops.amax, amin: ops.amin, logSumExp: ops.logSumExp };

testOps("reductions", {
  ...Object.fromEntries(
    Object.entries(axes).flatMap(([name, options]) =>
      Object.entries(reductions).map(([reduction, apply]): [string, Bodies[string]] => [reduction + name, ({ x }) => apply(x, options)]),
    ),
  ),
  sumMiddle: ({ x }) => ops.sum(x, { dim: [1, 3] }),
  meanOuter: ({ x }) => ops.mean(x, { dim: [0, 2, 3], keepDim: true }),
  amaxMiddle: ({ x }) => ops.amax(x, { dim: [1, 2] }),
  logSumExpMiddle: ({ x }) => ops.logSumExp(x, { dim: [1, 3] }),
  varBiased: ({ x }) => ops.var(x, { dim: 1, correction: 0 }),
  varTwice: ({ x }) => ops.var(x, { dim: 0, correction: 2, keepDim: true }),
  varMiddle: ({ x }) => ops.var(x, { dim: [0, 2, 3] }),
  varOfOne: ({ x }) => ops.var(x, { dim: 1 }),
  varFar: ({ x }) => ops.var(x, { dim: 1, correction: 0 }),
  normAtZero: ({ x }) => ops.norm(x, { dim: 1 }),
  normAllZero: ({ x }) => ops.norm(x),
  normAnywhere: ({ x }) => ops.norm(x, { dim: 1 }),
  sumAnywhere: ({ x }) => ops.sum(x, { dim: 1 }),
});

const largest = (suffix: string): Bodies => ({
  [`amax${suffix}`]: ({ x }) => ops.amax(x, { dim: 1 }),
  [`amin${suffix}`]: ({ x }) => ops.amin(x, { dim: 1 }),
  [`amaxAll${suffix}`]: ({ x }) => ops.amax(x),
  [`maxAll${suffix}`]: ({ x }) => ops.max(x),
  [`minAll${suffix}`]: ({ x }) => ops.min(x),
  [`max${suffix}`]: ({ x }) => ops.max(x, { dim: 1 }),
  [`min${suffix}`]: ({ x }) => ops.min(x, { dim: 1 }),
  [`maxRows${suffix}`]: ({ x }) => ops.max(x, { dim: 0 }),
  [`minKept${suffix}`]: ({ x }) => ops.min(x, { dim: 1, keepDim: true }),
  [`argmax${suffix}`]: ({ x }) => ops.argmax(x, { dim: 1 }),
  [`argmaxRows${suffix}`]: ({ x }) => ops.argmax(x, { dim: 0, keepDim: true }),
  [`argmaxAll${suffix}`]: ({ x }) => ops.argmax(x),
});

testOps("extremes", {
  ...largest("Ties"),
  ...largest("Odd"),
  maxBlocks: ({ x }) => ops.max(x, { dim: [1, 2] }),
  amaxBlocks: ({ x }) => ops.amax(x, { dim: [1, 2] }),
  maxOfOne: ({ x }) => ops.max(x, { dim: 1 }),
});

const along = (name: string, apply: (x: Tensor, options: { dim: number }) => Tensor): Bodies => ({
  [name]: ({ x }) => apply(x, { dim: -1 }),
  [`${name}Rows`]: ({ x }) => apply(x, { dim: 0 }),
  ...named(["Middle", "OfOne", "Far", "Bad"], name, ({ x }) => apply(x, { dim: 1 })),
});

testOps("softmaxes", { ...along("softmax", ops.softmax), ...along("logSoftmax", ops.logSoftmax), ...along("logSumExp", ops.logSumExp) });
