// What columns that run in vectors read again for all rows, and copy once into a panel: where it lies apart, or in lines of the cache of which they fill a part.
//
//   parallel i { parallel j { parallel k { reduce c { s += x[i, k, c]·w[c, j] } } } }
//
//   =>   parallel j { parallel c { panel[c] = w[c, j] }
//                     parallel i { parallel k { reduce c { s += x[i, k, c]·panel[c] } } } }
//
// The images of a convolution (i) stay around its channels (j) where one of them reads the weights often enough by itself. Small ones go inside.
import type { Load, Loop } from "../kernel/visit.ts";
import { nearestBytes, target } from "../target.ts";
import { bytesOf, type Model, strideAlong } from "./cost.ts";
import { accessOf, innermostOf, isGathered, isGuarded, operandsAlong } from "./packing.ts";
import { hasKnownTerms, nestAround, reductionIn, termsIn } from "./tile.ts";

/** The loops that columns go around, from the inside out, and what is copied before the rows. */
interface Reread {
  readonly around: readonly Loop[];
  readonly loads: readonly Load[];
}

/** Columns around the sum that reads for them. */
interface Columns {
  readonly column: Loop;
  readonly reduction: Loop;
}

/** What is worth a panel where `rows` read it again. */
function worthPanels(model: Model, { column, reduction }: Columns, rows: readonly Loop[]): Load[] {
  const { depends, extent } = model.analysis;
  const reads = rows.reduce((product, { axis }) => product * extent(axis), 1);
  const isLong = termsIn(reduction, model.analysis) >= target.panels.terms;
  const isPart = (load: Load) =>
    accessOf(model, load, column) === "contiguous" && strideAlong(model, load, innermostOf(reduction).axis) >= target.cache.line;
  return operandsAlong(model, reduction, column).filter((load) => {
    const isSteady = rows.every(({ axis }) => !depends.expr(load).has(axis));
    if (isGathered(model, reduction, load, column)) return isSteady && reads >= target.panels.reads.strided;
    return isSteady && isLong && reads >= target.panels.reads.contiguous && isPart(load);
  });
}

/** The loops that columns may go around, from the inside out: they are parallel, and all that each holds is the next. */
function loopsAround(nest: readonly Loop[], column: Loop): Loop[] {
  const around = nest.slice(0, nest.indexOf(column)).reverse();
  const end = around.findIndex(({ role, body }) => role !== "parallel" || body.length > 1);
  return end < 0 ? around : around.slice(0, end);
}

/** Whether a buffer leaves the cache before it is read again. */
const isFar = (model: Model, { buffer }: Load): boolean => bytesOf(model, buffer) > nearestBytes;

/** What the columns of `column`, a loop that runs in vectors, read again. A sum over the batch has no panel, which would be as long. */
export function rereadBy(model: Model, column: Loop): Reread {
  const none = { around: [], loads: [] };
  const nest = nestAround(model, column);
  const reduction = reductionIn(nest.at(-1)?.body ?? []);
  if (column.role !== "parallel" || !reduction || isGuarded(reduction) || !hasKnownTerms(reduction)) return none;
  const inside = nest.slice(nest.indexOf(column) + 1);
  const loads = worthPanels(model, { column, reduction }, inside);
  if (loads.length > 0 || inside.length === 0) return { around: [], loads };
  const around = loopsAround(nest, column);
  const far = worthPanels(model, { column, reduction }, [...around, ...inside]).filter((load) => isFar(model, load));
  return far.length > 0 ? { around, loads: far } : none;
}
