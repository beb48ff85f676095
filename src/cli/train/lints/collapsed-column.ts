import { detailed } from "../../../../compiler/diagnostics/places.ts";
import type { Cells } from "../../../../data/training.ts";
import type { TableLint } from "./lint.ts";

/** A column loses so many of its different values in f32, or more, before it is warned about. */
const lost = 2;

/** Columns of f32 whose numbers in the table become equal in f32, such as times in seconds. */
export const collapsedColumn: TableLint = {
  code: "collapsed-column",
  about:
    "Different numbers of a column, such as times in seconds, are equal in f32, which has 24 bits. Subtract a number that they have in common, in the table or before it is written.",
  look({ manifest: { inputs }, plain, read }) {
    const names = inputs.flatMap(({ name, dtype }) => (dtype === "f32" ? (plain[name] ?? []) : []));
    return names.flatMap((name) => {
      const cells = read.numbersOf(name);
      const { least, most } = boundsOf(cells);
      // Values this far apart are different in f32 for the most part.
      if (most - least > (2 * cells.length * Math.max(Math.abs(least), Math.abs(most))) / 2 ** 23) return [];
      const { exact, rounded } = differentIn(cells);
      if (exact < lost * rounded) return [];
      const text = `"${name}" has ${exact.toLocaleString("en")} different values in the table, of which f32 tells ${rounded.toLocaleString("en")} apart`;
      return [detailed(text, { help: `subtract ${least} from the column: differences of large numbers are lost in 24 bits` })];
    });
  },
};

/** How many different numbers there are, and how many of them as f32; those that are missing are one. */
function differentIn(cells: Cells): { readonly exact: number; readonly rounded: number } {
  const sorted = Float64Array.from({ length: cells.length }, (_, row) => cells.at(row) as number).sort();
  const isSame = (a: number, b: number) => a === b || Object.is(a, b);
  const different = (of: (value: number) => number): number =>
    sorted.reduce((count, value, at) => count + Number(at === 0 || !isSame(of(value), of(sorted[at - 1] as number))), 0);
  return { exact: different((value) => value), rounded: different(Math.fround) };
}

function boundsOf(cells: Cells): { readonly least: number; readonly most: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < cells.length; row++) {
    const cell = cells.at(row) as number;
    if (cell < least) least = cell;
    if (cell > most) most = cell;
  }
  return { least, most };
}
