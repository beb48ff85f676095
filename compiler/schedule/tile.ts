// Register tiles of contractions: several rows by several vectors of the result are kept in registers, so that each operand that is
// loaded is used more than once.

import { isDynamic } from "../ir/dim.ts";
import type { Axis, Expr, ScalarOp } from "../kernel/kernel.ts";
import { computedBy, expressionsOf, kept, type Load, type Loop, loopsOf, sitesOf, subexpressions } from "../kernel/visit.ts";
import { target } from "../target.ts";
import { areQuick, type Model } from "./cost.ts";
import { type Analysis, isWalk, lanes } from "./legality.ts";

/** One direction of a tile. */
interface Side {
  readonly axis: Axis;
  /** Points, or vectors of a vector loop. */
  readonly extent: number;
  /** How many of them may stand side by side. */
  readonly largest: number;
}

/** The direction that a nest of one loop lacks. */
const flat: Side = { axis: { name: "flat", extent: 1 }, extent: 1, largest: 1 };

/** What one step of the reduction does, by which sides it changes with. */
interface ReductionStep {
  readonly accumulators: number;
  readonly operands: readonly { readonly row: boolean; readonly column: boolean }[];
}

const cheap: ReadonlySet<ScalarOp> = new Set(["add", "sub", "mul", "minimum", "maximum", "neg", "abs", "toF32"]);
const isCheap = (expr: Expr): boolean => expr.kind !== "op" || cheap.has(expr.op);

/** The reduction in a loop body; undefined unless there is one, made of cheap steps that store nothing. */
export function reductionIn(body: Loop["body"]): Loop | undefined {
  const loops = body.flatMap((statement) => (statement.kind === "loop" ? [statement] : []));
  const [reduction] = loops;
  if (!reduction || loops.length > 1 || reduction.role !== "reduce") return undefined;
  const sites = sitesOf(reduction.body);
  const plain = sites.every(({ statement }) => (statement.kind === "loop" ? statement.role === "reduce" : statement.kind !== "store"));
  const exprs = sites.flatMap(({ statement }) => computedBy(statement));
  return plain && exprs.every(isCheap) ? reduction : undefined;
}

/** What the terms of a reduction are loaded from. */
export const loadsIn = kept((reduction: Loop): readonly Load[] =>
  subexpressions(sitesOf(reduction.body).flatMap(({ statement }) => expressionsOf(statement))).flatMap((expr) =>
    expr.kind === "load" ? [expr] : [],
  ),
);

function stepOf(reduction: Loop, row: Axis, column: Axis, { depends }: Analysis): ReductionStep {
  const sites = sitesOf(reduction.body);
  const changes = (expr: Expr, axis: Axis) => depends.expr(expr).has(axis);
  return {
    accumulators: sites.filter(({ statement }) => statement.kind === "combine").length,
    operands: loadsIn(reduction).map((load) => ({ row: changes(load, row), column: changes(load, column) })),
  };
}

/** Operands that one step of a tile of `rows` by `columns` loads. */
const loadsOfTile = ({ operands }: ReductionStep, rows: number, columns: number): number =>
  operands.reduce((sum, { row, column }) => sum + (row ? rows : 1) * (column ? columns : 1), 0);

/** Instructions of one step of a tile: operands are loaded, multiplied and added, and the loop and the address of each operand go on. */
const instructionsOf = (step: ReductionStep, rows: number, columns: number): number =>
  2 * step.accumulators * rows * columns + loadsOfTile(step, rows, columns) + step.operands.length + target.costs.loopStep;

/** Its cost: where instructions are few, the wait until each sum can be added to again. */
const stepCost = (step: ReductionStep, rows: number, columns: number): number => Math.max(instructionsOf(step, rows, columns), target.costs.chained);

/** Cost of a side in tiles of `tile`, of which the last is smaller; of a number that is known at run time only, what is left over goes one by one. */
function tiled({ axis, extent }: Side, tile: number, cost: (size: number) => number): number {
  const rest = extent % tile;
  const ofRest = isDynamic(axis.extent) ? rest * cost(1) : cost(rest);
  return Math.floor(extent / tile) * cost(tile) + (rest === 0 ? 0 : ofRest);
}

const tileCost = (step: ReductionStep, row: Side, column: Side, rows: number, columns: number): number =>
  tiled(row, rows, (height) => tiled(column, columns, (width) => stepCost(step, height, width)));

/** The cheapest tile that fits so many registers: accumulators, and all operands of one step. */
function cheapestTile(step: ReductionStep, row: Side, column: Side, registers: number): { rows: number; columns: number; cost: number } {
  let best = { rows: 1, columns: 1, cost: tileCost(step, row, column, 1, 1) };
  for (let columns = 1; columns <= column.largest; columns++)
    for (let rows = 1; rows <= row.largest; rows++) {
      if (step.accumulators * rows * columns + loadsOfTile(step, rows, columns) > registers) continue;
      const cost = tileCost(step, row, column, rows, columns);
      if (cost < best.cost) best = { rows, columns, cost };
    }
  return best;
}

/** The loop that a body consists of, save for values that are computed before it. */
export function soleLoop(body: Loop["body"]): Loop | undefined {
  const [loop, ...others] = body.filter(({ kind }) => kind !== "let");
  return loop?.kind === "loop" && others.length === 0 ? loop : undefined;
}

