import type { TableLint } from "./lint.ts";

/** Categories of rows that are held out alone. */
export const unknownCategory: TableLint = {
  code: "unknown-category",
  about: "A row that is held out has a category of a `--one-hot` column that no row that is trained on has: it is 0 in all columns of the others.",
  look: ({ read: { warnings } }) => warnings.flatMap(({ kind, text }) => (kind === "category" ? [text] : [])),
};
