// Register tiles of contractions: several rows by several vectors of the result are kept in registers, so that each operand that is
// loaded is used more than once.
import type { Axis, Expr, ScalarOp } from "./kernel.ts";
import { type Analysis, lanes } from "./legality.ts";
import type { Model } from "./cost.ts";
import { expressionsOf, type Loop, sitesOf, subexpressions } from "./visit.ts";

/** Vector registers that a tile may fill: 16 on x86-64, less one for temporaries. */
const registers = 15;

/** A loop of the tile, and how many points or vectors of it may stand side by side. */
interface Side {
  readonly axis: Axis;
  /** Points, or vectors of a vector loop. */
  readonly extent: number;
  readonly largest: number;
}

/** What one step of the reduction does, by which sides it changes with. */
interface Step {
  readonly accumulators: number;
  readonly operands: readonly { readonly row: boolean; readonly column: boolean }[];
}

const cheap: ReadonlySet<ScalarOp> = new Set(["add", "sub", "mul", "minimum", "maximum", "neg", "abs", "toF32"]);
const isCheap = (expr: Expr): boolean => expr.kind !== "op" || cheap.has(expr.op);

/** The reduction in a loop body; undefined unless there is one, made of cheap steps that store nothing. */
function reductionIn(body: Loop["body"]): Loop | undefined {
  const loops = body.flatMap((statement) => (statement.kind === "loop" ? [statement] : []));
  const [reduction] = loops;
  if (!reduction || loops.length > 1 || reduction.role !== "reduce") return undefined;
  const sites = sitesOf(reduction.body);
  const plain = sites.every(({ statement }) => (statement.kind === "loop" ? statement.role === "reduce" : statement.kind !== "store"));
  const exprs = sites.flatMap(({ statement }) => subexpressions(expressionsOf(statement)));
  return plain && exprs.every(isCheap) ? reduction : undefined;
}

function stepOf(reduction: Loop, row: Axis | undefined, column: Axis | undefined, { depends }: Analysis): Step {
  const sites = sitesOf(reduction.body);
  const loads = subexpressions(sites.flatMap(({ statement }) => expressionsOf(statement))).filter((expr) => expr.kind === "load");
  const changes = (expr: Expr, axis: Axis | undefined) => axis !== undefined && depends.expr(expr).has(axis);
  return {
    accumulators: sites.filter(({ statement }) => statement.kind === "combine").length,
    operands: loads.map((load) => ({ row: changes(load, row), column: changes(load, column) })),
  };
}

/** Operands that one step of a tile of `rows` by `columns` loads. */
const loadsOfTile = ({ operands }: Step, rows: number, columns: number): number =>
  operands.reduce((sum, { row, column }) => sum + (row ? rows : 1) * (column ? columns : 1), 0);

const stepCost = (step: Step, rows: number, columns: number): number => 2 * step.accumulators * rows * columns + loadsOfTile(step, rows, columns);

/** Cost of `extent` points in tiles of `tile` that cost `full` each, the rest one at a time. */
const tiled = (extent: number, tile: number, full: number, single: number): number => Math.floor(extent / tile) * full + (extent % tile) * single;

function tileCost(step: Step, row: Side, column: Side, rows: number, columns: number): number {
  const across = (height: number) => tiled(column.extent, columns, stepCost(step, height, columns), stepCost(step, height, 1));
  return tiled(row.extent, rows, across(rows), across(1));
}

/** The cheapest tile that fits the registers: accumulators, and all operands of one step. */
function cheapestTile(step: Step, row: Side, column: Side): { rows: number; columns: number } {
  let best = { rows: 1, columns: 1, cost: tileCost(step, row, column, 1, 1) };
  for (let columns = 1; columns <= column.largest; columns++)
    for (let rows = 1; rows <= row.largest; rows++) {
      if (step.accumulators * rows * columns + loadsOfTile(step, rows, columns) > registers) continue;
      const cost = tileCost(step, row, column, rows, columns);
      if (cost < best.cost) best = { rows, columns, cost };
    }
  return best;
}

const soleLoop = (body: Loop["body"]): Loop | undefined => (body.length === 1 && body[0]?.kind === "loop" ? body[0] : undefined);

/** Parallel loops that are nested without anything between them, from the outermost to the one that holds `inner`, or to `inner` itself. */
function nestAround(model: Model, inner: Loop): Loop[] {
  const site = sitesOf(model.analysis.kernel.body).find(({ statement }) => statement === inner);
  const around = [...(site?.loops ?? [])];
  const nest: Loop[] = inner.role === "parallel" ? [inner] : [];
  for (let loop = around.pop(); loop?.role === "parallel"; loop = around.pop()) {
    if (nest[0] && soleLoop(loop.body) !== nest[0]) break;
    nest.unshift(loop);
  }
  for (let below = soleLoop(nest.at(-1)?.body ?? []); below?.role === "parallel"; below = soleLoop(below.body)) nest.push(below);
  return nest;
}

/** At most two vectors wide (eight columns) by as many rows as fit; dot products tile both ways. */
function sideOf({ analysis }: Model, loop: Loop, vector: Loop): Side {
  const extent = analysis.extent(loop.axis);
  if (loop !== vector) return { axis: loop.axis, extent, largest: Math.min(extent, vector.role === "reduce" ? 4 : 8) };
  return { axis: loop.axis, extent: Math.floor(extent / lanes), largest: Math.min(Math.floor(extent / lanes), 2) };
}

/** Tile sizes above 1 of the loops around `vector`, when it is part of a contraction: the two innermost loops of its nest, or the vector loop and the one next to it. */
export function tilesAround(model: Model, vector: Loop): Map<Axis, number> {
  const nest = nestAround(model, vector);
  const innermost = nest.at(-1);
  const reduction = innermost && reductionIn(innermost.body);
  if (!innermost || !reduction) return new Map();
  const last = vector.role === "parallel" && nest.includes(vector) ? Math.max(nest.indexOf(vector), 1) : nest.length - 1;
  const [outer, inner] = [nest[last - 1], nest[last]];
  const loops = [outer, inner].filter((loop) => loop !== undefined);
  const none: Side = { axis: { name: "", extent: 1 }, extent: 1, largest: 1 };
  const [row = none, column = none] = loops.map((loop) => sideOf(model, loop, vector));
  const { rows, columns } = cheapestTile(stepOf(reduction, row.axis, column.axis, model.analysis), row, column);
  const sides: [Axis, number][] = [
    [row.axis, rows],
    [column.axis, columns],
  ];
  return new Map(sides.filter(([, size]) => size > 1));
}
