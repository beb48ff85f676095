// Panels of what a loop that runs in vectors reads again for all rows inside it: the steps that fill them, and what the loop costs with them.
import type { Dim } from "../ir/dim.ts";
import type { Buffer, Step } from "../kernel/kernel.ts";
import { buffersOf, type Load, type Loop, loadsOf, loopsOf, sitesOf } from "../kernel/visit.ts";
import { gatherCost, type Model, vectorLoopCost } from "./cost.ts";
import { type Inward, rowsInwards } from "./inwards.ts";
import { accessOf, buffersOf as buffersOfLoads, rereadBy } from "./packing.ts";

const panelsOf = (model: Model, column: Loop): Pick<Inward, "past" | "loads"> & Partial<Inward> =>
  rowsInwards(model, column) ?? { past: [], loads: rereadBy(model, column) };

/** The steps that fill panels before the columns; rows go inside where that makes panels worth it. */
export function panelSteps(model: Model, column: Loop): Step[] {
  const { past, loads } = panelsOf(model, column);
  const before = past.at(-1)?.axis ?? column.axis;
  const reorders = past.map(({ axis }) => ({ kind: "reorder", axis }) as const);
  return [...reorders, ...buffersOfLoads(loads).map((buffer) => ({ kind: "pack", axis: before, buffer }) as const)];
}

/** Strides of a panel of what `load` reads: points of the columns lie side by side. */
function stridesOfPanel({ layout }: Model, { buffer, index }: Load, { axis }: Loop): [Buffer, readonly Dim[]] {
  const strides = layout.get(buffer) ?? [];
  return [buffer, index.map(({ terms }, i) => (terms.some(({ atom }) => atom === axis) ? 1 : (strides[i] as Dim)))];
}

/** Cost of filling a panel of what `load` reads while `column` runs once. */
function copyCost({ analysis }: Model, load: Load, column: Loop, { past, row }: Partial<Inward>): number {
  const within = [column, ...(past ?? []), ...loopsOf(column.body)].map(({ axis }) => axis);
  const changing = new Set(within.filter((axis) => analysis.depends.expr(load).has(axis)));
  const points = [...changing].reduce((product, axis) => product * analysis.extent(axis), 1);
  return (gatherCost * points) / (row ? analysis.extent(row.axis) : 1);
}

/** Whether the columns read anything that lies apart: else panels cost as much as they save. */
const readsApart = (model: Model, column: Loop): boolean =>
  column.role === "parallel" &&
  sitesOf(column.body).some(({ statement }) => loadsOf(statement).some((load) => accessOf(model, load, column) === "strided"));

/** Cost of `column` in vectors, with panels of what is read again and lies apart. */
export function columnCost(model: Model, column: Loop): number {
  const panels = readsApart(model, column) ? panelsOf(model, column) : { past: [], loads: [] };
  const apart = panels.loads.filter((load) => accessOf(model, load, column) === "strided");
  if (apart.length === 0) return vectorLoopCost(model, column);
  const around = [...buffersOf(model.analysis.kernel)].map((buffer): [Buffer, readonly Dim[]] => [buffer, model.layout.get(buffer) ?? []]);
  const layout = new Map([...around, ...apart.map((load) => stridesOfPanel(model, load, column))]);
  const copies = apart.reduce((sum, load) => sum + copyCost(model, load, column, panels), 0);
  return vectorLoopCost({ ...model, layout }, column) + copies;
}
