// Rows that go inside the other loops of their nest, where what the columns read is another at each point of these and the same for all rows.
//
//   parallel i { parallel j { parallel k { reduce x { s += d[i, x]·t[j, x + k] } } } }
//
//   =>   parallel j { parallel k { parallel x { panel[x] = t[j, x + k] }
//                                  parallel i { reduce x { s += d[i, x]·panel[x] } } } }
//
// In the gradient of a convolution's weights i are output channels, j input channels and k the taps: what a tap and a few channels read of an image is
// copied once for all output channels, out of lines of which it fills a part.
import type { Load, Loop } from "../kernel/visit.ts";
import { target } from "../target.ts";
import type { Model } from "./cost.ts";
import type { Analysis } from "./legality.ts";
import { accessOf, isGathered, isGuarded, operandsAlong } from "./packing.ts";
import { hasKnownTerms, loadsIn, nestAround, reductionIn, termsIn } from "./tile.ts";

/** The loops that rows go into, from the outermost in, and what is copied before the rows. */
export interface Inward {
  readonly row: Loop;
  readonly past: readonly Loop[];
  readonly loads: readonly Load[];
}

/** What the terms of a sum are loaded from: for the columns, and for the rows. */
interface Operands {
  readonly columns: readonly Load[];
  readonly rows: readonly Load[];
}

/** The loops from the rows inwards: of the first, the rows' operands alone are, and of all inside, the columns' alone. */
function fromRows(nest: readonly Loop[], { columns, rows }: Operands, { depends }: Analysis): readonly Loop[] {
  const isOf = (loads: readonly Load[], { axis }: Loop) => loads.every((load) => depends.expr(load).has(axis));
  const isFree = (loads: readonly Load[], { axis }: Loop) => loads.every((load) => !depends.expr(load).has(axis));
  const first = nest.findIndex((loop) => isOf(rows, loop) && isFree(columns, loop));
  const loops = first < 0 ? [] : nest.slice(first);
  return loops.slice(1).every((loop) => isOf(columns, loop) && isFree(rows, loop)) ? loops : [];
}

/** Whether the loops may change places: they are parallel, and all that each holds is the next. */
const mayChange = (loops: readonly Loop[]): boolean =>
  loops.every(({ role }) => role === "parallel") && loops.slice(0, -1).every(({ body }) => body.length === 1);

/** Whether panels of what `reduction` adds up pay, where so many rows read them. */
function arePaid(reduction: Loop, rows: number, analysis: Analysis): boolean {
  const terms = termsIn(reduction, analysis);
  return hasKnownTerms(reduction) && rows >= target.sharedPanels.rows && terms >= target.panels.terms && terms <= target.sharedPanels.mostTerms;
}

/** How the rows of the nest around `column`, a loop that runs in vectors, go inwards; undefined where they stay. */
export function rowsInwards(model: Model, column: Loop): Inward | undefined {
  const nest = nestAround(model, column);
  const reduction = reductionIn(nest.at(-1)?.body ?? []);
  if (!reduction || isGuarded(reduction)) return undefined;
  const columns = operandsAlong(model, reduction, column);
  const rows = loadsIn(reduction).filter((load) => !columns.includes(load));
  const loops = rows.length > 0 && columns.length > 0 ? fromRows(nest, { columns, rows }, model.analysis) : [];
  const [first, ...past] = loops;
  if (!first || past.length < 2 || !past.includes(column) || !mayChange(loops)) return undefined;
  if (!columns.every((load) => accessOf(model, load, column) === "contiguous" || isGathered(model, reduction, load, column))) return undefined;
  if (!arePaid(reduction, model.analysis.extent(first.axis), model.analysis)) return undefined;
  return { row: first, past, loads: columns };
}
