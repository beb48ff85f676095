// Splits entry points that may take their rows in parts: one call for each part, and one at the end.
//
//   evaluate: loss = div(sum(..), n)   =>   evaluate: #sum ← add(#sum, sum(..)), ..       evaluate.finish: loss = div(#sum, ..), #sum ← 0
//
// Requires: entry points in their simplest form, in which what mixes rows in training only, such as a dropout mask, is gone.
// Ensures: no entry point has `parts`; the states of sums are declared in the graph. Cost: linear.
import { finishOf } from "../../runtime/program.ts";
import { type Entry, type Program, rootsOf, type Sums } from "../ir/entry.ts";
import { separationAboutShifts } from "./centred.ts";
import { isRowwise, mixesRows, separationOf } from "./rows.ts";
import { carry } from "./totals.ts";

/** The program whose entry points take their rows in parts, or as a whole where they cannot. @throws what an entry point's `refusal` gives */
export const separate = (program: Program): Program => ({ ...program, entries: program.entries.flatMap((entry) => partsOf(program, entry)) });

function partsOf({ capacity }: Program, { parts, ...entry }: Entry): Entry[] {
  if (parts === "rows") return [{ ...entry, splittable: "batch" in capacity && rootsOf(entry).every((node) => isRowwise(node, "batch")) }];
  return (parts && inSums(entry, parts)) ?? [entry];
}

/** The entry point that adds up sums over rows in states, and the one that makes the results of them and leaves zeros. */
function inSums(entry: Entry, { values, finish, refusal }: Sums): Entry[] | undefined {
  const [known, results] = [rootsOf(entry).slice(0, values), rootsOf(entry).slice(values)];
  const mixes = known.some((value) => mixesRows(value, "batch"));
  const found = mixes ? undefined : separationOf(results, "batch");
  const shifted = mixes || found || refusal ? undefined : separationAboutShifts(results, "batch");
  if (!found && refusal) throw refusal();
  const separation = found ?? shifted;
  if (!separation || (separation.sums.length === 0 && !refusal)) return undefined;
  // What has no rows is added as often as there are parts, and counted as often.
  const carried = carry(separation.sums.length > 0 ? separation.sums : results);
  const { totals, add, clear } = shifted?.begin(carried) ?? carried;
  const finished = finish(separation.finish(totals));
  return [
    { ...entry, results: [], updates: add, splittable: true },
    { ...entry, name: finishOf(entry.name), ...finished, updates: [...finished.updates, ...clear] },
  ];
}
