// Which products keep an operand in panels: those that read it again for many rows, from places that are far apart or push each other out of the cache.
//
//   parallel i { parallel j { reduce k { s += x[i, k]·w[k, j] } } }
//
// The columns are the loop along which the result lies in a row; what changes with it is an operand by columns (w), which each row reads again. What
// changes with the rows (x) is read again for each column, and is packed where it lies in rows itself: x[k, i], as in the gradient of weights.
// Where the columns leave the cache before they are read again, the rows go in blocks: a panel of the rows of a block serves all columns, and one of a few
// columns all rows of the block. Where the rows leave the cache behind before the next columns read them, they go in parts that do not.
import { isDynamic } from "../ir/dim.ts";
import { elementBytes } from "../ir/type.ts";
import { type Axis, type Buffer, isAxis } from "../kernel/kernel.ts";
import { computedBy, type Load, type Loop, loadsOf, loopsOf, sitesOf, writesOf } from "../kernel/visit.ts";
import { nearestBytes, target } from "../target.ts";
import { accessAlong } from "./access.ts";
import { type Model, strideAlong } from "./cost.ts";
import { type Analysis, isWalk, lanes } from "./legality.ts";
import { loadsIn, reductionIn, soleLoop, termsIn } from "./tile.ts";

/** A product of which operands are packed. */
export interface Packing {
  readonly row: Loop;
  readonly column: Loop;
  /** The loop that goes around the other one, and for each of whose tiles panels are filled. */
  readonly around: Loop;
  /** What the two loops hold. */
  readonly body: Loop["body"];
  readonly buffers: readonly Buffer[];
  readonly block?: Block;
  /** Rows in parts of so many, each of which all columns read before the next. */
  readonly part?: number;
}

/** Rows in blocks, for each of which panels are filled of what changes along them. */
export interface Block {
  readonly blocks: Axis;
  readonly inside: Axis;
  readonly buffers: readonly Buffer[];
}

/** Two loops, each all that the one around it holds save for values that are computed before it, around one sum or several. */
interface Product {
  readonly outer: Loop;
  readonly inner: Loop;
  readonly reduction: Loop;
}

/** Whether the values before the loop inside are the same at all of its points. */
function areSteady({ body }: Loop, { kernel }: Analysis): boolean {
  const written = writesOf(kernel);
  return body.every((statement) => statement.kind === "loop" || loadsOf(statement).every(({ buffer }) => !written.has(buffer)));
}

function productOf(outer: Loop, { analysis }: Model): Product | undefined {
  const inner = soleLoop(outer.body);
  if (!inner || !isWalk(outer, analysis) || !isWalk(inner, analysis) || !areSteady(outer, analysis)) return undefined;
  const reduction = reductionIn(inner.body);
  return reduction && { outer, inner, reduction };
}

/** The loops of a product by what they are: the result lies in a row along its columns. */
interface Sides {
  readonly row: Loop;
  readonly column: Loop;
}

export const accessOf = ({ layout, analysis }: Model, { buffer, index }: Load, { axis }: Loop) =>
  accessAlong(index, layout.get(buffer) ?? [], axis, analysis.depends);

/** Whether `sides` are those of the product, and no operand changes both ways or lies at places that are computed. */
function fits(model: Model, { inner, reduction }: Product, { row, column }: Sides): boolean {
  const { depends } = model.analysis;
  const stores = sitesOf(inner.body).flatMap(({ statement }) => (statement.kind === "store" ? [statement] : []));
  const inRow = stores.every(({ buffer, index }) => accessAlong(index, model.layout.get(buffer) ?? [], column.axis, depends) === "contiguous");
  const isPlain = loadsIn(reduction).every((load) => {
    const isComputed = load.index.some(({ terms }) => terms.some(({ atom }) => !isAxis(atom)));
    const changes = depends.expr(load);
    return !isComputed && !(changes.has(row.axis) && changes.has(column.axis));
  });
  return stores.length > 0 && inRow && isPlain;
}

/** Whether lines that are `stride` bytes apart, so many of them, push each other out of the cache. */
export function collide(stride: number, count: number): boolean {
  const { line, sets, ways } = target.cache;
  let apart = Math.max(1, Math.round(stride / line));
  let used = sets;
  while (apart % 2 === 0 && used > 1) [apart, used] = [apart / 2, used / 2];
  return 2 * count > used * ways;
}

export const innermostOf = (reduction: Loop): Loop => loopsOf(reduction.body).at(-1) ?? reduction;

/** Whether what the sum reads down the rows of `load` collides, so that a copy in order is worth it where it is read `reads` times. */
function isCrowded(model: Model, reduction: Loop, load: Load, reads: number): boolean {
  return (
    reads >= target.panels.reads.contiguous && collide(strideAlong(model, load, innermostOf(reduction).axis), termsIn(reduction, model.analysis))
  );
}

/** The operands that change along one of two sides, that the kernel does not store to. */
export function operandsAlong({ analysis }: Model, reduction: Loop, { axis }: Loop): Load[] {
  const written = writesOf(analysis.kernel);
  return loadsIn(reduction).filter((load) => analysis.depends.expr(load).has(axis) && !written.has(load.buffer));
}

export const buffersOf = (loads: readonly Load[]): Buffer[] => [...new Set(loads.map(({ buffer }) => buffer))];

