// A value as an expression of loop variables: what is not stored is computed where it is read.
import { InternalError } from "../../runtime/error.ts";
import type { Dim } from "../ir/dim.ts";
import type { Node } from "../ir/node.ts";
import type { Dtype } from "../ir/type.ts";
import { affineKey, along, fixed, plus } from "../kernel/affine.ts";
import { type Affine, type Bound, constantExpr, type Expr, type Scalar, type ScalarOp } from "../kernel/kernel.ts";
import { parseLabels } from "../ops/contraction.ts";
import { type elementwise, isElementwise } from "../ops/elementwise.ts";
import { isOp, type OpName, type OpNode } from "../ops/table.ts";
import { type Index, indexExpr, isMove, linear, sourceOf } from "./moves.ts";
import { placeIn } from "./windows.ts";

/** What the expression of one statement may use. */
export interface Scope {
  /** A stored or local value; undefined for what is computed here. */
  read(node: Node, index: Index): Expr | undefined;
  /** A further loop of the sum that is being built. */
  reduceLoop(name: string, extent: Dim): Affine;
  /** The stream that a node draws random numbers from, or the number of a step. */
  scalar(node: Node): Scalar;
}

/** Expressions of one statement; equal sub-expressions are one object. */
export interface Lowering {
  value(node: Node, index: Index): Expr;
  /** What a sum, product or fold adds up, over loops that it opens with `reduceLoop`. */
  summand(node: Node, index: Index): Expr;
}

type Lower<N extends Node = Node> = (node: N, index: Index, lowering: Lowering, scope: Scope) => Expr;

const operation = (op: ScalarOp, dtype: Dtype, args: readonly Expr[]): Expr => ({ kind: "op", op, dtype, args });
const scalarExpr = (scalar: Scalar): Expr => ({ kind: "scalar", dtype: "i32", scalar });
const operand = (node: Node, i = 0): Node => node.inputs[i] as Node;

function guarded(bounds: readonly Bound[], value: Expr, fill: Expr): Expr {
  return bounds.length === 0 ? value : { kind: "guard", dtype: value.dtype, bounds, value, fill };
}

const casts: Record<Dtype, ScalarOp> = { f32: "toF32", i32: "toI32", bool: "toBool" };

const convert = (value: Expr, dtype: Dtype): Expr => (value.dtype === dtype ? value : operation(casts[dtype], dtype, [value]));

/** The scalar operation of an elementwise node. */
function scalarOp(node: Node): ScalarOp {
  if (isOp(node, "compare")) return node.params.relation;
  if (isOp(node, "cast")) return casts[node.params.dtype];
  return node.op as ScalarOp;
}

function lowerScalar(node: Node, index: Index, lowering: Lowering): Expr {
  const args = node.inputs.map((input) => lowering.value(input, index));
  return isOp(node, "cast") ? convert(args[0] as Expr, node.params.dtype) : operation(scalarOp(node), node.dtype, args);
}

function lowerConcat(node: OpNode<"concat">, index: Index, lowering: Lowering): Expr {
  const { axis } = node.params;
  const at = index[axis] as Affine;
  const ends: number[] = [];
  for (const part of node.inputs) ends.push((ends.at(-1) ?? 0) + (part.shape[axis] as number));
  const start = (i: number): number => ends[i - 1] ?? 0;
  const read = (i: number) =>
    lowering.value(
      operand(node as Node, i),
      index.map((each, d) => (d === axis ? plus(at, fixed(-start(i))) : each)),
    );
  // Halved again and again: an element is found among many parts by few tests, and expressions stay flat.
  const between = (first: number, end: number): Expr => {
    if (end - first === 1) return read(first);
    const middle = (first + end) >> 1;
    return guarded([{ index: at, lower: start(first), upper: start(middle) }], between(first, middle), between(middle, end));
  };
  return between(0, node.inputs.length);
}

function lowerGather(node: OpNode<"gather">, index: Index, lowering: Lowering): Expr {
  const [table, rows] = node.inputs as [Node, Node];
  const row = along(lowering.value(rows, index.slice(0, rows.shape.length)));
  const bounds = [{ index: row, lower: 0, upper: table.shape[0] as Dim }];
  const value = lowering.value(table, [row, ...index.slice(rows.shape.length)]);
  return guarded(bounds, value, constantExpr(table.dtype === "f32" ? Number.NaN : 0, table.dtype));
}

function lowerOneHot(node: OpNode<"oneHot">, index: Index, lowering: Lowering): Expr {
  const wanted = lowering.value(operand(node as Node), index.slice(0, -1));
  return convert(operation("eq", "bool", [wanted, indexExpr(index.at(-1) as Affine)]), "f32");
}

function lowerRandom(node: OpNode<"random">, index: Index, lowering: Lowering, scope: Scope): Expr {
  const [seed, step, ...steps] = node.inputs.map((input) => lowering.value(input, [])) as [Expr, Expr, ...Expr[]];
  const keyOf = (...args: readonly Expr[]) => operation("randomKey", "i32", args);
  const key = steps.reduce((outer, at) => keyOf(outer, at, constantExpr(0, "i32")), keyOf(seed, step, scalarExpr(scope.scalar(node as Node))));
  return operation("uniform", "f32", [key, indexExpr(linear(index, node.shape))]);
}

