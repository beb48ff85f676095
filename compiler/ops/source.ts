import { randomKey, uniform } from "../../runtime/counter-random.ts";
import { InternalError } from "../../runtime/error.ts";
import { shapeMismatch } from "../diagnostics/tensors.ts";
import { axisName, extent } from "../formula/axes.ts";
import { call, number, variable } from "../formula/tree.ts";
import { evaluate, isDynamic, product } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import { oneNumberOf } from "../ir/lists.ts";
import type { Dtype } from "../ir/type.ts";
import { checkAxis, checkDtypes, checkWhole } from "./check.ts";
import type { Evaluation, Op, Value } from "./op.ts";
import type { OpParams } from "./params.ts";
import { tabulate } from "./value.ts";

interface Named {
  readonly name: string;
}

function lookUp({ name }: Named, { sources }: Evaluation): Value {
  const value = sources.get(name);
  if (!value) throw new InternalError(`No value is given for "${name}"`);
  return value;
}

const scalar = (dtype: Dtype, value: number): Value => ({ dtype, shape: [], data: Float64Array.of(value) });

const input: Op<OpParams["input"]> = {
  type: (_, { dtype, shape }) => ({ dtype, shape }),
  evaluate: (_, params, evaluation) => lookUp(params, evaluation),
  gradient: null,
  formula: (_, { name }) => variable(name),
  samples: [],
};

const parameter: Op<OpParams["parameter"]> = {
  type: (_, { shape }) => ({ dtype: "f32", shape }),
  evaluate: (_, params, evaluation) => lookUp(params, evaluation),
  gradient: null,
  formula: (_, { name }) => variable(name),
  samples: [],
};

const state: Op<OpParams["state"]> = {
  type: (_, { dtype, shape }) => ({ dtype, shape }),
  evaluate: (_, params, evaluation) => lookUp(params, evaluation),
  gradient: null,
  formula: (_, { name }) => variable(name),
  samples: [],
};

const constant: Op<OpParams["constant"]> = {
  type(_, { data, shape, dtype }) {
    if (product(shape) !== data.length) throw shapeMismatch("Cannot make a constant", [shape], `a shape of ${data.length} elements`);
    return { dtype, shape };
  },
  evaluate: (_, { data, shape, dtype }) => ({ dtype, shape, data: Float64Array.from(data) }),
  gradient: null,
  // Equal elements are what broadcasting one number gives, so the number stands for them.
  formula(_, { data }) {
    const value = oneNumberOf(data);
    return value === undefined ? variable("constant") : number(value);
  },
  samples: [
    { inputs: [], params: { data: [-0], shape: [], dtype: "f32" } },
    { inputs: [], params: { data: [1, 2, 3, 4, 5, 6], shape: [2, 3], dtype: "i32" } },
    { inputs: [], params: { data: [0, 1], shape: [2], dtype: "bool" } },
    { inputs: [], params: { data: [], shape: [0, 2], dtype: "f32" } },
  ],
};

const iota: Op<OpParams["iota"]> = {
  type(_, { shape, axis }) {
    checkAxis("iota", shape, axis);
    return { dtype: "i32", shape };
  },
  evaluate: (_, { axis }, { dtype, shape }) => tabulate(dtype, shape, (index) => index[axis] as number),
  gradient: null,
  // A dynamic axis is named like its extent, which is another number.
  formula(_, { shape, axis }) {
    const name = variable(axisName(shape, axis));
    return { ...(isDynamic(elementAt(shape, axis)) ? call("index", [name]) : name), along: { shape, axis } };
  },
  samples: [
    { inputs: [], params: { shape: [4], axis: 0 } },
    { inputs: [], params: { shape: [2, 3], axis: 1 } },
    { inputs: [], params: { shape: [2, 1, 0], axis: 1 } },
  ],
};

const size: Op<OpParams["size"]> = {
  type: () => ({ dtype: "f32", shape: [] }),
  evaluate: (_, { dim }, { sizes }) => scalar("f32", evaluate(dim, sizes)),
  gradient: null,
  formula: (_, { dim }) => extent(dim),
  samples: [{ inputs: [], params: { dim: 12 } }],
};

const training: Op = {
  type: () => ({ dtype: "bool", shape: [] }),
  evaluate: (_inputs, _params, evaluation) => scalar("bool", evaluation.training ? 1 : 0),
  gradient: null,
  formula: () => variable("training"),
  samples: [{ inputs: [], params: {} }],
};

/** See `runtime/counter-random.ts` for the function. */
const random: Op<OpParams["random"]> = {
  type(inputs, { stream, shape }) {
    checkDtypes("random", inputs, ["i32"]);
    checkWhole("random", "stream", stream, 0);
    const shapes = inputs.map((scalar) => scalar.shape);
    if (inputs.length < 2 || shapes.some((operand) => operand.length > 0)) throw shapeMismatch('Cannot apply "random"', shapes, "[] and []");
    return { dtype: "f32", shape };
  },
  evaluate(inputs, { stream }, { dtype, shape }) {
    const [seed, step, ...steps] = inputs.map(({ data }) => data[0] as number) as [number, number, ...number[]];
    const key = steps.reduce((outer, at) => randomKey(outer, at, 0), randomKey(seed, step, stream));
    return tabulate(dtype, shape, (_, position) => uniform(key, position));
  },
  gradient: null,
  formula: (_, { stream }) => call("random", [], String(stream + 1)),
  samples: [
    {
      inputs: [
        { dtype: "i32", shape: [], data: [7] },
        { dtype: "i32", shape: [], data: [1] },
      ],
      params: { stream: 3, shape: [2, 3] },
    },
    {
      inputs: [
        { dtype: "i32", shape: [], data: [-2147483648] },
        { dtype: "i32", shape: [], data: [2147483647] },
      ],
      params: { stream: 0, shape: [0] },
    },
  ],
};

export const source = { input, parameter, state, constant, iota, size, training, random };
