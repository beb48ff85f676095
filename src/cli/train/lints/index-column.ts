import { detailed } from "../../../../compiler/diagnostics/places.ts";
import type { Cells } from "../../../../data/training.ts";
import { columnsIn } from "./input-columns.ts";
import type { TableLint } from "./lint.ts";

/** Fewer rows may be in steps of 1 by chance. */
const fewest = 10;

function counts(cells: Cells): boolean {
  const first = cells.at(0) as number;
  for (let row = 0; row < cells.length; row++) if (cells.at(row) !== first + row) return false;
  return cells.length >= fewest;
}

/** Features that number the rows. */
export const indexColumn: TableLint = {
  code: "index-column",
  about:
    "A column that the model reads counts the rows of the table: 1 more in each row. It tells what stands where in the file. Leave it out by `--ignore`.",
  look({ read, plain, ...beginning }) {
    // What is read alone is what the model is about, such as the time.
    const beside = new Set(Object.values(plain).flatMap((names) => (names.length > 1 ? names : [])));
    const found = columnsIn(beginning).filter(({ name, isTarget }) => !isTarget && beside.has(name) && counts(read.numbersOf(name)));
    return found.map(({ name }) => detailed(`"${name}" counts the rows, which tells nothing of them`, { help: `--ignore ${name}` }));
  },
};