/** Operands by columns that are worth a panel for all rows: gathered once, or out of each other's way. */
function packedColumns(model: Model, { reduction }: Product, { row, column }: Sides): Buffer[] | undefined {
  const rows = model.analysis.extent(row.axis);
  const operands = loadsIn(reduction).filter((load) => model.analysis.depends.expr(load).has(column.axis));
  const open = new Set(operandsAlong(model, reduction, column));
  const packed = operands.filter((load) => {
    const access = accessOf(model, load, column);
    if (!open.has(load)) return false;
    return access === "strided" ? rows >= target.panels.reads.strided : access === "contiguous" && isCrowded(model, reduction, load, rows);
  });
  const areVectors = operands.every((load) => packed.includes(load) || accessOf(model, load, column) === "contiguous");
  return areVectors ? buffersOf(packed) : undefined;
}

/** Operands by rows that are worth a panel for all columns: those that lie in rows as the columns do, as in the gradient of weights. */
function packedRows(model: Model, { reduction }: Product, { row, column }: Sides): Buffer[] {
  const columns = model.analysis.extent(column.axis);
  const crowded = operandsAlong(model, reduction, row).filter(
    (load) => accessOf(model, load, row) === "contiguous" && isCrowded(model, reduction, load, columns),
  );
  return buffersOf(crowded);
}

/** The most rows of a block of sums of `terms` that `rows` fall into without a rest; in whole tiles, where there are such. */
function rowsOfBlock(rows: number, terms: number): number | undefined {
  const most = Math.min(target.blocks.mostRows, Math.floor(target.cache.next / (2 * elementBytes.f32 * terms)));
  const sizes = Array.from({ length: Math.max(0, most + 1 - target.blocks.rows) }, (_, i) => most - i).filter((size) => rows % size === 0);
  return sizes.find((size) => size % lanes === 0) ?? sizes[0];
}

/** Whether the columns of a product leave the cache before they are read again. */
function areFar({ analysis }: Model, { reduction }: Product, { column }: Sides): boolean {
  const [columns, terms] = [analysis.extent(column.axis), termsIn(reduction, analysis)];
  return columns >= target.blocks.columns && terms >= target.blocks.terms && elementBytes.f32 * columns * terms > nearestBytes;
}

/** The rows of a product in blocks, where its columns are far, and what changes along the rows lies in rows as well. */
function blockOf(model: Model, product: Product, sides: Sides): Block | undefined {
  const { name, extent } = sides.row.axis;
  const rows = isDynamic(extent) ? undefined : rowsOfBlock(extent, termsIn(product.reduction, model.analysis));
  const operands = operandsAlong(model, product.reduction, sides.row);
  const lieInRows = operands.length > 0 && operands.every((load) => accessOf(model, load, sides.row) === "contiguous");
  if (rows === undefined || sides.row.course || !lieInRows || !areFar(model, product, sides)) return undefined;
  return { blocks: { name: `${name}b`, extent: Number(extent) / rows }, inside: { name, extent: rows }, buffers: buffersOf(operands) };
}

/** How many rows stay in the cache while all columns go over them, where all of them do not; undefined where that is worth no loop around. */
function partOf({ analysis }: Model, { reduction }: Product, { row, column }: Sides): number | undefined {
  const [rows, columns] = [row, column].map(({ axis }) => analysis.extent(axis)) as [number, number];
  const bytes = elementBytes.f32 * termsIn(reduction, analysis);
  const most = Math.floor(target.cache.next / (2 * bytes * target.tiles.rows)) * target.tiles.rows;
  const isWorth = !row.course && most >= target.parts.rows && columns >= target.parts.columns && rows * bytes > 2 * target.cache.next;
  return isWorth ? most : undefined;
}

export const isGuarded = (reduction: Loop): boolean =>
  sitesOf(reduction.body).some(({ statement }) => computedBy(statement).some(({ kind }) => kind === "guard"));

/** How the product in `outer` is packed; undefined where it is none, or not worth it. */
export function packing(model: Model, outer: Loop): Packing | undefined {
  const product = productOf(outer, model);
  if (!product || isGuarded(product.reduction)) return undefined;
  const { inner } = product;
  const sides = [
    { row: outer, column: inner },
    { row: inner, column: outer },
  ].find((one) => fits(model, product, one));
  if (!sides || model.analysis.extent(sides.column.axis) < 2 * lanes) return undefined;
  const columns = packedColumns(model, product, sides);
  if (!columns) return undefined;
  const block = sides.row === outer ? blockOf(model, product, sides) : undefined;
  const again = operandsAlong(model, product.reduction, sides.column);
  if (block && again.length > 0) return { ...sides, around: sides.column, body: inner.body, buffers: buffersOf(again), block };
  const part = sides.row === outer ? partOf(model, product, sides) : undefined;
  if (columns.length > 0) return { ...sides, around: sides.column, body: inner.body, buffers: columns, ...(part && { part }) };
  const rows = sides.row === outer ? packedRows(model, product, sides) : [];
  return rows.length > 0 ? { ...sides, around: outer, body: inner.body, buffers: rows } : undefined;
}

/** Whether columns that lie apart are gathered: so many as are known, where rows of the sum are short. */
export const isGathered = (model: Model, reduction: Loop, load: Load, column: Loop): boolean =>
  accessOf(model, load, column) === "strided" &&
  !isDynamic(column.axis.extent) &&
  model.analysis.extent(innermostOf(reduction).axis) < target.panels.longRow;
