// Panels of what a loop that runs in vectors reads again for all rows inside it: the steps that fill them, and what the loop costs with them.
import type { Dim } from "../ir/dim.ts";
import type { Axis, Buffer, Step } from "../kernel/kernel.ts";
import { buffersOf, type Load, type Loop, loadsOf, loopsOf, sitesOf } from "../kernel/visit.ts";
import { target } from "../target.ts";
import { gatherCost, type Model, strideAlong, vectorLoopCost } from "./cost.ts";
import { type Inward, rowsInwards } from "./inwards.ts";
import { lanes } from "./legality.ts";
import { accessOf, buffersOf as buffersOfLoads, collide, innermostOf } from "./packing.ts";
import { rereadBy } from "./rereads.ts";
import { loadsIn, termsIn } from "./tile.ts";

const reorder = (axis: Axis): Step => ({ kind: "reorder", axis });

/** Panels, and the steps that make the loops stand as they want them: those over `before` are filled at each of its points. */
interface Panels extends Partial<Inward> {
  readonly loads: readonly Load[];
  /** The loops that the columns go around. */
  readonly around: readonly Loop[];
  readonly reorders: readonly Step[];
  readonly before: Axis;
}

/** Rows go inside, or columns outside, where that makes panels worth it. */
function panelsOf(model: Model, column: Loop): Panels {
  const inward = rowsInwards(model, column);
  if (inward)
    return { ...inward, around: [], reorders: inward.past.map(({ axis }) => reorder(axis)), before: inward.past.at(-1)?.axis ?? column.axis };
  const { loads, around } = rereadBy(model, column);
  return { loads, around, reorders: around.map(() => reorder(column.axis)), before: column.axis };
}

/** The steps that fill panels before the columns. */
export function panelSteps(model: Model, column: Loop): Step[] {
  const { loads, reorders, before } = panelsOf(model, column);
  return [...reorders, ...buffersOfLoads(loads).map((buffer) => ({ kind: "pack", axis: before, buffer }) as const)];
}

/** Strides of a panel of what `load` reads: points of the columns lie side by side. */
function stridesOfPanel({ layout }: Model, { buffer, index }: Load, { axis }: Loop): [Buffer, readonly Dim[]] {
  const strides = layout.get(buffer) ?? [];
  return [buffer, index.map(({ terms }, i) => (terms.some(({ atom }) => atom === axis) ? 1 : (strides[i] as Dim)))];
}

/** Cost of filling a panel of what `load` reads, for each time that `column` would run where it stands. */
function copyCost({ analysis }: Model, load: Load, column: Loop, { past, row, around }: Pick<Panels, "past" | "row" | "around">): number {
  const within = [column, ...(past ?? []), ...loopsOf(column.body)].map(({ axis }) => axis);
  const changing = new Set(within.filter((axis) => analysis.depends.expr(load).has(axis)));
  const points = [...changing].reduce((product, axis) => product * analysis.extent(axis), 1);
  const served = [...around, ...(row ? [row] : [])];
  return (gatherCost * points) / served.reduce((product, { axis }) => product * analysis.extent(axis), 1);
}

/** Whether the columns read anything that lies apart: else panels cost as much as they save. */
const readsApart = (model: Model, column: Loop): boolean =>
  column.role === "parallel" &&
  sitesOf(column.body).some(({ statement }) => loadsOf(statement).some((load) => accessOf(model, load, column) === "strided"));

/** Cost of `column` in vectors, with panels of what is read again and lies apart. */
export function columnCost(model: Model, column: Loop): number {
  const panels = readsApart(model, column) ? panelsOf(model, column) : { around: [], loads: [] };
  const apart = panels.loads.filter((load) => accessOf(model, load, column) === "strided");
  if (apart.length === 0) return vectorLoopCost(model, column);
  const around = [...buffersOf(model.analysis.kernel)].map((buffer): [Buffer, readonly Dim[]] => [buffer, model.layout.get(buffer) ?? []]);
  const layout = new Map([...around, ...apart.map((load) => stridesOfPanel(model, load, column))]);
  const copies = apart.reduce((sum, load) => sum + copyCost(model, load, column, panels), 0);
  return vectorLoopCost({ ...model, layout }, column) + copies;
}

/** The sum that a loop holds, at any depth. */
const sumIn = ({ body }: Loop): Loop | undefined => loopsOf(body).find(({ role }) => role === "reduce");

/** Whether the terms of a sum that are the same in all columns lie in lines that push each other out of the cache, which had room for them. */
function areCrowded(model: Model, column: Loop, reduction: Loop): boolean {
  const { line, sets, ways } = target.cache;
  const terms = termsIn(reduction, model.analysis);
  if (terms > sets * ways) return false;
  const rows = loadsIn(reduction).filter((load) => !model.analysis.depends.expr(load).has(column.axis));
  const strides = rows.map((load) => strideAlong(model, load, innermostOf(reduction).axis));
  return strides.some((stride) => stride >= line && collide(stride, terms));
}

/** The same, to compare layouts by: where the columns of a product are one vector, each factor is read for that vector alone, and some wait for the next cache. */
export function tiledColumnCost(model: Model, column: Loop): number {
  const cost = columnCost(model, column);
  const reduction = column.role === "parallel" ? sumIn(column) : undefined;
  if (!reduction) return cost;
  const { narrowSlowdown, crowdedSlowdown } = target.costs;
  const isNarrow = model.analysis.extent(column.axis) < 2 * lanes;
  return cost * (isNarrow ? narrowSlowdown : 1) * (areCrowded(model, column, reduction) ? crowdedSlowdown : 1);
}
