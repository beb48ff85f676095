// Comparison, choice and conversion.

import { dtypeMismatch } from "../diagnostics/tensors.ts";
import { isNumber } from "../formula/guards.ts";
import { negated } from "../formula/tidy.ts";
import { call, type Formula, indicator, number, type Operator, operator } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import type { Dtype, TensorType } from "../ir/type.ts";
import * as build from "./build.ts";
import { checkDtypes, checkSameShape } from "./check.ts";
import type { Op } from "./op.ts";
import type { OpParams, Relation } from "./params.ts";
import { elementwiseValue } from "./scalar.ts";

const anyDtype: readonly Dtype[] = ["f32", "i32", "bool"];

const and = (x: Formula, y: Formula) => call("and", [x, y]);
const or = (x: Formula, y: Formula) => call("or", [x, y]);

interface Comparison {
  /** Comparisons with NaN are false, save for `ne`. */
  readonly holds: (x: number, y: number) => boolean;
  readonly operator: Operator;
  /** What it says of truths, where false < true. */
  readonly logic: (x: Formula, y: Formula) => Formula;
}

/** What each relation says. */
export const relations: Record<Relation, Comparison> = {
  eq: { holds: (x, y) => x === y, operator: "=", logic: (x, y) => (isNumber(y, 0) ? negated(x) : operator("=", x, y)) },
  ne: { holds: (x, y) => x !== y, operator: "≠", logic: (x, y) => operator("≠", x, y) },
  lt: { holds: (x, y) => x < y, operator: "<", logic: (x, y) => and(negated(x), y) },
  le: { holds: (x, y) => x <= y, operator: "≤", logic: (x, y) => or(negated(x), y) },
  gt: { holds: (x, y) => x > y, operator: ">", logic: (x, y) => and(x, negated(y)) },
  ge: { holds: (x, y) => x >= y, operator: "≥", logic: (x, y) => or(x, negated(y)) },
};

export const isRelation = (op: string): op is Relation => Object.hasOwn(relations, op);

const compared = {
  f32: [
    { shape: [6], data: [1, 2, 3, NaN, -0, -Infinity] },
    { shape: [6], data: [2, 2, 2, NaN, 0, Infinity] },
  ],
  i32: [
    { dtype: "i32", shape: [3], data: [1, 2, 3] },
    { dtype: "i32", shape: [3], data: [2, 2, 2] },
  ],
  bool: [
    { dtype: "bool", shape: [2, 2], data: [0, 0, 1, 1] },
    { dtype: "bool", shape: [2, 2], data: [0, 1, 0, 1] },
  ],
} as const;

const compare: Op<OpParams["compare"]> = {
  type(inputs) {
    checkDtypes("compare", inputs, anyDtype);
    checkSameShape("compare", inputs);
    return { dtype: "bool", shape: elementAt(inputs, 0).shape };
  },
  evaluate: (inputs, { relation }, { dtype }) => elementwiseValue(dtype, inputs, (x, y) => Number(relations[relation].holds(x, y))),
  gradient: null,
  formula(xs, { relation }, { inputs: [x] }) {
    const { operator: sign, logic } = relations[relation];
    return x?.dtype === "bool" ? logic(elementAt(xs, 0), elementAt(xs, 1)) : operator(sign, ...xs);
  },
  samples: [
    ...(Object.keys(relations) as Relation[]).map((relation) => ({ inputs: compared.f32, params: { relation }, note: "a tie, NaN, ±0" })),
    { inputs: compared.i32, params: { relation: "ge" } },
    { inputs: compared.bool, params: { relation: "eq" }, note: "logic" },
    { inputs: compared.bool, params: { relation: "lt" }, note: "logic" },
  ],
};

