// A function for each primitive that gradients, rules and compositions are written with, so that they read as mathematics.
// Shapes must already agree: broadcasting is explicit here, and implicit only in the user's `ops`.
import type { Dim } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import { make } from "../ir/graph.ts";
import type { Graph, Node } from "../ir/node.ts";
import type { Dtype, Shape } from "../ir/type.ts";
import type { OpParams, Relation, Ties } from "./params.ts";

/** A node of an op that has parameters. */
const makeWith = <K extends keyof OpParams>(op: K, inputs: readonly Node[], params: OpParams[K], graph?: Graph) =>
  make(op, inputs, params, graph) as Node<K, OpParams[K]>;

// Sources ------------------------------------------------------------------------------------------------------------

export const input = (graph: Graph, name: string, dtype: Dtype, shape: Shape) => makeWith("input", [], { name, dtype, shape }, graph);
export const parameter = (graph: Graph, name: string, shape: Shape) => makeWith("parameter", [], { name, shape }, graph);
export const state = (graph: Graph, name: string, dtype: Dtype, shape: Shape) => makeWith("state", [], { name, dtype, shape }, graph);
/** `data` row-major; f32 data is rounded to f32 here, so that every evaluator sees the same value. */
export const constant = (graph: Graph, data: readonly number[], shape: readonly number[] = [], dtype: Dtype = "f32") =>
  makeWith("constant", [], { data: dtype === "f32" ? data.map(Math.fround) : [...data], shape, dtype }, graph);
/** i32 of `shape`: the index along `axis`. */
export const iota = (graph: Graph, shape: Shape, axis: number) => makeWith("iota", [], { shape, axis }, graph);
/** The run-time extent of `dim`, f32[]. */
export const size = (graph: Graph, dim: Dim) => makeWith("size", [], { dim }, graph);
/** `dim` as an f32 scalar: a constant where it is known. */
export const count = (graph: Graph, dim: Dim): Node => (typeof dim === "number" ? constant(graph, [dim]) : size(graph, dim));
/** bool[]: true in entry points that train. */
export const training = (graph: Graph) => make("training", [], {}, graph);
/**
 * Uniform f32 in [0, 1) of `shape` with 24 random bits, a function of (seed, step, stream, row-major element index) and of the
 * `steps` that the loops around are at; seed, step and these are i32[].
 */
export const random = (seed: Node, step: Node, stream: number, shape: Shape, steps: readonly Node[] = []) =>
  makeWith("random", [seed, step, ...steps], { stream, shape });

/** A constant of the dtype and shape of `like`. */
export const fill = (like: Node, value: number) => broadcast(constant(like.graph, [value], [], like.dtype), like.shape, []);

/** The number that `node` is everywhere, if it is one constant: what `fill` makes. */
export function constantOf(node: Node): number | undefined {
  if (node.op === "broadcast") return constantOf(elementAt(node.inputs, 0));
  const { data } = node.params as OpParams["constant"];
  return node.op === "constant" && data.length === 1 ? data[0] : undefined;
}

// Elementwise: operands of equal shape -------------------------------------------------------------------------------

export const add = (x: Node, y: Node) => make("add", [x, y], {});
export const sub = (x: Node, y: Node) => make("sub", [x, y], {});
export const mul = (x: Node, y: Node) => make("mul", [x, y], {});
export const div = (x: Node, y: Node) => make("div", [x, y], {});
export const pow = (x: Node, y: Node) => make("pow", [x, y], {});
export const minimum = (x: Node, y: Node) => make("minimum", [x, y], {});
export const maximum = (x: Node, y: Node) => make("maximum", [x, y], {});
export const neg = (x: Node) => make("neg", [x], {});
export const exp = (x: Node) => make("exp", [x], {});
export const log = (x: Node) => make("log", [x], {});
export const log1p = (x: Node) => make("log1p", [x], {});
export const expm1 = (x: Node) => make("expm1", [x], {});
export const sinh = (x: Node) => make("sinh", [x], {});
export const cosh = (x: Node) => make("cosh", [x], {});
export const sqrt = (x: Node) => make("sqrt", [x], {});
export const tanh = (x: Node) => make("tanh", [x], {});
export const sigmoid = (x: Node) => make("sigmoid", [x], {});
export const softplus = (x: Node) => make("softplus", [x], {});
export const erf = (x: Node) => make("erf", [x], {});
export const sin = (x: Node) => make("sin", [x], {});
export const cos = (x: Node) => make("cos", [x], {});
export const abs = (x: Node) => make("abs", [x], {});
export const sign = (x: Node) => make("sign", [x], {});
export const floor = (x: Node) => make("floor", [x], {});
export const ceil = (x: Node) => make("ceil", [x], {});
export const round = (x: Node) => make("round", [x], {});
/** bool: `x relation y`. Also the logic of bools: eq is xnor, ne is xor, le is implication, and so on with false < true. */
export const compare = (x: Node, y: Node, relation: Relation) => makeWith("compare", [x, y], { relation });
/** `condition ? x : y`, condition bool. */
export const where = (condition: Node, x: Node, y: Node) => make("where", [condition, x, y], {});
/** f32 -> i32 truncates towards zero and saturates (NaN gives 0); -> bool is `!= 0`; bool -> number is 0 or 1. */
export const cast = (x: Node, dtype: Dtype) => makeWith("cast", [x], { dtype });