/** Walks that are nested with nothing but `let`s between them, from the outermost to the one that holds `inner`, or to `inner` itself. */
export function nestAround({ analysis }: Model, inner: Loop): Loop[] {
  const site = sitesOf(analysis.kernel.body).find(({ statement }) => statement === inner);
  const around = [...(site?.loops ?? [])];
  const walks = (loop: Loop | undefined): loop is Loop => loop !== undefined && isWalk(loop, analysis);
  const nest: Loop[] = walks(inner) ? [inner] : [];
  if (nest.length === 0) while (around.length > 0 && !walks(around.at(-1))) around.pop();
  for (let loop = around.pop(); walks(loop); loop = around.pop()) {
    if (nest[0] && soleLoop(loop.body) !== nest[0]) break;
    nest.unshift(loop);
  }
  for (let below = soleLoop(nest.at(-1)?.body ?? []); walks(below); below = soleLoop(below.body)) nest.push(below);
  return nest;
}

/** Whether the last vector of a loop may overlap the one before it, where points are left over: as a rule, where their number is known. */
const mayOverlap = ({ role, axis }: Loop): boolean => role === "parallel" && !isDynamic(axis.extent);

/** At most two vectors wide (eight columns) by `rows`; dot products tile both ways. */
function sideOf({ analysis }: Model, loop: Loop, vector: Loop, rows: number): Side {
  const extent = analysis.extent(loop.axis);
  if (loop !== vector) return { axis: loop.axis, extent, largest: Math.min(extent, isWalk(vector, analysis) ? rows : target.tiles.sums) };
  const whole = Math.floor(extent / lanes);
  return { axis: loop.axis, extent: mayOverlap(loop) ? Math.ceil(extent / lanes) : whole, largest: Math.min(whole, target.tiles.vectors) };
}

/** Vectors side by side of a loop that computes functions, or a maximum, whose order does not matter, and holds no other loop; else 1. */
export function interleaved({ analysis }: Model, { axis, body, role }: Loop): number {
  const waits =
    role === "parallel"
      ? !areQuick(body.flatMap((statement) => analysis.expressions(statement)))
      : body.every((statement) => statement.kind === "combine" && statement.combine === "max");
  const isLeaf = body.every(({ kind }) => kind !== "loop");
  const isWide = !isDynamic(axis.extent) && axis.extent >= lanes * target.interleaved;
  return waits && isLeaf && isWide ? target.interleaved : 1;
}

/** Each row repeats the code behind the reduction: fewer of them where that is long. */
function mostRows(body: Loop["body"], { expressions }: Analysis): number {
  return areQuick(body.flatMap((statement) => expressions(statement))) ? target.tiles.rows : target.tiles.longRows;
}

/** The two loops that a tile may span: the vector loop and another one, or two around a vector reduction; the innermost first. */
function tileLoops(nest: readonly Loop[], vector: Loop): Loop[][] {
  const others = nest.filter((loop) => loop !== vector).reverse();
  if (others.length === 0) return [[...nest]];
  if (nest.includes(vector)) return others.map((loop) => [loop, vector]);
  return others.length === 1 ? [others] : others.flatMap((column, i) => others.slice(i + 1).map((row) => [row, column]));
}

const loopsOfSum = (reduction: Loop): Loop[] => [reduction, ...loopsOf(reduction.body)];

/** Terms of a sum at one point. */
export const termsIn = (reduction: Loop, { extent }: Analysis): number =>
  loopsOfSum(reduction).reduce((product, { axis }) => product * extent(axis), 1);

/** Whether these are as many in each run. */
export const hasKnownTerms = (reduction: Loop): boolean => loopsOfSum(reduction).every(({ axis }) => !isDynamic(axis.extent));

/** Tile sizes above 1 of the loops around `vector`, by axis, when it is part of a contraction. */
export function tilesAround(model: Model, vector: Loop): Map<Axis, number> {
  const nest = nestAround(model, vector);
  const body = nest.at(-1)?.body ?? [];
  const reduction = reductionIn(body);
  if (!reduction) return new Map();
  const { depends } = model.analysis;
  const isLong = termsIn(reduction, model.analysis) >= target.tiles.terms;
  const shares = ({ axis }: Loop) => loadsIn(reduction).some((load) => !depends.expr(load).has(axis));
  const spanned = nest.filter((loop) => loop.role === "parallel" || loop === vector || (isLong && shares(loop)));
  const tiles = tileLoops(spanned, vector).map((loops) => tileBy(model, body, loops, vector));
  const best = tiles.reduce((a, b) => (b.cost < a.cost ? b : a));
  return best.sizes;
}

/** A sum along the vectors has a register for the product that it adds: without, tiles of three by three ran at half the rate of two by four. */
const registersOf = (vector: Loop, analysis: Analysis): number => target.registers - (isWalk(vector, analysis) ? 0 : 1);

/** Tile sizes above 1 by axis, and what a step of the reduction costs then for each point. */
interface Tile {
  readonly sizes: Map<Axis, number>;
  readonly cost: number;
}

/** Tile sizes above 1 of two loops around the reduction in `body`, of which one may be the vector loop. */
export const tileOf = (model: Model, body: Loop["body"], loops: readonly Loop[], vector: Loop): Map<Axis, number> =>
  tileBy(model, body, loops, vector).sizes;

function tileBy(model: Model, body: Loop["body"], loops: readonly Loop[], vector: Loop): Tile {
  const reduction = reductionIn(body) as Loop;
  const rows = mostRows(body, model.analysis);
  const [row = flat, column = flat] = loops.map((loop) => sideOf(model, loop, vector, rows));
  const openness = isDynamic(row.axis.extent) ? target.tiles.openRows : 1;
  const step = stepOf(reduction, row.axis, column.axis, model.analysis);
  const tile = cheapestTile(step, row, column, registersOf(vector, model.analysis));
  const sides: [Axis, number][] = [
    [row.axis, tile.rows],
    [column.axis, tile.columns],
  ];
  return { sizes: new Map(sides.filter(([, size]) => size > 1)), cost: (tile.cost / (row.extent * column.extent)) * openness };
}