const where: Op = {
  type(inputs) {
    const [condition, x, y] = inputs as readonly [TensorType, TensorType, TensorType];
    checkDtypes("where", [condition], ["bool"]);
    checkDtypes("where", [x, y], anyDtype);
    checkSameShape("where", inputs);
    return x;
  },
  evaluate: (inputs, _, { dtype }) => elementwiseValue(dtype, inputs, (condition, x, y) => (condition ? x : y)),
  // d(c ? x : y) = (c ? dx : 0) + (c ? 0 : dy)
  gradient(g, [condition]) {
    const zero = build.fill(g, 0);
    return [null, build.where(condition as Node, g, zero), build.where(condition as Node, zero, g)];
  },
  formula(xs) {
    const [condition, value, otherwise] = xs as readonly [Formula, Formula, Formula];
    return { kind: "cases", condition, value, otherwise };
  },
  samples: [
    {
      inputs: [
        { dtype: "bool", shape: [4], data: [0, 1, 1, 0] },
        { shape: [4], data: [1, 2, 3, 4] },
        { shape: [4], data: [-1, -2, -3, -4] },
      ],
      params: {},
    },
    {
      inputs: [
        { dtype: "bool", shape: [2], data: [0, 1] },
        { shape: [2], data: [NaN, 1] },
        { shape: [2], data: [2, Infinity] },
      ],
      params: {},
      note: "the branch not taken does not matter",
      smooth: false,
    },
    {
      inputs: [
        { dtype: "bool", shape: [2], data: [0, 1] },
        { dtype: "i32", shape: [2], data: [5, 6] },
        { dtype: "i32", shape: [2], data: [7, 8] },
      ],
      params: {},
    },
    {
      inputs: [
        { dtype: "bool", shape: [1], data: [1] },
        { dtype: "bool", shape: [1], data: [0] },
        { dtype: "bool", shape: [1], data: [1] },
      ],
      params: {},
    },
  ],
};

const toInteger = (x: number) => (Number.isNaN(x) ? 0 : Math.min(2147483647, Math.max(-2147483648, Math.trunc(x))));

const converters: Record<Dtype, (x: number) => number> = { f32: (x) => x, i32: (x) => toInteger(x) | 0, bool: (x) => Number(x !== 0) };

/** Numbers are numbers on paper: only what changes the value is written. */
function converted(x: Formula, from: Dtype, to: Dtype): Formula {
  if (from === to) return x;
  if (to === "bool") return operator("≠", x, number(0));
  if (from === "bool") return indicator(x);
  return from === "f32" ? call("trunc", [x]) : x;
}

const cast: Op<OpParams["cast"]> = {
  type([x], { dtype }) {
    if (!anyDtype.includes(dtype)) throw dtypeMismatch('Cannot apply "cast"', [dtype], anyDtype);
    return { dtype, shape: (x as TensorType).shape };
  },
  evaluate: (inputs, _, { dtype }) => elementwiseValue(dtype, inputs, converters[dtype]),
  // Whole numbers and truths do not vary smoothly; f32 to f32 is x itself.
  gradient: (g, [x], y) => [(x as Node).dtype === "f32" && y.dtype === "f32" ? g : null],
  formula: ([x], { dtype }, node) => converted(x as Formula, node.inputs[0]?.dtype as Dtype, dtype),
  samples: [
    { inputs: [{ shape: [6], data: [0, -0, 0.5, -2.7, 3, 1e6] }], params: { dtype: "i32" } },
    { inputs: [{ shape: [4], data: [NaN, Infinity, -Infinity, 3e9] }], params: { dtype: "i32" }, note: "saturates", smooth: false },
    { inputs: [{ shape: [4], data: [NaN, 0, -0, 0.1] }], params: { dtype: "bool" }, smooth: false },
    { inputs: [{ dtype: "bool", shape: [2], data: [0, 1] }], params: { dtype: "f32" } },
    { inputs: [{ dtype: "i32", shape: [3], data: [-2, 0, 7] }], params: { dtype: "f32" } },
    { inputs: [{ dtype: "i32", shape: [3], data: [-2, 0, 7] }], params: { dtype: "bool" } },
    { inputs: [{ shape: [2], data: [-2, 0] }], params: { dtype: "f32" } },
  ],
};

export const selection = { compare, where, cast };
