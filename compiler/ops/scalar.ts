// Builders for records of ops that work element by element on operands of equal shape.
import type { Formula } from "../formula/tree.ts";
import type { Node } from "../ir/node.ts";
import type { Dtype, TensorType } from "../ir/type.ts";
import { checkDtypes, checkSameShape } from "./check.ts";
import type { Op, Sample, Value } from "./op.ts";

/** An op on one element of each operand; those beyond its arity are to be ignored. */
type Scalar = (x: number, y: number, z: number) => number;

interface ScalarOp {
  readonly name: string;
  /** The dtypes that the op takes, each with what it does to one element. The result has the same dtype. */
  readonly on: { readonly [D in Dtype]?: Scalar };
  readonly formula: (...xs: Formula[]) => Formula;
  readonly samples: readonly Sample<Record<never, never>>[];
}

/** The tensor of `apply` at every position of `inputs`. */
export function elementwiseValue(dtype: Dtype, inputs: readonly Value[], apply: Scalar): Value {
  const [x, y = x, z = x] = inputs as readonly [Value, Value?, Value?];
  const data = x.data.map((element, position) => apply(element, y.data[position] as number, z.data[position] as number));
  return { dtype, shape: x.shape, data };
}

/** The record of an op of one or more operands whose result has their type. */
function scalarOp({ name, on, formula, samples }: ScalarOp, gradient: Op["gradient"]): Op {
  return {
    type(inputs) {
      checkDtypes(name, inputs, Object.keys(on) as Dtype[]);
      checkSameShape(name, inputs);
      return inputs[0] as TensorType;
    },
    evaluate: (inputs, _, { dtype }) => elementwiseValue(dtype, inputs, on[dtype] as Scalar),
    gradient,
    formula: (xs) => formula(...xs),
    samples,
  };
}

/** The record of `y = op(x)`; `gradient` gives that of x. */
export const unary = ({ gradient, ...op }: ScalarOp & { readonly gradient: ((g: Node, x: Node, y: Node) => Node) | null }): Op =>
  scalarOp(op, gradient && ((g, [x], y) => [gradient(g, x as Node, y)]));

/** The record of `z = op(x, y)`; `gradient` gives those of x and y. */
export const binary = ({ gradient, ...op }: ScalarOp & { readonly gradient: (g: Node, x: Node, y: Node, z: Node) => readonly (Node | null)[] }): Op =>
  scalarOp(op, (g, [x, y], z) => gradient(g, x as Node, y as Node, z));

/** A sample of f32 operands of rank 1. */
export const f32Sample = (data: readonly (readonly number[])[], note?: string, smooth = true): Sample<Record<never, never>> => ({
  inputs: data.map((operand) => ({ shape: [operand.length], data: operand })),
  params: {},
  smooth,
  ...(note === undefined ? {} : { note }),
});

/** A sample of i32 operands of rank 1. */
export const i32Sample = (data: readonly (readonly number[])[]): Sample<Record<never, never>> => ({
  inputs: data.map((operand) => ({ dtype: "i32", shape: [operand.length], data: operand })),
  params: {},
  smooth: false,
});