// Contraction --------------------------------------------------------------------------------------------------------

/**
 * The product of two f32 tensors summed over shared labels: `contract(x, w, "ik,kj->ij")`. Normal form: one letter a label,
 * no letter twice in one operand, every letter of the result in an operand, every letter that is summed in both.
 */
export const contract = (x: Node, y: Node, spec: string) => makeWith("contract", [x, y], { spec });

// Reduction: the reduced axes are dropped ----------------------------------------------------------------------------

export const sum = (x: Node, axes: readonly number[]) => makeWith("sum", [x], { axes });
/** NaN wins. The gradient goes to the first of equal elements (one axis only) or evenly to all of them. Empty axis: error. */
export const max = (x: Node, axes: readonly number[], ties: Ties) => makeWith("max", [x], { axes, ties });
/** i32: the first index of the largest element along `axis`; NaN wins. Not differentiable, on purpose. */
export const argmax = (x: Node, axis: number) => makeWith("argmax", [x], { axis });

// Movement -----------------------------------------------------------------------------------------------------------

/** The same elements in row-major order under another shape of equal product. */
export const reshape = (x: Node, shape: Shape) => makeWith("reshape", [x], { shape });
/** Axis `i` of the result is axis `order[i]` of x. */
export const permute = (x: Node, order: readonly number[]) => makeWith("permute", [x], { order });
/** Axis `i` of x becomes axis `axes[i]` of the result (`axes` strictly increasing), repeated where x has extent 1; the other axes are new. */
export const broadcast = (x: Node, shape: Shape, axes: readonly number[]) => makeWith("broadcast", [x], { shape, axes });
/** `x[start : start + size]` on every axis; a dynamic axis is taken whole (start 0, its own extent). */
export const slice = (x: Node, start: readonly number[], shape: Shape) => makeWith("slice", [x], { start, shape });
/** `low[i]` elements of `value` before and `high[i]` after axis i. */
export const pad = (x: Node, low: readonly number[], high: readonly number[], value: number) => makeWith("pad", [x], { low, high, value });
export const flip = (x: Node, axes: readonly number[]) => makeWith("flip", [x], { axes });
export const concat = (xs: readonly Node[], axis: number) => makeWith("concat", xs, { axis });
/**
 * Sliding windows along a static axis of extent L: axis `axis` becomes the window's number o, and a last axis of extent `size` is
 * appended, `y[..o.., k] = x[..o·stride + k·dilation..]` with floor((L - dilation·(size - 1) - 1) / stride) + 1 windows.
 */
export const window = (x: Node, axis: number, size: number, stride: number, dilation: number) =>
  makeWith("window", [x], { axis, size, stride, dilation });
/** The adjoint of `window`: `y[..i..]` = sum of x[..o.., k] over o·stride + k·dilation = i, for i in [0, extent). The last axis of x is k. */
export const fold = (x: Node, axis: number, extent: number, stride: number, dilation: number) =>
  makeWith("fold", [x], { axis, extent, stride, dilation });

// Indexing -----------------------------------------------------------------------------------------------------------

/** `y[i.., r..] = x[index[i..], r..]`: rows of x (axis 0) by i32 index; an index outside [0, extent) gives NaN. */
export const gather = (x: Node, index: Node) => make("gather", [x, index], {});
/** The adjoint of gather: `y[v, r..]` = sum of x[i.., r..] over index[i..] = v, for v in [0, extent); other indices are dropped. */
export const scatterAdd = (x: Node, index: Node, extent: Dim) => makeWith("scatterAdd", [x, index], { extent });
/** f32 of shape [...index.shape, extent]: 1 where the last index equals `index`, else 0 (so a zero row for an index outside). */
export const oneHot = (index: Node, extent: Dim) => makeWith("oneHot", [index], { extent });

// Barrier ------------------------------------------------------------------------------------------------------------

/** x, with gradient zero; `stated` where the definition says so, which formulas write. Erased after the last differentiation. */
export const stopGradient = (x: Node, stated = false) => makeWith("stopGradient", [x], stated ? { stated } : {});
/** x, where the part of that number begins, which the gradient computes again; and y where it ends. Erased after the last differentiation. */
export const recomputed = (part: number, y: Node, starts: readonly Node[] = []) => makeWith("recompute", [y, ...starts], { part });
/**
 * x, and no other node that is x: where the part of that number begins when it is computed again, if possible after `token`. A part inside of another
 * has the larger number.
 */
export const barrier = (part: number, x: Node, token: Node) => makeWith("barrier", [x, token], { part });

// A gradient of the user's ----------------------------------------------------------------------------------------------

/** What stands for the gradient of `y` (`delta`) and for y itself (`value`) in the gradients of the `withGradient` of that number. */
export const slot = (kind: "delta" | "value", number: number, { graph, dtype, shape }: Node): Node =>
  input(graph, `#${kind}.${number}`, dtype, shape);
/** y, a value of `xs`, whose gradients by `xs` are `gradients`, made of the slots of that number. Erased after the last differentiation. */
export const withGradient = (y: Node, xs: readonly Node[], gradients: readonly Node[], slot: number): Node =>
  make("withGradient", [y, ...xs], { slot }, y.graph, gradients);
