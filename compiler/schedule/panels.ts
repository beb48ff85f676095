// Panels of what a loop that runs in vectors reads again for all rows inside it: the steps that fill them, and what the loop costs with them.
import type { Dim } from "../ir/dim.ts";
import type { Axis, Buffer, Step } from "../kernel/kernel.ts";
import { type Load, type Loop, loopsOf } from "../kernel/visit.ts";
import { gatherCost, type Model, vectorLoopCost } from "./cost.ts";
import { type Inward, rowsInwards } from "./inwards.ts";
import { accessOf, buffersOf } from "./packing.ts";
import { rereadBy } from "./rereads.ts";

const reorder = (axis: Axis): Step => ({ kind: "reorder", axis });

/** Panels, and the steps that make the loops stand as they want them: those over `before` are filled at each of its points. */
interface Panels extends Partial<Inward> {
  readonly loads: readonly Load[];
  readonly reorders: readonly Step[];
  readonly before: Axis;
}

/** Rows go inside, or columns outside, where that makes panels worth it. */
function panelsOf(model: Model, column: Loop): Panels {
  const inward = rowsInwards(model, column);
  if (inward) return { ...inward, reorders: inward.past.map(({ axis }) => reorder(axis)), before: inward.past.at(-1)?.axis ?? column.axis };
  const { loads, around } = rereadBy(model, column);
  return { loads, reorders: loads.length > 0 ? around.map(() => reorder(column.axis)) : [], before: column.axis };
}

/** The steps that fill panels before the columns. */
export function panelSteps(model: Model, column: Loop): Step[] {
  const { loads, reorders, before } = panelsOf(model, column);
  return [...reorders, ...buffersOf(loads).map((buffer) => ({ kind: "pack", axis: before, buffer }) as const)];
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

/** Cost of `column` in vectors, with panels of what is read again and lies apart. */
export function columnCost(model: Model, column: Loop): number {
  const panels = panelsOf(model, column);
  const apart = panels.loads.filter((load) => accessOf(model, load, column) === "strided");
  const layout = new Map([...model.layout, ...apart.map((load) => stridesOfPanel(model, load, column))]);
  const copies = apart.reduce((sum, load) => sum + copyCost(model, load, column, panels), 0);
  return vectorLoopCost({ ...model, layout }, column) + copies;
}