const stored = (node: Node): Expr => {
  throw new InternalError(`"${node.op}" has no buffer where it is read`);
};
const lowerSum = (node: Node, index: Index, lowering: Lowering): Expr => lowering.summand(node, index);

/** The expression of each op that is neither elementwise nor a move. */
const special: { [K in Exclude<OpName, keyof typeof elementwise | Parameters<typeof sourceOf>[0]["op"]>]: Lower<OpNode<K>> } = {
  input: stored,
  parameter: stored,
  state: stored,
  constant: (node) => constantExpr(node.params.data[0] as number, node.dtype),
  iota: (node, index) => indexExpr(index[node.params.axis] as Affine),
  size: (node) => convert({ kind: "extent", dtype: "i32", dim: node.params.dim }, "f32"),
  training: stored,
  random: lowerRandom,
  concat: lowerConcat,
  gather: lowerGather,
  oneHot: lowerOneHot,
  contract: lowerSum,
  sum: lowerSum,
  fold: lowerSum,
  max: stored,
  argmax: stored,
  scatterAdd: stored,
  stopGradient: (node, index, lowering) => lowering.value(operand(node as Node), index),
  // What steps are given lies in memory, save for their number.
  slot: (node, _, __, scope) => scalarExpr(scope.scalar(node as Node)),
  loop: stored,
  stack: stored,
  last: stored,
  recompute: (node, index, lowering) => lowering.value(operand(node as Node), index),
  barrier: (node, index, lowering) => lowering.value(operand(node as Node), index),
  withGradient: (node, index, lowering) => lowering.value(operand(node as Node), index),
};

/** The index of each operand of a product: its labels are those of the result, or loops of the sum. */
function contractSummand(node: OpNode<"contract">, index: Index, lowering: Lowering, scope: Scope): Expr {
  const { x: left, y: right, result: out } = parseLabels(node.params.spec);
  const byLabel = new Map([...out].map((label, axis) => [label, index[axis] as Affine]));
  const indexOf = (labels: string, shape: readonly Dim[]) =>
    [...labels].map((label, axis) => {
      const known = byLabel.get(label) ?? scope.reduceLoop(label, shape[axis] as Dim);
      byLabel.set(label, known);
      return known;
    });
  const [x, y] = node.inputs as [Node, Node];
  const xIndex = indexOf(left, x.shape);
  const yIndex = indexOf(right, y.shape);
  return operation("mul", "f32", [lowering.value(x, xIndex), lowering.value(y, yIndex)]);
}

/** The index of the operand of a reduction over `axes`: loops along these, `index` of the result along the others. */
export function reducedIndex(node: Node, axes: readonly number[], index: Index, scope: Scope): Affine[] {
  const kept = [...index];
  return operand(node).shape.map((extent, axis) => (axes.includes(axis) ? scope.reduceLoop(`r${axis}`, extent) : (kept.shift() as Affine)));
}

const sumSummand = (node: OpNode<"sum">, index: Index, lowering: Lowering, scope: Scope): Expr =>
  lowering.value(operand(node as Node), reducedIndex(node as Node, node.params.axes, index, scope));

/** Element i of a fold gathers what scattered to it. */
function foldSummand(node: OpNode<"fold">, index: Index, lowering: Lowering, scope: Scope): Expr {
  const { axis, stride, dilation } = node.params;
  const source = operand(node as Node);
  const windows = source.shape[axis] as number;
  const size = source.shape.at(-1) as number;
  const { k, o, bounds } = placeIn(index[axis] as Affine, { windows, size, stride, dilation }, (name, extent) => scope.reduceLoop(name, extent));
  const at = [...index.map((value, d) => (d === axis ? o : value)), k];
  return guarded([...bounds, { index: o, lower: 0, upper: windows }], lowering.value(source, at), constantExpr(0));
}

function lowerMove(node: Parameters<typeof sourceOf>[0], index: Index, lowering: Lowering): Expr {
  const source = sourceOf(node, index);
  const value = lowering.value(operand(node as Node), source.index);
  return guarded(source.bounds, value, constantExpr(source.fill, node.dtype));
}

function compute(node: Node, index: Index, lowering: Lowering, scope: Scope): Expr {
  if (isMove(node)) return lowerMove(node, index, lowering);
  if (isElementwise(node.op)) return lowerScalar(node, index, lowering);
  return (special[node.op as keyof typeof special] as Lower)(node, index, lowering, scope);
}

function summandOf(node: Node, index: Index, lowering: Lowering, scope: Scope): Expr {
  if (isOp(node, "contract")) return contractSummand(node, index, lowering, scope);
  if (isOp(node, "sum")) return sumSummand(node, index, lowering, scope);
  if (isOp(node, "fold")) return foldSummand(node, index, lowering, scope);
  throw new InternalError(`"${node.op}" is not a sum`);
}

/** Expressions over `scope`, each made once. */
export function lowering(scope: Scope): Lowering {
  const made = new Map<string, Expr>();
  const self: Lowering = {
    value(node, index) {
      const key = `${node.id}:${index.map(affineKey).join(",")}`;
      const known = made.get(key);
      if (known) return known;
      const expr = scope.read(node, index) ?? compute(node, index, self, scope);
      made.set(key, expr);
      return expr;
    },
    summand: (node, index) => summandOf(node, index, self, scope),
  };
  return self;
}
