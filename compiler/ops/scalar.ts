// Builders for records of ops that work element by element on operands of equal shape.
import type { Formula } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import type { Dtype } from "../ir/type.ts";
import type { VectorFunction } from "../math/writer.ts";
import { checkDtypes, checkSameShape } from "./check.ts";
import type { Op, Sample, Value } from "./op.ts";
import type { Range, Ranges, Steep } from "./range.ts";

/** An op on one element of each operand; those beyond its arity are to be ignored. */
type Scalar = (x: number, y: number, z: number) => number;

/** The instructions of WebAssembly that scalar ops are made of, by the names that they have for one value and for four lanes. */
export const f32Unary = ["neg", "abs", "sqrt", "floor", "ceil", "nearest", "trunc"] as const;
export const f32Binary = ["add", "sub", "mul", "div", "min", "max"] as const;
export type F32Unary = (typeof f32Unary)[number];
export type F32Binary = (typeof f32Binary)[number];

/** Instructions, or what a few of them make. */
export type F32Instruction = F32Unary | F32Binary | "sign";
export type I32Instruction = "add" | "sub" | "mul" | "min" | "max" | "neg" | "abs" | "sign";

/** A function for which WebAssembly has no instruction, and how far its results are from the exact ones at most, in units in the last place. */
export interface Approximation extends Pick<VectorFunction, "body" | "short"> {
  readonly ulp: number;
}

/** What an op does to elements of one dtype: in f64, which for i32 is exact, and in WebAssembly. */
export interface On<Code> {
  readonly value: Scalar;
  readonly code: Code;
}

/** All that gradc knows about a scalar op, beside its arity. Every other table of scalar ops is made of these fields. */
interface Fields {
  readonly name: string;
  /** The dtypes that the op takes. The result has the same dtype. */
  readonly f32: On<F32Instruction | Approximation>;
  readonly i32?: On<I32Instruction>;
  /** Where the results lie, given where the operands lie; -0 only where that begins below 0. */
  readonly range: (xs: Ranges) => Range;
  /** Where the slope by an operand can be NaN or infinite; `neverSteep` for an op without gradient. */
  readonly steep: Steep;
  /** Where the op is defined and has a slope, if not everywhere. */
  readonly domain?: (xs: Ranges) => boolean;
  /** What one of them costs, on a value or on a vector, where one addition costs 1. */
  readonly cost: number;
  /** Whether `Math` has the function by this name, so that arrow functions and formulas may call it. */
  readonly inMath?: true;
  readonly formula: (...xs: Formula[]) => Formula;
  readonly samples: readonly Sample<Record<never, never>>[];
}

export type Arity = 1 | 2;

/**
 * The record of a scalar op. Its doc comment is that of the public function. Families of records are classes, whose members say their types: those of
 * an object literal would be inferred anew for every definition that applies an op.
 */
export interface ScalarRecord<A extends Arity = Arity> extends Op, Omit<Fields, "formula"> {
  readonly arity: A;
}

/** The tensor of `apply` at every position of `inputs`. */
export function elementwiseValue(dtype: Dtype, inputs: readonly Value[], apply: Scalar): Value {
  const [x, y = x, z = x] = inputs as readonly [Value, Value?, Value?];
  const data = x.data.map((element, position) => apply(element, y.data[position] as number, z.data[position] as number));
  return { dtype, shape: x.shape, data };
}

function record<A extends Arity>({ formula, ...fields }: Fields, arity: A, gradient: Op["gradient"]): ScalarRecord<A> {
  const { name, f32, i32 } = fields;
  const values: { readonly [D in Dtype]?: Scalar } = { f32: f32.value, ...(i32 && { i32: i32.value }) };
  return {
    ...fields,
    arity,
    type(inputs) {
      checkDtypes(name, inputs, Object.keys(values) as Dtype[]);
      checkSameShape(name, inputs);
      return elementAt(inputs, 0);
    },
    evaluate: (inputs, _, { dtype }) => elementwiseValue(dtype, inputs, values[dtype] as Scalar),
    gradient,
    formula: (xs) => formula(...xs),
  };
}

/** The record of `y = op(x)`; `gradient` gives that of x. */
export const unary = ({ gradient, ...op }: Fields & { readonly gradient: ((g: Node, x: Node, y: Node) => Node) | null }): ScalarRecord<1> =>
  record(op, 1, gradient && ((g, [x], y) => [gradient(g, x as Node, y)]));

/** The record of `z = op(x, y)`; `gradient` gives those of x and y. */
export const binary = ({
  gradient,
  ...op
}: Fields & { readonly gradient: (g: Node, x: Node, y: Node, z: Node) => readonly (Node | null)[] }): ScalarRecord<2> =>
  record(op, 2, (g, [x, y], z) => gradient(g, x as Node, y as Node, z));

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
