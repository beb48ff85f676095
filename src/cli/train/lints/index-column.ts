import { detailed } from "../../../../compiler/diagnostics/places.ts";
import { columnsIn } from "./input-columns.ts";
import type { TableLint } from "./lint.ts";

/** Features that number the rows. */
export const indexColumn: TableLint = {
  code: "index-column",
  about:
    "A column that the model reads counts the rows of the table: 1 more in each row. It tells what stands where in the file. Leave it out by `--ignore`.",
  look({ read, plain, ...beginning }) {
    // What is read alone is what the model is about, such as the time.
    const beside = new Set(Object.values(plain).flatMap((names) => (names.length > 1 ? names : [])));
    const found = columnsIn(beginning).filter(({ name, isTarget }) => !isTarget && beside.has(name) && read.counting.has(name));
    return found.map(({ name }) => detailed(`"${name}" counts the rows, which tells nothing of them`, { help: `--ignore ${name}` }));
  },
};
