// Which products keep an operand in panels: those that read it again for many rows, from places that are far apart or push each other out of the cache.
//
//   parallel i { parallel j { reduce k { s += x[i, k]·w[k, j] } } }
//
// The columns are the loop along which the result lies in a row; what changes with it is an operand by columns (w), which each row reads again.
import { elementAt } from "../ir/element.ts";
import { type Affine, type Axis, type Buffer, isAxis } from "../kernel/kernel.ts";
import { computedBy, expressionsOf, type Load, type Loop, sitesOf, subexpressions, writesOf } from "../kernel/visit.ts";
import { accessAlong } from "./access.ts";
import type { Model } from "./cost.ts";
import { isWalk, lanes } from "./legality.ts";
import { target } from "./target.ts";
import { reductionIn } from "./tile.ts";

/** A product whose operands by columns are packed. */
export interface Packing {
  readonly row: Loop;
  readonly column: Loop;
  /** What the two loops hold. */
  readonly body: Loop["body"];
  readonly buffers: readonly Buffer[];
}

/** Two loops, each all that the one around it holds, around one sum or several. */
interface Product {
  readonly outer: Loop;
  readonly inner: Loop;
  readonly reduction: Loop;
}

function productOf(outer: Loop, { analysis }: Model): Product | undefined {
  const [inner] = outer.body;
  if (outer.body.length !== 1 || inner?.kind !== "loop" || !isWalk(outer, analysis) || !isWalk(inner, analysis)) return undefined;
  const reduction = reductionIn(inner.body);
  return reduction && { outer, inner, reduction };
}

const loadsIn = (reduction: Loop): Load[] =>
  subexpressions(sitesOf(reduction.body).flatMap(({ statement }) => expressionsOf(statement))).flatMap((expr) =>
    expr.kind === "load" ? [expr] : [],
  );

/** Bytes between neighbours along an axis, at the capacity of dynamic dimensions. */
function strideAlong({ layout, analysis }: Model, { buffer, index }: Load, axis: Axis): number {
  const strides = layout.get(buffer) ?? [];
  const steps = index.flatMap(({ terms }: Affine, d) =>
    terms.flatMap(({ atom, coefficient }) => (atom === axis ? [analysis.sizeOf(coefficient) * analysis.sizeOf(elementAt(strides, d))] : [])),
  );
  return 4 * steps.reduce((sum, step) => sum + step, 0);
}

/** Columns of a product, and what is read by them. */
interface Columns {
  readonly row: Loop;
  readonly column: Loop;
  readonly operands: readonly Load[];
}

/** The product with its columns along `column`; undefined where they are no row of the result, or an operand changes both ways. */
function columnsAlong(model: Model, { inner, reduction }: Product, row: Loop, column: Loop): Columns | undefined {
  const { depends } = model.analysis;
  const stores = sitesOf(inner.body).flatMap(({ statement }) => (statement.kind === "store" ? [statement] : []));
  const inRow = stores.every(({ buffer, index }) => accessAlong(index, model.layout.get(buffer) ?? [], column.axis, depends) === "contiguous");
  const loads = loadsIn(reduction);
  const changes = (load: Load, loop: Loop) => depends.expr(load).has(loop.axis);
  const computed = loads.some(({ index }) => index.some(({ terms }) => terms.some(({ atom }) => !isAxis(atom))));
  if (!inRow || stores.length === 0 || computed || loads.some((load) => changes(load, row) && changes(load, column))) return undefined;
  return { row, column, operands: loads.filter((load) => changes(load, column)) };
}

/** Whether the lines of one column, `stride` bytes apart, push each other out of the cache. */
function collide(stride: number, count: number): boolean {
  const { line, sets, ways } = target.cache;
  let apart = Math.max(1, Math.round(stride / line));
  let used = sets;
  while (apart % 2 === 0 && used > 1) [apart, used] = [apart / 2, used / 2];
  return 2 * count > used * ways;
}

/** Rows that are worth the copy of an operand: of one whose columns lie in a row, and of one whose columns lie apart. */
const leastRows = { contiguous: 96, strided: 16 };

function isWorthIt(model: Model, { row, column }: Columns, reduction: Loop, load: Load): boolean {
  const { analysis, layout } = model;
  const rows = analysis.extent(row.axis);
  const access = accessAlong(load.index, layout.get(load.buffer) ?? [], column.axis, analysis.depends);
  if (access === "strided") return rows >= leastRows.strided;
  const loops = [reduction, ...sitesOf(reduction.body).flatMap(({ statement }) => (statement.kind === "loop" ? [statement] : []))];
  const innermost = loops.at(-1) as Loop;
  const count = loops.reduce((product, loop) => product * analysis.extent(loop.axis), 1);
  return access === "contiguous" && rows >= leastRows.contiguous && collide(strideAlong(model, load, innermost.axis), count);
}

/** How the product in `outer` is packed; undefined where it is none, or not worth it. */
export function packing(model: Model, outer: Loop): Packing | undefined {
  const product = productOf(outer, model);
  if (!product) return undefined;
  const { inner, reduction } = product;
  const columns = columnsAlong(model, product, outer, inner) ?? columnsAlong(model, product, inner, outer);
  if (!columns || model.analysis.extent(columns.column.axis) < 2 * lanes) return undefined;
  const exprs = sitesOf(reduction.body).flatMap(({ statement }) => computedBy(statement));
  if (exprs.some(({ kind }) => kind === "guard")) return undefined;
  const written = writesOf(model.analysis.kernel);
  const buffers = columns.operands
    .filter((load) => !written.has(load.buffer) && isWorthIt(model, columns, reduction, load))
    .map(({ buffer }) => buffer);
  const { row, column, operands } = columns;
  const isVector = operands.every(
    (load) =>
      buffers.includes(load.buffer) ||
      accessAlong(load.index, model.layout.get(load.buffer) ?? [], column.axis, model.analysis.depends) === "contiguous",
  );
  return buffers.length > 0 && isVector ? { row, column, body: inner.body, buffers: [...new Set(buffers)] } : undefined;
}
