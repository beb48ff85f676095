import { detailed } from "../../../../compiler/diagnostics/places.ts";
import type { TableLint } from "./lint.ts";

/** Columns of f32 whose numbers in the table become equal in f32, such as times in seconds. */
export const collapsedColumn: TableLint = {
  code: "collapsed-column",
  about:
    "Different numbers of a column, such as times in seconds, are equal in f32, which has 24 bits. Subtract a number that they have in common, in the table or before it is written.",
  look: ({ read: { collapsed } }) =>
    collapsed.map(({ name, exact, rounded, least }) => {
      const text = `"${name}" has ${exact.toLocaleString("en")} different values in the table, of which f32 tells ${rounded.toLocaleString("en")} apart`;
      return detailed(text, { help: `subtract ${least} from the column: differences of large numbers are lost in 24 bits` });
    }),
};
