// A rough count of machine operations, by which vector axes and layouts are chosen. One add costs 1; cache misses do not count.

import { InternalError } from "../../runtime/error.ts";
import { elementBytes } from "../ir/type.ts";
import type { Affine, Axis, Buffer, Expr, Layout, ScalarOp, Statement } from "../kernel/kernel.ts";
import { type Loop, sitesOf, subexpressions } from "../kernel/visit.ts";
import { fromScalars } from "../ops/elementwise.ts";
import { target } from "../target.ts";
import { type Access, accessAlong, stepsAlong } from "./access.ts";
import { type Analysis, lanes, outerAccumulators } from "./legality.ts";

/** Cost of a scalar op, or of the same op on a vector. */
export const opCosts: { readonly [op in ScalarOp]: number } = {
  ...fromScalars(({ cost }) => cost),
  where: 1,
  eq: 1,
  ne: 1,
  lt: 1,
  le: 1,
  gt: 1,
  ge: 1,
  toF32: 1,
  toI32: 2,
  toBool: 1,
  quotient: 8,
  remainder: 8,
  randomKey: 18,
  uniform: 16,
};
/** Whether no op among `exprs` takes many instructions, so that several copies of them are worth their code. */
export const areQuick = (exprs: readonly Expr[]): boolean => exprs.every((expr) => expr.kind !== "op" || opCosts[expr.op] < 10);

/** WebAssembly has no vector form of these: each lane takes its turn. */
const laneByLane: ReadonlySet<ScalarOp> = new Set(["quotient", "remainder", "randomKey"]);

const { laneMove, loopStep, horizontal, sumSlowdown } = target.costs;

const accessCosts: { readonly [access in Access]: number } = {
  uniform: 1,
  contiguous: 1,
  strided: lanes * (1 + laneMove),
  irregular: lanes * (2 + laneMove),
};

/** Cost of copying a value into a panel, where neighbours along the panel lie apart. */
export const gatherCost = (accessCosts.strided + accessCosts.contiguous + loopStep) / lanes;

export interface Model {
  readonly analysis: Analysis;
  readonly layout: Layout;
}

/** Where a load or a store is. */
export interface Place {
  readonly buffer: Buffer;
  readonly index: readonly Affine[];
}

/** Bytes of a buffer, at the capacity of dynamic dimensions. */
export const bytesOf = ({ analysis }: Model, { shape, dtype }: Buffer): number =>
  shape.reduce<number>((bytes, dim) => bytes * analysis.sizeOf(dim), elementBytes[dtype]);

/** Bytes between neighbours along an axis, at the capacity of dynamic dimensions. */
export const strideAlong = ({ layout, analysis }: Model, { buffer, index }: Place, axis: Axis): number =>
  elementBytes[buffer.dtype] * stepsAlong(index, layout.get(buffer) ?? [], axis).reduce<number>((sum, step) => sum + analysis.sizeOf(step), 0);

function accessCost({ analysis, layout }: Model, buffer: Buffer, index: readonly Affine[], axis: Axis | undefined): number {
  if (!axis) return 1;
  const strides = layout.get(buffer);
  if (!strides) throw new InternalError(`The buffer "${buffer.name}" has no layout`);
  return accessCosts[accessAlong(index, strides, axis, analysis.depends)];
}

const moves = (model: Model, index: Affine, axis: Axis | undefined): boolean => axis !== undefined && model.analysis.depends.index(index).has(axis);

function guardCost(model: Model, { bounds, value }: Extract<Expr, { kind: "guard" }>, axis: Axis | undefined): number {
  if (!bounds.some(({ index }) => moves(model, index, axis))) return bounds.length;
  const inside = subexpressions([value]).reduce((sum, expr) => sum + exprCost(model, expr, undefined), 0);
  return lanes * (inside + bounds.length + laneMove);
}

function opCost(model: Model, expr: Extract<Expr, { kind: "op" }>, axis: Axis | undefined): number {
  const cost = opCosts[expr.op];
  const turns = axis !== undefined && laneByLane.has(expr.op) && model.analysis.depends.expr(expr).has(axis);
  return turns ? lanes * (cost + laneMove) : cost;
}

const exprCosts: { readonly [K in Expr["kind"]]: (model: Model, expr: Extract<Expr, { kind: K }>, axis: Axis | undefined) => number } = {
  constant: () => 0,
  index: (_, { index }) => index.terms.length,
  scalar: () => 0,
  extent: () => 0,
  local: () => 0,
  load: (model, { buffer, index }, axis) => accessCost(model, buffer, index, axis),
  op: opCost,
  guard: guardCost,
};

/** Cost of one expression without its operands, at four points of `axis` at once when there is one. */
const exprCost = (model: Model, expr: Expr, axis: Axis | undefined): number => exprCosts[expr.kind](model, expr as never, axis);

function storeCost(model: Model, { buffer, index, inside, accumulate }: Extract<Statement, { kind: "store" }>, axis: Axis | undefined): number {
  const each = accessCost(model, buffer, index, axis) * (accumulate ? 2 : 1) + inside.length;
  return inside.some((bound) => moves(model, bound.index, axis)) ? lanes * (each + laneMove) : each;
}

const ownCosts: {
  readonly [K in Exclude<Statement["kind"], "loop">]: (model: Model, statement: Extract<Statement, { kind: K }>, axis: Axis | undefined) => number;
} = {
  let: () => 0,
  accumulator: () => 1,
  combine: (_, { combine }) => (combine === "argmax" ? 3 : 1),
  store: storeCost,
};

/** Cost of running a statement once, at four points of `axis` at once when there is one. */
export function statementCost(model: Model, statement: Statement, axis?: Axis): number {
  if (statement.kind === "loop") return model.analysis.extent(statement.axis) * (bodyCost(model, statement.body, axis) + loopStep);
  const values = model.analysis.expressions(statement).reduce((sum, expr) => sum + exprCost(model, expr, axis), 0);
  return values + ownCosts[statement.kind](model, statement as never, axis);
}

export const bodyCost = (model: Model, body: readonly Statement[], axis?: Axis): number =>
  body.reduce((sum, statement) => sum + statementCost(model, statement, axis), 0);

/** Cost of a loop whose points cost `body` each. */
export const loopCost = (model: Model, loop: Loop, body: number): number => model.analysis.extent(loop.axis) * (body + loopStep);

/** Cost of `loop` as a vector loop: vectors, then the rest one at a time. */
export function vectorLoopCost(model: Model, loop: Loop): number {
  const extent = model.analysis.extent(loop.axis);
  const vectors = Math.floor(extent / lanes);
  const combines = loop.role === "reduce" ? outerAccumulators(sitesOf(loop.body)).size : 0;
  const slower = loop.role === "reduce" ? sumSlowdown : 1;
  const vectorPart = slower * vectors * (bodyCost(model, loop.body, loop.axis) + loopStep);
  return vectorPart + (extent % lanes) * (bodyCost(model, loop.body) + loopStep) + combines * horizontal;
}
